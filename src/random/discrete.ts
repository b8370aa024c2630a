/** Samplers of whole numbers and truth values. Their samples jump, so none has a derivative. */
import { cast, stretch } from "../numpy/convert.js";
import { asTensor } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { add, convert, div, filledAs, floor, mul, neg, rem, sub } from "../primitives/arithmetic.js";
import { eq, gt, le, lt, max, min, select } from "../primitives/compare.js";
import { binomialVariate, poissonVariate } from "../primitives/sampling.js";
import { log1p } from "../primitives/transcendental.js";
import { type DType, isFloat, range } from "../tensor/dtype.js";
import { DTypeError } from "../tensor/errors.js";
import type { Shape } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import type { Plain } from "../tensor/types.js";
import { bits, drawSigns, unitFloats } from "./bits.js";
import { drawEach } from "./gamma.js";
import { checkKey, childKeys, type Key, shapeOf } from "./key.js";
import { floatDType, sampleShape, samplingOf, wholeDType } from "./options.js";

export interface WholeOptions {
  /** Shape of the samples; that of the parameters unless told otherwise. */
  readonly shape?: Shape;
  /** Dtype of the samples. */
  readonly dtype?: DType;
}

const unsigned = { 8: "uint8", 16: "uint16", 32: "uint32" } as const;
const widths: Readonly<Partial<Record<DType, 8 | 16 | 32>>> = {
  int32: 32,
  uint32: 32,
  int16: 16,
  uint16: 16,
  int8: 8,
  uint8: 8,
};

/** The remainder where the divisor is not 0 (which stands for 2 to the power of the width), else the dividend. */
const remainder = (x: Tensor, y: Tensor): Tensor => {
  const isZero = eq(y, filledAs(y, 0));
  return select(isZero, x, rem(x, select(isZero, filledAs(y, 1), y)));
};

/**
 * Whole numbers from `minval` (included) to `maxval` (excluded), int32 unless told another integer dtype; minval where
 * the interval is empty. Word for word JAX's.
 * @example random.randint(random.key(0), [3], 0, 10) // [9, 0, 2]
 * @throws DTypeError if dtype is no integer dtype.
 * @see jax.random.randint
 */
export const randint = <const S extends Shape, D extends DType = "int32">(
  key: Key,
  shape: S,
  minval: TensorLike,
  maxval: TensorLike,
  options?: { readonly dtype?: D },
): Tensor<Plain<S>, D> => {
  checkKey("randint", key);
  const size = shapeOf("randint", shape);
  const dtype: DType = optionsOf("randint", options, ["dtype"]).dtype ?? "int32";
  const width = widths[dtype];
  if (width === undefined) throw DTypeError.unsupported("randint", String(dtype), "an integer dtype");
  const [low, high] = range(dtype);
  // bounds of 32 bits and their differences are exact as float64
  const bound = (x: TensorLike): Tensor => cast(asTensor("randint", x), "float64");
  const ends = [bound(minval), bound(maxval)] as const;
  sampleShape("randint", size, [ends[0].shape, ends[1].shape]);
  const [from, to] = ends.map((x) => stretch(x, size)) as [Tensor, Tensor];
  const clipped = (x: Tensor): Tensor => max(filledAs(x, low), min(filledAs(x, high), x));
  const start = clipped(from);
  const beyond = convert(gt(to, filledAs(to, high)), "float64");
  const width64 = add(sub(clipped(to), start), beyond);
  const span = convert(select(le(to, from), filledAs(to, 1), width64), unsigned[width]);
  const [first, second] = childKeys(key, 2) as [Key, Key];
  const [higher, lower] = [first, second].map((k) => bits(k, size, { dtype: unsigned[width] })) as [
    Tensor,
    Tensor,
  ];
  // (a 2^w + b) mod n = ((a mod n) (2^w mod n) + b mod n) mod n
  const root = remainder(filledAs(span, 2 ** (width / 2)), span);
  const multiplier = remainder(mul(root, root), span);
  const offset = remainder(add(mul(remainder(higher, span), multiplier), remainder(lower, span)), span);
  return convert(add(start, convert(offset, "float64")), dtype) as Tensor<Plain<S>, D>;
};

