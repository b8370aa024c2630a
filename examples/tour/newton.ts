/** Newton's method on Rosenbrock's valley: the Hessian is one call, and the iterates double their digits. */
import { grad, hessian, np, type Tensor } from "cotangent";
import { mark, type Part } from "./report.js";

/** (1 - a)^2 + 100 (b - a^2)^2, least at (1, 1) */
const rosenbrock = (x: Tensor): Tensor => {
  const [a, b] = np.unstack(x) as [Tensor, Tensor];
  return np.add(np.square(np.sub(1, a)), np.mul(100, np.square(np.sub(b, np.square(a)))));
};

/** The solution of a 2 x 2 system, by Cramer's rule. */
const solve = (matrix: Tensor, right: Tensor): Tensor => {
  const [[a, b], [c, d]] = matrix.toArray() as [[number, number], [number, number]];
  const [u, v] = right.toArray() as [number, number];
  const determinant = a * d - b * c;
  return np.array([(d * u - b * v) / determinant, (a * v - c * u) / determinant]);
};

export const newton = (): Part => {
  const lines: string[] = [];
  let x: Tensor = np.array([-1.2, 1]);
  for (let iteration = 0; iteration <= 6; iteration++) {
    const [a, b] = x.toArray() as [number, number];
    const value = rosenbrock(x).item().toExponential(3);
    lines.push(
      `    ${iteration}   ${a.toFixed(15).padStart(18)}   ${b.toFixed(15).padStart(18)}   ${value.padStart(10)}`,
    );
    x = np.sub(x, solve(hessian(rosenbrock)(x), grad(rosenbrock)(x)));
  }
  const distance = np.norm(np.sub(x, 1)).item();
  const holds = distance < 1e-12;
  return {
    lines: [
      `    ${"".padEnd(4)}${"a".padStart(18)}   ${"b".padStart(18)}   ${"f(a, b)".padStart(10)}`,
      ...lines,
      `    ${distance.toExponential(1)} from (1, 1) after one more step  ${mark(holds)}`,
    ],
    failures: holds ? 0 : 1,
  };
};
