/** The functions of the array API under vmap: what one example gives, for every example. */
import { expect, it } from "vitest";
import { grad, np, type Tensor, vmap } from "../../src/index.js";

const batch = np.array([
  [0.5, -1.25, 2, 0],
  [3, 3, -0.75, 1],
  [0, 0, 0, 0],
]);
const rows = [0, 1, 2].map((i) => np.array((batch.toArray() as number[][])[i] as number[]));
const mask = [true, false, true, true];

const functions: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  remainder: (x) => np.remainder(x, 0.75),
  floorDivide: (x) => np.floorDivide(x, 0.75),
  power: (x) => np.power(x, 3),
  hypot: (x) => np.hypot(x, 1),
  logaddexp: (x) => np.logaddexp(x, x.slice(0)),
  log2: (x) => np.log2(np.exp(x)),
  sinc: (x) => np.sinc(x),
  clip: (x) => np.clip(x, -1, 1),
  where: (x) => np.where(np.greater(x, 0), x, np.multiply(x, 2)),
  maskedSum: (x) => np.sum(x, { where: mask }),
  maskedMax: (x) => np.max(x, { where: mask, initial: -9 }),
  prod: (x) => np.prod(x),
  mean: (x) => np.mean(x, { keepdims: true }),
  cumprod: (x) => np.cumprod(x),
  cummax: (x) => np.cummax(x),
  std: (x) => np.std(x, { ddof: 1 }),
  median: (x) => np.median(x),
  average: (x) => np.average(x, { weights: [1, 2, 3, 4] }),
  logsumexp: (x) => np.logsumexp(x),
  norm: (x) => np.norm(x),
  norm3: (x) => np.norm(x, { ord: 3 }),
  diag: (x) => np.diag(x, -1),
  tril: (x) => np.tril(np.full([4, 4], x)),
  linspace: (x) => np.linspace(x, 1, 3),
  meshgrid: (x) => np.multiply(...(np.meshgrid([x, [1, 2]]) as [Tensor, Tensor])),
  vander: (x) => np.vander(x),
};

it.each(Object.entries(functions))("%s, and its gradient", (_, f) => {
  const close = (a: Tensor, b: Tensor): void =>
    expect(np.allclose(a, b, { rtol: 1e-12, atol: 1e-12 })).toBe(true);
  close(vmap(f)(batch), np.array(rows.map(f)));
  const gradient = grad((x: Tensor): Tensor => np.sum(f(x)));
  close(vmap(gradient)(batch), np.array(rows.map(gradient)));
});

it("questions and positions", () => {
  expect(vmap((x) => np.argmax(x))(batch).toArray()).toEqual([2, 0, 0]);
  expect(vmap((x) => np.all(x))(batch).toArray()).toEqual([false, true, false]);
  expect(vmap((x) => np.countNonzero(x))(batch).toArray()).toEqual([3, 4, 0]);
  const exponents = np.array([[2], [3]], { dtype: "int32" });
  const base = np.array([3], { dtype: "int32" });
  expect(vmap((n) => np.power(base, n))(exponents).toArray()).toEqual([[9], [27]]);
  expect(vmap((n) => np.power(base, n))(np.multiply(exponents, -1)).toArray()).toEqual([[0], [0]]);
});
