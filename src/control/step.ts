/**
 * The body of a loop transformed: what its carry needs is found by iterating until nothing changes, since a carry that
 * moves, is mapped or is unknown at the end of a step is so at its beginning too.
 */
import type { Graph } from "../graph/graph.js";
import type { MappedAxis, Operand, Variable } from "../graph/primitive.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import { add } from "../primitives/arithmetic.js";
import type { Tensor } from "../tensor/tensor.js";
import {
  chosen,
  countOf,
  either,
  type Mask,
  maskKey,
  merged,
  remembered,
  stageDerived,
  typesOf,
} from "./closed.js";
import { backwardGraph, batchGraph, jvpGraph, type Parts, partialGraph } from "./derive.js";

/** How many inputs of a body are constants and carries; rows follow. */
export interface Counts {
  readonly constants: number;
  readonly carries: number;
}

const keyOf = ({ constants, carries }: Counts): string => `${constants} ${carries}`;

/** Iterates `next`, which may only add to the mask, until it adds nothing. */
const fixedPoint = (mask: Mask, next: (mask: Mask) => Mask): Mask => {
  let now = mask;
  for (;;) {
    const more = either(now, next(now));
    if (countOf(more) === countOf(now)) return now;
    now = more;
  }
};

/** The mask of all inputs with that of the carry replaced. */
const withCarry = (mask: Mask, carry: Mask, { constants, carries }: Counts): Mask => [
  ...mask.slice(0, constants),
  ...carry,
  ...mask.slice(constants + carries),
];
const carryOf = (mask: Mask, { constants, carries }: Counts): Mask =>
  mask.slice(constants, constants + carries);
/** For outputs: those of the carry, and none of the rows. */
const onlyCarry = (graph: Graph, carry: Mask): Mask => graph.outputs.map((_, i) => carry[i] === true);

interface PushedStep {
  /** Constants and their tangents, the carry and its tangents, rows and theirs. */
  readonly body: Graph;
  readonly carry: Mask;
  readonly rows: Mask;
}

export const pushedStep = (graph: Graph, counts: Counts, moving: Mask): PushedStep =>
  remembered(graph, `step jvp ${keyOf(counts)} ${maskKey(moving)}`, () => {
    const { constants: c, carries: a } = counts;
    const pushed = (carry: Mask) =>
      jvpGraph(graph, withCarry(moving, carry, counts), onlyCarry(graph, carry));
    const carry = fixedPoint(carryOf(moving, counts), (now) => pushed(now).moving.slice(0, a));
    const { graph: body, moving: outs } = pushed(carry);
    const all = withCarry(moving, carry, counts);
    const primals = body.inputs.slice(0, graph.inputs.length);
    const tangents = merged<Variable | null>(
      all,
      body.inputs.slice(graph.inputs.length),
      all.map(() => null),
    );
    const both = (from: number, to: number): readonly Variable[] => [
      ...primals.slice(from, to),
      ...tangents.slice(from, to).filter((v) => v !== null),
    ];
    const n = graph.outputs.length;
    const moved = countOf(carry);
    const inputs = [...both(0, c), ...both(c, c + a), ...both(c + a, primals.length)];
    const { outputs: o } = body;
    const outputs = [...o.slice(0, a), ...o.slice(n, n + moved), ...o.slice(a, n), ...o.slice(n + moved)];
    return { body: { ...body, inputs, outputs }, carry, rows: outs.slice(a) };
  });

interface BatchedStep {
  readonly body: Graph;
  readonly carry: Mask;
  readonly rows: Mask;
}

export const batchedStep = (graph: Graph, counts: Counts, mapped: Mask, axis: MappedAxis): BatchedStep => {
  const batched = (carry: Mask) =>
    batchGraph(graph, withCarry(mapped, carry, counts), axis, onlyCarry(graph, carry));
  const carry = fixedPoint(carryOf(mapped, counts), (now) => batched(now).mapped.slice(0, counts.carries));
  const { graph: body, mapped: outs } = batched(carry);
  return { body, carry, rows: outs.slice(counts.carries) };
};

/** Which carries are unknown, where some constants, carries and rows are. */
export const unknownCarry = (graph: Graph, counts: Counts, unknown: Mask): Mask =>
  fixedPoint(carryOf(unknown, counts), (now) =>
    partialGraph(graph, withCarry(unknown, now, counts)).unknownOuts.slice(0, counts.carries),
  );

interface SplitStep {
  /** From known constants, carry and rows to known carry and rows, then saved rows. */
  readonly known: Graph;
  /** From unknown constants, shared constants; unknown carry; unknown rows, shared rows, saved rows. */
  readonly rest: Graph;
  readonly carry: Mask;
  readonly unknownOuts: Mask;
  /** The known constants and rows that the rest needs too, counted among the known ones. */
  readonly residuals: { readonly constants: readonly number[]; readonly rows: readonly number[] };
  readonly savedRows: number;
}

export const splitStep = (graph: Graph, counts: Counts, unknown: Mask): SplitStep =>
  remembered(graph, `step partial ${keyOf(counts)} ${maskKey(unknown)}`, () => {
    const carry = unknownCarry(graph, counts, unknown);
    const all = withCarry(unknown, carry, counts);
    const parts = partialGraph(graph, all, onlyCarry(graph, carry));
    return arranged(parts, counts, all, carry);
  });

