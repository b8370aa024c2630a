/**
 * Schedules: a hyperparameter as a pure function of the number of steps taken (0 at the first), in optax's definitions.
 * They are programs of `np`, so a count may be a tensor that only a compiler or `vmap` knows; results are float64.
 */
import { add, astype, divide, floorDivide, multiply, power, subtract } from "../numpy/arithmetic.js";
import { fullLike } from "../numpy/create.js";
import { asTensor } from "../numpy/door.js";
import { greaterEqual } from "../numpy/logic.js";
import { optionsOf } from "../numpy/options.js";
import { clip, floor, maximum, minimum } from "../numpy/rounding.js";
import { where } from "../numpy/selection.js";
import { cos } from "../numpy/trigonometry.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import {
  checkFlag,
  checkNumber,
  countFromOne,
  count as countRange,
  finite,
  notNegative,
  positive,
} from "./hyperparameters.js";

/** The value after `count` steps. */
export type Schedule = (count: TensorLike) => Tensor;

/** A count of steps as the float that schedules compute with. */
export const steps = (operation: string, count: TensorLike): Tensor =>
  astype(asTensor(operation, count), "float64");
/** How much of `length` steps from `begin` is done, from 0 to 1. */
const done = (n: Tensor, begin: number, length: number): Tensor =>
  clip(divide(subtract(n, begin), length), 0, 1);

/**
 * The same value at every step.
 * @example constantSchedule(0.1)(1000).item() // 0.1
 * @see optax.constant_schedule
 */
export const constantSchedule = (value: number): Schedule => {
  checkNumber("constantSchedule", "value", value, finite);
  return (count) => fullLike(steps("constantSchedule", count), value);
};

/** Options of {@link stepSchedule}. */
export interface StepScheduleOptions {
  /** Steps between two drops. */
  readonly stepSize: number;
  /** The factor of a drop; default 0.1. */
  readonly gamma?: number;
}
/**
 * `initValue * gamma^floor(count / stepSize)`.
 * @example stepSchedule(1, { stepSize: 30 })(59).item() // 0.1
 * @see torch.optim.lr_scheduler.StepLR
 */
export const stepSchedule = (initValue: number, options: StepScheduleOptions): Schedule => {
  const given = optionsOf("stepSchedule", options, ["stepSize", "gamma"]);
  checkNumber("stepSchedule", "initValue", initValue, finite);
  const stepSize = checkNumber("stepSchedule", "stepSize", given.stepSize, countFromOne);
  const gamma = checkNumber("stepSchedule", "gamma", given.gamma ?? 0.1, positive);
  return (count) => multiply(initValue, power(gamma, floorDivide(steps("stepSchedule", count), stepSize)));
};

/** Options of {@link polynomialSchedule}. */
export interface PolynomialScheduleOptions {
  readonly endValue: number;
  readonly power: number;
  readonly transitionSteps: number;
  /** Steps at the initial value before; default 0. */
  readonly transitionBegin?: number;
}
/**
 * From `initValue` to `endValue` as `(1 - t)^power`, t going from 0 to 1 in `transitionSteps`.
 * @example polynomialSchedule(1, { endValue: 0, power: 2, transitionSteps: 10 })(5).item() // 0.25
 * @see optax.polynomial_schedule
 */
export const polynomialSchedule = (initValue: number, options: PolynomialScheduleOptions): Schedule => {
  const name = "polynomialSchedule";
  const given = optionsOf(name, options, ["endValue", "power", "transitionSteps", "transitionBegin"]);
  checkNumber(name, "initValue", initValue, finite);
  const endValue = checkNumber(name, "endValue", given.endValue, finite);
  const exponent = checkNumber(name, "power", given.power, positive);
  return polynomial(name, initValue, endValue, exponent, given);
};

const polynomial = (
  name: string,
  initValue: number,
  endValue: number,
  exponent: number,
  given: { readonly transitionSteps?: number; readonly transitionBegin?: number },
): Schedule => {
  const length = checkNumber(name, "transitionSteps", given.transitionSteps, countFromOne);
  const begin = checkNumber(name, "transitionBegin", given.transitionBegin ?? 0, countRange);
  return (count) => {
    const left = subtract(1, done(steps(name, count), begin, length));
    return add(multiply(initValue - endValue, power(left, exponent)), endValue);
  };
};

/** Options of {@link linearSchedule}. */
export type LinearScheduleOptions = Omit<PolynomialScheduleOptions, "power">;
/**
 * From `initValue` to `endValue` on a straight line: a warm-up, where it rises.
 * @example linearSchedule(0, { endValue: 1, transitionSteps: 10 })(5).item() // 0.5
 * @see optax.linear_schedule
 */
