/**
 * The functions that are still the engine's own: those that every tensor reaches by its methods, and the sine. Their
 * definitions stand beside this file.
 */
import type { ScalarFunctionRef } from "../expr.js";

/* @__NO_SIDE_EFFECTS__ */
const engine = (name: "log" | "sin" | "cos"): ScalarFunctionRef => ({
  name,
  f: Math[name] as ScalarFunctionRef["f"],
});

export const log: ScalarFunctionRef = engine("log");
export const sin: ScalarFunctionRef = engine("sin");
export const cos: ScalarFunctionRef = engine("cos");

/** IEEE 754 pow: 1 to any power and anything to the power 0 is 1, also for NaN; (-1) to an infinite power is 1. */
export const pow: ScalarFunctionRef = {
  name: "pow",
  f: (x = 0, y = 0) => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y),
};
