/** Derivatives of special functions where differences cannot reach: the tails, small parameters, high orders, kinks. */
import { grad, hessian, jvp, np, type Tensor, vmap } from "cotangent";
import * as special from "cotangent/special";
import { describe, expect, it } from "vitest";

type Function = (x: Tensor) => Tensor;
const derivative = (f: Function, order: number): Function =>
  order === 0 ? f : grad(derivative(f, order - 1));
const close = (got: number, wanted: number, tolerance: number): void => {
  expect(Math.abs(got - wanted) / Math.abs(wanted), `${got} instead of ${wanted}`).toBeLessThan(tolerance);
};

describe("derivatives of the incomplete gamma function", () => {
  // mpmath 1.3, 50 digits
  it("in a, of order 1 to 4, at a = 2.5, x = 3", () => {
    const wanted = [-0.22754855127826082, -0.03980498725025574, 0.08529270238289406, 0.009429311669502779];
    wanted.forEach((value, i) => {
      close(derivative((a) => special.gammainc(a, 3), i + 1)(np.array(2.5)).item(), value, 1e-11);
    });
  });
  it("mixed: the whole Hessian, and its transposed sum with the upper function", () => {
    const f = (ax: Tensor): Tensor => special.gammainc(np.slice(ax, 0), np.slice(ax, 1));
    const g = (ax: Tensor): Tensor => special.gammaincc(np.slice(ax, 0), np.slice(ax, 1));
    const at = np.array([2.5, 3]);
    const h = hessian(f)(at);
    [-0.03980498725025574, 0.07695910692717675, 0.07695910692717675, -0.09730434665928292].forEach(
      (value, i) => {
        close(h.toTypedArray()[i] as number, value, 1e-11);
      },
    );
    expect(np.allclose(np.add(h, hessian(g)(at)), 0, { atol: 1e-14, rtol: 0 })).toBe(true);
  });
  it("at small a and in the far tail", () => {
    close(grad((a: Tensor) => special.gammainc(a, 2))(1e-12).item(), -special.exp1(2).item(), 1e-10);
    close(grad((a: Tensor) => special.gammaincc(a, 200))(3).item(), 1.2246328395752226e-82, 1e-12);
  });
});

describe("derivatives of the incomplete beta function", () => {
  it("in all three, to second order, at (2, 0.7, 0.6)", () => {
    const f = (v: Tensor): Tensor => special.betainc(np.slice(v, 0), np.slice(v, 1), np.slice(v, 2));
    const at = np.array([2, 0.7, 0.6]);
    const gradient = grad(f)(at).toTypedArray();
    [-0.15293611500539567, 0.36918351699116514, 0.9398968938946454].forEach((value, i) => {
      close(gradient[i] as number, value, 1e-11);
    });
    const h = hessian(f)(at).toTypedArray();
    [
      0.1013130756754328, -0.13615702508518782, -0.12860307480350586, -0.13615702508518782,
      -0.04879411975518159, 1.0343715614483322, -0.12860307480350586, 1.0343715614483322, 2.2714174935787264,
    ].forEach((value, i) => {
      close(h[i] as number, value, 1e-10);
    });
  });
  it("I_x(a, b) + I_(1 - x)(b, a) = 1 with all derivatives", () => {
    const f = (v: Tensor): Tensor => {
      const [a, b, x] = [np.slice(v, 0), np.slice(v, 1), np.slice(v, 2)];
      return np.add(special.betainc(a, b, x), special.betainc(b, a, np.sub(1, x)));
    };
    const at = np.array([
      [3, 0.2, 0.8],
      [40, 9, 0.7],
      [0.01, 5, 0.001],
    ]);
    expect(np.allclose(vmap(grad(f))(at), 0, { atol: 1e-11, rtol: 0 })).toBe(true);
  });
});

describe("other derivatives", () => {
  it("of logNdtr are the inverse Mills ratio, without cancellation far out", () => {
    close(grad(special.logNdtr)(-1e4).item(), 1e4 + 1e-4 - 2e-12, 1e-15);
    expect(grad(special.logNdtr)(50).item()).toBe(0);
    close(derivative(special.logNdtr, 2)(np.array(-100)).item(), -0.9999000599500517, 1e-9);
  });
  it("of scaled Bessel functions to third order at 1e6, and at 0", () => {
    // e^-x I_0(x) ~ (1 + 1 / (8 x) + 9 / (128 x^2)) / sqrt(2 pi x)
    const x = 1e6;
    const front = 1 / Math.sqrt(2 * Math.PI * x);
    close(derivative(special.i0e, 1)(np.array(x)).item(), (-0.5 * front * (1 + 3 / (8 * x))) / x, 1e-11);
    close(
      derivative(special.i0e, 3)(np.array(x)).item(),
      (-1.875 * front * (1 + 7 / (8 * x))) / x ** 3,
      1e-11,
    );
    expect(grad(special.i0e)(0).item()).toBe(0);
    expect(grad(special.i1e)(0).item()).toBe(0.5);
    expect(derivative(special.i1, 3)(np.array(0)).item()).toBeCloseTo(0.375, 14);
  });
  it("of Spence's function at 1: -1 / n! times the n-th of sum (1 - z)^k / k^2", () => {
    [-1, 0.5, -2 / 3, 1.5].forEach((value, i) => {
      close(derivative(special.spence, i + 1)(np.array(1)).item(), value, 1e-14);
    });
  });
  it("of x log y at x = 0: log y in x, and 0 in y, also at y = 0", () => {
    const pushed = (
      f: (x: Tensor, y: Tensor) => Tensor,
      x: number,
      y: number,
      dx: number,
      dy: number,
    ): number => jvp(f, [np.array(x), np.array(y)], [np.array(dx), np.array(dy)])[1].item();
    expect(pushed(special.xlogy, 0, 2, 1, 0)).toBe(Math.LN2);
    const inY = grad((x: Tensor, y: Tensor) => special.xlogy(x, y), { argnums: 1 });
    expect(inY(0, 2).item()).toBe(0);
    expect(inY(0, 0).item()).toBe(0);
    expect(grad((y: Tensor) => special.xlog1py(0, y))(-1).item()).toBe(0);
  });
  it("of the zeta function in s", () => {
    close(grad((s: Tensor) => special.zeta(s, 1))(2).item(), -0.9375482543158438, 1e-14);
  });
});
