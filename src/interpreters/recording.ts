/**
 * Recording: an operation is carried out, and its derivative kept as linear equations that lead from its results
 * back to its operands. It is linearization, one operation at a time: the pushforward over partial evaluation.
 */
import { currentInterpreter, type Interpreter, TraceTag, takeCharge } from "../graph/context.js";
import { Equation, type Graph, GraphBuilder } from "../graph/graph.js";
import {
  type AnyPrimitive,
  type Application,
  isVariable,
  type Operand,
  Variable,
} from "../graph/primitive.js";
import { add, zerosAs } from "../primitives/arithmetic.js";
import { reshape } from "../primitives/reshape.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { DualScope } from "./dual.js";
import { PartialInterpreter, UnknownTracer } from "./partial.js";
import { transposeGraph } from "./transpose.js";

/** A tangent that knows the equation that computes it, so that what nothing depends on any more is collected. */
export class Step extends Variable {
  equation: Equation | null = null;
  /** The operation of whose result it is the tangent, where operations are kept. */
  operation: Operation | null = null;
}

/** An operation that was carried out, to be recorded once more. */
interface Operation extends Application {
  /** Of its results. */
  readonly tracks: readonly (Track | null)[];
}

/** Makes steps in place of a list of equations; their indexes tell the order in which things happened. */
class StepBuilder extends GraphBuilder {
  override input(type: TensorType): Step {
    return new Step(type, this.index());
  }
  override add(
    primitive: AnyPrimitive,
    ins: readonly Operand[],
    p: unknown,
    types: readonly TensorType[],
  ): readonly Step[] {
    if (types.length === 1) return [this.addOne(primitive, ins, p, types[0] as TensorType)];
    const outs = types.map((type) => this.input(type));
    const equation = new Equation(primitive, ins, p, null, outs);
    for (const out of outs) out.equation = equation;
    return outs;
  }
  override addOne(primitive: AnyPrimitive, ins: readonly Operand[], p: unknown, type: TensorType): Step {
    const out = this.input(type);
    out.equation = new Equation(primitive, ins, p, out, null);
    return out;
  }
}

/** The tangent of a recorded value. */
export type Track = UnknownTracer;
const stepOf = (track: Track): Step => track.variable as Step;
const stepsOf = (tracks: readonly (Track | undefined)[]): readonly Step[] =>
  tracks.filter((track) => track !== undefined).map(stepOf);

/** What is made of a pullback: a gradient of one cotangent, the rows of a Jacobian of many. */
export type Rows = (pull: (cotangents: readonly Tensor[]) => readonly Tensor[]) => readonly Tensor[];

/** A tensor, or what is read as one. */
interface Source {
  readonly type: TensorType;
}

export interface DerivativeOptions {
  /** Whether zeros stand for sources on which no target depends. Default: undefined. */
  readonly zeros?: boolean;
  /** Whether the interpreter in charge is to know what derivatives are computed of: operations are recorded again. */
  readonly recorded?: boolean;
}

export class Recording {
  readonly #builder = new StepBuilder();
  readonly #tag: TraceTag;
  readonly #scope: DualScope;
  #partial: PartialInterpreter | undefined;

