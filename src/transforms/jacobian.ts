/** Jacobians and Hessians: pushforwards or pullbacks of a whole basis at once, by vectorization. */
import { currentInterpreter, TraceTag } from "../graph/context.js";
import type { Tangent } from "../graph/primitive.js";
import { type TreeStructure, unflattenTree } from "../graph/tree.js";
import { BatchInterpreter } from "../interpreters/batch.js";
import { pushforward } from "../interpreters/forward.js";
import { linearizeFlat } from "../interpreters/linearize.js";
import { transposeGraph } from "../interpreters/transpose.js";
import { zerosAs } from "../primitives/arithmetic.js";
import { withBatchAxis } from "../primitives/batching.js";
import { permute, reshape } from "../primitives/reshape.js";
import { allocate, isFloat } from "../tensor/dtype.js";
import { DTypeError } from "../tensor/errors.js";
import { type Shape, sizeOf } from "../tensor/shape.js";
import { compact, type Tensor, type TensorType } from "../tensor/tensor.js";
import { type AnyFunction, checkCall, newResult, normalizeArgnums, unflattenResult } from "./arguments.js";
import { byArgnums, differentiableArguments, flatFunction, linearizeCall } from "./differentiate.js";
import { gradientOf } from "./grad.js";
import { pushedForward } from "./linear.js";
import type { GradOptions, HessianFunction, HvpFunction, JacobianFunction } from "./types.js";

/** All basis tensors of a type, stacked: [n, ...shape] with n the number of elements. */
export const basis = ({ shape, dtype }: TensorType): Tensor => {
  const n = sizeOf(shape);
  const data = allocate(dtype, n * n);
  for (let i = 0; i < n; i++) data[i * (n + 1)] = 1;
  return compact({ shape: [n, ...shape], dtype, weak: false }, data);
};

/** `f` of all `size` basis tensors at once: results with the basis axis in front. */
export const overBasis = (
  operation: string,
  size: number,
  f: (basisTensor: Tensor) => readonly Tensor[],
  all: Tensor,
): readonly Tensor[] => {
  const tag = new TraceTag(operation, { name: "basis" });
  const interpreter = new BatchInterpreter(tag, currentInterpreter(), size, undefined);
  try {
    return interpreter
      .map(([x]) => f(x as Tensor), [{ value: all, mapped: true }])
      .map((out) => withBatchAxis(out, size));
  } finally {
    tag.running = false;
  }
};

const checkFloatResult = (operation: string, outs: readonly Tensor[]): void => {
  for (const out of outs)
    if (!isFloat(out.type.dtype)) throw DTypeError.notDifferentiable(operation, out.type.dtype, "the result");
};

/** [n, ...out] with n elements of the operand to [...out, ...operand]. */
const columnsLast = (x: Tensor, operand: Shape): Tensor => {
  const out = x.shape.slice(1);
  const order = [...out.map((_, i) => i + 1), 0];
  return reshape(permute(x, order), [...out, ...operand]);
};

/** What a pullback makes of every element of a cotangent of this type: the axes of the type, then those of the operand. */
export const pulledRows = (
  operation: string,
  type: TensorType,
  pull: (ct: Tensor) => readonly Tensor[],
): readonly Tensor[] =>
  overBasis(operation, sizeOf(type.shape), pull, basis(type)).map((row) =>
    reshape(row, [...type.shape, ...row.shape.slice(1)]),
  );

/** A tree of the result's structure whose leaves are trees over the differentiated arguments. */
const assemble = (
  structure: TreeStructure,
  rows: readonly (readonly Tensor[])[],
  argnums: GradOptions["argnums"],
  structures: readonly TreeStructure[],
): unknown =>
  unflattenTree(
    structure,
    rows.map((row) => byArgnums(argnums, structures, row)),
  );

/**
 * Jacobian by forward mode, one pushforward for each element of the argument: best for more results than
 * arguments. Leaves have the shape of the result's leaf followed by that of the argument's.
 * @example jacfwd((x) => np.mul(x, x))(np.array([1, 2])) // [[2, 0], [0, 4]]
 */
export const jacfwd: JacobianFunction = ((f: AnyFunction, options?: GradOptions) =>
  forwardJacobian("jacfwd", f, options)) as JacobianFunction;

