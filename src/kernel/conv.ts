/**
 * Convolution as a product of matrices whose left operand is never made: its element (row, step) is that of the image
 * at an offset of the row plus an offset of the step, where the register tile reads it.
 */
import { allocate, type Storage } from "../tensor/dtype.js";
import { sizeOf } from "../tensor/shape.js";
import { compact, type DenseTensor, type TensorType } from "../tensor/tensor.js";
import { BLOCK, type FloatArray, roundUp, type Tiles } from "./blocked.js";
import { gatheredSweep, MOST_BYTES } from "./gathered.js";
import { stridesOf } from "./layout.js";
import { tiles } from "./tile.js";
import { positions, type Sweeping, type WindowKernel, windowProduct } from "./window-product.js";

/** The elements; of a tensor of one number, whose strides are 0, that number. */
const dataOf = (x: DenseTensor): Storage => {
  if (x.data !== null) return x.data;
  const one = allocate(x.dtype, 1);
  one[0] = x.value;
  return one;
};

/** One product for each group: `c[rows[i] + j] = sum over p of a[left[i] + steps[p]] b[right[p] + columns[j]]`. */
interface Job {
  readonly a: Storage;
  readonly left: Int32Array;
  readonly steps: Int32Array;
  readonly b: Storage;
  readonly right: Int32Array;
  readonly columns: Int32Array;
  readonly c: Storage;
  readonly rows: Int32Array;
  /** Whether the rows lie one behind the other in c. */
  readonly ordered: boolean;
}

/** The loops of which the tiles are a faster form, with the same roundings in the same order. */
const direct = (
  { a, left, steps, b, right, columns, c, rows }: Job,
  a0: number,
  b0: number,
  c0: number,
): void => {
  const single = c instanceof Float32Array;
  const whole = !(single || c instanceof Float64Array);
  const k = steps.length;
  for (let i = 0; i < left.length; i++) {
    const from = a0 + (left[i] as number);
    for (let j = 0; j < columns.length; j++) {
      const other = b0 + (columns[j] as number);
      let total = 0;
      for (let start = 0; start < k; start += BLOCK) {
        const end = Math.min(k, start + BLOCK);
        let sum = whole ? 0 : -0;
        for (let p = start; p < end; p++) {
          const x = a[from + (steps[p] as number)] as number;
          const y = b[other + (right[p] as number)] as number;
          if (whole) sum = (sum + Math.imul(x, y)) | 0;
          else if (single) sum = Math.fround(sum + Math.fround(x * y));
          else sum += x * y;
        }
        total =
          start === 0 ? sum : whole ? (total + sum) | 0 : single ? Math.fround(total + sum) : total + sum;
      }
      c[c0 + (rows[i] as number) + j] = total;
    }
  }
};

/** Rows of c held in the workspace, those whose part of the image stays in the cache while panels of B pass, and columns. */
const HELD_ROWS = 1024;
const CACHED_ROWS = 64;
/** Elements of B that are packed once and for all; then lots of rows are short, so that all of one stays in the cache. */
const MOST_PACKED = 262144;
const SHORT_LOT = 256;
const HELD_COLUMNS = 256;
/** Below so many multiplications the loops are as fast. */
const FEW = 4096;

const packColumns = (
  workspace: FloatArray,
  to: number,
  width: number,
  b: FloatArray,
  b0: number,
  columns: Int32Array,
  first: number,
  last: number,
  right: Int32Array,
  start: number,
  end: number,
): void => {
  for (let j = first; j < last; j += width) {
    for (let p = start; p < end; p++) {
      const from = b0 + (right[p] as number);
      for (let w = 0; w < width; w++)
        workspace[to++] = b[from + (columns[Math.min(j + w, last - 1)] as number)] as number;
    }
  }
};

/** Least and greatest element of a list of positions, from `first` to before `last`. */
const reachOf = (list: Int32Array, first: number, last: number): readonly [number, number] => {
  let low = list[first] as number;
  let high = low;
  for (let i = first + 1; i < last; i++) {
    const at = list[i] as number;
    if (at < low) low = at;
    if (at > high) high = at;
  }
  return [low, high];
};

interface Stretch {
  readonly start: number;
  readonly end: number;
  /** The least and the greatest of the positions. */
  readonly low: number;
  readonly high: number;
}

const stretches = (list: Int32Array, length: number): readonly Stretch[] =>
  Array.from({ length: Math.ceil(list.length / length) }, (_, i) => {
    const [start, end] = [i * length, Math.min(list.length, (i + 1) * length)];
    const [low, high] = reachOf(list, start, end);
    return { start, end, low, high };
  });

/** Rows and steps in lots, such that what a lot of each reads of the image is not too long to be copied. */
interface Lots {
  readonly rows: readonly Stretch[];
  readonly steps: readonly Stretch[];
  /** Elements of the longest copy. */
  readonly length: number;
}

const lotsOf = ({ left, steps }: Job, most: number, rows: number): Lots | null => {
  for (const [rowCount, stepCount] of [
    [rows, steps.length],
    [HELD_ROWS, BLOCK],
    [HELD_ROWS / 8, BLOCK],
    [HELD_ROWS / 64, BLOCK],
  ] as const) {
    const lots = { rows: stretches(left, rowCount), steps: stretches(steps, stepCount) };
    const [tall, wide] = [lots.rows, lots.steps].map((list) =>
      list.reduce((longest, { low, high }) => Math.max(longest, high - low), 0),
    ) as [number, number];
    const length = tall + wide + 1;
    if (length <= most) return { ...lots, length };
  }
  return null;
};

/**
 * By the register tile, on copies of what lies in the image under the windows of some rows. False, with nothing done,
 * where such rows lie too far apart for it.
 */
