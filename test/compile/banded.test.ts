/** Loops over the diagonals of Jacobians: the bits of eager evaluation, from work that grows with the diagonals. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diagonalsOf } from "../../src/compile/diagonals.js";
import { fillOf } from "../../src/compile/fills.js";
import { emitJavaScript } from "../../src/compile/javascript/program.js";
import type { LoopStep, Plan } from "../../src/compile/plan.js";
import { planOf } from "../../src/compile/planner.js";
import { emitWasm } from "../../src/compile/wasm/program.js";
import { grad, hessian, jacfwd, jacrev, makeGraph, np, type Tensor, vmap } from "../../src/index.js";
import type { DenseTensor } from "../../src/tensor/tensor.js";
import { runs } from "../support/runs.js";

type Of = (x: Tensor) => Tensor;

const planFor = (f: Of, x: Tensor): Plan => planOf(makeGraph(f as never)(x as never) as never);

const loops = (plan: Plan): readonly LoopStep[] =>
  plan.steps.filter((step): step is LoopStep => step.kind === "loop");

const turns = (step: LoopStep): number => step.shape.reduce((n, m) => n * m, 1);

/** Elements computed, not merely filled. */
const computed = (plan: Plan): number =>
  loops(plan).reduce((sum, step) => sum + (fillOf(step) === null ? turns(step) : 0), 0);

const expectSameBits = (f: Of, x: Tensor): void => {
  const expected = f(x) as DenseTensor;
  const plan = planFor(f, x);
  for (const [name, emit] of [
    ["JavaScript", emitJavaScript],
    ["WebAssembly", emitWasm],
  ] as const) {
    const program = emit(plan);
    if (program === null) throw new TypeError("this engine makes no code");
    for (let call = 0; call < 2; call++) {
      const [result] = program.run([x as DenseTensor]) as readonly [DenseTensor];
      expect(result.shape).toEqual(expected.shape);
      for (let i = 0; i < expected.size; i++) {
        if (!Object.is(result.at(i), expected.at(i)))
          expect.fail(
            `${name}: element ${i} is ${result.at(i)}, eagerly ${expected.at(i)}\n${program.text()}`,
          );
      }
    }
  }
};

const stretch = (x: Tensor, from: number, to: number): Tensor => np.slice(x, { slice: [from, to] });

const rosenbrock: Of = (x) => {
  const a = stretch(x, 0, x.size - 1);
  const b = stretch(x, 1, x.size);
  const t = np.sub(b, np.mul(a, a));
  return np.sum(np.add(np.mul(100, np.mul(t, t)), np.square(np.sub(1, a))));
};

describe("constants", () => {
  it("have their diagonals found, whatever else they hold", () => {
    const at = (x: Tensor): unknown => diagonalsOf(x as DenseTensor);
    expect(at(np.eye(20))).toEqual({ background: 0, by: [1, -1], at: [0] });
    expect(at(np.mul(np.eye(20), -2))).toEqual({ background: -0, by: [1, -1], at: [0] });
    expect(at(np.flip(np.eye(20), { axis: 0 }))).toEqual({ background: 0, by: [1, 1], at: [19] });
    expect(at(np.reshape(np.eye(20), [20, 4, 5]))).toEqual({ background: 0, by: [1, -5, -1], at: [0] });
    expect(at(np.tril(np.ones([20, 20])))).toBe(null);
    expect(at(np.reshape(np.arange(400), [20, 20]))).toBe(null);
  });
});

