/** Choosing between tensors by conditions. The branch that is not taken gets an exact 0 as its derivative. */
import { select as selectPrimitive } from "../primitives/compare.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { WhereFunction } from "../tensor/signatures.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { broadcastAll, cast, promoteAll } from "./convert.js";
import { asTensor } from "./door.js";

/**
 * `a` where the condition holds, else `b`; all three broadcast. A branch whose own derivative is infinite where it is
 * not taken needs a safe input there, as in `np.where(ok, np.log(np.where(ok, x, 1)), 0)`.
 * @throws ShapeError if the shapes do not broadcast.
 * @example np.where([true, false], [1, 2], 0) // [1, 0]
 * @see numpy.where (its form with one argument depends on values: not here)
 */
export const where: WhereFunction = ((condition: TensorLike, a: TensorLike, b: TensorLike): Tensor => {
  const [x, y] = promoteAll("where", [asTensor("where", a), asTensor("where", b)]) as readonly [
    Tensor,
    Tensor,
  ];
  const test = cast(asTensor("where", condition), "bool");
  return selectPrimitive(...(broadcastAll("where", [test, x, y]) as readonly [Tensor, Tensor, Tensor]));
}) as WhereFunction;

/**
 * For each element the choice that goes with the first condition that holds, else the default.
 * @throws ArgumentError if there are not as many choices as conditions, or none.
 * @example np.select([np.less(x, 0), np.greater(x, 9)], [0, 9], x)
 * @see numpy.select
 */
export const select = (
  conditions: readonly TensorLike[],
  choices: readonly TensorLike[],
  defaultValue: TensorLike = 0,
): Tensor => {
  for (const list of [conditions, choices]) {
    if (!Array.isArray(list))
      throw ArgumentError.invalid(
        "select",
        `${describe(list)} is no list`,
        "Pass conditions and choices in arrays.",
      );
  }
  if (conditions.length !== choices.length || conditions.length === 0) {
    throw ArgumentError.invalid(
      "select",
      `got ${conditions.length} conditions and ${choices.length} choices`,
      "Pass one choice for each condition, and at least one.",
    );
  }
  let out = asTensor("select", defaultValue);
  for (let i = conditions.length - 1; i >= 0; i--) {
    out = where(conditions[i] as Tensor, choices[i] as Tensor, out);
  }
  return out;
};
