/**
 * Singular values and vectors: Householder bidiagonalisation, two passes over the matrix for a pair of reflectors,
 * then implicit QR (Golub and Reinsch, Singular value decomposition and least squares solutions, 1970) on rows of the
 * transposed vectors, which are contiguous.
 */
import type { DenseTensor, TensorType } from "../../tensor/tensor.js";
import { allFinite, countOf, doubles, fromEnd, powerScale, rounded, scale, transposeOf } from "./matrices.js";
import { productOf, type Reflectors, reflector, reflectorsFor } from "./reflectors.js";
import {
  type Chain,
  chainOf,
  negateRow,
  orderRows,
  rotateChain,
  rotateRows,
  signsByLargest,
} from "./rows.js";

/** 2 ** -52, as a number that bundlers can drop. */
const EPSILON = 2.220446049250313e-16;
const MOST_STEPS = 80;

interface Bidiagonal {
  readonly diagonal: Float64Array;
  /** Element i stands above diagonal element i, i > 0. */
  readonly above: Float64Array;
  readonly left: Reflectors;
  readonly right: Reflectors;
}

/** A = U B V^T for an m x n matrix with m >= n, which is destroyed. */
const bidiagonalise = (a: Float64Array, m: number, n: number): Bidiagonal => {
  const diagonal = new Float64Array(n);
  const above = new Float64Array(n);
  const left = reflectorsFor(m, n);
  const right = reflectorsFor(n, Math.max(0, n - 1));
  const u = new Float64Array(m);
  const v = new Float64Array(n);
  const w = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    for (let i = k; i < m; i++) u[i] = a[i * n + k] as number;
    const { tau, beta } = reflector(u, k, 1, m - k);
    diagonal[k] = beta;
    left.tau[k] = tau;
    for (let i = k; i < m; i++) left.v[i * n + k] = u[i] as number;
    if (k === n - 1) break;
    // w = tau u^T A
    w.fill(0);
    for (let i = k; i < m; i++) {
      const x = tau * (u[i] as number);
      const row = i * n;
      for (let j = k + 1; j < n; j++) w[j] = (w[j] as number) + x * (a[row + j] as number);
    }
    for (let j = k + 1; j < n; j++) v[j] = (a[k * n + j] as number) - (w[j] as number);
    const side = reflector(v, k + 1, 1, n - k - 1);
    above[k + 1] = side.beta;
    right.tau[k] = side.tau;
    for (let j = k + 1; j < n; j++) right.v[j * (n - 1) + k] = v[j] as number;
    // A = (A - u w^T)(I - tau v v^T), row by row
    for (let i = k + 1; i < m; i++) {
      const x = u[i] as number;
      const row = i * n;
      let inner = 0;
      for (let j = k + 1; j < n; j++) {
        const element = (a[row + j] as number) - x * (w[j] as number);
        a[row + j] = element;
        inner += element * (v[j] as number);
      }
      inner *= side.tau;
      for (let j = k + 1; j < n; j++) a[row + j] = (a[row + j] as number) - inner * (v[j] as number);
    }
  }
  return { diagonal, above, left, right };
};

/** Vectors as rows: `u` n x m (or m x m), `v` n x n. */
interface Rows {
  readonly u: Float64Array;
  readonly v: Float64Array;
  readonly m: number;
  /** The rotations of one step. */
  readonly left: Chain;
  readonly right: Chain;
}

/** Makes B diagonal and not negative, turning the rows alike; false if it does not converge. */
const diagonalise = (d: Float64Array, e: Float64Array, rows: Rows | null): boolean => {
  const n = d.length;
  let norm = 0;
  for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(d[i] as number) + Math.abs(e[i] as number));
  const nothing = EPSILON * norm;
  for (let k = n - 1; k >= 0; k--) {
    for (let steps = 0; ; steps++) {
      let l = k;
      let isolated = true;
      for (; l > 0; l--) {
        if (Math.abs(e[l] as number) <= nothing) break;
        if (Math.abs(d[l - 1] as number) <= nothing) {
          isolated = false;
          break;
        }
      }
      if (!isolated) cancel(d, e, rows, l, k, nothing);
      if (l === k) break;
      if (steps === MOST_STEPS) return false;
      sweep(d, e, rows, l, k);
    }
    if ((d[k] as number) < 0) {
      d[k] = -(d[k] as number);
      if (rows !== null) negateRow(rows.v, k, n);
    }
  }
  return true;
};

/** Where d[l - 1] is zero, rotations with the rows below take e[l] away. */
const cancel = (
  d: Float64Array,
  e: Float64Array,
  rows: Rows | null,
  l: number,
  k: number,
  nothing: number,
): void => {
  let c = 0;
  let s = 1;
  for (let i = l; i <= k; i++) {
    const f = s * (e[i] as number);
    e[i] = c * (e[i] as number);
    if (Math.abs(f) <= nothing) return;
    const g = d[i] as number;
    const h = Math.hypot(f, g);
    d[i] = h;
    c = g / h;
    s = -f / h;
    // rows l - 1 and i: (y c + z s, z c - y s)
    if (rows !== null) rotateRows(rows.u, i * rows.m, (l - 1) * rows.m, rows.m, c, -s);
  }
};

