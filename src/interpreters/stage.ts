/** Staging: the whole of a function as a graph, made by partial evaluation with every argument unknown. */
import { currentInterpreter, type TraceTag, under } from "../graph/context.js";
import { type Graph, GraphBuilder } from "../graph/graph.js";
import type { FlatFunction } from "../graph/primitive.js";
import type { TensorType } from "../tensor/tensor.js";
import { PartialInterpreter } from "./partial.js";

export const stageGraph = (f: FlatFunction, types: readonly TensorType[], tag: TraceTag): Graph =>
  stageWith(new PartialInterpreter(tag, currentInterpreter(), new GraphBuilder()), f, types);

/** The same by an interpreter made for it. */
export const stageWith = (
  partial: PartialInterpreter,
  f: FlatFunction,
  types: readonly TensorType[],
): Graph => {
  const { tag, builder } = partial;
  try {
    const ins = types.map((type) => partial.unknown(type));
    const outs = under(partial, () => f(ins));
    return builder.finish(outs.map((out) => partial.operand(tag.toString(), out)));
  } finally {
    tag.running = false;
  }
};
