/** Reductions over axes: sums, products, extremes and their positions, truth and counts, and running forms. */
import { convert, mul, sub, zerosAs } from "../primitives/arithmetic.js";
import { not } from "../primitives/bits.js";
import { isNaN, ne, select } from "../primitives/compare.js";
import {
  argMax,
  argMin,
  type CumulativeParameters,
  checkNotEmpty,
  cumulative,
  prod as prodPrimitive,
  reduceMax,
  reduceMin,
} from "../primitives/reduce.js";
import { normalizeAxis, orThrow } from "../tensor/shape.js";
import type {
  ArgReductionFunction,
  CumulativeFunction,
  FloatReductionFunction,
  PredicateReductionFunction,
  ReductionFunction,
  SumFunction,
} from "../tensor/signatures.js";
import { type ReduceOptions, type Tensor, type TensorLike, uniform } from "../tensor/tensor.js";
import { flat } from "./along.js";
import { cast } from "./convert.js";
import { asTensor, openDoor, throughDoor } from "./door.js";
import * as masked from "./masked.js";
import * as method from "./methods/reductions.js";
import { optionsOf } from "./options.js";

/**
 * Sum over the axes (default all). bool and integers below 32 bits are summed in int32 or uint32, not in 64 bits as
 * in NumPy: there are no 64-bit integers.
 * @throws AxisError for an axis that is not there.
 * @example np.sum([[1, 2], [3, 4]], { axis: 0 }) // [4, 6]
 * @see numpy.sum
 */
export const sum: masked.MaskedReduction & SumFunction = throughDoor(masked.sum);
/**
 * Mean over the axes (default all), in floats; NaN of nothing.
 * @example np.mean([[1, 2], [3, 4]], { axis: 1 }) // [1.5, 3.5]
 * @see numpy.mean
 */
export const mean: masked.MaskedMean & FloatReductionFunction = throughDoor(masked.mean);
/**
 * Largest element over the axes (default all); NaN wins, equal ones share the derivative evenly.
 * @throws ShapeError if there is nothing to choose from and no `initial`.
 * @example np.max([1, 3, 2]) // 3
 * @see numpy.max
 */
export const max: masked.MaskedReduction & ReductionFunction = throughDoor(masked.max);
/**
 * Smallest element over the axes (default all); NaN wins, equal ones share the derivative evenly.
 * @throws ShapeError if there is nothing to choose from and no `initial`.
 * @example np.min([2, 1, 3]) // 1
 * @see numpy.min
 */
export const min: masked.MaskedReduction & ReductionFunction = throughDoor(masked.min);

/**
 * Product over the axes (default all), widened as `sum` is; its derivative is right where elements are 0.
 * @example np.prod([2, 3, 4]) // 24
 * @see numpy.prod
 */
export const prod: masked.MaskedReduction & SumFunction = ((
  x: TensorLike,
  options?: masked.AllReduceOptions,
): Tensor => {
  openDoor();
  return masked.accumulate("prod", prodPrimitive, mul, 1, x, options);
}) as masked.MaskedReduction & SumFunction;

/**
 * Largest minus smallest element over the axes.
 * @example np.ptp([3, 1, 7]) // 6
 * @see numpy.ptp
 */
export const ptp: ReductionFunction = ((a: TensorLike, options?: ReduceOptions): Tensor => {
  const x = asTensor("ptp", a);
  const axes = method.axesOf("ptp", x, options);
  checkNotEmpty("ptp", x.type.shape, axes);
  return method.kept(sub(reduceMax(x, axes), reduceMin(x, axes)), x, axes, options);
}) as ReductionFunction;

/**
 * The sum with NaN counted as 0.
 * @example np.nansum([1, NaN, 2]) // 3
 * @see numpy.nansum
 */
export const nansum: masked.MaskedReduction & SumFunction = ((
  a: TensorLike,
  options?: masked.AllReduceOptions,
): Tensor => {
  const x = asTensor("nansum", a);
  return masked.total("nansum", select(isNaN(x), zerosAs(x), x), options);
}) as masked.MaskedReduction & SumFunction;

/**
 * The mean of what is not NaN; NaN where nothing is left.
 * @example np.nanmean([1, NaN, 3]) // 2
 * @see numpy.nanmean
 */
export const nanmean: masked.MaskedMean & FloatReductionFunction = ((
  a: TensorLike,
  options?: masked.AllReduceOptions,
): Tensor => {
  const x = asTensor("nanmean", a);
  optionsOf("nanmean", options, masked.meanKeys);
  const there = masked.masked("nanmean", not(isNaN(x)), options?.where, 0);
  return masked.meanOf("nanmean", select(isNaN(x), zerosAs(x), x), { ...options, where: there });
}) as masked.MaskedMean & FloatReductionFunction;

