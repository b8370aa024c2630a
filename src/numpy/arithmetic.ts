/**
 * Arithmetic of the array API: NumPy's rules for integers (true division gives floats), signs of remainders, and
 * powers that stay differentiable at 0.
 */
import * as primitive from "../primitives/arithmetic.js";
import { and, xor } from "../primitives/bits.js";
import { eq, lt, ne, select } from "../primitives/compare.js";
import { isFloat } from "../tensor/dtype.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type {
  BinaryFunction,
  BinaryResult,
  Broadcastable,
  CastFunction,
  FloatBinaryFunction,
  FloatFunction,
  UnaryFunction,
} from "../tensor/signatures.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { asTensor, throughDoor } from "./door.js";
import { ofFloat, ofNumber, ofNumbers } from "./lift.js";
import * as method from "./methods/arithmetic.js";

/**
 * Sum of two tensors, broadcast; the logical or of bools.
 * @throws ShapeError if the shapes do not broadcast.
 * @example np.add([1, 2], 3) // [4, 5]
 * @see numpy.add
 */
export const add: BinaryFunction = throughDoor(method.add);
/**
 * Difference of two tensors, broadcast. Bools are an error.
 * @example np.subtract([3, 5], [1, 2]) // [2, 3]
 * @see numpy.subtract
 */
export const subtract: BinaryFunction = throughDoor(method.subtract);
/**
 * Product of two tensors, broadcast; the logical and of bools.
 * @example np.multiply([1, 2], [3, 4]) // [3, 8]
 * @see numpy.multiply
 */
export const multiply: BinaryFunction = throughDoor(method.multiply);
/**
 * True division, broadcast: integers give float64, float32 stays.
 * @example np.divide([1, 3], 2) // [0.5, 1.5]
 * @see numpy.divide
 */
export const divide: FloatBinaryFunction = throughDoor(method.divide);
/**
 * The opposite of every element. Bools are an error.
 * @example np.negative([1, -2]) // [-1, 2]
 * @see numpy.negative
 */
export const negative: UnaryFunction = throughDoor(method.negative);
/**
 * `base` to the power `exponent`, broadcast. An exponent that is a whole JavaScript number has exact derivatives at
 * 0 to every order. Integers to integer powers stay integers and wrap.
 * @throws ArgumentError if integers are raised to a negative power.
 * @example np.power([2, 3], 2) // [4, 9]
 * @see numpy.power
 */
export const power: BinaryFunction = throughDoor(method.power);
/**
 * The tensor in another dtype: float32 rounds, integers truncate and wrap, bool tests for non-zero.
 * @example np.astype([1.5, -1.5], "int32") // [1, -1]
 * @see numpy.ndarray.astype
 */
export const astype: CastFunction = throughDoor(method.astype);

/** `add`'s, `subtract`'s, ... short names, as the methods have. */
export const sub: BinaryFunction = subtract;
export const mul: BinaryFunction = multiply;
export const div: FloatBinaryFunction = divide;
export const trueDivide: FloatBinaryFunction = divide;
export const pow: BinaryFunction = power;
export const neg: UnaryFunction = negative;

/** Whether a remainder that is not 0 has another sign than the divisor. */
const signsDiffer = (remainder: Tensor, y: Tensor): Tensor => {
  const zero = primitive.zerosAs(y);
  return and(ne(remainder, zero), xor(lt(remainder, zero), lt(y, zero)));
};

/**
 * Remainder with the sign of the divisor, broadcast; its derivative in the divisor is -floor(a / b).
 * @example np.remainder([5, -5], 3) // [2, 1]
 * @see numpy.remainder
 */
export const remainder: BinaryFunction = ofNumbers("remainder", (x, y) => {
  const r = primitive.rem(x, y);
  const shifted = select(signsDiffer(r, y), primitive.add(r, y), r);
  return isFloat(x.type.dtype) ? primitive.add(shifted, primitive.zerosAs(shifted)) : shifted; // no -0
});
export const mod: BinaryFunction = remainder;

/**
 * Remainder with the sign of the dividend, as `%` in JavaScript and C.
 * @example np.fmod([5, -5], 3) // [2, -2]
 * @see numpy.fmod
 */
