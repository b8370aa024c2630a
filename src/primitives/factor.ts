/** Triangular factors, Cholesky's and those of Gauss, and triangular systems, whose transpose is one again. */
import { cholesky as choleskyKernel } from "../kernel/linalg/cholesky.js";
import { lu as luKernel } from "../kernel/linalg/lu.js";
import { triangularSolve as solveKernel, type Triangle } from "../kernel/linalg/triangular.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { add, filledAs, mul, neg, sub } from "./arithmetic.js";
import { mapped } from "./batching.js";
import { type BinaryWith, binaryWith, type Multiple, multiple, type Unary, unary } from "./define.js";
import { gather } from "./gather.js";
import {
  batchColumns,
  blockOf,
  checkRightSide,
  lowerPart,
  matrixSizes,
  product,
  symmetric,
  transposed,
  transposeSecond,
  upperPart,
  withOnes,
} from "./matrices.js";
import { reshape } from "./reshape.js";
import { pad } from "./slice.js";

export interface TriangularParameters extends Triangle {
  /** Solves with T^T. */
  readonly transpose: boolean;
}

/** What is read of T: the triangle, without its diagonal where that counts as ones. */
const readPart = (x: Tensor, { lower, unitDiagonal }: Triangle): Tensor => {
  const k = unitDiagonal ? 1 : 0;
  return lower ? lowerPart(x, -k) : upperPart(x, k);
};

/** op(T)^-1 B: T [..., n, n], of which one triangle is read, B [..., n, k]. */
export const triangularSolve: BinaryWith<TriangularParameters> = binaryWith<TriangularParameters>({
  name: "triangularSolve",
  shape: ([t, b]) => {
    checkRightSide("triangularSolve", t, b, matrixSizes("triangularSolve", t, true).n);
    return [{ ...b, weak: t.weak && b.weak }];
  },
  impl: ([t, b], p) => [solveKernel(t, b, p, p.transpose, { ...b.type, weak: t.type.weak && b.type.weak })],
  // T x = b: dx = T^-1 (db - dT x)
  jvp: ([t, b], [dt, db], p) => {
    const x = triangularSolve(t, b, p);
    let right = db;
    if (dt !== null) {
      const part = readPart(dt, p);
      const moved = product(p.transpose ? transposed(part) : part, x);
      right = db === null ? neg(moved) : sub(db, moved);
    }
    return [[x], [right && triangularSolve(t, right, p)]];
  },
  transpose: ([ct], [t, b], p) =>
    transposeSecond("triangularSolve", ct, t, b, (matrix, c) =>
      triangularSolve(matrix, c, { ...p, transpose: !p.transpose }),
    ),
  batch: ([t, b], p, { size }) => batchColumns((x, y) => triangularSolve(x, y, p), t, b, size),
  lower: () => ({ kind: "opaque" }),
});

const lower = { lower: true, transpose: false, unitDiagonal: false } as const;
const unitLower = { lower: true, transpose: false, unitDiagonal: true } as const;
const upperTransposed = { lower: false, transpose: true, unitDiagonal: false } as const;

/** B T^-1 for upper triangular T. */
export const divideByUpper = (b: Tensor, t: Tensor): Tensor =>
  transposed(triangularSolve(t, transposed(b), upperTransposed));

/** L, lower triangular with positive diagonal, of (A + A^T) / 2 = L L^T; NaN where that is not positive definite. */
export const cholesky: Unary = unary({
  name: "cholesky",
  shape: ([x]) => {
    matrixSizes("cholesky", x, true);
    return [x];
  },
  impl: ([x]) => [choleskyKernel(x, x.type)],
  // dL = L Phi(L^-1 dA L^-T), Phi: the lower triangle, its diagonal halved (Murray, Differentiation of the Cholesky
  // decomposition, 2016)
  jvp: ([x], [dx]) => {
    const l = cholesky(x);
    if (dx === null) return [[l], [null]];
    const half = triangularSolve(l, symmetric(dx), lower);
    const inner = triangularSolve(l, transposed(half), lower);
    const phi = mul(filledAs(inner, 0.5), add(lowerPart(inner), lowerPart(inner, -1)));
    return [[l], [product(l, phi)]];
  },
  transpose: "nonlinear",
  batch: ([x]) => [mapped(cholesky(x.value))],
  lower: () => ({ kind: "opaque" }),
});

const luTypes = (x: TensorType): readonly [TensorType, TensorType, TensorType] => {
  const { m, n, batch } = matrixSizes("lu", x, false);
  const positions = (size: number): TensorType => ({ shape: [...batch, size], dtype: "int32", weak: false });
  return [x, positions(Math.min(m, n)), positions(m)];
};

/** Rows of matrices in the orders given, [..., m] of int32. */
export const permuteRows = (x: Tensor, order: Tensor): Tensor =>
  gather(x, reshape(order, [...order.shape, 1]), { batchAxes: order.shape.length - 1, indexedAxes: 1 });

/**
 * P A = L U for matrices of any form: L (below the diagonal, ones on it) and U in one; the exchanges of rows, in
 * order; the order of the rows that they make.
 */
export const lu: Multiple<null> = multiple<1, 3, null>({
  name: "lu",
  shape: ([x]) => luTypes(x),
  impl: ([x]) => luKernel(x, luTypes(x.type)),
  // with X = L^-1 P dA U^-1: dL = L tril(X, -1), dU = triu(X) U; L and U made square by ones on the diagonal
  jvp: ([x], [dx]) => {
    const [both, pivots, order] = lu([x], null) as readonly [Tensor, Tensor, Tensor];
    if (dx === null)
      return [
        [both, pivots, order],
        [null, null, null],
      ];
    const { m, n, batch } = matrixSizes("lu", x.type, false);
    const k = Math.min(m, n);
    const none = batch.map(() => 0);
    const grown = (part: Tensor, rows: number, columns: number): Tensor =>
      rows === 0 && columns === 0
        ? part
        : pad(part, {
            value: 0,
            low: [...none, 0, 0],
            high: [...none, rows, columns],
            interior: [...none, 0, 0],
          });
    const l = withOnes(grown(lowerPart(blockOf(both, [0, m], [0, k]), -1), 0, m - k));
    const u = withOnes(grown(upperPart(blockOf(both, [0, k], [0, n])), n - k, 0), k);
    const inner = divideByUpper(triangularSolve(l, permuteRows(dx, order), unitLower), u);
    const tangent = add(product(l, lowerPart(inner, -1)), product(upperPart(inner), u));
    return [
      [both, pivots, order],
      [tangent, null, null],
    ];
  },
  transpose: "nonlinear",
  batch: ([x]) => lu([x.value], null).map(mapped) as never,
  lower: () => ({ kind: "opaque" }),
});
