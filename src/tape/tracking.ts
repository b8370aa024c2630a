/**
 * What a tape knows: which tensors and Variables it tracks, by identity. Values stay plain tensors, so that they can
 * be read, kept and passed on; what a tape knows of a tensor is forgotten with the tensor.
 */
import { constantsOf } from "../control/closed.js";
import {
  bindOne,
  bindUnder,
  currentInterpreter,
  type Interpreter,
  takeCharge,
  under,
} from "../graph/context.js";
import { graphsOf } from "../graph/graph.js";
import type { AnyPrimitive } from "../graph/primitive.js";
import { bypass, substituting } from "../interpreters/closure.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import { carriesTangent } from "../interpreters/forward.js";
import { Recording, type Track } from "../interpreters/recording.js";
import { reshape } from "../primitives/reshape.js";
import { ArgumentError } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Differentiable } from "./types.js";
import { reading, Variable } from "./variable.js";

export class Tracking {
  #tensors = new WeakMap<Tensor, Track>();
  #variables = new Map<Variable, Track>();
  readonly #recording: Recording = new Recording("GradientTape", (x) => {
    const track = this.#tensors.get(x);
    return track && [x, track];
  });
  /** Who records now. */
  recorder: TapeInterpreter | undefined;
  /** Whether operations are not to be recorded. */
  paused = false;

  /** `watchesReadings`: whether Variables are watched when they are read. */
  constructor(readonly watchesReadings: boolean) {}

  get variables(): readonly Variable[] {
    return [...this.#variables.keys()];
  }
  readonly has = (x: Tensor): boolean => this.#tensors.has(x);
  readonly trackOf = (x: Differentiable): Track | undefined =>
    x instanceof Variable ? this.#variables.get(x) : this.#tensors.get(x);

  watch(x: Differentiable): void {
    const track = this.trackOf(x) ?? this.#recording.input(x.type);
    if (x instanceof Variable) this.#variables.set(x, track);
    else this.#tensors.set(x, track);
  }
  forget(): void {
    this.#tensors = new WeakMap();
    this.#variables = new Map();
  }
  quietly<R>(f: () => R): R {
    const { paused } = this;
    this.paused = true;
    try {
      return f();
    } finally {
      this.paused = paused;
    }
  }

  /** A watched Variable is read as a tensor that only this tape hands out: others with its values are not tracked. */
  read(variable: Variable, below: Interpreter | null): Tensor {
    const [x] = bindUnder(below, reading, [], variable) as readonly [Tensor];
    if (this.recorder === undefined || this.paused) return x;
    if (this.watchesReadings && variable.trainable && carriesTangent(variable)) this.watch(variable);
    const track = this.#variables.get(variable);
    if (track === undefined) return x;
    const own = again(x, below);
    this.#tensors.set(own, track);
    return own;
  }
  /** Has an operation carried out below, and tracks its results. */
  record(
    below: Interpreter | null,
    primitive: AnyPrimitive,
    ins: readonly Tensor[],
    p: unknown,
  ): readonly Tensor[] {
    // a function that is held may close over an operand too, and moves there
    const holds = primitive.withFunction !== undefined;
    const primals = holds ? ins.map((x) => (this.has(x) ? again(x, below) : x)) : ins;
    const tracks = ins.map((x) => this.#tensors.get(x) ?? null);
    const [outs, outTracks] = this.#recording.apply(below, primitive, primals, tracks, p);
    return outs.map((out, i) => {
      // a result that was there before gets an identity of its own
      const own = holds || ins.includes(out) || this.has(out) ? again(out, below) : out;
      const track = outTracks[i];
      if (track) this.#tensors.set(own, track);
      return own;
    });
  }
}

/** The same values as another tensor. */
const again = (x: Tensor, below: Interpreter | null): Tensor =>
  under(below, () => bindOne(reshape.primitive, [x], x.shape));

/** Has operations carried out by the interpreter below, and records those on what is tracked. */
export class TapeInterpreter implements Interpreter {
  constructor(
    readonly tracking: Tracking,
    readonly below: Interpreter | null,
  ) {}
  /** Whether the tape has stopped: this may still stand below another interpreter. */
  get closed(): boolean {
    return this.tracking.recorder !== this;
  }
  tracks(x: Tensor): boolean {
    return !this.closed && !this.tracking.paused && this.tracking.has(x);
  }

  process(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    const { tracking, below, closed } = this;
    if (closed && currentInterpreter() === this) takeCharge(opened(below)); // stopped elsewhere
    if (closed || tracking.paused) return bindUnder(below, primitive, ins, p);
    if (primitive === reading) return [tracking.read(p as Variable, below)];
    const isTracked = ins.some(tracking.has);
    const graphs = graphsOf(primitive, p);
    // a graph that closes over what is tracked is recorded operation by operation
    if (graphs.some((graph) => constantsOf(graph).some(tracking.has))) {
      const lowering = primitive.lower(
        ins.map((x) => x.type),
        p,
      );
      if (lowering.kind === "inline") return evaluateGraph(lowering.graph, ins);
      throw closedOver(primitive);
    }
    if (primitive.withFunction === undefined)
      return isTracked ? tracking.record(below, primitive, ins, p) : bindUnder(below, primitive, ins, p);
    // what a function reads is heard here, once: when it runs again it finds what it has read before
    const known = new Map<Variable, readonly Tensor[]>();
    const read = (variable: Variable): readonly Tensor[] => {
      const outs = known.get(variable) ?? [tracking.read(variable, below)];
      known.set(variable, outs);
      return outs;
    };
    const heard = primitive.withFunction(p, (f) =>
      substituting(
        f,
        (x) => x,
        (operation, variable) => (operation === reading ? read(variable as Variable) : undefined),
      ),
    );
    const outs = isTracked ? undefined : bypass(below, primitive, ins, heard, tracking.has);
    return outs ?? tracking.record(below, primitive, ins, heard);
  }
}

/** The first interpreter from here on down that is not a stopped tape. */
export const opened = (at: Interpreter | null): Interpreter | null =>
  at instanceof TapeInterpreter && at.closed ? opened(at.below) : at;

const closedOver = ({ name }: AnyPrimitive): ArgumentError =>
  ArgumentError.invalid(
    "GradientTape",
    `a function given to lax.${name} closes over a tensor that this tape watches`,
    "Pass the tensor to the loop, as part of what it carries; or read a Variable in it.",
  );
