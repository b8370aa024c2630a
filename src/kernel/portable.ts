/**
 * The register tile: what packing and sweeping mean, and both in plain JavaScript. float32 rounds after every
 * multiplication and every addition, so that this tile and the one of tile.ts agree to the last bit.
 */

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

/** Moves rows of `width` elements that lie `stride` apart together, in place; the first stays. */
export type Compact = (start: number, rows: number, width: number, stride: number) => void;

/** One engine for one dtype. All positions and strides count elements of the workspace. */
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
  readonly compact: Compact;
}

export interface TileSet {
  readonly float64: Tiles;
  readonly float32: Tiles;
}

const ROWS = 2;
const COLUMNS = 4;

const pack =
  (width: number, current: () => FloatArray): Pack =>
  (source, target, lines, k, lineStride, elementStride) => {
    const data = current();
    for (let w = 0; w < width; w++) {
      // Lines that a last panel lacks repeat its last line: what they yield lands where nobody reads.
      let from = source + Math.min(w, lines - 1) * lineStride;
      const end = target + k * width;
      for (let to = target + w; to < end; to += width) {
        data[to] = data[from] as number;
        from += elementStride;
      }
    }
  };

// Accumulators start from -0, the neutral element of addition: -0 + x is x, for x = -0 too.

const sweep64 =
  (current: () => Float64Array): Sweep =>
  (a, b, c, panels, k, stride, add) => {
    const data = current();
    let left = a;
    let top = c;
    for (let panel = 0; panel < panels; panel++, top += ROWS * stride) {
      let s00 = -0,
        s01 = -0,
        s02 = -0,
        s03 = -0;
      let s10 = -0,
        s11 = -0,
        s12 = -0,
        s13 = -0;
      const end = b + k * COLUMNS;
      for (let right = b; right < end; right += COLUMNS, left += ROWS) {
        const x0 = data[left] as number;
        const x1 = data[left + 1] as number;
        const y0 = data[right] as number;
        const y1 = data[right + 1] as number;
        const y2 = data[right + 2] as number;
        const y3 = data[right + 3] as number;
        s00 += x0 * y0;
        s01 += x0 * y1;
        s02 += x0 * y2;
        s03 += x0 * y3;
        s10 += x1 * y0;
        s11 += x1 * y1;
        s12 += x1 * y2;
        s13 += x1 * y3;
      }
      write(data, top, add, s00, s01, s02, s03);
      write(data, top + stride, add, s10, s11, s12, s13);
    }
  };

const sweep32 =
  (current: () => Float32Array): Sweep =>
  (a, b, c, panels, k, stride, add) => {
    const round = Math.fround;
    const data = current();
    let left = a;
    let top = c;
    for (let panel = 0; panel < panels; panel++, top += ROWS * stride) {
      let s00 = -0,
        s01 = -0,
        s02 = -0,
        s03 = -0;
      let s10 = -0,
        s11 = -0,
        s12 = -0,
        s13 = -0;
      const end = b + k * COLUMNS;
      for (let right = b; right < end; right += COLUMNS, left += ROWS) {
        const x0 = data[left] as number;
        const x1 = data[left + 1] as number;
        const y0 = data[right] as number;
        const y1 = data[right + 1] as number;
        const y2 = data[right + 2] as number;
        const y3 = data[right + 3] as number;
        s00 = round(s00 + round(x0 * y0));
        s01 = round(s01 + round(x0 * y1));
        s02 = round(s02 + round(x0 * y2));
        s03 = round(s03 + round(x0 * y3));
        s10 = round(s10 + round(x1 * y0));
        s11 = round(s11 + round(x1 * y1));
        s12 = round(s12 + round(x1 * y2));
        s13 = round(s13 + round(x1 * y3));
      }
      write(data, top, add, s00, s01, s02, s03);
      write(data, top + stride, add, s10, s11, s12, s13);
    }
  };

/** Four neighbours of c, stored or added; a float32 array rounds as it stores. */
const write = (
  data: FloatArray,
  at: number,
  add: number,
  s0: number,
  s1: number,
  s2: number,
  s3: number,
): void => {
  const old = add !== 0;
  data[at] = old ? (data[at] as number) + s0 : s0;
  data[at + 1] = old ? (data[at + 1] as number) + s1 : s1;
  data[at + 2] = old ? (data[at + 2] as number) + s2 : s2;
  data[at + 3] = old ? (data[at + 3] as number) + s3 : s3;
};

const compact =
  (current: () => FloatArray): Compact =>
  (start, rows, width, stride) => {
    const data = current();
    for (let row = 1, from = start; row < rows; row++) {
      from += stride;
      data.copyWithin(start + row * width, from, from + width);
    }
  };

/** A workspace that grows. */
const growing = <Data extends FloatArray>(make: (elements: number) => Data) => {
  let data = make(0);
  return {
    current: (): Data => data,
    workspace: (elements: number): Data => {
      if (data.length < elements) data = make(elements);
      return data;
    },
  };
};

/** The tiles in JavaScript. */
export const portableTiles = (): TileSet => {
  const doubles = growing((elements) => new Float64Array(elements));
  const singles = growing((elements) => new Float32Array(elements));
  return {
    float64: {
      rows: ROWS,
      columns: COLUMNS,
      workspace: doubles.workspace,
      packRows: pack(ROWS, doubles.current),
      packColumns: pack(COLUMNS, doubles.current),
      sweep: sweep64(doubles.current),
      compact: compact(doubles.current),
    },
    float32: {
      rows: ROWS,
      columns: COLUMNS,
      workspace: singles.workspace,
      packRows: pack(ROWS, singles.current),
      packColumns: pack(COLUMNS, singles.current),
      sweep: sweep32(singles.current),
      compact: compact(singles.current),
    },
  };
};
