/** The Gaussian mixture of the ADBench suite: a real objective, its gradient, and finite differences beside it. */
import { np, type Tensor, tree, valueAndGrad } from "cotangent";
import { type GmmParams, generateGmm, gmmObjective } from "../adbench/gmm.js";
import { generator } from "../adbench/random.js";
import { mark, type Part } from "./report.js";

const tolerance = 1e-7;
const step = 1e-5;

/** Middle of several timings, in milliseconds; the first calls warm the engine up and are left out. */
const milliseconds = (f: () => unknown, repeats = 9): number => {
  for (let warm = 0; warm < 5; warm++) f();
  const times = Array.from({ length: repeats }, () => {
    const start = performance.now();
    f();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return times[Math.floor(repeats / 2)] as number;
};

const row = (...cells: readonly string[]): string =>
  `    ${cells.map((cell, i) => cell.padStart([3, 8, 24, 22, 12, 12][i] ?? 0)).join("")}`;

export const mixture = (): Part => {
  const n = 1000;
  const k = 5;
  const results = [2, 5, 10].map((d) => {
    const { params, x, wishart } = generateGmm(d, k, n, 1);
    const objective = (p: GmmParams): Tensor => gmmObjective(p, x, wishart);
    const [value, gradient] = valueAndGrad(objective)(params);
    const [flat, unravel] = tree.ravel(params);
    const direction = np.array(generator(2).normals(flat.size));
    const moved = (h: number): number => objective(unravel(np.add(flat, np.mul(h, direction)))).item();
    const slope = np.vdot(tree.ravel(gradient)[0], direction).item();
    // central difference: (f(p + h v) - f(p - h v)) / 2h = <grad f, v> + O(h^2)
    const difference = (moved(step) - moved(-step)) / (2 * step);
    const error = Math.abs(slope - difference) / Math.abs(difference);
    const time = milliseconds(() => valueAndGrad(objective)(params));
    const cells = [String(d), String(flat.size), value.item().toFixed(6), slope.toFixed(6)];
    return { cells: [...cells, error.toExponential(1), `${time.toFixed(2)} ms`], holds: error < tolerance };
  });
  return {
    lines: [
      `    log-likelihood of ${n} points in d dimensions, ${k} components; v is a random direction`,
      row("d", "params", "objective", "gradient . v", "rel. error", "obj + grad"),
      ...results.map(({ cells, holds }) => `${row(...cells)}  ${mark(holds)}`),
      `    error against a central difference, at most ${tolerance}; time is the middle of 9 runs`,
    ],
    failures: results.filter(({ holds }) => !holds).length,
  };
};
