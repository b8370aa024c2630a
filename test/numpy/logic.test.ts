import { describe, expect, it } from "vitest";
import { ConcretizationError, DTypeError, np, vmap } from "../../src/index.js";

describe("comparisons", () => {
  it("broadcast and give bool", () => {
    const a = np.array([[1], [2]]);
    expect(np.less(a, [1, 2, 3]).toArray()).toEqual([
      [false, true, true],
      [false, false, true],
    ]);
    expect(np.greaterEqual(a, 2).toArray()).toEqual([[false], [true]]);
    expect(np.equal([1, Number.NaN], [1, Number.NaN]).toArray()).toEqual([true, false]);
    expect(np.notEqual([1, Number.NaN], [1, Number.NaN]).toArray()).toEqual([false, true]);
    expect(np.equal(np.array([1], { dtype: "int32" }), 1.5).toArray()).toEqual([false]);
  });
  it("isfinite, isinf, isnan", () => {
    const x = [1, Infinity, -Infinity, Number.NaN];
    expect(np.isfinite(x).toArray()).toEqual([true, false, false, false]);
    expect(np.isinf(x).toArray()).toEqual([false, true, true, false]);
    expect(np.isnan(x).toArray()).toEqual([false, false, false, true]);
    expect(np.isnan(np.array([1], { dtype: "int32" })).toArray()).toEqual([false]);
  });
});

describe("closeness", () => {
  it("is relative to the second and absolute near 0", () => {
    expect(np.isclose([1e10, 1e-9, 1], [1.00001e10, 0, 1.1]).toArray()).toEqual([true, true, false]);
    expect(np.isclose([Infinity, Infinity, 1], [Infinity, -Infinity, Infinity]).toArray()).toEqual([
      true,
      false,
      false,
    ]);
    expect(np.isclose(Number.NaN, Number.NaN, { equalNan: true }).item()).toBe(1);
  });
  it("allclose and arrayEqual are JavaScript booleans, so that if works", () => {
    expect(np.allclose([1, 2], [1, 2 + 1e-9])).toBe(true);
    expect(np.allclose([1, 2], [1, 3])).toBe(false);
    expect(np.arrayEqual([1, 2], [1, 2])).toBe(true);
    expect(np.arrayEqual([1, 2], [[1, 2]])).toBe(false);
    expect(np.arrayEqual([Number.NaN], [Number.NaN])).toBe(false);
    expect(np.arrayEqual([Number.NaN], [Number.NaN], { equalNan: true })).toBe(true);
    expect(np.allclose([], [])).toBe(true);
    const each = vmap((x) => (np.allclose(x, 0) ? x : x));
    expect(() => each(np.array([0, 1]))).toThrow(ConcretizationError);
  });
});

describe("logic and bits", () => {
  it("numbers other than 0 count as true", () => {
    expect(np.logicalAnd([1, 2, 0], [1, 0, 1]).toArray()).toEqual([true, false, false]);
    expect(np.logicalOr([0, 2], 0).toArray()).toEqual([false, true]);
    expect(np.logicalXor([0, 2], 1).toArray()).toEqual([true, false]);
    expect(np.logicalNot([0, 0.5]).toArray()).toEqual([true, false]);
  });
  it("bits of integers and bools", () => {
    expect([np.bitwiseAnd(6, 3), np.bitwiseOr(6, 3), np.bitwiseXor(6, 3)].map((x) => x.item())).toEqual([
      2, 7, 5,
    ]);
    expect(np.bitwiseNot(np.array([0, 5], { dtype: "uint8" })).toArray()).toEqual([255, 250]);
    expect(np.bitwiseNot([true, false]).toArray()).toEqual([false, true]);
    expect(np.invert(0).item()).toBe(-1);
    expect(() => np.bitwiseAnd([1.5], [1])).toThrow(DTypeError);
    expect(() => np.bitwiseAnd(1.5, 1)).toThrow(DTypeError);
  });
  it("shifts copy the sign of signed integers only", () => {
    expect(np.leftShift(3, 2).item()).toBe(12);
    expect(np.rightShift(np.array([-8], { dtype: "int32" }), 1).toArray()).toEqual([-4]);
    expect(np.rightShift(np.array([4294967288], { dtype: "uint32" }), 1).toArray()).toEqual([2147483644]);
  });
});
