/** Arguments of the toolkit, checked before anything runs: a slip must not pass for a test that succeeded. */
import fc from "fast-check";
import type { AnyPrimitive } from "../graph/primitive.js";
import { checkDType } from "../numpy/convert.js";
import { type DType, isFloat } from "../tensor/dtype.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Domain } from "./domains.js";

/** A whole number from `min` on, or undefined. */
export const checkWhole = (operation: string, name: string, value: unknown, min = 0): void => {
  if (value === undefined || (Number.isInteger(value) && (value as number) >= min)) return;
  throw ArgumentError.invalid(
    operation,
    `${name} is ${describe(value)}`,
    `It is a whole number of ${min} or more.`,
  );
};
/** Bounds of which either may be left out. */
export const checkBounds = (
  operation: string,
  low: readonly [name: string, value: unknown],
  high: readonly [name: string, value: unknown],
): void => {
  for (const [name, value] of [low, high])
    if (value !== undefined && (typeof value !== "number" || Number.isNaN(value)))
      throw ArgumentError.invalid(operation, `${name} is ${describe(value)}`, "It is a number.");
  if (low[1] !== undefined && high[1] !== undefined && (low[1] as number) > (high[1] as number)) {
    throw ArgumentError.invalid(
      operation,
      `${low[0]} is ${low[1]}, above ${high[0]}, which is ${high[1]}`,
      "Exchange them.",
    );
  }
};
/** A finite number above 0, or undefined; a tolerance may be 0. */
export const checkPositive = (operation: string, name: string, value: unknown, orZero = false): void => {
  if (value === undefined) return;
  if (typeof value === "number" && value < Infinity && (value > 0 || (orZero && value === 0))) return;
  const wanted = orZero ? "It is 0 or a positive number." : "It is a positive number.";
  throw ArgumentError.invalid(operation, `${name} is ${describe(value)}`, wanted);
};
/** One of a few words, or undefined. */
export const checkWord = (
  operation: string,
  name: string,
  value: unknown,
  words: readonly string[],
): void => {
  if (value === undefined || words.includes(value as string)) return;
  throw ArgumentError.invalid(
    operation,
    `${name} is ${describe(value)}`,
    `It is one of ${words.join(", ")}.`,
  );
};

export const isArbitrary = (x: unknown): x is fc.Arbitrary<unknown> => x instanceof fc.Arbitrary;
export const checkArbitrary = (operation: string, what: string, x: unknown): void => {
  if (isArbitrary(x)) return;
  throw ArgumentError.invalid(
    operation,
    `${what} is ${describe(x)}`,
    "Pass an arbitrary of fast-check, such as tensors({ shape: [2] }).",
  );
};

export const checkDTypes = (operation: string, dtypes: unknown): void => {
  if (dtypes === undefined) return;
  if (!Array.isArray(dtypes) || dtypes.length === 0) {
    throw ArgumentError.invalid(
      operation,
      `dtypes is ${describe(dtypes)}`,
      'Pass a list of them, such as ["float64", "float32"].',
    );
  }
  for (const dtype of dtypes as readonly DType[]) checkDType(operation, dtype);
};

export const checkPrimitiveAndDomain = (operation: string, primitive: unknown, domain: unknown): void => {
  if (typeof (primitive as Partial<AnyPrimitive> | null)?.impl !== "function") {
    throw ArgumentError.invalid(
      operation,
      `${describe(primitive)} is no primitive`,
      "Pass the primitive of an operation, such as sinc.primitive.",
    );
  }
  if (typeof (domain as Partial<Domain> | null)?.plan !== "function") {
    throw ArgumentError.invalid(
      operation,
      `${describe(domain)} is no domain`,
      "Pass { dtypes, plan }, or elementwiseDomain(arity).",
    );
  }
};

/** Among leaves that should have a derivative to check, at least one is a float with elements. */
export const checkSomeFloat = (operation: string, what: string, leaves: readonly Tensor[]): void => {
  if (leaves.some((x) => isFloat(x.dtype) && x.size > 0)) return;
  throw ArgumentError.invalid(
    operation,
    `no leaf of ${what} is a float with elements, so that there is no derivative to check`,
    `A function is checked at float64 or float32 arguments: ${operation}(f, [np.array([1, 2])]); its result has floats too.`,
  );
};

/** What derivatives are compared with is a number: NaN beside NaN would say nothing. */
export const checkSomeFinite = (operation: string, what: string, numbers: Iterable<number>): void => {
  for (const x of numbers) if (Number.isFinite(x)) return;
  throw ArgumentError.invalid(
    operation,
    `${what} is NaN or infinite, so that there is nothing to compare with`,
    "Check where the function is finite, and so are its derivatives.",
  );
};

/** The arguments of a function, as a list. */
export const checkArguments = (operation: string, args: unknown): void => {
  if (Array.isArray(args)) return;
  throw ArgumentError.invalid(
    operation,
    `the arguments are ${describe(args)}`,
    "Pass a list with one tree for each argument of the function.",
  );
};
