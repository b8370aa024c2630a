/**
 * Kernels that move elements and compute nothing: compact copies, padding, concatenation, overwritten blocks.
 * All are one strided copy between two layouts, which merges axes.
 */
import { allocate, type Storage } from "../tensor/dtype.js";
import { compactStrides, type Shape, sizeOf } from "../tensor/shape.js";
import { compact, type DenseTensor, type TensorType, uniform } from "../tensor/tensor.js";
import { collapse, forEachIndex, stridesOf } from "./layout.js";

/** Elements as patterns of 8, 4, 2 or 1 bytes: four kinds of array keep every access site polymorphic at worst. */
export type Words = Float64Array | Int32Array | Int16Array | Int8Array;

const wordsOf = (data: Storage): Words => {
  switch (data.BYTES_PER_ELEMENT) {
    case 8:
      return data as Float64Array;
    case 4:
      return data instanceof Int32Array ? data : new Int32Array(data.buffer, data.byteOffset, data.length);
    case 2:
      return data instanceof Int16Array ? data : new Int16Array(data.buffer, data.byteOffset, data.length);
    default:
      return data instanceof Int8Array ? data : new Int8Array(data.buffer, data.byteOffset, data.length);
  }
};

/** The array of a tensor; a one-element one (to be read with strides 0) where the tensor is one number. */
export const storageOf = (x: DenseTensor): Storage => x.data ?? allocate(x.dtype, 1).fill(x.value);

/** Below this a loop beats the call of a native copy. */
export const SHORT = 24;

/** dst[d + j dStep] = src[s + j sStep] for j < n. */
export const copyLine = (
  dst: Words,
  d: number,
  dStep: number,
  src: Words,
  s: number,
  sStep: number,
  n: number,
): void => {
  if (dStep === 1 && sStep === 1 && n >= SHORT) dst.set(src.subarray(s, s + n), d);
  else for (let j = 0; j < n; j++, d += dStep, s += sStep) dst[d] = src[s] as number;
};

/** Two layouts of one block, their axes merged, and where the block starts in each. */
export interface Layouts {
  readonly sizes: number[];
  readonly steps: readonly [to: number[], from: number[]];
  readonly starts: [to: number, from: number];
}

/** Copies a block, or does not where lines along the last axis are as fast as anything. */
export type PlaneCopy = (to: Words, from: Words, layouts: Layouts) => boolean;

let planeCopy: PlaneCopy | undefined;

/** Gives a way that keeps both sides in cache where axes are exchanged. */
export const providePlaneCopy = (f: PlaneCopy): void => {
  planeCopy = f;
};

/** Copies a block of the given shape between two layouts of the same element type. */
export const copyBlock = (
  shape: Shape,
  dst: Storage,
  dstStart: number,
  dstStrides: readonly number[],
  src: Storage,
  srcStart: number,
  srcStrides: readonly number[],
): void => {
  if (sizeOf(shape) === 0) return;
  const to = wordsOf(dst);
  const from = wordsOf(src);
  const { shape: sizes, strides } = collapse(shape, [dstStrides, srcStrides]);
  const steps = strides as [number[], number[]];
  const starts: [number, number] = [dstStart, srcStart];
  if (planeCopy?.(to, from, { sizes, steps, starts })) return;
  const n = sizes.pop() ?? 1;
  const [toStep, fromStep] = steps.map((list) => list.pop() ?? 1) as [number, number];
  forEachIndex(sizes, steps, starts, ([d, s]) =>
    copyLine(to, d as number, toStep, from, s as number, fromStep, n),
  );
};

/** A fresh row-major array of the elements, for kernels that go on to write it. */
export const freshData = (x: DenseTensor): Storage => {
  const n = x.size;
  if (x.data !== null && x.strides === null) return x.data.slice(x.offset, x.offset + n);
  const out = allocate(x.dtype, n);
  if (x.data === null) return Object.is(x.value, 0) ? out : out.fill(x.value);
  copyBlock(x.shape, out, 0, compactStrides(x.shape), x.data, x.offset, stridesOf(x));
  return out;
};

