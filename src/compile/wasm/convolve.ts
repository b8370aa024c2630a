/**
 * Convolutions as calls of the gathered tile: the window is packed into panels block by block, rows of the result are
 * taken in pieces of a table, and short sums are loops.
 */
import { BLOCK } from "../../kernel/blocked.js";
import { type Code, I32, i32, type Local } from "../../kernel/wasm.js";
import { positions, type WindowProduct } from "../../kernel/window-product.js";
import { sizeOf } from "../../tensor/shape.js";
import type { ConvolveStep, LoopStep } from "../plan.js";
import { forRange } from "./control.js";
import type { Emission } from "./emission.js";
import { type FloatLanes, floatLanes } from "./float-lanes.js";
import { least, word } from "./instructions.js";
import { cutInto } from "./pieces.js";
import { shortProduct } from "./short-product.js";
import { columnsOf } from "./sweep.js";
import { IN_RESULT, IN_STRIP, ROW_WORDS } from "./window.js";
import { HELD_COLUMNS, RIGHT, STRIP } from "./workspace.js";

/** Rows of a table: what lies under their windows stays in the first cache while panels of the window pass. */
const MOST_ROWS = 256;
/** The longest sums that are written out. */
const SHORT = 32;

/** Whether a tile's columns would be empty for the most part, or hardly anything is added up. */
const isShort = ({ depth, columns }: WindowProduct, width: number): boolean => {
  const k = sizeOf(depth);
  return k <= 2 || (k <= SHORT && 2 * columns < width);
};

/** The sums written out in a loop over the result; null where they are too long for it. */
export const shortConvolution = (step: ConvolveStep): LoopStep | null => {
  const { dtype, form, image, window, out } = step;
  if (!isShort(form, columnsOf(floatLanes(false)[dtype === "float64" ? 0 : 1]))) return null;
  const { groups, rows, columns, depth, groupStrides, rowStrides, depthStrides } = form;
  return shortProduct(
    dtype,
    [groups, ...rows, columns],
    {
      at: image,
      offsets: positions(depth, depthStrides[0]),
      strides: [groupStrides[0], ...rowStrides[0], 0],
    },
    {
      at: window,
      offsets: positions(depth, depthStrides[1]),
      strides: [groupStrides[1], ...rows.map(() => 0), form.columnStride],
    },
    { buffer: out, offset: 0, strides: [groupStrides[2], ...rowStrides[1], 1] },
  );
};

/** Axes with strides over two operands; those that both walk as one are merged, those of size 1 left out. */
interface Axes {
  readonly sizes: readonly number[];
  readonly strides: readonly (readonly [number, number])[];
}

const mergedAxes = (sizes: readonly number[], first: readonly number[], second: readonly number[]): Axes => {
  const kept: { size: number; strides: readonly [number, number] }[] = [];
  sizes.forEach((size, axis) => {
    if (size === 1) return;
    const strides = [first[axis] as number, second[axis] as number] as const;
    const before = kept.at(-1);
    if (before?.strides.every((s, i) => s === size * (strides[i] as number)))
      kept[kept.length - 1] = { size: size * before.size, strides };
    else kept.push({ size, strides });
  });
  return { sizes: kept.map(({ size }) => size), strides: kept.map(({ strides }) => strides) };
};

/** Rows as a table for the inner axes and loops around it: over pieces of the axis `cut`, and over the axes before it. */
interface Pieces {
  readonly axes: Axes;
  readonly cut: number;
  /** Rows in one step of the cut axis, and steps in a piece. */
  readonly inner: number;
  readonly length: number;
  readonly table: Int32Array;
}

