/**
 * Every function of nn against loops over plain numbers, with its derivatives of two orders in both modes, mapped, compiled, in
 * float32, and of nothing.
 */
import { grad, jit, np, type Tensor, vmap } from "cotangent";
import * as nn from "cotangent/nn";
import * as random from "cotangent/random";
import { checkGrads } from "cotangent/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";

/** Numbers from -5 to 5 that lie on no kink: none is whole, none equal to another of a list by more than chance. */
const element = fc.integer({ min: -40, max: 39 }).map((k) => k / 8 + 1 / 16);
const vector = (n: number): fc.Arbitrary<number[]> => fc.array(element, { minLength: n, maxLength: n });
const matrix = (m: number, n: number): fc.Arbitrary<number[][]> =>
  fc.array(vector(n), { minLength: m, maxLength: m });
const holds = <T>(arbitrary: fc.Arbitrary<T>, check: (x: T) => void, numRuns = runs): void =>
  fc.assert(fc.property(arbitrary, check), { numRuns });
const close = (x: Tensor, expected: unknown, tolerance = 1e-12): void => {
  const y = np.array(expected as number[]);
  expect(x.shape).toEqual(y.shape);
  expect(np.allclose(x, y, { rtol: tolerance, atol: tolerance }), `${x} is not ${y}`).toBe(true);
};

const { exp, log, tanh, max, min, abs, sqrt } = Math;
const sigmoid = (x: number): number => 1 / (1 + exp(-x));
const softplus = (x: number): number => max(x, 0) + Math.log1p(exp(-abs(x)));
const hard = (x: number): number => min(max(x + 3, 0), 6) / 6;
const [scale, alpha] = [1.0507009873554805, 1.6732632423543772];

