/** Complex tensors as pairs of real ones, what the compiler knows of them, and how operands become pairs. */

import { promoteAll } from "../numpy/convert.js";
import { asFloat } from "../numpy/door.js";
import { filledAs, mul, neg } from "../primitives/arithmetic.js";
import type { DType } from "../tensor/dtype.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { type Shape, sameShape } from "../tensor/shape.js";
import { Tensor, type TensorLike } from "../tensor/tensor.js";
import type { DTypeOf, FloatOf, Promote, ShapeOf } from "../tensor/types.js";

/** A complex tensor: real and imaginary parts of one shape and dtype. It is a tree like any other object. */
export interface Complex<S extends Shape = Shape, D extends DType = DType> {
  readonly re: Tensor<S, D>;
  readonly im: Tensor<S, D>;
}
/** An operand taken apart; a real one has no imaginary part, so that no work is done for it, compiled or not. */
export interface Parts {
  readonly re: Tensor;
  readonly im: Tensor | null;
}
/** What is taken for a complex tensor. */
export interface ComplexLike {
  readonly re: TensorLike;
  readonly im: TensorLike;
}

/** The shape of an operand, real or complex. */
export type ShapeOfEither<A> = A extends ComplexLike
  ? ShapeOf<A["re"]>
  : A extends TensorLike
    ? ShapeOf<A>
    : Shape;
export type FloatOfEither<A> = A extends ComplexLike
  ? FloatOf<Promote<DTypeOf<A["re"]>, DTypeOf<A["im"]>>>
  : A extends TensorLike
    ? FloatOf<DTypeOf<A>>
    : DType;
/** Sizes that are known while running only, as many as before. */
export type AnySizes<S extends Shape> = { readonly [I in keyof S]: number };

export const isComplexLike = (x: unknown): x is ComplexLike =>
  typeof x === "object" && x !== null && !(x instanceof Tensor) && "re" in x && "im" in x;

/** An operand as its parts, floats of one dtype and shape. */
export const asComplex = (operation: string, x: TensorLike | ComplexLike): Parts => {
  if (!isComplexLike(x)) return { re: asFloat(operation, x), im: null };
  const parts = promoteAll(operation, [asFloat(operation, x.re), asFloat(operation, x.im)]);
  const [re, im] = parts as readonly [Tensor, Tensor];
  if (!sameShape(re.type.shape, im.type.shape)) {
    throw ShapeError.mismatch(
      operation,
      "real and imaginary parts differ in shape",
      [re.type.shape, im.type.shape],
      "Stretch one of them with np.broadcastTo.",
    );
  }
  return { re, im };
};

/** An operand that has to be real. */
export const asReal = (operation: string, x: TensorLike): Tensor => {
  if (isComplexLike(x)) {
    throw ArgumentError.invalid(
      operation,
      `${describe(x)} is complex`,
      "It transforms real tensors; fft.fft takes complex ones.",
    );
  }
  return asFloat(operation, x);
};

/** The same function of both parts. */
export const both = (f: (x: Tensor) => Tensor, { re, im }: Complex): Complex => ({ re: f(re), im: f(im) });

/** The same function of each part that is there. */
export const each = (f: (x: Tensor) => Tensor, { re, im }: Parts): Parts => ({ re: f(re), im: im && f(im) });

/** The imaginary part with its sign turned. */
export const conjugate = <P extends Parts>({ re, im }: P): P => ({ re, im: im && neg(im) }) as P;

export const scaled = (x: Tensor, factor: number): Tensor => (factor === 1 ? x : mul(x, filledAs(x, factor)));