const tiled = (set: Tiles, job: Job, a0: number, b0: number, c0: number): boolean => {
  const { left, steps, right, columns, rows, ordered } = job;
  const [a, b, c] = [job.a as FloatArray, job.b as FloatArray, job.c as FloatArray];
  const m = left.length;
  const n = columns.length;
  const k = steps.length;
  const bytes = c.BYTES_PER_ELEMENT;
  const sweep = gatheredSweep(c);
  const pitch = roundUp(Math.min(n, HELD_COLUMNS), set.columns);
  const once = pitch * k <= MOST_PACKED;
  const lots = lotsOf(job, MOST_BYTES / bytes, once ? SHORT_LOT : HELD_ROWS);
  if (sweep === null || lots === null) return false;
  // in elements: panels of B, the product, the image, then two lists of words
  const productAt = roundUp(pitch * (once ? k : Math.min(k, BLOCK)), 16);
  const imageAt = productAt + pitch * roundUp(Math.min(m, HELD_ROWS), set.rows);
  const listsAt = roundUp(imageAt + lots.length, 16);
  const workspace = set.workspace(listsAt + HELD_ROWS + BLOCK);
  const rowsAt = listsAt * bytes;
  const stepsAt = rowsAt + 4 * HELD_ROWS;
  const offsets = new Int32Array(workspace.buffer, rowsAt, HELD_ROWS);
  const stepOffsets = new Int32Array(workspace.buffer, stepsAt, BLOCK);
  for (let j = 0; j < n; j += HELD_COLUMNS) {
    const endColumn = Math.min(n, j + HELD_COLUMNS);
    const width = endColumn - j;
    const pack = (to: number, start: number, end: number): void =>
      packColumns(workspace, to, set.columns, b, b0, columns, j, endColumn, right, start, end);
    if (once) {
      for (let start = 0; start < k; start += BLOCK) pack(start * pitch, start, Math.min(k, start + BLOCK));
    }
    for (const lot of lots.rows) {
      const held = lot.end - lot.start;
      // a row that is lacking repeats the last one
      const count = roundUp(held, set.rows);
      for (let row = 0; row < count; row++)
        offsets[row] = ((left[lot.start + Math.min(row, held - 1)] as number) - lot.low) * bytes;
      for (const piece of lots.steps) {
        const from = a0 + lot.low + piece.low;
        workspace.set(a.subarray(from, from + lot.high - lot.low + piece.high - piece.low + 1), imageAt);
        for (let start = piece.start; start < piece.end; start += BLOCK) {
          const end = Math.min(piece.end, start + BLOCK);
          for (let p = start; p < end; p++)
            stepOffsets[p - start] = ((steps[p] as number) - piece.low) * bytes;
          if (!once) pack(0, start, end);
          const panels = once ? start * pitch : 0;
          for (let top = 0; top < count; top += CACHED_ROWS) {
            for (let column = 0; column < width; column += set.columns) {
              sweep(
                imageAt * bytes,
                rowsAt + 4 * top,
                stepsAt,
                (panels + column * (end - start)) * bytes,
                (productAt + top * pitch + column) * bytes,
                Math.min(CACHED_ROWS, count - top),
                end - start,
                pitch * bytes,
                start,
              );
            }
          }
        }
      }
      if (ordered && pitch === n) {
        c.set(workspace.subarray(productAt, productAt + held * n), c0 + (rows[lot.start] as number));
      } else {
        for (let row = 0; row < held; row++) {
          const at = productAt + row * pitch;
          const to = c0 + (rows[lot.start + row] as number) + j;
          for (let q = 0; q < width; q++) c[to + q] = workspace[at + q] as number;
        }
      }
    }
  }
  return true;
};

/**
 * Writes the product to `c`, every element of it, from position `c0` on; a and b start at a0 and b0. All have one dtype.
 * Products are summed in blocks of 256, as in the product of matrices.
 */
export const sweep: WindowKernel = (form, a, a0, b, b0, c, c0) => {
  const { rows, rowStrides, depth, depthStrides, columns } = form;
  const job: Job = {
    a,
    left: positions(rows, rowStrides[0]),
    steps: positions(depth, depthStrides[0]),
    b,
    right: positions(depth, depthStrides[1]),
    columns: positions([columns], [form.columnStride]),
    c,
    rows: positions(rows, rowStrides[1]),
    ordered: rowStrides[1].every((stride, i) => stride === columns * sizeOf(rows.slice(i + 1))),
  };
  const work = job.left.length * job.steps.length * job.columns.length;
  const isDouble = c instanceof Float64Array;
  const set = (isDouble || c instanceof Float32Array) && work > FEW ? tiles() : null;
  const [image, window, out] = form.groupStrides;
  for (let g = 0; g < form.groups; g++) {
    const [from, to, target] = [a0 + g * image, b0 + g * window, c0 + g * out];
    const lanes = isDouble ? set?.float64 : set?.float32;
    if (lanes === undefined || !tiled(lanes, job, from, to, target)) direct(job, from, to, target);
  }
};

/**
 * `out[g, n, t..., o] = sum over k..., c of x[g, n, t * stride + k * dilation..., c] w[g, k..., c, o]`: correlation, as
 * everybody's convolution is.
 */
export const convolve = (
  x: DenseTensor,
  w: DenseTensor,
  sweeping: Sweeping,
  type: TensorType,
): DenseTensor => {
  const { shape } = type;
  const c = allocate(type.dtype, sizeOf(shape));
  if (c.length === 0 || sizeOf(w.shape.slice(1, -1)) === 0) return compact(type, c);
  const form = windowProduct(stridesOf(x), w.shape, stridesOf(w), shape, sweeping);
  sweep(form, dataOf(x), x.offset, dataOf(w), w.offset, c, 0);
  return compact(type, c);
};
