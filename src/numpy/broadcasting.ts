/** Broadcasting made explicit: tensors stretched to a shape without copying, and the shape in which several meet. */
import { ShapeError } from "../tensor/errors.js";
import { broadcastShapes as broadcastChecked, checkShape, orThrow, type Shape } from "../tensor/shape.js";
import type { BroadcastToFunction } from "../tensor/signatures.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { broadcastAll, stretch } from "./convert.js";
import { asTensor } from "./door.js";

const broadcastToShape = (x: TensorLike, shape: Shape): Tensor => {
  const t = asTensor("broadcastTo", x);
  const wanted = orThrow(checkShape("broadcastTo", shape));
  const from = t.type.shape;
  const missing = wanted.length - from.length;
  const fits = missing >= 0 && from.every((n, axis) => n === 1 || n === wanted[axis + missing]);
  if (!fits) {
    throw ShapeError.mismatch(
      "broadcastTo",
      "the shape cannot be stretched to the one wanted",
      [from, wanted],
      "Aligned at the last axis, sizes must be equal, or 1 in the tensor.",
    );
  }
  return stretch(t, wanted);
};

/**
 * `x` repeated to a shape, without copying: aligned at the last axis, sizes must be equal, or 1 in `x`.
 *
 * @throws ShapeError where they are not
 * @example np.broadcastTo([1, 2], [3, 2]).shape // [3, 2]
 */
export const broadcastTo: BroadcastToFunction = broadcastToShape as BroadcastToFunction;

/**
 * The shape in which tensors of these shapes meet.
 *
 * @throws ShapeError where sizes differ and none is 1
 * @example np.broadcastShapes([2, 1], [3]) // [2, 3]
 */
export const broadcastShapes = (...shapes: readonly Shape[]): Shape =>
  orThrow(
    broadcastChecked(
      "broadcastShapes",
      ...shapes.map((shape) => orThrow(checkShape("broadcastShapes", shape))),
    ),
  );

/**
 * All tensors in the shape in which they meet; dtypes stay.
 *
 * @throws ShapeError where the shapes do not broadcast
 * @example np.broadcastArrays([[1], [2]], [3, 4]).map((x) => x.shape) // [[2, 2], [2, 2]]
 */
export const broadcastArrays = (...xs: readonly TensorLike[]): readonly Tensor[] => {
  const tensors = xs.map((x) => asTensor("broadcastArrays", x));
  return tensors.length === 0 ? [] : broadcastAll("broadcastArrays", tensors);
};
