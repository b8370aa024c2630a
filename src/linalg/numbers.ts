/** Numbers that tell of a matrix: determinants, norms, condition, rank. */

import { moved } from "../numpy/along.js";
import { filled } from "../numpy/create.js";
import { asFloat, openDoor } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { norm as normOfArrays } from "../numpy/statistics.js";
import { abs, convert, div, filledAs, mul } from "../primitives/arithmetic.js";
import { sum } from "../primitives/broadcast.js";
import { gt, isNaN, select } from "../primitives/compare.js";
import { reduceMax, reduceMin } from "../primitives/reduce.js";
import { reshape } from "../primitives/reshape.js";
import { slice } from "../primitives/slice.js";
import * as systems from "../primitives/solve.js";
import { svdvals } from "../primitives/svd.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import { normalizeAxes, orThrow } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { nuclearNorm } from "./nuclear.js";
import { asMatrix, asSquare } from "./operands.js";
import { type CutoffOptions, countAbove, cutoffOf } from "./solving.js";
import type { MatrixNumberFunction, PerMatrix, SquareMatrix } from "./types.js";

/**
 * Determinants of square matrices `[..., n, n]`. The gradient is the matrix of cofactors, also where the matrix is
 * singular, and so are the second derivatives exact.
 *
 * @throws ShapeError for matrices that are not square.
 * @example linalg.det([[1, 2], [3, 4]]).item() // -2.0000000000000004
 * @see numpy.linalg.det
 */
export const det: MatrixNumberFunction = ((a: TensorLike): Tensor =>
  systems.det(asSquare("det", a))) as MatrixNumberFunction;

/**
 * Determinants by `[sign, log]`: the sign (0 where the matrix is singular) and the logarithm of the magnitude.
 *
 * @throws ShapeError for matrices that are not square.
 * @example linalg.slogdet([[1, 2], [3, 4]])[0].item() // -1
 * @see numpy.linalg.slogdet
 */
export const slogdet = <const A extends TensorLike>(
  a: SquareMatrix<A>,
): readonly [sign: PerMatrix<A>, log: PerMatrix<A>] =>
  systems.slogdet([asSquare("slogdet", a)], null) as unknown as readonly [PerMatrix<A>, PerMatrix<A>];

export interface NormOptions {
  /** For vectors any number; for matrices "fro" (default), "nuc", 1, -1, 2, -2, Infinity or -Infinity. */
  readonly ord?: number | "fro" | "nuc" | null;
  /** One axis for norms of vectors, two for norms of matrices. */
  readonly axis?: number | readonly number[] | null;
  readonly keepdims?: boolean;
}

/** Norms of matrices that are made of singular values. */
const isSpectral = (ord: unknown): boolean => ord === 2 || ord === -2 || ord === "nuc";

/**
 * Norm of vectors or matrices; with neither `ord` nor `axis` the 2-norm of all elements. For matrices 2 is the largest
 * singular value, -2 the smallest, "nuc" their sum, whose derivatives of every order hold where singular values are equal. The
 * derivative at 0 is 0 (minimum norm).
 *
 * @throws ArgumentError for an `ord` that is not there, or more than two axes; AxisError.
 * @example linalg.norm([[3, 0], [0, 4]], { ord: 2 }).item() // 4
 * @see numpy.linalg.norm
 */
export const norm = (a: TensorLike, options?: NormOptions): Tensor => {
  const {
    ord = null,
    axis = null,
    keepdims = false,
  } = optionsOf("norm", options, ["ord", "axis", "keepdims"]);
  const x = asFloat("norm", a);
  if (ord !== null && ord !== "fro" && ord !== "nuc" && typeof ord !== "number") {
    throw ArgumentError.invalid(
      "norm",
      `there is no norm with ord ${describe(ord)}`,
      'Pass a number, "fro" or "nuc".',
    );
  }
  const rank = x.type.shape.length;
  const chosen = axis ?? (rank === 2 ? [0, 1] : null);
  const isMatrix = Array.isArray(chosen) && chosen.length === 2;
  if (!isMatrix || !isSpectral(ord)) {
    if (ord === "nuc") {
      throw ArgumentError.invalid(
        "norm",
        'there is no norm "nuc" of vectors',
        "It takes matrices: two axes.",
      );
    }
    return normOfArrays(x, options as Parameters<typeof normOfArrays>[1]);
  }
  const axes = orThrow(normalizeAxes("norm", chosen as readonly number[], rank));
  const matrices = moved(x, axes, [rank - 2, rank - 1]);
  const s = svdvals(matrices);
  const last = s.type.shape.length - 1;
  const value =
    s.type.shape[last] === 0
      ? sum(s, [last])
      : ord === "nuc"
        ? nuclearNorm(matrices)
        : ord === 2
          ? reduceMax(s, [last])
          : reduceMin(s, [last]);
  if (!keepdims) return value;
  return reshape(
    value,
    x.type.shape.map((n, i) => (axes.includes(i) ? 1 : n)),
  );
};

