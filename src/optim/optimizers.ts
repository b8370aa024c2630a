/** The optimisers by their names: chains of transformations, with optax's defaults; differences to others are told. */
import { optionsOf } from "../numpy/options.js";
import { checkFlag, checkScalar, fraction, type Scalar } from "./hyperparameters.js";
import {
  type AdamOptions,
  adamDirection,
  adamOptions,
  type LionDirectionOptions,
  lionDirection,
  momentum,
} from "./moments.js";
import { decay, descent, type LearningRate, type WeightDecayOptions } from "./scaling.js";
import {
  type AdadeltaOptions,
  adadeltaDirection,
  type RmsOptions,
  type RssOptions,
  rmsDirection,
  rmsOptions,
  rssDirection,
} from "./squares.js";
import { chain, type GradientTransformation } from "./transformation.js";

/** Options of {@link sgd}. */
export interface SgdOptions {
  /** What the velocity keeps; none by default. */
  readonly momentum?: Scalar;
  /** Nesterov's look-ahead; default false. */
  readonly nesterov?: boolean;
}

const withMomentum = (operation: string, given: SgdOptions): readonly GradientTransformation[] => {
  const nesterov = checkFlag(operation, "nesterov", given.nesterov ?? false);
  const kept = checkScalar(operation, "momentum", given.momentum ?? 0, fraction);
  return kept === 0 ? [] : [momentum(operation, kept, nesterov)];
};

/**
 * Gradient descent, with momentum if wanted: `v = g + momentum v`, `x = x - learningRate v` (optax, PyTorch with
 * dampening 0). In float32 every product and every difference rounds once.
 * @example minimize(f, x0, { steps: 1000, optimizer: sgd(0.01, { momentum: 0.9, nesterov: true }) })
 * @see optax.sgd, torch.optim.SGD
 */
export const sgd = (learningRate: LearningRate, options?: SgdOptions): GradientTransformation => {
  const given = optionsOf("sgd", options, ["momentum", "nesterov"]);
  return chain(...withMomentum("sgd", given), descent("sgd", learningRate));
};

/**
 * Adam, bias corrected: see `scaleByAdam` for the conventions, which are optax's and PyTorch's.
 * @example adam(1e-3, { b1: 0.9, b2: 0.999, eps: 1e-8 })
 * @see optax.adam, torch.optim.Adam; Kingma and Ba 2015
 */
export const adam = (learningRate: LearningRate = 1e-3, options?: AdamOptions): GradientTransformation =>
  chain(adamDirection("adam", optionsOf("adam", options, adamOptions)), descent("adam", learningRate));

/** Options of {@link adamw}. */
export interface AdamWOptions extends AdamOptions, WeightDecayOptions {
  /** Default 1e-4, as in optax (PyTorch: 1e-2, Keras: 4e-3). */
  readonly weightDecay?: Scalar;
}
/**
 * Adam with decoupled weight decay: the step is `learningRate (direction + weightDecay x)`, in optax as in PyTorch
 * (the paper leaves the learning rate out of the decay). `update` needs the parameters.
 * @example adamw(1e-3, { weightDecay: 1e-2, mask: { weights: true, bias: false } })
 * @see optax.adamw, torch.optim.AdamW; Loshchilov and Hutter 2019
 */
export const adamw = (learningRate: LearningRate = 1e-3, options?: AdamWOptions): GradientTransformation => {
  const {
    weightDecay = 1e-4,
    mask,
    ...rest
  } = optionsOf("adamw", options, [...adamOptions, "weightDecay", "mask"]);
  return chain(
    adamDirection("adamw", rest),
    decay("adamw", weightDecay, mask === undefined ? {} : { mask }),
    descent("adamw", learningRate),
  );
};

/** Options of {@link rmsprop}. */
export interface RmspropOptions extends RmsOptions, SgdOptions {}
/**
 * RMSProp: see `scaleByRms`. Defaults are optax's and TensorFlow's; PyTorch's are
 * `{ decay: 0.99, epsInSqrt: false }`. Momentum gathers the scaled steps, after the learning rate, as in optax and TensorFlow
 * (PyTorch before it: the same while the rate is constant).
 * @example rmsprop(1e-2, { centered: true, momentum: 0.9 })
 * @see optax.rmsprop, torch.optim.RMSprop; Tieleman and Hinton 2012
 */
export const rmsprop = (
  learningRate: LearningRate = 1e-2,
  options?: RmspropOptions,
): GradientTransformation => {
  const given = optionsOf("rmsprop", options, [...rmsOptions, "momentum", "nesterov"]);
  return chain(
    rmsDirection("rmsprop", given),
    descent("rmsprop", learningRate),
    ...withMomentum("rmsprop", given),
  );
};

/**
 * Adagrad: see `scaleByRss`. Defaults are optax's and TensorFlow's.
 * @example adagrad(0.1, { initialAccumulatorValue: 0.1 })
 * @see optax.adagrad; Duchi, Hazan and Singer 2011
 */
export const adagrad = (learningRate: LearningRate = 1e-2, options?: RssOptions): GradientTransformation => {
  const given = optionsOf("adagrad", options, ["initialAccumulatorValue", "eps"]);
  return chain(rssDirection("adagrad", given), descent("adagrad", learningRate));
};

/**
 * Adadelta: see `scaleByAdadelta`. The learning rate is 1 in the paper and in PyTorch (Keras: 0.001).
 * @example adadelta(1, { rho: 0.95 })
 * @see optax.adadelta, torch.optim.Adadelta; Zeiler 2012
 */
export const adadelta = (
  learningRate: LearningRate = 1,
  options?: AdadeltaOptions,
): GradientTransformation => {
  const given = optionsOf("adadelta", options, ["rho", "eps"]);
  return chain(adadeltaDirection("adadelta", given), descent("adadelta", learningRate));
};

/** Options of {@link lion}. */
export interface LionOptions extends LionDirectionOptions, WeightDecayOptions {
  /** Default 1e-3, as in optax (the paper: 0). */
  readonly weightDecay?: Scalar;
}
/**
 * Lion: steps of one size, by sign; see `scaleByLion`. Weight decay is decoupled, so `update` needs the parameters.
 * @example lion(1e-4, { weightDecay: 1e-3 })
 * @see optax.lion; Chen et al. 2023
 */
export const lion = (learningRate: LearningRate = 1e-4, options?: LionOptions): GradientTransformation => {
  const {
    weightDecay = 1e-3,
    mask,
    ...rest
  } = optionsOf("lion", options, ["b1", "b2", "weightDecay", "mask"]);
  return chain(
    lionDirection("lion", rest),
    decay("lion", weightDecay, mask === undefined ? {} : { mask }),
    descent("lion", learningRate),
  );
};
