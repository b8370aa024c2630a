/** Derivatives of samples in the parameters of their distributions: pathwise where there is a formula, else implicit. */
import { grad, jvp, np, type Tensor, vmap } from "cotangent";
import * as random from "cotangent/random";
import * as special from "cotangent/special";
import { describe, expect, it } from "vitest";

type Key = random.Key;
const near = (got: number, wanted: number, tolerance: number): void => {
  expect(Math.abs(got - wanted), `${got} instead of ${wanted}`).toBeLessThan(tolerance);
};
const mean = (x: Tensor): number => np.mean(x).item();
/** The derivative of each of n samples in a. */
const slopes = (sample: (a: Tensor) => Tensor, a: number): Tensor =>
  jvp(sample, [np.array(a)], [np.array(1)])[1];

describe("by a formula", () => {
  it("normal numbers move with their mean, and scale", () => {
    const z = random.normal(random.key(1), [3]);
    const draw = (mu: Tensor, sigma: Tensor): Tensor =>
      np.sum(np.add(mu, np.mul(sigma, random.normal(random.key(1), [3]))));
    const [dMu, dSigma] = grad(draw, { argnums: [0, 1] })(2, 3);
    expect(dMu.item()).toBe(3);
    near(dSigma.item(), np.sum(z).item(), 1e-12);
  });
  it("others agree with differences, in both modes", () => {
    const h = 1e-6;
    const draws: Readonly<Record<string, (a: Tensor) => Tensor>> = {
      uniform: (a) => random.uniform(random.key(2), [50], { minval: a, maxval: 4 }),
      lognormal: (a) => random.lognormal(random.key(2), a, { shape: [50] }),
      rayleigh: (a) => random.rayleigh(random.key(2), a, { shape: [50] }),
      pareto: (a) => random.pareto(random.key(2), a, { shape: [50] }),
      weibullMin: (a) => random.weibullMin(random.key(2), a, a, { shape: [50] }),
      wald: (a) => random.wald(random.key(2), a, { shape: [50] }),
      triangular: (a) => random.triangular(random.key(2), 0, a, 4, { shape: [50] }),
      truncatedNormal: (a) => random.truncatedNormal(random.key(2), a, 3, { shape: [50] }),
      "truncatedNormal far out": (a) =>
        random.truncatedNormal(random.key(2), np.add(a, 4), 8, { shape: [50] }),
      multivariateNormal: (a) =>
        random.multivariateNormal(random.key(2), np.stack([a, 1]), np.add(np.mul(a, np.eye(2)), 0.5), {
          shape: [20],
        }),
    };
    for (const [name, draw] of Object.entries(draws)) {
      const forward = slopes(draw, 1.5);
      const wanted = np.div(np.sub(draw(np.array(1.5 + h)), draw(np.array(1.5 - h))), 2 * h);
      expect(np.allclose(forward, wanted, { rtol: 1e-6, atol: 1e-7 }), name).toBe(true);
      const total = grad((a: Tensor) => np.sum(draw(a)))(1.5).item();
      near(total, np.sum(forward).item(), 1e-10);
    }
  });
});

describe("implicit", () => {
  const key = random.key(7);
  /** The sample at another shape with the same probability P(a, x), by Newton's method. */
  const quantile = (a: number, p: number, start: number): number => {
    let y = start;
    for (let i = 0; i < 60; i++) {
      const x = Math.exp(y);
      const density = Math.exp(a * y - x - special.gammaln(a).item());
      y -= (special.gammainc(a, x).item() - p) / density;
    }
    return y;
  };

  it("a gamma sample keeps its probability: first and second derivatives against quantiles", () => {
    for (const a of [0.2, 0.9, 1.7, 12]) {
      for (const i of [0, 1, 2]) {
        const draw = (b: Tensor): Tensor => random.loggamma(random.foldIn(key, i), b);
        const y = draw(np.array(a)).item();
        const p = special.gammainc(a, Math.exp(y)).item();
        const h = 1e-3 * a;
        const at = (k: number): number => quantile(a + k * h, p, y);
        const first = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
        const second = (16 * (at(1) + at(-1)) - 30 * y - (at(2) + at(-2))) / (12 * h * h);
        const slope = grad(draw)(a).item();
        near(slope, first, 1e-6 * (1 + Math.abs(first)));
        near(grad(grad(draw))(a).item(), second, 1e-4 * (1 + Math.abs(second)));
        near(jvp(draw, [np.array(a)], [np.array(1)])[1].item(), slope, 1e-13 * Math.abs(slope));
      }
    }
  });

  it("gradients of means: E x = a, E log x = psi(a), E beta = a / (a + b)", () => {
    const shape = [20000];
    near(mean(slopes((a) => random.gamma(key, a, { shape }), 2.5)), 1, 0.02);
    near(
      mean(slopes((a) => random.loggamma(key, a, { shape }), 0.7)),
      special.polygamma(1, 0.7).item(),
      0.05,
    );
    near(mean(slopes((a) => random.beta(key, a, 3, { shape }), 2)), 3 / 25, 0.003);
    near(mean(slopes((a) => random.chisquare(key, a, { shape }), 3)), 1, 0.03);
    // E t^2 = df / (df - 2)
    near(mean(slopes((a) => np.square(random.t(key, a, { shape })), 9)), -2 / 49, 0.01);
    const first = (a: Tensor): Tensor =>
      np.slice(random.dirichlet(key, np.stack([a, 1, 2]), { shape }), "...", 0);
    near(mean(slopes(first, 1)), 3 / 16, 0.005);
  });

  it("small shapes, whose samples are below the smallest number, have finite derivatives", () => {
    const a = 1e-3;
    const y = random.loggamma(key, a, { shape: [100] });
    expect(np.min(y).item()).toBeLessThan(-750);
    const slope = slopes((b) => random.loggamma(key, b, { shape: [100] }), a);
    // P(a, e^y) = e^(a y) / Gamma(a + 1) there
    const wanted = np.div(np.sub(special.digamma(1 + a), y), a);
    const far = np.less(y, -40);
    expect(np.allclose(np.where(far, slope, 0), np.where(far, wanted, 0), { rtol: 1e-10 })).toBe(true);
    expect(np.all(np.isfinite(slopes((b) => random.gamma(key, b, { shape: [100] }), a))).item()).toBe(1);
  });

  it("under vmap they are those of the loop", () => {
    const keys = random.split(key, 5);
    const shapes = np.array([0.3, 0.9, 1.5, 4, 20]);
    const slope = (k: Key, a: Tensor): Tensor => grad((b: Tensor) => np.log(random.gamma(k, b)))(a);
    const loop = [...keys].map((k, i) => slope(k, np.slice(shapes, i)).item());
    expect(vmap(slope)(keys, shapes).toArray()).toEqual(loop);
  });
});
