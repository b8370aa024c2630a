/** How well chains have mixed: split R-hat and effective sample size (Gelman and others, Bayesian Data Analysis, 11.4-5). */
import { np, type Tensor } from "cotangent";
import * as fft from "cotangent/fft";

export interface Diagnosis {
  readonly mean: number;
  readonly deviation: number;
  /** The square root of the variance of all over that within half chains: 1 where they have mixed. */
  readonly rHat: number;
  /** How many independent samples would know the mean as well. */
  readonly effective: number;
}

/** Draws of one number: [chains, draws]. */
export const diagnose = (all: Tensor): Diagnosis => {
  const [chains, draws] = all.shape as readonly [number, number];
  const n = Math.floor(draws / 2);
  const halves = np.concatenate([
    np.slice(all, "...", { slice: [0, n] }),
    np.slice(all, "...", { slice: [n, 2 * n] }),
  ]);
  const means = np.mean(halves, { axis: 1 });
  const within = np.mean(np.var(halves, { axis: 1, ddof: 1 })).item();
  const total = (within * (n - 1)) / n + np.var(means, { ddof: 1 }).item();
  // autocovariances by the transform of the power, padded so that the ends do not meet
  const { re, im } = fft.rfft(np.sub(halves, np.expandDims(means, 1)), { n: 2 * n });
  const power = np.add(np.square(re), np.square(im));
  const waves = fft.irfft({ re: power, im: np.zerosLike(power) }, { n: 2 * n });
  const lags = np
    .divide(np.mean(np.slice(waves, "...", { slice: [0, n] }), { axis: 0 }), n - 1)
    .toArray() as number[];
  const correlation = lags.map((lag) => 1 - (within - lag) / total);
  // Geyer: sums of pairs are positive and fall, up to where noise is all that is left
  let [time, least] = [-1, Infinity];
  for (let lag = 0; lag + 1 < n; lag += 2) {
    const pair = (correlation[lag] as number) + (correlation[lag + 1] as number);
    if (pair < 0) break;
    least = Math.min(least, pair);
    time += 2 * least;
  }
  const count = chains * 2 * n;
  return {
    mean: np.mean(all).item(),
    deviation: np.std(all).item(),
    rHat: Math.sqrt(total / within),
    effective: count / Math.max(time, 1 / Math.log10(count)),
  };
};
