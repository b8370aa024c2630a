/** Initialisers, dropout, attention and layers: what they promise, and a network that learns. */
import { grad, jit, np, ShapeError, type Tensor, valueAndGrad, vmap } from "cotangent";
import * as nn from "cotangent/nn";
import * as random from "cotangent/random";
import { checkGrads } from "cotangent/testing";
import { describe, expect, it } from "vitest";

const key = random.key(7);
const numbers = (x: Tensor): number[] => [...x.toTypedArray()];

describe("initialisers", () => {
  const shape = [3, 3, 40, 60];
  const [into, out] = [9 * 40, 9 * 60];
  it.each([
    ["glorotUniform", nn.glorotUniform, 2 / (into + out)],
    ["glorotNormal", nn.glorotNormal, 2 / (into + out)],
    ["heUniform", nn.heUniform, 2 / into],
    ["heNormal", nn.heNormal, 2 / into],
    ["lecunUniform", nn.lecunUniform, 1 / into],
    ["lecunNormal", nn.lecunNormal, 1 / into],
  ] as const)("%s has its variance", (_, f, variance) => {
    const w = f(key, shape);
    expect(w.shape).toEqual(shape);
    expect(Math.abs(np.var(w).item() / variance - 1)).toBeLessThan(0.03);
    expect(Math.abs(np.mean(w).item())).toBeLessThan(0.02 * Math.sqrt(variance));
    expect(f(key, [4, 2], { dtype: "float32" }).dtype).toBe("float32");
  });

  it("varianceScaling divides by the fan it is told to", () => {
    const w = nn.varianceScaling({ scale: 3, mode: "fanOut", distribution: "normal" })(key, shape);
    expect(Math.abs((np.var(w).item() * out) / 3 - 1)).toBeLessThan(0.03);
  });

  it.each([[[5, 3]], [[3, 5]], [[2, 2, 3]]])("orthogonal weights of shape %j", (given) => {
    const w = nn.orthogonal(key, given);
    const m = np.reshape(w, [-1, given.at(-1) as number]);
    const [rows, columns] = m.shape as [number, number];
    const gram = rows >= columns ? np.matmul(np.transpose(m), m) : np.matmul(m, np.transpose(m));
    expect(np.allclose(gram, np.eye(Math.min(rows, columns)), { atol: 1e-12 })).toBe(true);
  });
});

describe("dropout", () => {
  it("drops its share, keeps the mean, and gives the same for the same key", () => {
    const x = np.ones([100, 100]);
    const y = nn.dropout(key, x, 0.3);
    expect([...new Set(numbers(y))].sort()).toEqual([0, 1 / (1 - 0.3)]);
    expect(Math.abs(np.mean(y).item() - 1)).toBeLessThan(0.03);
    expect(numbers(nn.dropout(key, x, 0.3))).toEqual(numbers(y));
    expect(numbers(grad((a: Tensor) => np.sum(nn.dropout(key, a, 0.3)))(x))).toEqual(numbers(y));
    expect(np.sum(nn.dropout(key, x, 1)).item()).toBe(0);
  });
});

