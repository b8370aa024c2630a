/** The functions that are still the engine's own, good to the last digits of its Math. */
import type { ScalarFunctionRef } from "../expr.js";

type Name =
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "cbrt"
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

/* @__NO_SIDE_EFFECTS__ */
const engine = (name: Name): ScalarFunctionRef => ({ name, f: Math[name] as ScalarFunctionRef["f"] });

export const exp: ScalarFunctionRef = engine("exp");
export const expm1: ScalarFunctionRef = engine("expm1");
export const log: ScalarFunctionRef = engine("log");
export const log1p: ScalarFunctionRef = engine("log1p");
export const cbrt: ScalarFunctionRef = engine("cbrt");
export const sin: ScalarFunctionRef = engine("sin");
export const cos: ScalarFunctionRef = engine("cos");
export const tan: ScalarFunctionRef = engine("tan");
export const asin: ScalarFunctionRef = engine("asin");
export const acos: ScalarFunctionRef = engine("acos");
export const atan: ScalarFunctionRef = engine("atan");
export const atan2: ScalarFunctionRef = engine("atan2");
export const sinh: ScalarFunctionRef = engine("sinh");
export const cosh: ScalarFunctionRef = engine("cosh");
export const tanh: ScalarFunctionRef = engine("tanh");
export const asinh: ScalarFunctionRef = engine("asinh");
export const acosh: ScalarFunctionRef = engine("acosh");
export const atanh: ScalarFunctionRef = engine("atanh");

/** IEEE 754 pow: 1 to any power and anything to the power 0 is 1, also for NaN; (-1) to an infinite power is 1. */
export const pow: ScalarFunctionRef = {
  name: "pow",
  f: (x = 0, y = 0) => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y),
};
