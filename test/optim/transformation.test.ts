/** Laws of transformations: the monoid of chains, trees of any shape, clipping, resuming, and all of it traced. */
import { grad, jit, makeGraph, np, Tensor, tree, vmap } from "cotangent";
import * as optim from "cotangent/optim";
import fc from "fast-check";
import { concatAll } from "fp-ts/lib/Monoid.js";
import { describe, expect, it } from "vitest";
import { evaluateGraph } from "../../src/interpreters/evaluate.js";
import { runs } from "../support/runs.js";
import { arrayTree } from "./trees.js";

const { chain, identity, chainMonoid } = optim;
type Params = Readonly<Record<string, Tensor>>;

/** Every kind of part, each cheap. */
const parts: readonly optim.GradientTransformation[] = [
  identity,
  optim.scale(0.5),
  optim.clip(0.3),
  optim.clipByGlobalNorm(0.7),
  optim.trace(0.9),
  optim.trace(0.5, { nesterov: true }),
  optim.scaleByAdam(),
  optim.scaleByRms({ centered: true }),
  optim.scaleByRss(),
  optim.scaleByAdadelta(),
  optim.scaleByLion(),
  optim.addDecayedWeights(0.1),
  optim.scaleBySchedule(optim.stepSchedule(1, { stepSize: 2 })),
  optim.scaleByLearningRate(0.1),
  optim.adamw(0.01),
  {
    // a user's own pair: the sum of all gradients so far
    init: (params) => tree.map((p) => np.zerosLike(p), params as object),
    update: (gradients, state) => {
      const sum = tree.map((g, s) => np.add(g, s), gradients as object, state);
      return [sum, sum] as never;
    },
  },
];
const part = fc.constantFrom(...parts);

const plain = (x: unknown): unknown => tree.leaves(x).map((leaf) => (leaf as Tensor).toArray());

/** Three steps with gradients that depend on the parameters: all that a transformation says and remembers. */
const trail = (t: optim.GradientTransformation, params: unknown): unknown => {
  let x = tree.map((p) => np.array(p), params);
  let state = t.init(x);
  const seen: unknown[] = [];
  for (let i = 0; i < 3; i++) {
    const gradients = tree.map((p) => np.sub(np.sin(np.mul(3, p)), i), x);
    const [updates, next] = t.update(gradients, state, x as never);
    seen.push(plain(updates), plain(next), tree.flatten(next).structure);
    x = optim.applyUpdates<unknown>(x, updates);
    state = next;
  }
  return [seen, plain(x)];
};

const params = (): Params => ({
  w: np.array([
    [1, -2],
    [0.5, 3],
  ]),
  b: np.array(0.25),
});

describe("chain is a monoid", () => {
  const law = (
    name: string,
    f: (
      a: optim.GradientTransformation,
      b: optim.GradientTransformation,
      c: optim.GradientTransformation,
    ) => void,
  ): void => it(name, () => fc.assert(fc.property(part, part, part, f), { numRuns: runs }));

  law("associative, states and all", (a, b, c) => {
    const left = chainMonoid.concat(chainMonoid.concat(a, b), c);
    const right = chainMonoid.concat(a, chainMonoid.concat(b, c));
    expect(trail(left, params())).toEqual(trail(right, params()));
    expect(trail(chain(a, b, c), params())).toEqual(trail(right, params()));
  });
  law("with the identity on both sides", (a) => {
    expect(trail(chainMonoid.concat(identity, a), params())).toEqual(trail(a, params()));
    expect(trail(chainMonoid.concat(a, chainMonoid.empty), params())).toEqual(trail(a, params()));
    expect(trail(chain(), params())).toEqual(trail(identity, params()));
  });
  law("as fp-ts folds it", (a, b, c) => {
    expect(trail(concatAll(chainMonoid)([a, b, c]), params())).toEqual(trail(chain(a, b, c), params()));
  });
  law("is one after the other", (a, b) => {
    const x = params();
    const gradients = tree.map((p) => np.cos(p), x);
    const [first] = a.update(gradients, a.init(x), x);
    const [second] = b.update(first, b.init(x), x);
    const both = chain(a, b);
    expect(plain(both.update(gradients, both.init(x), x)[0])).toEqual(plain(second));
  });
});

