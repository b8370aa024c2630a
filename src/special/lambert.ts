/** Lambert's W function. */
import { asFloat } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import * as primitive from "../primitives/lambert.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import type { DTypeOf, FloatOf, ShapeOf } from "../tensor/types.js";

export interface LambertOptions {
  /** 0, the default: w >= -1, for x >= -1 / e. -1: w <= -1, for -1 / e <= x < 0. */
  readonly branch?: 0 | -1;
}
export type LambertFunction = <const A extends TensorLike>(
  x: A,
  options?: LambertOptions,
) => Tensor<ShapeOf<A>, FloatOf<DTypeOf<A>>>;

/**
 * A real branch of the solution w of w e^w = x; NaN where there is none. At -1 / e, rounded as it may be, both branches
 * are -1 and have an infinite slope, positive on the branch 0 and negative on the branch -1.
 * @throws ArgumentError for another branch.
 * @example special.lambertW([0, 1, Math.E]) // [0, 0.5671432904097838, 1]
 * @see scipy.special.lambertw
 */
export const lambertW: LambertFunction = ((x: TensorLike, options?: LambertOptions): Tensor => {
  const { branch = 0 } = optionsOf("lambertW", options, ["branch"]);
  if (branch !== 0 && branch !== -1) {
    throw ArgumentError.invalid(
      "lambertW",
      `the branch is ${describe(branch)}`,
      "The real branches are 0 and -1; the others are complex.",
    );
  }
  const given = asFloat("lambertW", x);
  return primitive.lambertW(given, { branch, plusOne: false, isSingle: given.type.dtype === "float32" });
}) as LambertFunction;
