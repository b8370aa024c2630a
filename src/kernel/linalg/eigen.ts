/**
 * Eigenvalues and eigenvectors of symmetric matrices: Householder tridiagonalisation, in which each update of the
 * matrix shares its pass with the next product, then implicit QL (Wilkinson's shift; Golub and Van Loan, Matrix
 * Computations, 8.3) on rows of the transposed vectors, which are contiguous.
 */
import type { DenseTensor, TensorType } from "../../tensor/tensor.js";
import {
  allFinite,
  countOf,
  doubles,
  fromEnd,
  powerScale,
  rounded,
  scale,
  symmetrise,
  transposeOf,
} from "./matrices.js";
import { productOf, type Reflectors, reflector, reflectorsFor } from "./reflectors.js";
import { type Chain, chainOf, orderRows, rotateChain, signsByLargest } from "./rows.js";

/** 2 ** -52, as a number that bundlers can drop. */
const EPSILON = 2.220446049250313e-16;
/** What counts as zero in a matrix scaled to about 1, whatever stands beside it. */
const NOTHING = 1e-150;
const MOST_STEPS = 80;

interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Element i couples i and i + 1. */
  readonly beside: Float64Array;
  readonly reflectors: Reflectors;
}

/** A = Q T Q^T; only the lower triangle of A, which is destroyed, is used. */
const tridiagonalise = (a: Float64Array, n: number): Tridiagonal => {
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n);
  const count = Math.max(0, n - 1);
  const reflectors = reflectorsFor(n, count);
  // the update that is due, A - v w^T - w v^T, and the next reflector with its product A v
  let v = new Float64Array(n);
  const w = new Float64Array(n);
  let next = new Float64Array(n);
  const p = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const [vk, wk] = [v[k] as number, w[k] as number];
    for (let i = k; i < n; i++) {
      next[i] = (a[i * n + k] as number) - (v[i] as number) * wk - (w[i] as number) * vk;
    }
    diagonal[k] = next[k] as number;
    if (k === n - 1) break;
    const { tau, beta } = reflector(next, k + 1, 1, n - k - 1);
    beside[k] = beta;
    reflectors.tau[k] = tau;
    for (let i = k + 1; i < n; i++) {
      reflectors.v[i * count + k] = next[i] as number;
      p[i] = 0;
    }
    updateAndMultiply(a, n, k + 1, v, w, next, p);
    let inner = 0;
    for (let i = k + 1; i < n; i++) inner += (p[i] as number) * (next[i] as number);
    const half = 0.5 * tau * tau * inner;
    for (let i = k + 1; i < n; i++) w[i] = tau * (p[i] as number) - half * (next[i] as number);
    [v, next] = [next, v];
  }
  return { diagonal, beside, reflectors };
};

/** A -= v w^T + w v^T and p = A x, from row and column `first` on, in one pass over the lower triangle. */
const updateAndMultiply = (
  a: Float64Array,
  n: number,
  first: number,
  v: Float64Array,
  w: Float64Array,
  x: Float64Array,
  p: Float64Array,
): void => {
  for (let i = first; i < n; i++) {
    const vi = v[i] as number;
    const wi = w[i] as number;
    const xi = x[i] as number;
    const row = i * n;
    let sum = 0;
    for (let j = first; j < i; j++) {
      const element = (a[row + j] as number) - vi * (w[j] as number) - wi * (v[j] as number);
      a[row + j] = element;
      sum += element * (x[j] as number);
      p[j] = (p[j] as number) + element * xi;
    }
    const element = (a[row + i] as number) - 2 * vi * wi;
    a[row + i] = element;
    p[i] = (p[i] as number) + sum + element * xi;
  }
};

