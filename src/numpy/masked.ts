/** Reductions of the elements that `where` selects, from an `initial` value: what `np` adds to the tensors' methods. */
import { add, convert, div, filledAs } from "../primitives/arithmetic.js";
import { sum as sumPrimitive } from "../primitives/broadcast.js";
import * as compare from "../primitives/compare.js";
import type { UnaryWith } from "../primitives/define.js";
import { checkNotEmpty, reduceMax, reduceMin } from "../primitives/reduce.js";
import { ArgumentError } from "../tensor/errors.js";
import { broadcastShapes, orThrow } from "../tensor/shape.js";
import type { FloatReductionFunction, ReductionFunction, SumFunction } from "../tensor/signatures.js";
import type { ReduceOptions, Tensor, TensorLike } from "../tensor/tensor.js";
import { broadcastAll, cast, floated, meet, promoteAll, stretch, toTensor } from "./convert.js";
import { axesOf, countOf, kept, widened } from "./methods/reductions.js";
import { optionsOf } from "./options.js";

/** Which elements count (bool, broadcast against the tensor), and a value to begin with. */
export interface Mask {
  readonly where?: TensorLike;
  readonly initial?: TensorLike;
}
type Needed<T, K extends keyof T> = Omit<T, K> & { readonly [P in K]-?: NonNullable<T[P]> };
/** The form of a reduction that takes `where` and `initial`. */
export type MaskedReduction = (
  x: TensorLike,
  options: ReduceOptions & (Needed<Mask, "where"> | Needed<Mask, "initial">),
) => Tensor;
export type MaskedMean = (x: TensorLike, options: ReduceOptions & { readonly where: TensorLike }) => Tensor;

export type AllReduceOptions = (ReduceOptions & Mask) | undefined;

export const maskKeys = ["axis", "keepdims", "where", "initial"] as const;
export const meanKeys = ["axis", "keepdims", "where"] as const;

/** The mask as bool and the tensor, in one shape. */
export const withMask = (operation: string, where: TensorLike, x: Tensor): readonly [Tensor, Tensor] =>
  broadcastAll(operation, [cast(toTensor(operation, where), "bool"), x]) as readonly [Tensor, Tensor];

/** `x` with another value where the mask is false. */
export const masked = (
  operation: string,
  x: Tensor,
  where: TensorLike | undefined,
  value: number,
): Tensor => {
  if (where === undefined) return x;
  const [mask, y] = withMask(operation, where, x);
  return compare.select(mask, y, filledAs(y, value));
};

/** A sum or product, whose neutral element stands for what is masked; `initial` enters by `combine`. */
export const accumulate = (
  operation: string,
  primitive: UnaryWith<readonly number[]>,
  combine: (a: Tensor, b: Tensor) => Tensor,
  neutral: number,
  x: TensorLike,
  options: AllReduceOptions,
): Tensor => {
  const given = widened(toTensor(operation, x));
  optionsOf(operation, options, maskKeys);
  const values = masked(operation, given, options?.where, neutral);
  const axes = axesOf(operation, values, options, maskKeys);
  const result = kept(primitive(values, axes), values, axes, options);
  if (options?.initial === undefined) return result;
  const [y, initial] = meet(operation, result, options.initial);
  return combine(y, initial);
};

/** The sum, under the name of the function that needs it. */
export const total = (operation: string, x: TensorLike, options: AllReduceOptions): Tensor =>
  accumulate(operation, sumPrimitive, (a, b) => add(a, b), 0, x, options);

export const sum: MaskedReduction & SumFunction = ((x: TensorLike, options?: AllReduceOptions): Tensor =>
  total("sum", x, options)) as MaskedReduction & SumFunction;

/** The mean, under the name of the function that needs it. */
export const meanOf = (operation: string, x: TensorLike, options: AllReduceOptions): Tensor => {
  const { axis = null, keepdims = false, where } = optionsOf(operation, options, meanKeys);
  const given = floated(toTensor(operation, x));
  const summed = total(operation, given, options);
  if (where === undefined)
    return div(summed, filledAs(summed, countOf(given, axesOf(operation, given, options, meanKeys))));
  const mask = cast(toTensor(operation, where), "bool");
  const counted = stretch(mask, orThrow(broadcastShapes(operation, given.type.shape, mask.type.shape)));
  return div(summed, convert(total(operation, counted, { axis, keepdims }), summed.type.dtype));
};

export const mean: MaskedMean & FloatReductionFunction = ((
  x: TensorLike,
  options?: AllReduceOptions,
): Tensor => meanOf("mean", x, options)) as MaskedMean & FloatReductionFunction;

/** An extreme of what the mask selects, from `initial` on; the name is that of the function that needs it. */
export const extremeOf = (
  operation: string,
  primitive: UnaryWith<readonly number[]>,
  combine: (a: Tensor, b: Tensor) => Tensor,
  x: TensorLike,
  options: AllReduceOptions,
): Tensor => {
  let values = toTensor(operation, x);
  const { where, initial } = optionsOf(operation, options, maskKeys);
  if (initial === undefined) {
    if (where !== undefined) throw needsInitial(operation);
    const axes = axesOf(operation, values, options, maskKeys);
    checkNotEmpty(operation, values.type.shape, axes);
    return kept(primitive(values, axes), values, axes, options);
  }
  const given = toTensor(operation, initial);
  const [met, start] = promoteAll(operation, [
    values,
    values.type.dtype === "bool" ? cast(given, "bool") : given,
  ]) as readonly [Tensor, Tensor];
  values = met;
  if (where !== undefined) {
    const condition = cast(toTensor(operation, where), "bool");
    const [mask, a, b] = broadcastAll(operation, [condition, values, start]) as readonly [
      Tensor,
      Tensor,
      Tensor,
    ];
    values = compare.select(mask, a, b);
  }
  const axes = axesOf(operation, values, options, maskKeys);
  const empty = countOf(values, axes) === 0;
  const shape = values.type.shape.filter((_, axis) => !axes.includes(axis));
  const result = kept(empty ? stretch(start, shape) : primitive(values, axes), values, axes, options);
  const [y, from] = meet(operation, result, start);
  return empty ? result : combine(y, from);
};

/* @__NO_SIDE_EFFECTS__ */
const extreme = (
  operation: string,
  primitive: UnaryWith<readonly number[]>,
  combine: (a: Tensor, b: Tensor) => Tensor,
): MaskedReduction & ReductionFunction =>
  ((x: TensorLike, options?: AllReduceOptions): Tensor =>
    extremeOf(operation, primitive, combine, x, options)) as MaskedReduction & ReductionFunction;

const needsInitial = (operation: string): ArgumentError =>
  ArgumentError.invalid(
    operation,
    "with where it needs a value for when nothing is selected",
    "Pass initial too, such as { where, initial: 0 }.",
  );

export const max: MaskedReduction & ReductionFunction = extreme("max", reduceMax, compare.max);
export const min: MaskedReduction & ReductionFunction = extreme("min", reduceMin, compare.min);
