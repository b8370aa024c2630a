/**
 * The types of control flow: `C` is what is carried, `X` and `Y` what is stacked, `A` the operands, `R` the result.
 * Functions get tensors at every leaf, and may return numbers for scalars.
 */
import type { WholeNode } from "../graph/tree.js";
import type { DType, Storage } from "../tensor/dtype.js";
import type { Shape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import type { OwnDType, ShapeOf } from "../tensor/types.js";
import type { Arguments, Batched, Gradient, LeafTensor } from "../transforms/trees.js";

type Result = object | string | number | boolean | null | undefined | readonly [];
type Leaf = Tensor | number | boolean | Storage | Uint8ClampedArray;

/**
 * What a step returns for what it carries: a tree of the same structure, shapes and dtypes, which is checked when it is
 * staged. Writing it out would make the compiler infer the operations of the step backwards from it.
 */
type Next = unknown;

/** A tree like `T` with a tensor of no known shape at every leaf, for the number of rows may be any. */
export type Rows<T> = T extends Leaf
  ? Tensor<Shape, OwnDType<LeafTensor<T>> extends infer D extends DType ? D : DType>
  : T extends null | undefined | WholeNode
    ? T
    : T extends Map<infer K, infer V>
      ? Map<K, Rows<V>>
      : T extends readonly (infer E)[]
        ? number extends T["length"]
          ? Rows<E>[]
          : { [K in keyof T]: Rows<T[K]> }
        : T extends object
          ? { [K in keyof T]: Rows<T[K]> }
          : T;

/** A tree like `T` with one row of every leaf. */
export type Row<T> = T extends Leaf
  ? Tensor<RowShape<ShapeOf<T>>, OwnDType<LeafTensor<T>> extends infer D extends DType ? D : DType>
  : T extends null | undefined | WholeNode
    ? T
    : T extends Map<infer K, infer V>
      ? Map<K, Row<V>>
      : T extends readonly (infer E)[]
        ? number extends T["length"]
          ? Row<E>[]
          : { [K in keyof T]: Row<T[K]> }
        : T extends object
          ? { [K in keyof T]: Row<T[K]> }
          : T;
type RowShape<S extends Shape> = S extends readonly [number, ...infer Rest extends Shape] ? Rest : Shape;

/** A condition: one bool, or a number that is not zero. */
type Condition = Tensor | boolean | number;

export interface WhileOptions {
  /** A number of steps that is never exceeded: needed for reverse mode where the loop is traced. */
  readonly maxSteps?: number;
}
export interface ScanOptions {
  /** The number of steps, where no `xs` tell it. */
  readonly length?: number;
  /** From the last row to the first. */
  readonly reverse?: boolean;
  /** How many steps a compiler may do in one turn of its loop. */
  readonly unroll?: number;
  /** `"sqrt"`: keeps about 2 sqrt(n) carries of n for the reverse sweep, and computes the others again. */
  readonly checkpoint?: "sqrt";
}
export interface MapOptions {
  /** How many rows go through the function at once, as a batch. */
  readonly batchSize?: number;
}
export interface AssociativeScanOptions {
  readonly reverse?: boolean;
  /** Default 0. */
  readonly axis?: number;
}

export type CondFunction = <A extends readonly unknown[], R extends Result>(
  predicate: Condition,
  trueFn: (...operands: A) => R,
  falseFn: (...operands: NoInfer<A>) => Next,
  ...operands: Arguments<A>
) => Gradient<R>;

export type SwitchFunction = <A extends readonly unknown[], R extends Result>(
  index: Tensor | number,
  branches: readonly ((...operands: A) => R)[],
  ...operands: Arguments<NoInfer<A>>
) => Gradient<R>;

export type WhileLoopFunction = <C extends Result>(
  condition: (carry: Gradient<C>) => Condition,
  body: (carry: Gradient<C>) => Next,
  init: C,
  options?: WhileOptions,
) => Gradient<C>;

export type ForiLoopFunction = <C extends Result>(
  lower: Tensor | number,
  upper: Tensor | number,
  body: (index: Tensor<[], "int32">, carry: Gradient<C>) => Next,
  init: C,
  options?: WhileOptions,
) => Gradient<C>;

export type ScanFunction = <C extends Result, X extends Result, Y extends Result>(
  f: (carry: Gradient<C>, x: Row<X>) => readonly [Next, Y],
  init: C,
  xs: X,
  options?: ScanOptions,
) => [Gradient<C>, Batched<Y, 0>];

export type MapFunction = <X extends Result, Y extends Result>(
  f: (x: Row<X>) => Y,
  xs: X,
  options?: MapOptions,
) => Batched<Y, 0>;

export type AssociativeScanFunction = <X extends Result>(
  f: (a: Rows<X>, b: Rows<X>) => Next,
  xs: X,
  options?: AssociativeScanOptions,
) => Gradient<X>;