/** Makes T diagonal, turning the rows of `rows` (n x n, or none) alike; false if it does not converge. */
const diagonalise = (d: Float64Array, e: Float64Array, rows: Float64Array | null): boolean => {
  const n = d.length;
  const chain = chainOf(n);
  for (let l = 0; l < n; l++) {
    for (let steps = 0; ; steps++) {
      let m = l;
      for (; m < n - 1; m++) {
        const size = Math.abs(e[m] as number);
        if (size <= EPSILON * (Math.abs(d[m] as number) + Math.abs(d[m + 1] as number)) || size <= NOTHING)
          break;
      }
      if (m === l) break;
      if (steps === MOST_STEPS) return false;
      sweep(d, e, rows, l, m, chain);
    }
  }
  return true;
};

/** One implicit QL step on rows l..m. */
const sweep = (
  d: Float64Array,
  e: Float64Array,
  rows: Float64Array | null,
  l: number,
  m: number,
  chain: Chain,
): void => {
  const n = d.length;
  const at = d[l] as number;
  const coupling = e[l] as number;
  const half = ((d[l + 1] as number) - at) / (2 * coupling);
  const root = Math.hypot(half, 1);
  let g = (d[m] as number) - at + coupling / (half + (half >= 0 ? root : -root));
  let s = 1;
  let c = 1;
  let shift = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * (e[i] as number);
    const b = c * (e[i] as number);
    const r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] = (d[i + 1] as number) - shift;
      e[m] = 0;
      if (rows !== null) rotateChain(rows, n, m, -1, m - 1 - i, chain);
      return;
    }
    s = f / r;
    c = g / r;
    const rest = (d[i + 1] as number) - shift;
    const turned = ((d[i] as number) - rest) * s + 2 * c * b;
    shift = s * turned;
    d[i + 1] = rest + shift;
    g = c * turned - b;
    chain.cosines[m - 1 - i] = c;
    chain.sines[m - 1 - i] = s;
  }
  if (rows !== null) rotateChain(rows, n, m, -1, m - l, chain);
  d[l] = (d[l] as number) - shift;
  e[l] = g;
  e[m] = 0;
};

/** Eigenvalues, ascending, and vectors as rows, of one symmetric matrix, which is destroyed; null if not finite. */
export const decompose = (
  a: Float64Array,
  n: number,
  vectors: boolean,
): { readonly values: Float64Array; readonly rows: Float64Array | null } | null => {
  if (!allFinite(a, 0, n * n)) return null;
  const by = powerScale(a, 0, n * n);
  scale(a, 0, n * n, by);
  const { diagonal, beside, reflectors } = tridiagonalise(a, n);
  const rows = vectors ? transposeOf(productOf(reflectors, n), 0, n, n) : null;
  if (!diagonalise(diagonal, beside, rows)) return null;
  const order = Array.from(diagonal.keys()).sort((i, j) => (diagonal[i] as number) - (diagonal[j] as number));
  const values = Float64Array.from(order, (i) => (diagonal[i] as number) / by);
  if (rows === null) return { values, rows };
  const sorted = orderRows(rows, order, n);
  signsByLargest(sorted, n, n);
  return { values, rows: sorted };
};

/**
 * Eigenvalues of (A + A^T) / 2 for every matrix, ascending, and, where a second type is given, orthonormal
 * eigenvectors as columns, each with its largest element positive. NaN for a matrix that is not finite.
 */
export const eigh = (x: DenseTensor, types: readonly TensorType[]): readonly DenseTensor[] => {
  const n = fromEnd(x.type, 1);
  const count = countOf(x.type);
  const data = doubles(x);
  const values = new Float64Array(count * n);
  const vectors = types.length > 1 ? new Float64Array(count * n * n) : null;
  for (let index = 0; index < count; index++) {
    const offset = index * n * n;
    symmetrise(data, offset, n);
    const found = decompose(data.subarray(offset, offset + n * n), n, vectors !== null);
    if (found === null) {
      values.fill(Number.NaN, index * n, (index + 1) * n);
      vectors?.fill(Number.NaN, offset, offset + n * n);
      continue;
    }
    values.set(found.values, index * n);
    if (found.rows !== null) vectors?.set(transposeOf(found.rows, 0, n, n), offset);
  }
  const out = [rounded(types[0] as TensorType, values)];
  if (vectors !== null) out.push(rounded(types[1] as TensorType, vectors));
  return out;
};
