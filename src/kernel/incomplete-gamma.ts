/**
 * The incomplete gamma functions and their derivatives of every order in a. One idea: pull out the factor
 * D = x^a e^-x / Gamma(a + 1), and what is left is a series or an integral whose derivatives in a have terms of one
 * sign, so that nothing cancels; derivatives are carried as Taylor coefficients.
 */
import { polygamma } from "./gamma.js";
import { digammaGap, factorial, gamma, logGammaOnePlus, stirlingRest } from "./gamma-function.js";
import { decayMoments, exponentialRest, logRest } from "./quadrature.js";

/** Taylor coefficients f, f', f'' / 2!, ... in the order of the derivative. */
export type Taylor = Float64Array;

export const taylorProduct = (f: Taylor, g: Taylor): Taylor => {
  const out = new Float64Array(f.length);
  for (let i = 0; i < f.length; i++)
    for (let j = 0; j + i < f.length; j++)
      out[i + j] = (out[i + j] as number) + (f[i] as number) * (g[j] as number);
  return out;
};

/** exp(g - g_0): from f' = g' f follows k f_k = sum j g_j f_(k - j). */
export const taylorExponential = (g: Taylor): Taylor => {
  const f = new Float64Array(g.length);
  f[0] = 1;
  for (let k = 1; k < g.length; k++) {
    let sum = 0;
    for (let j = 1; j <= k; j++) sum += j * (g[j] as number) * (f[k - j] as number);
    f[k] = sum / k;
  }
  return f;
};

/** log x - digamma(a + 1). */
const logGap = (a: number, x: number, logX: number): number => {
  if (a < 8 || x === 0) return logX - polygamma(0, a + 1);
  const u = (x - a) / a;
  const logRatio = Math.abs(u) < 0.5 ? Math.log1p(u) : logX - Math.log(a);
  return logRatio + digammaGap(a) - 1 / a; // digamma(a + 1) = digamma(a) + 1 / a
};

/** D / D(a) along a: the exponential of a log x - log Gamma(a + 1) less its value. */
const factorTaylor = (a: number, x: number, logX: number, n: number): Taylor => {
  const g = new Float64Array(n + 1);
  for (let j = 1, f = 1; j <= n; j++, f *= j)
    g[j] = j === 1 ? logGap(a, x, logX) : -polygamma(j - 1, a + 1) / f;
  return taylorExponential(g);
};

/** D = x^a e^-x / Gamma(a + 1). */
const factor = (a: number, x: number): number => {
  if (a < 10) {
    if (x < 600) return ((x ** a * Math.exp(-x)) / gamma(a + 1)) * (a < 0.25 ? Math.exp(lost(a)) : 1);
    return Math.exp(a * Math.log(x) - x - Math.log(gamma(a + 1)));
  }
  const u = (x - a) / a;
  const exponent = Math.abs(u) < 0.5 ? logRest(u) : Math.log(x / a) - u;
  return Math.exp(a * exponent - stirlingRest(a)) / Math.sqrt(2 * Math.PI * a);
};
const lost = (a: number): number => (1 + a - 1 - a) * polygamma(0, 1 + a);

/** sum of x^k / ((a + 1) ... (a + k)) (DLMF 8.7.1), whose terms are divided by a + k + e, e the Taylor variable. */
const seriesTaylor = (a: number, x: number, n: number): Taylor => {
  const sum = new Float64Array(n + 1);
  const term = new Float64Array(n + 1);
  sum[0] = 1;
  term[0] = 1;
  for (let k = 1; k < 2000; k++) {
    const base = a + k;
    let below = 0;
    for (let m = 0; m <= n; m++) {
      below = (x * (term[m] as number) - below) / base;
      term[m] = below;
      sum[m] = (sum[m] as number) + below;
    }
    if (
      Math.abs(term[0] as number) < 1e-17 * (sum[0] as number) &&
      Math.abs(below) <= 1e-17 * Math.abs(sum[n] as number)
    )
      break;
  }
  return sum;
};

/** a D times the integral of exp(a w - x (e^w - 1)): t = x e^w in the integral from x on; for x >= a. */
const upperMoments = (a: number, x: number, n: number): Float64Array => {
  const s = x - a;
  const h = (w: number): number => s * w + x * exponentialRest(w);
  const start = Math.min(88 / (s + Math.sqrt(s * s + 88 * x)), Math.log1p((44 + 10 * a) / x) + 2);
  return decayMoments(h, (w) => s + x * Math.expm1(w), start, n);
};
/** a D times the integral of exp(-a w + x (1 - e^-w)): t = x e^-w in the integral up to x; for x <= a. */
const lowerMoments = (a: number, x: number, n: number): Float64Array => {
  const s = a - x;
  const h = (w: number): number => s * w + x * exponentialRest(-w);
  return decayMoments(h, (w) => s - x * Math.expm1(-w), (44 + x) / a, n);
};

