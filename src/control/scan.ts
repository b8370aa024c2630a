/**
 * The scan: a closed graph applied once for each row of stacked operands, with values carried from step to step. All
 * its rules are scans again: a program of a million steps stays one equation.
 */
import { bind } from "../graph/context.js";
import { type Graph, hasEffect } from "../graph/graph.js";
import {
  type AnyPrimitive,
  type Batched,
  type Cotangent,
  erase,
  isVariable,
  type Operand,
  type Split,
  type Tangent,
  type Variable,
} from "../graph/primitive.js";
import { RowStack, rowOf } from "../kernel/rows.js";
import { zerosAs } from "../primitives/arithmetic.js";
import { withBatchAxis } from "../primitives/batching.js";
import { permute } from "../primitives/reshape.js";
import type { DenseTensor, Tensor, TensorType } from "../tensor/tensor.js";
import { evaluateDense, type RunGraph, retyped } from "./call.js";
import { chosen, collectiveAxesOf, countOf, type Mask, merged } from "./closed.js";
import { grownType } from "./derive.js";
import { backwardStep, batchedStep, pushedStep, splitStep } from "./step.js";

export interface ScanParameters {
  /** Closed: from constants, the carry and one row of each stack, to the carry and one row of each result. */
  readonly body: Graph;
  readonly length: number;
  readonly constants: number;
  readonly carries: number;
  /** From the last row to the first. */
  readonly reverse: boolean;
  /** How many steps a compiler may do in one turn of its loop. */
  readonly unroll?: number;
  /** How the body runs on arrays; without it, equation by equation. */
  readonly run?: RunGraph;
}

/** Operands or masks of a scan by their places. */
interface Places<T> {
  readonly constants: readonly T[];
  readonly carry: readonly T[];
  readonly rows: readonly T[];
}
export const placesOf = <T>(
  list: readonly T[],
  { constants: c, carries: a }: { readonly constants: number; readonly carries: number },
): Places<T> => ({ constants: list.slice(0, c), carry: list.slice(c, c + a), rows: list.slice(c + a) });

const isTrue = (bit: boolean): boolean => bit;

/** Axes 0 and 1 exchanged: a batch of stacks as a stack of batches, and back. */
const exchanged = (x: Tensor): Tensor => permute(x, [1, 0, ...x.shape.map((_, axis) => axis).slice(2)]);

const run = (ins: readonly DenseTensor[], p: ScanParameters): readonly DenseTensor[] => {
  const { body, length, constants, carries, reverse } = p;
  const evaluate = p.run ?? evaluateDense;
  const list = ins.map((x, i) => {
    const isCarry = i >= constants && i < constants + carries;
    return isCarry ? retyped(x, (body.inputs[i] as Variable).type) : x;
  });
  const stacks = ins.slice(constants + carries);
  const rowTypes = body.inputs.slice(constants + carries).map((v) => v.type);
  const results = body.outputs.slice(carries).map(({ type }) => new RowStack(grownType(type, length)));
  for (let step = 0; step < length; step++) {
    const at = reverse ? length - 1 - step : step;
    for (let i = 0; i < stacks.length; i++)
      list[constants + carries + i] = rowOf(stacks[i] as DenseTensor, rowTypes[i] as TensorType, at);
    const outs = evaluate(body, list);
    for (let i = 0; i < carries; i++) list[constants + i] = outs[i] as DenseTensor;
    for (let i = 0; i < results.length; i++)
      (results[i] as RowStack).set(at, outs[carries + i] as DenseTensor);
  }
  return [...list.slice(constants, constants + carries), ...results.map((stack) => stack.taken())];
};

/** A scan in two, for operands of which some are unknown: the known part is bound, the rest told. */
interface ScanParts {
  readonly outs: readonly (Tensor | null)[];
  readonly ins: readonly Operand[];
  readonly p: ScanParameters;
  /** Which carries the rest has, and whether a known part has run. */
  readonly carry: Mask;
  readonly ran: boolean;
}

const parted = (unknown: Mask, ins: readonly Operand[], p: ScanParameters): ScanParts => {
  const { known, rest, carry, unknownOuts, residuals, savedRows } = splitStep(p.body, p, unknown);
  const { constants, rows, carry: init } = placesOf(ins, p);
  const masks = placesOf(unknown, p);
  const not = (mask: Mask): Mask => mask.map((bit) => !bit);
  const knownConstants = chosen(constants, not(masks.constants)) as readonly Tensor[];
  const knownRows = chosen(rows, not(masks.rows)) as readonly Tensor[];
  const knownInit = chosen(init, not(carry)) as readonly Tensor[];
  const knownOutCount = countOf(not(unknownOuts));
  const ran = knownOutCount > 0 || savedRows > 0 || hasEffect(known);
  const found = ran
    ? scan([...knownConstants, ...knownInit, ...knownRows], {
        ...p,
        body: known,
        constants: knownConstants.length,
        carries: knownInit.length,
      })
    : [];
  const sharedConstants = residuals.constants.map((i) => knownConstants[i] as Tensor);
  const sharedRows = residuals.rows.map((i) => knownRows[i] as Tensor);
  const unknownConstants = chosen(constants, masks.constants);
  const nulls = new Array<null>(unknownOuts.length).fill(null);
  return {
    outs: merged<Tensor | null>(unknownOuts, nulls, found),
    ins: [
      ...unknownConstants,
      ...sharedConstants,
      ...chosen(init, carry),
      ...chosen(rows, masks.rows),
      ...sharedRows,
      ...found.slice(knownOutCount),
    ],
    p: {
      ...p,
      body: rest,
      constants: unknownConstants.length + sharedConstants.length,
      carries: countOf(carry),
    },
    carry,
    ran,
  };
};

