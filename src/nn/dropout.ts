/** Dropout: a function of its key, as everything random is. */
import { asFloat } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { div, zerosAs } from "../primitives/arithmetic.js";
import { select } from "../primitives/compare.js";
import { bernoulli } from "../random/discrete.js";
import { checkKey, type Key } from "../random/key.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { constant } from "./numbers.js";

export interface DropoutOptions {
  /** Whether anything is dropped: false for inference. Default true. */
  readonly training?: boolean;
}
/**
 * Each element with probability `rate` replaced by 0, the others divided by 1 - rate: the mean stays.
 * @throws ArgumentError for a rate outside [0, 1], or where there is no key.
 * @example nn.dropout(random.key(0), [1, 2], 0.5, { training: false }).toArray() // [1, 2]
 */
export const dropout = (key: Key, a: TensorLike, rate: number, options?: DropoutOptions): Tensor => {
  checkKey("dropout", key);
  const x = asFloat("dropout", a);
  const { training = true } = optionsOf("dropout", options, ["training"]);
  if (typeof rate !== "number" || !(rate >= 0 && rate <= 1))
    throw ArgumentError.invalid(
      "dropout",
      `the rate is ${describe(rate)}`,
      "It is a JavaScript number from 0 to 1.",
    );
  if (!training || rate === 0) return x;
  if (rate === 1) return zerosAs(x);
  const kept = bernoulli(key, 1 - rate, { shape: x.shape });
  return select(kept, div(x, constant(x, 1 - rate)), zerosAs(x));
};