describe("plans", () => {
  const x = np.linspace(-1, 2, 60);
  it("of a Hessian of neighbours compute its three diagonals and one row", () => {
    const plan = planFor(hessian(rosenbrock as never) as unknown as Of, x);
    expect(computed(plan)).toBe(4 * 60 - 2);
    expect(plan.buffers.filter(({ size, place }) => size > 60 && place.kind !== "output")).toEqual([]);
  });
  it("of Jacobians of elementwise functions compute one diagonal and one row, in either mode", () => {
    const f: Of = (v) => np.mul(np.tanh(v), np.exp(np.sin(v)));
    for (const mode of [jacfwd, jacrev])
      expect(computed(planFor(mode(f as never) as unknown as Of, x))).toBeLessThanOrEqual(4 * 60);
  });
  it("of a Jacobian of neighbours in a plane compute its five diagonals and one row", () => {
    const n = 12;
    const laplace: Of = (u) => {
      const p = np.pad(u, 1);
      const at = (i: number, j: number): Tensor => np.slice(p, { slice: [i, i + n] }, { slice: [j, j + n] });
      const around = np.add(np.add(at(0, 1), at(2, 1)), np.add(at(1, 0), at(1, 2)));
      return np.sub(np.sin(u), np.sub(np.mul(4, u), around));
    };
    const u = np.reshape(np.linspace(-1, 1, n * n), [n, n]);
    const jacobian = jacfwd(laplace as never) as unknown as Of;
    expect(computed(planFor(jacobian, u))).toBeLessThanOrEqual(6 * n * n);
    expectSameBits(jacobian, u);
  });
  it("of Hessians of many examples too", () => {
    const xs = np.reshape(np.linspace(-1, 2, 200), [5, 40]);
    const all = vmap(hessian(rosenbrock as never) as never) as unknown as Of;
    expect(computed(planFor(all, xs))).toBe(5 * (4 * 40 - 2));
    expectSameBits(all, xs);
  });
  it("of a Jacobian of matrices too", () => {
    const plan = planFor(
      jacfwd(((m: Tensor) => np.sin(m)) as never) as unknown as Of,
      np.reshape(x, [6, 10]),
    );
    expect(computed(plan)).toBeLessThanOrEqual(4 * 60);
  });
});

/** Numbers, and those at which zeros are not nothing. */
const numbers = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -2, max: 2, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Infinity, -Infinity, Number.NaN, 0, -0, 1e-310) },
);

/** Steps from vector to vector; each is told of its length. */
const steps: readonly ((x: Tensor) => Tensor)[] = [
  (x) => np.sin(x),
  (x) => np.mul(x, x),
  (x) => np.neg(x),
  (x) => np.div(x, np.add(1, np.mul(x, x))),
  (x) => np.maximum(x, 0.5),
  (x) => np.mul(x, np.linspace(-1, 1, x.size)),
  (x) => np.flip(x, { axis: 0 }),
  (x) => np.pad(stretch(x, 1, x.size), [[0, 1]]),
  (x) => np.pad(stretch(x, 0, x.size - 1), [[1, 0]], { constantValues: 2 }),
  (x) => np.sub(stretch(x, 1, x.size), stretch(x, 0, x.size - 1)),
  (x) => np.concatenate([x, np.mul(x, 2)] as never) as Tensor,
  (x) => np.mul(x, np.sum(x)),
  (x) => np.where(np.greater(x, 0), x, np.exp(x)),
  (x) => (x.size % 2 === 0 ? np.reshape(np.transpose(np.reshape(x, [2, x.size / 2])), [x.size]) : x),
  (x) => np.slice(x, { slice: [null, null, 2] }),
];

const functions = fc.array(fc.nat(steps.length - 1), { minLength: 1, maxLength: 4 }).map(
  (chosen): Of =>
    (x) =>
      chosen.reduce((v, i) => (steps[i] as Of)(v), x),
);

const nestings: Readonly<Record<string, (f: Of) => Of>> = {
  jacfwd: (f) => jacfwd(f as never) as unknown as Of,
  jacrev: (f) => jacrev(f as never) as unknown as Of,
  hessian: (f) => hessian(((x: Tensor) => np.sum(np.sin(f(x)))) as never) as unknown as Of,
  "jacrev of grad": (f) =>
    jacrev(grad(((x: Tensor) => np.sum(np.mul(f(x), f(x)))) as never) as never) as unknown as Of,
  "jacfwd of a matrix": (f) =>
    jacfwd(((m: Tensor) => vmap(f as never)(m as never)) as never) as unknown as Of,
  "jacfwd of jacrev": (f) =>
    jacfwd(jacrev(((x: Tensor) => f(stretch(x, 0, 9))) as never) as never) as unknown as Of,
  "many Hessians": (f) => (x) => {
    const one = hessian(((v: Tensor) => np.sum(np.sin(f(v)))) as never);
    return vmap(one as never)(np.stack([x, np.mul(x, 0.5), x] as never) as never) as Tensor;
  },
  "two results": (f) => (x) =>
    np.add(jacfwd(f as never)(x as never) as never, jacrev(f as never)(x as never) as never) as Tensor,
};

