/** Matrices of a form: identity, triangles, diagonals, powers. */
import { filledAs, integerPow, zerosAs } from "../primitives/arithmetic.js";
import { broadcast } from "../primitives/broadcast.js";
import { select } from "../primitives/compare.js";
import { reshape } from "../primitives/reshape.js";
import { concatenate, pad, slice } from "../primitives/slice.js";
import { allocate, type DType } from "../tensor/dtype.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { checkShape, orThrow } from "../tensor/shape.js";
import type { DTypeOption, EyeFunction } from "../tensor/signatures.js";
import { compact, type Tensor, type TensorLike } from "../tensor/tensor.js";
import { dtypeOr, filled } from "./create.js";
import { asTensor } from "./door.js";
import { optionsOf } from "./options.js";
import { openWorkshop } from "./workshop.js";

/** A matrix of 0 and 1 by row and column. */
const pattern = (
  n: number,
  m: number,
  dtype: DType,
  holds: (row: number, column: number) => boolean,
): Tensor => {
  openWorkshop();
  const data = allocate(dtype, n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) if (holds(i, j)) data[i * m + j] = 1;
  return compact({ shape: [n, m], dtype, weak: false }, data);
};

const checkDiagonal = (operation: string, k: unknown): number => {
  if (Number.isInteger(k)) return k as number;
  throw ArgumentError.invalid(
    operation,
    `there is no diagonal ${describe(k)}`,
    "0 is the main one, 1 is above, -1 below.",
  );
};

export interface DiagonalOptions extends DTypeOption<DType> {
  /** Which diagonal: 0 (default) the main one, positive above it, negative below. */
  readonly k?: number;
}
type EyeOnDiagonal = (rows: number, columns?: number, options?: DiagonalOptions) => Tensor<[number, number]>;

/**
 * Ones on a diagonal, zeros elsewhere; square unless the columns are given.
 * @throws ShapeError for sizes that are none.
 * @example np.eye(2) // [[1, 0], [0, 1]]
 * @see numpy.eye
 */
export const eye: EyeFunction & EyeOnDiagonal = ((
  rows: number,
  columns = rows,
  options?: DiagonalOptions,
): Tensor => {
  orThrow(checkShape("eye", [rows, columns]));
  const k = checkDiagonal("eye", optionsOf("eye", options, ["k", "dtype"]).k ?? 0);
  return pattern(rows, columns, dtypeOr("eye", options?.dtype, "float64"), (i, j) => j - i === k);
}) as EyeFunction & EyeOnDiagonal;

/**
 * The identity matrix.
 * @example np.identity(2) // [[1, 0], [0, 1]]
 * @see numpy.identity
 */
export const identity = <N extends number, D extends DType = "float64">(
  n: N,
  options?: DTypeOption<D>,
): Tensor<[N, N], D> => eye<N, N, D>(n, n, options);

/**
 * Ones on a diagonal and below, zeros above.
 * @example np.tri(2) // [[1, 0], [1, 1]]
 * @see numpy.tri
 */
export const tri = (rows: number, columns: number = rows, options?: DiagonalOptions): Tensor => {
  orThrow(checkShape("tri", [rows, columns]));
  const k = checkDiagonal("tri", optionsOf("tri", options, ["k", "dtype"]).k ?? 0);
  return pattern(rows, columns, dtypeOr("tri", options?.dtype, "float64"), (i, j) => j - i <= k);
};

/** `x` where the pattern holds in the last two axes, 0 elsewhere. */
const triangle = (
  operation: string,
  a: TensorLike,
  holds: (row: number, column: number) => boolean,
): Tensor => {
  const x = asTensor(operation, a);
  const { shape } = x.type;
  const rank = shape.length;
  if (rank < 2) {
    throw ShapeError.mismatch(
      operation,
      "a matrix is needed",
      [shape],
      "Triangles lie in the last two axes.",
    );
  }
  const mask = pattern(shape[rank - 2] as number, shape[rank - 1] as number, "bool", holds);
  return select(broadcast(mask, { shape, axes: [rank - 2, rank - 1] }), x, zerosAs(x));
};

