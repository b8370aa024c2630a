/** The types of what a tape gives: the tree of the sources, with a derivative, or what stands for none, at each leaf. */
import type { DType } from "../tensor/dtype.js";
import type { Shape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Joined } from "../transforms/trees.js";
import type { Variable } from "./variable.js";

/** A tensor or a Variable. */
export type Differentiable<S extends Shape = Shape, D extends DType = DType> = Tensor<S, D> | Variable<S, D>;

/** What stands for sources on which the target does not depend: undefined, or zeros. */
export type Unconnected = "none" | "zero";
type Missing<U extends Unconnected> = U extends "none" ? undefined : never;

/** The Jacobian by a tree of tensors and Variables of a target of shape `Out`. */
export type SourceJacobian<Out extends Shape, T, U extends Unconnected> =
  T extends Differentiable<infer S, infer D>
    ? Tensor<Joined<Out, S>, D> | Missing<U>
    : T extends Map<infer K, infer V>
      ? Map<K, SourceJacobian<Out, V, U>>
      : { -readonly [K in keyof T]: SourceJacobian<Out, T[K], U> };
/** The gradient by such a tree: a target that is summed has no axes. */
export type SourceGradient<T, U extends Unconnected> = SourceJacobian<readonly [], T, U>;
