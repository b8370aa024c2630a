/** Index arrays of triangles and diagonals, flat indices and tuples of them, and updates at such places. */
import { add, div, filledAs, mul, rem, sub } from "../primitives/arithmetic.js";
import { lt, max, min, select } from "../primitives/compare.js";
import { reshape } from "../primitives/reshape.js";
import { ArgumentError, describe, IndexError, ShapeError } from "../tensor/errors.js";
import { checkShape, compactStrides, normalizeAxis, orThrow, type Shape, sizeOf } from "../tensor/shape.js";
import { compact, compactData, DenseTensor, type Tensor, type TensorLike } from "../tensor/tensor.js";
import { takePositions } from "./along.js";
import { broadcastAll, cast, integersOf } from "./convert.js";
import { asTensor } from "./door.js";
import { optionsOf } from "./options.js";
import { at } from "./updates.js";
import { openWorkshop } from "./workshop.js";

const vector = (values: readonly number[]): Tensor => {
  openWorkshop();
  return compact({ shape: [values.length], dtype: "int32", weak: false }, Int32Array.from(values));
};
const checkCount = (operation: string, name: string, n: unknown): number => {
  if (Number.isInteger(n) && (n as number) >= 0) return n as number;
  throw ArgumentError.invalid(operation, `${name} is ${describe(n)}`, "It is a whole number from 0 on.");
};

export interface TriangleOptions {
  /** Which diagonal bounds the triangle: 0 (default) the main one, positive above it. */
  readonly k?: number;
  /** The number of columns; default as many as rows. */
  readonly m?: number;
}
const triangle = (
  operation: string,
  n: number,
  options: TriangleOptions | undefined,
  isIn: (row: number, column: number, k: number) => boolean,
): readonly [Tensor, Tensor] => {
  const { k = 0, m = n } = optionsOf(operation, options, ["k", "m"]);
  const [rows, columns] = [checkCount(operation, "n", n), checkCount(operation, "m", m)];
  if (!Number.isInteger(k))
    throw ArgumentError.invalid(operation, `k is ${describe(k)}`, "It is the whole number of a diagonal.");
  const places: (readonly [number, number])[] = [];
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) if (isIn(i, j, k)) places.push([i, j]);
  return [vector(places.map(([i]) => i)), vector(places.map(([, j]) => j))];
};
/**
 * Row and column numbers (int32) of the lower triangle of an n x m matrix, row by row.
 * @throws ArgumentError for sizes that are none
 * @example np.trilIndices(2).map((i) => i.toArray()) // [[0, 1, 1], [0, 0, 1]]
 * @see numpy.tril_indices
 */
export const trilIndices = (n: number, options?: TriangleOptions): readonly [Tensor, Tensor] =>
  triangle("trilIndices", n, options, (i, j, k) => j <= i + k);
/**
 * Row and column numbers (int32) of the upper triangle of an n x m matrix, row by row.
 * @throws ArgumentError for sizes that are none
 * @example np.triuIndices(2).map((i) => i.toArray()) // [[0, 0, 1], [0, 1, 1]]
 * @see numpy.triu_indices
 */
export const triuIndices = (n: number, options?: TriangleOptions): readonly [Tensor, Tensor] =>
  triangle("triuIndices", n, options, (i, j, k) => j >= i + k);
/**
 * The numbers 0 to n - 1 (int32) once for each axis: the index of a main diagonal.
 * @throws ArgumentError for numbers that are none
 * @example np.diagIndices(2).map((i) => i.toArray()) // [[0, 1], [0, 1]]
 * @see numpy.diag_indices
 */
export const diagIndices = (n: number, ndim = 2): Tensor[] => {
  const all = vector([...new Array<undefined>(checkCount("diagIndices", "n", n)).keys()]);
  return new Array<Tensor>(checkCount("diagIndices", "ndim", ndim)).fill(all);
};

/** Known indices beyond an axis are errors; traced ones are taken as they are. */
const checkWithin = (operation: string, x: Tensor, size: number): void => {
  if (!(x instanceof DenseTensor)) return;
  for (const i of compactData(x)) {
    if (i < -size || i >= size)
      throw IndexError.invalid(
        operation,
        `${i} lies beyond ${size} elements`,
        "Indices count from 0, or from the end where negative.",
      );
  }
};
const fromEnd = (x: Tensor, n: number): Tensor => select(lt(x, filledAs(x, 0)), add(x, filledAs(x, n)), x);

/**
 * The positions along each axis of a shape (int32) of elements that are numbered row by row.
 * @throws IndexError for numbers beyond the shape; DTypeError unless they are integers; ShapeError
 * @example np.unravelIndex([4, 5], [2, 3]).map((i) => i.toArray()) // [[1, 1], [1, 2]]
 * @see numpy.unravel_index
 */
export const unravelIndex = (indices: TensorLike, shape: Shape): Tensor[] => {
  const dims = orThrow(checkShape("unravelIndex", shape));
  const given = integersOf("unravelIndex", indices);
  checkWithin("unravelIndex", given, sizeOf(dims));
  const flat = fromEnd(given, sizeOf(dims));
  const strides = compactStrides(dims);
  return dims.map((n, axis) => {
    const stride = strides[axis] as number;
    const turns =
      stride === 1 ? flat : div(sub(flat, rem(flat, filledAs(flat, stride))), filledAs(flat, stride));
    return n === 0 ? turns : rem(turns, filledAs(turns, n));
  });
};

