/** Transformations without a memory of their own: factors, signs and rates, weight decay, and clipping. */

import { checkSameStructure, flattenTree, type TreeStructure } from "../graph/tree.js";
import { add, astype, divide, multiply, negative, square } from "../numpy/arithmetic.js";
import { zeros } from "../numpy/create.js";
import { sqrt } from "../numpy/exponential.js";
import { greater } from "../numpy/logic.js";
import { optionsOf } from "../numpy/options.js";
import { sum } from "../numpy/reductions.js";
import { clip as clipped, maximum } from "../numpy/rounding.js";
import { where } from "../numpy/selection.js";
import { ArgumentError, describe, TreeError } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import type { FlatTree } from "../transforms/arguments.js";
import { checkScalar, finite, like, notNegative, positive, type Scalar } from "./hyperparameters.js";
import { besideParams, countIn, firstCount, nextCount, rememberNothing, stateless } from "./leafwise.js";
import { floatLeaves, rebuild } from "./leaves.js";
import type { Schedule } from "./schedules.js";
import type { GradientTransformation } from "./transformation.js";

/** A learning rate: a number, a scalar tensor, or a schedule of the number of steps. */
export type LearningRate = Scalar | Schedule;

/**
 * The gradients times a factor.
 * @example scale(-0.1)
 * @see optax.scale
 */
export const scale = (factor: Scalar): GradientTransformation => {
  checkScalar("scale", "the factor", factor, finite);
  return stateless("scale", (gradients) => gradients.map((g) => multiply(g, like(factor, g))));
};

const scaledBy = (operation: string, factor: Schedule): GradientTransformation => {
  const init = rememberNothing(operation);
  return {
    init: (params) => ({ ...init(params), count: firstCount() }),
    update: (gradients, given) => {
      const flat = floatLeaves(`update of ${operation}`, gradients, "gradients");
      const count = countIn(`update of ${operation}`, given);
      const now = factor(count);
      const scaled = flat.tensors.map((g) => multiply(g, like(now, g)));
      return [rebuild(flat, scaled), { count: nextCount(count) }];
    },
  };
};

const checkSchedule = (operation: string, schedule: unknown): void => {
  if (typeof schedule !== "function")
    throw ArgumentError.invalid(
      operation,
      `${describe(schedule)} is no schedule`,
      "Pass a function of the number of steps, such as exponentialDecay(...).",
    );
};

/**
 * The gradients times what a schedule gives for the number of steps taken so far.
 * @example scaleBySchedule(cosineDecaySchedule(1, { decaySteps: 100 }))
 * @see optax.scale_by_schedule
 */
export const scaleBySchedule = (schedule: Schedule): GradientTransformation => {
  checkSchedule("scaleBySchedule", schedule);
  return scaledBy("scaleBySchedule", schedule);
};

/**
 * The last step of an optimiser: times minus the learning rate, so that adding the updates descends.
 * @example chain(scaleByAdam(), scaleByLearningRate(1e-3))
 * @see optax.scale_by_learning_rate
 */
export const scaleByLearningRate = (learningRate: LearningRate): GradientTransformation =>
  descent("scaleByLearningRate", learningRate);

/** `scaleByLearningRate` under the name of the optimiser whose last step it is. */
export const descent = (operation: string, learningRate: LearningRate): GradientTransformation => {
  if (typeof learningRate === "function")
    return scaledBy(operation, (count) => negative(learningRate(count)));
  const rate = checkScalar(operation, "the learning rate", learningRate, notNegative);
  const factor = typeof rate === "number" ? -rate : negative(rate);
  return stateless(operation, (gradients) => gradients.map((g) => multiply(g, like(factor, g))));
};

// Weight decay ---------------------------------------------------------------------------------------------------------

/** Which leaves: a tree of booleans as the parameters', or a function of the parameters that gives one. */
export type Mask = boolean | object | ((params: never) => unknown);
export interface WeightDecayOptions {
  /** The leaves that decay; default all. */
  readonly mask?: Mask;
}

