/**
 * The product of large operands: blocks that fit the caches are copied into a bounded workspace, packed into
 * panels (which absorbs any transposition) and multiplied tile by tile.
 */

import type { WasmProgram } from "./wasm.js";

export type FloatArray = Float64Array | Float32Array;

/** Packs up to a panel's width of lines: `target[p, w] = source[w * lineStride + p * elementStride]`, p < k. */
export type Pack = (
  source: number,
  target: number,
  lines: number,
  k: number,
  lineStride: number,
  elementStride: number,
) => void;

/**
 * Multiplies `panels` successive panels of A by one panel of B: `c[i, j] = sum over p of a[i, p] b[p, j]` (or
 * `c[i, j] +=` that sum where `add` is 1), products added in order of p. Rows of c are `stride` apart. k > 0.
 */
export type Sweep = (
  a: number,
  b: number,
  c: number,
  panels: number,
  k: number,
  stride: number,
  add: number,
) => void;

/** The register tile for one dtype. All positions and strides count elements of the workspace. */
export interface Tiles {
  /** Lines of A in a panel. */
  readonly rows: number;
  /** Lines of B in a panel. */
  readonly columns: number;
  /** The workspace, of at least so many elements; views from earlier calls may be detached. */
  readonly workspace: (elements: number) => FloatArray;
  readonly packRows: Pack;
  readonly packColumns: Pack;
  readonly sweep: Sweep;
}

export interface TileSet {
  /** The functions themselves and their memory, of which the workspace is the first WORKSPACE bytes. */
  readonly program: WasmProgram;
  readonly float64: Tiles;
  readonly float32: Tiles;
}

