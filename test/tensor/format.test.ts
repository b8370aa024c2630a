import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DType } from "../../src/tensor/dtype.js";
import { formatElement, formatTensor } from "../../src/tensor/format.js";
import { type Shape, sizeOf } from "../../src/tensor/shape.js";
import { uniform } from "../../src/tensor/tensor.js";
import { dense, typeOf } from "../support/layouts.js";

const counting = (shape: Shape, dtype: DType = "float64"): string =>
  formatTensor(
    dense(
      shape,
      Array.from({ length: sizeOf(shape) }, (_, i) => i),
      dtype,
    ),
  );

describe("a tensor as text", () => {
  it("of rank 0 is its number", () => {
    expect(formatTensor(uniform(typeOf([], "float32"), -2))).toBe("Tensor(-2, shape=[], dtype=float32)");
    expect(formatTensor(uniform(typeOf([], "bool"), 1))).toBe("Tensor(true, shape=[], dtype=bool)");
  });
  it("of rank 1 is a list", () => {
    expect(formatTensor(dense([3], [1, 2.5, -0]))).toBe("Tensor([1, 2.5, -0], shape=[3], dtype=float64)");
    expect(
      formatTensor(dense([4], [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-300])),
    ).toBe("Tensor([NaN, Infinity, -Infinity, 1e-300], shape=[4], dtype=float64)");
  });
  it("of rank 2 has a line for each row and aligned columns", () => {
    expect(formatTensor(dense([2, 2], [1, 2.5, 3, 4], "float32"))).toBe(
      "Tensor([[  1, 2.5],\n        [  3,   4]], shape=[2, 2], dtype=float32)",
    );
    expect(formatTensor(dense([2, 2], [1, 0, 0, 1], "bool"))).toBe(
      "Tensor([[ true, false],\n        [false,  true]], shape=[2, 2], dtype=bool)",
    );
  });
  it("of rank 3 has an empty line between matrices", () => {
    expect(counting([2, 2, 2], "int32")).toBe(
      [
        "Tensor([[[0, 1],",
        "         [2, 3]],",
        "",
        "        [[4, 5],",
        "         [6, 7]]], shape=[2, 2, 2], dtype=int32)",
      ].join("\n"),
    );
  });
  it("without elements is an empty list with its shape", () => {
    expect(counting([0])).toBe("Tensor([], shape=[0], dtype=float64)");
    expect(counting([2, 0, 3])).toBe("Tensor([], shape=[2, 0, 3], dtype=float64)");
  });
  it("is broken into lines of at most 80 characters", () => {
    expect(counting([30], "int32")).toBe(
      [
        "Tensor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,",
        "        20, 21, 22, 23, 24, 25, 26, 27, 28, 29], shape=[30], dtype=int32)",
      ].join("\n"),
    );
  });
  it("of more than 1000 elements shows three at both ends of each axis", () => {
    expect(counting([1001])).toBe("Tensor([0, 1, 2, ..., 998, 999, 1000], shape=[1001], dtype=float64)");
    expect(counting([40, 30])).toBe(
      [
        "Tensor([[   0,    1,    2, ...,   27,   28,   29],",
        "        [  30,   31,   32, ...,   57,   58,   59],",
        "        [  60,   61,   62, ...,   87,   88,   89],",
        "        ...,",
        "        [1110, 1111, 1112, ..., 1137, 1138, 1139],",
        "        [1140, 1141, 1142, ..., 1167, 1168, 1169],",
        "        [1170, 1171, 1172, ..., 1197, 1198, 1199]], shape=[40, 30], dtype=float64)",
      ].join("\n"),
    );
    expect(counting([4, 251])).toContain("[   0,    1,    2, ...,  248,  249,  250],\n        [ 251,");
    expect(counting([10, 100])).not.toContain("...");
  });
});

describe("an element as text", () => {
  it("of float32 is the shortest decimal that gives it back", () => {
    expect(formatElement("float32", 0.9999985694885254)).toBe("0.99999857");
    expect(formatElement("float32", Math.fround(0.1))).toBe("0.1");
    expect(formatElement("float32", Math.fround(1 / 3))).toBe("0.33333334");
    expect(formatElement("float32", 16777216)).toBe("16777216");
    expect(formatElement("float32", 2 ** -149)).toBe("1e-45");
    expect(formatElement("float32", 3.4028234663852886e38)).toBe("3.4028235e+38");
    expect(formatElement("float64", 0.9999985694885254)).toBe("0.9999985694885254");
  });
  it("reads back as the same element", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), fc.double({ noNaN: true }), (x, y) => {
        expect(Object.is(Math.fround(Number(formatElement("float32", x))), x)).toBe(true);
        expect(Object.is(Number(formatElement("float64", y)), y)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
  it("of float32 has no shorter decimal among its roundings", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (x) => {
        const digits = (text: string): number =>
          text
            .replace(/e.*$/, "")
            .replace(/[-.]/g, "")
            .replace(/^0+|0+$/g, "").length;
        const n = digits(formatElement("float32", x));
        expect(n).toBeLessThanOrEqual(9);
        if (n > 1) expect(Math.fround(Number(x.toPrecision(n - 1)))).not.toBe(x);
      }),
      { numRuns: 1000 },
    );
  });
});
