/** Constants and options of functions of floats: what the files of this room have in common. */
import { asFloat } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { filledAs } from "../primitives/arithmetic.js";
import { roundTo } from "../tensor/dtype.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import type { DTypeOf, FloatOf, ShapeOf } from "../tensor/types.js";

/** A function of a tensor, elementwise in floats, with options. */
export type FloatFunctionWith<Options> = <const A extends TensorLike>(
  x: A,
  options?: Options,
) => Tensor<ShapeOf<A>, FloatOf<DTypeOf<A>>>;

/** A number in the type of a tensor. */
export const constant = (x: Tensor, value: number): Tensor => filledAs(x, roundTo(x.dtype, value));

/** A JavaScript number, where one is needed. */
export const checkFinite = (operation: string, what: string, value: unknown): number => {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw ArgumentError.invalid(
    operation,
    `${what} is ${describe(value)}`,
    "It is static: a finite JavaScript number.",
  );
};

/** Numbers from an options object, with their defaults. */
export const numbersOf = <K extends string>(
  operation: string,
  options: { readonly [key in K]?: number } | undefined,
  defaults: { readonly [key in K]: number },
): { readonly [key in K]: number } => {
  const keys = Object.keys(defaults) as K[];
  const given = optionsOf(operation, options, keys);
  return Object.fromEntries(
    keys.map((key) => [key, checkFinite(operation, key, given[key] ?? defaults[key])]),
  ) as { readonly [key in K]: number };
};

/* @__NO_SIDE_EFFECTS__ */
export const ofFloatWith = <K extends string>(
  operation: string,
  defaults: { readonly [key in K]: number },
  f: (x: Tensor, options: { readonly [key in K]: number }) => Tensor,
): FloatFunctionWith<{ readonly [key in K]?: number }> =>
  ((x: TensorLike, options?: { readonly [key in K]?: number }): Tensor =>
    f(asFloat(operation, x), numbersOf(operation, options, defaults))) as FloatFunctionWith<{
    readonly [key in K]?: number;
  }>;
