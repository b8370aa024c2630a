/** Nonlinear least squares: Levenberg and Marquardt's method, and Gauss and Newton's with a shortened step. */
import { add, multiply, square, subtract } from "../numpy/arithmetic.js";
import { matmul } from "../numpy/contract.js";
import { sqrt } from "../numpy/exponential.js";
import { greater } from "../numpy/logic.js";
import { choiceOf, optionsOf } from "../numpy/options.js";
import { matrixTranspose } from "../numpy/rearrange.js";
import { sum } from "../numpy/reductions.js";
import { maximum } from "../numpy/rounding.js";
import { where } from "../numpy/selection.js";
import type { Tensor } from "../tensor/tensor.js";
import { checkFunction } from "../transforms/arguments.js";
import { jacfwd, jacrev } from "../transforms/jacobian.js";
import * as trees from "../transforms/tree.js";
import type { Arguments, Gradient } from "../transforms/trees.js";
import { dampedStep, reduced } from "./damped-step.js";
import { checkNumber, notNegative, positive } from "./hyperparameters.js";
import { floatLeaves } from "./leaves.js";
import {
  dot,
  epsilonOf,
  type Found,
  hardlyLower,
  type IterationOptions,
  iterationLimits,
  largest,
  norm,
  type StopReason,
  startOf,
} from "./objective.js";
import { evenTraced, onVectors } from "./traced.js";

export interface LeastSquaresOptions<P> extends IterationOptions<P> {
  /** "lm" (the default) damps the step until it lowers the sum; "gauss-newton" shortens it along its direction. */
  readonly method?: "lm" | "gauss-newton";
  /** Stop when a step is no more than this part of the parameters; default 1e-12 (float32: 1e-6). */
  readonly stepTolerance?: number;
  /** The first damping of "lm", relative to the columns of the Jacobian; default 1e-3. */
  readonly damping?: number;
}
export interface LeastSquaresFound<P> extends Found<P> {
  /** How often the Jacobian was formed. */
  readonly jacobians: number;
}

/** Residuals at a place, and on demand what the next step needs to know there. */
interface Place {
  readonly x: Tensor;
  readonly residuals: Tensor;
  readonly value: number;
}
interface Model extends Place {
  readonly jacobian: Tensor;
  /** Half the gradient of the sum of squares: the transposed Jacobian times the residuals. */
  readonly slope: Tensor;
}

interface Problem {
  /** The residuals of the vector, in one vector. */
  readonly f: (x: Tensor) => Tensor;
  readonly at: (x: Tensor) => Place;
  readonly model: (place: Place) => Model;
  readonly counts: { evaluations: number; jacobians: number };
}
const problemOf = (toTree: (x: Tensor) => unknown, f: unknown): Problem => {
  const flat = (x: Tensor): Tensor => {
    const tree = (f as (tree: unknown) => unknown)(toTree(x));
    floatLeaves("leastSquares", tree, "the residuals");
    return trees.ravel(tree)[0];
  };
  const counts = { evaluations: 0, jacobians: 0 };
  const [forward, reverse] = [jacfwd(flat), jacrev(flat)];
  return {
    f: flat,
    counts,
    at: (x) => {
      counts.evaluations++;
      const residuals = flat(x);
      return { x, residuals, value: sum(square(residuals)).item() };
    },
    model: (place) => {
      counts.jacobians++;
      // one pushforward for each parameter, or one pullback for each residual
      const jacobian = (place.x.size <= place.residuals.size ? forward : reverse)(place.x);
      return { ...place, jacobian, slope: matmul(matrixTranspose(jacobian), place.residuals) };
    },
  };
};

/** The next place, null where none is lower, and by how much the linear model was to be lowered at first. */
interface Advanced {
  readonly place: Place | null;
  readonly predicted: number;
}
/** From the model at a place to the next place; it keeps its own memory. */
type Advance = (model: Model) => Advanced;

const columnNorms = (jacobian: Tensor): Tensor => sqrt(sum(square(jacobian), { axis: 0 }));
/** Lengths as weights: where nothing is known of the scale of a parameter it is 1. */
const asWeights = (lengths: Tensor): Tensor => where(greater(lengths, 0), lengths, 1);

const maxAttempts = 60;

/**
 * Damping by Nielsen's rule (Madsen, Nielsen and Tingleff 2004, algorithm 3.16) in Moré's scale (1978): every parameter
 * is measured by the longest column of the Jacobian that it has had.
 */
const levenbergMarquardt = ({ at }: Problem, firstDamping: number, noise: number): Advance => {
  let [damping, growth] = [firstDamping, 2];
  let scale: Tensor | null = null;
  return (model) => {
    const lengths = columnNorms(model.jacobian);
    scale = scale === null ? lengths : maximum(scale, lengths);
    const system = reduced(model.jacobian, model.residuals);
    let promised = 0;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const weights = multiply(Math.sqrt(damping), asWeights(scale));
      const step = dampedStep(system, weights);
      // the drop of the linear model: |J p|^2 + 2 |D p|^2, with the damping in D
      const along = matmul(model.jacobian, step);
      const across = multiply(step, weights);
      const predicted = dot(along, along) + 2 * dot(across, across);
      if (attempt === 0) promised = predicted;
      if (!(predicted > noise * model.value)) break;
      const place = at(add(model.x, step));
      const ratio = (model.value - place.value) / predicted;
      if (ratio > 1e-4) {
        damping *= Math.max(1 / 3, 1 - (2 * ratio - 1) ** 3);
        growth = 2;
        return { place, predicted: promised };
      }
      damping *= growth;
      growth *= 2;
    }
    return { place: null, predicted: promised };
  };
};

