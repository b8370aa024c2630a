/**
 * The loop whose number of steps depends on its values. Forward mode carries tangents along. In reverse mode the steps
 * are counted first: an eager loop becomes a scan of just as many; a traced one needs a bound, and becomes a scan in
 * which the steps beyond the end do nothing.
 */
import { bind } from "../graph/context.js";
import {
  type AnyPrimitive,
  type Cotangent,
  erase,
  isVariable,
  type MappedAxis,
  type Tangent,
  type Variable,
} from "../graph/primitive.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import { convert, filledAs, zerosAs } from "../primitives/arithmetic.js";
import { withBatchAxis } from "../primitives/batching.js";
import { sum } from "../primitives/broadcast.js";
import { gt, select } from "../primitives/compare.js";
import { unboundedLoop } from "../tensor/errors.js";
import type { DenseTensor, Tensor } from "../tensor/tensor.js";
import { overExample } from "./branch.js";
import { evaluateDense, retyped } from "./call.js";
import {
  chosen,
  collectiveAxesOf,
  type Mask,
  maskKey,
  merged,
  remembered,
  rememberedPair,
  stageDerived,
  typesOf,
} from "./closed.js";
import { asScan, countsOf, ignoring, placesOf, splitLoop, type WhileParameters } from "./counted.js";
import { batchGraph } from "./derive.js";
import { healedGraph } from "./examples.js";
import { scanPrimitive } from "./scan.js";
import { silent } from "./silent.js";
import { batchedStep, pushedStep } from "./step.js";

export type { WhileParameters } from "./counted.js";

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
        const [going] = evaluateGraph(silent(flags), [...list.slice(0, c.length), ...now]) as readonly [
          Tensor,
        ];
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
    const loop = asScan(whilePrimitive, ins.map(isVariable), ins, p);
    if (loop === undefined) throw unboundedLoop();
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
  withGraphs: (p, replace) => ({ ...p, condition: replace(p.condition), body: replace(p.body) }),
  collectiveAxes: ({ condition, body }) => [
    ...new Set([...collectiveAxesOf(condition), ...collectiveAxesOf(body)]),
  ],
  split: (unknown, ins, p) => splitLoop(whilePrimitive, unknown, ins, p),
});

/** Repeats the body while the condition holds: constants of the condition, of the body, the carry. */
export const whileLoop = (ins: readonly Tensor[], p: WhileParameters): readonly Tensor[] =>
  bind(whilePrimitive, ins, p);
