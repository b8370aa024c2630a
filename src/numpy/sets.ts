/** Vectors as sets: elements without repetition, in rising order; NaN is one element, and the last. */
import { filledAs, sub } from "../primitives/arithmetic.js";
import { and, not } from "../primitives/bits.js";
import { eq, isNaN, max, min, ne, select } from "../primitives/compare.js";
import { cumulative } from "../primitives/reduce.js";
import { reshape } from "../primitives/reshape.js";
import { argsort, sort, takeAlong } from "../primitives/sort.js";
import { isFloat } from "../tensor/dtype.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import { type Tensor, type TensorLike, uniform } from "../tensor/tensor.js";
import { join, section, takePositions } from "./along.js";
import { cast, promoteAll } from "./convert.js";
import { countedAt } from "./counting.js";
import { asTensor } from "./door.js";
import { placesWhere } from "./index-plan.js";
import { logicalNot } from "./logic.js";
import { optionsOf } from "./options.js";
import { checkSize, firstPlaces, type SizeOptions } from "./positions.js";
import { searchsorted } from "./sorting.js";

const flatten = (operation: string, x: TensorLike): Tensor => {
  const t = asTensor(operation, x);
  return reshape(cast(t, t.type.dtype), [t.size]);
};
const sizeKeys = ["size", "fillValue"] as const;

/** Whether each element of a sorted vector is the first of its like. */
const isFirst = (sorted: Tensor): Tensor => {
  const n = sorted.size;
  if (n === 0) return uniform({ shape: [0], dtype: "bool", weak: false }, 0);
  const [here, before] = [section(sorted, 0, 1, n), section(sorted, 0, 0, n - 1)];
  const differs = ne(here, before);
  const isNew = isFloat(sorted.type.dtype) ? and(differs, not(and(isNaN(here), isNaN(before)))) : differs;
  return join([uniform({ shape: [1], dtype: "bool", weak: false }, 1), isNew], 0);
};

/** Elements where the mask holds: all of them, or `size`, filled up with `fillValue` (default: the first there is). */
const chosen = (operation: string, x: Tensor, mask: Tensor, options: SizeOptions | undefined): Tensor => {
  const { size, fillValue } = options ?? {};
  if (size === undefined) return takePositions(x, placesWhere(operation, mask)[0] as Tensor, 0);
  const m = checkSize(operation, size);
  if (fillValue !== undefined && typeof fillValue !== "number")
    throw ArgumentError.invalid(operation, `fillValue is ${describe(fillValue)}`, "It is a number.");
  if (x.size === 0) return uniform({ ...x.type, shape: [m], weak: false }, fillValue ?? 0);
  const [places, isThere] = firstPlaces(mask, m);
  const found = takePositions(x, places, 0);
  if (m === 0) return found;
  const filling =
    fillValue === undefined
      ? takePositions(found, uniform({ shape: [m], dtype: "int32", weak: false }, 0), 0)
      : filledAs(found, fillValue);
  return select(isThere, found, filling);
};

/**
 * The different elements in rising order, as a vector. Where values are not known, `size` tells how many to give, filled up
 * with `fillValue` (default: the least element).
 * @throws ConcretizationError under vmap and while a function is staged, without `size`
 * @example np.unique([3, 1, 3, 2]) // [1, 2, 3]
 * @see numpy.unique, jax.numpy.unique
 */
export const unique = (x: TensorLike, options?: SizeOptions): Tensor => {
  const given = optionsOf("unique", options, sizeKeys);
  const sorted = sort(flatten("unique", x), 0);
  return chosen("unique", sorted, isFirst(sorted), given);
};

export interface Unique {
  readonly values: Tensor;
  /** Where each first occurs in the flattened tensor. */
  readonly indices: Tensor;
  /** For each element of the tensor, in its shape, the number of its value. */
  readonly inverse: Tensor;
  /** How often each occurs. */
  readonly counts: Tensor;
}
/**
 * The different elements, and for each where it first occurs and how often; `inverse` puts the tensor together again.
 * @throws ConcretizationError under vmap and while a function is staged, without `size`
 * @example np.uniqueAll([3, 1, 3]).counts // [1, 2]
 * @see numpy.unique_all
 */
