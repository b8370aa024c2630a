/**
 * The types of tensor functions, by kind: what `np.add` and `x.add` promise about shape and dtype. A function is
 * annotated with its kind and cast to it once; shapes that cannot fit make the call fail to compile.
 */
import type { Axes, Reduce, Reshape, Transpose } from "./axes.js";
import type { DType } from "./dtype.js";
import type { Shape } from "./shape.js";
import type { NestedLike, Tensor, TensorLike } from "./tensor.js";
import type {
  Broadcast,
  Check,
  Dot,
  DTypeOf,
  FloatOf,
  MatMul,
  OwnDType,
  Plain,
  Promote,
  ShapeOf,
  SumOf,
  Valid,
} from "./types.js";

// Results, also used by the methods of Tensor ----------------------------------------------------------------------

export type DTypeOf2<A, B> = Promote<DTypeOf<A>, DTypeOf<B>>;
export type FloatOf2<A, B> = FloatOf<DTypeOf2<A, B>>;
/** Empty where `A` and `B` broadcast; written as `b: B & Broadcastable<A, B>`. */
export type Broadcastable<A, B> = Check<Broadcast<ShapeOf<A>, ShapeOf<B>>>;
export type Broadcasted<A, B> = Valid<Broadcast<ShapeOf<A>, ShapeOf<B>>>;

export type BinaryResult<A, B> = Tensor<Broadcasted<A, B>, DTypeOf2<A, B>>;
export type FloatBinaryResult<A, B> = Tensor<Broadcasted<A, B>, FloatOf2<A, B>>;
export type MatMulResult<A, B> = Tensor<Valid<MatMul<ShapeOf<A>, ShapeOf<B>>>, DTypeOf2<A, B>>;
export type DotResult<A, B> = Tensor<Valid<Dot<ShapeOf<A>, ShapeOf<B>>>, DTypeOf2<A, B>>;

/** Options of a reduction of `T`, with the axes as literals. */
export interface TypedReduceOptions<T, Axis extends Axes, Keep extends boolean> {
  readonly axis?: Axis & Check<Reduce<ShapeOf<T>, Axis>>;
  readonly keepdims?: Keep;
}
export type Reduced<T, Axis extends Axes, Keep extends boolean, D extends DType> = Tensor<
  Valid<Reduce<ShapeOf<T>, Settled<Axis>, Keep>>,
  D
>;
/** `Axis`, not to be inferred from the result that is wanted: no axis given means all of them. */
type Settled<Axis extends Axes> = [Axis][Axis extends unknown ? 0 : never];

// Elementwise ------------------------------------------------------------------------------------------------------

/** Keeps shape and dtype: `neg`, `abs`, `floor`. */
export type UnaryFunction = <const A extends TensorLike>(x: A) => Tensor<ShapeOf<A>, OwnDType<A>>;
/** Keeps the shape, computes in floats (integers become float64): `sin`, `exp`, `sqrt`. */
export type FloatFunction = <const A extends TensorLike>(x: A) => Tensor<ShapeOf<A>, FloatOf<DTypeOf<A>>>;
/** Asks a question of every element: `isNaN`, `logicalNot`. */
export type PredicateFunction = <const A extends TensorLike>(x: A) => Tensor<ShapeOf<A>, "bool">;
/** Broadcasts and promotes: `add`, `mul`, `maximum`. */
export type BinaryFunction = <const A extends TensorLike, const B extends TensorLike>(
  a: A,
  b: B & Broadcastable<A, B>,
) => BinaryResult<A, B>;
/** Broadcasts, computes in floats: `div`, `arctan2`, `logaddexp`. */
export type FloatBinaryFunction = <const A extends TensorLike, const B extends TensorLike>(
  a: A,
  b: B & Broadcastable<A, B>,
) => FloatBinaryResult<A, B>;
/** Broadcasts, gives bool: `less`, `equal`, `logicalAnd`. */
export type ComparisonFunction = <const A extends TensorLike, const B extends TensorLike>(
  a: A,
  b: B & Broadcastable<A, B>,
) => Tensor<Broadcasted<A, B>, "bool">;
/** `where(condition, a, b)`: all three broadcast. */
export type WhereFunction = <
  const C extends TensorLike,
  const A extends TensorLike,
  const B extends TensorLike,
>(
  condition: C,
  a: A & Broadcastable<C, A>,
  b: B & Broadcastable<A, B> & Broadcastable<C, B>,
) => Tensor<Valid<Broadcast<ShapeOf<C>, Broadcasted<A, B>>>, DTypeOf2<A, B>>;
/** `astype(x, dtype)`. */
export type CastFunction = <const A extends TensorLike, D extends DType>(
  x: A,
  dtype: D,
) => Tensor<ShapeOf<A>, D>;

// Reductions -------------------------------------------------------------------------------------------------------

/** Keeps the dtype: `max`, `min`. */
export type ReductionFunction = <
  const A extends TensorLike,
  const Axis extends Axes = null,
  Keep extends boolean = false,
