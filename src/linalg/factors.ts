/** Factorisations: Cholesky, LU, QR, eigenvalues of symmetric matrices, singular values. */
import { optionsOf } from "../numpy/options.js";
import { add, convert } from "../primitives/arithmetic.js";
import { broadcast } from "../primitives/broadcast.js";
import { eq } from "../primitives/compare.js";
import * as factor from "../primitives/factor.js";
import { blockOf, lowerPart, matrixSizes, transposed, upperPart, withOnes } from "../primitives/matrices.js";
import * as orthogonal from "../primitives/orthogonal.js";
import * as singular from "../primitives/svd.js";
import { ArgumentError, describe, LinAlgError } from "../tensor/errors.js";
import { compact, type Tensor, type TensorLike } from "../tensor/tensor.js";
import { asMatrix, asSquare, atHand, isFinite } from "./operands.js";
import type { PerRow, SameMatrix, SquareMatrix } from "./types.js";

/** An option that is true or false. */
export const flag = (operation: string, name: string, value: unknown, otherwise: boolean): boolean => {
  if (value === undefined) return otherwise;
  if (typeof value === "boolean") return value;
  throw ArgumentError.invalid(operation, `${name} is ${describe(value)}`, "Pass true or false.");
};

export interface CholeskyOptions {
  /** The upper factor U, with A = U^T U; default the lower one. */
  readonly upper?: boolean;
  /** Factor (A + A^T) / 2 (the default), or read the lower triangle alone. */
  readonly symmetrizeInput?: boolean;
}
/**
 * The lower triangular L with positive diagonal of A = L L^T, for symmetric positive definite matrices
 * `[..., n, n]`. It is the factor of (A + A^T) / 2, and so are its derivatives.
 *
 * @throws LinAlgError where a matrix is not positive definite and its elements are at hand; under vmap and in graphs
 * its factor is NaN instead. ShapeError for matrices that are not square.
 * @example linalg.cholesky([[4, 2], [2, 5]]).toArray() // [[2, 0], [1, 2]]
 * @see numpy.linalg.cholesky, jax.numpy.linalg.cholesky
 */
export const cholesky = <const A extends TensorLike>(
  a: SquareMatrix<A>,
  options?: CholeskyOptions,
): SameMatrix<A> => {
  const { upper, symmetrizeInput } = optionsOf("cholesky", options, ["upper", "symmetrizeInput"]);
  const x = asSquare("cholesky", a);
  const isUpper = flag("cholesky", "upper", upper, false);
  const whole = flag("cholesky", "symmetrizeInput", symmetrizeInput, true)
    ? x
    : add(lowerPart(x), transposed(lowerPart(x, -1)));
  const l = factor.cholesky(whole);
  const known = atHand(l);
  if (known !== undefined && known.size > 0 && !isFinite(known)) {
    const given = atHand(whole);
    if (given !== undefined && isFinite(given))
      throw LinAlgError.notPositiveDefinite("cholesky", x.type.shape);
  }
  return (isUpper ? transposed(l) : l) as SameMatrix<A>;
};

/**
 * LU factorisation with partial pivoting, `[p, l, u]` with A = P L U: P a permutation, L unit lower, U upper
 * triangular. A `[..., m, n]` gives P `[..., m, m]`, L `[..., m, k]`, U `[..., k, n]`, k the lesser of m and n.
 *
 * @throws ShapeError for fewer than two axes.
 * @example linalg.lu([[0, 1], [2, 3]])[2].toArray() // [[2, 3], [0, 1]]
 * @see scipy.linalg.lu
 */
export const lu = (a: TensorLike): readonly [p: Tensor, l: Tensor, u: Tensor] => {
  const x = asMatrix("lu", a);
  const { m, n } = matrixSizes("lu", x.type, false);
  const k = Math.min(m, n);
  const [both, , order] = factor.lu([x], null) as readonly [Tensor, Tensor, Tensor];
  const { shape } = order.type;
  // column j of P has its one in row order[j]
  const rows = compact(
    { shape: [m], dtype: "int32", weak: false },
    Int32Array.from({ length: m }, (_, i) => i),
  );
  const square = [...shape, m];
  const last = shape.length;
  const places = broadcast(order, {
    shape: [...shape.slice(0, -1), m, m],
    axes: [...shape.slice(0, -1).keys(), last],
  });
  const ones = eq(places, broadcast(rows, { shape: square, axes: [last - 1] }));
  return [
    convert(ones, x.type.dtype),
    withOnes(lowerPart(blockOf(both, [0, m], [0, k]), -1)),
    upperPart(blockOf(both, [0, k], [0, n])),
  ];
};

/**
 * The LU factorisation in the form that `luSolve` takes: L (below the diagonal) and U in one matrix, and the order of
 * the rows (int32) that pivoting made.
 *
 * @throws ShapeError for matrices that are not square.
 * @example linalg.luFactor([[0, 1], [2, 3]])[1].toArray() // [1, 0]
 * @see jax.scipy.linalg.lu_factor, which gives the exchanges of rows instead of their order
 */
