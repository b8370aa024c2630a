/** What the minimisers of whole functions share: a scalar function of a tree as one of a flat vector, and reports. */
import { abs, astype } from "../numpy/arithmetic.js";
import { vdot } from "../numpy/contract.js";
import { max } from "../numpy/reductions.js";
import type { FloatDType } from "../tensor/dtype.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import { checkFunction } from "../transforms/arguments.js";
import { grad, valueAndGrad } from "../transforms/grad.js";
import * as trees from "../transforms/tree.js";
import { checkNumber, count, notNegative } from "./hyperparameters.js";
import { floatLeaves, rebuild } from "./leaves.js";

/**
 * Why a minimiser stopped. "gradient", "value", "step": within that tolerance. "iterations": all were used. "precision":
 * no shorter value was found along a direction of descent, as happens when rounding hides the descent; the tolerances
 * are too small for the function then. "notFinite": the function or its gradient is not finite where it began.
 * "stopped": `onIteration` said so. "traced": under `jit` and `vmap` it stops later, and all numbers of the report are
 * scalar tensors.
 */
export type StopReason =
  | "gradient"
  | "value"
  | "step"
  | "iterations"
  | "precision"
  | "notFinite"
  | "stopped"
  | "traced";

/** An iteration, as `onIteration` sees it. */
export interface Iteration<P> {
  /** From 1. */
  readonly iteration: number;
  readonly x: P;
  readonly value: number;
  readonly gradientNorm: number;
}
export interface IterationOptions<P> {
  readonly maxIterations?: number;
  /** The largest element of the gradient that counts as 0. */
  readonly gradientTolerance?: number;
  /** Stop when an iteration lowers the value by no more than this part of it; default 0, never. */
  readonly valueTolerance?: number;
  /** Called after every iteration; what returns true ends the run. */
  readonly onIteration?: (iteration: Iteration<P>) => unknown;
}
export interface Found<P> {
  readonly x: P;
  readonly value: number;
  /** The largest element of the gradient there, in absolute value. */
  readonly gradientNorm: number;
  readonly iterations: number;
  /** How often the function was evaluated, with its gradient. */
  readonly evaluations: number;
  /** Whether a tolerance was reached. */
  readonly converged: boolean;
  readonly reason: StopReason;
}

/** A place, and the function there. */
export interface Point {
  readonly x: Tensor;
  readonly value: number;
  readonly gradient: Tensor;
}

/** A start as a vector, and the way back to its tree. */
export interface Start {
  readonly vector: Tensor;
  readonly dtype: FloatDType;
  readonly toTree: (vector: Tensor) => unknown;
}
export const startOf = (operation: string, x0: unknown): Start => {
  const flat = floatLeaves(operation, x0, "x0");
  const [vector, toTree] = trees.ravel(rebuild<unknown>(flat, flat.tensors));
  return { vector, dtype: vector.dtype as FloatDType, toTree };
};

export interface Objective extends Start {
  /** The function of the vector. */
  readonly f: (x: Tensor) => Tensor;
  readonly at: (x: Tensor) => Point;
  readonly gradient: (x: Tensor) => Tensor;
  readonly evaluations: () => number;
}
export const objectiveOf = (operation: string, f: unknown, x0: unknown): Objective => {
  checkFunction(operation, f);
  const start = startOf(operation, x0);
  const flat = (x: Tensor): Tensor => (f as (tree: unknown) => Tensor)(start.toTree(x));
  const [both, slope] = [valueAndGrad(flat), grad(flat)];
  let evaluations = 0;
  return {
    ...start,
    f: flat,
    at: (x) => {
      evaluations++;
      const [value, gradient] = both(x);
      return { x, value: value.item(), gradient };
    },
    gradient: (x) => {
      evaluations++;
      return slope(x);
    },
    evaluations: () => evaluations,
  };
};

export const dot = (a: Tensor, b: Tensor): number => vdot(a, b).item();
/** The largest absolute value, 0 of nothing. */
export const largest = (x: Tensor): number => (x.size === 0 ? 0 : max(abs(x)).item());
export const norm = (x: Tensor): number => Math.sqrt(dot(astype(x, "float64"), astype(x, "float64")));

/** The gradient at which a minimisation ends, where nothing else is asked for. */
export const gradientToleranceOf = (dtype: FloatDType): number => (dtype === "float64" ? 1e-8 : 1e-4);
/** The unit in the last place of 1. */
export const epsilonOf = (dtype: FloatDType): number => (dtype === "float64" ? 2 ** -52 : 2 ** -23);

/** The options that all minimisers have, checked. */
export const iterationLimits = <P>(
  operation: string,
  given: IterationOptions<P>,
  defaults: {
    readonly maxIterations: number;
    readonly gradientTolerance: number;
    readonly valueTolerance?: number;
  },
): Required<Omit<IterationOptions<P>, "onIteration">> & Pick<IterationOptions<P>, "onIteration"> => {
  const { onIteration } = given;
  if (onIteration !== undefined && typeof onIteration !== "function")
    throw ArgumentError.invalid(
      operation,
      `onIteration is ${describe(onIteration)}`,
      "It is a function of an iteration.",
    );
  const number = (
    name: "maxIterations" | "gradientTolerance" | "valueTolerance",
    range: typeof count,
  ): number => checkNumber(operation, name, given[name] ?? defaults[name] ?? 0, range);
  return {
    maxIterations: number("maxIterations", count),
    gradientTolerance: number("gradientTolerance", notNegative),
    valueTolerance: number("valueTolerance", notNegative),
    ...(onIteration === undefined ? {} : { onIteration }),
  };
};

/** Whether going from one value to another is no more than `tolerance` of them, where there is a tolerance. */
export const hardlyLower = (from: number, to: number, tolerance: number): boolean =>
  tolerance > 0 && from - to <= tolerance * Math.max(Math.abs(from), Math.abs(to));
