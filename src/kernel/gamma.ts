// Logarithm of the gamma function, its derivatives, and the Hurwitz zeta function they are made of.
// One idea throughout: go up by the recurrence until an asymptotic series in the Bernoulli numbers holds;
// come from negative arguments by reflection.

/** B_2, B_4, ..., B_20 (A&S table 23.2). */
const BERNOULLI: readonly number[] = /* @__PURE__ */ (() => [
  1 / 6,
  -1 / 30,
  1 / 42,
  -1 / 30,
  5 / 66,
  -691 / 2730,
  7 / 6,
  -3617 / 510,
  43867 / 798,
  -174611 / 330,
])();

/** (-1)^k (zeta(k) - 1) / k for k = 27, 26, ..., 2, each to the digits that count for |z| <= 1/2. */
const LOG_GAMMA_AT_TWO: readonly number[] = [
  -2.76e-10, 5.73e-10, -1.19e-9, 2.48e-9, -5.18e-9, 1.084e-8, -2.271e-8, 4.7698e-8, -1.00432e-7, 2.12072e-7,
  -4.492469e-7, 9.551412e-7, -2.0392158e-6, 4.37486679e-6, -9.43948828e-6, 2.050721278e-5, -4.4926236738e-5,
  9.9457512782e-5, -0.000223154758454, 0.000509669524743, -0.001192753911703, 0.0028905103307415,
  -0.00738555102867399, 0.0205808084277845, -0.0673523010531981, 0.3224670334241132,
];

/** Where the gamma function is infinite: 0, -1, -2, ... */
export const isPole = (x: number): boolean => x <= 0 && Math.floor(x) === x;

/** cot(pi x), with x first brought into [-1/2, 1/2], which is exact. */
const cotPi = (x: number): number => {
  const r = x - Math.round(x);
  const y = Math.abs(r);
  const value = y < 0.25 ? 1 / Math.tan(Math.PI * y) : Math.tan(Math.PI * (0.5 - y));
  return r < 0 ? -value : value;
};

/** log Gamma(2 + z) = (1 - gamma) z + sum_{k >= 2} (-1)^k (zeta(k) - 1) z^k / k, |z| <= 1/2 (A&S 6.1.33). */
const logGammaAtTwo = (z: number): number => {
  let sum = 0;
  for (const c of LOG_GAMMA_AT_TWO) sum = sum * z + c;
  return z * (0.42278433509846713 + z * sum);
};

/** Stirling's series: (x - 1/2) log x - x + log(2 pi) / 2 + sum B_2k / (2k (2k - 1) x^(2k - 1)) (DLMF 5.11.1). */
const stirling = (x: number): number => {
  const square = 1 / (x * x);
  let power = 1 / x;
  let sum = 0;
  for (let k = 2; k <= 16; k += 2) {
    sum += (BERNOULLI[k / 2 - 1]! / (k * (k - 1))) * power;
    power *= square;
  }
  return (x - 0.5) * (Math.log(x) - 1) + (0.4189385332046727 + sum);
};

