/**
 * Shapes and dtypes at compile time: the arithmetic of `shape.ts` and `dtype.ts` on literal types. Whatever is not
 * known to the compiler falls back quietly to `Shape` and `DType`; only literals that contradict each other give
 * a `ShapeMismatch`, which carries the sentence that the compiler then shows. Conditions stand in brackets
 * (`[A] extends [B]`) where an unbound type parameter must take the dynamic branch: so generic callers compile.
 */
import type { DType, FloatDType, Storage } from "./dtype.js";
import type { Shape } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** Not a shape but the reason why there is none. No value has this type, so a call that needs one fails to compile. */
export interface ShapeMismatch<Message extends string = string> {
  readonly "shape mismatch": Message;
}

/** For a parameter `x: X & Check<S>`: nothing where `S` is a shape, the mismatch where it is none. */
export type Check<S> = [Extract<S, Shape>] extends [never] ? Extract<S, ShapeMismatch> : unknown;

/** For a result `Tensor<Valid<S>>`: the shape, or any shape after a mismatch that the parameters have reported. */
export type Valid<S> = [Extract<S, Shape>] extends [never] ? Shape : Extract<S, Shape>;

type IsAny<T> = [0] extends [1 & T] ? true : false;
/** Whether the number of axes is unknown. */
export type IsDynamic<S extends Shape> = [number[]] extends [S] ? true : false;
/** `readonly [2, 3]` as `[2, 3]`, `readonly 2[]` as `Shape`. */
export type Plain<S extends Shape> = [number[]] extends [S] ? Shape : { -readonly [K in keyof S]: S[K] };

/** `[2, 3]` as text, for messages. */
export type Show<S extends Shape, Text extends string = ""> = S extends readonly [
  infer N extends number,
  ...infer Rest extends Shape,
]
  ? Show<Rest, Text extends "" ? `${N}` : `${Text}, ${N}`>
  : `[${Text}]`;

// What is known of an operand ------------------------------------------------------------------------------------

/** A tensor, recognized without asking whether its shape is one: that is a question about a generic shape. */
interface AnyTensor {
  readonly shape: unknown;
  readonly dtype: unknown;
}

/** The shape of whatever is accepted as a tensor. */
export type ShapeOf<T> = [IsAny<T>] extends [true]
  ? Shape
  : T extends AnyTensor
    ? Extract<T["shape"], Shape>
    : T extends number | boolean
      ? []
      : T extends Storage | Uint8ClampedArray
        ? [number]
        : T extends readonly unknown[]
          ? NestedShape<T>
          : Shape;

/** Every level looks at the union of the elements below it, so `[[1, 2], [3, 4]]` costs as little as `[[1, 2]]`. */
type NestedShape<T extends readonly unknown[], Depth extends 0[] = []> = Depth["length"] extends 8
  ? Shape
  : [T[number]] extends [number | boolean]
    ? [T["length"]]
    : [T[number]] extends [readonly unknown[]]
      ? Prepend<T["length"], NestedShape<T[number], [...Depth, 0]>>
      : [T[number]] extends [Tensor<infer S extends Shape, infer _D>]
        ? Prepend<T["length"], S>
        : [T[number]] extends [Storage | Uint8ClampedArray]
          ? [T["length"], number]
          : Shape;

type Prepend<N extends number, S> = S extends Shape ? ([number[]] extends [S] ? Shape : [N, ...S]) : never;

/** A bare number is weak: it takes the dtype that it meets, except that a fraction never becomes an integer. */
type WeakNumber = "weak" | "weak integer" | "weak fraction";
type Operand = DType | WeakNumber;

/** The dtype of whatever is accepted as a tensor; for bare numbers a mark that yields in `Promote`. */
export type DTypeOf<T> = [IsAny<T>] extends [true]
  ? DType
  : T extends AnyTensor
    ? Extract<T["dtype"], DType>
    : T extends number
      ? number extends T
        ? "weak"
        : `${T}` extends `${bigint}`
          ? "weak integer"
          : "weak fraction"
      : T extends boolean
        ? "bool"
        : T extends Storage | Uint8ClampedArray
          ? StorageDType<T>
          : T extends readonly unknown[]
            ? NestedDType<T>
            : DType;

