/** Matrices and right-hand sides at the door: converted, checked, in one dtype, their leading axes broadcast. */
import { promoteAll, stretch } from "../numpy/convert.js";
import { asFloat } from "../numpy/door.js";
import { openWorkshop } from "../numpy/workshop.js";
import { batchColumns, matrixSizes } from "../primitives/matrices.js";
import { reshape } from "../primitives/reshape.js";
import { ConcretizationError, LinAlgError, ShapeError } from "../tensor/errors.js";
import { broadcastShapes, orThrow, sizeOf } from "../tensor/shape.js";
import { DenseTensor, type Tensor, type TensorLike } from "../tensor/tensor.js";

/** A float tensor that holds matrices. */
export const asMatrix = (operation: string, a: TensorLike): Tensor => {
  openWorkshop();
  const x = asFloat(operation, a);
  matrixSizes(operation, x.type, false);
  return x;
};

export const asSquare = (operation: string, a: TensorLike): Tensor => {
  openWorkshop();
  const x = asFloat(operation, a);
  matrixSizes(operation, x.type, true);
  return x;
};

/** Two float tensors of one dtype. */
export const inOneDType = (operation: string, a: TensorLike, b: TensorLike): readonly [Tensor, Tensor] => {
  openWorkshop();
  return promoteAll(operation, [asFloat(operation, a), asFloat(operation, b)]) as readonly [Tensor, Tensor];
};

/**
 * Solves op(A) X = B by `apply`, which takes matrices and right-hand sides with equal leading axes. `b` of one axis is
 * a vector; otherwise it holds matrices [..., rows, k], and leading axes broadcast.
 */
export const withRightSide = (
  operation: string,
  a: Tensor,
  b: Tensor,
  rows: number,
  apply: (a: Tensor, b: Tensor) => Tensor,
): Tensor => {
  const { shape } = b.type;
  const isVector = shape.length === 1;
  if (shape.length === 0 || shape[isVector ? 0 : shape.length - 2] !== rows) {
    throw ShapeError.mismatch(
      operation,
      `the right-hand side has no ${rows} rows`,
      [a.type.shape, shape],
      "It is a vector of n elements, or matrices [..., n, k].",
    );
  }
  const columns = isVector ? reshape(b, [rows, 1]) : b;
  const out = aligned(operation, a, columns, apply);
  return isVector ? reshape(out, out.type.shape.slice(0, -1)) : out;
};

const aligned = (
  operation: string,
  a: Tensor,
  b: Tensor,
  apply: (a: Tensor, b: Tensor) => Tensor,
): Tensor => {
  const [s, t] = [a.type.shape, b.type.shape];
  const batch = orThrow(broadcastShapes(operation, s.slice(0, -2), t.slice(0, -2)));
  if (s.length === 2 && batch.length > 0) {
    // one matrix for all: the right-hand sides side by side
    const size = sizeOf(batch);
    const flat = reshape(b, [size, ...t.slice(-2)]);
    const [{ value }] = batchColumns(apply, { value: a, mapped: false }, { value: flat, mapped: true }, size);
    return reshape(value, [...batch, ...value.type.shape.slice(-2)]);
  }
  return apply(stretch(a, [...batch, ...s.slice(-2)]), stretch(b, [...batch, ...t.slice(-2)]));
};

/** The elements behind a tensor, where they are at hand: not under vmap, nor while a graph is made. */
export const atHand = (x: Tensor): DenseTensor | undefined => {
  if (x instanceof DenseTensor) return x;
  try {
    return x.concrete("linalg");
  } catch (error) {
    if (error instanceof ConcretizationError) return undefined;
    throw error;
  }
};

/** Whether every element is a number. */
export const isFinite = (x: DenseTensor): boolean => {
  for (let i = 0; i < x.size; i++) if (!Number.isFinite(x.at(i))) return false;
  return true;
};

/** Throws for a matrix that is exactly singular, if its elements are at hand; otherwise infinities and NaN tell. */
export const rejectSingular = (
  operation: string,
  a: Tensor,
  isSingular: (x: DenseTensor) => boolean,
): void => {
  const known = atHand(a);
  if (known !== undefined && known.size > 0 && isSingular(known))
    throw LinAlgError.singular(operation, a.type.shape);
};