/** log |Gamma(x)|; +Infinity at the poles 0, -1, -2, ... and at both infinities, as in C. */
export const lgamma = (x: number): number => {
  if (isPole(x) || x === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY;
  // Gamma(x) Gamma(-x) = -pi / (x sin(pi x)) (DLMF 5.5.3 with 5.5.1)
  if (x < -0.5) {
    const sine = Math.sin(Math.PI * (x - Math.round(x)));
    return Math.log(Math.PI / Math.abs(x * sine)) - lgamma(-x);
  }
  // Each branch keeps the zeros at 1 and 2 as factors, so that nothing cancels near them.
  if (x < 0.5) return logGammaAtTwo(x) - Math.log1p(x) - Math.log(Math.abs(x));
  if (x < 1.5) return logGammaAtTwo(x - 1) - Math.log1p(x - 1);
  if (!(x < 8)) return stirling(x);
  let product = 1;
  let base = x;
  while (base > 2.5) product *= --base;
  return logGammaAtTwo(base - 2) + (product > 1 ? Math.log(product) : 0);
};

/** The zero of digamma in x > 0 is this number plus ROOT_REST. */
const ROOT = 1.4616321449683622;
const ROOT_REST = 9.549995429965697e-17;

/** (-1)^k zeta(k, root) for k = 21, ..., 2, each to the digits that count for |d| <= 0.2. */
const DIGAMMA_AT_ROOT: readonly number[] = [
  -0.00035, 0.0005, -0.00074, 0.00108, -0.001577, 0.0023051, -0.0033698, 0.004926781, -0.0072045344,
  0.0105387916, -0.0154247659, 0.02259764823, -0.033161126475, 0.0488042881641, -0.07219956125645,
  0.10782405069126, -0.163942705442407, 0.258499760955651, -0.4427631689835921, 0.9676722454476212,
];

/** psi(root + d) = sum_{k >= 2} (-1)^k zeta(k, root) d^(k - 1) (DLMF 5.15.1), relatively accurate at its zero. */
const digammaNearRoot = (x: number): number => {
  const d = x - ROOT - ROOT_REST;
  let sum = 0;
  for (const c of DIGAMMA_AT_ROOT) sum = sum * d + c;
  return sum * d;
};

/**
 * The derivative of log Gamma. As in SciPy, NaN at the poles -1, -2, ... and at -Infinity, and infinite
 * at zero with the sign of the limit from the zero's own side.
 */
export const digamma = (x: number): number => {
  if (x === 0) return -1 / x;
  if (x < 0) {
    if (isPole(x)) return Number.NaN;
    return digamma(1 - x) - Math.PI * cotPi(x); // DLMF 5.5.4
  }
  if (Math.abs(x - ROOT) < 0.2) return digammaNearRoot(x);
  let shift = 0;
  let base = x;
  for (; base < 8; base++) shift += 1 / base; // psi(x) = psi(x + 1) - 1 / x (DLMF 5.5.2)
  // psi(x) ~ log x - 1 / (2 x) - sum B_2k / (2k x^2k) (DLMF 5.11.2)
  const square = 1 / (base * base);
  let power = square;
  let sum = 0.5 / base;
  for (let k = 0; k < BERNOULLI.length; k++) {
    sum += (BERNOULLI[k]! / (2 * k + 2)) * power;
    power *= square;
  }
  return Math.log(base) - sum - shift;
};

/** x^s, by products for the small integers that derivatives ask for: pow costs ten times as much. */
const raise = (x: number, s: number): number => {
  if (s > 8 || !Number.isInteger(s)) return x ** s;
  let y = x;
  for (let k = 1; k < s; k++) y *= x;
  return y;
};

/**
 * q^(s - 1) zeta(s, q) for s > 1 and 0 < q < Infinity, a quantity of moderate size, by Euler-Maclaurin
 * summation (DLMF 25.11.7). With a = q + N, the sum over k < N leaves
 *   a^(1 - s) / (s - 1) + a^-s / 2 + sum_j B_2j / (2j)! s (s + 1) ... (s + 2j - 2) a^(1 - s - 2j).
 */
const scaledZeta = (s: number, q: number): number => {
  let sum = 0;
  let a = q;
  let power = 1; // (q / a)^s
  for (; a < s + 10; a++, power = raise(q / a, s)) {
    if (power * (1 + a / (s - 1)) < 1e-17 * sum) return sum / q;
    sum += power;
  }
  let rest = a / (s - 1) + 0.5;
  let factor = s / (2 * a);
  for (let k = 0; k < BERNOULLI.length; k++) {
    rest += BERNOULLI[k]! * factor;
    const j = 2 * k + 2;
    factor *= ((s + j - 1) / ((j + 1) * a)) * ((s + j) / ((j + 2) * a));
  }
  return (sum + power * rest) / q;
};

/**
 * The sum of (q + k)^-s over all integers k, for an integer s >= 1. It is pi cot(pi q) for s = 1, and
 * -1/s times the derivative of one is the next; in c = cot(pi q), with c' = -pi (1 + c^2), each is a
 * polynomial whose coefficients are all positive.
 */
const latticeSum = (s: number, q: number): number => {
  let polynomial: readonly number[] = [0, Math.PI];
  for (let order = 1; order < s; order++) {
    const next = new Array<number>(order + 2).fill(0);
    polynomial.forEach((coefficient, degree) => {
      if (degree === 0) return;
      const slope = (coefficient * degree * Math.PI) / order;
      next[degree - 1]! += slope;
      next[degree + 1]! += slope;
    });
    polynomial = next;
  }
  const c = cotPi(q);
  return polynomial.reduceRight((sum, coefficient) => sum * c + coefficient, 0);
};

/**
 * Hurwitz's zeta function, the sum of (q + k)^-s over k = 0, 1, 2, ... (DLMF 25.11.1), for s >= 1.
 * As in SciPy, +Infinity at s = 1 and at the poles q = 0, -1, -2, ...; NaN for s < 1, and for negative q
 * unless s is an integer.
 */
export const hurwitzZeta = (s: number, q: number): number => {
  if (!(s >= 1) || Number.isNaN(q)) return Number.NaN;
  if (s === 1 || isPole(q)) return Number.POSITIVE_INFINITY;
  if (q === Number.POSITIVE_INFINITY) return 0;
  if (q > 0) return (q === 1 ? 1 : q ** (1 - s)) * scaledZeta(s, q);
  if (!Number.isInteger(s)) return Number.NaN;
  const above = hurwitzZeta(s, 1 - q);
  return latticeSum(s, q) + (s % 2 === 0 ? -above : above);
};

/**
 * The n-th derivative of digamma, (-1)^(n + 1) n! zeta(n + 1, x) (DLMF 25.11.12), for an integer n >= 0;
 * NaN for other n. At the poles 0, -1, -2, ... it is +Infinity for odd n and -Infinity for even n > 0.
 */
export const polygamma = (n: number, x: number): number => {
  if (n === 0) return digamma(x);
  if (!Number.isInteger(n) || n < 0) return Number.NaN;
  // For x > 0 the factors n! and x^-n, either of which may overflow alone, are taken in turns.
  const direct = x > 0 && x < Number.POSITIVE_INFINITY;
  let value = direct ? scaledZeta(n + 1, x) : hurwitzZeta(n + 1, x);
  for (let j = 1; j <= n; j++) value *= direct ? j / x : j;
  return n % 2 === 0 ? -value : value;
};
