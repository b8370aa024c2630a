/**
 * Kernels that move elements and compute nothing: compact copies, padding, concatenation, overwritten blocks.
 * All are one strided copy between two layouts, which merges axes and picks the loop that suits the memory.
 */
import { allocate, type Storage } from "../tensor/dtype.js";
import { compactStrides, type Shape, sizeOf } from "../tensor/shape.js";
import { compact, type DenseTensor, type TensorType, uniform } from "../tensor/tensor.js";
import { collapse, forEachIndex, stridesOf } from "./layout.js";

/** Elements as patterns of 8, 4, 2 or 1 bytes: four kinds of array keep every access site polymorphic at worst. */
type Words = Float64Array | Int32Array | Int16Array | Int8Array;

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
const storageOf = (x: DenseTensor): Storage => x.data ?? allocate(x.dtype, 1).fill(x.value);

const tile = 32;
const shortRow = 24; // below this a loop beats the call of a native copy

/** dst[d + i d1 + j d0] = src[s + i s1 + j s0] for i < n1, j < n0. */
const copyPlane = (
  dst: Words,
  d: number,
  d1: number,
  d0: number,
  src: Words,
  s: number,
  s1: number,
  s0: number,
  n1: number,
  n0: number,
): void => {
  if (d0 === 1 && n0 >= shortRow && (s0 === 1 || s0 === 0)) {
    for (let i = 0; i < n1; i++, d += d1, s += s1) {
      if (s0 === 1) dst.set(src.subarray(s, s + n0), d);
      else dst.fill(src[s] as number, d, d + n0);
    }
    return;
  }
  if (n1 < tile || n0 < tile || Math.abs(s1) >= Math.abs(s0)) {
    for (let i = 0; i < n1; i++, d += d1, s += s1) copyLine(dst, d, d0, src, s, s0, n0);
    return;
  }
  // The operand runs fastest along the outer axis: square tiles keep both sides in cache.
  for (let i = 0; i < n1; i += tile) {
    const iEnd = Math.min(i + tile, n1);
    for (let j = 0; j < n0; j += tile) {
      const count = Math.min(tile, n0 - j);
      for (let k = i; k < iEnd; k++)
        copyLine(dst, d + k * d1 + j * d0, d0, src, s + k * s1 + j * s0, s0, count);
    }
  }
};

const copyLine = (
  dst: Words,
  d: number,
  dStep: number,
  src: Words,
  s: number,
  sStep: number,
  n: number,
): void => {
  for (let j = 0; j < n; j++, d += dStep, s += sStep) dst[d] = src[s] as number;
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
  const merged = collapse(shape, [dstStrides, srcStrides]);
  const sizes = merged.shape;
  const [toSteps, fromSteps] = merged.strides as [number[], number[]];
  const last = sizes.length - 1;
  // The plane is the last axis and, of the others, the one along which the operand runs fastest.
  let fastest = last - 1;
  for (let axis = last - 2; axis >= 0; axis--) {
    if (Math.abs(fromSteps[axis] as number) < Math.abs(fromSteps[fastest] as number)) fastest = axis;
  }
  const n0 = sizes.pop() ?? 1;
  const d0 = toSteps.pop() ?? 1;
  const s0 = fromSteps.pop() ?? 1;
  const n1 = fastest < 0 ? 1 : (sizes.splice(fastest, 1)[0] as number);
  const d1 = fastest < 0 ? 0 : (toSteps.splice(fastest, 1)[0] as number);
  const s1 = fastest < 0 ? 0 : (fromSteps.splice(fastest, 1)[0] as number);
  forEachIndex(sizes, [toSteps, fromSteps], [dstStart, srcStart], (at) => {
    copyPlane(to, at[0] as number, d1, d0, from, at[1] as number, s1, s0, n1, n0);
  });
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
  let from = x.data === null ? 0 : x.offset;
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
  const strides = compactStrides(type.shape);
  const step = strides[axis] as number;
  const leading = out.length === (type.shape[axis] as number) * step; // nothing before the axis: one run each
  let at = 0;
  for (const x of ins) {
    const count = (x.shape[axis] as number) * step;
    if (leading && x.data === null) {
      if (count === 1) out[at] = x.value;
      else out.fill(x.value, at, at + count);
    } else if (leading && x.strides === null) {
      const data = x.data as Storage;
      if (count >= shortRow) out.set(data.subarray(x.offset, x.offset + count), at);
      else for (let i = 0; i < count; i++) out[at + i] = data[x.offset + i] as number;
    } else copyBlock(x.shape, out, at, strides, storageOf(x), x.data === null ? 0 : x.offset, stridesOf(x));
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