describe("trees of any shape", () => {
  const optimizer = chain(optim.clipByGlobalNorm(10), optim.adamw(0.1), optim.trace(0.5));
  it("keep containers, shapes and dtypes, and each leaf goes its own way", () => {
    fc.assert(
      fc.property(arrayTree, (x) => {
        const state = optimizer.init(x);
        const [updates, next] = optimizer.update(x, state, x as never);
        const after = optim.applyUpdates<unknown>(x, updates);
        const types = (t: unknown): unknown =>
          tree.leaves(t).map((leaf) => [(leaf as Tensor).shape, (leaf as Tensor).dtype]);
        for (const t of [updates, after]) {
          expect(tree.paths(t)).toEqual(tree.paths(x));
          expect(types(t)).toEqual(types(x));
        }
        expect(tree.paths(next)).toEqual(tree.paths(state));
        expect(types(next)).toEqual(types(state));
        // leaf by leaf: the same as a list of its leaves
        const list = tree.leaves(x) as Tensor[];
        const alone = optimizer.update(list, optimizer.init(list), list)[0];
        expect(plain(alone)).toEqual(plain(updates));
      }),
      { numRuns: runs },
    );
  });

  it("number leaves become tensors, masks choose leaves", () => {
    const [, value] = [
      0,
      optim.minimize((p: { readonly a: Tensor }) => np.square(p.a), { a: 3 }, { steps: 1 }).x,
    ];
    expect(value.a.item()).toBeCloseTo(3 - 0.06, 12);
    const x = { w: np.array([2]), b: np.array([2]) };
    const zeros = { w: np.zeros([1]), b: np.zeros([1]) };
    for (const mask of [
      { w: true, b: false },
      (p: unknown) => tree.map(() => true, p) && { w: true, b: false },
    ]) {
      const decay = optim.addDecayedWeights(0.5, { mask });
      expect(plain(decay.update(zeros, decay.init(x), x)[0])).toEqual([[1], [0]]);
    }
  });
});

describe("clipping", () => {
  const numbers = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 6 });
  it("by value leaves what is within, and bounds the rest", () => {
    fc.assert(
      fc.property(numbers, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (xs, bound) => {
        const t = optim.clip(bound);
        const [updates] = t.update(np.array(xs), {});
        expect(updates.toArray()).toEqual(xs.map((x) => Math.min(Math.max(x, -bound), bound)));
      }),
      { numRuns: runs },
    );
  });
  it("by global norm scales all alike: the norm is at most the bound, and directions stay", () => {
    fc.assert(
      fc.property(numbers, numbers, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (xs, ys, bound) => {
        const t = optim.clipByGlobalNorm(bound);
        const gradients = { a: np.array(xs), b: [np.array(ys)] };
        const [updates] = t.update(gradients, {});
        const norm = Math.hypot(...xs, ...ys);
        expect(optim.globalNorm(gradients).item()).toBeCloseTo(norm, 8);
        expect(optim.globalNorm(updates).item()).toBeLessThanOrEqual(bound * (1 + 1e-14));
        if (norm < bound) expect(plain(updates)).toEqual(plain(gradients));
        else {
          const factor = bound / norm;
          const close = (x: number, i: number): void =>
            expect(Math.abs(x - ([...xs, ...ys][i] as number) * factor)).toBeLessThanOrEqual(1e-12 * bound);
          (plain(updates) as number[][]).flat().forEach(close);
        }
      }),
      { numRuns: runs },
    );
  });
  it("norms of float32 neither overflow nor vanish", () => {
    const big = np.array([3e30, 4e30], { dtype: "float32" });
    expect(optim.globalNorm([big]).item() / 5e30).toBeCloseTo(1, 6);
    const [clipped] = optim.clipByGlobalNorm(5).update(big, {});
    expect(clipped.dtype).toBe("float32");
    expect(clipped.toArray()).toEqual([3, 4]);
    expect(optim.globalNorm({}).item()).toBe(0);
  });
  it("has slopes at 0", () => {
    const clipped = (x: Tensor): Tensor => np.sum(optim.clipByGlobalNorm(1).update(x, {})[0]);
    expect(grad(clipped)(np.zeros([2])).toArray()).toEqual([1, 1]);
  });
});

const optimizers: Readonly<Record<string, optim.GradientTransformation>> = {
  sgd: optim.sgd(optim.cosineDecaySchedule(0.1, { decaySteps: 12 }), { momentum: 0.9, nesterov: true }),
  adam: optim.adam(0.05),
  adamw: optim.adamw(0.05),
  rmsprop: optim.rmsprop(0.01, { centered: true, momentum: 0.9 }),
  adagrad: optim.adagrad(0.1),
  adadelta: optim.adadelta(),
  lion: optim.lion(0.01),
  clipped: chain(optim.clip(0.5), optim.clipByGlobalNorm(0.6), optim.adam(0.05)),
};
const loss = (p: Params): Tensor =>
  np.add(
    np.sum(np.square(np.sin(p.w as Tensor))),
    np.mul(np.exp(np.neg(p.b as Tensor)), np.sum(p.w as Tensor)),
  );

