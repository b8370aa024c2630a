/** Transformations that divide gradients by the size they have had: RMSProp, Adagrad, Adadelta, each leaf by itself. */
import { add, divide, multiply, square, subtract } from "../numpy/arithmetic.js";
import { fullLike } from "../numpy/create.js";
import { sqrt } from "../numpy/exponential.js";
import { greater } from "../numpy/logic.js";
import { optionsOf } from "../numpy/options.js";
import { maximum } from "../numpy/rounding.js";
import { where } from "../numpy/selection.js";
import type { Tensor } from "../tensor/tensor.js";
import {
  checkFlag,
  checkNumber,
  checkScalar,
  fraction,
  like,
  notNegative,
  type Scalar,
} from "./hyperparameters.js";
import { leafwise } from "./leafwise.js";
import { runningMean, zero } from "./moments.js";
import type { GradientTransformation } from "./transformation.js";

/** Options of {@link scaleByRms}. */
export interface RmsOptions {
  /** What the mean of the squares keeps (PyTorch's alpha, Keras' rho); default 0.9. */
  readonly decay?: Scalar;
  /** Default 1e-8. */
  readonly eps?: Scalar;
  /** Where the mean of the squares begins; default 0. */
  readonly initialScale?: number;
  /** Divide by the standard deviation: the mean of the gradients is followed too; default false. */
  readonly centered?: boolean;
  /** Whether `eps` is added under the root (TensorFlow, Keras) or to it (PyTorch); default true. */
  readonly epsInSqrt?: boolean;
}
export const rmsOptions: readonly (keyof RmsOptions)[] = [
  "decay",
  "eps",
  "initialScale",
  "centered",
  "epsInSqrt",
];

/**
 * The gradients divided by the root of the running mean `v` of their squares: `g / sqrt(v + eps)`, or
 * `g / (sqrt(v) + eps)` with `epsInSqrt: false`. Centred, `v` less the square of their mean stands for `v`.
 * @example chain(scaleByRms({ decay: 0.99, epsInSqrt: false }), scale(-0.01)) // PyTorch's RMSprop
 * @see optax.scale_by_rms, optax.scale_by_stddev; Tieleman and Hinton 2012, Graves 2013
 */
export const scaleByRms = (options?: RmsOptions): GradientTransformation =>
  rmsDirection("scaleByRms", optionsOf("scaleByRms", options, rmsOptions));

/** `scaleByRms` under the name of the optimiser that it is part of. */
export const rmsDirection = (operation: string, options: RmsOptions): GradientTransformation => {
  const decay = checkScalar(operation, "decay", options.decay ?? 0.9, fraction);
  const eps = checkScalar(operation, "eps", options.eps ?? 1e-8, notNegative);
  const initialScale = checkNumber(operation, "initialScale", options.initialScale ?? 0, notNegative);
  const centered = checkFlag(operation, "centered", options.centered ?? false);
  const inside = checkFlag(operation, "epsInSqrt", options.epsInSqrt ?? true);
  const over = (g: Tensor, v: Tensor): Tensor => {
    const e = like(eps, g);
    return divide(g, inside ? sqrt(add(v, e)) : add(sqrt(v), e));
  };
  const begin = (param: Tensor): Tensor => fullLike(param, initialScale);
  if (!centered)
    return leafwise(operation, { nu: begin }, (g, slots) => {
      const nu = runningMean(decay, slots.nu, square(g));
      return [over(g, nu), { nu }];
    });
  return leafwise(operation, { mu: zero, nu: begin }, (g, slots) => {
    const mu = runningMean(decay, slots.mu, g);
    const nu = runningMean(decay, slots.nu, square(g));
    // a variance is not negative, but rounding may make it so
    return [over(g, maximum(subtract(nu, square(mu)), 0)), { mu, nu }];
  });
};

/** Options of {@link scaleByRss}. */
export interface RssOptions {
  /** Where the sum of the squares begins; default 0.1. */
  readonly initialAccumulatorValue?: number;
  /** Added under the root; default 1e-7. */
  readonly eps?: Scalar;
}
/**
 * The gradients divided by the root of the sum `s` of all their squares: `g / sqrt(s + eps)`, and 0 where `s` is 0.
 * TensorFlow's conventions, as optax; PyTorch begins at 0 and adds 1e-10 to the root.
 * @example chain(scaleByRss(), scale(-0.1)) // adagrad(0.1)
 * @see optax.scale_by_rss; Duchi, Hazan and Singer 2011
 */
export const scaleByRss = (options?: RssOptions): GradientTransformation =>
  rssDirection("scaleByRss", optionsOf("scaleByRss", options, ["initialAccumulatorValue", "eps"]));

/** `scaleByRss` under the name of the optimiser that it is part of. */
export const rssDirection = (operation: string, options: RssOptions): GradientTransformation => {
  const name = "initialAccumulatorValue";
  const first = checkNumber(operation, name, options.initialAccumulatorValue ?? 0.1, notNegative);
  const eps = checkScalar(operation, "eps", options.eps ?? 1e-7, notNegative);
  return leafwise(operation, { sumOfSquares: (param) => fullLike(param, first) }, (g, slots) => {
    const sumOfSquares = add(slots.sumOfSquares, square(g));
    const some = greater(sumOfSquares, 0);
    // where the sum is 0 so is the gradient; a 1 keeps the root and its slope finite there
    const root = sqrt(where(some, add(sumOfSquares, like(eps, g)), 1));
    return [where(some, divide(g, root), 0), { sumOfSquares }];
  });
};

/** Options of {@link scaleByAdadelta}. */
export interface AdadeltaOptions {
  /** What both means keep; default 0.9. */
  readonly rho?: Scalar;
  /** Added under both roots; default 1e-6. */
  readonly eps?: Scalar;
}
/**
 * Adadelta's direction: `g sqrt(u + eps) / sqrt(v + eps)` with the running means `v` of the squared gradients and `u`
 * of the squared updates before this one. optax, PyTorch and the paper agree.
 * @example chain(scaleByAdadelta(), scale(-1)) // adadelta()
 * @see optax.scale_by_adadelta; Zeiler 2012
 */
export const scaleByAdadelta = (options?: AdadeltaOptions): GradientTransformation =>
  adadeltaDirection("scaleByAdadelta", optionsOf("scaleByAdadelta", options, ["rho", "eps"]));

/** `scaleByAdadelta` under the name of the optimiser that it is part of. */
export const adadeltaDirection = (operation: string, options: AdadeltaOptions): GradientTransformation => {
  const rho = checkScalar(operation, "rho", options.rho ?? 0.9, fraction);
  const eps = checkScalar(operation, "eps", options.eps ?? 1e-6, notNegative);
  return leafwise(operation, { eG: zero, eX: zero }, (g, slots) => {
    const eG = runningMean(rho, slots.eG, square(g));
    const root = (mean: Tensor): Tensor => sqrt(add(mean, like(eps, g)));
    const update = multiply(divide(root(slots.eX), root(eG)), g);
    return [update, { eG, eX: runningMean(rho, slots.eX, square(update)) }];
  });
};
