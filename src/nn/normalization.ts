/** Normalisations of layers, batches and groups, with scale and offset. */
import { promoteAll, stretch } from "../numpy/convert.js";
import { asFloat } from "../numpy/door.js";
import { axesOf } from "../numpy/methods/reductions.js";
import { optionsOf } from "../numpy/options.js";
import { add, div, integerPow, mul } from "../primitives/arithmetic.js";
import { broadcastOver, sum } from "../primitives/broadcast.js";
import { reshape } from "../primitives/reshape.js";
import { rsqrt } from "../primitives/transcendental.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { broadcastShapes, orThrow, sameShape } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { checkFinite, constant } from "./numbers.js";
import { momentsOf, scaledBy } from "./softmax.js";

export interface NormOptions {
  /** The axis, or axes, over which mean and variance go. */
  readonly axis?: number | readonly number[];
  /** Factors and summands, which broadcast to x; such as one for each feature. */
  readonly scale?: TensorLike;
  readonly offset?: TensorLike;
  /** Added to the variance; 1e-5. */
  readonly epsilon?: number;
}

/** y times scale plus offset. */
const shifted = (operation: string, y: Tensor, scale?: TensorLike, offset?: TensorLike): Tensor => {
  const given = [scale, offset].map((v) => (v === undefined ? undefined : asFloat(operation, v)));
  const [x, ...rest] = promoteAll(operation, [y, ...given.filter((v) => v !== undefined)]) as [
    Tensor,
    ...Tensor[],
  ];
  const fitted = (v: Tensor): Tensor => {
    if (!sameShape(orThrow(broadcastShapes(operation, x.shape, v.shape)), x.shape)) {
      throw ShapeError.mismatch(
        operation,
        "scale and offset do not broadcast to x",
        [x.shape, v.shape],
        "Pass one number for each feature.",
      );
    }
    return stretch(v, x.shape);
  };
  const scaled = given[0] === undefined ? x : mul(x, fitted(rest[0] as Tensor));
  return given[1] === undefined ? scaled : add(scaled, fitted(rest.at(-1) as Tensor));
};

const allowed = ["axis", "scale", "offset", "epsilon"] as const;
const settings = (operation: string, x: Tensor, options: NormOptions | undefined, otherwise: number) => {
  const { axis = otherwise, epsilon = 1e-5 } = optionsOf(operation, options, allowed);
  return { axes: axesOf(operation, x, { axis }), epsilon: checkFinite(operation, "epsilon", epsilon) };
};

/**
 * Each example with mean 0 and variance 1 over its features (`axis`, default the last), times `scale` plus `offset`.
 * @throws ShapeError where scale or offset do not broadcast to x; AxisError.
 * @example nn.layerNorm([[1, 3]], { epsilon: 0 }).toArray() // [[-1, 1]]
 */
export const layerNorm = (a: TensorLike, options?: NormOptions): Tensor => {
  const x = asFloat("layerNorm", a);
  const { axes, epsilon } = settings("layerNorm", x, options, -1);
  const { mean, variance } = momentsOf(x, axes);
  return shifted("layerNorm", scaledBy(x, mean, variance, axes, epsilon), options?.scale, options?.offset);
};

/**
 * Each example divided by the root of the mean of its squares over `axis` (default the last), times `scale`.
 * @throws ShapeError where scale or offset do not broadcast to x; AxisError.
 * @example nn.rmsNorm([[3, 3]], { epsilon: 0 }).toArray() // [[1, 1]]
 */
export const rmsNorm = (a: TensorLike, options?: NormOptions): Tensor => {
  const x = asFloat("rmsNorm", a);
  const { axes, epsilon } = settings("rmsNorm", x, options, -1);
  const total = sum(integerPow(x, 2), axes);
  const mean = div(total, constant(total, x.size / Math.max(total.size, 1)));
  const scale = rsqrt(add(mean, constant(mean, epsilon)));
  return shifted("rmsNorm", mul(x, broadcastOver(scale, x.shape, axes)), options?.scale, options?.offset);
};

