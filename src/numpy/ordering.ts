/** Orders by several keys, and the elements around one place of an order. */
import { argsort as argsortPrimitive, takeAlong } from "../primitives/sort.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import { normalizeAxis, orThrow } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { broadcastAll } from "./convert.js";
import { asTensor } from "./door.js";
import { optionsOf } from "./options.js";
import { argsort, type SortOptions, sort } from "./sorting.js";

/**
 * Positions (int32) that sort by several keys, the last first: those that tie in it are ordered by the one before, and so on.
 * @throws ArgumentError unless there is a list of keys; ShapeError where their shapes do not meet; AxisError
 * @example np.lexsort([[9, 8, 7, 6], [1, 0, 1, 0]]) // [3, 1, 2, 0]
 * @see numpy.lexsort
 */
export const lexsort = (keys: readonly TensorLike[], options?: { readonly axis?: number }): Tensor => {
  const { axis = -1 } = optionsOf("lexsort", options, ["axis"]);
  if (!Array.isArray(keys) || keys.length === 0)
    throw ArgumentError.invalid("lexsort", `${describe(keys)} is no list of keys`, "Pass them in an array.");
  const all = broadcastAll(
    "lexsort",
    (keys as readonly TensorLike[]).map((key) => asTensor("lexsort", key)),
  );
  const at = orThrow(normalizeAxis("lexsort", axis, (all[0] as Tensor).type.shape.length));
  // sorts are stable: by each key in turn, the weightiest last
  return all
    .slice(1)
    .reduce(
      (order, key) => takeAlong(order, argsortPrimitive(takeAlong(key, order, at), at), at),
      argsortPrimitive(all[0] as Tensor, at),
    );
};

const checkPlaces = (operation: string, x: TensorLike, kth: unknown, axis: number | null): void => {
  const t = asTensor(operation, x);
  const n =
    axis === null
      ? t.size
      : (t.type.shape[orThrow(normalizeAxis(operation, axis, t.type.shape.length))] as number);
  const places: readonly unknown[] = Array.isArray(kth) ? kth : [kth];
  for (const k of places) {
    if (!Number.isInteger(k) || (k as number) < -n || (k as number) >= n)
      throw ArgumentError.invalid(
        operation,
        `${describe(k)} is no place among ${n} elements`,
        "Places count from 0, or from the end where negative.",
      );
  }
};

/**
 * Elements arranged so that the one at place `kth` (or at each of several) is that of a sort, with none larger before and none
 * smaller after it. Here the others are in order too.
 * @throws ArgumentError for a place that the axis does not have; AxisError
 * @example np.partition([3, 4, 2, 1], 1) // [1, 2, 3, 4]
 * @see numpy.partition
 */
export const partition = (x: TensorLike, kth: number | readonly number[], options?: SortOptions): Tensor => {
  const { axis = -1 } = optionsOf("partition", options, ["axis"]);
  checkPlaces("partition", x, kth, axis);
  return sort(x, { axis });
};
/**
 * Positions (int32) that partition along an axis; equal elements keep their order.
 * @throws ArgumentError for a place that the axis does not have; AxisError
 * @example np.argpartition([3, 4, 2, 1], 1) // [3, 2, 0, 1]
 * @see numpy.argpartition
 */
export const argpartition = (
  x: TensorLike,
  kth: number | readonly number[],
  options?: SortOptions,
): Tensor => {
  const { axis = -1 } = optionsOf("argpartition", options, ["axis"]);
  checkPlaces("argpartition", x, kth, axis);
  return argsort(x, { axis });
};
