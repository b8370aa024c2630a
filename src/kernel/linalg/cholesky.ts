/** The Cholesky factorisation, recursively: the factor of a half, a triangular solve, an update, the other half. */
import type { DenseTensor, TensorType } from "../../tensor/tensor.js";
import { countOf, doubles, fromEnd, rounded, symmetrise } from "./matrices.js";
import { solveBlock } from "./triangular.js";
import { type Block, block, flipped, from, subtractProduct } from "./update.js";

const BASE = 24;
const lowerTriangle = { lower: true, unitDiagonal: false } as const;

/** Overwrites the lower triangle of a symmetric matrix with L, A = L L^T; false if it is not positive definite. */
const factor = (a: Block, n: number): boolean => {
  if (n <= BASE) return factorByRows(a, n);
  const half = (n >> 1) & ~3;
  if (!factor(a, half)) return false;
  const below = from(a, half, 0);
  const rest = from(a, half, half);
  // L21 = A21 L11^-T: its transpose solves L11 X = A21^T
  solveBlock(a, flipped(below), half, n - half, lowerTriangle);
  subtractProduct(rest, below, flipped(below), n - half, half, n - half, true);
  return factor(rest, n - half);
};

const factorByRows = ({ data, offset, row }: Block, n: number): boolean => {
  for (let i = 0; i < n; i++) {
    const left = offset + i * row;
    for (let j = 0; j <= i; j++) {
      const right = offset + j * row;
      let sum = data[left + j] as number;
      for (let k = 0; k < j; k++) sum -= (data[left + k] as number) * (data[right + k] as number);
      if (j < i) data[left + j] = sum / (data[right + j] as number);
      else if (sum > 0) data[left + i] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
};

/** L of (A + A^T) / 2 = L L^T for every matrix; all NaN for one that is not positive definite. */
export const cholesky = (x: DenseTensor, type: TensorType): DenseTensor => {
  const n = fromEnd(type, 1);
  const data = doubles(x);
  for (let index = 0; index < countOf(type); index++) {
    const offset = index * n * n;
    symmetrise(data, offset, n);
    if (factor(block(data, offset, n), n)) {
      for (let i = 0; i < n; i++) data.fill(0, offset + i * n + i + 1, offset + (i + 1) * n);
    } else data.fill(Number.NaN, offset, offset + n * n);
  }
  return rounded(type, data);
};
