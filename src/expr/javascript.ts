/**
 * Scalar expressions as JavaScript: source text for loops, and closures for places where `new Function` is
 * forbidden. Both read one table, which says for each operation what it is in each dtype.
 */
import { type DType, isFloat, isInteger, roundTo } from "../tensor/dtype.js";
import type { Expr, ScalarFunctionRef, ScalarOp } from "./expr.js";
import { functions } from "./functions.js";

/** `value` (source text) rounded or wrapped to an element of the dtype. */
const rounded = (dtype: DType, value: string): string => {
  switch (dtype) {
    case "float64":
      return value;
    case "float32":
      return `fround(${value})`;
    case "int32":
      return `(${value} | 0)`;
    case "uint32":
      return `(${value} >>> 0)`;
    case "int16":
      return `(${value} << 16 >> 16)`;
    case "uint16":
      return `(${value} & 65535)`;
    case "int8":
      return `(${value} << 24 >> 24)`;
    case "uint8":
      return `(${value} & 255)`;
    default:
      return `(${value} !== 0 ? 1 : 0)`;
  }
};

const infix: Partial<Record<ScalarOp, string>> = {
  add: "+",
  sub: "-",
  rem: "%",
  and: "&",
  or: "|",
  xor: "^",
};
const comparison: Partial<Record<ScalarOp, string>> = {
  eq: "===",
  ne: "!==",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
};

/** Operations that give a bool whatever they are given. */
const isPredicate = (op: ScalarOp): boolean => op in comparison || op === "isFinite" || op === "isNaN";

const source = (op: ScalarOp, dtype: DType, args: readonly string[]): string => {
  const [a = "0", b = "0", c = "0"] = args;
  if (op in comparison) return `(${a} ${comparison[op]} ${b} ? 1 : 0)`;
  if (op in infix)
    return rounded(dtype === "bool" && op !== "add" ? "uint8" : dtype, `(${a} ${infix[op]} ${b})`);
  switch (op) {
    case "select":
      return `(${a} !== 0 ? ${b} : ${c})`;
    case "neg":
      return rounded(dtype, `(-${a})`);
    case "not":
      return dtype === "bool" ? `(${a} ^ 1)` : rounded(dtype, `(~${a})`);
    case "mul":
      return isFloat(dtype) ? rounded(dtype, `(${a} * ${b})`) : rounded(dtype, `imul(${a}, ${b})`);
    case "div":
      return rounded(dtype, isFloat(dtype) ? `(${a} / ${b})` : `trunc(${a} / ${b})`);
    case "shiftLeft":
      return rounded(dtype, `(${b} < 32 ? ${a} << ${b} : 0)`);
    case "shiftRightLogical":
      return rounded(dtype, `(${b} < 32 ? ${a} >>> ${b} : 0)`);
    case "shiftRightArithmetic":
      return rounded(dtype, `(${a} >> (${b} < 32 ? ${b} : 31))`);
    case "floor":
    case "ceil":
    case "trunc":
    case "round":
      return isFloat(dtype) ? `${op}(${a})` : a;
    case "min":
    case "max":
    case "sign":
      return `${op}(${args.join(", ")})`;
    case "isFinite":
    case "isNaN":
      return `(${op}(${a}) ? 1 : 0)`;
    default:
      return rounded(dtype, `${op}(${args.join(", ")})`);
  }
};

interface Typed {
  readonly text: string;
  readonly dtype: DType | undefined;
}

const emit = (expr: Expr, ins: readonly Typed[]): Typed => {
  if (expr.kind === "input") return ins[expr.index] as Typed;
  if (expr.kind === "constant") return { text: literal(expr.value), dtype: undefined };
  const args = expr.args.map((arg) => emit(arg, ins));
  const dtype = operatingDType(expr, args);
  const texts = args.map((v) => v.text);
  if (expr.kind === "call")
    return { text: rounded(dtype, `${expr.callee.name}(${texts.join(", ")})`), dtype };
  return { text: source(expr.op, dtype, texts), dtype: isPredicate(expr.op) ? "bool" : dtype };
};

/** The dtype in which an operation works: that of its operands (of the branches of a select); constants follow. */
const operatingDType = (expr: Expr, args: readonly { readonly dtype: DType | undefined }[]): DType => {
  const values = expr.kind === "apply" && expr.op === "select" ? args.slice(1) : args;
  return values.find((v) => v.dtype !== undefined)?.dtype ?? "float64";
};

/** The functions that an expression calls by name. */
const calledIn = (expr: Expr): readonly ScalarFunctionRef[] => {
  if (expr.kind === "input" || expr.kind === "constant") return [];
  const below = expr.args.flatMap(calledIn);
  return expr.kind === "call" ? [expr.callee, ...below] : below;
};

const literal = (value: number): string =>
  Object.is(value, -0) || value < 0 ? `(${value === 0 ? "-0" : value})` : `${value}`;

/** The expression over operands named `names`, as an element of `out`. */
export const toSource = (
  expr: Expr,
  names: readonly string[],
  dtypes: readonly DType[],
  out: DType,
): string => {
  const { text, dtype } = emit(
    expr,
    names.map((name, i) => ({ text: name, dtype: dtypes[i] as DType })),
  );
  return dtype === out ? text : converted(text, dtype, out);
};

