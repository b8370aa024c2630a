/**
 * Gamma and beta functions as values rather than logarithms, and the pieces of Stirling's formula that the incomplete
 * functions share. Large arguments go through what is left of Stirling's formula, small ones through products.
 */
import { digamma, isPole, lgamma } from "./gamma.js";
import { logRest } from "./quadrature.js";

/** B_2k / (2k (2k - 1)) for k = 1 ... 9 (DLMF 5.11.1). */
const STIRLING: readonly number[] = [
  0.08333333333333333, -0.002777777777777778, 0.0007936507936507937, -0.0005952380952380953,
  0.0008417508417508417, -0.0019175269175269176, 0.00641025641025641, -0.029550653594771242,
  0.17964437236883057,
];

/** log Gamma(x) minus Stirling's (x - 1/2) log x - x + log(2 pi) / 2, for x >= 9. */
export const stirlingRest = (x: number): number => {
  const square = 1 / (x * x);
  return STIRLING.reduceRight((sum, c) => sum * square + c, 0) / x;
};

/** Of a small whole number. */
export const factorial = (n: number): number => {
  let value = 1;
  for (let k = 2; k <= n; k++) value *= k;
  return value;
};

/** log x - digamma(x) for x > 0, without cancellation: 1 / (2 x) + sum B_2k / (2k x^2k) (DLMF 5.11.2). */
export const digammaGap = (x: number): number => {
  if (x < 9) return Math.log(x) - digamma(x);
  const square = 1 / (x * x);
  let sum = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) sum = sum * square + (2 * k + 1) * (STIRLING[k] as number);
  return 0.5 / x + sum * square;
};

/** sin(pi x), with x first brought into [-1/2, 1/2], which is exact. */
const sinPi = (x: number): number => {
  const n = Math.round(x);
  const value = Math.sin(Math.PI * (x - n));
  return n % 2 === 0 ? value : -value;
};

/** Gamma(x); at 0 infinite with the sign of the zero, at the other poles NaN, as in SciPy. */
export const gamma = (x: number): number => {
  if (x === 0) return 1 / x;
  if (isPole(x) || x === Number.NEGATIVE_INFINITY) return Number.NaN;
  if (x < -0.5) {
    // Gamma(x) Gamma(-x) = -pi / (x sin(pi x)) (DLMF 5.5.3 with 5.5.1); far out, Gamma(-x) is beyond the largest number
    const y = -x;
    if (y > 184) return sinPi(x) > 0 ? -0 : 0;
    const half = y > 170 ? halfGamma(y) : 1;
    const rest = y > 170 ? half : gamma(y);
    return Math.PI / (y * sinPi(y) * -1) / rest / half;
  }
  if (x < 1) return Math.exp(lgamma(1 + x) - (x < 0.25 ? lostDigits(x) : 0)) / x;
  if (x < 13) {
    let product = 1;
    let base = x;
    while (base > 2.5) product *= --base;
    return product * Math.exp(lgamma(base));
  }
  if (!(x < 172)) return x > 0 ? Number.POSITIVE_INFINITY : x;
  const half = halfGamma(x);
  return half * half;
};

/** What rounding 1 + x loses, as a difference of log Gamma there: digamma(1) = -0.577... */
const lostDigits = (x: number): number => (1 + x - 1 - x) * digamma(1 + x);

/** The square root of Gamma(x) for x >= 9, which is far from overflow. */
const halfGamma = (x: number): number =>
  x ** (0.5 * x - 0.25) * Math.exp(-0.5 * x) * Math.sqrt(2.5066282746310002 * Math.exp(stirlingRest(x)));

/** The sign of Gamma(x): 1 or -1, and NaN at the poles -1, -2, ... */
export const gammaSign = (x: number): number => {
  if (x > 0 || Number.isNaN(x)) return x > 0 ? 1 : x;
  if (x === 0) return Object.is(x, -0) ? -1 : 1;
  if (isPole(x) || x === Number.NEGATIVE_INFINITY) return Number.NaN;
  return Math.floor(x) % 2 === 0 ? 1 : -1;
};

/** log Gamma(1 + x) for |x| <= 1/2, relatively accurate at 0. */
export const logGammaOnePlus = (x: number): number => {
  if (Math.abs(x) > 1e-3) return lgamma(1 + x) - lostDigits(x);
  // -gamma x + zeta(2) x^2 / 2 - zeta(3) x^3 / 3 + ... (A&S 6.1.33)
  const tail =
    0.27058080842778454 - x * (0.20738555102867398 - x * (0.1695571769974082 - x * 0.1440498967684611));
  return -x * (0.5772156649015329 - x * (0.8224670334241132 - x * (0.40068563438653143 - x * tail)));
};

