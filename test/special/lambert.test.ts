/** Lambert's W and Owen's T: ends, slopes against 50 digits, the equations that define them, derivatives in both modes. */
import { readFileSync } from "node:fs";
import { grad, jit, np, type Tensor } from "cotangent";
import * as special from "cotangent/special";
import { checkGrads } from "cotangent/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";

const { lambertW, owensT } = special;
const { tables } = JSON.parse(
  readFileSync(new URL("../reference/special-values.json", import.meta.url), "utf8"),
) as { readonly tables: Readonly<Record<string, readonly (readonly number[])[]>> };
const values = (x: Tensor): unknown => x.toArray();
const close = (got: number, wanted: number, tolerance: number, what = ""): void =>
  expect(Math.abs(got - wanted), `${what}: ${got} instead of ${wanted}`).toBeLessThanOrEqual(
    tolerance * Math.abs(wanted),
  );
const unit = fc.nat(2 ** 30).map((k) => k / 2 ** 30);
const between = (min: number, max: number): fc.Arbitrary<number> => unit.map((u) => min + (max - min) * u);

describe("lambertW", () => {
  const edge = -Math.exp(-1);

  it("at the ends of its branches", () => {
    expect(values(lambertW([edge, 0, -0, Infinity, -0.37, -Infinity, Number.NaN]))).toEqual([
      -1,
      0,
      -0,
      Infinity,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    expect(values(lambertW([edge, 0, 1, -0.37, -1], { branch: -1 }))).toEqual([
      -1,
      -Infinity,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    const single = np.array([edge, 1], { dtype: "float32" });
    expect(values(lambertW(single))).toEqual([-1, Math.fround(0.5671432904097838)]);
  });

  it("solves w e^w = x", () =>
    fc.assert(
      fc.property(between(-1, 700), between(-700, -1), (above, below) => {
        for (const [w, branch] of [
          [above, 0],
          [below, -1],
        ] as const) {
          const x = w * Math.exp(w);
          // an ulp of x, and those of w in e^w, move w by 1 / |1 + w| of themselves
          const got = lambertW(x, { branch }).item();
          expect(Math.abs((got - w) * (1 + w))).toBeLessThanOrEqual(
            2e-15 * Math.abs(w) * (1 + Math.abs(w)) + 4e-15,
          );
        }
      }),
      { numRuns: runs },
    ));

  it("has the slope e^-w / (1 + w), up to the branch point", () => {
    for (const [branch, x, wanted] of tables.lambertWSlope as readonly (readonly [
      0 | -1,
      number,
      number,
    ])[]) {
      if (!Number.isFinite(1 / x)) continue;
      close(grad((t: Tensor) => lambertW(t, { branch }))(x).item(), wanted, 1e-15, `${branch}, ${x}`);
    }
  });
  it("has slope 1 at 0, infinite slopes at -1 / e, 0 at infinity", () => {
    let f = (x: Tensor): Tensor => lambertW(x);
    // the coefficients of sum of (-n)^(n - 1) x^n / n!, times n! (DLMF 4.13.5)
    for (const wanted of [1, -2, 9, -64]) {
      f = grad(f);
      close(f(np.array(0)).item(), wanted, 1e-15);
    }
    expect(grad((x: Tensor) => lambertW(x))(edge).item()).toBe(Infinity);
    expect(grad((x: Tensor) => lambertW(x, { branch: -1 }))(edge).item()).toBe(-Infinity);
    expect(grad((x: Tensor) => lambertW(x))(Infinity).item()).toBe(0);
    expect(grad((x: Tensor) => lambertW(x, { branch: -1 }))(-0).item()).toBe(-Infinity);
  });
  it("to third order in both modes, through the seam of its formulas", () => {
    checkGrads((x: Tensor) => lambertW(x), [np.array([-0.3, -0.1, 0, 0.4, 2.7, Math.E, 30])], { order: 3 });
    checkGrads((x: Tensor) => lambertW(x, { branch: -1 }), [np.array([-0.3, -0.2, -0.1])], { order: 3 });
    const f = (x: Tensor): Tensor => grad((t: Tensor) => np.sum(lambertW(t)))(x);
    const x = np.array([-0.36, 0, 5]);
    expect(values(jit(f)(x))).toEqual(values(f(x)));
  });
});

describe("owensT", () => {
  it("at its ends", () => {
    expect(values(owensT([0, 0, 1, -1, 50, Infinity], [0, Infinity, 0, -Infinity, 1, 1]))).toEqual([
      0,
      0.25,
      0,
      -0.5 * special.ndtr(-1).item(),
      0,
      0,
    ]);
    expect(values(owensT([Number.NaN, 0], [1, Number.NaN]))).toEqual([Number.NaN, Number.NaN]);
  });
  it("is even in h and odd in a, arctan a / 2 pi at h = 0, and q (1 - q) / 2 at a = 1", () =>
    fc.assert(
      fc.property(between(0, 8), between(0, 5), (h, a) => {
        const value = owensT(h, a).item();
        expect(owensT(-h, a).item()).toBe(value);
        expect(owensT(h, -a).item()).toBe(-value);
        close(owensT(0, a).item(), Math.atan(a) / (2 * Math.PI), 1e-15);
        const q = special.ndtr(-h).item();
        close(owensT(h, 1).item(), 0.5 * q * (1 - q), 1e-14);
        // across the seam at a = 1
        expect(owensT(h, a + 1e-9).item()).toBeGreaterThanOrEqual(value * (1 - 1e-14));
      }),
      { numRuns: runs },
    ));
  it("to third order in both modes, in both operands", () => {
    checkGrads(
      (h: Tensor, a: Tensor) => owensT(h, a),
      [np.array([0, -0.7, 1.3, 2]), np.array([0.3, 1, -2, 0])],
      {
        order: 3,
      },
    );
    expect(grad((a: Tensor) => owensT(1, a))(Infinity).item()).toBe(0);
  });
  it("is what skew normal probabilities are made of: Phi(x) - 2 T(x, a)", () => {
    // its density is 2 phi(x) Phi(a x)
    const cdf = (x: Tensor): Tensor => np.sub(special.ndtr(x), np.mul(2, owensT(x, 3)));
    const density = (2 * Math.exp(-0.125) * special.ndtr(1.5).item()) / Math.sqrt(2 * Math.PI);
    close(grad(cdf)(0.5).item(), density, 1e-14);
  });
});
