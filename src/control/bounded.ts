/** Loops made of loops: with a bound on their steps, counting them, and in segments that are computed again. */
import type { Graph } from "../graph/graph.js";
import type { FlatFunction } from "../graph/primitive.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import { add, filledAs } from "../primitives/arithmetic.js";
import { and } from "../primitives/bits.js";
import { lt } from "../primitives/compare.js";
import { reshape } from "../primitives/reshape.js";
import { concatenate, slice } from "../primitives/slice.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { call } from "./call.js";
import { remembered, stageDerived, typesOf } from "./closed.js";
import { grownType } from "./derive.js";
import { placesOf, type ScanParameters, scan } from "./scan.js";

const int32: TensorType = { shape: [], dtype: "int32", weak: false };

/** The two graphs of a loop with the number of steps carried last: it ends after `maxSteps` of them. */
export const boundedLoop = (
  condition: Graph,
  body: Graph,
  maxSteps: number,
): { readonly condition: Graph; readonly body: Graph } => {
  const derived = (graph: Graph, f: (outs: readonly Tensor[], steps: Tensor) => readonly Tensor[]): Graph => {
    const run: FlatFunction = (list) => f(evaluateGraph(graph, list.slice(0, -1)), list.at(-1) as Tensor);
    return stageDerived("whileLoop", run, [...typesOf(graph.inputs), int32]);
  };
  return {
    condition: derived(condition, ([goes], n) => [and(goes as Tensor, lt(n, filledAs(n, maxSteps)))]),
    body: derived(body, (outs, n) => [...outs, add(n, filledAs(n, 1))]),
  };
};

/** A body that takes the number of its step as its one row, as one that carries the number, first of all. */
export const countingBody = (body: Graph, constants: number): Graph =>
  stageDerived(
    "foriLoop",
    (list) => {
      const at = list[constants] as Tensor;
      const outs = evaluateGraph(body, [...list.slice(0, constants), ...list.slice(constants + 1), at]);
      return [add(at, filledAs(at, 1)), ...outs];
    },
    [...typesOf(body.inputs.slice(0, constants)), int32, ...typesOf(body.inputs.slice(constants, -1))],
  );

/** The rows from `from` up to `to`. */
export const rowsBetween = (x: Tensor, from: number, to: number): Tensor => {
  const start = x.shape.map((_, axis) => (axis === 0 ? from : 0));
  return slice(x, { start, stop: [to, ...x.shape.slice(1)], step: null });
};
/** Rows in groups of `size`. */
export const grouped = (x: Tensor, from: number, count: number, size: number): Tensor =>
  reshape(rowsBetween(x, from, from + count * size), [count, size, ...x.shape.slice(1)]);
/** Groups as rows again. */
export const flattened = (x: Tensor): Tensor =>
  reshape(x, [(x.shape[0] as number) * (x.shape[1] as number), ...x.shape.slice(2)]);

/** A scan of `length` steps as a graph that keeps its operands and nothing else. */
const segment = (p: ScanParameters, length: number): Graph =>
  remembered(p.body, `segment ${length} ${p.constants} ${p.carries} ${p.reverse}`, () => {
    const first = p.constants + p.carries;
    const types = typesOf(p.body.inputs).map((type, i) => (i < first ? type : grownType(type, length)));
    const whole = stageDerived("scan", (list) => scan(list, { ...p, length }), types);
    return stageDerived(
      "scan",
      (list) => call(list, { name: "segment", graph: whole, recompute: true }),
      types,
    );
  });

/**
 * A scan in about sqrt(n) segments of about sqrt(n) steps. Reverse mode keeps the carries between segments, and those
 * within one segment at a time, which it computes again.
 */
export const segmentedScan = (ins: readonly Tensor[], p: ScanParameters): readonly Tensor[] => {
  const { length, reverse } = p;
  const size = Math.max(1, Math.ceil(Math.sqrt(length)));
  const count = Math.floor(length / size);
  const left = length - count * size;
  const { constants, carry, rows } = placesOf(ins, p);
  // the steps left over come last, at the end of the rows or, in reverse, at their beginning
  const [groupsFrom, tailFrom] = reverse ? [left, 0] : [0, count * size];
  const groups = rows.map((x) => grouped(x, groupsFrom, count, size));
  const outs = scan([...constants, ...carry, ...groups], { ...p, body: segment(p, size), length: count });
  const found = placesOf(outs, { constants: 0, carries: p.carries });
  const stacks = found.rows.map(flattened);
  if (left === 0) return [...found.carry, ...stacks];
  const tail = rows.map((x) => rowsBetween(x, tailFrom, tailFrom + left));
  const rest = placesOf(
    call([...constants, ...found.carry, ...tail], { name: "scan", graph: segment(p, left) }),
    { constants: 0, carries: p.carries },
  );
  const joined = stacks.map((x, i) => {
    const last = rest.rows[i] as Tensor;
    return concatenate(reverse ? [last, x] : [x, last], 0);
  });
  return [...rest.carry, ...joined];
};
