/** Newton's method without Hessians: directions by conjugate gradients on Hessian-vector products, cut off early. */
import { add, multiply, negative } from "../numpy/arithmetic.js";
import { zerosLike } from "../numpy/create.js";
import { optionsOf } from "../numpy/options.js";
import type { Tensor } from "../tensor/tensor.js";
import { linearize } from "../transforms/linear.js";
import type { Arguments, Gradient } from "../transforms/trees.js";
import { checkNumber, countFromOne } from "./hyperparameters.js";
import { iterate, type Method } from "./iteration.js";
import {
  dot,
  epsilonOf,
  type Found,
  gradientToleranceOf,
  type IterationOptions,
  iterationLimits,
  norm,
  objectiveOf,
} from "./objective.js";
import { evenTraced, onVectors } from "./traced.js";

/**
 * An approximate solution of H p = -g by conjugate gradients, from the product with H: Nocedal and Wright, algorithm
 * 7.1. It ends when the residual is at most `tolerance`, or at a direction in which H does not curve upwards; what
 * has been found by then is a direction of descent, if need be that of the gradient.
 */
export const truncatedConjugateGradients = (
  times: (direction: Tensor) => Tensor,
  gradient: Tensor,
  {
    tolerance,
    maxIterations,
    epsilon,
  }: { readonly tolerance: number; readonly maxIterations: number; readonly epsilon: number },
): Tensor => {
  let p = zerosLike(gradient);
  let residual = gradient;
  let direction = negative(gradient);
  let square = dot(residual, residual);
  for (let i = 0; i < maxIterations; i++) {
    const product = times(direction);
    const curvature = dot(direction, product);
    if (!(curvature > epsilon * norm(direction) * norm(product))) return i === 0 ? direction : p;
    const length = square / curvature;
    p = add(p, multiply(length, direction));
    residual = add(residual, multiply(length, product));
    const next = dot(residual, residual);
    if (Math.sqrt(next) <= tolerance) break;
    direction = add(negative(residual), multiply(next / square, direction));
    square = next;
  }
  return p;
};

export interface NewtonCgOptions<P> extends IterationOptions<P> {
  /** Of conjugate gradients, in one iteration of Newton's; default 20 times the number of parameters, at most 1000. */
  readonly maxInnerIterations?: number;
}
export interface NewtonCgFound<P> extends Found<P> {
  /** How often the Hessian was multiplied with a vector. */
  readonly hessianProducts: number;
}

/**
 * A minimum of a smooth scalar function of a tree of floats, near `x0`, by Newton's method: near it every iteration
 * doubles the digits. The function is linearised twice in each iteration, and the Hessian never formed. Directions in
 * which the function curves downwards are left for those of descent; steps are for the strong Wolfe conditions
 * (c1 = 1e-4, c2 = 0.9).
 *
 * Under `jit` and `vmap` a run is one operation, whose report is of scalar tensors, and whose derivative is that of the
 * minimum by what the function closes over.
 *
 * Defaults: `maxIterations` 200, `gradientTolerance` 1e-8 (float32: 1e-4), `valueTolerance` 0.
 * @throws ArgumentError for options, DTypeError for integers, NonScalarOutputError; never for want of convergence: see
 * `reason`.
 * @example newtonCg((x) => np.sum(np.cosh(np.sub(x, 3))), np.zeros([2])).x.toArray() // [3, 3]
 * @see scipy.optimize.minimize(method="Newton-CG"); Nocedal and Wright 2006, chapter 7
 */
export const newtonCg = <P = Tensor>(
  f: (x: P) => Tensor | number,
  x0: Arguments<[NoInfer<P>]>[0],
  options?: NewtonCgOptions<NoInfer<Gradient<P>>>,
): NewtonCgFound<Gradient<P>> => {
  const given = optionsOf("newtonCg", options, [
    "maxIterations",
    "gradientTolerance",
    "valueTolerance",
    "maxInnerIterations",
    "onIteration",
  ]);
  const objective = objectiveOf("newtonCg", f, x0);
  const inner = given.maxInnerIterations ?? Math.min(Math.max(20 * objective.vector.size, 1), 1000);
  const maxIterations = checkNumber("newtonCg", "maxInnerIterations", inner, countFromOne);
  const gradientTolerance = gradientToleranceOf(objective.dtype);
  const limits = iterationLimits("newtonCg", given, { maxIterations: 200, gradientTolerance });
  const epsilon = epsilonOf(objective.dtype);

  let hessianProducts = 0;
  const method: Method = {
    direction: ({ x, gradient }) => {
      const [, hessian] = linearize(objective.gradient, [x]);
      const times = (v: Tensor): Tensor => {
        hessianProducts++;
        return hessian(v);
      };
      const length = norm(gradient);
      // superlinear convergence (7.3); far away a tenth, for a direction well worth its line search
      const tolerance = Math.min(0.1, Math.sqrt(length)) * length;
      const direction = truncatedConjugateGradients(times, gradient, { tolerance, maxIterations, epsilon });
      return { direction, firstStep: 1 };
    },
    moved: () => {},
    forget: () => false,
  };
  return evenTraced(
    "newtonCg",
    objective,
    objective.f,
    (value) => value,
    () => {
      const found = iterate<Gradient<P>>(objective, method, limits, { c1: 1e-4, c2: 0.9 });
      return { ...found, hessianProducts };
    },
    (g, x) => newtonCg(g, x as never, onVectors(given, objective) as never) as never,
    ["hessianProducts"],
  );
};
