/** Order: sorting, the largest few, and search in what is sorted. Ascending, stable, NaN last (NumPy's order). */
import { add, filledAs, sub } from "../primitives/arithmetic.js";
import { and, not, or, shiftRightLogical } from "../primitives/bits.js";
import { isNaN, le, lt, min, select } from "../primitives/compare.js";
import { gather } from "../primitives/gather.js";
import { reshape, reverse } from "../primitives/reshape.js";
import { argsort as argsortPrimitive, sort as sortPrimitive, takeAlong } from "../primitives/sort.js";
import { isFloat } from "../tensor/dtype.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { normalizeAxis, orThrow } from "../tensor/shape.js";
import { type Tensor, type TensorLike, uniform } from "../tensor/tensor.js";
import { section } from "./along.js";
import { promoteAll } from "./convert.js";
import { asTensor } from "./door.js";
import { optionsOf } from "./options.js";

export interface SortOptions {
  /** Default -1; null flattens first. */
  readonly axis?: number | null;
}

const sortedBy = (
  operation: string,
  primitive: (x: Tensor, axis: number) => Tensor,
  x: TensorLike,
  options: SortOptions | undefined,
): Tensor => {
  const given = asTensor(operation, x);
  const { axis = -1 } = optionsOf(operation, options, ["axis"]);
  const t = axis === null ? reshape(given, [given.size]) : given;
  return primitive(t, orThrow(normalizeAxis(operation, axis ?? 0, t.type.shape.length)));
};

/**
 * Elements in rising order along an axis; NaN last. The derivative is the permutation that was made.
 *
 * @throws AxisError for an axis that `x` does not have
 * @example np.sort([3, 1, 2]).toArray() // [1, 2, 3]
 */
export const sort = (x: TensorLike, options?: SortOptions): Tensor =>
  sortedBy("sort", sortPrimitive, x, options);

/**
 * Positions (int32) that sort along an axis; equal elements keep their order.
 *
 * @throws AxisError for an axis that `x` does not have
 * @example np.argsort([3, 1, 2]).toArray() // [1, 2, 0]
 */
export const argsort = (x: TensorLike, options?: SortOptions): Tensor =>
  sortedBy("argsort", argsortPrimitive, x, options);

/**
 * The k largest elements along the last axis, in falling order, with their positions (int32): `[values, indices]`.
 * The first of equals comes first; NaN counts as largest.
 *
 * @throws ArgumentError unless 0 <= k <= size of the axis; AxisError for scalars
 * @example np.topK([3, 1, 2], 2)[0].toArray() // [3, 2]
 */
export const topK = (x: TensorLike, k: number): readonly [values: Tensor, indices: Tensor] => {
  const t = asTensor("topK", x);
  const last = orThrow(normalizeAxis("topK", -1, t.type.shape.length));
  const n = t.type.shape[last] as number;
  if (!Number.isInteger(k) || k < 0 || k > n) {
    throw ArgumentError.invalid(
      "topK",
      `there are no ${describe(k)} largest of ${n} elements`,
      "k is an integer from 0 to the size of the last axis.",
    );
  }
  // a stable rising sort of the reversed axis, read from its end, keeps the first of equals first
  const rising = section(argsortPrimitive(reverse(t, [last]), last), last, n - k, n);
  const falling = reverse(rising, [last]);
  const indices = sub(filledAs(falling, n - 1), falling);
  return [takeAlong(t, indices, last), indices];
};

export interface SearchOptions {
  /** Before ("left", default) or after ("right") elements that are equal. */
  readonly side?: "left" | "right";
}

/**
 * Where each value would go into a sorted vector: the number of elements before it (int32). By bisection.
 *
 * @throws ShapeError unless `sorted` is a vector; ArgumentError for another side
 * @example np.searchsorted([1, 3, 5], [0, 3, 9]).toArray() // [0, 1, 3]
 */
export const searchsorted = (sorted: TensorLike, values: TensorLike, options?: SearchOptions): Tensor => {
  const { side = "left" } = optionsOf("searchsorted", options, ["side"]);
  if (side !== "left" && side !== "right")
    throw ArgumentError.invalid("searchsorted", `${describe(side)} is no side`, "Sides are left and right.");
  const given = [asTensor("searchsorted", sorted), asTensor("searchsorted", values)];
  const [list, v] = promoteAll("searchsorted", given) as readonly [Tensor, Tensor];
  if (list.type.shape.length !== 1)
    throw ShapeError.mismatch(
      "searchsorted",
      "a vector is searched",
      [list.type.shape],
      "Map over the rows of a matrix with vmap.",
    );
  const n = list.type.shape[0] as number;
  const { shape, dtype } = v.type;
  const places = { shape, dtype: "int32", weak: false } as const;
  let low: Tensor = uniform(places, 0);
  if (n === 0) return low;
  let high: Tensor = uniform(places, n);
  // the place lies in low..high; each round halves the range, and a range of one stays as it is
  for (let width = n; width > 0; width >>= 1) {
    const middle = min(shiftRightLogical(add(low, high), uniform(places, 1)), uniform(places, n - 1));
    const element = gather(list, reshape(middle, [...shape, 1]), { batchAxes: 0, indexedAxes: 1 });
    const goesOn = isFloat(dtype) ? beforeFloat(side, element, v) : (side === "left" ? lt : le)(element, v);
    low = select(goesOn, add(middle, uniform(places, 1)), low);
    high = select(goesOn, high, middle);
  }
  return low;
};

/** Whether an element comes before the place of v, NaN after all numbers. */
const beforeFloat = (side: "left" | "right", element: Tensor, v: Tensor): Tensor =>
  side === "left" ? or(lt(element, v), and(isNaN(v), not(isNaN(element)))) : or(le(element, v), isNaN(v));
