/** Gradients: reverse mode as linearization followed by transposition. */
import type { Cotangent } from "../graph/primitive.js";
import { recordFlat } from "../interpreters/linearize.js";
import { transposeGraph } from "../interpreters/transpose.js";
import { filledAs, zerosAs } from "../primitives/arithmetic.js";
import { isFloat } from "../tensor/dtype.js";
import { DTypeError, NonScalarOutputError } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import { type AnyFunction, checkCall, unflattenResult } from "./arguments.js";
import { byArgnums, linearizeCall } from "./differentiate.js";
import type { ElementwiseGradFunction, GradFunction, GradOptions, ValueAndGradFunction } from "./types.js";

interface Differentiated {
  readonly value: Tensor;
  /** Called where there is an auxiliary result. */
  readonly aux: () => unknown;
  readonly gradient: unknown;
}

/** Cotangents with zeros for those known to be zero. */
const orZeros = (cotangents: readonly Cotangent[], primals: readonly Tensor[]): readonly Tensor[] => {
  const dense: Tensor[] = [];
  for (let i = 0; i < cotangents.length; i++) dense.push(cotangents[i] ?? zerosAs(primals[i] as Tensor));
  return dense;
};

const differentiate = (
  operation: string,
  f: AnyFunction,
  options: GradOptions | undefined,
  args: readonly unknown[],
): Differentiated => {
  const { outs, graph, flat, result, count } = linearizeCall(
    recordFlat,
    operation,
    f,
    args,
    options?.argnums,
    options?.hasAux === true,
  );
  const value = outs[0];
  if (count !== 1 || value === undefined) throw NonScalarOutputError.tree(operation, count);
  if (value.type.shape.length !== 0) throw NonScalarOutputError.of(operation, value.shape);
  if (!isFloat(value.type.dtype))
    throw DTypeError.notDifferentiable(operation, value.type.dtype, "the result");
  // the cotangent of the value is 1; outputs after it are auxiliary, and have none
  const cotangents = transposeGraph(graph, [filledAs(value, 1)]);
  const gradient = byArgnums(options?.argnums, flat.structures, orZeros(cotangents, flat.tensors));
  return { value, aux: () => unflattenResult(result, outs)[1], gradient };
};

/**
 * The gradient of a function with a scalar result, with respect to the argument `argnums` (default 0; a list gives
 * a list), in the shape of that argument's tree. Reverse mode: one evaluation, one sweep back.
 *
 * Throws `NonScalarOutputError`, `DTypeError` for integer arguments, `TreeError` for async functions.
 * @example grad((x) => np.mul(x, x))(3).item() // 6
 */
export const grad: GradFunction = ((f: AnyFunction, options?: GradOptions) =>
  gradientOf("grad", f, options)) as GradFunction;

/** The gradient, under the name of the transformation that needs it. */
export const gradientOf = (
  operation: string,
  f: AnyFunction,
  options: GradOptions | undefined,
): ((...args: readonly unknown[]) => unknown) => {
  checkCall(operation, f, options);
  return (...args) => {
    const { gradient, aux } = differentiate(operation, f, options, args);
    return options?.hasAux === true ? [gradient, aux()] : gradient;
  };
};

/**
 * The value and the gradient from one evaluation: `[value, gradient]`, or `[[value, aux], gradient]` with hasAux.
 * @example valueAndGrad((x) => np.mul(x, x))(3) // [9, 6]
 */
export const valueAndGrad: ValueAndGradFunction = ((f: AnyFunction, options?: GradOptions) => {
  checkCall("valueAndGrad", f, options);
  return (...args: readonly unknown[]) => {
    const { value, gradient, aux } = differentiate("valueAndGrad", f, options, args);
    return [options?.hasAux === true ? [value, aux()] : value, gradient];
  };
}) as ValueAndGradFunction;

/**
 * The derivative of an elementwise function at every element: for a result of any shape, the gradient of its sum
 * (autograd's `elementwise_grad`).
 * @example elementwiseGrad(np.sin)([0, 1]) // [1, 0.5403]
 */
export const elementwiseGrad: ElementwiseGradFunction = ((f: AnyFunction, options?: GradOptions) => {
  checkCall("elementwiseGrad", f, options);
  return (...args: readonly unknown[]) => {
    const { outs, graph, flat, result, count } = linearizeCall(
      recordFlat,
      "elementwiseGrad",
      f,
      args,
      options?.argnums,
      options?.hasAux === true,
    );
    const seeds = outs.map((out, i) => (i < count && isFloat(out.type.dtype) ? filledAs(out, 1) : null));
    const cotangents = transposeGraph(graph, seeds);
    const gradient = byArgnums(options?.argnums, flat.structures, orZeros(cotangents, flat.tensors));
    return options?.hasAux === true ? [gradient, unflattenResult(result, outs)[1]] : gradient;
  };
}) as ElementwiseGradFunction;
