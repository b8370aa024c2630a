/** Transforms along one axis. */
import type { Shape } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import type { DTypeOf, FloatOf, ShapeOf } from "../tensor/types.js";
import {
  type AnySizes,
  asComplex,
  asReal,
  type Complex,
  type ComplexLike,
  conjugate,
  type FloatOfEither,
  type ShapeOfEither,
} from "./complex.js";
import { inverseRealTransform, realTransform, transform } from "./core.js";
import { type Norm, oneAxis, type TransformOptions } from "./options.js";

/** The shape with the transformed axis as it is, or of another size where a length is given. */
export type Transformed<S extends Shape, O> = O extends { readonly n: number } ? AnySizes<S> : S;

/** A transform of real and complex tensors to complex ones. */
export type ComplexTransform = <
  const A extends TensorLike | ComplexLike,
  const O extends TransformOptions = Record<never, never>,
>(
  x: A,
  options?: O,
) => Complex<Transformed<ShapeOfEither<A>, O>, FloatOfEither<A>>;
/** A transform of real tensors to half of a complex one. */
export type RealTransform = <const A extends TensorLike>(
  x: A,
  options?: TransformOptions,
) => Complex<AnySizes<ShapeOf<A>>, FloatOf<DTypeOf<A>>>;
/** A transform of half of a complex tensor to a real one. */
export type InverseRealTransform = <const A extends TensorLike | ComplexLike>(
  x: A,
  options?: TransformOptions,
) => Tensor<AnySizes<ShapeOfEither<A>>, FloatOfEither<A>>;

/* @__NO_SIDE_EFFECTS__ */
const complexTransform = (operation: string, inverse: boolean): ComplexTransform =>
  ((x: TensorLike | ComplexLike, options?: TransformOptions): Complex => {
    const z = asComplex(operation, x);
    return transform(operation, z, oneAxis(operation, z.re.type.shape, options), inverse);
  }) as ComplexTransform;

const turned: Readonly<Record<Norm, Norm>> = { backward: "forward", ortho: "ortho", forward: "backward" };

/**
 * The discrete Fourier transform along an axis: the sums over j of x_j e^(-2 pi i j k / n), for every length n.
 * @throws AxisError for an axis that is not there; ArgumentError for a length below 1 or another norm.
 * @example fft.fft([1, 2, 3, 4]).re // [10, -2, -2, -2]
 * @see numpy.fft.fft
 */
export const fft: ComplexTransform = complexTransform("fft", false);
/**
 * The inverse of `fft`: the sums over k of x_k e^(2 pi i j k / n), divided by n.
 * @throws AxisError for an axis that is not there; ArgumentError for a length below 1 or another norm.
 * @example fft.ifft([4, 0, 0, 0]).re // [1, 1, 1, 1]
 * @see numpy.fft.ifft
 */
export const ifft: ComplexTransform = complexTransform("ifft", true);

/**
 * The first n / 2 + 1 elements of the transform of a real tensor; the others are their conjugates.
 * @throws ArgumentError for a complex operand.
 * @example fft.rfft([1, 2, 3, 4]).im // [0, 2, 0]
 * @see numpy.fft.rfft
 */
export const rfft: RealTransform = ((x: TensorLike, options?: TransformOptions): Complex => {
  const given = asReal("rfft", x);
  return realTransform("rfft", given, oneAxis("rfft", given.type.shape, options));
}) as RealTransform;
/**
 * The inverse of `rfft`: a real tensor of `n` elements, by default 2 (m - 1) for m given ones. Name n for odd lengths.
 * @throws ArgumentError where one element is given and no n.
 * @example fft.irfft([10, -2, -2]) // [1, 3, 3, 3]
 * @see numpy.fft.irfft
 */
export const irfft: InverseRealTransform = ((
  x: TensorLike | ComplexLike,
  options?: TransformOptions,
): Tensor => {
  const z = asComplex("irfft", x);
  return inverseRealTransform("irfft", z, oneAxis("irfft", z.re.type.shape, options));
}) as InverseRealTransform;

/**
 * The transform, which is real, of a tensor of which the first half is given and the rest are conjugates.
 * @throws ArgumentError where one element is given and no n.
 * @example fft.hfft([1, 2, 3]) // [8, -2, 0, -2]
 * @see numpy.fft.hfft
 */
export const hfft: InverseRealTransform = ((
  x: TensorLike | ComplexLike,
  options?: TransformOptions,
): Tensor => {
  const z = asComplex("hfft", x);
  const { norm, ...place } = oneAxis("hfft", z.re.type.shape, options);
  return inverseRealTransform("hfft", conjugate(z), { ...place, norm: turned[norm] });
}) as InverseRealTransform;
/**
 * The inverse of `hfft`: the first n / 2 + 1 elements of the inverse transform of a real tensor.
 * @throws ArgumentError for a complex operand.
 * @example fft.ihfft([8, -2, 0, -2]).re // [1, 2, 3]
 * @see numpy.fft.ihfft
 */
export const ihfft: RealTransform = ((x: TensorLike, options?: TransformOptions): Complex => {
  const given = asReal("ihfft", x);
  const { norm, ...place } = oneAxis("ihfft", given.type.shape, options);
  return conjugate(realTransform("ihfft", given, { ...place, norm: turned[norm] }));
}) as RealTransform;
