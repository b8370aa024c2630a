/** Every scalar operation in every dtype: generated source and the closure for engines without it give one number. */
import { describe, expect, it } from "vitest";
import { ProgramBuilder } from "../../src/expr/builder.js";
import { type ScalarFunction, toClosure } from "../../src/expr/closure.js";
import { apply, call, constant, type Expr, input, rare, type ScalarOp } from "../../src/expr/expr.js";
import { Scope, toStatements } from "../../src/expr/javascript.js";
import { programOf, type ScalarProgram } from "../../src/expr/program.js";
import { type DType, dtypes, roundTo } from "../../src/tensor/dtype.js";

const signs: readonly ScalarOp[] = ["neg", "abs", "sign"];
const near: readonly ScalarOp[] = ["floor", "ceil", "trunc", "round"];
const unary: readonly ScalarOp[] = [...signs, ...near, "isFinite", "isNaN"];
const bits: readonly ScalarOp[] = ["and", "or", "xor", "not"];
const shifts: readonly ScalarOp[] = ["shiftLeft", "shiftRightLogical", "shiftRightArithmetic"];
const arithmetic: readonly ScalarOp[] = ["add", "sub", "mul", "div", "rem", "min", "max"];
const comparisons: readonly ScalarOp[] = ["eq", "ne", "lt", "le", "gt", "ge"];
const binary: readonly ScalarOp[] = [...arithmetic, ...comparisons];
const predicates: readonly ScalarOp[] = [...comparisons, "isFinite", "isNaN"];
const numbers = [0, -0, 1, -1, 2, 0.5, -2.5, 3.5, 7, 127, 255, -129, 40000, 1e10, -3e9];
const odd = [Number.NaN, Infinity, -Infinity, 1e-310, 0.1];

const elements = (dtype: DType): readonly number[] => {
  const from = dtype.startsWith("float") ? [...numbers, ...odd] : numbers.map(Math.trunc);
  return [...new Set(from.map((x) => roundTo(dtype, x)))];
};

const waysOf = (program: ScalarProgram): readonly [compiled: ScalarFunction, closure: ScalarFunction] => {
  const names = program.inputs.map((_, i) => `x${i}`);
  const scope = new Scope();
  const { text, results } = toStatements(program, names, scope);
  const compiled = scope.compile<ScalarFunction>(names, `${text}return ${results[0]};`);
  if (compiled === undefined) throw new TypeError("this engine generates no code");
  return [compiled, toClosure(program)];
};

const ways = (expr: Expr, dtypes: readonly DType[], out: DType): ReturnType<typeof waysOf> =>
  waysOf(programOf(expr, dtypes, out));

const both = (
  op: ScalarOp,
  arity: number,
  dtypes: readonly DType[],
  out: DType,
): readonly [ScalarFunction, ScalarFunction] =>
  ways(apply(op, ...Array.from({ length: arity }, (_, i) => input(i))), dtypes, out);

const compare = (op: ScalarOp, arity: number, dtype: DType): void => {
  const dtypes = new Array<DType>(arity).fill(dtype);
  if (op === "select") dtypes[0] = "bool";
  const [compiled, closure] = both(op, arity, dtypes, predicates.includes(op) ? "bool" : dtype);
  for (const x of op === "select" ? [0, 1] : elements(dtype)) {
    for (const y of arity === 1 ? [0] : elements(dtype)) {
      const given = compiled(x, y, 1);
      const label = `${op} of ${dtype} at ${x}, ${y}`;
      expect(closure(x, y, 1), label).toBe(given);
      expect(roundTo(dtype, given), `${label} is an element`).toBe(given);
    }
  }
};

describe("source and closure agree", () => {
  it.each(["float64", "float32"] as const)("%s", (dtype) => {
    for (const op of [...unary, "sqrt"] as const) compare(op, 1, dtype);
    for (const op of binary) compare(op, 2, dtype);
    compare("select", 3, dtype);
  });

  it.each(["int32", "uint32", "int16", "uint16", "int8", "uint8"] as const)("%s", (dtype) => {
    for (const op of [...unary, "not" as const]) compare(op, 1, dtype);
    for (const op of [...binary, ...bits.slice(0, 3), ...shifts]) compare(op, 2, dtype);
    compare("select", 3, dtype);
  });

  it("bool", () => {
    for (const op of ["not", "isFinite", "isNaN"] as const) compare(op, 1, "bool");
    for (const op of ["add", "mul", "min", "max", ...comparisons, ...bits.slice(0, 3)] as const)
      compare(op, 2, "bool");
    compare("select", 3, "bool");
  });

  it("between all dtypes", () => {
    for (const from of dtypes) {
      for (const to of dtypes) {
        const [compiled, closure] = ways(input(0), [from], to);
        for (const x of elements(from)) {
          expect([compiled(x), closure(x)], `${x} of ${from} in ${to}`).toEqual([
            roundTo(to, x),
            roundTo(to, x),
          ]);
        }
      }
    }
  });
});