/** Row-major elements from position 0 for reading: shares the tensor's memory where that is row-major already. */
export const rowMajorData = (x: DenseTensor): Storage =>
  x.data !== null && x.strides === null ? x.data.subarray(x.offset, x.offset + x.size) : freshData(x);

/** The same tensor in row-major order without gaps; itself where it is so already, or is one number. */
export const materialize = (x: DenseTensor): DenseTensor =>
  x.data === null || x.strides === null ? x : compact(x.type, freshData(x));

/**
 * `interior` fill elements between neighbours along each axis, then `low` and `high` around them; negative
 * `low` and `high` cut off instead. The result's sizes are those of `type`.
 */
export const pad = (
  x: DenseTensor,
  value: number,
  low: readonly number[],
  _high: readonly number[],
  interior: readonly number[],
  type: TensorType,
): DenseTensor => {
  const { shape } = type;
  if (x.data === null && Object.is(x.value, value)) return uniform(type, value);
  const outStrides = compactStrides(shape);
  const inStrides = stridesOf(x);
  const counts: number[] = [];
  const toSteps: number[] = [];
  let to = 0;
  let from = x.offset;
  for (let axis = 0; axis < shape.length; axis++) {
    // Element i lands on low + i step; i runs over those that land within the result.
    const step = (interior[axis] as number) + 1;
    const start = low[axis] as number;
    const first = start < 0 ? Math.ceil(-start / step) : 0;
    const end = Math.min(
      x.shape[axis] as number,
      Math.floor(((shape[axis] as number) - 1 - start) / step) + 1,
    );
    counts.push(Math.max(0, end - first));
    toSteps.push((outStrides[axis] as number) * step);
    to += (start + first * step) * (outStrides[axis] as number);
    from += first * (inStrides[axis] as number);
  }
  const empty = sizeOf(counts) === 0;
  if (empty) return uniform(type, value);
  const out = allocate(type.dtype, sizeOf(shape));
  if (!Object.is(value, 0)) out.fill(value);
  copyBlock(counts, out, to, toSteps, storageOf(x), from, inStrides);
  return compact(type, out);
};

/** The operands one after the other along the axis. */
export const concatenate = (ins: readonly DenseTensor[], axis: number, type: TensorType): DenseTensor => {
  const first = ins[0] as DenseTensor;
  if (first.data === null && ins.every((x) => x.data === null && Object.is(x.value, first.value))) {
    return uniform(type, first.value);
  }
  const out = allocate(type.dtype, sizeOf(type.shape));
  const words = wordsOf(out);
  const strides = compactStrides(type.shape);
  const step = strides[axis] as number;
  const leading = out.length === (type.shape[axis] as number) * step; // nothing before the axis: one run each
  let at = 0;
  for (const x of ins) {
    const count = (x.shape[axis] as number) * step;
    if (leading && x.data === null) out.fill(x.value, at, at + count);
    else if (leading && x.strides === null) {
      copyLine(words, at, 1, wordsOf(x.data as Storage), x.offset, 1, count);
    } else copyBlock(x.shape, out, at, strides, storageOf(x), x.offset, stridesOf(x));
    at += count;
  }
  return compact(type, out);
};

/** A copy of `x` with the block that begins at `starts` replaced by `update`. The block must lie within. */
export const updateSlice = (
  x: DenseTensor,
  update: DenseTensor,
  starts: readonly number[],
  type: TensorType,
): DenseTensor => {
  if (x.data === null && update.data === null && Object.is(x.value, update.value))
    return uniform(type, x.value);
  const out = freshData(x);
  const strides = compactStrides(type.shape);
  let at = 0;
  for (let axis = 0; axis < starts.length; axis++) at += (starts[axis] as number) * (strides[axis] as number);
  const from = update.data === null ? 0 : update.offset;
  copyBlock(update.shape, out, at, strides, storageOf(update), from, stridesOf(update));
  return compact(type, out);
};
