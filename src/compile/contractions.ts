/** Products of tensors as batched products of matrices: views are strides, and only what no strides describe is copied. */
import type { Equation } from "../graph/graph.js";
import type { AxisPairs, Operand, Variable } from "../graph/primitive.js";
import { isFloat } from "../tensor/dtype.js";
import { type Shape, sizeOf } from "../tensor/shape.js";
import type { Lowered } from "./analysis.js";
import { diagonalProduct } from "./diagonal-products.js";
import { alongAxes, type IndexMap, linear, throughReshape, throughView } from "./index-map.js";
import type { BufferPosition, ContractStep, LoopStep, MatrixAccess, Step } from "./plan.js";
import type { Scope } from "./planner.js";

const free = (rank: number, contract: readonly number[], batch: readonly number[]): number[] =>
  Array.from({ length: rank }, (_, axis) => axis).filter(
    (axis) => !contract.includes(axis) && !batch.includes(axis),
  );

/** The one stride by which axes are walked together, or undefined where there is none. */
const mergedStride = (
  shape: Shape,
  strides: readonly number[],
  axes: readonly number[],
): number | undefined => {
  let merged: number | undefined;
  let inner = 1;
  for (let i = axes.length - 1; i >= 0; i--) {
    const axis = axes[i] as number;
    if (shape[axis] === 1) continue;
    const stride = strides[axis] as number;
    if (merged === undefined) merged = stride;
    else if (stride !== merged * inner) return undefined;
    inner *= shape[axis] as number;
  }
  return merged ?? 0;
};

/** Elements of a buffer, a stride for each axis. */
export interface BufferView extends BufferPosition {
  readonly strides: readonly number[];
}

/** A value as strides over a buffer, one for each of its axes; undefined where a reshape stands between. */
export const viewOf = (scope: Scope, value: Operand): BufferView | undefined => {
  const { shape } = value.type;
  let at = value;
  let map: IndexMap = alongAxes(
    shape.map((_, axis) => axis),
    shape.length,
  );
  for (;;) {
    // what is a reshape of it lies in memory as it does
    const buffer = scope.bufferOf(at) ?? scope.bufferOf(scope.analysis.wholeOf(at));
    if (buffer !== undefined) return { buffer, ...linear(map, at.type.shape, shape.length) };
    const { equation, lowering } = scope.analysis.sourceOf(at) as Lowered;
    const [x] = equation.ins as readonly [Operand];
    if (lowering.kind === "view") map = throughView(map, lowering.view);
    else if (lowering.kind === "reshape") {
      const found = throughReshape(map, lowering.shape, x.type.shape, shape);
      if (found === null || "axis" in found) return undefined;
      map = found;
    } else return undefined;
    at = x;
  }
};

/** A copy of a value, its axes in the given order and row-major. */
export const packedView = (
  scope: Scope,
  value: Operand,
  order: readonly number[],
): { readonly steps: readonly Step[]; readonly at: BufferPosition } | { readonly force: Operand } => {
  const packed = scope.packed(value, order);
  if ("force" in packed) return packed;
  const { stores } = packed[0] as LoopStep;
  const [{ access }] = stores as readonly [LoopStep["stores"][number]];
  return { steps: packed, at: { buffer: access.buffer, offset: 0 } };
};

interface MatrixOperand {
  readonly steps: readonly Step[];
  readonly access: MatrixAccess;
}

/** An operand whose axes are three groups: batch, rows, columns. */
const operandOf = (
  scope: Scope,
  value: Operand,
  groups: readonly [readonly number[], readonly number[], readonly number[]],
): MatrixOperand | { readonly force: Operand } => {
  const { shape } = value.type;
  const view = viewOf(scope, value);
  if (view !== undefined) {
    const [batchStride, rowStride, columnStride] = groups.map((axes) =>
      mergedStride(shape, view.strides, axes),
    );
    if (batchStride !== undefined && rowStride !== undefined && columnStride !== undefined) {
      const { buffer, offset } = view;
      return { steps: [], access: { buffer, offset, batchStride, rowStride, columnStride } };
    }
  }
  const packed = packedView(scope, value, groups.flat());
  if ("force" in packed) return packed;
  const [rows, columns] = [1, 2].map((g) =>
    sizeOf((groups[g] as readonly number[]).map((a) => shape[a] as number)),
  );
  return {
    steps: packed.steps,
    access: {
      ...packed.at,
      batchStride: (rows as number) * (columns as number),
      rowStride: columns as number,
      columnStride: 1,
    },
  };
};

/** The steps of a product; undefined where its dtype has none, so that the eager kernel does it. */
export const contraction = (
  scope: Scope,
  { ins, only }: Equation,
  contract: AxisPairs,
  batch: AxisPairs,
  made: Variable[],
): readonly Step[] | { readonly force: Operand } | undefined => {
  const [x, y] = ins as readonly [Operand, Operand];
  const { dtype } = x.type;
  if (!isFloat(dtype)) {
    // the eager kernel takes whole buffers
    return seenOnly(scope, ins);
  }
  const rows = free(x.type.shape.length, contract[0], batch[0]);
  const columns = free(y.type.shape.length, contract[1], batch[1]);
  const left = operandOf(scope, x, [batch[0], rows, contract[0]]);
  if ("force" in left) return left;
  const right = operandOf(scope, y, [batch[1], contract[1], columns]);
  if ("force" in right) return right;
  const size = (value: Operand, axes: readonly number[]): number =>
    sizeOf(axes.map((axis) => value.type.shape[axis] as number));
  const step: ContractStep = {
    kind: "contract",
    dtype,
    batch: size(x, batch[0]),
    m: size(x, rows),
    k: size(x, contract[0]),
    n: size(y, columns),
    left: left.access,
    right: right.access,
    out: scope.make(only as Variable, made),
  };
  const steps = diagonalProduct(scope.builder, scope.matrices, step) ?? [step];
  return [...left.steps, ...right.steps, ...steps];
};

/** The first value that is only seen through views: to be forced where an eager kernel takes whole buffers. */
export const seenOnly = (
  scope: Scope,
  values: readonly Operand[],
): { readonly force: Operand } | undefined => {
  const value = values.find((x) => {
    const whole = scope.analysis.wholeOf(x);
    return scope.bufferOf(x) === undefined && scope.bufferOf(whole) === undefined;
  });
  return value && { force: value };
};
