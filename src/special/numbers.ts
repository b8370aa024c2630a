/** Sequences of numbers that special functions are made of. */
import { bernoulliNumbers } from "../kernel/bernoulli.js";
import { optionsOf } from "../numpy/options.js";
import { allocate, type FloatDType, isFloat } from "../tensor/dtype.js";
import { DTypeError } from "../tensor/errors.js";
import { compact, type Tensor } from "../tensor/tensor.js";
import { checkCount } from "./lift.js";

/**
 * The Bernoulli numbers B_0, ..., B_n, with B_1 = -1 / 2, each rounded once; infinite from B_260 on.
 * @throws ArgumentError if n is not a whole number from 0 on.
 * @example special.bernoulli(4) // [1, -0.5, 0.16666666666666666, 0, -0.03333333333333333]
 * @see scipy.special.bernoulli
 */
export const bernoulli = <D extends FloatDType = "float64">(
  n: number,
  options?: { readonly dtype?: D },
): Tensor<readonly [number], D> => {
  const { dtype = "float64" as D } = optionsOf("bernoulli", options, ["dtype"]);
  if (!isFloat(dtype)) throw DTypeError.unsupported("bernoulli", String(dtype), "float64 or float32");
  const count = checkCount("bernoulli", "the last index", n, 0) + 1;
  const data = allocate(dtype, count);
  data.set(bernoulliNumbers(n));
  return compact({ shape: [count], dtype, weak: false }, data) as Tensor as Tensor<readonly [number], D>;
};
