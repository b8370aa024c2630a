/** What generated code calls to fill arrays. Arrays are born full of zeros: what is fresh need not be told so again. */
import type { Storage } from "../../tensor/dtype.js";

/** Zero, and not -0. */
const isZero = (x: number): boolean => x === 0 && 1 / x > 0;

export type FillRun = (
  source: Storage,
  /** Where the row or the numbers begin. */
  from: number,
  /** From number to number. */
  step: number,
  target: Storage,
  to: number,
  stride: number,
  rows: number,
  length: number,
) => void;

/** One row again and again. */
export const repeatRow =
  (fresh: boolean): FillRun =>
  (source, from, _step, target, to, stride, rows, length) => {
    if (fresh) {
      let zeros = 0;
      while (zeros < length && isZero(source[from + zeros] as number)) zeros++;
      if (zeros === length) return;
    }
    const row = source.subarray(from, from + length);
    for (let i = 0; i < rows; i++) target.set(row, to + i * stride);
  };

/** Each number throughout a row. */
export const fillRows =
  (fresh: boolean): FillRun =>
  (source, from, step, target, to, stride, rows, length) => {
    for (let i = 0; i < rows; i++) {
      const x = source[from + i * step] as number;
      if (fresh && isZero(x)) continue;
      const start = to + i * stride;
      target.fill(x, start, start + length);
    }
  };
