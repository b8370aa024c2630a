/** L-BFGS: quasi-Newton directions from the last few steps, by the two-loop recursion, with a strong Wolfe search. */
import { add, multiply, negative, subtract } from "../numpy/arithmetic.js";
import { optionsOf } from "../numpy/options.js";
import type { Tensor } from "../tensor/tensor.js";
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

/** A step and the change of the gradient along it. */
export interface Pair {
  readonly s: Tensor;
  readonly y: Tensor;
  /** 1 / (y s) */
  readonly rho: number;
}

/**
 * The gradient times the inverse Hessian that the pairs, oldest first, speak of: Nocedal and Wright, algorithm 7.4,
 * beginning from (s y) / (y y) of the newest pair (7.20).
 */
export const twoLoop = (gradient: Tensor, pairs: readonly Pair[]): Tensor => {
  let q = gradient;
  const alphas: number[] = [];
  for (const { s, y, rho } of [...pairs].reverse()) {
    const alpha = rho * dot(s, q);
    alphas.push(alpha);
    q = subtract(q, multiply(alpha, y));
  }
  const newest = pairs.at(-1);
  let r = newest === undefined ? q : multiply(1 / (newest.rho * dot(newest.y, newest.y)), q);
  for (const { s, y, rho } of pairs) {
    const beta = rho * dot(y, r);
    r = add(r, multiply((alphas.pop() as number) - beta, s));
  }
  return r;
};

export interface LbfgsOptions<P> extends IterationOptions<P> {
  /** How many steps are remembered; default 10. */
  readonly memory?: number;
}

/**
 * A minimum of a smooth scalar function of a tree of floats, near `x0`, from gradients alone. Directions come from the
 * last `memory` steps, steps from a line search for the strong Wolfe conditions (c1 = 1e-4, c2 = 0.9). Suited to many
 * parameters; float32 parameters are computed with in float32.
 *
 * Under `jit` and `vmap` a run is one operation, whose report is of scalar tensors, and whose derivative is that of the
 * minimum by what the function closes over.
 *
 * Defaults: `maxIterations` 1000, `gradientTolerance` 1e-8 (float32: 1e-4), `valueTolerance` 0.
 * @throws ArgumentError for options, DTypeError for integers, NonScalarOutputError; never for want of convergence: see
 * `reason`.
 * @example lbfgs((x) => np.sum(np.square(np.sub(x, 3))), np.zeros([2])).x.toArray() // [3, 3]
 * @see scipy.optimize.minimize(method="L-BFGS-B"); Liu and Nocedal 1989
 */
export const lbfgs = <P = Tensor>(
  f: (x: P) => Tensor | number,
  x0: Arguments<[NoInfer<P>]>[0],
  options?: LbfgsOptions<NoInfer<Gradient<P>>>,
): Found<Gradient<P>> => {
  const given = optionsOf("lbfgs", options, [
    "maxIterations",
    "gradientTolerance",
    "valueTolerance",
    "memory",
    "onIteration",
  ]);
  const memory = checkNumber("lbfgs", "memory", given.memory ?? 10, countFromOne);
  const objective = objectiveOf("lbfgs", f, x0);
  const gradientTolerance = gradientToleranceOf(objective.dtype);
  const limits = iterationLimits("lbfgs", given, { maxIterations: 1000, gradientTolerance });
  const epsilon = epsilonOf(objective.dtype);

  let pairs: readonly Pair[] = [];
  const method: Method = {
    direction: ({ gradient }) => ({
      direction: negative(twoLoop(gradient, pairs)),
      // without memory nothing is known of the scale: a step of length 1 at most
      firstStep: pairs.length === 0 ? Math.min(1, 1 / norm(gradient)) : 1,
    }),
    moved: (from, to) => {
      const [s, y] = [subtract(to.x, from.x), subtract(to.gradient, from.gradient)];
      const curvature = dot(s, y);
      // the search sees to it that the curvature is positive, unless it had to take what it found
      if (curvature > epsilon * norm(s) * norm(y))
        pairs = [...pairs, { s, y, rho: 1 / curvature }].slice(-memory);
    },
    forget: () => {
      const any = pairs.length > 0;
      pairs = [];
      return any;
    },
  };
  return evenTraced(
    "lbfgs",
    objective,
    objective.f,
    (value) => value,
    () => iterate<Gradient<P>>(objective, method, limits, { c1: 1e-4, c2: 0.9 }),
    (g, x) => lbfgs(g, x as never, onVectors(given, objective) as never) as never,
  );
};
