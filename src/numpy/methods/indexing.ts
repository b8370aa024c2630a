/**
 * The basic part of NumPy's `x[...]`: integers, slices, new axes and "...", which name a block of the elements. It is
 * what tensors have as a method; arrays of positions and masks are planned in `../index-plan.ts`.
 */
import { reshape, reverse } from "../../primitives/reshape.js";
import { slice as slicePrimitive } from "../../primitives/slice.js";
import { bracketed, describe, IndexError } from "../../tensor/errors.js";
import { type Shape, sameShape } from "../../tensor/shape.js";
import { type BasicIndexItem, type SliceBounds, Tensor } from "../../tensor/tensor.js";

/** Elements start, start + step, ... (count of them) of one axis; the step may be negative. */
export interface Cut {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

export const whole = (n: number): Cut => ({ start: 0, step: 1, count: n });

const cutOf = (operation: string, bounds: SliceBounds, n: number): Cut => {
  const [from, to, by] = bounds;
  const step = by ?? 1;
  for (const bound of [from ?? 0, to ?? 0, step]) {
    if (!Number.isInteger(bound))
      throw IndexError.invalid(
        operation,
        `slice ${bracketed(bounds)} has a bound that is no integer`,
        "Bounds are integers or null.",
      );
  }
  if (step === 0)
    throw IndexError.invalid(operation, "a slice has step 0", "Steps are positive or negative integers.");
  // bounds count from the end where negative, and are clamped into the axis (Python's rule)
  const [first, last] = step > 0 ? [0, n] : [n - 1, -1];
  const [lowest, highest] = [Math.min(first, last), Math.max(first, last)];
  const at = (bound: number | null | undefined, end: number): number =>
    typeof bound === "number" ? Math.min(Math.max(bound < 0 ? bound + n : bound, lowest), highest) : end;
  const start = at(from, first);
  const stop = at(to, last);
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

// arrays have a method of that name
const isSlice = (x: unknown): x is { readonly slice: SliceBounds } =>
  typeof x === "object" && x !== null && "slice" in x && Array.isArray(x.slice);

/** The item, if it is a basic one. */
export const basicItem = (item: unknown): BasicIndexItem | undefined =>
  item === null || item === "..." || typeof item === "number" || isSlice(item) ? item : undefined;

/** The items, with exactly one "..." among them if not all axes are named, and the number of axes it stands for. */
export const completed = <Item>(
  operation: string,
  shape: Shape,
  index: readonly Item[],
  axesOf: (item: Item) => number,
): { readonly items: readonly (Item | "...")[]; readonly unnamed: number } => {
  const named = index.reduce((n, item) => n + axesOf(item), 0);
  const unnamed = shape.length - named;
  const rests = index.filter((item) => item === "...").length;
  if (rests > 1)
    throw IndexError.invalid(
      operation,
      'an index has more than one "..."',
      "One stands for all axes that are not named.",
    );
  if (unnamed < 0) {
    throw IndexError.invalid(
      operation,
      `${named} axes are indexed, but the tensor of shape ${bracketed(shape)} has ${shape.length}`,
      "Leave items out.",
    );
  }
  return { items: rests === 0 ? [...index, "..."] : index, unnamed };
};

/** How many axes a basic item names. */
export const basicAxes = (item: BasicIndexItem): number => (item === null || item === "..." ? 0 : 1);

/** Adds what a basic item says of the next axes: their cuts, and the sizes that they have in the result. */
export const cutItem = (
  operation: string,
  shape: Shape,
  item: BasicIndexItem,
  unnamed: number,
  cuts: Cut[],
  kept: number[],
): void => {
  const axis = cuts.length;
  const n = shape[axis] as number;
  if (item === null) kept.push(1);
  else if (item === "...") {
    for (const size of shape.slice(axis, axis + unnamed)) {
      cuts.push(whole(size));
      kept.push(size);
    }
  } else if (typeof item === "number") {
    cuts.push({ start: wrapIndex(operation, item, axis, n), step: 1, count: 1 });
  } else {
    const range = cutOf(operation, item.slice, n);
    cuts.push(range);
    kept.push(range.count);
  }
};

/** The cuts as bounds of the slice primitive, and the axes to be read backwards. */
export const boundsOf = (
  cuts: readonly Cut[],
): {
  readonly start: number[];
  readonly stop: number[];
  readonly step: number[] | null;
  readonly backwards: number[];
} => {
  const start: number[] = [];
  const stop: number[] = [];
  const step: number[] = [];
  const backwards: number[] = [];
  let stepped = false;
  for (const cut of cuts) {
    const last = cut.start + (cut.count - 1) * cut.step;
    if (cut.step < 0) backwards.push(start.length);
    start.push(cut.step < 0 ? last : cut.start);
    stop.push(cut.count === 0 ? cut.start : Math.max(cut.start, last) + 1);
    step.push(Math.abs(cut.step));
    if (cut.step !== 1 && cut.step !== -1) stepped = true;
  }
  return { start, stop, step: stepped ? step : null, backwards };
};

/** Whether the cuts leave everything as it is. */
export const isWhole = (shape: Shape, cuts: readonly Cut[]): boolean =>
  cuts.every((cut, axis) => cut.count === shape[axis] && cut.step === 1);

/** The elements that the cuts name, a view. */
export const readCuts = (x: Tensor, cuts: readonly Cut[]): Tensor => {
  if (isWhole(x.type.shape, cuts)) return x;
  const { backwards, ...bounds } = boundsOf(cuts);
  const forward = slicePrimitive(x, bounds);
  return backwards.length === 0 ? forward : reverse(forward, backwards);
};

/** x[i], the commonest index, without a plan. */
export const row = (x: Tensor, index: number): Tensor => {
  const { shape } = x.type;
  const i = wrapIndex("slice", index, 0, shape[0] as number);
  const start = new Array<number>(shape.length).fill(0);
  start[0] = i;
  const stop = shape.slice();
  stop[0] = i + 1;
  return reshape(slicePrimitive(x, { start, stop, step: null }), shape.slice(1));
};

/** As `np.slice`, of basic items. */
export const slice = (x: Tensor, ...index: readonly BasicIndexItem[]): Tensor => {
  const [first] = index;
  const { shape } = x.type;
  if (index.length === 1 && typeof first === "number" && shape.length > 0) return row(x, first);
  for (const item of index) {
    if (basicItem(item) !== undefined) continue;
    throw IndexError.invalid(
      "slice",
      `the method takes integers, { slice: [start, stop, step] }, null and "...", not ${(item as unknown) instanceof Tensor ? "a tensor" : describe(item)}`,
      "np.slice(x, ...index) takes arrays of integers or booleans too.",
    );
  }
  const { items, unnamed } = completed("slice", shape, index, basicAxes);
  const cuts: Cut[] = [];
  const kept: number[] = [];
  for (const item of items) cutItem("slice", shape, item, unnamed, cuts, kept);
  const y = readCuts(x, cuts);
  return sameShape(y.type.shape, kept) ? y : reshape(y, kept);
};
