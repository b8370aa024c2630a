/**
 * What the types of trees become on their way through a transformation. One mapping per direction: `Accept` for
 * what callers may pass, `Gradient` for what comes back with every leaf a tensor, and their relatives with axes.
 */
import type { WholeNode } from "../graph/tree.js";
import type { DType, FloatDType, Storage } from "../tensor/dtype.js";
import type { Shape } from "../tensor/shape.js";
import type { Tensor, TensorHolder, TensorLike } from "../tensor/tensor.js";
import type { OwnDType, ShapeOf } from "../tensor/types.js";

/** Leaves besides tensors: they become tensors at the door. */
type Bare = number | boolean | Storage | Uint8ClampedArray | TensorHolder;
type Leaf = Tensor | Bare;
type Method = (...args: never[]) => unknown;
/** What is no tree and goes through as it is. */
type Opaque = null | undefined | string | symbol | bigint | Method | WholeNode;

/**
 * An array that is no tuple. Mapped types would expand its elements at once, and never end where a type such as
 * `type Tree = Tensor | Tree[]` contains itself; array types written out expand when asked.
 */
type IsList<T> = T extends readonly unknown[] ? (number extends T["length"] ? true : false) : false;
type Element<T> = T extends readonly (infer E)[] ? E : never;

/** The tensor that a leaf becomes. */
export type LeafTensor<T> =
  T extends Tensor<infer S, infer D>
    ? Tensor<S, D>
    : T extends number
      ? Tensor<[], FloatDType>
      : T extends boolean
        ? Tensor<[], "bool">
        : Tensor<ShapeOf<T>, OwnDType<T>>;

/**
 * A tree with a tensor for every leaf: the gradient of `T`, its tangent, or a result of type `T`. A type whose
 * leaves are tensors already is itself, so that the gradient of `Params` is `Params`, be it an interface or a class.
 */
export type Gradient<T> = GradientEach<Original<T>>;

type GradientEach<T> = T extends Leaf
  ? LeafTensor<T>
  : T extends Opaque
    ? T
    : false extends OnlyTensors<T>
      ? T extends Map<infer K, infer V>
        ? Map<K, Gradient<V>>
        : true extends IsList<T>
          ? T extends unknown[]
            ? Gradient<Element<T>>[]
            : readonly Gradient<Element<T>>[]
          : T extends object
            ? { [K in keyof T]: Gradient<T[K]> }
            : T
      : T;

/** Contains false where a leaf is no tensor, or where types nest so deep that they may never end. */
type OnlyTensors<T, Depth extends 0[] = []> = T extends Tensor | Opaque
  ? true
  : T extends Leaf
    ? false
    : Depth["length"] extends 6
      ? false
      : T extends readonly (infer E)[]
        ? OnlyTensors<E, [...Depth, 0]>
        : T extends Map<infer _K, infer V>
          ? OnlyTensors<V, [...Depth, 0]>
          : T extends object
            ? { [K in keyof T]-?: OnlyTensors<T[K], [...Depth, 0]> }[keyof T]
            : false;

/** One gradient for each argument. */
export type Gradients<A extends readonly unknown[]> = { -readonly [K in keyof A]-?: Gradient<A[K]> };

// At the door --------------------------------------------------------------------------------------------------------

/** What may stand for `T` in a call: numbers and typed arrays for tensors they can become, tensors for numbers. */
export type Accept<T> =
  T extends Tensor<infer S, infer D>
    ? Tensor<S, AnyIfFloat<D>> | TensorHolder<S, AnyIfFloat<D>> | AcceptBare<S, D>
    : T extends Bare
      ? T | Tensor<ShapeOf<T>>
      : T extends Opaque
        ? T
        : T extends Map<infer K, infer V>
          ? Map<K, Accept<V>>
          : true extends IsList<T>
            ? readonly Accept<Element<T>>[]
            : T extends object
              ? { [K in keyof T]: Accept<T[K]> }
              : T;

/** Results that the compiler knows to be floats of some kind do not make it refuse tensors of which it knows less. */
type AnyIfFloat<D extends DType> = [FloatDType] extends [D] ? DType : D;
type AcceptBare<S extends Shape, D extends DType> =
  | ([] extends S ? ("float64" extends D ? number : never) | ("bool" extends D ? boolean : never) : never)
  | ([number] extends S ? { [K in D]: StorageOf[K] }[D] : never);
interface StorageOf {
  readonly float64: Float64Array;
  readonly float32: Float32Array;
  readonly int32: Int32Array;
  readonly uint32: Uint32Array;
  readonly int16: Int16Array;
  readonly uint16: Uint16Array;
  readonly int8: Int8Array;
  readonly uint8: Uint8Array | Uint8ClampedArray;
  readonly bool: never;
}

/**
 * The parameters of a transformed function. `A[K]` itself stands beside what is accepted for it, so that callers
 * who are generic in the tree compile.
 */
export type Arguments<A extends readonly unknown[]> = {
  readonly [K in keyof A]: A[K] | Accept<Original<A[K]>>;
};

/**
 * `Accept<T>` back to `T`: a transformed function given to a transformation has parameters `T | Accept<T>`, and its
 * gradient is that of `T`. A function of anything that is taken for a tensor is a function of tensors.
 */
