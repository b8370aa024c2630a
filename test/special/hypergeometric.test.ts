/** The hypergeometric functions: ends, special cases that are other functions, identities, derivatives in all arguments. */
import { grad, hessian, jit, np, type Tensor } from "cotangent";
import * as special from "cotangent/special";
import { checkGrads } from "cotangent/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";

const { hyp1f1, hyp2f1 } = special;
const values = (x: Tensor): unknown => x.toArray();
const close = (got: number, wanted: number, tolerance: number, scale: number = Math.abs(wanted)): void =>
  expect(Math.abs(got - wanted), `${got} instead of ${wanted}`).toBeLessThanOrEqual(tolerance * scale);
const unit = fc.nat(2 ** 30).map((k) => k / 2 ** 30);
const between = (min: number, max: number): fc.Arbitrary<number> => unit.map((u) => min + (max - min) * u);
const holds = (check: (...xs: number[]) => void, ...ranges: readonly fc.Arbitrary<number>[]): void =>
  fc.assert(
    fc.property(fc.tuple(...ranges), (xs) => check(...xs)),
    { numRuns: runs },
  );

describe("hyp1f1", () => {
  it("at its ends", () => {
    expect(values(hyp1f1([2, 0, 1, -1], [3, 5, 0, -2], [0, 7, 1, 4]))).toEqual([1, 1, Number.NaN, 3]);
    expect(values(hyp1f1([1, -3], [-2, -2], 1))).toEqual([Number.NaN, Number.NaN]);
    expect(values(hyp1f1([1, 1], [2, 2], [Infinity, -Infinity]))).toEqual([Infinity, 0]);
    expect(values(hyp1f1([Number.NaN, 1], 1, [1, Number.NaN]))).toEqual([Number.NaN, Number.NaN]);
    // infinite parameters
    expect(values(hyp1f1([Infinity, -Infinity, 1], [0.25, 1, Infinity], -0.25))).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    // x^2 - 4 x + 2 over 2: a zero of a polynomial is one
    expect(hyp1f1(-1, 2, 2).item()).toBe(0);
    expect(values(hyp1f1(np.array([1], { dtype: "float32" }), 2, 1))).toEqual([Math.fround(Math.E - 1)]);
  });
  it("is e^z, (e^z - 1) / z, erf and the incomplete gamma function", () =>
    holds(
      (a, z) => {
        close(hyp1f1(a, a, z).item(), Math.exp(z), 1e-13);
        close(hyp1f1(1, 2, z).item() * z, Math.expm1(z), 1e-13);
        const x = Math.sqrt(Math.abs(z));
        close((2 * x * hyp1f1(0.5, 1.5, -x * x).item()) / Math.sqrt(Math.PI), special.erf(x).item(), 1e-13);
        // P(a, x) Gamma(a + 1) = x^a M(a, a + 1, -x)
        const y = Math.abs(z);
        const lower = special.gammainc(a, y).item() * special.gamma(a + 1).item();
        close(y ** a * hyp1f1(a, a + 1, -y).item(), lower, 2e-13);
      },
      between(0.5, 6),
      between(-80, 80).map((z) => (Math.abs(z) < 0.01 ? 0.01 : z)),
    ));
  it("obeys (b - a) M(a - 1) + (2 a - b + z) M(a) = a M(a + 1)", () =>
    holds(
      // DLMF 13.3.1
      (a, b, z) => {
        const [p, q, r] = [-1, 0, 1].map((k) => hyp1f1(a + k, b, z).item()) as [number, number, number];
        const terms = [(b - a) * p, (2 * a - b + z) * q, -a * r];
        close(
          terms.reduce((s, t) => s + t),
          0,
          5e-13,
          Math.max(...terms.map(Math.abs)),
        );
      },
      // so that the parameters beside them are exact
      between(-3, 6).map((a) => Math.round(a * 2 ** 20) / 2 ** 20),
      between(0.3, 6),
      between(-120, 120),
    ));
  it("has derivatives in all three, to third order, in both modes", () => {
    const at = [np.array([0.7, -1.3, -2]), np.array([1.4, 2.2, 3]), np.array([0.9, -2, 1])] as const;
    checkGrads((a: Tensor, b: Tensor, z: Tensor) => hyp1f1(a, b, z), at, { order: 2 });
    const third = grad(grad(grad((z: Tensor) => hyp1f1(0.5, 2, z))));
    close(third(-30).item(), ((0.5 * 1.5 * 2.5) / (2 * 3 * 4)) * hyp1f1(3.5, 5, -30).item(), 1e-13);
    // d/da of a polynomial's neighbours is no 0, and NaN where it is too far out
    close(grad((a: Tensor) => hyp1f1(a, 1, 1))(0).item(), special.expi(1).item() - 0.5772156649015329, 1e-14);
    expect(grad((a: Tensor) => hyp1f1(a, 1, -1e5))(0.5).item()).toBeNaN();
    const f = (x: Tensor): Tensor => hyp1f1(x, 1.5, np.negative(x));
    expect(values(jit(f)(at[0]))).toEqual(values(f(at[0])));
  });
});

