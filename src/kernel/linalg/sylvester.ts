/**
 * Sylvester's equation A X + X B = Q by the real Schur forms of A and B (Bartels and Stewart, 1972), and the same for
 * quasi-triangular matrices, block by block.
 */
import type { DenseTensor, TensorType } from "../../tensor/tensor.js";
import { countOf, doubles, fromEnd, rounded } from "./matrices.js";
import { type SchurForm, schurOf } from "./schur.js";
import { coupleSmall, plainly, smallSystem, solveSmall } from "./small.js";
import { block, flipped, product } from "./update.js";

/** Overwrites F, m x n, with the Y of R Y + Y S = F, R and S quasi-triangular with blocks from `rows` and `columns` on. */
export const solveQuasiTriangular = (
  r: Float64Array,
  rows: readonly number[],
  s: Float64Array,
  columns: readonly number[],
  f: Float64Array,
): void => {
  const m = rows[rows.length - 1] as number;
  const n = columns[columns.length - 1] as number;
  const system = smallSystem();
  for (let l = 0; l + 1 < columns.length; l++) {
    const [first, end] = [columns[l] as number, columns[l + 1] as number];
    // what the columns before contribute
    for (let i = 0; i < m; i++) {
      for (let j = first; j < end; j++) {
        let sum = f[i * n + j] as number;
        for (let k = 0; k < first; k++) sum -= (f[i * n + k] as number) * (s[k * n + j] as number);
        f[i * n + j] = sum;
      }
    }
    const wide = end - first;
    for (let k = rows.length - 2; k >= 0; k--) {
      const [top, bottom] = [rows[k] as number, rows[k + 1] as number];
      const high = bottom - top;
      coupleSmall(system, r, top * m + top, m, high, s, first * n + first, n, wide, 1);
      for (let i = top; i < bottom; i++) {
        for (let j = first; j < end; j++) {
          let sum = f[i * n + j] as number;
          for (let below = bottom; below < m; below++)
            sum -= (r[i * m + below] as number) * (f[below * n + j] as number);
          system.right[(i - top) * wide + j - first] = sum;
        }
      }
      solveSmall(system, high * wide, plainly);
      for (let i = top; i < bottom; i++)
        for (let j = first; j < end; j++) f[i * n + j] = system.right[(i - top) * wide + j - first] as number;
    }
  }
};

/** The Schur forms of one matrix after the other; equal neighbours, as in a batch that shares one, are factored once. */
const formsOf = (data: Float64Array, n: number): ((index: number) => SchurForm | null) => {
  let at = -1;
  let form: SchurForm | null = null;
  return (index) => {
    let isSame = at >= 0;
    for (let i = 0; i < n * n && isSame; i++) isSame = data[at * n * n + i] === data[index * n * n + i];
    if (!isSame) form = schurOf(data.slice(index * n * n, (index + 1) * n * n), n);
    at = index;
    return form;
  };
};

/** X of A X + X B = Q for every triple: A [..., m, m], B [..., n, n], Q [..., m, n]. */
export const sylvester = (a: DenseTensor, b: DenseTensor, q: DenseTensor, type: TensorType): DenseTensor => {
  const [m, n] = [fromEnd(type, 2), fromEnd(type, 1)];
  const left = formsOf(doubles(a), m);
  const right = formsOf(doubles(b), n);
  const data = doubles(q);
  for (let index = 0; index < countOf(type); index++) {
    const at = index * m * n;
    const [r, s] = [left(index), right(index)];
    if (r === null || s === null) {
      data.fill(Number.NaN, at, at + m * n);
      continue;
    }
    // A = U R U^T and B = V S V^T: R Y + Y S = U^T Q V
    const [u, v] = [block(r.rows, 0, m), block(s.rows, 0, n)];
    const half = product(u, block(data, at, n), m, m, n);
    const turned = product(block(half, 0, n), flipped(v), m, n, n);
    solveQuasiTriangular(r.t, r.starts, s.t, s.starts, turned);
    const back = product(flipped(u), block(turned, 0, n), m, m, n);
    data.set(product(block(back, 0, n), v, m, n, n), at);
  }
  return rounded(type, data);
};

/** Whether for any pair of matrices an eigenvalue of the one is exactly minus one of the other. */
export const isSingularSylvester = (a: DenseTensor, b: DenseTensor): boolean => {
  const [m, n] = [fromEnd(a.type, 1), fromEnd(b.type, 1)];
  const left = formsOf(doubles(a), m);
  const right = formsOf(doubles(b), n);
  const system = smallSystem();
  for (let index = 0; index < countOf(a.type); index++) {
    const [r, s] = [left(index), right(index)];
    if (r === null || s === null) continue;
    for (let k = 0; k + 1 < r.starts.length; k++) {
      for (let l = 0; l + 1 < s.starts.length; l++) {
        const [top, first] = [r.starts[k] as number, s.starts[l] as number];
        const [high, wide] = [(r.starts[k + 1] as number) - top, (s.starts[l + 1] as number) - first];
        coupleSmall(system, r.t, top * m + top, m, high, s.t, first * n + first, n, wide, 1);
        if (solveSmall(system, high * wide, plainly)) return true;
      }
    }
  }
  return false;
};
