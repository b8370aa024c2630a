/**
 * Recording: an operation is carried out, and its derivative kept as linear equations that lead from its results
 * back to its operands. It is linearization, one operation at a time: the pushforward over partial evaluation.
 */
import { type Interpreter, TraceTag, takeCharge } from "../graph/context.js";
import { Equation, type Graph, GraphBuilder } from "../graph/graph.js";
import { type AnyPrimitive, isVariable, type Operand, Variable } from "../graph/primitive.js";
import { add, zerosAs } from "../primitives/arithmetic.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { DualScope } from "./dual.js";
import type { Pair } from "./forward.js";
import { PartialInterpreter, UnknownTracer } from "./partial.js";
import { transposeGraph } from "./transpose.js";

/** A tangent that knows the equation that computes it, so that what nothing depends on any more is collected. */
export class Step extends Variable {
  equation: Equation | null = null;
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

export class Recording {
  readonly #builder = new StepBuilder();
  readonly #tag: TraceTag;
  readonly #scope: DualScope;
  #partial: PartialInterpreter | undefined;

  /** `parts` takes a value that is recorded apart: functions that operations hold may close over it. */
  constructor(name: string, parts: (x: Tensor) => Pair | undefined) {
    this.#tag = new TraceTag(name, { name: "" });
    this.#scope = new DualScope(this.#tag, parts);
  }

  input(type: TensorType): Track {
    return new UnknownTracer(this.#tag, this.#builder.input(type));
  }
  /** Results of an operation and their tracks; null for those that do not depend on the operands that have one. */
  apply(
    below: Interpreter | null,
    primitive: AnyPrimitive,
    primals: readonly Tensor[],
    tracks: readonly (Track | null)[],
    p: unknown,
  ): readonly [outs: readonly Tensor[], tracks: readonly (Track | null)[]] {
    if (this.#partial?.below !== below)
      this.#partial = new PartialInterpreter(this.#tag, below, this.#builder, true);
    const saved = takeCharge(this.#partial);
    try {
      const [outs, tangents] = primitive.jvp(primals, tracks, p, this.#scope);
      return [outs, tangents.map((d) => (d instanceof UnknownTracer && d.tag === this.#tag ? d : null))];
    } finally {
      takeCharge(saved);
    }
  }
}

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

/** Drops the equations behind a track: nothing is kept for it any more. */
export const release = (track: Track): void => {
  for (const { outs } of upstream([stepOf(track)])[1]) for (const out of outs) (out as Step).equation = null;
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

/**
 * Derivatives of the targets by the sources, from what `rows` makes of the pullback; undefined for sources on which no
 * target depends. What was not recorded has no track.
 */
export const derivatives = (
  targets: readonly (Track | undefined)[],
  sources: readonly (Track | undefined)[],
  rows: (pull: (cotangents: readonly Tensor[]) => readonly Tensor[]) => readonly Tensor[],
): readonly (Tensor | undefined)[] => {
  const ends = targets.filter((track) => track !== undefined).map(stepOf);
  const [reached, equations] = upstream(ends);
  const isConnected = (track: Track | undefined): track is Track =>
    track !== undefined && reached.has(stepOf(track));
  const starts = sources.filter(isConnected).map(stepOf);
  const graph = between(starts, ends, equations);
  const found = rows((cotangents) => {
    const given = cotangents.filter((_, i) => targets[i] !== undefined);
    return transposeGraph(graph, given).map((ct, i) => ct ?? zerosAs(starts[i] as Step));
  });
  let next = 0;
  return sources.map((track) => (isConnected(track) ? found[next++] : undefined));
};
