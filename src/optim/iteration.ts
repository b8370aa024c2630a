/** The loop of the minimisers that search along directions: when to stop, and what to report. */
import { add, multiply } from "../numpy/arithmetic.js";
import type { Tensor } from "../tensor/tensor.js";
import { strongWolfe, type Trial } from "./line-search.js";
import {
  dot,
  epsilonOf,
  type Found,
  hardlyLower,
  type iterationLimits,
  largest,
  type Objective,
  type Point,
  type StopReason,
} from "./objective.js";

/** A direction, and the step to try first. */
export interface Direction {
  readonly direction: Tensor;
  readonly firstStep: number;
}
/** How a minimiser chooses where to go; the rest is common. */
export interface Method {
  readonly direction: (at: Point) => Direction;
  /** Told of every step taken. */
  readonly moved: (from: Point, to: Point) => void;
  /** Told that no step was found: whether there is something to forget and try again. */
  readonly forget: () => boolean;
}
interface Search {
  readonly c1: number;
  readonly c2: number;
}

const maxTrials = 40;
const isFinite = (p: Point): boolean => Number.isFinite(p.value) && Number.isFinite(largest(p.gradient));

/** The next point along a direction of descent, or null. */
const searchAlong = (
  { at, dtype }: Objective,
  from: Point,
  { direction, firstStep }: Direction,
  { c1, c2 }: Search,
): Point | null => {
  const slope = dot(from.gradient, direction);
  if (!(slope < 0)) return null;
  const along = (step: number): Trial<Point> => {
    const there = at(add(from.x, multiply(step, direction)));
    return { step, value: there.value, slope: dot(there.gradient, direction), at: there };
  };
  const found = strongWolfe(
    along,
    { step: 0, value: from.value, slope, at: from },
    { c1, c2, firstStep, maxTrials, noise: 8 * epsilonOf(dtype) * Math.abs(from.value) },
  );
  return found === null ? null : found.at;
};

/** Goes along the directions of `method` until there is a reason to stop. */
export const iterate = <P>(
  objective: Objective,
  method: Method,
  { maxIterations, gradientTolerance, valueTolerance, onIteration }: ReturnType<typeof iterationLimits<P>>,
  search: Search,
): Found<P> => {
  const { toTree, vector } = objective;
  let here = objective.at(vector);
  let iterations = 0;
  const report = (reason: StopReason): Found<P> => ({
    x: toTree(here.x) as P,
    value: here.value,
    gradientNorm: largest(here.gradient),
    iterations,
    evaluations: objective.evaluations(),
    converged: reason === "gradient" || reason === "value",
    reason,
  });
  if (!isFinite(here)) return report("notFinite");
  while (true) {
    if (largest(here.gradient) <= gradientTolerance) return report("gradient");
    if (iterations === maxIterations) return report("iterations");
    const there = searchAlong(objective, here, method.direction(here), search);
    if (there === null) {
      if (method.forget()) continue;
      return report("precision");
    }
    method.moved(here, there);
    const from = here;
    here = there;
    iterations++;
    const gradientNorm = largest(here.gradient);
    const { value } = here;
    if (onIteration?.({ iteration: iterations, x: toTree(here.x) as P, value, gradientNorm }) === true)
      return report("stopped");
    if (gradientNorm > gradientTolerance && hardlyLower(from.value, value, valueTolerance))
      return report("value");
  }
};
