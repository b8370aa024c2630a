/** What the operations of a graph cost: scalar operations, bytes of results, bytes that reverse mode keeps. */
import type { Expr } from "../expr/expr.js";
import { bind, TraceTag } from "../graph/context.js";
import { type Equation, type Graph, residuals } from "../graph/graph.js";
import type { FlatFunction } from "../graph/primitive.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import { carriesTangent } from "../interpreters/forward.js";
import { linearizeFlat } from "../interpreters/linearize.js";
import { stageGraph } from "../interpreters/stage.js";
import { allocate } from "../tensor/dtype.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import { sizeOf } from "../tensor/shape.js";
import type { TensorType } from "../tensor/tensor.js";

export interface Cost {
  /**
   * Scalar operations, where a function such as exp counts as one; of a branch the dearest side. Null where something
   * does not tell its own: an operation that is a kernel of its own, a loop of unknown length.
   */
  readonly operations: number | null;
  /** The scalar operations that are told: all of them, or those besides such kernels and loops. */
  readonly knownOperations: number;
  /** Of the results. */
  readonly bytes: number;
  /** What reverse mode keeps for its derivative; values that several operations keep count for each. */
  readonly residualBytes: number;
}
export interface EquationCost extends Cost {
  readonly equation: Equation;
  /**
   * Of a loop of unknown length, whose own operations are null and residual bytes 0: the cost of one step, its condition
   * among it. Undefined for all else.
   */
  readonly step: Omit<Cost, "bytes"> | undefined;
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

interface Count {
  readonly known: number;
  /** Whether that is all. */
  readonly all: boolean;
}
const nothing: Count = { known: 0, all: true };
const untold: Count = { known: 0, all: false };
const told = (known: number): Count => ({ known, all: true });
const plus = (a: Count, b: Count): Count => ({ known: a.known + b.known, all: a.all && b.all });

const countOf = ({ primitive, ins, p, outs }: Equation): Count => {
  const types = ins.map((x) => x.type);
  const lowering = primitive.lower(types, p);
  const size = outs.reduce((sum, out) => sum + sizeOf(out.type.shape), 0);
  switch (lowering.kind) {
    case "map":
      return told(countExpr(lowering.expr, new Set()) * size);
    case "fold":
      return told(sizeOf((types[0] as TensorType).shape));
    case "contract": {
      const { shape } = types[0] as TensorType;
      return told(2 * size * lowering.contract[0].reduce((n, axis) => n * (shape[axis] as number), 1));
    }
    case "convolve":
      return told(2 * size * sizeOf((types[1] as TensorType).shape.slice(1, -1)));
    case "inline":
      return graphCount(lowering.graph);
    case "branch": {
      const sides = lowering.branches.map(graphCount);
      return { known: Math.max(...sides.map(({ known }) => known)), all: sides.every(({ all }) => all) };
    }
    case "scan": {
      const { known, all } = graphCount(lowering.body);
      return { known: known * lowering.length, all };
    }
    case "while":
      return untold;
    case "view":
    case "reshape":
    case "place":
      return nothing;
    default:
      return untold;
  }
};

const graphCount = (graph: Graph): Count => graph.equations.map(countOf).reduce(plus, nothing);

/** Bytes of the values over which the derivative of a program closes, found by linearizing it. */
const residualBytesOf = (run: FlatFunction, types: readonly TensorType[], of: { name: string }): number => {
  const active = types.map((type) => carriesTangent({ type }));
  if (!active.includes(true)) return 0;
  const tag = (): TraceTag => new TraceTag("graphCost", of);
  let bytes = 0;
  try {
    stageGraph(
      (xs) => {
        const { outs, graph } = linearizeFlat(run, xs, active, tag());
        // a number is part of the operation
        for (const x of residuals(graph)) if (x.ndim > 0 || xs.includes(x)) bytes += bytesOf(x.type);
        return outs;
      },
      types,
      tag(),
    );
  } catch {
    return 0; // a collective, which needs its axis, or an operation without derivative
  }
  return bytes;
};

const operationsOf = ({ known, all }: Count): Pick<Cost, "operations" | "knownOperations"> => ({
  operations: all ? known : null,
  knownOperations: known,
});

const costOf = (equation: Equation): EquationCost => {
  const { primitive, ins, p, outs } = equation;
  const types = ins.map((x) => x.type);
  const lowering = primitive.lower(types, p);
  const common = {
    equation,
    ...operationsOf(countOf(equation)),
    bytes: outs.reduce((sum, out) => sum + bytesOf(out.type), 0),
  };
  if (lowering.kind !== "while") {
    const residualBytes = residualBytesOf((xs) => bind(primitive, xs, p), types, primitive);
    return { ...common, residualBytes, step: undefined };
  }
  const { condition, body } = lowering;
  const stepTypes = body.inputs.map((v) => v.type);
  const step = {
    ...operationsOf(plus(graphCount(condition), graphCount(body))),
    residualBytes: residualBytesOf((xs) => evaluateGraph(body, xs), stepTypes, primitive),
  };
  return { ...common, residualBytes: 0, step };
};

/**
 * The cost of every equation of a graph, in order.
 * @example graphCost(makeGraph((x) => np.sin(x))(np.zeros([3])))[0] // { operations: 3, bytes: 24, residualBytes: 24, ... }
 */
export const graphCost = (graph: Graph): readonly EquationCost[] => {
  checkGraph("graphCost", graph);
  return graph.equations.map(costOf);
};

export const checkGraph = (operation: string, graph: unknown): void => {
  if (typeof (graph as Graph | null | undefined)?.variableCount !== "number")
    throw ArgumentError.invalid(
      operation,
      `${describe(graph)} is no graph`,
      "Pass one that makeGraph has made.",
    );
};
