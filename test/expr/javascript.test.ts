/** Every scalar operation in every dtype: generated source and the closure for engines without it give one number. */
import { describe, expect, it } from "vitest";
import { apply, constant, input, type ScalarOp } from "../../src/expr/expr.js";
import { compileSource, type ScalarFunction, toClosure, toSource } from "../../src/expr/javascript.js";
import { type DType, roundTo } from "../../src/tensor/dtype.js";

const unary: readonly ScalarOp[] = [
  ...([
    "neg",
    "abs",
    "sign",
    "floor",
    "ceil",
    "trunc",
    "round",
    "isFinite",
    "isNaN",
    "sqrt",
    "cbrt",
  ] as const),
  ...(["exp", "expm1", "log", "log1p", "sin", "cos", "tan", "asin", "acos", "atan"] as const),
  ...(["sinh", "cosh", "tanh", "asinh", "acosh", "atanh"] as const),
];
const bits: readonly ScalarOp[] = ["and", "or", "xor", "not"];
const shifts: readonly ScalarOp[] = ["shiftLeft", "shiftRightLogical", "shiftRightArithmetic"];
const binary: readonly ScalarOp[] = [
  ...(["add", "sub", "mul", "div", "rem", "min", "max", "eq", "ne", "lt", "le", "gt", "ge"] as const),
  ...(["pow", "atan2"] as const),
];
const numbers = [0, -0, 1, -1, 2, 0.5, -2.5, 3.5, 7, 127, 255, -129, 40000, 1e10, -3e9];
const odd = [Number.NaN, Infinity, -Infinity, 1e-310, 0.1];

const elements = (dtype: DType): readonly number[] => {
  const from = dtype.startsWith("float") ? [...numbers, ...odd] : numbers.map(Math.trunc);
  return [...new Set(from.map((x) => roundTo(dtype, x)))];
};

const both = (
  op: ScalarOp,
  arity: number,
  dtypes: readonly DType[],
  out: DType,
): readonly ScalarFunction[] => {
  const expr = apply(op, ...Array.from({ length: arity }, (_, i) => input(i)));
  const names = dtypes.map((_, i) => `x${i}`);
  const compiled = compileSource<ScalarFunction>(
    expr,
    names,
    `return ${toSource(expr, names, dtypes, out)};`,
  );
  if (compiled === undefined) throw new TypeError("this engine generates no code");
  return [compiled, toClosure(expr, dtypes, out)];
};

const compare = (op: ScalarOp, arity: number, dtype: DType): void => {
  const [compiled, closure] = both(op, arity, new Array<DType>(arity).fill(dtype), dtype) as [
    ScalarFunction,
    ScalarFunction,
  ];
  for (const x of elements(dtype)) {
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
    for (const op of unary) compare(op, 1, dtype);
    for (const op of [...binary, "select" as const]) compare(op, op === "select" ? 3 : 2, dtype);
  });

  it.each(["int32", "uint32", "int16", "uint16", "int8", "uint8"] as const)("%s", (dtype) => {
    for (const op of [...unary.slice(0, 9), "not" as const]) compare(op, 1, dtype);
    for (const op of [...binary.slice(0, 13), ...bits.slice(0, 3), ...shifts]) compare(op, 2, dtype);
    compare("select", 3, dtype);
  });

  it("bool", () => {
    compare("not", 1, "bool");
    for (const op of ["add", "mul", "min", "max", "eq", "ne", ...bits.slice(0, 3)] as const)
      compare(op, 2, "bool");
  });
});

describe("meaning", () => {
  const value = (op: ScalarOp, dtype: DType, ...args: readonly number[]): number =>
    (both(op, args.length, new Array<DType>(args.length).fill(dtype), dtype)[0] as ScalarFunction)(...args);

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
    ["pow", "float64", [1, Number.NaN], 1],
    ["lt", "float64", [1, Number.NaN], 0],
    ["ne", "float64", [Number.NaN, Number.NaN], 1],
    ["mul", "float32", [Math.fround(0.1), Math.fround(0.1)], Math.fround(Math.fround(0.1) ** 2)],
  ])("%s of %s %j is %s", (op, dtype, args, expected) => {
    expect(value(op, dtype, ...args)).toBe(expected);
  });

  it("nested, with constants", () => {
    const expr = apply("select", apply("ge", input(0), constant(-1)), apply("neg", input(0)), constant(-0));
    const source = toSource(expr, ["a"], ["float32"], "float32");
    const compiled = compileSource<ScalarFunction>(expr, ["a"], `return ${source};`);
    const closure = toClosure(expr, ["float32"], "float32");
    for (const x of [-2, -1, 0, 3.5, Number.NaN]) expect(closure(x)).toBe(compiled?.(x));
    expect(closure(-1)).toBe(1);
    expect(closure(-2)).toBe(-0);
  });
});
