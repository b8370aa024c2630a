/**
 * The normal distribution far into its tails: the scaled complementary error function with all its derivatives, the
 * distribution function, its logarithm and its inverse.
 */
import { decayMoments } from "./quadrature.js";
import { erfc, erfInv } from "./special.js";

const ROOT_PI = 1.772453850905516;
const ROOT_HALF = 0.7071067811865476;

/** exp(-n^2 / 4) for n = 12 ... 1. */
const WEIGHTS: readonly number[] = [
  2.3195228302435696e-16, 7.28772409581969e-14, 1.3887943864964021e-11, 1.6052280551856116e-9,
  1.1253517471925912e-7, 4.785117392129009e-6, 0.00012340980408667956, 0.0019304541362277093,
  0.01831563888873418, 0.10539922456186433, 0.36787944117144233, 0.7788007830714049,
];

/**
 * exp(x^2) erfc(x) for x > 1/2, by the trapezoidal rule with step 1/2 for its integral over 1 / (t^2 + x^2) (A&S
 * 7.1.4), exact to e^(-4 pi^2) once the poles at t = +-i x are accounted for; terms have one sign.
 */
const scaled = (x: number): number => {
  if (x > 1e8) return 1 / (x * ROOT_PI);
  const square = x * x;
  let sum = 0;
  for (let i = 0, n = 12; n > 0; i++, n--) sum += (WEIGHTS[i] as number) / (0.25 * n * n + square);
  const rule = (x * (1 / square + 2 * sum)) / (2 * Math.PI);
  return x < 6 ? rule - (2 * Math.exp(square)) / Math.expm1(4 * Math.PI * x) : rule;
};

/** exp(x^2) to the last digit: in float32 `head`, the square is exact. */
export const expSquare = (x: number, sign: 1 | -1, half: 1 | 0.5): number => {
  const head = Math.fround(x);
  return Math.exp(sign * half * head * head) * Math.exp(sign * half * (x - head) * (x + head));
};

/** exp(x^2) erfc(x). */
export const erfcx = (x: number): number => {
  if (Number.isNaN(x)) return x;
  if (x > 0.5) return scaled(x);
  if (x < -27) return Number.POSITIVE_INFINITY;
  return x > -1 ? Math.exp(x * x) * erfc(x) : 2 * expSquare(x, 1, 1) - scaled(-x);
};

/**
 * The n-th derivative of erfcx, 2 / sqrt(pi) times the integral of (-2 t)^n exp(-t^2 - 2 x t) over t > 0: for x > -1
 * by quadrature, and below by the recurrence y'' = 2 x y' + 2 y that follows from y' = 2 x y - 2 / sqrt(pi).
 */
export const erfcxDerivative = (n: number, x: number): number => {
  if (n === 0) return erfcx(x);
  if (x === Number.POSITIVE_INFINITY) return n % 2 === 0 ? 0 : -0;
  if (!(x < 0)) {
    if (Number.isNaN(x)) return x;
    const scale = 1 / Math.max(1, x); // t = scale w, so that no power underflows
    const h = (w: number): number => scale * w * (scale * w + 2 * x);
    const slope = (w: number): number => scale * 2 * (scale * w + x);
    const start = 50 / (scale * (x + Math.sqrt(x * x + 50)));
    const moment = decayMoments(h, slope, start, n)[n] as number;
    return ((2 * scale) / ROOT_PI) * moment * (-2 * scale) ** n;
  }
  let before = erfcx(x);
  let value = 2 * x * before - 2 / ROOT_PI;
  for (let k = 1; k < n; k++) [before, value] = [value, 2 * x * value + 2 * k * before];
  return value;
};

/** The probability that a standard normal variate is below x. */
export const ndtr = (x: number): number => {
  if (x > -1) return 0.5 * erfc(-x * ROOT_HALF);
  if (x < -39) return 0;
  return 0.5 * erfcx(-x * ROOT_HALF) * expSquare(x, -1, 0.5);
};

/** log ndtr(x), finite as far as x^2 / 2 is. */
export const logNdtr = (x: number): number => {
  if (x > -1) return Math.log1p(-ndtr(-x));
  return Math.log(0.5 * erfcx(-x * ROOT_HALF)) - 0.5 * x * x;
};

/** The inverse of ndtr on [0, 1]; infinite at the ends and NaN outside. */
export const ndtri = (p: number): number => {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p > 0.1 && p < 0.9) return Math.SQRT2 * erfInv(2 * p - 1);
  if (p === 0 || p === 1) return p === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (p > 0.5) return -ndtri(1 - p);
  // A&S 26.2.22, then Newton's method on log ndtr, which is nearly a parabola
  const t = Math.sqrt(-2 * Math.log(p));
  let x = (2.30753 + 0.27061 * t) / (1 + t * (0.99229 + 0.04481 * t)) - t;
  for (let i = 0; i < 3; i++) {
    const scaledTail = 0.5 * erfcx(-x * ROOT_HALF);
    // log(ndtr(x) / p), whose derivative is the density over ndtr
    const residual =
      x * x < 1000 ? Math.log((scaledTail * expSquare(x, -1, 0.5)) / p) : logNdtr(x) - Math.log(p);
    x -= residual * scaledTail * 2.5066282746310002;
  }
  return x;
};
