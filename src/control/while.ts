/**
 * The loop whose number of steps depends on its values. Forward mode carries tangents along. In reverse mode the steps
 * are counted first: an eager loop becomes a scan of just as many; a traced one needs a bound, and becomes a scan in
 * which the steps beyond the end do nothing.
 */
import { bind } from "../graph/context.js";
import type { Graph } from "../graph/graph.js";
import {
  type AnyPrimitive,
  type Cotangent,
  erase,
  isVariable,
  type MappedAxis,
  type Operand,
  type Split,
  type Tangent,
  Variable,
} from "../graph/primitive.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import { add, convert, filledAs, zerosAs } from "../primitives/arithmetic.js";
import { withBatchAxis } from "../primitives/batching.js";
import { sum } from "../primitives/broadcast.js";
import { gt, select } from "../primitives/compare.js";
import { LinearityError } from "../tensor/errors.js";
import { DenseTensor, type Tensor, type TensorType, uniform } from "../tensor/tensor.js";
import { branch, overExample } from "./branch.js";
import { callPrimitive, evaluateDense, type RunGraph, retyped } from "./call.js";
import {
  chosen,
  collectiveAxesOf,
  countOf,
  type Mask,
  maskKey,
  merged,
  remembered,
  rememberedPair,
  stageDerived,
  typesOf,
} from "./closed.js";
import { batchGraph, partialGraph, selectOutputs } from "./derive.js";
import { healedGraph } from "./examples.js";
import { type ScanParameters, scanPrimitive, splitScan } from "./scan.js";
import { batchedStep, pushedStep, unknownCarry } from "./step.js";

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
const placesOf = <T>(
  list: readonly T[],
  { conditionConstants: c, bodyConstants: b }: WhileParameters,
): { readonly condition: readonly T[]; readonly body: readonly T[]; readonly carry: readonly T[] } => ({
  condition: list.slice(0, c),
  body: list.slice(c, c + b),
  carry: list.slice(c + b),
});

const countsOf = ({ body, bodyConstants }: WhileParameters) => ({
  constants: bodyConstants,
  carries: body.outputs.length,
});

const run = (ins: readonly DenseTensor[], p: WhileParameters): readonly DenseTensor[] => {
  const evaluate = p.run ?? evaluateDense;
  const { condition: c, body: b, carry: init } = placesOf(ins, p);
  let carry: readonly DenseTensor[] = init.map((x, i) =>
    retyped(x, (p.body.inputs[p.bodyConstants + i] as Variable).type),
  );
  while ((evaluate(p.condition, [...c, ...carry])[0] as DenseTensor).at(0) !== 0)
    carry = evaluate(p.body, [...b, ...carry]);
  return carry;
};

/** The condition as a graph of a longer carry: `extra` values behind the carry that it does not read. */
const ignoring = (condition: Graph, extra: readonly TensorType[]): Graph =>
  remembered(condition, `ignoring ${JSON.stringify(extra)}`, () => {
    const n = condition.variableCount;
    return {
      ...condition,
      inputs: [...condition.inputs, ...extra.map((type, i) => new Variable(type, n + i))],
      variableCount: n + extra.length,
    };
  });

/** The batch of a loop: until no example goes on, and an example that has ended stays as it is. */
const batchedLoop = (
  p: WhileParameters,
  mapped: Mask,
  axis: MappedAxis,
): { readonly p: WhileParameters; readonly carry: Mask } => {
  const { condition: c, body: b, carry: a } = placesOf(mapped, p);
  const step = batchedStep(p.body, countsOf(p), [...b, ...a], axis);
  const goes = batchGraph(p.condition, [...c, ...step.carry], axis);
  if (goes.mapped[0] !== true)
    return { p: { ...p, condition: goes.graph, body: step.body }, carry: step.carry };
  const carry = a.map(() => true);
  const flags = batchGraph(p.condition, [...c, ...carry], axis, [true]).graph;
  const condition = remembered(flags, "any", () =>
    stageDerived(
      "whileLoop",
      (list) => {
        const count = sum(convert(evaluateGraph(flags, list)[0] as Tensor, "int32"), [0]);
        return [gt(count, filledAs(count, 0))];
      },
      typesOf(flags.inputs),
    ),
  );
  const mask = [...b, ...carry];
  const speaks = axis.name !== undefined && collectiveAxesOf(p.body).includes(axis.name);
  const all = batchGraph(p.body, mask, axis, carry).graph;
  const body = rememberedPair(p.condition, all, `frozen ${maskKey(c)} ${speaks}`, () =>
    stageDerived(
      "whileLoop",
      (list) => {
        const now = list.slice(c.length + b.length);
        const [going] = evaluateGraph(flags, [...list.slice(0, c.length), ...now]) as readonly [Tensor];
        const operands = list.slice(c.length);
        const next = speaks
          ? evaluateGraph(all, operands)
          : evaluateGraph(healedGraph(p.body, mask, axis), [going, ...operands]);
        return now.map((x, i) => select(overExample(going, x), next[i] as Tensor, x));
      },
      [...typesOf(flags.inputs).slice(0, c.length), ...typesOf(all.inputs)],
    ),
  );
  // the body needs the constants of the condition too
  return { p: { ...p, condition, body, bodyConstants: c.length + b.length }, carry };
};

