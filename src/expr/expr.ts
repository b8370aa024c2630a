/**
 * Scalar expressions: what one element of an elementwise operation is, as a small immutable value. Eager loops
 * and compiled programs are generated from the same expression, so they cannot drift apart.
 */
import type { DType, FloatDType } from "../tensor/dtype.js";

/**
 * Scalar operations, each exact or rounded once to the dtype of its operands (`select`: of its branches). Predicates
 * and the logical operations on bools give a bool.
 *
 * | operation | value | at the edges |
 * |---|---|---|
 * | add sub mul div sqrt | IEEE 754, to nearest; integers wrap, and divide towards zero | x / 0 of integers is 0 |
 * | rem | C's fmod, with the sign of a | integers: 0 where b = 0 |
 * | neg abs | the sign bit alone | |
 * | sign | -1, 0 or 1 | keeps -0 and NaN |
 * | floor ceil trunc round | round: halves to even | keep -0, infinities and NaN; round(-0.4) is -0 |
 * | min max | NaN wins; -0 < 0 | |
 * | eq ne lt le gt ge | bool; IEEE 754 | NaN is unequal to all |
 * | isFinite isNaN | bool | |
 * | select | b where a holds, else c | a is a bool |
 * | and or xor not | of bits, of bools by truth | |
 * | shiftLeft shiftRight... | of bits by 0 <= b | b > 31: 0, or copies of the sign |
 *
 * NaNs are all one: their bits mean nothing. `select(lt(b, a), b, a)` is the pmin of WebAssembly, and
 * `select(lt(a, b), b, a)` its pmax. Functions of bits are in `bits.ts`.
 */
export type ScalarOp =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "rem"
  | "neg"
  | "abs"
  | "sign"
  | "floor"
  | "ceil"
  | "trunc"
  | "round"
  | "min"
  | "max"
  | "eq"
  | "ne"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  | "and"
  | "or"
  | "xor"
  | "not"
  | "shiftLeft"
  | "shiftRightLogical"
  | "shiftRightArithmetic"
  | "select"
  | "isFinite"
  | "isNaN"
  | "sqrt";

/**
 * A function of numbers with a name of its own, for what is no operation of every engine: lgamma. It stands in
 * the expression itself, so that a program holds only those it uses.
 */
export interface ScalarFunctionRef {
  readonly name: string;
  readonly f: (...args: readonly number[]) => number;
}

/** A function of numbers made of scalar operations: exp, sin. The expression holds it, so a program has no table of them. */
export interface ScalarDefinition {
  readonly name: string;
  /** The function of its inputs, each of the given dtype, and so is the value. */
  readonly expr: (dtype: FloatDType) => Expr;
}

/** A constant takes the dtype of what it meets. An Expr met twice by reference is one value, computed once. */
export type Expr =
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "apply"; readonly op: ScalarOp; readonly args: readonly Expr[] }
  /** As an element of another dtype: float32 rounds, integers truncate and wrap, bool tests for non-zero. */
  | { readonly kind: "convert"; readonly dtype: DType; readonly args: readonly [Expr] }
  | { readonly kind: "define"; readonly definition: ScalarDefinition; readonly args: readonly Expr[] }
  | { readonly kind: "call"; readonly callee: ScalarFunctionRef; readonly args: readonly Expr[] };

/* @__NO_SIDE_EFFECTS__ */
export const input = (index: number): Expr => ({ kind: "input", index });
/* @__NO_SIDE_EFFECTS__ */
export const constant = (value: number): Expr => ({ kind: "constant", value });
/* @__NO_SIDE_EFFECTS__ */
export const apply = (op: ScalarOp, ...args: readonly Expr[]): Expr => ({ kind: "apply", op, args });
/* @__NO_SIDE_EFFECTS__ */
export const convert = (dtype: DType, arg: Expr): Expr => ({ kind: "convert", dtype, args: [arg] });
/* @__NO_SIDE_EFFECTS__ */
export const define = (definition: ScalarDefinition, ...args: readonly Expr[]): Expr => ({
  kind: "define",
  definition,
  args,
});
/* @__NO_SIDE_EFFECTS__ */
export const call = (callee: ScalarFunctionRef, ...args: readonly Expr[]): Expr => ({
  kind: "call",
  callee,
  args,
});

/** Where the condition holds, which is seldom, the callee of the operands, and else `fast`: SIMD makes calls one by one. */
/* @__NO_SIDE_EFFECTS__ */
export const rare = (
  callee: ScalarFunctionRef,
  condition: Expr,
  fast: Expr,
  ...operands: readonly Expr[]
): Expr => apply("select", condition, call(callee, ...operands), fast);
