/**
 * What a tape knows: which tensors and Variables it tracks, by identity. Values stay plain tensors, so that they can
 * be read, kept and passed on; what a tape knows of a tensor is forgotten with the tensor.
 */
import { constantsOf } from "../control/closed.js";
import { reading } from "../control/reading.js";
import { bindUnder, currentInterpreter, type Interpreter, takeCharge, under } from "../graph/context.js";
import { graphsOf } from "../graph/graph.js";
import type { AnyPrimitive, Application } from "../graph/primitive.js";
import { closures, substituting } from "../interpreters/closure.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import { carriesTangent } from "../interpreters/forward.js";
import { Recording, type Track } from "../interpreters/recording.js";
import { reshape } from "../primitives/reshape.js";
import { ArgumentError } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Differentiable } from "./types.js";
import { Variable } from "./variable.js";

export class Tracking {
  #tracks = new WeakMap<object, Track>();
  readonly recording: Recording;
  /** Those that are watched. */
  readonly variables: Set<Variable> = new Set();
  /** Who records now. */
  recorder: TapeInterpreter | undefined;

  /** `watchesReadings`: whether Variables are watched when they are read. */
  constructor(
    persistent: boolean,
    readonly watchesReadings: boolean,
  ) {
    this.recording = new Recording("GradientTape", this.trackOf, (x) => x, persistent);
  }

  readonly trackOf = (x: object): Track | undefined => this.#tracks.get(x);
  readonly has = (x: object): boolean => this.#tracks.has(x);

  watch(x: Differentiable): void {
    if (x instanceof Variable) this.variables.add(x);
    if (!this.has(x)) this.#tracks.set(x, this.recording.input(x.type));
  }
  /** Forgets what was recorded, but not which Variables were watched. */
  forget(): void {
    this.#tracks = new WeakMap();
  }
  /** Runs `f` without recording it. */
  quietly<R>(f: () => R): R {
    const { recorder } = this;
    this.recorder = undefined;
    try {
      return under(currentInterpreter(), f);
    } finally {
      this.recorder = recorder;
    }
  }

  /** A watched Variable is read as a tensor that only this tape hands out: others with its values are not tracked. */
  read(variable: Variable, below: Interpreter | null): Tensor {
    const [x] = bindUnder(below, reading, [], variable) as readonly [Tensor];
    if (this.recorder === undefined) return x;
    if (this.watchesReadings && variable.trainable && carriesTangent(variable)) this.watch(variable);
    const track = this.trackOf(variable);
    return track === undefined ? x : this.#tracked(again(x, below), track);
  }
  /** Has an operation carried out below, and tracks its results. */
  record(below: Interpreter | null, operation: Application): readonly Tensor[] {
    const { primitive, ins } = operation;
    // a function that is held may close over an operand too, and moves there
    const holds = primitive.withFunction !== undefined;
    const primals = holds ? ins.map((x) => (this.has(x) ? again(x, below) : x)) : ins;
    const [outs, tracks] = this.recording.apply(below, operation, primals);
    return outs.map((out, i) => {
      // a result that was there before gets an identity of its own
      const own = holds || ins.includes(out) || this.has(out) ? again(out, below) : out;
      const track = tracks[i] ?? null;
      return track === null ? own : this.#tracked(own, track);
    });
  }
  #tracked(x: Tensor, track: Track): Tensor {
    this.#tracks.set(x, track);
    return x;
  }
}

/** The same values as another tensor. */
const again = (x: Tensor, below: Interpreter | null): Tensor => under(below, () => reshape(x, x.shape));

/** Has operations carried out by the interpreter below, and records those on what is tracked. */
export class TapeInterpreter implements Interpreter {
  constructor(
    readonly tracking: Tracking,
    readonly below: Interpreter | null,
  ) {}
  /** Whether the tape has stopped, or pauses: this may still stand below another interpreter. */
  get closed(): boolean {
    return this.tracking.recorder !== this;
  }
  tracks(x: Tensor): boolean {
    return !this.closed && this.tracking.has(x);
  }

  process(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    const { tracking, below, closed } = this;
    if (closed) {
      if (currentInterpreter() === this) takeCharge(opened(below));
      return bindUnder(below, primitive, ins, p);
    }
    if (primitive === reading) return [tracking.read(p as Variable, below)];
    // a graph that closes over what is tracked is recorded operation by operation
    if (graphsOf(primitive, p).some((graph) => constantsOf(graph).some(tracking.has))) {
      const types = ins.map((x) => x.type);
      const lowering = primitive.lower(types, p);
      if (lowering.kind === "inline") return evaluateGraph(lowering.graph, ins);
      throw ArgumentError.invalid(
        "GradientTape",
        `a function given to lax.${primitive.name} closes over a tensor that this tape watches`,
        "Pass the tensor to the loop, as part of what it carries; or read a Variable in it.",
      );
    }
    const isTracked = ins.some(tracking.has);
    if (primitive.withFunction === undefined)
      return isTracked ? tracking.record(below, { primitive, ins, p }) : bindUnder(below, primitive, ins, p);
    // what a function reads is heard here, once: when it runs again it finds what it has read before
    const known = new Map<unknown, readonly Tensor[]>();
    const read = (operation: AnyPrimitive, variable: unknown): readonly Tensor[] | undefined => {
      if (operation !== reading) return undefined;
      const outs = known.get(variable) ?? [tracking.read(variable as Variable, below)];
      known.set(variable, outs);
      return outs;
    };
    const heard = primitive.withFunction(p, (f) => substituting(f, (x) => x, { instead: read }));
    const operation: Application = { primitive, ins, p: heard };
    const outs = isTracked ? undefined : closures.bypass(below, operation, tracking.has);
    return outs ?? tracking.record(below, operation);
  }
}

/** The first interpreter from here on down that is not a stopped tape. */
export const opened = (at: Interpreter | null): Interpreter | null =>
  at instanceof TapeInterpreter && at.closed ? opened(at.below) : at;