const converted = (text: string, from: DType | undefined, to: DType): string =>
  from !== undefined && (from === "bool" || (to === "float64" && (isInteger(from) || isFloat(from))))
    ? text
    : rounded(to, text);

export type ScalarFunction = (...operands: readonly number[]) => number;

/**
 * Turns generated source into a function, or undefined where the engine forbids it (a content security policy,
 * `node --disallow-code-generation-from-strings`): callers then go through `toClosure`.
 */
export const compileSource = <F>(expr: Expr, parameters: readonly string[], body: string): F | undefined => {
  const available: Record<string, unknown> = { ...functions };
  for (const { name, f } of calledIn(expr)) available[name] = f;
  const names = Object.keys(available).filter((name) => body.includes(`${name}(`));
  try {
    const make = new Function(
      ...names,
      `"use strict"; return function (${parameters.join(", ")}) { ${body} };`,
    );
    return make(...names.map((name) => available[name])) as F;
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
};

/** The expression as a composed closure, for engines without code generation. Same numbers, some ten times slower. */
export const toClosure = (expr: Expr, dtypes: readonly DType[], out: DType): ScalarFunction => {
  const { run, dtype } = close(expr, dtypes);
  return dtype === out ? run : (...operands) => roundTo(out, run(...operands));
};

interface Closed {
  readonly run: ScalarFunction;
  readonly dtype: DType | undefined;
}

const close = (expr: Expr, dtypes: readonly DType[]): Closed => {
  if (expr.kind === "input") {
    const { index } = expr;
    return { run: (...operands) => operands[index] as number, dtype: dtypes[index] as DType };
  }
  if (expr.kind === "constant") {
    const { value } = expr;
    return { run: () => value, dtype: undefined };
  }
  const args = expr.args.map((arg) => close(arg, dtypes));
  const dtype = operatingDType(expr, args);
  const op = expr.kind === "call" ? roundingTo(dtype, expr.callee.f) : scalarFunction(expr.op, dtype);
  const [a, b, c] = args.map((arg) => arg.run) as [ScalarFunction, ScalarFunction, ScalarFunction];
  const run: ScalarFunction =
    args.length === 1
      ? (...x) => op(a(...x))
      : args.length === 2
        ? (...x) => op(a(...x), b(...x))
        : (...x) => op(a(...x), b(...x), c(...x));
  return { run, dtype: expr.kind === "apply" && isPredicate(expr.op) ? "bool" : dtype };
};

const roundingTo = (dtype: DType, f: ScalarFunction): ScalarFunction =>
  dtype === "float64" ? f : (...x) => roundTo(dtype, f(...x));

/** One operation on numbers that are elements of `dtype`: the table of `source`, without source. */
const scalarFunction = (op: ScalarOp, dtype: DType): ScalarFunction => {
  const float = isFloat(dtype);
  const round = (f: ScalarFunction): ScalarFunction => roundingTo(dtype, f);
  const plain = (f: (a: number, b: number, c: number) => number): ScalarFunction => f as ScalarFunction;
  switch (op) {
    case "add":
      return round(plain((a, b) => a + b));
    case "sub":
      return round(plain((a, b) => a - b));
    case "rem":
      return round(plain((a, b) => a % b));
    case "mul":
      return round(plain(float ? (a, b) => a * b : (a, b) => Math.imul(a, b)));
    case "div":
      return round(plain(float ? (a, b) => a / b : (a, b) => Math.trunc(a / b)));
    case "neg":
      return round(plain((a) => -a));
    case "and":
      return round(plain((a, b) => a & b));
    case "or":
      return round(plain((a, b) => a | b));
    case "xor":
      return round(plain((a, b) => a ^ b));
    case "not":
      return dtype === "bool" ? plain((a) => a ^ 1) : round(plain((a) => ~a));
    case "shiftLeft":
      return round(plain((a, b) => (b < 32 ? a << b : 0)));
    case "shiftRightLogical":
      return round(plain((a, b) => (b < 32 ? a >>> b : 0)));
    case "shiftRightArithmetic":
      return round(plain((a, b) => a >> (b < 32 ? b : 31)));
    case "eq":
      return plain((a, b) => (a === b ? 1 : 0));
    case "ne":
      return plain((a, b) => (a !== b ? 1 : 0));
    case "lt":
      return plain((a, b) => (a < b ? 1 : 0));
    case "le":
      return plain((a, b) => (a <= b ? 1 : 0));
    case "gt":
      return plain((a, b) => (a > b ? 1 : 0));
    case "ge":
      return plain((a, b) => (a >= b ? 1 : 0));
    case "select":
      return plain((a, b, c) => (a !== 0 ? b : c));
    case "isFinite":
    case "isNaN": {
      const test = functions[op] as (x: number) => boolean;
      return plain((a) => (test(a) ? 1 : 0));
    }
    default:
      return round(functions[op] as ScalarFunction);
  }
};
