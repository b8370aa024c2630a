/**
 * The product of small or thin matrices by plain loops over the operands' own strides. One loop serves each float
 * type: an array access that meets both types is slower, and float32 rounds every operation.
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
          s0 += x * (b[right] as number);
          s1 += x * (b[right + column1] as number);
          s2 += x * (b[right + column2] as number);
          s3 += x * (b[right + column3] as number);
          left += aColumn;
          right += bRow;
        }
        t0 += s0;
        t1 += s1;
        t2 += s2;
        t3 += s3;
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

// One dot product is one chain of additions; four blocks side by side keep four adders busy.

export const dot64: Product<Float64Array> = (
  a,
  aStart,
  _aRow,
  aStep,
  b,
  bStart,
  bStep,
  _bColumn,
  c,
  cStart,
  _m,
  k,
) => {
  const a1 = BLOCK * aStep;
  const a2 = 2 * a1;
  const a3 = 3 * a1;
  const b1 = BLOCK * bStep;
  const b2 = 2 * b1;
  const b3 = 3 * b1;
  let total = -0;
  let p = 0;
  for (; p + 4 * BLOCK <= k; p += 4 * BLOCK) {
    let s0 = -0;
    let s1 = -0;
    let s2 = -0;
    let s3 = -0;
    let left = aStart + p * aStep;
    let right = bStart + p * bStep;
    for (let q = 0; q < BLOCK; q++) {
      s0 += (a[left] as number) * (b[right] as number);
      s1 += (a[left + a1] as number) * (b[right + b1] as number);
      s2 += (a[left + a2] as number) * (b[right + b2] as number);
      s3 += (a[left + a3] as number) * (b[right + b3] as number);
      left += aStep;
      right += bStep;
    }
    total = total + s0 + s1 + s2 + s3;
  }
  for (; p < k; p += BLOCK) {
    const end = Math.min(p + BLOCK, k);
    let sum = -0;
    for (let q = p; q < end; q++)
      sum += (a[aStart + q * aStep] as number) * (b[bStart + q * bStep] as number);
    total += sum;
  }
  c[cStart] = total;
};

export const dot32: Product<Float32Array> = (
  a,
  aStart,
  _aRow,
  aStep,
  b,
  bStart,
  bStep,
  _bColumn,
  c,
  cStart,
  _m,
  k,
) => {
  const round = Math.fround;
  const a1 = BLOCK * aStep;
  const a2 = 2 * a1;
  const a3 = 3 * a1;
  const b1 = BLOCK * bStep;
  const b2 = 2 * b1;
  const b3 = 3 * b1;
  let total = -0;
  let p = 0;
  for (; p + 4 * BLOCK <= k; p += 4 * BLOCK) {
    let s0 = -0;
    let s1 = -0;
    let s2 = -0;
    let s3 = -0;
    let left = aStart + p * aStep;
    let right = bStart + p * bStep;
    for (let q = 0; q < BLOCK; q++) {
      s0 = round(s0 + round((a[left] as number) * (b[right] as number)));
      s1 = round(s1 + round((a[left + a1] as number) * (b[right + b1] as number)));
      s2 = round(s2 + round((a[left + a2] as number) * (b[right + b2] as number)));
      s3 = round(s3 + round((a[left + a3] as number) * (b[right + b3] as number)));
      left += aStep;
      right += bStep;
    }
    total = round(round(round(round(total + s0) + s1) + s2) + s3);
  }
  for (; p < k; p += BLOCK) {
    const end = Math.min(p + BLOCK, k);
    let sum = -0;
    for (let q = p; q < end; q++) {
      sum = round(sum + round((a[aStart + q * aStep] as number) * (b[bStart + q * bStep] as number)));
    }
    total = round(total + sum);
  }
  c[cStart] = total;
};
