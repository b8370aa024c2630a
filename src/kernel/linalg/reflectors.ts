/**
 * Householder reflectors H = I - tau v v^T, one after the other by rows of what they act on, and many at once: their
 * product is I - V T V^T with T^-1 = the strict upper triangle of V^T V plus 1/tau (the UT transform; Joffrain et al.,
 * Accumulating Householder transformations, revisited, 2006), so that it is made of matrix products.
 */
import { solveBlock } from "./triangular.js";
import { block, flipped, product } from "./update.js";

/** v (first element 1) and tau such that H x = (beta, 0, ..., 0). */
export interface Reflector {
  readonly tau: number;
  readonly beta: number;
}

/** Overwrites `count` elements from `start`, `step` apart, with v. */
export const reflector = (data: Float64Array, start: number, step: number, count: number): Reflector => {
  const first = data[start] as number;
  let largest = 0;
  for (let i = 1, at = start + step; i < count; i++, at += step)
    largest = Math.max(largest, Math.abs(data[at] as number));
  data[start] = 1;
  if (largest === 0) return { tau: 0, beta: first };
  // squares of numbers beyond these would under- or overflow
  largest = Math.max(largest, Math.abs(first));
  const unit = largest > 1e-140 && largest < 1e140 ? 1 : largest;
  let sum = (first / unit) * (first / unit);
  for (let i = 1, at = start + step; i < count; i++, at += step) {
    const x = (data[at] as number) / unit;
    sum += x * x;
  }
  const norm = unit * Math.sqrt(sum);
  const beta = first > 0 ? -norm : norm;
  const divisor = first - beta;
  for (let i = 1, at = start + step; i < count; i++, at += step) data[at] = (data[at] as number) / divisor;
  return { tau: (beta - first) / beta, beta };
};

/** A sequence of reflectors: column i of `v`, size x count, from row `i + shift` down. */
export interface Reflectors {
  readonly v: Float64Array;
  readonly tau: Float64Array;
  readonly size: number;
  readonly count: number;
}

/** A place for the columns. */
export const reflectorsFor = (size: number, count: number): Reflectors => ({
  v: new Float64Array(size * count),
  tau: new Float64Array(count),
  size,
  count,
});

/** The first columns of the product H_0 H_1 ..., size x columns. */
export const productOf = ({ v, tau, size, count }: Reflectors, columns: number): Float64Array => {
  // a reflector of tau 0 is the identity: its column counts as 0
  for (let j = 0; j < count; j++) {
    if (tau[j] === 0) for (let i = 0; i < size; i++) v[i * count + j] = 0;
  }
  const vectors = block(v, 0, count);
  const inverse = product(flipped(vectors), vectors, count, size, count);
  const y = new Float64Array(count * columns);
  for (let j = 0; j < count; j++) {
    inverse[j * count + j] = tau[j] === 0 ? 1 : 1 / (tau[j] as number);
    for (let i = 0; i < columns; i++) y[j * columns + i] = v[i * count + j] as number;
  }
  const right = block(y, 0, columns);
  solveBlock(block(inverse, 0, count), right, count, columns, { lower: false, unitDiagonal: false });
  const q = product(vectors, right, size, count, columns);
  for (let i = 0; i < q.length; i++) q[i] = -(q[i] as number);
  for (let i = 0; i < columns; i++) q[i * columns + i] = 1 + (q[i * columns + i] as number);
  return q;
};
