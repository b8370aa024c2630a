/**
 * The gamma distribution and those made of it, in the logarithm, where small shapes do not underflow. Derivatives in the
 * shape are implicit: how a sample moves while its probability stays.
 */
import { cast, stretch } from "../numpy/convert.js";
import { asTensor } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { abs, add, div, filledAs, mul, sub } from "../primitives/arithmetic.js";
import { broadcast, sum } from "../primitives/broadcast.js";
import { max } from "../primitives/compare.js";
import type { VariadicWith } from "../primitives/define.js";
import { reshape } from "../primitives/reshape.js";
import { logGammaVariate, type SamplerParameters } from "../primitives/sampling.js";
import { exp, pow, sqrt } from "../primitives/transcendental.js";
import { ShapeError } from "../tensor/errors.js";
import { type Shape, sizeOf } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { drawSigns } from "./bits.js";
import { drawExponential, drawNormal } from "./continuous.js";
import { checkKey, childKeys, count, type Key, shapeOf, wordsOf } from "./key.js";
import {
  floatDType,
  type SampleOptions,
  type Sampler1,
  type Sampler2,
  sampleShape,
  withParameter,
  withTwoParameters,
} from "./options.js";
import { softmaxLast } from "./softmax.js";

const twoKeys = (key: Key): readonly [Key, Key] => childKeys(key, 2) as [Key, Key];
const inverse = (x: Tensor): Tensor => div(filledAs(x, 1), x);

/** A sampler of single elements applied to all: each has the words of the key, its position and its parameters. */
export const drawEach = (
  variate: VariadicWith<SamplerParameters>,
  key: Key,
  shape: Shape,
  parameters: readonly Tensor[],
): Tensor => {
  const n = sizeOf(shape);
  const words = wordsOf(key).map((x) => broadcast(x, { shape, axes: [] }));
  const position = reshape(count(n), shape);
  return variate([...words, position, ...parameters], { partitionable: key.partitionable, count: n });
};

const drawLogGamma = (key: Key, shape: Shape, a: Tensor): Tensor =>
  drawEach(logGammaVariate, key, shape, [a]);

/**
 * Logarithms of gamma variates of shape `a`, finite also where the variates are below the smallest number.
 * @example random.loggamma(random.key(0), 0.001) // -1113.0258463340726
 * @see jax.random.loggamma
 */
export const loggamma: Sampler1 = withParameter("loggamma", ({ key, shape }, a) =>
  drawLogGamma(key, shape, a),
);
/**
 * Gamma variates of shape `a` and scale 1: divide by a rate, or multiply by a scale.
 * @example random.gamma(random.key(0), 3) // 2.2629113891268706
 * @see jax.random.gamma
 */
export const gamma: Sampler1 = withParameter("gamma", ({ key, shape }, a) =>
  exp(drawLogGamma(key, shape, a)),
);
const drawChisquare = (key: Key, shape: Shape, df: Tensor): Tensor =>
  mul(exp(drawLogGamma(key, shape, mul(df, filledAs(df, 0.5)))), filledAs(df, 2));
/**
 * Chi-square variates of `df` degrees of freedom.
 * @example random.chisquare(random.key(0), 3) // 1.813893477449012
 * @see jax.random.chisquare
 */
export const chisquare: Sampler1 = withParameter("chisquare", ({ key, shape }, df) =>
  drawChisquare(key, shape, df),
);
/**
 * Beta variates of parameters `a` and `b`.
 * @example random.beta(random.key(0), 2, 3) // 0.3279560651142135
 * @see jax.random.beta
 */
export const beta: Sampler2 = withTwoParameters("beta", ({ key, shape }, a, b) => {
  const [first, second] = twoKeys(key);
  const [x, y] = [drawLogGamma(first, shape, a), drawLogGamma(second, shape, b)];
  const larger = max(x, y);
  const [ex, ey] = [exp(sub(x, larger)), exp(sub(y, larger))];
  return div(ex, add(ex, ey));
});
/**
 * Student's t variates of `df` degrees of freedom.
 * @example random.t(random.key(0), 5) // 1.4680669371731296
 * @see jax.random.t
 */
