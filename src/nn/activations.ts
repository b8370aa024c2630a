/** Activation functions, elementwise in floats. At the kink of a rectifier the slope is that of the flat side. */
import { section } from "../numpy/along.js";
import { asFloat } from "../numpy/door.js";
import { logaddexp } from "../numpy/exponential.js";
import { ofFloat } from "../numpy/lift.js";
import { optionsOf } from "../numpy/options.js";
import { abs, add, div, integerPow, mul, neg, sub, zerosAs } from "../primitives/arithmetic.js";
import { ge, gt, le, lt, select } from "../primitives/compare.js";
import { ndtr } from "../primitives/special.js";
import * as primitive from "../primitives/transcendental.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { normalizeAxis, orThrow } from "../tensor/shape.js";
import type { FloatFunction } from "../tensor/signatures.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { constant, type FloatFunctionWith, ofFloatWith } from "./numbers.js";

/** x between two numbers, flat (slope 0) at both and beyond. */
const between = (x: Tensor, low: number, high: number): Tensor => {
  const [bottom, top] = [constant(x, low), constant(x, high)];
  return select(le(x, bottom), bottom, select(ge(x, top), top, x));
};
const times = (x: Tensor, by: number): Tensor => mul(x, constant(x, by));
const plus = (x: Tensor, by: number): Tensor => add(x, constant(x, by));

/** x where it is positive, elsewhere f of it; f gets 0 for positive ones, so that nothing overflows there. */
const orElse = (x: Tensor, f: (x: Tensor) => Tensor): Tensor => {
  const zero = zerosAs(x);
  const positive = gt(x, zero);
  return select(positive, x, f(select(positive, zero, x)));
};

/**
 * x where it is positive, else 0; the derivative at 0 is 0 (that of `np.maximum(x, 0)` is 1/2).
 * @example nn.relu([-1, 0, 2]) // [0, 0, 2]
 * @see jax.nn.relu
 */
export const relu: FloatFunction = ofFloat("relu", (x) => select(le(x, zerosAs(x)), zerosAs(x), x));
/**
 * x between 0 and 6; the derivative at both is 0.
 * @example nn.relu6([-1, 3, 8]) // [0, 3, 6]
 * @see jax.nn.relu6
 */
export const relu6: FloatFunction = ofFloat("relu6", (x) => between(x, 0, 6));
/**
 * x where it is positive, else `negativeSlope` (0.01) times x.
 * @example nn.leakyRelu([-2, 3]) // [-0.02, 3]
 * @see jax.nn.leaky_relu
 */
export const leakyRelu: FloatFunctionWith<{ readonly negativeSlope?: number }> = ofFloatWith(
  "leakyRelu",
  { negativeSlope: 0.01 },
  (x, { negativeSlope }) => select(gt(x, zerosAs(x)), x, times(x, negativeSlope)),
);
/**
 * x where it is positive, else `alpha` (1) times e^x - 1.
 * @example nn.elu([0, 2]) // [0, 2]
 * @see jax.nn.elu
 */
export const elu: FloatFunctionWith<{ readonly alpha?: number }> = ofFloatWith(
  "elu",
  { alpha: 1 },
  (x, { alpha }) => orElse(x, (y) => times(primitive.expm1(y), alpha)),
);
/**
 * The scaled exponential unit, whose scales keep mean 0 and variance 1 from layer to layer (Klambauer et al. 2017).
 * @example nn.selu([0, 1]) // [0, 1.0507009873554805]
 * @see jax.nn.selu
 */
export const selu: FloatFunction = ofFloat("selu", (x) =>
  times(
    orElse(x, (y) => times(primitive.expm1(y), 1.6732632423543772)),
    1.0507009873554805,
  ),
);
/**
 * x where it is positive, else `alpha` (1) times e^(x / alpha) - 1: smooth for every alpha.
 * @example nn.celu([0, 2]) // [0, 2]
 * @see jax.nn.celu
 */
export const celu: FloatFunctionWith<{ readonly alpha?: number }> = ofFloatWith(
  "celu",
  { alpha: 1 },
  (x, { alpha }) => orElse(x, (y) => times(primitive.expm1(div(y, constant(y, alpha))), alpha)),
);

export interface GeluOptions {
  /** By tanh, which is off by up to 5e-4, and what JAX takes by default; false unless told otherwise. */
  readonly approximate?: boolean;
}
/**
 * x times the probability that a standard normal number is below x.
 * @example nn.gelu(1) // 0.8413447460685429
 * @see jax.nn.gelu
 */
export const gelu: FloatFunctionWith<GeluOptions> = ((a: TensorLike, options?: GeluOptions): Tensor => {
  const x = asFloat("gelu", a);
  const { approximate = false } = optionsOf("gelu", options, ["approximate"]);
  if (typeof approximate !== "boolean")
    throw ArgumentError.invalid("gelu", `approximate is ${describe(approximate)}`, "It is true or false.");
  if (!approximate) return mul(x, ndtr(x));
  const inner = times(add(x, times(integerPow(x, 3), 0.044715)), Math.sqrt(2 / Math.PI));
  return mul(x, times(plus(primitive.tanh(inner), 1), 0.5));
}) as FloatFunctionWith<GeluOptions>;

