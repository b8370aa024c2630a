/**
 * The first hundred steps of every optimiser on a quadratic and on Rosenbrock's function agree with the published
 * formulas in exact arithmetic, gradients by hand; in float32 as far as float32 goes.
 */
import { type DType, np, type Tensor } from "cotangent";
import * as optim from "cotangent/optim";
import { describe, expect, it } from "vitest";
import { type Fixed, fixed, squared, times, toDouble, unit } from "./fixed-point.js";
import * as published from "./published.js";

interface Problem {
  readonly f: (x: Tensor) => Tensor;
  readonly gradient: (x: readonly Fixed[]) => Fixed[];
  readonly start: readonly number[];
}
const at = (x: readonly Fixed[], i: number): Fixed => x[i] as Fixed;

const matrix = [
  [4, 1, 0],
  [1, 3, -0.5],
  [0, -0.5, 0.25],
];
const right = [1, -2, 0.5];
/** x A x / 2 - b x, gradient A x - b */
const quadratic: Problem = {
  f: (x) =>
    np.sub(
      np.mul(0.5, np.vdot(x, np.matmul(np.array(matrix, { dtype: x.dtype }), x))),
      np.vdot(np.array(right, { dtype: x.dtype }), x),
    ),
  gradient: (x) =>
    matrix.map((row, i) =>
      row.reduce((sum, a, j) => sum + times(fixed(a), at(x, j)), -fixed(right[i] as number)),
    ),
  start: [1, -1.5, 2],
};
/** (1 - x)^2 + 100 (y - x^2)^2 */
const rosenbrock: Problem = {
  f: (x) => {
    const [a, b] = np.unstack(x) as [Tensor, Tensor];
    return np.add(np.square(np.sub(1, a)), np.mul(100, np.square(np.sub(b, np.square(a)))));
  },
  gradient: (x) => {
    const above = at(x, 1) - squared(at(x, 0));
    return [-400n * times(at(x, 0), above) - 2n * (unit - at(x, 0)), 200n * above];
  },
  start: [-1.2, 1],
};

interface Pair {
  readonly ours: optim.GradientTransformation;
  readonly theirs: () => published.Step;
}
const halving = optim.exponentialDecay(1e-3, { transitionSteps: 32, decayRate: 0.5, staircase: true });

/** Rates at which a hundred steps on Rosenbrock's function neither diverge nor stand still. */
const optimizers: Readonly<Record<string, Pair>> = {
  sgd: { ours: optim.sgd(1e-3), theirs: published.descent(1e-3) },
  "sgd with momentum": {
    ours: optim.sgd(2e-4, { momentum: 0.9 }),
    theirs: published.descentWithMomentum(2e-4, 0.9, false),
  },
  "sgd with Nesterov's momentum": {
    ours: optim.sgd(2e-4, { momentum: 0.9, nesterov: true }),
    theirs: published.descentWithMomentum(2e-4, 0.9, true),
  },
  "sgd by a schedule": {
    ours: optim.sgd(halving),
    theirs: published.scheduled((n) => 1e-3 * 0.5 ** Math.floor(n / 32)),
  },
  adam: { ours: optim.adam(), theirs: published.adam(1e-3, {}) },
  "adam with options": {
    ours: optim.adam(0.02, { b1: 0.8, b2: 0.95, eps: 1e-4, epsRoot: 1e-3 }),
    theirs: published.adam(0.02, { b1: 0.8, b2: 0.95, eps: 1e-4, epsRoot: 1e-3 }),
  },
  adamw: { ours: optim.adamw(0.01), theirs: published.adam(0.01, { decay: 1e-4 }) },
  "adamw with decay": {
    ours: optim.adamw(0.01, { weightDecay: 0.1 }),
    theirs: published.adam(0.01, { decay: 0.1 }),
  },
  rmsprop: { ours: optim.rmsprop(1e-3), theirs: published.rmsprop(1e-3, {}) },
  "rmsprop, PyTorch's": {
    ours: optim.rmsprop(0.01, { decay: 0.99, epsInSqrt: false }),
    theirs: published.rmsprop(0.01, { decay: 0.99, inside: false }),
  },
  "rmsprop, centred": {
    ours: optim.rmsprop(0.001, { centered: true, eps: 1e-4 }),
    theirs: published.rmsprop(0.001, { centered: true, eps: 1e-4 }),
  },
  "rmsprop, Graves'": {
    ours: optim.rmsprop(1e-4, { decay: 0.95, centered: true, momentum: 0.9, eps: 1e-4 }),
    theirs: published.rmsprop(1e-4, { decay: 0.95, centered: true, momentum: 0.9, eps: 1e-4 }),
  },
  "rmsprop with Nesterov's momentum": {
    ours: optim.rmsprop(1e-3, { momentum: 0.5, nesterov: true }),
    theirs: published.rmsprop(1e-3, { momentum: 0.5, nesterov: true }),
  },
  adagrad: { ours: optim.adagrad(0.1), theirs: published.adagrad(0.1, {}) },
  "adagrad with options": {
    ours: optim.adagrad(0.1, { initialAccumulatorValue: 0, eps: 1e-10 }),
    theirs: published.adagrad(0.1, { first: 0, eps: 1e-10 }),
  },
  adadelta: { ours: optim.adadelta(), theirs: published.adadelta(1, {}) },
  "adadelta with options": {
    ours: optim.adadelta(0.5, { rho: 0.95, eps: 1e-4 }),
    theirs: published.adadelta(0.5, { rho: 0.95, eps: 1e-4 }),
  },
  lion: { ours: optim.lion(3e-3), theirs: published.lion(3e-3, {}) },
  "lion with options": {
    ours: optim.lion(1e-2, { b1: 0.95, b2: 0.98, weightDecay: 0.1 }),
    theirs: published.lion(1e-2, { b1: 0.95, b2: 0.98, decay: 0.1 }),
  },
  "clipping by value": {
    ours: optim.chain(optim.clip(0.75), optim.sgd(0.01)),
    theirs: published.after(published.clipped(0.75), published.descent(0.01)),
  },
  "clipping by global norm": {
    ours: optim.chain(optim.clipByGlobalNorm(2), optim.sgd(0.01)),
    theirs: published.after(published.clippedByNorm(2), published.descent(0.01)),
  },
  "weight decay before momentum": {
    ours: optim.chain(optim.addDecayedWeights(0.1), optim.sgd(2e-4, { momentum: 0.9 })),
    theirs: published.after(published.withDecay(0.1), published.descentWithMomentum(2e-4, 0.9, false)),
  },
};

