/**
 * The batched matrix product. Every path (direct loops, inner products, packed tiles) rounds each product and each sum
 * in the dtype and adds in the same order, so that a result's bits depend on nothing but the operands' values.
 */

import type { FloatArray, MatrixView } from "./blocked.js";
import { direct32, direct64, type Product } from "./direct.js";
import { isInFours, rowInFours } from "./fours.js";

export type { FloatArray, MatrixView };

export type IntegerArray = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

/** The product of large matrices, or false where this engine has no better way than the direct loops. */
export type LargeProduct = (
  a: MatrixView,
  b: MatrixView,
  c: FloatArray,
  batch: number,
  m: number,
  k: number,
  n: number,
) => boolean;

let large: LargeProduct | undefined;

/** Gives the product of large matrices; the same each time, so that nothing depends on who comes first. */
export const provideLargeProduct = (f: LargeProduct): void => {
  large = f;
};

/** Below so many multiplications, nothing is better than the direct loops. */
const DIRECT = 512;

/** Hands the matrices of each batch to loops over their own strides. */
export const eachDirect = <Data extends FloatArray>(
  product: Product<Data>,
  a: MatrixView,
  b: MatrixView,
  c: Data,
  batch: number,
  m: number,
  k: number,
  n: number,
): void => {
  const left = a.data as Data;
  const right = b.data as Data;
  for (let index = 0; index < batch; index++) {
    product(
      left,
      a.offset + index * a.batchStride,
      a.rowStride,
      a.columnStride,
      right,
      b.offset + index * b.batchStride,
      b.rowStride,
      b.columnStride,
      c,
      index * m * n,
      m,
      k,
      n,
    );
  }
};

/** The same elements with rows and columns exchanged. */
const transposed = (view: MatrixView): MatrixView => ({
  data: view.data,
  offset: view.offset,
  batchStride: view.batchStride,
  rowStride: view.columnStride,
  columnStride: view.rowStride,
});

/**
 * The product of each pair of matrices: `c[b, i, j] = sum over p of a[b, i, p] b[b, p, j]`, written to c, a fresh
 * contiguous array of shape `[batch, m, n]`. `a: [batch, m, k]`, `b: [batch, k, n]` with any strides (0 repeats);
 * their data have the type of c. A sum of no products is +0.
 *
 * Products are added in order of p, in blocks of 256 whose sums are added in order, each product and each sum
 * rounded once: to float32, if that is the dtype. Of a vector and a large matrix, `fours.ts` states the order.
 */
export const matmul = (
  a: MatrixView,
  b: MatrixView,
  c: FloatArray,
  batch: number,
  m: number,
  k: number,
  n: number,
): void => {
  if (batch === 0 || m === 0 || n === 0) return;
  if (k === 0) {
    c.fill(0);
    return;
  }
  // A x is the row x^T A^T: one case for both products of a matrix and a vector.
  if (n === 1 && m > 1) {
    matmul(transposed(b), transposed(a), c, batch, 1, k, m);
    return;
  }
  if (isInFours(batch, m, k, n)) {
    rowInFours(a, b, c, k, n);
    return;
  }
  // Rows of all batches against one matrix are one product.
  const batchRows = m === 1 ? a.batchStride : a.rowStride;
  if (batch > 1 && b.batchStride === 0 && a.batchStride === m * batchRows) {
    matmul({ ...a, rowStride: batchRows }, b, c, 1, batch * m, k, n);
    return;
  }
  if (m * k * n >= DIRECT && large?.(a, b, c, batch, m, k, n)) return;
  if (c instanceof Float64Array) eachDirect(direct64, a, b, c, batch, m, k, n);
  else eachDirect(direct32, a, b, c, batch, m, k, n);
};

/** The same product of integers: products and sums wrap, as c does when it stores them. */
export const matmulInteger = (
  a: MatrixView<IntegerArray>,
  b: MatrixView<IntegerArray>,
  c: IntegerArray,
  batch: number,
  m: number,
  k: number,
  n: number,
): void => {
  for (let index = 0, to = 0; index < batch; index++) {
    for (let i = 0; i < m; i++) {
      const row = a.offset + index * a.batchStride + i * a.rowStride;
      for (let j = 0; j < n; j++) {
        let left = row;
        let right = b.offset + index * b.batchStride + j * b.columnStride;
        let sum = 0;
        for (let p = 0; p < k; p++) {
          sum = (sum + Math.imul(a.data[left] as number, b.data[right] as number)) | 0;
          left += a.columnStride;
          right += b.rowStride;
        }
        c[to++] = sum;
      }
    }
  }
};
