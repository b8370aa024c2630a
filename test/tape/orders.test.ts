/** Nested tapes give what nested `grad`s give, to the last bit: on random programs and on those of the reference. */
import { grad, jvp, np, type Tensor, vmap } from "cotangent";
import { GradientTape, leaf, Variable } from "cotangent/tape";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectNone, listDifference } from "../../src/testing/compare.js";
import { type Program, programs } from "../../src/testing/index.js";
import { type Expression, evaluate } from "../golden/expressions.js";
import { type ReferenceTensor, readReference, toTensor } from "../golden/reference.js";
import { runs } from "../support/runs.js";

type List = readonly Tensor[];
type Scalar = (ins: List) => Tensor;
type Gradient = (f: Scalar) => (ins: List) => List;
const T = (x: unknown): Tensor => x as Tensor;

const byGrad: Gradient = (f) => grad(f as never) as never;
const byTape: Gradient = (f) => (ins) => {
  const tape = new GradientTape();
  const y = tape.run(() => {
    tape.watch(ins);
    return f(ins);
  });
  return tape.gradient(y, ins, { unconnected: "zero" });
};
/** A tape that is asked while it records. */
const byOpenTape: Gradient = (f) => (ins) => {
  using tape = new GradientTape().start();
  tape.watch(ins);
  return tape.gradient(f(ins), ins, { unconnected: "zero" });
};
const byVariables: Gradient = (f) => (ins) => {
  const variables = ins.map((x) => new Variable(x));
  const tape = new GradientTape();
  const y = tape.run(() => f(variables.map((v) => v.value)));
  return tape.gradient(y, variables, { unconnected: "zero" });
};
const byLeaves: Gradient = (f) => (ins) => {
  const leaves = ins.map((x) => leaf(x));
  const y = f(leaves);
  if (y.requiresGrad) y.backward(); // a program may end in a constant
  return leaves.map((x) => x.grad ?? np.zerosLike(x));
};

/** A scalar that depends on every element. */
const weighed = (list: List): Tensor =>
  list.map((x) => T(np.sum(np.mul(np.sin(x), np.add(x, 0.3))))).reduce((a, b) => T(np.add(a, b)));
const scalar =
  (f: Scalar): Scalar =>
  (ins) =>
    weighed([f(ins)]);

/** The gradient of order n: of a weighed sum of the one before. */
const nested = (orders: readonly Gradient[], f: Scalar): ((ins: List) => List) =>
  orders.slice(1).reduce((g, next) => next((ins) => weighed(g(ins))), (orders[0] as Gradient)(f));

/**
 * To the last bit, except where an operation holds a function: its operand then has two names, one for the function,
 * and contributions to them are added up in another order.
 */
const precision = (program: Program): "bits" | { readonly rtol: number; readonly atol: number } =>
  /customJvp|customVjp|checkpoint/.test(program.toString()) ? { rtol: 1e-10, atol: 1e-10 } : "bits";

const same = (orders: readonly Gradient[], program: Program): void => {
  const f = scalar(program.f);
  const expected = nested(
    orders.map(() => byGrad),
    f,
  )(program.ins);
  const found = nested(orders, f)(program.ins);
  expectNone(listDifference(`order ${orders.length}`, expected, found, precision(program)));
};

const law = (name: string, orders: readonly Gradient[], share = 1): void => {
  it(name, () => {
    fc.assert(
      fc.property(programs(), (program) => same(orders, program)),
      { numRuns: Math.max(5, Math.ceil(runs * share)) },
    );
  });
};

describe("random programs have the same gradient, bit for bit,", () => {
  law("by a tape", [byTape]);
  law("by a tape that is open", [byOpenTape]);
  law("by Variables", [byVariables]);
  law("by leaves", [byLeaves]);
  law("of second order by two tapes", [byTape, byTape]);
  law("of second order by tapes that are open", [byOpenTape, byOpenTape]);
  law("of second order by grad of a tape", [byTape, byGrad]);
  law("of second order by a tape around grad", [byGrad, byTape]);
  law("of second order by leaves of a tape", [byTape, byLeaves]);
  law("of second order by leaves of grad", [byGrad, byLeaves]);
  law("of third order by three tapes", [byTape, byTape, byTape], 0.5);
  law("of third order by a tape in grad in a tape", [byTape, byGrad, byTape], 0.5);
  law("of third order by grad in a tape in grad", [byGrad, byTape, byGrad], 0.5);
});

it("tapes in vmap and jvp, and around them", () => {
  const close = { rtol: 1e-11, atol: 1e-11 };
  fc.assert(
    fc.property(programs(), (program) => {
      const { f, ins, others } = program;
      const exact = precision(program);
      const stack = ins.map((x, i) => T(np.stack([x, others[i], x] as never)));
      const mapped = (g: (ins: List) => List): List => (vmap(g as never) as never as typeof g)(stack);
      expectNone(listDifference("vmap", mapped(byGrad(scalar(f))), mapped(byTape(scalar(f))), exact));
      const total: Scalar = (list) => T(np.sum((vmap(scalar(f) as never) as never as Scalar)(list)));
      expectNone(listDifference("of vmap", byGrad(total)(stack), byTape(total)(stack), exact));
      const push = (g: Gradient): List =>
        jvp(g(scalar(f)) as never, [ins] as never, [others] as never)[1] as never;
      expectNone(listDifference("jvp", push(byGrad), push(byTape), close));
    }),
    { numRuns: runs },
  );
});

it("createGraph: gradients of second order by leaves alone", () => {
  fc.assert(
    fc.property(programs(), ({ f, ins }) => {
      const expected = nested([byGrad, byGrad], scalar(f))(ins);
      const leaves = ins.map((x) => leaf(x));
      const y = scalar(f)(leaves);
      if (y.requiresGrad) y.backward(null, { createGraph: true });
      const firsts = leaves.map((x) => x.grad ?? np.zerosLike(x));
      for (const x of leaves) x.zeroGrad();
      const second = weighed(firsts);
      if (second.requiresGrad) second.backward();
      const found = leaves.map((x) => x.grad ?? np.zerosLike(x));
      expectNone(listDifference("second order", expected, found, { rtol: 1e-11, atol: 1e-11 }));
    }),
    { numRuns: runs },
  );
});

interface Composed {
  readonly id: string;
  readonly inputs: readonly { readonly name: string; readonly value: ReferenceTensor }[];
  readonly expr: Expression;
  readonly grad?: object;
}

describe("the programs of compose.json have the same derivatives of orders 1 to 3, bit for bit, by nested tapes", () => {
  const cases = readReference<Composed>("compose").cases.filter((theCase) => theCase.grad !== undefined);
  it("of which there are many", () => expect(cases.length).toBeGreaterThan(50));
  for (const { id, inputs, expr } of cases) {
    it(id, () => {
      const names = inputs.map(({ name }) => name);
      const f: Scalar = (ins) =>
        evaluate(expr, Object.fromEntries(names.map((name, i) => [name, ins[i] as Tensor])));
      const ins = inputs.map(({ value }) => toTensor(value));
      // f itself is a scalar: first derivatives are grad(f), not of a weighed sum
      for (const orders of [1, 2, 3]) {
        const [expected, found] = [byGrad, byTape].map((g) => nested(Array(orders).fill(g), f)(ins)) as [
          List,
          List,
        ];
        expectNone(listDifference(`order ${orders}`, expected, found, "bits"));
      }
    });
  }
});