describe("hyp2f1", () => {
  it("at its ends", () => {
    expect(values(hyp2f1([1, 0, 2, -2], [2, 5, 0, 3], [3, 1, 1, -3], [0, 7, 9, 2]))).toEqual([
      1,
      1,
      1,
      1 + 4 + 8,
    ]);
    expect(values(hyp2f1(1, 2, [3, -1, 2.5], [1.5, 0.5, 1]))).toEqual([Number.NaN, Number.NaN, Infinity]);
    // c = a + b diverges at 1 as a logarithm; beyond, Gauss's sum
    expect(values(hyp2f1(0.5, [0.5, -0.5], 1, 1))).toEqual([Infinity, expect.closeTo(2 / Math.PI, 15)]);
    expect(hyp2f1(-0.5, 1.5, 1, 1).item()).toBe(-Infinity);
    expect(values(hyp2f1([2, Number.NaN], 1, 1.5, [-Infinity, 0.5]))).toEqual([0, Number.NaN]);
  });
  it("is a logarithm, a power, an arctangent, an arcsine, near 1 and far below 0", () =>
    holds(
      (a, b, u) => {
        for (const z of [u, 1 - 2 ** (-40 * u) / 2, -1 / (u + 1e-4)]) {
          close(z * hyp2f1(1, 1, 2, z).item(), -Math.log1p(-z), 2e-14);
          close(hyp2f1(a, b, b, z).item(), (1 - z) ** -a, 1e-13);
          close(hyp2f1(0.5, 1, 1.5, -z * z).item() * z, Math.atan(z), 1e-13);
        }
        // 1 - u^2 is rounded, and arcsin u is steep at 1
        if (u < 0.99) close(hyp2f1(0.5, 0.5, 1.5, u * u).item() * u, Math.asin(u), 1e-13);
      },
      between(-3, 5),
      between(0.3, 5),
      between(0.001, 0.999),
    ));
  it("obeys Euler's and Pfaff's transformations", () =>
    holds(
      (a, b, c, z) => {
        const value = hyp2f1(a, b, c, z).item();
        const scale = Math.max(Math.abs(value), 1e-3);
        close((1 - z) ** (c - a - b) * hyp2f1(c - a, c - b, c, z).item(), value, 5e-13, scale);
        expect(hyp2f1(b, a, c, z).item()).toBeCloseTo(value, 10 - Math.ceil(Math.log10(scale + 1)));
      },
      ...[between(-2, 4), between(-2, 4), between(0.3, 5)].map((x) =>
        x.map((v) => Math.round(v * 2 ** 20) / 2 ** 20),
      ),
      between(-0.9, 0.9),
    ));
  it("has derivatives in all four, to second order, in both modes", () => {
    const at = [
      [0.7, -1.3, 2],
      [1.4, 2.2, 0.5],
      [1.9, 3.1, 0.8],
      [0.6, -0.4, -2],
    ].map((x) => np.array(x));
    checkGrads(
      (...v: Tensor[]) => hyp2f1(v[0] as Tensor, v[1] as Tensor, v[2] as Tensor, v[3] as Tensor),
      at,
      {
        order: 2,
      },
    );
    const h = hessian((v: Tensor) => hyp2f1(np.slice(v, 0), 2, np.slice(v, 1), 0.3))(np.array([0, 1.5]));
    expect(np.allclose(h, np.transpose(h), { rtol: 1e-13 })).toBe(true);
    // log(1 - z) F(a, b; b; z) = -dF/da
    const slope = grad((a: Tensor) => hyp2f1(a, 2.5, 2.5, 0.95))(1.5).item();
    close(slope, -Math.log(1 - 0.95) * (1 - 0.95) ** -1.5, 1e-13);
    const second = grad(grad((z: Tensor) => hyp2f1(1, 2, 4.5, z)));
    close(second(-9).item(), ((2 * 2 * 3) / (4.5 * 5.5)) * hyp2f1(3, 4, 6.5, -9).item(), 1e-13);
    // K'(k) in m = k^2 at 0.9999, where c - a - b is a whole number: a complete elliptic integral
    const elliptic = (m: Tensor): Tensor => np.mul(Math.PI / 2, hyp2f1(0.5, 0.5, 1, m));
    close(elliptic(np.array(1 - 2 ** -40)).item(), 15.249237972322037, 1e-13);
    close(elliptic(np.array(0.9999)).item(), 5.991589340507051, 1e-13);
  });
});
