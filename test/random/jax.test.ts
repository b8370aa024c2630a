/**
 * Samples in float32 against literals of jax-ml/jax: _RANDOM_VALUES_CASES of tests/random_test.py, which were made with
 * the original counting, and outputs printed in its documentation, made with the default one.
 */
import { np, type Tensor } from "cotangent";
import * as random from "cotangent/random";
import { describe, expect, it } from "vitest";

const single = { dtype: "float32" } as const;
const five = { shape: [5], ...single } as const;
const half = np.array(0.5, single);

/** The checksum from which those cases take their seeds. */
const adler32 = (text: string): number => {
  let [a, b] = [1, 0];
  for (const letter of text) {
    a = (a + letter.charCodeAt(0)) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
};
const keyOf = (name: string): random.Key =>
  random.key(adler32(`${name}threefry2x32`), { partitionable: false });

type Draw = (key: random.Key) => Tensor;
const inFloats: readonly (readonly [name: string, draw: Draw, values: readonly number[]])[] = [
  ["beta", (k) => random.beta(k, 0.8, 0.9, five), [0.13259, 0.824893, 0.948363, 0.964155, 0.235448]],
  ["cauchy", (k) => random.cauchy(k, [5], single), [-0.088416, -10.169713, 3.49677, -1.18056, 0.34556]],
  [
    "dirichlet",
    (k) => random.dirichlet(k, [0.5, 0.6, 0.7], { shape: [2], ...single }),
    [0.003128, 0.009694, 0.987178, 0.025938, 0.479091, 0.494971],
  ],
  [
    "double_sided_maxwell",
    (k) => random.doubleSidedMaxwell(k, 1, 2, five),
    [-2.408914, -3.370437, 3.235352, -0.907734, -1.708732],
  ],
  [
    "exponential",
    (k) => random.exponential(k, [5], single),
    [0.526067, 0.043046, 0.039932, 0.46427, 0.123886],
  ],
  ["gamma", (k) => random.gamma(k, 0.8, five), [0.824221, 1.724476, 0.502882, 5.386132, 0.685543]],
  ["gumbel", (k) => random.gumbel(k, [5], single), [2.06701, 0.911726, 0.145736, 0.185427, -0.00711]],
  ["laplace", (k) => random.laplace(k, [5], single), [0.578939, -0.204902, 0.555733, 0.911053, -0.96456]],
  ["loggamma", (k) => random.loggamma(k, 0.8, five), [0.240559, -3.575443, -0.450946, -2.161372, -2.943277]],
  ["logistic", (k) => random.logistic(k, [5], single), [0.19611, -1.709053, -0.274093, -0.208322, -1.675489]],
  ["maxwell", (k) => random.maxwell(k, [5], single), [3.070779, 0.908479, 1.521317, 0.875551, 1.306137]],
  [
    "multivariate_normal",
    (k) => random.multivariateNormal(k, np.ones([1, 3]), np.eye(3), { shape: [2], ...single }),
    [1.067826, 1.215599, 0.234166, -0.237534, 1.32591, 1.413987],
  ],
  ["normal", (k) => random.normal(k, [5], single), [-1.173234, -1.511662, 0.070593, -0.099764, 1.052845]],
  ["pareto", (k) => random.pareto(k, 0.5, five), [2.751398, 1.281863, 87.85448, 1.254542, 2.824487]],
  [
    "truncated_normal",
    (k) => random.truncatedNormal(k, 0, 2, five),
    [0.582807, 1.709771, 0.159513, 0.861376, 0.36148],
  ],
  ["uniform", (k) => random.uniform(k, [5], single), [0.298671, 0.073213, 0.873356, 0.260549, 0.412797]],
  ["weibull_min", (k) => random.weibullMin(k, 1, 1, five), [1.605863, 0.841809, 0.224218, 0.4826, 0.027901]],
];

const inWholes: readonly (readonly [name: string, draw: Draw, values: readonly unknown[]])[] = [
  ["bernoulli", (k) => random.bernoulli(k, half, { shape: [5] }), [false, true, true, true, false]],
  ["bits", (k) => random.bits(k, [5], { dtype: "uint8" }), [10, 158, 82, 54, 158]],
  ["bits", (k) => random.bits(k, [5], { dtype: "uint16" }), [6738, 38161, 50695, 57337, 61600]],
  ["poisson", (k) => random.poisson(k, np.array(5, single), { shape: [5] }), [7, 3, 6, 11, 6]],
  ["rademacher", (k) => random.rademacher(k, [5]), [-1, -1, -1, -1, 1]],
  ["randint", (k) => random.randint(k, [5], 0, 10), [0, 5, 7, 7, 5]],
];

describe("the original counting", () => {
  it.each(inFloats)("%s", (name, draw, values) => {
    const got = draw(keyOf(name));
    expect(got.dtype).toBe("float32");
    got.toTypedArray().forEach((x, i) => {
      const wanted = values[i] as number;
      expect(Math.abs(x - wanted), `${x} instead of ${wanted}`).toBeLessThan(2e-6 + 5e-6 * Math.abs(wanted));
    });
  });
  it.each(inWholes)("%s", (name, draw, values) => {
    expect(draw(keyOf(name)).toArray()).toEqual(values);
  });
  it("narrow bits are parts of the words of 32", () => {
    const key = random.key(1701, { partitionable: false });
    expect(random.bits(key, [3], { dtype: "uint8" }).toArray()).toEqual([216, 115, 43]);
    expect(random.bits(key, [3], { dtype: "uint16" }).toArray()).toEqual([41682, 1300, 55017]);
    const words = random.bits(key, [4]).toTypedArray();
    expect([...random.bits(key, [16], { dtype: "uint8" }).toTypedArray()]).toEqual([
      ...new Uint8Array(words.buffer),
    ]);
  });
});

describe("the default counting", () => {
  it("prints what the documentation prints", () => {
    expect(random.uniform(random.key(0), [], single).item()).toBeCloseTo(0.947667, 6);
    const [, subkey] = random.split(random.key(0));
    expect(random.uniform(subkey as random.Key, [], single).item()).toBeCloseTo(0.00729382, 8);
    expect(random.normal(random.key(42), [], single).item()).toBeCloseTo(-0.028304616, 8);
  });
});
