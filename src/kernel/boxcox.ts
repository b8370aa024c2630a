/**
 * Box and Cox's transformation (J. R. Statist. Soc. B 26, 1964) with its derivatives of every order in the exponent, and
 * its inverse. One idea: it is the integral of t^(l - 1) from 1 to x, so that its n-th derivative in l is that of
 * t^(l - 1) log^n t, which is L^(n + 1) times the integral of s^n e^(l L s) over 0 < s < 1, with L = log x: smooth at l = 0.
 */
import { factorial } from "./gamma-function.js";
import { gammainc } from "./incomplete-gamma.js";

/** The integral of s^n e^(t s) over 0 < s < 1. */
const moment = (n: number, t: number): number => {
  if (n === 0) return t === 0 ? 1 : Math.expm1(t) / t;
  if (t < -1 - n) return (factorial(n) * gammainc(n + 1, -t)) / (-t) ** (n + 1);
  if (t > 30 + 4 * n) {
    // by parts: the first term exceeds what is taken from it
    let value = Math.expm1(t) / t;
    for (let k = 1; k <= n; k++) value = (Math.exp(t) - k * value) / t;
    return value;
  }
  // sum of t^k / (k! (n + k + 1)); for t < 0 that of e^t t^k / ((n + 1) ... (n + k + 1)) with all signs the same
  let term = t < 0 ? Math.exp(t) / (n + 1) : 1;
  let sum = t < 0 ? term : 1 / (n + 1);
  for (let k = 1; k < 1000; k++) {
    term *= t < 0 ? -t / (n + k + 1) : t / k;
    const share = t < 0 ? term : term / (n + k + 1);
    sum += share;
    if (share <= 1e-17 * sum) break;
  }
  return sum;
};

/** L^(n + 1) times the moment at l L: 0 < e^L = x, with x^l given where it is known better than e^(l L). */
const derivative = (n: number, l: number, logX: number, power: () => number): number => {
  if (Number.isNaN(l) || Number.isNaN(logX)) return Number.NaN;
  const t = l * logX;
  if (logX === Number.NEGATIVE_INFINITY || (logX === Infinity && l < 0)) {
    if (logX < 0 && l <= 0) return n % 2 === 0 ? logX : -logX;
    return factorial(n) * (-1 / l) ** (n + 1);
  }
  if (logX === Infinity || t === Infinity) return Infinity;
  if (n === 0 && Math.abs(t) > 0.5) return (power() - 1) / l;
  // far out, where powers of log x would overflow: n! P(n + 1, -t) (-1 / l)^(n + 1)
  if (t < -700) return factorial(n) * gammainc(n + 1, -t) * (-1 / l) ** (n + 1);
  return logX ** (n + 1) * moment(n, t);
};

/** ((x^l - 1) / l, or log x for l = 0, differentiated n times in l. */
export const boxcoxDerivative = (n: number, x: number, l: number): number =>
  derivative(n, l, Math.log(x), () => x ** l);

/** (1 + x)^l: what rounding took from 1 + x comes back as a factor. */
const powerOfOnePlus = (x: number, l: number): number => {
  const base = 1 + x;
  const lost = x > 1 ? 1 - (base - x) : x - (base - 1);
  return base === Infinity ? base ** l : base ** l * (1 + (l * lost) / base);
};
/** The same of 1 + x, which is not rounded. */
export const boxcox1pDerivative = (n: number, x: number, l: number): number =>
  derivative(n, l, Math.log1p(x), () => powerOfOnePlus(x, l));

/** What rounding took from a b (T. J. Dekker, Numer. Math. 18, 1971, section 5). */
const productError = (a: number, b: number): number => {
  const head = (x: number): number => 134217729 * x - (134217729 * x - x);
  const [high, other] = [head(a), head(b)];
  const [low, rest] = [a - high, b - other];
  return low * rest - (a * b - high * other - low * other - high * rest);
};
/**
 * The logarithm log(1 + l y) / l of what boxcox takes to y, and what rounding took from it: an ulp of a logarithm
 * changes the number by as much as the logarithm is large. The product and the quotient are corrected.
 */
const inverseLog = (y: number, l: number): readonly [value: number, lost: number] => {
  const t = l * y;
  // y (1 - t / 2 + ...), also where t is below every number
  if (l === 0 || Math.abs(t) < 1e-17) return [y, 0];
  const log = Math.log1p(t);
  const value = log / l;
  if (!(Math.abs(value) < 750) || Math.abs(l) < 1e-200 || Math.abs(y) > 1e200) return [value, 0];
  const remainder = log - value * l - productError(value, l);
  return [value, (remainder + productError(l, y) / (1 + t)) / l];
};
const exponential = ([value, lost]: readonly [number, number]): number => {
  const x = Math.exp(value);
  return x === 0 || x === Infinity ? x : x + x * lost;
};
/** (1 + l y)^(1 / l), or e^y for l = 0. */
export const invBoxcox = (y: number, l: number): number => exponential(inverseLog(y, l));
/** The same less 1. */
export const invBoxcox1p = (y: number, l: number): number => {
  const logs = inverseLog(y, l);
  return Math.abs(logs[0]) < 1 ? Math.expm1(logs[0]) + Math.exp(logs[0]) * logs[1] : exponential(logs) - 1;
};
