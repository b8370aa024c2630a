/**
 * Functions that the transformations are given, compiled before they are transformed: with TEST_JIT set, every test
 * of a transformation tests it on compiled functions as well. Only what cannot be staged by its nature is called as
 * it is: what reads a value, or takes or returns what is no tensor. Any other error of the compiled function that the
 * function itself does not throw is an error of the test. Every call is counted, with why it was not compiled.
 */

import { ConcretizationError, OperatorError, TreeError } from "../../src/tensor/errors.js";
import { jit } from "../../src/transforms/jit.js";

type AnyFunction = (...args: never[]) => unknown;
type Called = (...args: readonly unknown[]) => unknown;

/** How the calls of a test file went: "compiled", or why not. */
export const outcomes: Map<string, number> = new Map();
const count = (outcome: string): void => {
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
};

/** Functions that are being staged: they are called as they are. */
const staging = new Set<AnyFunction>();

/** Why a function that threw this while it was staged is no candidate; undefined where it should have been one. */
const reasonOf = (error: unknown): string | undefined => {
  // an operator, as in `i < steps`, works on a number that is given as such
  if (error instanceof ConcretizationError || error instanceof OperatorError) return "reads a value";
  if (error instanceof TreeError) return "takes or returns what is no tensor";
  return undefined;
};

export const callJitted = (f: AnyFunction, args: readonly unknown[]): unknown => {
  const plain = (): unknown => (f as Called)(...args);
  if (staging.has(f)) return plain();
  staging.add(f);
  let thrown: unknown;
  try {
    const result = (jit(f as never) as unknown as Called)(...args);
    count("compiled");
    return result;
  } catch (error) {
    if (!(error instanceof Error)) throw error; // a token, by which the run is left: see unlessTouched
    thrown = error;
  } finally {
    staging.delete(f);
  }
  let result: unknown;
  try {
    result = plain();
  } catch (error) {
    count("throws");
    throw error;
  }
  const reason = reasonOf(thrown);
  if (reason === undefined) {
    count(`it failed: ${(thrown as Error).name}`);
    throw new Error(`jit failed where the function itself does not: ${String(thrown)}`, { cause: thrown });
  }
  count(reason);
  return result;
};