/** A question over axes: the extreme of bools, and its neutral element where there are none. */
/* @__NO_SIDE_EFFECTS__ */
const truth = (
  operation: string,
  primitive: typeof reduceMin,
  ofNothing: boolean,
): masked.MaskedMean & PredicateReductionFunction =>
  ((a: TensorLike, options?: masked.AllReduceOptions): Tensor => {
    const given = cast(asTensor(operation, a), "bool");
    const { where } = optionsOf(operation, options, masked.meanKeys);
    const x = masked.masked(operation, given, where, ofNothing ? 1 : 0);
    const axes = method.axesOf(operation, x, options, masked.meanKeys);
    const shape = x.type.shape.filter((_, axis) => !axes.includes(axis));
    const empty = method.countOf(x, axes) === 0;
    const y = empty ? uniform({ shape, dtype: "bool", weak: false }, ofNothing ? 1 : 0) : primitive(x, axes);
    return method.kept(y, x, axes, options);
  }) as masked.MaskedMean & PredicateReductionFunction;

/**
 * Whether all elements hold (are not 0), or all that `where` selects; true of none.
 * @example np.all([true, false]) // false
 * @see numpy.all
 */
export const all: masked.MaskedMean & PredicateReductionFunction = truth("all", reduceMin, true);
/**
 * Whether some element holds (is not 0), or some that `where` selects; false of none.
 * @example np.any([true, false]) // true
 * @see numpy.any
 */
export const any: masked.MaskedMean & PredicateReductionFunction = truth("any", reduceMax, false);

/**
 * How many elements are not 0, as int32.
 * @example np.countNonzero([0, 3, 5]) // 2
 * @see numpy.count_nonzero
 */
export const countNonzero = (a: TensorLike, options?: ReduceOptions): Tensor => {
  const x = asTensor("countNonzero", a);
  method.axesOf("countNonzero", x, options);
  return masked.total("countNonzero", ne(x, zerosAs(x)), options);
};

/* @__NO_SIDE_EFFECTS__ */
const position = (operation: string, primitive: typeof argMax): ArgReductionFunction =>
  ((a: TensorLike, options?: { readonly axis?: number | null; readonly keepdims?: boolean }): Tensor => {
    const x = asTensor(operation, a);
    const { axis = null } = optionsOf(operation, options, ["axis", "keepdims"]);
    const rank = x.type.shape.length;
    const axes =
      axis === null ? x.type.shape.map((_, i) => i) : [orThrow(normalizeAxis(operation, axis, rank))];
    checkNotEmpty(operation, x.type.shape, axes);
    const y = axis === null ? primitive(flat(x), 0) : primitive(x, axes[0] as number);
    return method.kept(y, x, axes, options);
  }) as ArgReductionFunction;

/**
 * Position (int32) of the first largest element along an axis, or in the flattened tensor; NaN counts as largest.
 * @throws ShapeError if there is nothing to choose from.
 * @example np.argmax([1, 5, 5]) // 1
 * @see numpy.argmax
 */
export const argmax: ArgReductionFunction = position("argmax", argMax);
/**
 * Position (int32) of the first smallest element along an axis, or in the flattened tensor; NaN counts as smallest.
 * @throws ShapeError if there is nothing to choose from.
 * @example np.argmin([3, 1, 1]) // 1
 * @see numpy.argmin
 */
export const argmin: ArgReductionFunction = position("argmin", argMin);

/* @__NO_SIDE_EFFECTS__ */
const running = (
  operation: string,
  op: CumulativeParameters["op"],
  prepare: (x: Tensor) => Tensor,
): CumulativeFunction =>
  ((a: TensorLike, options?: { readonly axis?: number | null }): Tensor => {
    const given = asTensor(operation, a);
    const { axis = null } = optionsOf(operation, options, ["axis"]);
    const x = prepare(given);
    if (axis === null) return cumulative(flat(x), { op, axis: 0, reverse: false });
    return cumulative(x, {
      op,
      axis: orThrow(normalizeAxis(operation, axis, x.type.shape.length)),
      reverse: false,
    });
  }) as CumulativeFunction;

const unbool = (x: Tensor): Tensor => (x.type.dtype === "bool" ? convert(x, "int32") : x);

/**
 * Running sum along an axis, or of the flattened tensor; widened as `sum` is.
 * @example np.cumsum([1, 2, 3]) // [1, 3, 6]
 * @see numpy.cumsum
 */
export const cumsum: CumulativeFunction = running("cumsum", "add", method.widened);
/**
 * Running product along an axis, or of the flattened tensor; widened as `sum` is.
 * @example np.cumprod([1, 2, 3]) // [1, 2, 6]
 * @see numpy.cumprod
 */
export const cumprod: CumulativeFunction = running("cumprod", "mul", method.widened);
/**
 * Running maximum along an axis, or of the flattened tensor; bools become int32.
 * @example np.cummax([1, 3, 2]) // [1, 3, 3]
 * @see jax.lax.cummax
 */
export const cummax: CumulativeFunction = running("cummax", "max", unbool);
/**
 * Running minimum along an axis, or of the flattened tensor; bools become int32.
 * @example np.cummin([3, 1, 2]) // [3, 1, 1]
 * @see jax.lax.cummin
 */
export const cummin: CumulativeFunction = running("cummin", "min", unbool);
