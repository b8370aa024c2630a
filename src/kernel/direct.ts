/**
 * The product of small or thin matrices by plain loops over the operands' own strides. One loop serves each float
 * type, for an array access that meets both is slower; float64 rounds to what is there, so that the two read alike, to
 * people as to what compresses a bundle.
 */

import { BLOCK } from "./blocked.js";

/** One matrix of each operand, as the direct loops take it. */
export type Product<Data> = (
  a: Data,
  aStart: number,
  aRow: number,
  aColumn: number,
  b: Data,
  bStart: number,
  bRow: number,
  bColumn: number,
  c: Data,
  cStart: number,
  m: number,
  k: number,
  n: number,
) => void;

// Below, a last group of columns that is not full repeats its last column: what is computed twice is stored
// twice, at the same place. Sums start from -0, the neutral element of addition.

export const direct64: Product<Float64Array> = (
  a,
  aStart,
  aRow,
  aColumn,
  b,
  bStart,
  bRow,
  bColumn,
  c,
  cStart,
  m,
  k,
  n,
) => {
  const round = (x: number): number => x;
  for (let j = 0; j < n; j += 4) {
    const j1 = Math.min(j + 1, n - 1);
    const j2 = Math.min(j + 2, n - 1);
    const j3 = Math.min(j + 3, n - 1);
    const column1 = (j1 - j) * bColumn;
    const column2 = (j2 - j) * bColumn;
    const column3 = (j3 - j) * bColumn;
    for (let i = 0, row = cStart; i < m; i++, row += n) {
      let t0 = -0;
      let t1 = -0;
      let t2 = -0;
      let t3 = -0;
      let left = aStart + i * aRow;
      let right = bStart + j * bColumn;
      for (let p = 0; p < k; p += BLOCK) {
        const end = Math.min(p + BLOCK, k);
        let s0 = -0;
        let s1 = -0;
        let s2 = -0;
        let s3 = -0;
        for (let q = p; q < end; q++) {
          const x = a[left] as number;
          s0 = round(s0 + round(x * (b[right] as number)));
          s1 = round(s1 + round(x * (b[right + column1] as number)));
          s2 = round(s2 + round(x * (b[right + column2] as number)));
          s3 = round(s3 + round(x * (b[right + column3] as number)));
          left += aColumn;
          right += bRow;
        }
        t0 = round(t0 + s0);
        t1 = round(t1 + s1);
        t2 = round(t2 + s2);
        t3 = round(t3 + s3);
      }
      c[row + j] = t0;
      c[row + j1] = t1;
      c[row + j2] = t2;
      c[row + j3] = t3;
    }
  }
};

export const direct32: Product<Float32Array> = (
  a,
  aStart,
  aRow,
  aColumn,
  b,
  bStart,
  bRow,
  bColumn,
  c,
  cStart,
  m,
  k,
  n,
) => {
  const round = Math.fround;
  for (let j = 0; j < n; j += 4) {
    const j1 = Math.min(j + 1, n - 1);
    const j2 = Math.min(j + 2, n - 1);
    const j3 = Math.min(j + 3, n - 1);
    const column1 = (j1 - j) * bColumn;
    const column2 = (j2 - j) * bColumn;
    const column3 = (j3 - j) * bColumn;
    for (let i = 0, row = cStart; i < m; i++, row += n) {
      let t0 = -0;
      let t1 = -0;
      let t2 = -0;
      let t3 = -0;
      let left = aStart + i * aRow;
      let right = bStart + j * bColumn;
      for (let p = 0; p < k; p += BLOCK) {
        const end = Math.min(p + BLOCK, k);
        let s0 = -0;
        let s1 = -0;
        let s2 = -0;
        let s3 = -0;
        for (let q = p; q < end; q++) {
          const x = a[left] as number;
          s0 = round(s0 + round(x * (b[right] as number)));
          s1 = round(s1 + round(x * (b[right + column1] as number)));
          s2 = round(s2 + round(x * (b[right + column2] as number)));
          s3 = round(s3 + round(x * (b[right + column3] as number)));
          left += aColumn;
          right += bRow;
        }
        t0 = round(t0 + s0);
        t1 = round(t1 + s1);
        t2 = round(t2 + s2);
        t3 = round(t3 + s3);
      }
      c[row + j] = t0;
      c[row + j1] = t1;
      c[row + j2] = t2;
      c[row + j3] = t3;
    }
  }
};
