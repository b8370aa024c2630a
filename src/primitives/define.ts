/**
 * What every builder of primitives shares: the operation that a user calls is a function, and its record of
 * rules hangs on it, so that there is one name for both.
 */
import { bind, bindOne } from "../graph/context.js";
import { type AnyPrimitive, type Arity, erase, type Primitive } from "../graph/primitive.js";
import type { Tensor } from "../tensor/tensor.js";

/** An operation of one tensor without parameters. */
export interface Unary {
  (x: Tensor): Tensor;
  readonly primitive: AnyPrimitive;
}
export interface Binary {
  (x: Tensor, y: Tensor): Tensor;
  readonly primitive: AnyPrimitive;
}
export interface Ternary {
  (x: Tensor, y: Tensor, z: Tensor): Tensor;
  readonly primitive: AnyPrimitive;
}
/** An operation of one tensor with parameters. */
export interface UnaryWith<P> {
  (x: Tensor, p: P): Tensor;
  readonly primitive: AnyPrimitive;
}
export interface BinaryWith<P> {
  (x: Tensor, y: Tensor, p: P): Tensor;
  readonly primitive: AnyPrimitive;
}
/** An operation of any number of tensors with one result. */
export interface VariadicWith<P> {
  (ins: readonly Tensor[], p: P): Tensor;
  readonly primitive: AnyPrimitive;
}
/** An operation of any number of tensors with any number of results. */
export interface Multiple<P> {
  (ins: readonly Tensor[], p: P): readonly Tensor[];
  readonly primitive: AnyPrimitive;
}

/* @__NO_SIDE_EFFECTS__ */
export const unary = (record: Primitive<1, 1, null>): Unary => {
  const primitive = erase(record);
  return Object.assign((x: Tensor): Tensor => bindOne(primitive, [x], null), { primitive });
};
/* @__NO_SIDE_EFFECTS__ */
export const unaryWith = <P>(record: Primitive<1, 1, P>): UnaryWith<P> => {
  const primitive = erase(record);
  return Object.assign((x: Tensor, p: P): Tensor => bindOne(primitive, [x], p), { primitive });
};
/* @__NO_SIDE_EFFECTS__ */
export const binary = (record: Primitive<2, 1, null>): Binary => {
  const primitive = erase(record);
  return Object.assign((x: Tensor, y: Tensor): Tensor => bindOne(primitive, [x, y], null), { primitive });
};
/* @__NO_SIDE_EFFECTS__ */
export const binaryWith = <P>(record: Primitive<2, 1, P>): BinaryWith<P> => {
  const primitive = erase(record);
  return Object.assign((x: Tensor, y: Tensor, p: P): Tensor => bindOne(primitive, [x, y], p), { primitive });
};
/* @__NO_SIDE_EFFECTS__ */
export const ternary = (record: Primitive<3, 1, null>): Ternary => {
  const primitive = erase(record);
  return Object.assign((x: Tensor, y: Tensor, z: Tensor): Tensor => bindOne(primitive, [x, y, z], null), {
    primitive,
  });
};
/* @__NO_SIDE_EFFECTS__ */
export const variadicWith = <In extends Arity, P>(record: Primitive<In, 1, P>): VariadicWith<P> => {
  const primitive = erase(record);
  return Object.assign((ins: readonly Tensor[], p: P): Tensor => bindOne(primitive, ins, p), { primitive });
};
/* @__NO_SIDE_EFFECTS__ */
export const multiple = <In extends Arity, Out extends Arity, P>(
  record: Primitive<In, Out, P>,
): Multiple<P> => {
  const primitive = erase(record);
  return Object.assign((ins: readonly Tensor[], p: P): readonly Tensor[] => bind(primitive, ins, p), {
    primitive,
  });
};