const steps = 100;
const exactly = ({ gradient, start }: Problem, step: published.Step): readonly (readonly number[])[] => {
  let x = start.map(fixed);
  return Array.from({ length: steps }, (_, i) => {
    const change = step(gradient(x), x, i + 1);
    x = x.map((value, k) => value + at(change, k));
    return x.map(toDouble);
  });
};
const run = (
  { f, start }: Problem,
  optimizer: optim.GradientTransformation,
  dtype: DType,
): readonly Tensor[] => {
  const trail: Tensor[] = [];
  optim.minimize(f, np.array(start, { dtype }), { steps, optimizer, onStep: ({ x }) => void trail.push(x) });
  return trail;
};
/** The largest distance between two trails, against the size of the second. */
const worst = (ours: readonly Tensor[], theirs: readonly (readonly number[])[]): number =>
  Math.max(
    ...theirs.map((point, i) => {
      const x = (ours[i] as Tensor).toArray() as number[];
      return Math.max(...point.map((value, k) => Math.abs((x[k] as number) - value)));
    }),
  );

describe.each(Object.entries({ quadratic, rosenbrock }))("on the %s function", (_, problem) => {
  it.each(Object.entries(optimizers))("%s steps as published", (_name, { ours, theirs }) => {
    const expected = exactly(problem, theirs());
    const moved = Math.max(
      ...(expected[steps - 1] as number[]).map((x, k) => Math.abs(x - (problem.start[k] as number))),
    );
    expect(moved).toBeGreaterThan(1e-3); // a hundred steps that can be told from none
    const wide = run(problem, ours, "float64");
    expect(wide).toHaveLength(steps);
    expect(worst(wide, expected)).toBeLessThan(1e-11);
    const narrow = run(problem, ours, "float32");
    expect(narrow.every((x) => x.dtype === "float32")).toBe(true);
    expect(worst(narrow, expected)).toBeLessThan(2e-4);
  });
});

describe("float32 rounds once for every operation", () => {
  const { fround } = Math;
  const descend = (update: (x: number, gradient: number) => number, count: number): number => {
    let x = 0;
    for (let i = 0; i < count; i++) x = update(x, fround(fround(2 * x) - 2));
    return x;
  };
  /** x^2 - 2 x + 1 */
  const f = (x: Tensor): Tensor => np.add(np.sub(np.power(x, 2), np.mul(2, x)), 1);
  const x0 = np.array(0, { dtype: "float32" });

  it("sgd reaches the number of the notebooks, and stalls there", () => {
    const { x, value } = optim.minimize(f, x0, { steps: 1000, optimizer: optim.sgd(0.01) });
    expect(x.item()).toBe(0.9999985694885254);
    expect(value.item()).toBe(0);
    expect(x.item()).toBe(descend((at, g) => fround(at - fround(fround(0.01) * g)), 1000));
  });

  it("the functional loop is the same", () => {
    const optimizer = optim.sgd(0.01);
    let [x, state] = [x0 as Tensor, optimizer.init(x0)];
    for (let i = 0; i < 1000; i++) {
      const gradient = np.sub(np.mul(2, x), 2);
      const [updates, next] = optimizer.update(gradient, state, x);
      [x, state] = [optim.applyUpdates(x, updates), next];
    }
    expect(x.item()).toBe(0.9999985694885254);
  });

  it("momentum follows its formula to the bit", () => {
    let v = 0;
    const expected = descend((at, g) => {
      v = fround(g + fround(v * fround(0.9)));
      return fround(at - fround(fround(0.01) * v));
    }, 137);
    const { x } = optim.minimize(f, x0, { steps: 137, optimizer: optim.sgd(0.01, { momentum: 0.9 }) });
    expect(x.item()).toBe(expected);
  });

  it("Adam follows its formula to the bit, its corrections computed in doubles", () => {
    let [m, v, t] = [0, 0, 0];
    const expected = descend((at, g) => {
      t++;
      m = fround(fround(m * fround(0.9)) + fround(g * fround(1 - 0.9)));
      v = fround(fround(v * fround(0.999)) + fround(fround(g * g) * fround(1 - 0.999)));
      const [c1, c2] = [fround(1 - 0.9 ** t), fround(1 - 0.999 ** t)];
      const root = fround(Math.sqrt(fround(v / c2)));
      const direction = fround(fround(m / c1) / fround(root + fround(1e-8)));
      return fround(at - fround(fround(0.05) * direction));
    }, 137);
    const { x } = optim.minimize(f, x0, { steps: 137, optimizer: optim.adam(0.05) });
    expect(x.item()).toBe(expected);
  });
});
