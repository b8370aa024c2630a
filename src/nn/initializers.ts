/** First weights: functions of a key and a shape, whose last two axes are features in and features out. */
import { ones as onesOf, zeros as zerosOf } from "../numpy/create.js";
import { optionsOf } from "../numpy/options.js";
import { mul } from "../primitives/arithmetic.js";
import { reshape } from "../primitives/reshape.js";
import { slice } from "../primitives/slice.js";
import { normal, truncatedNormal, uniform } from "../random/continuous.js";
import { type Key, shapeOf } from "../random/key.js";
import { orthogonal as orthogonalMatrix } from "../random/matrices.js";
import type { DTypeOptions } from "../random/options.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { type Shape, sizeOf } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { checkFinite, constant } from "./numbers.js";

/** Weights of a shape from a key. */
export type Initializer = (key: Key, shape: Shape, options?: DTypeOptions) => Tensor;

export interface VarianceScalingOptions {
  /** The variance times the fan; 1. */
  readonly scale?: number;
  /** Which fan the variance is divided by: features in (the default), out, or their mean. */
  readonly mode?: "fanIn" | "fanOut" | "fanAverage";
  readonly distribution?: "uniform" | "normal" | "truncatedNormal";
}

/** How many numbers go into an element of the result, and come out of one: features times the size of the window. */
const fansOf = (operation: string, shape: Shape): readonly [number, number] => {
  if (shape.length < 2) {
    throw ShapeError.mismatch(
      operation,
      "weights have features in and features out",
      [shape],
      "They are the last two axes; offsets begin with nn.zeros.",
    );
  }
  const window = sizeOf(shape.slice(0, -2));
  return [window * (shape.at(-2) as number), window * (shape.at(-1) as number)];
};

/** The standard deviation of a standard normal number cut at -2 and 2. */
const CUT_DEVIATION = 0.8796256610342398;

/**
 * Weights with mean 0 and variance `scale` / fan, from one of three distributions: what Glorot's, He's and LeCun's
 * initialisers are cases of.
 * @throws ArgumentError for a mode or distribution that is none.
 * @example nn.varianceScaling({ scale: 2 })(random.key(0), [3, 2]).shape // [3, 2]
 * @see jax.nn.initializers.variance_scaling
 */
export const varianceScaling = (options?: VarianceScalingOptions): Initializer =>
  scaling("varianceScaling", options);

const scaling = (operation: string, options?: VarianceScalingOptions): Initializer => {
  const {
    scale = 1,
    mode = "fanIn",
    distribution = "truncatedNormal",
  } = optionsOf(operation, options, ["scale", "mode", "distribution"]);
  const size = checkFinite(operation, "scale", scale);
  if (!["fanIn", "fanOut", "fanAverage"].includes(mode))
    throw ArgumentError.invalid(
      operation,
      `the mode is ${describe(mode)}`,
      'Modes are "fanIn", "fanOut" and "fanAverage".',
    );
  if (!["uniform", "normal", "truncatedNormal"].includes(distribution)) {
    throw ArgumentError.invalid(
      operation,
      `the distribution is ${describe(distribution)}`,
      'Distributions are "uniform", "normal" and "truncatedNormal".',
    );
  }
  return (key, given, rest) => {
    const shape = shapeOf(operation, given);
    const [into, out] = fansOf(operation, shape);
    const fan = mode === "fanIn" ? into : mode === "fanOut" ? out : (into + out) / 2;
    const deviation = Math.sqrt(size / Math.max(fan, 1));
    const times = (x: Tensor, by: number): Tensor => mul(x, constant(x, by));
    if (distribution === "normal") return times(normal(key, shape, rest), deviation);
    if (distribution === "uniform") {
      const end = Math.sqrt(3) * deviation;
      return uniform(key, shape, { ...rest, minval: -end, maxval: end });
    }
    return times(truncatedNormal(key, -2, 2, { shape, ...rest }), deviation / CUT_DEVIATION);
  };
};

/** An initialiser that takes its key at once. */
/* @__NO_SIDE_EFFECTS__ */
const scaled =
  (
    operation: string,
    scale: number,
    mode: "fanIn" | "fanAverage",
    distribution: "uniform" | "truncatedNormal",
  ): Initializer =>
  (key, shape, options) =>
    scaling(operation, { scale, mode, distribution })(key, shape, options);

/**
 * Uniform weights of variance 2 / (features in + features out) (Glorot and Bengio 2010).
 * @throws ShapeError for a shape without features in and out.
 * @example nn.glorotUniform(random.key(0), [3, 2]).shape // [3, 2]
 * @see jax.nn.initializers.glorot_uniform
 */
export const glorotUniform: Initializer = scaled("glorotUniform", 1, "fanAverage", "uniform");
/**
 * The same from a normal distribution cut at two standard deviations.
 * @example nn.glorotNormal(random.key(0), [3, 2]).shape // [3, 2]
 * @see jax.nn.initializers.glorot_normal
 */
export const glorotNormal: Initializer = scaled("glorotNormal", 1, "fanAverage", "truncatedNormal");
/**
 * Uniform weights of variance 2 / features in, for rectifiers (He et al. 2015).
 * @example nn.heUniform(random.key(0), [3, 2]).shape // [3, 2]
 * @see jax.nn.initializers.he_uniform
 */
export const heUniform: Initializer = scaled("heUniform", 2, "fanIn", "uniform");
/**
 * The same from a normal distribution cut at two standard deviations.
 * @example nn.heNormal(random.key(0), [3, 2]).shape // [3, 2]
 * @see jax.nn.initializers.he_normal
 */
export const heNormal: Initializer = scaled("heNormal", 2, "fanIn", "truncatedNormal");
/**
 * Uniform weights of variance 1 / features in (LeCun et al. 1998).
 * @example nn.lecunUniform(random.key(0), [3, 2]).shape // [3, 2]
 * @see jax.nn.initializers.lecun_uniform
 */
export const lecunUniform: Initializer = scaled("lecunUniform", 1, "fanIn", "uniform");
/**
 * The same from a normal distribution cut at two standard deviations.
 * @example nn.lecunNormal(random.key(0), [3, 2]).shape // [3, 2]
 * @see jax.nn.initializers.lecun_normal
 */
export const lecunNormal: Initializer = scaled("lecunNormal", 1, "fanIn", "truncatedNormal");

/**
 * Weights whose matrix [everything before, features out] has orthonormal columns, or rows where those are fewer.
 * @throws ShapeError for a shape without features in and out.
 * @example nn.orthogonal(random.key(0), [3, 2]).shape // [3, 2]
 * @see jax.nn.initializers.orthogonal
 */
export const orthogonal: Initializer = (key, given, options) => {
  const shape = shapeOf("orthogonal", given);
  fansOf("orthogonal", shape);
  const out = shape.at(-1) as number;
  const rows = sizeOf(shape.slice(0, -1));
  const n = Math.max(rows, out);
  const corner = slice(orthogonalMatrix(key, n, options), { start: [0, 0], stop: [rows, out], step: null });
  return reshape(corner, shape);
};
/**
 * Zeros; the key is not looked at.
 * @example nn.zeros(random.key(0), [2]).toArray() // [0, 0]
 */
export const zeros: Initializer = (_key, shape, options) =>
  zerosOf(shapeOf("zeros", shape), options) as Tensor;
/**
 * Ones; the key is not looked at.
 * @example nn.ones(random.key(0), [2]).toArray() // [1, 1]
 */
export const ones: Initializer = (_key, shape, options) => onesOf(shapeOf("ones", shape), options) as Tensor;
