/**
 * A whole minimisation as one operation: where its start, or what the function closes over, is not known yet (under
 * `jit` and `vmap`), it is run when they are. Its derivative is that of a minimum, at which the gradient stays 0.
 */
import { stageClosed } from "../control/closed.js";
import { currentInterpreter, TraceTag } from "../graph/context.js";
import type { Graph } from "../graph/graph.js";
import type { Batched, FlatFunction, Tangent } from "../graph/primitive.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import { array } from "../numpy/create.js";
import { asTensor } from "../numpy/door.js";
import { neg, zerosAs } from "../primitives/arithmetic.js";
import { type Multiple, multiple } from "../primitives/define.js";
import { reshape } from "../primitives/reshape.js";
import { concatenate, slice } from "../primitives/slice.js";
import { solve } from "../primitives/solve.js";
import { ConcretizationError } from "../tensor/errors.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { grad } from "../transforms/grad.js";
import { jacfwd } from "../transforms/jacobian.js";
import { jvp } from "../transforms/linear.js";
import type { Found, Iteration, IterationOptions, Start } from "./objective.js";

/** A report in numbers: those that every minimiser gives, and what it counts besides. */
type Report = Found<Tensor> & Readonly<Record<string, unknown>>;

interface Parameters {
  readonly name: string;
  /** Closed: from the vector and what the function closes over, to the number that is to be least. */
  readonly objective: Graph;
  /** From the same, to what the minimiser takes: that number, or residuals. */
  readonly graph: Graph;
  readonly run: (f: (x: Tensor) => Tensor, x0: Tensor) => Report;
  /** The names of further whole numbers of the report. */
  readonly counts: readonly string[];
}

const scalar = (dtype: TensorType["dtype"]): TensorType => ({ shape: [], dtype, weak: false });
const at = (graph: Graph, x: Tensor, closed: readonly Tensor[]): Tensor =>
  evaluateGraph(graph, [x, ...closed])[0] as Tensor;

