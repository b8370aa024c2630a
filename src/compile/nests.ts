/**
 * From a group of roots to loop steps: axes are split where a reshape asks for it, and loops are cut where a frame
 * begins or ends, until every value is one scalar program over affine accesses.
 */
import { ProgramBuilder } from "../expr/builder.js";
import { input } from "../expr/expr.js";
import type { ScalarNode } from "../expr/program.js";
import type { Operand } from "../graph/primitive.js";
import { sizeOf } from "../tensor/shape.js";
import type { Analysis } from "./analysis.js";
import type { PlanBuilder } from "./builder.js";
import { withFusedRounding } from "./fused-rounding.js";
import type { LoopGroup, Root } from "./groups.js";
import { alongAxes, type Extents, type IndexMap, linear } from "./index-map.js";
import type { Access, BufferId, FoldOp, LoopStep } from "./plan.js";
import { LoopValues, type Obstacle } from "./values.js";

/** Loops cut into more pieces than this are not worth it. */
const mostPieces = 32;

/** A stretch of every loop axis: where it starts, and its length. */
interface Piece {
  readonly from: readonly number[];
  readonly extents: Extents;
}

/** The loop axes of a group: outer ones first, folded ones last. */
interface Axes {
  extents: Extents;
  /** How many of them are folded; null for loops without folds. */
  folded: number | null;
  /** For each axis of size > 1 of the roots' shape, the loop axes that walk it, outer to inner. */
  readonly walks: (readonly number[])[];
}

const axesOf = (group: LoopGroup): Axes => {
  const sizes = group.shape.filter((n) => n !== 1);
  const fold = group.axes;
  const order = [
    ...[...sizes.keys()].filter((axis) => fold === null || !fold.includes(axis)),
    ...(fold ?? []),
  ];
  const extents = order.map((axis) => sizes[axis] as number);
  const walks = sizes.map((_, axis) => [order.indexOf(axis)]);
  if (fold !== null && fold.length === 0) extents.push(1);
  return { extents, walks, folded: fold === null ? null : Math.max(1, fold.length) };
};

/** How a value of the roots' shape is seen by the loops. */
const mapOf = (axes: Axes, shape: readonly number[], from: readonly number[]): IndexMap => {
  const rank = axes.extents.length;
  let real = 0;
  const map = alongAxes(
    shape.map(() => null),
    rank,
  );
  const offset = [...map.offset];
  const terms = map.terms.map((term) => [...term]);
  shape.forEach((n, axis) => {
    if (n === 1) return;
    const walk = axes.walks[real++] as readonly number[];
    let by = 1;
    for (let i = walk.length - 1; i >= 0; i--) {
      const d = walk[i] as number;
      (terms[axis] as number[])[d] = by;
      offset[axis] = (offset[axis] as number) + by * (from[d] as number);
      by *= axes.extents[d] as number;
    }
  });
  return { offset, terms };
};

/** Replaces a loop axis by several. */
const split = (axes: Axes, axis: number, sizes: readonly number[]): Axes => {
  const more = sizes.length - 1;
  const rank = axes.extents.length;
  const isFolded = axes.folded !== null && axis >= rank - axes.folded;
  return {
    extents: axes.extents.flatMap((n, d) => (d === axis ? sizes : [n])),
    folded: axes.folded === null ? null : axes.folded + (isFolded ? more : 0),
    walks: axes.walks.map((walk) =>
      walk.flatMap((d) => (d < axis ? [d] : d > axis ? [d + more] : sizes.map((_, i) => axis + i))),
    ),
  };
};

const cut = (pieces: readonly Piece[], axis: number, at: number): readonly Piece[] =>
  pieces.flatMap((piece) => {
    const n = piece.extents[axis] as number;
    const start = piece.from[axis] as number;
    const here = at - start;
    if (here <= 0 || here >= n) return [piece];
    const part = (from: number, length: number): Piece => ({
      from: piece.from.map((f, d) => (d === axis ? f + from : f)),
      extents: piece.extents.map((e, d) => (d === axis ? length : e)),
    });
    return [part(0, here), part(here, n - here)];
  });

export interface NestContext {
  readonly analysis: Analysis;
  readonly builder: PlanBuilder;
  /** Where a value lies that has memory already. */
  readonly bufferOf: (value: Operand) => BufferId | undefined;
  readonly contract: boolean;
}

interface Target {
  readonly root: Root;
  /** Null for what only passes from root to root. */
  readonly buffer: BufferId | null;
}

/** The steps of a group whose results go to the given buffers; or the value that has to have memory first. */
export const loopSteps = (
  context: NestContext,
  group: LoopGroup,
  targets: readonly Target[],
): readonly LoopStep[] | { readonly force: Operand } => {
  let axes = axesOf(group);
  let pieces: readonly Piece[] = [{ from: axes.extents.map(() => 0), extents: axes.extents }];
  for (;;) {
    const steps: LoopStep[] = [];
    let obstacle: Obstacle | undefined;
    for (const piece of pieces) {
      const built = pieceSteps(context, axes, piece, targets);
      if ("obstacle" in built) {
        const { obstacle: found } = built;
        obstacle =
          found.kind === "cut" ? { ...found, at: found.at + (piece.from[found.axis] as number) } : found;
        break;
      }
      steps.push(...built.steps);
    }
    if (obstacle === undefined) return steps;
    if (obstacle.kind === "force") return { force: obstacle.value };
    if (obstacle.kind === "split") {
      if (pieces.length > 1) return { force: obstacle.value };
      axes = split(axes, obstacle.axis, obstacle.sizes);
      pieces = [{ from: axes.extents.map(() => 0), extents: axes.extents }];
      continue;
    }
    const foldFrom = axes.folded === null ? axes.extents.length : axes.extents.length - axes.folded;
    pieces = cut(pieces, obstacle.axis, obstacle.at);
    if (obstacle.axis >= foldFrom || pieces.length > mostPieces) return { force: obstacle.value };
  }
};

