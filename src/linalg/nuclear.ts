/**
 * The nuclear norm with derivatives of every order, also where singular values are equal: those vectors are a choice, but
 * the gradient U V^T is none, and moves by equations that name no vector.
 */
import { callWithJvp } from "../control/custom.js";
import { add, mul, sub, zerosAs } from "../primitives/arithmetic.js";
import { sum } from "../primitives/broadcast.js";
import { gt, le, select } from "../primitives/compare.js";
import { asRows, identityAs, overMatrices, product, transposed } from "../primitives/matrices.js";
import { lyapunov } from "../primitives/matrix-functions.js";
import { closeness } from "../primitives/orthogonal.js";
import { reduceMin } from "../primitives/reduce.js";
import { inverse } from "../primitives/solve.js";
import { svd, svdvals } from "../primitives/svd.js";
import type { Tensor } from "../tensor/tensor.js";

/** U V^T of [..., m, n] with m >= n, over the singular values that are not 0. */
const directions = (a: Tensor): Tensor => {
  const [u, s, vt] = svd([a], false) as readonly [Tensor, Tensor, Tensor];
  const m = a.shape[a.shape.length - 2] as number;
  const kept = select(gt(asRows(s, m), zerosAs(u)), u, zerosAs(u));
  return product(kept, vt);
};

/**
 * Q = U V^T with H = Q^T A, symmetric: for full rank dQ = Q X + (1 - Q Q^T) dA H^-1, where H X + X H = Q^T dA - dA^T Q
 * (Higham, Functions of matrices, 8.2). Of lower rank Q has a kink, and moves as the vectors do.
 */
const polar = (a: Tensor): Tensor => {
  const [q] = callWithJvp(
    "polar",
    ([x]) => [directions(x as Tensor)],
    ([x], [dx], context) => {
      const [at, moving] = [x as Tensor, dx as Tensor];
      const q = polar(at);
      const s = svdvals(at);
      const last = s.shape.length - 1;
      const isLow = le(reduceMin(s, [last]), closeness(s, 4 * (at.shape[at.shape.length - 2] as number)));
      const h = product(transposed(q), at);
      const isSingular = overMatrices(isLow, h);
      const safe = select(isSingular, identityAs(h), h);
      const inner = product(transposed(q), moving);
      const turn = product(q, lyapunov(safe, sub(inner, transposed(inner))));
      const out = product(sub(moving, product(q, inner)), inverse(safe));
      const [, [low]] = context.differentiate(([y]) => [directions(y as Tensor)], [at], [moving]);
      return [[q], [select(overMatrices(isLow, q), low ?? zerosAs(q), add(turn, out))]];
    },
    [a],
  );
  return q as Tensor;
};

/** The sum of the singular values of every matrix: d = <U V^T, dA>. */
export const nuclearNorm = (x: Tensor): Tensor => {
  const [m, n] = x.shape.slice(-2) as [number, number];
  const tall = m < n ? transposed(x) : x;
  const last = x.shape.length - 2;
  const [value] = callWithJvp(
    "nuclearNorm",
    ([a]) => [sum(svdvals(a as Tensor), [last])],
    ([a], [da]) => [
      [nuclearNorm(a as Tensor)],
      [sum(mul(polar(a as Tensor), da as Tensor), [last, last + 1])],
    ],
    [tall],
  );
  return value as Tensor;
};
