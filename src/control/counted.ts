/**
 * The loop in reverse mode: its known part runs and counts the steps, and with them, or with a bound for them, the loop
 * is a scan, which keeps what each step needs.
 */
import { bind } from "../graph/context.js";
import type { Graph } from "../graph/graph.js";
import { type AnyPrimitive, type Operand, type Split, Variable } from "../graph/primitive.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import { add, convert, filledAs } from "../primitives/arithmetic.js";
import { unboundedLoop } from "../tensor/errors.js";
import { DenseTensor, type Tensor, type TensorType, uniform } from "../tensor/tensor.js";
import { branch } from "./branch.js";
import { callPrimitive, type RunGraph } from "./call.js";
import {
  chosen,
  countOf,
  type Mask,
  maskKey,
  merged,
  remembered,
  rememberedPair,
  stageDerived,
  typesOf,
} from "./closed.js";
import { partialGraph, selectOutputs } from "./derive.js";
import { type ScanParameters, scanPrimitive, splitScan } from "./scan.js";
import { silent } from "./silent.js";
import { type Counts, unknownCarry } from "./step.js";

export interface WhileParameters {
  /** Closed: from its constants and the carry to one bool. */
  readonly condition: Graph;
  /** Closed: from its constants and the carry to the carry. */
  readonly body: Graph;
  readonly conditionConstants: number;
  readonly bodyConstants: number;
  /** A number of steps that is never exceeded: what reverse mode keeps room for when the loop is traced. */
  readonly maxSteps?: number;
  /** How graphs run on arrays; without it, equation by equation. */
  readonly run?: RunGraph;
}

/** Operands or masks of a loop by their places. */
export const placesOf = <T>(
  list: readonly T[],
  { conditionConstants: c, bodyConstants: b }: WhileParameters,
): { readonly condition: readonly T[]; readonly body: readonly T[]; readonly carry: readonly T[] } => ({
  condition: list.slice(0, c),
  body: list.slice(c, c + b),
  carry: list.slice(c + b),
});

export const countsOf = ({ body, bodyConstants }: WhileParameters): Counts => ({
  constants: bodyConstants,
  carries: body.outputs.length,
});

/** The condition as a graph of a longer carry: `extra` values behind the carry that it does not read. */
export const ignoring = (condition: Graph, extra: readonly TensorType[]): Graph =>
  remembered(condition, `ignoring ${JSON.stringify(extra)}`, () => {
    const n = condition.variableCount;
    return {
      ...condition,
      inputs: [...condition.inputs, ...extra.map((type, i) => new Variable(type, n + i))],
      variableCount: n + extra.length,
    };
  });

const int32: TensorType = { shape: [], dtype: "int32", weak: false };

/** The known part of the loop with its steps counted; undefined where it depends on what is unknown. */
const counted = (
  loop: AnyPrimitive,
  unknown: Mask,
  ins: readonly Operand[],
  p: WhileParameters,
): Counted | undefined => {
  const masks = placesOf(unknown, p);
  const carry = unknownCarry(p.body, countsOf(p), [...masks.body, ...masks.carry]);
  const isKnown = (mask: Mask): Mask => mask.map((bit) => !bit);
  const test = partialGraph(p.condition, [...masks.condition, ...carry]);
  if (test.unknownOuts[0] === true) return undefined;
  const step = partialGraph(p.body, [...masks.body, ...carry], carry);
  const knownCarries = carry.length - countOf(carry);
  const condition = ignoring(selectOutputs(test.known, [0]), [int32]);
  const body = remembered(step.known, `counted ${knownCarries}`, () =>
    stageDerived(
      "whileLoop",
      (list) => {
        const n = list.at(-1) as Tensor;
        const outs = evaluateGraph(step.known, list.slice(0, -1));
        return [...outs.slice(0, knownCarries), add(n, filledAs(n, 1))];
      },
      [...typesOf(step.known.inputs), int32],
    ),
  );
  const all = placesOf(ins, p);
  const knowns = (list: readonly Operand[], mask: Mask): readonly Tensor[] =>
    chosen(list, isKnown(mask)) as readonly Tensor[];
  const condKnown = knowns(all.condition, masks.condition);
  const bodyKnown = knowns(all.body, masks.body);
  const { maxSteps: _, ...rest } = p;
  const outs = bind(loop, [...condKnown, ...bodyKnown, ...knowns(all.carry, carry), uniform(int32, 0)], {
    ...rest,
    condition,
    body,
    conditionConstants: condKnown.length,
    bodyConstants: bodyKnown.length,
  });
  return { outs: outs.slice(0, -1), steps: outs.at(-1) as Tensor, carry };
};

