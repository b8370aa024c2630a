/** Random programs compiled: equal to eager ones bit for bit, wherever jit stands among the transformations. */
import fc from "fast-check";
import { it } from "vitest";
import { grad, jit, jvp, np, type Tensor, vmap } from "../../src/index.js";
import { expectNone, listDifference, reordered } from "../../src/testing/compare.js";
import { type Program, programs } from "../../src/testing/index.js";
import { hasControlFlow } from "../support/control.js";
import { runs } from "../support/runs.js";

type List = readonly Tensor[];
type OfList = (ins: List) => List;

/** What a nesting does to a function of lists; `jit` marks where the compiled one differs from the eager one. */
const layers: Readonly<Record<string, (f: OfList, jitted: boolean) => OfList>> = {
  jit: (f, jitted) => (jitted ? (jit(f as never) as unknown as OfList) : f),
  grad: (f) => {
    const total = (ins: List): Tensor =>
      f(ins).reduce(
        (sum: Tensor, y) => np.add(sum, np.sum(np.mul(np.sin(y), 0.7))) as Tensor,
        np.array(0) as Tensor,
      );
    return grad(total as never) as unknown as OfList;
  },
  vmap: (f) => {
    const g = vmap(f as never) as unknown as OfList;
    const two = (x: Tensor): Tensor => np.stack([x, np.mul(x, 0.5)] as never) as Tensor;
    return (ins) => g(ins.map(two));
  },
  jvp: (f) => (ins) => {
    const [outs, tangents] = jvp(
      f as never,
      [ins] as never,
      [ins.map((x) => np.cos(x))] as never,
    ) as unknown as [List, List];
    return [...outs, ...tangents];
  },
};

const nested = (f: OfList, names: readonly string[], jitted: boolean): OfList =>
  names.reduce((g, name) => (layers[name] as (typeof layers)[string])(g, jitted), f);

/** Up to three transformations with jit at one or more places among them. */
const nestings = fc
  .array(fc.constantFrom("grad", "vmap", "jvp", "jit"), { maxLength: 3 })
  .chain((names) => fc.nat(names.length).map((at) => [...names.slice(0, at), "jit", ...names.slice(at)]));

/**
 * Bit for bit where the whole is compiled, but for gradients of loops and choices. A transformation of a compiled part
 * may add its terms in another order.
 */
const same = (program: Program, names: readonly string[]): void => {
  const { f, ins } = program;
  const whole = names.indexOf("jit") === names.length - 1;
  const isBitwise = whole && !(names.includes("grad") && hasControlFlow(program));
  const manner = isBitwise ? "bits" : reordered;
  const list: OfList = (xs) => [f(xs)];
  const expected = nested(list, names, false)(ins);
  const compiled = nested(list, names, true);
  expectNone(listDifference(names.join(" of "), expected, compiled(ins), manner));
  expectNone(listDifference(`${names.join(" of ")}, again`, expected, compiled(ins), manner));
};

it("compiled equals eager, bit for bit", () => {
  fc.assert(
    fc.property(programs(), (program) => same(program, ["jit"])),
    { numRuns: Math.max(20, runs) },
  );
});

it("under random nestings of jit, grad, vmap and jvp too", () => {
  fc.assert(fc.property(programs(), nestings, same), { numRuns: Math.max(20, runs) });
});