/** The dtype of what an operand becomes by itself: a bare number becomes a float64. */
export type OwnDType<T> = T extends AnyTensor ? Extract<T["dtype"], DType> : Strong<DTypeOf<T>>;
type Strong<D extends Operand> = D extends DType ? D : FloatDType;

type StorageDType<T> = T extends Float64Array
  ? "float64"
  : T extends Float32Array
    ? "float32"
    : T extends Int32Array
      ? "int32"
      : T extends Uint32Array
        ? "uint32"
        : T extends Int16Array
          ? "int16"
          : T extends Uint16Array
            ? "uint16"
            : T extends Int8Array
              ? "int8"
              : "uint8";

type NestedDType<T> = T extends Nested<number> ? "float64" : T extends Nested<boolean> ? "bool" : DType;
type Nested<Element> = readonly (Element | Nested<Element>)[];

// Dtypes ---------------------------------------------------------------------------------------------------------

/**
 * `promoteDTypes`, with weak numbers. A table and one condition that binds its keys: where operands are generic the
 * compiler then knows the result for a dtype without expanding the operations that led there.
 */
export type Promote<A, B> = [A, B] extends [infer X extends Operand, infer Y extends Operand]
  ? AnyIfMany<Promotion[X][Y]>
  : DType;
/** An operand of any dtype gives almost any: `DType` says that in fewer words. */
type AnyIfMany<D extends DType> = ["int8" | "uint8"] extends [D] ? DType : D;

interface Promotion {
  readonly float64: { readonly [B in Operand]: "float64" };
  readonly float32: { readonly [B in Operand]: B extends "float64" ? B : "float32" };
  readonly int32: IntegerRow<"int32", { uint32: "float64" }>;
  readonly int16: IntegerRow<"int16", { int32: "int32"; uint16: "int32"; uint32: "float64" }>;
  readonly int8: IntegerRow<
    "int8",
    { int32: "int32"; int16: "int16"; uint8: "int16"; uint16: "int32"; uint32: "float64" }
  >;
  readonly uint32: IntegerRow<"uint32", { int8: "float64"; int16: "float64"; int32: "float64" }>;
  readonly uint16: IntegerRow<"uint16", { int8: "int32"; int16: "int32"; int32: "int32"; uint32: "uint32" }>;
  readonly uint8: IntegerRow<
    "uint8",
    { int8: "int16"; int16: "int16"; int32: "int32"; uint16: "uint16"; uint32: "uint32" }
  >;
  readonly bool: { readonly [B in Operand]: B extends DType ? B : IntegerRow<"int32", object>[B] };
  readonly weak: WeakRow<"weak">;
  readonly "weak integer": WeakRow<"weak integer">;
  readonly "weak fraction": WeakRow<"weak fraction">;
}
/** An integer dtype `D` meets others as `Others` says; those not in it, and whole numbers, become `D`. */
type IntegerRow<D extends DType, Others> = {
  readonly [B in Operand]: B extends keyof Others
    ? Extract<Others[B], DType>
    : B extends FloatDType
      ? B
      : B extends "weak fraction"
        ? "float64"
        : B extends "weak"
          ? D | "float64"
          : D;
};
type WeakRow<W extends WeakNumber> = {
  readonly [B in Operand]: B extends DType ? Promotion[B][W] : FloatDType;
};

/** `floatOf`: the dtype in which `sin` or `mean` of `D` is computed. */
export type FloatOf<D extends Operand> = FloatTable[D];
type FloatTable = {
  readonly [D in Operand]: D extends "float32" ? "float32" : D extends WeakNumber ? FloatDType : "float64";
};

/** The dtype of sums and products: of 32 bits at least; booleans count. */
export type SumOf<D extends DType> = [DType] extends [D] ? DType : SumTable[D];
type SumTable = {
  readonly [D in DType]: D extends FloatDType | "uint32"
    ? D
    : D extends "uint8" | "uint16"
      ? "uint32"
      : "int32";
};

