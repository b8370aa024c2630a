/** `safe`: the library's errors as values. */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { CotangentError } from "../tensor/errors.js";
import { checkFunction } from "../transforms/arguments.js";

/**
 * `f`, with this library's errors as `Left` and results as `Right`. Anything else that is thrown is thrown: it is no
 * error of shapes, dtypes or transformations.
 * @example safe(np.matmul)(np.zeros([2, 3]), np.zeros([2, 3])) // left(ShapeError)
 */
export const safe = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
): ((...args: A) => Either<CotangentError, R>) => {
  checkFunction("safe", f);
  return (...args) => {
    try {
      return right(f(...args));
    } catch (error) {
      if (error instanceof CotangentError) return left(error);
      throw error;
    }
  };
};
