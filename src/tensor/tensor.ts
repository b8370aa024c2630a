/**
 * The two faces of a tensor. `Tensor` is what programs see: a shape, a dtype, methods; tracers are Tensors
 * too. `DenseTensor` is the immutable array in memory. Elements are exposed by copy only, so that nobody but
 * `kernel/`, filling arrays that it has just made, ever writes one.
 */
import type { Axes, Reshape, Transpose } from "./axes.js";
import type { DType, Storage } from "./dtype.js";
import { allocate } from "./dtype.js";
import { itemSizeError, operatorError } from "./errors.js";
import { fluent } from "./fluent.js";
import { formatTensor } from "./format.js";
import { type Shape, sizeOf } from "./shape.js";
import type {
  BinaryResult,
  Broadcastable,
  DotResult,
  FloatBinaryResult,
  MatMulResult,
  Reduced,
  TypedReduceOptions,
} from "./signatures.js";
import type { Check, Dot, DTypeOf, FloatOf, MatMul, OwnDType, ShapeOf, SumOf, Valid } from "./types.js";

/** What is known of a tensor without its elements. `weak`: it came from bare numbers and yields in promotion. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly weak: boolean;
}

/** What holds a tensor and may change it: wherever a tensor is taken, the one it holds then is read, once. */
export interface TensorHolder<S extends Shape = Shape, D extends DType = DType> {
  readonly shape: S;
  readonly dtype: D;
  readonly heldTensor: Tensor<S, D>;
}
export const isHolder = (x: unknown): x is TensorHolder =>
  typeof x === "object" && x !== null && "heldTensor" in x;

/** What is accepted wherever a tensor is taken. */
export type TensorLike =
  | Tensor
  | number
  | boolean
  | Storage
  | Uint8ClampedArray
  | TensorHolder
  | readonly NestedLike[];
/** Nested arrays at the door: numbers, booleans or tensors, rectangular. */
export type NestedLike = number | boolean | Tensor | Storage | TensorHolder | readonly NestedLike[];

/** Options of a reduction: the axes (default all; negative counts from the end) and whether they stay with size 1. */
export interface ReduceOptions {
  readonly axis?: number | readonly number[] | null;
  readonly keepdims?: boolean;
}

/** `[start, stop, step]` of a slice; null or absent means NumPy's default. */
export type SliceBounds = readonly [start?: number | null, stop?: number | null, step?: number | null];
/** One item of an index that names a block: integer, slice, new axis (null) or "...". */
export type BasicIndexItem = number | null | "..." | { readonly slice: SliceBounds };
/** One item of an index: a basic one, or an array or tensor of integers or booleans. */
export type IndexItem = BasicIndexItem | Tensor | readonly NestedLike[] | Storage;

/** Nested arrays of numbers, as deep as the tensor's rank. */
export type Nested = number | boolean | readonly Nested[];

export abstract class Tensor<S extends Shape = Shape, D extends DType = DType> {
  /** @internal */
  abstract readonly type: TensorType;

  get shape(): S {
    return this.type.shape as S;
  }
  get dtype(): D {
    return this.type.dtype as D;
  }
  get ndim(): number {
    return this.type.shape.length;
  }
  get size(): number {
    return sizeOf(this.type.shape);
  }

  /** The array of elements behind this tensor; throws `ConcretizationError` where there is none (vmap, staging). */
  abstract concrete(attempted: string): DenseTensor;
  abstract toString(): string;

  /** The only element as a number (0 or 1 for bool). Works on tracers of grad, jvp, vjp and linearize. */
  item(): number {
    const dense = this.concrete("item()");
    if (dense.size !== 1) throw itemSizeError(dense.shape);
    return dense.at(0);
  }
  /** Nested arrays of numbers (booleans for bool); a bare number at rank 0. */
  toArray(): Nested {
    return nest(this.concrete("toArray()"));
  }
  /** A fresh flat row-major copy, in the dtype's own typed array. */
  toTypedArray(): Storage {
    return compactCopy(this.concrete("toTypedArray()"));
  }
  toJSON(): Nested {
    return this.toArray();
  }

