/** Random programs: every transformation, and their compositions, against differences, loops and each other. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { checkGraph } from "../../src/graph/check.js";
import {
  checkpoint,
  grad,
  jacfwd,
  jacrev,
  jvp,
  makeGraph,
  np,
  type Tensor,
  tree,
  vjp,
  vmap,
} from "../../src/index.js";
import { evaluateGraph } from "../../src/interpreters/evaluate.js";
import { difference, expectNone, listDifference, reordered } from "../../src/testing/compare.js";
import {
  directionalDerivative,
  inner,
  innerScale,
  randomDirections,
  randomNumbers,
} from "../../src/testing/differences.js";
import { checkGrads, type Program, programOperations, programs } from "../../src/testing/index.js";
import { hasControlFlow } from "../support/control.js";
import { runs } from "../support/runs.js";

type List = readonly Tensor[];
type OfList = (ins: List) => Tensor;
const T = (x: unknown): Tensor => x as Tensor;

/** A scalar that depends on every element of the result. */
const scalar =
  (f: OfList): OfList =>
  (ins) => {
    const y = f(ins);
    return T(np.sum(np.mul(np.sin(y), np.add(y, 0.3))));
  };
const gradient = (f: OfList): ((ins: List) => List) => grad(f as never) as never;
const leaves = (x: unknown): List => tree.leaves(x) as List;
const direction = (list: List, seed: number): List =>
  randomDirections(
    list.map((x) => x.type),
    randomNumbers(seed),
  );

const law = (name: string, check: (program: Program) => void, share = 1): void => {
  it(name, () => {
    fc.assert(fc.property(programs(), check), { numRuns: Math.max(5, Math.ceil(runs * share)) });
  });
};

/** Whether differences of a program tell its derivatives to seven digits: steep ones are left to the other laws. */
const isGentle = ({ f, ins }: Program): boolean => {
  const v = direction(ins, 4);
  const along =
    (h: OfList): OfList =>
    (at) =>
      jvp(h as never, [at] as never, [v] as never)[1] as unknown as Tensor;
  const largest = (y: Tensor): number => (y.size === 0 ? 0 : T(np.max(np.abs(y))).item());
  return (
    largest(along(f)(ins)) < 20 &&
    largest(along(along(f))(ins)) < 100 &&
    largest(along(along(along(f)))(ins)) < 1000
  );
};

law("derivatives of both modes are what differences say, to order 2", (program) => {
  fc.pre(isGentle(program));
  const { f, ins } = program;
  checkGrads(f as never, [ins], { order: 2 });
});

law("the pullback is dual to the pushforward", ({ f, ins }) => {
  const v = direction(ins, 1);
  const [out, tangent] = jvp(f as never, [ins] as never, [v] as never) as unknown as [Tensor, Tensor];
  const w = direction([out], 2)[0] as Tensor;
  const [back] = (vjp(f as never, [ins] as never)[1] as unknown as (ct: Tensor) => [List])(w);
  const scale = 1 + innerScale([w], [tangent]) + innerScale(back, v);
  expect(Math.abs(inner([w], [tangent]) - inner(back, v)) / scale).toBeLessThan(1e-11);
});

law("vmap of the value and of grad equal loops; grad of vmap is their sum", ({ f, ins, others }) => {
  const g = scalar(f);
  const batch = ins.map((x, i) => T(np.stack([x, others[i], x] as never)));
  const loop = [ins, others, ins];
  const stackOf = (lists: readonly List[]): List =>
    (lists[0] as List).map((_, i) => T(np.stack(lists.map((list) => list[i]) as never)));
  const close = { rtol: 1e-11, atol: 1e-11 };
  expectNone(
    difference(T(np.stack(loop.map((list) => f(list)) as never)), T(vmap(f as never)(batch as never)), close),
  );
  const expected = stackOf(loop.map(gradient(g)));
  expectNone(
    listDifference("vmap of grad", expected, leaves(vmap(gradient(g) as never)(batch as never)), close),
  );
  const total: OfList = (list) => T(np.sum(T(vmap(g as never)(list as never))));
  expectNone(listDifference("grad of vmap", expected, gradient(total)(batch), close));
  // one operand shared
  const shared = vmap(
    ((x: Tensor, y: Tensor) => gradient(g)([x, y])) as never,
    { inAxes: [0, null] } as never,
  );
  const mixed = stackOf(loop.map((list) => gradient(g)([list[0] as Tensor, ins[1] as Tensor])));
  expectNone(
    listDifference(
      "one shared",
      mixed,
      leaves((shared as never as (x: Tensor, y: Tensor) => unknown)(batch[0] as Tensor, ins[1] as Tensor)),
      close,
    ),
  );
});

