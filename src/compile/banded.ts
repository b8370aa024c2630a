/**
 * Loops over constants with diagonals: off these nothing moves along one of the axes, so one row is computed and
 * repeated, and then the diagonals are written over it, element by element.
 */
import { ProgramBuilder } from "../expr/builder.js";
import { sizeOf } from "../tensor/shape.js";
import type { PlanBuilder } from "./builder.js";
import { Bands, merged } from "./diagonals.js";
import type { LoopGroup } from "./groups.js";
import { alongAxes, linear } from "./index-map.js";
import { closedSteps, type NestContext, type OpenStep, openStep, type Target } from "./nests.js";
import { type Axes, axesOf, mapOf, type Piece, type Slant, settled, wholeOf } from "./pieces.js";
import type { Access, BufferId, LoopStep } from "./plan.js";
import type { Obstacle } from "./values.js";

/** Shorter axes are looped over as they are. */
const shortest = 8;

interface Background {
  readonly open: OpenStep;
  readonly bands: Bands;
}

/** The steps of a group whose results go to the given buffers, or null where diagonals do not make them shorter. */
export const bandedSteps = (
  context: NestContext,
  group: LoopGroup,
  targets: readonly Target[],
): readonly LoopStep[] | null => {
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
    const piece = diagonal(axes, axis, band.by, k);
    if (piece === null) return null;
    if (piece.extents.some((n) => n <= 0)) continue;
    const steps = settled(axes, [piece], build);
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
  return [...rows.flatMap((row) => row.made), ...rows.flatMap((row) => row.fills), ...diagonals];
};

/** The elements on a diagonal as a piece that runs along all axes but one; null where they fill no box. */
const diagonal = (axes: Axes, axis: number, by: readonly number[], k: number): Piece | null => {
  const sign = by[axis] as number;
  // 0 is without a sign here
  const slope = by.map((b, d) => (d === axis || b === 0 ? 0 : -sign * b));
  const slant: Slant = { axis, at: sign * k, by: slope };
  const from = axes.extents.map(() => 0);
  const extents = axes.extents.map((n, d) => (d === axis ? 1 : n));
  const last = (axes.extents[axis] as number) - 1;
  const moving = slope.flatMap((b, d) => (b === 0 ? [] : [d]));
  const [d] = moving;
  if (d !== undefined && moving.length === 1 && Math.abs(slope[d] as number) === 1) {
    const ends = slope[d] === 1 ? [-slant.at, last - slant.at] : [slant.at - last, slant.at];
    const first = Math.max(0, ends[0] as number);
    from[d] = first;
    extents[d] = Math.min((axes.extents[d] as number) - 1, ends[1] as number) - first + 1;
    return { from, extents, slant };
  }
  const reach = slope.map((b, other) => b * ((axes.extents[other] as number) - 1));
  const low = reach.reduce((sum, r) => sum + Math.min(r, 0), slant.at);
  const high = reach.reduce((sum, r) => sum + Math.max(r, 0), slant.at);
  return low >= 0 && high <= last ? { from, extents, slant } : null;
};

/** One row for a stretch of an axis along which nothing moves, and the loops that repeat it. */
const repeated = (
  builder: PlanBuilder,
  axes: Axes,
  axis: number,
  stretch: readonly { readonly piece: Piece; readonly open: OpenStep }[],
  targets: readonly Target[],
): { readonly made: readonly LoopStep[]; readonly fills: readonly LoopStep[] } => {
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
  return { made, fills };
};
