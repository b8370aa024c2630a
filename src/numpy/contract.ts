/** Products of vectors, matrices and tensors; all but kron and cross are one contraction. */
import { mul, neg, sub } from "../primitives/arithmetic.js";
import { dot as dotPrimitive } from "../primitives/dot.js";
import { reshape } from "../primitives/reshape.js";
import { ArgumentError, bracketed, describe, ShapeError } from "../tensor/errors.js";
import { normalizeAxes, normalizeAxis, orThrow } from "../tensor/shape.js";
import type { DotFunction, MatMulFunction } from "../tensor/signatures.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { flat, join, moved, section } from "./along.js";
import { broadcastAll } from "./convert.js";
import * as method from "./methods/products.js";
import { alignedDot, operands, withCounts } from "./methods/products.js";
import { optionsOf } from "./options.js";
import { openWorkshop } from "./workshop.js";

/** The operands in one dtype, through the door. */
const pair = (operation: string, a: TensorLike, b: TensorLike): readonly [Tensor, Tensor] => {
  openWorkshop();
  return operands(operation, a, b);
};

const contractAxes = (
  operation: string,
  a: Tensor,
  b: Tensor,
  left: readonly number[],
  right: readonly number[],
): Tensor => {
  const s = a.type.shape;
  const t = b.type.shape;
  if (left.length !== right.length || left.some((axis, i) => s[axis] !== t[right[i] as number])) {
    throw ShapeError.mismatch(
      operation,
      `axes ${bracketed(left)} and ${bracketed(right)} do not pair up`,
      [s, t],
      "Contracted axes need equal sizes.",
    );
  }
  return withCounts([a, b], ([x, y]) =>
    dotPrimitive(x as Tensor, y as Tensor, { contract: [left, right], batch: [[], []] }),
  );
};

/**
 * The matrix product: matrices stand in the last two axes, all axes before them broadcast; a vector on the left is
 * a row, on the right a column. Shapes [..., m, k] and [..., k, n] give [..., m, n].
 *
 * @throws ShapeError where k differs, where batch axes do not broadcast, and for scalars
 * @example np.matmul([[1, 2], [3, 4]], [1, 1]).toArray() // [3, 7]
 */
export const matmul: MatMulFunction = ((a: TensorLike, b: TensorLike): Tensor => {
  openWorkshop();
  return method.matmul(a as Tensor, b as Tensor);
}) as MatMulFunction;

/**
 * NumPy's dot: the product of vectors or matrices; scalars multiply, and further axes stand side by side, those of
 * `a` first (where `matmul` would broadcast them).
 *
 * @throws ShapeError where the last axis of `a` and the one before the last (or only one) of `b` differ in size
 * @example np.dot([1, 2, 3], [4, 5, 6]).item() // 32
 */
export const dot: DotFunction = ((a: TensorLike, b: TensorLike): Tensor => {
  openWorkshop();
  return method.dot(a as Tensor, b as Tensor);
}) as DotFunction;

/**
 * The dot product of all elements, whatever the shapes.
 *
 * @throws ShapeError where the numbers of elements differ
 * @example np.vdot([[1, 2], [3, 4]], [1, 1, 1, 1]).item() // 10
 */
export const vdot = (a: TensorLike, b: TensorLike): Tensor => {
  const [x, y] = pair("vdot", a, b);
  return contractAxes("vdot", flat(x), flat(y), [0], [0]);
};

/**
 * Sums of products over the last axes: [..., k] and [---, k] give [..., ---]; scalars multiply.
 *
 * @throws ShapeError where the last axes differ
 * @example np.inner([1, 2, 3], [4, 5, 6]).item() // 32
 */
export const inner = (a: TensorLike, b: TensorLike): Tensor => {
  const [x, y] = pair("inner", a, b);
  const m = x.type.shape.length;
  const n = y.type.shape.length;
  return m === 0 || n === 0
    ? contractAxes("inner", x, y, [], [])
    : contractAxes("inner", x, y, [m - 1], [n - 1]);
};

