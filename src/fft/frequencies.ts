/** The frequencies to which elements of a transform belong, and their order. */
import { asTensor } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { roll } from "../numpy/rearrange.js";
import { allocate, type FloatDType, isFloat } from "../tensor/dtype.js";
import { ArgumentError, DTypeError, describe } from "../tensor/errors.js";
import { normalizeAxes, orThrow } from "../tensor/shape.js";
import { compact, type Tensor, type TensorLike } from "../tensor/tensor.js";
import type { OwnDType, ShapeOf } from "../tensor/types.js";
import { both, type Complex, type ComplexLike, isComplexLike } from "./complex.js";
import { checkLength } from "./options.js";

export interface FrequencyOptions<D extends FloatDType = FloatDType> {
  /** The distance of the samples; default 1. */
  readonly d?: number;
  /** Default float64. */
  readonly dtype?: D;
}
export type FrequencyFunction = <D extends FloatDType = "float64">(
  n: number,
  options?: FrequencyOptions<D>,
) => Tensor<readonly [number], D>;

/* @__NO_SIDE_EFFECTS__ */
const frequencies = (
  operation: string,
  countOf: (n: number) => number,
  at: (k: number, n: number) => number,
): FrequencyFunction =>
  ((n: number, options?: FrequencyOptions): Tensor => {
    const { d = 1, dtype = "float64" } = optionsOf(operation, options, ["d", "dtype"]);
    const length = checkLength(operation, n);
    if (typeof d !== "number" || Number.isNaN(d))
      throw ArgumentError.invalid(
        operation,
        `d is ${describe(d)}`,
        "It is the distance of samples, a number.",
      );
    if (!isFloat(dtype)) throw DTypeError.unsupported(operation, String(dtype), "float64 or float32");
    const count = countOf(length);
    const data = allocate(dtype, count);
    for (let k = 0; k < count; k++) data[k] = at(k, length) / (length * d);
    return compact({ shape: [count], dtype, weak: false }, data);
  }) as FrequencyFunction;

/**
 * The frequency of each element of a transform of n points: 0, 1, ..., then the negative ones, over n d.
 * @throws ArgumentError for a length below 1.
 * @example fft.fftfreq(4) // [0, 0.25, -0.5, -0.25]
 * @see numpy.fft.fftfreq
 */
export const fftfreq: FrequencyFunction = frequencies(
  "fftfreq",
  (n) => n,
  (k, n) => (k < Math.ceil(n / 2) ? k : k - n),
);
/**
 * The same for the half that `rfft` gives, with the middle one positive.
 * @throws ArgumentError for a length below 1.
 * @example fft.rfftfreq(4) // [0, 0.25, 0.5]
 * @see numpy.fft.rfftfreq
 */
export const rfftfreq: FrequencyFunction = frequencies(
  "rfftfreq",
  (n) => Math.floor(n / 2) + 1,
  (k) => k,
);

export interface ShiftOptions {
  /** Default all. */
  readonly axes?: number | readonly number[] | null;
}
/** A new order of the elements of a tensor, or of both parts of a complex one. */
export interface ShiftFunction {
  <const A extends TensorLike>(x: A, options?: ShiftOptions): Tensor<ShapeOf<A>, OwnDType<A>>;
  (x: ComplexLike, options?: ShiftOptions): Complex;
}

/* @__NO_SIDE_EFFECTS__ */
const shift = (operation: string, distance: (n: number) => number): ShiftFunction =>
  ((x: TensorLike | ComplexLike, options?: ShiftOptions): Tensor | Complex => {
    const { axes = null } = optionsOf(operation, options, ["axes"]);
    const move = (given: Tensor): Tensor => {
      const { shape } = given.type;
      const list = orThrow(normalizeAxes(operation, axes, shape.length));
      return list.reduce((y: Tensor, axis) => roll(y, distance(shape[axis] as number), { axis }), given);
    };
    if (!isComplexLike(x)) return move(asTensor(operation, x));
    return both(move, { re: asTensor(operation, x.re), im: asTensor(operation, x.im) });
  }) as ShiftFunction;

/**
 * Elements in the order of their frequencies, 0 in the middle; of a tensor, or of both parts of a complex one.
 * @throws AxisError for an axis that is not there.
 * @example fft.fftshift([0, 1, 2, -2, -1]) // [-2, -1, 0, 1, 2]
 * @see numpy.fft.fftshift
 */
export const fftshift: ShiftFunction = shift("fftshift", (n) => Math.floor(n / 2));
/**
 * The inverse of `fftshift`.
 * @throws AxisError for an axis that is not there.
 * @example fft.ifftshift([-2, -1, 0, 1, 2]) // [0, 1, 2, -2, -1]
 * @see numpy.fft.ifftshift
 */
export const ifftshift: ShiftFunction = shift("ifftshift", (n) => -Math.floor(n / 2));
