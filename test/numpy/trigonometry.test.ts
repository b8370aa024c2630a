import { describe, expect, it } from "vitest";
import { grad, np, type Tensor } from "../../src/index.js";

describe("trigonometry", () => {
  const x = np.linspace(-0.9, 0.9, 7);
  it("inverses undo", () => {
    for (const [f, inverse] of [
      [np.sin, np.arcsin],
      [np.tan, np.arctan],
      [np.sinh, np.arcsinh],
      [np.tanh, np.arctanh],
    ] as const) {
      expect(np.allclose(f(inverse(x)), x, { rtol: 1e-13, atol: 1e-13 })).toBe(true);
    }
    expect(np.allclose(np.cos(np.arccos(x)), x, { rtol: 1e-13, atol: 1e-13 })).toBe(true);
    expect(np.allclose(np.cosh(np.arccosh([1, 2, 30])), [1, 2, 30], { rtol: 1e-13 })).toBe(true);
  });
  it("arctan2 takes y first and knows the quadrants", () => {
    const quarter = Math.PI / 4;
    expect(np.arctan2([1, 1, -1, -1], [1, -1, -1, 1]).toArray()).toEqual([
      quarter,
      3 * quarter,
      -3 * quarter,
      -quarter,
    ]);
  });
  it("degrees and radians", () => {
    expect(np.deg2rad([180, 90]).toArray()).toEqual([Math.PI, Math.PI / 2]);
    expect(np.rad2deg(Math.PI).item()).toBe(180);
  });
});

describe("sinc", () => {
  it("is 1 at 0 and 0 at other whole numbers", () => {
    expect(np.sinc([0, 0.5]).toArray()).toEqual([1, 2 / Math.PI]);
    expect(np.allclose(np.sinc([1, -2, 3]), 0, { atol: 1e-15 })).toBe(true);
  });
  it("has its derivatives at 0: (-1)^k pi^(2k) / (2k + 1), odd ones 0", () => {
    let f = (x: Tensor): Tensor => np.sinc(x);
    for (let n = 1; n <= 6; n++) {
      f = grad(f);
      const k = n / 2;
      const expected = n % 2 === 1 ? 0 : ((-1) ** k * Math.PI ** n) / (n + 1);
      expect(f(np.array(0)).item()).toBeCloseTo(expected, 9);
    }
  });
  it("is smooth where the series meets the quotient", () => {
    const at = 1 / Math.PI;
    const d = (f: (x: Tensor) => Tensor, x: number): number => grad(f)(np.array(x)).item();
    const f = (x: Tensor): Tensor => np.sinc(x);
    expect(f(np.array(at - 1e-12)).item()).toBeCloseTo(f(np.array(at + 1e-12)).item(), 10);
    expect(d(f, at - 1e-12)).toBeCloseTo(d(f, at + 1e-12), 10);
    expect(d(grad(f), at - 1e-12)).toBeCloseTo(d(grad(f), at + 1e-12), 9);
  });
});
