/**
 * Right eigenvectors of quasi-triangular matrices by substitution (LAPACK's trevc). A pair takes two columns: the real and the
 * imaginary part of the vector that belongs to the eigenvalue with positive imaginary part.
 */
import type { Spectrum } from "./francis.js";
import { type SmallSystem, smallSystem, solveSmall } from "./small.js";

/** 2 ** -52, as a number that bundlers can drop. */
const EPSILON = 2.220446049250313e-16;
/** Elements beyond this are scaled down, with the whole vector. */
const LARGE = 1e100;

/** The parts of a vector that grows upwards; without a second part it is real. */
interface Growing {
  readonly re: Float64Array;
  readonly im: Float64Array | null;
}

/** Vectors as columns, n x n, of T with blocks that begin in `starts`. */
export const vectorsOfQuasiTriangular = (
  t: Float64Array,
  n: number,
  starts: readonly number[],
  { re, im }: Spectrum,
): Float64Array => {
  const out = new Float64Array(n * n);
  const system = smallSystem();
  let norm = 0;
  for (const element of t) norm = Math.max(norm, Math.abs(element));
  for (let l = starts.length - 2; l >= 0; l--) {
    const first = starts[l] as number;
    const isPair = (starts[l + 1] as number) - first === 2;
    const vector: Growing = { re: new Float64Array(n), im: isPair ? new Float64Array(n) : null };
    begin(t, n, first, im[first] as number, vector);
    const value = { re: re[first] as number, im: im[first] as number };
    const size = Math.max(Math.abs(value.re) + Math.abs(value.im), norm);
    const rule = { least: Math.max(EPSILON * size, 1e-290), instead: 1 / Math.max(EPSILON * size, 1e-290) };
    const reached = first + (isPair ? 2 : 1);
    for (let k = l - 1; k >= 0; k--) {
      const top = starts[k] as number;
      const high = (starts[k + 1] as number) - top;
      couple(t, n, top, high, value, vector.im !== null, system);
      for (let i = 0; i < high; i++) {
        system.right[i] = -along(t, n, top + i, top + high, reached, vector.re);
        if (vector.im !== null)
          system.right[high + i] = -along(t, n, top + i, top + high, reached, vector.im);
      }
      solveSmall(system, vector.im === null ? high : 2 * high, rule);
      let largest = 0;
      for (let i = 0; i < high; i++) {
        vector.re[top + i] = system.right[i] as number;
        largest = Math.max(largest, Math.abs(vector.re[top + i] as number));
        if (vector.im === null) continue;
        vector.im[top + i] = system.right[high + i] as number;
        largest = Math.max(largest, Math.abs(vector.im[top + i] as number));
      }
      if (largest > LARGE) shrink(vector, top, reached, largest);
    }
    for (let i = 0; i < reached; i++) {
      out[i * n + first] = vector.re[i] as number;
      if (vector.im !== null) out[i * n + first + 1] = vector.im[i] as number;
    }
  }
  return out;
};

/** The vector within its own block. */
const begin = (t: Float64Array, n: number, first: number, beta: number, { re, im }: Growing): void => {
  if (im === null) {
    re[first] = 1;
    return;
  }
  const upper = t[first * n + first + 1] as number;
  const lower = t[(first + 1) * n + first] as number;
  if (Math.abs(upper) >= Math.abs(lower)) {
    re[first] = 1;
    im[first + 1] = beta / upper;
  } else {
    re[first] = -beta / lower;
    im[first + 1] = 1;
  }
};

/** The real form of T_kk - value for the block of `high` rows from `top` on. */
const couple = (
  t: Float64Array,
  n: number,
  top: number,
  high: number,
  value: { readonly re: number; readonly im: number },
  isComplex: boolean,
  { matrix }: SmallSystem,
): void => {
  const size = isComplex ? 2 * high : high;
  matrix.fill(0, 0, size * size);
  for (let i = 0; i < high; i++) {
    for (let j = 0; j < high; j++) {
      const element = (t[(top + i) * n + top + j] as number) - (i === j ? value.re : 0);
      matrix[i * size + j] = element;
      if (isComplex) matrix[(high + i) * size + high + j] = element;
    }
    if (isComplex) {
      matrix[i * size + high + i] = value.im;
      matrix[(high + i) * size + i] = -value.im;
    }
  }
};

const along = (
  t: Float64Array,
  n: number,
  row: number,
  from: number,
  to: number,
  x: Float64Array,
): number => {
  let sum = 0;
  for (let j = from; j < to; j++) sum += (t[row * n + j] as number) * (x[j] as number);
  return sum;
};

const shrink = ({ re, im }: Growing, from: number, to: number, by: number): void => {
  for (let i = from; i < to; i++) {
    re[i] = (re[i] as number) / by;
    if (im !== null) im[i] = (im[i] as number) / by;
  }
};
