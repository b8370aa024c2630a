/**
 * What an index such as `x[1, ..., 2:, [0, 3]]` means for a shape, worked out before any element moves: a slice of
 * every axis, then tuples of positions over some axes, then the shape of the result.
 */
import { add, convert } from "../primitives/arithmetic.js";
import { lt, select } from "../primitives/compare.js";
import { gather } from "../primitives/gather.js";
import { arranged, permute, reshape } from "../primitives/reshape.js";
import { concatenate } from "../primitives/slice.js";
import { isInteger } from "../tensor/dtype.js";
import { bracketed, describe, IndexError } from "../tensor/errors.js";
import { compactStrides, type Shape, sameShape } from "../tensor/shape.js";
import {
  type BasicIndexItem,
  compact,
  compactData,
  DenseTensor,
  type IndexItem,
  Tensor,
  type TensorLike,
  uniform,
} from "../tensor/tensor.js";
import { broadcastAll, toTensor } from "./convert.js";
import {
  basicAxes,
  basicItem,
  type Cut,
  completed,
  cutItem,
  readCuts,
  whole,
  wrapIndex,
} from "./methods/indexing.js";

export interface IndexPlan {
  /** One for each axis of the operand; the whole axis where positions are taken. */
  readonly cuts: readonly Cut[];
  /** Axes replaced by positions, in rising order. */
  readonly taken: readonly number[];
  /** int32 [places..., taken.length]; undefined where nothing is taken. */
  readonly positions: Tensor | undefined;
  /** The place axes. */
  readonly places: Shape;
  /** How many of the operand's axes that are not taken come before the place axes. */
  readonly restBefore: number;
  /** Shape of the result: integers dropped, new axes put in. */
  readonly shape: Shape;
}

/** Positions along an axis of size n as int32 in 0..n-1; checked where they are known, else left to the kernel. */
export const positionsOn = (operation: string, index: TensorLike, axis: number, n: number): Tensor => {
  const x = toTensor(operation, index);
  const { dtype, shape } = x.type;
  if (x instanceof DenseTensor) {
    // literal indices arrive as float64
    if (
      !isInteger(dtype) &&
      (dtype === "bool" || index instanceof Tensor || ArrayBuffer.isView(index)) &&
      x.size > 0
    )
      throw noIndex(operation, dtype);
    const type = { shape, dtype: "int32", weak: false } as const;
    if (x.data === null) return uniform(type, x.size === 0 ? 0 : wrapIndex(operation, x.value, axis, n));
    const given = compactData(x);
    if (dtype === "int32" && given.every((i) => i >= 0 && i < n)) return x;
    const out = new Int32Array(given.length);
    for (let i = 0; i < out.length; i++) out[i] = wrapIndex(operation, given[i] as number, axis, n);
    return compact(type, out);
  }
  if (!isInteger(dtype)) throw noIndex(operation, dtype);
  const i = dtype === "int32" ? x : convert(x, "int32");
  const like = { shape, dtype: "int32", weak: false } as const;
  return select(lt(i, uniform(like, 0)), add(i, uniform(like, n)), i);
};

const noIndex = (operation: string, dtype: string): IndexError =>
  IndexError.invalid(
    operation,
    `a tensor of dtype ${dtype} is no index`,
    'Integers index positions (np.astype(i, "int32")), bools select.',
  );

/** Position tensors, broadcast together, as tuples [places..., number of tensors]. */
export const tuplesOf = (operation: string, positions: readonly Tensor[]): Tensor => {
  const first = positions[0] as Tensor;
  if (positions.length === 1) return reshape(first, [...first.type.shape, 1]);
  const together = broadcastAll(operation, positions);
  const shape = [...(together[0] as Tensor).type.shape, 1];
  return concatenate(
    together.map((x) => reshape(x, shape)),
    shape.length - 1,
  );
};

/** Where a bool mask holds: for each of its axes the positions, in row-major order of the places. */
export const placesWhere = (attempted: string, mask: Tensor): Tensor[] => {
  const known = mask.concrete(attempted);
  const data = compactData(known);
  const flat: number[] = [];
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) flat.push(i);
  const strides = compactStrides(known.shape);
  const type = { shape: [flat.length], dtype: "int32", weak: false } as const;
  return known.shape.map((n, axis) =>
    compact(
      type,
      Int32Array.from(flat, (i) => Math.floor(i / (strides[axis] as number)) % n),
    ),
  );
};

/** Positions and masks are wrapped, so that an item is told by its form. */
type Item = BasicIndexItem | { readonly array: TensorLike } | { readonly mask: Tensor };

const isMask = (x: unknown): boolean =>
  Array.isArray(x) ? x.length > 0 && isMask(x[0]) : typeof x === "boolean";

