/**
 * The regularized incomplete beta function and its derivatives of every order in a and b. As for the incomplete gamma
 * function: the factor D = x^a y^b / (a B(a, b)) times a few terms of a series, plus an integral for raised a; every
 * part has derivatives of one sign. Below the mean a / (a + b) the function itself is computed, above it what is left.
 */
import { polygamma } from "./gamma.js";
import { betaFactor, digammaGap, factorial, logGammaOnePlus } from "./gamma-function.js";
import { decayMoments, exponentialRest, logRest } from "./quadrature.js";

/** From this a on, the integral falls as fast as it must for quadrature. */
const RAISED = 8;

/** Taylor coefficients in two variables: f[i (n + 1) + j] belongs to the i-th power in a and the j-th in b. */
type Taylor2 = Float64Array;

const product = (f: Taylor2, g: Taylor2, m: number, n: number): Taylor2 => {
  const out = new Float64Array(f.length);
  const row = n + 1;
  for (let i = 0; i <= m; i++)
    for (let j = 0; j <= n; j++)
      for (let k = 0; k + i <= m; k++)
        for (let l = 0; l + j <= n; l++) {
          const at = (i + k) * row + j + l;
          out[at] = (out[at] as number) + (f[i * row + j] as number) * (g[k * row + l] as number);
        }
  return out;
};

/** The exponential of g less its value: along a where there is an order in a, else along b, k f_k = sum j g_j f_(k - j). */
const exponential = (g: Taylor2, m: number, n: number): Taylor2 => {
  const f = new Float64Array(g.length);
  const row = n + 1;
  f[0] = 1;
  for (let i = 0; i <= m; i++)
    for (let j = 0; j <= n; j++) {
      if (i + j === 0) continue;
      let sum = 0;
      for (let k = 0; k <= i; k++)
        for (let l = 0; l <= j; l++)
          sum += (i > 0 ? k : l) * (g[k * row + l] as number) * (f[(i - k) * row + j - l] as number);
      f[i * row + j] = sum / (i > 0 ? i : j);
    }
  return f;
};

/** log z - digamma(p) + digamma(s) for p <= s: of large arguments the logarithms cancel first. */
const logGap = (z: number, logZ: number, p: number, s: number): number =>
  Math.min(p, s) < 9
    ? logZ - polygamma(0, p) + polygamma(0, s)
    : Math.log((z * s) / p) + digammaGap(p) - digammaGap(s);

/** D / D(a, b) along a and b: log D = a log x + b log y + log Gamma(s) - log Gamma(a + 1) - log Gamma(b). */
const factorTaylor = (a: number, b: number, x: number, y: number, m: number, n: number): Taylor2 => {
  const row = n + 1;
  const g = new Float64Array((m + 1) * row);
  const s = a + b;
  for (let i = 0; i <= m; i++)
    for (let j = 0; j <= n; j++) {
      const k = i + j;
      if (k === 0) continue;
      let value: number;
      if (k === 1 && i === 1) value = logGap(x, logOf(x, y), a, s) - 1 / a;
      else if (k === 1) value = logGap(y, logOf(y, x), b, s);
      else {
        value = polygamma(k - 1, s);
        if (j === 0) value -= polygamma(k - 1, a + 1);
        if (i === 0) value -= polygamma(k - 1, b);
      }
      g[i * row + j] = value / (factorial(i) * factorial(j));
    }
  return exponential(g, m, n);
};

const logOf = (z: number, complement: number): number => (z < 0.5 ? Math.log(z) : Math.log1p(-complement));

/**
 * What D is multiplied by: sum over k of (a + b)_k / (a + 1)_k x^k (DLMF 8.17.8), of which the terms with
 * a + k < 8 are added, the rest being an integral: with t = x e^-w / c, c = y + x e^-w, and A = a + k,
 * A times that of exp(-A w - (A + b) log c), weighted by powers of log(t / x) and log((1 - t) / y). With `less` = 1
 * the first term, 1, is left out, for a < 8.
 */
const restTaylor = (a: number, b: number, x: number, y: number, m: number, n: number, less = 0): Taylor2 => {
  const row = n + 1;
  const term = new Float64Array((m + 1) * row);
  const sum = new Float64Array(term.length);
  term[0] = 1;
  sum[0] = -less;
  let k = 0;
  for (; a + k < RAISED; k++) {
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (term[i] as number);
    multiplyBy(term, a + b + k, x, m, n, true);
    divideBy(term, a + k + 1, m, n);
    if (
      Math.abs(term[0] as number) < 1e-19 * (sum[0] as number) &&
      term.every((c, i) => Math.abs(c) <= 1e-19 * Math.abs(sum[i] as number))
    )
      return sum;
  }
  const tail = integral(a + k, b, x, y, m, n);
  // (A + da) times the integral
  for (let i = m; i >= 0; i--)
    for (let j = 0; j <= n; j++) {
      const at = i * row + j;
      tail[at] = (a + k) * (tail[at] as number) + (i > 0 ? (tail[at - row] as number) : 0);
    }
  const rest = product(term, tail, m, n);
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (rest[i] as number);
  return sum;
};

/** term times x (base + da + db). */
const multiplyBy = (term: Taylor2, base: number, x: number, m: number, n: number, inB: boolean): void => {
  const row = n + 1;
  for (let i = m; i >= 0; i--)
    for (let j = n; j >= 0; j--) {
      const at = i * row + j;
      let value = base * (term[at] as number);
      if (i > 0) value += term[at - row] as number;
      if (inB && j > 0) value += term[at - 1] as number;
      term[at] = x * value;
    }
};
/** term over (base + da). */
const divideBy = (term: Taylor2, base: number, m: number, n: number): void => {
  const row = n + 1;
  for (let i = 0; i <= m; i++)
    for (let j = 0; j <= n; j++) {
      const at = i * row + j;
      term[at] = ((term[at] as number) - (i > 0 ? (term[at - row] as number) : 0)) / base;
    }
};

