/**
 * Statistics and norms. Square roots of sums of squares have derivative 0 at 0 (minimum norm), and logarithms of
 * sums of exponentials do not overflow.
 */
import {
  abs,
  add,
  convert,
  div,
  filledAs,
  integerPow,
  mul,
  stopGradient,
  sub,
  zerosAs,
} from "../primitives/arithmetic.js";
import { broadcastOver, sum } from "../primitives/broadcast.js";
import { eq, isFinite, isNaN, max, ne, select } from "../primitives/compare.js";
import { reduceMax, reduceMin } from "../primitives/reduce.js";
import { permute, reshape } from "../primitives/reshape.js";
import { slice } from "../primitives/slice.js";
import { sort } from "../primitives/sort.js";
import { exp, log, pow, sqrt } from "../primitives/transcendental.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { normalizeAxis, orThrow, sameShape } from "../tensor/shape.js";
import type { FloatReductionFunction } from "../tensor/signatures.js";
import type { ReduceOptions, Tensor, TensorLike } from "../tensor/tensor.js";
import { broadcastAll, promoteAll } from "./convert.js";
import { asFloat } from "./door.js";
import { withMask } from "./masked.js";
import { axesOf, countOf, kept } from "./methods/reductions.js";
import { optionsOf } from "./options.js";

export interface VarianceOptions extends ReduceOptions {
  /** Subtracted from the number of elements in the divisor; default 0. */
  readonly ddof?: number;
  /** Which elements count (bool, broadcast against the tensor). */
  readonly where?: TensorLike;
}
export const varianceKeys = ["axis", "keepdims", "ddof", "where"] as const;
export type VarianceFunction = FloatReductionFunction &
  ((
    x: TensorLike,
    options: VarianceOptions & ({ readonly ddof: number } | { readonly where: TensorLike }),
  ) => Tensor);

const spread = (x: Tensor, axes: readonly number[], ddof: number): Tensor => {
  const n = countOf(x, axes);
  const total = sum(x, axes);
  const centre = div(total, filledAs(total, n));
  const squares = sum(integerPow(sub(x, broadcastOver(centre, x.type.shape, axes)), 2), axes);
  return div(squares, filledAs(squares, Math.max(n - ddof, 0)));
};

/** What a mask counts, its sum of squared distances from their mean, and how many less ddof. */
export const maskedSpread = (
  mask: Tensor,
  x: Tensor,
  axes: readonly number[],
  ddof: number,
): readonly [squares: Tensor, divisor: Tensor] => {
  const nothing = zerosAs(x);
  const n = sum(convert(mask, x.type.dtype), axes);
  const some = select(eq(n, zerosAs(n)), filledAs(n, 1), n);
  const centre = broadcastOver(div(sum(select(mask, x, nothing), axes), some), x.type.shape, axes);
  const distance = select(mask, sub(x, centre), nothing);
  return [sum(integerPow(distance, 2), axes), sub(n, filledAs(n, ddof))];
};

/** The variance by its options, under the name of the function that needs it, and what `after` makes of it. */
const varianceBy = (
  operation: string,
  a: TensorLike,
  options: VarianceOptions | undefined,
  after: (x: Tensor) => Tensor,
): Tensor => {
  const given = asFloat(operation, a);
  const { ddof = 0, where } = optionsOf(operation, options, varianceKeys);
  if (where === undefined) {
    const axes = axesOf(operation, given, options, varianceKeys);
    return kept(after(spread(given, axes, ddof)), given, axes, options);
  }
  const [mask, x] = withMask(operation, where, given);
  const axes = axesOf(operation, x, options, varianceKeys);
  const [squares, divisor] = maskedSpread(mask, x, axes, ddof);
  return kept(after(div(squares, max(divisor, zerosAs(divisor)))), x, axes, options);
};

/** sqrt with derivative 0 at 0: the minimum-norm subgradient of a norm. */
export const rootOfSquares = (x: Tensor): Tensor => {
  const isZero = eq(x, zerosAs(x));
  return select(isZero, zerosAs(x), sqrt(select(isZero, filledAs(x, 1), x)));
};

/**
 * Variance over the axes (default all): the mean of squared distances from the mean, with n - ddof as divisor; of those that
 * `where` selects.
 * @example np.var([1, 2, 3, 4]) // 1.25
 * @see numpy.var
 */
export const variance: VarianceFunction = ((a: TensorLike, options?: VarianceOptions): Tensor =>
  varianceBy("var", a, options, (x) => x)) as VarianceFunction;

