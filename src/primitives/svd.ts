/** Singular values and vectors, and least squares by them. */
import { leastSquares as leastSquaresKernel } from "../kernel/linalg/pseudo.js";
import { svd as svdKernel, svdvals as svdvalsKernel } from "../kernel/linalg/svd.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { add, filledAs, mul, neg, sub, zerosAs } from "./arithmetic.js";
import { mapped } from "./batching.js";
import { gt, select } from "./compare.js";
import { type BinaryWith, binaryWith, type Multiple, multiple, type Unary, unary } from "./define.js";
import {
  asColumns,
  asRows,
  batchColumns,
  blockOf,
  checkRightSide,
  diagonalOf,
  matrixSizes,
  product,
  transposed,
  transposeSecond,
} from "./matrices.js";
import { closeness, divideSafely, spreadOver } from "./orthogonal.js";
import { concatenate } from "./slice.js";

const svdTypes = (x: TensorType, full: boolean): readonly [TensorType, TensorType, TensorType] => {
  const { m, n, batch } = matrixSizes("svd", x, false);
  const k = Math.min(m, n);
  return [
    { ...x, shape: [...batch, m, full ? m : k] },
    { ...x, shape: [...batch, k] },
    { ...x, shape: [...batch, full ? n : k, n] },
  ];
};

/** ds_i = (U^T dA V)_ii, and 0 for a value that is 0, where it has a kink as |x| has. */
const valuesTangent = (s: Tensor, inner: Tensor): Tensor =>
  select(gt(s, zerosAs(s)), diagonalOf(inner), zerosAs(s));

/** dU of one side: U O within its first k columns, and what leads out of them. `away`: dA V S^-1. */
const sideTangent = (all: Tensor, k: number, turn: Tensor, away: Tensor): Tensor => {
  const rank = all.shape.length;
  const [m, columns] = [all.shape[rank - 2] as number, all.shape[rank - 1] as number];
  const first = blockOf(all, [0, m], [0, k]);
  const within = product(first, turn);
  if (m === k) return within;
  if (columns === k) return add(within, sub(away, product(first, product(transposed(first), away))));
  const others = blockOf(all, [0, m], [k, m]);
  const out = product(transposed(others), away);
  return concatenate([add(within, product(others, out)), neg(product(first, transposed(out)))], rank - 1);
};

/** A = U diag(s) V^T: U, s (descending), V^T. The parameter: whether U and V are square. */
export const svd: Multiple<boolean> = multiple<1, 3, boolean>({
  name: "svd",
  shape: ([x], full) => svdTypes(x, full),
  impl: ([x], full) => svdKernel(x, full, svdTypes(x.type, full)),
  // P = U^T dA V. With skew-symmetric O = U^T dU and W = V^T dV: P = ds + O s - s W, whence
  // O + W = (P + P^T) / (s_j - s_i) and O - W = (P - P^T) / (s_i + s_j), without squares of singular values; 0 where
  // the divisor is, as for eigh.
  jvp: ([x], [dx], full) => {
    const [u, s, vt] = svd([x], full) as readonly [Tensor, Tensor, Tensor];
    if (dx === null)
      return [
        [u, s, vt],
        [null, null, null],
      ];
    const { m, n } = matrixSizes("svd", x.type, false);
    const k = Math.min(m, n);
    if (x.size === 0)
      return [
        [u, s, vt],
        [zerosAs(u), zerosAs(s), zerosAs(vt)],
      ];
    const u1 = blockOf(u, [0, m], [0, k]);
    const v = transposed(vt);
    const v1 = blockOf(v, [0, n], [0, k]);
    const dxV = product(dx, v1);
    const inner = product(transposed(u1), dxV);
    const [rows, columns] = [asRows(s, k), asColumns(s, k)];
    const close = closeness(s, 4 * Math.max(m, n));
    const limit = spreadOver(close, inner);
    const both = divideSafely(add(inner, transposed(inner)), sub(rows, columns), limit);
    const apart = divideSafely(sub(inner, transposed(inner)), add(rows, columns), limit);
    const half = filledAs(inner, 0.5);
    const overValues = (y: Tensor, size: number): Tensor =>
      divideSafely(y, asRows(s, size), spreadOver(close, y));
    const du = sideTangent(u, k, mul(half, add(both, apart)), overValues(dxV, m));
    const away = overValues(product(transposed(dx), u1), n);
    const dv = sideTangent(v, k, mul(half, sub(both, apart)), away);
    return [
      [u, s, vt],
      [du, valuesTangent(s, inner), transposed(dv)],
    ];
  },
  transpose: "nonlinear",
  batch: ([x], full) => svd([x.value], full).map(mapped) as never,
  lower: () => ({ kind: "opaque" }),
});

