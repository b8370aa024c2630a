/** A function made small by steps along its gradient: the loop that everybody writes, with its state in the open. */
import { optionsOf } from "../numpy/options.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import { checkFunction } from "../transforms/arguments.js";
import { valueAndGrad } from "../transforms/grad.js";
import type { Arguments, Gradient } from "../transforms/trees.js";
import { checkNumber, count } from "./hyperparameters.js";
import { floatLeaves, rebuild } from "./leaves.js";
import { sgd } from "./optimizers.js";
import {
  applyUpdates,
  checkTransformation,
  type GradientTransformation,
  type OptimizerState,
} from "./transformation.js";

/** A step, as `onStep` sees it. */
export interface MinimizeStep<P> {
  /** From 1. */
  readonly step: number;
  /** The parameters and the state after the step. */
  readonly x: P;
  readonly state: OptimizerState;
  /** The value and the gradient before it, from which it was made. */
  readonly value: Tensor;
  readonly gradient: P;
}
export interface MinimizeOptions<P> {
  readonly steps: number;
  /** Default `sgd(0.01)`, Keras' first choice. */
  readonly optimizer?: GradientTransformation;
  /** The state of an earlier run, to go on with it; default that of `optimizer.init`. */
  readonly state?: OptimizerState;
  /** Called after every step; what returns true ends the run. */
  readonly onStep?: (step: MinimizeStep<P>) => unknown;
}
export interface Minimized<P> {
  readonly x: P;
  /** The function at `x`. */
  readonly value: Tensor;
  /** For the run that goes on from here. */
  readonly state: OptimizerState;
  /** How many steps were taken. */
  readonly steps: number;
}

/**
 * `steps` steps of an optimiser on a scalar function of a tree of floats, from `x0`. The function may be compiled, and
 * may read its batch from a closure. Runs are deterministic: one that goes on from `x` and `state` equals one that was
 * never interrupted, bit for bit.
 * @throws ArgumentError for options that are none, NonScalarOutputError, DTypeError as `grad`.
 * @example minimize((x) => np.square(np.sub(x, 1)), 0, { steps: 100, optimizer: sgd(0.1) }).x.item() // 0.9999999998
 */
export const minimize = <P = Tensor>(
  f: (x: P) => Tensor | number,
  x0: Arguments<[NoInfer<P>]>[0],
  options: MinimizeOptions<NoInfer<Gradient<P>>>,
): Minimized<Gradient<P>> => {
  checkFunction("minimize", f);
  const given = optionsOf("minimize", options, ["steps", "optimizer", "state", "onStep"]);
  const steps = checkNumber("minimize", "steps", given.steps, count);
  const optimizer = checkTransformation("minimize", given.optimizer ?? sgd(0.01));
  const { onStep } = given;
  if (onStep !== undefined && typeof onStep !== "function")
    throw ArgumentError.invalid("minimize", `onStep is ${describe(onStep)}`, "It is a function of a step.");
  const first = floatLeaves("minimize", x0, "x0");
  const slope = valueAndGrad(f as (x: unknown) => Tensor) as (x: unknown) => [Tensor, unknown];

  let x = rebuild<Gradient<P>>(first, first.tensors);
  let state = given.state ?? optimizer.init(x);
  let step = 0;
  while (step < steps) {
    const [value, gradient] = slope(x);
    const [updates, next] = optimizer.update(gradient, state, x);
    x = applyUpdates<unknown>(x, updates) as Gradient<P>;
    state = next;
    step++;
    if (onStep?.({ step, x, state, value, gradient: gradient as Gradient<P> }) === true) break;
  }
  return { x, value: slope(x)[0], state, steps: step };
};
