/**
 * Samplers of continuous distributions by a formula in uniform or normal numbers: reparameterised, so that samples have
 * derivatives in the parameters to every order. In either counting they are JAX's, but for the last digit of a logarithm.
 */
import { cast, stretch } from "../numpy/convert.js";
import { asTensor } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import {
  abs,
  add,
  div,
  filledAs,
  integerPow,
  mul,
  neg,
  sign,
  stopGradient,
  sub,
} from "../primitives/arithmetic.js";
import { sum } from "../primitives/broadcast.js";
import { gt, isFinite, le, lt, max, min, select } from "../primitives/compare.js";
import { ndtr, ndtri } from "../primitives/special.js";
import { erf, erfInv, exp, log, log1p, pow, sqrt, tan } from "../primitives/transcendental.js";
import type { FloatDType } from "../tensor/dtype.js";
import type { Shape } from "../tensor/shape.js";
import { uniform as filledTensor, type Tensor, type TensorLike } from "../tensor/tensor.js";
import type { Plain } from "../tensor/types.js";
import { drawSigns, unitFloats } from "./bits.js";
import { checkKey, childKeys, type Key, shapeOf } from "./key.js";
import {
  type DTypeOptions,
  floatDType,
  type SampleOptions,
  type Sampler1,
  type Sampler2,
  type StandardSampler,
  sampleShape,
  samplingOf,
  standard,
  withParameter,
  withTwoParameters,
} from "./options.js";

const constant = (value: number, shape: Shape, dtype: FloatDType): Tensor =>
  filledTensor({ shape, dtype, weak: false }, dtype === "float32" ? Math.fround(value) : value);

/** Smallest normal number, spacing above 1 and below 1. */
const limits: Readonly<
  Record<FloatDType, { readonly tiny: number; readonly above: number; readonly below: number }>
> = {
  float64: { tiny: 2 ** -1022, above: 2 ** -52, below: 2 ** -53 },
  float32: { tiny: 2 ** -126, above: 2 ** -23, below: 2 ** -24 },
};

/** Uniform in [low, high), rounded as JAX rounds. */
const between = (unit: Tensor, low: Tensor, high: Tensor): Tensor =>
  max(low, add(mul(unit, sub(high, low)), low));
const unitBetween = (key: Key, shape: Shape, dtype: FloatDType, low: number, high: number): Tensor =>
  between(unitFloats(key, shape, dtype), constant(low, shape, dtype), constant(high, shape, dtype));
const times = (x: Tensor, by: number): Tensor =>
  mul(x, filledAs(x, x.dtype === "float32" ? Math.fround(by) : by));

export interface UniformOptions<D extends FloatDType = FloatDType> extends DTypeOptions<D> {
  /** The interval, numbers or tensors that broadcast to the shape; [0, 1) unless told otherwise. */
  readonly minval?: TensorLike;
  readonly maxval?: TensorLike;
}
/**
 * Uniform numbers in [minval, maxval). Bit for bit JAX's.
 * @example random.uniform(random.key(0), [2]) // [0.41845711171638644, 0.21629545460551136]
 * @see jax.random.uniform
 */
export const uniform: <const S extends Shape = [], D extends FloatDType = "float64">(
  key: Key,
  shape?: S,
  options?: UniformOptions<D>,
) => Tensor<Plain<S>, D> = ((key: Key, shape: Shape = [], options?: UniformOptions): Tensor => {
  checkKey("uniform", key);
  const size = shapeOf("uniform", shape);
  const {
    dtype: asked,
    minval = 0,
    maxval = 1,
  } = optionsOf("uniform", options, ["dtype", "minval", "maxval"]);
  const ends = [asTensor("uniform", minval), asTensor("uniform", maxval)] as const;
  const dtype = floatDType("uniform", asked, ends);
  sampleShape("uniform", size, [ends[0].shape, ends[1].shape]);
  const [low, high] = ends.map((x) => stretch(cast(x, dtype), size)) as [Tensor, Tensor];
  return between(unitFloats(key, size, dtype), low, high);
}) as never;

export const drawNormal = (key: Key, shape: Shape, dtype: FloatDType): Tensor =>
  times(erfInv(unitBetween(key, shape, dtype, -1 + limits[dtype].below, 1)), Math.SQRT2);
/**
 * Standard normal numbers: sqrt 2 erfInv of uniform ones, JAX's to an ulp or two.
 * @example random.normal(random.key(0), [2]) // [-0.20584213947964342, -0.7847657764467412]
 * @see jax.random.normal
 */
