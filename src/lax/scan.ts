/** Loops over rows: `scan` with a carry, `map` without. */
import { countingBody, flattened, grouped, rowsBetween, segmentedScan } from "../control/bounded.js";
import { call } from "../control/call.js";
import { batchGraph } from "../control/derive.js";
import { type ScanParameters, scan as scanOf } from "../control/scan.js";
import { leafPaths, leafStructure, type TreeStructure, unflattenTree } from "../graph/tree.js";
import { optionsOf } from "../numpy/options.js";
import { concatenate } from "../primitives/slice.js";
import { ArgumentError, AxisError, describe, ShapeError } from "../tensor/errors.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { type AnyFunction, type FlatTree, flattenTensors, rejectPromise } from "../transforms/arguments.js";
import { checkStep, type Finish, stageCarry, stageTrees } from "./staged.js";
import type { MapFunction, MapOptions, ScanFunction, ScanOptions } from "./types.js";

const rowType = ({ shape, dtype, weak }: TensorType): TensorType => ({ shape: shape.slice(1), dtype, weak });

/** How many rows all of the tensors have. */
export const rowCount = (
  operation: string,
  { tensors, structure }: FlatTree,
  given?: { readonly length: unknown },
): number => {
  let length = given?.length as number | undefined;
  let from = "length";
  if (length !== undefined && !(typeof length === "number" && Number.isInteger(length) && length >= 0))
    throw ArgumentError.invalid(
      operation,
      `length is ${describe(length)}`,
      "Pass a whole number, not negative.",
    );
  const paths = leafPaths(structure, "xs");
  tensors.forEach((x, i) => {
    if (x.ndim === 0)
      throw new AxisError(
        `${operation}: ${paths[i]} is a scalar and has no rows. Close over what all steps share; np.array makes one tensor of a list.`,
      );
    const n = x.shape[0] as number;
    if (length !== undefined && n !== length) {
      throw ShapeError.mismatch(
        operation,
        `${from === "length" ? "length is" : `${from} has`} ${length} rows, ${paths[i]} has ${n}`,
        [x.shape],
        "All must have the same number of rows (the first axis).",
      );
    }
    if (length === undefined) {
      length = n;
      from = paths[i] as string;
    }
  });
  if (length === undefined) {
    throw ArgumentError.invalid(
      operation,
      "no xs tell the number of steps",
      "Pass xs with rows, or { length: n }.",
    );
  }
  return length;
};

interface Run {
  readonly operation: string;
  readonly f: AnyFunction;
  readonly init: FlatTree;
  readonly xs: FlatTree;
  readonly length: number;
  readonly options: ScanOptions;
}

interface Ran {
  readonly carry: readonly Tensor[];
  readonly ys: readonly Tensor[];
  /** Of a row of the results. */
  readonly structure: TreeStructure;
}

/** A step as a function that returns a pair, whatever the user's returns. */
const paired =
  (operation: string, f: AnyFunction): AnyFunction =>
  (...args: readonly unknown[]) => {
    const returned = (f as (...args: readonly unknown[]) => unknown)(...args);
    rejectPromise(operation, returned);
    if (!Array.isArray(returned) || returned.length !== 2) {
      throw ArgumentError.invalid(
        operation,
        `the function must return a pair [carry, y], got ${describe(returned)}`,
        "Return an array of two; null stands for no result.",
      );
    }
    return returned as unknown;
  };

const runScan = ({ operation, f, init, xs, length, options }: Run): Ran => {
  const rows = xs.tensors.map((x) => rowType(x.type));
  const count = init.tensors.length;
  const pair = paired(operation, f);
  const onCarry =
    (finish: Finish): Finish =>
    (outs, { children }) => [
      ...finish(outs.slice(0, (children[0] as TreeStructure).leafCount), children[0] as TreeStructure),
      ...outs.slice((children[0] as TreeStructure).leafCount),
    ];
  const step = stageCarry(
    operation,
    (finish, types) =>
      stageTrees(
        operation,
        pair,
        [init.structure, xs.structure],
        [...types, ...rows],
        "the result",
        onCarry(finish),
      ),
    init,
  );
  const own = step.graph.inputs.slice(0, count + rows.length);
  const body = { ...step.graph, inputs: [...step.graph.inputs.slice(own.length), ...own] };
  const p: ScanParameters = {
    body,
    length,
    constants: step.closedOver.length,
    carries: count,
    reverse: options.reverse === true,
    ...(options.unroll === undefined ? {} : { unroll: options.unroll }),
  };
  const run = options.checkpoint === "sqrt" ? segmentedScan : scanOf;
  const outs = run([...step.closedOver, ...step.init, ...xs.tensors], p);
  return {
    carry: outs.slice(0, count),
    ys: outs.slice(count),
    structure: step.structure.children[1] as TreeStructure,
  };
};

/** `carry = step(i, carry)` for `length` numbers from `from` on. */
export const repeated = (
  operation: string,
  step: (index: Tensor, carry: unknown) => unknown,
  init: FlatTree,
  from: Tensor,
  length: number,
): readonly Tensor[] => {
  const staged = stageCarry(
    operation,
    (finish, types) =>
      stageTrees(
        operation,
        ((carry: unknown, at: Tensor) => step(at, carry)) as AnyFunction,
        [init.structure, leafStructure],
        [...types, from.type],
        "the carry",
        finish,
      ),
    init,
  );
  const own = staged.graph.inputs.slice(0, init.tensors.length + 1);
  const constants = staged.closedOver.length;
  const body = countingBody(
    { ...staged.graph, inputs: [...staged.graph.inputs.slice(own.length), ...own] },
    constants,
  );
  const carries = init.tensors.length + 1;
  const ins = [...staged.closedOver, from, ...staged.init];
  return scanOf(ins, { body, length, constants, carries, reverse: false }).slice(1);
};

