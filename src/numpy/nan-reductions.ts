/** Reductions of what is not NaN. Elements that are NaN have derivative 0. */
import { div, filledAs, mul, zerosAs } from "../primitives/arithmetic.js";
import { not } from "../primitives/bits.js";
import { isNaN, le, max, min, select } from "../primitives/compare.js";
import { checkNotEmpty, prod, reduceMax, reduceMin } from "../primitives/reduce.js";
import { isFloat } from "../tensor/dtype.js";
import type {
  ArgReductionFunction,
  CumulativeFunction,
  ReductionFunction,
  SumFunction,
} from "../tensor/signatures.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { asFloat, asTensor } from "./door.js";
import {
  type AllReduceOptions,
  accumulate,
  extremeOf,
  type MaskedReduction,
  masked,
  maskKeys,
  withMask,
} from "./masked.js";
import { axesOf, kept } from "./methods/reductions.js";
import { optionsOf } from "./options.js";
import { argmax, argmin, cumprod, cumsum } from "./reductions.js";
import {
  maskedSpread,
  rootOfSquares,
  type VarianceFunction,
  type VarianceOptions,
  varianceKeys,
} from "./statistics.js";

/** The tensor with a number in the place of NaN. */
const without = (x: Tensor, value: number): Tensor =>
  isFloat(x.type.dtype) ? select(isNaN(x), filledAs(x, value), x) : x;

/** Whether all elements over the axes are NaN. */
const isNothing = (x: Tensor, axes: readonly number[]): Tensor => reduceMin(isNaN(x), axes);

/* @__NO_SIDE_EFFECTS__ */
const extreme = (
  operation: string,
  primitive: typeof reduceMax,
  combine: typeof max,
  worst: number,
): MaskedReduction & ReductionFunction =>
  ((a: TensorLike, options?: AllReduceOptions): Tensor => {
    const x = asTensor(operation, a);
    const y = extremeOf(operation, primitive, combine, without(x, worst), options);
    if (!isFloat(x.type.dtype) || options?.initial !== undefined) return y;
    const axes = axesOf(operation, x, options, maskKeys);
    return select(kept(isNothing(x, axes), x, axes, options), filledAs(y, Number.NaN), y);
  }) as MaskedReduction & ReductionFunction;

/**
 * The largest element that is not NaN; NaN where there is none and no `initial`.
 * @throws ShapeError if there is nothing to choose from.
 * @example np.nanmax([1, NaN, 3]) // 3
 * @see numpy.nanmax
 */
export const nanmax: MaskedReduction & ReductionFunction = extreme("nanmax", reduceMax, max, -Infinity);
/**
 * The smallest element that is not NaN; NaN where there is none and no `initial`.
 * @throws ShapeError if there is nothing to choose from.
 * @example np.nanmin([1, NaN, 3]) // 1
 * @see numpy.nanmin
 */
export const nanmin: MaskedReduction & ReductionFunction = extreme("nanmin", reduceMin, min, Infinity);

/**
 * The product with NaN counted as 1.
 * @example np.nanprod([2, NaN, 3]) // 6
 * @see numpy.nanprod
 */
export const nanprod: MaskedReduction & SumFunction = ((a: TensorLike, options?: AllReduceOptions): Tensor =>
  accumulate("nanprod", prod, mul, 1, without(asTensor("nanprod", a), 1), options)) as MaskedReduction &
  SumFunction;

/** The variance of what is there, and what `after` makes of it. */
const varianceBy = (
  operation: string,
  a: TensorLike,
  options: VarianceOptions | undefined,
  after: (x: Tensor) => Tensor,
): Tensor => {
  const given = asFloat(operation, a);
  const { ddof = 0, where } = optionsOf(operation, options, varianceKeys);
  const [there, x] = withMask(operation, masked(operation, not(isNaN(given)), where, 0), without(given, 0));
  const axes = axesOf(operation, x, options, varianceKeys);
  const [squares, divisor] = maskedSpread(there, x, axes, ddof);
  const few = le(divisor, zerosAs(divisor));
  const y = select(
    few,
    filledAs(divisor, Number.NaN),
    div(squares, select(few, filledAs(divisor, 1), divisor)),
  );
  return kept(after(y), x, axes, options);
};

/**
 * Variance of what is not NaN, with its number minus ddof as divisor; NaN where that is not positive.
 * @example np.nanvar([1, NaN, 3]) // 1
 * @see numpy.nanvar
 */
export const nanvar: VarianceFunction = ((a: TensorLike, options?: VarianceOptions): Tensor =>
  varianceBy("nanvar", a, options, (x) => x)) as VarianceFunction;

/**
 * Standard deviation of what is not NaN; its derivative where all elements are equal is 0.
 * @example np.nanstd([1, NaN, 3]) // 1
 * @see numpy.nanstd
 */
export const nanstd: VarianceFunction = ((a: TensorLike, options?: VarianceOptions): Tensor =>
  varianceBy("nanstd", a, options, rootOfSquares)) as VarianceFunction;

type AxisOptions = { readonly axis?: number | null; readonly keepdims?: boolean } | undefined;

/* @__NO_SIDE_EFFECTS__ */
const position = (operation: string, worst: number): ArgReductionFunction =>
  ((a: TensorLike, options: AxisOptions): Tensor => {
    const x = asTensor(operation, a);
    const axes = axesOf(operation, x, options);
    checkNotEmpty(operation, x.type.shape, axes);
    const find: (y: Tensor, options: AxisOptions) => Tensor = worst < 0 ? argmax : argmin;
    const at = find(without(x, worst), options);
    if (!isFloat(x.type.dtype)) return at;
    const nothing = kept(isNothing(x, axes), x, axes, options);
    return select(nothing, filledAs(at, -1), at);
  }) as ArgReductionFunction;

/**
 * Position (int32) of the first largest element that is not NaN; -1 where there is none (NumPy throws there).
 * @throws ShapeError if there is nothing to choose from.
 * @example np.nanargmax([NaN, 5, 7]) // 2
 * @see jax.numpy.nanargmax
 */
export const nanargmax: ArgReductionFunction = position("nanargmax", -Infinity);
/**
 * Position (int32) of the first smallest element that is not NaN; -1 where there is none (NumPy throws there).
 * @throws ShapeError if there is nothing to choose from.
 * @example np.nanargmin([NaN, 5, 7]) // 1
 * @see jax.numpy.nanargmin
 */
export const nanargmin: ArgReductionFunction = position("nanargmin", Infinity);

/* @__NO_SIDE_EFFECTS__ */
const running = (operation: string, f: CumulativeFunction, neutral: number): CumulativeFunction =>
  ((a: TensorLike, options?: { readonly axis?: number | null }): Tensor => {
    const x = asTensor(operation, a);
    axesOf(operation, x, options, ["axis"]);
    return f(without(x, neutral), options);
  }) as CumulativeFunction;

/**
 * Running sum with NaN counted as 0.
 * @example np.nancumsum([1, NaN, 2]) // [1, 1, 3]
 * @see numpy.nancumsum
 */
export const nancumsum: CumulativeFunction = running("nancumsum", cumsum, 0);
/**
 * Running product with NaN counted as 1.
 * @example np.nancumprod([2, NaN, 3]) // [2, 2, 6]
 * @see numpy.nancumprod
 */
export const nancumprod: CumulativeFunction = running("nancumprod", cumprod, 1);
