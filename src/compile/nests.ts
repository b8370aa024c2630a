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
import type { Bands } from "./diagonals.js";
import { withFusedRounding } from "./fused-rounding.js";
import type { LoopGroup, Root } from "./groups.js";
import { alongAxes, type IndexMap, linear } from "./index-map.js";
import { type Axes, axesOf, mapOf, type Piece, settled, wholeOf } from "./pieces.js";
import type { Access, BufferId, FoldOp, LoopStep } from "./plan.js";
import { LoopValues, type Obstacle } from "./values.js";

export interface NestContext {
  readonly analysis: Analysis;
  readonly builder: PlanBuilder;
  /** Where a value lies that has memory already. */
  readonly bufferOf: (value: Operand) => BufferId | undefined;
  readonly contract: boolean;
}

export interface Target {
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
  const axes = axesOf(group);
  const found = settled(axes, [wholeOf(axes)], (now, piece) => openStep(context, now, piece, targets, null));
  if ("force" in found) return found;
  return found.built.flatMap((step) => closedSteps(context.builder, found.axes, step));
};

/** The loops of a piece, before neighbouring axes become one. */
export interface OpenStep {
  readonly shape: readonly number[];
  readonly body: LoopStep["body"];
  readonly loads: readonly Access[];
  readonly stores: LoopStep["stores"];
  readonly folds: LoopStep["folds"];
}

/** The loops of one piece; `bands`, where given, has constants with diagonals read as their backgrounds. */
export const openStep = (
  context: NestContext,
  axes: Axes,
  piece: Piece,
  targets: readonly Target[],
  bands: Bands | null,
): OpenStep | { readonly obstacle: Obstacle } => {
  const { analysis, contract } = context;
  const { extents } = piece;
  const rank = extents.length;
  const program = new ProgramBuilder();
  const values = new LoopValues(analysis, program, extents, context.bufferOf, bands);
  const outputs: number[] = [];
  const stores: { value: number; access: Access }[] = [];
  const folds: { op: FoldOp; value: number; access: Access }[] = [];
  for (const { root, buffer } of targets) {
    if (buffer === null) continue;
    const { variable, lowered, shape } = root;
    const isFold = lowered.lowering.kind === "fold";
    const whole = mapOf(axes, shape, piece);
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
  return { shape: extents, body, loads: values.loads, stores, folds };
};

/** The step that an open one is, or the steps where folded axes do not lie one after the other. */
export const closedSteps = (builder: PlanBuilder, { folded }: Axes, open: OpenStep): readonly LoopStep[] => {
  const step = collapsed(open, folded);
  return step === null ? unfused(builder, folded, open) : [step];
};

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
