/**
 * Hypergeometric functions in whole numbers of any length, for arguments where float64 loses digits: doubles are fractions,
 * and sums of fractions scaled by 2^p have as many digits as one likes. One idea: what p and 2 p bits agree on is right.
 * Derivatives in parameters are differences over 2^-100, which costs bits but no thought.
 */

import { ratioBound } from "./hypergeometric-series.js";

/** x 2^bits, rounded down; exact for enough bits. */
const scaled = (x: number, bits: number): bigint => {
  if (Math.abs(x) < 1e-290) return 0n;
  const exponent = Math.floor(Math.log2(Math.abs(x))) - 54;
  const shift = bits + exponent;
  const whole = BigInt(x * 2 ** -exponent);
  return shift >= 0 ? whole << BigInt(shift) : whole >> BigInt(-shift);
};
/** How many binary places a double has, at most. */
const places = (x: number): number =>
  x === 0 ? 0 : Math.max(0, 54 - Math.floor(Math.log2(Math.max(Math.abs(x), 1e-290))));

const length = (x: bigint): number => 4 * (x < 0n ? -x : x).toString(16).length;
/** x / 2^bits as a double. */
const toNumber = (x: bigint, bits: number): number => {
  const shift = Math.max(0, length(x) - 68);
  const head = Number(x >> BigInt(shift));
  const exponent = shift - bits;
  const half = Math.trunc(exponent / 2);
  return head * 2 ** half * 2 ** (exponent - half);
};

/** A function and its slope, and the unit in which they are counted. */
interface State {
  readonly value: bigint;
  readonly slope: bigint;
}
/** Parameters and point, scaled by 2^bits; for one parameter above, a function of the kind 1F1, for two, 2F1. */
interface Problem {
  readonly above: readonly bigint[];
  readonly below: bigint;
  readonly bits: number;
}

/** Beyond them an answer is too dear. */
const MOST_TERMS = 6000;
const LARGEST = 1500;
const LARGEST_PARAMETER = 1e5;

/** Whether terms that have become as small as the unit stay so. */
const isSettled = (
  term: bigint,
  over: readonly number[],
  under: readonly number[],
  z: number,
  k: number,
): boolean => term === 0n || ratioBound(over, under, Math.abs(z), k) < 1;

/** The series and its derivative at z (DLMF 16.2.1). */
const bySeries = ({ above, below, bits }: Problem, z: bigint): State | undefined => {
  const p = BigInt(bits);
  const one = 1n << p;
  let term = one;
  let value = one;
  let slope = 0n; // of z d/dz
  const [over, under, size] = [above, [below], [z]].map((list) => list.map((x) => toNumber(x, bits)));
  for (let k = 0n; k < MOST_TERMS; k++) {
    for (const a of above) term = (term * (a + k * one)) >> p;
    const divisor = (k + 1n) * (below + k * one);
    if (divisor === 0n) return term === 0n ? { value, slope: z === 0n ? 0n : (slope << p) / z } : undefined;
    term = (term * z) / divisor;
    const isSmall = term <= 1n && term >= -1n;
    if (
      isSmall &&
      isSettled(term, over as number[], under as number[], (size as number[])[0] as number, Number(k) + 1)
    )
      return { value, slope: z === 0n ? 0n : (slope << p) / z };
    value += term;
    slope += (k + 1n) * term;
  }
  return undefined;
};

/**
 * The solution of z (1 - z) w'' + (c - (a + b + 1) z) w' - a b w = 0 (DLMF 15.10.1) carried from z to z + h by its Taylor
 * series, whose coefficients u obey (n + 2) (n + 1) z (1 - z) u_(n + 2) + (n + 1) (n (1 - 2 z) + c - (a + b + 1) z) u_(n + 1)
 * = (n + a) (n + b) u_n; with u_n h^n for u_n.
 */