const piecesOf = ({ rows, rowStrides }: WindowProduct, bytes: number, stripRow: number): Pieces => {
  const found = mergedAxes(rows, rowStrides[0], rowStrides[1]);
  const axes: Axes = found.sizes.length > 0 ? found : { sizes: [1], strides: [[0, 0]] };
  const { sizes, strides } = axes;
  const { axis: cut, inner, length } = cutInto(sizes, MOST_ROWS);
  const within = [length, ...sizes.slice(cut + 1)];
  const [image, out] = [0, 1].map((side) =>
    positions(
      within,
      strides.slice(cut).map((pair) => pair[side] as number),
    ),
  ) as [Int32Array, Int32Array];
  const table = new Int32Array(ROW_WORDS * length * inner);
  for (let i = 0; i < length * inner; i++)
    table.set([(image[i] as number) * bytes, (out[i] as number) * bytes, i * stripRow], ROW_WORDS * i);
  return { axes, cut, inner, length, table };
};

/** The stretches of the sums, block by block: `starts` says in bytes where in the table each block begins. */
interface Stretches {
  readonly step: number;
  readonly table: readonly number[];
  readonly starts: readonly number[];
}

const stretchesOf = ({ depth, depthStrides }: WindowProduct, bytes: number): Stretches => {
  const [image] = depthStrides;
  const { sizes, strides } = mergedAxes(depth, image, image);
  const step = strides.at(-1)?.[0] ?? 0;
  const run = sizes.at(-1) ?? 1;
  const outer = positions(
    sizes.slice(0, -1),
    strides.slice(0, -1).map(([s]) => s),
  );
  const table: number[] = [];
  const starts: number[] = [0];
  // in the block: steps so far, and where the pointers are
  let [filled, at] = [0, 0];
  outer.forEach((start) => {
    for (let i = 0; i < run; ) {
      if (filled === BLOCK) {
        table.push(0, 0);
        starts.push(4 * table.length);
        [filled, at] = [0, 0];
      }
      const steps = Math.min(run - i, BLOCK - filled);
      const from = start + i * step;
      table.push((from - at) * bytes, steps);
      [filled, at] = [filled + steps, from + steps * step];
      i += steps;
    }
  });
  table.push(0, 0);
  return { step: step * bytes, table, starts };
};

const bytesOf = (words: Iterable<number>): Uint8Array => new Uint8Array(Int32Array.from(words).buffer);

