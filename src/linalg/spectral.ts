/** Matrices that are not symmetric: their Schur form. */
import * as schurPrimitives from "../primitives/schur.js";
import type { TensorLike } from "../tensor/tensor.js";
import { asSquare } from "./operands.js";
import type { SameMatrix, SquareMatrix } from "./types.js";

/**
 * The real Schur form `[t, z]` of square matrices: A = Z T Z^T with Z orthogonal and T quasi-triangular. On its diagonal are
 * the real eigenvalues, and blocks of two rows for complex pairs, of equal diagonal elements and with off-diagonal ones of
 * opposite signs. NaN for a matrix that is not finite.
 *
 * The derivative keeps the order of the eigenvalues. Where some are equal the form is a choice: derivatives stay finite, and
 * are right for what does not depend on the choice.
 *
 * @throws ShapeError for matrices that are not square.
 * @example linalg.schur([[2, 1], [0, 3]])[0].toArray() // [[2, 1], [0, 3]]
 * @see scipy.linalg.schur, jax.scipy.linalg.schur (which has no derivative)
 */
export const schur = <const A extends TensorLike>(
  a: SquareMatrix<A>,
): readonly [t: SameMatrix<A>, z: SameMatrix<A>] => {
  const [t, z] = schurPrimitives.schur([asSquare("schur", a)], null);
  return [t, z] as unknown as readonly [SameMatrix<A>, SameMatrix<A>];
};
