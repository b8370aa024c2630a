/** Derivatives of Hurwitz's zeta function in s, by the Euler-Maclaurin sum of the function itself. */
import { hurwitzZeta } from "./gamma.js";
import { type Taylor, taylorProduct } from "./incomplete-gamma.js";

/** B_2j / (2j)! for j = 1 ... 10 (A&S table 23.2). */
const COEFFICIENTS: readonly number[] = [
  0.08333333333333333, -0.001388888888888889, 3.306878306878307e-5, -8.267195767195768e-7,
  2.08767569878681e-8, -5.284190138687493e-10, 1.3382536530684679e-11, -3.3896802963225827e-13,
  8.586062056277845e-15, -2.174868698558062e-16,
];

/** a^-s along s: (-log a)^k / k! times its value. */
const powerTaylor = (a: number, s: number, n: number): Taylor => {
  const out = new Float64Array(n + 1);
  const log = Math.log(a);
  let term = a ** -s;
  for (let k = 0; k <= n; k++) {
    out[k] = term;
    term *= -log / (k + 1);
  }
  return out;
};

/**
 * The n-th derivative in s of the sum of (q + k)^-s, for s > 1 and q > 0 (DLMF 25.11.7): with a = q + N,
 * sum over k < N, plus a^(1 - s) / (s - 1) + a^-s / 2 + sum B_2j / (2j)! (s)_(2j - 1) a^(1 - s - 2j), each a Taylor
 * polynomial in s.
 */
export const zetaDerivative = (n: number, s: number, q: number): number => {
  if (n === 0) return hurwitzZeta(s, q);
  if (!(s > 1) || !(q > 0)) return Number.NaN;
  if (q === Number.POSITIVE_INFINITY || s === Number.POSITIVE_INFINITY) return 0;
  const sum = new Float64Array(n + 1);
  const add = (f: Taylor, scale: number): void => {
    for (let k = 0; k <= n; k++) sum[k] = (sum[k] as number) + scale * (f[k] as number);
  };
  const terms = Math.max(1, Math.ceil(Math.min(s, 40) + 10 - q));
  for (let k = 0; k < terms; k++) add(powerTaylor(q + k, s, n), 1);
  const a = q + terms;
  const power = powerTaylor(a, s, n);
  add(power, 0.5);
  const pole = new Float64Array(n + 1); // 1 / (s - 1)
  for (let k = 0; k <= n; k++) pole[k] = (k === 0 ? 1 : -(pole[k - 1] as number)) / (s - 1);
  add(taylorProduct(power, pole), a);
  let rising: Taylor = new Float64Array(n + 1); // (s)_(2j - 1) a^-s
  rising = taylorProduct(power, linear(s, n));
  COEFFICIENTS.forEach((c, j) => {
    add(rising, c * a ** (-1 - 2 * j));
    rising = taylorProduct(taylorProduct(rising, linear(s + 2 * j + 1, n)), linear(s + 2 * j + 2, n));
  });
  let value = sum[n] as number;
  for (let k = 2; k <= n; k++) value *= k;
  return value;
};

const linear = (at: number, n: number): Taylor => {
  const out = new Float64Array(n + 1);
  out[0] = at;
  if (n > 0) out[1] = 1;
  return out;
};
