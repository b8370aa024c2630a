// What: Newton's method on Rosenbrock's function in five variables, with an exact Hessian.
// Why: `hessian` composes forward over reverse mode; near the minimum every step doubles the digits.
// Prints: 1.000000 1.000000 1.000000 1.000000 1.000000

import { grad, hessian, np, type Tensor } from "cotangent";

/** sum_i (1 - x_i)^2 + 100 (x_{i+1} - x_i^2)^2, least at (1, ..., 1) */
const rosenbrock = (x: Tensor): Tensor => {
  const first = np.slice(x, { slice: [0, -1] });
  const next = np.slice(x, { slice: [1] });
  const valley = np.square(np.sub(next, np.square(first)));
  return np.sum(np.add(np.square(np.sub(1, first)), np.mul(100, valley)));
};

/** Solves a x = b by Gaussian elimination with pivots. */
const solve = (matrix: readonly (readonly number[])[], right: readonly number[]): number[] => {
  const rows = matrix.map((row, i) => [...row, right[i] as number]);
  const at = (i: number, j: number): number => rows[i]?.[j] as number;
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    const below = rows.slice(k).map((row) => Math.abs(row[k] as number));
    const pivot = k + below.indexOf(Math.max(...below));
    [rows[k], rows[pivot]] = [rows[pivot] as number[], rows[k] as number[]];
    for (let i = k + 1; i < n; i++) {
      const factor = at(i, k) / at(k, k);
      rows[i] = rows[i]?.map((value, j) => value - factor * at(k, j)) as number[];
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const known = x.reduce((sum, value, j) => (j > i ? sum + at(i, j) * value : sum), 0);
    x[i] = (at(i, n) - known) / at(i, i);
  }
  return x;
};

let x: Tensor = np.array([0.9, 0.8, 0.7, 0.6, 0.5]);
for (let step = 1; step <= 10; step++) {
  const slope = grad(rosenbrock)(x);
  const curvature = hessian(rosenbrock)(x);
  x = np.sub(x, solve(curvature.toArray() as number[][], slope.toArray() as number[]));
  console.log(`step ${String(step).padStart(2)}: f = ${rosenbrock(x).item().toExponential(2)}`);
}
console.log("minimum at", (x.toArray() as number[]).map((value) => value.toFixed(6)).join(" "));
