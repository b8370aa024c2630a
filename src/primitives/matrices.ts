/**
 * The vocabulary of rules about matrices: products, transposes, triangles and diagonals of whatever stands in the
 * last two axes, the axes before them in step.
 */
import { type Batched, type Cotangent, isVariable, known, type Operand } from "../graph/primitive.js";
import { allocate } from "../tensor/dtype.js";
import { DTypeError, ShapeError } from "../tensor/errors.js";
import type { Shape } from "../tensor/shape.js";
import { sameShape } from "../tensor/shape.js";
import { compact, type Tensor, type TensorType } from "../tensor/tensor.js";
import { add, filledAs, mul, zerosAs } from "./arithmetic.js";
import { mapped, withBatchAxis } from "./batching.js";
import { broadcast, sum } from "./broadcast.js";
import { checkOneDType } from "./checks.js";
import { select } from "./compare.js";
import { dot } from "./dot.js";
import { permute, reshape } from "./reshape.js";
import { slice } from "./slice.js";

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** A B for every pair. */
export const product = (a: Tensor, b: Tensor): Tensor => {
  const rank = a.shape.length;
  const batch = upTo(rank - 2);
  return dot(a, b, { contract: [[rank - 1], [rank - 2]], batch: [batch, batch] });
};

/** A^T of every matrix. */
export const transposed = (a: Tensor): Tensor => {
  const rank = a.shape.length;
  return permute(a, [...upTo(rank - 2), rank - 1, rank - 2]);
};

/** (A + A^T) / 2 */
export const symmetric = (a: Tensor): Tensor => mul(filledAs(a, 0.5), add(a, transposed(a)));

const pattern = (x: Tensor, holds: (row: number, column: number) => boolean): Tensor => {
  const { shape } = x;
  const rank = shape.length;
  const [m, n] = [shape[rank - 2] as number, shape[rank - 1] as number];
  const data = allocate("bool", m * n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) if (holds(i, j)) data[i * n + j] = 1;
  const mask = compact({ shape: [m, n], dtype: "bool", weak: false }, data);
  return broadcast(mask, { shape, axes: [rank - 2, rank - 1] });
};

/** The elements on diagonal k and below, zeros above. */
export const lowerPart = (x: Tensor, k = 0): Tensor =>
  select(
    pattern(x, (i, j) => j - i <= k),
    x,
    zerosAs(x),
  );
/** The elements on diagonal k and above, zeros below. */
export const upperPart = (x: Tensor, k = 0): Tensor =>
  select(
    pattern(x, (i, j) => j - i >= k),
    x,
    zerosAs(x),
  );

/** The same matrix with ones on the diagonal from row `first` on. */
export const withOnes = (x: Tensor, first = 0): Tensor =>
  select(
    pattern(x, (i, j) => i === j && i >= first),
    filledAs(x, 1),
    x,
  );

/** The main diagonals of square matrices, as vectors. */
export const diagonalOf = (x: Tensor): Tensor =>
  sum(
    select(
      pattern(x, (i, j) => i === j),
      x,
      zerosAs(x),
    ),
    [x.shape.length - 1],
  );

/** Vectors [..., n] as the rows of matrices, all rows alike: element (i, j) is v[j]. */
export const asRows = (v: Tensor, rows: number): Tensor => {
  const rank = v.shape.length;
  const shape = [...v.shape.slice(0, -1), rows, v.shape[rank - 1] as number];
  return broadcast(v, { shape, axes: [...upTo(rank - 1), rank] });
};
/** Vectors as the columns of matrices: element (i, j) is v[i]. */
export const asColumns = (v: Tensor, columns: number): Tensor =>
  broadcast(v, { shape: [...v.shape, columns], axes: upTo(v.shape.length) });

/** The first axis of numbers repeated over the last two axes of `like`. */
export const overMatrices = (x: Tensor, like: Tensor): Tensor =>
  broadcast(x, { shape: like.shape, axes: upTo(x.shape.length) });

