/**
 * LU factorisation with partial pivoting, recursively over the columns, and the systems it solves. The factors of a
 * matrix are kept with it, weakly: tensors never change, and a solve, its derivatives and a determinant share them.
 */
import type { DenseTensor, TensorType } from "../../tensor/tensor.js";
import { compact } from "../../tensor/tensor.js";
import { countOf, doubles, fromEnd, rounded } from "./matrices.js";
import { solveBlock } from "./triangular.js";
import { type Block, block, flipped, from, subtractProduct } from "./update.js";

const BASE = 8;
const unitLower = { lower: true, unitDiagonal: true } as const;
const upper = { lower: false, unitDiagonal: false } as const;

/** For every matrix, in one array: L below the diagonal (ones on it), U on and above; and the row exchanges. */
export interface Factors {
  readonly lu: Float64Array;
  /** Row i was exchanged with row pivots[i], in order. */
  readonly pivots: Int32Array;
}

/** Exchanges rows i and j of the whole matrix. */
const exchange = ({ data, offset, row }: Block, columns: number, i: number, j: number): void => {
  if (i === j) return;
  let a = offset + i * row;
  let b = offset + j * row;
  for (let c = 0; c < columns; c++, a++, b++) {
    const kept = data[a] as number;
    data[a] = data[b] as number;
    data[b] = kept;
  }
};

/** Factors columns first..last of an m x n matrix whose columns before are done; rows from `first` down. */
const factorColumns = (
  a: Block,
  m: number,
  n: number,
  first: number,
  last: number,
  pivots: Int32Array,
  at: number,
): void => {
  const width = last - first;
  if (width <= BASE) {
    for (let j = first; j < last; j++) eliminate(a, m, n, j, last, pivots, at);
    return;
  }
  const middle = first + Math.max(BASE, (width >> 1) & ~7);
  factorColumns(a, m, n, first, middle, pivots, at);
  const top = from(a, first, middle);
  solveBlock(from(a, first, first), top, middle - first, last - middle, unitLower);
  subtractProduct(
    from(a, middle, middle),
    from(a, middle, first),
    top,
    m - middle,
    middle - first,
    last - middle,
  );
  factorColumns(a, m, n, middle, last, pivots, at);
};

/** One column: the largest element to the diagonal, multipliers below, and the rest of the panel updated. */
const eliminate = (
  a: Block,
  m: number,
  n: number,
  j: number,
  last: number,
  pivots: Int32Array,
  at: number,
): void => {
  const { data, offset, row } = a;
  let best = j;
  let largest = Math.abs(data[offset + j * row + j] as number);
  for (let i = j + 1; i < m; i++) {
    const size = Math.abs(data[offset + i * row + j] as number);
    if (size > largest) {
      largest = size;
      best = i;
    }
  }
  pivots[at + j] = best;
  exchange(a, n, j, best);
  const start = offset + j * row;
  const pivot = data[start + j] as number;
  if (pivot === 0) return;
  for (let i = j + 1; i < m; i++) {
    const line = offset + i * row;
    const factor = (data[line + j] as number) / pivot;
    data[line + j] = factor;
    for (let c = j + 1; c < last; c++)
      data[line + c] = (data[line + c] as number) - factor * (data[start + c] as number);
  }
};

const factorAll = (x: DenseTensor): Factors => {
  const m = fromEnd(x.type, 2);
  const n = fromEnd(x.type, 1);
  const steps = Math.min(m, n);
  const count = countOf(x.type);
  const lu = doubles(x);
  const pivots = new Int32Array(count * steps);
  for (let index = 0; index < count; index++) {
    const a = block(lu, index * m * n, n);
    factorColumns(a, m, n, 0, steps, pivots, index * steps);
    if (n > steps) solveBlock(a, from(a, 0, steps), steps, n - steps, unitLower);
  }
  return { lu, pivots };
};

const kept = new WeakMap<DenseTensor, Factors>();

/** The factors of every matrix of a tensor. */
export const factorsOf = (x: DenseTensor): Factors => {
  let factors = kept.get(x);
  if (factors === undefined) {
    factors = factorAll(x);
    kept.set(x, factors);
  }
  return factors;
};

/** Whether some matrix has a pivot that is exactly zero. */
export const isSingular = (x: DenseTensor): boolean => {
  const n = fromEnd(x.type, 1);
  const { lu } = factorsOf(x);
  for (let start = 0; start < lu.length; start += n * n)
    for (let i = 0; i < n; i++) if (lu[start + i * (n + 1)] === 0) return true;
  return false;
};

/** The rows of A in the order of P A = L U. */
const orderOf = (pivots: Int32Array, at: number, steps: number, m: number): Int32Array => {
  const order = Int32Array.from({ length: m }, (_, i) => i);
  for (let i = 0; i < steps; i++) {
    const other = pivots[at + i] as number;
    const row = order[i] as number;
    order[i] = order[other] as number;
    order[other] = row;
  }
  return order;
};