/** The scan in two; the known part, if there is one, is done at once. */
export const splitScan = (unknown: Mask, ins: readonly Tensor[], p: ScanParameters): Split | undefined => {
  if (unknown.every(isTrue)) return undefined;
  const { outs, ins: left, p: rest, ran } = parted(unknown, ins, p);
  if (!ran) return undefined;
  const some = outs.includes(null);
  return {
    outs,
    rest: some ? { primitive: scanPrimitive, ins: left as readonly Tensor[], p: rest } : null,
  };
};

/** Cotangents run through the scan from its end; those of constants are carried and added up. */
const transposed = (
  cotangents: readonly Cotangent[],
  ins: readonly Operand[],
  p: ScanParameters,
): readonly Cotangent[] => {
  const linear = ins.map(isVariable);
  const parts = parted(linear, ins, p);
  const { constants, carry, rows } = placesOf(parts.ins, parts.p);
  const masks = placesOf(linear, p);
  const linearConstants = countOf(masks.constants);
  const linearRows = countOf(masks.rows);
  const cts = chosen(
    cotangents,
    parts.outs.map((out) => out === null),
  );
  const { body, given, found } = backwardStep(
    parts.p.body,
    { constants: linearConstants, carries: carry.length, rows: linearRows },
    parts.p,
    cts.map((ct) => ct !== null),
  );
  const carryTypes = parts.p.body.inputs.slice(constants.length, constants.length + carry.length);
  const starts = chosen(
    carryTypes.map((v, i) => cts[i] ?? zerosAs(v)),
    given,
  );
  const sums = chosen(constants.slice(0, linearConstants), found.constants).map((x) => zerosAs(x));
  const shared = constants.slice(linearConstants) as readonly Tensor[];
  const outs = scan(
    [
      ...shared,
      ...starts,
      ...sums,
      ...cts.slice(carry.length).filter((ct) => ct !== null),
      ...(rows.slice(linearRows) as readonly Tensor[]),
    ],
    {
      ...p,
      body,
      constants: shared.length,
      carries: starts.length + sums.length,
      reverse: !p.reverse,
    },
  );
  const nulls = (list: readonly unknown[]): readonly null[] => list.map(() => null);
  const spread = (mask: Mask, list: readonly Tensor[]): readonly Cotangent[] =>
    merged<Cotangent>(mask, list, nulls(mask));
  const [a, b] = [starts.length, starts.length + sums.length];
  return [
    ...merged<Cotangent>(masks.constants, spread(found.constants, outs.slice(a, b)), nulls(masks.constants)),
    ...merged<Cotangent>(parts.carry, spread(given, outs.slice(0, a)), nulls(parts.carry)),
    ...merged<Cotangent>(masks.rows, spread(found.rows, outs.slice(b)), nulls(masks.rows)),
  ];
};

export const scanPrimitive: AnyPrimitive = /* @__PURE__ */ erase<"many", "many", ScanParameters>({
  name: "scan",
  shape: (_, { body, carries, length }) =>
    body.outputs.map(({ type }, i) => (i < carries ? type : grownType(type, length))),
  impl: run,
  jvp: (primals, tangents, p) => {
    const { body, carry, rows } = pushedStep(
      p.body,
      p,
      tangents.map((dx) => dx !== null),
    );
    const [x, dx] = [placesOf(primals, p), placesOf(tangents, p)];
    const moving = (list: readonly Tangent[]): readonly Tensor[] => list.filter((d) => d !== null);
    const constants = [...x.constants, ...moving(dx.constants)];
    const starts = chosen(
      x.carry.map((v, i) => dx.carry[i] ?? zerosAs(v)),
      carry,
    );
    const outs = scan([...constants, ...x.carry, ...starts, ...x.rows, ...moving(dx.rows)], {
      ...p,
      body,
      constants: constants.length,
      carries: p.carries + starts.length,
    });
    const [a, b] = [p.carries + starts.length, p.carries + starts.length + rows.length];
    const spread = (mask: Mask, list: readonly Tensor[]): readonly Tangent[] =>
      merged<Tangent>(mask, list, new Array<null>(mask.length).fill(null));
    return [
      [...outs.slice(0, p.carries), ...outs.slice(a, b)],
      [...spread(carry, outs.slice(p.carries, a)), ...spread(rows, outs.slice(b))],
    ];
  },
  transpose: transposed,
  batch: (ins, p, axis) => {
    const { body, carry, rows } = batchedStep(
      p.body,
      p,
      ins.map((x) => x.mapped),
      axis,
    );
    const all = placesOf(ins, p);
    const outs = scan(
      [
        ...all.constants.map((x) => x.value),
        ...all.carry.map((x, i) => (carry[i] === true ? withBatchAxis(x, axis.size) : x.value)),
        ...all.rows.map((x) => (x.mapped ? exchanged(x.value) : x.value)),
      ],
      { ...p, body },
    );
    return outs.map((value, i): Batched => {
      if (i < p.carries) return { value, mapped: carry[i] === true };
      const mapped = rows[i - p.carries] === true;
      return { value: mapped ? exchanged(value) : value, mapped };
    });
  },
  lower: (_, { body, length, constants, carries, reverse }) => ({
    kind: "scan",
    body,
    length,
    constants,
    carries,
    reverse,
  }),
  withGraphs: (p, replace) => ({ ...p, body: replace(p.body) }),
  collectiveAxes: ({ body }) => collectiveAxesOf(body),
  split: splitScan,
});

/** Applies a scan: operands are constants, the carry, stacks of rows; results the carry, and stacks. */
export const scan = (ins: readonly Tensor[], p: ScanParameters): readonly Tensor[] =>
  bind(scanPrimitive, ins, p);