/** The block of rows and columns between the bounds. */
export const blockOf = (
  x: Tensor,
  rows: readonly [from: number, to: number],
  columns: readonly [from: number, to: number],
): Tensor => {
  const { shape } = x;
  const rank = shape.length;
  if (rows[0] === 0 && columns[0] === 0 && rows[1] === shape[rank - 2] && columns[1] === shape[rank - 1])
    return x;
  return slice(x, {
    start: [...shape.slice(0, -2).map(() => 0), rows[0], columns[0]],
    stop: [...shape.slice(0, -2), rows[1], columns[1]],
    step: null,
  });
};

/** The identity matrices of the type of `x`. */
export const identityAs = (x: Tensor): Tensor => withOnes(zerosAs(x));

/** The relative distance of neighbouring numbers. */
export const epsilonOf = (type: TensorType): number => (type.dtype === "float32" ? 2 ** -23 : 2 ** -52);

/** Shapes of operands: rows and columns, and what stands before. */
export interface MatrixSizes {
  readonly m: number;
  readonly n: number;
  readonly batch: Shape;
}

/** Sizes of matrices of floats; throws for anything else. */
export const matrixSizes = (operation: string, x: TensorType, square: boolean): MatrixSizes => {
  const { shape, dtype } = x;
  if (dtype !== "float64" && dtype !== "float32")
    throw DTypeError.unsupported(operation, dtype, "float64 or float32");
  const rank = shape.length;
  if (rank < 2) {
    throw ShapeError.mismatch(
      operation,
      "a matrix is needed",
      [shape],
      "Matrices stand in the last two axes; np.reshape or np.expandDims adds one.",
    );
  }
  const [m, n] = [shape[rank - 2] as number, shape[rank - 1] as number];
  if (square && m !== n) {
    throw ShapeError.mismatch(
      operation,
      "a square matrix is needed",
      [shape],
      "The last two axes must be equal; linalg.lstsq and linalg.pinv take others.",
    );
  }
  return { m, n, batch: shape.slice(0, -2) };
};

/** Checks that right-hand sides [..., rows, k] belong to matrices, in dtype too. */
export const checkRightSide = (operation: string, a: TensorType, b: TensorType, rows: number): void => {
  checkOneDType(operation, [a, b]);
  const fits =
    b.shape.length === a.shape.length &&
    b.shape[b.shape.length - 2] === rows &&
    sameShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (!fits) {
    throw ShapeError.mismatch(
      operation,
      `the right-hand side does not fit`,
      [a.shape, b.shape],
      "It is [..., n, k] beside [..., n, n]; the functions of linalg broadcast and take vectors.",
    );
  }
};

/**
 * The batching rule of an operation on matrices and right-hand sides: where the matrices are shared, the right-hand
 * sides of all examples become columns of one.
 */
export const batchColumns = (
  apply: (a: Tensor, b: Tensor) => Tensor,
  a: Batched,
  b: Batched,
  size: number,
): readonly [Batched] => {
  if (a.mapped) return [mapped(apply(a.value, withBatchAxis(b, size)))];
  const rank = b.value.shape.length;
  const k = b.value.shape[rank - 1] as number;
  const inner = upTo(rank - 2).map((i) => i + 1);
  const before = inner.map((axis) => b.value.shape[axis] as number);
  const wide = reshape(permute(b.value, [...inner, 0, rank - 1]), [...before, size * k]);
  const out = apply(a.value, wide);
  const rows = out.shape.slice(0, -1);
  return [mapped(permute(reshape(out, [...rows, size, k]), [rank - 2, ...upTo(rank - 2), rank - 1]))];
};

/** The transpose rule of an operation that is linear in its second operand, with the cotangent found by `dual`. */
export const transposeSecond = (
  operation: string,
  ct: Cotangent,
  a: Operand,
  b: Operand,
  dual: (a: Tensor, ct: Tensor) => Tensor,
): readonly [null, Cotangent] => {
  const matrix = known(operation, a);
  return [null, ct === null || !isVariable(b) ? null : dual(matrix, ct)];
};
