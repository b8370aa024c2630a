/** The square root and the logarithm of matrices by their real Schur forms, and how the logarithm moves. */
import type { DenseTensor, TensorType } from "../../tensor/tensor.js";
import { countOf, doubles, fromEnd, powerScale, rounded, scale } from "./matrices.js";
import { logOfQuasiTriangular, rootOfQuasiTriangular } from "./matrix-roots.js";
import { type SchurForm, schurOf } from "./schur.js";
import { block, flipped, product } from "./update.js";

/** Z M Z^T, or Z^T M Z. */
const turned = ({ rows }: SchurForm, m: Float64Array, n: number, into: boolean): Float64Array => {
  const z = into ? block(rows, 0, n) : flipped(block(rows, 0, n));
  const half = product(z, block(m, 0, n), n, n, n);
  return product(block(half, 0, n), flipped(z), n, n, n);
};

/** The principal root of one matrix; null where it is not real, or the matrix not finite. */
export const rootByForm = (a: Float64Array, n: number): Float64Array | null => {
  const form = schurOf(a.slice(), n);
  if (form === null) return null;
  let largest = 0;
  for (const element of form.t) largest = Math.max(largest, Math.abs(element));
  return turned(form, rootOfQuasiTriangular(form.t, n, form.starts, n * 2 ** -50 * largest), n, false);
};

/** The principal logarithm of every matrix; NaN where it is not real. */
export const logm = (x: DenseTensor, type: TensorType): DenseTensor => {
  const n = fromEnd(type, 1);
  const data = doubles(x);
  for (let index = 0; index < countOf(type); index++) {
    const at = index * n * n;
    const form = schurOf(data.slice(at, at + n * n), n);
    const found = form && logOfQuasiTriangular(form.t, n, form.starts, n);
    if (form === null || found === null) data.fill(Number.NaN, at, at + n * n);
    else data.set(turned(form, found, n, false), at);
  }
  return rounded(type, data);
};

/** The derivative of the logarithm along E: the upper right block of the logarithm of [[A, E], [0, A]]. */
export const logmDirection = (x: DenseTensor, direction: DenseTensor, type: TensorType): DenseTensor => {
  const n = fromEnd(type, 1);
  const a = doubles(x);
  const e = doubles(direction);
  for (let index = 0; index < countOf(type); index++) {
    const at = index * n * n;
    const form = schurOf(a.slice(at, at + n * n), n);
    const part = e.subarray(at, at + n * n);
    // linear in E, whose size must not matter
    const by = powerScale(part, 0, n * n);
    scale(part, 0, n * n, by);
    const found = form && logOfQuasiTriangular(...coupled(form, turned(form, part, n, true), n), n);
    if (form === null || found === null) {
      part.fill(Number.NaN);
      continue;
    }
    const corner = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) corner[i * n + j] = (found[i * 2 * n + n + j] as number) / by;
    part.set(turned(form, corner, n, false));
  }
  return rounded(type, e);
};

/** [[T, E], [0, T]], its size, and where its blocks begin. */
const coupled = (
  { t, starts }: SchurForm,
  e: Float64Array,
  n: number,
): readonly [both: Float64Array, size: number, starts: readonly number[]] => {
  const both = new Float64Array(4 * n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const element = t[i * n + j] as number;
      both[i * 2 * n + j] = element;
      both[(n + i) * 2 * n + n + j] = element;
      both[i * 2 * n + n + j] = e[i * n + j] as number;
    }
  }
  return [both, 2 * n, [...starts.slice(0, -1), ...starts.map((start) => n + start)]];
};
