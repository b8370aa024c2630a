/** What docs/conventions.md promises, line by line. */
import { grad, hessian, jacrev, np, type Tensor, vmap } from "cotangent";
import * as linalg from "cotangent/linalg";
import * as nn from "cotangent/nn";
import * as special from "cotangent/special";
import { describe, expect, it } from "vitest";

type Numbers = number | readonly Numbers[];
type Case = readonly [what: string, ours: () => { toArray(): unknown }, expected: Numbers];

const hold = (cases: readonly Case[]): void => {
  for (const [what, ours, expected] of cases)
    it(what, () => {
      expect(ours().toArray()).toEqual(expected);
    });
};
const at = (f: (x: Tensor) => Tensor, x: number | readonly number[]): Tensor => grad(f)(np.array(x));
const byBoth = (f: (x: Tensor, y: Tensor) => Tensor, x: number, y: number): Tensor =>
  np.stack(grad(f, { argnums: [0, 1] })(np.array(x), np.array(y)));
const int32 = (values: readonly number[]): Tensor => np.array(values, { dtype: "int32" });

describe("kinks", () => {
  hold([
    ["abs at 0", () => at(np.abs, 0), 0],
    ["sign at 0", () => at(np.sign, 0), 0],
    ["norm at 0", () => at((x) => np.norm(x), [0, 0]), [0, 0]],
    [
      "norm at 0, second",
      () => hessian((x: Tensor) => np.norm(x))(np.array([0, 0])),
      [
        [0, 0],
        [0, 0],
      ],
    ],
    ["hypot at 0", () => byBoth(np.hypot, 0, 0), [0, 0]],
    ["std of equals", () => at((x) => np.std(x), [1, 1, 1]), [0, 0, 0]],
    ["max of ties", () => at((x) => np.max(x), [1, 3, 3]), [0, 0.5, 0.5]],
    ["min of ties", () => at((x) => np.min(x), [1, 1, 3]), [0.5, 0.5, 0]],
    ["maximum of ties", () => at((x) => np.maximum(x, 0), 0), 0.5],
    ["minimum of ties", () => at((x) => np.minimum(x, 0), 0), 0.5],
    ["clip at its ends", () => at((x) => np.sum(np.clip(x, 0, 1)), [-1, 0, 0.5, 1]), [0, 0.5, 1, 0.5]],
    ["mapCoordinates at whole ones", () => at((c) => nn.mapCoordinates([1, 3, 9], [c]), 1), 6],
    ["cummax of ties", () => at((x) => np.sum(np.cummax(x)), [1, 1]), [1.5, 0.5]],
    ["floor", () => at(np.floor, 1), 0],
    ["round", () => at((x) => np.round(x), 1.5), 0],
    ["mod", () => byBoth(np.mod, -5.5, 2), [1, 3]],
    ["fmod", () => byBoth(np.fmod, -5.5, 2), [1, 2]],
    ["x^2 at 0, second", () => grad(grad((x: Tensor) => np.pow(x, 2)))(0), 2],
    ["x^0 at 0", () => at((x) => np.pow(x, 0), 0), 0],
    ["x^y at x = 0", () => byBoth(np.pow, 0, 2.5), [0, 0]],
    ["sqrt at 0", () => at(np.sqrt, 0), Number.POSITIVE_INFINITY],
    ["cbrt at 0", () => at(np.cbrt, 0), Number.POSITIVE_INFINITY],
    ["prod with a zero", () => at((x) => np.prod(x), [0, 2, 3]), [6, 0, 0]],
    [
      "prod with zeros, second",
      () => hessian((x: Tensor) => np.prod(x))(np.array([0, 0, 3])),
      [
        [0, 3, 0],
        [3, 0, 0],
        [0, 0, 0],
      ],
    ],
    [
      "sort of ties",
      () => jacrev((x: Tensor) => np.sort(x))(np.array([2, 1, 2])),
      [
        [0, 1, 0],
        [1, 0, 0],
        [0, 0, 1],
      ],
    ],
    [
      "topK of ties",
      () => jacrev((x: Tensor) => np.topK(x, 2)[0] as Tensor)(np.array([1, 3, 3])),
      [
        [0, 1, 0],
        [0, 0, 1],
      ],
    ],
    ["median", () => at((x) => np.median(x), [3, 1, 2, 4]), [0.5, 0, 0.5, 0]],
    ["where, unsafe branch", () => at((x) => np.where(np.greater(x, 0), np.log(x), 0), 0), Number.NaN],
    [
      "where, safe branch",
      () => at((x) => np.where(np.greater(x, 0), np.log(np.where(np.greater(x, 0), x, 1)), 0), 0),
      0,
    ],
    ["no dependence", () => grad((_x: Tensor) => np.array(3))(1), 0],
  ]);
});