/** L and U in one matrix, the exchanges, and the order of the rows that they make. */
export const lu = (
  x: DenseTensor,
  types: readonly [TensorType, TensorType, TensorType],
): readonly [DenseTensor, DenseTensor, DenseTensor] => {
  const m = fromEnd(x.type, 2);
  const steps = Math.min(m, fromEnd(x.type, 1));
  const factors = factorsOf(x);
  const count = countOf(x.type);
  const orders = new Int32Array(count * m);
  for (let index = 0; index < count; index++)
    orders.set(orderOf(factors.pivots, index * steps, steps, m), index * m);
  return [rounded(types[0], factors.lu), compact(types[1], factors.pivots), compact(types[2], orders)];
};

/** op(A)^-1 B for every pair of matrices: A [..., n, n], B [..., n, k]. */
export const solve = (a: DenseTensor, b: DenseTensor, transpose: boolean, type: TensorType): DenseTensor => {
  const n = fromEnd(type, 2);
  const k = fromEnd(type, 1);
  const factors = factorsOf(a);
  const given = doubles(b);
  const x = new Float64Array(given.length);
  for (let index = 0; index < countOf(type); index++) {
    const order = orderOf(factors.pivots, index * n, n, n);
    const matrix = block(factors.lu, index * n * n, n);
    const at = index * n * k;
    if (transpose) {
      const y = block(given, at, k);
      solveBlock(flipped(matrix), y, n, k, { lower: true, unitDiagonal: false });
      solveBlock(flipped(matrix), y, n, k, { lower: false, unitDiagonal: true });
      order.forEach((row, i) => {
        x.set(given.subarray(at + i * k, at + (i + 1) * k), at + row * k);
      });
    } else {
      order.forEach((row, i) => {
        x.set(given.subarray(at + row * k, at + (row + 1) * k), at + i * k);
      });
      const y = block(x, at, k);
      solveBlock(matrix, y, n, k, unitLower);
      solveBlock(matrix, y, n, k, upper);
    }
  }
  return rounded(type, x);
};

/** Overwrites A, n x n, with its factors; the sign of its determinant. */
export const signOnce = (a: Float64Array, n: number): number => {
  const pivots = new Int32Array(n);
  factorColumns(block(a, 0, n), n, n, 0, n, pivots, 0);
  let sign = 1;
  for (let i = 0; i < n; i++) {
    if (pivots[i] !== i) sign = -sign;
    sign *= Math.sign(a[i * (n + 1)] as number);
  }
  return sign;
};

/** Overwrites B, n x k, with A^-1 B, and A, n x n, with its factors. */
export const solveOnce = (a: Float64Array, b: Float64Array, n: number, k: number): void => {
  const pivots = new Int32Array(n);
  const matrix = block(a, 0, n);
  factorColumns(matrix, n, n, 0, n, pivots, 0);
  const right = block(b, 0, k);
  pivots.forEach((other, i) => {
    exchange(right, k, i, other);
  });
  solveBlock(matrix, right, n, k, unitLower);
  solveBlock(matrix, right, n, k, upper);
};

/** The sign of each determinant and the logarithm of its magnitude. */
export const slogdet = (x: DenseTensor, type: TensorType): readonly [DenseTensor, DenseTensor] => {
  const n = fromEnd(x.type, 1);
  const { lu: data, pivots } = factorsOf(x);
  const count = countOf(x.type);
  const signs = new Float64Array(count);
  const logs = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    let sign = 1;
    let log = 0;
    for (let i = 0; i < n; i++) {
      const pivot = data[index * n * n + i * (n + 1)] as number;
      if ((pivots[index * n + i] as number) !== i) sign = -sign;
      sign *= Math.sign(pivot);
      log += Math.log(Math.abs(pivot));
    }
    signs[index] = sign;
    logs[index] = log;
  }
  return [rounded(type, signs), rounded(type, logs)];
};

/** Determinants: products of pivots, by mantissa and exponent so that no partial product over- or underflows. */
export const det = (x: DenseTensor, type: TensorType): DenseTensor => {
  const n = fromEnd(x.type, 1);
  const { lu: data, pivots } = factorsOf(x);
  const out = new Float64Array(countOf(x.type));
  for (let index = 0; index < out.length; index++) {
    let mantissa = 1;
    let exponent = 0;
    for (let i = 0; i < n; i++) {
      const pivot = data[index * n * n + i * (n + 1)] as number;
      mantissa *= (pivots[index * n + i] as number) === i ? pivot : -pivot;
      const size = Math.abs(mantissa);
      if (size > 0 && size < Infinity && (size > 1e100 || size < 1e-100)) {
        const power = Math.floor(Math.log2(size));
        mantissa = mantissa / 2 ** Math.trunc(power / 2) / 2 ** (power - Math.trunc(power / 2));
        exponent += power;
      }
    }
    const first = Math.max(-1000, Math.min(1000, exponent));
    // + 0: of a singular matrix it is 0, not -0
    out[index] = mantissa * 2 ** first * 2 ** Math.max(-1100, Math.min(1100, exponent - first)) + 0;
  }
  return rounded(type, out);
};