describe("meaning", () => {
  const value = (op: ScalarOp, dtype: DType, ...args: readonly number[]): number =>
    both(op, args.length, new Array<DType>(args.length).fill(dtype), dtype)[0](...args);

  it.each<[ScalarOp, DType, readonly number[], number]>([
    ["add", "uint8", [200, 100], 44],
    ["sub", "uint32", [0, 1], 4294967295],
    ["mul", "int32", [123456789, 987654321], Math.imul(123456789, 987654321)],
    ["div", "int16", [-7, 2], -3],
    ["rem", "int32", [-7, 2], -1],
    ["neg", "int8", [-128], -128],
    ["add", "bool", [1, 1], 1],
    ["mul", "bool", [1, 0], 0],
    ["not", "bool", [1], 0],
    ["not", "uint8", [1], 254],
    ["xor", "bool", [1, 1], 0],
    ["shiftLeft", "int32", [1, 31], -2147483648],
    ["shiftLeft", "int32", [1, 32], 0],
    ["shiftRightLogical", "uint32", [4294967295, 28], 15],
    ["shiftRightArithmetic", "int32", [-8, 40], -1],
    ["round", "float64", [2.5], 2],
    ["round", "int32", [3], 3],
    ["lt", "float64", [1, Number.NaN], 0],
    ["ne", "float64", [Number.NaN, Number.NaN], 1],
    ["mul", "float32", [Math.fround(0.1), Math.fround(0.1)], Math.fround(Math.fround(0.1) ** 2)],
  ])("%s of %s %j is %s", (op, dtype, args, expected) => {
    expect(value(op, dtype, ...args)).toBe(expected);
  });

  it("nested, with constants", () => {
    const expr = apply("select", apply("ge", input(0), constant(-1)), apply("neg", input(0)), constant(-0));
    const [compiled, closure] = ways(expr, ["float32"], "float32");
    for (const x of [-2, -1, 0, 3.5, Number.NaN]) expect(closure(x)).toBe(compiled(x));
    expect(closure(-1)).toBe(1);
    expect(closure(-2)).toBe(-0);
  });

  it("a value used twice is computed once, and one used once only in the branch that is taken", () => {
    const counted = { name: "counted", calls: 0, f: (x = 0) => x + ++counted.calls - counted.calls + 1 };
    const shared = call(counted, input(0));
    const [square] = ways(apply("mul", shared, shared), ["float64"], "float64");
    expect([square(-3), counted.calls]).toEqual([4, 1]);
    const chosen = rare(counted, apply("gt", input(0), constant(100)), apply("neg", input(0)), input(0));
    const [compiled, closure] = ways(chosen, ["float32"], "float32");
    expect([compiled(3), counted.calls]).toEqual([-3, 1]);
    expect([compiled(101), counted.calls]).toEqual([102, 2]);
    expect([closure(3), closure(101)]).toEqual([-3, 102]);
  });

  it("of functions that share a name with each other, or with a variable", () => {
    const f = (k: number): Expr => call({ name: "x0", f: (x = 0) => x + k }, input(0));
    for (const run of ways(apply("sub", apply("mul", f(1), f(10)), f(100)), ["float64"], "float64"))
      expect(run(2)).toBe(3 * 12 - 102);
  });

  it("of chains as long as one likes", () => {
    const builder = new ProgramBuilder();
    const x = builder.input("float64");
    const step = (op: ScalarOp, ...operands: readonly number[]): number =>
      builder.addExpr(
        apply(op, ...operands.map((_, i) => input(i))),
        operands,
        op === "lt" ? "bool" : "float64",
      );
    const number = (value: number): number => builder.constant(value, "float64");
    let y = x;
    for (let i = 0; i < 3000; i++) y = step(i % 2 === 0 ? "sub" : "div", y, number(1 + (i % 2)));
    for (let i = 0; i < 300; i++)
      y = step("select", step("lt", x, number(i)), step("sub", y, x), step("neg", y));
    const [compiled, closure] = waysOf(builder.finish([y]));
    for (const value of [-0.1, 0, 100.5, 300]) expect(compiled(value)).toBe(closure(value));
  });
});
