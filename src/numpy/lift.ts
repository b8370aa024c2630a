/**
 * How a primitive becomes a function of the array API: operands are converted, meet in one dtype and one shape, and
 * the function gets the type of its kind.
 */
import type {
  BinaryFunction,
  ComparisonFunction,
  FloatBinaryFunction,
  FloatFunction,
  PredicateFunction,
  UnaryFunction,
} from "../tensor/signatures.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { meet } from "./convert.js";
import { asFloat, asTensor, openDoor } from "./door.js";
import { checkNumber, meetFloat } from "./methods/arithmetic.js";

type One = (x: Tensor) => Tensor;
type Two = (x: Tensor, y: Tensor) => Tensor;

/** A function of floats: integers and bools become float64. */
/* @__NO_SIDE_EFFECTS__ */
export const ofFloat = (operation: string, f: One): FloatFunction =>
  ((x: TensorLike): Tensor => f(asFloat(operation, x))) as FloatFunction;

/** A function of numbers that keeps the dtype; bool is an error. */
/* @__NO_SIDE_EFFECTS__ */
export const ofNumber = (operation: string, f: One): UnaryFunction =>
  ((x: TensorLike): Tensor => f(checkNumber(operation, asTensor(operation, x)))) as UnaryFunction;

/** A question about every element. */
/* @__NO_SIDE_EFFECTS__ */
export const ofAny = (operation: string, f: One): PredicateFunction =>
  ((x: TensorLike): Tensor => f(asTensor(operation, x))) as PredicateFunction;

/** A function of two operands of any dtype in which they meet. */
/* @__NO_SIDE_EFFECTS__ */
export const ofPair = (operation: string, f: Two): BinaryFunction =>
  ((a: TensorLike, b: TensorLike): Tensor => {
    openDoor();
    const [x, y] = meet(operation, a, b);
    return f(x, y);
  }) as BinaryFunction;

/** The same for numbers: bools are an error. */
/* @__NO_SIDE_EFFECTS__ */
export const ofNumbers = (operation: string, f: Two): BinaryFunction =>
  ofPair(operation, (x, y) => f(checkNumber(operation, x), y));

/** A function of two floats. */
/* @__NO_SIDE_EFFECTS__ */
export const ofFloats = (operation: string, f: Two): FloatBinaryFunction =>
  ((a: TensorLike, b: TensorLike): Tensor => {
    openDoor();
    const [x, y] = meetFloat(operation, a, b);
    return f(x, y);
  }) as FloatBinaryFunction;

/** A question about pairs of elements. */
/* @__NO_SIDE_EFFECTS__ */
export const ofComparison = (operation: string, f: Two): ComparisonFunction =>
  ((a: TensorLike, b: TensorLike): Tensor => {
    openDoor();
    const [x, y] = meet(operation, a, b);
    return f(x, y);
  }) as ComparisonFunction;
