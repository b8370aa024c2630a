/**
 * The branch: one of several closed graphs, chosen by an index. Where the index is known, what is left is a call of the
 * graph that it chooses; where it differs between the examples of a batch, each graph sees the examples that chose it.
 */
import { bind } from "../graph/context.js";
import type { Graph } from "../graph/graph.js";
import {
  type AnyPrimitive,
  type Batched,
  type Cotangent,
  erase,
  isVariable,
  known,
  type MappedAxis,
  type Operand,
  type Split,
  type Tangent,
} from "../graph/primitive.js";
import { convert, filledAs } from "../primitives/arithmetic.js";
import { mapped as asMapped } from "../primitives/batching.js";
import { broadcast, sum } from "../primitives/broadcast.js";
import { eq, max, min, select } from "../primitives/compare.js";
import { gather } from "../primitives/gather.js";
import { concatenate } from "../primitives/slice.js";
import { compact, DenseTensor, type Tensor } from "../tensor/tensor.js";
import { type CallParameters, call, callPrimitive, evaluateDense, type RunGraph, splitCall } from "./call.js";
import { chosen, collectiveAxesOf, either, type Mask, merged } from "./closed.js";
import { backwardGraph, batchGraph, jvpGraph } from "./derive.js";
import { healedGraph, zerosGraph } from "./examples.js";
import { splitBranches } from "./slots.js";

export interface BranchParameters {
  /** Closed, with the same types of inputs and outputs. */
  readonly branches: readonly Graph[];
  /** How a graph runs on arrays; without it, equation by equation. */
  readonly run?: RunGraph;
}

const clamped = (index: number, count: number): number => Math.max(0, Math.min(count - 1, index));

/** The call of the graph that a known index chooses. */
const callOf = (index: DenseTensor, { branches, run }: BranchParameters): CallParameters => {
  const graph = branches[clamped(index.at(0), branches.length)] as Graph;
  return { name: "branch", graph, ...(run === undefined ? {} : { run }) };
};

const anyOf = (masks: readonly Mask[]): Mask => masks.reduce(either);
const isDense = (x: Operand): x is DenseTensor => x instanceof DenseTensor;

/** Rows of every operand that has them. */
const rowsAt = (x: Tensor, indices: readonly number[]): Tensor =>
  gather(x, compact({ shape: [indices.length, 1], dtype: "int32", weak: false }, Int32Array.from(indices)), {
    batchAxes: 0,
    indexedAxes: 1,
  });

/** Known indices: the examples that chose a graph go through it together, and are put back in their order. */
const partitioned = (
  index: DenseTensor,
  operands: readonly Batched[],
  p: BranchParameters,
  axis: MappedAxis,
): readonly Batched[] => {
  const groups = p.branches.map((): number[] => []);
  for (let i = 0; i < axis.size; i++) (groups[clamped(index.at(i), p.branches.length)] as number[]).push(i);
  const mask = operands.map((x) => x.mapped);
  const run = (graph: Graph, rows: readonly number[]): readonly Tensor[] => {
    const all = rows.length === axis.size;
    const batched = batchGraph(
      graph,
      mask,
      { ...axis, size: rows.length },
      graph.outputs.map(() => true),
    );
    const ins = operands.map((x) => (x.mapped && !all ? rowsAt(x.value, rows) : x.value));
    return call(ins, { ...callOf(index, p), graph: batched.graph });
  };
  const used = p.branches.map((graph, k) => [graph, groups[k] as number[]] as const);
  const present = axis.size === 0 ? used.slice(0, 1) : used.filter(([, rows]) => rows.length > 0);
  const outs = present.map(([graph, rows]) => run(graph, rows));
  if (outs.length === 1) return (outs[0] as readonly Tensor[]).map(asMapped);
  const order = present.flatMap(([, rows]) => rows);
  const back = new Array<number>(axis.size);
  order.forEach((example, place) => {
    back[example] = place;
  });
  return (p.branches[0] as Graph).outputs.map((_, i) =>
    asMapped(
      rowsAt(
        concatenate(
          outs.map((list) => list[i] as Tensor),
          0,
        ),
        back,
      ),
    ),
  );
};

/** `flag`, one for each example, over the shape of `like`. */
export const overExample = (flag: Tensor, like: Tensor): Tensor =>
  broadcast(flag, { shape: like.shape, axes: [0] });

/** Indices that are traced: every graph that some example chose runs, and each example takes the results of its own. */
const selected = (
  index: Tensor,
  operands: readonly Batched[],
  p: BranchParameters,
  axis: MappedAxis,
): readonly Batched[] => {
  const last = p.branches.length - 1;
  const inRange = max(min(index, filledAs(index, last)), filledAs(index, 0));
  const mask = operands.map((x) => x.mapped);
  const values = operands.map((x) => x.value);
  let outs: readonly Tensor[] = [];
  for (let k = last; k >= 0; k--) {
    const graph = p.branches[k] as Graph;
    const taken = eq(inRange, filledAs(inRange, k));
    const speaks = axis.name !== undefined && collectiveAxesOf(graph).includes(axis.name);
    const all = graph.outputs.map(() => true);
    // the others' operands are replaced by those of an example that chose the graph: it ends where that one's ends
    const mine = speaks
      ? call(values, { name: "branch", graph: batchGraph(graph, mask, axis, all).graph })
      : branch(min(sum(convert(taken, "int32"), [0]), oneOf()), [taken, ...values], {
          ...p,
          branches: [zerosGraph(graph, mask, axis), healedGraph(graph, mask, axis)],
        });
    outs = k === last ? mine : mine.map((out, i) => select(overExample(taken, out), out, outs[i] as Tensor));
  }
  return outs.map(asMapped);
};

