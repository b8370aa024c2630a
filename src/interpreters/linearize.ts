/**
 * Linearization: forward mode over partial evaluation. Primals are computed now; what happens to the tangents,
 * unknown as yet, is recorded: a linear graph, whose constants are the residuals.
 */
import { currentInterpreter, TraceTag, under } from "../graph/context.js";
import { type Graph, GraphBuilder } from "../graph/graph.js";
import type { FlatFunction, Operand } from "../graph/primitive.js";
import { zerosAs } from "../primitives/arithmetic.js";
import type { Tensor } from "../tensor/tensor.js";
import { ForwardInterpreter, ForwardTracer } from "./forward.js";
import { PartialInterpreter, UnknownTracer } from "./partial.js";

export interface Linearized {
  readonly outs: readonly Tensor[];
  /** From the tangents of the active operands to those of the results. */
  readonly graph: Graph;
}

/**
 * Results of `f` and its derivative at `primals` as a linear graph of the tangents of the operands marked active.
 */
export const linearizeFlat = (
  f: FlatFunction,
  primals: readonly Tensor[],
  active: readonly boolean[],
  tag: TraceTag,
): Linearized => {
  const builder = new GraphBuilder();
  const partial = new PartialInterpreter(new TraceTag(tag.name, tag.of), currentInterpreter(), builder, true);
  const forward = new ForwardInterpreter(tag, partial);
  try {
    // loops rather than map here and below: this runs at every call, and lists of one kind stay fast in the engine
    const ins: Tensor[] = [];
    for (let i = 0; i < primals.length; i++) {
      const x = primals[i] as Tensor;
      ins.push(active[i] === true ? new ForwardTracer(tag, x, partial.unknown(x.type)) : x);
    }
    const outs: Tensor[] = [];
    const tangents: Operand[] = [];
    for (const out of under(forward, () => f(ins))) {
      const [primal, tangent] = forward.split(out);
      outs.push(primal);
      tangents.push(
        tangent instanceof UnknownTracer && tangent.tag === partial.tag
          ? tangent.variable
          : (tangent ?? zerosAs(primal)),
      );
    }
    return { outs, graph: builder.finish(tangents) };
  } finally {
    tag.running = false;
    partial.tag.running = false;
  }
};