/**
 * Truth values, true with probability `p` (1/2 unless told otherwise). Bit for bit JAX's for p of the same dtype.
 * @example random.bernoulli(random.key(0), 0.5, { shape: [3] }) // [true, true, false]
 * @throws DTypeError if p is no float.
 * @see jax.random.bernoulli
 */
export const bernoulli = (key: Key, p: TensorLike = 0.5, options?: { readonly shape?: Shape }): Tensor => {
  checkKey("bernoulli", key);
  const probability = asTensor("bernoulli", p);
  if (!isFloat(probability.dtype))
    throw DTypeError.unsupported("bernoulli", probability.dtype, "float64 or float32");
  const shape = sampleShape("bernoulli", optionsOf("bernoulli", options, ["shape"]).shape, [
    probability.shape,
  ]);
  const dtype = floatDType("bernoulli", undefined, [probability]);
  return lt(unitFloats(key, shape, dtype), stretch(cast(probability, dtype), shape));
};

/**
 * Signs: 1 or -1 with equal probability, int32 unless told another dtype. JAX's with its default floats.
 * @example random.rademacher(random.key(0), [3]) // [-1, -1, 1]
 * @see jax.random.rademacher
 */
export const rademacher = (key: Key, shape: Shape = [], options?: { readonly dtype?: DType }): Tensor => {
  checkKey("rademacher", key);
  const dtype = wholeDType("rademacher", optionsOf("rademacher", options, ["dtype"]).dtype, "int32");
  return convert(drawSigns(key, shapeOf("rademacher", shape)), dtype);
};

/** One whole number for each element, drawn as floats in the dtype of the parameters. */
const whole = (
  operation: string,
  key: Key,
  values: readonly TensorLike[],
  options: WholeOptions | undefined,
  otherwise: DType,
  draw: (shape: Shape, parameters: readonly Tensor[]) => Tensor,
): Tensor => {
  const { shape: asked, dtype } = optionsOf(operation, options, ["shape", "dtype"]);
  const out = wholeDType(operation, dtype, otherwise);
  const { shape, parameters } = samplingOf(
    operation,
    key,
    values,
    asked === undefined ? {} : { shape: asked },
  );
  return convert(draw(shape, parameters), out);
};

/**
 * How many trials of probability `p` it takes to succeed: 1, 2, ... as int32 unless told another dtype. From log(1 - u),
 * where JAX takes log u, which is infinite at u = 0.
 * @example random.geometric(random.key(0), 0.25) // 2
 * @see jax.random.geometric
 */
export const geometric = (key: Key, p: TensorLike, options?: WholeOptions): Tensor =>
  whole("geometric", key, [p], options, "int32", (shape, [probability]) => {
    const x = probability as Tensor;
    const u = unitFloats(key, shape, floatDType("geometric", x.dtype));
    return add(floor(div(log1p(neg(u)), log1p(neg(x)))), filledAs(x, 1));
  });

/**
 * Poisson numbers of mean `lam`, int32 unless told another dtype; -1 where lam is negative or NaN.
 * @example random.poisson(random.key(0), 3) // 2
 * @see jax.random.poisson
 */
export const poisson = (key: Key, lam: TensorLike, options?: WholeOptions): Tensor =>
  whole("poisson", key, [lam], options, "int32", (shape, parameters) =>
    drawEach(poissonVariate, key, shape, parameters),
  );

/**
 * How many of `n` trials of probability `p` succeed, float64 unless told another dtype; NaN where n or p has no meaning.
 * @example random.binomial(random.key(0), 10, 0.5) // 4
 * @see jax.random.binomial
 */
export const binomial = (key: Key, n: TensorLike, p: TensorLike, options?: WholeOptions): Tensor =>
  whole("binomial", key, [n, p], options, "float64", (shape, parameters) =>
    drawEach(binomialVariate, key, shape, parameters),
  );
