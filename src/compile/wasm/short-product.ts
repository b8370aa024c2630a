/** Products of short sums as loops over their result: tiles would be filled and emptied more than they compute. */
import type { ScalarNode } from "../../expr/program.js";
import type { Access, BufferPosition, LoopStep } from "../plan.js";

/** An operand of a product: where the terms of a sum stand, from the place of the first element on. */
export interface Terms {
  readonly at: BufferPosition;
  readonly offsets: ArrayLike<number>;
  /** Over the axes of the result. */
  readonly strides: readonly number[];
}

/** `out[i...] = sum over p of left[i..., p] right[i..., p]`: terms are added in the order of all products. */
export const shortProduct = (
  dtype: "float64" | "float32",
  shape: readonly number[],
  left: Terms,
  right: Terms,
  out: Access,
): LoopStep => {
  const k = left.offsets.length;
  const nodes: ScalarNode[] = Array.from({ length: 2 * k }, (_, index) => ({ kind: "input", dtype, index }));
  const term = (p: number): number => nodes.push({ kind: "apply", dtype, op: "mul", args: [p, k + p] }) - 1;
  let sum = term(0);
  for (let p = 1; p < k; p++) sum = nodes.push({ kind: "apply", dtype, op: "add", args: [sum, term(p)] }) - 1;
  const loads = ({ at, offsets, strides }: Terms): readonly Access[] =>
    Array.from(offsets, (by) => ({ buffer: at.buffer, offset: at.offset + by, strides }));
  return {
    kind: "loop",
    shape,
    folded: false,
    body: { inputs: new Array<typeof dtype>(2 * k).fill(dtype), nodes, outputs: [sum] },
    loads: [...loads(left), ...loads(right)],
    stores: [{ value: 0, access: out }],
    folds: [],
  };
};
