/** Matrices made of parts, and systems of tensors read as matrices. */
import { takePositions } from "../numpy/along.js";
import { promoteAll } from "../numpy/convert.js";
import { filled } from "../numpy/create.js";
import { asFloat, asTensor } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { permute, reshape } from "../primitives/reshape.js";
import { concatenate, pad } from "../primitives/slice.js";
import { inverse, isSingular, solve } from "../primitives/solve.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { normalizeAxes, orThrow, type Shape, sizeOf } from "../tensor/shape.js";
import { compact, type Tensor, type TensorLike } from "../tensor/tensor.js";
import { inOneDType, rejectSingular } from "./operands.js";

/**
 * The matrix with the given ones along its diagonal and zeros elsewhere. Scalars count as 1 x 1, vectors as rows.
 *
 * @throws ArgumentError for no list of matrices; ShapeError for more than two axes.
 * @example linalg.blockDiag([[[1, 2]], [[3]]]).toArray() // [[1, 2, 0], [0, 0, 3]]
 * @see scipy.linalg.block_diag
 */
export const blockDiag = (blocks: readonly TensorLike[]): Tensor => {
  if (!Array.isArray(blocks) || blocks.length === 0) {
    throw ArgumentError.invalid(
      "blockDiag",
      `${describe(blocks)} is no list of matrices`,
      "Pass one matrix or more in an array.",
    );
  }
  const tensors = promoteAll(
    "blockDiag",
    blocks.map((x: TensorLike) => asTensor("blockDiag", x)),
  );
  const matrices = tensors.map((x) => {
    const { shape } = x.type;
    if (shape.length > 2) {
      throw ShapeError.mismatch(
        "blockDiag",
        "matrices are needed",
        [shape],
        "Use vmap for stacks of matrices.",
      );
    }
    return shape.length === 2 ? x : reshape(x, [1, x.size]);
  });
  const columns = matrices.map((x) => x.type.shape[1] as number);
  const total = columns.reduce((n, m) => n + m, 0);
  let before = 0;
  const rows = matrices.map((x, i) => {
    const n = columns[i] as number;
    const row = pad(x, { value: 0, low: [0, before], high: [0, total - before - n], interior: [0, 0] });
    before += n;
    return row;
  });
  return concatenate(rows, 0);
};

/**
 * The matrix with constant diagonals that has `column` as its first column and `row` as its first row, whose own first
 * element is not read; without `row` the symmetric one. Leading axes of both must be equal.
 *
 * @throws ShapeError for scalars and for leading axes that differ.
 * @example linalg.toeplitz([1, 2, 3], [1, 4]).toArray() // [[1, 4], [2, 1], [3, 2]]
 * @see scipy.linalg.toeplitz
 */
export const toeplitz = (column: TensorLike, row?: TensorLike): Tensor => {
  const [c, r] = promoteAll("toeplitz", [
    asTensor("toeplitz", column),
    asTensor("toeplitz", row === undefined ? column : row),
  ]) as readonly [Tensor, Tensor];
  const [s, t] = [c.type.shape, r.type.shape];
  const last = s.length - 1;
  const fits = s.length > 0 && s.length === t.length && s.every((n, i) => i === last || n === t[i]);
  if (!fits) {
    throw ShapeError.mismatch(
      "toeplitz",
      "vectors of equal leading axes are needed",
      [s, t],
      "Pass two vectors.",
    );
  }
  const [m, n] = [s[last] as number, t[last] as number];
  if (m === 0 || n === 0) return filled([...s.slice(0, -1), m, n], 0, c.type.dtype);
  // element (i, j) is c[i - j] on and below the diagonal, r[j - i] above, in the list c, r
  const places = Int32Array.from({ length: m * n }, (_, at) => {
    const d = Math.floor(at / n) - (at % n);
    return d >= 0 ? d : m - d;
  });
  const positions = compact({ shape: [m, n], dtype: "int32", weak: false }, places);
  return takePositions(concatenate([c, r], last), positions, last);
};

export interface TensorsolveOptions {
  /** Axes of `a` to move to its end, before it is read as a matrix. */
  readonly axes?: readonly number[] | null;
}
/**
 * x of tensordot(a, x, x.ndim) = b: `a` of shape b.shape + x.shape, read as a square matrix.
 *
 * @throws LinAlgError as `linalg.solve`; ShapeError where `a` is no square matrix so; AxisError.
 * @example linalg.tensorsolve(np.reshape(np.eye(4), [2, 2, 2, 2]), [[1, 2], [3, 4]]).toArray() // [[1, 2], [3, 4]]
 * @see numpy.linalg.tensorsolve
 */
export const tensorsolve = (a: TensorLike, b: TensorLike, options?: TensorsolveOptions): Tensor => {
  const { axes = null } = optionsOf("tensorsolve", options, ["axes"]);
  const [given, right] = inOneDType("tensorsolve", a, b);
  const rank = given.type.shape.length;
  const chosen = axes === null ? [] : orThrow(normalizeAxes("tensorsolve", axes, rank));
  const kept = given.type.shape.map((_, i) => i).filter((i) => !chosen.includes(i));
  const x = chosen.length === 0 ? given : permute(given, [...kept, ...chosen]);
  const shape = x.type.shape.slice(right.type.shape.length);
  const [rows, columns] = [right.size, sizeOf(shape)];
  if (rank < right.type.shape.length || rows !== columns || sizeOf(x.type.shape) !== rows * columns) {
    throw ShapeError.mismatch(
      "tensorsolve",
      "the tensor is no square matrix beside the right-hand side",
      [given.type.shape, right.type.shape],
      "Its shape is that of b followed by that of x, of equally many elements.",
    );
  }
  const matrix = reshape(x, [rows, columns]);
  const out = solve(matrix, reshape(right, [rows, 1]), false);
  rejectSingular("tensorsolve", matrix, isSingular);
  return reshape(out, shape);
};

export interface TensorinvOptions {
  /** How many of the first axes are the rows; default 2. */
  readonly ind?: number;
}
/**
 * The inverse of a tensor that is read as a square matrix, its first `ind` axes as the rows: tensordot of it with the
 * tensor, over `ind` axes, is the identity.
 *
 * @throws LinAlgError as `linalg.inv`; ShapeError where it is no square matrix so; ArgumentError for another `ind`.
 * @example linalg.tensorinv(np.reshape(np.eye(4), [4, 2, 2]), { ind: 1 }).shape // [2, 2, 4]
 * @see numpy.linalg.tensorinv
 */
export const tensorinv = (a: TensorLike, options?: TensorinvOptions): Tensor => {
  const { ind = 2 } = optionsOf("tensorinv", options, ["ind"]);
  const x = asFloat("tensorinv", a);
  const { shape } = x.type;
  if (!Number.isInteger(ind) || ind < 1) {
    throw ArgumentError.invalid("tensorinv", `ind is ${describe(ind)}`, "It is a whole number of 1 or more.");
  }
  const [before, after]: readonly [Shape, Shape] = [shape.slice(0, ind), shape.slice(ind)];
  const n = sizeOf(before);
  if (n !== sizeOf(after)) {
    throw ShapeError.mismatch(
      "tensorinv",
      `the first ${ind} axes hold ${n} rows, the others ${sizeOf(after)} columns`,
      [shape],
      "The numbers must be equal.",
    );
  }
  const matrix = reshape(x, [n, n]);
  const out = inverse(matrix);
  rejectSingular("tensorinv", matrix, isSingular);
  return reshape(out, [...after, ...before]);
};