describe("NaN, infinity, integers", () => {
  const nan = [1, Number.NaN, 3];
  const nothing = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  hold([
    ["max hands NaN on", () => np.max(nan), Number.NaN],
    ["its gradient", () => at((x) => np.max(x), nan), [Number.NaN, Number.NaN, Number.NaN]],
    ["maximum hands NaN on", () => np.maximum(Number.NaN, 1), Number.NaN],
    ["fmax passes over it", () => np.fmax(Number.NaN, 1), 1],
    ["nansum passes over it", () => np.nansum(nan), 4],
    ["nanmean passes over it", () => np.nanmean(nan), 2],
    ["sort puts NaN last", () => np.sort(nan), [1, 3, Number.NaN]],
    ["argmax of equals", () => np.argmax([1, 3, 3]), 1],
    ["argmax with NaN", () => np.argmax(nan), 1],
    ["logsumexp of nothing", () => np.logsumexp(nothing), Number.NEGATIVE_INFINITY],
    ["its derivative", () => np.isfinite(at((x) => np.logsumexp(x), nothing)).astype("int32"), [1, 1]],
    ["integers wrap", () => np.mul(int32([2 ** 30]), 4), [0]],
    [
      "conversions too",
      () => np.astype([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32 + 5], "int32"),
      [0, 0, 5],
    ],
    ["whole division by 0 in integers", () => np.floorDivide(int32([1]), 0), [0]],
    ["and in floats", () => np.floorDivide(1, 0), Number.POSITIVE_INFINITY],
  ]);
});

describe("special functions", () => {
  it("lambertW is steep at its branch point", () => {
    for (const branch of [0, -1] as const) {
      const slope = grad((x: Tensor) => special.lambertW(x, { branch }))(-Math.exp(-1)).item();
      expect(slope).toBe(branch === 0 ? Infinity : -Infinity);
    }
  });
  it("hypergeometric functions are NaN where they or their derivatives are not to be had, and never 0 for it", () => {
    expect(special.hyp1f1(1, [0, -2], 1).toArray()).toEqual([Number.NaN, Number.NaN]);
    expect(special.hyp2f1([1, -1], 1, 2, [1.5, 4]).toArray()).toEqual([Number.NaN, -1]);
    expect(grad((a: Tensor) => special.hyp1f1(a, 1, -2000))(0.5).item()).toBeNaN();
    expect(grad((a: Tensor) => special.hyp2f1(a, 1, 4, 1))(0.5).item()).toBeNaN();
    // of 1 + a b z / c + ... at a = 0, where the function is 1 for every z: -log(1 - z) for b = c
    expect(grad((a: Tensor) => special.hyp2f1(a, 2, 2, 0.5))(0).item()).toBeCloseTo(Math.LN2, 14);
  });
});

describe("dtypes", () => {
  const f32 = np.array([1], { dtype: "float32" });
  const uint8 = np.array(new Uint8Array([200, 200]));
  const cases: readonly (readonly [what: string, x: { readonly dtype: string }, dtype: string])[] = [
    ["numbers", np.array(1), "float64"],
    ["nested arrays", np.array([[1]]), "float64"],
    ["typed arrays", np.array(new Int8Array(1)), "int8"],
    ["booleans", np.array(true), "bool"],
    ["a number beside float32", np.mul(f32, 2.5), "float32"],
    ["a fraction beside int32", np.mul(int32([1]), 2.5), "float64"],
    ["a whole number beside int32", np.mul(int32([1]), 2), "int32"],
    ["int32 and float32", np.add(int32([1]), f32), "float32"],
    ["uint32 and int32", np.add(np.array([1], { dtype: "uint32" }), int32([1])), "float64"],
    ["bool and uint8", np.add(np.array([true, false]), uint8), "uint8"],
    ["div of integers", np.div(int32([1]), 2), "float64"],
    ["sin of integers", np.sin(int32([1])), "float64"],
    ["mean of integers", np.mean(int32([1])), "float64"],
    ["sum of bool", np.sum(np.array([true])), "int32"],
    ["sum of uint8", np.sum(uint8), "uint32"],
    ["prod of int16", np.prod(np.array(new Int16Array(1))), "int32"],
  ];
  for (const [what, x, dtype] of cases)
    it(what, () => {
      expect(x.dtype).toBe(dtype);
    });
  hold([
    ["a float32 sum rounds once", () => np.sum(np.full([10], 0.1, { dtype: "float32" })), 1],
    [
      "a float32 running sum rounds at every step",
      () => np.slice(np.cumsum(np.full([10], 0.1, { dtype: "float32" })), -1),
      Array.from({ length: 10 }).reduce<number>((s) => Math.fround(s + Math.fround(0.1)), 0),
    ],
  ]);
  it("integers have no derivative", () => {
    expect(() => grad((x: Tensor) => np.sin(x))(int32([1]))).toThrow("only float64 and float32");
  });
});

