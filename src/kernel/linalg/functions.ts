/** Functions of matrices: the exponential, the square root, and the equations of their derivatives. */
import type { DenseTensor, TensorType } from "../../tensor/tensor.js";
import { decompose } from "./eigen.js";
import { rootByForm } from "./general-functions.js";
import { solveOnce } from "./lu.js";
import { allFinite, countOf, doubles, fromEnd, rounded, symmetrise } from "./matrices.js";
import { block, flipped, product } from "./update.js";

/** The largest sum of magnitudes of a column. */
const norm1 = (a: Float64Array, n: number): number => {
  const sums = new Float64Array(n);
  for (let i = 0; i < a.length; i++) sums[i % n] = (sums[i % n] as number) + Math.abs(a[i] as number);
  return n === 0 ? 0 : Math.max(...sums);
};

const multiply = (a: Float64Array, b: Float64Array, n: number): Float64Array =>
  product(block(a, 0, n), block(b, 0, n), n, n, n);

/** Coefficients of the numerators of the diagonal Pade approximants, and norms up to which each is exact in doubles. */
const approximants: readonly (readonly [theta: number, coefficients: readonly number[]])[] = [
  [1.495585217958292e-2, [120, 60, 12, 1]],
  [2.53939833006323e-1, [30240, 15120, 3360, 420, 30, 1]],
  [9.504178996162932e-1, [17297280, 8648640, 1995840, 277200, 25200, 1512, 56, 1]],
  [
    2.097847961257068,
    [17643225600, 8821612800, 2075673600, 302702400, 30270240, 2162160, 110880, 3960, 90, 1],
  ],
  [
    5.371920351148152,
    [
      64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000,
      10559470521600, 670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
    ],
  ],
];

/** e^A by scaling and squaring (Higham, The scaling and squaring method revisited, 2005). */
const exponential = (given: Float64Array, n: number): Float64Array => {
  if (!allFinite(given, 0, n * n)) return new Float64Array(n * n).fill(Number.NaN);
  const norm = norm1(given, n);
  const found =
    approximants.find(([theta]) => norm <= theta) ?? (approximants[4] as (typeof approximants)[0]);
  const [theta, b] = found;
  const squarings = norm > theta ? Math.min(1100, Math.ceil(Math.log2(norm / theta))) : 0;
  const by = 2 ** -Math.min(squarings, 1000) * 2 ** -Math.max(0, squarings - 1000);
  const a = given.map((x) => x * by);
  const square = multiply(a, a, n);
  // U = A sum of b[2i + 1] A^2i and V = sum of b[2i] A^2i, by Horner's rule in A^2
  let odd = diagonalMatrix(b[b.length - 1] as number, n);
  let even = diagonalMatrix(b[b.length - 2] as number, n);
  for (let i = b.length - 3; i >= 1; i -= 2) {
    odd = plusDiagonal(multiply(square, odd, n), b[i] as number, n);
    even = plusDiagonal(multiply(square, even, n), b[i - 1] as number, n);
  }
  odd = multiply(a, odd, n);
  let result: Float64Array = even.map((x, i) => x + (odd[i] as number));
  solveOnce(
    even.map((x, i) => x - (odd[i] as number)),
    result,
    n,
    n,
  );
  for (let i = 0; i < squarings; i++) result = multiply(result, result, n);
  return result;
};

const diagonalMatrix = (value: number, n: number): Float64Array =>
  plusDiagonal(new Float64Array(n * n), value, n);
const plusDiagonal = (a: Float64Array, value: number, n: number): Float64Array => {
  for (let i = 0; i < n; i++) a[i * (n + 1)] = (a[i * (n + 1)] as number) + value;
  return a;
};

/** e^A for every matrix. */
export const expm = (x: DenseTensor, type: TensorType): DenseTensor => {
  const n = fromEnd(type, 1);
  const data = doubles(x);
  for (let index = 0; index < countOf(type); index++)
    data.set(exponential(data.subarray(index * n * n, (index + 1) * n * n), n), index * n * n);
  return rounded(type, data);
};

