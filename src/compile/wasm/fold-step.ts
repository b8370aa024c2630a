/**
 * Loops with a folded axis. The body writes what is to be folded to a strip that stays in the first level cache, and
 * the kernels of `fold.ts` take it from there: along rows where the folded axis lies in vectors, else row upon row of
 * columns side by side. An input that is folded as it is needs no strip.
 */

import type { ScalarNode, ScalarProgram } from "../../expr/program.js";
import { BLOCK } from "../../kernel/reduce.js";
import type { Code } from "../../kernel/wasm.js";
import type { DType } from "../../tensor/dtype.js";
import type { FoldOp, LoopStep } from "../plan.js";
import { axisCost, type Nest, type Reference } from "./axes.js";
import type { Emission } from "./emission.js";
import { COLUMNS, dtypeOf, type Fold, GROUP, STRIP, widthOf } from "./fold-body.js";
import { emitColumns } from "./fold-columns.js";
import type { FoldSource } from "./fold-order.js";
import { emitRows } from "./fold-rows.js";

const sourceOf = (dtype: DType): FoldSource =>
  dtype === "float64" ? "F64" : dtype === "float32" ? "F32" : dtype === "uint32" ? "U32" : "I32";
/** Bools add as or, and multiply as and. */
const foldOf = (op: FoldOp, dtype: DType): FoldOp =>
  dtype !== "bool" ? op : op === "add" ? "max" : op === "mul" ? "min" : op;

/** The body with values of small integers and bools made words. */
const widened = (
  body: ScalarProgram,
  values: readonly number[],
): { readonly body: ScalarProgram; readonly values: readonly number[] } => {
  const nodes: ScalarNode[] = [...body.nodes];
  const outputs = [...body.outputs];
  const places = values.map((value) => {
    const id = body.outputs[value] as number;
    const { dtype } = nodes[id] as ScalarNode;
    const wide = dtypeOf(sourceOf(dtype));
    if (wide === dtype) return value;
    return outputs.push(nodes.push({ kind: "convert", dtype: wide, args: [id] }) - 1) - 1;
  });
  return { body: { ...body, nodes, outputs }, values: places };
};

/** Kept axes merged where every operand walks them as one; the folded axis stays last. */
const mergeKept = (
  sizes: readonly number[],
  references: readonly (readonly number[])[],
): readonly (readonly number[])[] => {
  const groups: number[][] = [];
  for (let axis = 0; axis < sizes.length - 1; axis++) {
    const size = sizes[axis] as number;
    if (size === 1) continue;
    const before = groups.at(-1);
    const last = before?.at(-1);
    if (
      before !== undefined &&
      last !== undefined &&
      references.every((s) => s[last] === (s[axis] as number) * size)
    ) {
      before.push(axis);
    } else groups.push([axis]);
  }
  return groups;
};

export const emitFoldStep = (emission: Emission, step: LoopStep): Code => {
  const rank = step.shape.length;
  const n = step.shape[rank - 1] as number;
  const wide = widened(
    step.body,
    step.folds.map(({ value }) => value),
  );
  const loads = step.loads.map((access) => emission.reference(access));
  const stores = step.stores.map(({ access }) => emission.reference(access));
  const outs = step.folds.map(({ access }) => {
    const out = emission.reference(access);
    return { ...out, strides: [...out.strides, 0] };
  });
  const groups = mergeKept(
    step.shape,
    [...loads, ...stores, ...outs].map(({ strides }) => strides),
  );
  const kept =
    groups.length === 0
      ? [1]
      : groups.map((group) => group.reduce((size, axis) => size * (step.shape[axis] as number), 1));
  const remake = (r: Reference): Reference => ({
    ...r,
    strides: [
      ...(groups.length === 0 ? [0] : groups.map((group) => r.strides[group.at(-1) as number] as number)),
      r.strides[rank - 1] as number,
    ],
  });
  const nest: Nest = {
    body: wide.body,
    sizes: [...kept, n],
    loads: loads.map(remake),
    stores: step.stores.map(({ value }, i) => ({ value, to: remake(stores[i] as Reference) })),
    aliased: step.stores.some(({ access: to }) =>
      step.loads.some((from) => emission.overlaps(to.buffer, from.buffer)),
    ),
  };
  const last = kept.length - 1;
  let columns = last;
  for (let axis = last - 1; axis >= 0; axis--)
    if (axisCost(nest, axis) < axisCost(nest, columns)) columns = axis;
  const rowCost = Math.min(
    axisCost(nest, last + 1),
    rowsLieTogether(nest) ? axisCost(flat(nest), last) : Infinity,
  );
  const asColumns = kept[columns] !== 1 && axisCost(nest, columns) + 0.2 < rowCost + (n < GROUP ? 3 / n : 0);
  const emit = asColumns ? emitColumns : emitRows;
  const m = asColumns ? Math.min(kept[columns] as number, COLUMNS) : 0;
  const levels = Math.max(1, Math.ceil(Math.log2(n / BLOCK)) + 2);
  const folds = step.folds.map(({ op, value }, i): Fold => {
    const { dtype } = outs[i] as Reference;
    const source = sourceOf(dtype);
    const id = wide.body.outputs[wide.values[i] as number] as number;
    const node = wide.body.nodes[id] as ScalarNode;
    const load = node.kind === "input" ? (nest.loads[node.index] as Reference) : undefined;
    const along = load?.strides[asColumns ? columns : last + 1];
    const isDirect = load !== undefined && wide.values[i] === value && along === widthOf(source);
    return {
      op: foldOf(op, dtype),
      source,
      value: wide.values[i] as number,
      out: remake(outs[i] as Reference),
      direct: isDirect ? load : undefined,
      strip: isDirect ? 0 : emission.scratch(asColumns ? GROUP * COLUMNS * 8 : STRIP * 8),
      totals: emission.scratch(asColumns ? COLUMNS * 8 : STRIP * 8),
      stack: emission.scratch(asColumns ? levels * (m + 4) * 8 : 512),
    };
  });
  emission.describe.push(
    `fold ${folds.map(({ op, source, direct }) => `${op} ${source}${direct === undefined ? "" : " in place"}`).join(", ")} of [${nest.sizes}] by ${asColumns ? "columns" : "rows"}`,
  );
  return emit(emission, nest, folds, columns);
};

const rowsLieTogether = (nest: Nest): boolean => {
  const n = nest.sizes.at(-1) as number;
  return [...nest.loads, ...nest.stores.map(({ to }) => to)].every(
    ({ strides }) => strides.at(-2) === (strides.at(-1) as number) * n,
  );
};

const flat = (nest: Nest): Nest => {
  const change = (r: Reference): Reference => ({
    ...r,
    strides: [...r.strides.slice(0, -2), r.strides.at(-1) as number],
  });
  return {
    ...nest,
    sizes: [...nest.sizes.slice(0, -2), (nest.sizes.at(-2) as number) * (nest.sizes.at(-1) as number)],
    loads: nest.loads.map(change),
    stores: nest.stores.map(({ value, to }) => ({ value, to: change(to) })),
  };
};
