/**
 * Real Schur form of Hessenberg matrices by the implicit double-shift QR algorithm (Francis, 1961-62; LAPACK's dlahqr, in
 * its form with the deflation criterion of Ahues and Tisseur). The orthogonal factor is kept by the rows of its transpose,
 * which are contiguous.
 */
import { type Reflector, reflector } from "./reflectors.js";
import { standardise } from "./standard-block.js";

/** 2 ** -52, as a number that bundlers can drop. */
const EPSILON = 2.220446049250313e-16;
/** What counts as zero in a matrix scaled to about 1, whatever stands beside it. */
const NOTHING = 1e-290;
/** So many sweeps without a deflation, and a shift of another kind is tried. */
const EXCEPTIONAL = 10;

/** Eigenvalues in the order in which they stand on the diagonal. */
export interface Spectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** A real pair of shifts, or a complex one: their real parts and the imaginary part of the first. */
interface Shifts {
  readonly first: number;
  readonly second: number;
  readonly im: number;
}

/** The eigenvalues of [[a, b], [c, d]] as shifts; of real ones the one nearer to d, twice. */
const shiftsOf = (a: number, b: number, c: number, d: number): Shifts => {
  const size = Math.abs(a) + Math.abs(b) + Math.abs(c) + Math.abs(d);
  if (size === 0) return { first: 0, second: 0, im: 0 };
  const [p, q] = [a / size, d / size];
  const mean = (p + q) / 2;
  const determinant = (p - mean) * (q - mean) - (b / size) * (c / size);
  const root = Math.sqrt(Math.abs(determinant));
  if (determinant >= 0) return { first: mean * size, second: mean * size, im: root * size };
  const nearer = Math.abs(mean + root - q) <= Math.abs(mean - root - q) ? mean + root : mean - root;
  return { first: nearer * size, second: nearer * size, im: 0 };
};

/** Whether the element below the diagonal in row k is negligible. */
const isNegligible = (h: Float64Array, n: number, k: number, low: number, high: number): boolean => {
  const at = (i: number, j: number): number => h[i * n + j] as number;
  const below = Math.abs(at(k, k - 1));
  if (below <= NOTHING) return true;
  const [upper, lower] = [at(k - 1, k - 1), at(k, k)];
  let size = Math.abs(upper) + Math.abs(lower);
  if (size === 0) {
    if (k - 2 >= low) size += Math.abs(at(k - 1, k - 2));
    if (k + 1 <= high) size += Math.abs(at(k + 1, k));
  }
  if (below > EPSILON * size) return false;
  const beside = Math.abs(at(k - 1, k));
  const [ab, ba] = [Math.max(below, beside), Math.min(below, beside)];
  const gap = Math.abs(upper - lower);
  const [aa, bb] = [Math.max(Math.abs(lower), gap), Math.min(Math.abs(lower), gap)];
  const s = aa + ab;
  return ba * (ab / s) <= Math.max(NOTHING, EPSILON * (bb * (aa / s)));
};

/**
 * Makes H, n x n and Hessenberg in rows `low` to `high`, quasi-triangular. `rows`, n x n, are turned as the columns of H
 * are; without them only the eigenvalues come out right. Null if it does not converge.
 */
export const toSchur = (
  h: Float64Array,
  n: number,
  low: number,
  high: number,
  rows: Float64Array | null,
): Spectrum | null => {
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let i = 0; i < n; i++) if (i < low || i > high) re[i] = h[i * n + i] as number;
  const most = 30 * Math.max(10, high - low + 1);
  const v = new Float64Array(3);
  let last = high;
  while (last >= low) {
    let first = low;
    let isDone = false;
    for (let steps = 0; steps <= most; steps++) {
      let k = last;
      while (k > first && !isNegligible(h, n, k, low, high)) k--;
      first = k;
      if (first > low) h[first * n + first - 1] = 0;
      if (first >= last - 1) {
        isDone = true;
        break;
      }
      const span: Span = rows === null ? { from: first, to: last } : { from: 0, to: n - 1 };
      sweep(h, n, first, last, shiftsAt(h, n, first, last, steps + 1), span, rows, v);
    }
    if (!isDone) return null;
    if (first === last) {
      re[last] = h[last * n + last] as number;
    } else {
      const pair = standardise(h, n, first, rows);
      re[first] = pair.first;
      re[last] = pair.second;
      im[first] = pair.im;
      im[last] = pair.im === 0 ? 0 : -pair.im;
    }
    last = first - 1;
  }
  return { re, im };
};

