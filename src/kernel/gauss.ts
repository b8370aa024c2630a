/**
 * Gauss's function F(a, b; c; z) = 2F1 for real z <= 1, with its derivatives in the parameters: its series, Pfaff's
 * transformation for negative z, the connection with 1 - z near 1, and whole numbers of any length wherever one of these
 * would lose digits (1 - z near 0 where c - a - b is near a whole number, large parameters, zeros).
 */
import { digamma, isPole } from "./gamma.js";
import { factorial, gamma } from "./gamma-function.js";
import { exactHypergeometric } from "./hypergeometric-exact.js";
import { difference, type Parameter, parameter, ratioBound, seriesOf } from "./hypergeometric-series.js";
import { isWholeBelow } from "./kummer.js";

/** 1 / Gamma(x), 0 at the poles; NaN beyond where values of Gamma are at hand. */
const reciprocalGamma = (x: number): number =>
  isPole(x) || x === 0 ? 0 : Math.abs(x) > 140 ? Number.NaN : 1 / gamma(x);

/** Parameters with what rounding took from them. */
type Parameters = readonly [a: Parameter, b: Parameter, c: Parameter];
const of = (p: Parameter): number => p.value + p.lost;

const isNearPole = (x: number): boolean => x < 0.02 && Math.abs(x - Math.round(x)) < 0.02;

/**
 * F(a, b; a + b + m; 1 - y) for a whole m >= 0 and small y (DLMF 15.8.10), where the two parts of the connection are infinite and
 * their limit has a logarithm; undefined near poles and where digits are lost.
 */
const ofWholeGap = (a: number, b: number, c: number, m: number, y: number): number | undefined => {
  if (isNearPole(a) || isNearPole(b) || isNearPole(c) || m > 30) return undefined;
  const front = gamma(c);
  const [p, q] = [a + m, b + m];
  const regular = front * reciprocalGamma(p) * reciprocalGamma(q);
  const singular = -front * (-y) ** m * reciprocalGamma(a) * reciprocalGamma(b);
  let sum = 0;
  let size = 0;
  for (let k = 0, term = regular; k < m; term *= (-y * (a + k) * (b + k)) / ++k) {
    sum += term * factorial(m - k - 1);
    size += Math.abs(term) * factorial(m - k - 1);
  }
  // log y - psi(k + 1) - psi(k + m + 1) + psi(p + k) + psi(q + k), and how large its parts are
  const parts = [Math.log(y), -digamma(1), -digamma(m + 1), digamma(p), digamma(q)];
  let bracket = parts.reduce((s, x) => s + x);
  const extent = parts.reduce((s, x) => s + Math.abs(x), 0);
  let term = singular / factorial(m);
  for (let k = 0; k < 500; k++) {
    sum += term * bracket;
    size += Math.abs(term) * (extent + Math.abs(bracket));
    bracket += 1 / (p + k) + 1 / (q + k) - 1 / (k + 1) - 1 / (k + m + 1);
    term *= (y * (p + k) * (q + k)) / ((k + 1) * (k + m + 1));
    const isBehind = ratioBound([p, q], [m + 1], y, k) < 0.9;
    if (isBehind && Math.abs(term) * (extent + Math.abs(bracket)) < 1e-18 * size)
      return size < 40 * Math.abs(sum) ? sum : undefined;
  }
  return undefined;
};