const oneOf = (): Tensor => filledAs({ type: { shape: [], dtype: "int32", weak: false } }, 1);

export const branchPrimitive: AnyPrimitive = /* @__PURE__ */ erase<"many", "many", BranchParameters>({
  name: "branch",
  shape: (_, { branches }) => (branches[0] as Graph).outputs.map((out) => out.type),
  impl: (ins, p) => (p.run ?? evaluateDense)(callOf(ins[0] as DenseTensor, p).graph, ins.slice(1)),
  jvp: (primals, tangents, p, context) => {
    const [index, ...operands] = primals as readonly [Tensor, ...Tensor[]];
    if (isDense(index)) {
      return callPrimitive.jvp(operands, tangents.slice(1), callOf(index, p), context);
    }
    const moving = tangents.slice(1).map((dx) => dx !== null);
    const wanted = anyOf(p.branches.map((graph) => jvpGraph(graph, moving).moving));
    const branches = p.branches.map((graph) => jvpGraph(graph, moving, wanted).graph);
    const given = tangents.filter((dx) => dx !== null);
    const outs = branch(index, [...operands, ...given], { ...p, branches });
    const n = wanted.length;
    return [outs.slice(0, n), merged<Tangent>(wanted, outs.slice(n), new Array<null>(n).fill(null))];
  },
  transpose: (cotangents, ins, p) => {
    const index = known("branch", ins[0] as Operand);
    const operands = ins.slice(1);
    if (isDense(index)) return [null, ...transposedCall(cotangents, operands, callOf(index, p))];
    const given = cotangents.map((ct) => ct !== null);
    const linear = operands.map(isVariable);
    const found = anyOf(p.branches.map((graph) => backwardGraph(graph, linear, given).found));
    const branches = p.branches.map((graph) => backwardGraph(graph, linear, given, found).graph);
    const knowns = operands.filter((x): x is Tensor => !isVariable(x));
    const cts = branch(index, [...knowns, ...(chosen(cotangents, given) as readonly Tensor[])], {
      ...p,
      branches,
    });
    return [null, ...merged<Cotangent>(found, cts, new Array<null>(operands.length).fill(null))];
  },
  batch: (ins, p, axis) => {
    const [index, ...operands] = ins as readonly [Batched, ...Batched[]];
    const speaks =
      axis.name !== undefined && p.branches.some((g) => collectiveAxesOf(g).includes(axis.name as string));
    if (index.mapped) {
      return isDense(index.value) && !speaks
        ? partitioned(index.value, operands, p, axis)
        : selected(index.value, operands, p, axis);
    }
    const mask = operands.map((x) => x.mapped);
    const wanted = anyOf(p.branches.map((graph) => batchGraph(graph, mask, axis).mapped));
    const branches = p.branches.map((graph) => batchGraph(graph, mask, axis, wanted).graph);
    const outs = branch(
      index.value,
      operands.map((x) => x.value),
      { ...p, branches },
    );
    return outs.map((value, i) => ({ value, mapped: wanted[i] === true }));
  },
  lower: (_, { branches }) => ({ kind: "branch", branches }),
  withGraphs: (p, replace) => ({ ...p, branches: p.branches.map(replace) }),
  collectiveAxes: ({ branches }) => [...new Set(branches.flatMap(collectiveAxesOf))],
  split: (unknown, ins, p): Split | undefined => {
    const [index, ...operands] = ins as readonly [Tensor, ...Tensor[]];
    if (unknown[0] === true) return undefined;
    const mask = unknown.slice(1);
    if (!isDense(index)) return splitBranches(index, mask, operands, p, branchPrimitive);
    const p0 = callOf(index, p);
    return (
      splitCall(mask, operands, p0) ?? {
        outs: p0.graph.outputs.map(() => null),
        rest: { primitive: callPrimitive, ins: operands, p: p0 },
      }
    );
  },
});

const transposedCall = (
  cotangents: readonly Cotangent[],
  operands: readonly Operand[],
  p: CallParameters,
): readonly Cotangent[] => {
  const { transpose } = callPrimitive;
  return transpose === "nonlinear" ? [] : transpose(cotangents, operands, p);
};

/** Applies the graph that the index, an int32 scalar, chooses; the nearest one where it is out of range. */
export const branch = (index: Tensor, operands: readonly Tensor[], p: BranchParameters): readonly Tensor[] =>
  bind(branchPrimitive, [index, ...operands], p);
