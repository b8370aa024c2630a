/**
 * Modified Bessel functions of the first kind of whole order, and those of orders 0 and 1 scaled by exp(-|x|) with all
 * their derivatives.
 */
import { decayMoments } from "./quadrature.js";

/** exp(-x) I_n(x) for x >= 0. */
const scaledBesselI = (n: number, x: number): number => {
  if (x > Math.max(20, n * n)) {
    // 1 / sqrt(2 pi x) times sum over k of (-1)^k a_k(n) / x^k (DLMF 10.40.1)
    let term = 1;
    let sum = 1;
    for (let k = 1; k < 60; k++) {
      term *= -(4 * n * n - (2 * k - 1) ** 2) / (8 * k * x);
      sum += term;
      if (Math.abs(term) < 1e-17) break;
    }
    return sum / Math.sqrt(2 * Math.PI * x);
  }
  // (x / 2)^n / n! sum over k of (x^2 / 4)^k / (k! (n + 1)_k) (DLMF 10.25.2), whose terms are positive
  const quarter = 0.25 * x * x;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-18 * sum; k++) {
    term *= quarter / (k * (n + k));
    sum += term;
  }
  let front = Math.exp(-x);
  for (let k = 1; k <= n; k++) front *= (0.5 * x) / k;
  return front * sum;
};

/** I_n(x) for a whole n >= 0. */
export const besselI = (n: number, x: number): number => {
  const y = Math.abs(x);
  if (y === Number.POSITIVE_INFINITY) return n % 2 === 0 ? y : x;
  const half = Math.exp(0.5 * y);
  const value = scaledBesselI(n, y) * half * half;
  return x < 0 && n % 2 === 1 ? -value : value;
};

/**
 * The m-th derivative of exp(-|x|) I_n(x), n = 0 or 1. For x > 0 it is 1 / pi times the integral of
 * cos(n t) (cos t - 1)^m exp(x (cos t - 1)) over 0 < t < pi (DLMF 10.32.3); of a derivative that jumps at 0, the mean.
 */
export const scaledBesselDerivative = (n: number, m: number, x: number): number => {
  if (x < 0) return (n + m) % 2 === 0 ? scaledBesselDerivative(n, m, -x) : -scaledBesselDerivative(n, m, -x);
  if (Number.isNaN(x)) return x;
  if (x === 0 && (n + m) % 2 === 1) return 0;
  if (x === Number.POSITIVE_INFINITY) return 0;
  if (m === 0) return scaledBesselI(n, x);
  if (x < 20) {
    // the trapezoidal rule: exact to the last digit for a periodic function as smooth as this
    const steps = 64;
    let sum = 0;
    for (let i = 0; i <= steps; i++) {
      const cosine = Math.cos((Math.PI * i) / steps);
      const value = (n === 0 ? 1 : cosine) * (cosine - 1) ** m * Math.exp(x * (cosine - 1));
      sum += i === 0 || i === steps ? 0.5 * value : value;
    }
    return sum / steps;
  }
  // with cos t - 1 = -2 s^2, s = w / sqrt(2 x), beyond s = 1 below rounding: exp(-w^2)
  const scale = 1 / Math.sqrt(2 * x);
  const [sum] = decayMoments(
    (w) => w * w,
    (w) => 2 * w,
    6.7,
    0,
    (w) => {
      const square = Math.min(1, (scale * w) ** 2);
      const cosine = n === 0 ? 1 : 1 - 2 * square;
      return square === 1 ? 0 : (cosine * (w * w) ** m) / Math.sqrt(1 - square);
    },
    m,
  );
  return ((sum as number) * 2 * scale * (-1 / x) ** m) / Math.PI;
};