/** The whole step, or the part of it that lowers the sum enough: a parabola's minimum, a tenth to a half at a time. */
const gaussNewton =
  ({ at }: Problem, noise: number): Advance =>
  (model) => {
    // a damping by rounding alone decides where the Jacobian does not
    const weights = multiply(noise, asWeights(columnNorms(model.jacobian)));
    const direction = dampedStep(reduced(model.jacobian, model.residuals), weights);
    const slope = 2 * dot(model.slope, direction);
    const predicted = -slope / 2;
    let step = 1;
    for (let attempt = 0; attempt < maxAttempts && predicted > noise * model.value; attempt++) {
      const place = at(add(model.x, multiply(step, direction)));
      if (place.value <= model.value + 1e-4 * step * slope && place.value < model.value)
        return { place, predicted };
      const best = (-slope * step * step) / (2 * (place.value - model.value - slope * step));
      step = Number.isFinite(best) ? Math.min(Math.max(best, 0.1 * step), 0.5 * step) : 0.1 * step;
    }
    return { place: null, predicted };
  };

/**
 * The parameters, a tree of floats, for which the sum of the squares of all residuals is least, near `x0`. The
 * residuals are a tensor, or a tree of them, of any shapes. Their Jacobian comes from forward mode, or from reverse
 * mode where there are fewer residuals than parameters; steps solve the augmented linear system by orthogonal
 * reflections, not the normal equations. `value` is the sum of squares (SciPy's `cost` is half of it), `gradientNorm`
 * that of its gradient.
 *
 * Under `jit` and `vmap` a run is one operation, whose report is of scalar tensors, and whose derivative is that of the
 * minimum by what the function closes over.
 *
 * Defaults: `maxIterations` 500, `gradientTolerance` 1e-10 and `valueTolerance` 1e-14 (float32: 1e-4 and 1e-6).
 * @throws ArgumentError for options, DTypeError for integers; never for want of convergence: see `reason`.
 * @example leastSquares((x) => np.sub(np.exp(np.mul(x, np.arange(3))), [1, 2, 4]), 0.5).x.item() // 0.6931471805599453
 * @see scipy.optimize.least_squares(method="lm"); Moré 1978; Madsen, Nielsen and Tingleff 2004
 */
export const leastSquares = <P = Tensor>(
  residuals: (x: P) => unknown,
  x0: Arguments<[NoInfer<P>]>[0],
  options?: LeastSquaresOptions<NoInfer<Gradient<P>>>,
): LeastSquaresFound<Gradient<P>> => {
  const given = optionsOf("leastSquares", options, [
    "method",
    "maxIterations",
    "gradientTolerance",
    "valueTolerance",
    "stepTolerance",
    "damping",
    "onIteration",
  ]);
  checkFunction("leastSquares", residuals);
  const method = choiceOf("leastSquares", "method", given.method, ["lm", "gauss-newton"]);
  const damping = checkNumber("leastSquares", "damping", given.damping ?? 1e-3, positive);
  const start = startOf("leastSquares", x0);
  const { vector, dtype, toTree } = start;
  const wide = dtype === "float64";
  const limits = iterationLimits("leastSquares", given, {
    maxIterations: 500,
    gradientTolerance: wide ? 1e-10 : 1e-4,
    valueTolerance: wide ? 1e-14 : 1e-6,
  });
  const shortest = checkNumber(
    "leastSquares",
    "stepTolerance",
    given.stepTolerance ?? (wide ? 1e-12 : 1e-6),
    notNegative,
  );
  const problem = problemOf(toTree, residuals);
  const noise = epsilonOf(dtype);
  const advance = method === "lm" ? levenbergMarquardt(problem, damping, noise) : gaussNewton(problem, noise);

  const iterate = (): LeastSquaresFound<Gradient<P>> => {
    let model = problem.model(problem.at(vector));
    let iterations = 0;
    const gradientNorm = (): number => 2 * largest(model.slope);
    const report = (reason: StopReason): LeastSquaresFound<Gradient<P>> => ({
      x: toTree(model.x) as Gradient<P>,
      value: model.value,
      gradientNorm: gradientNorm(),
      iterations,
      ...problem.counts,
      converged: reason === "gradient" || reason === "value" || reason === "step",
      reason,
    });
    if (!Number.isFinite(model.value) || !Number.isFinite(gradientNorm())) return report("notFinite");
    while (true) {
      if (gradientNorm() <= limits.gradientTolerance) return report("gradient");
      if (iterations === limits.maxIterations) return report("iterations");
      const { place, predicted } = advance(model);
      const settled = predicted <= limits.valueTolerance * model.value;
      if (place === null) return report(settled ? "value" : "precision");
      const from = model;
      model = problem.model(place);
      iterations++;
      const seen = { iteration: iterations, x: toTree(model.x) as Gradient<P>, value: model.value };
      if (limits.onIteration?.({ ...seen, gradientNorm: gradientNorm() }) === true) return report("stopped");
      if (gradientNorm() <= limits.gradientTolerance) continue;
      if (settled && hardlyLower(from.value, model.value, limits.valueTolerance)) return report("value");
      if (norm(subtract(model.x, from.x)) <= shortest * norm(model.x)) return report("step");
    }
  };
  return evenTraced(
    "leastSquares",
    start,
    problem.f,
    (all) => sum(square(all)) as Tensor,
    iterate,
    (g, x) => leastSquares(g, x as never, onVectors(given, start) as never) as never,
    ["jacobians"],
  );
};
