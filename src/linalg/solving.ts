/** Linear systems, inverses and least squares. */
import { matvec } from "../numpy/contract.js";
import { broadcastAll, stretch } from "../numpy/convert.js";
import { filled } from "../numpy/create.js";
import { asTensor } from "../numpy/door.js";
import { matmul } from "../numpy/methods/products.js";
import { optionsOf } from "../numpy/options.js";
import { convert, filledAs, mul, sub } from "../primitives/arithmetic.js";
import { broadcastOver, sum } from "../primitives/broadcast.js";
import { gt } from "../primitives/compare.js";
import { permuteRows, triangularSolve as solveTriangle } from "../primitives/factor.js";
import { epsilonOf, identityAs, matrixSizes } from "../primitives/matrices.js";
import { reduceMax } from "../primitives/reduce.js";
import { inverse, isSingular, solve as solvePrimitive } from "../primitives/solve.js";
import { leastSquares, svdvals } from "../primitives/svd.js";
import { ArgumentError, DTypeError, describe, ShapeError } from "../tensor/errors.js";
import { sameShape } from "../tensor/shape.js";
import type { Tensor, TensorLike, TensorType } from "../tensor/tensor.js";
import { flag } from "./factors.js";
import { asMatrix, asSquare, inOneDType, rejectSingular, withRightSide } from "./operands.js";
import type { FlippedMatrix, MatrixFunction, SolutionOf, SquareMatrix } from "./types.js";

/** The operands of a solver, the first square. */
const systemOf = (operation: string, a: TensorLike, b: TensorLike): readonly [Tensor, Tensor, number] => {
  const pair = inOneDType(operation, a, b);
  return [...pair, matrixSizes(operation, pair[0].type, true).n];
};

/**
 * X of A X = B, by LU factorisation with partial pivoting. `b` is a vector, or matrices `[..., n, k]`; leading axes
 * broadcast.
 *
 * @throws LinAlgError where a matrix is singular and its elements are at hand; under vmap and in graphs the result has
 * infinities and NaN instead. ShapeError where sizes do not fit.
 * @example linalg.solve([[2, 1], [1, 3]], [3, 5]).toArray() // [0.8, 1.4]
 * @see numpy.linalg.solve
 */
export const solve = <const A extends TensorLike, const B extends TensorLike>(
  a: SquareMatrix<A>,
  b: B,
): SolutionOf<A, B> => {
  const [x, y, n] = systemOf("solve", a, b);
  const out = withRightSide("solve", x, y, n, (p, q) => solvePrimitive(p, q, false));
  rejectSingular("solve", x, isSingular);
  return out as SolutionOf<A, B>;
};

/**
 * The inverse of square matrices `[..., n, n]`. To solve a system, `linalg.solve` is faster and more accurate.
 *
 * @throws LinAlgError where a matrix is singular and its elements are at hand; under vmap and in graphs the result has
 * infinities and NaN instead. ShapeError for matrices that are not square.
 * @example linalg.inv([[2, 0], [0, 4]]).toArray() // [[0.5, 0], [0, 0.25]]
 * @see numpy.linalg.inv
 */
export const inv: MatrixFunction = ((a: TensorLike): Tensor => {
  const x = asSquare("inv", a);
  const out = inverse(x);
  rejectSingular("inv", x, isSingular);
  return out;
}) as MatrixFunction;

export interface TriangularSolveOptions {
  /** Which triangle is read; default the upper one. */
  readonly lower?: boolean;
  /** Solve with the transpose; default false. */
  readonly transpose?: boolean;
  /** Take the diagonal for ones, without reading it; default false. */
  readonly unitDiagonal?: boolean;
}
/**
 * X of T X = B, reading one triangle of T `[..., n, n]`. `b` is a vector, or matrices `[..., n, k]`; leading axes
 * broadcast. A zero on the diagonal gives infinities or NaN.
 *
 * @throws ShapeError where sizes do not fit.
 * @example linalg.triangularSolve([[2, 0], [1, 4]], [2, 9], { lower: true }).toArray() // [1, 2]
 * @see jax.scipy.linalg.solve_triangular
 */