/**
 * The numbers (int32), counted row by row, of elements at positions along each axis of a shape.
 * @throws IndexError for positions beyond an axis, unless the mode is "clip" or "wrap"; ArgumentError; ShapeError
 * @example np.ravelMultiIndex([[1, 1], [1, 2]], [2, 3]) // [4, 5]
 * @see numpy.ravel_multi_index
 */
export const ravelMultiIndex = (
  positions: readonly TensorLike[],
  shape: Shape,
  options?: { readonly mode?: "raise" | "clip" | "wrap" },
): Tensor => {
  const { mode = "raise" } = optionsOf("ravelMultiIndex", options, ["mode"]);
  if (mode !== "raise" && mode !== "clip" && mode !== "wrap")
    throw ArgumentError.invalid(
      "ravelMultiIndex",
      `${describe(mode)} is no mode`,
      "Modes are raise, clip, wrap.",
    );
  const dims = orThrow(checkShape("ravelMultiIndex", shape));
  if (!Array.isArray(positions) || positions.length !== dims.length || dims.length === 0)
    throw ArgumentError.invalid(
      "ravelMultiIndex",
      `${describe(positions)} are no positions along ${dims.length} axes`,
      "Pass one tensor for each axis, in an array.",
    );
  const strides = compactStrides(dims);
  const all = broadcastAll(
    "ravelMultiIndex",
    (positions as readonly TensorLike[]).map((i) => integersOf("ravelMultiIndex", i)),
  );
  return all
    .map((given, axis) => {
      const n = dims[axis] as number;
      const of = (value: number): Tensor => filledAs(given, value);
      if (mode === "raise") checkWithin("ravelMultiIndex", given, n);
      const i =
        mode === "raise"
          ? fromEnd(given, n)
          : mode === "clip"
            ? max(min(given, of(n - 1)), of(0))
            : fromEnd(rem(given, of(n)), n);
      return mul(i, of(strides[axis] as number));
    })
    .reduce((a, b) => add(a, b));
};

/**
 * `x` with values at positions along an axis, every row by its own positions: what `takeAlongAxis` reads, written. A new tensor.
 * @throws IndexError for positions beyond the axis; ShapeError where ranks differ; AxisError
 * @example np.putAlongAxis([[1, 2], [3, 4]], [[1], [0]], 9, { axis: 1 }) // [[1, 9], [9, 4]]
 * @see jax.numpy.put_along_axis
 */
export const putAlongAxis = (
  x: TensorLike,
  indices: TensorLike,
  values: TensorLike,
  options?: { readonly axis?: number | null },
): Tensor => {
  const given = asTensor("putAlongAxis", x);
  const { axis = -1 } = optionsOf("putAlongAxis", options, ["axis"]);
  const t = axis === null ? reshape(given, [given.size]) : given;
  const { shape } = t.type;
  const along = orThrow(normalizeAxis("putAlongAxis", axis ?? 0, shape.length));
  const places = integersOf("putAlongAxis", indices);
  if (places.type.shape.length !== shape.length) {
    throw ShapeError.mismatch(
      "putAlongAxis",
      "indices need the rank of the tensor",
      [shape, places.type.shape],
      "np.at(x, index).set(v) takes positions of whole rows.",
    );
  }
  const grids = shape.map((n, i) =>
    i === along
      ? places
      : reshape(
          vector([...new Array<undefined>(n).keys()]),
          shape.map((_, j) => (i === j ? n : 1)),
        ),
  );
  const out = at(t, ...grids.map((array) => array)).set(values);
  return axis === null ? reshape(out, given.type.shape) : out;
};

/**
 * `x` with its main diagonal filled: by one value, or by the elements of a vector in turn. In a tall matrix the diagonal begins
 * again with `wrap`. A new tensor.
 * @throws ShapeError for tensors of fewer than two axes, and of more where those differ
 * @example np.fillDiagonal(np.zeros([2, 2]), 5) // [[5, 0], [0, 5]]
 * @see jax.numpy.fill_diagonal
 */
export const fillDiagonal = (
  x: TensorLike,
  value: TensorLike,
  options?: { readonly wrap?: boolean },
): Tensor => {
  const { wrap = false } = optionsOf("fillDiagonal", options, ["wrap"]);
  const t = asTensor("fillDiagonal", x);
  const { shape } = t.type;
  if (shape.length < 2 || (shape.length > 2 && shape.some((n) => n !== shape[0]))) {
    throw ShapeError.mismatch(
      "fillDiagonal",
      "there is no main diagonal",
      [shape],
      "Matrices have one, and tensors with equal axes.",
    );
  }
  const [rows, columns] = shape as readonly [number, number];
  const step = compactStrides(shape).reduce((a, b) => a + b, 0);
  const end =
    wrap && shape.length === 2 ? t.size : shape.length === 2 ? Math.min(rows, columns) * step : t.size;
  const places: number[] = [];
  for (let i = 0; i < Math.min(end, t.size); i += step) places.push(i);
  const v = cast(asTensor("fillDiagonal", value), t.type.dtype);
  const flat = reshape(v, [v.size]);
  if (places.length === 0 || v.size === 0) return t;
  const turn = takePositions(flat, vector(places.map((_, i) => i % v.size)), 0);
  return reshape(at(reshape(t, [t.size]), vector(places)).set(turn), shape);
};