/** The product of one group: addresses of image, window and result are in locals. */
const emitGroup = (
  emission: Emission,
  { form }: ConvolveStep,
  lanes: FloatLanes,
  [image, window, out]: readonly [Local, Local, Local],
): Code => {
  const { pool, builder } = emission;
  const { bytes, suffix } = lanes;
  const columns = columnsOf(lanes);
  const k = sizeOf(form.depth);
  const pieces = piecesOf(form, bytes, columns * bytes);
  const stretches = stretchesOf(form, bytes);
  const { axes, cut, inner, length } = pieces;
  const constant = (words: Iterable<number>): Code =>
    i32.add(emission.constants, i32.const(pool.block(bytesOf(words))));
  const rows = constant(pieces.table);
  const [p, depth, stretch, at, count, a, c, j, panel] = Array.from({ length: 9 }, () =>
    emission.newLocal(I32),
  ) as [Local, Local, Local, Local, Local, Local, Local, Local, Local];
  const add = i32.ne(p.get, i32.const(0));
  const table = constant(stretches.table);
  const starts = constant(stretches.starts);
  const columnStride = form.columnStride * bytes;
  const { depth: sizes, depthStrides } = form;
  // the terms stand at one distance in the window: that of the last axis that has any
  const last = [...sizes.keys()].filter((axis) => sizes[axis] !== 1).at(-1);
  const windowStep = (last === undefined ? 0 : (depthStrides[1][last] as number)) * bytes;

  const tile = (vectors: number, to: Code, place: number, adding: Code): Code =>
    builder.call(
      `window${vectors}${suffix}`,
      a.get,
      panel.get,
      to,
      rows,
      count.get,
      stretch.get,
      i32.const(stretches.step),
      i32.const(place),
      adding,
    );
  const held = (first: number): Code => {
    const width = Math.min(HELD_COLUMNS, form.columns - first);
    const whole = width - (width % columns);
    const rest = width - whole;
    const vectors = rest * bytes > 16 ? 2 : 1;
    const panelBytes = i32.mul(depth.get, i32.const(columns * bytes));
    const sweep: Code = [
      panel.set(i32.const(RIGHT)),
      forRange(j, i32.const(first * bytes), i32.const((first + whole) * bytes), i32.const(columns * bytes), [
        tile(2, i32.add(c.get, j.get), IN_RESULT, add),
        panel.set(i32.add(panel.get, panelBytes)),
      ]),
      rest === 0
        ? []
        : [
            tile(vectors, i32.const(STRIP), IN_STRIP, i32.const(0)),
            builder.call(
              `mergeWindow${suffix}`,
              i32.const(STRIP),
              i32.add(c.get, i32.const((first + whole) * bytes)),
              rows,
              count.get,
              i32.const(rest),
              add,
            ),
          ],
    ];
    const stride = (axis: number, side: 0 | 1): number => (axes.strides[axis]?.[side] ?? 0) * bytes;
    // around the pieces, the axes before the one that is cut
    const outer = axes.sizes.slice(0, cut).map(() => emission.newLocal(I32));
    const place = (base: Local, side: 0 | 1): Code =>
      [...outer, at].reduce<Code>(
        (sum, index, axis) => i32.add(sum, i32.mul(index.get, i32.const(stride(axis, side)))),
        base.get,
      );
    const n = axes.sizes[cut] as number;
    let body: Code = forRange(at, i32.const(0), i32.const(n), i32.const(length), [
      count.set(i32.mul(least(i32.sub(i32.const(n), at.get), i32.const(length)), i32.const(inner))),
      a.set(place(image, 0)),
      c.set(place(out, 1)),
      sweep,
    ]);
    for (let axis = cut - 1; axis >= 0; axis--)
      body = forRange(
        outer[axis] as Local,
        i32.const(0),
        i32.const(axes.sizes[axis] as number),
        i32.const(1),
        body,
      );
    return forRange(p, i32.const(0), i32.const(k), i32.const(BLOCK), [
      depth.set(least(i32.sub(i32.const(k), p.get), i32.const(BLOCK))),
      // a block is 256 steps, its start a word
      stretch.set(i32.add(table, word.load(i32.add(starts, word.shrUnsigned(p.get, i32.const(6)))))),
      builder.call(
        `pack${columns}${suffix}`,
        i32.add(i32.add(window.get, i32.const(first * columnStride)), i32.mul(p.get, i32.const(windowStep))),
        i32.const(RIGHT),
        i32.const(width),
        depth.get,
        i32.const(columnStride),
        i32.const(windowStep),
      ),
      body,
    ]);
  };
  const parts: Code[] = [];
  for (let first = 0; first < form.columns; first += HELD_COLUMNS)
    parts.push(emission.within(() => held(first)));
  return parts;
};

/** No size is 0. */
export const emitConvolve = (emission: Emission, step: ConvolveStep): Code => {
  const { dtype, form, image, window, out } = step;
  const lanes = floatLanes(false)[dtype === "float64" ? 0 : 1];
  const { groups, groupStrides, rows, depth, columns } = form;
  emission.describe.push(
    `window2${lanes.suffix}: [${[groups, rows.join(" x "), columns].join(", ")}] over ${depth.join(" x ")}`,
  );
  const given = [image, window, { buffer: out, offset: 0 }];
  const starts = given.map(({ buffer, offset }) =>
    i32.add(emission.address(buffer), i32.const(offset * lanes.bytes)),
  );
  const [a, b, c, g] = Array.from({ length: 4 }, () => emission.newLocal(I32)) as [
    Local,
    Local,
    Local,
    Local,
  ];
  const locals = [a, b, c] as const;
  const strides = groupStrides.map((stride) => i32.const(stride * lanes.bytes));
  return [
    locals.map((local, i) => local.set(starts[i] as Code)),
    forRange(g, i32.const(0), i32.const(groups), i32.const(1), [
      emitGroup(emission, step, lanes, locals),
      locals.map((local, i) => local.set(i32.add(local.get, strides[i] as Code))),
    ]),
  ];
};