  add<A extends Tensor, const B extends TensorLike>(
    this: A,
    other: B & Broadcastable<A, B>,
  ): BinaryResult<A, B> {
    return fluent().add(this, other) as BinaryResult<A, B>;
  }
  sub<A extends Tensor, const B extends TensorLike>(
    this: A,
    other: B & Broadcastable<A, B>,
  ): BinaryResult<A, B> {
    return fluent().sub(this, other) as BinaryResult<A, B>;
  }
  mul<A extends Tensor, const B extends TensorLike>(
    this: A,
    other: B & Broadcastable<A, B>,
  ): BinaryResult<A, B> {
    return fluent().mul(this, other) as BinaryResult<A, B>;
  }
  div<A extends Tensor, const B extends TensorLike>(
    this: A,
    other: B & Broadcastable<A, B>,
  ): FloatBinaryResult<A, B> {
    return fluent().div(this, other) as FloatBinaryResult<A, B>;
  }
  pow<A extends Tensor, const B extends TensorLike>(
    this: A,
    exponent: B & Broadcastable<A, B>,
  ): BinaryResult<A, B> {
    return fluent().pow(this, exponent) as BinaryResult<A, B>;
  }
  neg(): Tensor<S, D> {
    return fluent().neg(this) as Tensor<S, D>;
  }
  matmul<A extends Tensor, const B extends TensorLike>(
    this: A,
    other: B & Check<MatMul<ShapeOf<A>, ShapeOf<B>>>,
  ): MatMulResult<A, B> {
    return fluent().matmul(this, other) as MatMulResult<A, B>;
  }
  dot<A extends Tensor, const B extends TensorLike>(
    this: A,
    other: B & Check<Dot<ShapeOf<A>, ShapeOf<B>>>,
  ): DotResult<A, B> {
    return fluent().dot(this, other) as DotResult<A, B>;
  }
  sum<A extends Tensor, const Axis extends Axes = null, Keep extends boolean = false>(
    this: A,
    options?: TypedReduceOptions<A, Axis, Keep>,
  ): Reduced<A, Axis, Keep, SumOf<DTypeOf<A>>> {
    return fluent().sum(this, options) as Reduced<A, Axis, Keep, SumOf<DTypeOf<A>>>;
  }
  mean<A extends Tensor, const Axis extends Axes = null, Keep extends boolean = false>(
    this: A,
    options?: TypedReduceOptions<A, Axis, Keep>,
  ): Reduced<A, Axis, Keep, FloatOf<DTypeOf<A>>> {
    return fluent().mean(this, options) as Reduced<A, Axis, Keep, FloatOf<DTypeOf<A>>>;
  }
  max<A extends Tensor, const Axis extends Axes = null, Keep extends boolean = false>(
    this: A,
    options?: TypedReduceOptions<A, Axis, Keep>,
  ): Reduced<A, Axis, Keep, OwnDType<A>> {
    return fluent().max(this, options) as Reduced<A, Axis, Keep, OwnDType<A>>;
  }
  min<A extends Tensor, const Axis extends Axes = null, Keep extends boolean = false>(
    this: A,
    options?: TypedReduceOptions<A, Axis, Keep>,
  ): Reduced<A, Axis, Keep, OwnDType<A>> {
    return fluent().min(this, options) as Reduced<A, Axis, Keep, OwnDType<A>>;
  }
  reshape<A extends Tensor, const New extends Shape>(
    this: A,
    shape: New & Check<Reshape<ShapeOf<A>, New>>,
  ): Tensor<Valid<Reshape<ShapeOf<A>, New>>, OwnDType<A>> {
    return fluent().reshape(this, shape) as Tensor<Valid<Reshape<ShapeOf<A>, New>>, OwnDType<A>>;
  }
  transpose<A extends Tensor, const Order extends readonly number[] | undefined = undefined>(
    this: A,
    axes?: Order & Check<Transpose<ShapeOf<A>, Order>>,
  ): Tensor<Valid<Transpose<ShapeOf<A>, Order>>, OwnDType<A>> {
    return fluent().transpose(this, axes) as Tensor<Valid<Transpose<ShapeOf<A>, Order>>, OwnDType<A>>;
  }
  /** All axes reversed. */
  get T(): Tensor {
    return fluent().transpose(this);
  }
  /** NumPy's `x[...]`, of integers, slices, null and "..."; `np.slice` takes arrays and masks too. */
  slice(...index: readonly BasicIndexItem[]): Tensor {
    return fluent().slice(this, ...index);
  }
  astype<E extends DType>(dtype: E): Tensor<S, E> {
    return fluent().astype(this, dtype) as Tensor<S, E>;
  }

  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw operatorError(this.toString());
  }

  static {
    // console.log(x) shows the tensor, in Node and Bun and in Deno
    for (const name of ["nodejs.util.inspect.custom", "Deno.customInspect"]) {
      Object.defineProperty(this.prototype, Symbol.for(name), { value: this.prototype.inspect });
    }
  }

  /** @internal */
  inspect(): string {
    return this.toString();
  }
}

