/**
 * Reductions of large tensors, outside of compiled programs: the fold kernels of those, on pieces that stay in the cache
 * while they are copied into the shared memory.
 */
import type { CombineOp } from "../../kernel/combine.js";
import { BLOCK, type LongFolds } from "../../kernel/reduce.js";
import { allocate } from "../../tensor/dtype.js";
import { sizeOf } from "../../tensor/shape.js";
import { compact, type DenseTensor, type TensorType, uniform } from "../../tensor/tensor.js";
import { foldFamily } from "./fold-family.js";
import { bytesOf, foldName, startOf } from "./fold-order.js";
import { type Heap, heap } from "./heap.js";

/** Elements of large tensors; of a row, and of a line of columns, that are worth calls of their own. */
const LARGE = 4096;
const ROW = 16;
const LINE = 32;
/** Elements of a piece, columns together, and rows that make a tree. */
const PIECE = 4096;
const COLUMNS = 2048;
const GROUP = 8;
/** Bytes of the partial sums of one row. */
const ROW_STACK = 512;

type Kernel = (...operands: readonly number[]) => number;

/** A reduction at work: its kernels by name, its operand, and where in memory the piece, the totals and partial sums are. */
interface Work {
  readonly op: Exclude<CombineOp, "mul">;
  readonly source: "F64" | "F32";
  readonly data: Float64Array | Float32Array;
  readonly offset: number;
  readonly store: Heap;
  readonly piece: number;
  readonly totals: number;
  readonly stack: number;
  readonly kernel: (name: string) => Kernel;
}

/** Copies count elements from a position of the operand to the piece, a distance from its start. */
const copyPiece = (
  { store, source, data, offset, piece }: Work,
  from: number,
  count: number,
  to = 0,
): void => {
  const view = source === "F64" ? store.views.float64 : store.views.float32;
  view.set(data.subarray(offset + from, offset + from + count), piece / bytesOf(source) + to);
};

/** Rows of n elements one after the other. */
const foldRows = (work: Work, rows: number, n: number, out: Float64Array | Float32Array): void => {
  const { op, source, store, piece, totals, stack, kernel } = work;
  const doubles = store.views.float64;
  const at = totals / 8;
  if (n <= PIECE) {
    const fold = kernel(foldName("rows", op, source));
    const together = Math.floor(PIECE / n);
    for (let row = 0; row < rows; row += together) {
      const count = Math.min(together, rows - row);
      copyPiece(work, row * n, count * n);
      fold(piece, count, n, n * bytesOf(source), totals, stack);
      out.set(doubles.subarray(at, at + count), row);
    }
    return;
  }
  const run = kernel(foldName("run", op, source));
  const finish = kernel("finishAddF64");
  const isSum = op === "add";
  for (let row = 0; row < rows; row++) {
    store.views.int32[stack / 4] = 0;
    doubles[at] = startOf(op, source);
    for (let from = 0; from < n; from += PIECE) {
      const count = Math.min(PIECE, n - from);
      copyPiece(work, row * n + from, count);
      run(piece, count, isSum ? stack : totals);
    }
    out[row] = isSum ? finish(stack) : (doubles[at] as number);
  }
};

/** Columns of n elements side by side, m of them to a line. */
const foldColumns = (work: Work, n: number, m: number, out: Float64Array | Float32Array): void => {
  const { op, source, store, piece, totals, stack, kernel } = work;
  const bytes = bytesOf(source);
  const doubles = store.views.float64;
  const at = totals / 8;
  const isSum = op === "add";
  const [tree, push, finish] = ["treeAddF64", "pushColumns", "finishColumns"].map((name) =>
    kernel(name === "treeAddF64" ? `treeAdd${source}` : name),
  ) as [Kernel, Kernel, Kernel];
  const one = kernel(foldName("row", op, source));
  for (let column = 0; column < m; column += COLUMNS) {
    const width = Math.min(COLUMNS, m - column);
    const clear = (): unknown => doubles.fill(startOf(op, source), at, at + width + 1);
    clear();
    let blocks = 0;
    for (let row = 0; row < n; row += GROUP) {
      const count = Math.min(GROUP, n - row);
      if (width === m) copyPiece(work, row * m, count * m);
      else for (let i = 0; i < count; i++) copyPiece(work, (row + i) * m + column, width, i * width);
      if (isSum && count === GROUP) tree(piece, width * bytes, width, totals);
      else for (let i = 0; i < count; i++) one(piece + i * width * bytes, width, totals);
      const done = row + count;
      if (isSum && n > BLOCK && (done % BLOCK === 0 || done === n)) {
        push(totals, width, stack, ++blocks);
        if (done < n) clear();
      }
    }
    if (blocks > 0) finish(totals, width, stack, blocks);
    out.set(doubles.subarray(at, at + width), column);
  }
};

/** Sums and extremes of floats without gaps, along leading axes or trailing ones. */
export const longFolds: LongFolds = (
  op: CombineOp,
  x: DenseTensor,
  axes: readonly number[],
  type: TensorType,
): DenseTensor | null => {
  const { data, offset, strides } = x;
  const rank = x.shape.length;
  if (op === "mul" || x.size < LARGE || strides !== null) return null;
  if (!(data instanceof Float64Array || data instanceof Float32Array)) return null;
  const size = sizeOf(type.shape);
  const n = x.size / size;
  const isTrailing = axes.every((axis, i) => axis === rank - axes.length + i);
  const isLeading = axes.every((axis, i) => axis === i);
  const asColumns = isLeading && !isTrailing;
  if (asColumns ? size < LINE : !isTrailing || n < ROW) return null;
  const store = heap();
  const family = store && foldFamily();
  if (store === null || family === null) return null;
  const width = Math.min(size, COLUMNS);
  const levels = Math.ceil(Math.log2(Math.max(2, n / BLOCK))) + 2;
  const pieceBytes = 8 * (asColumns ? GROUP * (width + 4) : PIECE);
  const totalBytes = 8 * (asColumns ? width + 4 : PIECE / ROW);
  const bytes = pieceBytes + totalBytes + (asColumns ? levels * (width + 4) * 8 : ROW_STACK);
  const start = store.allocate(bytes);
  const out = allocate(type.dtype, size) as Float64Array | Float32Array;
  const work: Work = {
    op,
    source: data instanceof Float64Array ? "F64" : "F32",
    data,
    offset,
    store,
    piece: start,
    totals: start + pieceBytes,
    stack: start + pieceBytes + totalBytes,
    kernel: (name) => family.get(name)?.binding as Kernel,
  };
  try {
    if (asColumns) foldColumns(work, n, size, out);
    else foldRows(work, size, n, out);
  } finally {
    store.release(start, bytes);
  }
  return size === 1 ? uniform(type, out[0] as number) : compact(type, out);
};
