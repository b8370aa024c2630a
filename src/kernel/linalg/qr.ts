/** QR factorisation by Householder reflectors, with the signs that make the diagonal of R positive. */
import type { DenseTensor, TensorType } from "../../tensor/tensor.js";
import { countOf, doubles, fromEnd, powerScale, rounded, scale } from "./matrices.js";
import { productOf, type Reflectors, reflector, reflectorsFor } from "./reflectors.js";

/** Overwrites the upper triangle of an m x n matrix with R; the rest is left in any state. */
const reduce = (a: Float64Array, offset: number, m: number, n: number): Reflectors => {
  const steps = Math.min(m, n);
  const made = reflectorsFor(m, steps);
  const v = new Float64Array(m);
  const w = new Float64Array(n);
  for (let k = 0; k < steps; k++) {
    for (let i = k; i < m; i++) v[i] = a[offset + i * n + k] as number;
    const { tau, beta } = reflector(v, k, 1, m - k);
    made.tau[k] = tau;
    for (let i = k; i < m; i++) made.v[i * steps + k] = v[i] as number;
    a[offset + k * n + k] = beta;
    if (tau === 0) continue;
    w.fill(0);
    for (let i = k; i < m; i++) {
      const x = v[i] as number;
      const row = offset + i * n;
      for (let j = k + 1; j < n; j++) w[j] = (w[j] as number) + x * (a[row + j] as number);
    }
    for (let i = k; i < m; i++) {
      const x = tau * (v[i] as number);
      const row = offset + i * n;
      for (let j = k + 1; j < n; j++) a[row + j] = (a[row + j] as number) - x * (w[j] as number);
    }
  }
  return made;
};

/** Q (m x m, or m x min(m, n)) and R of every matrix. */
export const qr = (
  x: DenseTensor,
  types: readonly [TensorType, TensorType],
): readonly [DenseTensor, DenseTensor] => {
  const m = fromEnd(x.type, 2);
  const n = fromEnd(x.type, 1);
  const columns = fromEnd(types[0], 1);
  const count = countOf(x.type);
  const data = doubles(x);
  const q = new Float64Array(count * m * columns);
  const r = new Float64Array(count * columns * n);
  for (let index = 0; index < count; index++) {
    const offset = index * m * n;
    const by = powerScale(data, offset, m * n);
    scale(data, offset, m * n, by);
    const part = productOf(reduce(data, offset, m, n), columns);
    const to = index * columns * n;
    for (let i = 0; i < Math.min(columns, n); i++) {
      const sign = (data[offset + i * n + i] as number) < 0 ? -1 : 1;
      const factor = sign / by;
      for (let j = i; j < n; j++) r[to + i * n + j] = (data[offset + i * n + j] as number) * factor;
      if (sign < 0) for (let k = 0; k < m; k++) part[k * columns + i] = -(part[k * columns + i] as number);
    }
    q.set(part, index * m * columns);
  }
  return [rounded(types[0], q), rounded(types[1], r)];
};