/**
 * The lower triangle of matrices (the last two axes): zeros above diagonal k.
 * @throws ShapeError if there are fewer than two axes.
 * @example np.tril([[1, 2], [3, 4]]) // [[1, 0], [3, 4]]
 * @see numpy.tril
 */
export const tril = (x: TensorLike, k = 0): Tensor => {
  checkDiagonal("tril", k);
  return triangle("tril", x, (i, j) => j - i <= k);
};
/**
 * The upper triangle of matrices (the last two axes): zeros below diagonal k.
 * @throws ShapeError if there are fewer than two axes.
 * @example np.triu([[1, 2], [3, 4]]) // [[1, 2], [0, 4]]
 * @see numpy.triu
 */
export const triu = (x: TensorLike, k = 0): Tensor => {
  checkDiagonal("triu", k);
  return triangle("triu", x, (i, j) => j - i >= k);
};

/**
 * Diagonal k of a matrix, or the matrix with a vector on diagonal k.
 * @throws ShapeError for other ranks.
 * @example np.diag([1, 2]) // [[1, 0], [0, 2]]
 * @see numpy.diag
 */
export const diag = (a: TensorLike, k = 0): Tensor => {
  const x = asTensor("diag", a);
  checkDiagonal("diag", k);
  if (x.type.shape.length === 1) return onDiagonal(x, k);
  if (x.type.shape.length === 2) return readDiagonal(x, k);
  throw ShapeError.mismatch(
    "diag",
    "a vector or a matrix is needed",
    [x.type.shape],
    "np.diagonal takes two axes of more.",
  );
};

/**
 * The matrix with all elements, in row-major order, on diagonal k.
 * @example np.diagflat([[1, 2], [3, 4]]) // a 4 x 4 matrix
 * @see numpy.diagflat
 */
export const diagflat = (a: TensorLike, k = 0): Tensor => {
  const x = asTensor("diagflat", a);
  return onDiagonal(reshape(x, [x.size]), checkDiagonal("diagflat", k));
};

// in row-major order neighbours on a diagonal of an n x n matrix are n + 1 places apart
const onDiagonal = (x: Tensor, k: number): Tensor => {
  const length = x.size;
  const n = length + Math.abs(k);
  if (length === 0) return filled([n, n], 0, x.type.dtype);
  const low = k >= 0 ? k : -k * n;
  const high = n * n - low - ((length - 1) * (n + 1) + 1);
  return reshape(pad(x, { value: 0, low: [low], high: [high], interior: [n] }), [n, n]);
};

const readDiagonal = (x: Tensor, k: number): Tensor => {
  const [n, m] = x.type.shape as readonly [number, number];
  const length = Math.max(0, Math.min(n + Math.min(k, 0), m - Math.max(k, 0)));
  if (length === 0) return filled([0], 0, x.type.dtype);
  const start = k >= 0 ? k : -k * m;
  const stop = start + (length - 1) * (m + 1) + 1;
  return slice(reshape(x, [n * m]), { start: [start], stop: [stop], step: [m + 1] });
};

export interface VanderOptions {
  /** Number of columns; default as many as rows. */
  readonly columns?: number;
  /** Powers from 0 upwards; default downwards to 0. */
  readonly increasing?: boolean;
}
/**
 * The Vandermonde matrix: the powers of a vector's elements as columns.
 * @throws ShapeError if it is no vector.
 * @example np.vander([2, 3]) // [[2, 1], [3, 1]]
 * @see numpy.vander
 */
export const vander = (a: TensorLike, options?: VanderOptions): Tensor => {
  const x = asTensor("vander", a);
  if (x.type.shape.length !== 1) {
    throw ShapeError.mismatch("vander", "a vector is needed", [x.type.shape], "Pass a tensor of one axis.");
  }
  const { columns = x.size, increasing = false } = optionsOf("vander", options, ["columns", "increasing"]);
  orThrow(checkShape("vander", [x.size, columns]));
  if (columns === 0) return filled([x.size, 0], 0, x.type.dtype);
  const powers = Array.from({ length: columns }, (_, j) => (increasing ? j : columns - 1 - j));
  return concatenate(
    powers.map((n) => reshape(n === 0 ? filledAs(x, 1) : integerPow(x, n), [x.size, 1])),
    1,
  );
};
