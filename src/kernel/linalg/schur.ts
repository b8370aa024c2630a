/**
 * Real Schur form A = Z T Z^T: T quasi-triangular, its blocks of two rows in standard form, Z orthogonal with the largest
 * element of each column positive.
 */
import { compact, type DenseTensor, type TensorType } from "../../tensor/tensor.js";
import { type Spectrum, toSchur } from "./francis.js";
import { orthogonalOf, toHessenberg } from "./hessenberg.js";
import { allFinite, countOf, doubles, fromEnd, powerScale, rounded, scale, transposeOf } from "./matrices.js";
import { signsByLargest } from "./rows.js";

/** The form of one matrix. */
export interface SchurForm {
  readonly t: Float64Array;
  /** The columns of Z, as rows. */
  readonly rows: Float64Array;
  /** The diagonal blocks begin in these rows; n comes last. */
  readonly starts: readonly number[];
}

/** Where the diagonal blocks of a quasi-triangular matrix begin, and n. */
export const startsOf = (t: Float64Array, n: number): number[] => {
  const starts: number[] = [];
  for (let i = 0; i < n; i++) {
    starts.push(i);
    if (i + 1 < n && t[(i + 1) * n + i] !== 0) i++;
  }
  starts.push(n);
  return starts;
};

/** The form of a matrix, which is destroyed; null where it is not finite, or does not converge. */
export const schurOf = (a: Float64Array, n: number): SchurForm | null => {
  if (!allFinite(a, 0, n * n)) return null;
  const by = powerScale(a, 0, n * n);
  scale(a, 0, n * n, by);
  const reflectors = toHessenberg(a, n, 0, n - 1);
  const rows = transposeOf(orthogonalOf(reflectors, n), 0, n, n);
  const found: Spectrum | null = toSchur(a, n, 0, n - 1, rows);
  if (found === null) return null;
  const starts = startsOf(a, n);
  const turned = signsByLargest(rows, n, n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) if (turned[i] !== turned[j]) a[i * n + j] = -(a[i * n + j] as number);
  scale(a, 0, n * n, 1 / by);
  return { t: a, rows, starts };
};

/** T, Z, and for every row whether a block of two begins there; NaN for a matrix that is not finite. */
export const schur = (
  x: DenseTensor,
  types: readonly [TensorType, TensorType, TensorType],
): readonly [DenseTensor, DenseTensor, DenseTensor] => {
  const n = fromEnd(x.type, 1);
  const data = doubles(x);
  const z = new Float64Array(data.length);
  const pairs = new Uint8Array(countOf(x.type) * n);
  for (let index = 0; index < countOf(x.type); index++) {
    const at = index * n * n;
    const found = schurOf(data.subarray(at, at + n * n), n);
    if (found === null) {
      data.fill(Number.NaN, at, at + n * n);
      z.fill(Number.NaN, at, at + n * n);
      continue;
    }
    z.set(transposeOf(found.rows, 0, n, n), at);
    found.starts.forEach((start, i) => {
      if ((found.starts[i + 1] ?? n) - start === 2) pairs[index * n + start] = 1;
    });
  }
  return [rounded(types[0], data), rounded(types[1], z), compact(types[2], pairs)];
};