/**
 * The exponent's parts at w: log(x / t) and log((1 - t) / y), of which a times the one less b times the other is h; and
 * h itself from its slope at 0, s = a y - b x, and rests that do not cancel. With c = y + x e^-w, log(x / t) = w + log c
 * and log((1 - t) / y) = -log c; where x > 1/2, w + log c = log(x + y e^w).
 */
const integral = (a: number, b: number, x: number, y: number, m: number, n: number): Taylor2 => {
  const s = a * y - b * x;
  const isHigh = x > 0.5;
  /** log(1 + v) for the v = x (e^-w - 1) or y (e^w - 1) in use. */
  const part = (w: number): number => {
    const v = isHigh ? y * Math.expm1(w) : x * Math.expm1(-w);
    if (v > -0.5) return v < 1e300 ? Math.log1p(v) : w + Math.log(y);
    return Math.log(y + x * Math.exp(-w));
  };
  const h = (w: number): number => {
    const v = isHigh ? y * Math.expm1(w) : x * Math.expm1(-w);
    if (Math.abs(v) > 0.5) return (isHigh ? -b : a) * w + (a + b) * part(w);
    return s * w + (a + b) * (logRest(v) + (isHigh ? y * exponentialRest(w) : x * exponentialRest(-w)));
  };
  const slope = (w: number): number => {
    const fallen = x * Math.exp(-w);
    return (a * y - b * fallen) / (y + fallen);
  };
  // h >= a w + (a + b) log y, since c >= y
  const start = (44 - (a + b) * logOf(y, x)) / a;
  const out = new Float64Array((m + 1) * (n + 1));
  for (let i = 0; i <= m; i++)
    for (let j = 0; j <= n; j++) {
      const weight = (w: number): number => {
        const l = part(w);
        return (isHigh ? -l : -w - l) ** i * (isHigh ? w - l : -l) ** j;
      };
      const [value] = decayMoments(h, slope, start, 0, i + j === 0 ? undefined : weight, i + j);
      out[i * (n + 1) + j] = (value as number) / (factorial(i) * factorial(j));
    }
  return out;
};

/** The factor D. */
const factor = (a: number, b: number, x: number, y: number): number => betaFactor(a, b, x, y) / a;

/** NaN outside the domain, and the values at the ends; undefined elsewhere. */
const atEnds = (a: number, b: number, x: number): number | undefined => {
  if (!(a >= 0 && b >= 0 && x >= 0 && x <= 1)) return Number.NaN;
  if ((a === 0 && b === 0) || (a === Infinity && b === Infinity)) return Number.NaN;
  if (a === 0 || b === Infinity) return x === 0 && a === 0 ? Number.NaN : x > 0 ? 1 : 0;
  if (b === 0 || a === Infinity) return x === 1 && b === 0 ? Number.NaN : x < 1 ? 0 : 1;
  return x === 0 || x === 1 ? x : undefined;
};

const isLower = (a: number, b: number, x: number): boolean => x * (a + b) <= a;

const part = (a: number, b: number, x: number, y: number): number => {
  const d = factor(a, b, x, y);
  return d === 0 ? 0 : d * (restTaylor(a, b, x, y, 0, 0)[0] as number);
};

/** I_x(a, b) (DLMF 8.17.2), for a, b > 0 and 0 <= x <= 1. */
export const betainc = (a: number, b: number, x: number): number => {
  const end = atEnds(a, b, x);
  if (end !== undefined) return end;
  if (isLower(a, b, x)) return Math.min(1, part(a, b, x, 1 - x));
  return b < 0.1 ? nearOne(a, b, x) : 1 - part(b, a, 1 - x, x);
};

/**
 * I = 1 - C for small b above the mean, where C may be near 1: C = exp(b log y + a log x - log(b B(a, b))) F with each
 * exponent small and F near 1.
 */
const nearOne = (a: number, b: number, x: number): number => {
  const y = 1 - x;
  const f = restTaylor(b, a, y, x, 0, 0, 1)[0] as number;
  const logB = logGammaOnePlus(b) - shiftedLogGamma(a, b);
  return -Math.expm1(b * Math.log(y) + a * Math.log1p(-y) - logB + Math.log1p(f));
};

/** log Gamma(a + b) - log Gamma(a) for small b, by Taylor's series where b is small beside a. */
const shiftedLogGamma = (a: number, b: number): number => {
  if (b > 0.1 * a) return logGammaOnePlus(a + b) - logGammaOnePlus(a) - Math.log1p(b / a);
  let sum = 0;
  let power = b;
  for (let k = 0; k < 16; k++, power *= b / (k + 1)) sum += power * polygamma(k, a);
  return sum;
};

/** The derivative of I_x(a, b) of order m in a and n in b. */
export const betaincDerivative = (m: number, n: number, a: number, b: number, x: number): number => {
  if (m + n === 0) return betainc(a, b, x);
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) return Number.NaN;
  if (a === Infinity || b === Infinity || x === 0 || x === 1) return 0;
  const lower = isLower(a, b, x);
  const [p, q, u, v, i, j] = lower ? ([a, b, x, 1 - x, m, n] as const) : ([b, a, 1 - x, x, n, m] as const);
  const d = factor(p, q, u, v);
  if (d === 0) return 0;
  const all = product(factorTaylor(p, q, u, v, i, j), restTaylor(p, q, u, v, i, j), i, j);
  const value = (all[all.length - 1] as number) * factorial(m) * factorial(n) * d;
  return lower ? value : -value;
};
