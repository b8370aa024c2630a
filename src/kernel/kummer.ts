/**
 * Kummer's function M(a, b, z) = 1F1(a; b; z), with its derivatives in the parameters: its series where terms have one sign
 * or hardly cancel, Kummer's transformation for negative z, the asymptotic expansions far out, and whole numbers of
 * any length elsewhere.
 */
import { isPole } from "./gamma.js";
import { gamma } from "./gamma-function.js";
import { exactHypergeometric } from "./hypergeometric-exact.js";
import { difference, parameter, seriesOf } from "./hypergeometric-series.js";

/**
 * The sum over s of (a)_s (b)_s / (s! x^s) up to where terms are below rounding; undefined where they do not get there before
 * they grow, about the x-th, or where digits are lost.
 */
const asymptotic = (a: number, b: number, x: number): number | undefined => {
  let term = 1;
  let sum = 1;
  let total = 1;
  for (let s = 0; s < Math.min(500, 0.7 * x); s++) {
    term *= ((a + s) * (b + s)) / ((s + 1) * x);
    sum += term;
    total += Math.abs(term);
    const isBehind = a + s > 0 && b + s > 0;
    if ((isBehind || term === 0) && Math.abs(term) < 1e-17 * Math.abs(sum))
      return total < 10 * Math.abs(sum) ? sum : undefined;
  }
  return undefined;
};

/** Gamma(b) / Gamma(a + lost), 0 where a is a pole; undefined where it cannot be told from values. */
const gammaQuotient = (b: number, a: number, lost: number): number | undefined => {
  // near a pole the reciprocal is proportional to the distance from it
  const distance = a < 0.5 ? a - Math.round(a) : 1;
  if (lost !== 0 && Math.abs(distance) < 0.1)
    return distance === 0 ? undefined : (gammaQuotient(b, a, 0) ?? Number.NaN) * (1 + lost / distance);
  if (isWholeBelow(a)) return 0;
  if (Math.max(Math.abs(a), Math.abs(b)) > 140) return undefined;
  return gamma(b) / gamma(a);
};

/** DLMF 13.7.1 and, for z < 0, 13.7.2, whose other part is below rounding. */
const farOut = (a: number, b: number, z: number): number | undefined => {
  const x = Math.abs(z);
  const { value: gap, lost } = difference(b, a);
  const ofGap = gammaQuotient(b, gap, lost);
  const ofA = gammaQuotient(b, a, 0);
  const [front, behind] = z > 0 ? [ofA, ofGap] : [ofGap, ofA];
  if (front === undefined || behind === undefined || !(Math.abs(front) > 0)) return undefined;
  // e^-x x^(+-(b - 2 a)) of the one part beside the other
  const lesser = -x + (z > 0 ? b - 2 * a : 2 * a - b) * Math.log(x);
  if (!(lesser + Math.log(Math.abs(behind) + 1e-300) - Math.log(Math.abs(front)) < -39)) return undefined;
  const sum = z > 0 ? asymptotic(gap, 1 - a, x) : asymptotic(a, a - b + 1, x);
  if (sum === undefined) return undefined;
  if (z < 0) {
    const root = x ** (-0.5 * a);
    return root * (front * sum) * root;
  }
  const half = Math.exp(0.5 * x);
  return half * (front * x ** (a - b) * sum) * half;
};

/** 0, -1, -2, ... */
export const isWholeBelow = (x: number): boolean => x === 0 || isPole(x);

/** Where there is nothing to compute, or nothing to find. */
const atEnds = (a: number, b: number, z: number): number | undefined => {
  if (!Number.isFinite(a) || !Number.isFinite(b) || Number.isNaN(z)) return Number.NaN;
  // (a)_k vanishes before (b)_k does
  if (isWholeBelow(b) && !(isWholeBelow(a) && a >= b)) return Number.NaN;
  if (z === 0 || a === 0) return 1;
  if (z === Infinity) return a > 0 && b > 0 ? z : Number.NaN;
  if (z === -Infinity) return a > 0 && b > a ? 0 : Number.NaN;
  return undefined;
};
const value = (a: number, b: number, z: number): number | undefined => {
  if (Math.abs(z) > 40 && !isWholeBelow(a)) {
    const far = farOut(a, b, z);
    if (far !== undefined) return far;
  }
  if (z < -1 && !isWholeBelow(a)) {
    // M(a, b, z) = e^z M(b - a, b, -z) (DLMF 13.2.39), half of the exponential before the sum
    const half = Math.exp(0.5 * z);
    const sum = half === 0 ? undefined : seriesOf([difference(b, a)], [parameter(b)], -z, 3000, half);
    if (sum !== undefined) return sum * half;
  }
  return seriesOf([parameter(a)], [parameter(b)], z);
};

/** M differentiated i times in a and j times in b; NaN at the poles in b, and where |z| is too large for the exact series. */
export const hyp1f1Derivative = (i: number, j: number, a: number, b: number, z: number): number => {
  const isValue = i + j === 0;
  const end = atEnds(a, b, z);
  if (end !== undefined && (isValue || Number.isNaN(end) || z === 0))
    return isValue || Number.isNaN(end) ? end : 0;
  if (Math.abs(z) === Infinity || (!isValue && isWholeBelow(b))) return Number.NaN;
  const quick = isValue ? value(a, b, z) : seriesOf([parameter(a, i)], [parameter(b, j)], z);
  return quick ?? exactHypergeometric([a], b, z, [i, j]);
};
