/** Comparisons, questions about elements, logic on bools and operations on bits: results without derivatives. */
import { abs, add, filledAs, mul, sub } from "../primitives/arithmetic.js";
import * as bits from "../primitives/bits.js";
import * as compare from "../primitives/compare.js";
import { reduceMin } from "../primitives/reduce.js";
import { isFloat, isSigned } from "../tensor/dtype.js";
import { DTypeError } from "../tensor/errors.js";
import { sameShape } from "../tensor/shape.js";
import type {
  BinaryFunction,
  ComparisonFunction,
  PredicateFunction,
  UnaryFunction,
} from "../tensor/signatures.js";
import { DenseTensor, type Tensor, type TensorLike } from "../tensor/tensor.js";
import { cast, meet, promoteAll } from "./convert.js";
import { asTensor, openDoor } from "./door.js";
import { ofAny, ofComparison } from "./lift.js";
import { meetFloat } from "./methods/arithmetic.js";
import { optionsOf } from "./options.js";

/**
 * Whether a = b, element by element, broadcast.
 * @example np.equal([1, 2], 2) // [false, true]
 * @see numpy.equal
 */
export const equal: ComparisonFunction = ofComparison("equal", compare.eq);
/**
 * Whether a differs from b; NaN differs from everything.
 * @example np.notEqual([1, 2], 2) // [true, false]
 * @see numpy.not_equal
 */
export const notEqual: ComparisonFunction = ofComparison("notEqual", compare.ne);
/**
 * Whether a < b.
 * @example np.less([1, 2], 2) // [true, false]
 * @see numpy.less
 */
export const less: ComparisonFunction = ofComparison("less", compare.lt);
/**
 * Whether a <= b.
 * @example np.lessEqual([2, 3], 2) // [true, false]
 * @see numpy.less_equal
 */
export const lessEqual: ComparisonFunction = ofComparison("lessEqual", compare.le);
/**
 * Whether a > b.
 * @example np.greater([2, 3], 2) // [false, true]
 * @see numpy.greater
 */
export const greater: ComparisonFunction = ofComparison("greater", compare.gt);
/**
 * Whether a >= b.
 * @example np.greaterEqual([1, 2], 2) // [false, true]
 * @see numpy.greater_equal
 */
export const greaterEqual: ComparisonFunction = ofComparison("greaterEqual", compare.ge);

/**
 * Whether every element is neither infinite nor NaN.
 * @example np.isfinite([1, Infinity]) // [true, false]
 * @see numpy.isfinite
 */
export const isfinite: PredicateFunction = ofAny("isfinite", compare.isFinite);
/**
 * Whether every element is NaN.
 * @example np.isnan([1, NaN]) // [false, true]
 * @see numpy.isnan
 */
export const isnan: PredicateFunction = ofAny("isnan", compare.isNaN);
/**
 * Whether every element is Infinity or -Infinity.
 * @example np.isinf([1, -Infinity]) // [false, true]
 * @see numpy.isinf
 */
export const isinf: PredicateFunction = ofAny("isinf", (x) =>
  bits.not(bits.or(compare.isFinite(x), compare.isNaN(x))),
);

export interface IscloseOptions {
  /** Relative and absolute tolerance; default 1e-5 and 1e-8. */
  readonly rtol?: number;
  readonly atol?: number;
  readonly equalNan?: boolean;
}
/**
 * Whether |a - b| <= atol + rtol |b|, element by element; infinities are close to themselves.
 * @example np.isclose([1, 1.1], 1) // [true, false]
 * @see numpy.isclose
 */
export const isclose = (a: TensorLike, b: TensorLike, options?: IscloseOptions): Tensor =>
  closeness("isclose", a, b, options);

const closeness = (
  operation: string,
  a: TensorLike,
  b: TensorLike,
  options: IscloseOptions | undefined,
): Tensor => {
  openDoor();
  const {
    rtol = 1e-5,
    atol = 1e-8,
    equalNan = false,
  } = optionsOf(operation, options, ["rtol", "atol", "equalNan"]);
  const [x, y] = meetFloat(operation, a, b);
  const tolerance = add(filledAs(y, atol), mul(filledAs(y, rtol), abs(y)));
  const near = bits.and(compare.le(abs(sub(x, y)), tolerance), compare.isFinite(y));
  const close = bits.or(near, compare.eq(x, y));
  return equalNan ? bits.or(close, bits.and(compare.isNaN(x), compare.isNaN(y))) : close;
};

/**
 * Whether all elements are close, as a JavaScript boolean; where values are traced write np.all(np.isclose(a, b)).
 * @throws ConcretizationError under vmap and jit.
 * @example np.allclose([1, 2], [1, 2 + 1e-9]) // true
 * @see numpy.allclose
 */
export const allclose = (a: TensorLike, b: TensorLike, options?: IscloseOptions): boolean =>
  isTrueEverywhere("allclose", closeness("allclose", a, b, options));

/**
 * Whether both have one shape and equal elements, as a JavaScript boolean.
 * @throws ConcretizationError under vmap and jit.
 * @example np.arrayEqual([1, 2], [1, 2]) // true
 * @see numpy.array_equal
 */
