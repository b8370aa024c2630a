/**
 * The call of a closed graph: what `jit` binds. Its rules are graphs made of the graph, each made once, so that the
 * derivatives of a compiled function are compiled functions too.
 */
import { bind } from "../graph/context.js";
import type { Graph } from "../graph/graph.js";
import {
  type AnyPrimitive,
  type Cotangent,
  erase,
  isVariable,
  type Split,
  type Tangent,
} from "../graph/primitive.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import { DenseTensor, type Tensor, type TensorType } from "../tensor/tensor.js";
import { chosen, collectiveAxesOf, type Mask, maskKey, merged, remembered } from "./closed.js";
import {
  backwardGraph,
  batchGraph,
  jvpGraph,
  type Parts,
  partialGraph,
  positionsOf,
  selectOutputs,
} from "./derive.js";

/** Evaluates a closed graph on arrays; called with nobody in charge. */
export type RunGraph = (graph: Graph, ins: readonly DenseTensor[]) => readonly DenseTensor[];

/** Evaluation on arrays, equation by equation. */
export const evaluateDense: RunGraph = (graph, ins) => evaluateGraph(graph, ins) as readonly DenseTensor[];

/** The array as one of that type, from which it may differ in weakness. */
export const retyped = (x: DenseTensor, type: TensorType): DenseTensor =>
  x.type.weak === type.weak ? x : new DenseTensor(type, x.data, x.value, x.strides, x.offset);

export interface CallParameters {
  /** The name of the function. */
  readonly name: string;
  /** Closed: see `closed.ts`. */
  readonly graph: Graph;
  /**
   * How the graph runs, and every graph made of it: it may keep what it makes of a graph by the graph's identity.
   * Without it the graph is evaluated equation by equation.
   */
  readonly run?: RunGraph;
  /** Keeps no residuals but its known operands, and computes again what the rest needs: memory for time. */
  readonly recompute?: boolean;
}

/** The known operands as the only residuals: the known outputs alone, and the rest with its known part within. */
const recomputed = (graph: Graph, unknown: Mask): Parts =>
  remembered(graph, `recompute ${maskKey(unknown)}`, () => {
    const { known, unknownOuts } = partialGraph(graph, unknown);
    const knownCount = unknownOuts.filter((bit) => !bit).length;
    const isKnown = unknown.map((bit) => !bit);
    const rest = selectOutputs(graph, positionsOf(unknownOuts));
    return {
      known: selectOutputs(known, [...Array(knownCount).keys()]),
      rest: { ...rest, inputs: [...chosen(graph.inputs, unknown), ...chosen(graph.inputs, isKnown)] },
      unknownOuts,
      residuals: chosen(graph.inputs, isKnown).map((_, input) => ({ input })),
    };
  });

/** A call in two: the known part is called at once. */
export const splitCall = (unknown: Mask, ins: readonly Tensor[], p: CallParameters): Split | undefined => {
  if (unknown.every(Boolean)) return undefined;
  const parts = (p.recompute === true ? recomputed : partialGraph)(p.graph, unknown);
  const { known, rest, unknownOuts, residuals } = parts;
  if (known.equations.length === 0 && !unknownOuts.includes(false)) return undefined;
  const knownIns = ins.filter((_, i) => unknown[i] !== true);
  const knownOuts = call(knownIns, { ...p, graph: known });
  const knownCount = unknownOuts.filter((bit) => !bit).length;
  const saved = residuals.map((from) =>
    "input" in from ? (knownIns[from.input] as Tensor) : (knownOuts[knownCount + from.saved] as Tensor),
  );
  return {
    outs: merged<Tensor | null>(unknownOuts, new Array<null>(unknownOuts.length).fill(null), knownOuts),
    rest: unknownOuts.includes(true)
      ? { primitive: callPrimitive, ins: [...chosen(ins, unknown), ...saved], p: { ...p, graph: rest } }
      : null,
  };
};

export const callPrimitive: AnyPrimitive = /* @__PURE__ */ erase<"many", "many", CallParameters>({
  name: "call",
  shape: (_, { graph }) => graph.outputs.map((out) => out.type),
  impl: (ins, { graph, run }) => (run ?? evaluateDense)(graph, ins),
  jvp: (primals, tangents, p) => {
    const moving = tangents.map((dx) => dx !== null);
    const { graph, moving: movingOuts } = jvpGraph(p.graph, moving);
    const outs = call([...primals, ...(chosen(tangents, moving) as readonly Tensor[])], { ...p, graph });
    const n = movingOuts.length;
    const nulls = new Array<null>(n).fill(null);
    return [outs.slice(0, n), merged<Tangent>(movingOuts, outs.slice(n), nulls)];
  },
  transpose: (cotangents, ins, p) => {
    const given = cotangents.map((ct) => ct !== null);
    const { graph, found } = backwardGraph(p.graph, ins.map(isVariable), given);
    const knowns = ins.filter((x): x is Tensor => !isVariable(x));
    const cts = call([...knowns, ...(chosen(cotangents, given) as readonly Tensor[])], { ...p, graph });
    return merged<Cotangent>(found, cts, new Array<null>(ins.length).fill(null));
  },
  batch: (ins, p, axis) => {
    const { graph, mapped } = batchGraph(
      p.graph,
      ins.map((x) => x.mapped),
      axis,
    );
    const outs = call(
      ins.map((x) => x.value),
      { ...p, graph },
    );
    return outs.map((value, i) => ({ value, mapped: mapped[i] === true }));
  },
  lower: (_, { graph }) => ({ kind: "inline", graph }),
  withGraphs: (p, replace) => ({ ...p, graph: replace(p.graph) }),
  collectiveAxes: ({ graph }) => collectiveAxesOf(graph),
  split: splitCall,
});

/** Applies a closed graph. */
export const call = (ins: readonly Tensor[], p: CallParameters): readonly Tensor[] =>
  bind(callPrimitive, ins, p);