/** log |B(a, b)|, with the large arguments' logarithms cancelled beforehand. */
export const betaln = (p: number, q: number): number => {
  const a = Math.min(p, q);
  const b = Math.max(p, q);
  if (!(a > 0)) {
    if (!(a <= 0)) return Number.NaN;
    return lgamma(a) + (lgamma(b) - lgamma(a + b));
  }
  if (b === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  const s = a + b;
  if (b < 9) {
    if (a < 1e-3) return lgamma(a) + gammaLogDifference(b, a);
    return Math.log((gamma(a) / gamma(s)) * gamma(b));
  }
  const rest = stirlingRest(b) - stirlingRest(s);
  // log B = log Gamma(a) + (b - 1/2) log(b / s) - a (log s - 1) + rests
  const ratio = Math.log1p(-a / s);
  if (a < 9) return lgamma(a) + (b - 0.5) * ratio - a * (Math.log(s) - 1) + rest;
  return (
    stirlingRest(a) + rest + 0.9189385332046728 - 0.5 * Math.log(b) + (a - 0.5) * Math.log(a / s) + b * ratio
  );
};

/** log Gamma(b) - log Gamma(b + a) for a small beside b. */
const gammaLogDifference = (b: number, a: number): number =>
  b < 1e-3 ? logGammaOnePlus(b) - logGammaOnePlus(a + b) - Math.log(b / (a + b)) : lgamma(b) - lgamma(a + b);

/** B(a, b) = Gamma(a) Gamma(b) / Gamma(a + b). */
export const beta = (a: number, b: number): number => {
  const s = a + b;
  if (a > 0 && b > 0) return s < 150 && Math.min(a, b) > 1e-200 ? ratioOf(a, b, s) : Math.exp(betaln(a, b));
  return (gamma(a) / gamma(s)) * gamma(b);
};

const ratioOf = (a: number, b: number, s: number): number =>
  Math.max(a, b) < 100
    ? (gamma(a) / gamma(s)) * gamma(b)
    : gamma(Math.min(a, b)) * (gamma(Math.max(a, b)) / gamma(s));

/**
 * x^a y^b / B(a, b) with y = 1 - x for a, b > 0: the density of a beta distribution times x y. Relative to the mean
 * a / s, where the exponents' linear parts cancel: a log(x s / a) + b log(y s / b).
 */
export const betaFactor = (a: number, b: number, x: number, y: number): number => {
  const s = a + b;
  if (Math.min(a, b) < 9) {
    if (s < 100) {
      const powers = x ** a * y ** b;
      const direct = (powers / gamma(a)) * (gamma(s) / gamma(b));
      if (isRegular(powers) && isRegular(direct)) return direct;
    }
    const [small, large, z] = a < b ? [a, b, x] : [b, a, y];
    // Gamma(s) / Gamma(large) = large^small (1 + ...) e^...: the logarithms of small size, the powers by pow
    const rest = stirlingRest(s) - stirlingRest(Math.max(large, 9));
    if (large < 9) return Math.exp(a * Math.log(x) + b * Math.log1p(-x) - betaln(a, b));
    const bulk = (large - 0.5) * Math.log1p(small / large) - small + rest;
    const other =
      a < b
        ? x < 0.5
          ? b * Math.log1p(-x)
          : b * Math.log(y)
        : y < 0.5
          ? a * Math.log1p(-y)
          : a * Math.log(x);
    return ((z * s) ** small / gamma(small)) * Math.exp(other + bulk);
  }
  const u = (x * b - y * a) / a;
  const v = -(x * b - y * a) / b;
  const rest = stirlingRest(s) - stirlingRest(a) - stirlingRest(b);
  const root = Math.sqrt((a / (2 * Math.PI)) * (b / s)) * Math.exp(rest);
  if (Math.max(Math.abs(u), Math.abs(v)) < 0.5) return root * Math.exp(a * logRest(u) + b * logRest(v));
  // a power of a quotient near 1 multiplies its rounding by the exponent; the logarithm of 1 + u does so by a u only
  const p = Math.abs(u) < 0.5 ? Math.exp(a * Math.log1p(u)) : ((x * s) / a) ** a;
  const q = Math.abs(v) < 0.5 ? Math.exp(b * Math.log1p(v)) : ((y * s) / b) ** b;
  if (isRegular(p) && isRegular(q) && isRegular(p * q)) return root * p * q;
  return root * Math.exp(a * logRatio(x, a / s, u) + b * logRatio(y, b / s, v));
};

/** Far from overflow and from the numbers that have lost digits. */
const isRegular = (x: number): boolean => x > 1e-290 && x < 1e290;

/** log(x / mean) - u for u = x / mean - 1, from whichever loses less. */
const logRatio = (x: number, mean: number, u: number): number =>
  Math.abs(u) < 0.5 ? logRest(u) : Math.log(x / mean) - u;
