/** Samples have the distributions that they are named for. */
import { np, type Tensor, vmap } from "cotangent";
import * as random from "cotangent/random";
import * as special from "cotangent/special";
import { describe, expect, it } from "vitest";
import { kolmogorov, pearson } from "./statistics.js";

type Key = random.Key;
type Function = (x: Tensor) => Tensor;
const n = 4000;
const many = { shape: [n] } as const;
const { ndtr, gammainc, betainc } = special;
const decaying: Function = (x) => np.subtract(1, np.exp(np.negative(x)));

/** Name, how to draw n, and the distribution function. */
const densities: readonly (readonly [string, (key: Key) => Tensor, Function])[] = [
  ["uniform", (k) => random.uniform(k, [n], { minval: -1, maxval: 3 }), (x) => np.div(np.add(x, 1), 4)],
  ["uniform in float32", (k) => random.uniform(k, [n], { dtype: "float32" }), (x) => x],
  ["normal", (k) => random.normal(k, [n]), ndtr],
  ["normal in float32", (k) => random.normal(k, [n], { dtype: "float32" }), ndtr],
  [
    "truncatedNormal",
    (k) => random.truncatedNormal(k, -1, 2, many),
    (x) => np.div(np.sub(ndtr(x), ndtr(-1)), np.sub(ndtr(2), ndtr(-1))),
  ],
  [
    "truncatedNormal far to the right",
    (k) => random.truncatedNormal(k, 10, 11, many),
    (x) => np.div(np.sub(ndtr(-10), ndtr(np.negative(x))), np.sub(ndtr(-10), ndtr(-11))),
  ],
  [
    "truncatedNormal far to the left",
    (k) => random.truncatedNormal(k, -Infinity, -4, many),
    (x) => np.div(ndtr(x), ndtr(-4)),
  ],
  ["exponential", (k) => random.exponential(k, [n]), decaying],
  ["gumbel", (k) => random.gumbel(k, [n]), (x) => np.exp(np.negative(np.exp(np.negative(x))))],
  [
    "laplace",
    (k) => random.laplace(k, [n]),
    (x) => np.add(0.5, np.mul(np.sign(x), np.mul(0.5, decaying(np.abs(x))))),
  ],
  ["logistic", (k) => random.logistic(k, [n]), special.expit],
  ["cauchy", (k) => random.cauchy(k, [n]), (x) => np.add(0.5, np.div(np.arctan(x), Math.PI))],
  ["maxwell", (k) => random.maxwell(k, [n]), (x) => gammainc(1.5, np.div(np.square(x), 2))],
  [
    "doubleSidedMaxwell",
    (k) => random.doubleSidedMaxwell(k, 0, 2, many),
    (x) => np.add(0.5, np.mul(np.mul(0.5, np.sign(x)), gammainc(1.5, np.div(np.square(x), 8)))),
  ],
  ["lognormal", (k) => random.lognormal(k, 0.5, many), (x) => ndtr(np.div(np.log(x), 0.5))],
  ["rayleigh", (k) => random.rayleigh(k, 2, many), (x) => decaying(np.div(np.square(x), 8))],
  ["pareto", (k) => random.pareto(k, 3, many), (x) => np.subtract(1, np.power(x, -3))],
  ["weibullMin", (k) => random.weibullMin(k, 2, 1.5, many), (x) => decaying(np.power(np.div(x, 2), 1.5))],
  [
    "wald",
    (k) => random.wald(k, 2, many),
    (x) => {
      const root = np.sqrt(np.div(1, x));
      const scaled = np.div(x, 2);
      const mirrored = ndtr(np.negative(np.mul(root, np.add(scaled, 1))));
      return np.add(ndtr(np.mul(root, np.sub(scaled, 1))), np.mul(Math.E, mirrored));
    },
  ],
  [
    "triangular",
    (k) => random.triangular(k, 0, 1, 4, many),
    (x) => np.where(np.less(x, 1), np.div(np.square(x), 4), np.sub(1, np.div(np.square(np.sub(4, x)), 12))),
  ],
  ["gamma", (k) => random.gamma(k, 3, many), (x) => gammainc(3, x)],
  ["gamma of small shape", (k) => random.gamma(k, 0.3, many), (x) => gammainc(0.3, x)],
  ["gamma of large shape", (k) => random.gamma(k, 500, many), (x) => gammainc(500, x)],
  ["gamma in float32", (k) => random.gamma(k, 2, { ...many, dtype: "float32" }), (x) => gammainc(2, x)],
  ["loggamma", (k) => random.loggamma(k, 0.01, many), (y) => gammainc(0.01, np.exp(y))],
  ["beta", (k) => random.beta(k, 2, 0.7, many), (x) => betainc(2, 0.7, x)],
  ["chisquare", (k) => random.chisquare(k, 3, many), (x) => gammainc(1.5, np.div(x, 2))],
  [
    "t",
    (k) => random.t(k, 4, many),
    (x) =>
      np.add(
        0.5,
        np.mul(np.mul(0.5, np.sign(x)), np.sub(1, betainc(2, 0.5, np.div(4, np.add(4, np.square(x)))))),
      ),
  ],
  [
    "f",
    (k) => random.f(k, 5, 7, many),
    (x) => betainc(2.5, 3.5, np.div(np.mul(5, x), np.add(np.mul(5, x), 7))),
  ],
  [
    "generalizedNormal",
    (k) => random.generalizedNormal(k, 3, many),
    (x) => np.add(0.5, np.mul(np.mul(0.5, np.sign(x)), gammainc(1 / 3, np.power(np.abs(x), 3)))),
  ],
  [
    "the first of dirichlet",
    (k) => np.slice(random.dirichlet(k, [1, 2, 3], many), "...", 0),
    (x) => betainc(1, 5, x),
  ],
  [
    "the radius of ball",
    (k) => np.sum(np.power(np.abs(random.ball(k, 3, { p: 1.5, ...many })), 1.5), { axis: -1 }),
    (r) => np.square(r), // (r^(1 / p))^d
  ],
  [
    "the angle of orthogonal",
    (k) => {
      const q = random.orthogonal(k, 2, many);
      return np.arctan2(np.slice(q, "...", 1, 0), np.slice(q, "...", 0, 0));
    },
    (x) => np.div(np.add(x, Math.PI), 2 * Math.PI),
  ],
  [
    "a component of multivariateNormal",
    (k) => {
      const [a, b] = np.unstack(
        random.multivariateNormal(
          k,
          [1, 2],
          [
            [4, 3],
            [3, 9],
          ],
          many,
        ),
        { axis: -1 },
      );
      return np.sub(np.sub(a as Tensor, 1), np.sub(b as Tensor, 2)); // variance 4 - 2 * 3 + 9
    },
    (x) => ndtr(np.div(x, Math.sqrt(7))),
  ],
];