export const triangularSolve = <const A extends TensorLike, const B extends TensorLike>(
  t: SquareMatrix<A>,
  b: B,
  options?: TriangularSolveOptions,
): SolutionOf<A, B> => {
  const given = optionsOf("triangularSolve", options, ["lower", "transpose", "unitDiagonal"]);
  const p = {
    lower: flag("triangularSolve", "lower", given.lower, false),
    transpose: flag("triangularSolve", "transpose", given.transpose, false),
    unitDiagonal: flag("triangularSolve", "unitDiagonal", given.unitDiagonal, false),
  };
  const [x, y, n] = systemOf("triangularSolve", t, b);
  const out = withRightSide("triangularSolve", x, y, n, (m, right) => solveTriangle(m, right, p));
  return out as SolutionOf<A, B>;
};

export interface CholeskySolveOptions {
  /** Whether the factor is the lower one, which is the default, or the upper. */
  readonly lower?: boolean;
}
/**
 * X of A X = B by the Cholesky factor of A, as `linalg.cholesky` gives it.
 *
 * @throws ShapeError where sizes do not fit.
 * @example linalg.choSolve(linalg.cholesky([[4, 2], [2, 5]]), [8, 12]).toArray() // [1, 2]
 * @see jax.scipy.linalg.cho_solve
 */
export const choSolve = <const A extends TensorLike, const B extends TensorLike>(
  factor: SquareMatrix<A>,
  b: B,
  options?: CholeskySolveOptions,
): SolutionOf<A, B> => {
  const lower = flag("choSolve", "lower", optionsOf("choSolve", options, ["lower"]).lower, true);
  const [l, y, n] = systemOf("choSolve", factor, b);
  const p = { lower, unitDiagonal: false };
  const out = withRightSide("choSolve", l, y, n, (m, right) => {
    const half = solveTriangle(m, right, { ...p, transpose: !lower });
    return solveTriangle(m, half, { ...p, transpose: lower });
  });
  return out as SolutionOf<A, B>;
};

/**
 * X of A X = B by the factors of A that `linalg.luFactor` gives.
 *
 * @throws ShapeError where sizes do not fit; ArgumentError and DTypeError for other factors.
 * @example linalg.luSolve(linalg.luFactor([[2, 1], [1, 3]]), [3, 5]).toArray() // [0.8, 1.4]
 * @see jax.scipy.linalg.lu_solve
 */
export const luSolve = (factors: readonly [lu: Tensor, order: Tensor], b: TensorLike): Tensor => {
  if (!Array.isArray(factors) || factors.length !== 2) {
    throw ArgumentError.invalid(
      "luSolve",
      `${describe(factors)} is no pair of factors`,
      "Pass what linalg.luFactor gives.",
    );
  }
  const [lu, y, n] = systemOf("luSolve", factors[0], b);
  const order = checkOrder(factors[1], lu.type);
  return withRightSide("luSolve", lu, y, n, (m, right) => {
    const rows = m.type.shape.slice(0, -1);
    const permuted = permuteRows(right, stretch(order, rows));
    const half = solveTriangle(m, permuted, { lower: true, unitDiagonal: true, transpose: false });
    return solveTriangle(m, half, { lower: false, unitDiagonal: false, transpose: false });
  });
};

const checkOrder = (order: unknown, lu: TensorType): Tensor => {
  const x = asTensor("luSolve", order as TensorLike);
  if (x.type.dtype !== "int32") throw DTypeError.unsupported("luSolve", x.type.dtype, "an order of int32");
  if (!sameShape(x.type.shape, lu.shape.slice(0, -1))) {
    throw ShapeError.mismatch(
      "luSolve",
      "the order does not belong to the factors",
      [lu.shape, x.type.shape],
      "Pass what linalg.luFactor gives.",
    );
  }
  return x;
};

