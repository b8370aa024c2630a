// What: Newton's method on Rosenbrock's function in five variables, with an exact Hessian.
// Why: `hessian` composes forward over reverse mode; near the minimum every step doubles the digits.
// Prints: 1.000000 1.000000 1.000000 1.000000 1.000000

import { grad, hessian, np, type Tensor } from "cotangent";
import * as linalg from "cotangent/linalg";

/** sum_i (1 - x_i)^2 + 100 (x_{i+1} - x_i^2)^2, least at (1, ..., 1) */
const rosenbrock = (x: Tensor): Tensor => {
  const first = np.slice(x, { slice: [0, -1] });
  const next = np.slice(x, { slice: [1] });
  const valley = np.square(np.sub(next, np.square(first)));
  return np.sum(np.add(np.square(np.sub(1, first)), np.mul(100, valley)));
};

let x: Tensor = np.array([0.9, 0.8, 0.7, 0.6, 0.5]);
for (let step = 1; step <= 10; step++) {
  const slope = grad(rosenbrock)(x);
  const curvature = hessian(rosenbrock)(x);
  x = np.sub(x, linalg.solve(curvature, slope));
  console.log(`step ${String(step).padStart(2)}: f = ${rosenbrock(x).item().toExponential(2)}`);
}
console.log("minimum at", (x.toArray() as number[]).map((value) => value.toFixed(6)).join(" "));
