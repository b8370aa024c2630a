/** Hessenberg form by Householder reflectors: A = Q H Q^T with zeros in H below the first subdiagonal. */
import { productOf, type Reflectors, reflector, reflectorsFor } from "./reflectors.js";

/**
 * Overwrites A, n x n, with H, turning rows and columns `low` to `high` only: outside of these A is triangular. What
 * comes back is the reflectors of Q.
 */
export const toHessenberg = (a: Float64Array, n: number, low: number, high: number): Reflectors => {
  const count = Math.max(0, n - 1);
  const reflectors = reflectorsFor(n, count);
  const v = new Float64Array(n);
  const w = new Float64Array(n);
  for (let k = low; k < high - 1; k++) {
    const { tau, beta } = reflector(a, (k + 1) * n + k, n, high - k);
    for (let i = k + 1; i <= high; i++) {
      const x = a[i * n + k] as number;
      v[i] = x;
      reflectors.v[i * count + k] = x;
      a[i * n + k] = 0;
    }
    a[(k + 1) * n + k] = beta;
    reflectors.tau[k] = tau;
    if (tau === 0) continue;
    // rows k + 1 to high, right of column k
    w.fill(0, k + 1);
    for (let i = k + 1; i <= high; i++) {
      const vi = v[i] as number;
      for (let j = k + 1, at = i * n + k + 1; j < n; j++, at++)
        w[j] = (w[j] as number) + vi * (a[at] as number);
    }
    for (let i = k + 1; i <= high; i++) {
      const vi = tau * (v[i] as number);
      for (let j = k + 1, at = i * n + k + 1; j < n; j++, at++)
        a[at] = (a[at] as number) - vi * (w[j] as number);
    }
    // columns k + 1 to high
    for (let i = 0; i <= high; i++) {
      const row = i * n;
      let sum = 0;
      for (let j = k + 1; j <= high; j++) sum += (a[row + j] as number) * (v[j] as number);
      sum *= tau;
      for (let j = k + 1; j <= high; j++) a[row + j] = (a[row + j] as number) - sum * (v[j] as number);
    }
  }
  return reflectors;
};

/** Q, n x n. */
export const orthogonalOf = (reflectors: Reflectors, n: number): Float64Array => productOf(reflectors, n);
