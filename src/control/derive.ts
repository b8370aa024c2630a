/**
 * Closed graphs transformed: pushforward, batch, the parts of partial evaluation, and the transpose, each as a closed
 * graph again. Each is made once for a graph and a mask, by the interpreters that do the same for functions.
 */
import { currentInterpreter, TraceTag, under } from "../graph/context.js";
import { type Graph, GraphBuilder, withoutDeadCode } from "../graph/graph.js";
import type { Cotangent, Tangent } from "../graph/primitive.js";
import { BatchInterpreter } from "../interpreters/batch.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import { pushforward } from "../interpreters/forward.js";
import { PartialInterpreter, UnknownTracer } from "../interpreters/partial.js";
import { transposeGraph } from "../interpreters/transpose.js";
import { zerosAs } from "../primitives/arithmetic.js";
import { withBatchAxis } from "../primitives/batching.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import {
  chosen,
  either,
  lifted,
  type Mask,
  maskKey,
  merged,
  noneOf,
  remembered,
  stageDerived,
  typesOf,
} from "./closed.js";

const tagOf = (name: string): TraceTag => new TraceTag(name, { name: "" });

/** The graph with other outputs, given by their numbers among the old ones. */
export const selectOutputs = (graph: Graph, which: readonly number[]): Graph =>
  remembered(graph, `outputs ${which.join()}`, () =>
    withoutDeadCode({
      ...graph,
      outputs: which.map((i) => graph.outputs[i] as (typeof graph.outputs)[number]),
    }),
  );

export const positionsOf = (mask: Mask): readonly number[] => [...mask.keys()].filter((i) => mask[i]);

export interface Pushforward {
  /** From the inputs and the tangents of those that move, to the outputs and the tangents of those that move. */
  readonly graph: Graph;
  readonly moving: Mask;
}

/** The pushforward of a graph. Outputs of which the tangent is `wanted` have one in any case, zero if need be. */
export const jvpGraph = (graph: Graph, moving: Mask, wanted: Mask = noneOf(graph.outputs)): Pushforward =>
  remembered(graph, `jvp ${maskKey(moving)} ${maskKey(wanted)}`, () => {
    const n = graph.inputs.length;
    let movingOuts: Mask = [];
    const types = typesOf(graph.inputs);
    const staged = stageDerived(
      "jvp",
      (list) => {
        const tangents = merged<Tangent>(moving, list.slice(n), new Array<null>(n).fill(null));
        const run = (ins: readonly Tensor[]): readonly Tensor[] => evaluateGraph(graph, ins);
        const [outs, dOuts] = pushforward(run, list.slice(0, n), tangents, tagOf("jvp"));
        movingOuts = dOuts.map((d, i) => d !== null || wanted[i] === true);
        return [
          ...outs,
          ...chosen(
            outs.map((out, i) => dOuts[i] ?? zerosAs(out)),
            movingOuts,
          ),
        ];
      },
      [...types, ...chosen(types, moving)],
    );
    return { graph: staged, moving: movingOuts };
  });

export interface BatchedGraph {
  readonly graph: Graph;
  readonly mapped: Mask;
}

/** The graph of one example as one of `size` of them: mapped inputs and outputs have the batch axis in front. */
export const batchGraph = (
  graph: Graph,
  mapped: Mask,
  { size, name }: { readonly size: number; readonly name: string | undefined },
  wanted: Mask = noneOf(graph.outputs),
): BatchedGraph =>
  remembered(graph, `batch ${maskKey(mapped)} ${maskKey(wanted)} ${size} ${JSON.stringify(name)}`, () => {
    let mappedOuts: Mask = [];
    const types = graph.inputs.map(({ type }, i) => (mapped[i] === true ? grownType(type, size) : type));
    const staged = stageDerived(
      "vmap",
      (list) => {
        const batch = new BatchInterpreter(tagOf("vmap"), currentInterpreter(), size, name);
        const ins = list.map((value, i) => ({ value, mapped: mapped[i] === true }));
        const outs = batch.map((xs) => evaluateGraph(graph, xs), ins);
        batch.tag.running = false;
        mappedOuts = outs.map((out, i) => out.mapped || wanted[i] === true);
        return outs.map((out, i) => (mappedOuts[i] === true ? withBatchAxis(out, size) : out.value));
      },
      types,
    );
    return { graph: staged, mapped: mappedOuts };
  });

/** The type of `size` examples. */
export const grownType = ({ shape, dtype, weak }: TensorType, size: number): TensorType => ({
  shape: [size, ...shape],
  dtype,
  weak,
});

