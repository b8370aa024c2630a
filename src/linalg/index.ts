/** Linear algebra: factorisations, linear systems, least squares, eigenvalues, singular values, functions of matrices. */
export { multiDot } from "../numpy/chain.js";
export { kron } from "../numpy/contract.js";
export { diagonal, trace } from "../numpy/diagonals.js";
export { solveSylvester, tridiagonalSolve } from "./equations.js";
export {
  type CholeskyOptions,
  cholesky,
  eigh,
  eigvalsh,
  lu,
  luFactor,
  type QrOptions,
  qr,
  type SvdOptions,
  svd,
  svdvals,
} from "./factors.js";
export { bicgstab, cg, type GmresOptions, gmres, type IterativeOptions } from "./iterative.js";
export { cond, det, matrixRank, type NormOptions, norm, slogdet } from "./numbers.js";
export { expm, logm, matrixPower, sqrtm } from "./powers.js";
export {
  type CholeskySolveOptions,
  type CutoffOptions,
  choSolve,
  inv,
  lstsq,
  luSolve,
  pinv,
  solve,
  type TriangularSolveOptions,
  triangularSolve,
} from "./solving.js";
export { eig, eigvals, roots, schur } from "./spectral.js";
export {
  blockDiag,
  type TensorinvOptions,
  type TensorsolveOptions,
  tensorinv,
  tensorsolve,
  toeplitz,
} from "./structured.js";
