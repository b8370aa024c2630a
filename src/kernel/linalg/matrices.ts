/**
 * Matrices in the last two axes as doubles to work on. Every factorisation computes in float64, whatever the dtype,
 * and rounds its results once: float32 loses nothing on the way.
 */
import { sizeOf } from "../../tensor/shape.js";
import { compact, type DenseTensor, type TensorType } from "../../tensor/tensor.js";
import { freshData } from "../move.js";

/** A copy of the elements, row-major, to be overwritten. */
export const doubles = (x: DenseTensor): Float64Array => {
  const data = freshData(x);
  return data instanceof Float64Array ? data : new Float64Array(data);
};

/** The results as a tensor of the dtype asked for. */
export const rounded = (type: TensorType, data: Float64Array): DenseTensor =>
  compact(type, type.dtype === "float64" ? data : new Float32Array(data));

/** How many matrices (or, with `axes` 1, vectors) the shape holds. */
export const countOf = (type: TensorType, axes = 2): number =>
  sizeOf(type.shape.slice(0, type.shape.length - axes));

/** Size number `index` from the end, counted from 1. */
export const fromEnd = (type: TensorType, index: number): number =>
  type.shape[type.shape.length - index] as number;

/** The matrix at `offset`, n x n, made symmetric: each pair of elements by its mean. */
export const symmetrise = (a: Float64Array, offset: number, n: number): void => {
  for (let i = 1; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const low = offset + i * n + j;
      const high = offset + j * n + i;
      const x = a[low] as number;
      const y = a[high] as number;
      if (x === y) continue;
      const mean = 0.5 * x + 0.5 * y;
      a[low] = mean;
      a[high] = mean;
    }
  }
};

/** Whether all of so many elements are finite. */
export const allFinite = (a: Float64Array, offset: number, size: number): boolean => {
  for (let i = offset; i < offset + size; i++) if (!Number.isFinite(a[i])) return false;
  return true;
};

/** The power of two that brings the largest magnitude of so many elements near 1; 1 for zeros. Scaling by it is exact. */
export const powerScale = (a: Float64Array, offset: number, size: number): number => {
  let largest = 0;
  for (let i = offset; i < offset + size; i++) largest = Math.max(largest, Math.abs(a[i] as number));
  if (largest === 0 || !Number.isFinite(largest)) return 1;
  return 2 ** -Math.max(-1000, Math.min(1000, Math.floor(Math.log2(largest))));
};

/** Multiplies so many elements. */
export const scale = (a: Float64Array, offset: number, size: number, by: number): void => {
  if (by === 1) return;
  for (let i = offset; i < offset + size; i++) a[i] = (a[i] as number) * by;
};

/** The transpose of an m x n matrix, in a fresh array. */
export const transposeOf = (a: Float64Array, offset: number, m: number, n: number): Float64Array => {
  const out = new Float64Array(m * n);
  for (let i = 0, from = offset; i < m; i++) for (let j = 0; j < n; j++) out[j * m + i] = a[from++] as number;
  return out;
};
