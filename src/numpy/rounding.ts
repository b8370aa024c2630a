/**
 * Rounding, bounding and choosing the larger or smaller: piecewise functions. Steps have derivative 0; extremes
 * share theirs evenly at ties.
 */
import * as primitive from "../primitives/arithmetic.js";
import { and, not, or } from "../primitives/bits.js";
import * as compare from "../primitives/compare.js";
import { isFloat } from "../tensor/dtype.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type {
  BinaryFunction,
  FloatBinaryFunction,
  PredicateFunction,
  UnaryFunction,
} from "../tensor/signatures.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { meet } from "./convert.js";
import { asTensor } from "./door.js";
import { ofAny, ofFloats, ofNumber, ofPair } from "./lift.js";
import { checkNumber } from "./methods/arithmetic.js";
import { optionsOf } from "./options.js";

/**
 * The largest whole number not above each element; integers stay.
 * @example np.floor([1.5, -1.5]) // [1, -2]
 * @see numpy.floor
 */
export const floor: UnaryFunction = ofNumber("floor", primitive.floor);
/**
 * The smallest whole number not below each element.
 * @example np.ceil([1.5, -1.5]) // [2, -1]
 * @see numpy.ceil
 */
export const ceil: UnaryFunction = ofNumber("ceil", primitive.ceil);
/**
 * Towards zero.
 * @example np.trunc([1.5, -1.5]) // [1, -1]
 * @see numpy.trunc
 */
export const trunc: UnaryFunction = ofNumber("trunc", primitive.trunc);
export const fix: UnaryFunction = trunc;
/**
 * To the nearest whole number, halves to even.
 * @example np.rint([0.5, 1.5]) // [0, 2]
 * @see numpy.rint
 */
export const rint: UnaryFunction = ofNumber("rint", primitive.round);

/**
 * To the given number of decimals (negative: tens, hundreds), halves to even.
 * @throws ArgumentError if `decimals` is not whole.
 * @example np.round([1.25, -1.35], 1) // [1.2, -1.4]
 * @see numpy.round
 */
export const round: UnaryFunction & ((x: TensorLike, decimals: number) => Tensor) = ((
  a: TensorLike,
  decimals = 0,
): Tensor => {
  const x = checkNumber("round", asTensor("round", a));
  if (!Number.isInteger(decimals)) {
    throw ArgumentError.invalid(
      "round",
      `decimals is ${describe(decimals)}`,
      "Pass a whole number, np.round(x, 2).",
    );
  }
  if (decimals === 0 || (!isFloat(x.type.dtype) && decimals > 0)) return primitive.round(x);
  if (!isFloat(x.type.dtype)) {
    return primitive.convert(roundedTo(primitive.convert(x, "float64"), decimals), x.type.dtype);
  }
  return roundedTo(x, decimals);
}) as UnaryFunction & ((x: TensorLike, decimals: number) => Tensor);

const roundedTo = (x: Tensor, decimals: number): Tensor => {
  const scale = primitive.filledAs(x, 10 ** Math.abs(decimals));
  return decimals > 0
    ? primitive.div(primitive.round(primitive.mul(x, scale)), scale)
    : primitive.mul(primitive.round(primitive.div(x, scale)), scale);
};

/**
 * The larger of two, broadcast; NaN wins, ties share the derivative evenly.
 * @example np.maximum([1, 5], 3) // [3, 5]
 * @see numpy.maximum
 */
export const maximum: BinaryFunction = ofPair("maximum", compare.max);
/**
 * The smaller of two, broadcast; NaN wins, ties share the derivative evenly.
 * @example np.minimum([1, 5], 3) // [1, 3]
 * @see numpy.minimum
 */
export const minimum: BinaryFunction = ofPair("minimum", compare.min);

/* @__NO_SIDE_EFFECTS__ */
const ignoringNaN = (operation: string, extreme: (x: Tensor, y: Tensor) => Tensor): BinaryFunction =>
  ofPair(operation, (x, y) => {
    const a = compare.select(compare.isNaN(x), y, x);
    const b = compare.select(compare.isNaN(y), x, y);
    return extreme(a, b);
  });
