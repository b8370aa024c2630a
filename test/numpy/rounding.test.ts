import { describe, expect, it } from "vitest";
import { ArgumentError, DTypeError, grad, np, type Tensor } from "../../src/index.js";

describe("rounding", () => {
  it("goes down, up, to zero, to even", () => {
    const x = [0.5, 1.5, 2.5, -0.5, -1.5];
    expect(np.floor(x).toArray()).toEqual([0, 1, 2, -1, -2]);
    expect(np.ceil(x).toArray()).toEqual([1, 2, 3, -0, -1]);
    expect(np.trunc(x).toArray()).toEqual([0, 1, 2, -0, -1]);
    expect(np.round(x).toArray()).toEqual([0, 2, 2, -0, -2]);
    expect(np.rint(x).toArray()).toEqual(np.round(x).toArray());
  });
  it("takes decimals, negative ones and integers too", () => {
    expect(np.round([1.25, -1.37], 1).toArray()).toEqual([1.2, -1.4]);
    expect(np.round([1234.5], -2).toArray()).toEqual([1200]);
    const whole = np.round(np.array([1250, 1350], { dtype: "int32" }), -2);
    expect([whole.dtype, whole.toArray()]).toEqual(["int32", [1200, 1400]]);
    expect(() => np.round([1], 0.5)).toThrow(ArgumentError);
    expect(() => np.floor([true])).toThrow(DTypeError);
  });
  it("has derivative 0", () => expect(grad((x) => np.round(x, 1))(1.23).item()).toBe(0));
});

describe("extremes", () => {
  it("maximum and minimum pass NaN on, fmax and fmin ignore it", () => {
    expect(np.maximum([1, Number.NaN], [2, 0]).toArray()).toEqual([2, Number.NaN]);
    expect(np.fmax([1, Number.NaN, 5], [2, 0, Number.NaN]).toArray()).toEqual([2, 0, 5]);
    expect(np.fmin([1, Number.NaN], [2, 0]).toArray()).toEqual([1, 0]);
  });
  it("share the derivative evenly at ties", () => {
    const both = grad((x, y) => np.maximum(x, y), { argnums: [0, 1] })(2, 2);
    expect(both.map((d: Tensor) => d.item())).toEqual([0.5, 0.5]);
  });
  it("clip is minimum(maximum(x, low), high), each bound optional", () => {
    expect(np.clip([0, 1, 2, 3, 4], 1, 3).toArray()).toEqual([1, 1, 2, 3, 3]);
    expect(np.clip([0, 4], 3, 1).toArray()).toEqual([1, 1]);
    expect(np.clip([0, 4], null, 3).toArray()).toEqual([0, 3]);
    expect(np.clip([0, 4], 3).toArray()).toEqual([3, 4]);
    expect(grad((x) => np.clip(x, 0, 1))(0.5).item()).toBe(1);
    expect(grad((x) => np.clip(x, 0, 1))(2).item()).toBe(0);
  });
});

describe("signs and steps", () => {
  it("copysign and signbit see -0", () => {
    expect(np.copysign([1, -2, 3], [-1, 1, -0]).toArray()).toEqual([-1, 2, -3]);
    expect(np.signbit([-1, 0, -0, Number.NaN]).toArray()).toEqual([true, false, true, false]);
    expect(grad((x) => np.copysign(x, -1))(2).item()).toBe(-1);
  });
  it("heaviside takes the value at 0", () => {
    expect(np.heaviside([-1, 0, 2, Number.NaN], 0.5).toArray()).toEqual([0, 0.5, 1, Number.NaN]);
  });
  it("nanToNum replaces what is not finite", () => {
    const x = [1, Number.NaN, Infinity, -Infinity];
    expect(np.nanToNum(x).toArray()).toEqual([1, 0, Number.MAX_VALUE, -Number.MAX_VALUE]);
    expect(np.nanToNum(x, { nan: 7, posinf: 8, neginf: 9 }).toArray()).toEqual([1, 7, 8, 9]);
    const float32 = np.nanToNum(np.array([Infinity], { dtype: "float32" }));
    expect(float32.toArray()).toEqual([3.4028234663852886e38]);
  });
});