export const uniqueAll = (x: TensorLike, options?: SizeOptions): Unique => {
  const given = optionsOf("uniqueAll", options, sizeKeys);
  const t = asTensor("uniqueAll", x);
  const flat = flatten("uniqueAll", t);
  const order = argsort(flat, 0);
  const sorted = takeAlong(flat, order, 0);
  const first = isFirst(sorted);
  const values = chosen("uniqueAll", sorted, first, given);
  const indices = chosen("uniqueAll", order, first, given);
  const steps = cast(first, "int32");
  const numbers =
    t.size === 0 ? steps : sub(cumulative(steps, { op: "add", axis: 0, reverse: false }), filledAs(steps, 1));
  const back = argsort(order, 0);
  const ones = filledAs(numbers, 1);
  return {
    values,
    indices,
    inverse: reshape(takeAlong(numbers, back, 0), t.type.shape),
    counts: countedAt(numbers, ones, values.size),
  };
};

const pairOf = (operation: string, a: TensorLike, b: TensorLike): readonly [Tensor, Tensor] =>
  promoteAll(operation, [flatten(operation, a), flatten(operation, b)]) as readonly [Tensor, Tensor];

/**
 * The elements of either, each once, in rising order.
 * @throws ConcretizationError under vmap and while a function is staged, without `size`
 * @example np.union1d([1, 3], [2, 3]) // [1, 2, 3]
 * @see numpy.union1d
 */
export const union1d = (a: TensorLike, b: TensorLike, options?: SizeOptions): Tensor => {
  const given = optionsOf("union1d", options, sizeKeys);
  const sorted = sort(join(pairOf("union1d", a, b), 0), 0);
  return chosen("union1d", sorted, isFirst(sorted), given);
};

/** Whether each element of x is among those of `list`; NaN is in no list. */
const isAmong = (x: Tensor, list: Tensor): Tensor => {
  const n = list.size;
  if (n === 0) return uniform({ shape: x.type.shape, dtype: "bool", weak: false }, 0);
  const sorted = sort(list, 0);
  const place = searchsorted(sorted, x);
  const within = max(min(place, filledAs(place, n - 1)), filledAs(place, 0));
  return eq(takePositions(sorted, within, 0), x);
};

/**
 * Whether each element of `x` is one of `list`; with `invert`, whether it is none. NaN is in no list.
 * @example np.isin([1, 2, 3], [3, 1]) // [true, false, true]
 * @see numpy.isin
 */
export const isin = (x: TensorLike, list: TensorLike, options?: { readonly invert?: boolean }): Tensor => {
  const { invert = false } = optionsOf("isin", options, ["invert"]);
  const [t, l] = promoteAll("isin", [asTensor("isin", x), flatten("isin", list)]) as [Tensor, Tensor];
  const found = isAmong(t, l);
  return invert ? (logicalNot(found) as Tensor) : found;
};

/* @__NO_SIDE_EFFECTS__ */
const byMembership =
  (operation: string, choose: (sorted: Tensor, a: Tensor, b: Tensor) => Tensor, both: boolean) =>
  (a: TensorLike, b: TensorLike, options?: SizeOptions): Tensor => {
    const given = optionsOf(operation, options, sizeKeys);
    const [x, y] = pairOf(operation, a, b);
    const sorted = sort(both ? join([x, y], 0) : x, 0);
    return chosen(operation, sorted, and(isFirst(sorted), choose(sorted, x, y)), given);
  };

/**
 * The elements of both, each once, in rising order.
 * @throws ConcretizationError under vmap and while a function is staged, without `size`
 * @example np.intersect1d([1, 3, 2], [3, 2, 4]) // [2, 3]
 * @see numpy.intersect1d
 */
export const intersect1d: (a: TensorLike, b: TensorLike, options?: SizeOptions) => Tensor = byMembership(
  "intersect1d",
  (sorted, _, b) => isAmong(sorted, b),
  false,
);
/**
 * The elements of `a` that are not in `b`, each once, in rising order.
 * @throws ConcretizationError under vmap and while a function is staged, without `size`
 * @example np.setdiff1d([1, 3, 2], [3, 4]) // [1, 2]
 * @see numpy.setdiff1d
 */
export const setdiff1d: (a: TensorLike, b: TensorLike, options?: SizeOptions) => Tensor = byMembership(
  "setdiff1d",
  (sorted, _, b) => not(isAmong(sorted, b)),
  false,
);
/**
 * The elements of one of both only, each once, in rising order.
 * @throws ConcretizationError under vmap and while a function is staged, without `size`
 * @example np.setxor1d([1, 3, 2], [3, 4]) // [1, 2, 4]
 * @see numpy.setxor1d
 */
export const setxor1d: (a: TensorLike, b: TensorLike, options?: SizeOptions) => Tensor = byMembership(
  "setxor1d",
  (sorted, a, b) => not(and(isAmong(sorted, a), isAmong(sorted, b))),
  true,
);