/** F at 1 - y for small y (DLMF 15.8.4), unless c - a - b is so near to a whole number that both parts are large. */
const nearOne = ([a, b, c]: Parameters, y: number): number | undefined => {
  const gap = difference(c.value, a.value);
  const rest = difference(gap.value, b.value);
  const s = rest.value;
  const lost = rest.lost + gap.lost + c.lost - a.lost - b.lost;
  if (Number.isInteger(s) && lost === 0) {
    if (s >= 0) return ofWholeGap(a.value, b.value, c.value, s, y);
    // F(a, b; c; z) = (1 - z)^s F(c - a, c - b; c; z) (DLMF 15.8.1)
    const inner = ofWholeGap(of(c) - of(a), of(c) - of(b), c.value, -s, y);
    return inner === undefined ? undefined : y ** s * inner;
  }
  if (Math.abs(s - Math.round(s)) < 0.02) return undefined;
  const [p, q] = [of(c) - of(a), of(c) - of(b)];
  const front = gamma(of(c));
  const regular = front * gamma(s) * reciprocalGamma(p) * reciprocalGamma(q);
  const singular =
    front *
    gamma(-s) *
    reciprocalGamma(of(a)) *
    reciprocalGamma(of(b)) *
    y ** s *
    Math.exp(lost * Math.log(y));
  const first = regular === 0 ? 0 : seriesOf([a, b], [parameter(1 - s)], y);
  const second = singular === 0 ? 0 : seriesOf([parameter(p), parameter(q)], [parameter(1 + s)], y);
  if (first === undefined || second === undefined) return undefined;
  const [x, t] = [regular * first, singular * second];
  const sum = x + t;
  return Math.abs(x) + Math.abs(t) < 5 * Math.abs(sum) ? sum : undefined;
};

/** F at 0 < z < 1, with y = 1 - z. */
const within = (p: Parameters, z: number, y: number): number | undefined => {
  const near = z > 0.8 ? nearOne(p, y) : undefined;
  return near ?? (z < 0.98 ? seriesOf([p[0], p[1]], [p[2]], z) : undefined);
};

/** F(a, b; c; 1) (DLMF 15.4.20), and the infinity beyond where it converges. */
const atOne = (a: number, b: number, c: number): number => {
  const s = c - a - b;
  if (s > 0) {
    const logs = Math.max(Math.abs(a), Math.abs(b), Math.abs(c), Math.abs(s)) > 140;
    if (logs) return Number.NaN;
    return gamma(c) * reciprocalGamma(c - a) * gamma(s) * reciprocalGamma(c - b);
  }
  return gamma(c) * reciprocalGamma(a) * reciprocalGamma(b) > 0 ? Infinity : -Infinity;
};

const value = (a: number, b: number, c: number, z: number): number | undefined => {
  if (isWholeBelow(a) || isWholeBelow(b)) return seriesOf([parameter(a), parameter(b)], [parameter(c)], z);
  if (z === 1) return atOne(a, b, c);
  if (z > 0) return within([parameter(a), parameter(b), parameter(c)], z, 1 - z);
  if (z > -0.5) {
    const direct = seriesOf([parameter(a), parameter(b)], [parameter(c)], z);
    if (direct !== undefined) return direct;
  }
  // F(a, b; c; z) = (1 - z)^-a F(a, c - b; c; z / (z - 1)) (DLMF 15.8.1), the smaller parameter outside
  const [p, q] = Math.abs(a) < Math.abs(b) ? [a, b] : [b, a];
  const inner = within([parameter(p), difference(c, q), parameter(c)], z / (z - 1), 1 / (1 - z));
  return inner === undefined ? undefined : (1 - z) ** -p * inner;
};

/** F differentiated i, j and k times in a, b and c; NaN for z > 1, where it is complex, and at the poles in c. */
export const hyp2f1Derivative = (
  orders: readonly [i: number, j: number, k: number],
  a: number,
  b: number,
  c: number,
  z: number,
): number => {
  const [i, j, k] = orders;
  const isValue = i + j + k === 0;
  if (!Number.isFinite(a + b + c + z)) {
    const vanishes = z === -Infinity && isValue && a > 0 && b > 0 && c > 0;
    return vanishes ? 0 : Number.NaN;
  }
  const ends = [a, b].filter(isWholeBelow);
  if (isWholeBelow(c) && !(isValue && ends.some((n) => n >= c))) return Number.NaN;
  if (z === 0) return isValue ? 1 : 0;
  if (isValue && (a === 0 || b === 0)) return 1;
  if (z > 1 && !(isValue && ends.length > 0)) return Number.NaN;
  const quick = isValue
    ? value(a, b, c, z)
    : Math.abs(z) <= 0.9
      ? seriesOf([parameter(a, i), parameter(b, j)], [parameter(c, k)], z)
      : undefined;
  if (quick !== undefined) return quick;
  return z === 1 ? Number.NaN : exactHypergeometric([a, b], c, z, orders);
};
