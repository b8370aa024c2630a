/** Tridiagonal systems by elimination with exchanges of neighbouring rows (LAPACK's gtsv): O(n), backward stable. */
import type { DenseTensor, TensorType } from "../../tensor/tensor.js";
import { countOf, doubles, fromEnd, rounded } from "./matrices.js";

/** A step for every row but the last: whether it was exchanged with the next, and what multiple of it went there. */
interface Elimination {
  readonly diagonal: Float64Array;
  readonly upper: Float64Array;
  readonly second: Float64Array;
  readonly factors: Float64Array;
  readonly exchanged: Uint8Array;
}

/** The factors of the matrix whose elements begin at `at`: `below[0]` and the last of `above` are not read. */
const eliminate = (
  below: Float64Array,
  middle: Float64Array,
  above: Float64Array,
  at: number,
  n: number,
): Elimination => {
  const diagonal = middle.slice(at, at + n);
  const upper = above.slice(at, at + n);
  const second = new Float64Array(n);
  const factors = new Float64Array(n);
  const exchanged = new Uint8Array(n);
  for (let i = 0; i + 1 < n; i++) {
    const low = below[at + i + 1] as number;
    const pivot = diagonal[i] as number;
    if (Math.abs(pivot) >= Math.abs(low)) {
      // a pivot of 0 has nothing below it
      const factor = low === 0 ? 0 : low / pivot;
      factors[i] = factor;
      diagonal[i + 1] = (diagonal[i + 1] as number) - factor * (upper[i] as number);
      continue;
    }
    exchanged[i] = 1;
    const factor = pivot / low;
    factors[i] = factor;
    const [beside, next] = [upper[i] as number, diagonal[i + 1] as number];
    diagonal[i] = low;
    upper[i] = next;
    diagonal[i + 1] = beside - factor * next;
    if (i + 2 < n) {
      second[i] = upper[i + 1] as number;
      upper[i + 1] = -factor * (upper[i + 1] as number);
    }
  }
  return { diagonal, upper, second, factors, exchanged };
};

/** Overwrites n rows of k right-hand sides, from `at` on. */
const solveRows = (
  { diagonal, upper, second, factors, exchanged }: Elimination,
  b: Float64Array,
  at: number,
  n: number,
  k: number,
): void => {
  for (let i = 0; i + 1 < n; i++) {
    const factor = factors[i] as number;
    for (let j = at + i * k; j < at + (i + 1) * k; j++) {
      const [x, y] = [b[j] as number, b[j + k] as number];
      if (exchanged[i] === 1) {
        b[j] = y;
        b[j + k] = x - factor * y;
      } else if (factor !== 0) b[j + k] = y - factor * x;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    const pivot = diagonal[i] as number;
    for (let j = at + i * k; j < at + (i + 1) * k; j++) {
      let sum = b[j] as number;
      if (i + 1 < n) sum -= (upper[i] as number) * (b[j + k] as number);
      if (i + 2 < n) sum -= (second[i] as number) * (b[j + 2 * k] as number);
      b[j] = sum / pivot;
    }
  }
};

/** The solutions of every system; b [..., n, k]. */
export const tridiagonalSolve = (
  dl: DenseTensor,
  d: DenseTensor,
  du: DenseTensor,
  b: DenseTensor,
  type: TensorType,
): DenseTensor => {
  const [n, k] = [fromEnd(type, 2), fromEnd(type, 1)];
  const [below, middle, above] = [doubles(dl), doubles(d), doubles(du)];
  const data = doubles(b);
  for (let index = 0; index < countOf(type); index++)
    solveRows(eliminate(below, middle, above, index * n, n), data, index * n * k, n, k);
  return rounded(type, data);
};

/** Whether elimination meets a pivot of exactly 0 in any of the matrices. */
export const isSingularTridiagonal = (dl: DenseTensor, d: DenseTensor, du: DenseTensor): boolean => {
  const n = fromEnd(d.type, 1);
  const [below, middle, above] = [doubles(dl), doubles(d), doubles(du)];
  for (let index = 0; index < countOf(d.type, 1); index++)
    if (eliminate(below, middle, above, index * n, n).diagonal.includes(0)) return true;
  return false;
};
