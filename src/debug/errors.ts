/** What `debugNans` says of the operation in which a NaN came up. */
import { CotangentError } from "../tensor/errors.js";

/** The first operation with NaN among its results. */
export class NanError extends CotangentError {
  override readonly name: string = "NanError";
  override readonly code: string = "nan";
  constructor(
    message: string,
    /** The name of the primitive. */
    readonly operation: string,
    /** `file:line:column` of the user's code that called it; undefined where the engine does not tell. */
    readonly line: string | undefined,
  ) {
    super(message);
  }
}
