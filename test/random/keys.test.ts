/** Keys: values that split, fold, map and pass through transformations; samplers that do not care how they are batched. */
import { evalShape, grad, jvp, makeGraph, np, type Tensor, tree, vmap } from "cotangent";
import * as random from "cotangent/random";
import { describe, expect, it } from "vitest";
import { evaluateGraph } from "../../src/interpreters/evaluate.js";

type Key = random.Key;
const modes = [true, false] as const;
const words = (key: Key): unknown => key.words.toArray();

describe("keys", () => {
  it("have the words of their seed: 32 bits, or 64", () => {
    expect(words(random.key(7))).toEqual([0, 7]);
    expect(words(random.key(-2))).toEqual([0, 4294967294]);
    expect(words(random.key(2 ** 32 - 1))).toEqual([0, 4294967295]);
    expect(words(random.key(2 ** 32 + 5))).toEqual([1, 5]);
    expect(words(random.key(-(2 ** 31) - 1))).toEqual([4294967295, 2147483647]);
    expect(words(random.key(np.array(-3, { dtype: "int32" })))).toEqual([0, 4294967293]);
  });

  it.each(modes)("split into different keys, by number and by shape (partitionable: %s)", (partitionable) => {
    const key = random.key(1, { partitionable });
    const keys = [...random.split(key, 50)];
    expect(new Set(keys.map((k) => String(words(k)))).size).toBe(50);
    expect(keys.every((k) => k.partitionable === partitionable && k.shape.length === 0)).toBe(true);
    const array = random.split(key, [5, 10]);
    expect(array.shape).toEqual([5, 10]);
    const [row] = array;
    expect([...(row as Key)].map(words)).toEqual(keys.slice(0, 10).map(words));
    expect(random.split(key, 0).shape).toEqual([0]);
    expect(words(random.foldIn(key, -1))).toEqual(
      words(random.foldIn(key, np.array(2 ** 32 - 1, { dtype: "uint32" }))),
    );
  });

  it("are trees, in which the way of counting is part of the structure", () => {
    const key = random.key(5, { partitionable: false });
    const [leaf] = tree.leaves({ key });
    expect((leaf as Tensor).toArray()).toEqual([0, 5]);
    const copy = tree.map((x) => x, { key }) as { readonly key: Key };
    expect(copy.key).toBeInstanceOf(random.Key);
    expect(copy.key.partitionable).toBe(false);
    expect(() => tree.map((a, b) => np.add(a, b), { key }, { key: random.key(5) } as never)).toThrow(/key/);
  });

  it("can be made, split and folded where values are traced", () => {
    const seeds = np.arange(4, { dtype: "int32" });
    const draw = (seed: Tensor): Tensor => {
      const [a, b] = random.split(random.foldIn(random.key(seed), seed)) as unknown as [Key, Key];
      return np.add(random.normal(a, [2]), random.uniform(b));
    };
    const loop = [0, 1, 2, 3].map((i) => draw(np.array(i, { dtype: "int32" })).toArray());
    expect(vmap(draw)(seeds).toArray()).toEqual(loop);
    expect(random.keyData(random.key(3)).dtype).toBe("uint32");
    expect(words(random.wrapKeyData(random.keyData(random.key(3))))).toEqual([0, 3]);
  });

  it("stand beside differentiated arguments", () => {
    const loss = (x: Tensor, key: Key): Tensor => np.sum(np.mul(x, random.normal(key, [3])));
    const wanted = random.normal(random.key(2), [3]).toArray();
    expect(grad(loss)(np.ones([3]), random.key(2)).toArray()).toEqual(wanted);
    const perExample = vmap(grad(loss), { inAxes: [null, 0] })(np.ones([3]), random.split(random.key(9), 4));
    expect(perExample.shape).toEqual([4, 3]);
    expect(String(random.key(1))).toBe("Key(Tensor([0, 1], shape=[2], dtype=uint32))");
  });
});

