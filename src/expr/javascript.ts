/**
 * Scalar expressions as JavaScript: source text for loops, and closures for places where `new Function` is
 * forbidden. Both read one table, which says for each operation what it is in each dtype.
 */
import { type DType, isFloat, isInteger, roundTo } from "../tensor/dtype.js";
import type { Expr, ScalarFunctionRef, ScalarOp } from "./expr.js";
import { functionNamed } from "./functions.js";

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

/** An operation, as source over operands a, b, c and as a function of them. */
type Meaning = readonly [text: string, run: (a: number, b: number, c: number) => number];

const meanings: { readonly [Op in ScalarOp]?: Meaning } = {
  add: ["a + b", (a, b) => a + b],
  sub: ["a - b", (a, b) => a - b],
  mul: ["a * b", (a, b) => a * b],
  div: ["a / b", (a, b) => a / b],
  rem: ["a % b", (a, b) => a % b],
  neg: ["-a", (a) => -a],
  and: ["a & b", (a, b) => a & b],
  or: ["a | b", (a, b) => a | b],
  xor: ["a ^ b", (a, b) => a ^ b],
  not: ["~a", (a) => ~a],
  shiftLeft: ["b < 32 ? a << b : 0", (a, b) => (b < 32 ? a << b : 0)],
  shiftRightLogical: ["b < 32 ? a >>> b : 0", (a, b) => (b < 32 ? a >>> b : 0)],
  shiftRightArithmetic: ["a >> (b < 32 ? b : 31)", (a, b) => a >> (b < 32 ? b : 31)],
  eq: ["a === b ? 1 : 0", (a, b) => (a === b ? 1 : 0)],
  ne: ["a !== b ? 1 : 0", (a, b) => (a !== b ? 1 : 0)],
  lt: ["a < b ? 1 : 0", (a, b) => (a < b ? 1 : 0)],
  le: ["a <= b ? 1 : 0", (a, b) => (a <= b ? 1 : 0)],
  gt: ["a > b ? 1 : 0", (a, b) => (a > b ? 1 : 0)],
  ge: ["a >= b ? 1 : 0", (a, b) => (a >= b ? 1 : 0)],
  isFinite: ["isFinite(a) ? 1 : 0", (a) => (Number.isFinite(a) ? 1 : 0)],
  isNaN: ["isNaN(a) ? 1 : 0", (a) => (Number.isNaN(a) ? 1 : 0)],
  select: ["a !== 0 ? b : c", (a, b, c) => (a !== 0 ? b : c)],
};

const same: Meaning = ["a", (a) => a];

/** Where integers differ. */
const ofIntegers: { readonly [Op in ScalarOp]?: Meaning } = {
  mul: ["imul(a, b)", (a, b) => Math.imul(a, b)],
  div: ["trunc(a / b)", (a, b) => Math.trunc(a / b)],
  floor: same,
  ceil: same,
  trunc: same,
  round: same,
};

const notBool: Meaning = ["a ^ 1", (a) => a ^ 1];

/** What an operation means for elements of the dtype; undefined where it is the function of its name. */
const meaningOf = (op: ScalarOp, dtype: DType): Meaning | undefined =>
  (dtype === "bool" && op === "not" ? notBool : isFloat(dtype) ? undefined : ofIntegers[op]) ?? meanings[op];

/** Operations that give a bool whatever they are given. */
const predicates: readonly ScalarOp[] = ["eq", "ne", "lt", "le", "gt", "ge", "isFinite", "isNaN"];
const isPredicate = (op: ScalarOp): boolean => predicates.includes(op);

/** Operations that give one of their operands, or an integer near it. */
const choices: readonly ScalarOp[] = ["select", "min", "max", "sign", "floor", "ceil", "trunc", "round"];

/** Whether elements of the dtype give elements of it, without rounding or wrapping. */
const isExact = (op: ScalarOp, dtype: DType): boolean =>
  isPredicate(op) || choices.includes(op) || (dtype === "bool" && op !== "add");

const source = (op: ScalarOp, dtype: DType, args: readonly string[]): string => {
  const meaning = meaningOf(op, dtype);
  const text =
    meaning === undefined
      ? `${op}(${args.join(", ")})`
      : `(${meaning[0].replace(/\b[abc]\b/g, (name) => args["abc".indexOf(name)] as string)})`;
  return isExact(op, dtype) ? text : rounded(dtype, text);
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
  const own = new Map(calledIn(expr).map(({ name, f }) => [name, f]));
  const names = [...new Set(body.match(/\w+(?=\()/g))];
  try {
    const make = new Function(
      ...names,
      `"use strict"; return function (${parameters.join(", ")}) { ${body} };`,
    );
    return make(...names.map((name) => own.get(name) ?? functionNamed(name))) as F;
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

/** One operation on numbers that are elements of `dtype`. */
const scalarFunction = (op: ScalarOp, dtype: DType): ScalarFunction => {
  const f = (meaningOf(op, dtype)?.[1] ?? functionNamed(op)) as ScalarFunction;
  return isExact(op, dtype) ? f : roundingTo(dtype, f);
};
