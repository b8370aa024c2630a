/**
 * A program of primitives without functions: inputs, equations in order, outputs. Tensors stand in it as
 * constants. Graphs are what staging makes and transposition, evaluation and compilation read.
 */
import { ArgumentError, describe } from "../tensor/errors.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { type AnyPrimitive, isVariable, type Operand, Variable } from "./primitive.js";

/** One operation of a graph. Nearly all have one result, which then needs no list: chains are long, lists add up. */
export class Equation {
  constructor(
    readonly primitive: AnyPrimitive,
    readonly ins: readonly Operand[],
    readonly p: unknown,
    /** The only result; null where there are none or several. */
    readonly only: Variable | null,
    readonly several: readonly Variable[] | null,
  ) {}
  get outs(): readonly Variable[] {
    return this.only === null ? (this.several ?? []) : [this.only];
  }
}

export interface Program<R> {
  readonly inputs: readonly Variable[];
  readonly equations: readonly (Equation | R)[];
  readonly outputs: readonly Operand[];
  /** How many Variables there are; their indexes are below it. */
  readonly variableCount: number;
}
export type Graph = Program<never>;

/** Collects equations in the order in which they happen; a transformation may put records of its own (`R`) among them. */
export class GraphBuilder<R = never> {
  readonly inputs: Variable[] = [];
  readonly equations: (Equation | R)[] = [];
  #count = 0;

  /** The index of a value that needs no Variable as yet. */
  index(): number {
    return this.#count++;
  }

  variable(type: TensorType): Variable {
    return new Variable(type, this.#count++);
  }
  input(type: TensorType): Variable {
    const v = this.variable(type);
    this.inputs.push(v);
    return v;
  }
  add(
    primitive: AnyPrimitive,
    ins: readonly Operand[],
    p: unknown,
    outTypes: readonly TensorType[],
  ): readonly Variable[] {
    if (outTypes.length === 1) return [this.addOne(primitive, ins, p, outTypes[0] as TensorType)];
    const outs = outTypes.map((type) => this.variable(type));
    this.equations.push(new Equation(primitive, ins, p, null, outs));
    return outs;
  }
  /** The same for an operation with one result. */
  addOne(primitive: AnyPrimitive, ins: readonly Operand[], p: unknown, type: TensorType): Variable {
    const out = this.variable(type);
    this.equations.push(new Equation(primitive, ins, p, out, null));
    return out;
  }
  finish(outputs: readonly Operand[]): Program<R> {
    return { inputs: this.inputs, equations: this.equations, outputs, variableCount: this.#count };
  }
}

const none: readonly Graph[] = [];

/** The graphs that an operation stands for or runs. */
export const graphsOf = (primitive: AnyPrimitive, p: unknown): readonly Graph[] => {
  if (primitive.withGraphs === undefined) return none;
  const found: Graph[] = [];
  primitive.withGraphs(p, (graph) => {
    found.push(graph);
    return graph;
  });
  return found;
};

/** Whether running the equation is seen from outside: by what it does itself, or within a graph that it holds. */
export const isSeen = ({ primitive, p }: Equation): boolean =>
  primitive.effect === true || graphsOf(primitive, p).some(hasEffect);
export const hasEffect = (graph: Graph): boolean => graph.equations.some(isSeen);

/** The graph without equations on which no output depends, but for those that are seen from outside. Variables keep their indexes. */
export const withoutDeadCode = (graph: Graph): Graph => {
  const live = new Array<boolean>(graph.variableCount).fill(false);
  for (const out of graph.outputs) if (isVariable(out)) live[out.index] = true;
  const kept: Equation[] = [];
  for (let i = graph.equations.length - 1; i >= 0; i--) {
    const equation = graph.equations[i] as Equation;
    if (!equation.outs.some((v) => live[v.index]) && !isSeen(equation)) continue;
    kept.push(equation);
    for (const x of equation.ins) if (isVariable(x)) live[x.index] = true;
  }
  return { ...graph, equations: kept.reverse() };
};

/** The distinct tensors that a graph holds: of a linearized function, the residuals saved for its pullback. */
export const residuals = (graph: Graph): readonly Tensor[] => {
  if (typeof graph?.variableCount !== "number")
    throw ArgumentError.invalid(
      "residuals",
      `${describe(graph)} is no graph`,
      "Pass one that makeGraph has made.",
    );
  const found = new Set<Tensor>();
  for (const { ins } of withoutDeadCode(graph).equations)
    for (const x of ins) if (!isVariable(x)) found.add(x);
  return [...found];
};
