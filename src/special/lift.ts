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

/* @__NO_SIDE_EFFECTS__ */
export const ofThree = (
  operation: string,
  f: (x: Tensor, y: Tensor, z: Tensor) => Tensor,
): FloatTernaryFunction =>
  ((...operands: readonly [TensorLike, TensorLike, TensorLike]): Tensor => {
    const list = [0, 1, 2].map((i) => asTensor(operation, operands[i] as TensorLike));
    const floats = list.some((x) => isFloat(x.dtype) && !x.type.weak);
    const [x, y, z] = broadcastAll(operation, promoteAll(operation, floats ? list : list.map(floated)));
    return f(x as Tensor, y as Tensor, z as Tensor);
  }) as FloatTernaryFunction;
