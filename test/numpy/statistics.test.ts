import { describe, expect, it } from "vitest";
import { ArgumentError, grad, hessian, np, ShapeError, type Tensor } from "../../src/index.js";

describe("variance", () => {
  it("divides by n - ddof", () => {
    expect(np.var([1, 2, 3, 4]).item()).toBe(1.25);
    expect(np.var([1, 2, 3, 4], { ddof: 1 }).item()).toBeCloseTo(5 / 3, 15);
    expect(
      np
        .std(
          [
            [1, 3],
            [2, 8],
          ],
          { axis: 1, keepdims: true },
        )
        .toArray(),
    ).toEqual([[1], [3]]);
    expect(np.var([5], { ddof: 1 }).item()).toBeNaN();
    expect(np.var(np.array([1, 2], { dtype: "int32" })).dtype).toBe("float64");
  });
  it("std has derivative 0 where all elements are equal", () => {
    expect(grad((v) => np.std(v))(np.array([2, 2, 2])).toArray()).toEqual([0, 0, 0]);
    expect(grad((v) => np.std(v))(np.array([1, 3])).toArray()).toEqual([-0.5, 0.5]);
  });
});

describe("average", () => {
  it("weights along an axis or each element", () => {
    const x = np.array([
      [1, 2],
      [3, 6],
    ]);
    expect(np.average(x).item()).toBe(3);
    expect(np.average(x, { axis: 0, weights: [3, 1] }).toArray()).toEqual([1.5, 3]);
    expect(np.average(x, { axis: 1, weights: [3, 1], keepdims: true }).toArray()).toEqual([[1.25], [3.75]]);
    expect(
      np
        .average(x, {
          weights: [
            [1, 0],
            [0, 1],
          ],
        })
        .item(),
    ).toBe(3.5);
    expect(() => np.average(x, { weights: [1, 2] })).toThrow(ShapeError);
  });
  it("differentiates in the weights", () => {
    const d = grad((w) => np.average([1, 4], { weights: w }))(np.array([2, 1]));
    expect(np.allclose(d, [-1 / 3, 2 / 3])).toBe(true);
  });
});

describe("median", () => {
  it("is the middle, or the mean of the middle two; NaN passes on", () => {
    expect(np.median([5, 1, 3]).item()).toBe(3);
    expect(
      np
        .median([
          [4, 1],
          [2, 3],
        ])
        .item(),
    ).toBe(2.5);
    expect(
      np
        .median(
          [
            [4, 1, 7],
            [2, 3, 0],
          ],
          { axis: 1, keepdims: true },
        )
        .toArray(),
    ).toEqual([[4], [2]]);
    expect(np.median([1, Number.NaN, 2]).item()).toBeNaN();
    expect(() => np.median([])).toThrow(ShapeError);
    expect(grad((v) => np.median(v))(np.array([4, 1, 3, 2])).toArray()).toEqual([0, 0, 0.5, 0.5]);
  });
});

describe("logsumexp", () => {
  it("does not overflow and takes infinities", () => {
    expect(np.logsumexp([1000, 1000]).item()).toBe(1000 + Math.LN2);
    expect(np.logsumexp([-Infinity, -Infinity]).item()).toBe(-Infinity);
    expect(np.logsumexp([Infinity, 1]).item()).toBe(Infinity);
    expect(
      np.logsumexp(
        [
          [0, 0],
          [1, 1],
        ],
        { axis: 1, keepdims: true },
      ).shape,
    ).toEqual([2, 1]);
    expect(np.logsumexp(np.zeros([0])).item()).toBe(-Infinity);
  });
  it("takes weights, of which 0 silences", () => {
    expect(np.logsumexp([0, 1000], { b: [2, 0] }).item()).toBeCloseTo(Math.LN2, 15);
    expect(np.logsumexp([1, 1], { b: 0.5 }).item()).toBeCloseTo(1, 15);
  });
  it("has the weights of softmax as derivative, 0 for -Infinity", () => {
    const d = (x: readonly number[]): unknown => grad((v) => np.logsumexp(v))(np.array(x)).toArray();
    expect(d([1000, 1000, -Infinity])).toEqual([0.5, 0.5, 0]);
    expect(d([-Infinity, -Infinity])).toEqual([0, 0]);
    const h = hessian((v) => np.logsumexp(v))(np.array([3, 3]));
    expect(
      np.allclose(h, [
        [0.25, -0.25],
        [-0.25, 0.25],
      ]),
    ).toBe(true);
  });
});

describe("norm", () => {
  const v = np.array([3, -4, 0]);
  const m = np.array([
    [1, -2],
    [3, 4],
  ]);
  it("of vectors", () => {
    expect(np.norm(v).item()).toBe(5);
    const orders: [number, number][] = [
      [1, 7],
      [2, 5],
      [Infinity, 4],
      [-Infinity, 0],
      [0, 2],
      [3, 91 ** (1 / 3)],
      [1.5, (3 ** 1.5 + 8) ** (2 / 3)],
    ];
    for (const [ord, expected] of orders) expect(np.norm(v, { ord }).item()).toBeCloseTo(expected, 13);
    expect(np.norm([1, 2], { ord: -1 }).item()).toBeCloseTo(2 / 3, 15);
    expect(np.norm(m, { axis: 1, ord: 1 }).toArray()).toEqual([3, 7]);
  });
  it("of matrices", () => {
    expect(np.norm(m).item()).toBeCloseTo(Math.sqrt(30), 15);
    expect(np.norm(m, { ord: "fro", keepdims: true }).shape).toEqual([1, 1]);
    expect([1, -1, Infinity, -Infinity].map((ord) => np.norm(m, { ord }).item())).toEqual([6, 4, 7, 3]);
    expect(np.norm(np.ones([2, 3, 4]), { ord: 1, axis: [-1, 0] }).toArray()).toEqual([4, 4, 4]);
    expect(() => np.norm(m, { ord: 7 })).toThrow(ArgumentError);
    expect(() => np.norm(v, { ord: "fro" })).toThrow(ArgumentError);
    expect(() => np.norm(np.ones([2, 2, 2]), { ord: 1 })).toThrow(ArgumentError);
  });
  it("has derivative 0 at 0 for every order", () => {
    for (const ord of [null, 1, 1.5, 2, 3, 4, Infinity]) {
      expect(grad((x) => np.norm(x, { ord }))(np.zeros([2]) as Tensor).toArray()).toEqual([0, 0]);
    }
  });
  it("has the Hessian (I - u u') / |x| away from 0", () => {
    const h = hessian((x) => np.norm(x))(np.array([3, 4]));
    expect(
      np.allclose(
        h,
        [
          [16 / 125, -12 / 125],
          [-12 / 125, 9 / 125],
        ],
        { rtol: 1e-13 },
      ),
    ).toBe(true);
  });
});
