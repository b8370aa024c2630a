/** Transformations that follow running means of the gradients (momentum, Adam, Lion), each leaf by itself. */
import { add, divide, multiply, power, sign, square, subtract } from "../numpy/arithmetic.js";
import { zerosLike } from "../numpy/create.js";
import { sqrt } from "../numpy/exponential.js";
import { optionsOf } from "../numpy/options.js";
import type { Tensor } from "../tensor/tensor.js";
import {
  checkFlag,
  checkScalar,
  complement,
  fraction,
  like,
  notNegative,
  type Scalar,
} from "./hyperparameters.js";
import { leafwise, leafwiseCounting } from "./leafwise.js";
import type { GradientTransformation } from "./transformation.js";

export const zero = (param: Tensor): Tensor => zerosLike(param);

/** beta m + (1 - beta) x */
export const runningMean = (beta: Scalar, m: Tensor, x: Tensor): Tensor =>
  add(multiply(m, like(beta, x)), multiply(x, like(complement(beta), x)));

/** Options of {@link trace}. */
export interface TraceOptions {
  /** Look ahead: the gradient and once more the decayed trace; default false. */
  readonly nesterov?: boolean;
}
/**
 * Momentum: `v = g + decay v`, and the update is `v`, or `g + decay v` with Nesterov's look-ahead. It is PyTorch's
 * momentum with dampening 0; Keras' velocity has the learning rate within.
 * @example chain(trace(0.9), scale(-0.01)) // sgd(0.01, { momentum: 0.9 })
 * @see optax.trace; Sutskever et al. 2013
 */
export const trace = (decay: Scalar, options?: TraceOptions): GradientTransformation => {
  const nesterov = checkFlag(
    "trace",
    "nesterov",
    optionsOf("trace", options, ["nesterov"]).nesterov ?? false,
  );
  return momentum("trace", checkScalar("trace", "decay", decay, fraction), nesterov);
};

/** `trace` under the name of the optimiser that it is part of. */
export const momentum = (operation: string, decay: Scalar, nesterov: boolean): GradientTransformation =>
  leafwise(operation, { trace: zero }, (g, slots) => {
    const follow = (v: Tensor): Tensor => add(g, multiply(v, like(decay, g)));
    const next = follow(slots.trace);
    return [nesterov ? follow(next) : next, { trace: next }];
  });

/** Options of {@link scaleByAdam}. */
export interface AdamOptions {
  /** What the mean of the gradients keeps; default 0.9. */
  readonly b1?: Scalar;
  /** What the mean of their squares keeps; default 0.999. */
  readonly b2?: Scalar;
  /** Added to the root; default 1e-8. */
  readonly eps?: Scalar;
  /** Added under the root, for derivatives through it at 0; default 0. */
  readonly epsRoot?: Scalar;
}
export const adamOptions: readonly (keyof AdamOptions)[] = ["b1", "b2", "eps", "epsRoot"];

/**
 * Adam's direction: `m / (sqrt(v + epsRoot) + eps)` with the running means `m` of the gradients and `v` of their
 * squares, both divided by `1 - b^t` for having begun at 0. `eps` stands beside the corrected root, as in the paper's
 * algorithm 1, optax and PyTorch; Keras (1e-7) and the paper's faster form have it beside the uncorrected one.
 * The corrections are computed in float64 and rounded once to the dtype of the leaf, as PyTorch's are.
 * @example chain(scaleByAdam(), scaleByLearningRate(1e-3)) // adam(1e-3)
 * @see optax.scale_by_adam; Kingma and Ba 2015
 */
export const scaleByAdam = (options?: AdamOptions): GradientTransformation =>
  adamDirection("scaleByAdam", optionsOf("scaleByAdam", options, adamOptions));

/** 1 - b^t, in float64 */
const correction = (b: Scalar, t: Tensor): Tensor => subtract(1, power(b, t));

/** `scaleByAdam` under the name of the optimiser that it is part of. */
export const adamDirection = (operation: string, options: AdamOptions): GradientTransformation => {
  const b1 = checkScalar(operation, "b1", options.b1 ?? 0.9, fraction);
  const b2 = checkScalar(operation, "b2", options.b2 ?? 0.999, fraction);
  const eps = checkScalar(operation, "eps", options.eps ?? 1e-8, notNegative);
  const epsRoot = checkScalar(operation, "epsRoot", options.epsRoot ?? 0, notNegative);
  return leafwiseCounting(operation, { mu: zero, nu: zero }, (t) => {
    const [c1, c2] = [correction(b1, t), correction(b2, t)];
    return (g, slots) => {
      const mu = runningMean(b1, slots.mu, g);
      const nu = runningMean(b2, slots.nu, square(g));
      const root = sqrt(withRoot(divide(nu, like(c2, g)), epsRoot));
      return [divide(divide(mu, like(c1, g)), add(root, like(eps, g))), { mu, nu }];
    };
  });
};

/** v + epsRoot, without the addition of a 0 that is known. */
const withRoot = (v: Tensor, epsRoot: Scalar): Tensor => (epsRoot === 0 ? v : add(v, like(epsRoot, v)));

/** Options of {@link scaleByLion}. */
export interface LionDirectionOptions {
  /** The weight of the momentum in the direction; default 0.9. */
  readonly b1?: Scalar;
  /** What the momentum keeps; default 0.99. */
  readonly b2?: Scalar;
}
/**
 * Lion's direction: the sign of `b1 m + (1 - b1) g`; then the momentum becomes `b2 m + (1 - b2) g`.
 * @example chain(scaleByLion(), scaleByLearningRate(1e-4)) // lion(1e-4, { weightDecay: 0 })
 * @see optax.scale_by_lion; Chen et al. 2023
 */
export const scaleByLion = (options?: LionDirectionOptions): GradientTransformation =>
  lionDirection("scaleByLion", optionsOf("scaleByLion", options, ["b1", "b2"]));

/** `scaleByLion` under the name of the optimiser that it is part of. */
export const lionDirection = (operation: string, options: LionDirectionOptions): GradientTransformation => {
  const b1 = checkScalar(operation, "b1", options.b1 ?? 0.9, fraction);
  const b2 = checkScalar(operation, "b2", options.b2 ?? 0.99, fraction);
  return leafwise(operation, { mu: zero }, (g, { mu }) => [
    sign(runningMean(b1, mu, g)),
    { mu: runningMean(b2, mu, g) },
  ]);
};
