import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CombineOp } from "../../src/kernel/combine.js";
import { cumulative } from "../../src/kernel/cumulative.js";
import { type DType, roundTo } from "../../src/tensor/dtype.js";
import { uniform } from "../../src/tensor/tensor.js";
import {
  coordinates,
  dense,
  elements,
  indexOf,
  replaced,
  shapes,
  tensors,
  typeOf,
} from "../support/layouts.js";

const step = (op: CombineOp, dtype: DType, a: number, b: number): number => {
  if (op === "max" || (dtype === "bool" && op === "add")) return Math.max(a, b);
  if (op === "min" || (dtype === "bool" && op === "mul")) return Math.min(a, b);
  if (op === "add") return roundTo(dtype, a + b);
  return roundTo(dtype, dtype.startsWith("float") ? a * b : Math.imul(a, b));
};

describe("cumulative", () => {
  test("the running product of a uniform -0 changes sign at every step", () => {
    const x = uniform({ shape: [4], dtype: "float64", weak: false }, -0);
    expect(elements(cumulative("mul", x, 0, false, x.type))).toEqual([-0, 0, -0, 0]);
    expect(elements(cumulative("add", x, 0, false, x.type))).toEqual([-0, -0, -0, -0]);
  });

  test("each element is the one before combined with the operand's, for every op, dtype and layout", () => {
    fc.assert(
      fc.property(
        tensors(shapes(1)),
        fc.nat(),
        fc.boolean(),
        fc.constantFrom<CombineOp>("add", "mul", "max", "min"),
        (x, pick, reverse, op) => {
          const axis = pick % x.shape.length;
          const n = x.shape[axis] as number;
          const expected = elements(x);
          const order = Array.from(expected.keys());
          for (const i of reverse ? order.reverse() : order) {
            const at = coordinates(x.shape, i);
            const before = (at[axis] as number) + (reverse ? 1 : -1);
            if (before < 0 || before >= n) continue;
            const j = indexOf(x.shape, replaced(at, axis, before));
            expected[i] = step(op, x.dtype, expected[j] as number, expected[i] as number);
          }
          const out = cumulative(op, x, axis, reverse, x.type);
          expect(out.shape).toEqual(x.shape);
          expect(elements(out)).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("leaves its operand alone", () => {
    const x = dense([3], [1, 2, 3]);
    expect(elements(cumulative("add", x, 0, false, x.type))).toEqual([1, 3, 6]);
    expect(elements(x)).toEqual([1, 2, 3]);
  });

  test("float32 rounds after every step", () => {
    const x = dense([3], [2 ** 24, 1, 1], "float32");
    expect(elements(cumulative("add", x, 0, false, typeOf([3], "float32")))).toEqual([
      2 ** 24,
      2 ** 24,
      2 ** 24,
    ]);
  });
});