interface Counted {
  /** Known carries at the end. */
  readonly outs: readonly Tensor[];
  readonly steps: Tensor;
  readonly carry: Mask;
}

/** A step where the condition holds, and none where it does not: of both lists of constants and the carry. */
const guardedStep = ({ condition, body, conditionConstants: c, bodyConstants: b }: WhileParameters): Graph =>
  rememberedPair(condition, body, `guarded ${c} ${b}`, () => {
    const idle: Graph = { ...body, equations: [], outputs: body.inputs.slice(b) };
    return stageDerived(
      "whileLoop",
      (list) => {
        const carry = list.slice(c + b);
        const [goes] = evaluateGraph(condition, [...list.slice(0, c), ...carry]) as readonly [Tensor];
        return branch(convert(goes, "int32"), list.slice(c), { branches: [idle, body] });
      },
      [...typesOf(condition.inputs).slice(0, c), ...typesOf(body.inputs)],
    );
  });

interface Bounded {
  readonly ins: readonly Operand[];
  readonly p: ScanParameters;
}

/**
 * The loop as a scan: of as many steps as there are, or of guarded steps up to the bound; undefined without either. The
 * steps have been counted, so that what is seen of them has been seen.
 */
export const asScan = (
  loop: AnyPrimitive,
  unknown: Mask,
  ins: readonly Operand[],
  p: WhileParameters,
  known: Counted | undefined = counted(loop, unknown, ins, p),
): Bounded | undefined => {
  if (known === undefined) return undefined;
  const { condition, body, carry } = placesOf(ins, p);
  const common = { carries: carry.length, reverse: false, ...(p.run === undefined ? {} : { run: p.run }) };
  if (known.steps instanceof DenseTensor) {
    const length = known.steps.at(0);
    return {
      ins: [...body, ...carry],
      p: { ...common, body: silent(p.body), length, constants: body.length },
    };
  }
  if (p.maxSteps === undefined) return undefined;
  return {
    ins: [...condition, ...body, ...carry],
    p: {
      ...common,
      body: silent(guardedStep(p)),
      length: p.maxSteps,
      constants: condition.length + body.length,
    },
  };
};

/** All steps once more, for their derivatives in forward mode: a call that has no transpose. */
const againPrimitive: AnyPrimitive = /* @__PURE__ */ (() => ({
  ...callPrimitive,
  name: "whileLoop",
  transpose: () => {
    throw unboundedLoop();
  },
}))();

export const splitLoop = (
  primitive: AnyPrimitive,
  unknown: Mask,
  ins: readonly Tensor[],
  p: WhileParameters,
): Split | undefined => {
  if (unknown.every(Boolean)) return undefined;
  const known = counted(primitive, unknown, ins, p);
  if (known === undefined) return undefined;
  const loop = asScan(primitive, unknown, ins, p, known);
  if (loop !== undefined) {
    const scanIns = loop.ins as readonly Tensor[];
    const mask = unknown.slice(unknown.length - scanIns.length);
    return (
      splitScan(mask, scanIns, loop.p) ?? {
        outs: known.carry.map(() => null),
        rest: { primitive: scanPrimitive, ins: scanIns, p: loop.p },
      }
    );
  }
  // forward mode alone: the rest goes through all steps again
  return {
    outs: merged<Tensor | null>(
      known.carry,
      known.carry.map(() => null),
      known.outs,
    ),
    rest: {
      primitive: againPrimitive,
      ins,
      p: {
        name: "whileLoop",
        graph: rememberedPair(
          p.condition,
          p.body,
          `again ${maskKey(known.carry)} ${p.conditionConstants}`,
          () =>
            silent(
              stageDerived(
                "whileLoop",
                (list) => chosen(bind(primitive, list, p), known.carry),
                typesOf(ins),
              ),
            ),
        ),
      },
    },
  };
};