law(
  "Hessians by all four pairs of modes agree",
  ({ f, ins }) => {
    const g = scalar(f);
    const second = (a: typeof jacfwd, b: typeof jacfwd): List =>
      leaves((a(b(g as never) as never) as never as (ins: List) => unknown)(ins));
    const expected = second(jacfwd, jacrev);
    for (const [a, b] of [
      [jacrev, jacfwd],
      [jacrev, jacrev],
      [jacfwd, jacfwd],
    ] as const) {
      expectNone(listDifference("Hessian", expected, second(a, b), { rtol: 1e-9, atol: 1e-9 }));
    }
  },
  0.6,
);

law(
  "grad of grad of grad is what differences of grad of grad say",
  ({ f, ins }) => {
    const v = direction(ins, 3);
    const line = (t: Tensor): Tensor => scalar(f)(ins.map((x, i) => T(np.add(x, np.mul(t, v[i] as Tensor)))));
    const d = (h: (t: Tensor) => Tensor): ((t: Tensor) => Tensor) => grad(h as never) as never;
    const twice = d(d(line));
    const at = T(np.array(0.1));
    const reference = (step: number): List =>
      directionalDerivative(([t]) => [twice(t as Tensor)], [at], [T(np.array(1))], "richardson", step);
    const expected = reference(2 ** -8);
    // differences that depend on their step have not converged, and say nothing
    fc.pre(listDifference("", expected, reference(2 ** -7), { rtol: 1e-7, atol: 1e-7 }) === undefined);
    expectNone(listDifference("third derivative", expected, [d(twice)(at)], { rtol: 1e-6, atol: 1e-6 }));
  },
  0.6,
);

law("checkpoint changes nothing", ({ f, ins }) => {
  const again = checkpoint(f as never) as unknown as OfList;
  expectNone(difference(f(ins), again(ins), "bits"));
  const [plain, recomputed] = [gradient(scalar(f)), gradient(scalar(again))];
  expectNone(listDifference("gradient", plain(ins), recomputed(ins), { rtol: 1e-12, atol: 1e-12 }));
  const norm =
    (h: (ins: List) => List): OfList =>
    (list) =>
      h(list)
        .map((x) => T(np.sum(np.mul(x, x))))
        .reduce((a, b) => T(np.add(a, b)));
  expectNone(
    listDifference("second derivative", gradient(norm(plain))(ins), gradient(norm(recomputed))(ins), {
      rtol: 1e-10,
      atol: 1e-10,
    }),
  );
});

law("staged equals eager, bit for bit, for the value and the gradient", (program) => {
  const { f, ins } = program;
  const check = (h: (ins: List) => unknown, manner: "bits" | typeof reordered): void => {
    const graph = makeGraph(h as never)(ins as never);
    checkGraph(graph);
    expectNone(listDifference("staged", leaves(h(ins)), evaluateGraph(graph, ins), manner));
  };
  check(f, "bits");
  check(gradient(scalar(f)), hasControlFlow(program) ? reordered : "bits");
});

it("every operation of the programs has right derivatives by itself", () => {
  const x = T(
    np.array([
      [0.3, -0.7],
      [0.9, 0.4],
    ]),
  );
  const y = T(np.array([0.6, -0.2]));
  for (const [name, operation] of Object.entries(programOperations)) {
    try {
      checkGrads((a: Tensor, b: Tensor) => operation(a, b, 2), [x, y]);
      checkGrads((a: Tensor, b: Tensor) => operation(a, b, 1), [T(np.array(0.3)), T(np.array(0.2))]);
    } catch (error) {
      throw new Error(`${name}: ${String(error)}`, { cause: error });
    }
  }
});
