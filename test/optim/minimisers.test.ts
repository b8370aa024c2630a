/** lbfgs, newtonCg and leastSquares where the answer is known: quadratics, linear fits, trees, float32; and reports. */
import { jit, np, type Tensor, tree } from "cotangent";
import * as optim from "cotangent/optim";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { twoLoop } from "../../src/optim/lbfgs.js";
import { truncatedConjugateGradients } from "../../src/optim/newton-cg.js";
import { runs } from "../support/runs.js";

const { lbfgs, newtonCg, leastSquares } = optim;
const element = fc.integer({ min: -8, max: 8 }).map((x) => x / 4);
const list = (n: number): fc.Arbitrary<number[]> => fc.array(element, { minLength: n, maxLength: n });
const rows = (n: number, m: number): fc.Arbitrary<number[][]> =>
  fc.array(list(m), { minLength: n, maxLength: n });

/** B B' + I / 2: symmetric, positive definite. */
const positive = (b: readonly number[][]): Tensor => {
  const matrix = np.array(b);
  return np.add(np.matmul(matrix, np.matrixTranspose(matrix)), np.mul(0.5, np.eye(b.length)));
};
const close = (x: unknown, y: unknown, tolerance: number): void => {
  const [a, b] = [tree.leaves(x), tree.leaves(y)].map((leaves) =>
    leaves.flatMap((leaf) => [...np.ravel(leaf as Tensor).toTypedArray()]),
  ) as [number[], number[]];
  expect(a).toHaveLength(b.length);
  a.forEach((value, i) => {
    expect(Math.abs(value - (b[i] as number))).toBeLessThanOrEqual(
      tolerance * (1 + Math.abs(b[i] as number)),
    );
  });
};
const minimisers = { lbfgs, newtonCg };

describe.each(Object.entries(minimisers))("%s", (_, minimiser) => {
  it("finds the minimum of any positive definite quadratic", () => {
    const sized = fc.integer({ min: 1, max: 6 }).chain((n) => fc.tuple(rows(n, n), list(n), list(n)));
    fc.assert(
      fc.property(sized, ([b, least, start]) => {
        const a = positive(b);
        const f = (x: Tensor): Tensor => {
          const d = np.sub(x, np.array(least));
          return np.add(np.mul(0.5, np.vdot(d, np.matmul(a, d))), 3);
        };
        const found = minimiser(f, np.array(start));
        expect([found.converged, found.reason]).toEqual([true, "gradient"]);
        expect(found.gradientNorm).toBeLessThanOrEqual(1e-8);
        close(found.x, np.array(least), 1e-7);
        expect(found.value).toBeCloseTo(3, 10);
      }),
      { numRuns: runs },
    );
  });

  it("goes over trees, and keeps their dtypes", () => {
    interface Params {
      readonly w: Tensor;
      readonly rest: readonly [Tensor, null];
    }
    const f = ({ w, rest }: Params): Tensor =>
      np.add(np.sum(np.cosh(np.sub(w, 1))), np.astype(np.sum(np.square(np.add(rest[0], w))), "float64"));
    const start: Params = { w: np.zeros([2, 2]), rest: [np.ones([2, 2], { dtype: "float32" }), null] };
    const { x, converged } = minimiser(f, start, { gradientTolerance: 1e-6 });
    expect(converged).toBe(true);
    expect(x.rest[0].dtype).toBe("float32");
    close(x, { w: np.ones([2, 2]), rest: [np.full([2, 2], -1), null] }, 1e-4);
  });

  it("computes in float32 what is float32", () => {
    const f = (x: Tensor): Tensor => np.sum(np.square(np.sub(np.square(x), 2)));
    const { x, converged } = minimiser(f, np.ones([3], { dtype: "float32" }));
    expect([x.dtype, converged]).toEqual(["float32", true]);
    close(x, np.full([3], Math.SQRT2), 1e-4);
  });

  it("takes a number, and counts what it does", () => {
    let calls = 0;
    const seen: optim.Iteration<Tensor>[] = [];
    const f = (x: Tensor): Tensor => {
      calls++;
      return np.sub(np.exp(x), np.mul(2, x));
    };
    const found = minimiser(f, 3, { onIteration: (i) => void seen.push(i) });
    expect(found.x.item()).toBeCloseTo(Math.LN2, 8);
    expect(found.x.shape).toEqual([]);
    expect(found.evaluations).toBe(calls);
    expect(seen.map((i) => i.iteration)).toEqual(seen.map((_, k) => k + 1));
    expect(seen.length).toBe(found.iterations);
    const last = seen.at(-1) as optim.Iteration<Tensor>;
    expect([last.x.item(), last.value, last.gradientNorm]).toEqual([
      found.x.item(),
      found.value,
      found.gradientNorm,
    ]);
    const values = seen.map((i) => i.value);
    expect(values).toEqual([...values].sort((p, q) => q - p)); // every iteration descends
  });

  it("says why it stopped", () => {
    const f = (x: Tensor): Tensor => np.sum(np.square(np.square(x)));
    const start = np.array([1, 2]);
    const reason = (options: optim.IterationOptions<Tensor>): readonly unknown[] => {
      const { reason: why, converged, iterations } = minimiser(f, start, options);
      return [why, converged, iterations];
    };
    expect(reason({ maxIterations: 0 })).toEqual(["iterations", false, 0]);
    expect(reason({ maxIterations: 2 })).toEqual(["iterations", false, 2]);
    expect(reason({ onIteration: ({ iteration }) => iteration === 2 })).toEqual(["stopped", false, 2]);
    expect(reason({ gradientTolerance: 1e3 })).toEqual(["gradient", true, 0]);
    expect(reason({ gradientTolerance: 0, valueTolerance: 0.999999 }).slice(0, 2)).toEqual(["value", true]);
    const bad = minimiser((x) => np.sum(np.log(x)), np.array([-1]));
    expect([bad.reason, bad.converged, bad.iterations]).toEqual(["notFinite", false, 0]);
    // a slope that the function does not follow: nothing is lower
    const kink = minimiser((x) => np.sum(np.abs(x)), np.array([0.25]), { gradientTolerance: 0 });
    expect(["precision", "gradient"]).toContain(kink.reason);
    const empty = minimiser((_: object) => np.array(1), {});
    expect([empty.reason, empty.value, empty.gradientNorm]).toEqual(["gradient", 1, 0]);
  });

  it("gives the same digits with a compiled function", () => {
    const f = (x: Tensor): Tensor => np.sum(np.add(np.exp(x), np.square(np.sin(x))));
    const run = (g: (x: Tensor) => Tensor): optim.Found<Tensor> => minimiser(g, np.array([0.5, -2]));
    const [eager, compiled] = [run(f), run(jit(f))];
    expect({ ...compiled, x: compiled.x.toArray() }).toEqual({ ...eager, x: eager.x.toArray() });
  });

  it("gives the same digits every time", () => {
    const f = (x: Tensor): Tensor => np.sum(np.add(np.exp(x), np.square(np.sin(x))));
    const run = (): unknown => minimiser(f, np.array([0.5, -2]), { maxIterations: 6 }).x.toArray();
    expect(run()).toEqual(run());
  });
});