>(
  x: A,
  options?: TypedReduceOptions<A, Axis, Keep>,
) => Reduced<A, Axis, Keep, OwnDType<A>>;
/** Keeps the dtype, but counts booleans in int32: `sum`, `prod`. */
export type SumFunction = <
  const A extends TensorLike,
  const Axis extends Axes = null,
  Keep extends boolean = false,
>(
  x: A,
  options?: TypedReduceOptions<A, Axis, Keep>,
) => Reduced<A, Axis, Keep, SumOf<OwnDType<A>>>;
/** Computes in floats: `mean`, `logsumexp`. */
export type FloatReductionFunction = <
  const A extends TensorLike,
  const Axis extends Axes = null,
  Keep extends boolean = false,
>(
  x: A,
  options?: TypedReduceOptions<A, Axis, Keep>,
) => Reduced<A, Axis, Keep, FloatOf<DTypeOf<A>>>;
/** Gives bool: `all`, `any`. */
export type PredicateReductionFunction = <
  const A extends TensorLike,
  const Axis extends Axes = null,
  Keep extends boolean = false,
>(
  x: A,
  options?: TypedReduceOptions<A, Axis, Keep>,
) => Reduced<A, Axis, Keep, "bool">;
/** Gives positions, in int32, along one axis or in the flattened tensor: `argmax`, `argmin`. */
export type ArgReductionFunction = <
  const A extends TensorLike,
  const Axis extends number | null = null,
  Keep extends boolean = false,
>(
  x: A,
  options?: TypedReduceOptions<A, Axis, Keep>,
) => Reduced<A, Axis, Keep, "int32">;
/** Works along an axis and keeps its size; the flattened tensor without one: `cumsum`, `cumprod`. */
export type CumulativeFunction = <const A extends TensorLike, const Axis extends number | null = null>(
  x: A,
  options?: { readonly axis?: Axis & Check<Reduce<ShapeOf<A>, Axis>> },
) => Tensor<Axis extends number ? ShapeOf<A> : [number], SumOf<OwnDType<A>>>;

// Contractions and rearrangements ----------------------------------------------------------------------------------

export type MatMulFunction = <const A extends TensorLike, const B extends TensorLike>(
  a: A,
  b: B & Check<MatMul<ShapeOf<A>, ShapeOf<B>>>,
) => MatMulResult<A, B>;
export type DotFunction = <const A extends TensorLike, const B extends TensorLike>(
  a: A,
  b: B & Check<Dot<ShapeOf<A>, ShapeOf<B>>>,
) => DotResult<A, B>;
export type ReshapeFunction = <const A extends TensorLike, const New extends Shape>(
  x: A,
  shape: New & Check<Reshape<ShapeOf<A>, New>>,
) => Tensor<Valid<Reshape<ShapeOf<A>, New>>, OwnDType<A>>;
export type TransposeFunction = <
  const A extends TensorLike,
  const Order extends readonly number[] | undefined = undefined,
>(
  x: A,
  axes?: Order & Check<Transpose<ShapeOf<A>, Order>>,
) => Tensor<Valid<Transpose<ShapeOf<A>, Order>>, OwnDType<A>>;
export type BroadcastToFunction = <const A extends TensorLike, const New extends Shape>(
  x: A,
  shape: New & Check<Broadcast<ShapeOf<A>, New>>,
) => Tensor<Plain<New>, OwnDType<A>>;

// Creation ---------------------------------------------------------------------------------------------------------

export interface DTypeOption<D extends DType> {
  readonly dtype?: D;
}
/** `zeros(shape)`, `ones(shape)`. */
export type CreationFunction = <const S extends Shape, D extends DType = "float64">(
  shape: S,
  options?: DTypeOption<D>,
) => Tensor<Plain<S>, D>;
/** `full(shape, value)`: float64 for numbers, bool for booleans, unless told otherwise. */
export type FullFunction = <
  const S extends Shape,
  V extends number | boolean,
  D extends DType = V extends boolean ? "bool" : "float64",
>(
  shape: S,
  value: V,
  options?: DTypeOption<D>,
) => Tensor<Plain<S>, D>;
/** `zerosLike(x)`, `onesLike(x)`. */
export type LikeFunction = <const A extends TensorLike, D extends DType = OwnDType<A>>(
  x: A,
  options?: DTypeOption<D>,
) => Tensor<ShapeOf<A>, D>;
/** `array(data)`: literal arrays give literal shapes; a bare number becomes a float64. */
export type ArrayFunction = <const A extends NestedLike, D extends DType = ArrayDType<A>>(
  data: A,
  options?: DTypeOption<D>,
) => Tensor<ShapeOf<A>, D>;
type ArrayDType<A> = A extends number ? "float64" : OwnDType<A>;
/** `eye(n)`, `eye(n, m)`. */
export type EyeFunction = <N extends number, M extends number = N, D extends DType = "float64">(
  rows: N,
  columns?: M,
  options?: DTypeOption<D>,
) => Tensor<[N, M], D>;
