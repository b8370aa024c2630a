/**
 * Square roots and logarithms of quasi-triangular matrices, block by block (Björck and Hammarling, 1983; Higham, Functions of
 * matrices, 6.2 and 11.5). All of it is real: an eigenvalue on the closed negative axis has no real logarithm, a negative one
 * no real root.
 */
import { solveOnce } from "./lu.js";
import { coupleSmall, plainly, smallSystem, solveSmall } from "./small.js";

/** A block of one or two rows in standard form as the complex number re + i im, im = sqrt(-b c) not negative. */
interface BlockValue {
  readonly re: number;
  readonly im: number;
}

const blockValue = (t: Float64Array, n: number, first: number, end: number): BlockValue => {
  const re = t[first * n + first] as number;
  if (end - first === 1) return { re, im: 0 };
  const upper = Math.abs(t[first * n + first + 1] as number);
  return { re, im: Math.sqrt(upper) * Math.sqrt(Math.abs(t[end * n - n + first] as number)) };
};

/** Puts f of a block of `t`, f being re + i im at its value, into the same place of `out`. */
const placeBlock = (
  out: Float64Array,
  t: Float64Array,
  n: number,
  first: number,
  end: number,
  value: BlockValue,
  f: BlockValue,
): void => {
  out[first * n + first] = f.re;
  if (end - first === 1) return;
  const [upper, lower] = [first * n + first + 1, (first + 1) * n + first];
  out[lower + 1] = f.re;
  out[upper] = ((t[upper] as number) / value.im) * f.im;
  out[lower] = ((t[lower] as number) / value.im) * f.im;
};

/** The principal root of a complex number; NaN for a negative one. */
const rootOf = ({ re, im }: BlockValue): BlockValue => {
  if (im === 0) return { re: Math.sqrt(re), im: 0 };
  const size = Math.hypot(re, im);
  if (re >= 0) {
    const part = Math.sqrt(0.5 * size + 0.5 * re);
    return { re: part, im: im / (2 * part) };
  }
  const part = Math.sqrt(0.5 * size - 0.5 * re);
  return { re: im / (2 * part), im: part };
};

/**
 * The principal root R of T, R R = T. Eigenvalues below 0 by no more than `slack` count as 0; couplings of two zeros that are
 * no larger count as none.
 */
export const rootOfQuasiTriangular = (
  t: Float64Array,
  n: number,
  starts: readonly number[],
  slack: number,
): Float64Array => {
  const r = new Float64Array(n * n);
  const system = smallSystem();
  for (let l = 0; l + 1 < starts.length; l++) {
    const [left, right] = [starts[l] as number, starts[l + 1] as number];
    const value = blockValue(t, n, left, right);
    const isZero = value.im === 0 && value.re < 0 && value.re >= -slack;
    placeBlock(r, t, n, left, right, value, rootOf(isZero ? { re: 0, im: 0 } : value));
    const wide = right - left;
    for (let k = l - 1; k >= 0; k--) {
      const [top, bottom] = [starts[k] as number, starts[k + 1] as number];
      const high = bottom - top;
      coupleSmall(system, r, top * n + top, n, high, r, left * n + left, n, wide, 1);
      for (let i = top; i < bottom; i++) {
        for (let j = left; j < right; j++) {
          let sum = t[i * n + j] as number;
          for (let m = bottom; m < left; m++) sum -= (r[i * n + m] as number) * (r[m * n + j] as number);
          const isNothing = high * wide === 1 && system.matrix[0] === 0 && Math.abs(sum) <= slack;
          system.right[(i - top) * wide + j - left] = isNothing ? 0 : sum;
        }
      }
      solveSmall(system, high * wide, plainly);
      for (let i = top; i < bottom; i++)
        for (let j = left; j < right; j++) r[i * n + j] = system.right[(i - top) * wide + j - left] as number;
    }
  }
  return r;
};