const int32: TensorType = { shape: [], dtype: "int32", weak: false };

/** The known part of the loop with its steps counted; undefined where it depends on what is unknown. */
const counted = (unknown: Mask, ins: readonly Operand[], p: WhileParameters): Counted | undefined => {
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
  const outs = whileLoop([...condKnown, ...bodyKnown, ...knowns(all.carry, carry), uniform(int32, 0)], {
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

/** The loop as a scan: of as many steps as there are, or of guarded steps up to the bound; undefined without either. */
const asScan = (
  unknown: Mask,
  ins: readonly Operand[],
  p: WhileParameters,
  known = counted(unknown, ins, p),
): Bounded | undefined => {
  if (known === undefined) return undefined;
  const { condition, body, carry } = placesOf(ins, p);
  const common = { carries: carry.length, reverse: false, ...(p.run === undefined ? {} : { run: p.run }) };
  if (known.steps instanceof DenseTensor) {
    const length = known.steps.at(0);
    return {
      ins: [...body, ...carry],
      p: { ...common, body: p.body, length, constants: body.length },
    };
  }
  if (p.maxSteps === undefined) return undefined;
  return {
    ins: [...condition, ...body, ...carry],
    p: {
      ...common,
      body: guardedStep(p),
      length: p.maxSteps,
      constants: condition.length + body.length,
    },
  };
};

const splitWhile = (unknown: Mask, ins: readonly Tensor[], p: WhileParameters): Split | undefined => {
  if (unknown.every(Boolean)) return undefined;
  const known = counted(unknown, ins, p);
  if (known === undefined) return undefined;
  const loop = asScan(unknown, ins, p, known);
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
      primitive: callPrimitive,
      ins,
      p: {
        name: "whileLoop",
        graph: rememberedPair(
          p.condition,
          p.body,
          `again ${maskKey(known.carry)} ${p.conditionConstants}`,
          () => stageDerived("whileLoop", (list) => chosen(whileLoop(list, p), known.carry), typesOf(ins)),
        ),
      },
    },
  };
};

export const whilePrimitive: AnyPrimitive = /* @__PURE__ */ erase<"many", "many", WhileParameters>({
  name: "while",
  shape: (_, { body }) => body.outputs.map((out) => out.type),
  impl: run,
  jvp: (primals, tangents, p) => {
    const { condition, body, carry: x } = placesOf(primals, p);
    const { body: dBody, carry: dx } = placesOf(tangents, p);
    const step = pushedStep(
      p.body,
      countsOf(p),
      [...dBody, ...dx].map((d) => d !== null),
    );
    const starts = chosen(
      x.map((v, i) => dx[i] ?? zerosAs(v)),
      step.carry,
    );
    const constants = [...body, ...dBody.filter((d) => d !== null)];
    const outs = whileLoop([...condition, ...constants, ...x, ...starts], {
      ...p,
      condition: ignoring(p.condition, typesOf(starts)),
      body: step.body,
      bodyConstants: constants.length,
    });
    const n = x.length;
    return [outs.slice(0, n), merged<Tangent>(step.carry, outs.slice(n), new Array<null>(n).fill(null))];
  },
  transpose: (cotangents, ins, p): readonly Cotangent[] => {
    const loop = asScan(ins.map(isVariable), ins, p);
    if (loop === undefined) throw LinearityError.unbounded();
    const { transpose } = scanPrimitive;
    if (transpose === "nonlinear") return [];
    const cts = transpose(cotangents, loop.ins, loop.p);
    // a scan whose steps are guarded has the constants of the condition as well
    const unused = ins.length - loop.ins.length;
    return [...new Array<null>(unused).fill(null), ...cts];
  },
  batch: (ins, p, axis) => {
    const { condition, body, carry } = placesOf(ins, p);
    const loop = batchedLoop(
      p,
      ins.map((x) => x.mapped),
      axis,
    );
    const again = loop.p.bodyConstants > p.bodyConstants ? condition : [];
    const outs = whileLoop(
      [
        ...[...condition, ...again, ...body].map((x) => x.value),
        ...carry.map((x, i) => (loop.carry[i] === true ? withBatchAxis(x, axis.size) : x.value)),
      ],
      loop.p,
    );
    return outs.map((value, i) => ({ value, mapped: loop.carry[i] === true }));
  },
  lower: (_, { condition, body, conditionConstants, bodyConstants }) => ({
    kind: "while",
    condition,
    body,
    conditionConstants,
    bodyConstants,
  }),
  collectiveAxes: ({ condition, body }) => [
    ...new Set([...collectiveAxesOf(condition), ...collectiveAxesOf(body)]),
  ],
  split: splitWhile,
});

/** Repeats the body while the condition holds: constants of the condition, of the body, the carry. */
export const whileLoop = (ins: readonly Tensor[], p: WhileParameters): readonly Tensor[] =>
  bind(whilePrimitive, ins, p);
