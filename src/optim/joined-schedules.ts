/** Schedules made of schedules: one after the other, and the usual pairs of a warm-up and a decay. */
import { subtract } from "../numpy/arithmetic.js";
import { less } from "../numpy/logic.js";
import { optionsOf } from "../numpy/options.js";
import { maximum } from "../numpy/rounding.js";
import { where } from "../numpy/selection.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import {
  checkNumber,
  countFromOne,
  count as countRange,
  finite,
  notNegative,
  positive,
} from "./hyperparameters.js";
import {
  cosineDecaySchedule,
  type ExponentialDecayOptions,
  exponentialDecay,
  linearSchedule,
  type Schedule,
  steps,
} from "./schedules.js";

/**
 * One schedule after the other: the i-th begins anew at the i-th boundary.
 * @example joinSchedules([linearSchedule(0, { endValue: 1, transitionSteps: 10 }), constantSchedule(1)], [10])
 * @see optax.join_schedules
 */
export const joinSchedules = (schedules: readonly Schedule[], boundaries: readonly number[]): Schedule => {
  const name = "joinSchedules";
  if (!Array.isArray(schedules) || schedules.length === 0 || schedules.some((s) => typeof s !== "function"))
    throw ArgumentError.invalid(
      name,
      `${describe(schedules)} is no list of schedules`,
      "Pass one or more in an array.",
    );
  if (!Array.isArray(boundaries) || boundaries.length !== schedules.length - 1)
    throw ArgumentError.invalid(
      name,
      `${describe(boundaries)} stands for the boundaries of ${schedules.length} schedules`,
      `Pass ${schedules.length - 1} counts, one between each two.`,
    );
  boundaries.forEach((boundary, i) => {
    checkNumber(name, "a boundary", boundary, countRange);
    if (i > 0 && boundary <= (boundaries[i - 1] as number))
      throw ArgumentError.invalid(name, `the boundaries ${describe(boundaries)} do not rise`, "Sort them.");
  });
  return (count) => {
    const n = steps(name, count);
    return schedules.reduceRight<Tensor | null>((later, schedule, i) => {
      const value = schedule(maximum(subtract(n, i === 0 ? 0 : (boundaries[i - 1] as number)), 0));
      return later === null ? value : where(less(n, boundaries[i] as number), value, later);
    }, null) as Tensor;
  };
};

/** Options of {@link warmupCosineDecaySchedule}. */
export interface WarmupCosineDecayOptions {
  readonly peakValue: number;
  readonly warmupSteps: number;
  /** All steps, those of the warm-up among them. */
  readonly decaySteps: number;
  /** Default 0. */
  readonly endValue?: number;
  /** Default 1. */
  readonly exponent?: number;
}
/**
 * A line from `initValue` up to `peakValue` in `warmupSteps`, then a cosine down to `endValue` at `decaySteps`.
 * @example warmupCosineDecaySchedule(0, { peakValue: 1, warmupSteps: 10, decaySteps: 30 })(20).item() // 0.5
 * @see optax.warmup_cosine_decay_schedule
 */
export const warmupCosineDecaySchedule = (initValue: number, options: WarmupCosineDecayOptions): Schedule => {
  const name = "warmupCosineDecaySchedule";
  const given = optionsOf(name, options, ["peakValue", "warmupSteps", "decaySteps", "endValue", "exponent"]);
  checkNumber(name, "initValue", initValue, finite);
  const peakValue = checkNumber(name, "peakValue", given.peakValue, positive);
  const warmup = checkNumber(name, "warmupSteps", given.warmupSteps, countFromOne);
  const endValue = checkNumber(name, "endValue", given.endValue ?? 0, notNegative);
  const exponent = checkNumber(name, "exponent", given.exponent ?? 1, positive);
  const decaySteps = checkNumber(name, "decaySteps", given.decaySteps, {
    has: (x) => Number.isInteger(x) && x > warmup,
    words: "a whole number above warmupSteps",
  });
  const rise = linearSchedule(initValue, { endValue: peakValue, transitionSteps: warmup });
  const alpha = endValue / peakValue;
  const fall = cosineDecaySchedule(peakValue, { decaySteps: decaySteps - warmup, alpha, exponent });
  return joinSchedules([rise, fall], [warmup]);
};

/** Options of {@link warmupExponentialDecaySchedule}. */
export interface WarmupExponentialDecayOptions extends ExponentialDecayOptions {
  readonly peakValue: number;
  readonly warmupSteps: number;
}
/**
 * A line from `initValue` up to `peakValue` in `warmupSteps`, then an exponential decay from there.
 * @example warmupExponentialDecaySchedule(0, { peakValue: 1, warmupSteps: 5, transitionSteps: 10, decayRate: 0.5 })
 * @see optax.warmup_exponential_decay_schedule
 */
export const warmupExponentialDecaySchedule = (
  initValue: number,
  options: WarmupExponentialDecayOptions,
): Schedule => {
  const name = "warmupExponentialDecaySchedule";
  const { peakValue, warmupSteps, ...decay } = optionsOf(name, options, [
    "peakValue",
    "warmupSteps",
    "transitionSteps",
    "decayRate",
    "transitionBegin",
    "staircase",
    "endValue",
  ]);
  checkNumber(name, "initValue", initValue, finite);
  const peak = checkNumber(name, "peakValue", peakValue, finite);
  const warmup = checkNumber(name, "warmupSteps", warmupSteps, countFromOne);
  const rise = linearSchedule(initValue, { endValue: peak, transitionSteps: warmup });
  return joinSchedules([rise, exponentialDecay(peak, decay as ExponentialDecayOptions)], [warmup]);
};