const checkScanOptions = (options: ScanOptions | undefined): ScanOptions => {
  const given = optionsOf("scan", options, ["length", "reverse", "unroll", "checkpoint"]);
  if (given.reverse !== undefined && typeof given.reverse !== "boolean")
    throw ArgumentError.invalid("scan", `reverse is ${describe(given.reverse)}`, "It is true or false.");
  const { unroll, checkpoint } = given;
  if (unroll !== undefined && !(typeof unroll === "number" && Number.isInteger(unroll) && unroll > 0))
    throw ArgumentError.invalid("scan", `unroll is ${describe(unroll)}`, "Pass a whole number from 1 up.");
  if (checkpoint !== undefined && checkpoint !== "sqrt")
    throw ArgumentError.invalid("scan", `checkpoint is ${describe(checkpoint)}`, 'The one kind is "sqrt".');
  return given;
};

/**
 * `[carry, y] = f(carry, x)` for each row of `xs` (a tree of tensors with equal first axes, or null with `{ length }`);
 * returns the last carry and the ys, stacked. The carry is a tree that keeps its structure, shapes and dtypes; bare
 * numbers in it take the dtype that they meet. A scan stays one operation however long it is, in every transformation.
 *
 * Throws `TreeError`, `ShapeError` and `DTypeError` for a carry that changes, with the leaf; `ArgumentError` for a
 * result that is no pair.
 * @example lax.scan((sum, x) => [np.add(sum, x), np.mul(sum, x)], 0, np.array([1, 2, 3])) // [6, [0, 2, 9]]
 */
export const scan: ScanFunction = ((f: AnyFunction, init: unknown, xs: unknown, options?: ScanOptions) => {
  checkStep("scan", "the step", f);
  const given = checkScanOptions(options);
  const carry = flattenTensors("scan", init, "the carry");
  const rows = flattenTensors("scan", xs, "xs");
  const length = rowCount("scan", rows, { length: given.length });
  const ran = runScan({ operation: "scan", f, init: carry, xs: rows, length, options: given });
  return [unflattenTree(carry.structure, ran.carry), unflattenTree(ran.structure, ran.ys)];
}) as ScanFunction;

/** The function over batches of rows, and over the rows that are left. */
const inBatches = (f: AnyFunction, xs: FlatTree, length: number, size: number): unknown => {
  const types = xs.tensors.map((x) => rowType(x.type));
  const { graph, closedOver, structure } = stageTrees("map", f, [xs.structure], types, "the result");
  const mapped = graph.inputs.map((_, i) => i < types.length);
  const all = graph.outputs.map(() => true);
  const batchOf = (n: number) => batchGraph(graph, mapped, { size: n, name: undefined }, all).graph;
  const [count, left] = [Math.floor(length / size), length % size];
  const parts: (readonly Tensor[])[] = [];
  if (count > 0) {
    const body = batchOf(size);
    const inputs = [...body.inputs.slice(types.length), ...body.inputs.slice(0, types.length)];
    const groups = xs.tensors.map((x) => grouped(x, 0, count, size));
    const p = { length: count, constants: closedOver.length, carries: 0, reverse: false };
    parts.push(scanOf([...closedOver, ...groups], { ...p, body: { ...body, inputs } }).map(flattened));
  }
  if (left > 0 || count === 0) {
    const tail = xs.tensors.map((x) => rowsBetween(x, count * size, length));
    parts.push(call([...tail, ...closedOver], { name: "map", graph: batchOf(left) }));
  }
  const first = parts[0] as readonly Tensor[];
  const outs = parts.length === 1 ? first : first.map((x, i) => concatenate([x, parts[1]?.[i] as Tensor], 0));
  return unflattenTree(structure, outs);
};

/**
 * `f` of every row of `xs`, one after the other, the results stacked; with `{ batchSize }` that many at once, as by
 * vmap. Less memory than vmap for more time.
 *
 * Throws `AxisError` and `ShapeError` for `xs` without rows or with different numbers of them.
 * @example lax.map((x) => np.dot(x, x), np.array([[1, 2], [3, 4]])) // [5, 25]
 */
export const map: MapFunction = ((f: AnyFunction, xs: unknown, options?: MapOptions) => {
  checkStep("map", "the function", f);
  const { batchSize } = optionsOf("map", options, ["batchSize"]);
  const rows = flattenTensors("map", xs, "xs");
  const length = rowCount("map", rows);
  if (batchSize !== undefined) {
    if (!(typeof batchSize === "number" && Number.isInteger(batchSize) && batchSize > 0))
      throw ArgumentError.invalid(
        "map",
        `batchSize is ${describe(batchSize)}`,
        "Pass a whole number from 1 up.",
      );
    return inBatches(f, rows, length, batchSize);
  }
  const none = flattenTensors("map", null, "the carry");
  const each = (_: unknown, x: unknown): unknown => [null, (f as (x: unknown) => unknown)(x)];
  const { ys, structure } = runScan({
    operation: "map",
    f: each as AnyFunction,
    init: none,
    xs: rows,
    length,
    options: {},
  });
  return unflattenTree(structure, ys);
}) as MapFunction;