export const arrayEqual = (
  a: TensorLike,
  b: TensorLike,
  options?: { readonly equalNan?: boolean },
): boolean => {
  const { equalNan = false } = optionsOf("arrayEqual", options, ["equalNan"]);
  const x = asTensor("arrayEqual", a);
  const y = asTensor("arrayEqual", b);
  if (!sameShape(x.type.shape, y.type.shape)) return false;
  const [left, right] = meet("arrayEqual", x, y);
  const same = compare.eq(left, right);
  return isTrueEverywhere(
    "arrayEqual",
    equalNan ? bits.or(same, bits.and(compare.isNaN(left), compare.isNaN(right))) : same,
  );
};

/** Reads the answer: where values are traced there is none. */
const isTrueEverywhere = (operation: string, x: Tensor): boolean => {
  if (x.size === 0) return true;
  const all = reduceMin(
    x,
    x.type.shape.map((_, axis) => axis),
  );
  return all.concrete(operation).at(0) !== 0;
};

/* @__NO_SIDE_EFFECTS__ */
const logical = (operation: string, f: (x: Tensor, y: Tensor) => Tensor): ComparisonFunction =>
  ((a: TensorLike, b: TensorLike): Tensor => {
    const [x, y] = meet(
      operation,
      cast(asTensor(operation, a), "bool"),
      cast(asTensor(operation, b), "bool"),
    );
    return f(x, y);
  }) as ComparisonFunction;

/**
 * Whether both hold; numbers other than 0 count as true. Broadcast.
 * @example np.logicalAnd([true, false], true) // [true, false]
 * @see numpy.logical_and
 */
export const logicalAnd: ComparisonFunction = logical("logicalAnd", bits.and);
/**
 * Whether one of both holds.
 * @example np.logicalOr([true, false], false) // [true, false]
 * @see numpy.logical_or
 */
export const logicalOr: ComparisonFunction = logical("logicalOr", bits.or);
/**
 * Whether just one of both holds.
 * @example np.logicalXor([true, false], true) // [false, true]
 * @see numpy.logical_xor
 */
export const logicalXor: ComparisonFunction = logical("logicalXor", bits.xor);
/**
 * Whether every element is false (or 0).
 * @example np.logicalNot([true, false]) // [false, true]
 * @see numpy.logical_not
 */
export const logicalNot: PredicateFunction = ofAny("logicalNot", (x) => bits.not(cast(x, "bool")));

/** Two operands of one integer dtype (or bool); whole numbers alone are int32. */
const meetBits = (operation: string, a: TensorLike, b: TensorLike): readonly [Tensor, Tensor] => {
  const operands = [asTensor(operation, a), asTensor(operation, b)];
  const whole = operands.every((x) => x.type.weak && x instanceof DenseTensor && Number.isInteger(x.value));
  const [left, right] = promoteAll(operation, whole ? operands.map((x) => cast(x, "int32")) : operands);
  const [x, y] = meet(operation, left as Tensor, right as Tensor);
  if (isFloat(x.type.dtype))
    throw DTypeError.unsupported(operation, x.type.dtype, "an integer dtype or bool");
  return [x, y];
};

/* @__NO_SIDE_EFFECTS__ */
const bitwise = (operation: string, f: (x: Tensor, y: Tensor) => Tensor): BinaryFunction =>
  ((a: TensorLike, b: TensorLike): Tensor => f(...meetBits(operation, a, b))) as BinaryFunction;
/** Shifts move the bits of numbers: a bool counts as int32. */
/* @__NO_SIDE_EFFECTS__ */
const shift = (operation: string, f: (x: Tensor, y: Tensor) => Tensor): BinaryFunction =>
  ((a: TensorLike, b: TensorLike): Tensor => {
    const [x, y] = meetBits(operation, a, b);
    return x.type.dtype === "bool" ? f(cast(x, "int32"), cast(y, "int32")) : f(x, y);
  }) as BinaryFunction;

/**
 * Bits set in both, of integers or bools, broadcast. Floats are an error.
 * @example np.bitwiseAnd(6, 3) // 2
 * @see numpy.bitwise_and
 */
export const bitwiseAnd: BinaryFunction = bitwise("bitwiseAnd", bits.and);
/**
 * Bits set in either.
 * @example np.bitwiseOr(6, 3) // 7
 * @see numpy.bitwise_or
 */
export const bitwiseOr: BinaryFunction = bitwise("bitwiseOr", bits.or);
/**
 * Bits set in just one.
 * @example np.bitwiseXor(6, 3) // 5
 * @see numpy.bitwise_xor
 */
export const bitwiseXor: BinaryFunction = bitwise("bitwiseXor", bits.xor);
/**
 * Every bit turned over; the negation of bools.
 * @example np.bitwiseNot(0) // -1
 * @see numpy.invert
 */
export const bitwiseNot: UnaryFunction = ((a: TensorLike): Tensor =>
  bits.not(meetBits("bitwiseNot", a, a)[0])) as UnaryFunction;
export const invert: UnaryFunction = bitwiseNot;
/**
 * Bits moved up, zeros coming in at the bottom.
 * @example np.leftShift(3, 2) // 12
 * @see numpy.left_shift
 */
export const leftShift: BinaryFunction = shift("leftShift", bits.shiftLeft);
/**
 * Bits moved down; the sign of signed integers is copied.
 * @example np.rightShift(-8, 1) // -4
 * @see numpy.right_shift
 */
export const rightShift: BinaryFunction = shift("rightShift", (x, y) =>
  isSigned(x.type.dtype) ? bits.shiftRightArithmetic(x, y) : bits.shiftRightLogical(x, y),
);