describe("newtonCg", () => {
  it("needs one iteration and as many products as there are parameters for a quadratic, once it trusts it", () => {
    const a = positive([
      [1, 2, 0],
      [0, 1, -1],
      [2, 0, 1],
    ]);
    const g = np.array([1, -2, 3]);
    const p = truncatedConjugateGradients((v) => np.matmul(a, v), g, {
      tolerance: 1e-13,
      maxIterations: 3,
      epsilon: 2 ** -52,
    });
    close(np.matmul(a, p), np.negative(g), 1e-12);
  });
  it("descends where the function curves downwards", () => {
    const g = np.array([1, 1]);
    const bent = (v: Tensor): Tensor => np.mul(v, [1, -3]);
    const p = truncatedConjugateGradients(bent, g, { tolerance: 0, maxIterations: 9, epsilon: 2 ** -52 });
    expect(np.vdot(p, g).item()).toBeLessThan(0);
    // from near the top of a hill, past a saddle: x^4 - x^2 + y^2
    const hill = (x: Tensor): Tensor => {
      const [a, b] = np.unstack(x) as [Tensor, Tensor];
      return np.add(np.sub(np.power(a, 4), np.square(a)), np.square(b));
    };
    const { x, converged, hessianProducts } = newtonCg(hill, np.array([0.01, 0.5]));
    expect([converged, hessianProducts > 0]).toEqual([true, true]);
    close(x, np.array([Math.SQRT1_2, 0]), 1e-7);
  });
});

describe("the two-loop recursion", () => {
  it("is the product with the inverse Hessian that the BFGS formula makes", () => {
    const sized = fc.integer({ min: 1, max: 4 }).chain((n) => fc.tuple(rows(n, n), rows(3, n), list(n)));
    fc.assert(
      fc.property(sized, ([b, steps, g]) => {
        const a = positive(b);
        const pairs = steps
          .map((s) => np.add(np.array(s), 0.125))
          .map((s) => ({ s, y: np.matmul(a, s), rho: 1 / np.vdot(s, np.matmul(a, s)).item() }));
        const newest = pairs.at(-1) as (typeof pairs)[number];
        const eye = np.eye(b.length);
        // H <- (I - rho s y') H (I - rho y s') + rho s s'  (Nocedal and Wright, 7.16)
        const dense = pairs.reduce(
          (h, { s, y, rho }) => {
            const left = np.sub(eye, np.mul(rho, np.outer(s, y)));
            return np.add(
              np.matmul(np.matmul(left, h), np.matrixTranspose(left)),
              np.mul(rho, np.outer(s, s)),
            );
          },
          np.mul(np.div(np.vdot(newest.s, newest.y), np.vdot(newest.y, newest.y)), eye) as Tensor,
        );
        const gradient = np.array(g);
        close(twoLoop(gradient, pairs), np.matmul(dense, gradient), 1e-6);
      }),
      { numRuns: runs },
    );
  });
});