export const t: Sampler1 = withParameter("t", ({ key, shape, dtype }, df) => {
  const [first, second] = twoKeys(key);
  const half = mul(df, filledAs(df, 0.5));
  return mul(drawNormal(first, shape, dtype), sqrt(div(half, exp(drawLogGamma(second, shape, half)))));
});
/**
 * F variates: the quotient of two chi-square variates, each over its degrees of freedom.
 * @example random.f(random.key(0), 5, 7) // 1.4182962596749078
 * @see jax.random.f
 */
export const f: Sampler2 = withTwoParameters("f", ({ key, shape }, dfnum, dfden) => {
  const [den, num] = twoKeys(key);
  return div(div(drawChisquare(num, shape, dfnum), dfnum), div(drawChisquare(den, shape, dfden), dfden));
});

/**
 * Points of the simplex: gamma variates of shapes `alpha` (along the last axis) over their sum. `shape` is that of the
 * batch, without the last axis.
 * @example random.dirichlet(random.key(0), [1, 2, 3]) // [0.07065345564265818, 0.16705568946084431, 0.7622908548964975]
 * @throws ShapeError if alpha has no axis.
 * @see jax.random.dirichlet
 */
export const dirichlet: Sampler1 = (key, alpha, options) => {
  checkKey("dirichlet", key);
  const asked = optionsOf("dirichlet", options, ["shape", "dtype"]);
  const a = asTensor("dirichlet", alpha);
  if (a.shape.length === 0)
    throw ShapeError.mismatch(
      "dirichlet",
      "alpha needs an axis of categories",
      [a.shape],
      "Pass a list of shapes.",
    );
  const dtype = floatDType("dirichlet", asked.dtype, [a]);
  const n = a.shape.at(-1) as number;
  const shape = [...sampleShape("dirichlet", asked.shape, [a.shape.slice(0, -1)]), n];
  return softmaxLast(drawLogGamma(key, shape, stretch(cast(a, dtype), shape)));
};

const drawGeneralizedNormal = (key: Key, shape: Shape, p: Tensor): Tensor => {
  const [first, second] = twoKeys(key);
  const size = exp(mul(drawLogGamma(first, shape, inverse(p)), inverse(p)));
  return mul(cast(drawSigns(second, shape), p.dtype), size);
};
/**
 * Numbers with density proportional to e^(-|x|^p).
 * @example random.generalizedNormal(random.key(0), 3) // 0.7466373398010602
 * @see jax.random.generalized_normal
 */
export const generalizedNormal: Sampler1 = withParameter("generalizedNormal", ({ key, shape }, p) =>
  drawGeneralizedNormal(key, shape, p),
);

export interface BallOptions extends SampleOptions {
  /** The norm whose unit ball it is; 2 unless told otherwise. */
  readonly p?: TensorLike;
}
/**
 * Points of the unit ball of dimension `d` in the p-norm, uniformly: [...shape, d].
 * @example random.ball(random.key(0), 2).shape // [2]
 * @throws ShapeError if d is no size, or p no number.
 * @see jax.random.ball
 */
export const ball = (key: Key, d: number, options?: BallOptions): Tensor => {
  checkKey("ball", key);
  const { shape = [], dtype: asked, p = 2 } = optionsOf("ball", options, ["shape", "dtype", "p"]);
  const norm = asTensor("ball", p);
  const dtype = floatDType("ball", asked, [norm]);
  const batch = shapeOf("ball", shape);
  const full = shapeOf("ball", [...batch, d]);
  if (norm.shape.length > 0)
    throw ShapeError.mismatch("ball", "p must be one number", [norm.shape], "Map over several: vmap.");
  const exponent = stretch(cast(norm, dtype), full);
  const [first, second] = twoKeys(key);
  const g = drawGeneralizedNormal(first, full, exponent);
  const inside = sum(pow(abs(g), exponent), [batch.length]);
  const whole = add(inside, drawExponential(second, batch, dtype));
  const radius = pow(whole, inverse(stretch(cast(norm, dtype), batch)));
  return div(g, broadcast(radius, { shape: full, axes: batch.map((_, i) => i) }));
};
