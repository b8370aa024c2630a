/** Random programs as bodies of loops and branches, against the same in plain JavaScript. */
import fc from "fast-check";
import { it } from "vitest";
import { grad, jvp, makeGraph, np, type Tensor, tree, vmap } from "../../src/index.js";
import { evaluateGraph } from "../../src/interpreters/evaluate.js";
import * as lax from "../../src/lax/index.js";
import { difference, expectNone, listDifference } from "../../src/testing/compare.js";
import { randomDirections, randomNumbers } from "../../src/testing/differences.js";
import { type Program, programs } from "../../src/testing/index.js";
import { runs } from "../support/runs.js";

type List = readonly Tensor[];
type OfList = (ins: List) => Tensor;
const T = (x: unknown): Tensor => x as Tensor;
const leaves = (x: unknown): List => tree.leaves(x) as List;

/** One step of the program: its operands moved by its result. */
const stepOf =
  (f: OfList): ((ins: List) => List) =>
  (ins) => {
    const y = np.mean(f(ins));
    return ins.map((x) => T(np.tanh(np.add(x, y))));
  };
const total = (ins: List): Tensor => ins.map((x) => T(np.sum(np.sin(x)))).reduce((a, b) => T(np.add(a, b)));
const steps = 3;

const plain =
  (f: OfList): OfList =>
  (ins) => {
    let now = ins;
    for (let i = 0; i < steps; i++) now = stepOf(f)(now);
    return total(now);
  };
const loops: Readonly<Record<string, (f: OfList) => OfList>> = {
  scan: (f) => (ins) =>
    total(lax.scan((c: List) => [stepOf(f)(c), null], [...ins], null, { length: steps })[0]),
  "scan in segments": (f) => (ins) =>
    total(
      lax.scan((c: List) => [stepOf(f)(c), null], [...ins], null, {
        length: steps,
        checkpoint: "sqrt",
      })[0],
    ),
  foriLoop: (f) => (ins) => total(lax.foriLoop(0, steps, (_, c: List) => stepOf(f)(c), [...ins])),
  whileLoop: (f) => (ins) =>
    total(
      lax.whileLoop(
        ({ n }) => np.less(n, steps),
        ({ n, c }) => ({ n: np.add(n, 1), c: stepOf(f)(c as never) }) as never,
        { n: T(np.array(0, { dtype: "int32" })), c: ins as never },
        { maxSteps: steps + 1 },
      ).c as never,
    ),
  "branches in a scan": (f) => (ins) =>
    total(
      lax.scan(
        (c: List, k: Tensor) => [
          lax.cond(np.less(k, 9), stepOf(f) as never, ((xs: List) => xs) as never, c as never) as never,
          null,
        ],
        ins as never,
        np.arange(steps),
      )[0] as never,
    ),
};

const close = { rtol: 1e-11, atol: 1e-11 };

it.each(Object.keys(loops))("%s", (name) => {
  const loop = loops[name] as (f: OfList) => OfList;
  const check = ({ f, ins, others }: Program): void => {
    const [a, b] = [plain(f), loop(f)];
    const gradient = (g: OfList): ((ins: List) => List) => grad(g as never) as never;
    expectNone(difference(a(ins), b(ins), "bits"));
    expectNone(listDifference("gradient", gradient(a)(ins), gradient(b)(ins), close));
    const v = randomDirections(
      ins.map((x) => x.type),
      randomNumbers(1),
    );
    const along = (g: OfList): List => leaves(jvp(gradient(g) as never, [ins] as never, [v] as never)[1]);
    expectNone(listDifference("second derivative", along(a), along(b), { rtol: 1e-9, atol: 1e-9 }));
    const batch = ins.map((x, i) => T(np.stack([x, others[i], x] as never)));
    const batched = (g: OfList): List => leaves(vmap(gradient(g) as never)(batch as never));
    expectNone(listDifference("vmap of the gradient", batched(a), batched(b), close));
    const graph = makeGraph(gradient(b) as never)(ins as never);
    expectNone(listDifference("staged", gradient(b)(ins), evaluateGraph(graph, ins), "bits"));
  };
  fc.assert(fc.property(programs(), check), { numRuns: Math.max(3, Math.ceil(runs / 5)) });
});
