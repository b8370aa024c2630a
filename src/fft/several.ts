/** Transforms along several axes: one after the other, the last axis first. */
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import type { DTypeOf, FloatOf, ShapeOf } from "../tensor/types.js";
import {
  type AnySizes,
  asComplex,
  asReal,
  type Complex,
  type ComplexLike,
  type FloatOfEither,
  type Parts,
  type ShapeOfEither,
} from "./complex.js";
import { inverseRealTransform, realTransform, transform } from "./core.js";
import { type Place, type SeveralOptions, severalAxes } from "./options.js";

export type SeveralTransform = <
  const A extends TensorLike | ComplexLike,
  const O extends SeveralOptions = Record<never, never>,
>(
  x: A,
  options?: O,
) => Complex<
  O extends { readonly s: readonly number[] } ? AnySizes<ShapeOfEither<A>> : ShapeOfEither<A>,
  FloatOfEither<A>
>;
export type SeveralRealTransform = <const A extends TensorLike>(
  x: A,
  options?: SeveralOptions,
) => Complex<AnySizes<ShapeOf<A>>, FloatOf<DTypeOf<A>>>;
export type SeveralInverseRealTransform = <const A extends TensorLike | ComplexLike>(
  x: A,
  options?: SeveralOptions,
) => Tensor<AnySizes<ShapeOfEither<A>>, FloatOfEither<A>>;

type Axes = readonly number[] | null;

const through = (operation: string, x: Parts, places: readonly Place[], inverse: boolean): Parts =>
  places.reduceRight((z: Parts, place) => transform(operation, z, place, inverse), x);

/* @__NO_SIDE_EFFECTS__ */
const complexTransform = (operation: string, otherwise: Axes, inverse: boolean): SeveralTransform =>
  ((x: TensorLike | ComplexLike, options?: SeveralOptions): Parts => {
    const z = asComplex(operation, x);
    return through(operation, z, severalAxes(operation, z.re.type.shape, options, otherwise), inverse);
  }) as SeveralTransform;

/* @__NO_SIDE_EFFECTS__ */
const forwardReal = (operation: string, otherwise: Axes): SeveralRealTransform =>
  ((x: TensorLike, options?: SeveralOptions): Parts => {
    const given = asReal(operation, x);
    const places = severalAxes(operation, given.type.shape, options, otherwise);
    const half = realTransform(operation, given, places.pop() as Place);
    return through(operation, half, places, false);
  }) as SeveralRealTransform;

/* @__NO_SIDE_EFFECTS__ */
const inverseReal = (operation: string, otherwise: Axes): SeveralInverseRealTransform =>
  ((x: TensorLike | ComplexLike, options?: SeveralOptions): Tensor => {
    const z = asComplex(operation, x);
    const places = severalAxes(operation, z.re.type.shape, options, otherwise);
    const last = places.pop() as Place;
    return inverseRealTransform(operation, through(operation, z, places, true), last);
  }) as SeveralInverseRealTransform;

/**
 * The transform along two axes, by default the last two.
 * @throws ArgumentError for lengths that do not belong to the axes.
 * @example fft.fft2([[1, 2], [3, 4]]).re // [[10, -2], [-4, 0]]
 * @see numpy.fft.fft2
 */
export const fft2: SeveralTransform = complexTransform("fft2", [-2, -1], false);
/**
 * The inverse of `fft2`.
 * @throws ArgumentError for lengths that do not belong to the axes.
 * @example fft.ifft2([[10, -2], [-4, 0]]).re // [[1, 2], [3, 4]]
 * @see numpy.fft.ifft2
 */
export const ifft2: SeveralTransform = complexTransform("ifft2", [-2, -1], true);
/**
 * The transform of a real tensor along two axes, half of the last one.
 * @throws ArgumentError for a complex operand.
 * @example fft.rfft2([[1, 2], [3, 4]]).re // [[10, -2], [-4, 0]]
 * @see numpy.fft.rfft2
 */
export const rfft2: SeveralRealTransform = forwardReal("rfft2", [-2, -1]);
/**
 * The inverse of `rfft2`.
 * @throws ArgumentError for lengths that do not belong to the axes.
 * @example fft.irfft2([[10, -2], [-4, 0]]) // [[1, 2], [3, 4]]
 * @see numpy.fft.irfft2
 */
export const irfft2: SeveralInverseRealTransform = inverseReal("irfft2", [-2, -1]);
/**
 * The transform along any axes, by default all.
 * @throws ArgumentError for lengths that do not belong to the axes.
 * @example fft.fftn([[1, 2], [3, 4]], { axes: [0] }).re // [[4, 6], [-2, -2]]
 * @see numpy.fft.fftn
 */
export const fftn: SeveralTransform = complexTransform("fftn", null, false);
/**
 * The inverse of `fftn`.
 * @throws ArgumentError for lengths that do not belong to the axes.
 * @example fft.ifftn([[4, 6], [-2, -2]], { axes: [0] }).re // [[1, 2], [3, 4]]
 * @see numpy.fft.ifftn
 */
export const ifftn: SeveralTransform = complexTransform("ifftn", null, true);
/**
 * The transform of a real tensor along any axes, half of the last of them.
 * @throws ArgumentError for a complex operand.
 * @example fft.rfftn([[1, 2], [3, 4]]).re // [[10, -2], [-4, 0]]
 * @see numpy.fft.rfftn
 */
export const rfftn: SeveralRealTransform = forwardReal("rfftn", null);
/**
 * The inverse of `rfftn`.
 * @throws ArgumentError for lengths that do not belong to the axes.
 * @example fft.irfftn([[10, -2], [-4, 0]]) // [[1, 2], [3, 4]]
 * @see numpy.fft.irfftn
 */
export const irfftn: SeveralInverseRealTransform = inverseReal("irfftn", null);
