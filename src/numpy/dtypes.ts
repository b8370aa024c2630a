/** Questions about dtypes: in which two meet, what one may become, which numbers it has. */
import {
  type DType,
  type FloatDType,
  isFloat,
  isInteger,
  isSigned,
  itemSize,
  promoteDTypes,
  range,
} from "../tensor/dtype.js";
import { ArgumentError, DTypeError, describe } from "../tensor/errors.js";
import { type TensorLike, uniform } from "../tensor/tensor.js";
import { checkDType, meetingDType } from "./convert.js";
import { asTensor } from "./door.js";
import { optionsOf } from "./options.js";

/**
 * The dtype in which two meet.
 * @throws DTypeError for names that are none
 * @example np.promoteTypes("int32", "float32") // "float32"
 * @see jax.numpy.promote_types
 */
export const promoteTypes = (a: DType, b: DType): DType =>
  promoteDTypes(checkDType("promoteTypes", a), checkDType("promoteTypes", b));

/**
 * The dtype in which tensors, numbers and dtypes meet: that of their sum. Bare numbers yield to the others.
 * @throws DTypeError where they do not meet; ArgumentError for nothing
 * @example np.resultType("int32", 2.5) // "float64"
 * @see jax.numpy.result_type
 */
export const resultType = (...xs: readonly (TensorLike | DType)[]): DType => {
  if (xs.length === 0)
    throw ArgumentError.invalid("resultType", "nothing was passed", "Pass tensors, numbers or dtypes.");
  return meetingDType(
    "resultType",
    xs.map((x) =>
      typeof x === "string"
        ? uniform({ shape: [], dtype: checkDType("resultType", x), weak: false }, 0)
        : asTensor("resultType", x),
    ),
  );
};

/**
 * Whether every number of one dtype is one of another ("safe", default), whether it is of the same kind or a wider one
 * ("same_kind"), whether it is the same ("no"), or just any ("unsafe").
 * @throws DTypeError for names that are none; ArgumentError for another rule
 * @example np.canCast("int32", "float32") // false
 * @see numpy.can_cast
 */
export const canCast = (
  from: DType,
  to: DType,
  options?: { readonly casting?: "no" | "safe" | "same_kind" | "unsafe" },
): boolean => {
  const { casting = "safe" } = optionsOf("canCast", options, ["casting"]);
  const [a, b] = [checkDType("canCast", from), checkDType("canCast", to)];
  switch (casting) {
    case "unsafe":
      return true;
    case "no":
      return a === b;
    case "safe":
      return holds(a, b);
    case "same_kind":
      return kindOf(a) <= kindOf(b);
    default:
      throw ArgumentError.invalid(
        "canCast",
        `${describe(casting)} is no rule`,
        'Rules are "no", "safe", "same_kind" and "unsafe".',
      );
  }
};
/** In the order in which one goes into the other: bool, unsigned, signed, float. */
const kindOf = (dtype: DType): number =>
  dtype === "bool" ? 0 : isFloat(dtype) ? 3 : isSigned(dtype) ? 2 : 1;
/** Whether a dtype has every number of another. */
const holds = (a: DType, b: DType): boolean => {
  if (a === b || a === "bool") return true;
  if (b === "bool") return false;
  if (isFloat(b)) return isFloat(a) ? b === "float64" : b === "float64" || itemSize(a) < 4;
  if (isFloat(a)) return false;
  const [low, high] = range(a);
  const [least, most] = range(b);
  return least <= low && high <= most;
};

/** The numbers that a float dtype has. */
export interface FloatInfo {
  readonly dtype: FloatDType;
  readonly bits: number;
  /** The distance from 1 to the next number. */
  readonly eps: number;
  /** The distance from 1 to the number before it. */
  readonly epsneg: number;
  readonly max: number;
  readonly min: number;
  /** The least positive number with all its digits. */
  readonly smallestNormal: number;
  /** The least positive number. */
  readonly smallestSubnormal: number;
  /** Decimal digits that are kept. */
  readonly precision: number;
}
/**
 * What numbers a float dtype has.
 * @throws DTypeError for other dtypes
 * @example np.finfo("float32").eps // 1.1920928955078125e-7
 * @see numpy.finfo
 */
export const finfo = (dtype: DType): FloatInfo => {
  const name = checkDType("finfo", dtype);
  if (!isFloat(name)) throw DTypeError.unsupported("finfo", name, "a float dtype");
  const [bits, digits, top] = name === "float64" ? [64, 53, 1023] : [32, 24, 127];
  const max = (2 - 2 ** (1 - digits)) * 2 ** top;
  return {
    dtype: name,
    bits,
    eps: 2 ** (1 - digits),
    epsneg: 2 ** -digits,
    max,
    min: -max,
    smallestNormal: 2 ** (1 - top),
    smallestSubnormal: 2 ** (2 - top - digits),
    precision: name === "float64" ? 15 : 6,
  };
};

/** The numbers that an integer dtype has. */
export interface IntegerInfo {
  readonly dtype: DType;
  readonly bits: number;
  readonly min: number;
  readonly max: number;
}
/**
 * What numbers an integer dtype has.
 * @throws DTypeError for other dtypes
 * @example np.iinfo("int8").max // 127
 * @see numpy.iinfo
 */
export const iinfo = (dtype: DType): IntegerInfo => {
  const name = checkDType("iinfo", dtype);
  if (!isInteger(name)) throw DTypeError.unsupported("iinfo", name, "an integer dtype");
  const [min, max] = range(name);
  return { dtype: name, bits: 8 * itemSize(name), min, max };
};
