import { describe, expect, it } from "vitest";
import { grad, hessian, jacfwd, np, type Tensor } from "../../src/index.js";

const nth = (f: (x: Tensor) => Tensor, n: number): ((x: Tensor) => Tensor) =>
  n === 0 ? f : nth(grad(f), n - 1);

describe("roots and exponentials", () => {
  it("take integers as float64 and keep float32", () => {
    expect(np.sqrt(np.array([4, 9], { dtype: "int32" })).dtype).toBe("float64");
    expect(np.exp(np.array([0], { dtype: "float32" })).dtype).toBe("float32");
    expect(np.sqrt([4, 9]).toArray()).toEqual([2, 3]);
    expect(np.cbrt([8, -27]).toArray()).toEqual([2, -3]);
    expect(np.rsqrt([4, 16]).toArray()).toEqual([0.5, 0.25]);
  });
  it("exp2, log2 and log10 are exact at powers", () => {
    const exponents = Array.from({ length: 61 }, (_, i) => i - 30);
    expect(np.exp2(exponents).toArray()).toEqual(exponents.map((n) => 2 ** n));
    expect(np.log2(exponents.map((n) => 2 ** n)).toArray()).toEqual(exponents);
    expect(np.log10(exponents.map((n) => Number(`1e${n}`))).toArray()).toEqual(exponents);
    expect(np.log2([1 + 2 ** -52]).toArray()).toEqual([2 ** -52 / Math.LN2]);
    expect(np.log2([0, Infinity, -1]).toArray()).toEqual([-Infinity, Infinity, Number.NaN]);
  });
  it("log2 and log10 have the derivative 1 / (x log base)", () => {
    expect(grad((x) => np.log2(x))(8).item()).toBeCloseTo(1 / (8 * Math.LN2), 15);
    expect(grad(grad((x) => np.log10(x)))(10).item()).toBeCloseTo(-1 / (100 * Math.LN10), 15);
  });
});

describe("logaddexp", () => {
  it("does not overflow and takes infinities", () => {
    const a = [1000, -1000, 0, -Infinity, Infinity, Infinity, Infinity];
    const b = [1000, -1000, -Infinity, -Infinity, Infinity, -Infinity, 3];
    expect(np.logaddexp(a, b).toArray()).toEqual([
      1000 + Math.LN2,
      -1000 + Math.LN2,
      0,
      -Infinity,
      Infinity,
      Infinity,
      Infinity,
    ]);
    expect(np.logaddexp(0, -40).item()).toBe(Math.exp(-40));
    expect(np.logaddexp(Number.NaN, 1).item()).toBeNaN();
    expect(np.logaddexp2(3, 3).item()).toBeCloseTo(4, 14);
  });
  it("has the weights of softmax as derivative, at ties and infinities too", () => {
    const weights = (a: number, b: number): number[] =>
      grad((x, y) => np.logaddexp(x, y), { argnums: [0, 1] })(a, b).map((d: Tensor) => d.item());
    expect(weights(2, 2)).toEqual([0.5, 0.5]);
    expect(weights(800, -800)).toEqual([1, 0]);
    expect(weights(0, -Infinity)).toEqual([1, 0]);
    expect(weights(-Infinity, -Infinity)).toEqual([0.5, 0.5]);
    expect(weights(0, Math.log(3))[0]).toBeCloseTo(0.25, 14);
  });
  it("has the right second derivative at a tie", () => {
    const h = hessian((x) => np.logaddexp(x.slice(0), x.slice(1)))(np.array([1, 1]));
    expect(
      np.allclose(h, [
        [0.25, -0.25],
        [-0.25, 0.25],
      ]),
    ).toBe(true);
  });
});

describe("hypot", () => {
  it("neither overflows nor underflows", () => {
    const far = np.hypot([3e200, 3e-200, 0, 5e-324], [4e200, 4e-200, 2, 0]);
    expect(np.allclose(np.divide(far, [5e200, 5e-200, 2, 5e-324]), 1, { rtol: 1e-15, atol: 0 })).toBe(true);
    expect(np.hypot([3, 0], [4, 0]).toArray()).toEqual([5, 0]);
    expect(np.hypot([Infinity, 1], [Number.NaN, -Infinity]).toArray()).toEqual([Infinity, Infinity]);
    expect(
      np.hypot(np.array([3e20], { dtype: "float32" }), np.array([4e20], { dtype: "float32" })).toArray(),
    ).toEqual([Math.fround(5e20)]);
  });
  it("has derivative (x, y) / h, and 0 at the origin", () => {
    const gradient = grad((x, y) => np.hypot(x, y), { argnums: [0, 1] });
    for (const scale of [1, 1e200, 1e-200]) {
      const [dx, dy] = gradient(3 * scale, 4 * scale);
      expect(dx.item()).toBeCloseTo(0.6, 14);
      expect(dy.item()).toBeCloseTo(0.8, 14);
    }
    expect(gradient(0, 0).map((d: Tensor) => d.item())).toEqual([0, 0]);
    expect(nth((x) => np.hypot(x, 4), 2)(np.array(3)).item()).toBeCloseTo(16 / 125, 15);
    expect(jacfwd((x) => np.hypot(x, 0))(0).item()).toBe(0);
  });
});
