/** Softmax and its relatives: weights that sum to 1 along axes, without overflow. */
import { asFloat } from "../numpy/door.js";
import { axesOf } from "../numpy/methods/reductions.js";
import { add, div, integerPow, mul, stopGradient, sub, zerosAs } from "../primitives/arithmetic.js";
import { broadcastOver, sum } from "../primitives/broadcast.js";
import { isFinite, select } from "../primitives/compare.js";
import { reduceMax } from "../primitives/reduce.js";
import { exp, log, rsqrt } from "../primitives/transcendental.js";
import { sizeOf } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { checkFinite, constant, type FloatFunctionWith } from "./numbers.js";

export interface AxisOptions {
  /** The axis, or axes, along which weights sum to 1; default the last. */
  readonly axis?: number | readonly number[];
}

const axesAlong = (operation: string, x: Tensor, options: AxisOptions | undefined): readonly number[] => {
  const axes = axesOf(operation, x, options, ["axis"]);
  return options?.axis === undefined ? axes.slice(-1) : axes;
};

/** x minus its maximum, which counts as constant: softmax does not change with it. An infinite one is left alone. */
const lowered = (x: Tensor, axes: readonly number[]): Tensor => {
  const top = stopGradient(reduceMax(x, axes));
  return sub(x, broadcastOver(select(isFinite(top), top, zerosAs(top)), x.shape, axes));
};

/**
 * e^x divided by its sum along an axis (default the last) or several.
 * @throws AxisError for an axis that is not there.
 * @example nn.softmax([0, 0]).toArray() // [0.5, 0.5]
 * @see jax.nn.softmax
 */
export const softmax: FloatFunctionWith<AxisOptions> = ((a: TensorLike, options?: AxisOptions): Tensor => {
  const x = asFloat("softmax", a);
  const axes = axesAlong("softmax", x, options);
  if (x.size === 0) return x;
  const weights = exp(lowered(x, axes));
  return div(weights, broadcastOver(sum(weights, axes), x.shape, axes));
}) as FloatFunctionWith<AxisOptions>;

/** log softmax along the given axes. */
export const logWeights = (x: Tensor, axes: readonly number[]): Tensor => {
  if (x.size === 0) return x;
  const y = lowered(x, axes);
  return sub(y, broadcastOver(log(sum(exp(y), axes)), x.shape, axes));
};
/**
 * The logarithm of softmax, where softmax itself underflows too.
 * @throws AxisError for an axis that is not there.
 * @example nn.logSoftmax([0, -1000]).toArray() // [0, -1000]
 * @see jax.nn.log_softmax
 */
export const logSoftmax: FloatFunctionWith<AxisOptions> = ((a: TensorLike, options?: AxisOptions): Tensor => {
  const x = asFloat("logSoftmax", a);
  return logWeights(x, axesAlong("logSoftmax", x, options));
}) as FloatFunctionWith<AxisOptions>;

/** Mean and variance along axes, of the size of x. */
export const momentsOf = (
  x: Tensor,
  axes: readonly number[],
): { readonly mean: Tensor; readonly variance: Tensor } => {
  const n = sizeOf(axes.map((axis) => x.shape[axis] as number));
  const total = sum(x, axes);
  const mean = div(total, constant(total, n));
  const squares = sum(integerPow(sub(x, broadcastOver(mean, x.shape, axes)), 2), axes);
  return { mean, variance: div(squares, constant(squares, n)) };
};

/** (x - mean) / sqrt(variance + epsilon), where mean and variance are of the axes that are left. */
export const scaledBy = (
  x: Tensor,
  mean: Tensor,
  variance: Tensor,
  axes: readonly number[],
  epsilon: number,
): Tensor => {
  const scale = rsqrt(add(variance, constant(variance, epsilon)));
  return mul(sub(x, broadcastOver(mean, x.shape, axes)), broadcastOver(scale, x.shape, axes));
};

export interface StandardizeOptions extends AxisOptions {
  /** Added to the variance; 1e-5. */
  readonly epsilon?: number;
}
/**
 * x with mean 0 and variance 1 along an axis (default the last) or several.
 * @throws AxisError for an axis that is not there.
 * @example nn.standardize([1, 3], { epsilon: 0 }).toArray() // [-1, 1]
 * @see jax.nn.standardize
 */
export const standardize: FloatFunctionWith<StandardizeOptions> = ((
  a: TensorLike,
  options?: StandardizeOptions,
): Tensor => {
  const x = asFloat("standardize", a);
  const { axis, epsilon = 1e-5 } = options ?? {};
  axesOf("standardize", x, options, ["axis", "epsilon"]);
  const axes = axesAlong("standardize", x, axis === undefined ? undefined : { axis });
  const { mean, variance } = momentsOf(x, axes);
  return scaledBy(x, mean, variance, axes, checkFinite("standardize", "epsilon", epsilon));
}) as FloatFunctionWith<StandardizeOptions>;
