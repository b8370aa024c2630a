/**
 * Closed graphs: no tracer stands in them, so that they can be evaluated, transformed and compiled anywhere and at any
 * time. A function staged for a primitive that holds its graph has the tracers over which it closes lifted to operands.
 */
import { Tracer, TraceTag, under } from "../graph/context.js";
import { Equation, type Graph, withoutDeadCode } from "../graph/graph.js";
import { type FlatFunction, type Operand, Variable } from "../graph/primitive.js";
import { stageGraph } from "../interpreters/stage.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";

export interface Closure {
  /** Its last inputs stand for `closedOver`. */
  readonly graph: Graph;
  readonly closedOver: readonly Tensor[];
}

/** The graph with the tracers among its constants made inputs, behind those it has; `first` are made so in any case. */
export const lifted = (graph: Graph, first: readonly Tensor[] = []): Closure => {
  const found = new Map<Tensor, Variable>();
  let count = graph.variableCount;
  const lift = (x: Tensor): Variable => {
    let variable = found.get(x);
    if (variable === undefined) {
      variable = new Variable(x.type, count++);
      found.set(x, variable);
    }
    return variable;
  };
  for (const x of first) lift(x);
  const operand = (x: Operand): Operand => (x instanceof Tracer ? lift(x) : x);
  const equations = graph.equations.map((equation) => {
    const { primitive, ins, p, only, several } = equation;
    return ins.some((x) => x instanceof Tracer)
      ? new Equation(primitive, ins.map(operand), p, only, several)
      : equation;
  });
  const outputs = graph.outputs.map(operand);
  if (found.size === 0) return { graph, closedOver: [] };
  const inputs = [...graph.inputs, ...found.values()];
  return { graph: { inputs, equations, outputs, variableCount: count }, closedOver: [...found.keys()] };
};

/** The closed graph of a function for operands of these types, and the tracers over which the function closes. */
export const stageClosed = (f: FlatFunction, types: readonly TensorType[], tag: TraceTag): Closure =>
  lifted(withoutDeadCode(stageGraph(f, types, tag)));

/** Graphs made of a closed graph, by what they are: made once, so that whoever compiles them finds them again. */
const derived: WeakMap<Graph, Map<string, unknown>> = new WeakMap();

export const remembered = <R>(graph: Graph, key: string, make: () => R): R => {
  let made = derived.get(graph);
  if (made === undefined) {
    made = new Map();
    derived.set(graph, made);
  }
  const found = made.get(key);
  if (found !== undefined) return found as R;
  const fresh = make();
  made.set(key, fresh);
  return fresh;
};

/** The same for what is made of two graphs. */
export const rememberedPair = <R>(a: Graph, b: Graph, key: string, make: () => R): R => {
  const table = remembered(a, `${key} with`, () => new WeakMap<Graph, R>());
  const found = table.get(b);
  if (found !== undefined) return found;
  const fresh = make();
  table.set(b, fresh);
  return fresh;
};

/** Which of several operands, results or graphs. */
export type Mask = readonly boolean[];
export const maskKey = (mask: Mask): string => mask.map((bit) => (bit ? "1" : "0")).join("");
export const noneOf = (list: readonly unknown[]): Mask => list.map(() => false);
export const either = (a: Mask, b: Mask): Mask => a.map((bit, i) => bit || b[i] === true);
export const chosen = <T>(list: readonly T[], mask: Mask): readonly T[] => list.filter((_, i) => mask[i]);
export const countOf = (mask: Mask): number => mask.filter(Boolean).length;

/** The list with `yes` where the mask holds and `no` elsewhere, both in order. */
export const merged = <T>(mask: Mask, yes: readonly T[], no: readonly T[]): readonly T[] => {
  let [i, j] = [0, 0];
  return mask.map((bit) => (bit ? yes[i++] : no[j++]) as T);
};

export const typesOf = (list: readonly { readonly type: TensorType }[]): readonly TensorType[] =>
  list.map((x) => x.type);

/** A graph made of closed graphs, with nobody in charge: what is known while it is made is computed. */
export const stageDerived = (name: string, f: FlatFunction, types: readonly TensorType[]): Graph =>
  under(null, () => withoutDeadCode(stageGraph(f, types, new TraceTag(name, { name: "" }))));

const namesOfAxes = (graph: Graph): readonly string[] => [
  ...new Set(graph.equations.flatMap(({ primitive, p }) => primitive.collectiveAxes?.(p) ?? [])),
];
/** The names of the vmapped axes to which collectives in the graph speak. */
export const collectiveAxesOf = (graph: Graph): readonly string[] =>
  remembered(graph, "collective axes", () => namesOfAxes(graph));