export const normal: StandardSampler = standard("normal", drawNormal);

/** The next number towards the inside of an interval, as far as clipping needs it. */
const nudged = (x: Tensor, up: boolean): Tensor => {
  const { above, tiny } = limits[x.dtype as FloatDType];
  const step = max(times(abs(x), above), filledAs(x, tiny));
  return select(isFinite(x), up ? add(x, step) : sub(x, step), x);
};
/**
 * Standard normal numbers between `lower` and `upper`: JAX's, but for intervals beyond 3 on one side, which are drawn
 * from the probabilities of that tail and so keep their digits (JAX gives an end there).
 * @example random.truncatedNormal(random.key(0), 8, 9) // 8.106550148205827
 * @see jax.random.truncated_normal
 */
export const truncatedNormal: Sampler2 = withTwoParameters(
  "truncatedNormal",
  ({ key, shape, dtype }, lower, upper) => {
    const unit = unitFloats(key, shape, dtype);
    const scaled = (x: Tensor): Tensor =>
      erf(div(x, filledAs(x, x.dtype === "float32" ? Math.fround(Math.SQRT2) : Math.SQRT2)));
    const inner = times(erfInv(between(unit, scaled(lower), scaled(upper))), Math.SQRT2);
    // of the tail on the left, where small probabilities are; the right one is its mirror image
    const right = gt(lower, filledAs(lower, 3));
    const far = select(right, right, lt(upper, filledAs(upper, -3)));
    const safe = (x: Tensor): Tensor => select(far, x, filledAs(x, -3));
    const low = ndtr(safe(select(right, neg(upper), lower)));
    const high = ndtr(safe(select(right, neg(lower), upper)));
    const tail = ndtri(select(far, between(unit, low, high), filledAs(low, 0.25)));
    const sample = select(far, select(right, neg(tail), tail), inner);
    return max(nudged(stopGradient(lower), true), min(sample, nudged(stopGradient(upper), false)));
  },
);

export const drawExponential = (key: Key, shape: Shape, dtype: FloatDType): Tensor =>
  neg(log1p(neg(unitFloats(key, shape, dtype))));
/**
 * Exponential numbers of mean 1.
 * @example random.exponential(random.key(0), [2]) // [0.5420705551711603, 0.24372318502372997]
 * @see jax.random.exponential
 */
export const exponential: StandardSampler = standard("exponential", drawExponential);
export const drawGumbel = (key: Key, shape: Shape, dtype: FloatDType): Tensor =>
  neg(log(neg(log(unitBetween(key, shape, dtype, limits[dtype].tiny, 1)))));
/**
 * Gumbel numbers: -log(-log u).
 * @example random.gumbel(random.key(0), [2]) // [0.13790565977540292, -0.4259929367942607]
 * @see jax.random.gumbel
 */
export const gumbel: StandardSampler = standard("gumbel", drawGumbel);
/**
 * Laplace numbers of scale 1.
 * @example random.laplace(random.key(0), [2]) // [0.17803369470862349, 0.8379627799904482]
 * @see jax.random.laplace
 */
export const laplace: StandardSampler = standard("laplace", (key, shape, dtype) => {
  const u = unitBetween(key, shape, dtype, -1 + limits[dtype].below, 1);
  return mul(sign(u), log1p(neg(abs(u))));
});
/**
 * Logistic numbers of scale 1: log u - log(1 - u).
 * @example random.logistic(random.key(0), [2]) // [-0.3291103200974086, -1.2873867755266637]
 * @see jax.random.logistic
 */
export const logistic: StandardSampler = standard("logistic", (key, shape, dtype) => {
  const u = unitBetween(key, shape, dtype, limits[dtype].tiny, 1);
  return sub(log(u), log1p(neg(u)));
});
/**
 * Cauchy numbers of scale 1: tan(pi (u - 1/2)).
 * @example random.cauchy(random.key(0), [2]) // [-0.2619295066536063, -1.2378460184296847]
 * @see jax.random.cauchy
 */
export const cauchy: StandardSampler = standard("cauchy", (key, shape, dtype) => {
  const u = unitBetween(key, shape, dtype, limits[dtype].above, 1);
  return tan(times(sub(u, filledAs(u, 0.5)), Math.PI));
});
/**
 * Maxwell numbers: lengths of standard normal vectors of three components.
 * @example random.maxwell(random.key(0)) // 1.9890699115189197
 * @see jax.random.maxwell
 */