/** One implicit QR step on l..k, its shift from the last 2 x 2 block of B^T B. */
const sweep = (d: Float64Array, e: Float64Array, rows: Rows | null, l: number, k: number): void => {
  const n = d.length;
  let x = d[l] as number;
  let y = d[k - 1] as number;
  let z = d[k] as number;
  let g = e[k - 1] as number;
  let h = e[k] as number;
  let f = ((y - z) * (y + z) + (g - h) * (g + h)) / (2 * h * y);
  const root = Math.hypot(f, 1);
  f = ((x - z) * (x + z) + h * (y / (f + (f >= 0 ? root : -root)) - h)) / x;
  let c = 1;
  let s = 1;
  for (let j = l; j < k; j++) {
    const i = j + 1;
    g = e[i] as number;
    y = d[i] as number;
    h = s * g;
    g *= c;
    z = Math.sqrt(f * f + h * h);
    e[j] = z;
    c = z === 0 ? 1 : f / z;
    s = z === 0 ? 0 : h / z;
    f = x * c + g * s;
    g = g * c - x * s;
    h = y * s;
    y *= c;
    if (rows !== null) {
      rows.right.cosines[j - l] = c;
      rows.right.sines[j - l] = s;
    }
    z = Math.sqrt(f * f + h * h);
    d[j] = z;
    if (z !== 0) {
      c = f / z;
      s = h / z;
    }
    f = c * g + s * y;
    x = c * y - s * g;
    if (rows !== null) {
      rows.left.cosines[j - l] = c;
      rows.left.sines[j - l] = s;
    }
  }
  if (rows !== null) {
    rotateChain(rows.v, n, l, 1, k - l, rows.right);
    rotateChain(rows.u, rows.m, l, 1, k - l, rows.left);
  }
  e[l] = 0;
  e[k] = f;
  d[k] = x;
};

/** Singular values, descending, and vectors as rows; of `u` there are as many as asked for. */
export interface Decomposition {
  readonly values: Float64Array;
  readonly u: Float64Array;
  readonly v: Float64Array;
}

/** Of an m x n matrix with m >= n, which is destroyed; null if it is not finite. */
const decomposeTall = (
  a: Float64Array,
  m: number,
  n: number,
  leftCount: number,
  vectors: boolean,
): Decomposition | null => {
  if (!allFinite(a, 0, m * n)) return null;
  const by = powerScale(a, 0, m * n);
  scale(a, 0, m * n, by);
  const { diagonal, above, left, right } = bidiagonalise(a, m, n);
  const rows: Rows | null = vectors
    ? {
        u: transposeOf(productOf(left, leftCount), 0, m, leftCount),
        v: transposeOf(productOf(right, n), 0, n, n),
        m,
        left: chainOf(n),
        right: chainOf(n),
      }
    : null;
  if (!diagonalise(diagonal, above, rows)) return null;
  const order = Array.from(diagonal.keys()).sort((i, j) => (diagonal[j] as number) - (diagonal[i] as number));
  const values = Float64Array.from(order, (i) => (diagonal[i] as number) / by);
  if (rows === null) return { values, u: values, v: values };
  const all = [...order, ...Array.from({ length: leftCount - n }, (_, i) => n + i)];
  return { values, u: orderRows(rows.u, all, m), v: orderRows(rows.v, order, n) };
};

/** The decomposition of one matrix of any form, which is destroyed; `full`: with all vectors of both spaces. */
export const decompose = (
  a: Float64Array,
  m: number,
  n: number,
  full: boolean,
  vectors: boolean,
): Decomposition | null => {
  const least = Math.min(m, n);
  let found: Decomposition | null;
  if (m >= n) found = decomposeTall(a, m, n, full ? m : n, vectors);
  else {
    found = decomposeTall(transposeOf(a, 0, m, n), n, m, full ? n : m, vectors);
    if (found !== null) found = { values: found.values, u: found.v, v: found.u };
  }
  if (found === null || !vectors) return found;
  const { u, v } = found;
  signsByLargest(u, u.length / Math.max(m, 1), m).forEach((turned, i) => {
    if (turned && i < least) negateRow(v, i, n);
  });
  return found;
};

/** Singular values of every matrix, descending. */
export const svdvals = (x: DenseTensor, type: TensorType): DenseTensor => {
  const m = fromEnd(x.type, 2);
  const n = fromEnd(x.type, 1);
  const size = fromEnd(type, 1);
  const data = doubles(x);
  const values = new Float64Array(countOf(x.type) * size);
  for (let index = 0; index * size < values.length; index++) {
    const found = decompose(data.subarray(index * m * n, (index + 1) * m * n), m, n, false, false);
    if (found === null) values.fill(Number.NaN, index * size, (index + 1) * size);
    else values.set(found.values, index * size);
  }
  return rounded(type, values);
};

/** U, the singular values and V^T of every matrix. NaN for a matrix that is not finite. */
export const svd = (
  x: DenseTensor,
  full: boolean,
  types: readonly [TensorType, TensorType, TensorType],
): readonly [DenseTensor, DenseTensor, DenseTensor] => {
  const m = fromEnd(x.type, 2);
  const n = fromEnd(x.type, 1);
  const leftCount = fromEnd(types[0], 1);
  const rightCount = fromEnd(types[2], 2);
  const size = Math.min(m, n);
  const count = countOf(x.type);
  const data = doubles(x);
  const u = new Float64Array(count * m * leftCount);
  const s = new Float64Array(count * size);
  const v = new Float64Array(count * rightCount * n);
  for (let index = 0; index < count; index++) {
    const found = decompose(data.subarray(index * m * n, (index + 1) * m * n), m, n, full, true);
    const [atU, atS, atV] = [index * m * leftCount, index * size, index * rightCount * n];
    if (found === null) {
      u.fill(Number.NaN, atU, atU + m * leftCount);
      s.fill(Number.NaN, atS, atS + size);
      v.fill(Number.NaN, atV, atV + rightCount * n);
      continue;
    }
    u.set(transposeOf(found.u, 0, leftCount, m), atU);
    s.set(found.values, atS);
    v.set(found.v, atV);
  }
  return [rounded(types[0], u), rounded(types[1], s), rounded(types[2], v)];
};