/** Which of the two is computed, the other being what is left to 1. */
const isLower = (a: number, x: number): boolean => x <= 1 || x <= a;
const bySeries = (a: number, x: number): boolean => x <= 1 || a < 30;

const lowerValue = (a: number, x: number): number =>
  factor(a, x) *
  (bySeries(a, x) ? (seriesTaylor(a, x, 0)[0] as number) : a * (lowerMoments(a, x, 0)[0] as number));
const upperValue = (a: number, x: number): number => factor(a, x) * a * (upperMoments(a, x, 0)[0] as number);

/** Q for x <= 1 and a < 1, where it may be small: 1 - x^a / Gamma(a + 1) less the rest of the alternating series. */
const smallUpper = (a: number, x: number): number => {
  const exponent = a * Math.log(x) - (a > 0.5 ? Math.log(gamma(a + 1)) : logGammaOnePlus(a));
  let term = 1;
  let sum = 0;
  for (let k = 1; k < 40; k++) {
    term *= -x / k;
    sum += term / (a + k);
  }
  return -Math.expm1(exponent) - Math.exp(exponent) * a * sum;
};

/** The values where there is nothing to compute: [P, Q]; undefined elsewhere. */
const atEnds = (a: number, x: number): readonly [number, number] | undefined => {
  if (!(a >= 0) || !(x >= 0) || (a === 0 && x === 0) || (a === Infinity && x === Infinity))
    return [Number.NaN, Number.NaN];
  if (a === 0 || x === Infinity) return [1, 0];
  if (x === 0 || a === Infinity) return [0, 1];
  return undefined;
};

/** P(a, x), the integral of t^(a - 1) e^-t from 0 to x, over Gamma(a) (DLMF 8.2.4). */
export const gammainc = (a: number, x: number): number =>
  atEnds(a, x)?.[0] ?? (isLower(a, x) ? lowerValue(a, x) : 1 - upperValue(a, x));

/** Q(a, x) = 1 - P(a, x), relatively accurate where it is small. */
export const gammaincc = (a: number, x: number): number => {
  const ends = atEnds(a, x);
  if (ends !== undefined) return ends[1];
  if (!isLower(a, x)) return upperValue(a, x);
  return x <= 1 && a < 1 ? smallUpper(a, x) : 1 - lowerValue(a, x);
};

/** The n-th derivative of P in a, over D, where D itself may underflow: `logX` stands for x below e^-700. */
const scaledDerivative = (n: number, a: number, x: number, logX: number): number => {
  const lower = isLower(a, x);
  const series = lower && bySeries(a, x);
  let rest: Taylor;
  if (series) rest = seriesTaylor(a, x, n);
  else {
    const moments = lower ? lowerMoments(a, x, n) : upperMoments(a, x, n);
    for (let k = 1, f = 1; k <= n; k++, f *= k)
      moments[k] = ((moments[k] as number) * (lower && k % 2 === 1 ? -1 : 1)) / f;
    // a D is differentiated as a product
    rest = moments.map((m, k) => a * m + (k === 0 ? 0 : (moments[k - 1] as number)));
  }
  const value = taylorProduct(factorTaylor(a, x, logX, n), rest)[n] as number;
  return (series || lower ? value : -value) * factorial(n);
};

/** The n-th derivative of P in a, for n >= 1: what follows from D times a series or an integral. */
export const gammaincDerivative = (n: number, a: number, x: number): number => {
  if (n === 0) return gammainc(a, x);
  if (!(a > 0) || !(x >= 0)) return a === 0 && x > 0 && n === 1 ? limitAtZero(x) : Number.NaN;
  if (x === 0 || x === Infinity || a === Infinity) return 0;
  const d = factor(a, x);
  return d === 0 ? 0 : d * scaledDerivative(n, a, x, Math.log(x));
};

/** dP/da at a = 0 is minus the exponential integral E_1(x): the limit of the same formula, which holds there. */
const limitAtZero = (x: number): number =>
  x === Infinity ? 0 : Math.exp(-x) * scaledDerivative(1, 0, x, Math.log(x));

/**
 * The n-th derivative of P(a, e^y) in a over that in y: of a gamma variate's logarithm y, at fixed probability, the
 * derivative in a is minus that for n = 1. Relative to the density, so it holds where e^y is beyond the smallest number.
 */
export const gammaQuantileSlope = (n: number, a: number, y: number): number => {
  const x = Math.exp(y);
  if (!(a > 0) || Number.isNaN(y)) return Number.NaN;
  if (x === Infinity) return 0;
  return scaledDerivative(n, a, x, y) / a; // dP/dy = a D
};
