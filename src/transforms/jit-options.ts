/** The options of jit, checked. */
import { optionsOf } from "../numpy/options.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import { type AnyFunction, checkFunction, normalizeArgnums } from "./arguments.js";

export interface JitOptions {
  /** Arguments that are no tensors: compared by value, one program for each. Negative numbers count from the end. */
  readonly staticArgnums?: number | readonly number[];
  /** Allows products and sums to be rounded once instead of twice; results then differ from eager ones. Default false. */
  readonly contract?: boolean;
}

export interface CheckedOptions {
  /** Positions of the static arguments of a call with so many. */
  readonly staticArgnums: (count: number) => readonly number[];
  readonly contract: boolean;
}

const none: readonly number[] = [];

export const checkJitOptions = (f: AnyFunction, options: JitOptions | undefined): CheckedOptions => {
  checkFunction("jit", f);
  const { staticArgnums, contract = false } = optionsOf("jit", options, ["staticArgnums", "contract"]);
  if (typeof contract !== "boolean")
    throw ArgumentError.invalid("jit", `contract is ${describe(contract)}`, "It is true or false.");
  if (staticArgnums === undefined) return { staticArgnums: () => none, contract };
  return { staticArgnums: (count) => normalizeArgnums("jit", staticArgnums, count), contract };
};