/** x, the value, the largest element of the gradient, iterations, evaluations, whether it converged; further counts. */
const minimisation: Multiple<Parameters> = multiple<"many", "many", Parameters>({
  name: "minimisation",
  shape: ([x], { counts }) => {
    const { dtype } = x as TensorType;
    const whole = scalar("int32");
    return [
      { ...(x as TensorType), weak: false },
      scalar(dtype),
      scalar(dtype),
      whole,
      whole,
      scalar("bool"),
      ...counts.map(() => whole),
    ];
  },
  impl: ([x, ...closed], { graph, run, counts }) => {
    const { dtype } = x as Tensor;
    const found = run((y) => at(graph, y, closed), x as Tensor);
    const number = (value: unknown, type: TensorType["dtype"]): Tensor =>
      array(value as number, { dtype: type });
    const outs = [
      found.x,
      number(found.value, dtype),
      number(found.gradientNorm, dtype),
      number(found.iterations, "int32"),
      number(found.evaluations, "int32"),
      number(found.converged, "bool"),
      ...counts.map((name) => number(found[name], "int32")),
    ];
    return outs.map((out) => out.concrete("minimisation"));
  },
  // the gradient g(x, c) stays 0: dx = -H^-1 (dg/dc) dc, and the value changes as its parameters make it; of the start
  // nothing depends
  jvp: (primals, [, ...dClosed], p) => {
    const outs = minimisation(primals, p);
    const [x] = outs as readonly [Tensor];
    const closed = primals.slice(1);
    const tangents: Tangent[] = outs.map(() => null);
    if (dClosed.every((d) => d === null)) return [outs, tangents];
    const moving = [...closed.keys()].filter((i) => dClosed[i] !== null);
    const given = (list: readonly Tensor[]): readonly Tensor[] =>
      closed.map((c, i) => list[moving.indexOf(i)] ?? c);
    const value = (y: Tensor, list: readonly Tensor[]): Tensor => at(p.objective, y, given(list));
    const slope = (y: Tensor, list: readonly Tensor[]): Tensor =>
      grad((z: Tensor) => value(z, list))(y) as Tensor;
    const along = (f: (list: readonly Tensor[]) => Tensor): Tensor =>
      jvp(
        (...list: Tensor[]) => f(list),
        moving.map((i) => closed[i] as Tensor) as never,
        moving.map((i) => dClosed[i] as Tensor) as never,
      )[1] as unknown as Tensor;
    const now = moving.map((i) => closed[i] as Tensor);
    const hessian = jacfwd((y: Tensor) => slope(y, now))(x) as Tensor;
    const n = x.size;
    const change = reshape(
      along((list) => slope(x, list)),
      [n, 1],
    );
    tangents[0] = neg(reshape(solve(hessian, change, false), [n]));
    tangents[1] = along((list) => value(x, list));
    return [outs, tangents];
  },
  transpose: "nonlinear",
  batch: (ins, p, { size }) => {
    if (size === 0) {
      const types = ins.map(({ value, mapped }) =>
        mapped ? { ...value.type, shape: value.shape.slice(1) } : value.type,
      );
      return minimisation.primitive.shape(types, p).map(
        (type): Batched => ({
          value: zerosAs({ type: { ...type, shape: [0, ...type.shape] } }),
          mapped: true,
        }),
      );
    }
    const row = (x: Tensor, k: number): Tensor => {
      const rest = x.shape.slice(1);
      const start = [k, ...rest.map(() => 0)];
      return reshape(slice(x, { start, stop: [k + 1, ...rest], step: null }), rest);
    };
    const rows = Array.from({ length: size }, (_, k) =>
      minimisation(
        ins.map(({ value, mapped }) => (mapped ? row(value, k) : value)),
        p,
      ).map((out) => reshape(out, [1, ...out.shape])),
    );
    const first = rows[0] as readonly Tensor[];
    return first.map(
      (_, i): Batched => ({
        value: concatenate(
          rows.map((outs) => outs[i] as Tensor),
          0,
        ),
        mapped: true,
      }),
    );
  },
  lower: () => ({ kind: "opaque" }),
});

/**
 * What `now` gives, or, where it meets a value that is not known, the same as one operation: `run` is then called when
 * all is known, with a function of the flat vector. Its report is of tensors.
 */
export const evenTraced = <R>(
  name: string,
  { vector, toTree }: Start,
  f: (x: Tensor) => Tensor,
  objective: (out: Tensor) => Tensor,
  now: () => R,
  run: Parameters["run"],
  counts: readonly string[] = [],
): R => {
  try {
    return now();
  } catch (error) {
    if (!(error instanceof ConcretizationError) || currentInterpreter() === null) throw error;
    const staged = (g: FlatFunction, types: readonly TensorType[]) =>
      stageClosed(g, types, new TraceTag(name, { name: "" }));
    const type = { ...vector.type, weak: false };
    const { graph, closedOver } = staged(([x]) => [asTensor(name, f(x as Tensor))], [type]);
    const least = staged(
      ([x, ...closed]) => [objective(at(graph, x as Tensor, closed))],
      [type, ...closedOver.map((x) => x.type)],
    );
    const outs = minimisation([vector, ...closedOver], { name, graph, objective: least.graph, run, counts });
    const [x, value, gradientNorm, iterations, evaluations, converged, ...rest] = outs;
    return {
      x: toTree(x as Tensor),
      value,
      gradientNorm,
      iterations,
      evaluations,
      converged,
      reason: "traced",
      ...Object.fromEntries(counts.map((key, i) => [key, rest[i]])),
    } as R;
  }
};

/** The options for a run on the flat vector: who is told of iterations sees the tree. */
export const onVectors = (options: object, { toTree }: Start): object => {
  const { onIteration } = options as IterationOptions<unknown>;
  if (onIteration === undefined) return options;
  const seen = (iteration: Iteration<unknown>): unknown =>
    onIteration({ ...iteration, x: toTree(iteration.x as Tensor) });
  return { ...options, onIteration: seen };
};
