/**
 * Reductions of which neighbouring outputs lie closer together in memory than the elements of one: all outputs at once,
 * row after row, with the sums of `reduce.ts` to the bit.
 */
import { type CombineCode, combine } from "./combine.js";
import { BLOCK, type RowFolds, splitOf } from "./reduce.js";

/**
 * Sums of n rows for m neighbouring outputs at once, t apart, row after row: into acc[at .. at + m], with the
 * partial sums of deeper levels behind it.
 */
const sumRows = (
  data: Float64Array,
  p: number,
  t: number,
  m: number,
  s: number,
  n: number,
  wrap: boolean,
  acc: Float64Array,
  at: number,
): void => {
  if (n > BLOCK) {
    const half = splitOf(n);
    sumRows(data, p, t, m, s, half, wrap, acc, at);
    sumRows(data, p + half * s, t, m, s, n - half, wrap, acc, at + m);
    for (let j = at; j < at + m; j++) {
      const total = (acc[j] as number) + (acc[j + m] as number);
      acc[j] = wrap ? total | 0 : total;
    }
    return;
  }
  let i = 0;
  if (n < 8) {
    // -0 plus the first row is the first row.
    for (let j = 0, q = p; j < m; j++, q += t) acc[at + j] = data[q] as number;
    i = 1;
    p += s;
  } else acc.fill(-0, at, at + m);
  for (; i + 8 <= n; i += 8, p += 8 * s) {
    for (let j = 0, q = p; j < m; j++, q += t) {
      const a = (data[q] as number) + (data[q + s] as number);
      const b = (data[q + 2 * s] as number) + (data[q + 3 * s] as number);
      const c = (data[q + 4 * s] as number) + (data[q + 5 * s] as number);
      const d = (data[q + 6 * s] as number) + (data[q + 7 * s] as number);
      acc[at + j] = (acc[at + j] as number) + (a + b + (c + d));
    }
  }
  for (; i < n; i++, p += s) {
    for (let j = 0, q = p; j < m; j++, q += t) acc[at + j] = (acc[at + j] as number) + (data[q] as number);
  }
};

/** Products and extremes likewise, as `foldRun` makes them. */
const foldRows = (
  code: CombineCode,
  data: Float64Array,
  p: number,
  t: number,
  m: number,
  s: number,
  n: number,
  out: Float64Array,
  at: number,
): void => {
  for (let j = 0, q = p; j < m; j++, q += t) out[at + j] = data[q] as number;
  for (let i = 1; i < n; i++) {
    p += s;
    for (let j = at, q = p; j < at + m; j++, q += t) {
      const acc = out[j] as number;
      const value = data[q] as number;
      if (code === 6 ? value < acc : code === 7 && value > acc) continue;
      out[j] = combine(code, acc, value);
    }
  }
};

/** Outputs summed together: their partial sums stay in cache. */
const COLUMNS = 1024;

/** Levels of partial sums of a sum of n. */
const depth = (n: number): number => Math.ceil(Math.log2(n / BLOCK)) + 1;

export const rowFolds: RowFolds = (code, { data, m, t, s }, n, out) => {
  if (m < 8 || (n >= 8 && Math.abs(t) >= Math.abs(s))) return undefined;
  if (code !== 0 && code !== 2) return (p, at) => foldRows(code, data, p, t, m, s, n, out, at);
  const wrap = code === 2;
  if (n <= BLOCK) return (p, at) => sumRows(data, p, t, m, s, n, wrap, out, at);
  const scratch = new Float64Array(Math.min(m, COLUMNS) * depth(n));
  return (p, at) => {
    for (let j = 0; j < m; j += COLUMNS) {
      const count = Math.min(COLUMNS, m - j);
      sumRows(data, p + j * t, t, count, s, n, wrap, scratch, 0);
      out.set(scratch.subarray(0, count), at + j);
    }
  };
};
