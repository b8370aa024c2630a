/** The tensors over which compiled functions and loops close: constants of the graphs that their operations hold. */
import { remembered } from "../control/closed.js";
import type { Graph } from "../graph/graph.js";
import { type AnyPrimitive, isVariable, type Lowering, type Operand } from "../graph/primitive.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";

const graphsIn = (lowering: Lowering): readonly Graph[] => {
  switch (lowering.kind) {
    case "inline":
      return [lowering.graph];
    case "branch":
      return lowering.branches;
    case "while":
      return [lowering.condition, lowering.body];
    case "scan":
      return [lowering.body];
    default:
      return [];
  }
};

/** Those of an operation that holds graphs, and of what is called within. */
export const constantsOf = (lowering: Lowering): readonly Tensor[] => graphsIn(lowering).flatMap(constantsIn);

const constantsIn = (graph: Graph): readonly Tensor[] =>
  remembered(graph, "constants", () => {
    const isConstant = (x: Operand): x is Tensor => !isVariable(x);
    const within = graph.equations.flatMap(({ primitive, ins, p }) => [
      ...ins.filter(isConstant),
      ...(holdsGraphs(primitive) ? constantsOf(primitive.lower(ins.map(typeOf), p)) : []),
    ]);
    return [...new Set([...within, ...graph.outputs.filter(isConstant)])];
  });

const typeOf = (x: Operand): TensorType => x.type;

export const holdsGraphs = (primitive: AnyPrimitive): boolean => primitive.split !== undefined;