describe("leastSquares", () => {
  const methods = ["lm", "gauss-newton"] as const;

  it("solves linear systems in the least-squares sense: residuals orthogonal to the columns", () => {
    const sized = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 4 }))
      .chain(([n, more]) => fc.tuple(rows(n, n), rows(more, n), list(n + more), list(n)));
    fc.assert(
      fc.property(sized, fc.constantFrom(...methods), ([b, more, right, start], method) => {
        // a positive definite block keeps the columns independent
        const a = np.concatenate([positive(b), np.reshape(np.array(more.flat()), [more.length, b.length])]);
        const found = leastSquares((x) => np.sub(np.matmul(a, x), np.array(right)), np.array(start), {
          method,
        });
        expect(found.converged).toBe(true);
        const rest = np.sub(np.matmul(a, found.x), np.array(right));
        expect(np.max(np.abs(np.matmul(np.matrixTranspose(a), rest))).item()).toBeLessThan(1e-6);
        expect(found.value).toBeCloseTo(np.sum(np.square(rest)).item(), 10);
      }),
      { numRuns: runs },
    );
  });

  it.each(methods)("%s: trees of residuals and parameters, and fewer residuals than parameters", (method) => {
    interface Params {
      readonly a: Tensor;
      readonly b: Tensor;
    }
    const residuals = ({ a, b }: Params): { readonly first: Tensor; readonly rest: readonly Tensor[] } => ({
      first: np.sub(np.exp(a), 2),
      rest: [np.mul(3, np.sub(np.sum(b), a))],
    });
    const { x, value, converged } = leastSquares(residuals, { a: 0, b: np.array([0.25, -0.5]) }, { method });
    expect(converged).toBe(true);
    expect(value).toBeLessThan(1e-18);
    expect(x.a.item()).toBeCloseTo(Math.LN2, 9);
    expect(np.sum(x.b).item()).toBeCloseTo(Math.LN2, 9);
    expect(x.b.shape).toEqual([2]);
  });

  it.each(methods)("%s: parameters that nothing depends on stay", (method) => {
    const found = leastSquares(
      (x) => np.sub(np.mul(2, np.slice(x, { slice: [0, 1] })), 3),
      np.array([1, 7]),
      { method },
    );
    expect(found.converged).toBe(true);
    expect((found.x.toArray() as number[])[1]).toBe(7);
    expect((found.x.toArray() as number[])[0]).toBeCloseTo(1.5, 12);
  });

  it("counts, reports and stops as told", () => {
    let calls = 0;
    const residuals = (x: Tensor): Tensor => {
      calls++;
      return np.stack([np.mul(10, np.sub(np.square(x), 2)), np.sub(x, 1)]);
    };
    const seen: number[] = [];
    const found = leastSquares(residuals, 4, { onIteration: ({ value }) => void seen.push(value) });
    expect(calls).toBe(found.evaluations + found.jacobians);
    expect(found.iterations).toBe(seen.length);
    expect(found.jacobians).toBe(found.iterations + 1);
    expect(seen).toEqual([...seen].sort((p, q) => q - p));
    expect(leastSquares(residuals, 4, { maxIterations: 1 }).reason).toBe("iterations");
    expect(leastSquares(residuals, 4, { onIteration: () => true }).reason).toBe("stopped");
    expect(leastSquares(residuals, 4, { gradientTolerance: 1e9 }).reason).toBe("gradient");
    expect(leastSquares(residuals, 4, { gradientTolerance: 0, stepTolerance: 0.5 }).reason).toBe("step");
    expect(leastSquares((x) => np.log(x), -1).reason).toBe("notFinite");
  });

  it("gives the same digits with compiled residuals", () => {
    const residuals = (x: Tensor): Tensor => np.stack([np.sub(np.exp(x), 2), np.mul(0.1, np.square(x))]);
    const [eager, compiled] = [leastSquares(residuals, 3), leastSquares(jit(residuals), 3)];
    expect({ ...compiled, x: compiled.x.item() }).toEqual({ ...eager, x: eager.x.item() });
  });

  it("computes in float32 what is float32", () => {
    const t = np.linspace(0, 1, 9, { dtype: "float32" });
    const data = np.mul(2, np.exp(np.mul(-1.5, t)));
    const model = (p: Tensor): Tensor => {
      const [height, rate] = np.unstack(p) as [Tensor, Tensor];
      return np.sub(np.mul(height, np.exp(np.negative(np.mul(rate, t)))), data);
    };
    const found = leastSquares(model, np.array([1, 1], { dtype: "float32" }));
    expect([found.x.dtype, found.converged]).toEqual(["float32", true]);
    close(found.x, np.array([2, 1.5]), 1e-5);
  });
});
