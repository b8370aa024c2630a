/** Staging: the whole of a function as a graph, made by partial evaluation with every argument unknown. */
import { currentInterpreter, type TraceTag, under } from "../graph/context.js";
import { type Graph, GraphBuilder } from "../graph/graph.js";
import type { FlatFunction } from "../graph/primitive.js";
import type { TensorType } from "../tensor/tensor.js";
import { PartialInterpreter } from "./partial.js";

/** The graph of `f`. Where it is `closed`, its primitives hold no function that closes over a tracer. */
export const stageGraph = (
  f: FlatFunction,
  types: readonly TensorType[],
  tag: TraceTag,
  closed = false,
): Graph => {
  const builder = new GraphBuilder();
  const partial = new PartialInterpreter(tag, currentInterpreter(), builder, false, closed);
  try {
    const ins = types.map((type) => partial.unknown(type));
    const outs = under(partial, () => f(ins));
    return builder.finish(outs.map((out) => partial.operand(tag.toString(), out)));
  } finally {
    tag.running = false;
  }
};
