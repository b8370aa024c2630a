/**
 * Inner products of two vectors. One is one chain of additions; four blocks side by side keep four adders busy, and are
 * added in the order in which one after the other would be.
 */
import { BLOCK } from "./blocked.js";
import type { Product } from "./direct.js";

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
