/** The options of jit, checked; and what can be asked of a compiled function. */
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

/** How often a function was compiled, and why the last time. */
export interface JitStats {
  /** Forms of arguments for which the function has been staged. */
  readonly compiles: number;
  /** Calls that found their form. */
  readonly hits: number;
  /** What was new about the last call that did not; null before any call. */
  readonly lastMiss: string | null;
}

/** A staged and compiled function, to be read. */
export interface Lowered {
  /** The simplified graph's source: the graph as it was staged. */
  readonly graph: string;
  /** The loops and products into which it was fused. */
  readonly kernels: string;
  /** Every buffer and its place. */
  readonly memory: string;
  /** The generated code. */
  readonly code: string;
  toString(): string;
}
