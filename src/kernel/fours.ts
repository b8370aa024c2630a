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

/**
 * A row times a matrix: `out[j] = (s0 + s1) + (s2 + s3)`, where `si` is the sum of the terms i, i + 4, i + 8, ... in the
 * order and the blocks of `matmul`.
 */
export const rowInFours = (x: MatrixView, a: MatrixView, out: FloatArray, k: number, n: number): void => {
  if (large?.(x, a, out, k, n)) return;
  const round = out instanceof Float64Array ? (value: number): number => value : Math.fround;
  const sums = new Float64Array(4);
  const totals = new Float64Array(4);
  for (let j = 0; j < n; j++) {
    totals.fill(-0);
    let left = x.offset;
    let right = a.offset + j * a.columnStride;
    for (let p = 0; p < k; p += TERMS) {
      sums.fill(-0);
      for (let q = 0; q < TERMS && p + q < k; q++, left += x.columnStride, right += a.rowStride)
        sums[q & 3] = round(
          (sums[q & 3] as number) + round((x.data[left] as number) * (a.data[right] as number)),
        );
      for (let i = 0; i < 4; i++) totals[i] = round((totals[i] as number) + (sums[i] as number));
    }
    const [s0, s1, s2, s3] = totals as unknown as readonly [number, number, number, number];
    out[j] = round(s0 + s1) + round(s2 + s3);
  }
};