// Shapes ---------------------------------------------------------------------------------------------------------

/** NumPy's broadcasting: aligned at the last axis, sizes equal or one of them 1. */
export type Broadcast<A extends Shape, B extends Shape> = [true] extends [IsDynamic<A> | IsDynamic<B>]
  ? Shape
  : Align<A, B, A, B>;

/** The last axis first, as far as both have one. */
type Align<
  A extends Shape,
  B extends Shape,
  WholeA extends Shape,
  WholeB extends Shape,
  Out extends Shape = [],
> = A extends readonly [...infer A0 extends Shape, infer M extends number]
  ? B extends readonly [...infer B0 extends Shape, infer N extends number]
    ? [BroadcastSize<M, N>] extends [never]
      ? ShapeMismatch<`cannot broadcast ${Show<WholeA>} with ${Show<WholeB>}: sizes ${M} and ${N} differ`>
      : Align<A0, B0, WholeA, WholeB, [BroadcastSize<M, N>, ...Out]>
    : [...A, ...Out]
  : [...B, ...Out];

/** A size that is not known is taken to fit. */
type BroadcastSize<M extends number, N extends number> = M extends 1
  ? N
  : N extends 1
    ? M
    : number extends M
      ? N
      : number extends N
        ? M
        : M extends N
          ? M
          : never;

/** Two sizes that must be the same: the one that is known, never where both are and differ. */
type SameSize<M extends number, N extends number> = number extends M ? N : number extends N ? M : M & N;

/** `np.matmul`: matrices in the last two axes, the others broadcast; a vector is a row on the left, a column on the right. */
export type MatMul<A extends Shape, B extends Shape> = [true] extends [IsDynamic<A> | IsDynamic<B>]
  ? Shape
  : A extends readonly []
    ? ShapeMismatch<"matmul takes no scalars: multiply with mul">
    : B extends readonly []
      ? ShapeMismatch<"matmul takes no scalars: multiply with mul">
      : A extends readonly [infer K extends number]
        ? B extends readonly [infer L extends number]
          ? Contract<A, B, K, L, []>
          : B extends readonly [...infer Batch extends Shape, infer L extends number, infer N extends number]
            ? Contract<A, B, K, L, [...Batch, N]>
            : never
        : A extends readonly [...infer BatchA extends Shape, infer M extends number, infer K extends number]
          ? B extends readonly [infer L extends number]
            ? Contract<A, B, K, L, [...BatchA, M]>
            : B extends readonly [
                  ...infer BatchB extends Shape,
                  infer L extends number,
                  infer N extends number,
                ]
              ? Contract<A, B, K, L, AppendAxes<Broadcast<BatchA, BatchB>, [M, N]>>
              : never
          : never;

/** `np.dot`: as matmul for vectors and matrices, but scalars multiply and further axes stand side by side. */
export type Dot<A extends Shape, B extends Shape> = [true] extends [IsDynamic<A> | IsDynamic<B>]
  ? Shape
  : A extends readonly []
    ? [...B]
    : B extends readonly []
      ? [...A]
      : A extends readonly [...infer A0 extends Shape, infer K extends number]
        ? B extends readonly [infer L extends number]
          ? Contract<A, B, K, L, A0>
          : B extends readonly [...infer B0 extends Shape, infer L extends number, infer N extends number]
            ? Contract<A, B, K, L, [...A0, ...B0, N]>
            : never
        : never;

type Contract<A extends Shape, B extends Shape, K extends number, L extends number, Out> = [
  SameSize<K, L>,
] extends [never]
  ? ShapeMismatch<`cannot multiply ${Show<A>} by ${Show<B>}: sizes ${K} and ${L} differ`>
  : Out;
type AppendAxes<S, Last extends Shape> = S extends Shape
  ? [number[]] extends [S]
    ? Shape
    : [...S, ...Last]
  : S;
