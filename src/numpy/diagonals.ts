/** Diagonals of the matrices that two axes hold, read by one gather. */
import { convert } from "../primitives/arithmetic.js";
import { sum } from "../primitives/broadcast.js";
import { gather } from "../primitives/gather.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { normalizeAxes, orThrow } from "../tensor/shape.js";
import { compact, type Tensor, type TensorLike } from "../tensor/tensor.js";
import { moved } from "./along.js";
import { asTensor } from "./door.js";
import { optionsOf } from "./options.js";

export interface DiagonalOptions {
  /** Above (positive) or below the main diagonal; default 0. */
  readonly offset?: number;
  /** The axes of rows and columns; default 0 and 1. */
  readonly axis1?: number;
  readonly axis2?: number;
}

/** The diagonal of the first two axes, as the last axis. */
export const diagonalOf = (x: Tensor, offset: number): Tensor => {
  const [rows, columns] = x.type.shape as readonly [number, number];
  const n = Math.max(0, offset >= 0 ? Math.min(rows, columns - offset) : Math.min(rows + offset, columns));
  const tuples = new Int32Array(2 * n);
  for (let i = 0; i < n; i++) {
    tuples[2 * i] = i + Math.max(0, -offset);
    tuples[2 * i + 1] = i + Math.max(0, offset);
  }
  const entries = gather(x, compact({ shape: [n, 2], dtype: "int32", weak: false }, tuples), {
    batchAxes: 0,
    indexedAxes: 2,
  });
  return moved(entries, [0], [entries.type.shape.length - 1]);
};

const diagonalIn = (operation: string, x: TensorLike, options: DiagonalOptions | undefined): Tensor => {
  const t = asTensor(operation, x);
  const { shape } = t.type;
  if (shape.length < 2)
    throw ShapeError.mismatch(
      operation,
      "a matrix is needed",
      [shape],
      "np.diag makes a matrix of a vector.",
    );
  const { offset = 0, axis1 = 0, axis2 = 1 } = optionsOf(operation, options, ["offset", "axis1", "axis2"]);
  if (!Number.isInteger(offset))
    throw ArgumentError.invalid(operation, `${describe(offset)} is no offset`, "Offsets are integers.");
  return diagonalOf(
    moved(t, orThrow(normalizeAxes(operation, [axis1, axis2], shape.length)), [0, 1]),
    offset,
  );
};

/**
 * The elements whose row and column differ by `offset`, as the last axis in place of the two.
 *
 * @throws ShapeError for rank below 2; AxisError
 * @example np.diagonal([[1, 2], [3, 4]]).toArray() // [1, 4]
 */
export const diagonal = (x: TensorLike, options?: DiagonalOptions): Tensor =>
  diagonalIn("diagonal", x, options);

/**
 * The sum of a diagonal; bools are counted in int32.
 *
 * @throws ShapeError for rank below 2; AxisError
 * @example np.trace([[1, 2], [3, 4]]).item() // 5
 */
export const trace = (x: TensorLike, options?: DiagonalOptions): Tensor => {
  const entries = diagonalIn("trace", x, options);
  const counted = entries.type.dtype === "bool" ? convert(entries, "int32") : entries;
  return sum(counted, [counted.type.shape.length - 1]);
};