describe.each(Object.entries(optimizers))("%s", (_, optimizer) => {
  it("goes on from a saved state as if it had not stopped, bit for bit", () => {
    for (const dtype of ["float64", "float32"] as const) {
      const x0 = tree.map((p) => np.astype(p, dtype), params());
      const whole = optim.minimize(loss, x0, { steps: 11, optimizer });
      const first = optim.minimize(loss, x0, { steps: 5, optimizer });
      // to text and back, as to disk
      const { leaves, structure } = tree.flatten([first.x, first.state]);
      const text = JSON.stringify(
        leaves.map((leaf) => ({ dtype: (leaf as Tensor).dtype, data: (leaf as Tensor).toArray() })),
      );
      const restored = (JSON.parse(text) as { dtype: "float64"; data: number[] }[]).map(
        ({ dtype: d, data }) => np.array(data, { dtype: d }),
      );
      const [x, state] = tree.unflatten(structure, restored) as [Params, optim.OptimizerState];
      const second = optim.minimize(loss, x, { steps: 6, optimizer, state });
      expect(plain([second.x, second.state])).toEqual(plain([whole.x, whole.state]));
      expect(tree.leaves(second.state).map((s) => (s as Tensor).dtype)).toEqual(
        tree.leaves(whole.state).map((s) => (s as Tensor).dtype),
      );
    }
  });

  it("is a graph that computes the same", () => {
    const { x, state } = optim.minimize(loss, params(), { steps: 3, optimizer });
    const gradients = grad(loss)(x);
    const [updates, next] = optimizer.update(gradients, state, x);
    const graph = makeGraph((g: Params, s: object, p: Params) => [...optimizer.update(g, s, p)])(
      gradients,
      state,
      x,
    );
    const outs = evaluateGraph(graph, tree.leaves([gradients, state, x]) as Tensor[]);
    expect(outs.map((out) => out.toArray())).toEqual(plain([updates, next]));
    const initial = makeGraph((p: Params) => optimizer.init(p))(x);
    expect(evaluateGraph(initial, tree.leaves(x) as Tensor[]).map((out) => out.toArray())).toEqual(
      plain(optimizer.init(x)),
    );
  });

  it("steps the same when it is compiled, bit for bit", () => {
    const step = (p: Params, s: optim.OptimizerState): [Params, optim.OptimizerState] => {
      const [updates, next] = optimizer.update(grad(loss)(p), s, p);
      return [optim.applyUpdates(p, updates), next];
    };
    const compiled = jit(step);
    let eager = [params(), optimizer.init(params())] as [Params, optim.OptimizerState];
    let fast = eager;
    for (let i = 0; i < 4; i++) [eager, fast] = [step(...eager), compiled(...fast)];
    expect(plain(fast)).toEqual(plain(eager));
    const value = jit(loss);
    const { x } = optim.minimize((p: Params) => value(p), params(), { steps: 4, optimizer });
    expect(plain(x)).toEqual(plain(eager[0]));
  });

  it("runs for a batch of starts at once", () => {
    const descend = (w: Tensor): Tensor =>
      optim.minimize((v: Tensor) => loss({ w: v, b: np.array(0.5) }), w, { steps: 4, optimizer }).x;
    const starts = np.array([
      [0.1, -1],
      [2, 0.3],
      [-0.7, 0.9],
    ]);
    const rows = [0, 1, 2].map((i) => descend(np.slice(starts, i)).toArray() as number[]);
    const got = vmap(descend)(starts).toArray() as number[][];
    // a global norm is each example's own
    got.flat().forEach((x, i) => {
      expect(x).toBeCloseTo(rows.flat()[i] as number, 13);
    });
  });

  it("is differentiated through, in its start", () => {
    const reached = (w: Tensor): Tensor =>
      optim.minimize((v: Tensor) => loss({ w: v, b: np.array(0.5) }), w, { steps: 3, optimizer }).value;
    const at = [0.4, -0.8];
    const slope = grad(reached)(np.array(at)).toArray() as number[];
    at.forEach((_x, i) => {
      const move = (h: number): number => reached(np.array(at.map((x, k) => (k === i ? x + h : x)))).item();
      expect(slope[i]).toBeCloseTo((8 * (move(1e-4) - move(-1e-4)) - (move(2e-4) - move(-2e-4))) / 12e-4, 6);
    });
  });
});

