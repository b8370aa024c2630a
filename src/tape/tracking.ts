/**
 * What a tape knows: which tensors and Variables it tracks, by identity. Values stay plain tensors, so that they can
 * be read, kept and passed on; what a tape knows of a tensor is forgotten with the tensor.
 */
import {
  bindOne,
  bindUnder,
  currentInterpreter,
  type Interpreter,
  takeCharge,
  under,
} from "../graph/context.js";
import type { AnyPrimitive } from "../graph/primitive.js";
import { bypass } from "../interpreters/closure.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import { carriesTangent } from "../interpreters/forward.js";
import type { PartialInterpreter } from "../interpreters/partial.js";
import { reshape } from "../primitives/reshape.js";
import { ArgumentError } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import { constantsOf, holdsGraphs } from "./constants.js";
import { Recording, type Step, stepOf, type Track } from "./recording.js";
import { reading, Variable } from "./variable.js";

const changed = ({ name }: Variable): ArgumentError =>
  ArgumentError.invalid(
    "GradientTape",
    `a function that checkpoint runs again reads the Variable "${name}", which has been assigned since`,
    "Ask for the gradient before you assign, or pass v.value as an argument of the function.",
  );

const closedOver = ({ name }: AnyPrimitive): ArgumentError =>
  ArgumentError.invalid(
    "GradientTape",
    `a function given to lax.${name} closes over a tensor that this tape watches`,
    "Pass the tensor to the loop, as part of what it carries; or read a Variable in it.",
  );

export class Tracking {
  #tensors = new WeakMap<Tensor, Track>();
  #variables = new Map<Variable, Track>();
  /** For what the interpreter below read, what was handed out. */
  readings: WeakMap<Tensor, Tensor> = new WeakMap();
  readonly recording: Recording = new Recording("GradientTape", (x) => {
    const track = this.#tensors.get(x);
    return track === undefined ? undefined : [x, track];
  });

  constructor(
    /** Whether to record now. */
    readonly active: () => boolean,
    /** Whether Variables are watched when they are read. */
    readonly watchesReadings: boolean,
  ) {}

