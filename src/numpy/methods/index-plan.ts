/**
 * What an index such as `x[1, ..., 2:, [0, 3]]` means for a shape, worked out before any element moves: a slice of
 * every axis, then tuples of positions over some axes, then the shape of the result.
 */
import { add, convert } from "../../primitives/arithmetic.js";
import { lt, select } from "../../primitives/compare.js";
import { reshape } from "../../primitives/reshape.js";
import { concatenate } from "../../primitives/slice.js";
import { isInteger } from "../../tensor/dtype.js";
import { describe, IndexError } from "../../tensor/errors.js";
import { compactStrides, type Shape, sameShape } from "../../tensor/shape.js";
import {
  compact,
  compactData,
  DenseTensor,
  type IndexItem,
  type SliceBounds,
  Tensor,
  type TensorLike,
  uniform,
} from "../../tensor/tensor.js";
import { broadcastAll, toTensor } from "../convert.js";

/** Elements start, start + step, ... (count of them) of one axis; the step may be negative. */
export interface Cut {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

export interface IndexPlan {
  /** One for each axis of the operand; the whole axis where positions are taken. Null where all are whole. */
  readonly cuts: readonly Cut[] | null;
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

const whole = (n: number): Cut => ({ start: 0, step: 1, count: n });

const cutOf = (operation: string, bounds: SliceBounds, n: number): Cut => {
  const [from, to, by] = bounds;
  const step = by ?? 1;
  for (const bound of [from ?? 0, to ?? 0, step]) {
    if (!Number.isInteger(bound))
      throw IndexError.invalid(
        operation,
        `slice [${bounds.join(", ")}] has a bound that is no integer`,
        "Bounds are integers or null.",
      );
  }
  if (step === 0)
    throw IndexError.invalid(operation, "a slice has step 0", "Steps are positive or negative integers.");
  // bounds count from the end where negative, and are clamped into the axis (Python's rule)
  const lowest = step > 0 ? 0 : -1;
  const highest = step > 0 ? n : n - 1;
  const clamp = (bound: number): number => Math.min(Math.max(bound < 0 ? bound + n : bound, lowest), highest);
  const start = from === null || from === undefined ? (step > 0 ? lowest : highest) : clamp(from);
  const stop = to === null || to === undefined ? (step > 0 ? highest : lowest) : clamp(to);
  const count = Math.max(0, Math.ceil((stop - start) / step));
  return { start: count === 0 ? 0 : start, step: count < 2 ? 1 : step, count };
};

/** A position along an axis, negative ones counted from the end. */
export const wrapIndex = (operation: string, index: number, axis: number, n: number): number => {
  if (!Number.isInteger(index))
    throw IndexError.invalid(operation, `index ${describe(index)} is no integer`, "Round it first.");
  if (index < -n || index >= n) throw IndexError.outOfBounds(operation, index, axis, n);
  return index < 0 ? index + n : index;
};

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

type Item =
  | { readonly kind: "integer"; readonly index: number }
  | { readonly kind: "slice"; readonly bounds: SliceBounds }
  | { readonly kind: "new" }
  | { readonly kind: "rest" }
  | { readonly kind: "array"; readonly index: TensorLike }
  | { readonly kind: "mask"; readonly mask: Tensor };

const isMask = (x: unknown): boolean =>
  Array.isArray(x) ? x.length > 0 && isMask(x[0]) : typeof x === "boolean";

// arrays have a method of that name
const isSlice = (x: object | undefined): x is { readonly slice: SliceBounds } =>
  typeof x === "object" && "slice" in x && Array.isArray(x.slice);

const itemOf = (operation: string, item: IndexItem): Item => {
  if (typeof item === "number") return { kind: "integer", index: item };
  if (item === null) return { kind: "new" };
  if (item === "...") return { kind: "rest" };
  if (item instanceof Tensor) {
    if (item.type.dtype === "bool") return { kind: "mask", mask: item };
    if (item.type.shape.length > 0 || !(item instanceof DenseTensor)) return { kind: "array", index: item };
    if (!isInteger(item.type.dtype)) throw noIndex(operation, item.type.dtype);
    return { kind: "integer", index: item.at(0) };
  }
  if (Array.isArray(item)) {
    return isMask(item) ? { kind: "mask", mask: toTensor(operation, item) } : { kind: "array", index: item };
  }
  if (ArrayBuffer.isView(item)) return { kind: "array", index: item };
  if (isSlice(item)) return { kind: "slice", bounds: item.slice };
  throw IndexError.invalid(
    operation,
    `${describe(item)} is no index`,
    'Use an integer, { slice: [start, stop, step] }, null (a new axis), "...", or an array of integers or booleans.',
  );
};

const axesOf = (item: Item): number =>
  item.kind === "new" || item.kind === "rest" ? 0 : item.kind === "mask" ? item.mask.type.shape.length : 1;

/** Items, with exactly one "rest" among them if not all axes are named. */
const itemsOf = (operation: string, shape: Shape, index: readonly IndexItem[]): readonly Item[] => {
  const items = index.map((item) => itemOf(operation, item));
  const named = items.reduce((n, item) => n + axesOf(item), 0);
  const rests = items.filter((item) => item.kind === "rest").length;
  if (rests > 1)
    throw IndexError.invalid(
      operation,
      'an index has more than one "..."',
      "One stands for all axes that are not named.",
    );
  if (named > shape.length) {
    throw IndexError.invalid(
      operation,
      `${named} axes are indexed, but the tensor of shape [${shape.join(", ")}] has ${shape.length}`,
      "Leave items out.",
    );
  }
  return rests === 0 && named < shape.length ? [...items, { kind: "rest" }] : items;
};

/** NumPy's rules, advanced indexing included: integers beside arrays are arrays, and arrays apart put their axes first. */
export const planIndex = (operation: string, shape: Shape, index: readonly IndexItem[]): IndexPlan => {
  const items = itemsOf(operation, shape, index);
  const advanced = items.some((item) => item.kind === "array" || item.kind === "mask");
  const unnamed = shape.length - items.reduce((n, item) => n + axesOf(item), 0);
  const cuts: Cut[] = [];
  const taken: number[] = [];
  const positions: Tensor[] = [];
  const kept: number[] = []; // sizes of the result other than place axes
  let placesAt = 0; // where in `kept` the place axes go
  let restBefore = 0;
  let run: "before" | "in" | "after" = "before"; // of items that are taken
  let cut = false;
  for (const item of items) {
    const axis = cuts.length;
    const n = shape[axis] as number;
    if (item.kind === "array" || item.kind === "mask" || (advanced && item.kind === "integer")) {
      if (run === "before") [placesAt, restBefore] = [kept.length, axis];
      else if (run === "after") [placesAt, restBefore] = [0, 0];
      if (run === "before") run = "in";
      if (item.kind === "mask") {
        const { shape: masked } = item.mask.type;
        if (masked.length === 0 || !sameShape(masked, shape.slice(axis, axis + masked.length))) {
          throw IndexError.invalid(
            operation,
            `a boolean index of shape [${masked.join(", ")}] does not fit axes ${axis} to ${axis + masked.length - 1} of shape [${shape.join(", ")}]`,
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
      positions.push(positionsOn(operation, item.index, axis, n));
      taken.push(axis);
      cuts.push(whole(n));
      continue;
    }
    if (run === "in") run = "after";
    switch (item.kind) {
      case "integer":
        cuts.push({ start: wrapIndex(operation, item.index, axis, n), step: 1, count: 1 });
        cut = true;
        break;
      case "slice": {
        const range = cutOf(operation, item.bounds, n);
        cut ||= range.count !== n || range.step !== 1;
        cuts.push(range);
        kept.push(range.count);
        break;
      }
      case "new":
        kept.push(1);
        break;
      case "rest":
        for (const size of shape.slice(axis, axis + unnamed)) {
          cuts.push(whole(size));
          kept.push(size);
        }
    }
  }
  const tuples = positions.length === 0 ? undefined : tuplesOf(operation, positions);
  const places = tuples === undefined ? [] : tuples.type.shape.slice(0, -1);
  return {
    cuts: cut ? cuts : null,
    taken,
    positions: tuples,
    places,
    restBefore,
    shape: [...kept.slice(0, placesAt), ...places, ...kept.slice(placesAt)],
  };
};