/**
 * All products of an element of `a` and one of `b`, both flattened: [m] and [n] give [m, n].
 *
 * @example np.outer([1, 2], [3, 4]).toArray() // [[3, 4], [6, 8]]
 */
export const outer = (a: TensorLike, b: TensorLike): Tensor => {
  const [x, y] = pair("outer", a, b);
  const [column, row] = broadcastAll("outer", [reshape(x, [x.size, 1]), reshape(y, [1, y.size])]);
  return mul(column as Tensor, row as Tensor);
};

/**
 * Matrices times vectors: [..., m, n] and [..., n] give [..., m]; the axes before broadcast.
 *
 * @throws ShapeError where the sizes do not fit
 * @example np.matvec([[1, 2], [3, 4]], [1, 1]).toArray() // [3, 7]
 */
export const matvec = (a: TensorLike, v: TensorLike): Tensor => {
  const both = pair("matvec", a, v);
  const [s, t] = both.map((x) => x.type.shape) as [readonly number[], readonly number[]];
  if (s.length < 2 || t.length < 1 || s.at(-1) !== t.at(-1)) {
    throw ShapeError.mismatch(
      "matvec",
      "a matrix and a vector of its row length are needed",
      [s, t],
      "They stand in the last axes: [..., m, n] and [..., n].",
    );
  }
  return withCounts(both, ([x, y]) =>
    alignedDot(
      "matvec",
      { x: x as Tensor, batchAxes: s.length - 2, contract: s.length - 1 },
      { x: y as Tensor, batchAxes: t.length - 1, contract: t.length - 1 },
    ),
  );
};

/**
 * Dot products of vectors that stand along an axis (default the last); the other axes broadcast.
 *
 * @throws ShapeError where the sizes do not fit; AxisError
 * @example np.vecdot([[1, 2], [3, 4]], [1, 1]).toArray() // [3, 7]
 */
export const vecdot = (a: TensorLike, b: TensorLike, options?: { readonly axis?: number }): Tensor => {
  const { axis = -1 } = optionsOf("vecdot", options, ["axis"]);
  const both = pair("vecdot", a, b).map((x) => {
    const rank = x.type.shape.length;
    return moved(x, [orThrow(normalizeAxis("vecdot", axis, rank))], [rank - 1]);
  });
  const [s, t] = both.map((x) => x.type.shape) as [readonly number[], readonly number[]];
  if (s.at(-1) !== t.at(-1))
    throw ShapeError.mismatch(
      "vecdot",
      "the vectors differ in length",
      [s, t],
      "Only the other axes broadcast.",
    );
  return withCounts(both, ([x, y]) =>
    alignedDot(
      "vecdot",
      { x: x as Tensor, batchAxes: s.length - 1, contract: s.length - 1 },
      { x: y as Tensor, batchAxes: t.length - 1, contract: t.length - 1 },
    ),
  );
};

/** How many last axes of `a` meet as many first ones of `b`, or which axes of each meet. */
export type TensordotAxes =
  | number
  | readonly [left: number | readonly number[], right: number | readonly number[]];

/**
 * Sums of products over pairs of axes; the axes that are left stand side by side, those of `a` first.
 *
 * @throws ShapeError where paired axes differ; AxisError; ArgumentError for a bad number of axes
 * @example np.tensordot([[1, 2], [3, 4]], [[1, 0], [0, 1]], 1).toArray() // [[1, 2], [3, 4]]
 */
