/**
 * Loops over constants with diagonals: off these nothing moves along one of the axes, so one row is computed and
 * repeated, and then the diagonals are written over it, element by element.
 */
import { ProgramBuilder } from "../expr/builder.js";
import { sizeOf } from "../tensor/shape.js";
import type { PlanBuilder } from "./builder.js";
import type { OneDiagonal } from "./diagonal-products.js";
import { type Band, Bands, merged } from "./diagonals.js";
import type { LoopGroup } from "./groups.js";
import { alongAxes, linear } from "./index-map.js";
import { closedSteps, type NestContext, type OpenStep, openStep, type Target } from "./nests.js";
import { type Axes, axesOf, mapOf, type Piece, type Slant, settled, wholeOf } from "./pieces.js";
import type { Access, BufferId, LoopStep } from "./plan.js";
import type { Obstacle } from "./values.js";

/** Shorter axes are looped over as they are. */
const shortest = 8;
/** A diagonal that is no few boxes is no gain. */
const mostBoxes = 16;

interface Background {
  readonly open: OpenStep;
  readonly bands: Bands;
}

export interface Banded {
  readonly steps: readonly LoopStep[];
  /** Of the results, those that are matrices of one diagonal. */
  readonly matrices: readonly (readonly [BufferId, OneDiagonal])[];
}

/** The steps of a group whose results go to the given buffers, or null where diagonals do not make them shorter. */
export const bandedSteps = (
  context: NestContext,
  group: LoopGroup,
  targets: readonly Target[],
): Banded | null => {
  const { analysis, builder } = context;
  if (group.axes !== null || !targets.some(({ root }) => analysis.isBanded(root.variable))) return null;
  const build = (axes: Axes, piece: Piece): Background | { readonly obstacle: Obstacle } => {
    const bands = new Bands();
    const open = openStep(context, axes, piece, targets, bands);
    return "obstacle" in open ? open : { open, bands };
  };
  const initial = axesOf(group);
  const found = settled(initial, [wholeOf(initial)], build);
  if ("force" in found) return null;
  const { axes, pieces, built } = found;
  const band = merged(
    pieces,
    built.map(({ bands }) => bands),
  );
  if (band === null) return null;
  const axis = axes.extents.findIndex(
    (n, d) =>
      Math.abs(band.by[d] as number) === 1 &&
      n >= shortest &&
      2 * band.at.size <= n &&
      built.every(({ open }) => open.loads.every(({ strides }) => strides[d] === 0)),
  );
  if (axis < 0) return null;
  const diagonals: LoopStep[] = [];
  for (const k of band.at) {
    const boxes = diagonal(axes, axis, band.by, k);
    if (boxes === null) return null;
    const steps = settled(axes, boxes, build);
    if ("force" in steps || steps.built.some(({ bands }) => bands.band !== null)) return null;
    diagonals.push(...steps.built.flatMap(({ open }) => closedSteps(builder, axes, open)));
  }
  const stretches = new Map<number, { readonly piece: Piece; readonly open: OpenStep }[]>();
  for (const [i, piece] of pieces.entries()) {
    const from = piece.from[axis] as number;
    const { open } = built[i] as Background;
    stretches.set(from, [...(stretches.get(from) ?? []), { piece, open }]);
  }
  const written = targets.filter((target) => target.buffer !== null);
  const rows = [...stretches.values()].map((stretch) => repeated(builder, axes, axis, stretch, written));
  const steps = [...rows.flatMap((row) => row.made), ...rows.flatMap((row) => row.fills), ...diagonals];
  return { steps, matrices: matricesOf(axes, axis, band, written, rows) };
};

/** What is known of results of two axes with one diagonal, for products with them. */
const matricesOf = (
  axes: Axes,
  axis: number,
  band: Band,
  targets: readonly Target[],
  rows: readonly Rows[],
): Banded["matrices"] => {
  const [{ buffers } = { buffers: [] }] = rows;
  if (axes.extents.length !== 2 || rows.length !== 1 || band.at.size !== 1) return [];
  const other = 1 - axis;
  const [by, k] = [band.by[axis] as number, [...band.at][0] as number];
  const slope = -by * (band.by[other] as number);
  if (Math.abs(slope) !== 1) return [];
  return targets.map(({ root, buffer }, i) => {
    const { strides } = linear(mapOf(axes, root.shape, wholeOf(axes)), root.shape, 2);
    const line = (d: number): OneDiagonal["along"] => ({
      size: axes.extents[d] as number,
      stride: strides[d] as number,
    });
    const row = buffers[i] as BufferId;
    return [buffer as BufferId, { row, along: line(other), across: line(axis), start: by * k, slope }];
  });
};

