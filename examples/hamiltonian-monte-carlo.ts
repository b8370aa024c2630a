// What: what coaching adds to test scores in eight schools, by Hamiltonian Monte Carlo, 16 chains at a time.
// Why: a chain is written for one point; `grad` of the density drives it, `vmap` runs all, `jit` compiles them.
// Prints: 16 chains of 1000 draws, mean effect 4.4 +- 3.3, spread of effects 3.6, R-hat below 1.01, out/eight-schools.svg

import { mkdirSync, writeFileSync } from "node:fs";
import { grad, jit, np, type Tensor, vmap } from "cotangent";
import * as lax from "cotangent/lax";
import * as random from "cotangent/random";
import { diagnose } from "./chains/diagnostics.js";
import { drawing, type Panel } from "./chains/drawing.js";

/** Effects and their standard errors (Rubin, Estimation in parallel randomized experiments, 1981). */
const effects = np.array([28, 8, -3, 7, -1, 1, 18, 12]);
const errors = np.array([15, 10, 16, 11, 9, 11, 10, 18]);
const [chains, warmup, draws] = [16, 200, 1000];

/**
 * Of mu, log tau, and for each school how many tau its effect lies from mu: mu ~ N(0, 5), tau ~ half Cauchy(0, 5),
 * effects ~ N(mu, tau), seen with their errors. A density of log tau, hence + log tau.
 */
const logDensity = (x: Tensor): Tensor => {
  const [mu, logTau, from] = [np.slice(x, 0), np.slice(x, 1), np.slice(x, { slice: [2] })];
  const tau = np.exp(logTau);
  const misfit = np.div(np.sub(np.add(mu, np.mul(tau, from)), effects), errors);
  const squares = np.add(np.add(np.vdot(misfit, misfit), np.vdot(from, from)), np.square(np.div(mu, 5)));
  const prior = np.sub(logTau, np.log1p(np.square(np.div(tau, 5))));
  return np.add(prior, np.mul(-0.5, squares));
};

const slope = grad(logDensity);
/** How fast each coordinate moves: steps of the size of what it varies by. */
const scales = np.array([3, 1, ...new Array<number>(8).fill(1)]);
/** One draw: leapfrog along the gradient, then accept with probability exp(change of energy). */
const draw = (x: Tensor, key: random.Key): Tensor => {
  const momentum = random.normal(random.foldIn(key, 0), [10]);
  // steps of many sizes, so that no orbit closes upon itself
  const h = np.mul(random.uniform(random.foldIn(key, 1), [], { minval: 0.1, maxval: 0.3 }), scales);
  const half = np.mul(0.5, h);
  const begin = np.add(momentum, np.mul(half, slope(x)));
  const [q, p] = lax.foriLoop(
    0,
    15,
    (_, [at, moving]) => {
      const next = np.add(at, np.mul(h, moving));
      return [next, np.add(moving, np.mul(h, slope(next)))];
    },
    [x, begin] as const,
  );
  const end = np.sub(p, np.mul(half, slope(q))); // the last of the steps of momentum is a half one
  const energy = (at: Tensor, moving: Tensor): Tensor =>
    np.sub(np.mul(0.5, np.vdot(moving, moving)), logDensity(at));
  const chance = random.uniform(random.foldIn(key, 2));
  return np.where(np.less(np.log(chance), np.sub(energy(x, momentum), energy(q, end))), q, x);
};

/** A hundred draws of one chain, and where it is then. */
const hundred = (x: Tensor, key: random.Key): readonly [Tensor, Tensor] =>
  lax.scan(
    (at: Tensor, k: random.Key) => {
      const next = draw(at, k);
      return [next, next] as const;
    },
    x,
    random.split(key, 100),
  );
const allChains = jit(vmap(hundred));

const key = random.key(0);
let x: Tensor = random.normal(random.key(1), [chains, 10]);
const kept: Tensor[] = [];
for (let i = 0; i < (warmup + draws) / 100; i++) {
  const [next, path] = allChains(x, random.split(random.foldIn(key, i), chains));
  x = next;
  if (i >= warmup / 100) kept.push(path);
  if (i % 4 === 3) console.log(`${(i + 1) * 100} draws of each chain`);
}
const samples = np.concatenate(kept, { axis: 1 }); // [chains, draws, 10]
console.log(`${chains} chains of ${draws} draws`);

const panelOf = (name: string, draws: Tensor): Panel => ({ name, draws, diagnosis: diagnose(draws) });
const [mu, logTau] = [np.slice(samples, "...", 0), np.slice(samples, "...", 1)];
const first = np.add(mu, np.mul(np.exp(logTau), np.slice(samples, "...", 2)));
const panels = [
  panelOf("mean effect", mu),
  panelOf("spread of effects", np.exp(logTau)),
  panelOf("effect in school A", first),
];
for (const { name, diagnosis } of panels) {
  const { mean, deviation, rHat, effective } = diagnosis;
  const mixing = `R-hat ${rHat.toFixed(4)}, effective ${effective.toFixed(0)}`;
  console.log(`${name} ${mean.toFixed(1)} +- ${deviation.toFixed(1)}, ${mixing}`);
}
if (panels.some(({ diagnosis }) => !(diagnosis.rHat < 1.01))) throw new Error("the chains have not mixed");
mkdirSync("out", { recursive: true });
writeFileSync("out/eight-schools.svg", drawing(panels));
console.log("every R-hat below 1.01; drawn in out/eight-schools.svg");
