/** What a tape says when it is asked twice, and backward() of what is no single number. */
import { CotangentError, NonScalarOutputError } from "../tensor/errors.js";
import type { Shape } from "../tensor/shape.js";

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
  static graph(operation: string): TapeUsedError {
    return new TapeUsedError(
      `${operation}: trying to go backward through the graph a second time, and what the first time needed has been freed. ` +
        "Pass { retainGraph: true } the first time, or compute the value again.",
    );
  }
}

/** backward() of many elements, without weights. */
export const backwardOutputError = (shape: Shape): NonScalarOutputError =>
  new NonScalarOutputError(
    `backward: grad can be implicitly created only for scalar outputs, but this tensor has shape [${shape.join(", ")}]. ` +
      "Reduce it (np.sum, np.mean), or pass the gradient by it: y.backward(np.onesLike(y)).",
  );