interface Rows {
  readonly made: readonly LoopStep[];
  readonly fills: readonly LoopStep[];
  /** Where the row of each target lies. */
  readonly buffers: readonly BufferId[];
}

/** The elements on a diagonal as boxes that run along all axes but one, or null where they fill no few boxes. */
const diagonal = (axes: Axes, axis: number, by: readonly number[], k: number): readonly Piece[] | null => {
  const sign = by[axis] as number;
  // 0 is without a sign here
  const slope = by.map((b, d) => (d === axis || b === 0 ? 0 : -sign * b));
  const slant: Slant = { axis, at: sign * k, by: slope };
  const last = (axes.extents[axis] as number) - 1;
  /** Whether the axis that follows stays within its extent: throughout, nowhere, or here and there. */
  const within = (from: readonly number[], extents: readonly number[]): boolean | null => {
    const reach = slope.map((b, d) => b * ((extents[d] as number) - 1));
    const start = slope.reduce((sum, b, d) => sum + b * (from[d] as number), slant.at);
    const low = reach.reduce((sum, r) => sum + Math.min(r, 0), start);
    const high = reach.reduce((sum, r) => sum + Math.max(r, 0), start);
    return low > last || high < 0 ? false : low >= 0 && high <= last ? true : null;
  };
  const found: Piece[] = [];
  const whole = axes.extents.map((n, d) => (d === axis ? 1 : n));
  const pending: Piece[] = [{ from: axes.extents.map(() => 0), extents: whole, slant }];
  for (let piece = pending.pop(); piece !== undefined; piece = pending.pop()) {
    const stays = within(piece.from, piece.extents);
    if (stays === true) found.push(piece);
    if (stays !== null) continue;
    const parts = found.length + pending.length < mostBoxes ? cutWhere(piece, within) : null;
    if (parts === null) return null;
    pending.push(...parts);
  }
  return found;
};

/** Two parts of a piece, cut where a slice across one of its axes differs from those before; null where none does. */
const cutWhere = (
  { from, extents, slant }: Piece,
  kindOf: (from: readonly number[], extents: readonly number[]) => boolean | null,
): readonly Piece[] | null => {
  for (const axis of extents.keys()) {
    const at = (list: readonly number[], x: number): readonly number[] =>
      list.map((y, d) => (d === axis ? x : y));
    const start = from[axis] as number;
    const n = extents[axis] as number;
    const kind = (i: number): boolean | null => kindOf(at(from, start + i), at(extents, 1));
    for (let i = 1; i < n; i++) {
      if (kind(i) === kind(0)) continue;
      return [
        { from, extents: at(extents, i), slant },
        { from: at(from, start + i), extents: at(extents, n - i), slant },
      ];
    }
  }
  return null;
};

/** One row for a stretch of an axis along which nothing moves, and the loops that repeat it. */
const repeated = (
  builder: PlanBuilder,
  axes: Axes,
  axis: number,
  stretch: readonly { readonly piece: Piece; readonly open: OpenStep }[],
  targets: readonly Target[],
): Rows => {
  const rank = axes.extents.length;
  const once = (extents: readonly number[]): readonly number[] => extents.map((n, d) => (d === axis ? 1 : n));
  const row = once(axes.extents);
  const { strides: dense } = linear(alongAxes([...row.keys()], rank), row, rank);
  const strides = dense.map((s, d) => (d === axis ? 0 : s));
  const rows = targets.map(({ root }) => builder.buffer(root.variable.type.dtype, sizeOf(row)));
  const made = stretch.flatMap(({ piece, open }) => {
    const offset = strides.reduce((sum, s, d) => sum + s * (piece.from[d] as number), 0);
    const stores = open.stores.map(({ value }, i) => ({
      value,
      access: { buffer: rows[i] as BufferId, offset, strides },
    }));
    return closedSteps(builder, axes, { ...open, shape: once(open.shape), stores });
  });
  const { piece: first } = stretch[0] as (typeof stretch)[number];
  const whole: Piece = {
    from: first.from.map((f, d) => (d === axis ? f : 0)),
    extents: axes.extents.map((n, d) => (d === axis ? (first.extents[d] as number) : n)),
    slant: null,
  };
  const fills = targets.flatMap(({ root: { variable, shape }, buffer }, i) => {
    const program = new ProgramBuilder();
    const body = program.finish([program.input(variable.type.dtype)]);
    const load: Access = { buffer: rows[i] as BufferId, offset: 0, strides };
    const access: Access = { buffer: buffer as BufferId, ...linear(mapOf(axes, shape, whole), shape, rank) };
    const stores = [{ value: 0, access }];
    return closedSteps(builder, axes, { shape: whole.extents, body, loads: [load], stores, folds: [] });
  });
  return { made, fills, buffers: rows };
};