const a = np.array([0.5, 2, 11]);
/** Every sampler, with parameters that broadcast. */
const samplers: Readonly<Record<string, (key: Key) => Tensor>> = {
  bits: (k) => random.bits(k, [7]),
  "bits of 8": (k) => random.bits(k, [7], { dtype: "uint8" }),
  uniform: (k) => random.uniform(k, [2, 3], { maxval: a }),
  normal: (k) => random.normal(k, [5]),
  "normal in float32": (k) => random.normal(k, [5], { dtype: "float32" }),
  truncatedNormal: (k) => random.truncatedNormal(k, -1, a),
  exponential: (k) => random.exponential(k, [3]),
  gumbel: (k) => random.gumbel(k, [3]),
  laplace: (k) => random.laplace(k, [3]),
  logistic: (k) => random.logistic(k, [3]),
  cauchy: (k) => random.cauchy(k, [3]),
  maxwell: (k) => random.maxwell(k, [3]),
  doubleSidedMaxwell: (k) => random.doubleSidedMaxwell(k, 1, a),
  lognormal: (k) => random.lognormal(k, a),
  rayleigh: (k) => random.rayleigh(k, a),
  pareto: (k) => random.pareto(k, a),
  weibullMin: (k) => random.weibullMin(k, 1, a),
  wald: (k) => random.wald(k, a),
  triangular: (k) => random.triangular(k, 0, a, 12),
  gamma: (k) => random.gamma(k, a, { shape: [2, 3] }),
  loggamma: (k) => random.loggamma(k, a),
  beta: (k) => random.beta(k, a, 2),
  chisquare: (k) => random.chisquare(k, a),
  t: (k) => random.t(k, a),
  f: (k) => random.f(k, a, 3),
  dirichlet: (k) => random.dirichlet(k, a, { shape: [2] }),
  generalizedNormal: (k) => random.generalizedNormal(k, a),
  ball: (k) => random.ball(k, 3, { shape: [2] }),
  randint: (k) => random.randint(k, [6], -5, 5),
  bernoulli: (k) => random.bernoulli(k, 0.4, { shape: [6] }),
  rademacher: (k) => random.rademacher(k, [6]),
  geometric: (k) => random.geometric(k, 0.2, { shape: [6] }),
  poisson: (k) => random.poisson(k, a, { shape: [4, 3] }),
  binomial: (k) => random.binomial(k, np.array([5, 100]), 0.4, { shape: [3, 2] }),
  multinomial: (k) => random.multinomial(k, 30, [0.2, 0.5, 0.3]),
  categorical: (k) => random.categorical(k, np.zeros([3, 4]), { axis: 0, shape: [2, 4] }),
  "categorical without replacement": (k) =>
    random.categorical(k, np.zeros([5]), { shape: [3], replace: false }),
  permutation: (k) => random.permutation(k, np.reshape(np.arange(12), [4, 3])),
  "permutation of lines": (k) =>
    random.permutation(k, np.reshape(np.arange(12), [4, 3]), { axis: 1, independent: true }),
  choice: (k) => random.choice(k, 9, { shape: [2, 2], replace: false }),
  "choice with probabilities": (k) => random.choice(k, a, { p: [0.2, 0.2, 0.6], shape: [4] }),
  multivariateNormal: (k) =>
    random.multivariateNormal(
      k,
      [1, 2],
      [
        [2, 1],
        [1, 2],
      ],
      { shape: [2], method: "eigh" },
    ),
  orthogonal: (k) => random.orthogonal(k, 3, { m: 2 }),
};

describe.each(modes)("samplers (partitionable: %s)", (partitionable) => {
  it.each(Object.entries(samplers))(
    "%s: the same numbers again, mapped, staged, and for other keys others",
    (_, draw) => {
      const key = random.key(11, { partitionable });
      const keys = random.split(key, 3);
      const loop = [...keys].map((k) => draw(k).toArray());
      expect([...keys].map((k) => draw(k).toArray())).toEqual(loop);
      expect(vmap(draw)(keys).toArray()).toEqual(loop);
      const [staged] = evaluateGraph(makeGraph(draw)(key as never), [key.words]) as [Tensor];
      expect(staged.toArray()).toEqual(draw(key).toArray());
      expect(evalShape(draw)(key as never)).toMatchObject({ shape: draw(key).shape });
      expect(new Set(loop.map(String)).size).toBeGreaterThan(1);
    },
  );
});

describe("permutations", () => {
  it("keep rows together, or not", () => {
    const x = np.reshape(np.arange(12), [4, 3]);
    const rows = random.permutation(random.key(3), x).toArray() as number[][];
    expect(rows.map((row) => row[0]).sort((p, q) => (p as number) - (q as number))).toEqual([0, 3, 6, 9]);
    expect(rows.every(([p, q, r]) => q === (p as number) + 1 && r === (p as number) + 2)).toBe(true);
    const free = random.permutation(random.key(3), x, { independent: true });
    expect(np.sort(free, { axis: 0 }).toArray()).toEqual(x.toArray());
  });
  it("are linear in what is permuted", () => {
    const x = np.arange(5);
    const shuffle = (v: Tensor): Tensor => random.permutation(random.key(4), v);
    expect(jvp(shuffle, [x], [x])[1].toArray()).toEqual(shuffle(x).toArray());
  });
});
