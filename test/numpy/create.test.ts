import { describe, expect, it } from "vitest";
import { DTypeError, grad, np, ShapeError, type Tensor } from "../../src/index.js";

describe("array", () => {
  it("takes numbers, booleans, nested arrays, typed arrays and tensors", () => {
    expect([np.array(2).dtype, np.array(2).shape]).toEqual(["float64", []]);
    expect(
      np.array([
        [1, 2],
        [3, 4],
      ]).shape,
    ).toEqual([2, 2]);
    expect(np.array([true, false]).dtype).toBe("bool");
    expect(np.array(new Int16Array([1, 2])).dtype).toBe("int16");
    expect(np.array([1.5, 2.5], { dtype: "int32" }).toArray()).toEqual([1, 2]);
    expect(np.array([]).shape).toEqual([0]);
    const x = np.array([1, 2]);
    expect(np.asarray(x)).toBe(x);
    expect(np.array([x, x]).shape).toEqual([2, 2]);
  });
  it("copies, so that nobody writes into a tensor", () => {
    const data = new Float64Array([1, 2]);
    const x = np.array(data);
    data[0] = 9;
    expect(x.toArray()).toEqual([1, 2]);
  });
  it("stacks tensors and stays differentiable", () => {
    expect(grad((x) => np.sum(np.array([x, np.multiply(x, x)])))(3).item()).toBe(7);
  });
  it("is an error for ragged arrays and unknown dtypes", () => {
    expect(() => np.array([[1, 2], [3]])).toThrow(ShapeError);
    expect(() => np.array([1], { dtype: "float16" as "float32" })).toThrow(DTypeError);
    expect(() => np.array(["a"] as never)).toThrow();
  });
});

describe("filling", () => {
  it("zeros, ones, full", () => {
    expect(np.zeros([2, 2]).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    const ones = np.ones([2], { dtype: "int32" });
    expect([ones.dtype, ones.toArray()]).toEqual(["int32", [1, 1]]);
    expect(np.full([2], 7).dtype).toBe("float64");
    expect(np.full([2], true).toArray()).toEqual([true, true]);
    expect(np.full([2, 2], [1, 2]).toArray()).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(() => np.full([1], 300, { dtype: "uint8" })).toThrow(DTypeError);
    expect(grad((x) => np.sum(np.full([2, 3], x)))(1).item()).toBe(6);
  });
  it("like another tensor", () => {
    const x = np.array([[1, 2]], { dtype: "float32" });
    expect(np.zerosLike(x).dtype).toBe("float32");
    expect(np.onesLike(x, { dtype: "int8" }).dtype).toBe("int8");
    expect(np.fullLike(x, 7).toArray()).toEqual([[7, 7]]);
  });
  it("checks shapes", () => {
    expect(() => np.zeros([-1])).toThrow(ShapeError);
    expect(() => np.ones([1.5])).toThrow(ShapeError);
    expect(() => np.zeros(3 as never)).toThrow(ShapeError);
    expect(() => np.full([2], np.ones([3]) as Tensor)).toThrow(ShapeError);
    expect(() => np.full([1], np.ones([3]) as Tensor)).toThrow(ShapeError);
  });
});