export const luFactor = <const A extends TensorLike>(
  a: SquareMatrix<A>,
): readonly [lu: SameMatrix<A>, order: Tensor] => {
  const [both, , order] = factor.lu([asSquare("luFactor", a)], null) as readonly [Tensor, Tensor, Tensor];
  return [both as SameMatrix<A>, order];
};

export interface QrOptions {
  /** "reduced" (default): Q has as many columns as R has rows, the lesser of m and n; "complete": Q is square; "r": R alone. */
  readonly mode?: "reduced" | "complete";
}
/**
 * QR factorisation `[q, r]`: A = Q R with orthonormal columns of Q and upper triangular R whose diagonal is not
 * negative, which makes it unique for full rank.
 *
 * The derivative needs the first min(m, n) columns to be linearly independent. In mode "complete" with m > n the
 * further columns are a choice, and only what does not depend on it has a derivative.
 *
 * @throws ShapeError for fewer than two axes; ArgumentError for another mode.
 * @example linalg.qr([[3, 1], [4, 2]])[1].toArray() // [[5, 2.2], [0, 0.4]]
 * @see numpy.linalg.qr, whose diagonal of R may be negative
 */
export const qr = (a: TensorLike, options?: QrOptions): readonly [q: Tensor, r: Tensor] => {
  const { mode = "reduced" } = optionsOf("qr", options, ["mode"]);
  if (mode !== "reduced" && mode !== "complete") {
    throw ArgumentError.invalid(
      "qr",
      `there is no mode ${describe(mode)}`,
      'Modes are "reduced" and "complete".',
    );
  }
  return orthogonal.qr([asMatrix("qr", a)], mode === "complete") as readonly [Tensor, Tensor];
};

/**
 * Eigenvalues, ascending, and orthonormal eigenvectors (as columns) of symmetric matrices: of (A + A^T) / 2. The
 * largest element of each vector is positive.
 *
 * Derivatives are finite for equal eigenvalues, whose vectors are a choice. First derivatives are right there for
 * functions of the eigenvalues alone and of whole eigenspaces; what the couplings within an eigenspace add to others,
 * and to second derivatives, is left out (`expm`, `sqrtm`, `matrixPower`, `inv`, `slogdet` and the nuclear norm have it:
 * log det by `slogdet`, tr e^A by `expm`). Eigenvalues count as equal where rounding cannot tell them apart.
 *
 * @throws ShapeError for matrices that are not square.
 * @example linalg.eigh([[2, 1], [1, 2]])[0].toArray() // [1, 3]
 * @see numpy.linalg.eigh
 */
export const eigh = <const A extends TensorLike>(
  a: SquareMatrix<A>,
): readonly [w: PerRow<A>, v: SameMatrix<A>] =>
  orthogonal.eigh([asSquare("eigh", a)], null) as unknown as readonly [PerRow<A>, SameMatrix<A>];

/**
 * Eigenvalues, ascending, of symmetric matrices: of (A + A^T) / 2.
 *
 * @throws ShapeError for matrices that are not square.
 * @example linalg.eigvalsh([[2, 1], [1, 2]]).toArray() // [1, 3]
 * @see numpy.linalg.eigvalsh
 */
export const eigvalsh = <const A extends TensorLike>(a: SquareMatrix<A>): PerRow<A> =>
  orthogonal.eigvalsh(asSquare("eigvalsh", a)) as PerRow<A>;

export interface SvdOptions {
  /** Square U and V (NumPy's default), or as many columns as there are singular values; default false. */
  readonly fullMatrices?: boolean;
}
/**
 * Singular value decomposition `[u, s, vt]`: A = U diag(s) V^T with s descending. The largest element of each column
 * of U is positive.
 *
 * Derivatives are finite for equal singular values and for low rank, as for `eigh`. With `fullMatrices` what lies
 * outside the first min(m, n) vectors is a choice, too.
 *
 * @throws ShapeError for fewer than two axes.
 * @example linalg.svd([[3, 0], [0, 4]])[1].toArray() // [4, 3]
 * @see numpy.linalg.svd, where fullMatrices is true by default
 */
export const svd = (a: TensorLike, options?: SvdOptions): readonly [u: Tensor, s: Tensor, vt: Tensor] => {
  const { fullMatrices } = optionsOf("svd", options, ["fullMatrices"]);
  const full = flag("svd", "fullMatrices", fullMatrices, false);
  return singular.svd([asMatrix("svd", a)], full) as readonly [Tensor, Tensor, Tensor];
};

/**
 * Singular values, descending.
 *
 * @throws ShapeError for fewer than two axes.
 * @example linalg.svdvals([[3, 0], [0, 4]]).toArray() // [4, 3]
 * @see numpy.linalg.svdvals
 */
export const svdvals = (a: TensorLike): Tensor => singular.svdvals(asMatrix("svdvals", a));
