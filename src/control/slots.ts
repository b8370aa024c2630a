/**
 * A branch in two, for an index that is traced: the known part of the graph that will be chosen runs, and leaves its
 * residuals in slots that all graphs share; slots that a graph does not fill are zero.
 */

import { bind } from "../graph/context.js";
import type { Graph } from "../graph/graph.js";
import { type AnyPrimitive, type Operand, type Split, Variable } from "../graph/primitive.js";
import { zerosAs } from "../primitives/arithmetic.js";
import { sameShape } from "../tensor/shape.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import type { BranchParameters } from "./branch.js";
import { chosen, either, type Mask, merged, remembered } from "./closed.js";
import { type Parts, partialGraph } from "./derive.js";

const sameType = (a: TensorType, b: TensorType): boolean =>
  a.dtype === b.dtype && a.weak === b.weak && sameShape(a.shape, b.shape);

/** For each graph, the slot of each residual that it saves; and the types of the slots. */
const assigned = (
  parts: readonly Parts[],
): { readonly types: readonly TensorType[]; readonly slots: readonly (readonly number[])[] } => {
  const types: TensorType[] = [];
  const slots = parts.map(({ known, unknownOuts }) => {
    const firstSaved = unknownOuts.filter((bit) => !bit).length;
    const taken = new Set<number>();
    return known.outputs.slice(firstSaved).map(({ type }) => {
      let slot = types.findIndex((other, i) => !taken.has(i) && sameType(type, other));
      if (slot < 0) slot = types.push(type) - 1;
      taken.add(slot);
      return slot;
    });
  });
  return { types, slots };
};

/** The known part with its residuals in their slots. */
const filling = (
  known: Graph,
  count: number,
  types: readonly TensorType[],
  slots: readonly number[],
): Graph =>
  remembered(known, `slots ${JSON.stringify([types, slots])}`, () => ({
    ...known,
    outputs: [
      ...known.outputs.slice(0, count),
      ...types.map((type, slot): Operand => {
        const saved = slots.indexOf(slot);
        return saved < 0 ? zerosAs({ type }) : (known.outputs[count + saved] as Operand);
      }),
    ],
  }));

/** The rest as a graph of the unknown operands, the known operands `shared`, and all slots. */
const emptying = (
  { rest, residuals }: Parts,
  unknownCount: number,
  shared: readonly (readonly [number, TensorType])[],
  types: readonly TensorType[],
  slots: readonly number[],
): Graph =>
  remembered(rest, `slots ${JSON.stringify([shared, types, slots])}`, () => {
    let count = rest.variableCount;
    const place = (type: TensorType, found: number): Variable =>
      found < 0 ? new Variable(type, count++) : (rest.inputs[unknownCount + found] as Variable);
    const inputs = [
      ...rest.inputs.slice(0, unknownCount),
      ...shared.map(([input, type]) =>
        place(
          type,
          residuals.findIndex((from) => "input" in from && from.input === input),
        ),
      ),
      ...types.map((type, slot) =>
        place(
          type,
          residuals.findIndex((from) => "saved" in from && slots[from.saved] === slot),
        ),
      ),
    ];
    return { ...rest, inputs, variableCount: count };
  });

export const splitBranches = (
  index: Tensor,
  unknown: Mask,
  operands: readonly Tensor[],
  p: BranchParameters,
  primitive: AnyPrimitive,
): Split | undefined => {
  if (unknown.every(Boolean)) return undefined;
  const unknownOuts = p.branches.map((graph) => partialGraph(graph, unknown).unknownOuts).reduce(either);
  const parts = p.branches.map((graph) => partialGraph(graph, unknown, unknownOuts));
  const knownCount = unknownOuts.filter((bit) => !bit).length;
  const { types, slots } = assigned(parts);
  if (knownCount + types.length === 0) return undefined;
  const knowns = operands.filter((_, i) => unknown[i] !== true);
  const used = new Set(
    parts.flatMap(({ residuals }) => residuals.flatMap((from) => ("input" in from ? [from.input] : []))),
  );
  const shared = [...used].sort((a, b) => a - b).map((i) => [i, (knowns[i] as Tensor).type] as const);
  const found = bind(primitive, [index, ...knowns], {
    ...p,
    branches: parts.map(({ known }, k) => filling(known, knownCount, types, slots[k] as readonly number[])),
  } satisfies BranchParameters);
  const unknownIns = chosen(operands, unknown);
  const rest: BranchParameters = {
    ...p,
    branches: parts.map((part, k) =>
      emptying(part, unknownIns.length, shared, types, slots[k] as readonly number[]),
    ),
  };
  const nulls = new Array<null>(unknownOuts.length).fill(null);
  return {
    outs: merged<Tensor | null>(unknownOuts, nulls, found),
    rest: unknownOuts.includes(true)
      ? {
          primitive,
          ins: [
            index,
            ...unknownIns,
            ...shared.map(([i]) => knowns[i] as Tensor),
            ...found.slice(knownCount),
          ],
          p: rest,
        }
      : null,
  };
};