export type Original<T> = [T] extends [Tensor | null | undefined]
  ? T
  : unknown extends T
    ? T
    : [T] extends [Leaf]
      ? [Tensor<[], "float64">] extends [T]
        ? Extract<T, Tensor>
        : OriginalEach<T, T>
      : [TensorLike] extends [T]
        ? Tensor
        : OriginalEach<T, T>;
type OriginalEach<T, All> = T extends Bare
  ? [T] extends [Accept<Extract<All, Tensor>>]
    ? never
    : T
  : T extends Leaf | Opaque
    ? T
    : [Accepts<All, T>] extends [never]
      ? T
      : never;
/** True for a member `N` of a union of which `T` is the accepted form. */
type Accepts<N, T> = N extends Leaf | Opaque
  ? never
  : [T] extends [N]
    ? never
    : [T] extends [Accept<N>]
      ? [Accept<N>] extends [T]
        ? true
        : never
      : never;

// Jacobians ----------------------------------------------------------------------------------------------------------

/** The tree of `Out`, with at each leaf the tree of `In`, with at each leaf a tensor of both shapes joined. */
export type Jacobian<Out, In> = JacobianEach<Original<Out>, In>;
type JacobianEach<Out, In> = Out extends Leaf
  ? JacobianRow<LeafTensor<Out>, In>
  : Out extends Opaque
    ? Out
    : Out extends Map<infer K, infer V>
      ? Map<K, Jacobian<V, In>>
      : true extends IsList<Out>
        ? Jacobian<Element<Out>, In>[]
        : Out extends object
          ? { -readonly [K in keyof Out]: Jacobian<Out[K], In> }
          : Out;
type JacobianRow<Out, In> = JacobianRowEach<Out, Original<In>>;
type JacobianRowEach<Out, In> = In extends Leaf
  ? Tensor<Joined<ShapeOf<Out>, ShapeOf<In>>, OwnDType<Out> | OwnDType<LeafTensor<In>>>
  : In extends Opaque
    ? In
    : In extends Map<infer K, infer V>
      ? Map<K, JacobianRow<Out, V>>
      : true extends IsList<In>
        ? JacobianRow<Out, Element<In>>[]
        : In extends object
          ? { -readonly [K in keyof In]: JacobianRow<Out, In[K]> }
          : In;
export type Joined<A extends Shape, B extends Shape> = [number] extends [A["length"]]
  ? Shape
  : [number] extends [B["length"]]
    ? Shape
    : [...A, ...B];

// Batches ------------------------------------------------------------------------------------------------------------

/** A batch axis for each leaf: one for all, null for none, or a tree of them. */
export type AxisTree =
  | number
  | null
  | readonly AxisTree[]
  | { readonly [key: string]: AxisTree }
  | ReadonlyMap<unknown, AxisTree>;

/** The tree with a batch axis, of a size not known, inserted in every leaf that has one in `Axis`. */
export type Batched<T, Axis> = BatchedEach<Original<T>, Axis>;
type BatchedEach<T, Axis> = [Axis] extends [null]
  ? Gradient<T>
  : T extends Leaf
    ? Tensor<InsertAxis<ShapeOf<T>, Axis>, OwnDType<LeafTensor<T>>>
    : T extends Opaque
      ? T
      : T extends Map<infer K, infer V>
        ? Map<K, Batched<V, AxisOf<Axis, string>>>
        : true extends IsList<T>
          ? Batched<Element<T>, AxisOf<Axis, number>>[]
          : T extends object
            ? { [K in keyof T]: Batched<T[K], AxisOf<Axis, K>> }
            : T;
type AxisOf<Axis, K> = Axis extends number | null ? Axis : K extends keyof Axis ? Axis[K] : number;
type InsertAxis<S extends Shape, Axis> = [number] extends [S["length"]]
  ? Shape
  : Axis extends 0
    ? [number, ...S]
    : Axis extends -1
      ? [...S, number]
      : Shape;

/** The arguments of a vmapped function. */
export type BatchedArguments<A extends readonly unknown[], InAxes> = {
  readonly [K in keyof A]: BatchedArgument<A[K], AxisOf<InAxes, K>>;
};
type BatchedArgument<T, Axis> = [Axis] extends [null]
  ? T | Accept<Original<T>>
  : Batched<T, Axis> | Accept<Batched<T, Axis>>;

// Shapes without values ----------------------------------------------------------------------------------------------

/** Shape and dtype of a leaf, as `evalShape` gives them. */
export interface TensorSpec<S extends Shape = Shape, D extends DType = DType> {
  readonly shape: S;
  readonly dtype: D;
}
/** A tree with a `TensorSpec` for every leaf. */
export type Specs<T> = T extends Leaf
  ? TensorSpec<ShapeOf<T>, OwnDType<LeafTensor<T>>>
  : T extends Opaque
    ? T
    : T extends Map<infer K, infer V>
      ? Map<K, Specs<V>>
      : true extends IsList<T>
        ? Specs<Element<T>>[]
        : T extends object
          ? { [K in keyof T]: Specs<T[K]> }
          : T;
