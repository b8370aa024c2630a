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
  | "atanh"
  | "logistic"
  | "erf"
  | "erfc"
  | "erfInv"
  | "lgamma"
  | "polygamma";

export type Expr =
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "apply"; readonly op: ScalarOp; readonly args: readonly Expr[] };

export const input = (index: number): Expr => ({ kind: "input", index });
export const constant = (value: number): Expr => ({ kind: "constant", value });
export const apply = (op: ScalarOp, ...args: readonly Expr[]): Expr => ({ kind: "apply", op, args });