export interface CutoffOptions {
  /** Singular values up to so many times the largest count as 0; default max(m, n) times the relative rounding error. */
  readonly rcond?: number;
}
/** The relative cutoff of a call. */
export const cutoffOf = (operation: string, rcond: unknown, x: TensorType): number => {
  if (rcond === undefined) {
    const { m, n } = matrixSizes(operation, x, false);
    return Math.max(m, n) * epsilonOf(x);
  }
  if (typeof rcond === "number" && rcond >= 0) return rcond;
  throw ArgumentError.invalid(operation, `rcond is ${describe(rcond)}`, "It is a number, 0 or more.");
};

/**
 * The Moore-Penrose inverse of matrices `[..., m, n]`, `[..., n, m]`. Its derivative is that along which the rank stays.
 *
 * @throws ShapeError for fewer than two axes.
 * @example linalg.pinv([[1, 0], [0, 0]]).toArray() // [[1, 0], [0, 0]]
 * @see numpy.linalg.pinv
 */
export const pinv = <const A extends TensorLike>(a: A, options?: CutoffOptions): FlippedMatrix<A> => {
  const { rcond } = optionsOf("pinv", options, ["rcond"]);
  const x = asMatrix("pinv", a);
  const { m, batch } = matrixSizes("pinv", x.type, false);
  const unit = identityAs(filled([...batch, m, m], 0, x.type.dtype));
  const cutoff = cutoffOf("pinv", rcond, x.type);
  return leastSquares(x, unit, { transpose: false, cutoff }) as FlippedMatrix<A>;
};

/**
 * Least squares: `[x, residuals, rank, s]`, x the solution of least norm among those that bring A x nearest to b.
 * A `[..., m, n]`; `b` is a vector or matrices `[..., m, k]`. `residuals` are the sums of squares that are left, `rank`
 * (int32) and the singular values `s` those of A.
 *
 * @throws ShapeError where sizes do not fit.
 * @example linalg.lstsq([[1, 0], [1, 1], [1, 2]], [1, 3, 5])[0].toArray() // [1, 2] up to rounding
 * @see numpy.linalg.lstsq, which leaves residuals empty where m <= n or the rank is less
 */
export const lstsq = (
  a: TensorLike,
  b: TensorLike,
  options?: CutoffOptions,
): readonly [x: Tensor, residuals: Tensor, rank: Tensor, s: Tensor] => {
  const { rcond } = optionsOf("lstsq", options, ["rcond"]);
  const [x, y] = inOneDType("lstsq", a, b);
  const { m } = matrixSizes("lstsq", x.type, false);
  const cutoff = cutoffOf("lstsq", rcond, x.type);
  const solution = withRightSide("lstsq", x, y, m, (p, q) =>
    leastSquares(p, q, { transpose: false, cutoff }),
  );
  const isVector = y.type.shape.length === 1;
  const fitted = isVector ? matvec(x, solution) : matmul(x, solution);
  const misfit = sub(...(broadcastAll("lstsq", [fitted, y]) as [Tensor, Tensor]));
  const squares = mul(misfit, misfit);
  const residuals = sum(squares, [squares.type.shape.length - (isVector ? 1 : 2)]);
  const s = svdvals(x);
  return [solution, residuals, countAbove(s, cutoff), s];
};

/** How many of the singular values are more than `cutoff` times the largest. */
export const countAbove = (s: Tensor, cutoff: number): Tensor => {
  const last = s.type.shape.length - 1;
  const k = s.type.shape[last] as number;
  if (k === 0) return filled(s.type.shape.slice(0, -1), 0, "int32");
  const largest = reduceMax(s, [last]);
  const least = broadcastOver(mul(filledAs(largest, cutoff), largest), s.type.shape, [last]);
  return sum(convert(gt(s, least), "int32"), [last]);
};