export const tensordot = (a: TensorLike, b: TensorLike, axes: TensordotAxes = 2): Tensor => {
  const [x, y] = pair("tensordot", a, b);
  const m = x.type.shape.length;
  const n = y.type.shape.length;
  if (typeof axes === "number") {
    if (!Number.isInteger(axes) || axes < 0 || axes > m || axes > n) {
      throw ArgumentError.invalid(
        "tensordot",
        `${axes} axes cannot meet in tensors of rank ${m} and ${n}`,
        "Pass a number of axes, or a pair of lists.",
      );
    }
    const first = Array.from({ length: axes }, (_, i) => i);
    return contractAxes(
      "tensordot",
      x,
      y,
      first.map((i) => m - axes + i),
      first,
    );
  }
  if (!Array.isArray(axes) || axes.length !== 2) {
    throw ArgumentError.invalid(
      "tensordot",
      `${describe(axes)} names no axes`,
      "Pass a number of axes, or a pair of lists.",
    );
  }
  const left = orThrow(normalizeAxes("tensordot", axes[0], m));
  return contractAxes("tensordot", x, y, left, orThrow(normalizeAxes("tensordot", axes[1], n)));
};

/**
 * The Kronecker product: every element of `a` replaced by its product with the whole of `b`.
 *
 * @example np.kron([1, 10], [1, 2]).toArray() // [1, 2, 10, 20]
 */
export const kron = (a: TensorLike, b: TensorLike): Tensor => {
  const [x, y] = pair("kron", a, b);
  const rank = Math.max(x.type.shape.length, y.type.shape.length);
  const [s, t] = [x, y].map(({ type: { shape } }) => [
    ...new Array<number>(rank - shape.length).fill(1),
    ...shape,
  ]) as [number[], number[]];
  const [coarse, fine] = broadcastAll("kron", [
    reshape(
      x,
      s.flatMap((n) => [n, 1]),
    ),
    reshape(
      y,
      t.flatMap((n) => [1, n]),
    ),
  ]);
  return reshape(
    mul(coarse as Tensor, fine as Tensor),
    s.map((n, i) => n * (t[i] as number)),
  );
};

/**
 * The vector product of vectors of 3 (or 2, the missing component 0) that stand along an axis, default the last; the
 * other axes broadcast. Two vectors of 2 give the one component that is left, without the axis.
 *
 * @throws ShapeError for vectors of other lengths; AxisError
 * @example np.cross([1, 0, 0], [0, 1, 0]).toArray() // [0, 0, 1]
 */
export const cross = (a: TensorLike, b: TensorLike, options?: { readonly axis?: number }): Tensor => {
  const { axis = -1 } = optionsOf("cross", options, ["axis"]);
  const vectors = pair("cross", a, b).map((x) => {
    const rank = x.type.shape.length;
    return moved(x, [orThrow(normalizeAxis("cross", axis, rank))], [rank - 1]);
  });
  const [m, n] = vectors.map((x) => x.type.shape.at(-1)) as [number, number];
  if (![m, n].every((size) => size === 2 || size === 3)) {
    throw ShapeError.mismatch(
      "cross",
      "vectors of 2 or 3 components are needed",
      vectors.map((x) => x.type.shape),
      "Say along which axis they stand with { axis }.",
    );
  }
  const parts = vectors.map((x) =>
    Array.from({ length: x.type.shape.at(-1) as number }, (_, i) =>
      section(x, x.type.shape.length - 1, i, i + 1),
    ),
  );
  const [x, y] = parts as [Tensor[], Tensor[]];
  const product = (i: number, j: number): Tensor | undefined => {
    const [p, q] = [x[i], y[j]];
    return p && q && mul(...(broadcastAll("cross", [p, q]) as readonly [Tensor, Tensor]));
  };
  // x_j y_k - x_k y_j, of which a missing third component leaves one product
  const component = (j: number, k: number): Tensor => {
    const [plus, minus] = [product(j, k), product(k, j)];
    if (plus === undefined) return neg(minus as Tensor);
    return minus === undefined ? plus : sub(plus, minus);
  };
  const third = component(0, 1);
  const rank = third.type.shape.length;
  if (m === 2 && n === 2) return reshape(third, third.type.shape.slice(0, -1));
  return moved(
    join([component(1, 2), component(2, 0), third], rank - 1),
    [rank - 1],
    [orThrow(normalizeAxis("cross", axis, rank))],
  );
};
