/**
 * The series of hypergeometric functions in float64, with its derivatives in the parameters as Taylor coefficients beside
 * the terms. One idea: the same sum of absolute values bounds what rounding may have done; where it is too much larger than the
 * sum, the answer is undefined and somebody else is asked.
 */

/** A parameter, what rounding took from it, and how often the sum is differentiated in it. */
export interface Parameter {
  readonly value: number;
  readonly lost: number;
  readonly order: number;
}

export const parameter = (value: number, order = 0, lost = 0): Parameter => ({ value, lost, order });

/** a - b as a parameter, to twice the digits (D. E. Knuth, TAOCP 2, section 4.2.2). */
export const difference = (a: number, b: number): Parameter => {
  const value = a - b;
  const part = value - a;
  return parameter(value, 0, a - (value - part) + (-b - part));
};

/** The relative error that is accepted, as it is bounded. */
const TOLERATED = 4e-14;

/**
 * At most how much each term from the k-th on is of the one before; infinite before all factors are positive. As
 * (a + m) / (b + m) goes to 1 from where it is, no such quotient will exceed it or 1.
 */
export const ratioBound = (
  above: readonly number[],
  below: readonly number[],
  size: number,
  k: number,
): number => {
  const under = [...below, 1];
  let bound = size;
  for (let i = 0; i < under.length; i++) {
    const x = (under[i] as number) + k;
    const y = i < above.length ? (above[i] as number) + k : 0;
    if (!(x > 0) || (i < above.length && !(y > 0))) return Infinity;
    bound *= i < above.length ? Math.max(1, y / x) : 1 / x;
  }
  return bound;
};

/**
 * The sum over k of (above)_k / ((below)_k k!) z^k, differentiated in each parameter as often as its order says;
 * undefined where digits are lost or `most` terms are not enough. `start` multiplies the first term.
 */
export const seriesOf = (
  above: readonly Parameter[],
  below: readonly Parameter[],
  z: number,
  most = 3000,
  start = 1,
): number | undefined => {
  const all = [...above, ...below];
  const size = all.reduce((n, p) => n * (p.order + 1), 1);
  const strides: number[] = [];
  all.reduce((n, p) => {
    strides.push(n);
    return n * (p.order + 1);
  }, 1);
  const order = all.reduce((n, p) => n + p.order, 0);
  const end = size - 1;
  const term = new Float64Array(size);
  const bound = new Float64Array(size);
  term[0] = start;
  bound[0] = start;
  let sum = term[end] as number;
  let total = bound[end] as number;
  let error = 2 * total;
  const [over, under] = [above, below].map((list) => list.map(({ value }) => value)) as [number[], number[]];
  for (let k = 0; k < most; k++) {
    for (let i = 0; i < all.length; i++) {
      const { value, lost, order: n } = all[i] as Parameter;
      const stride = strides[i] as number;
      const x = value + k + lost;
      const isAbove = i < above.length;
      // t (x + e), or t / (x + e), where e^m has the index m stride modulo the next stride
      for (let at = 0; at < size; at++) {
        const index = isAbove ? end - at : at;
        const hasLower = n > 0 && Math.floor(index / stride) % (n + 1) > 0;
        const [t, b] = [term[index] as number, bound[index] as number];
        const lowerTerm = hasLower ? (term[index - stride] as number) : 0;
        const lowerBound = hasLower ? (bound[index - stride] as number) : 0;
        term[index] = isAbove ? t * x + lowerTerm : (t - lowerTerm) / x;
        bound[index] = isAbove ? b * Math.abs(x) + lowerBound : (b + lowerBound) / Math.abs(x);
      }
    }
    const factor = z / (k + 1);
    for (let index = 0; index < size; index++) {
      term[index] = (term[index] as number) * factor;
      bound[index] = (bound[index] as number) * Math.abs(factor);
    }
    const share = bound[end] as number;
    sum += term[end] as number;
    total += share;
    // roundings of every step so far, and of z
    error += (2 + 0.25 * k) * share;
    if (!(total < Infinity)) return undefined;
    if (bound[0] === 0 && order === 0) break;
    if (k > order + 1 && share <= 1e-16 * total) {
      const ratio = ratioBound(over, under, Math.abs(z), k + 1);
      if (ratio < 1 && share <= 2e-17 * total * (1 - ratio)) break;
    }
    if (k === most - 1) return undefined;
  }
  if (!(error * 1.1e-16 <= TOLERATED * Math.abs(sum))) return undefined;
  return all.reduce((value, { order: n }) => {
    let scaled = value;
    for (let k = 2; k <= n; k++) scaled *= k;
    return scaled;
  }, sum);
};