const isFlag = (x: unknown): x is boolean => typeof x === "boolean";
const flagsOf = (operation: string, mask: Mask, main: FlatTree): readonly boolean[] => {
  const tree: unknown = typeof mask === "function" ? mask(rebuild(main, main.tensors) as never) : mask;
  const { leaves, structure } = flattenTree(operation, tree, isLeafOfMask, "mask");
  const wrong = leaves.find((leaf) => !isFlag(leaf));
  if (wrong !== undefined)
    throw TreeError.mismatch(operation, "mask", "true or false for each leaf", describe(wrong));
  checkSameStructure(operation, main.structure, structure as TreeStructure, "mask");
  return leaves as readonly boolean[];
};
const isLeafOfMask = (x: unknown): boolean => isFlag(x) || typeof x !== "object";

/**
 * Adds `weightDecay` times the parameters to the gradients: decoupled weight decay after a preconditioner, an L2
 * penalty before it. `update` needs the parameters.
 * @example chain(scaleByAdam(), addDecayedWeights(1e-4), scaleByLearningRate(1e-3)) // adamw
 * @see optax.add_decayed_weights; Loshchilov and Hutter 2019
 */
export const addDecayedWeights = (
  weightDecay: Scalar,
  options?: WeightDecayOptions,
): GradientTransformation => decay("addDecayedWeights", weightDecay, options);

/** `addDecayedWeights` under the name of the optimiser that it is part of. */
export const decay = (
  operation: string,
  weightDecay: Scalar,
  options: WeightDecayOptions | undefined,
): GradientTransformation => {
  const { mask } = optionsOf(operation, options, ["mask"]);
  checkScalar(operation, "weightDecay", weightDecay, notNegative);
  return besideParams(operation, (flat, params) => {
    const flags =
      mask === undefined ? null : flagsOf(`update of ${operation}`, mask, { ...flat, tensors: params });
    return flat.tensors.map((g, i) => {
      if (flags !== null && flags[i] === false) return g;
      return add(g, astype(multiply(params[i] as Tensor, like(weightDecay, params[i] as Tensor)), g.dtype));
    });
  });
};

// Clipping -------------------------------------------------------------------------------------------------------------

/**
 * Every element between -maxDelta and maxDelta.
 * @example chain(clip(1), sgd(0.1))
 * @see optax.clip, torch.nn.utils.clip_grad_value_
 */
export const clip = (maxDelta: Scalar): GradientTransformation => {
  const bound = checkScalar("clip", "maxDelta", maxDelta, positive);
  const below = typeof bound === "number" ? -bound : negative(bound);
  return stateless("clip", (gradients) => gradients.map((g) => clipped(g, like(below, g), like(bound, g))));
};

/** The root of the sum of all squares, with slope 0 where that is 0, as `np.norm`. */
const normOf = (leaves: readonly Tensor[]): Tensor => {
  const total = leaves.reduce((sums, x) => add(sums, sum(square(astype(x, "float64")))), zeros([]));
  const some = greater(total, 0);
  return where(some, sqrt(where(some, total, 1)), 0);
};

/**
 * The Euclidean norm of all elements of all leaves, computed in float64; 0 for a tree without leaves.
 * @example globalNorm({ a: np.array([3]), b: np.array(4) }).item() // 5
 * @see optax.global_norm
 */
export const globalNorm = (tree: unknown): Tensor => {
  const { tensors } = floatLeaves("globalNorm", tree, "the tree");
  return normOf(tensors);
};

/**
 * All gradients times one factor, at most 1, such that their global norm is at most `maxNorm`; below it they stay as
 * they are, bit for bit. (`torch.nn.utils.clip_grad_norm_` adds 1e-6 to the norm.)
 * @example chain(clipByGlobalNorm(1), adam(1e-3))
 * @see optax.clip_by_global_norm
 */
export const clipByGlobalNorm = (maxNorm: Scalar): GradientTransformation => {
  const bound = checkScalar("clipByGlobalNorm", "maxNorm", maxNorm, positive);
  return stateless("clipByGlobalNorm", (gradients) => {
    // bound / max(norm, bound) is 1 exactly below the bound, and never divides by 0
    const wide = typeof bound === "number" ? bound : astype(bound, "float64");
    const factor = divide(wide, maximum(normOf(gradients), wide));
    return gradients.map((g) => multiply(g, astype(factor, g.dtype)));
  });
};
