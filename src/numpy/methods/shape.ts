/** Reshape and transpose: the rearrangements that tensors have as methods. */
import { arranged, checkFills, permute, reshape as reshapePrimitive } from "../../primitives/reshape.js";
import { AxisError, bracketed, describe, ShapeError } from "../../tensor/errors.js";
import { normalizeAxes, orThrow, type Shape, sameShape } from "../../tensor/shape.js";
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
      throw new ShapeError(`reshape: ${bracketed(shape)} is no shape. ${remedy}.`);
    }
  }
  if (rest < 0) return shape;
  if (known === 0 || size % known !== 0) {
    throw new ShapeError(
      `reshape: no size in place of -1 makes ${bracketed(shape)} hold ${size} elements. The other sizes must divide that number.`,
    );
  }
  return shape.map((n: number, axis) => (axis === rest ? size / known : n));
};

const reshapeTensor = (x: TensorLike, shape: Shape): Tensor => {
  const t = toTensor("reshape", x);
  const whole = completeShape(shape, t.size);
  if (sameShape(t.type.shape, whole)) return t;
  checkFills(t.type.shape, whole);
  return reshapePrimitive(t, whole);
};

/** As `np.reshape`. */
export const reshape: ReshapeFunction = reshapeTensor as ReshapeFunction;

const reversed = (rank: number): number[] => Array.from({ length: rank }, (_, i) => rank - 1 - i);

const transposeTensor = (x: TensorLike, axes?: readonly number[] | null): Tensor => {
  const t = toTensor("transpose", x);
  const rank = t.type.shape.length;
  if (axes === undefined || axes === null)
    return rank < 2 ? t : permute(t, rank === 2 ? [1, 0] : reversed(rank));
  if (!Array.isArray(axes) || axes.length !== rank) {
    throw new AxisError(
      `transpose: ${describe(axes)} is no order of the ${rank} axes of shape ${bracketed(t.type.shape)}. Name each axis once.`,
    );
  }
  return arranged(t, orThrow(normalizeAxes("transpose", axes, rank)));
};

/** As `np.transpose`. */
export const transpose: TransposeFunction = transposeTensor as TransposeFunction;