export interface GroupNormOptions extends Omit<NormOptions, "axis"> {
  /** How many groups of neighbouring features. */
  readonly groups: number;
}
/**
 * Each group of neighbouring features (the last axis) with mean 0 and variance 1 over all its positions: x is
 * [examples, positions..., features].
 * @throws ShapeError where the groups do not divide the features, and without examples and features.
 * @example nn.groupNorm([[1, 3, 5, 7]], { groups: 2, epsilon: 0 }).toArray() // [[-1, 1, -1, 1]]
 */
export const groupNorm = (a: TensorLike, options: GroupNormOptions): Tensor => {
  const x = asFloat("groupNorm", a);
  const { groups, epsilon = 1e-5 } = optionsOf("groupNorm", options, [
    "groups",
    "scale",
    "offset",
    "epsilon",
  ]);
  if (typeof groups !== "number" || !Number.isInteger(groups) || groups < 1)
    throw ArgumentError.invalid(
      "groupNorm",
      `the number of groups is ${describe(groups)}`,
      "Pass { groups }, a whole number.",
    );
  const { shape } = x;
  const features = shape.at(-1) as number;
  if (shape.length < 2 || features % groups !== 0) {
    throw ShapeError.mismatch(
      "groupNorm",
      `${groups} groups do not divide the last axis of [examples, ..., features]`,
      [shape],
      "Features stand along the last axis.",
    );
  }
  const apart = reshape(x, [...shape.slice(0, -1), groups, features / groups]);
  const axes = apart.shape.map((_, axis) => axis).filter((axis) => axis !== 0 && axis !== shape.length - 1);
  const { mean, variance } = momentsOf(apart, axes);
  const scaled = scaledBy(apart, mean, variance, axes, checkFinite("groupNorm", "epsilon", epsilon));
  return shifted("groupNorm", reshape(scaled, shape), options.scale, options.offset);
};

/** Mean and variance of the features so far, [features] each: what inference takes. */
export interface BatchMoments {
  readonly mean: Tensor;
  readonly variance: Tensor;
}
export interface BatchNormOptions extends Omit<NormOptions, "axis"> {
  /** The moments so far; without them those of this batch. In inference they are what is used. */
  readonly running?: { readonly mean: TensorLike; readonly variance: TensorLike };
  /** Training (true, the default) uses the moments of this batch and moves the running ones. */
  readonly training?: boolean;
  /** How much of the running moments stays; 0.9. */
  readonly momentum?: number;
}
/**
 * Each feature (the last axis) with mean 0 and variance 1 over all the batch, and the moments as they are afterwards:
 * pass them on to the next step, and to inference.
 * @returns the result and the moments.
 * @throws ArgumentError in inference without moments; ShapeError where scale or offset do not broadcast to x.
 * @example nn.batchNorm([[1], [3]], { epsilon: 0 })[0].toArray() // [[-1], [1]]
 */
export const batchNorm = (a: TensorLike, options?: BatchNormOptions): readonly [Tensor, BatchMoments] => {
  const x = asFloat("batchNorm", a);
  const keys = ["scale", "offset", "epsilon", "running", "training", "momentum"] as const;
  const { epsilon = 1e-5, running, training = true, momentum = 0.9 } = optionsOf("batchNorm", options, keys);
  if (x.shape.length < 2) {
    throw ShapeError.mismatch("batchNorm", "there is no batch", [x.shape], "x is [examples, ..., features].");
  }
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const kept = running && {
    mean: stretch(asFloat("batchNorm", running.mean), x.shape.slice(-1)),
    variance: stretch(asFloat("batchNorm", running.variance), x.shape.slice(-1)),
  };
  if (!training && kept === undefined) {
    throw ArgumentError.invalid(
      "batchNorm",
      "inference has no moments",
      "Pass { running } as training gave them.",
    );
  }
  const moments = training || kept === undefined ? momentsOf(x, axes) : kept;
  const y = scaledBy(x, moments.mean, moments.variance, axes, checkFinite("batchNorm", "epsilon", epsilon));
  const stay = checkFinite("batchNorm", "momentum", momentum);
  const moved = (old: Tensor, now: Tensor): Tensor =>
    add(mul(old, constant(old, stay)), mul(now, constant(now, 1 - stay)));
  const next =
    training && kept !== undefined
      ? { mean: moved(kept.mean, moments.mean), variance: moved(kept.variance, moments.variance) }
      : moments;
  return [shifted("batchNorm", y, options?.scale, options?.offset), next];
};
