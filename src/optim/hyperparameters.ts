/** The numbers that steer an optimiser: what they may be, and how they meet the leaves they are applied to. */
import { astype, subtract } from "../numpy/arithmetic.js";
import { isFloat } from "../tensor/dtype.js";
import { ArgumentError, DTypeError, describe, ShapeError } from "../tensor/errors.js";
import { Tensor } from "../tensor/tensor.js";

/** A number, or a scalar tensor: then the result can be differentiated with respect to it, or mapped over many. */
export type Scalar = number | Tensor;

/** A set of numbers, and the words for it. */
export interface Range {
  readonly has: (x: number) => boolean;
  readonly words: string;
}
export const finite: Range = { has: Number.isFinite, words: "a finite number" };
export const notNegative: Range = {
  has: (x) => x >= 0 && x < Infinity,
  words: "a finite number, not negative",
};
export const positive: Range = { has: (x) => x > 0 && x < Infinity, words: "a finite number above 0" };
/** What a running mean keeps of itself at each step. */
export const fraction: Range = { has: (x) => x >= 0 && x < 1, words: "a number from 0 up to, without, 1" };
export const proportion: Range = { has: (x) => x > 0 && x < 1, words: "a number between 0 and 1" };
export const count: Range = {
  has: (x) => Number.isInteger(x) && x >= 0,
  words: "a whole number, not negative",
};
export const countFromOne: Range = {
  has: (x) => Number.isInteger(x) && x >= 1,
  words: "a whole number from 1 up",
};

/** A plain number within `range`. */
export const checkNumber = (operation: string, name: string, value: unknown, range: Range): number => {
  if (typeof value === "number" && range.has(value)) return value;
  throw ArgumentError.invalid(operation, `${name} is ${describe(value)}`, `It is ${range.words}.`);
};

/** A number within `range`, or a scalar tensor of floats, whose value is taken as it is. */
export const checkScalar = (operation: string, name: string, value: unknown, range: Range): Scalar => {
  if (!(value instanceof Tensor)) return checkNumber(operation, name, value, range);
  if (value.ndim !== 0)
    throw ShapeError.mismatch(operation, `${name} must be a scalar`, [value.shape], `It is ${range.words}.`);
  if (!isFloat(value.dtype)) throw DTypeError.unsupported(operation, value.dtype, `a float for ${name}`);
  return value;
};

export const checkFlag = (operation: string, name: string, value: unknown): boolean => {
  if (typeof value === "boolean") return value;
  throw ArgumentError.invalid(operation, `${name} is ${describe(value)}`, "It is true or false.");
};

/** In the dtype of a leaf: bare numbers take it by themselves, tensors are converted. */
export const like = (value: Scalar, leaf: Tensor): Scalar =>
  typeof value === "number" ? value : astype(value, leaf.dtype);

/** 1 - value, in float64 where the value is a number. */
export const complement = (value: Scalar): Scalar =>
  typeof value === "number" ? 1 - value : subtract(1, value);
