/** What the compiler knows of matrices: shapes of results, and square ones told from others where sizes are literal. */
import type { Complex } from "../fft/complex.js";
import type { Shape } from "../tensor/shape.js";
import type { FloatOf2 } from "../tensor/signatures.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import type {
  Check,
  DTypeOf,
  FloatOf,
  IsDynamic,
  Plain,
  ShapeMismatch,
  ShapeOf,
  Show,
  Valid,
} from "../tensor/types.js";

/** The shape itself where the last two sizes can be equal, or why it is no square matrix. */
export type Square<S extends Shape> = [true] extends [IsDynamic<S>]
  ? S
  : S extends readonly [...Shape, infer M extends number, infer N extends number]
    ? number extends M | N
      ? S
      : [M] extends [N]
        ? S
        : ShapeMismatch<`a square matrix is needed, got ${Show<S>}`>
    : ShapeMismatch<`a matrix is needed, got ${Show<S>}`>;

/** What is left without the last `Count` axes. */
type Without<S extends Shape, Count extends 1 | 2> = [true] extends [IsDynamic<S>]
  ? Shape
  : Count extends 1
    ? S extends readonly [...infer Batch extends Shape, number]
      ? Batch
      : Shape
    : S extends readonly [...infer Batch extends Shape, number, number]
      ? Batch
      : Shape;

/** X of A X = B: like B beside one matrix; a vector for each matrix of a stack where B is one. */
type Solution<A extends Shape, B extends Shape> = [true] extends [IsDynamic<A> | IsDynamic<B>]
  ? Shape
  : A extends readonly [number, number]
    ? Plain<B>
    : B extends readonly [infer N extends number]
      ? [...Without<A, 2>, N]
      : Shape;

/** [..., m, n] as [..., n, m]. */
type Flipped<S extends Shape> = [true] extends [IsDynamic<S>]
  ? Shape
  : S extends readonly [...infer Batch extends Shape, infer M extends number, infer N extends number]
    ? [...Batch, N, M]
    : Shape;

type Floats<A> = FloatOf<DTypeOf<A>>;

/** The matrix given, as a parameter type: an error where it cannot be square. */
export type SquareMatrix<A> = A & Check<Square<ShapeOf<A>>>;
/** A result of the shape of the operand. */
export type SameMatrix<A> = Tensor<Valid<Square<ShapeOf<A>>>, Floats<A>>;
/** One number for each matrix. */
export type PerMatrix<A> = Tensor<Without<ShapeOf<A>, 2>, Floats<A>>;
/** One vector of n for each n x n matrix. */
export type PerRow<A> = Tensor<Without<ShapeOf<A>, 1>, Floats<A>>;
/** The same with complex numbers, as pairs. */
export type ComplexPerRow<A> = Complex<Without<ShapeOf<A>, 1>, Floats<A>>;
/** A complex result of the shape of the operand. */
export type ComplexMatrix<A> = Complex<Valid<Square<ShapeOf<A>>>, Floats<A>>;

/** A solution of a system with square matrices. */
export type SolutionOf<A, B> = Tensor<Valid<Solution<ShapeOf<A>, ShapeOf<B>>>, FloatOf2<A, B>>;
/** A result of the transposed shape. */
export type FlippedMatrix<A> = Tensor<Valid<Flipped<ShapeOf<A>>>, Floats<A>>;

/** Square matrices to matrices of the same shape. */
export type MatrixFunction = <const A extends TensorLike>(a: SquareMatrix<A>) => SameMatrix<A>;
/** Square matrices to numbers. */
export type MatrixNumberFunction = <const A extends TensorLike>(a: SquareMatrix<A>) => PerMatrix<A>;