describe("shapes, indices, trees", () => {
  hold([
    ["argnums may be negative", () => grad((x: Tensor, y: Tensor) => np.mul(x, y), { argnums: -1 })(2, 3), 2],
    ["axes may be negative", () => np.sum(np.ones([2, 3]), { axis: -1 }), [3, 3]],
    ["take may clip", () => np.take([1, 2, 3], 9, { mode: "clip" }), 3],
    ["and wrap", () => np.take([1, 2, 3], 4, { mode: "wrap" }), 2],
    ["dynamicSlice moves its window", () => np.dynamicSlice(np.arange(5), [4], [3]), [2, 3, 4]],
  ]);
  it("an index out of bounds throws", () => {
    expect(() => np.slice(np.arange(5), 9)).toThrow("out of bounds");
    expect(() => np.take(np.arange(5), 9)).toThrow("out of bounds");
  });
  it("an array is a list of leaves", () => {
    const gradient = grad(([x, y]: readonly [Tensor, Tensor]) => np.mul(x, y))([2, 3]);
    expect(gradient.map((g) => g.item())).toEqual([3, 2]);
  });
});

describe("matrices", () => {
  const skewed = np.array([
    [2, 0],
    [2, 2],
  ]);
  const symmetric = np.array([
    [2, 1],
    [1, 2],
  ]);
  const singular = np.array([
    [1, 2],
    [2, 4],
  ]);
  const total =
    (f: (a: Tensor) => Tensor) =>
    (a: Tensor): Tensor =>
      np.sum(f(a));
  hold([
    [
      "eigvalsh is that of the symmetric part",
      () => np.sub(linalg.eigvalsh(skewed), linalg.eigvalsh(symmetric)),
      [0, 0],
    ],
    [
      "and so is its derivative",
      () => {
        const slope = grad((a: Tensor) => np.slice(linalg.eigvalsh(a), 1))(skewed);
        return np.sub(slope, np.transpose(slope));
      },
      [
        [0, 0],
        [0, 0],
      ],
    ],
    [
      "the diagonal of R is not negative",
      () =>
        np.sign(
          np.diagonal(
            linalg.qr([
              [-3, 1],
              [0, -2],
            ])[1],
          ),
        ),
      [1, 1],
    ],
    [
      "the largest element of an eigenvector is positive",
      () =>
        np.max(
          linalg.eigh([
            [0, 0],
            [0, 1],
          ])[1],
          { axis: 0 },
        ),
      [1, 1],
    ],
    [
      "the sum of equal eigenvalues has a gradient",
      () => grad(total(linalg.eigvalsh))(np.eye(2)),
      [
        [1, 0],
        [0, 1],
      ],
    ],
    [
      "a singular value of 0 has the derivative 0",
      () => np.abs(grad(total(linalg.svdvals))(np.zeros([1, 2]))),
      [[0, 0]],
    ],
    [
      "the gradient of det is the matrix of cofactors",
      () => grad(linalg.det)(singular),
      [
        [4, -2],
        [-2, 1],
      ],
    ],
    [
      "under vmap a singular matrix spoils its own example",
      () =>
        np
          .all(np.isfinite(vmap(linalg.inv)(np.stack([singular, symmetric]))), { axis: [1, 2] })
          .astype("int32"),
      [0, 1],
    ],
  ]);
  it("a singular matrix is an error where its elements are at hand, and so is one not positive definite", () => {
    expect(() => linalg.inv(singular)).toThrow("singular");
    expect(() => linalg.solve(singular, [1, 2])).toThrow("singular");
    expect(() => linalg.cholesky(np.neg(symmetric))).toThrow("not positive definite");
  });
});