/**
 * The condition number of matrices in the norm `p`: the ratio of the extreme singular values for 2 (default) and -2,
 * else norm(A, p) norm(A^-1, p). Infinity for a singular matrix, 0
 * for one without elements.
 *
 * @throws ShapeError for fewer than two axes, and for matrices that are not square where p is not 2 or -2;
 * ArgumentError for another p.
 * @example linalg.cond([[2, 0], [0, 0.5]]).item() // 4
 * @see numpy.linalg.cond
 */
export const cond = (a: TensorLike, p: NormOptions["ord"] = null): Tensor => {
  if (p === null || p === 2 || p === -2) {
    const s = svdvals(asMatrix("cond", a));
    const last = s.type.shape.length - 1;
    if (s.type.shape[last] === 0) return filled(s.type.shape.slice(0, -1), 0, s.type.dtype);
    const ratio = p === -2 ? div(endOf(s, -1), endOf(s, 0)) : div(endOf(s, 0), endOf(s, -1));
    // 0 / 0: the zero matrix is as singular as can be
    return infiniteFor(ratio, reshape(endOf(s, 0), ratio.type.shape));
  }
  if (![1, -1, Infinity, -Infinity, "fro", "nuc"].includes(p)) {
    throw ArgumentError.invalid(
      "cond",
      `there is no norm of matrices with ord ${describe(p)}`,
      'Pass "fro", "nuc", 1, -1, 2, -2, Infinity or -Infinity.',
    );
  }
  const x = asSquare("cond", a);
  if (x.type.shape.at(-1) === 0) return filled(x.type.shape.slice(0, -2), 0, x.type.dtype);
  const options = { ord: p, axis: [-2, -1] };
  const product = mul(norm(x, options), norm(systems.inverse(x), options));
  return infiniteFor(product, norm(x, { axis: [-2, -1] }));
};

/** A condition number that came out NaN though the matrix has none is infinite. */
const infiniteFor = (value: Tensor, size: Tensor): Tensor => {
  const undefinedHere = convert(isNaN(value), value.type.dtype);
  const unknown = convert(isNaN(size), value.type.dtype);
  return select(gt(undefinedHere, unknown), filledAs(value, Infinity), value);
};

/** The first (0) or last (-1) element along the last axis, which is dropped. */
const endOf = (x: Tensor, which: 0 | -1): Tensor => {
  const { shape } = x.type;
  const last = shape.length - 1;
  const at = which === 0 ? 0 : (shape[last] as number) - 1;
  const cut = slice(x, {
    start: shape.map((_, i) => (i === last ? at : 0)),
    stop: shape.map((n, i) => (i === last ? at + 1 : n)),
    step: null,
  });
  return reshape(cut, shape.slice(0, -1));
};

/**
 * The rank (int32): how many singular values are more than `rcond` times the largest. Below two axes: whether some
 * element is not 0.
 *
 * @throws ArgumentError for an rcond that is no number of 0 or more.
 * @example linalg.matrixRank([[1, 2], [2, 4]]).item() // 1
 * @see numpy.linalg.matrix_rank
 */
export const matrixRank = (a: TensorLike, options?: CutoffOptions): Tensor => {
  const { rcond } = optionsOf("matrixRank", options, ["rcond"]);
  openDoor();
  const x = asFloat("matrixRank", a);
  if (x.type.shape.length < 2) {
    const largest = x.size === 0 ? filled([], 0, x.type.dtype) : reduceMax(abs(x), [...x.type.shape.keys()]);
    return convert(gt(largest, filledAs(largest, 0)), "int32");
  }
  return countAbove(svdvals(x), cutoffOf("matrixRank", rcond, x.type));
};
