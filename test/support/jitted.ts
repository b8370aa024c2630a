/**
 * Functions that the transformations are given, compiled before they are transformed: with TEST_JIT set, every test
 * of a transformation tests it on compiled functions as well. What cannot be staged (a branch on a value, an argument
 * that is no tensor, an error to be thrown) is called as it is.
 */
import { jit } from "../../src/transforms/jit.js";

type AnyFunction = (...args: never[]) => unknown;

/** Functions that are being staged: they are called as they are. */
const staging = new Set<AnyFunction>();

export const callJitted = (f: AnyFunction, args: readonly unknown[]): unknown => {
  const plain = (): unknown => (f as (...args: readonly unknown[]) => unknown)(...args);
  if (staging.has(f)) return plain();
  staging.add(f);
  try {
    return (jit(f as never) as unknown as (...args: readonly unknown[]) => unknown)(...args);
  } catch {
    return plain();
  } finally {
    staging.delete(f);
  }
};