  get variables(): readonly Variable[] {
    return [...this.#variables.keys()];
  }
  /** What is carried out in `f` hears of Variables what this tape has heard: functions that run again find it there. */
  remembering<R>(f: () => R): R {
    if (this.#variables.size === 0) return f();
    const below = currentInterpreter();
    const read = (variable: Variable): readonly Tensor[] =>
      bindUnder(below, reading, [], variable).map((x) => {
        const own = this.readings.get(x);
        if (own === undefined && this.#variables.has(variable)) throw changed(variable);
        return own ?? x;
      });
    return under(new Listening(below, read), f);
  }
  forget(): void {
    this.#tensors = new WeakMap();
    this.#variables = new Map();
    this.readings = new WeakMap();
  }
  watch(x: Tensor | Variable): void {
    if (x instanceof Variable) {
      if (!this.#variables.has(x)) this.#variables.set(x, this.recording.input(x.held.type));
    } else if (!this.has(x)) this.track(x, this.recording.input(x.type));
  }
  stepOf(x: Tensor | Variable): Step | undefined {
    const track = x instanceof Variable ? this.#variables.get(x) : this.#tensors.get(x);
    return track && stepOf(track);
  }

  has(x: Tensor): boolean {
    return this.#tensors.has(x);
  }
  trackOf(x: Tensor): Track | null {
    return this.#tensors.get(x) ?? null;
  }
  track(x: Tensor, track: Track): void {
    this.#tensors.set(x, track);
  }
  /** The track of a Variable that is read, which may be watched for that; undefined for one that is not. */
  heard(variable: Variable): Track | undefined {
    if (!this.active()) return undefined;
    if (this.watchesReadings && variable.trainable && carriesTangent(variable.held)) this.watch(variable);
    return this.#variables.get(variable);
  }
}

/** Carries readings out in another way, also those of functions that operations hold, and hands everything else on. */
export class Listening implements Interpreter {
  constructor(
    readonly below: Interpreter | null,
    readonly read: (variable: Variable) => readonly Tensor[],
  ) {}
  process(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    if (primitive === reading) return this.read(p as Variable);
    const held = primitive.withFunction?.(p, (f) => (operands) => {
      const listening = new Listening(currentInterpreter(), this.read);
      return under(listening, () => f(operands));
    });
    return bindUnder(this.below, primitive, ins, held ?? p);
  }
}

/** Has operations carried out by the interpreter below, and records those on what is tracked. */
export class TapeInterpreter implements Interpreter {
  /** Set when the tape has stopped, for one that still stands below another. */
  closed = false;
  readonly #partial: PartialInterpreter;
  /** For operations that hold functions: what those read is heard too. */
  readonly #listening: Listening;
  readonly #holding: PartialInterpreter;

  constructor(
    readonly tracking: Tracking,
    readonly below: Interpreter | null,
  ) {
    this.#listening = new Listening(below, (variable) => this.#read(variable));
    this.#partial = tracking.recording.over(below);
    this.#holding = tracking.recording.over(this.#listening);
  }

  process(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    const { tracking, below } = this;
    if (primitive === reading) return this.#read(p as Variable);
    if (!tracking.active()) {
      if (this.closed && currentInterpreter() === this) takeCharge(below); // stopped elsewhere
      return bindUnder(below, primitive, ins, p);
    }
    const isTracked = (x: Tensor): boolean => tracking.has(x);
    if (holdsGraphs(primitive)) {
      const lowering = primitive.lower(
        ins.map((x) => x.type),
        p,
      );
      // a graph that closes over what is tracked is recorded operation by operation
      if (constantsOf(lowering).some(isTracked)) {
        if (lowering.kind === "inline") return evaluateGraph(lowering.graph, ins);
        throw closedOver(primitive);
      }
    }
    if (primitive.withFunction === undefined)
      return ins.some(isTracked)
        ? this.#record(this.#partial, primitive, ins, ins, p)
        : bindUnder(below, primitive, ins, p);
    const outs = ins.some(isTracked) ? undefined : bypass(this.#listening, primitive, ins, p, isTracked);
    if (outs !== undefined) return outs;
    // a function that is held may close over an operand too, and moves there
    const primals = ins.map((x) => (isTracked(x) ? this.#again(x) : x));
    return this.#record(this.#holding, primitive, primals, ins, p);
  }

  tracks(x: Tensor): boolean {
    return this.tracking.active() && this.tracking.has(x);
  }

  /** A watched Variable is read as a tensor that only this tape hands out: others with its values are not tracked. */
  #read(variable: Variable): readonly Tensor[] {
    const { tracking } = this;
    const outs = bindUnder(this.below, reading, [], variable);
    const track = tracking.heard(variable);
    if (track === undefined) return outs;
    const x = outs[0] as Tensor;
    const own = tracking.readings.get(x) ?? this.#again(x);
    tracking.readings.set(x, own);
    tracking.track(own, track);
    return [own];
  }

  #record(
    over: PartialInterpreter,
    primitive: AnyPrimitive,
    primals: readonly Tensor[],
    ins: readonly Tensor[],
    p: unknown,
  ): readonly Tensor[] {
    const { tracking } = this;
    const tracks = ins.map((x) => tracking.trackOf(x));
    const [outs, outTracks] = tracking.recording.apply(over, primitive, primals, tracks, p);
    return outs.map((out, i) => {
      const track = outTracks[i] ?? null;
      // a result that was there before gets an identity of its own
      const isNew = primals === ins && !ins.includes(out) && !tracking.has(out);
      const own = isNew ? out : this.#again(out);
      if (track !== null) tracking.track(own, track);
      return own;
    });
  }

  /** The same values as another tensor. */
  #again(x: Tensor): Tensor {
    return under(this.below, () => bindOne(reshape.primitive, [x], x.shape));
  }
}