it("Jacobians of random functions have the bits of eager ones", () => {
  const cases = fc.record({
    name: fc.constantFrom(...Object.keys(nestings)),
    f: functions,
    values: fc.array(numbers, { minLength: 9, maxLength: 24 }),
    dtype: fc.constantFrom("float64", "float32"),
  });
  fc.assert(
    fc.property(cases, ({ name, f, values, dtype }) => {
      const x = np.array(values, { dtype: dtype as "float64" }) as Tensor;
      const isMatrix = name === "jacfwd of a matrix";
      const even = isMatrix
        ? np.reshape(stretch(x, 0, x.size - (x.size % 2)), [2, Math.floor(x.size / 2)])
        : x;
      expectSameBits((nestings[name] as (g: Of) => Of)(f), even as Tensor);
    }),
    { numRuns: Math.max(40, runs) },
  );
});

describe("products with matrices of one diagonal", () => {
  const layers = (before: (x: Tensor) => Tensor, side: "left" | "right", w: Tensor): Of => {
    const product = (x: Tensor): Tensor => (side === "left" ? np.matmul(w, x) : np.matmul(x, w)) as Tensor;
    return (x) => np.sin(product(before(x)));
  };

  it("take as many steps as they have elements", () => {
    const w = np.reshape(np.sin(np.arange(1600)), [40, 40]) as Tensor;
    for (const mode of [jacfwd, jacrev]) {
      const f = mode(layers((x) => np.tanh(x), "left", w) as never) as unknown as Of;
      const plan = planFor(f, np.linspace(-1, 1, 40));
      expect(plan.steps.some((step) => step.kind === "choose")).toBe(true);
      expect(plan.steps.some((step) => step.kind === "contract" && step.n > 1)).toBe(false);
      expectSameBits(f, np.linspace(-1, 1, 40));
    }
  });

  it("have the bits of eager ones, whatever is in either operand", () => {
    const n = 33;
    /** Rows: of any numbers, of one sign, of zeros of either sign; and now and then something infinite. */
    const row = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: n, maxLength: n }),
      },
      {
        weight: 1,
        arbitrary: fc.array(fc.double({ min: -2, max: -0, noNaN: true }), { minLength: n, maxLength: n }),
      },
      { weight: 1, arbitrary: fc.array(fc.constantFrom(0, -0), { minLength: n, maxLength: n }) },
      { weight: 1, arbitrary: fc.constant(new Array<number>(n).fill(-0)) },
    );
    const inner: readonly Of[] = [
      (x) => np.tanh(x),
      (x) => np.neg(np.exp(x)),
      (x) => np.mul(x, x),
      (x) => np.flip(np.sin(x), { axis: 0 }),
      (x) => np.pad(np.tanh(stretch(x, 1, n)), [[0, 1]]),
      (x) => x,
    ];
    const special = fc.option(
      fc.record({ at: fc.nat(n * n - 1), value: fc.constantFrom(Infinity, -Infinity, Number.NaN) }),
      { freq: 4 },
    );
    const cases = fc.record({
      rows: fc.array(row, { minLength: n, maxLength: n }),
      special,
      values: fc.array(numbers, { minLength: n, maxLength: n }),
      mode: fc.constantFrom(jacfwd, jacrev),
      side: fc.constantFrom("left", "right"),
      before: fc.constantFrom(...inner),
      dtype: fc.constantFrom("float64", "float32"),
    });
    fc.assert(
      fc.property(cases, ({ rows, special, values, mode, side, before, dtype }) => {
        const elements = rows.flat();
        if (special !== null) elements[special.at] = special.value;
        const w = np.reshape(np.array(elements, { dtype: dtype as "float64" }), [n, n]) as Tensor;
        const x = np.array(values, { dtype: dtype as "float64" }) as Tensor;
        expectSameBits(mode(layers(before, side as "left", w) as never) as unknown as Of, x);
      }),
      { numRuns: Math.max(40, runs) },
    );
  });
});

it("infinite slopes times zeros are NaN throughout, as eagerly", () => {
  const x = np.array([1, 2, Infinity, 4, 5, 6, 7, 8, 9, 10]);
  const h = hessian(rosenbrock as never) as unknown as Of;
  expectSameBits(h, x);
  expect((h(x) as DenseTensor).at(2 * 10 + 9)).toBe(Number.NaN);
});