/**
 * The array in memory: `data` read through `offset` and `strides` (in elements; null means row-major without
 * gaps). A tensor whose elements are all one number, every scalar among them, keeps just the number (`data` is
 * null): scalars stay out of typed arrays, and `zeros` or a broadcast number of any shape costs nothing.
 */
export class DenseTensor<S extends Shape = Shape, D extends DType = DType> extends Tensor<S, D> {
  /** @internal */
  constructor(
    readonly type: TensorType,
    readonly data: Storage | null,
    readonly value: number,
    readonly strides: readonly number[] | null,
    readonly offset: number,
  ) {
    super();
  }
  override concrete(_attempted: string): DenseTensor {
    return this;
  }
  /** Element number `index` in row-major order. */
  at(index: number): number {
    if (this.data === null) return this.value;
    if (this.strides === null) return this.data[this.offset + index] as number;
    let position = this.offset;
    let rest = index;
    for (let axis = this.shape.length - 1; axis >= 0; axis--) {
      const n = this.shape[axis] as number;
      position += (rest % n) * (this.strides[axis] as number);
      rest = Math.floor(rest / n);
    }
    return this.data[position] as number;
  }
  override toString(): string {
    return formatTensor(this);
  }
}

/** A tensor every element of which is `value`, already an element of the dtype. */
export const uniform = (type: TensorType, value: number): DenseTensor =>
  new DenseTensor(type, null, value, null, 0);
/** A tensor over a fresh row-major array. */
export const compact = (type: TensorType, data: Storage): DenseTensor =>
  new DenseTensor(type, data, 0, null, 0);

/** Row-major elements as a typed array: the tensor's own where it is compact from 0, else a copy. Read only. */
export const compactData = (x: DenseTensor): Storage => {
  if (x.data !== null && x.strides === null && x.offset === 0 && x.data.length === x.size) return x.data;
  return compactCopy(x);
};

const compactCopy = (x: DenseTensor): Storage => {
  const n = x.size;
  if (x.data !== null && x.strides === null) return x.data.slice(x.offset, x.offset + n);
  const out = allocate(x.dtype, n);
  if (x.data === null) return out.fill(x.value);
  const { shape, data } = x;
  const strides = x.strides as readonly number[];
  let at = 0;
  const walk = (axis: number, position: number): void => {
    for (let i = 0; i < (shape[axis] ?? 1); i++, position += strides[axis] ?? 0) {
      if (axis < shape.length - 1) walk(axis + 1, position);
      else out[at++] = data[position] as number;
    }
  };
  walk(0, x.offset);
  return out;
};

const nest = (x: DenseTensor): Nested => {
  const isBool = x.dtype === "bool";
  const walk = (axis: number, start: number, count: number): Nested => {
    if (axis === x.shape.length) return isBool ? x.at(start) !== 0 : x.at(start);
    const n = x.shape[axis] as number;
    const step = n === 0 ? 0 : count / n;
    return Array.from({ length: n }, (_, i) => walk(axis + 1, start + i * step, step));
  };
  return walk(0, 0, x.size);
};