const step = ({ above, below, bits }: Problem, state: State, z: bigint, h: bigint): State | undefined => {
  const p = BigInt(bits);
  const one = 1n << p;
  const [a, b] = above as readonly [bigint, bigint];
  const leading = (z * (one - z)) >> p;
  const first = below - (((a + b + one) * z) >> p);
  const second = one - 2n * z;
  const square = (h * h) >> p;
  let [u, v] = [state.value, (state.slope * h) >> p];
  let value = u + v;
  let slope = v; // of h d/dh
  for (let n = 0n; n < MOST_TERMS; n++) {
    const product = ((((a + n * one) * (b + n * one)) >> p) * u) >> p;
    const drift = (((n + 1n) * (n * second + first) * v) >> p) * h;
    const next = (product * square - drift) / ((n + 2n) * (n + 1n) * leading);
    [u, v] = [v, next];
    value += next;
    slope += (n + 2n) * next;
    const isSmall = next <= 1n && next >= -1n && u <= 1n && u >= -1n;
    if (isSmall && n > 3n) return { value, slope: (slope << p) / h };
  }
  return undefined;
};

/** 2F1 at z < 1, given 1 - z exactly: the series up to 1/2 in size, then steps of half the distance to the next singular point. */
const continued = (problem: Problem, z: bigint): bigint | undefined => {
  const one = 1n << BigInt(problem.bits);
  const half = one >> 1n;
  // a polynomial is its series anywhere
  const ends = problem.above.some((a) => a <= 0n && a % one === 0n);
  if (ends || (z <= half && z >= -half)) return bySeries(problem, z)?.value;
  let at = z > 0n ? half : -half;
  let state = bySeries(problem, at);
  for (let i = 0; i < 400 && at !== z && state !== undefined; i++) {
    const h = z > 0n ? (one - at) >> 1n : at >> 1n;
    const isLast = z > 0n ? at + h >= z : at + h <= z;
    const move = isLast ? z - at : h;
    state = step(problem, state, at, move);
    at += move;
  }
  return at === z ? state?.value : undefined;
};

/** Differences over 2^-100 stand for derivatives. */
const MOVE = 100;

/** The derivative of the orders in (above, below) at a number of bits, as a double. */
const derivativeAt = (
  above: readonly number[],
  below: number,
  z: number,
  orders: readonly number[],
  bits: number,
): number | undefined => {
  const base = [...above, below].map((x) => scaled(x, bits));
  const point = scaled(z, bits);
  const move = 1n << BigInt(bits - MOVE);
  const moved = base.slice();
  /** The forward difference in the parameters from i on. */
  const over = (i: number): bigint | undefined => {
    if (i === base.length) {
      const problem = { above: moved.slice(0, -1), below: moved.at(-1) as bigint, bits };
      return above.length === 1 ? bySeries(problem, point)?.value : continued(problem, point);
    }
    const n = orders[i] as number;
    let sum = 0n;
    let weight = n % 2 === 0 ? 1n : -1n;
    for (let j = 0; j <= n; j++) {
      moved[i] = (base[i] as bigint) + BigInt(j) * move;
      const value = over(i + 1);
      if (value === undefined) return undefined;
      sum += weight * value;
      weight = (-weight * BigInt(n - j)) / BigInt(j + 1);
    }
    moved[i] = base[i] as bigint;
    return sum;
  };
  const value = over(0);
  return value === undefined ? undefined : toNumber(value << BigInt(MOVE * sumOf(orders)), bits);
};
const sumOf = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);

/** The function of parameters (above; below) at z, differentiated in the parameters; NaN where it is too dear. */
export const exactHypergeometric = (
  above: readonly number[],
  below: number,
  z: number,
  orders: readonly number[],
): number => {
  if (above.length === 1 && Math.abs(z) > LARGEST) return Number.NaN;
  if (!(Math.max(Math.abs(below), ...above.map(Math.abs)) < LARGEST_PARAMETER)) return Number.NaN;
  if (!(Math.abs(z) < 1e9)) return Number.NaN;
  const exact = Math.max(...[...above, below, z].map(places));
  const reserve = (MOVE + 20) * sumOf(orders);
  let bits = Math.max(128, exact + 64, above.length === 1 && z < 0 ? Math.ceil(-3 * z) : 0) + reserve;
  let before = derivativeAt(above, below, z, orders, bits);
  for (let i = 0; i < 5 && before !== undefined && bits < 9000; i++) {
    bits = i === 0 ? bits + 128 : 2 * bits;
    const now = derivativeAt(above, below, z, orders, bits);
    if (now === undefined) break;
    if (now === before || Math.abs(now - before) < 1e-13 * Math.abs(now)) return now;
    if (i > 2 && Math.abs(now) < 1e-200 && Math.abs(before) < 1e-30) return 0;
    before = now;
  }
  return Number.NaN;
};
