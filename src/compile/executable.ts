/** A compiled program, whichever emitter made it. */
import type { DenseTensor } from "../tensor/tensor.js";

export interface Executable {
  /** Results of the program on operands of the types of its plan. Not to be called within itself. */
  readonly run: (ins: readonly DenseTensor[]) => readonly DenseTensor[];
  /** The code, to be read. */
  readonly text: () => string;
}
