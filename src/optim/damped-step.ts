/** The linear least-squares problem inside each iteration of `leastSquares`, by orthogonal triangularisation. */
import { qr } from "../linalg/factors.js";
import { triangularSolve } from "../linalg/solving.js";
import { negative } from "../numpy/arithmetic.js";
import { matmul } from "../numpy/contract.js";
import { zeros } from "../numpy/create.js";
import { concatenate } from "../numpy/joining.js";
import { diag } from "../numpy/matrices.js";
import { matrixTranspose } from "../numpy/rearrange.js";
import type { Tensor } from "../tensor/tensor.js";

/** J = Q R and c = Q' r: what steps of every damping have in common (Moré 1978, section 3). */
export interface Reduced {
  readonly r: Tensor;
  readonly c: Tensor;
}
export const reduced = (jacobian: Tensor, residuals: Tensor): Reduced => {
  const [q, r] = qr(jacobian);
  return { r, c: matmul(matrixTranspose(q), residuals) };
};

/**
 * The vector p for which |J p + r|^2 + |diag(d) p|^2 is least: the augmented system [R; diag(d)] p = [-c; 0], whose
 * condition is not squared as that of the normal equations. No weight is 0, so its columns are independent.
 */
export const dampedStep = ({ r, c }: Reduced, weights: Tensor): Tensor => {
  const [q, triangle] = qr(concatenate([r, diag(weights)]));
  const right = concatenate([negative(c), zeros(weights.shape, { dtype: weights.dtype })]);
  return triangularSolve(triangle, matmul(matrixTranspose(q), right));
};