/**
 * The larger of two where NaN stands for nothing.
 * @example np.fmax([1, NaN], 0) // [1, 0]
 * @see numpy.fmax
 */
export const fmax: BinaryFunction = ignoringNaN("fmax", compare.max);
/**
 * The smaller of two where NaN stands for nothing.
 * @example np.fmin([1, NaN], 3) // [1, 3]
 * @see numpy.fmin
 */
export const fmin: BinaryFunction = ignoringNaN("fmin", compare.min);

/**
 * Elements brought between two bounds, either of which may be null: minimum(maximum(x, low), high), whose
 * derivatives it has. All three broadcast.
 * @example np.clip([1, 5, 9], 2, 8) // [2, 5, 8]
 * @see numpy.clip
 */
export const clip = (
  x: TensorLike,
  low: TensorLike | null = null,
  high: TensorLike | null = null,
): Tensor => {
  const given = asTensor("clip", x);
  const raised = low === null ? given : compare.max(...meet("clip", given, low));
  return high === null ? raised : compare.min(...meet("clip", raised, high));
};

/** Below zero, or -0. */
const isNegative = (y: Tensor): Tensor => {
  const x = primitive.stopGradient(y);
  const zero = primitive.filledAs(x, 0);
  if (!isFloat(x.type.dtype)) return compare.lt(x, zero);
  const minusZero = and(compare.eq(x, zero), compare.lt(primitive.integerPow(x, -1), zero));
  return or(compare.lt(x, zero), minusZero);
};
/**
 * Whether the sign bit is set: below zero, or -0 (false for NaN).
 * @example np.signbit([-1, 0, -0]) // [true, false, true]
 * @see numpy.signbit
 */
export const signbit: PredicateFunction = ofAny("signbit", isNegative);
/**
 * The size of the first with the sign of the second, broadcast.
 * @example np.copysign([1, -2], [-1, 1]) // [-1, 2]
 * @see numpy.copysign
 */
export const copysign: FloatBinaryFunction = ofFloats("copysign", (x, y) => {
  const size = primitive.abs(x);
  return compare.select(isNegative(y), primitive.neg(size), size);
});

/**
 * 0 below zero, 1 above, `middle` at zero; broadcast.
 * @example np.heaviside([-1, 0, 2], 0.5) // [0, 0.5, 1]
 * @see numpy.heaviside
 */
export const heaviside: FloatBinaryFunction = ofFloats("heaviside", (x, middle) => {
  const zero = primitive.filledAs(x, 0);
  const step = compare.select(compare.lt(x, zero), zero, primitive.filledAs(x, 1));
  const value = compare.select(compare.eq(x, zero), middle, step);
  return compare.select(compare.isNaN(x), primitive.filledAs(x, Number.NaN), value);
});

export interface NanToNumOptions {
  /** In place of NaN, Infinity and -Infinity; default 0 and the largest finite numbers of the dtype. */
  readonly nan?: number;
  readonly posinf?: number;
  readonly neginf?: number;
}
/**
 * Finite numbers in place of NaN and infinities; integers stay as they are.
 * @example np.nanToNum([1, NaN, 2]) // [1, 0, 2]
 * @see numpy.nan_to_num
 */
export const nanToNum = (a: TensorLike, options?: NanToNumOptions): Tensor => {
  const x = asTensor("nanToNum", a);
  const given = optionsOf("nanToNum", options, ["nan", "posinf", "neginf"]);
  if (!isFloat(x.type.dtype)) return x;
  const largest = x.type.dtype === "float32" ? (2 - 2 ** -23) * 2 ** 127 : Number.MAX_VALUE;
  const { nan = 0, posinf = largest, neginf = -largest } = given;
  const replace = (y: Tensor, where: Tensor, value: number): Tensor =>
    compare.select(where, primitive.filledAs(x, value), y);
  const infinite = not(or(compare.isFinite(x), compare.isNaN(x)));
  const positive = compare.gt(x, primitive.filledAs(x, 0));
  const finite = replace(replace(x, and(infinite, positive), posinf), and(infinite, not(positive)), neginf);
  return replace(finite, compare.isNaN(x), nan);
};
