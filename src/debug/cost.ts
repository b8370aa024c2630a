/** What the operations of a graph cost: scalar operations, bytes of results, bytes that reverse mode keeps. */

import type { Expr } from "../expr/expr.js";
import { bind, TraceTag } from "../graph/context.js";
import { type Equation, type Graph, residuals } from "../graph/graph.js";
import { carriesTangent } from "../interpreters/forward.js";
import { linearizeFlat } from "../interpreters/linearize.js";
import { stageGraph } from "../interpreters/stage.js";
import { allocate } from "../tensor/dtype.js";
import { sizeOf } from "../tensor/shape.js";
import type { TensorType } from "../tensor/tensor.js";

export interface Cost {
  /**
   * Scalar operations, where a function such as exp counts as one; of a branch the dearest side. Null where nothing
   * tells them: an operation that is a kernel of its own, a loop of unknown length.
   */
  readonly operations: number | null;
  /** Of the results. */
  readonly bytes: number;
  /** What reverse mode keeps for its derivative; values that several operations keep count for each. */
  readonly residualBytes: number;
}
export interface EquationCost extends Cost {
  readonly equation: Equation;
}

export const bytesOf = ({ shape, dtype }: TensorType): number =>
  sizeOf(shape) * allocate(dtype, 1).BYTES_PER_ELEMENT;

const countExpr = (expr: Expr, seen: Set<Expr>): number => {
  if (seen.has(expr)) return 0;
  seen.add(expr);
  if (expr.kind === "input" || expr.kind === "constant") return 0;
  const own = expr.kind === "convert" ? 0 : 1;
  return expr.args.reduce((total, arg) => total + countExpr(arg, seen), own);
};

const total = (counts: readonly (number | null)[]): number | null =>
  counts.reduce((sum, n) => (sum === null || n === null ? null : sum + n), 0 as number | null);

const operationsOf = ({ primitive, ins, p, outs }: Equation): number | null => {
  const types = ins.map((x) => x.type);
  const lowering = primitive.lower(types, p);
  const size = outs.reduce((sum, out) => sum + sizeOf(out.type.shape), 0);
  switch (lowering.kind) {
    case "map":
      return countExpr(lowering.expr, new Set()) * size;
    case "fold":
      return sizeOf((types[0] as TensorType).shape);
    case "contract": {
      const { shape } = types[0] as TensorType;
      return 2 * size * lowering.contract[0].reduce((n, axis) => n * (shape[axis] as number), 1);
    }
    case "inline":
      return graphOperations(lowering.graph);
    case "branch": {
      const all = lowering.branches.map(graphOperations);
      return all.some((n) => n === null) ? null : Math.max(...(all as readonly number[]));
    }
    case "scan": {
      const once = graphOperations(lowering.body);
      return once === null ? null : once * lowering.length;
    }
    case "view":
    case "reshape":
    case "place":
      return 0;
    default:
      return null;
  }
};

const graphOperations = (graph: Graph): number | null => total(graph.equations.map(operationsOf));

/** Bytes of the values over which the operation's derivative closes, found by linearizing it. */
const residualBytesOf = ({ primitive, ins, p }: Equation): number => {
  const types = ins.map((x) => x.type);
  const active = types.map((type) => carriesTangent({ type }));
  if (!active.includes(true)) return 0;
  let bytes = 0;
  try {
    stageGraph(
      (xs) => {
        const { outs, graph } = linearizeFlat(
          (ys) => bind(primitive, ys, p),
          xs,
          active,
          new TraceTag("graphCost", primitive),
        );
        // a number is part of the operation
        for (const x of residuals(graph)) if (x.ndim > 0 || xs.includes(x)) bytes += bytesOf(x.type);
        return outs;
      },
      types,
      new TraceTag("graphCost", primitive),
    );
  } catch {
    return 0; // a collective, which needs its axis, or an operation without derivative
  }
  return bytes;
};

/**
 * The cost of every equation of a graph, in order.
 * @example graphCost(makeGraph((x) => np.sin(x))(np.zeros([3])))[0] // { operations: 3, bytes: 24, residualBytes: 24, ... }
 */
export const graphCost = (graph: Graph): readonly EquationCost[] =>
  graph.equations.map((equation) => ({
    equation,
    operations: operationsOf(equation),
    bytes: equation.outs.reduce((sum, out) => sum + bytesOf(out.type), 0),
    residualBytes: residualBytesOf(equation),
  }));
