/** Functions of matrices whose derivatives solve equations of their own: the exponential and the square root. */
import * as kernel from "../kernel/linalg/functions.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { add, sub, zerosAs } from "./arithmetic.js";
import { mapped, withBatchAxis } from "./batching.js";
import { type Binary, binary, type Unary, unary } from "./define.js";
import {
  blockOf,
  checkRightSide,
  matrixSizes,
  product,
  symmetric,
  transposed,
  transposeSecond,
} from "./matrices.js";
import { concatenate } from "./slice.js";

const squareType = (operation: string, x: TensorType): TensorType => {
  matrixSizes(operation, x, true);
  return x;
};
const pairType = (operation: string, a: TensorType, b: TensorType): TensorType => {
  checkRightSide(operation, a, b, matrixSizes(operation, a, true).n);
  return { ...squareType(operation, b), weak: a.weak && b.weak };
};

/** e^A, by scaling and squaring of a Pade approximant. */
export const expm: Unary = unary({
  name: "expm",
  shape: ([x]) => [squareType("expm", x)],
  impl: ([x]) => [kernel.expm(x, x.type)],
  jvp: ([x], [dx]) => [[expm(x)], [dx && expmDirection(x, dx)]],
  transpose: "nonlinear",
  batch: ([x]) => [mapped(expm(x.value))],
  lower: () => ({ kind: "opaque" }),
});

/** [[A, E], [0, A]] */
const coupled = (a: Tensor, e: Tensor): Tensor => {
  const axis = a.shape.length - 1;
  return concatenate([concatenate([a, e], axis), concatenate([zerosAs(a), a], axis)], axis - 1);
};

/** The derivative of e^A along E: linear in E, with the derivative along E at A^T as its transpose. */
export const expmDirection: Binary = binary({
  name: "expmDirection",
  shape: ([a, e]) => [pairType("expmDirection", a, e)],
  impl: ([a, e]) => [kernel.expmDirection(a, e, pairType("expmDirection", a.type, e.type))],
  // The second derivative is symmetric: along E and dA it is the upper right block of the derivative, along
  // diag(dA, dA), of the exponential of [[A, E], [0, A]] (Higham and Relton, Higher order Frechet derivatives, 2014)
  jvp: ([a, e], [da, de]) => {
    const out = expmDirection(a, e);
    const direct = de && expmDirection(a, de);
    if (da === null) return [[out], [direct]];
    const n = a.shape[a.shape.length - 1] as number;
    const axis = a.shape.length - 1;
    const both = concatenate(
      [concatenate([da, zerosAs(da)], axis), concatenate([zerosAs(da), da], axis)],
      axis - 1,
    );
    const second = blockOf(expmDirection(coupled(a, e), both), [0, n], [n, 2 * n]);
    return [[out], [direct === null ? second : add(direct, second)]];
  },
  transpose: ([ct], [a, e]) =>
    transposeSecond("expmDirection", ct, a, e, (matrix, c) => expmDirection(transposed(matrix), c)),
  batch: ([a, e], _, { size }) => [mapped(expmDirection(withBatchAxis(a, size), withBatchAxis(e, size)))],
  lower: () => ({ kind: "opaque" }),
});

/** The positive semidefinite square root of (A + A^T) / 2; NaN where that has a negative eigenvalue. */
export const sqrtm: Unary = unary({
  name: "sqrtm",
  shape: ([x]) => [squareType("sqrtm", x)],
  impl: ([x]) => [kernel.sqrtm(x, x.type)],
  // S S = A: S dS + dS S = dA
  jvp: ([x], [dx]) => {
    const s = sqrtm(x);
    return [[s], [dx && lyapunov(s, symmetric(dx))]];
  },
  transpose: "nonlinear",
  batch: ([x]) => [mapped(sqrtm(x.value))],
  lower: () => ({ kind: "opaque" }),
});

/** X of S X + X S = R, S by its symmetric part: linear in R, and its own transpose. */
export const lyapunov: Binary = binary({
  name: "lyapunov",
  shape: ([s, r]) => [pairType("lyapunov", s, r)],
  impl: ([s, r]) => [kernel.lyapunov(s, r, pairType("lyapunov", s.type, r.type))],
  // S dX + dX S = dR - dS X - X dS
  jvp: ([s, r], [ds, dr]) => {
    const x = lyapunov(s, r);
    if (ds === null) return [[x], [dr && lyapunov(s, dr)]];
    const moved = symmetric(ds);
    const drop = add(product(moved, x), product(x, moved));
    return [[x], [lyapunov(s, sub(dr ?? zerosAs(r), drop))]];
  },
  transpose: ([ct], [s, r]) => transposeSecond("lyapunov", ct, s, r, (matrix, c) => lyapunov(matrix, c)),
  batch: ([s, r], _, { size }) => [mapped(lyapunov(withBatchAxis(s, size), withBatchAxis(r, size)))],
  lower: () => ({ kind: "opaque" }),
});
