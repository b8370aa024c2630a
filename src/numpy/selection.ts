/** Choosing between tensors by conditions. The branch that is not taken gets an exact 0 as its derivative. */
import { filledAs } from "../primitives/arithmetic.js";
import { select as selectPrimitive } from "../primitives/compare.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { WhereFunction } from "../tensor/signatures.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { broadcastAll, cast, promoteAll, stretch } from "./convert.js";
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

/**
 * `x` put through the function (or replaced by the value) that goes with the last condition that holds; where none does through the
 * one more that may be given, else 0. Every function sees all of `x`: where its slope is infinite elsewhere, make that safe.
 * @throws ArgumentError for lists that do not go together.
 * @example np.piecewise([-2, 0, 3], [[true, false, false], [false, true, true]], [(x) => np.neg(x), 7]) // [2, 7, 7]
 * @see numpy.piecewise
 */
export const piecewise = (
  x: TensorLike,
  conditions: readonly TensorLike[],
  functions: readonly (TensorLike | ((x: Tensor) => TensorLike))[],
): Tensor => {
  if (!Array.isArray(conditions) || !Array.isArray(functions))
    throw ArgumentError.invalid(
      "piecewise",
      `${describe(conditions)} and ${describe(functions)} are no lists`,
      "Pass conditions and functions in arrays.",
    );
  const more = functions.length - conditions.length;
  if (more !== 0 && more !== 1) {
    throw ArgumentError.invalid(
      "piecewise",
      `got ${conditions.length} conditions and ${functions.length} functions`,
      "Pass one function for each condition, and one more for the rest.",
    );
  }
  const t = asTensor("piecewise", x);
  const of = (f: TensorLike | ((x: Tensor) => TensorLike)): Tensor =>
    cast(asTensor("piecewise", typeof f === "function" ? f(t) : f), t.type.dtype);
  const rest = more === 1 ? of(functions[functions.length - 1] as TensorLike) : filledAs(t, 0);
  return conditions.reduce<Tensor>(
    (out, condition, i) => where(condition, of(functions[i] as TensorLike), out) as Tensor,
    stretch(rest, t.type.shape),
  );
};