/** One operand of a product: element (b, i, j) is `data[offset + b*batchStride + i*rowStride + j*columnStride]`. */
export interface MatrixView<Data = FloatArray> {
  readonly data: Data;
  readonly offset: number;
  readonly batchStride: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Products are summed in blocks of so many, and the blocks' sums in order. Every path keeps to this. */
export const BLOCK = 256;
/** Rows of A that stay in the second level cache (with BLOCK doubles each) while panels of B pass. */
const CACHED_ROWS = 128;
/** Rows and columns of c held in the workspace at once: with the blocks of A and B, 16 MiB of doubles. */
const HELD = 1024;
/** The most bytes that a workspace takes; what lies above in its memory belongs to compiled programs. */
export const WORKSPACE: number = 16777216;
/** Workspace positions are multiples of a cache line. */
const LINE = 16;

/** The size of the least number of blocks, all as even as may be. */
const evenly = (size: number): number => Math.ceil(size / Math.ceil(size / HELD));

export const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** An operand seen as lines (rows of A, columns of B) of k elements. */
interface Lines {
  readonly data: FloatArray;
  readonly lineStride: number;
  readonly elementStride: number;
  /** Lines in a panel, and what packs one. */
  readonly width: number;
  readonly pack: Pack;
}

/** Copies lines of k elements from `start` on to `stage`, then packs them from there into panels at `target`. */
const packBlock = (
  workspace: FloatArray,
  stage: number,
  target: number,
  from: Lines,
  start: number,
  lines: number,
  k: number,
): void => {
  const { data, width, pack } = from;
  let { lineStride, elementStride } = from;
  let source = stage;
  const lineReach = (lines - 1) * lineStride;
  const elementReach = (k - 1) * elementStride;
  const span = Math.abs(lineReach) + Math.abs(elementReach) + 1;
  if (span <= 2 * lines * k) {
    // Little lies between the elements: one copy takes all, and keeps the strides.
    const low = start + Math.min(0, lineReach) + Math.min(0, elementReach);
    const whole = low === 0 && span === data.length;
    workspace.set(whole ? data : data.subarray(low, low + span), stage);
    source += start - low;
  } else if (elementStride === 1) {
    for (let i = 0, at = start; i < lines; i++, at += lineStride) {
      workspace.set(data.subarray(at, at + k), stage + i * k);
    }
    lineStride = k;
  } else if (lineStride === 1) {
    for (let p = 0, at = start; p < k; p++, at += elementStride) {
      workspace.set(data.subarray(at, at + lines), stage + p * lines);
    }
    elementStride = lines;
  } else {
    for (let i = 0, to = stage; i < lines; i++) {
      for (let p = 0, at = start + i * lineStride; p < k; p++, at += elementStride) {
        workspace[to++] = data[at] as number;
      }
    }
    lineStride = k;
    elementStride = 1;
  }
  for (let i = 0; i < lines; i += width) {
    pack(source + i * lineStride, target + i * k, lines - i, k, lineStride, elementStride);
  }
};

/** Notes the block that is to be held, and says whether it is another one. */
const replaces = (
  held: { start: number; lines: number; k: number },
  start: number,
  lines: number,
  k: number,
): boolean => {
  if (held.start === start && held.lines === lines && held.k === k) return false;
  held.start = start;
  held.lines = lines;
  held.k = k;
  return true;
};

/** The product by the given tiles: `c[b, i, j] = sum over p of a[b, i, p] b[b, p, j]`; no size is zero. */
export const blockedMatmul = (
  tiles: Tiles,
  a: MatrixView,
  b: MatrixView,
  c: FloatArray,
  batch: number,
  m: number,
  k: number,
  n: number,
): void => {
  const { rows, columns, sweep } = tiles;
  const left: Lines = {
    data: a.data,
    lineStride: a.rowStride,
    elementStride: a.columnStride,
    width: rows,
    pack: tiles.packRows,
  };
  const right: Lines = {
    data: b.data,
    lineStride: b.columnStride,
    elementStride: b.rowStride,
    width: columns,
    pack: tiles.packColumns,
  };
  const mHeld = evenly(m);
  const nHeld = evenly(n);
  const kHeld = Math.min(k, BLOCK);
  const leftAt = roundUp(2 * kHeld * Math.max(mHeld, nHeld), LINE);
  const rightAt = leftAt + roundUp(kHeld * roundUp(mHeld, rows), LINE);
  const productAt = rightAt + roundUp(kHeld * roundUp(nHeld, columns), LINE);
  const workspace = tiles.workspace(productAt + roundUp(mHeld, rows) * roundUp(nHeld, columns));
  // Which blocks are packed now: an operand shared by the batches is packed once.
  const leftHeld = { start: -1, lines: 0, k: 0 };
  const rightHeld = { start: -1, lines: 0, k: 0 };

  for (let index = 0; index < batch; index++) {
    for (let j = 0; j < n; j += nHeld) {
      const width = Math.min(nHeld, n - j);
      const stride = roundUp(width, columns);
      for (let i = 0; i < m; i += mHeld) {
        const height = Math.min(mHeld, m - i);
        for (let p = 0; p < k; p += BLOCK) {
          const depth = Math.min(BLOCK, k - p);
          const rightNow = b.offset + index * b.batchStride + p * b.rowStride + j * b.columnStride;
          if (replaces(rightHeld, rightNow, width, depth)) {
            packBlock(workspace, 0, rightAt, right, rightNow, width, depth);
          }
          const leftNow = a.offset + index * a.batchStride + i * a.rowStride + p * a.columnStride;
          if (replaces(leftHeld, leftNow, height, depth)) {
            packBlock(workspace, 0, leftAt, left, leftNow, height, depth);
          }
          const add = p === 0 ? 0 : 1;
          for (let top = 0; top < height; top += CACHED_ROWS) {
            const panels = Math.ceil(Math.min(CACHED_ROWS, height - top) / rows);
            const at = productAt + top * stride;
            for (let column = 0; column < width; column += columns) {
              sweep(leftAt + top * depth, rightAt + column * depth, at + column, panels, depth, stride, add);
            }
          }
        }
        const to = (index * m + i) * n + j;
        if (stride === n) c.set(workspace.subarray(productAt, productAt + height * n), to);
        else {
          for (let row = 0; row < height; row++) {
            const at = productAt + row * stride;
            const start = to + row * n;
            // a native copy costs some twenty elements
            if (width < 24) for (let q = 0; q < width; q++) c[start + q] = workspace[at + q] as number;
            else c.set(workspace.subarray(at, at + width), start);
          }
        }
      }
    }
  }
};
