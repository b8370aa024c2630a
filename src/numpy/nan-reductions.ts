/** Reductions of what is not NaN. Elements that are NaN have derivative 0. */
import { convert, div, filledAs, integerPow, sub, zerosAs } from "../primitives/arithmetic.js";
import { not } from "../primitives/bits.js";
import { broadcastOver, sum } from "../primitives/broadcast.js";
import { isNaN, le, select } from "../primitives/compare.js";
import { prod, reduceMax, reduceMin } from "../primitives/reduce.js";
import { isFloat } from "../tensor/dtype.js";
import type {
  ArgReductionFunction,
  CumulativeFunction,
  FloatReductionFunction,
  ReductionFunction,
  SumFunction,
} from "../tensor/signatures.js";
import type { ReduceOptions, Tensor, TensorLike } from "../tensor/tensor.js";
import { asFloat, asTensor } from "./door.js";
import { axesOf, checkNotEmpty, kept, widened } from "./methods/reductions.js";
import { argmax, argmin, cumprod, cumsum } from "./reductions.js";
import { rootOfSquares, type VarianceFunction, type VarianceOptions } from "./statistics.js";

/** The tensor with a number in the place of NaN. */
const without = (x: Tensor, value: number): Tensor =>
  isFloat(x.type.dtype) ? select(isNaN(x), filledAs(x, value), x) : x;

/** Whether all elements over the axes are NaN. */
const isNothing = (x: Tensor, axes: readonly number[]): Tensor => reduceMin(isNaN(x), axes);

/* @__NO_SIDE_EFFECTS__ */
const extreme = (operation: string, primitive: typeof reduceMax, worst: number): ReductionFunction =>
  ((a: TensorLike, options?: ReduceOptions): Tensor => {
    const x = asTensor(operation, a);
    const axes = axesOf(operation, x, options);
    checkNotEmpty(operation, x, axes);
    if (!isFloat(x.type.dtype)) return kept(primitive(x, axes), x, axes, options);
    const y = primitive(without(x, worst), axes);
    return kept(select(isNothing(x, axes), filledAs(y, Number.NaN), y), x, axes, options);
  }) as ReductionFunction;

/**
 * The largest element that is not NaN; NaN where there is none.
 * @throws ShapeError if there is nothing to choose from.
 * @example np.nanmax([1, NaN, 3]) // 3
 * @see numpy.nanmax
 */
export const nanmax: ReductionFunction = extreme("nanmax", reduceMax, -Infinity);
/**
 * The smallest element that is not NaN; NaN where there is none.
 * @throws ShapeError if there is nothing to choose from.
 * @example np.nanmin([1, NaN, 3]) // 1
 * @see numpy.nanmin
 */
export const nanmin: ReductionFunction = extreme("nanmin", reduceMin, Infinity);

/**
 * The product with NaN counted as 1.
 * @example np.nanprod([2, NaN, 3]) // 6
 * @see numpy.nanprod
 */
export const nanprod: SumFunction = ((a: TensorLike, options?: ReduceOptions): Tensor => {
  const x = widened(asTensor("nanprod", a));
  const axes = axesOf("nanprod", x, options);
  return kept(prod(without(x, 1), axes), x, axes, options);
}) as SumFunction;

const spread = (operation: string, x: Tensor, options: VarianceOptions | undefined): Tensor => {
  const axes = axesOf(operation, x, options, ["axis", "keepdims", "ddof"]);
  const there = not(isNaN(x));
  const values = without(x, 0);
  const n = sum(convert(there, x.type.dtype), axes);
  const centre = broadcastOver(div(sum(values, axes), n), x.type.shape, axes);
  const distance = select(there, sub(values, centre), zerosAs(x));
  const divisor = sub(n, filledAs(n, options?.ddof ?? 0));
  const few = le(divisor, zerosAs(divisor));
  const squares = sum(integerPow(distance, 2), axes);
  return select(few, filledAs(n, Number.NaN), div(squares, select(few, filledAs(n, 1), divisor)));
};

/**
 * Variance of what is not NaN, with its number minus ddof as divisor; NaN where that is not positive.
 * @example np.nanvar([1, NaN, 3]) // 1
 * @see numpy.nanvar
 */
export const nanvar: VarianceFunction = ((a: TensorLike, options?: VarianceOptions): Tensor => {
  const x = asFloat("nanvar", a);
  const y = spread("nanvar", x, options);
  return kept(y, x, axesOf("nanvar", x, options, ["axis", "keepdims", "ddof"]), options);
}) as VarianceFunction & FloatReductionFunction;
/**
 * Standard deviation of what is not NaN; its derivative where all elements are equal is 0.
 * @example np.nanstd([1, NaN, 3]) // 1
 * @see numpy.nanstd
 */
export const nanstd: VarianceFunction = ((a: TensorLike, options?: VarianceOptions): Tensor => {
  const x = asFloat("nanstd", a);
  const y = rootOfSquares(spread("nanstd", x, options));
  return kept(y, x, axesOf("nanstd", x, options, ["axis", "keepdims", "ddof"]), options);
}) as VarianceFunction & FloatReductionFunction;

type AxisOptions = { readonly axis?: number | null; readonly keepdims?: boolean } | undefined;

/* @__NO_SIDE_EFFECTS__ */
const position = (operation: string, worst: number): ArgReductionFunction =>
  ((a: TensorLike, options: AxisOptions): Tensor => {
    const x = asTensor(operation, a);
    const axes = axesOf(operation, x, options);
    checkNotEmpty(operation, x, axes);
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
