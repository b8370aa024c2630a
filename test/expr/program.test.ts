/** Scalar programs: each value once, constants folded in their dtype, nothing that no result needs. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProgramBuilder } from "../../src/expr/builder.js";
import { toClosure } from "../../src/expr/closure.js";
import {
  apply,
  call,
  constant,
  convert,
  define,
  type Expr,
  input,
  type ScalarDefinition,
} from "../../src/expr/expr.js";
import type { ScalarNode } from "../../src/expr/program.js";
import type { DType } from "../../src/tensor/dtype.js";
import { runs } from "../support/runs.js";

const built = (expr: Expr, dtypes: readonly DType[], out: DType): readonly ScalarNode[] => {
  const builder = new ProgramBuilder();
  const operands = dtypes.map((dtype) => builder.input(dtype));
  return builder.finish([builder.addExpr(expr, operands, out)]).nodes;
};

const ops = (expr: Expr, dtypes: readonly DType[], out: DType): readonly string[] =>
  built(expr, dtypes, out).map((node) =>
    node.kind === "apply"
      ? `${node.op} ${node.dtype}`
      : node.kind === "constant"
        ? `${node.value}`
        : node.kind,
  );

const x = input(0);
const y = input(1);

describe("a program", () => {
  it("holds equal values once, also with operands exchanged", () => {
    const expr = apply("sub", apply("mul", apply("add", x, y), apply("add", y, x)), apply("add", x, y));
    expect(ops(expr, ["float64", "float64"], "float64")).toEqual([
      "input",
      "input",
      "add float64",
      "mul float64",
      "sub float64",
    ]);
  });

  it("folds constants as their dtype rounds", () => {
    const third = apply("div", constant(1), constant(3));
    expect(ops(apply("mul", x, third), ["float32"], "float32")).toEqual([
      "input",
      `${Math.fround(1 / 3)}`,
      "mul float32",
    ]);
    const sum = apply("add", constant(200), constant(100));
    expect(ops(apply("mul", x, sum), ["uint8"], "uint8")).toEqual(["input", "44", "mul uint8"]);
    expect(ops(apply("lt", constant(1), constant(2)), [], "bool")).toEqual(["1"]);
    expect(ops(convert("int8", constant(300)), [], "int8")).toEqual(["44"]);
  });

  it("tells -0 from 0, and a number from itself in another dtype", () => {
    const expr = apply("sub", apply("div", x, constant(0)), apply("div", x, constant(-0)));
    expect(ops(expr, ["float64"], "float64")).toHaveLength(6);
    const builder = new ProgramBuilder();
    expect(builder.constant(1, "float32")).not.toBe(builder.constant(1, "float64"));
    expect(builder.constant(Number.NaN, "float32")).toBe(builder.constant(Number.NaN, "float32"));
  });

  it("leaves out what changes nothing, zeros and NaN included", () => {
    const unchanged: readonly Expr[] = [
      apply("mul", x, constant(1)),
      apply("mul", constant(1), x),
      apply("div", x, constant(1)),
      apply("add", x, constant(-0)),
      apply("sub", x, constant(0)),
      apply("neg", apply("neg", x)),
      apply("select", apply("gt", x, y), x, x),
      apply("select", constant(1), x, y),
      apply("select", constant(0), y, x),
      convert("float64", x),
    ];
    for (const expr of unchanged) expect(ops(expr, ["float64", "float64"], "float64")).toEqual(["input"]);
    const changed: readonly Expr[] = [
      apply("add", x, constant(0)), // -0 + 0 is 0
      apply("sub", x, constant(-0)),
      apply("mul", x, constant(0)),
      apply("sub", constant(0), x),
      apply("div", constant(1), x),
    ];
    for (const expr of changed) expect(ops(expr, ["float64"], "float64")).toHaveLength(3);
    expect(ops(apply("add", x, constant(0)), ["int32"], "int32")).toEqual(["input"]);
    expect(ops(apply("mul", x, constant(1)), ["bool"], "bool")).toHaveLength(3);
  });

  it("takes signs up in sums: a + (-b) is a - b, a product with one negative factor too", () => {
    const both: readonly DType[] = ["float64", "float64"];
    expect(ops(apply("add", x, apply("neg", y)), both, "float64")).toEqual(["input", "input", "sub float64"]);
    expect(ops(apply("sub", x, apply("mul", apply("neg", y), x)), both, "float64")).toEqual([
      "input",
      "input",
      "mul float64",
      "add float64",
    ]);
    // integers are left alone
    expect(ops(apply("add", x, apply("neg", y)), ["int8", "int8"], "int8")).toContain("neg int8");
  });

  it("has twice a constant for the constant times x + x, where neither changes a bit", () => {
    const doubled = (factor: number): Expr => apply("mul", constant(factor), apply("add", x, x));
    for (const dtype of ["float64", "float32"] as const) {
      expect(ops(doubled(-1.5), [dtype], dtype)).toEqual(["input", "-3", `mul ${dtype}`]);
      expect(ops(apply("mul", apply("add", x, x), constant(100)), [dtype], dtype)).toContain("200");
      // 0.75 (x + x) is infinite where 1.5 x is not
      expect(ops(doubled(0.75), [dtype], dtype)).toHaveLength(4);
      expect(ops(doubled(dtype === "float32" ? 2 ** 127 : 2 ** 1023), [dtype], dtype)).toHaveLength(4);
    }
    expect(ops(doubled(100), ["int32"], "int32")).toHaveLength(4);
  });

  it("has -2 x for -(x + x), and x + x once where it is taken away", () => {
    const minus = apply("neg", apply("add", x, x));
    expect(ops(minus, ["float64"], "float64")).toEqual(["input", "-2", "mul float64"]);
    expect(ops(minus, ["int32"], "int32")).toEqual(["input", "add int32", "neg int32"]);
    const both = apply("mul", apply("add", x, x), apply("add", y, minus));
    expect(ops(both, ["float64", "float64"], "float64")).toEqual([
      "input",
      "input",
      "add float64",
      "sub float64",
      "mul float64",
    ]);
    const known = apply("add", apply("add", x, constant(-2)), apply("mul", constant(-2), apply("sqrt", x)));
    expect(ops(known, ["float64"], "float64").slice(-2)).toEqual(["add float64", "sub float64"]);
  });

  it("has the bits of its expression, computed as it stands", () => {
    const numbers = fc.oneof(
      fc.double(),
      fc.constantFrom(0, -0, 1, -1, 2, Infinity, -Infinity, Number.NaN, 5e-324, 1.5e308, 3e38, 2e-45),
    );
    const expressions = fc.letrec<{ readonly expr: Expr }>((tie) => ({
      expr: fc.oneof(
        { depthSize: "medium" },
        fc.constantFrom(x, y, constant(-0), constant(0), constant(2), constant(0.75), constant(2 ** 127)),
        tie("expr").map((a) => apply("neg", a)),
        tie("expr").map((a) => apply("add", a, a)),
        fc
          .tuple(fc.constantFrom("add", "sub", "mul", "div", "min"), tie("expr"), tie("expr"))
          .map(([op, a, b]) => apply(op as "add", a, b)),
      ),
    })).expr;
    const naive = (e: Expr, ins: readonly number[], round: (n: number) => number): number => {
      if (e.kind === "input") return ins[e.index] as number;
      if (e.kind === "constant") return e.value;
      if (e.kind !== "apply") throw new TypeError(e.kind);
      const [a, b] = e.args.map((arg) => naive(arg, ins, round)) as [number, number];
      switch (e.op) {
        case "neg":
          return -a;
        case "add":
          return round(a + b);
        case "sub":
          return round(a - b);
        case "mul":
          return round(a * b);
        case "div":
          return round(a / b);
        default:
          return Math.min(a, b);
      }
    };
    const same = (e: Expr, a: number, b: number, dtype: "float64" | "float32"): void => {
      const round = dtype === "float32" ? Math.fround : (n: number): number => n;
      const builder = new ProgramBuilder();
      const ins = [builder.input(dtype), builder.input(dtype)];
      const f = toClosure(builder.finish([builder.addExpr(e, ins, dtype)]));
      const given = [round(a), round(b)] as const;
      expect(f(...given)).toBe(naive(e, given, round));
    };
    fc.assert(
      fc.property(expressions, numbers, numbers, fc.constantFrom("float64", "float32"), same as never),
      { numRuns: Math.max(200, runs) },
    );
  });

  it("leaves out what no result needs, and keeps the order of inputs", () => {
    const builder = new ProgramBuilder();
    const [a, b] = [builder.input("float64"), builder.input("float32")];
    builder.addExpr(apply("sqrt", x), [a], "float64");
    const root = builder.addExpr(apply("sqrt", x), [b], "float32");
    const { inputs, nodes, outputs } = builder.finish([root, root]);
    expect(inputs).toEqual(["float64", "float32"]);
    expect(nodes).toEqual([
      { kind: "input", dtype: "float32", index: 1 },
      { kind: "apply", dtype: "float32", op: "sqrt", args: [0] },
    ]);
    expect(outputs).toEqual([1, 1]);
  });

  it("fuses expressions one after another", () => {
    const builder = new ProgramBuilder();
    const a = builder.input("float32");
    const square = builder.addExpr(apply("mul", x, x), [a], "float32");
    const isLess = builder.addExpr(apply("lt", x, y), [square, a], "bool");
    const chosen = builder.addExpr(apply("select", x, y, constant(2)), [isLess, square], "float32");
    expect(builder.finish([chosen]).nodes.map((node) => `${node.kind} ${node.dtype}`)).toEqual([
      "input float32",
      "apply float32",
      "apply bool",
      "constant float32",
      "apply float32",
    ]);
  });

  it("makes a condition of a number by comparing it with zero", () => {
    expect(ops(apply("select", x, y, y), ["float64", "float64"], "float64")).toEqual(["input"]);
    expect(ops(apply("select", x, y, constant(1)), ["float64", "float64"], "float64")).toEqual([
      "input",
      "input",
      "convert",
      "1",
      "select float64",
    ]);
  });

  it("expands definitions in the dtype of their operands, once for equal ones", () => {
    const cube: ScalarDefinition = {
      name: "cube",
      expr: (dtype) =>
        dtype === "float64"
          ? apply("mul", apply("mul", x, x), x)
          : convert("float32", define(cube, convert("float64", x))),
    };
    expect(ops(define(cube, x), ["float32"], "float32")).toEqual([
      "input",
      "convert",
      "mul float64",
      "mul float64",
      "convert",
    ]);
    const twice = apply("sub", define(cube, x), define(cube, x));
    expect(ops(twice, ["float64"], "float64")).toHaveLength(4);
  });

  it("tells functions by identity", () => {
    const [f, g] = [
      { name: "f", f: () => 1 },
      { name: "f", f: () => 2 },
    ];
    expect(ops(apply("add", call(f, x), call(g, x)), ["float64"], "float64")).toHaveLength(4);
    expect(ops(apply("add", call(f, x), call(f, x)), ["float64"], "float64")).toHaveLength(3);
  });
});
