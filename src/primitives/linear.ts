/**
 * Builder of linear primitives of one tensor, most of them rearrangements: the tangent of such an operation is the
 * operation itself on the tangent, and a batch of it is itself with one axis more.
 */
import type { Lowering } from "../graph/primitive.js";
import type { Shape } from "../tensor/shape.js";
import type { DenseTensor, Tensor, TensorType } from "../tensor/tensor.js";
import { type UnaryWith, unaryWith } from "./define.js";

export interface LinearSpec<P> {
  readonly name: string;
  /** Throws for operands that do not go with the parameters. */
  readonly check?: (x: TensorType, p: P) => void;
  readonly type: (x: TensorType, p: P) => TensorType;
  readonly run: (x: DenseTensor, p: P, type: TensorType) => DenseTensor;
  /** The cotangent of an operand of type `x`. */
  readonly transpose: (ct: Tensor, x: TensorType, p: P) => Tensor;
  /** The parameters where a batch axis of this size stands before all others. */
  readonly batched: (p: P, size: number) => P;
  readonly lower: (x: TensorType, p: P) => Lowering;
  /** Given where constants are added: the parameters of the linear part. */
  readonly linearPart?: (p: P) => P;
}

/* @__NO_SIDE_EFFECTS__ */
export const linear = <P>(spec: LinearSpec<P>): UnaryWith<P> => {
  const { name, check, type, run, transpose, batched, lower, linearPart } = spec;
  const operation: UnaryWith<P> = unaryWith<P>({
    name,
    shape: ([x], p) => {
      check?.(x, p);
      return [type(x, p)];
    },
    impl: ([x], p) => [run(x, p, type(x.type, p))],
    jvp: ([x], [dx], p) => [[operation(x, p)], [dx && operation(dx, linearPart?.(p) ?? p)]],
    transpose: ([ct], [x], p) => [ct && transpose(ct, x.type, p)],
    batch: ([x], p, { size }) => [{ value: operation(x.value, batched(p, size)), mapped: true }],
    lower: ([x], p) => lower(x, p),
  });
  return operation;
};

export const withShape = (x: TensorType, shape: Shape): TensorType => ({
  shape,
  dtype: x.dtype,
  weak: x.weak,
});

/** Axes of one example as axes of a batch. */
export const shifted = (axes: readonly number[]): readonly number[] => axes.map((axis) => axis + 1);
