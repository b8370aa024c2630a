/** The tour: everything here is computed and compared as it runs. */
import { mixture } from "./mixture.js";
import { newton } from "./newton.js";
import { notebooks } from "./notebooks.js";
import type { Part } from "./report.js";
import { sine } from "./sine.js";
import { tapes } from "./tapes.js";

const parts: readonly (readonly [title: string, part: () => Part])[] = [
  ["Notebooks of TensorFlow and PyTorch, to the last bit", notebooks],
  ["The same as they were written, with tapes", tapes],
  ["ADBench's Gaussian mixture model: value and gradient", mixture],
  ["Newton's method on Rosenbrock's function, by its Hessian", newton],
  ["A sine and its first four derivatives", sine],
];

export const tour = (): Part => {
  const start = performance.now();
  const shown = parts.map(([title, part], i) => {
    const { lines, failures } = part();
    return { lines: [`${i + 1}  ${title}`, ...lines, ""], failures };
  });
  const failures = shown.reduce((total, part) => total + part.failures, 0);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const verdict = failures === 0 ? "every comparison holds" : `${failures} comparisons do NOT hold`;
  return { lines: [...shown.flatMap((part) => part.lines), `${verdict}; ${seconds} s`], failures };
};