const forwardJacobian = (
  operation: string,
  f: AnyFunction,
  options: GradOptions | undefined,
): AnyFunction => {
  checkCall(operation, f, options);
  return (...args: readonly unknown[]) => {
    const positions = normalizeArgnums(operation, options?.argnums, args.length);
    const flat = differentiableArguments(operation, args, positions);
    const result = newResult();
    const run = flatFunction(
      operation,
      f,
      args,
      positions,
      flat.structures,
      options?.hasAux === true,
      result,
    );
    let primalOuts: readonly Tensor[] = [];
    const columns = flat.tensors.map((x, k) => {
      const tangents = (dx: Tensor): readonly Tangent[] => flat.tensors.map((_, i) => (i === k ? dx : null));
      const all = basis(x.type);
      return overBasis(
        operation,
        sizeOf(x.shape),
        (dx) => {
          const [outs, dOuts] = pushforward(run, flat.tensors, tangents(dx), new TraceTag(operation, f));
          primalOuts = outs; // not mapped: the basis moves tangents only
          return dOuts.map((d, i) => d ?? zerosAs(outs[i] as Tensor));
        },
        all,
      ).map((column) => columnsLast(column, x.shape));
    });
    if (flat.tensors.length === 0) primalOuts = run([]);
    const count = result.structure.leafCount;
    checkFloatResult(operation, primalOuts.slice(0, count));
    const rows = Array.from({ length: count }, (_, i) => columns.map((column) => column[i] as Tensor));
    const jacobian = assemble(result.structure, rows, options?.argnums, flat.structures);
    return options?.hasAux === true ? [jacobian, unflattenResult(result, primalOuts)[1]] : jacobian;
  };
};

/**
 * Jacobian by reverse mode, one pullback for each element of the result: best for fewer results than arguments.
 * @example jacrev((x) => np.mul(x, x))(np.array([1, 2])) // [[2, 0], [0, 4]]
 */
export const jacrev: JacobianFunction = ((f: AnyFunction, options?: GradOptions) =>
  reverseJacobian("jacrev", f, options)) as JacobianFunction;

const reverseJacobian = (
  operation: string,
  f: AnyFunction,
  options: GradOptions | undefined,
): AnyFunction => {
  checkCall(operation, f, options);
  return (...args: readonly unknown[]) => {
    const { outs, graph, flat, result, count } = linearizeCall(
      linearizeFlat,
      operation,
      f,
      args,
      options?.argnums,
      options?.hasAux === true,
    );
    checkFloatResult(operation, outs.slice(0, count));
    const rows = outs.slice(0, count).map((out, k) => {
      const seeds = (ct: Tensor): readonly (Tensor | null)[] => outs.map((_, i) => (i === k ? ct : null));
      return pulledRows(operation, out.type, (ct) =>
        transposeGraph(graph, seeds(ct)).map((found, i) => found ?? zerosAs(flat.tensors[i] as Tensor)),
      );
    });
    const jacobian = assemble(result.structure, rows, options?.argnums, flat.structures);
    return options?.hasAux === true ? [jacobian, unflattenResult(result, outs)[1]] : jacobian;
  };
};

/** `jacrev`, under the name without a mode. */
export const jacobian: JacobianFunction = ((f: AnyFunction, options?: GradOptions) =>
  reverseJacobian("jacobian", f, options)) as JacobianFunction;

/**
 * Second derivatives of a function with a scalar result (or a tree of results), forward over reverse: leaves have
 * the shape of the result's leaf followed by that of the argument's, twice.
 * @example hessian((x) => np.sum(np.mul(x, x)))(np.array([1, 2])) // [[2, 0], [0, 2]]
 */
export const hessian: HessianFunction = ((f: AnyFunction, options?: GradOptions) =>
  forwardJacobian("hessian", reverseJacobian("hessian", f, options), options)) as HessianFunction;

/**
 * The Hessian of a scalar function times tangents, without the Hessian: the derivative of the gradient along the
 * tangents, forward over reverse. Lists with one tree for each argument, in and out.
 * @example hvp((x) => np.sum(np.mul(x, x)), [np.array([1, 2])], [np.array([1, 0])]) // [[2, 0]]
 */
export const hvp: HvpFunction = ((f: AnyFunction, primals: unknown, tangents: unknown) => {
  const argnums = Array.isArray(primals) ? [...primals.keys()] : 0;
  const gradient = gradientOf("hvp", f, { argnums }) as AnyFunction;
  return pushedForward("hvp", gradient, primals, tangents, false)[1];
}) as HvpFunction;
