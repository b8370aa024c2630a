/** Tests of distributions: Kolmogorov and Smirnov's for densities, Pearson's for whole numbers, with fixed keys. */
import type { Tensor } from "cotangent";
import * as special from "cotangent/special";

/** sqrt(n) times the largest distance between the empirical and the given distribution function; above 1.95 in 1/1000. */
export const kolmogorov = (sample: Tensor, cdf: (x: Tensor) => Tensor): number => {
  const p = [...cdf(sample).toTypedArray()].sort((a, b) => a - b);
  const n = p.length;
  const distances = p.map((value, i) => Math.max(value - i / n, (i + 1) / n - value));
  return Math.sqrt(n) * Math.max(...distances);
};

/** The probability of counts as far from the expected ones as these; the last one stands for all above. */
export const pearson = (sample: Tensor, probabilities: readonly number[], from = 0): number => {
  const n = sample.size;
  const counts = new Array<number>(probabilities.length + 1).fill(0);
  for (const value of sample.toTypedArray()) {
    const cell = Math.min(value - from, probabilities.length);
    if (!(cell in counts)) return 0;
    counts[cell] = (counts[cell] as number) + 1;
  }
  const rest = 1 - probabilities.reduce((a, b) => a + b, 0);
  let statistic = 0;
  let cells = -1;
  [...probabilities, rest].forEach((p, i) => {
    if (n * p < 1e-6) return;
    statistic += ((counts[i] as number) - n * p) ** 2 / (n * p);
    cells++;
  });
  return special.gammaincc(cells / 2, statistic / 2).item();
};