describe("densities, by Kolmogorov and Smirnov's test", () => {
  it.each(densities)("%s", (name, draw, cdf) => {
    const key = random.foldIn(
      random.key(20),
      [...name].reduce((a, c) => a * 31 + c.charCodeAt(0), 7) % 65536,
    );
    expect(kolmogorov(draw(key), cdf)).toBeLessThan(1.95);
  });
});

const binomial = (m: number, p: number): number[] =>
  Array.from({ length: m + 1 }, (_, k) => special.binom(m, k).item() * p ** k * (1 - p) ** (m - k));
const poisson = (rate: number, upTo: number): number[] =>
  Array.from({ length: upTo }, (_, k) => Math.exp(k * Math.log(rate) - rate - special.gammaln(k + 1).item()));

/** Name, how to draw n, probabilities of the whole numbers from `from` on. */
const masses: readonly (readonly [string, (key: Key) => Tensor, readonly number[], number?])[] = [
  ["randint", (k) => random.randint(k, [n], -3, 4), new Array<number>(7).fill(1 / 7), -3],
  [
    "randint in uint8",
    (k) => random.randint(k, [n], 250, 256, { dtype: "uint8" }),
    new Array<number>(6).fill(1 / 6),
    250,
  ],
  ["bernoulli", (k) => np.astype(random.bernoulli(k, 0.3, many), "int32"), [0.7, 0.3]],
  ["rademacher", (k) => np.floorDivide(np.add(random.rademacher(k, [n]), 1), 2), [0.5, 0.5]],
  [
    "geometric",
    (k) => random.geometric(k, 0.3, many),
    Array.from({ length: 15 }, (_, i) => 0.3 * 0.7 ** i),
    1,
  ],
  ["poisson of small mean", (k) => random.poisson(k, 3, many), poisson(3, 10)],
  ["poisson of large mean", (k) => random.poisson(k, 40, many), poisson(40, 58)],
  ["binomial with few successes", (k) => random.binomial(k, 10, 0.3, many), binomial(10, 0.3)],
  ["binomial with many", (k) => random.binomial(k, 60, 0.4, many), binomial(60, 0.4)],
  ["binomial above 1/2", (k) => random.binomial(k, 60, 0.8, many), binomial(60, 0.8)],
  [
    "the second of multinomial",
    (k) => np.slice(random.multinomial(k, 12, [0.2, 0.5, 0.3], { shape: [n, 3] }), "...", 1),
    binomial(12, 0.5),
  ],
  ["categorical", (k) => random.categorical(k, np.log([0.1, 0.2, 0.7]), many), [0.1, 0.2, 0.7]],
  ["choice", (k) => random.choice(k, 4, many), [0.25, 0.25, 0.25, 0.25]],
  ["choice with probabilities", (k) => random.choice(k, 3, { p: [0.5, 0.1, 0.4], ...many }), [0.5, 0.1, 0.4]],
  [
    "the second of choice without replacement",
    (k) =>
      np.slice(
        vmap((key: Key) => random.choice(key, 3, { p: [0.5, 0.3, 0.2], shape: [2], replace: false }))(
          random.split(k, n),
        ),
        "...",
        1,
      ),
    // 0.3 / 0.7 * 0.5 and so on
    [
      0.3 * (0.5 / 0.7) + 0.2 * (0.5 / 0.8),
      0.5 * (0.3 / 0.5) + 0.2 * (0.3 / 0.8),
      0.5 * (0.2 / 0.5) + 0.3 * (0.2 / 0.7),
    ],
  ],
  [
    "the six permutations of three",
    (k) => {
      const rows = vmap((key: Key) => random.permutation(key, 3))(random.split(k, n));
      const [a, b, c] = np.unstack(rows, { axis: 1 }) as [Tensor, Tensor, Tensor];
      return np.add(np.mul(2, a), np.astype(np.greater(b, c), "int32"));
    },
    new Array<number>(6).fill(1 / 6),
  ],
];

describe("whole numbers, by Pearson's test", () => {
  it.each(masses.map((row) => [row[0], row] as const))("%s", (_, [name, draw, probabilities, from = 0]) => {
    const key = random.foldIn(random.key(21), name.length);
    expect(pearson(draw(key), probabilities, from)).toBeGreaterThan(0.001);
  });
});
