/**
 * Scalar expressions: what one element of an elementwise operation is, as a small immutable value. Eager loops
 * and compiled programs are generated from the same expression, so they cannot drift apart.
 */

/** Scalar operations. Every one is defined for each dtype in `javascript.ts`; comparisons give 0 or 1. */
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
  | "sqrt"
  | "cbrt"
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "pow"
  | "sin"
  | "cos"
  | "tan"
  | "asin"
  | "acos"
  | "atan"
  | "atan2"
  | "sinh"
  | "cosh"
  | "tanh"
  | "asinh"
  | "acosh"
  | "atanh";

/**
 * A function of numbers with a name of its own, for what is no operation of every engine: erf, lgamma. It stands in
 * the expression itself, so that a program holds only those it uses.
 */
export interface ScalarFunctionRef {
  readonly name: string;
  readonly f: (...args: readonly number[]) => number;
}

export type Expr =
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "apply"; readonly op: ScalarOp; readonly args: readonly Expr[] }
  | { readonly kind: "call"; readonly callee: ScalarFunctionRef; readonly args: readonly Expr[] };

/* @__NO_SIDE_EFFECTS__ */
export const input = (index: number): Expr => ({ kind: "input", index });
/* @__NO_SIDE_EFFECTS__ */
export const constant = (value: number): Expr => ({ kind: "constant", value });
/* @__NO_SIDE_EFFECTS__ */
export const apply = (op: ScalarOp, ...args: readonly Expr[]): Expr => ({ kind: "apply", op, args });
/* @__NO_SIDE_EFFECTS__ */
export const call = (callee: ScalarFunctionRef, ...args: readonly Expr[]): Expr => ({
  kind: "call",
  callee,
  args,
});
