/** Discrete cosine and sine transforms of real tensors, in the names and normalisations of SciPy. */
import { moved, sizeAt } from "../numpy/along.js";
import { optionsOf } from "../numpy/options.js";
import { convert } from "../primitives/arithmetic.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import type { DTypeOf, FloatOf, ShapeOf } from "../tensor/types.js";
import { type AnySizes, asReal, scaled } from "./complex.js";
import { type CosineType, cosineTransform, sineTransform } from "./cosine-core.js";
import type { Transformed } from "./line.js";
import {
  checkLength,
  factorOf,
  oneAxis,
  type Place,
  resized,
  type SeveralOptions,
  severalAxes,
  type TransformOptions,
} from "./options.js";

export interface CosineOptions extends TransformOptions {
  /** Default 2; its inverse is 3, and 1 and 4 are their own. */
  readonly type?: CosineType;
}
export interface SeveralCosineOptions extends SeveralOptions {
  /** Default 2; its inverse is 3, and 1 and 4 are their own. */
  readonly type?: CosineType;
}
/** A transform of real tensors to real ones along one axis. */
export type CosineTransform = <
  const A extends TensorLike,
  const O extends CosineOptions = Record<never, never>,
>(
  x: A,
  options?: O,
) => Tensor<Transformed<ShapeOf<A>, O>, FloatOf<DTypeOf<A>>>;
/** The same along several axes. */
export type SeveralCosineTransform = <
  const A extends TensorLike,
  const O extends SeveralCosineOptions = Record<never, never>,
>(
  x: A,
  options?: O,
) => Tensor<
  O extends { readonly s: readonly number[] } ? AnySizes<ShapeOf<A>> : ShapeOf<A>,
  FloatOf<DTypeOf<A>>
>;

/** Cosines or sines: the sums, and of how many points the Fourier transform is in whose terms they are defined. */
interface Kind {
  readonly sums: (x: Tensor, type: CosineType, orthogonal: boolean) => Tensor;
  readonly points: (type: CosineType, n: number) => number;
  readonly least: (type: CosineType) => number;
}
const cosine: Kind = {
  sums: cosineTransform,
  points: (type, n) => 2 * (type === 1 ? n - 1 : n),
  least: (type) => (type === 1 ? 2 : 1),
};
const sine: Kind = {
  sums: sineTransform,
  points: (type, n) => 2 * (type === 1 ? n + 1 : n),
  least: () => 1,
};

const inverseOf: Readonly<Record<CosineType, CosineType>> = { 1: 1, 2: 3, 3: 2, 4: 4 };
const checkType = (operation: string, type: unknown, inverse: boolean): CosineType => {
  if (type === 1 || type === 2 || type === 3 || type === 4) return inverse ? inverseOf[type] : type;
  throw ArgumentError.invalid(operation, `type is ${describe(type)}`, "Types are 1, 2, 3 and 4.");
};

/** Along each of the places, the last first; in float64, rounded once. */
const through = (
  operation: string,
  kind: Kind,
  type: CosineType,
  inverse: boolean,
  x: Tensor,
  places: readonly Place[],
): Tensor => {
  const { dtype } = x.type;
  const along = (given: Tensor, { axis, n, norm }: Place): Tensor => {
    const length = n ?? checkLength(operation, sizeAt(given, axis));
    if (length < kind.least(type)) {
      throw ArgumentError.invalid(
        operation,
        `there is no transform of type ${type} of ${length} points`,
        `It has at least ${kind.least(type)}.`,
      );
    }
    const last = given.type.shape.length - 1;
    const line = moved(resized(given, axis, length), [axis], [last]);
    const sums = kind.sums(line, type, norm === "ortho");
    return moved(scaled(sums, factorOf(norm, kind.points(type, length), inverse)), [last], [axis]);
  };
  const wide = dtype === "float64" ? x : convert(x, "float64");
  const out = places.reduceRight(along, wide);
  return dtype === "float64" ? out : convert(out, dtype);
};

