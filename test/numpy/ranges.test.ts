import { describe, expect, it } from "vitest";
import { ArgumentError, grad, jacfwd, np } from "../../src/index.js";

describe("arange", () => {
  it("takes one to three numbers and options", () => {
    expect(np.arange(3).toArray()).toEqual([0, 1, 2]);
    expect(np.arange(3).dtype).toBe("float64");
    expect(np.arange(1, 4).toArray()).toEqual([1, 2, 3]);
    expect(np.arange(5, 0, -2).toArray()).toEqual([5, 3, 1]);
    expect(np.arange(3, 1).shape).toEqual([0]);
    expect(np.arange(0, 1, 0.25).toArray()).toEqual([0, 0.25, 0.5, 0.75]);
    expect(np.arange(2, { dtype: "int32" }).dtype).toBe("int32");
    expect(np.arange(0, 4, 2, { dtype: "uint8" }).toArray()).toEqual([0, 2]);
  });
  it("needs finite numbers and a step", () => {
    expect(() => np.arange(0, 1, 0)).toThrow(ArgumentError);
    expect(() => np.arange(Infinity)).toThrow(ArgumentError);
    expect(() => np.arange("3" as never)).toThrow(ArgumentError);
    expect(() => (np.arange as () => unknown)()).toThrow(ArgumentError);
  });
});

describe("linspace", () => {
  it("ends at stop, unless told not to", () => {
    expect(np.linspace(0, 1, 5).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(np.linspace(0, 1, 4, { endpoint: false }).toArray()).toEqual([0, 0.25, 0.5, 0.75]);
    expect(np.linspace(3, -3, 4).toArray()).toEqual([3, 1, -1, -3]);
    expect(np.linspace(0, 1, 1).toArray()).toEqual([0]);
    expect(np.linspace(0, 1, 0).shape).toEqual([0]);
    expect(np.linspace(0, 1).shape).toEqual([50]);
    expect(np.linspace(0, 5, 6, { dtype: "int32" }).toArray()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(np.linspace([0, 10], [1, 20], 3).toArray()).toEqual([
      [0, 10],
      [0.5, 15],
      [1, 20],
    ]);
    expect(() => np.linspace(0, 1, 1.5)).toThrow(ArgumentError);
  });
  it("is differentiable in both ends", () => {
    expect(jacfwd((a) => np.linspace(a, 2, 3))(0).toArray()).toEqual([1, 0.5, 0]);
    expect(grad((b) => np.sum(np.linspace(0, b, 3)))(5).item()).toBe(1.5);
  });
});

describe("logspace and geomspace", () => {
  it("step the exponent evenly", () => {
    expect(np.logspace(0, 2, 3).toArray()).toEqual([1, 10, 100]);
    expect(np.logspace(0, 3, 4, { base: 2 }).toArray()).toEqual([1, 2, 4, 8]);
    expect(np.allclose(np.geomspace(1, 8, 4), [1, 2, 4, 8], { rtol: 1e-14 })).toBe(true);
    expect(np.allclose(np.geomspace(-1, -100, 3), [-1, -10, -100], { rtol: 1e-14 })).toBe(true);
    expect(np.allclose(np.geomspace(1, 16, 4, { endpoint: false }), [1, 2, 4, 8], { rtol: 1e-14 })).toBe(
      true,
    );
    expect(grad((b) => np.geomspace(1, b, 3).slice(1))(9).item()).toBeCloseTo(1 / 6, 14);
  });
});

describe("grids", () => {
  it("meshgrid in both orders", () => {
    const [x, y] = np.meshgrid([
      [0, 1, 2],
      [5, 6],
    ]);
    expect(x?.toArray()).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(y?.toArray()).toEqual([
      [5, 5, 5],
      [6, 6, 6],
    ]);
    expect(np.meshgrid([[0, 1, 2], [5, 6], [7]], { indexing: "ij" })[0]?.shape).toEqual([3, 2, 1]);
    expect(np.meshgrid([[0, 1, 2]])[0]?.shape).toEqual([3]);
    expect(() => np.meshgrid([[0]], { indexing: "yx" as "xy" })).toThrow(ArgumentError);
  });
  it("indices and fromFunction", () => {
    expect(np.indices([2, 2]).toArray()).toEqual([
      [
        [0, 0],
        [1, 1],
      ],
      [
        [0, 1],
        [0, 1],
      ],
    ]);
    expect(np.indices([2]).dtype).toBe("int32");
    const table = np.fromFunction((i, j) => np.add(np.multiply(i, 10), j), [2, 3]);
    expect(table.toArray()).toEqual([
      [0, 1, 2],
      [10, 11, 12],
    ]);
  });
});
