/** Identities of the special functions, over wide random arguments: between values that are computed in different ways. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { besselI } from "../../src/kernel/bessel.js";
import { expi, expn, spence } from "../../src/kernel/exponential-integral.js";
import { beta, betaFactor, betaln, gamma } from "../../src/kernel/gamma-function.js";
import { betainc } from "../../src/kernel/incomplete-beta.js";
import { gammainc, gammaincc } from "../../src/kernel/incomplete-gamma.js";
import { erfcx, logNdtr, ndtr, ndtri } from "../../src/kernel/normal.js";

const unit = fc.nat({ max: 2 ** 30 }).map((k) => k / 2 ** 30);
/** Spread evenly in the logarithm. */
const positive = (min: number, max: number): fc.Arbitrary<number> => unit.map((u) => min * (max / min) ** u);
const between = (min: number, max: number): fc.Arbitrary<number> => unit.map((u) => min + (max - min) * u);

/** |a - b| within `tolerance` of `scale`, by default of b. */
const close = (a: number, b: number, tolerance: number, scale: number = Math.abs(b)): void => {
  expect(Math.abs(a - b), `${a} and ${b}`).toBeLessThanOrEqual(tolerance * scale + 1e-300);
};
const holds = (check: (...xs: number[]) => void, ...ranges: readonly fc.Arbitrary<number>[]): void => {
  fc.assert(
    fc.property(fc.tuple(...ranges), (xs) => {
      check(...xs);
    }),
    { numRuns: 300 },
  );
};

describe("identities", () => {
  it("P + Q = 1", () =>
    holds(
      (a, x) => close(gammainc(a, x) + gammaincc(a, x), 1, 1e-15),
      positive(1e-6, 1e6),
      positive(1e-8, 1e6),
    ));

  it("P(a + 1, x) = P(a, x) - x^a e^-x / Gamma(a + 1), and Q likewise, near the bulk", () =>
    holds(
      (a, far) => {
        const x = Math.max(1e-8, a + far * Math.sqrt(a + 1));
        const step = Math.exp(a * Math.log(x) - x - Math.log(gamma(a + 1)));
        close(gammainc(a + 1, x) + step, gammainc(a, x), 2e-13);
        close(gammaincc(a + 1, x), gammaincc(a, x) + step, 2e-13);
      },
      positive(1e-4, 150),
      between(-3, 6),
    ));

  it("I_x(a, b) = 1 - I_(1 - x)(b, a)", () =>
    holds(
      (a, b, x) => close(betainc(a, b, x) + betainc(b, a, 1 - x), 1, 5e-14),
      positive(1e-4, 1e5),
      positive(1e-4, 1e5),
      // whose complement is exact
      unit,
    ));

  it("I_x(a + 1, b) = I_x(a, b) - x^a (1 - x)^b / (a B(a, b))", () =>
    holds(
      (p, b, z) => {
        // so that p + 1 and 1 - z are exact
        const [a, x] = [p, z].map((v) => Math.ceil(v * 2 ** 20) / 2 ** 20) as [number, number];
        const value = betainc(a, b, x);
        // the logarithm of a small value is a large exponent, of which an ulp counts as much as it is large
        const tolerance = 2e-13 - 2e-15 * Math.log(value + 1e-300);
        close(betainc(a + 1, b, x) + betaFactor(a, b, x, 1 - x) / a, value, tolerance);
      },
      positive(0.01, 1e3),
      positive(0.01, 1e3),
      between(0.05, 0.95),
    ));

  it("I_x(a, b) rises with x, across all seams", () =>
    holds(
      (a, b, x) => expect(betainc(a, b, x + 1e-6)).toBeGreaterThanOrEqual(betainc(a, b, x) * (1 - 1e-13)),
      positive(0.01, 1e4),
      positive(0.01, 1e4),
      between(0, 0.999),
    ));

  it("Gamma(x + 1) = x Gamma(x), and B(a, b) = Gamma(a) Gamma(b) / Gamma(a + b) = e^betaln(a, b)", () => {
    // half an ulp of x + 1 changes the value by x psi(x) times that, near a pole at distance d by 1 / d
    holds((x) => close(gamma(x + 1), x * gamma(x), 2e-13), positive(1e-3, 169));
    holds(
      (x) => {
        fc.pre(Math.abs(x - Math.round(x)) > 0.05);
        close(gamma(x + 1), x * gamma(x), 1e-13);
      },
      between(-160, 0),
    );
    holds(
      (a, b) => close(beta(a, b), (gamma(a) / gamma(a + b)) * gamma(b), 1e-13),
      positive(1e-3, 80),
      positive(1e-3, 80),
    );
    holds(
      (a, b) => close(Math.log(beta(a, b)), betaln(a, b), 1e-13, 1 + Math.abs(betaln(a, b))),
      positive(1e-3, 300),
      positive(1e-3, 300),
    );
  });

  it("ndtri inverts ndtr, in either tail", () => {
    holds((x) => close(ndtri(ndtr(x)), x, 1e-13, 1), between(-37, 1));
    holds((p) => close(ndtr(ndtri(p)), p, 3e-13), positive(1e-300, 0.5));
    holds((x) => close(Math.exp(logNdtr(x)), ndtr(x), 3e-13), between(-37, 8));
  });

  it("erfcx falls, and below 1 / (x sqrt pi)", () =>
    holds(
      (x) => {
        expect(erfcx(x * (1 + 1e-9))).toBeLessThanOrEqual(erfcx(x));
        expect(erfcx(x) * x * Math.sqrt(Math.PI)).toBeLessThanOrEqual(1 + 1e-15);
      },
      positive(1e-3, 1e12),
    ));

  it("n E_(n + 1)(x) = e^-x - x E_n(x), and E_1(x) = -Ei(-x)", () => {
    holds(
      (n, x) => close(n * expn(n + 1, x), Math.exp(-x) - x * expn(n, x), 1e-14, Math.exp(-x)),
      fc.integer({ min: 1, max: 60 }),
      positive(1e-6, 600),
    );
    holds((x) => expect(expi(-x)).toBe(-expn(1, x)), positive(1e-6, 600));
  });

  it("I_(n - 1)(x) - I_(n + 1)(x) = 2 n / x I_n(x)", () =>
    holds(
      (n, x) =>
        close(besselI(n - 1, x) - besselI(n + 1, x), ((2 * n) / x) * besselI(n, x), 1e-13, besselI(n - 1, x)),
      fc.integer({ min: 1, max: 30 }),
      positive(1e-3, 600),
    ));

  it("Spence's function: reflection and inversion", () => {
    holds(
      (z) => {
        close(spence(z) + spence(1 - z), Math.PI ** 2 / 6 - Math.log(z) * Math.log1p(-z), 1e-14, 2);
      },
      between(0.001, 0.999),
    );
    holds(
      (z) => close(spence(z) + spence(1 / z), -0.5 * Math.log(z) ** 2, 1e-14, 1 + Math.log(z) ** 2),
      positive(1e-4, 1e4),
    );
  });
});
