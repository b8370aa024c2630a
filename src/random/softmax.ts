/** What becomes of logarithms of weights: weights that sum to 1 along the last axis. */
import { div, stopGradient, sub } from "../primitives/arithmetic.js";
import { broadcast, sum } from "../primitives/broadcast.js";
import { reduceMax } from "../primitives/reduce.js";
import { exp } from "../primitives/transcendental.js";
import type { Tensor } from "../tensor/tensor.js";

export const softmaxLast = (x: Tensor): Tensor => {
  const axis = x.shape.length - 1;
  const spread = (y: Tensor): Tensor => broadcast(y, { shape: x.shape, axes: y.shape.map((_, i) => i) });
  const weights = exp(sub(x, spread(stopGradient(reduceMax(x, [axis])))));
  return div(weights, spread(sum(weights, [axis])));
};
