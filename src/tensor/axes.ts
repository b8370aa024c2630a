/**
 * Axes at compile time: what reductions, transposition and reshaping make of a literal shape. As in `types.ts`,
 * what is not known falls back to `Shape`, and what cannot be is a `ShapeMismatch`.
 */
import type { Shape } from "./shape.js";
import type { IsDynamic, Plain, ShapeMismatch, Show } from "./types.js";

/** What an `axis` option may be; null means all. */
export type Axes = number | readonly number[] | null;

/** `axis` as 0 to rank - 1, or why it is none; `number` where it is not known. */
export type NormalizeAxis<S extends Shape, Axis extends number> = [number] extends [Axis]
  ? number
  : Axis extends unknown
    ? `${Axis}` extends `-${infer N extends number}`
      ? AxisFromEnd<S, N>
      : `${Axis}` extends keyof S
        ? Axis
        : ShapeMismatch<`axis ${Axis} is out of range for shape ${Show<S>}`>
    : never;

type AxisFromEnd<
  S extends Shape,
  N extends number,
  Rest extends Shape = S,
  Count extends 0[] = [],
> = Rest extends readonly [...infer Init extends Shape, number]
  ? [...Count, 0]["length"] extends N
    ? Init["length"]
    : AxisFromEnd<S, N, Init, [...Count, 0]>
  : ShapeMismatch<`axis -${N} is out of range for shape ${Show<S>}`>;

/** The shape left by a reduction over `Axis`: all axes where it is null; reduced axes stay as 1 with `Keep`. */
export type Reduce<S extends Shape, Axis extends Axes = null, Keep extends boolean = false> = [
  boolean,
] extends [Keep]
  ? Shape
  : Axis extends null
    ? Keep extends true
      ? [number[]] extends [S]
        ? Shape
        : { -readonly [K in keyof S]: 1 }
      : []
    : [number[]] extends [S]
      ? Shape
      : Axis extends number
        ? DropAxes<S, NormalizeAxis<S, Axis>, Keep>
        : Axis extends readonly number[]
          ? [number[]] extends [Axis]
            ? Shape
            : DropAxes<S, NormalizeAxis<S, Axis[number]>, Keep>
          : never;

type DropAxes<S extends Shape, Axis, Keep extends boolean> = [number] extends [Axis]
  ? Shape
  : [Extract<Axis, ShapeMismatch>] extends [never]
    ? Drop<S, Axis, Keep>
    : Extract<Axis, ShapeMismatch>;
type Drop<
  S extends Shape,
  Axis,
  Keep extends boolean,
  Seen extends 0[] = [],
  Out extends Shape = [],
> = S extends readonly [infer N extends number, ...infer Rest extends Shape]
  ? Drop<
      Rest,
      Axis,
      Keep,
      [...Seen, 0],
      Seen["length"] extends Axis ? (Keep extends true ? [...Out, 1] : Out) : [...Out, N]
    >
  : Out;

/** Axes reversed, or in the order of `Order`. */
export type Transpose<S extends Shape, Order extends readonly number[] | undefined = undefined> = [
  true,
] extends [IsDynamic<S>]
  ? Shape
  : Order extends readonly number[]
    ? [number[]] extends [Order]
      ? Shape
      : Order["length"] extends S["length"]
        ? Permute<S, Order>
        : ShapeMismatch<`cannot transpose ${Show<S>} by ${Show<Order>}: name each axis once`>
    : Reverse<S>;

type Reverse<S extends Shape, Out extends Shape = []> = S extends readonly [
  infer N extends number,
  ...infer Rest extends Shape,
]
  ? Reverse<Rest, [N, ...Out]>
  : Out;
type Permute<S extends Shape, Order extends Shape, Out extends Shape = []> = Order extends readonly [
  infer Axis extends number,
  ...infer Rest extends Shape,
]
  ? NormalizeAxis<S, Axis> extends infer N
    ? N extends number
      ? Permute<S, Rest, [...Out, number extends N ? number : S[N]]>
      : N
    : never
  : Out;

/** All elements in a new shape, in which -1 stands for whatever is left. */
export type Reshape<S extends Shape, New extends Shape> = [number[]] extends [New]
  ? Shape
  : -1 extends New[number]
    ? ReplaceRest<New, RestSize<S, New>>
    : [true] extends [IsDynamic<S> | HasUnknown<S> | HasUnknown<New>]
      ? Plain<New>
      : CheckedReshape<S, New, Cancel<S, New>>;

/** Whether a size is not known. */
type HasUnknown<S extends Shape> = S extends readonly [infer N extends number, ...infer Rest extends Shape]
  ? number extends N
    ? true
    : HasUnknown<Rest>
  : false;

type CheckedReshape<S extends Shape, New extends Shape, Uncancelled> = Uncancelled extends readonly [
  infer A extends Shape,
  infer B extends Shape,
]
  ? SameProduct<Product<A>, Product<B>, S, New> extends true
    ? Plain<New>
    : ShapeMismatch<`cannot reshape ${Show<S>} to ${Show<New>}: ${Product<S>} elements into ${Product<New>}`>
  : never;

type SameProduct<P, Q, S extends Shape, New extends Shape> = 0 extends S[number] | New[number]
  ? 0 extends S[number] & New[number]
    ? true
    : false
  : P extends Q
    ? true
    : false;

