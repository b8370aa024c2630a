/**
 * The product of a large matrix and a vector: four sums side by side, of every fourth term each, so that whichever way
 * the matrix lies, vector instructions read it in the order of memory.
 */
import type { FloatArray, MatrixView } from "./blocked.js";

/** Terms of a block of all four sums: 256 of each. */
const TERMS = 1024;
/** Terms and results from which on, and multiplications. */
const LEAST = 16;
const LARGE = 32768;

/** Whether a product is of that kind: sizes alone decide. */
export const isInFours = (batch: number, m: number, k: number, n: number): boolean =>
  batch === 1 && (m === 1 || n === 1) && m * n >= LEAST && k >= LEAST && m * k * n >= LARGE;

/** `out[j] = sum over p of vector[p] matrix[p, j]`, or false where this engine has no better way than plain loops. */
export type LargeVectorProduct = (
  vector: MatrixView,
  matrix: MatrixView,
  out: FloatArray,
  k: number,
  n: number,
) => boolean;

let large: LargeVectorProduct | undefined;

/** Gives the product by vector instructions; the same each time, so that nothing depends on who comes first. */
export const provideLargeVectorProduct = (f: LargeVectorProduct): void => {
  large = f;
};

type InFours<Data> = (
  x: Data,
  start: number,
  step: number,
  a: Data,
  first: number,
  down: number,
  across: number,
  out: Data,
  k: number,
  n: number,
) => void;

const fours64: InFours<Float64Array> = (x, start, step, a, first, down, across, out, k, n) => {
  for (let j = 0; j < n; j++) {
    let [t0, t1, t2, t3] = [-0, -0, -0, -0];
    let left = start;
    let right = first + j * across;
    for (let p = 0; p < k; p += TERMS) {
      let [s0, s1, s2, s3] = [-0, -0, -0, -0];
      const rest = Math.min(TERMS, k - p);
      for (let q = rest >> 2; q > 0; q--, left += 4 * step, right += 4 * down) {
        s0 = s0 + (x[left] as number) * (a[right] as number);
        s1 = s1 + (x[left + step] as number) * (a[right + down] as number);
        s2 = s2 + (x[left + 2 * step] as number) * (a[right + 2 * down] as number);
        s3 = s3 + (x[left + 3 * step] as number) * (a[right + 3 * down] as number);
      }
      if ((rest & 3) > 0) s0 = s0 + (x[left] as number) * (a[right] as number);
      if ((rest & 3) > 1) s1 = s1 + (x[left + step] as number) * (a[right + down] as number);
      if ((rest & 3) > 2) s2 = s2 + (x[left + 2 * step] as number) * (a[right + 2 * down] as number);
      t0 = t0 + s0;
      t1 = t1 + s1;
      t2 = t2 + s2;
      t3 = t3 + s3;
    }
    const low = t0 + t1;
    out[j] = low + (t2 + t3);
  }
};

const fours32: InFours<Float32Array> = (x, start, step, a, first, down, across, out, k, n) => {
  const round = Math.fround;
  for (let j = 0; j < n; j++) {
    let [t0, t1, t2, t3] = [-0, -0, -0, -0];
    let left = start;
    let right = first + j * across;
    for (let p = 0; p < k; p += TERMS) {
      let [s0, s1, s2, s3] = [-0, -0, -0, -0];
      const rest = Math.min(TERMS, k - p);
      for (let q = rest >> 2; q > 0; q--, left += 4 * step, right += 4 * down) {
        s0 = round(s0 + round((x[left] as number) * (a[right] as number)));
        s1 = round(s1 + round((x[left + step] as number) * (a[right + down] as number)));
        s2 = round(s2 + round((x[left + 2 * step] as number) * (a[right + 2 * down] as number)));
        s3 = round(s3 + round((x[left + 3 * step] as number) * (a[right + 3 * down] as number)));
      }
      if ((rest & 3) > 0) s0 = round(s0 + round((x[left] as number) * (a[right] as number)));
      if ((rest & 3) > 1) s1 = round(s1 + round((x[left + step] as number) * (a[right + down] as number)));
      if ((rest & 3) > 2)
        s2 = round(s2 + round((x[left + 2 * step] as number) * (a[right + 2 * down] as number)));
      t0 = round(t0 + s0);
      t1 = round(t1 + s1);
      t2 = round(t2 + s2);
      t3 = round(t3 + s3);
    }
    out[j] = round(t0 + t1) + round(t2 + t3);
  }
};

/**
 * A row times a matrix: `out[j] = (s0 + s1) + (s2 + s3)`, where `si` is the sum of the terms i, i + 4, i + 8, ... in the
 * order and the blocks of `matmul`.
 */
export const rowInFours = (x: MatrixView, a: MatrixView, out: FloatArray, k: number, n: number): void => {
  if (large?.(x, a, out, k, n)) return;
  const product = out instanceof Float64Array ? fours64 : fours32;
  (product as InFours<FloatArray>)(
    x.data,
    x.offset,
    x.columnStride,
    a.data,
    a.offset,
    a.rowStride,
    a.columnStride,
    out,
    k,
    n,
  );
};
