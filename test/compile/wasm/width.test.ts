/** How many elements kernels take together: by what of their bodies waits for what, and by what is alive at once. */
import { expect, it } from "vitest";
import { elementsTogether } from "../../../src/compile/wasm/width.js";
import { apply, define, type Expr, input } from "../../../src/expr/expr.js";
import { exp, tanh } from "../../../src/expr/functions/exponential.js";
import { atan } from "../../../src/expr/functions/inverse.js";
import { log1p } from "../../../src/expr/functions/logarithm.js";
import { programOf } from "../../../src/expr/program.js";
import type { FloatDType } from "../../../src/tensor/dtype.js";

const together = (expr: Expr, dtype: FloatDType): number => elementsTogether(programOf(expr, [dtype], dtype));
const x = input(0);

it("chains of operations take eight, long ones too", () => {
  expect(together(apply("add", x, x), "float64")).toBe(8);
  for (const dtype of ["float32", "float64"] as const) {
    expect(together(define(exp, x), dtype)).toBe(8);
    expect(together(define(log1p, define(exp, x)), dtype)).toBe(8);
  }
});

it("what has much to do at once, and needs the registers for it, takes four", () => {
  expect(together(define(atan, x), "float64")).toBe(4);
  const both = apply("mul", define(tanh, x), define(exp, x));
  expect(together(both, "float64")).toBe(4);
  // the short polynomials of float32 leave room
  expect(together(both, "float32")).toBe(8);
});
