/** Functions of the bits of doubles, at every exponent. */
import { describe, expect, it } from "vitest";
import { copySign, exponent, pow2 } from "../../src/expr/bits.js";

describe("bits", () => {
  it("powers of two, with 0 and infinity at the ends", () => {
    expect([pow2.f(-1023), pow2.f(1024)]).toEqual([0, Infinity]);
    for (let k = -1022; k <= 1023; k++) expect(pow2.f(k)).toBe(2 ** k);
  });

  it("exponents of all doubles", () => {
    expect([0, -0, 5e-324, 2 ** -1023].map((x) => exponent.f(x))).toEqual([-1023, -1023, -1023, -1023]);
    expect([Infinity, -Infinity, Number.NaN].map((x) => exponent.f(x))).toEqual([1024, 1024, 1024]);
    for (let k = -1022; k <= 1023; k++) {
      expect([exponent.f(2 ** k), exponent.f(-1.75 * 2 ** k), exponent.f((2 - 2 ** -52) * 2 ** k)]).toEqual([
        k,
        k,
        k,
      ]);
    }
  });

  it("signs, of zeros too", () => {
    const cases = [
      [3, -0, -3],
      [-3, 0, 3],
      [0, -5, -0],
      [-0, 1, 0],
      [Infinity, -Infinity, -Infinity],
      [-2, 2, 2],
    ] as const;
    for (const [x, y, expected] of cases) expect(copySign.f(x, y)).toBe(expected);
  });
});