  constructor(
    name: string,
    readonly trackOf: (x: Source) => Track | undefined,
    /** The value by which the interpreter below knows what has a track. */
    valueOf: (x: Tensor) => Tensor,
    /** Whether operations are kept, so that `again` can record them once more. */
    readonly keeps: boolean,
  ) {
    this.#tag = new TraceTag(name, { name: "" });
    // functions that operations hold may close over values that have tracks
    this.#scope = new DualScope(this.#tag, (x) => {
      const track = trackOf(x);
      return track && [valueOf(x), track];
    });
  }

  input(type: TensorType): Track {
    return new UnknownTracer(this.#tag, this.#builder.input(type));
  }
  /**
   * Results of an operation, carried out below on `primals`, and their tracks; null for those that do not depend on the
   * operands that have one.
   */
  apply(
    below: Interpreter | null,
    { primitive, ins, p }: Application,
    primals: readonly Tensor[],
  ): readonly [outs: readonly Tensor[], tracks: readonly (Track | null)[]] {
    if (this.#partial?.below !== below)
      this.#partial = new PartialInterpreter(this.#tag, below, this.#builder, true);
    const saved = takeCharge(this.#partial);
    try {
      const tangents = ins.map((x) => this.trackOf(x) ?? null);
      const [outs, dOuts] = primitive.jvp(primals, tangents, p, this.#scope);
      const tracks = dOuts.map((d) => (d instanceof UnknownTracer && d.tag === this.#tag ? d : null));
      if (this.keeps) keep({ primitive, ins, p, tracks });
      return [outs, tracks];
    } finally {
      takeCharge(saved);
    }
  }

  /** Derivatives of the targets by the sources, which may be without tracks, from what `rows` makes of the pullback. */
  derivatives(
    targets: readonly Source[],
    sources: readonly Source[],
    rows: Rows,
    { zeros = false, recorded = false }: DerivativeOptions = {},
  ): readonly (Tensor | undefined)[] {
    const ends = targets.map(this.trackOf);
    const starts = sources.map((x) => this.trackOf(x) ?? (zeros ? this.input(x.type) : undefined));
    const now = recorded ? this.#again(ends) : (track: Track | undefined) => track;
    return derivatives(ends.map(now), starts.map(now), rows, zeros);
  }

  /** Records the operations behind the tracks once more, over the interpreter in charge. Tells where a track stands then. */
  #again(ends: readonly (Track | undefined)[]): (track: Track | undefined) => Track | undefined {
    const found = new Map<Step, Track>();
    const now = (track: Track | undefined): Track | undefined => {
      if (track === undefined) return undefined;
      const known = found.get(stepOf(track)) ?? recording.input(track.type);
      found.set(stepOf(track), known);
      return known;
    };
    const trackNow = (x: Source): Track | undefined => now(this.trackOf(x));
    const recording = new Recording(this.#tag.name, trackNow, (x) => x, false);
    for (const operation of operationsBehind(ends)) {
      const { primitive, ins, tracks } = operation;
      // a function that is held may close over an operand too, and moves there
      const primals = primitive.withFunction === undefined ? ins : ins.map((x) => reshape(x, x.shape));
      const outs = recording.apply(currentInterpreter(), operation, primals)[1];
      tracks.forEach((track, i) => {
        if (track !== null) found.set(stepOf(track), outs[i] as Track);
      });
    }
    return now;
  }
}

/** Notes the operation with the steps that it has made, and not with those that came from elsewhere. */
const keep = (operation: Operation): void => {
  for (const track of operation.tracks) {
    const step = track && stepOf(track);
    if (step?.equation) step.operation ??= operation;
  }
};

/** The steps on which `targets` depend, and the equations that compute them, in the order in which they happened. */
const upstream = (targets: readonly Step[]): readonly [ReadonlySet<Step>, readonly Equation[]] => {
  const steps = new Set(targets);
  const equations = new Map<Equation, number>();
  // what is added to a set while it is gone through is gone through as well
  for (const { equation, index } of steps) {
    if (equation === null || equations.has(equation)) continue;
    equations.set(equation, index);
    for (const x of equation.ins) if (isVariable(x)) steps.add(x as Step);
  }
  return [steps, [...equations].sort(([, a], [, b]) => a - b).map(([equation]) => equation)];
};

/** The kept operations on which `targets` depend, in the order in which they happened. */
const operationsBehind = (targets: readonly (Track | undefined)[]): readonly Operation[] => {
  const operations = new Map<Operation, number>();
  for (const { operation, index } of upstream(stepsOf(targets))[0])
    if (operation !== null) operations.set(operation, index);
  return [...operations].sort(([, a], [, b]) => a - b).map(([operation]) => operation);
};

/** Where a track begins: the steps behind it that no equation computes, or none any more. */
export const origins = (track: Track): readonly Step[] =>
  [...upstream([stepOf(track)])[0]].filter(({ equation }) => equation === null);

/** Drops the equations behind a track: nothing is kept for it any more. */
export const release = (track: Track): void => {
  for (const { outs } of upstream([stepOf(track)])[1])
    for (const out of outs as readonly Step[]) out.equation = out.operation = null;
};

/** The linear map from sources to targets as a graph. A source that was computed is one more input, added there. */
const between = (
  sources: readonly Step[],
  targets: readonly Step[],
  equations: readonly Equation[],
): Graph => {
  const builder = new GraphBuilder();
  const inputs = new Map<Variable, Variable>(sources.map((x) => [x, builder.variable(x.type)]));
  const known = new Map(inputs);
  // what depends on no source gets a name that nobody reads
  const named = (x: Operand): Operand => (isVariable(x) ? (known.get(x) ?? builder.variable(x.type)) : x);
  for (const { primitive, ins, p, outs } of equations) {
    if (!ins.some((x) => isVariable(x) && known.has(x))) continue;
    const types = outs.map((out) => out.type);
    builder.add(primitive, ins.map(named), p, types).forEach((result, i) => {
      const out = outs[i] as Variable;
      const input = inputs.get(out);
      const sum = input && builder.addOne(add.primitive, [result, input], null, out.type);
      known.set(out, sum ?? result);
    });
  }
  return { ...builder.finish(targets.map(named)), inputs: sources.map((x) => inputs.get(x) as Variable) };
};

/** Derivatives of targets by sources; undefined for those on which no target depends, unless `zeros` are wanted. */
const derivatives = (
  targets: readonly (Track | undefined)[],
  sources: readonly (Track | undefined)[],
  rows: Rows,
  zeros: boolean,
): readonly (Tensor | undefined)[] => {
  const ends = stepsOf(targets);
  const [reached, equations] = upstream(ends);
  const isConnected = (track: Track | undefined): track is Track =>
    track !== undefined && (zeros || reached.has(stepOf(track)));
  const starts = sources.filter(isConnected).map(stepOf);
  const graph = between(starts, ends, equations);
  const found = rows((cotangents) => {
    const given = cotangents.filter((_, i) => targets[i] !== undefined);
    return transposeGraph(graph, given).map((ct, i) => ct ?? zerosAs(starts[i] as Step));
  });
  let next = 0;
  return sources.map((track) => (isConnected(track) ? found[next++] : undefined));
};