/** The size for -1 where common sizes cancel until only those of `S` are left; `number` where it takes a division. */
type RestSize<S extends Shape, New extends Shape> = [true] extends [
  IsDynamic<S> | HasUnknown<S> | HasUnknown<New>,
]
  ? number
  : Cancel<S, Without<New, -1>> extends readonly [infer A extends Shape, []]
    ? Product<A> extends `${infer N extends number}`
      ? N
      : number
    : number;
type ReplaceRest<New extends Shape, N extends number> = {
  -readonly [K in keyof New]: New[K] extends -1 ? N : New[K];
};

/** Both lists without their common sizes and ones; products become small, and often nothing is left to multiply. */
type Cancel<A extends Shape, B extends Shape, Left extends Shape = []> = A extends readonly [
  infer N extends number,
  ...infer Rest extends Shape,
]
  ? N extends 1
    ? Cancel<Rest, B, Left>
    : N extends B[number]
      ? Cancel<Rest, Without<B, N>, Left>
      : Cancel<Rest, B, [...Left, N]>
  : [Left, WithoutOnes<B>];
/** The list without its first `N`. */
type Without<S extends Shape, N extends number, Seen extends Shape = []> = S extends readonly [
  infer M extends number,
  ...infer Rest extends Shape,
]
  ? M extends N
    ? [...Seen, ...Rest]
    : Without<Rest, N, [...Seen, M]>
  : Seen;
type WithoutOnes<S extends Shape, Out extends Shape = []> = S extends readonly [
  infer N extends number,
  ...infer Rest extends Shape,
]
  ? WithoutOnes<Rest, N extends 1 ? Out : [...Out, N]>
  : Out;

// Products by long multiplication; numbers are lists of decimal digits, the lowest first --------------------------

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
type Digits = readonly Digit[];
/** A digit as that many ones. */
interface Ones {
  readonly 0: [];
  readonly 1: [1];
  readonly 2: [1, 1];
  readonly 3: [1, 1, 1];
  readonly 4: [1, 1, 1, 1];
  readonly 5: [1, 1, 1, 1, 1];
  readonly 6: [1, 1, 1, 1, 1, 1];
  readonly 7: [1, 1, 1, 1, 1, 1, 1];
  readonly 8: [1, 1, 1, 1, 1, 1, 1, 1];
  readonly 9: [1, 1, 1, 1, 1, 1, 1, 1, 1];
}

/** The product of all sizes, as text. */
type Product<S extends Shape, Out extends Digits = [1]> = 0 extends S[number]
  ? "0"
  : S extends readonly [infer N extends number, ...infer Rest extends Shape]
    ? Multiply<ToDigits<`${N}`>, Out> extends infer Next extends Digits
      ? Product<Rest, Next>
      : never
    : FromDigits<Out>;

type ToDigits<
  Text extends string,
  Out extends Digits = [],
> = Text extends `${infer D extends Digit}${infer Rest}` ? ToDigits<Rest, [D, ...Out]> : Out;
type FromDigits<X extends Digits, Out extends string = ""> = X extends readonly [
  infer D extends Digit,
  ...infer Rest extends Digits,
]
  ? FromDigits<Rest, `${D}${Out}`>
  : Out;

/** `x y = (x y' + x d 10^0)` for `y = 10 y' + d`, from the highest digit of `y` down. */
type Multiply<X extends Digits, Y extends Digits, Out extends Digits = []> = Y extends readonly [
  ...infer Lower extends Digits,
  infer D extends Digit,
]
  ? MultiplyAdd<X, D, [0, ...Out]> extends infer Next extends Digits
    ? Multiply<X, Lower, Next>
    : never
  : Trim<Out>;
/** Without zeros in front: at the end of the list. */
type Trim<X extends Digits> = X extends readonly [...infer Lower extends Digits, 0] ? Trim<Lower> : X;

/** `x d + sum + carry`, digit by digit. */
type MultiplyAdd<
  X extends Digits,
  D extends Digit,
  Sum extends Digits,
  Carry extends Digit = 0,
  Out extends Digits = [],
> = X extends readonly [infer X0 extends Digit, ...infer X1 extends Digits]
  ? Sum extends readonly [infer S0 extends Digit, ...infer S1 extends Digits]
    ? Split<Total<Times<Ones[X0]>[D], Ones[S0], Ones[Carry]>> extends [
        infer Low extends Digit,
        infer High extends Digit,
      ]
      ? MultiplyAdd<X1, D, S1, High, [...Out, Low]>
      : never
    : MultiplyAdd<X, D, [0], Carry, Out>
  : Sum extends readonly [Digit, ...Digit[]]
    ? MultiplyAdd<[0], D, Sum, Carry, Out>
    : Carry extends 0
      ? Out
      : [...Out, Carry];

type Times<T extends 1[]> = [
  [],
  [...T],
  [...T, ...T],
  [...T, ...T, ...T],
  [...T, ...T, ...T, ...T],
  [...T, ...T, ...T, ...T, ...T],
  [...T, ...T, ...T, ...T, ...T, ...T],
  [...T, ...T, ...T, ...T, ...T, ...T, ...T],
  [...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T],
  [...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T, ...T],
];
type Total<A extends 1[], B extends 1[], C extends 1[]> = [...A, ...B, ...C]["length"];
/** A number below 100 as its digits, the lowest first. */
type Split<N> = `${N & number}` extends `${infer High extends Digit}${infer Low extends Digit}`
  ? [Low, High]
  : [Extract<N, Digit>, 0];