describe("hyperparameters as tensors", () => {
  const reached = (optimizer: optim.GradientTransformation): Tensor =>
    optim.minimize((x: Tensor) => np.sum(np.square(np.sin(x))), np.array([0.4, -0.8]), {
      steps: 3,
      optimizer,
    }).value;
  const made: Readonly<Record<string, readonly [number, (h: optim.Scalar) => optim.GradientTransformation]>> =
    {
      "the rate of sgd": [0.1, (h) => optim.sgd(h)],
      momentum: [0.8, (h) => optim.sgd(0.1, { momentum: h })],
      "b1 of adam": [0.7, (h) => optim.adam(0.1, { b1: h })],
      "b2 of adam": [0.7, (h) => optim.adam(0.1, { b2: h })],
      "eps of adam": [0.1, (h) => optim.adam(0.1, { eps: h })],
      "epsRoot of adam": [0.1, (h) => optim.adam(0.1, { epsRoot: h })],
      "decay of adamw": [0.1, (h) => optim.adamw(0.1, { weightDecay: h })],
      "decay of rmsprop": [0.7, (h) => optim.rmsprop(0.1, { decay: h })],
      "eps of adagrad": [0.3, (h) => optim.adagrad(0.1, { eps: h })],
      "rho of adadelta": [0.7, (h) => optim.adadelta(1, { rho: h, eps: 0.1 })],
      "decay of lion": [0.2, (h) => optim.lion(0.1, { weightDecay: h })],
      "a bound by value": [0.5, (h) => chain(optim.clip(h), optim.sgd(0.1))],
      "a bound by norm": [0.5, (h) => chain(optim.clipByGlobalNorm(h), optim.sgd(0.1))],
      "a factor": [-0.1, (h) => optim.scale(h)],
    };
  it.each(Object.entries(made))("%s: slopes and batches", (_, [at, make]) => {
    const of = (h: Tensor): Tensor => reached(make(h));
    const value = (h: number): number => reached(make(h)).item();
    expect(of(np.array(at)).item()).toBe(value(at));
    const [near, far] = [1e-4, 2e-4];
    const slope =
      (8 * (value(at + near) - value(at - near)) - (value(at + far) - value(at - far))) / (12 * near);
    expect(grad(of)(at).item()).toBeCloseTo(slope, 7);
    const batch = vmap(of)(np.array([at, 0.9 * at])).toArray() as number[];
    expect(batch[0]).toBeCloseTo(value(at), 13);
    expect(batch[1]).toBeCloseTo(value(0.9 * at), 13);
    expect(reached(make(np.array(at, { dtype: "float32" }))).dtype).toBe("float64");
  });
});

describe("minimize", () => {
  it("reports every step and stops when told", () => {
    const seen: number[][] = [];
    const { steps, x, value, state } = optim.minimize((p) => np.square(p), 1, {
      steps: 10,
      optimizer: optim.sgd(0.25),
      onStep: (s) => {
        seen.push([s.step, s.value.item(), s.gradient.item(), s.x.item()]);
        return s.step === 3;
      },
    });
    expect(seen).toEqual([
      [1, 1, 2, 0.5],
      [2, 0.25, 1, 0.25],
      [3, 0.0625, 0.5, 0.125],
    ]);
    expect([steps, x.item(), value.item(), state]).toEqual([3, 0.125, 0.015625, {}]);
  });
  it("takes no step for 0 steps", () => {
    const { x, value, steps } = optim.minimize((p) => np.square(p), np.array(3), { steps: 0 });
    expect([x.item(), value.item(), steps]).toEqual([3, 9, 0]);
  });
  it("leaves a count at its end", () => {
    const t = optim.scaleBySchedule((n) => np.mul(1, n));
    const last = { count: np.array(2 ** 31 - 1, { dtype: "int32" }) };
    const [, next] = t.update(np.array(1), last);
    expect((next as typeof last).count.item()).toBe(2 ** 31 - 1);
  });
  it("state leaves are tensors", () => {
    const { state } = optim.minimize((p) => np.square(p), 1, { steps: 2, optimizer: optim.adam() });
    expect(tree.leaves(state).every((leaf) => leaf instanceof Tensor)).toBe(true);
  });
});
