/** Evaluation: a graph run under the interpreter in charge, equation by equation. */
import { bind } from "../graph/context.js";
import type { Graph } from "../graph/graph.js";
import { isVariable, type Operand } from "../graph/primitive.js";
import type { Tensor } from "../tensor/tensor.js";

export const evaluateGraph = (graph: Graph, ins: readonly Tensor[]): readonly Tensor[] => {
  const values = new Array<Tensor>(graph.variableCount);
  graph.inputs.forEach((v, i) => {
    values[v.index] = ins[i] as Tensor;
  });
  const read = (x: Operand): Tensor => (isVariable(x) ? (values[x.index] as Tensor) : x);
  for (const { primitive, ins: operands, p, outs } of graph.equations) {
    const results = bind(primitive, operands.map(read), p);
    for (let i = 0; i < outs.length; i++)
      values[(outs[i] as (typeof outs)[number]).index] = results[i] as Tensor;
  }
  return graph.outputs.map(read);
};