type Built = { readonly steps: readonly LoopStep[] } | { readonly obstacle: Obstacle };

const pieceSteps = (context: NestContext, axes: Axes, piece: Piece, targets: readonly Target[]): Built => {
  const { analysis, builder, contract } = context;
  const { extents, from } = piece;
  const rank = extents.length;
  const program = new ProgramBuilder();
  const values = new LoopValues(analysis, program, extents, context.bufferOf);
  const outputs: number[] = [];
  const stores: { value: number; access: Access }[] = [];
  const folds: { op: FoldOp; value: number; access: Access }[] = [];
  for (const { root, buffer } of targets) {
    if (buffer === null) continue;
    const { variable, lowered, shape } = root;
    const isFold = lowered.lowering.kind === "fold";
    const whole = mapOf(axes, shape, from);
    const node = values.node(isFold ? (lowered.equation.ins[0] as Operand) : variable, whole);
    if (values.obstacle !== undefined) return { obstacle: values.obstacle };
    const value = outputs.push(program.addExpr(input(0), [node], variable.type.dtype)) - 1;
    if (lowered.lowering.kind !== "fold") {
      stores.push({ value, access: { buffer, ...linear(whole, shape, rank) } });
      continue;
    }
    const { axes: gone, op } = lowered.lowering;
    const kept = shape.flatMap((_, axis) => (gone.includes(axis) ? [] : [axis]));
    const rest: IndexMap = {
      offset: kept.map((axis) => whole.offset[axis] as number),
      terms: kept.map((axis) => whole.terms[axis] as readonly number[]),
    };
    const place = linear(
      rest,
      kept.map((axis) => shape[axis] as number),
      rank,
    );
    folds.push({ op, value, access: { buffer, ...place } });
  }
  const finished = program.finish(outputs);
  const body = contract ? withFusedRounding(finished) : finished;
  const open: OpenStep = { shape: extents, body, loads: values.loads, stores, folds };
  const step = collapsed(open, axes.folded);
  return { steps: step === null ? unfused(builder, axes.folded, open) : [step] };
};

interface OpenStep {
  readonly shape: readonly number[];
  readonly body: LoopStep["body"];
  readonly loads: readonly Access[];
  readonly stores: LoopStep["stores"];
  readonly folds: LoopStep["folds"];
}

/** Neighbouring axes that every access walks as one become one; null where several folded axes are left. */
const collapsed = (step: OpenStep, folded: number | null): LoopStep | null => {
  const { shape } = step;
  const all = [...step.loads, ...step.stores.map((s) => s.access)];
  const foldFrom = folded === null ? shape.length : shape.length - folded;
  const results = step.folds.map((f) => f.access);
  const real = shape.flatMap((n, d) => (n === 1 ? [] : [d]));
  if (folded !== null && !real.some((d) => d >= foldFrom)) real.push(shape.length - 1);
  // runs of axes, each outer to inner, that are one loop
  const kept: number[][] = [];
  for (const d of real) {
    const run = kept.at(-1);
    const before = run?.at(-1);
    const joins =
      before !== undefined &&
      before < foldFrom === d < foldFrom &&
      [...all, ...(d < foldFrom ? results : [])].every(
        ({ strides }) => strides[before] === (strides[d] as number) * (shape[d] as number),
      );
    if (joins) run?.push(d);
    else kept.push([d]);
  }
  const isFolded = (run: readonly number[]): boolean => (run[0] as number) >= foldFrom;
  if (kept.filter(isFolded).length > 1) return null;
  const walked = ({ buffer, offset, strides }: Access): Access => ({
    buffer,
    offset,
    strides: kept.map((run) => strides[run.at(-1) as number] as number),
  });
  const outer = ({ buffer, offset, strides }: Access): Access => ({
    buffer,
    offset,
    strides: kept.filter((run) => !isFolded(run)).map((run) => strides[run.at(-1) as number] as number),
  });
  return {
    kind: "loop",
    shape: kept.map((run) => run.reduce((n, d) => n * (shape[d] as number), 1)),
    folded: folded !== null,
    body: step.body,
    loads: step.loads.map(walked),
    stores: step.stores.map(({ value, access }) => ({ value, access: walked(access) })),
    folds: step.folds.map(({ op, value, access }) => ({ op, value, access: outer(access) })),
  };
};

/** Folds over axes that do not lie one after the other: their elements are written in the order of the fold first. */
const unfused = (builder: PlanBuilder, folded: number | null, open: OpenStep): readonly LoopStep[] => {
  const { shape, body } = open;
  const everyAxis = alongAxes([...shape.keys()], shape.length);
  const rowMajor = linear(everyAxis, shape, shape.length);
  const rows = open.folds.map(({ op, value, access }) => {
    const { dtype } = body.nodes[body.outputs[value] as number] as ScalarNode;
    const from = { buffer: builder.buffer(dtype, sizeOf(shape)), ...rowMajor };
    return { op, value, access, dtype, from };
  });
  const written = rows.map(({ value, from }) => ({ value, access: from }));
  const first = { ...open, stores: [...open.stores, ...written], folds: [] };
  return [
    collapsed(first, null) as LoopStep,
    ...rows.map(({ op, access, dtype, from }) => {
      const program = new ProgramBuilder();
      const row = program.finish([program.input(dtype)]);
      const second = { shape, body: row, loads: [from], stores: [], folds: [{ op, value: 0, access }] };
      return collapsed(second, folded) as LoopStep;
    }),
  ];
};

export type { Target };