const shiftsAt = (h: Float64Array, n: number, first: number, last: number, step: number): Shifts => {
  const at = (i: number, j: number): number => h[i * n + j] as number;
  if (step % EXCEPTIONAL !== 0)
    return shiftsOf(at(last - 1, last - 1), at(last - 1, last), at(last, last - 1), at(last, last));
  const atEnd = step % (2 * EXCEPTIONAL) === 0;
  const s = atEnd
    ? Math.abs(at(last, last - 1)) + Math.abs(at(last - 1, last - 2))
    : Math.abs(at(first + 1, first)) + Math.abs(at(first + 2, first + 1));
  const centre = 0.75 * s + (atEnd ? at(last, last) : at(first, first));
  return shiftsOf(centre, -0.4375 * s, s, centre);
};

/** Columns and rows of H that are brought along. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** One implicit double step on rows first..last, which are at least three. */
const sweep = (
  h: Float64Array,
  n: number,
  first: number,
  last: number,
  { first: r1, second: r2, im }: Shifts,
  { from, to }: Span,
  rows: Float64Array | null,
  v: Float64Array,
): void => {
  const at = (i: number, j: number): number => h[i * n + j] as number;
  let m = last - 2;
  for (; ; m--) {
    const size = Math.abs(at(m, m) - r2) + Math.abs(im) + Math.abs(at(m + 1, m));
    const below = at(m + 1, m) / size;
    v[0] = below * at(m, m + 1) + (at(m, m) - r1) * ((at(m, m) - r2) / size) + im * (im / size);
    v[1] = below * (at(m, m) + at(m + 1, m + 1) - r1 - r2);
    v[2] = below * at(m + 2, m + 1);
    const sum = Math.abs(v[0]) + Math.abs(v[1]) + Math.abs(v[2]);
    for (let i = 0; i < 3; i++) v[i] = (v[i] as number) / sum;
    if (m === first) break;
    const around = Math.abs(at(m - 1, m - 1)) + Math.abs(at(m, m)) + Math.abs(at(m + 1, m + 1));
    const coupling = Math.abs(at(m, m - 1)) * (Math.abs(v[1]) + Math.abs(v[2]));
    if (coupling <= EPSILON * Math.abs(v[0]) * around) break;
  }
  for (let k = m; k < last; k++) {
    const size = Math.min(3, last - k + 1);
    if (k > m) for (let i = 0; i < size; i++) v[i] = at(k + i, k - 1);
    const found = reflector(v, 0, 1, size);
    if (k > m) {
      h[k * n + k - 1] = found.beta;
      for (let i = 1; i < size; i++) h[(k + i) * n + k - 1] = 0;
    } else if (m > first) {
      // not only the sign changes: the two elements below may not be small beside it
      h[k * n + k - 1] = at(k, k - 1) * (1 - found.tau);
    }
    turn(h, n, k, size, found, v, Math.max(k, from), to, from, Math.min(k + 3, last), rows);
  }
};

/** Applies a reflector of rows k, k + 1 (and k + 2) from both sides, and to the rows kept. */
const turn = (
  h: Float64Array,
  n: number,
  k: number,
  size: number,
  { tau }: Reflector,
  v: Float64Array,
  firstColumn: number,
  lastColumn: number,
  firstRow: number,
  lastRow: number,
  rows: Float64Array | null,
): void => {
  const v1 = v[1] as number;
  const v2 = size === 3 ? (v[2] as number) : 0;
  const [t1, t2] = [tau * v1, tau * v2];
  const third = size === 3 ? 2 * n : n;
  turnRows(h, k * n, n, third, firstColumn, lastColumn, v1, v2, tau, t1, t2);
  for (let i = firstRow; i <= lastRow; i++) {
    const p = i * n + k;
    const [x, y] = [h[p] as number, h[p + 1] as number];
    const z = size === 3 ? (h[p + 2] as number) : 0;
    const sum = x + v1 * y + v2 * z;
    h[p] = x - sum * tau;
    h[p + 1] = y - sum * t1;
    if (size === 3) h[p + 2] = z - sum * t2;
  }
  if (rows !== null) turnRows(rows, k * n, n, third, 0, n - 1, v1, v2, tau, t1, t2);
};

/** Columns `from` to `to` of three rows (of two, where the third is the second and counts for nothing). */
const turnRows = (
  data: Float64Array,
  row: number,
  second: number,
  third: number,
  from: number,
  to: number,
  v1: number,
  v2: number,
  t0: number,
  t1: number,
  t2: number,
): void => {
  for (let p = row + from; p <= row + to; p++) {
    const x = data[p] as number;
    const y = data[p + second] as number;
    if (third === second) {
      const sum = x + v1 * y;
      data[p] = x - sum * t0;
      data[p + second] = y - sum * t1;
      continue;
    }
    const z = data[p + third] as number;
    const sum = x + v1 * y + v2 * z;
    data[p] = x - sum * t0;
    data[p + second] = y - sum * t1;
    data[p + third] = z - sum * t2;
  }
};
