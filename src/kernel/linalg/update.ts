/** The update of a block, C -= A B: the step in which blocked factorisations spend their time. */
import { matmul } from "../matmul.js";

/** Part of an array as a matrix: element (i, j) is `data[offset + i * row + j * column]`. */
export interface Block {
  readonly data: Float64Array;
  readonly offset: number;
  readonly row: number;
  readonly column: number;
}

export const block = (data: Float64Array, offset: number, row: number, column = 1): Block => ({
  data,
  offset,
  row,
  column,
});

/** The block from row i and column j on. */
export const from = (b: Block, i: number, j: number): Block => ({
  ...b,
  offset: b.offset + i * b.row + j * b.column,
});

export const flipped = ({ data, offset, row, column }: Block): Block => ({
  data,
  offset,
  row: column,
  column: row,
});

const view = ({ data, offset, row, column }: Block) => ({
  data,
  offset,
  batchStride: 0,
  rowStride: row,
  columnStride: column,
});

/** A B, m x n, in a fresh array. */
export const product = (a: Block, b: Block, m: number, k: number, n: number): Float64Array => {
  const c = new Float64Array(m * n);
  matmul(view(a), view(b), c, 1, m, k, n);
  return c;
};

/** C -= A B, with A m x k and B k x n; `lower`: only where the row is not above the column. */
export const subtractProduct = (
  c: Block,
  a: Block,
  b: Block,
  m: number,
  k: number,
  n: number,
  lower = false,
): void => {
  if (m === 0 || k === 0 || n === 0) return;
  const p = product(a, b, m, k, n);
  const { data, column } = c;
  for (let i = 0, at = 0; i < m; i++, at += n) {
    const end = lower ? Math.min(i + 1, n) : n;
    let to = c.offset + i * c.row;
    for (let j = 0; j < end; j++, to += column) data[to] = (data[to] as number) - (p[at + j] as number);
  }
};