type Activation = (x: Tensor) => Tensor;
const activations: Readonly<Record<string, readonly [Activation, (x: number) => number]>> = {
  relu: [nn.relu, (x) => max(x, 0)],
  relu6: [nn.relu6, (x) => min(max(x, 0), 6)],
  leakyRelu: [nn.leakyRelu, (x) => (x > 0 ? x : 0.01 * x)],
  "leakyRelu of another slope": [
    (x) => nn.leakyRelu(x, { negativeSlope: 0.3 }),
    (x) => (x > 0 ? x : 0.3 * x),
  ],
  elu: [nn.elu, (x) => (x > 0 ? x : Math.expm1(x))],
  "elu of another alpha": [(x) => nn.elu(x, { alpha: 2 }), (x) => (x > 0 ? x : 2 * Math.expm1(x))],
  selu: [nn.selu, (x) => scale * (x > 0 ? x : alpha * Math.expm1(x))],
  celu: [(x) => nn.celu(x, { alpha: 2 }), (x) => (x > 0 ? x : 2 * Math.expm1(x / 2))],
  silu: [nn.silu, (x) => x * sigmoid(x)],
  swish: [nn.swish, (x) => x * sigmoid(x)],
  softplus: [nn.softplus, softplus],
  mish: [nn.mish, (x) => x * tanh(softplus(x))],
  softsign: [nn.softsign, (x) => x / (1 + abs(x))],
  sigmoid: [nn.sigmoid, sigmoid],
  logSigmoid: [nn.logSigmoid, (x) => -softplus(-x)],
  tanh: [nn.tanh, tanh],
  hardTanh: [nn.hardTanh, (x) => min(max(x, -1), 1)],
  hardSigmoid: [nn.hardSigmoid, hard],
  hardSwish: [nn.hardSwish, (x) => x * hard(x)],
  squareplus: [nn.squareplus, (x) => (x + sqrt(x * x + 4)) / 2],
  "gelu by tanh": [
    (x) => nn.gelu(x, { approximate: true }),
    (x) => 0.5 * x * (1 + tanh(sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  ],
};

/** What holds of every function of one tensor. */
const laws = (f: Activation, x: Tensor, shape: readonly number[]): void => {
  checkGrads(f, [x], { order: 2 });
  expect(jit(f)(x).toArray()).toEqual(f(x).toArray());
  const pair = np.stack([x, np.mul(0.5, x)]);
  close(vmap(f)(pair), [f(x).toArray(), f(np.mul(0.5, x)).toArray()]);
  const single = f(np.astype(x, "float32"));
  expect(single.dtype).toBe("float32");
  close(np.astype(single, "float64"), f(x).toArray(), 2e-6);
  expect(f(np.zeros([...shape])).shape).toEqual([...shape]);
};

describe("activations", () => {
  it.each(Object.entries(activations))("%s", (_, [f, expected]) => {
    holds(vector(4), (x) => close(f(np.array(x)), x.map(expected)));
    holds(vector(3), (x) => laws(f, np.array(x), [2, 0]), Math.ceil(runs / 10));
  });

  it("far out they neither overflow nor lose what is left", () => {
    const far = np.array([-1e3, 1e3]);
    close(nn.softplus(far), [0, 1e3]);
    close(nn.silu(far), [0, 1e3]);
    close(nn.mish(far), [0, 1e3]);
    expect(np.allclose(nn.squareplus([-1e9, -Infinity]), [1e-9, 0], { rtol: 1e-14, atol: 0 })).toBe(true);
    close(nn.logSigmoid(far), [-1e3, 0]);
    close(nn.gelu(far, { approximate: false }), [0, 1e3]);
    for (const [f] of Object.values(activations)) expect(np.all(np.isfinite(f(far))).item()).toBe(1);
  });

  it("glu is a half times the sigmoid of the other", () =>
    holds(vector(4), (x) => {
      const [a, b, c, d] = x as [number, number, number, number];
      close(nn.glu(np.array(x)), [a * sigmoid(c), b * sigmoid(d)]);
      close(nn.glu(np.array([[a], [c]]), { axis: 0 }), [[a * sigmoid(c)]]);
    }));
});

const softmaxOf = (x: readonly number[]): number[] => {
  const most = max(...x);
  const weights = x.map((v) => exp(v - most));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / total);
};
const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length;
const variance = (x: readonly number[]): number => mean(x.map((v) => (v - mean(x)) ** 2));

describe("normalisations along the last axis", () => {
  const standardized = (x: readonly number[], epsilon: number): number[] =>
    x.map((v) => (v - mean(x)) / sqrt(variance(x) + epsilon));
  const rows: Readonly<Record<string, readonly [Activation, (x: readonly number[]) => number[]]>> = {
    softmax: [nn.softmax, softmaxOf],
    logSoftmax: [nn.logSoftmax, (x) => softmaxOf(x).map(log)],
    standardize: [nn.standardize, (x) => standardized(x, 1e-5)],
    layerNorm: [nn.layerNorm, (x) => standardized(x, 1e-5)],
    "layerNorm, moved": [
      (x) =>
        nn.layerNorm(x, {
          scale: np.astype([1, 2, 3, 4], x.dtype),
          offset: np.astype([0, 0, 1, 1], x.dtype),
          epsilon: 0.1,
        }),
      (x) => standardized(x, 0.1).map((v, i) => v * (i + 1) + (i > 1 ? 1 : 0)),
    ],
    rmsNorm: [nn.rmsNorm, (x) => x.map((v) => v / sqrt(mean(x.map((w) => w * w)) + 1e-5))],
    groupNorm: [
      (x) => nn.groupNorm(x, { groups: 2 }),
      (x) => [...standardized(x.slice(0, 2), 1e-5), ...standardized(x.slice(2), 1e-5)],
    ],
  };
  it.each(Object.entries(rows))("%s", (_, [f, expected]) => {
    holds(matrix(2, 4), (x) => close(f(np.array(x)), x.map(expected), 1e-10));
    const x = random.normal(random.key(1), [2, 4]);
    laws(f, x, [0, 4]);
  });

  it("batchNorm takes moments over examples, and moves those that it is given", () =>
    holds(matrix(3, 2), (x) => {
      const columns = [0, 1].map((j) => x.map((row) => row[j] as number));
      const [y, moments] = nn.batchNorm(np.array(x), { epsilon: 1e-3 });
      close(
        y,
        x.map((row) =>
          row.map(
            (v, j) => (v - mean(columns[j] as number[])) / sqrt(variance(columns[j] as number[]) + 1e-3),
          ),
        ),
        1e-10,
      );
      close(moments.mean, columns.map(mean));
      close(moments.variance, columns.map(variance));
    }));
});

describe("losses", () => {
  const pairs = fc.tuple(vector(3), vector(3));
  type Pointwise = (x: number, y: number) => number;
  const pointwise: Readonly<Record<string, readonly [typeof nn.mse, Pointwise]>> = {
    mse: [nn.mse, (x, y) => (x - y) ** 2],
    mae: [nn.mae, (x, y) => abs(x - y)],
    huber: [nn.huber, (x, y) => (abs(x - y) <= 1 ? (x - y) ** 2 / 2 : abs(x - y) - 0.5)],
    hinge: [nn.hinge, (x, y) => max(0, 1 - x * y)],
    sigmoidBinaryCrossEntropy: [nn.sigmoidBinaryCrossEntropy, (x, y) => softplus(x) - y * x],
  };
  it.each(Object.entries(pointwise))("%s", (_, [f, expected]) => {
    holds(pairs, ([x, y]) => {
      const each = x.map((v, i) => expected(v, y[i] as number));
      close(f(np.array(x), y, { reduction: "none" }), each, 1e-11);
      close(f(np.array(x), y), mean(each), 1e-11);
      close(
        f(np.array(x), y, { reduction: "sum" }),
        each.reduce((a, b) => a + b, 0),
        1e-11,
      );
    });
    const [x, y] = [np.array([0.3, -1.7, 2.2]), np.array([0.6, 0.9, -0.4])];
    checkGrads((a: Tensor, b: Tensor) => f(a, b), [x, y], { order: 2 });
    expect(f(np.zeros([0]), np.zeros([0]), { reduction: "sum" }).item()).toBe(0);
    expect(jit((a: Tensor) => f(a, y))(x).item()).toBe(f(x, y).item());
    expect(f(np.astype(x, "float32"), np.astype(y, "float32")).dtype).toBe("float32");
  });

  it("cross entropies are sums of target times logarithm", () =>
    holds(fc.tuple(matrix(2, 3), fc.tuple(fc.nat(2), fc.nat(2))), ([x, labels]) => {
      const logs = x.map((row) => softmaxOf(row).map(log));
      const chosen = labels.map((label, i) => -((logs[i] as number[])[label] as number));
      const whole = new Int32Array(labels);
      close(
        nn.softmaxCrossEntropyWithIntegerLabels(np.array(x), whole, { reduction: "none" }),
        chosen,
        1e-11,
      );
      const soft = [0.2, 0.3, 0.5];
      const all = logs.map((row) => -row.reduce((total, l, j) => total + l * (soft[j] as number), 0));
      close(nn.softmaxCrossEntropy(np.array(x), soft), mean(all), 1e-11);
      const divergences = logs.map((row) =>
        row.reduce((total, l, j) => total + (soft[j] as number) * (log(soft[j] as number) - l), 0),
      );
      close(nn.klDivergence(np.array(logs), soft, { reduction: "none" }), divergences, 1e-11);
    }));

  it("classes that are ruled out count nothing", () => {
    const x = np.array([[-Infinity, 0, Math.log(3)]]);
    const soft = (a: Tensor): Tensor => nn.softmaxCrossEntropy(a, [[0, 0.5, 0.5]]);
    close(soft(x), (log(4) + log(4 / 3)) / 2);
    close(grad(soft)(x), [[0, -0.25, 0.25]]);
    close(nn.softmaxCrossEntropyWithIntegerLabels(x, new Int32Array([1])), log(4));
    const divergence = (a: Tensor): Tensor => nn.klDivergence(a, [0, 0.5, 0.5]);
    const logs = np.array([-Infinity, log(0.25), log(0.75)]);
    close(divergence(logs), 0.5 * log(2) + 0.5 * log(2 / 3));
    close(grad(divergence)(logs), [0, -0.5, -0.5]);
    expect(nn.softmaxCrossEntropy(x, [[1, 0, 0]]).item()).toBe(Infinity);
  });

  it("cosines are products of unit vectors, 0 for no vector", () => {
    holds(pairs, ([x, y]) => {
      const inner = x.reduce((total, v, i) => total + v * (y[i] as number), 0);
      const cosine = inner / (Math.hypot(...x) * Math.hypot(...y));
      close(nn.cosineSimilarity(np.array(x), y), cosine, 1e-11);
      close(nn.cosineDistance(np.array(x), y), 1 - cosine, 1e-11);
    });
    expect(nn.cosineSimilarity([0, 0], [1, 2]).item()).toBe(0);
    checkGrads(nn.cosineSimilarity, [np.array([1, -2, 0.5]), np.array([0.3, 1, 2])], { order: 2 });
  });
});

describe("attention and layers", () => {
  it("dotProductAttention is a mean of values, weighted by the softmax of products", () =>
    holds(
      fc.tuple(matrix(2, 2), matrix(3, 2), matrix(3, 2)),
      ([q, k, v]) => {
        const expected = q.map((row) => {
          const weights = softmaxOf(
            k.map((key) => row.reduce((t, a, i) => t + a * (key[i] as number), 0) / sqrt(2)),
          );
          return [0, 1].map((j) =>
            v.reduce((t, value, i) => t + (weights[i] as number) * (value[j] as number), 0),
          );
        });
        const heads = (x: number[][]): Tensor => np.expandDims(np.array(x), 1);
        close(np.squeeze(nn.dotProductAttention(heads(q), heads(k), heads(v)), { axis: 1 }), expected, 1e-10);
      },
      Math.ceil(runs / 2),
    ));

  it("layers have gradients of two orders in their parameters", () => {
    const key = random.key(2);
    const x = random.normal(key, [2, 4, 4, 1]);
    const model = nn.serial(
      nn.conv([2, 2], 1, 2),
      nn.silu,
      (h: Tensor) => nn.avgPool(h, [2, 2]),
      (h: Tensor) => np.reshape(h, [h.shape[0] as number, -1]),
      nn.dense(2, 2),
    );
    const [conv, , , , dense] = model.init(key);
    checkGrads(
      (kernel: Tensor, shift: Tensor, weights: Tensor) =>
        model.apply([{ weights: kernel, offset: shift }, null, null, null, { ...dense, weights }], x),
      [conv.weights, conv.offset, dense.weights],
      { order: 2 },
    );
    const parameters = model.init(key);
    close(
      vmap((example: Tensor) => model.apply(parameters, np.expandDims(example, 0)))(x),
      np.expandDims(model.apply(parameters, x), 1).toArray(),
      1e-12,
    );
    expect(jit((p: typeof parameters) => model.apply(p, x))(parameters).toArray()).toEqual(
      model.apply(parameters, x).toArray(),
    );
  });

  it("initialisers have the dtype and the shape that is asked for, also an empty one", () => {
    for (const make of [
      nn.glorotNormal,
      nn.glorotUniform,
      nn.heNormal,
      nn.heUniform,
      nn.lecunNormal,
      nn.lecunUniform,
      nn.zeros,
      nn.ones,
    ]) {
      const w = make(random.key(0), [3, 4], { dtype: "float32" });
      expect([w.shape, w.dtype]).toEqual([[3, 4], "float32"]);
      expect(vmap((key: random.Key) => make(key, [3, 4]))(random.split(random.key(1), 2)).shape).toEqual([
        2, 3, 4,
      ]);
      expect(make(random.key(0), [0, 4]).shape).toEqual([0, 4]);
    }
    const q = nn.orthogonal(random.key(0), [4, 3]);
    close(np.matmul(np.transpose(q), q), np.eye(3).toArray(), 1e-13);
  });
});
