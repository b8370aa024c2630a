/** Reshape and transpose: the rearrangements that tensors have as methods. */
import { permute, reshape as reshapePrimitive } from "../../primitives/reshape.js";
import { AxisError, ShapeError } from "../../tensor/errors.js";
import { normalizeAxis, orThrow, type Shape, sameShape, sizeOf } from "../../tensor/shape.js";
import type { ReshapeFunction, TransposeFunction } from "../../tensor/signatures.js";
import type { Tensor, TensorLike } from "../../tensor/tensor.js";
import { toTensor } from "../convert.js";

/** The shape with -1, if there is one, replaced by whatever is left of `size` elements. */
const completeShape = (shape: Shape, size: number): Shape => {
  if (!Array.isArray(shape)) throw ShapeError.invalid("reshape", shape);
  let rest = -1;
  let known = 1;
  for (let axis = 0; axis < shape.length; axis++) {
    const n = shape[axis] as number;
    if (n === -1 && rest < 0) rest = axis;
    else if (Number.isInteger(n) && n >= 0) known *= n;
    else {
      const remedy = n === -1 ? "Only one size can be -1" : "Sizes are whole numbers, one of them may be -1";
      throw new ShapeError(`reshape: [${shape.join(", ")}] is no shape. ${remedy}.`);
    }
  }
  if (rest < 0) return shape;
  if (known === 0 || size % known !== 0) {
    throw new ShapeError(
      `reshape: no size in place of -1 makes [${shape.join(", ")}] hold ${size} elements. The other sizes must divide that number.`,
    );
  }
  return shape.map((n: number, axis) => (axis === rest ? size / known : n));
};

const reshapeTensor = (x: TensorLike, shape: Shape): Tensor => {
  const t = toTensor("reshape", x);
  const whole = completeShape(shape, t.size);
  if (sameShape(t.type.shape, whole)) return t;
  if (sizeOf(whole) !== t.size) {
    throw ShapeError.mismatch("reshape", `${t.size} elements do not fill ${sizeOf(whole)} places`, [t.type.shape, whole], "Write -1 for one size to have it filled in.");
  }
  return reshapePrimitive(t, whole);
};

/**
 * The same elements, in row-major order, under another shape; one size may be -1 and is then filled in.
 *
 * @throws ShapeError where the sizes do not multiply to the number of elements
 * @example np.reshape([1, 2, 3, 4, 5, 6], [2, -1]).shape // [2, 3]
 */
export const reshape: ReshapeFunction = reshapeTensor as ReshapeFunction;

const reversed = (rank: number): number[] => Array.from({ length: rank }, (_, i) => rank - 1 - i);

const transposeTensor = (x: TensorLike, axes?: readonly number[] | null): Tensor => {
  const t = toTensor("transpose", x);
  const rank = t.type.shape.length;
  if (axes === undefined || axes === null) return rank < 2 ? t : permute(t, rank === 2 ? [1, 0] : reversed(rank));
  if (!Array.isArray(axes) || axes.length !== rank) {
    throw new AxisError(
      `transpose: ${JSON.stringify(axes)} is no order of the ${rank} axes of shape [${t.type.shape.join(", ")}]. Name each axis once.`,
    );
  }
  const order = axes.map((axis: number) => orThrow(normalizeAxis("transpose", axis, rank)));
  order.forEach((axis, i) => {
    if (order.indexOf(axis) !== i) throw AxisError.repeated("transpose", axis);
  });
  return order.every((axis, i) => axis === i) ? t : permute(t, order);
};

/**
 * Axis i of the result is axis `axes[i]` of `x`; without `axes`, all are reversed. Nothing is copied.
 *
 * @throws AxisError unless every axis is named once
 * @example np.transpose(np.zeros([2, 3, 4]), [0, 2, 1]).shape // [2, 4, 3]
 */
export const transpose: TransposeFunction = transposeTensor as TransposeFunction;