describe("dotProductAttention", () => {
  const [q, k, v] = [1, 2, 3].map((i) => random.normal(random.foldIn(key, i), [2, 5, 2, 3])) as unknown as [
    Tensor,
    Tensor,
    Tensor,
  ];
  /** One head of one example, by rows. */
  const byLoops = (n: number, head: number, seen: (i: number, j: number) => boolean): number[][] =>
    Array.from({ length: 5 }, (_, i) => {
      const row = (x: Tensor, at: number): number[] => numbers(np.slice(x, n, at, head) as Tensor);
      const products = Array.from({ length: 5 }, (_unused, j) =>
        seen(i, j)
          ? Math.exp(
              row(q, i).reduce((sum, value, d) => sum + value * (row(k, j)[d] as number), 0) / Math.sqrt(3),
            )
          : 0,
      );
      const total = products.reduce((a, b) => a + b, 0);
      return [0, 1, 2].map((e) =>
        products.reduce((sum, p, j) => sum + (p / total) * (row(v, j)[e] as number), 0),
      );
    });

  it.each([
    ["all", {}, () => true],
    ["causal", { causal: true }, (i: number, j: number) => j <= i],
    ["masked", { mask: np.greater(np.ones([5, 5]), np.eye(5)) }, (i: number, j: number) => i !== j],
  ] as const)("weights values by softmax: %s", (_, options, seen) => {
    const got = nn.dotProductAttention(q, k, v, options);
    expect(got.shape).toEqual([2, 5, 2, 3]);
    for (const n of [0, 1])
      for (const head of [0, 1]) {
        const wanted = byLoops(n, head, seen);
        const ours = np.slice(got, n, { slice: [0, 5] }, head) as Tensor;
        expect(np.allclose(ours, np.array(wanted), { atol: 1e-12 })).toBe(true);
      }
    expect(numbers(jit((a: Tensor) => nn.dotProductAttention(a, k, v, options))(q))).toEqual(numbers(got));
    const mapped = vmap((a: Tensor, b: Tensor, c: Tensor) => nn.dotProductAttention(a, b, c, options))(
      q,
      k,
      v,
    );
    expect(np.allclose(mapped, got, { atol: 1e-14 })).toBe(true);
  });

  it("shares heads of keys and values among groups of those of queries", () => {
    const many = np.concatenate([q, np.neg(q)], { axis: -2 });
    const twice = (x: Tensor): Tensor => np.repeat(x, 2, { axis: -2 });
    const got = nn.dotProductAttention(many, k, v, { causal: true });
    expect(numbers(got)).toEqual(numbers(nn.dotProductAttention(many, twice(k), twice(v), { causal: true })));
    const one = (x: Tensor): Tensor => np.slice(x, "...", { slice: [0, 1] }, { slice: [] }) as Tensor;
    expect(nn.dotProductAttention(many, one(k), one(v)).shape).toEqual([2, 5, 4, 3]);
    expect(() => nn.dotProductAttention(np.ones([1, 3, 1]), np.ones([1, 2, 1]), np.ones([1, 2, 1]))).toThrow(
      ShapeError,
    );
    const small = (x: Tensor): Tensor => np.slice(x, 0, { slice: [0, 2] }) as Tensor;
    checkGrads((a: Tensor, b: Tensor) => nn.dotProductAttention(small(many), a, b), [small(k), small(v)], {
      order: 2,
    });
  });

  it("has derivatives in all three", () => {
    const small = (x: Tensor): Tensor => np.slice(x, 0, { slice: [0, 3] }) as Tensor;
    const f = (a: Tensor, b: Tensor, c: Tensor): Tensor =>
      np.sum(np.sin(nn.dotProductAttention(a, b, c, { causal: true })));
    checkGrads(f, [small(q), small(k), small(v)], { order: 2 });
  });
});

describe("layers", () => {
  const model = nn.serial(
    nn.conv([3, 3], 1, 4, { padding: "SAME" }),
    nn.relu,
    (x: Tensor) => nn.maxPool(x, 2),
    (x: Tensor) => np.reshape(x, [x.shape[0] as number, -1]),
    nn.dense(16, 2),
  );
  it("stand in a row, and learn to tell rows from columns", () => {
    const images = np.array(
      Array.from({ length: 8 }, (_, n) =>
        Array.from({ length: 4 }, (_a, i) =>
          Array.from({ length: 4 }, (_b, j) => [Number((n < 4 ? i : j) === n % 4)]),
        ),
      ),
    );
    const labels = np.array([0, 0, 0, 0, 1, 1, 1, 1], { dtype: "int32" });
    let parameters = model.init(key);
    const loss = (p: typeof parameters): Tensor =>
      nn.softmaxCrossEntropyWithIntegerLabels(model.apply(p, images), labels);
    const step = valueAndGrad(loss);
    const [first] = step(parameters);
    for (let i = 0; i < 60; i++) {
      const [, gradient] = step(parameters);
      const moved = (p: unknown, g: unknown): unknown =>
        p === null
          ? null
          : Object.fromEntries(
              Object.entries(p as Record<string, Tensor>).map(([name, value]) => [
                name,
                np.sub(value, np.mul((g as Record<string, Tensor>)[name] as Tensor, 0.3)),
              ]),
            );
      parameters = parameters.map((p, n) => moved(p, gradient[n])) as unknown as typeof parameters;
    }
    expect(loss(parameters).item()).toBeLessThan(0.2 * first.item());
    expect(numbers(np.argmax(model.apply(parameters, images), { axis: -1 }))).toEqual(numbers(labels));
  });
  it("embedding looks vectors up", () => {
    const layer = nn.embedding(5, 3);
    const p = layer.init(key);
    const found = layer.apply(p, np.array([4, 0], { dtype: "int32" }));
    expect(numbers(found)).toEqual([
      ...numbers(np.slice(p.table, 4) as Tensor),
      ...numbers(np.slice(p.table, 0) as Tensor),
    ]);
  });
});
