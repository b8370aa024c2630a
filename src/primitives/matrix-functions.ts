/** Functions of matrices whose derivatives solve equations of their own: exponential, logarithm and square root. */
import * as kernel from "../kernel/linalg/functions.js";
import * as general from "../kernel/linalg/general-functions.js";
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
import { sylvester } from "./sylvester.js";

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

/**
 * The derivative of a function of matrices along E, as an operation on the matrix and E, in which it is linear. The kernel
 * gives the upper right block of the function of [[A, E], [0, A]].
 */
/* @__NO_SIDE_EFFECTS__ */
const directionOf = (name: string, of: typeof kernel.expmDirection): Binary => {
  const along: Binary = binary({
    name,
    shape: ([a, e]) => [pairType(name, a, e)],
    impl: ([a, e]) => [of(a, e, pairType(name, a.type, e.type))],
    // The second derivative is symmetric: along E and dA it is the upper right block of the derivative, along
    // diag(dA, dA), of the function of [[A, E], [0, A]] (Higham and Relton, Higher order Frechet derivatives, 2014)
    jvp: ([a, e], [da, de]) => {
      const out = along(a, e);
      const direct = de && along(a, de);
      if (da === null) return [[out], [direct]];
      const n = a.shape[a.shape.length - 1] as number;
      const axis = a.shape.length - 1;
      const both = concatenate(
        [concatenate([da, zerosAs(da)], axis), concatenate([zerosAs(da), da], axis)],
        axis - 1,
      );
      const second = blockOf(along(coupled(a, e), both), [0, n], [n, 2 * n]);
      return [[out], [direct === null ? second : add(direct, second)]];
    },
    transpose: ([ct], [a, e]) => transposeSecond(name, ct, a, e, (matrix, c) => along(transposed(matrix), c)),
    batch: ([a, e], _, { size }) => [mapped(along(withBatchAxis(a, size), withBatchAxis(e, size)))],
    lower: () => ({ kind: "opaque" }),
  });
  return along;
};

/** The derivative of the exponential along E. */
export const expmDirection: Binary = directionOf("expmDirection", kernel.expmDirection);

/** The principal logarithm, NaN where it is not real: by the Schur form, roots, and a Pade approximant. */
export const logm: Unary = unary({
  name: "logm",
  shape: ([x]) => [squareType("logm", x)],
  impl: ([x]) => [general.logm(x, x.type)],
  jvp: ([x], [dx]) => [[logm(x)], [dx && logmDirection(x, dx)]],
  transpose: "nonlinear",
  batch: ([x]) => [mapped(logm(x.value))],
  lower: () => ({ kind: "opaque" }),
});

/** The derivative of the logarithm along E. */
export const logmDirection: Binary = directionOf("logmDirection", general.logmDirection);

/** The principal square root; NaN where a real eigenvalue is negative. */
export const sqrtm: Unary = unary({
  name: "sqrtm",
  shape: ([x]) => [squareType("sqrtm", x)],
  impl: ([x]) => [kernel.sqrtm(x, x.type)],
  // S S = A: S dS + dS S = dA
  jvp: ([x], [dx]) => {
    const s = sqrtm(x);
    return [[s], [dx && sylvester(s, s, dx)]];
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