/**
 * Standard deviation over the axes (default all); its derivative where all elements are equal is 0.
 * @example np.std([1, 3]) // 1
 * @see numpy.std
 */
export const std: VarianceFunction = ((a: TensorLike, options?: VarianceOptions): Tensor =>
  varianceBy("std", a, options, rootOfSquares)) as VarianceFunction;

export interface AverageOptions extends ReduceOptions {
  /** Of the tensor's shape, or one weight for each element along `axis`. */
  readonly weights?: TensorLike;
}
/**
 * Mean over the axes, weighted: sum(x w) / sum(w).
 * @throws ShapeError if the weights fit neither the tensor nor its axis.
 * @example np.average([1, 4], { weights: [2, 1] }) // 2
 * @see numpy.average
 */
export const average = (a: TensorLike, options?: AverageOptions): Tensor => {
  const x = asFloat("average", a);
  const axes = axesOf("average", x, options, ["axis", "keepdims", "weights"]);
  if (options?.weights === undefined) {
    const total = sum(x, axes);
    return kept(div(total, filledAs(total, countOf(x, axes))), x, axes, options);
  }
  const [values, given] = promoteAll("average", [x, asFloat("average", options.weights)]) as readonly [
    Tensor,
    Tensor,
  ];
  const weights = alongAxis(values, given, axes);
  const result = div(sum(mul(values, weights), axes), sum(weights, axes));
  return kept(result, values, axes, options);
};

const alongAxis = (x: Tensor, weights: Tensor, axes: readonly number[]): Tensor => {
  const { shape } = x.type;
  if (sameShape(weights.type.shape, shape)) return weights;
  if (axes.length !== 1 || !sameShape(weights.type.shape, [shape[axes[0] as number] as number])) {
    throw ShapeError.mismatch(
      "average",
      "weights fit neither the tensor nor the axis",
      [shape, weights.type.shape],
      "Pass one weight for each element, or one for each along a single axis.",
    );
  }
  return broadcastOver(
    weights,
    shape,
    shape.map((_, axis) => axis).filter((axis) => axis !== axes[0]),
  );
};

/**
 * Median over the axes (default all): the middle element, or the mean of the two middle ones; NaN if there is one.
 * @example np.median([5, 1, 3]) // 3
 * @see numpy.median
 */
export const median: FloatReductionFunction = ((a: TensorLike, options?: ReduceOptions): Tensor => {
  const x = asFloat("median", a);
  const axes = axesOf("median", x, options);
  const rest = x.type.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const restShape = rest.map((axis) => x.type.shape[axis] as number);
  const n = countOf(x, axes);
  if (n === 0) {
    throw ShapeError.mismatch(
      "median",
      "no elements to choose from",
      [x.type.shape],
      "Check the size first.",
    );
  }
  const rows = sort(reshape(permute(x, [...rest, ...axes]), [...restShape, n]), rest.length);
  const at = (i: number): Tensor => {
    const start = [...rest.map(() => 0), i];
    return reshape(slice(rows, { start, stop: [...restShape, i + 1], step: null }), restShape);
  };
  const half = filledAs(at(0), 0.5);
  const middle = n % 2 === 1 ? at((n - 1) / 2) : add(mul(at(n / 2 - 1), half), mul(at(n / 2), half));
  const last = at(n - 1);
  return kept(select(isNaN(last), last, middle), x, axes, options);
}) as FloatReductionFunction;

export interface LogsumexpOptions extends ReduceOptions {
  /** Weights of the exponentials, broadcast; default 1. */
  readonly b?: TensorLike;
}
/**
 * log(sum(b e^x)) over the axes (default all) without overflow; -Infinity of nothing but -Infinity, there with
 * derivative 0.
 * @example np.logsumexp([1000, 1000]) // 1000.6931471805599
 * @see scipy.special.logsumexp
 */
