/** Linear systems and determinants: they share the factors that the kernel keeps with a matrix. */
import * as kernel from "../kernel/linalg/lu.js";
import { cofactors as cofactorsKernel } from "../kernel/linalg/pseudo.js";
import { compact, type DenseTensor, type Tensor, type TensorType } from "../tensor/tensor.js";
import { filledAs, mul, neg, sub } from "./arithmetic.js";
import { mapped } from "./batching.js";
import { broadcast, sum } from "./broadcast.js";
import { eq, select } from "./compare.js";
import { type BinaryWith, binaryWith, type Multiple, multiple, type Unary, unary } from "./define.js";
import {
  asColumns,
  asRows,
  batchColumns,
  checkRightSide,
  diagonalOf,
  identityAs,
  matrixSizes,
  overMatrices,
  product,
  transposed,
  transposeSecond,
} from "./matrices.js";
import { prod } from "./reduce.js";
import { svd } from "./svd.js";

/** op(A)^-1 B for A [..., n, n] and B [..., n, k]; op: the transpose, if asked for. */
export const solve: BinaryWith<boolean> = binaryWith<boolean>({
  name: "solve",
  shape: ([a, b]) => {
    checkRightSide("solve", a, b, matrixSizes("solve", a, true).n);
    return [{ ...b, weak: a.weak && b.weak }];
  },
  impl: ([a, b], transpose) => [
    kernel.solve(a, b, transpose, { ...b.type, weak: a.type.weak && b.type.weak }),
  ],
  // A x = b: dx = A^-1 (db - dA x)
  jvp: ([a, b], [da, db], transpose) => {
    const x = solve(a, b, transpose);
    let right = db;
    if (da !== null) {
      const moved = product(transpose ? transposed(da) : da, x);
      right = db === null ? neg(moved) : sub(db, moved);
    }
    return [[x], [right && solve(a, right, transpose)]];
  },
  transpose: ([ct], [a, b], transpose) =>
    transposeSecond("solve", ct, a, b, (matrix, c) => solve(matrix, c, !transpose)),
  batch: ([a, b], transpose, { size }) => batchColumns((x, y) => solve(x, y, transpose), a, b, size),
  lower: () => ({ kind: "opaque" }),
});

/** A^-1 of every matrix. */
export const inverse = (a: Tensor): Tensor => solve(a, identityAs(a), false);

const numbersOf = (operation: string, x: TensorType): TensorType => ({
  ...x,
  shape: matrixSizes(operation, x, true).batch,
});

/** The sum over the last two axes. */
const total = (x: Tensor): Tensor => sum(x, [x.shape.length - 2, x.shape.length - 1]);

/** The sign of the determinant (0 of a singular matrix) and the logarithm of its magnitude. */
export const slogdet: Multiple<null> = multiple<1, 2, null>({
  name: "slogdet",
  shape: ([x]) => [numbersOf("slogdet", x), numbersOf("slogdet", x)],
  impl: ([x]) => kernel.slogdet(x, numbersOf("slogdet", x.type)),
  // d log|det A| = tr(A^-1 dA)
  jvp: ([x], [dx]) => {
    const [sign, logarithm] = slogdet([x], null) as readonly [Tensor, Tensor];
    return [
      [sign, logarithm],
      [null, dx && sum(diagonalOf(solve(x, dx, false)), [dx.shape.length - 2])],
    ];
  },
  transpose: "nonlinear",
  batch: ([x]) => slogdet([x.value], null).map(mapped) as never,
  lower: () => ({ kind: "opaque" }),
});

export const det: Unary = unary({
  name: "det",
  shape: ([x]) => [numbersOf("det", x)],
  impl: ([x]) => [kernel.det(x, numbersOf("det", x.type))],
  // d det A = sum of cofactors times dA, also where A is singular
  jvp: ([x], [dx]) => [[det(x)], [dx && total(mul(cofactors(x), dx))]],
  transpose: "nonlinear",
  batch: ([x]) => [mapped(det(x.value))],
  lower: () => ({ kind: "opaque" }),
});

/** The derivatives of the determinant by the elements: the transposed adjugate. */
export const cofactors: Unary = unary({
  name: "cofactors",
  shape: ([x]) => {
    matrixSizes("cofactors", x, true);
    return [x];
  },
  impl: ([x]) => [cofactorsKernel(x, x.type)],
  // With A = U S V^T, D = det U det V, X = U^T dA V and g_ij the product of all singular values but i and j:
  // dC = D U H V^T, H_ij = -X_ji g_ij beside the diagonal, H_ii = sum over j != i of X_jj g_ij. Nothing is divided.
  jvp: ([x], [dx]) => {
    const c = cofactors(x);
    const n = x.shape[x.shape.length - 1] as number;
    if (dx === null || n === 0) return [[c], [dx]];
    const [u, s, vt] = svd([x], false) as readonly [Tensor, Tensor, Tensor];
    const turned = product(product(transposed(u), dx), transposed(vt));
    const g = productsOfOthers(s);
    const own = sum(mul(g, asRows(diagonalOf(turned), n)), [turned.shape.length - 1]);
    const beside = neg(mul(g, transposed(turned)));
    const isDiagonal = identityMask(turned);
    const h = select(isDiagonal, asColumns(own, n), beside);
    const [signU] = slogdet([u], null) as readonly [Tensor];
    const [signV] = slogdet([vt], null) as readonly [Tensor];
    const sign = overMatrices(mul(signU, signV), turned);
    return [[c], [mul(sign, product(product(u, h), vt))]];
  },
  transpose: "nonlinear",
  batch: ([x]) => [mapped(cofactors(x.value))],
  lower: () => ({ kind: "opaque" }),
});

const identityMask = (x: Tensor): Tensor => eq(identityAs(x), filledAs(x, 1));

/** g_ij = the product of all s_k with k neither i nor j, and 0 on the diagonal: s [..., n] gives [..., n, n]. */
const productsOfOthers = (s: Tensor): Tensor => {
  const rank = s.shape.length;
  const n = s.shape[rank - 1] as number;
  const shape = [...s.shape.slice(0, -1), n, n, n];
  const data = new Uint8Array(n ** 3);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      for (let k = 0; k < n; k++) data[(i * n + j) * n + k] = k === i || k === j ? 1 : 0;
  const left = compact({ shape: [n, n, n], dtype: "bool", weak: false }, data);
  const skipped = broadcast(left, { shape, axes: [rank - 1, rank, rank + 1] });
  const axes = [...s.shape.slice(0, -1).keys(), rank + 1];
  const spread = broadcast(s, { shape, axes });
  const products = prod(select(skipped, filledAs(spread, 1), spread), [rank + 1]);
  return select(identityMask(products), filledAs(products, 0), products);
};

/** For a matrix whose elements are at hand. */
export const isSingular = (x: DenseTensor): boolean => kernel.isSingular(x);
