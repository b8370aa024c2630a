/** What singular values give: solutions of least squares, and cofactors of matrices that may be singular. */
import type { DenseTensor, TensorType } from "../../tensor/tensor.js";
import { signOnce } from "./lu.js";
import { countOf, doubles, fromEnd, rounded } from "./matrices.js";
import { type Decomposition, decompose } from "./svd.js";
import { block, flipped, product } from "./update.js";

const kept = new WeakMap<DenseTensor, readonly (Decomposition | null)[]>();

/** The decompositions of every matrix of a tensor, which does not change: made once, kept weakly. */
const decompositionsOf = (x: DenseTensor): readonly (Decomposition | null)[] => {
  let found = kept.get(x);
  if (found === undefined) {
    const m = fromEnd(x.type, 2);
    const n = fromEnd(x.type, 1);
    const data = doubles(x);
    found = Array.from({ length: countOf(x.type) }, (_, i) =>
      decompose(data.subarray(i * m * n, (i + 1) * m * n), m, n, false, true),
    );
    kept.set(x, found);
  }
  return found;
};

/** The solution of least norm of op(A) X = B in least squares; singular values up to `cutoff` times the largest are 0. */
export const leastSquares = (
  a: DenseTensor,
  b: DenseTensor,
  transpose: boolean,
  cutoff: number,
  type: TensorType,
): DenseTensor => {
  const m = fromEnd(a.type, 2);
  const n = fromEnd(a.type, 1);
  const r = Math.min(m, n);
  const k = fromEnd(type, 1);
  const [rowsIn, rowsOut] = transpose ? [n, m] : [m, n];
  const given = doubles(b);
  const out = new Float64Array(countOf(type) * rowsOut * k);
  decompositionsOf(a).forEach((found, index) => {
    if (found === null) {
      out.fill(Number.NaN, index * rowsOut * k, (index + 1) * rowsOut * k);
      return;
    }
    const { values } = found;
    // rows of `from` meet the right-hand sides, rows of `to` make the solution
    const [fromRows, toRows] = transpose ? [found.v, found.u] : [found.u, found.v];
    const right = block(given, index * rowsIn * k, k);
    const y = product(block(fromRows, 0, rowsIn), right, r, rowsIn, k);
    const least = cutoff * (values[0] ?? 0);
    for (let i = 0; i < r; i++) {
      const s = values[i] as number;
      for (let j = 0; j < k; j++) y[i * k + j] = s > least ? (y[i * k + j] as number) / s : 0;
    }
    out.set(product(flipped(block(toRows, 0, rowsOut)), block(y, 0, k), rowsOut, r, k), index * rowsOut * k);
  });
  return rounded(type, out);
};

/** Which singular values count, for every matrix. */
export const ranks = (x: DenseTensor, cutoff: number): readonly number[] =>
  decompositionsOf(x).map((found) =>
    found === null ? 0 : found.values.filter((s) => s > cutoff * (found.values[0] ?? 0)).length,
  );

/** Cofactors of a matrix of up to three rows, by their definition. */
const smallCofactors = (a: Float64Array, n: number): Float64Array => {
  const out = new Float64Array(n * n);
  const at = (i: number, j: number): number => a[(i % n) * n + (j % n)] as number;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      // rows and columns in cyclic order need no signs when there are three
      if (n === 3) out[i * n + j] = at(i + 1, j + 1) * at(i + 2, j + 2) - at(i + 1, j + 2) * at(i + 2, j + 1);
      else out[i * n + j] = n === 1 ? 1 : i === j ? at(i + 1, j + 1) : -at(i + 1, j + 1);
    }
  }
  return out;
};

/** d det(A) / d A for every matrix: by definition where it is small; else with A = U S V^T, det(U) det(V) U (products of the other values) V^T. */
export const cofactors = (x: DenseTensor, type: TensorType): DenseTensor => {
  const n = fromEnd(x.type, 1);
  const out = new Float64Array(countOf(x.type) * n * n);
  if (n <= 3) {
    const data = doubles(x);
    for (let start = 0; start < data.length; start += n * n)
      out.set(smallCofactors(data.subarray(start, start + n * n), n), start);
    return rounded(type, out);
  }
  decompositionsOf(x).forEach((found, index) => {
    if (found === null) {
      out.fill(Number.NaN, index * n * n, (index + 1) * n * n);
      return;
    }
    const { values, u, v } = found;
    const sign = signOnce(u.slice(), n) * signOnce(v.slice(), n);
    const scaled = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      let others = sign;
      for (let j = 0; j < n; j++) if (j !== i) others *= values[j] as number;
      for (let j = 0; j < n; j++) scaled[i * n + j] = others * (v[i * n + j] as number);
    }
    out.set(product(flipped(block(u, 0, n)), block(scaled, 0, n), n, n, n), index * n * n);
  });
  return rounded(type, out);
};
