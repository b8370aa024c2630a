/** How special functions become functions of the array API where np has no kind for them: static orders, three operands. */
import { broadcastAll, floated, promoteAll } from "../numpy/convert.js";
import { asFloat, asTensor } from "../numpy/door.js";
import { isFloat } from "../tensor/dtype.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { Broadcastable, Broadcasted } from "../tensor/signatures.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import type { Broadcast, DTypeOf, FloatOf, Promote, ShapeOf, Valid } from "../tensor/types.js";

/** A function of a static whole number and a tensor, elementwise in floats. */
export type OrderedFunction = <const A extends TensorLike>(
  n: number,
  x: A,
) => Tensor<ShapeOf<A>, FloatOf<DTypeOf<A>>>;

/** The same with the tensor first. */
export type FunctionWithCount = <const A extends TensorLike>(
  x: A,
  count: number,
) => Tensor<ShapeOf<A>, FloatOf<DTypeOf<A>>>;

/** A function of three operands that broadcast, elementwise in floats. */
export type FloatTernaryFunction = <
  const A extends TensorLike,
  const B extends TensorLike,
  const C extends TensorLike,
>(
  a: A,
  b: B & Broadcastable<A, B>,
  c: C & Broadcastable<A, C> & Broadcastable<B, C>,
) => Tensor<
  Valid<Broadcast<Broadcasted<A, B>, ShapeOf<C>>>,
  FloatOf<Promote<Promote<DTypeOf<A>, DTypeOf<B>>, DTypeOf<C>>>
>;

/** The same of four operands. */
export type FloatQuaternaryFunction = <
  const A extends TensorLike,
  const B extends TensorLike,
  const C extends TensorLike,
  const D extends TensorLike,
>(
  a: A,
  b: B & Broadcastable<A, B>,
  c: C & Broadcastable<A, C> & Broadcastable<B, C>,
  d: D & Broadcastable<A, D> & Broadcastable<B, D> & Broadcastable<C, D>,
) => Tensor<
  Valid<Broadcast<Valid<Broadcast<Broadcasted<A, B>, ShapeOf<C>>>, ShapeOf<D>>>,
  FloatOf<Promote<Promote<Promote<DTypeOf<A>, DTypeOf<B>>, DTypeOf<C>>, DTypeOf<D>>>
>;

/** A whole number that is at least `least`. */
export const checkCount = (operation: string, what: string, n: unknown, least: number): number => {
  if (typeof n === "number" && Number.isInteger(n) && n >= least) return n;
  throw ArgumentError.invalid(
    operation,
    `${what} is ${describe(n)}`,
    `It is static: a whole JavaScript number from ${least} on.`,
  );
};

/* @__NO_SIDE_EFFECTS__ */
export const ofOrder = (operation: string, f: (x: Tensor, n: number) => Tensor): OrderedFunction =>
  ((n: number, x: TensorLike): Tensor => {
    const order = checkCount(operation, "the order", n, 0);
    return f(asFloat(operation, x), order);
  }) as OrderedFunction;

/** Operands as floats of one dtype and shape. */
const together = (operation: string, operands: readonly TensorLike[]): readonly Tensor[] => {
  const list = operands.map((x) => asTensor(operation, x));
  const floats = list.some((x) => isFloat(x.dtype) && !x.type.weak);
  return broadcastAll(operation, promoteAll(operation, floats ? list : list.map(floated)));
};

/* @__NO_SIDE_EFFECTS__ */
export const ofThree = (
  operation: string,
  f: (x: Tensor, y: Tensor, z: Tensor) => Tensor,
): FloatTernaryFunction =>
  ((a: TensorLike, b: TensorLike, c: TensorLike): Tensor => {
    const [x, y, z] = together(operation, [a, b, c]);
    return f(x as Tensor, y as Tensor, z as Tensor);
  }) as FloatTernaryFunction;

/* @__NO_SIDE_EFFECTS__ */
export const ofFour = (
  operation: string,
  f: (x: Tensor, y: Tensor, z: Tensor, w: Tensor) => Tensor,
): FloatQuaternaryFunction =>
  ((a: TensorLike, b: TensorLike, c: TensorLike, d: TensorLike): Tensor => {
    const [x, y, z, w] = together(operation, [a, b, c, d]);
    return f(x as Tensor, y as Tensor, z as Tensor, w as Tensor);
  }) as FloatQuaternaryFunction;
