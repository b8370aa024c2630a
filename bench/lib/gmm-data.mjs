// Gaussian mixture problems of ADBench's sizes (1,000 points), from a seeded generator.
import { rng } from "./random.mjs";

const sizes = { gmm_d2_K5: [2, 5], gmm_d10_K5: [10, 5], gmm_d10_K25: [10, 25] };

export function generateGmm(name) {
  const [d, K] = sizes[name];
  const n = 1000;
  const random = rng(d * 100 + K);
  const normal = (count) =>
    Float64Array.from(
      { length: count },
      () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
    );
  return {
    d,
    K,
    n,
    alphas: normal(K),
    means: normal(K * d),
    icf: normal((K * d * (d + 1)) / 2).map((v) => 0.5 * v),
    x: normal(n * d),
    gamma: 1,
    m: 0,
  };
}

function lgamma(x) {
  // Lanczos, g = 7, n = 9
  const c = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x);
  x -= 1;
  let a = c[0];
  const t = x + 7.5;
  for (let i = 1; i < 9; i++) a += c[i] / (x + i);
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(a);
}

/** The parts of the objective that do not depend on the parameters. */
export function gmmConstant({ d, K, n, gamma, m }) {
  const np = d + m + 1;
  let lgd = 0.25 * d * (d - 1) * Math.log(Math.PI);
  for (let j = 1; j <= d; j++) lgd += lgamma(0.5 * np + 0.5 * (1 - j));
  const C = np * d * (Math.log(gamma) - 0.5 * Math.log(2)) - lgd;
  return -n * d * 0.5 * Math.log(2 * Math.PI) - K * C;
}