/** Nodes and weights of Gauss and Legendre's rule with 8 points on [0, 1]: the [8/8] Pade approximant of log(1 + x). */
const NODES: readonly (readonly [node: number, weight: number])[] = [
  0.1834346424956498, 0.362683783378362, 0.525532409916329, 0.3137066458778873, 0.7966664774136267,
  0.2223810344533745, 0.9602898564975363, 0.1012285362903763,
].flatMap((node, i, list) => {
  const weight = 0.5 * (list[i + 1] as number);
  return i % 2 === 1
    ? []
    : ([
        [0.5 * (1 - node), weight],
        [0.5 * (1 + node), weight],
      ] as const);
});

/** Norms up to which that approximant is exact in doubles, with room. */
const NEAR = 0.25;

/**
 * The principal logarithm of T by inverse scaling and squaring: roots until T is near 1, the approximant, and doubling. Null
 * where an eigenvalue is real and not positive. The norm of the first `leading` rows and columns decides on the roots.
 */
export const logOfQuasiTriangular = (
  t: Float64Array,
  n: number,
  starts: readonly number[],
  leading: number,
): Float64Array | null => {
  const logs: BlockValue[] = [];
  for (let l = 0; l + 1 < starts.length; l++) {
    const { re, im } = blockValue(t, n, starts[l] as number, starts[l + 1] as number);
    if (im === 0 && !(re > 0)) return null;
    logs.push({ re: Math.log(Math.hypot(re, im)), im: Math.atan2(im, re) });
  }
  let root: Float64Array = t;
  let roots = 0;
  let x = lessOne(root, t, n, starts, logs, 1);
  while (norm1(x, n, leading) > NEAR && roots < 120) {
    root = rootOfQuasiTriangular(root, n, starts, 0);
    roots++;
    x = lessOne(root, t, n, starts, logs, 2 ** -roots);
  }
  const out = new Float64Array(n * n);
  for (const [node, weight] of NODES) {
    const term = x.map((element) => weight * element);
    const matrix = x.map((element) => node * element);
    for (let i = 0; i < n; i++) matrix[i * n + i] = 1 + (matrix[i * n + i] as number);
    solveOnce(matrix, term, n, n);
    for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + (term[i] as number);
  }
  for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) * 2 ** roots;
  for (let l = 0; l + 1 < starts.length; l++) {
    const [first, end] = [starts[l] as number, starts[l + 1] as number];
    placeBlock(out, t, n, first, end, blockValue(t, n, first, end), logs[l] as BlockValue);
    if (end - first === 1 && (starts[l + 2] ?? 0) - end === 1)
      out[first * n + end] =
        (t[first * n + end] as number) *
        slopeBetween(t[first * n + first] as number, t[end * n + end] as number);
  }
  return out;
};

/** The root less 1, whose diagonal blocks are e^(`part` log) - 1, without cancellation. */
const lessOne = (
  root: Float64Array,
  t: Float64Array,
  n: number,
  starts: readonly number[],
  logs: readonly BlockValue[],
  part: number,
): Float64Array => {
  const x = root.slice();
  for (let l = 0; l + 1 < starts.length; l++) {
    const [first, end] = [starts[l] as number, starts[l + 1] as number];
    const log = logs[l] as BlockValue;
    const [p, q] = [part * log.re, part * log.im];
    const half = Math.sin(0.5 * q);
    const f = { re: Math.expm1(p) * Math.cos(q) - 2 * half * half, im: Math.exp(p) * Math.sin(q) };
    placeBlock(x, t, n, first, end, blockValue(t, n, first, end), f);
  }
  return x;
};

/** (log b - log a) / (b - a) of positive numbers. */
const slopeBetween = (a: number, b: number): number => {
  if (a === b) return 1 / a;
  if (a < b / 2 || b < a / 2) return (Math.log(b) - Math.log(a)) / (b - a);
  return (2 * Math.atanh((b - a) / (b + a))) / (b - a);
};

/** The largest sum of magnitudes of a column among the first `size` rows and columns. */
const norm1 = (x: Float64Array, n: number, size: number): number => {
  let largest = 0;
  for (let j = 0; j < size; j++) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += Math.abs(x[i * n + j] as number);
    largest = Math.max(largest, sum);
  }
  return largest;
};
