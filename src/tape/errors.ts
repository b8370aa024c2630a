/** What a tape says that is asked twice. */
import { CotangentError } from "../tensor/errors.js";

/** A tape, or the graph behind a tensor, that has given its gradient and was released. */
export class TapeUsedError extends CotangentError {
  override readonly name: string = "TapeUsedError";
  override readonly code: string = "tape-used";

  static tape(operation: string): TapeUsedError {
    return new TapeUsedError(
      `${operation}: this tape has given its gradient and has forgotten what it recorded. ` +
        "Make it with new GradientTape({ persistent: true }) to ask it more than once, or pass all sources in one tree.",
    );
  }
}