export const linearSchedule = (initValue: number, options: LinearScheduleOptions): Schedule => {
  const name = "linearSchedule";
  const given = optionsOf(name, options, ["endValue", "transitionSteps", "transitionBegin"]);
  checkNumber(name, "initValue", initValue, finite);
  return polynomial(name, initValue, checkNumber(name, "endValue", given.endValue, finite), 1, given);
};

/** Options of {@link exponentialDecay}. */
export interface ExponentialDecayOptions {
  /** Steps in which the value falls by `decayRate`. */
  readonly transitionSteps: number;
  readonly decayRate: number;
  /** Steps at the initial value before; default 0. */
  readonly transitionBegin?: number;
  /** Drop only after every whole `transitionSteps`; default false. */
  readonly staircase?: boolean;
  /** Where the fall (or rise, for rates above 1) ends. */
  readonly endValue?: number;
}
/**
 * `initValue * decayRate^((count - transitionBegin) / transitionSteps)`.
 * @example exponentialDecay(1, { transitionSteps: 10, decayRate: 0.5 })(20).item() // 0.25
 * @see optax.exponential_decay
 */
export const exponentialDecay = (initValue: number, options: ExponentialDecayOptions): Schedule => {
  const name = "exponentialDecay";
  const given = optionsOf(name, options, [
    "transitionSteps",
    "decayRate",
    "transitionBegin",
    "staircase",
    "endValue",
  ]);
  checkNumber(name, "initValue", initValue, finite);
  const length = checkNumber(name, "transitionSteps", given.transitionSteps, countFromOne);
  const rate = checkNumber(name, "decayRate", given.decayRate, positive);
  const begin = checkNumber(name, "transitionBegin", given.transitionBegin ?? 0, countRange);
  const staircase = checkFlag(name, "staircase", given.staircase ?? false);
  const { endValue } = given;
  if (endValue !== undefined) checkNumber(name, "endValue", endValue, finite);
  const bound = rate < 1 ? maximum : minimum;
  return (count) => {
    const periods = divide(maximum(subtract(steps(name, count), begin), 0), length);
    const value = multiply(initValue, power(rate, staircase ? floor(periods) : periods));
    return endValue === undefined ? value : bound(value, endValue);
  };
};

/** Options of {@link cosineDecaySchedule}. */
export interface CosineDecayOptions {
  readonly decaySteps: number;
  /** The least value as a part of the first; default 0. */
  readonly alpha?: number;
  /** The exponent of the whole; default 1. */
  readonly exponent?: number;
}
/**
 * `initValue ((1 - alpha) ((1 + cos(pi t)) / 2)^exponent + alpha)`, t going from 0 to 1 in `decaySteps`.
 * @example cosineDecaySchedule(1, { decaySteps: 10 })(5).item() // 0.5
 * @see optax.cosine_decay_schedule; SGDR, Loshchilov and Hutter 2017
 */
export const cosineDecaySchedule = (initValue: number, options: CosineDecayOptions): Schedule => {
  const name = "cosineDecaySchedule";
  const given = optionsOf(name, options, ["decaySteps", "alpha", "exponent"]);
  checkNumber(name, "initValue", initValue, finite);
  const length = checkNumber(name, "decaySteps", given.decaySteps, countFromOne);
  const alpha = checkNumber(name, "alpha", given.alpha ?? 0, notNegative);
  const exponent = checkNumber(name, "exponent", given.exponent ?? 1, positive);
  return (count) => {
    const t = done(steps(name, count), 0, length);
    const fall = power(multiply(0.5, add(1, cos(multiply(Math.PI, t)))), exponent);
    return multiply(initValue, add(multiply(1 - alpha, fall), alpha));
  };
};

/**
 * `initValue` times all factors whose boundary has been reached: pairs of a count and the factor from there on.
 * @example piecewiseConstantSchedule(1, [[100, 0.1], [200, 0.1]])(150).item() // 0.1
 * @see optax.piecewise_constant_schedule
 */
export const piecewiseConstantSchedule = (
  initValue: number,
  boundariesAndScales: readonly (readonly [boundary: number, scale: number])[],
): Schedule => {
  const name = "piecewiseConstantSchedule";
  checkNumber(name, "initValue", initValue, finite);
  if (!Array.isArray(boundariesAndScales) || !boundariesAndScales.every(Array.isArray))
    throw ArgumentError.invalid(
      name,
      `${describe(boundariesAndScales)} is no list of boundaries with scales`,
      "Pass pairs, such as [[100, 0.1], [200, 0.1]].",
    );
  for (const [boundary, factor] of boundariesAndScales) {
    checkNumber(name, "a boundary", boundary, countRange);
    checkNumber(name, "a scale", factor, notNegative);
  }
  return (count) => {
    const n = steps(name, count);
    return boundariesAndScales.reduce(
      (value, [boundary, factor]) => where(greaterEqual(n, boundary), multiply(value, factor), value),
      fullLike(n, initValue),
    );
  };
};
