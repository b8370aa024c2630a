/** Reductions that tensors have as methods: sum, mean, max, min, over any axes, kept or not. */
import { convert, div, filledAs } from "../../primitives/arithmetic.js";
import { sum as sumPrimitive } from "../../primitives/broadcast.js";
import type { UnaryWith } from "../../primitives/define.js";
import { checkNotEmpty, reduceMax, reduceMin } from "../../primitives/reduce.js";
import { reshape } from "../../primitives/reshape.js";
import { type DType, isFloat, isSigned, itemSize } from "../../tensor/dtype.js";
import { normalizeAxes, orThrow, type Shape, sizeOf } from "../../tensor/shape.js";
import type { FloatReductionFunction, ReductionFunction, SumFunction } from "../../tensor/signatures.js";
import type { ReduceOptions, Tensor, TensorLike } from "../../tensor/tensor.js";
import { floated, toTensor } from "../convert.js";
import { flagOf, optionsOf } from "../options.js";

/** The axes to reduce, in rising order. Options that are no object are a slip of the keyboard: `sum(x, 0)`. */
export const axesOf = <T extends ReduceOptions>(
  operation: string,
  x: Tensor,
  options: T | undefined,
  allowed: readonly (keyof T & string)[] = ["axis", "keepdims"],
): readonly number[] => {
  const { axis, keepdims } = optionsOf(operation, options, allowed);
  flagOf(operation, "keepdims", keepdims, false);
  const axes = orThrow(normalizeAxes(operation, axis, x.type.shape.length));
  return axes.sort((a, b) => a - b);
};

/** The shape with reduced axes of size 1. */
export const keptShape = (shape: Shape, axes: readonly number[]): Shape =>
  shape.map((n, axis) => (axes.includes(axis) ? 1 : n));

/** The result of a reduction of `x`, with the reduced axes put back where `keepdims` says so. */
export const kept = (
  y: Tensor,
  x: Tensor,
  axes: readonly number[],
  options: ReduceOptions | undefined,
): Tensor => (options?.keepdims === true ? reshape(y, keptShape(x.type.shape, axes)) : y);

/** How many elements become one. */
export const countOf = (x: Tensor, axes: readonly number[]): number =>
  sizeOf(axes.map((axis) => x.type.shape[axis] as number));

/** What sums and products are computed in: bool and narrow integers in 32 bits (there are no 64). */
export const widened = (x: Tensor): Tensor => {
  const { dtype } = x.type;
  if (isFloat(dtype) || itemSize(dtype) === 4) return x;
  const wide: DType = dtype === "bool" || isSigned(dtype) ? "int32" : "uint32";
  return convert(x, wide);
};

export const sum: SumFunction = ((x: TensorLike, options?: ReduceOptions): Tensor => {
  const t = widened(toTensor("sum", x));
  const axes = axesOf("sum", t, options);
  return kept(sumPrimitive(t, axes), t, axes, options);
}) as SumFunction;

export const mean: FloatReductionFunction = ((x: TensorLike, options?: ReduceOptions): Tensor => {
  const t = floated(toTensor("mean", x));
  const axes = axesOf("mean", t, options);
  const total = kept(sumPrimitive(t, axes), t, axes, options);
  return div(total, filledAs(total, countOf(t, axes)));
}) as FloatReductionFunction;

/* @__NO_SIDE_EFFECTS__ */
const extreme = (operation: string, primitive: UnaryWith<readonly number[]>): ReductionFunction =>
  ((x: TensorLike, options?: ReduceOptions): Tensor => {
    const t = toTensor(operation, x);
    const axes = axesOf(operation, t, options);
    checkNotEmpty(operation, t.type.shape, axes);
    return kept(primitive(t, axes), t, axes, options);
  }) as ReductionFunction;

export const max: ReductionFunction = extreme("max", reduceMax);
export const min: ReductionFunction = extreme("min", reduceMin);
