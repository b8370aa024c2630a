/** What the shape rules of many primitives ask of their operands. */
import { DTypeError, ShapeError } from "../tensor/errors.js";
import { sameShape } from "../tensor/shape.js";
import type { TensorType } from "../tensor/tensor.js";

export const checkOneDType = (operation: string, types: readonly TensorType[]): void => {
  const { dtype } = types[0] as TensorType;
  const other = types.find((x) => x.dtype !== dtype);
  if (other !== undefined)
    throw DTypeError.unsupported(operation, `${dtype} with ${other.dtype}`, "one dtype for all operands");
};

export const checkOneShape = (
  operation: string,
  types: readonly TensorType[],
  remedy = "Broadcast first, or use the function of np, which does.",
): void => {
  const { shape } = types[0] as TensorType;
  if (!types.every((x) => sameShape(x.shape, shape))) {
    throw ShapeError.mismatch(
      operation,
      "operands need equal shapes",
      types.map((x) => x.shape),
      remedy,
    );
  }
};
