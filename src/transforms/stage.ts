/** Functions seen as programs: their shapes without their values, their graphs as text. */
import { TraceTag } from "../graph/context.js";
import type { Graph } from "../graph/graph.js";
import { printGraph } from "../graph/print.js";
import { unflattenTree } from "../graph/tree.js";
import { stageGraph } from "../interpreters/stage.js";
import { openDoor } from "../numpy/door.js";
import type { TensorType } from "../tensor/tensor.js";
import {
  type AnyFunction,
  checkFunction,
  type FlatResult,
  flattenResult,
  flattenTypes,
  newResult,
  unflattenArguments,
} from "./arguments.js";
import { call } from "./differentiate.js";
import type { EvalShapeFunction, MakeGraphFunction } from "./types.js";

const stage = (
  operation: string,
  f: AnyFunction,
  args: readonly unknown[],
): { readonly graph: Graph; readonly result: FlatResult } => {
  checkFunction(operation, f);
  openDoor();
  const flat = flattenTypes(operation, args);
  const result = newResult();
  const graph = stageGraph(
    (ins) => flattenResult(operation, call(f, unflattenArguments(flat.structures, ins)), false, result),
    flat.types,
    new TraceTag(operation, f),
  );
  return { graph, result };
};

/**
 * The graph of a function for arguments of these shapes and dtypes; `toString` prints it.
 * @example String(makeGraph((x) => np.sin(np.mul(x, 2)))(1))
 */
export const makeGraph: MakeGraphFunction = ((f: AnyFunction) => {
  checkFunction("makeGraph", f);
  return (...args: readonly unknown[]) => {
    const { graph } = stage("makeGraph", f, args);
    return { ...graph, toString: () => printGraph(graph) };
  };
}) as MakeGraphFunction;

/**
 * Shapes and dtypes of the results of a function, without computing any.
 * @example evalShape(np.matmul)(a, b) // { shape: [2, 4], dtype: "float64" }
 */
export const evalShape: EvalShapeFunction = ((f: AnyFunction) => {
  checkFunction("evalShape", f);
  return (...args: readonly unknown[]) => {
    const { graph, result } = stage("evalShape", f, args);
    const describe = ({ shape, dtype }: TensorType): Pick<TensorType, "shape" | "dtype"> => ({
      shape,
      dtype,
    });
    return unflattenTree(
      result.structure,
      graph.outputs.map((out) => describe(out.type)),
    );
  };
}) as EvalShapeFunction;
