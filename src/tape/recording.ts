/**
 * Recording: an operation is carried out, and its derivative kept as linear equations that lead from its results
 * back to its operands. It is linearization, one operation at a time: the pushforward over partial evaluation.
 */
import { type Interpreter, TraceTag, takeCharge } from "../graph/context.js";
import { Equation, type Graph, GraphBuilder } from "../graph/graph.js";
import {
  type AnyPrimitive,
  Variable as GraphVariable,
  isVariable,
  type Operand,
} from "../graph/primitive.js";
import { DualScope } from "../interpreters/dual.js";
import { PartialInterpreter, UnknownTracer } from "../interpreters/partial.js";
import { transposeGraph } from "../interpreters/transpose.js";
import { add, zerosAs } from "../primitives/arithmetic.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";

/** A tangent that knows the equation that computes it, so that what nothing depends on any more is collected. */
export class Step extends GraphVariable {
  equation: Equation | null = null;
}

/** Makes steps in place of a list of equations; their indexes tell the order in which things happened. */
class StepBuilder extends GraphBuilder {
  #next = 0;
  override variable(type: TensorType): Step {
    return new Step(type, this.#next++);
  }
  override input(type: TensorType): Step {
    return this.variable(type);
  }
  override addOne(primitive: AnyPrimitive, ins: readonly Operand[], p: unknown, type: TensorType): Step {
    const out = this.variable(type);
    out.equation = new Equation(primitive, ins, p, out, null);
    return out;
  }
  override add(
    primitive: AnyPrimitive,
    ins: readonly Operand[],
    p: unknown,
    outTypes: readonly TensorType[],
  ): readonly Step[] {
    if (outTypes.length === 1) return [this.addOne(primitive, ins, p, outTypes[0] as TensorType)];
    const outs = outTypes.map((type) => this.variable(type));
    const equation = new Equation(primitive, ins, p, null, outs);
    for (const out of outs) out.equation = equation;
    return outs;
  }
}

/** The tangent of a recorded value. */
export type Track = UnknownTracer;
export const stepOf = (track: Track): Step => track.variable as Step;

/** One recording; several interpreters may take part in it, one after the other. */
export class Recording {
  readonly tag: TraceTag;
  readonly #builder = new StepBuilder();
  readonly #scope: DualScope;

  /** `parts` takes a value that is recorded apart: functions that operations hold may close over it. */
  constructor(name: string, parts: (x: Tensor) => readonly [primal: Tensor, track: Track] | undefined) {
    this.tag = new TraceTag(name, { name: "" });
    this.#scope = new DualScope(new TraceTag(name, { name: "" }), parts);
  }

  /** Records over `below`. */
  over(below: Interpreter | null): PartialInterpreter {
    return new PartialInterpreter(this.tag, below, this.#builder, true);
  }
  input(type: TensorType): Track {
    return new UnknownTracer(this.tag, this.#builder.input(type));
  }
  /** Results of an operation and their tracks; null for those that do not depend on the operands that have one. */
  apply(
    over: PartialInterpreter,
    primitive: AnyPrimitive,
    primals: readonly Tensor[],
    tracks: readonly (Track | null)[],
    p: unknown,
  ): readonly [outs: readonly Tensor[], tracks: readonly (Track | null)[]] {
    const saved = takeCharge(over);
    try {
      const [outs, tangents] = primitive.jvp(primals, tracks, p, this.#scope);
      return [outs, tangents.map((d) => (d instanceof UnknownTracer && d.tag === this.tag ? d : null))];
    } finally {
      takeCharge(saved);
    }
  }
}

/** The steps on which `targets` depend, and the equations that compute them, in the order in which they happened. */
const upstream = (targets: readonly Step[]): readonly [ReadonlySet<Step>, readonly Equation[]] => {
  const steps = new Set<Step>();
  const equations = new Map<Equation, number>();
  const open = [...targets];
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    if (steps.has(step)) continue;
    steps.add(step);
    const { equation } = step;
    if (equation === null || equations.has(equation)) continue;
    equations.set(equation, step.index);
    for (const x of equation.ins) if (isVariable(x)) open.push(x as Step);
  }
  return [steps, [...equations].sort(([, a], [, b]) => a - b).map(([equation]) => equation)];
};

/**
 * The derivative from `sources` to `targets`, all of them recorded, as a graph of its own. A source in the middle of
 * the recording is one more input, added there.
 */
const between = (
  sources: readonly Step[],
  targets: readonly Step[],
  equations: readonly Equation[],
): Graph => {
  let count = 0;
  const variable = ({ type }: { readonly type: TensorType }): GraphVariable =>
    new GraphVariable(type, count++);
  const inputs = new Map<GraphVariable, GraphVariable>();
  for (const source of sources) if (!inputs.has(source)) inputs.set(source, variable(source));
  const renamed = new Map<GraphVariable, GraphVariable>(inputs);
  const kept: Equation[] = [];
  for (const { primitive, ins, p, outs } of equations) {
    if (!ins.some((x) => isVariable(x) && renamed.has(x))) continue;
    // a tangent that depends on no source gets a name that nobody reads
    const operands = ins.map((x) => (isVariable(x) ? (renamed.get(x) ?? variable(x)) : x));
    const results = outs.map(variable);
    const only = results.length === 1 ? (results[0] as GraphVariable) : null;
    kept.push(new Equation(primitive, operands, p, only, only === null ? results : null));
    outs.forEach((out, i) => {
      const result = results[i] as GraphVariable;
      const input = inputs.get(out);
      const sum = input === undefined ? result : variable(out);
      if (input !== undefined) kept.push(new Equation(add.primitive, [result, input], null, sum, null));
      renamed.set(out, sum);
    });
  }
  return {
    inputs: sources.map((source) => inputs.get(source) as GraphVariable),
    equations: kept,
    outputs: targets.map((target) => renamed.get(target) ?? variable(target)),
    variableCount: count,
  };
};

/** Drops the equations behind a step: nothing is kept for it any more. */
export const release = (step: Step): void => {
  for (const { outs } of upstream([step])[1]) for (const out of outs) (out as Step).equation = null;
};

export interface Pullback {
  /** Which sources the targets depend on. */
  readonly connected: readonly boolean[];
  /** Cotangents of those, for cotangents of the targets. */
  readonly pull: (cotangents: readonly Tensor[]) => readonly Tensor[];
}

/** The pullback from targets to sources, where undefined stands for what was not recorded. */
export const pullback = (
  targets: readonly (Step | undefined)[],
  sources: readonly (Step | undefined)[],
): Pullback => {
  const ends = targets.filter((step) => step !== undefined);
  const [reached, equations] = upstream(ends);
  const connected = sources.map((step) => step !== undefined && reached.has(step));
  const starts = sources.filter((step) => step !== undefined && reached.has(step)) as readonly Step[];
  const graph = between(starts, ends, equations);
  const pull: Pullback["pull"] = (cotangents) => {
    const given = cotangents.filter((_, i) => targets[i] !== undefined);
    return transposeGraph(graph, given).map((ct, i) => ct ?? zerosAs(starts[i] as Step));
  };
  return { connected, pull };
};