export const maxwell: StandardSampler = standard("maxwell", (key, shape, dtype) =>
  sqrt(sum(integerPow(drawNormal(key, [...shape, 3], dtype), 2), [shape.length])),
);

/**
 * e to the power of normal numbers with standard deviation `sigma`.
 * @example random.lognormal(random.key(0), 2) // 0.6625334187754889
 * @see jax.random.lognormal
 */
export const lognormal: Sampler1 = withParameter("lognormal", ({ key, shape, dtype }, sigma) =>
  exp(mul(drawNormal(key, shape, dtype), sigma)),
);
/**
 * Rayleigh numbers of the given scale. From log(1 - u), where JAX takes log u, which is infinite at u = 0.
 * @example random.rayleigh(random.key(0), 2) // 2.0824419418964077
 * @see jax.random.rayleigh
 */
export const rayleigh: Sampler1 = withParameter("rayleigh", ({ key, shape, dtype }, scale) =>
  mul(scale, sqrt(times(drawExponential(key, shape, dtype), 2))),
);
/**
 * Pareto numbers from 1 on: the density falls as x^-(b + 1).
 * @example random.pareto(random.key(0), 3) // 1.198043949871981
 * @see jax.random.pareto
 */
export const pareto: Sampler1 = withParameter("pareto", ({ key, shape, dtype }, b) =>
  exp(div(drawExponential(key, shape, dtype), b)),
);
/**
 * Weibull numbers: a power of exponential ones, scale e^(1 / concentration).
 * @example random.weibullMin(random.key(0), 2, 1.5) // 1.3296393946277114
 * @see jax.random.weibull_min
 */
export const weibullMin: Sampler2 = withTwoParameters(
  "weibullMin",
  ({ key, shape, dtype }, scale, concentration) =>
    mul(pow(drawExponential(key, shape, dtype), div(filledAs(concentration, 1), concentration)), scale),
);
/**
 * Inverse Gaussian (Wald) numbers of the given mean and shape 1.
 * @example random.wald(random.key(0), 2) // 0.22327944862448135
 * @see jax.random.wald
 */
export const wald: Sampler1 = withParameter("wald", ({ key, shape, dtype }, mean) => {
  const [first, second] = childKeys(key, 2) as [Key, Key];
  const y = integerPow(drawNormal(first, shape, dtype), 2);
  const z = unitFloats(second, shape, dtype);
  const square = integerPow(mean, 2);
  const root = sqrt(add(times(mul(mean, y), 4), mul(square, integerPow(y, 2))));
  const x = sub(add(mean, times(mul(square, y), 0.5)), times(mul(mean, root), 0.5));
  return select(le(z, div(mean, add(mean, x))), x, div(square, x));
});
/**
 * Maxwell numbers with a random sign, times `scale` and moved by `loc`.
 * @example random.doubleSidedMaxwell(random.key(0), 1, 2) // 4.969224084752315
 * @see jax.random.double_sided_maxwell
 */
export const doubleSidedMaxwell: Sampler2 = withTwoParameters(
  "doubleSidedMaxwell",
  ({ key, shape, dtype }, loc, scale) => {
    const [first, second] = childKeys(key, 2) as [Key, Key];
    const length = maxwell(first, shape, { dtype });
    const signs = cast(drawSigns(second, shape), dtype);
    return add(mul(mul(signs, length), scale), loc);
  },
);
/**
 * Numbers with a triangular density on [left, right] and its peak at `mode`.
 * @example random.triangular(random.key(0), 0, 1, 4) // 1.358312157085292
 * @see jax.random.triangular
 */
export const triangular = (
  key: Key,
  left: TensorLike,
  mode: TensorLike,
  right: TensorLike,
  options?: SampleOptions,
): Tensor => {
  const { shape, dtype, parameters } = samplingOf("triangular", key, [left, mode, right], options);
  const [a, c, b] = parameters as readonly [Tensor, Tensor, Tensor];
  const u = unitFloats(key, shape, dtype);
  const width = sub(b, a);
  const isLeft = lt(u, div(sub(c, a), width));
  const rest = select(isLeft, u, sub(filledAs(u, 1), u));
  const root = sqrt(mul(mul(rest, width), select(isLeft, sub(c, a), sub(b, c))));
  return select(isLeft, add(a, root), sub(b, root));
};
