/** Factors with orthonormal columns that need one side only: QR, and eigenvectors of symmetric matrices. */
import { eigh as eighKernel } from "../kernel/linalg/eigen.js";
import { qr as qrKernel } from "../kernel/linalg/qr.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { abs, add, div, filledAs, mul, stopGradient, sub, zerosAs } from "./arithmetic.js";
import { mapped } from "./batching.js";
import { broadcastOver } from "./broadcast.js";
import { le, select } from "./compare.js";
import { type Multiple, multiple, type Unary, unary } from "./define.js";
import { divideByUpper } from "./factor.js";
import {
  asColumns,
  asRows,
  blockOf,
  diagonalOf,
  epsilonOf,
  lowerPart,
  matrixSizes,
  product,
  symmetric,
  transposed,
  upperPart,
} from "./matrices.js";
import { reduceMax } from "./reduce.js";
import { concatenate, pad } from "./slice.js";

const qrTypes = (x: TensorType, full: boolean): readonly [TensorType, TensorType] => {
  const { m, n, batch } = matrixSizes("qr", x, false);
  const columns = full ? m : Math.min(m, n);
  return [
    { ...x, shape: [...batch, m, columns] },
    { ...x, shape: [...batch, columns, n] },
  ];
};

/** A skew-symmetric matrix by its lower triangle. */
const skew = (x: Tensor): Tensor => {
  const below = lowerPart(x, -1);
  return sub(below, transposed(below));
};

/** A = Q R, the diagonal of R not negative. The parameter: whether Q is m x m rather than m x min(m, n). */
export const qr: Multiple<boolean> = multiple<1, 2, boolean>({
  name: "qr",
  shape: ([x], full) => qrTypes(x, full),
  impl: ([x], full) => qrKernel(x, qrTypes(x.type, full)),
  // Let A1, R1 be the first k = min(m, n) columns, Y = dA1 R1^-1 and O = Q^T dQ, which is skew-symmetric. Then
  // Q^T Y = O + (upper triangular), dQ = Q O + (1 - Q Q^T) Y, dR = Q^T dA - O R. Further columns Q2 turn no more
  // than they must: dQ2 = -Q (Q2^T Y)^T.
  jvp: ([x], [dx], full) => {
    const [q, r] = qr([x], full) as readonly [Tensor, Tensor];
    if (dx === null)
      return [
        [q, r],
        [null, null],
      ];
    const { m, n, batch } = matrixSizes("qr", x.type, false);
    const k = Math.min(m, n);
    const first = blockOf(q, [0, m], [0, k]);
    const top = blockOf(r, [0, k], [0, n]);
    const y = divideByUpper(blockOf(dx, [0, m], [0, k]), blockOf(top, [0, k], [0, k]));
    const inner = product(transposed(first), y);
    const turn = skew(inner);
    const within = product(first, turn);
    const dTop = upperPart(sub(product(transposed(first), dx), product(turn, top)));
    if (m === k)
      return [
        [q, r],
        [within, dTop],
      ];
    if (!full)
      return [
        [q, r],
        [add(within, sub(y, product(first, inner))), dTop],
      ];
    const others = blockOf(q, [0, m], [k, m]);
    const out = product(transposed(others), y);
    const dFirst = add(within, product(others, out));
    const dOthers = product(first, transposed(out));
    const none = batch.map(() => 0);
    const dR = pad(dTop, {
      value: 0,
      low: [...none, 0, 0],
      high: [...none, m - k, 0],
      interior: [...none, 0, 0],
    });
    return [
      [q, r],
      [concatenate([dFirst, sub(zerosAs(dOthers), dOthers)], batch.length + 1), dR],
    ];
  },
  transpose: "nonlinear",
  batch: ([x], full) => qr([x.value], full).map(mapped) as never,
  lower: () => ({ kind: "opaque" }),
});

/** Numbers so close that they count as equal: up to `size` times the rounding error of the largest of `values`. */
export const closeness = (values: Tensor, size: number): Tensor => {
  const rank = values.shape.length;
  const largest = reduceMax(abs(stopGradient(values)), [rank - 1]);
  return mul(filledAs(largest, size * epsilonOf(values.type)), largest);
};

/** x / by, and 0 where `by` is no farther from 0 than `limit`. */
export const divideSafely = (x: Tensor, by: Tensor, limit: Tensor): Tensor => {
  const near = le(abs(by), limit);
  return select(near, zerosAs(x), div(x, select(near, filledAs(by, 1), by)));
};

/** One number for each matrix, repeated over its elements. */
export const spreadOver = (x: Tensor, like: Tensor): Tensor =>
  broadcastOver(x, like.shape, [like.shape.length - 2, like.shape.length - 1]);

const valuesType = (operation: string, x: TensorType): TensorType => {
  const { n, batch } = matrixSizes(operation, x, true);
  return { ...x, shape: [...batch, n] };
};

/** Eigenvalues of (A + A^T) / 2, ascending, and orthonormal eigenvectors as columns, signed by their largest element. */
export const eigh: Multiple<null> = multiple<1, 2, null>({
  name: "eigh",
  shape: ([x]) => [valuesType("eigh", x), x],
  impl: ([x]) => eighKernel(x, [valuesType("eigh", x.type), x.type]) as never,
  // M = V^T dA V: dw = diag M, dV = V F with F_ij = M_ij / (w_j - w_i), and 0 where the eigenvalues are equal: there
  // the vectors are a choice, and what does not depend on the choice does not depend on F_ij.
  jvp: ([x], [dx]) => {
    const [w, v] = eigh([x], null) as readonly [Tensor, Tensor];
    if (dx === null || x.size === 0)
      return [
        [w, v],
        [dx && w, dx],
      ];
    const n = x.shape[x.shape.length - 1] as number;
    const inner = product(product(transposed(v), symmetric(dx)), v);
    const gaps = sub(asRows(w, n), asColumns(w, n));
    const turn = divideSafely(inner, gaps, spreadOver(closeness(w, 4 * n), gaps));
    return [
      [w, v],
      [diagonalOf(inner), product(v, turn)],
    ];
  },
  transpose: "nonlinear",
  batch: ([x]) => eigh([x.value], null).map(mapped) as never,
  lower: () => ({ kind: "opaque" }),
});

/** The eigenvalues alone. */
export const eigvalsh: Unary = unary({
  name: "eigvalsh",
  shape: ([x]) => [valuesType("eigvalsh", x)],
  impl: ([x]) => eighKernel(x, [valuesType("eigvalsh", x.type)]) as never,
  // dw = diag(V^T dA V)
  jvp: ([x], [dx]) => {
    const w = eigvalsh(x);
    if (dx === null) return [[w], [null]];
    const v = eigh([x], null)[1] as Tensor;
    return [[w], [diagonalOf(product(product(transposed(v), symmetric(dx)), v))]];
  },
  transpose: "nonlinear",
  batch: ([x]) => [mapped(eigvalsh(x.value))],
  lower: () => ({ kind: "opaque" }),
});
