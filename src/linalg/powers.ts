/** Powers, exponentials, logarithms and roots of matrices. */
import { matmul } from "../numpy/methods/products.js";
import { filledAs } from "../primitives/arithmetic.js";
import { identityAs } from "../primitives/matrices.js";
import * as functions from "../primitives/matrix-functions.js";
import { inverse, isSingular } from "../primitives/solve.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { asSquare, rejectSingular } from "./operands.js";
import type { MatrixFunction, SameMatrix, SquareMatrix } from "./types.js";

/**
 * A to a whole power, by repeated squaring: the identity for 0, powers of the inverse for negative ones.
 *
 * @throws ArgumentError for a power that is no integer; LinAlgError as `linalg.inv` for a negative one; ShapeError for
 * matrices that are not square.
 * @example linalg.matrixPower([[1, 1], [0, 1]], 5).toArray() // [[1, 5], [0, 1]]
 * @see numpy.linalg.matrix_power
 */
export const matrixPower = <const A extends TensorLike>(a: SquareMatrix<A>, n: number): SameMatrix<A> => {
  const x = asSquare("matrixPower", a);
  if (!Number.isInteger(n)) {
    throw ArgumentError.invalid("matrixPower", `${describe(n)} is no whole number`, "Powers are integers.");
  }
  if (n < 0) rejectSingular("matrixPower", x, isSingular);
  const power = (base: Tensor, exponent: number): Tensor => {
    if (exponent === 1) return base;
    const half = power(base, Math.floor(exponent / 2));
    const squared = matmul(half, half);
    return exponent % 2 === 0 ? squared : matmul(squared, base);
  };
  const result = n === 0 ? identityAs(filledAs(x, 0)) : power(n < 0 ? inverse(x) : x, Math.abs(n));
  return result as SameMatrix<A>;
};

/**
 * The exponential e^A of square matrices, by scaling and squaring.
 *
 * @throws ShapeError for matrices that are not square.
 * @example linalg.expm([[0, 1], [0, 0]]).toArray() // [[1, 1], [0, 1]]
 * @see scipy.linalg.expm
 */
export const expm: MatrixFunction = ((a: TensorLike): Tensor =>
  functions.expm(asSquare("expm", a))) as MatrixFunction;

/**
 * The principal logarithm of square matrices, e^log A = A, for those of which no eigenvalue lies on the closed negative real
 * axis; NaN for others, whose logarithm is not real. By the real Schur form, with roots and a Pade approximant (inverse scaling
 * and squaring).
 *
 * @throws ShapeError for matrices that are not square.
 * @example linalg.logm([[1, 1], [0, 1]]).toArray() // [[0, 1], [0, 0]]
 * @see scipy.linalg.logm, which gives complex logarithms too
 */
export const logm: MatrixFunction = ((a: TensorLike): Tensor =>
  functions.logm(asSquare("logm", a))) as MatrixFunction;

/**
 * The principal square root of square matrices, S S = A, that whose eigenvalues have no negative real parts; for symmetric
 * positive semidefinite ones the positive semidefinite root. NaN where a real eigenvalue is negative. The derivative is infinite
 * or NaN where an eigenvalue is 0.
 *
 * @throws ShapeError for matrices that are not square.
 * @example linalg.sqrtm([[4, 5], [0, 9]]).toArray() // [[2, 1], [0, 3]]
 * @see scipy.linalg.sqrtm, which gives complex roots too
 */
export const sqrtm: MatrixFunction = ((a: TensorLike): Tensor =>
  functions.sqrtm(asSquare("sqrtm", a))) as MatrixFunction;