const itemOf = (operation: string, item: IndexItem): Item => {
  if (item instanceof Tensor) {
    if (item.type.dtype === "bool") return { mask: item };
    if (item.type.shape.length > 0 || !(item instanceof DenseTensor)) return { array: item };
    if (!isInteger(item.type.dtype)) throw noIndex(operation, item.type.dtype);
    return item.at(0);
  }
  if (Array.isArray(item)) return isMask(item) ? { mask: toTensor(operation, item) } : { array: item };
  if (ArrayBuffer.isView(item)) return { array: item };
  const basic = basicItem(item);
  if (basic !== undefined) return basic;
  throw IndexError.invalid(
    operation,
    `${describe(item)} is no index`,
    'Use an integer, { slice: [start, stop, step] }, null (a new axis), "...", or an array of integers or booleans.',
  );
};

const isTaken = (item: Item): item is Exclude<Item, BasicIndexItem> =>
  typeof item === "object" && item !== null && !("slice" in item);

const axesOf = (item: Item): number =>
  !isTaken(item) ? basicAxes(item) : "mask" in item ? item.mask.type.shape.length : 1;

/** NumPy's rules, advanced indexing included: integers beside arrays are arrays, and arrays apart put their axes first. */
export const planIndex = (operation: string, shape: Shape, index: readonly IndexItem[]): IndexPlan => {
  const given = index.map((item) => itemOf(operation, item));
  const { items, unnamed } = completed(operation, shape, given, axesOf);
  const advanced = items.some(isTaken);
  const cuts: Cut[] = [];
  const taken: number[] = [];
  const positions: Tensor[] = [];
  const kept: number[] = []; // sizes of the result other than place axes
  let placesAt = 0; // where in `kept` the place axes go
  let restBefore = 0;
  let run: "before" | "in" | "after" = "before"; // of items that are taken
  for (const given of items) {
    const item = advanced && typeof given === "number" ? { array: given } : given;
    const axis = cuts.length;
    if (!isTaken(item)) {
      if (run === "in") run = "after";
      cutItem(operation, shape, item, unnamed, cuts, kept);
      continue;
    }
    if (run === "before") [placesAt, restBefore] = [kept.length, axis];
    else if (run === "after") [placesAt, restBefore] = [0, 0];
    if (run === "before") run = "in";
    if ("mask" in item) {
      const { shape: masked } = item.mask.type;
      if (masked.length === 0 || !sameShape(masked, shape.slice(axis, axis + masked.length))) {
        throw IndexError.invalid(
          operation,
          `a boolean index of shape ${bracketed(masked)} does not fit axes ${axis} to ${axis + masked.length - 1} of shape ${bracketed(shape)}`,
          "A mask has the sizes of the axes that it selects from.",
        );
      }
      positions.push(...placesWhere(`${operation} with a boolean index`, item.mask));
      masked.forEach((size, i) => {
        taken.push(axis + i);
        cuts.push(whole(size));
      });
      continue;
    }
    const n = shape[axis] as number;
    positions.push(positionsOn(operation, item.array, axis, n));
    taken.push(axis);
    cuts.push(whole(n));
  }
  const tuples = positions.length === 0 ? undefined : tuplesOf(operation, positions);
  const places = tuples === undefined ? [] : tuples.type.shape.slice(0, -1);
  return {
    cuts,
    taken,
    positions: tuples,
    places,
    restBefore,
    shape: [...kept.slice(0, placesAt), ...places, ...kept.slice(placesAt)],
  };
};

/** The axes that are taken before the others: how gather wants its operand. */
export const takenFirst = (rank: number, taken: readonly number[]): readonly number[] => [
  ...taken,
  ...Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !taken.includes(axis)),
];

/** Where the axes [places..., rest...] of a gathered tensor go in the result: after the first `restBefore` of the rest. */
export const placedOrder = (rank: number, places: number, restBefore: number): readonly number[] => {
  const order: number[] = [];
  for (let i = 0; i < restBefore; i++) order.push(places + i);
  for (let i = 0; i < places; i++) order.push(i);
  for (let i = places + restBefore; i < rank; i++) order.push(i);
  return order;
};

/** The elements that a plan names: the slices as views, then the positions by one gather. */
export const readPlan = (x: Tensor, plan: IndexPlan): Tensor => {
  let y = readCuts(x, plan.cuts);
  if (plan.positions !== undefined) {
    const { taken } = plan;
    y = arranged(y, takenFirst(y.type.shape.length, taken));
    y = gather(y, plan.positions, { batchAxes: 0, indexedAxes: taken.length });
    if (plan.restBefore > 0 && plan.places.length > 0) {
      y = permute(y, placedOrder(y.type.shape.length, plan.places.length, plan.restBefore));
    }
  }
  return sameShape(y.type.shape, plan.shape) ? y : reshape(y, plan.shape);
};
