/**
 * Scatter by multiplication. The derivative in one update is the product of the others at its place; these products
 * are taken without division, over updates sorted by place, so that zeros do no harm at any order.
 */
import { sizeOf } from "../tensor/shape.js";
import { compact, type Tensor } from "../tensor/tensor.js";
import { add, filledAs, mul, zerosAs } from "./arithmetic.js";
import { broadcast, broadcastOver, sum } from "./broadcast.js";
import { eq, select } from "./compare.js";
import type { VariadicWith } from "./define.js";
import { gather, type IndexingParameters, scatterAdd, scatterBy } from "./gather.js";
import { reshape } from "./reshape.js";
import { pad } from "./slice.js";
import { argsort } from "./sort.js";

/** Rows moved by `distance` along axis 1, upwards for negative ones; `value` comes in. */
const moved = (x: Tensor, distance: number, value: number): Tensor => {
  const along = (n: number): number[] => x.shape.map((_, axis) => (axis === 1 ? n : 0));
  return pad(x, { value, low: along(distance), high: along(-distance), interior: along(0) });
};

/** Elements [n, places[n, i], ...]. */
const rowsAt = (x: Tensor, places: Tensor): Tensor =>
  gather(x, reshape(places, [...places.shape, 1]), { batchAxes: 1, indexedAxes: 1 });

/** For rows sorted by place, the products of those before (after, for direction -1) each one at the same place. */
const exclusive = (rows: Tensor, place: Tensor, direction: 1 | -1): Tensor => {
  const count = rows.shape[1] as number;
  const together = (distance: number): Tensor => {
    const same = eq(place, moved(place, distance, -1));
    return broadcast(same, { shape: rows.shape, axes: [0, 1] });
  };
  const ones = filledAs(rows, 1);
  // products of windows of 1, 2, 4, ... rows, which end where the place changes
  let window = rows;
  for (let width = 1; width < count; width *= 2) {
    const before = select(together(width * direction), moved(window, width * direction, 1), ones);
    window = mul(window, before);
  }
  return select(together(direction), moved(window, direction, 1), ones);
};

/** The place of every update as one number, [batches, updates per batch]; indices are [batch..., places..., k]. */
const placeNumbers = (x: Tensor, indices: Tensor, { batchAxes, indexedAxes }: IndexingParameters): Tensor => {
  const batches = sizeOf(indices.shape.slice(0, batchAxes));
  const count = sizeOf(indices.shape.slice(batchAxes, -1));
  const steps = Int32Array.from({ length: indexedAxes }, (_, i) =>
    sizeOf(x.shape.slice(batchAxes + i + 1, batchAxes + indexedAxes)),
  );
  const shape = [batches, count, indexedAxes];
  const step = compact({ shape: [indexedAxes], dtype: "int32", weak: false }, steps);
  return sum(mul(reshape(indices, shape), broadcastOver(step, shape, [0, 1])), [2]);
};

/** For every update the product of all others at its place. */
const productOfOthers = (x: Tensor, indices: Tensor, updates: Tensor, p: IndexingParameters): Tensor => {
  if (sizeOf(updates.shape) === 0) return updates;
  const numbers = placeNumbers(x, indices, p);
  const rest = sizeOf(x.shape.slice(p.batchAxes + p.indexedAxes));
  const order = argsort(numbers, 1);
  const place = rowsAt(numbers, order);
  const rows = rowsAt(reshape(updates, [...numbers.shape, rest]), order);
  const others = mul(exclusive(rows, place, 1), exclusive(rows, place, -1));
  return reshape(rowsAt(others, argsort(order, 1)), updates.shape);
};

/**
 * [x, indices, updates]: x with each place multiplied by all updates for it.
 * d(x prod u_j) = dx prod u_j + x sum_j du_j prod_(i != j) u_i
 */
export const scatterMul: VariadicWith<IndexingParameters> = scatterBy(
  "mul",
  ([x, indices, updates], [dx, du], _, p) =>
    add(
      mul(dx, scatterMul([filledAs(x, 1), indices, updates], p)),
      mul(x, scatterAdd([zerosAs(x), indices, mul(du, productOfOthers(x, indices, updates, p))], p)),
    ),
);