export const fmod: BinaryFunction = ofNumbers("fmod", primitive.rem);

/**
 * The largest whole number not above a / b, broadcast; integers stay integers (0 for a division by 0).
 * @example np.floorDivide([5, -5], 3) // [1, -2]
 * @see numpy.floor_divide
 */
export const floorDivide: BinaryFunction = ofNumbers("floorDivide", (a, b) => {
  const x = primitive.stopGradient(a);
  const y = primitive.stopGradient(b);
  const r = primitive.rem(x, y);
  const one = primitive.filledAs(x, 1);
  const down = (q: Tensor): Tensor => select(signsDiffer(r, y), primitive.sub(q, one), q);
  if (!isFloat(x.type.dtype)) return down(primitive.div(x, y));
  // (x - x rem y) / y is whole but for rounding, where floor(x / y) may round up first: 1 // 0.1 is 9
  const quotient = primitive.div(x, y);
  const whole = primitive.round(down(primitive.div(primitive.sub(x, r), y)));
  return select(eq(y, primitive.zerosAs(y)), quotient, whole);
});

/**
 * `[floorDivide(a, b), remainder(a, b)]`.
 * @example np.divmod(7, 3) // [2, 1]
 * @see numpy.divmod
 */
export const divmod = <const A extends TensorLike, const B extends TensorLike>(
  a: A,
  b: B & Broadcastable<A, B>,
): readonly [quotient: BinaryResult<A, B>, remainder: BinaryResult<A, B>] => [
  floorDivide(a, b),
  remainder(a, b),
];

/**
 * The tensor itself; bools are an error.
 * @example np.positive([1, -2]) // [1, -2]
 * @see numpy.positive
 */
export const positive: UnaryFunction = ofNumber("positive", (x) => x);

/**
 * Absolute value; the derivative at 0 is 0 (minimum norm). bool stays as it is.
 * @example np.abs([-1, 2]) // [1, 2]
 * @see numpy.absolute
 */
export const abs: UnaryFunction = ((a: TensorLike): Tensor => {
  const x = asTensor("abs", a);
  return x.type.dtype === "bool" ? x : primitive.abs(x);
}) as UnaryFunction;
export const absolute: UnaryFunction = abs;

/**
 * -1, 0 or 1 by the sign of every element; NaN stays.
 * @example np.sign([-2, 0, 3]) // [-1, 0, 1]
 * @see numpy.sign
 */
export const sign: UnaryFunction = ofNumber("sign", primitive.sign);

/**
 * 1 / x, in floats.
 * @example np.reciprocal([2, 4]) // [0.5, 0.25]
 * @see numpy.reciprocal (of integers too, where NumPy truncates)
 */
export const reciprocal: FloatFunction = ofFloat("reciprocal", (x) => primitive.integerPow(x, -1));

/**
 * x * x.
 * @example np.square([1, -3]) // [1, 9]
 * @see numpy.square
 */
export const square: UnaryFunction = ((a: TensorLike): Tensor => {
  const x = asTensor("square", a);
  return x.type.dtype === "bool" ? x : primitive.integerPow(x, 2);
}) as UnaryFunction;

/**
 * x to a whole power that is known now, with exact derivatives at 0 to every order.
 * @throws ArgumentError if n is not whole, or negative for integers.
 * @example np.integerPow([2, 3], 3) // [8, 27]
 * @see jax.lax.integer_pow
 */
export const integerPow = (x: TensorLike, n: number): Tensor => {
  if (!Number.isInteger(n)) {
    throw ArgumentError.invalid(
      "integerPow",
      `the exponent ${describe(n)} is not whole`,
      "np.power takes any exponent.",
    );
  }
  return method.integerPower("integerPow", asTensor("integerPow", x), n);
};

/**
 * `power` in floats also for integers, so that negative powers of integers exist.
 * @example np.floatPower(2, -1) // 0.5
 * @see numpy.float_power
 */
export const floatPower: FloatBinaryFunction = ((a: TensorLike, b: TensorLike): Tensor => {
  const [x, y] = method.meetFloat("floatPower", a, b);
  return method.power(x, typeof b === "number" ? b : y);
}) as FloatBinaryFunction;
