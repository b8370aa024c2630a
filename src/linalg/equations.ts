/** Linear equations of a form of their own: Sylvester's, and tridiagonal systems. */
import { promoteAll, stretch } from "../numpy/convert.js";
import { asFloat } from "../numpy/door.js";
import { openWorkshop } from "../numpy/workshop.js";
import { matrixSizes } from "../primitives/matrices.js";
import { reshape } from "../primitives/reshape.js";
import { isSingularSylvester, sylvester } from "../primitives/sylvester.js";
import { isSingularTridiagonal, tridiagonalSolve as solvePrimitive } from "../primitives/tridiagonal.js";
import { LinAlgError, ShapeError } from "../tensor/errors.js";
import { broadcastShapes, orThrow, type Shape } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { atHand, isFinite } from "./operands.js";
import type { SquareMatrix } from "./types.js";

const inOneDType = (operation: string, ...given: readonly TensorLike[]): readonly Tensor[] => {
  openWorkshop();
  return promoteAll(
    operation,
    given.map((x) => asFloat(operation, x)),
  );
};

const broadcastOf = (operation: string, ...shapes: readonly Shape[]): Shape =>
  shapes.reduce((s, t) => orThrow(broadcastShapes(operation, s, t)));

/**
 * X of Sylvester's equation A X + X B = Q, by real Schur forms (Bartels and Stewart): A `[..., m, m]`, B `[..., n, n]`,
 * Q `[..., m, n]`; leading axes broadcast. There is one solution where no eigenvalue of A is minus one of B.
 *
 * @throws LinAlgError where there is not one solution, as far as the elements tell exactly and are at hand; under vmap and
 * in graphs the result has infinities or NaN instead. ShapeError where sizes do not fit.
 * @example linalg.solveSylvester([[1, 0], [0, 2]], [[1]], [[2], [6]]).toArray() // [[1], [2]]
 * @see scipy.linalg.solve_sylvester
 */
export const solveSylvester = <const A extends TensorLike, const B extends TensorLike>(
  a: SquareMatrix<A>,
  b: SquareMatrix<B>,
  q: TensorLike,
): Tensor => {
  const operation = "solveSylvester";
  const all = inOneDType(operation, a, b, q);
  const [x, y, z] = all as readonly [Tensor, Tensor, Tensor];
  const left = matrixSizes(operation, x.type, true);
  const right = matrixSizes(operation, y.type, true);
  const given = matrixSizes(operation, z.type, false);
  if (given.m !== left.n || given.n !== right.n) {
    throw ShapeError.mismatch(
      operation,
      `the right-hand side is not of ${left.n} rows and ${right.n} columns`,
      [x.type.shape, y.type.shape, z.type.shape],
      "It is [..., m, n] beside [..., m, m] and [..., n, n].",
    );
  }
  const batch = broadcastOf(operation, left.batch, right.batch, given.batch);
  const spread = all.map((w) => stretch(w, [...batch, ...w.type.shape.slice(-2)]));
  const [p, r, s] = spread as unknown as readonly [Tensor, Tensor, Tensor];
  const out = sylvester(p, r, s);
  if (isBroken(out, all)) {
    const [known, other] = [atHand(p), atHand(r)];
    if (known && other && isSingularSylvester(known, other))
      throw LinAlgError.noSingleSolution(operation, x.type.shape, y.type.shape);
  }
  return out;
};

/** Whether the result is not finite although the operands are, all being at hand. */
const isBroken = (out: Tensor, given: readonly Tensor[]): boolean => {
  const known = atHand(out);
  if (known === undefined || isFinite(known)) return false;
  return given.every((x) => {
    const elements = atHand(x);
    return elements !== undefined && isFinite(elements);
  });
};

/**
 * X of T X = B for tridiagonal T, by elimination with partial pivoting in O(n). `dl` holds the elements below the diagonal,
 * element i in row i (the first is not read), `d` the diagonal and `du` those above it (the last is not read), all
 * `[..., n]`. `b` is a vector, or matrices `[..., n, k]`; leading axes broadcast.
 *
 * @throws LinAlgError where a matrix is singular and its elements are at hand; under vmap and in graphs the result has
 * infinities and NaN instead. ShapeError where sizes do not fit.
 * @example linalg.tridiagonalSolve([0, 1, 1], [2, 2, 2], [1, 1, 0], [3, 4, 3]).toArray() // [1, 1, 1]
 * @see jax.lax.linalg.tridiagonal_solve
 */
export const tridiagonalSolve = (dl: TensorLike, d: TensorLike, du: TensorLike, b: TensorLike): Tensor => {
  const operation = "tridiagonalSolve";
  const all = inOneDType(operation, dl, d, du, b) as readonly [Tensor, Tensor, Tensor, Tensor];
  const right = all[3];
  const isVector = right.type.shape.length === 1;
  const rows = all.slice(0, 3).map(({ type }) => type.shape[type.shape.length - 1]);
  const n = right.type.shape[isVector ? 0 : right.type.shape.length - 2];
  if (n === undefined || rows.some((size) => size !== n)) {
    throw ShapeError.mismatch(
      operation,
      "the diagonals and the right-hand side have not equally many rows",
      all.map(({ type }) => type.shape),
      "Diagonals are [..., n], each of n elements; b is a vector of n, or matrices [..., n, k].",
    );
  }
  const columns = isVector ? reshape(right, [n, 1]) : right;
  const diagonals = all.slice(0, 3);
  const batches = [...diagonals.map(({ type }) => type.shape.slice(0, -1)), columns.type.shape.slice(0, -2)];
  const batch = broadcastOf(operation, ...batches);
  const spread = diagonals.map((x) => stretch(x, [...batch, n]));
  const out = solvePrimitive(
    [...spread, stretch(columns, [...batch, ...columns.type.shape.slice(-2)])],
    null,
  );
  if (isBroken(out, all)) {
    const [below, middle, above] = spread.map(atHand);
    if (below && middle && above && isSingularTridiagonal(below, middle, above))
      throw LinAlgError.singular(operation, middle.type.shape);
  }
  return isVector ? reshape(out, [...batch, n]) : out;
};
