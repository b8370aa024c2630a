/**
 * Sorting along one axis, ascending, NaN last. Rows are copied so that the axis is innermost, sorted, and copied
 * back: long ones by their bits, short ones by comparing.
 */
import type { Storage } from "../tensor/dtype.js";
import { compactStrides, sizeOf } from "../tensor/shape.js";
import { compact, DenseTensor, type TensorType, uniform } from "../tensor/tensor.js";
import { asFloat64 } from "./combine.js";
import { stridesOf } from "./layout.js";
import { freshData, materialize } from "./move.js";
import { LONG, orderByDigits, type Row, sortByDigits } from "./radix.js";

/** The operand with the axis moved to the end. */
const axisLast = (x: DenseTensor, axis: number): DenseTensor => {
  const last = x.shape.length - 1;
  if (axis === last) return x;
  const toEnd = (values: readonly number[]): number[] => [
    ...values.slice(0, axis),
    ...values.slice(axis + 1),
    values[axis] as number,
  ];
  return new DenseTensor(
    { ...x.type, shape: toEnd(x.shape) },
    x.data,
    x.value,
    toEnd(stridesOf(x)),
    x.offset,
  );
};

/** Rows of sorted results back in place: the last axis of row-major `data` becomes axis `axis` of `type`. */
const axisBack = (data: DenseTensor["data"], axis: number, type: TensorType): DenseTensor => {
  const { shape } = type;
  if (axis === shape.length - 1) return new DenseTensor(type, data, 0, null, 0);
  const moved = [...shape.slice(0, axis), ...shape.slice(axis + 1), shape[axis] as number];
  const steps = compactStrides(moved);
  const strides = [...steps.slice(0, axis), steps[steps.length - 1] as number, ...steps.slice(axis, -1)];
  return materialize(new DenseTensor(type, data, 0, strides, 0));
};

const hasDigits = (data: Storage): data is Row =>
  data instanceof Float64Array ||
  data instanceof Float32Array ||
  data instanceof Int32Array ||
  data instanceof Uint32Array;

/** Sorted values. -0 comes before +0 whatever their order was: `argsort` alone keeps equal elements in order. */
export const sort = (x: DenseTensor, axis: number, type: TensorType): DenseTensor => {
  if (x.data === null) return uniform(type, x.value);
  const n = x.shape[axis] as number;
  const data = freshData(axisLast(x, axis));
  if (n >= LONG && hasDigits(data)) sortByDigits(data, n);
  else if (n > 1) for (let p = 0; p < data.length; p += n) data.subarray(p, p + n).sort();
  return axisBack(data, axis, type);
};

/** The order that sorts each row, equal elements (-0 and +0 among them, and NaN) in their order. */
export const argsort = (x: DenseTensor, axis: number, type: TensorType): DenseTensor => {
  const n = x.shape[axis] as number;
  const size = sizeOf(type.shape);
  const out = new Int32Array(size);
  if (size === 0) return compact(type, out);
  const rows = axisLast(x, axis);
  if (n >= LONG && rows.data !== null) {
    const data = freshData(rows);
    if (hasDigits(data)) {
      orderByDigits(data, n, out);
      return axisBack(out, axis, type);
    }
  }
  const wide = asFloat64(rows);
  const keys = freshData(
    new DenseTensor({ ...wide.type, dtype: "float64" }, wide.data, 0, wide.strides, wide.offset),
  );
  const spareKeys = new Float64Array(n);
  const spare = new Int32Array(n);
  for (let p = 0; p < size; p += n) {
    sortRow((keys as Float64Array).subarray(p, p + n), out.subarray(p, p + n), spareKeys, spare);
  }
  return axisBack(out, axis, type);
};

/** Whether a may stay before b: NaN goes last, and after itself. */
const inOrder = (a: number, b: number): boolean => a <= b || Number.isNaN(b);

const runLength = 16;

/** Fills `order` with 0..n-1 and merge sorts keys and order together; `keys` is left in any state. */
const sortRow = (keys: Float64Array, order: Int32Array, spareKeys: Float64Array, spare: Int32Array): void => {
  const n = keys.length;
  for (let i = 0; i < n; i++) order[i] = i;
  for (let p = 0; p < n; p += runLength) insertionSort(keys, order, p, Math.min(p + runLength, n));
  let from = keys;
  let fromOrder = order;
  let to = spareKeys;
  let toOrder = spare;
  for (let width = runLength; width < n; width *= 2) {
    for (let p = 0; p < n; p += 2 * width) {
      merge(from, fromOrder, to, toOrder, p, Math.min(p + width, n), Math.min(p + 2 * width, n));
    }
    [from, to] = [to, from];
    [fromOrder, toOrder] = [toOrder, fromOrder];
  }
  if (fromOrder !== order) order.set(fromOrder);
};

const insertionSort = (keys: Float64Array, order: Int32Array, start: number, end: number): void => {
  for (let i = start + 1; i < end; i++) {
    const key = keys[i] as number;
    const index = order[i] as number;
    let j = i - 1;
    for (; j >= start && !inOrder(keys[j] as number, key); j--) {
      keys[j + 1] = keys[j] as number;
      order[j + 1] = order[j] as number;
    }
    keys[j + 1] = key;
    order[j + 1] = index;
  }
};

const merge = (
  keys: Float64Array,
  order: Int32Array,
  toKeys: Float64Array,
  toOrder: Int32Array,
  start: number,
  middle: number,
  end: number,
): void => {
  let i = start;
  let j = middle;
  for (let k = start; k < end; k++) {
    const left = i < middle && (j >= end || inOrder(keys[i] as number, keys[j] as number));
    const at = left ? i++ : j++;
    toKeys[k] = keys[at] as number;
    toOrder[k] = order[at] as number;
  }
};