/** Where a residual comes from: it is a known input, or a result that the known part has saved. */
export type ResidualSource = { readonly input: number } | { readonly saved: number };

export interface Parts {
  /** From the known inputs to the known outputs, then the residuals that are saved. */
  readonly known: Graph;
  /** From the unknown inputs, then the residuals, to the unknown outputs. */
  readonly rest: Graph;
  readonly unknownOuts: Mask;
  /** For each residual. An input is counted among the known ones. */
  readonly residuals: readonly ResidualSource[];
}

/** A graph in two: what depends on no `unknown` input, and the rest. Outputs `wanted` belong to the rest in any case. */
export const partialGraph = (graph: Graph, unknown: Mask, wanted: Mask = noneOf(graph.outputs)): Parts =>
  remembered(graph, `partial ${maskKey(unknown)} ${maskKey(wanted)}`, () => {
    const isKnown = unknown.map((bit) => !bit);
    let found: Omit<Parts, "known"> | undefined;
    const known = stageDerived(
      "partial",
      (list) => {
        const { outs, graph: open, unknownOuts } = runPartially(graph, unknown, list, wanted);
        const { graph: rest, closedOver } = lifted(withoutDeadCode(open));
        const saved: Tensor[] = [];
        const residuals = closedOver.map((x): ResidualSource => {
          const input = list.indexOf(x);
          return input >= 0 ? { input } : { saved: saved.push(x) - 1 };
        });
        found = { rest, unknownOuts, residuals };
        return [
          ...chosen(
            outs,
            unknownOuts.map((bit) => !bit),
          ),
          ...saved,
        ];
      },
      chosen(typesOf(graph.inputs), isKnown),
    );
    return { known, ...(found as Omit<Parts, "known">) };
  });

/** Evaluates a graph of which some inputs are unknown: known outputs, and what is left as a graph that is not closed. */
const runPartially = (
  graph: Graph,
  unknown: Mask,
  knowns: readonly Tensor[],
  wanted: Mask,
): { readonly outs: readonly Tensor[]; readonly graph: Graph; readonly unknownOuts: Mask } => {
  const builder = new GraphBuilder();
  const partial = new PartialInterpreter(tagOf("partial"), currentInterpreter(), builder, true);
  let next = 0;
  const ins = graph.inputs.map(({ type }, i) =>
    unknown[i] === true ? partial.unknown(type) : (knowns[next++] as Tensor),
  );
  const outs = under(partial, () => evaluateGraph(graph, ins));
  const isUnknown = outs.map((out) => out instanceof UnknownTracer && out.tag === partial.tag);
  const unknownOuts = either(isUnknown, wanted);
  const left = builder.finish(chosen(outs, unknownOuts).map((out) => partial.operand("partial", out)));
  partial.tag.running = false;
  return { outs, graph: left, unknownOuts };
};

export interface Backward {
  /** From the inputs that are not linear and the cotangents given, to the cotangents found. */
  readonly graph: Graph;
  /** Of which linear inputs there is a cotangent; false for inputs that are not linear. */
  readonly found: Mask;
}

/**
 * The transpose of a graph in its `linear` inputs, for cotangents of the outputs `given`; the others are zero. Inputs
 * `wanted` have a cotangent in any case, zero if need be.
 */
export const backwardGraph = (
  graph: Graph,
  linear: Mask,
  given: Mask,
  wanted: Mask = noneOf(graph.inputs),
): Backward =>
  remembered(graph, `backward ${maskKey(linear)} ${maskKey(given)} ${maskKey(wanted)}`, () => {
    const knownTypes = chosen(
      typesOf(graph.inputs),
      linear.map((bit) => !bit),
    );
    let found: Mask = [];
    const staged = stageDerived(
      "transpose",
      (list) => {
        const all = graph.outputs.map(() => true);
        const { graph: open } = runPartially(graph, linear, list.slice(0, knownTypes.length), all);
        const nulls = new Array<null>(given.length).fill(null);
        const cts = merged<Cotangent>(given, list.slice(knownTypes.length), nulls);
        const back = transposeGraph(open, cts);
        let next = 0;
        const perInput = linear.map((bit) => (bit ? (back[next++] as Cotangent) : null));
        found = perInput.map((ct, i) => ct !== null || wanted[i] === true);
        const dense = perInput.map(
          (ct, i) => ct ?? zerosAs(graph.inputs[i] as (typeof graph.inputs)[number]),
        );
        return chosen(dense, found);
      },
      [...knownTypes, ...chosen(typesOf(graph.outputs), given)],
    );
    return { graph: staged, found };
  });