/**
 * x times sigmoid(x).
 * @example nn.silu(1) // 0.7310585786300049
 * @see jax.nn.silu
 */
export const silu: FloatFunction = ofFloat("silu", (x) => mul(x, primitive.logistic(x)));
/**
 * Another name of `silu`.
 * @example nn.swish(0) // 0
 */
export const swish: FloatFunction = silu;
const smoothed = (x: Tensor): Tensor => logaddexp(x, zerosAs(x)) as Tensor;
/**
 * log(1 + e^x), without overflow.
 * @example nn.softplus(0) // 0.6931471805599453
 * @see jax.nn.softplus
 */
export const softplus: FloatFunction = ofFloat("softplus", smoothed);
/**
 * x tanh(softplus(x)).
 * @example nn.mish(0) // 0
 * @see jax.nn.mish
 */
export const mish: FloatFunction = ofFloat("mish", (x) => mul(x, primitive.tanh(smoothed(x))));
/**
 * x / (1 + |x|).
 * @example nn.softsign([-1, 3]) // [-0.5, 0.75]
 * @see jax.nn.soft_sign
 */
export const softsign: FloatFunction = ofFloat("softsign", (x) => div(x, plus(abs(x), 1)));
/**
 * 1 / (1 + e^-x).
 * @example nn.sigmoid(0) // 0.5
 * @see jax.nn.sigmoid
 */
export const sigmoid: FloatFunction = ofFloat("sigmoid", primitive.logistic);
/**
 * log sigmoid(x), without underflow.
 * @example nn.logSigmoid(-1000) // -1000
 * @see jax.nn.log_sigmoid
 */
export const logSigmoid: FloatFunction = ofFloat("logSigmoid", (x) => neg(smoothed(neg(x))));
/**
 * The hyperbolic tangent, `np.tanh`.
 * @example nn.tanh(0) // 0
 * @see jax.nn.tanh
 */
export const tanh: FloatFunction = ofFloat("tanh", primitive.tanh);
/**
 * x between -1 and 1; the derivative at both is 0.
 * @example nn.hardTanh([-3, 0.5, 2]) // [-1, 0.5, 1]
 * @see jax.nn.hard_tanh
 */
export const hardTanh: FloatFunction = ofFloat("hardTanh", (x) => between(x, -1, 1));
const hard = (x: Tensor): Tensor => div(between(plus(x, 3), 0, 6), constant(x, 6));
/**
 * relu6(x + 3) / 6.
 * @example nn.hardSigmoid([-3, 0, 3]) // [0, 0.5, 1]
 * @see jax.nn.hard_sigmoid
 */
export const hardSigmoid: FloatFunction = ofFloat("hardSigmoid", hard);
/**
 * x hardSigmoid(x).
 * @example nn.hardSwish([-3, 0, 3]) // [0, 0, 3]
 * @see jax.nn.hard_swish
 */
export const hardSwish: FloatFunction = ofFloat("hardSwish", (x) => mul(x, hard(x)));
/**
 * (x + sqrt(x^2 + b)) / 2, with `b` 4: like softplus, without exponentials.
 * @example nn.squareplus(0) // 1
 * @see jax.nn.squareplus
 */
export const squareplus: FloatFunctionWith<{ readonly b?: number }> = ofFloatWith(
  "squareplus",
  { b: 4 },
  // where x and the root cancel, b / (root - x) is their sum
  (x, { b }) => {
    const root = primitive.sqrt(plus(integerPow(x, 2), b));
    const isBelow = lt(x, zerosAs(x));
    const apart = select(isBelow, sub(root, x), constant(x, 1));
    return times(select(isBelow, div(constant(x, b), apart), add(x, root)), 0.5);
  },
);

/**
 * The first half along an axis (default the last) times the sigmoid of the second.
 * @throws ShapeError where the axis has an odd size; AxisError.
 * @example nn.glu([3, 0]).toArray() // [1.5]
 * @see jax.nn.glu
 */
export const glu = (a: TensorLike, options?: { readonly axis?: number }): Tensor => {
  const x = asFloat("glu", a);
  const { axis = -1 } = optionsOf("glu", options, ["axis"]);
  const along = orThrow(normalizeAxis("glu", axis, x.shape.length));
  const n = x.shape[along] as number;
  if (n % 2 !== 0) {
    throw ShapeError.mismatch(
      "glu",
      `axis ${along} has an odd size`,
      [x.shape],
      "Its first half is gated by its second.",
    );
  }
  const gate = primitive.logistic(section(x, along, n / 2, n));
  return mul(section(x, along, 0, n / 2), gate);
};
