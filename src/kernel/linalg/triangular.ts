/**
 * Triangular systems, recursively: half of the unknowns, then an update by a matrix product, then the other half.
 * Only the triangle named is read.
 */
import type { DenseTensor, TensorType } from "../../tensor/tensor.js";
import { countOf, doubles, fromEnd, rounded } from "./matrices.js";
import { type Block, block, flipped, from, subtractProduct } from "./update.js";

/** Below so many unknowns, plain loops. */
const BASE = 24;

/** Which triangle, and whether its diagonal counts as ones. */
export interface Triangle {
  readonly lower: boolean;
  readonly unitDiagonal: boolean;
}

/** Overwrites B, n x k, with T^-1 B. */
export const solveBlock = (t: Block, b: Block, n: number, k: number, form: Triangle): void => {
  if (k === 1) {
    if (t.column === 1) solveByRows(t, b, n, form);
    else solveByColumns(t, b, n, form);
    return;
  }
  if (n <= BASE) {
    if (b.column === 1) solveRowsOfB(t, b, n, k, form);
    else for (let j = 0; j < k; j++) solveByRows(t, from(b, 0, j), n, form);
    return;
  }
  const half = (n >> 1) & ~3;
  const rest = n - half;
  const [low, lowB] = [from(t, half, half), from(b, half, 0)];
  if (form.lower) {
    solveBlock(t, b, half, k, form);
    subtractProduct(lowB, from(t, half, 0), b, rest, half, k);
    solveBlock(low, lowB, rest, k, form);
  } else {
    solveBlock(low, lowB, rest, k, form);
    subtractProduct(b, from(t, 0, half), lowB, half, rest, k);
    solveBlock(t, b, half, k, form);
  }
};

/** One right-hand side, by dot products along the rows of T. */
const solveByRows = (t: Block, b: Block, n: number, { lower, unitDiagonal }: Triangle): void => {
  const { data: a, column } = t;
  const { data: x, row: step } = b;
  for (let count = 0; count < n; count++) {
    const i = lower ? count : n - 1 - count;
    const start = t.offset + i * t.row;
    let sum = x[b.offset + i * step] as number;
    const first = lower ? 0 : i + 1;
    const last = lower ? i : n;
    for (let j = first; j < last; j++)
      sum -= (a[start + j * column] as number) * (x[b.offset + j * step] as number);
    x[b.offset + i * step] = unitDiagonal ? sum : sum / (a[start + i * column] as number);
  }
};

/** One right-hand side, by multiples of the columns of T. */
const solveByColumns = (t: Block, b: Block, n: number, { lower, unitDiagonal }: Triangle): void => {
  const { data: a, row } = t;
  const { data: x, row: step } = b;
  for (let count = 0; count < n; count++) {
    const j = lower ? count : n - 1 - count;
    const start = t.offset + j * t.column;
    const at = b.offset + j * step;
    const value = unitDiagonal ? (x[at] as number) : (x[at] as number) / (a[start + j * row] as number);
    x[at] = value;
    const first = lower ? j + 1 : 0;
    const last = lower ? n : j;
    for (let i = first; i < last; i++) {
      const to = b.offset + i * step;
      x[to] = (x[to] as number) - (a[start + i * row] as number) * value;
    }
  }
};

/** Many right-hand sides whose rows are contiguous: rows of B minus multiples of rows. */
const solveRowsOfB = (t: Block, b: Block, n: number, k: number, { lower, unitDiagonal }: Triangle): void => {
  const { data: a } = t;
  const { data: x, row } = b;
  for (let count = 0; count < n; count++) {
    const i = lower ? count : n - 1 - count;
    const start = t.offset + i * t.row;
    const to = b.offset + i * row;
    const first = lower ? 0 : i + 1;
    const last = lower ? i : n;
    for (let j = first; j < last; j++) {
      const factor = a[start + j * t.column] as number;
      const source = b.offset + j * row;
      for (let c = 0; c < k; c++) x[to + c] = (x[to + c] as number) - factor * (x[source + c] as number);
    }
    if (unitDiagonal) continue;
    const pivot = a[start + i * t.column] as number;
    for (let c = 0; c < k; c++) x[to + c] = (x[to + c] as number) / pivot;
  }
};

/** op(T)^-1 B for every pair of matrices: T [..., n, n], B [..., n, k], op the transpose or nothing. */
export const triangularSolve = (
  t: DenseTensor,
  b: DenseTensor,
  form: Triangle,
  transpose: boolean,
  type: TensorType,
): DenseTensor => {
  const n = fromEnd(type, 2);
  const k = fromEnd(type, 1);
  const matrix = doubles(t);
  const x = doubles(b);
  const used = transpose ? { ...form, lower: !form.lower } : form;
  for (let index = 0; index < countOf(type); index++) {
    const a = block(matrix, index * n * n, n);
    solveBlock(transpose ? flipped(a) : a, block(x, index * n * k, k), n, k, used);
  }
  return rounded(type, x);
};