/** The derivative of e^A along E: the upper right block of the exponential of [[A, E], [0, A]]. */
export const expmDirection = (x: DenseTensor, direction: DenseTensor, type: TensorType): DenseTensor => {
  const n = fromEnd(type, 1);
  const a = doubles(x);
  const e = doubles(direction);
  for (let index = 0; index < countOf(type); index++) {
    const at = index * n * n;
    const part = e.subarray(at, at + n * n);
    // linear in E, whose size must not decide how often A is squared
    const size = norm1(part, n);
    const by =
      size > 0 && size < Infinity ? 2 ** -Math.max(-1000, Math.min(1000, Math.round(Math.log2(size)))) : 1;
    const both = new Float64Array(4 * n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const element = a[at + i * n + j] as number;
        both[i * 2 * n + j] = element;
        both[(n + i) * 2 * n + n + j] = element;
        both[i * 2 * n + n + j] = (part[i * n + j] as number) * by;
      }
    }
    const found = exponential(both, 2 * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) part[i * n + j] = (found[i * 2 * n + n + j] as number) / by;
  }
  return rounded(type, e);
};

/** Eigenvalues and vectors (as rows) of every symmetric part; null where it is not finite. */
const eigenOf = (x: DenseTensor): readonly ReturnType<typeof decompose>[] => {
  const n = fromEnd(x.type, 1);
  const data = doubles(x);
  return Array.from({ length: countOf(x.type) }, (_, index) => {
    symmetrise(data, index * n * n, n);
    return decompose(data.subarray(index * n * n, (index + 1) * n * n), n, true);
  });
};

/** The root of a symmetric matrix, positive semidefinite; null where there is none. The matrix is destroyed. */
const rootOfSymmetric = (a: Float64Array, n: number): Float64Array | null => {
  const found = decompose(a, n, true);
  if (found === null) return null;
  const { values, rows } = found;
  // an eigenvalue below 0 by no more than rounding is 0
  const slack = n * 2 ** -50 * Math.max(0, values[n - 1] ?? 0);
  const scaled = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const value = values[i] as number;
    const root = value < 0 && value >= -slack ? 0 : Math.sqrt(value);
    for (let j = 0; j < n; j++) scaled[i * n + j] = root * ((rows as Float64Array)[i * n + j] as number);
  }
  const vectors = flipped(block(rows as Float64Array, 0, n));
  return product(vectors, block(scaled, 0, n), n, n, n);
};

/** The principal square root of every matrix; NaN where it is not real. */
export const sqrtm = (x: DenseTensor, type: TensorType): DenseTensor => {
  const n = fromEnd(type, 1);
  const data = doubles(x);
  for (let at = 0; at < data.length; at += n * n) {
    const a = data.slice(at, at + n * n);
    const root = isSymmetric(a, n) ? rootOfSymmetric(a, n) : rootByForm(a, n);
    if (root === null) data.fill(Number.NaN, at, at + n * n);
    else data.set(root, at);
  }
  return rounded(type, data);
};

const isSymmetric = (a: Float64Array, n: number): boolean => {
  for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) if (a[i * n + j] !== a[j * n + i]) return false;
  return true;
};

/** X of S X + X S = R for every pair, S by its symmetric part: in its eigenvectors a division by sums of eigenvalues. */
export const lyapunov = (s: DenseTensor, r: DenseTensor, type: TensorType): DenseTensor => {
  const n = fromEnd(type, 1);
  const right = doubles(r);
  const out = new Float64Array(right.length);
  eigenOf(s).forEach((found, index) => {
    const at = index * n * n;
    if (found === null) {
      out.fill(Number.NaN, at, at + n * n);
      return;
    }
    const { values } = found;
    const rows = found.rows as Float64Array;
    const vectors = block(rows, 0, n);
    const half = product(vectors, block(right, at, n), n, n, n);
    const turned = product(block(half, 0, n), flipped(vectors), n, n, n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        turned[i * n + j] = (turned[i * n + j] as number) / ((values[i] as number) + (values[j] as number));
    const back = product(flipped(vectors), block(turned, 0, n), n, n, n);
    out.set(product(block(back, 0, n), vectors, n, n, n), at);
  });
  return rounded(type, out);
};
