/**
 * Samplers by rejection, each a function of an element's key and parameters alone. They follow JAX's algorithms and its
 * order of keys, in float64 throughout: samples are JAX's but where a last digit decides.
 */
import { lgamma } from "./gamma.js";
import { RandomStream } from "./random-stream.js";

/** What a sampler draws from: the key of the whole tensor, and which element of how many this is. */
export interface Drawing {
  readonly key: RandomStream;
  readonly at: number;
  readonly count: number;
  /** Streams to work with. */
  readonly first: RandomStream;
  readonly second: RandomStream;
  readonly third: RandomStream;
}

export const newDrawing = (
  partitionable: boolean,
  single: boolean,
  count: number,
): Drawing & { at: number } => {
  const stream = (): RandomStream => new RandomStream(partitionable, single);
  return { key: stream(), at: 0, count, first: stream(), second: stream(), third: stream() };
};

/**
 * The logarithm of a gamma variate: G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables"
 * (2000), for a shape below 1 that of alpha + 1 plus log(uniform) / alpha. Every element has a key of its own.
 */
export const logGammaSample = ({ key, at, count, first, second, third }: Drawing, alpha: number): number => {
  if (!(alpha > 0)) return alpha === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (alpha === Number.POSITIVE_INFINITY) return alpha;
  const d = (alpha < 1 ? alpha + 1 : alpha) - 1 / 3;
  const c = 1 / 3 / Math.sqrt(d);
  key.child(at, count, key);
  const boost = alpha < 1 ? Math.log1p(-key.child(1, 2, first).uniform(0, 1)) / alpha : 0;
  key.child(0, 2, key);
  for (;;) {
    key.child(1, 3, first);
    key.child(2, 3, second);
    key.child(0, 3, key);
    let x: number;
    let v: number;
    do {
      x = first.child(1, 2, third).normal();
      first.child(0, 2, first);
      v = 1 + x * c;
    } while (v <= 0);
    const square = x * x;
    const cube = v * v * v;
    const u = second.uniform(0, 1);
    const squeezed = u < 1 - 0.0331 * square * square;
    if (squeezed || Math.log(u) < 0.5 * square + d * (1 - cube + Math.log(cube)))
      return Math.log(d) + Math.log(cube) + boost;
  }
};

/**
 * A Poisson variate of mean `rate`: below 10 by Knuth's product of uniform numbers, from there on by W. Hormann, "The
 * transformed rejection method for generating Poisson random variables" (1993), algorithm PTRS. -1 where the rate is
 * negative or NaN.
 */
export const poissonSample = (drawing: Drawing, rate: number): number => {
  const { key, at, count, first, second } = drawing;
  if (rate === 0) return 0;
  if (!(rate >= 10)) {
    let k = 0;
    let logProduct = 0;
    for (; logProduct > -rate; k++) {
      logProduct += Math.log(key.child(1, 2, first).uniform(at, count));
      key.child(0, 2, key);
    }
    return k - 1;
  }
  if (rate === Number.POSITIVE_INFINITY) return rate;
  const logRate = Math.log(rate);
  const b = 0.931 + 2.53 * Math.sqrt(rate);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const vr = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = key.child(1, 3, first).uniform(at, count) - 0.5;
    const v = key.child(2, 3, second).uniform(at, count);
    key.child(0, 3, key);
    const shifted = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / shifted + b) * u + rate + 0.43);
    if (shifted >= 0.07 && v <= vr) return k;
    if (k < 0 || (shifted < 0.013 && v > shifted)) continue;
    const s = Math.log((v * inverseAlpha) / (a / (shifted * shifted) + b));
    if (s <= -rate + k * logRate - lgamma(k + 1)) return k;
  }
};

/** log k! less Stirling's formula, for whole k from 0 on. */
const STIRLING_TAIL: readonly number[] = [
  0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211,
  0.0138761288230707, 0.0118967099458917, 0.010411265261972, 0.00925546218271273, 0.00833056343336287,
];
const stirlingTail = (k: number): number => {
  if (k <= 9) return STIRLING_TAIL[k] as number;
  const square = (k + 1) * (k + 1);
  return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1);
};

/**
 * A binomial variate of `trials` trials: where few successes are expected by geometric waiting times, else by W. Hormann,
 * "The generation of binomial random variates" (1993), algorithm BTRS; above 1/2 by failures instead. NaN where the
 * parameters have no meaning.
 */
export const binomialSample = (drawing: Drawing, trials: number, probability: number): number => {
  if (!(trials >= 0) || !(probability >= 0 && probability <= 1)) return Number.NaN;
  if (trials === Number.POSITIVE_INFINITY) return trials;
  const n = Math.floor(trials);
  const q = probability < 0.5 ? probability : 1 - probability;
  const sample = trials * q <= 10 ? byWaiting(drawing, n, q) : byRejection(drawing, n, q);
  return probability < 0.5 ? sample : n - sample;
};

const byWaiting = ({ key, at, count, first }: Drawing, n: number, q: number): number => {
  const log = Math.log1p(-q);
  let successes = 0;
  for (let waited = 0; waited <= n; successes++) {
    const u = key.child(0, 2, first).uniform(at, count);
    key.child(1, 2, key);
    waited += Math.ceil(Math.log(u) / log);
  }
  return successes - 1;
};

const byRejection = ({ key, at, count, first, second }: Drawing, n: number, p: number): number => {
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const c = n * p + 0.5;
  const vr = 0.92 - 4.2 / b;
  const r = p / (1 - p);
  const alpha = (2.83 + 5.1 / b) * deviation;
  const m = Math.floor((n + 1) * p);
  for (;;) {
    const u = key.child(1, 3, first).uniform(at, count) - 0.5;
    const v = key.child(2, 3, second).uniform(at, count);
    key.child(0, 3, key);
    const shifted = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / shifted + b) * u + c);
    if (shifted >= 0.07 && v <= vr) return k;
    if (k < 0 || k > n) continue;
    const bound =
      (m + 0.5) * Math.log((m + 1) / (r * (n - m + 1))) +
      (n + 1) * Math.log((n - m + 1) / (n - k + 1)) +
      (k + 0.5) * Math.log((r * (n - k + 1)) / (k + 1)) +
      stirlingTail(m) +
      stirlingTail(n - m) -
      stirlingTail(k) -
      stirlingTail(n - k);
    if (Math.log((v * alpha) / (a / (shifted * shifted) + b)) <= bound) return k;
  }
};
