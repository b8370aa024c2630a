/**
 * Eigenvalues and right eigenvectors of matrices that are not symmetric, as LAPACK's geev: balancing, Hessenberg form, real
 * Schur form, substitution. Eigenvalues are ordered by their real parts, those of a pair beside each other.
 */
import { compact, type DenseTensor, type TensorType } from "../../tensor/tensor.js";
import { balance, unbalance } from "./balance.js";
import { vectorsOfQuasiTriangular } from "./eigenvectors.js";
import { type Spectrum, toSchur } from "./francis.js";
import { orthogonalOf, toHessenberg } from "./hessenberg.js";
import { allFinite, countOf, doubles, fromEnd, powerScale, rounded, scale, transposeOf } from "./matrices.js";
import { startsOf } from "./schur.js";
import { block, flipped, product } from "./update.js";

interface Eigen {
  readonly spectrum: Spectrum;
  /** Where each eigenvalue stood in the Schur form. */
  readonly order: readonly number[];
  /** Columns in that form's order, a pair by its parts. */
  readonly vectors: Float64Array | null;
}

/** Ascending real parts, then magnitudes of imaginary ones; of a pair the positive one first. */
const orderOf = ({ re, im }: Spectrum): readonly number[] =>
  Array.from(re.keys()).sort((i, j) => {
    const [a, b] = [re[i] as number, re[j] as number];
    if (a !== b) return a - b;
    const [p, q] = [im[i] as number, im[j] as number];
    return Math.abs(p) - Math.abs(q) || i - j;
  });

/** Of one matrix, which is destroyed; null where it is not finite, or does not converge. */
const decompose = (a: Float64Array, n: number, wanted: boolean): Eigen | null => {
  if (!allFinite(a, 0, n * n)) return null;
  const by = powerScale(a, 0, n * n);
  scale(a, 0, n * n, by);
  const balanced = balance(a, n);
  const { low, high } = balanced;
  const reflectors = toHessenberg(a, n, low, high);
  const rows = wanted ? transposeOf(orthogonalOf(reflectors, n), 0, n, n) : null;
  const found = toSchur(a, n, low, high, rows);
  if (found === null) return null;
  let vectors: Float64Array | null = null;
  if (rows !== null) {
    const inForm = vectorsOfQuasiTriangular(a, n, startsOf(a, n), found);
    vectors = product(flipped(block(rows, 0, n)), block(inForm, 0, n), n, n, n);
    unbalance(vectors, n, n, balanced);
  }
  const spectrum = { re: found.re.map((x) => x / by), im: found.im.map((x) => x / by) };
  return { spectrum, order: orderOf(spectrum), vectors };
};

/** The row of the element of largest magnitude; a hair's breadth counts as equal, so that rounding does not choose. */
const largestRow = (v: Float64Array, n: number, re: number, im: number): number => {
  let [row, largest] = [0, 0];
  for (let i = 0; i < n; i++) {
    const size = Math.hypot(v[i * n + re] as number, im < 0 ? 0 : (v[i * n + im] as number));
    if (size > largest * (1 + 1e-9)) [row, largest] = [i, size];
  }
  return row;
};

/** Columns `re` and `im` (none if negative) become a vector of norm 1 whose element in the row that is returned is positive. */
const normalise = (v: Float64Array, n: number, re: number, im: number): number => {
  const row = largestRow(v, n, re, im);
  const [x, y] = [v[row * n + re] as number, im < 0 ? 0 : (v[row * n + im] as number)];
  const size = Math.hypot(x, y);
  // first by the largest element, so that no square overflows, then by the norm
  const [cosine, sine] = [x / size, y / size];
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const [p, q] = [(v[i * n + re] as number) / size, im < 0 ? 0 : (v[i * n + im] as number) / size];
    const turned = p * cosine + q * sine;
    const other = q * cosine - p * sine;
    v[i * n + re] = turned;
    if (im >= 0) v[i * n + im] = i === row ? 0 : other;
    squares += turned * turned + (i === row ? 0 : other * other);
  }
  const norm = Math.sqrt(squares);
  for (let i = 0; i < n; i++) {
    v[i * n + re] = (v[i * n + re] as number) / norm;
    if (im >= 0) v[i * n + im] = (v[i * n + im] as number) / norm;
  }
  return row;
};

/** Eigenvalues of every matrix: real and imaginary parts. NaN for a matrix that is not finite. */
export const eigvals = (
  x: DenseTensor,
  types: readonly [TensorType, TensorType],
): readonly [DenseTensor, DenseTensor] => {
  const n = fromEnd(x.type, 1);
  const data = doubles(x);
  const count = countOf(x.type);
  const [re, im] = [new Float64Array(count * n), new Float64Array(count * n)];
  for (let index = 0; index < count; index++) {
    const found = decompose(data.subarray(index * n * n, (index + 1) * n * n), n, false);
    place(found, index, n, re, im);
  }
  return [rounded(types[0], re), rounded(types[1], im)];
};

const place = (found: Eigen | null, index: number, n: number, re: Float64Array, im: Float64Array): void => {
  for (let j = 0; j < n; j++) {
    const from = found?.order[j] ?? 0;
    re[index * n + j] = found === null ? Number.NaN : (found.spectrum.re[from] as number);
    im[index * n + j] = found === null ? Number.NaN : (found.spectrum.im[from] as number);
  }
};

/**
 * Eigenvalues and vectors as columns, real and imaginary parts of each, and for each vector the row of the element by which
 * it is normalised: the largest is positive. NaN for a matrix that is not finite.
 */
export const eig = (
  x: DenseTensor,
  types: readonly [TensorType, TensorType, TensorType, TensorType],
  rowsType: TensorType,
): readonly DenseTensor[] => {
  const n = fromEnd(x.type, 1);
  const data = doubles(x);
  const count = countOf(x.type);
  const [re, im] = [new Float64Array(count * n), new Float64Array(count * n)];
  const [vRe, vIm] = [new Float64Array(data.length), new Float64Array(data.length)];
  const rows = new Int32Array(count * n);
  for (let index = 0; index < count; index++) {
    const at = index * n * n;
    const found = decompose(data.subarray(at, at + n * n), n, true);
    place(found, index, n, re, im);
    if (found === null) {
      vRe.fill(Number.NaN, at, at + n * n);
      vIm.fill(Number.NaN, at, at + n * n);
      continue;
    }
    const v = found.vectors as Float64Array;
    const { im: parts } = found.spectrum;
    for (let column = 0; column < n; column++) {
      if ((parts[column] as number) < 0) continue;
      const isPair = (parts[column] as number) > 0;
      const row = normalise(v, n, column, isPair ? column + 1 : -1);
      for (let second = 0; second < (isPair ? 2 : 1); second++) {
        const to = found.order.indexOf(column + second);
        rows[index * n + to] = row;
        for (let i = 0; i < n; i++) {
          vRe[at + i * n + to] = v[i * n + column] as number;
          const part = isPair ? (v[i * n + column + 1] as number) : 0;
          vIm[at + i * n + to] = second === 1 ? -part : part;
        }
      }
    }
  }
  const parts = [re, im, vRe, vIm].map((part, i) => rounded(types[i] as TensorType, part));
  return [...parts, compact(rowsType, rows)];
};
