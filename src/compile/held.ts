/** Loops and branches: the steps of the graphs that control-flow primitives hold, around buffers for what they carry. */
import type { Equation } from "../graph/graph.js";
import type { Lowering, Operand, Variable } from "../graph/primitive.js";
import { sizeOf } from "../tensor/shape.js";
import type { PlacelessBuffer } from "./builder.js";
import type { BufferId, CopyStep, Step } from "./plan.js";
import type { Scope } from "./planner.js";

type Held = Extract<Lowering, { readonly kind: "branch" | "while" | "scan" }>;

const copy = (from: BufferId, to: BufferId): CopyStep => ({ kind: "copy", from, to });

/** A buffer like that of a value. */
const like = (scope: Scope, { type }: Operand): BufferId =>
  scope.builder.buffer(type.dtype, sizeOf(type.shape));

/** Copies to all targets as if at once: what is overwritten before it is read goes by way of another buffer. */
const exchange = (scope: Scope, from: readonly BufferId[], to: readonly BufferId[]): readonly Step[] => {
  const first: Step[] = [];
  const then: Step[] = [];
  from.forEach((source, i) => {
    const target = to[i] as BufferId;
    if (source === target) return;
    const overwritten = to.slice(0, i).includes(source);
    if (!overwritten) {
      then.push(copy(source, target));
      return;
    }
    const { dtype, size } = scope.builder.buffers[source] as PlacelessBuffer;
    const between = scope.builder.buffer(dtype, size);
    first.push(copy(source, between));
    then.push(copy(between, target));
  });
  return [...first, ...then];
};

/** New buffers that hold copies of values: what a loop carries. */
const carried = (
  scope: Scope,
  values: readonly Operand[],
): { ids: readonly BufferId[]; steps: readonly Step[] } => {
  const ids = values.map((x) => like(scope, x));
  return { ids, steps: values.map((x, i) => copy(scope.memoryOf(x), ids[i] as BufferId)) };
};

export const heldSteps = (
  scope: Scope,
  equation: Equation,
  lowering: Held,
  made: Variable[],
): readonly Step[] => {
  switch (lowering.kind) {
    case "branch":
      return branchSteps(scope, equation, lowering, made);
    case "while":
      return whileSteps(scope, equation, lowering, made);
    default:
      return scanSteps(scope, equation, lowering, made);
  }
};

const branchSteps = (
  scope: Scope,
  { ins, outs }: Equation,
  { branches }: Extract<Held, { readonly kind: "branch" }>,
  made: Variable[],
): readonly Step[] => {
  const [index, ...operands] = ins as readonly [Operand, ...Operand[]];
  const given = operands.map((x) => scope.memoryOf(x));
  const results = outs.map((v) => scope.make(v, made));
  const lists = branches.map((graph) => {
    const inner = scope.inner(graph, given);
    return [...inner.steps, ...inner.outs.map((id, i) => copy(id, results[i] as BufferId))];
  });
  return [{ kind: "choose", index: scope.memoryOf(index), branches: lists }];
};

const whileSteps = (
  scope: Scope,
  { ins, outs }: Equation,
  lowering: Extract<Held, { readonly kind: "while" }>,
  made: Variable[],
): readonly Step[] => {
  const { conditionConstants: c, bodyConstants: b } = lowering;
  const constants = ins.slice(0, c + b).map((x) => scope.memoryOf(x));
  const carry = carried(scope, ins.slice(c + b));
  const test = scope.inner(lowering.condition, [...constants.slice(0, c), ...carry.ids]);
  const body = scope.inner(lowering.body, [...constants.slice(c), ...carry.ids]);
  outs.forEach((v, i) => {
    scope.hold(v, carry.ids[i] as BufferId, made);
  });
  return [
    ...carry.steps,
    {
      kind: "repeat",
      counter: scope.builder.counter(),
      length: Infinity,
      reverse: false,
      test: test.steps,
      condition: test.outs[0] as BufferId,
      body: [...body.steps, ...exchange(scope, body.outs, carry.ids)],
    },
  ];
};

const scanSteps = (
  scope: Scope,
  { ins, outs }: Equation,
  lowering: Extract<Held, { readonly kind: "scan" }>,
  made: Variable[],
): readonly Step[] => {
  const { constants: c, carries: n, body, length, reverse } = lowering;
  const { builder } = scope;
  const counter = builder.counter();
  const constants = ins.slice(0, c).map((x) => scope.memoryOf(x));
  const carry = carried(scope, ins.slice(c, c + n));
  const windows = ins.slice(c + n).map((x, i) => {
    const { type } = body.inputs[c + n + i] as Variable;
    return builder.buffer(type.dtype, sizeOf(type.shape), { kind: "window", of: scope.memoryOf(x), counter });
  });
  const before = builder.buffers.length;
  const inner = scope.inner(body, [...constants, ...carry.ids, ...windows]);
  const rows = outs.slice(n).map((v) => scope.make(v, made));
  const written = inner.outs.slice(n).flatMap((id, i): readonly Step[] => {
    const of = rows[i] as BufferId;
    // a row that the body has made, and that is not carried on as well, is made in its place
    const own = id >= before && !inner.outs.slice(0, n).includes(id);
    if (own && builder.claimWindow(id, of, counter)) return [];
    const { dtype, size } = builder.buffers[id] as PlacelessBuffer;
    return [copy(id, builder.buffer(dtype, size, { kind: "window", of, counter }))];
  });
  outs.slice(0, n).forEach((v, i) => {
    scope.hold(v, carry.ids[i] as BufferId, made);
  });
  return [
    ...carry.steps,
    {
      kind: "repeat",
      counter,
      length,
      reverse,
      test: [],
      condition: null,
      body: [...inner.steps, ...written, ...exchange(scope, inner.outs.slice(0, n), carry.ids)],
    },
  ];
};
