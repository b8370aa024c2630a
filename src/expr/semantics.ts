/**
 * What each scalar operation means in JavaScript, for elements of each dtype: source text and the function that it
 * is. One table serves generated code, closures and the folding of constants.
 */
import { type DType, isFloat, isInteger, roundTo } from "../tensor/dtype.js";
import type { ScalarOp } from "./expr.js";

/** An operation, as source over operands #0, #1, #2 and as a function of them. */
export type Meaning = readonly [text: string, run: (a: number, b: number, c: number) => number];

/** To the nearest integer, halves to the even one. */
const round = (x: number): number => {
  const r = Math.round(x);
  return r - x === 0.5 && r % 2 !== 0 ? r - 1 : r === 0 ? x * 0 : r;
};

/** The function that generated source calls by this name: of Math, but NumPy's rounding. */
export const functionNamed = (name: string): ((...args: number[]) => number) =>
  name === "round" ? round : (Math[name as keyof Math] as (...args: number[]) => number);

const meanings: { readonly [Op in ScalarOp]?: Meaning } = {
  add: ["#0 + #1", (a, b) => a + b],
  sub: ["#0 - #1", (a, b) => a - b],
  mul: ["#0 * #1", (a, b) => a * b],
  div: ["#0 / #1", (a, b) => a / b],
  rem: ["#0 % #1", (a, b) => a % b],
  neg: ["-#0", (a) => -a],
  and: ["#0 & #1", (a, b) => a & b],
  or: ["#0 | #1", (a, b) => a | b],
  xor: ["#0 ^ #1", (a, b) => a ^ b],
  not: ["~#0", (a) => ~a],
  shiftLeft: ["#1 < 32 ? #0 << #1 : 0", (a, b) => (b < 32 ? a << b : 0)],
  shiftRightLogical: ["#1 < 32 ? #0 >>> #1 : 0", (a, b) => (b < 32 ? a >>> b : 0)],
  shiftRightArithmetic: ["#0 >> (#1 < 32 ? #1 : 31)", (a, b) => a >> (b < 32 ? b : 31)],
  eq: ["#0 === #1", (a, b) => +(a === b)],
  ne: ["#0 !== #1", (a, b) => +(a !== b)],
  lt: ["#0 < #1", (a, b) => +(a < b)],
  le: ["#0 <= #1", (a, b) => +(a <= b)],
  gt: ["#0 > #1", (a, b) => +(a > b)],
  ge: ["#0 >= #1", (a, b) => +(a >= b)],
  isFinite: ["#0 - #0 === 0", (a) => +(a - a === 0)],
  isNaN: ["#0 !== #0", (a) => +Number.isNaN(a)],
  min: ["min(#0, #1)", (a, b) => Math.min(a, b)],
  max: ["max(#0, #1)", (a, b) => Math.max(a, b)],
  select: ["#0 ? #1 : #2", (a, b, c) => (a !== 0 ? b : c)],
};

const same: Meaning = ["#0", (a) => a];

/** Where integers differ. */
const ofIntegers: { readonly [Op in ScalarOp]?: Meaning } = {
  mul: ["imul(#0, #1)", (a, b) => Math.imul(a, b)],
  div: ["trunc(#0 / #1)", (a, b) => Math.trunc(a / b)],
  floor: same,
  ceil: same,
  trunc: same,
  round: same,
};

const either: Meaning = ["#0 || #1", (a, b) => a | b];
const both: Meaning = ["#0 && #1", (a, b) => a & b];

/** Bools are JavaScript's in source, 0 and 1 in functions. */
const ofBools: { readonly [Op in ScalarOp]?: Meaning } = {
  add: either,
  or: either,
  max: either,
  mul: both,
  and: both,
  min: both,
  xor: ["#0 !== #1", (a, b) => a ^ b],
  not: ["!#0", (a) => a ^ 1],
};

/** What an operation means on operands of the dtype (a select: on branches of it). */
export const meaningOf = (op: ScalarOp, dtype: DType): Meaning => {
  const special = dtype === "bool" ? ofBools[op] : isFloat(dtype) ? undefined : ofIntegers[op];
  // what stands in no table is a function of one operand
  return special ?? meanings[op] ?? [`${op}(#0)`, functionNamed(op) as Meaning[1]];
};

const predicates: readonly ScalarOp[] = ["eq", "ne", "lt", "le", "gt", "ge", "isFinite", "isNaN"];

/** Operations that give a bool whatever they are given. */
export const isPredicate = (op: ScalarOp): boolean => predicates.includes(op);

/** Whether the value may be no element of the operands' dtype, and is rounded or wrapped. */
export const rounds = (op: ScalarOp, dtype: DType): boolean =>
  dtype !== "float64" && dtype !== "bool" && !isPredicate(op) && op !== "select";

const roundings: { readonly [D in DType]?: string } = {
  float32: "fround(#)",
  int32: "(# | 0)",
  uint32: "(# >>> 0)",
  int16: "(# << 16 >> 16)",
  uint16: "(# & 65535)",
  int8: "(# << 24 >> 24)",
  uint8: "(# & 255)",
  bool: "(# !== 0)",
};

/** `value` (source text) rounded or wrapped to an element of the dtype. */
export const rounded = (dtype: DType, value: string): string =>
  roundings[dtype]?.replace("#", () => value) ?? value;

/** Whether every element of one dtype is an element of the other as it is. */
export const holds = (to: DType, from: DType): boolean =>
  to === from || (to === "float64" && (isInteger(from) || isFloat(from)));

/** An operation on elements of the dtype, as a function. */
export const functionOf = (op: ScalarOp, dtype: DType): Meaning[1] => {
  const [, run] = meaningOf(op, dtype);
  return rounds(op, dtype) ? (a, b, c) => roundTo(dtype, run(a, b, c)) : run;
};