/** The two parts with their inputs and outputs in the order of a scan. */
const arranged = (parts: Parts, counts: Counts, unknown: Mask, carry: Mask): SplitStep => {
  const { known, rest, unknownOuts, residuals } = parts;
  const constantMask = unknown.slice(0, counts.constants);
  const knownConstants = counts.constants - countOf(constantMask);
  const knownCarries = counts.carries - countOf(carry);
  const unknownConstants = countOf(constantMask);
  const unknownCarries = countOf(carry);
  const unknownCount = countOf(unknown);
  const shared = { constants: [] as Variable[], rows: [] as Variable[], saved: [] as Variable[] };
  const from = { constants: [] as number[], rows: [] as number[] };
  const saved: Operand[] = [];
  const firstSaved = unknownOuts.length - countOf(unknownOuts);
  residuals.forEach((source, i) => {
    const variable = rest.inputs[unknownCount + i] as Variable;
    if ("input" in source && source.input < knownConstants) {
      shared.constants.push(variable);
      from.constants.push(source.input);
    } else if ("input" in source && source.input >= knownConstants + knownCarries) {
      shared.rows.push(variable);
      from.rows.push(source.input - knownConstants - knownCarries);
    } else {
      // computed in the step, or the carry at its beginning: one row for each step
      shared.saved.push(variable);
      saved.push(
        "input" in source
          ? (known.inputs[source.input] as Variable)
          : (known.outputs[firstSaved + source.saved] as Operand),
      );
    }
  });
  const inputs = [
    ...rest.inputs.slice(0, unknownConstants),
    ...shared.constants,
    ...rest.inputs.slice(unknownConstants, unknownConstants + unknownCarries),
    ...rest.inputs.slice(unknownConstants + unknownCarries, unknownCount),
    ...shared.rows,
    ...shared.saved,
  ];
  return {
    known: { ...known, outputs: [...known.outputs.slice(0, firstSaved), ...saved] },
    rest: { ...rest, inputs },
    carry,
    unknownOuts,
    residuals: from,
    savedRows: saved.length,
  };
};

interface BackwardStep {
  /**
   * From constants that are not linear; cotangents of the carry, sums for linear constants; cotangents of rows, rows that
   * are not linear; to the cotangents of the carry, the sums, and the cotangents of linear rows.
   */
  readonly body: Graph;
  /** Of which carries there is a cotangent. */
  readonly given: Mask;
  readonly found: { readonly constants: Mask; readonly rows: Mask };
}

/** The linear constants and rows are the first ones, as many as `linear` says; the whole carry is linear. */
export const backwardStep = (
  graph: Graph,
  linear: Counts & { readonly rows: number },
  counts: Counts,
  cotangents: Mask,
): BackwardStep =>
  remembered(
    graph,
    `step backward ${keyOf(linear)} ${linear.rows} ${keyOf(counts)} ${maskKey(cotangents)}`,
    () => {
      const { constants: c, carries: a } = counts;
      const isLinear = graph.inputs.map((_, i) =>
        i < c ? i < linear.constants : i < c + a || i < c + a + linear.rows,
      );
      const back = (carry: Mask) =>
        backwardGraph(
          graph,
          isLinear,
          [...carry, ...cotangents.slice(a)],
          isLinear.map((_, i) => i >= c && i < c + a && carry[i - c] === true),
        );
      const given = fixedPoint(cotangents.slice(0, a), (now) => back(now).found.slice(c, c + a));
      const { graph: once, found } = back(given);
      const sums = countOf(found.slice(0, linear.constants));
      const [shared, own] = [c - linear.constants, countOf(given)];
      const rows = graph.inputs.length - c - a - linear.rows;
      const sumTypes = chosen(typesOf(graph.inputs), found).slice(0, sums);
      const types = typesOf(once.inputs);
      const ctTypes = types.slice(shared + rows);
      const body = stageDerived(
        "transpose",
        (list) => {
          const parts = split(list, [shared, own, sums, ctTypes.length - own, rows]);
          const [constants, cts, before, rowCts, fixed] = parts as [
            readonly Tensor[],
            readonly Tensor[],
            readonly Tensor[],
            readonly Tensor[],
            readonly Tensor[],
          ];
          const outs = evaluateGraph(once, [...constants, ...fixed, ...cts, ...rowCts]);
          const added = before.map((sum, i) => add(sum, outs[i] as Tensor));
          return [...outs.slice(sums, sums + own), ...added, ...outs.slice(sums + own)];
        },
        [
          ...types.slice(0, shared),
          ...ctTypes.slice(0, own),
          ...sumTypes,
          ...ctTypes.slice(own),
          ...types.slice(shared, shared + rows),
        ],
      );
      return {
        body,
        given,
        found: {
          constants: found.slice(0, linear.constants),
          rows: found.slice(c + a, c + a + linear.rows),
        },
      };
    },
  );

/** A list in pieces of the given lengths. */
const split = <T>(list: readonly T[], lengths: readonly number[]): readonly (readonly T[])[] => {
  let at = 0;
  return lengths.map((n) => {
    at += n;
    return list.slice(at - n, at);
  });
};