/* @__NO_SIDE_EFFECTS__ */
const alongOne = (operation: string, kind: Kind, inverse: boolean): CosineTransform =>
  ((x: TensorLike, options?: CosineOptions): Tensor => {
    const given = asReal(operation, x);
    const { type = 2, ...rest } = optionsOf(operation, options, ["type", "n", "axis", "norm"]);
    const place = oneAxis(operation, given.type.shape, rest);
    return through(operation, kind, checkType(operation, type, inverse), inverse, given, [place]);
  }) as CosineTransform;

/* @__NO_SIDE_EFFECTS__ */
const alongSeveral = (operation: string, kind: Kind, inverse: boolean): SeveralCosineTransform =>
  ((x: TensorLike, options?: SeveralCosineOptions): Tensor => {
    const given = asReal(operation, x);
    const { type = 2, ...rest } = optionsOf(operation, options, ["type", "s", "axes", "norm"]);
    const places = severalAxes(operation, given.type.shape, rest, null);
    return through(operation, kind, checkType(operation, type, inverse), inverse, given, places);
  }) as SeveralCosineTransform;

/**
 * The discrete cosine transform along an axis, for every length n; of type II, the default, the sums over j of
 * 2 x_j cos(pi k (2 j + 1) / (2 n)). Types and norms are SciPy's: "ortho" makes types I to III orthogonal too.
 * @throws AxisError for an axis that is not there; ArgumentError for a length below 1 (type I: 2), another type or norm.
 * @example fft.dct([4, 4], { norm: "forward" }) // [4, 0]
 * @see scipy.fft.dct
 */
export const dct: CosineTransform = alongOne("dct", cosine, false);
/**
 * The inverse of `dct` of the same type and norm.
 * @throws AxisError for an axis that is not there; ArgumentError for a length below 1 (type I: 2), another type or norm.
 * @example fft.idct([8, 0]) // [2, 2]
 * @see scipy.fft.idct
 */
export const idct: CosineTransform = alongOne("idct", cosine, true);
/**
 * The discrete sine transform along an axis; of type II, the default, the sums over j of
 * 2 x_j sin(pi (k + 1) (2 j + 1) / (2 n)).
 * @throws AxisError for an axis that is not there; ArgumentError for a length below 1, another type or norm.
 * @example fft.dst([1, -1]) // [0, 4]
 * @see scipy.fft.dst
 */
export const dst: CosineTransform = alongOne("dst", sine, false);
/**
 * The inverse of `dst` of the same type and norm.
 * @throws AxisError for an axis that is not there; ArgumentError for a length below 1, another type or norm.
 * @example fft.idst([0, 4]) // [1, -1]
 * @see scipy.fft.idst
 */
export const idst: CosineTransform = alongOne("idst", sine, true);
/**
 * The cosine transform along any axes, by default all.
 * @throws ArgumentError for lengths that do not belong to the axes, another type or norm.
 * @example fft.dctn([[1, 1], [1, 1]]) // [[16, 0], [0, 0]]
 * @see scipy.fft.dctn
 */
export const dctn: SeveralCosineTransform = alongSeveral("dctn", cosine, false);
/**
 * The inverse of `dctn`.
 * @throws ArgumentError for lengths that do not belong to the axes, another type or norm.
 * @example fft.idctn([[16, 0], [0, 0]]) // [[1, 1], [1, 1]]
 * @see scipy.fft.idctn
 */
export const idctn: SeveralCosineTransform = alongSeveral("idctn", cosine, true);
/**
 * The sine transform along any axes, by default all.
 * @throws ArgumentError for lengths that do not belong to the axes, another type or norm.
 * @example fft.dstn([[1, -1], [-1, 1]]) // [[0, 0], [0, 16]]
 * @see scipy.fft.dstn
 */
export const dstn: SeveralCosineTransform = alongSeveral("dstn", sine, false);
/**
 * The inverse of `dstn`.
 * @throws ArgumentError for lengths that do not belong to the axes, another type or norm.
 * @example fft.idstn([[0, 0], [0, 16]]) // [[1, -1], [-1, 1]]
 * @see scipy.fft.idstn
 */
export const idstn: SeveralCosineTransform = alongSeveral("idstn", sine, true);
