/** Staging: the whole of a function as a graph, made by partial evaluation with every argument unknown. */
import { currentInterpreter, type TraceTag, under } from "../graph/context.js";
import { type Graph, GraphBuilder } from "../graph/graph.js";
import type { AnyPrimitive, FlatFunction } from "../graph/primitive.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { PartialInterpreter, UnknownTracer } from "./partial.js";

/** Records what is read as well, once: the graph outlives what it gives now. */
class ClosedInterpreter extends PartialInterpreter {
  readonly #read = new Map<unknown, readonly Tensor[]>();
  override process(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    if (primitive.reads !== true) return super.process(primitive, ins, p);
    let outs = this.#read.get(p);
    if (outs === undefined) {
      const [type] = primitive.shape([], p) as readonly [TensorType];
      outs = [new UnknownTracer(this.tag, this.builder.addOne(primitive, [], p, type))];
      this.#read.set(p, outs);
    }
    return outs;
  }
}

/** The graph of `f`. Where it is `closed`, its primitives hold no function that closes over a tracer. */
export const stageGraph = (
  f: FlatFunction,
  types: readonly TensorType[],
  tag: TraceTag,
  closed = false,
): Graph => {
  const builder = new GraphBuilder();
  const Staging = closed ? ClosedInterpreter : PartialInterpreter;
  const partial = new Staging(tag, currentInterpreter(), builder, false, closed);
  try {
    const ins = types.map((type) => partial.unknown(type));
    const outs = under(partial, () => f(ins));
    return builder.finish(outs.map((out) => partial.operand(tag.toString(), out)));
  } finally {
    tag.running = false;
  }
};