export const logsumexp = (a: TensorLike, options?: LogsumexpOptions): Tensor => {
  let x = asFloat("logsumexp", a);
  let weights: Tensor | undefined;
  if (options?.b !== undefined) {
    const met = promoteAll("logsumexp", [x, asFloat("logsumexp", options.b)]);
    [x, weights] = broadcastAll("logsumexp", met) as readonly [Tensor, Tensor];
    x = select(ne(weights, zerosAs(weights)), x, filledAs(x, -Infinity));
  }
  const axes = axesOf("logsumexp", x, options, ["axis", "keepdims", "b"]);
  const { shape } = x.type;
  if (countOf(x, axes) === 0) return kept(log(sum(x, axes)), x, axes, options);
  // the value does not depend on the shift, so that the shift may count as a constant
  const largest = reduceMax(stopGradient(x), axes);
  const shift = select(isFinite(largest), largest, zerosAs(largest));
  const terms = exp(sub(x, broadcastOver(shift, shape, axes)));
  const total = sum(weights === undefined ? terms : mul(terms, weights), axes);
  const none = eq(total, zerosAs(total));
  const logarithm = log(select(none, filledAs(total, 1), total));
  return kept(select(none, filledAs(total, -Infinity), add(logarithm, shift)), x, axes, options);
};

export interface NormOptions {
  /** 2 by default; for vectors any number, for matrices "fro", 1, -1, Infinity or -Infinity. */
  readonly ord?: number | "fro" | null;
  /** One axis for norms of vectors, two for norms of matrices. */
  readonly axis?: number | readonly number[] | null;
  readonly keepdims?: boolean;
}
/**
 * Norm of vectors or matrices; with neither `ord` nor `axis` the 2-norm of all elements. The derivative at 0 is 0
 * (minimum norm).
 * @throws ArgumentError for an `ord` that is not there, or more than two axes.
 * @example np.norm([3, 4]) // 5
 * @see numpy.linalg.norm
 */
export const norm = (a: TensorLike, options?: NormOptions): Tensor => {
  const x = asFloat("norm", a);
  const { ord = null, axis = null } = options ?? {};
  const axes = axesOf("norm", x, options, ["axis", "keepdims", "ord"]);
  if (axis === null && ord === null)
    return kept(rootOfSquares(sum(integerPow(x, 2), axes)), x, axes, options);
  if (axes.length === 1) return kept(vectorNorm(x, ord, axes), x, axes, options);
  if (axes.length !== 2) {
    throw ArgumentError.invalid(
      "norm",
      `${axes.length} axes`,
      "A norm is over one axis or two; pass { axis }.",
    );
  }
  const [rows, columns] = typeof axis === "object" && axis !== null ? axis : [0, 1];
  const rank = x.type.shape.length;
  const row = orThrow(normalizeAxis("norm", rows as number, rank));
  const column = orThrow(normalizeAxis("norm", columns as number, rank));
  return kept(matrixNorm(x, ord, row, column), x, axes, options);
};

const vectorNorm = (x: Tensor, ord: number | "fro" | null, axes: readonly number[]): Tensor => {
  if (ord === "fro") throw noNorm("vectors", ord);
  if (ord === null || ord === 2) return rootOfSquares(sum(integerPow(x, 2), axes));
  if (ord === Infinity) return reduceMax(abs(x), axes);
  if (ord === -Infinity) return reduceMin(abs(x), axes);
  if (ord === 0) return sum(convert(ne(x, zerosAs(x)), x.type.dtype), axes);
  if (ord === 1) return sum(abs(x), axes);
  const powers = Number.isInteger(ord)
    ? integerPow(ord % 2 === 0 ? x : abs(x), ord)
    : pow(abs(x), filledAs(x, ord));
  const total = sum(powers, axes);
  const isZero = eq(total, zerosAs(total));
  const root = pow(select(isZero, filledAs(total, 1), total), filledAs(total, 1 / ord));
  return select(isZero, filledAs(total, ord > 0 ? 0 : Infinity), root);
};

const matrixNorm = (x: Tensor, ord: number | "fro" | null, row: number, column: number): Tensor => {
  const both = row < column ? [row, column] : [column, row];
  if (ord === null || ord === "fro") return rootOfSquares(sum(integerPow(x, 2), both));
  if (Math.abs(ord) !== 1 && Math.abs(ord) !== Infinity) throw noNorm("matrices", ord);
  // 1: the largest sum of a column; Infinity: of a row
  const [summed, compared] = Math.abs(ord) === 1 ? [row, column] : [column, row];
  const sums = sum(abs(x), [summed]);
  return (ord > 0 ? reduceMax : reduceMin)(sums, [compared > summed ? compared - 1 : compared]);
};

const noNorm = (of: string, ord: number | string): ArgumentError =>
  ArgumentError.invalid(
    "norm",
    `there is no norm of ${of} with ord ${describe(ord)}`,
    'Matrices have "fro", 1, -1, Infinity and -Infinity, vectors all numbers.',
  );
