/**
 * Graphs over the examples that chose them. Where examples choose differently, a graph must not see what it was not
 * meant for: a loop might not end there, a logarithm be infinite and spoil a derivative.
 */
import type { Graph } from "../graph/graph.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import { convert, zerosAs } from "../primitives/arithmetic.js";
import { broadcast } from "../primitives/broadcast.js";
import { select } from "../primitives/compare.js";
import { gather } from "../primitives/gather.js";
import { argMax } from "../primitives/reduce.js";
import { reshape } from "../primitives/reshape.js";
import { compact, type Tensor, type TensorType } from "../tensor/tensor.js";
import { type Mask, maskKey, remembered, stageDerived } from "./closed.js";
import { batchGraph, grownType } from "./derive.js";

interface Axis {
  readonly size: number;
  readonly name: string | undefined;
}

/** Types of the inputs: which examples chose the graph, then the operands. */
const inputTypes = (graph: Graph, mapped: Mask, size: number): readonly TensorType[] => [
  { shape: [size], dtype: "bool", weak: false },
  ...graph.inputs.map(({ type }, i) => (mapped[i] === true ? grownType(type, size) : type)),
];

/** The batch of a graph, in which the operands of examples that did not choose it are those of one that did. */
export const healedGraph = (graph: Graph, mapped: Mask, axis: Axis): Graph =>
  remembered(graph, `healed ${maskKey(mapped)} ${axis.size} ${JSON.stringify(axis.name)}`, () => {
    const { size } = axis;
    const all = graph.outputs.map(() => true);
    const batched = batchGraph(graph, mapped, axis, all).graph;
    return stageDerived(
      "vmap",
      ([taken, ...operands]) => {
        if (size === 0) return evaluateGraph(batched, operands);
        const flags = taken as Tensor;
        const first = broadcast(argMax(convert(flags, "int32"), 0), { shape: [size], axes: [] });
        const rows = reshape(select(flags, counting(size), first), [size, 1]);
        const healed = operands.map((x, i) =>
          mapped[i] === true ? gather(x, rows, { batchAxes: 0, indexedAxes: 1 }) : x,
        );
        return evaluateGraph(batched, healed);
      },
      inputTypes(graph, mapped, size),
    );
  });

/** The same for no example: zeros. */
export const zerosGraph = (graph: Graph, mapped: Mask, { size }: Axis): Graph =>
  remembered(graph, `zeros ${maskKey(mapped)} ${size}`, () =>
    stageDerived(
      "vmap",
      () => graph.outputs.map((out) => zerosAs({ type: grownType(out.type, size) })),
      inputTypes(graph, mapped, size),
    ),
  );

/** 0, 1, 2, ... */
const counting = (size: number): Tensor =>
  compact(
    { shape: [size], dtype: "int32", weak: false },
    Int32Array.from({ length: size }, (_, i) => i),
  );
