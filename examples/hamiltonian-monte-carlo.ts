// What: samples of a correlated normal distribution by Hamiltonian Monte Carlo, 64 chains at a time.
// Why: a chain is written for one point; `vmap` runs all of them, and `grad` of the density drives each.
// Prints: mean 1.0 -0.5, variances 1.0 0.5, covariance 0.6

import { grad, np, type Tensor, vmap } from "cotangent";
import * as random from "cotangent/random";

const chains = 64;
const [sweeps, discarded] = [120, 20];
const mean = np.array([1, -0.5]);
// inverse of [[1, 0.6], [0.6, 0.5]]
const precision = np.div(
  np.array([
    [0.5, -0.6],
    [-0.6, 1],
  ]),
  0.14,
);

const logDensity = (x: Tensor): Tensor => {
  const away = np.sub(x, mean);
  return np.mul(-0.5, np.vdot(away, np.matmul(precision, away)));
};

const slope = grad(logDensity);
/** One proposal: leapfrog along the gradient, then accept with probability exp(change of energy). */
const sweep = (x: Tensor, key: random.Key): Tensor => {
  const [forMomentum, forChance] = random.split(key) as unknown as [random.Key, random.Key];
  const momentum = random.normal(forMomentum, [2]);
  const h = 0.2;
  let [q, p]: [Tensor, Tensor] = [x, np.add(momentum, np.mul(h / 2, slope(x)))];
  for (let i = 0; i < 7; i++) {
    q = np.add(q, np.mul(h, p));
    p = np.add(p, np.mul(i < 6 ? h : h / 2, slope(q)));
  }
  const energy = (at: Tensor, moving: Tensor): Tensor =>
    np.sub(np.mul(0.5, np.vdot(moving, moving)), logDensity(at));
  const chance = random.uniform(forChance);
  const accepted = np.less(np.log(chance), np.sub(energy(x, momentum), energy(q, p)));
  return np.where(accepted, q, x);
};
const sweepAll = vmap(sweep);

const key = random.key(0);
let x: Tensor = np.zeros([chains, 2]);
const kept: Tensor[] = [];
for (let i = 0; i < sweeps; i++) {
  x = sweepAll(x, random.split(random.foldIn(key, i), chains));
  if (i >= discarded) kept.push(x);
}
const samples = np.concatenate(kept);
const centred = np.sub(samples, np.mean(samples, { axis: 0 }));
const covariance = np.div(np.matmul(np.transpose(centred), centred), samples.shape[0] ?? 1);
const at = (i: number, j: number): string => np.slice(covariance, i, j).item().toFixed(1);
const centre = np.mean(samples, { axis: 0 }).toArray() as number[];
console.log(`mean ${centre.map((value) => value.toFixed(1)).join(" ")}`);
console.log(`variances ${at(0, 0)} ${at(1, 1)}, covariance ${at(0, 1)}`);
