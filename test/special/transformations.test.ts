/** Box and Cox's transformation: its ends, its seam at exponent 0, its inverse, its derivatives; Bernoulli numbers. */
import { grad, hessian, np, type Tensor } from "cotangent";
import * as special from "cotangent/special";
import { checkGrads } from "cotangent/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";

const { boxcox, boxcox1p, invBoxcox, invBoxcox1p } = special;
const values = (x: Tensor): unknown => x.toArray();
const close = (got: number, wanted: number, tolerance: number): void =>
  expect(Math.abs(got - wanted), `${got} instead of ${wanted}`).toBeLessThanOrEqual(
    tolerance * Math.abs(wanted),
  );

describe("ends", () => {
  it("of boxcox", () => {
    expect(values(boxcox(0, [2, 0, -1]))).toEqual([-0.5, -Infinity, -Infinity]);
    expect(values(boxcox(Infinity, [2, 0, -2]))).toEqual([Infinity, Infinity, 0.5]);
    expect(values(boxcox(-1, [2, 0, 1]))).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(values(boxcox(1, [2, 0, -7]))).toEqual([0, 0, 0]);
    expect(values(boxcox1p([-1, 0, -2], 1))).toEqual([-1, 0, Number.NaN]);
    expect(values(boxcox([Number.NaN, 2], [1, Number.NaN]))).toEqual([Number.NaN, Number.NaN]);
  });
  it("of its inverse", () => {
    expect(values(invBoxcox(-2, [0.5, 0.6]))).toEqual([0, Number.NaN]);
    close(invBoxcox(-2, -0.1).item(), 1.2 ** -10, 1e-14);
    expect(values(invBoxcox([1e4, -1e4, 2], [0, 0, -0.5]))).toEqual([Infinity, 0, Infinity]);
    expect(values(invBoxcox1p([-2, -Infinity], [0.5, 0]))).toEqual([-1, -1]);
  });
  it("in float32", () => {
    const x = np.array([0.5, 1e-4], { dtype: "float32" });
    expect(values(boxcox(x, np.array(0.3, { dtype: "float32" })))).toEqual(
      [0.5, Math.fround(1e-4)].map((v) => Math.fround(boxcox(v, Math.fround(0.3)).item())),
    );
    expect(grad((l: Tensor) => np.sum(boxcox(x, l)))(np.array(0, { dtype: "float32" })).dtype).toBe(
      "float32",
    );
  });
});

describe("derivatives", () => {
  it("at exponent 0 are powers of the logarithm: log^(n + 1) x / (n + 1)", () => {
    const L = Math.log(3);
    let f = (l: Tensor): Tensor => boxcox(3, l);
    for (let n = 1; n <= 4; n++) {
      f = grad(f);
      close(f(np.array(0)).item(), L ** (n + 1) / (n + 1), 1e-15);
    }
  });
  it("at x = 0", () => {
    expect(grad((x: Tensor) => boxcox(x, 2))(0).item()).toBe(0);
    expect(grad((x: Tensor) => boxcox(x, 0.5))(0).item()).toBe(Infinity);
    // of -1 / l
    expect(grad((l: Tensor) => boxcox(0, l))(0.5).item()).toBe(4);
    expect(grad(grad((l: Tensor) => boxcox(0, l)))(0.5).item()).toBe(-16);
  });
  it("mixed, in both modes, also through 0 and of the inverses", () => {
    const l = np.array([-0.5, 0, 1e-12, 1, 2]);
    for (const f of [boxcox, boxcox1p])
      checkGrads((x, y) => f(x, y), [np.array([0.4, 3, 2, 1, 0.7]), l], { order: 3 });
    for (const f of [invBoxcox, invBoxcox1p])
      checkGrads((x, y) => f(x, y), [np.array([-0.4, 1, 0.5, 2, -0.3]), l], { order: 3 });
    const h = hessian((v: Tensor) => boxcox(np.slice(v, 0), np.slice(v, 1)))(np.array([2, 0]));
    expect(
      np.allclose(
        h,
        [
          [-0.25, Math.LN2 / 2],
          [Math.LN2 / 2, Math.LN2 ** 3 / 3],
        ],
        { rtol: 1e-14 },
      ),
    ).toBe(true);
  });
});

const unit = fc.nat(2 ** 30).map((k) => k / 2 ** 30);
const between = (min: number, max: number): fc.Arbitrary<number> => unit.map((u) => min + (max - min) * u);

it("the inverses invert", () => {
  fc.assert(
    fc.property(between(-3, 3), between(-2, 2), (log, l) => {
      const x = Math.exp(log);
      // what rounding the value does to x: d log x = dy / x^l
      const tolerance = (4e-16 * (1 + Math.abs(boxcox(x, l).item()))) / x ** l + 1e-15;
      close(invBoxcox(boxcox(x, l), l).item(), x, tolerance);
      const small = x - 0.99;
      const lost = 4e-16 * (1 + Math.abs(boxcox1p(small, l).item())) * (1 + small) ** (1 - l);
      expect(Math.abs(invBoxcox1p(boxcox1p(small, l), l).item() - small)).toBeLessThanOrEqual(
        lost + 1e-15 * (1 + small),
      );
    }),
    { numRuns: runs },
  );
});

describe("Bernoulli numbers", () => {
  it("obey their recurrence: the sum of C(n + 1, k) B_k over k <= n is 0", () => {
    const b = special.bernoulli(20).toTypedArray();
    for (let n = 1; n < 20; n++) {
      let [sum, size, choose] = [0, 0, 1];
      for (let k = 0; k <= n; k++) {
        const term = choose * (b[k] as number);
        sum += term;
        size += Math.abs(term);
        choose = (choose * (n + 1 - k)) / (k + 1);
      }
      expect(Math.abs(sum)).toBeLessThanOrEqual(1e-15 * size);
    }
  });
  it("end, in float64 and float32", () => {
    expect(values(special.bernoulli(0))).toEqual([1]);
    expect(values(special.bernoulli(1))).toEqual([1, -0.5]);
    expect(special.bernoulli(261).toTypedArray().slice(257)).toEqual(
      Float64Array.of(0, special.bernoulli(258).toTypedArray()[258] as number, 0, -Infinity, 0),
    );
    const single = special.bernoulli(6, { dtype: "float32" });
    expect(single.dtype).toBe("float32");
    expect(values(single)).toEqual([1, -0.5, 1 / 6, 0, -1 / 30, 0, 1 / 42].map(Math.fround));
  });
});