/** The singular values alone. */
export const svdvals: Unary = unary({
  name: "svdvals",
  shape: ([x]) => [svdTypes(x, false)[1]],
  impl: ([x]) => [svdvalsKernel(x, svdTypes(x.type, false)[1])],
  jvp: ([x], [dx]) => {
    const s = svdvals(x);
    if (dx === null) return [[s], [null]];
    const [u, , vt] = svd([x], false) as readonly [Tensor, Tensor, Tensor];
    return [[s], [valuesTangent(s, product(product(transposed(u), dx), transposed(vt)))]];
  },
  transpose: "nonlinear",
  batch: ([x]) => [mapped(svdvals(x.value))],
  lower: () => ({ kind: "opaque" }),
});

export interface LeastSquaresParameters {
  /** Solves with A^T. */
  readonly transpose: boolean;
  /** Singular values up to so many times the largest count as zero. */
  readonly cutoff: number;
}

const solutionType = (a: TensorType, b: TensorType, { transpose }: LeastSquaresParameters): TensorType => {
  const { m, n, batch } = matrixSizes("leastSquares", a, false);
  checkRightSide("leastSquares", a, b, transpose ? n : m);
  const k = b.shape[b.shape.length - 1] as number;
  return { ...b, shape: [...batch, transpose ? m : n, k], weak: a.weak && b.weak };
};

/** op(A)^+ B: of all X that bring op(A) X nearest to B the least. A [..., m, n], B [..., m, k]. */
export const leastSquares: BinaryWith<LeastSquaresParameters> = binaryWith<LeastSquaresParameters>({
  name: "leastSquares",
  shape: ([a, b], p) => [solutionType(a, b, p)],
  impl: ([a, b], p) => [leastSquaresKernel(a, b, p.transpose, p.cutoff, solutionType(a.type, b.type, p))],
  // dx = A^+ (db - dA x) + A^+ A^+T dA^T (b - A x) + (1 - A^+ A) dA^T A^+T x, where the rank stays (Golub and Pereyra,
  // The differentiation of pseudo-inverses, 1973)
  jvp: ([a, b], [da, db], p) => {
    const x = leastSquares(a, b, p);
    if (da === null) return [[x], [db && leastSquares(a, db, p)]];
    const [matrix, moved] = p.transpose ? [transposed(a), transposed(da)] : [a, da];
    const back = { ...p, transpose: !p.transpose };
    const drop = product(moved, x);
    const direct = leastSquares(a, db === null ? neg(drop) : sub(db, drop), p);
    const misfit = product(transposed(moved), sub(b, product(matrix, x)));
    const turned = leastSquares(a, leastSquares(a, misfit, back), p);
    const spare = product(transposed(moved), leastSquares(a, x, back));
    const outside = sub(spare, leastSquares(a, product(matrix, spare), p));
    return [[x], [add(add(direct, turned), outside)]];
  },
  transpose: ([ct], [a, b], p) =>
    transposeSecond("leastSquares", ct, a, b, (matrix, c) =>
      leastSquares(matrix, c, { ...p, transpose: !p.transpose }),
    ),
  batch: ([a, b], p, { size }) => batchColumns((x, y) => leastSquares(x, y, p), a, b, size),
  lower: () => ({ kind: "opaque" }),
});
