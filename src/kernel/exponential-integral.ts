/** Exponential integrals E_n and Ei (DLMF chapter 6 and section 8.19), and Spence's function. */

const EULER = 0.5772156649015329;

/**
 * E_n(x), the integral of e^(-x t) t^-n over t > 1, for a whole n >= 0: by its power series up to x = 1 (DLMF 8.19.8),
 * beyond by its continued fraction (DLMF 8.19.17). Infinite at 0 for n < 2, NaN below.
 */
export const expn = (n: number, x: number): number => {
  if (!(x >= 0)) return Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return 0;
  if (n === 0) return Math.exp(-x) / x;
  if (x === 0) return n === 1 ? Number.POSITIVE_INFINITY : 1 / (n - 1);
  if (x > 1) {
    // Lentz's algorithm for e^-x / (x + n - 1 n / (x + n + 2 - 2 (n + 1) / (x + n + 4 - ...)))
    let b = x + n;
    let c = Number.MAX_VALUE;
    let d = 1 / b;
    let h = d;
    for (let i = 1; i < 400; i++) {
      const a = -i * (n - 1 + i);
      b += 2;
      d = 1 / (a * d + b);
      c = b + a / c;
      h *= c * d;
      if (Math.abs(c * d - 1) < 1e-16) break;
    }
    return h * Math.exp(-x);
  }
  // (-x)^(n - 1) / (n - 1)! (digamma(n) - log x) less sum over k != n - 1 of (-x)^k / (k! (k - n + 1))
  let harmonic = -EULER;
  for (let k = 1; k < n; k++) harmonic += 1 / k;
  let term = 1;
  let sum = 0;
  for (let k = 0; k < Math.max(30, n + 2); k++) {
    if (k > 0) term *= -x / k;
    if (term === 0) break;
    sum += k === n - 1 ? term * (harmonic - Math.log(x)) : -term / (k - n + 1);
  }
  return sum;
};

/** The zero of Ei is this number plus ROOT_REST. */
const ROOT = 0.3725074107813666;
const ROOT_REST = 1.3140183414386028e-17;

/** Ei(x), the principal value of the integral of e^t / t from -Infinity to x. */
export const expi = (x: number): number => {
  if (x < 0) return -expn(1, -x);
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x > 40) {
    // e^x / x times the sum of k! / x^k (DLMF 6.12.2)
    if (x === Number.POSITIVE_INFINITY) return x;
    let term = 1;
    let sum = 1;
    for (let k = 1; k <= x && term > 1e-17; k++) {
      term *= k / x;
      sum += term;
    }
    const half = Math.exp(0.5 * x);
    return (half / x) * sum * half;
  }
  if (Math.abs(x - ROOT) < 0.2) {
    // log(x / root) + sum of (x^k - root^k) / (k k!), each a multiple of d = x - root
    const d = x - ROOT - ROOT_REST;
    let quotient = 1; // (x^k - root^k) / d
    let power = 1;
    let factorial = 1;
    let sum = 1;
    for (let k = 2; k < 20; k++) {
      power *= ROOT;
      quotient = quotient * x + power;
      factorial *= k;
      sum += quotient / (k * factorial);
    }
    return Math.log1p(d / ROOT) + d * sum;
  }
  // gamma + log x + sum of x^k / (k k!) (DLMF 6.6.1)
  let term = 1;
  let sum = 0;
  for (let k = 1; k < 400; k++) {
    term *= x / k;
    sum += term / k;
    if (term < 1e-18 * sum) break;
  }
  return EULER + Math.log(x) + sum;
};

/** Li_2(z) for |z| <= 1/2, by sum of z^k / k^2 (DLMF 25.12.1). */
const dilogarithm = (z: number): number => {
  let power = 1;
  let sum = 0;
  for (let k = 1; k < 60; k++) {
    power *= z;
    sum += power / (k * k);
  }
  return sum;
};

/** Spence's function, the integral of log t / (1 - t) from 1 to z, as in SciPy: Li_2(1 - z); NaN below 0. */
export const spence = (z: number): number => {
  if (!(z >= 0)) return Number.NaN;
  if (z === 0) return ZETA2;
  if (z === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  if (z < 0.5) return ZETA2 - Math.log(z) * Math.log1p(-z) - dilogarithm(z);
  if (z <= 1.5) return dilogarithm(1 - z);
  // Li_2(1 - z) = -log(z)^2 / 2 - Li_2(1 - 1 / z) (DLMF 25.12.3)
  const log = Math.log(z);
  return -0.5 * log * log - spence(1 / z);
};
const ZETA2 = 1.6449340668482264;

/**
 * The derivative of order n >= 1 of Spence's function: log z / (1 - z) differentiated n - 1 times, near 1 as the
 * series of -sum (1 - z)^k / (k + 1), elsewhere from (1 - z) f' = f + 1 / z and its derivatives.
 */
export const spenceDerivative = (n: number, z: number): number => {
  if (n === 0) return spence(z);
  if (!(z >= 0)) return Number.NaN;
  const u = 1 - z;
  if (Math.abs(u) < 0.6) {
    // d^m/dz^m of (1 - z)^k is (-1)^m k! / (k - m)! (1 - z)^(k - m)
    const m = n - 1;
    let term = 1;
    for (let k = 2; k <= m; k++) term *= k;
    let sum = 0;
    for (let k = m; k < m + 400; k++) {
      sum -= term / (k + 1);
      term *= ((k + 1) / (k + 1 - m)) * u;
      if (Math.abs(term) < 1e-19 * Math.abs(sum) * k) break;
    }
    return m % 2 === 0 ? sum : -sum;
  }
  let value = Math.log(z) / u;
  // (1 - z) f^(m) = m f^(m - 1) + (-1)^(m - 1) (m - 1)! / z^m
  let pole = 1 / z;
  for (let m = 1; m < n; m++) {
    value = (m * value + pole) / u;
    pole *= -m / z;
  }
  return value;
};
