/** Staged programs: what a custom rule or checkpoint closes over is part of the graph, which is well-formed. */
import { describe, expect, it } from "vitest";
import { checkGraph } from "../../src/graph/check.js";
import {
  ConcretizationError,
  checkpoint,
  customJvp,
  customVjp,
  grad,
  jvp,
  makeGraph,
  np,
  type Tensor,
  vjp,
  vmap,
} from "../../src/index.js";
import { evaluateGraph } from "../../src/interpreters/evaluate.js";
import { matchers } from "../../src/testing/index.js";

expect.extend(matchers);

type Fn = (...xs: Tensor[]) => Tensor;
const T = (x: unknown): Tensor => x as Tensor;
const mul = (a: Tensor, b: Tensor): Tensor => T(np.mul(a, b));

/** x -> sin(c x), c closed over. */
const closures: Readonly<Record<string, (c: Tensor) => Fn>> = {
  plain: (c) => (x) => T(np.sin(mul(c, x as Tensor))),
  checkpoint: (c) => checkpoint((x: Tensor) => T(np.sin(mul(c, x)))) as unknown as Fn,
  customJvp: (c) =>
    customJvp(
      (x: Tensor) => T(np.sin(mul(c, x))),
      ([x], [dx]) => [T(np.sin(mul(c, T(x)))), mul(mul(c, T(np.cos(mul(c, T(x))))), T(dx))] as never,
    ) as unknown as Fn,
  customVjp: (c) =>
    customVjp(
      (x: Tensor) => T(np.sin(mul(c, x))),
      (x: Tensor) => [T(np.sin(mul(c, x))), [c, x]] as [Tensor, Tensor[]],
      ([b, x]: Tensor[], ct: Tensor) => [mul(ct, mul(T(b), T(np.cos(mul(T(b), T(x))))))] as never,
    ) as unknown as Fn,
};

const transformed: Readonly<Record<string, (f: (c: Tensor) => Fn) => Fn>> = {
  "the value": (f) => (c, x) => f(c as Tensor)(x as Tensor),
  jvp: (f) => (c, x) => T(jvp(f(c as Tensor), [x as Tensor], [T(np.onesLike(x as Tensor))])[1]),
  vjp: (f) => (c, x) => (vjp(f(c as Tensor), [x as Tensor])[1] as unknown as Fn)(T(np.onesLike(x as Tensor))),
  "jvp in the closed-over": (f) => (c, x) =>
    T(jvp((d: Tensor) => f(d)(x as Tensor), [c as Tensor], [T(np.onesLike(c as Tensor))])[1]),
  "grad of grad": (f) => (c, x) =>
    T(
      grad(((d: Tensor) =>
        T(np.sum(T(grad(((y: Tensor) => T(np.sum(f(d)(y)))) as never)(x as never))))) as never)(c as never),
    ),
  vmap: (f) => (c, x) => T(vmap((d: Tensor) => f(d)(x as Tensor))(c as never)),
};

describe.each(Object.keys(closures))("%s that closes over a staged value", (name) => {
  it.each(Object.entries(transformed))("%s staged equals eager", (_, of) => {
    const f = of(closures[name] as (c: Tensor) => Fn);
    const ins = [T(np.array([0.5, -1.5, 2])), T(np.array([1.25, 0.75, -0.5]))];
    const graph = makeGraph(f)(...(ins as never[]));
    checkGraph(graph);
    const expected = [f(...ins)].flat() as Tensor[];
    expect(evaluateGraph(graph, ins)).toBeAllClose(expected, { rtol: 1e-15, atol: 0 });
    const plain = [of(closures.plain as (c: Tensor) => Fn)(...ins)].flat() as Tensor[];
    expect(expected).toBeAllClose(plain, { rtol: 1e-12 });
  });
});

it("a staged program has no values to branch on", () => {
  expect(() => makeGraph((x: Tensor) => (x.item() > 0 ? x : T(np.negative(x))))(1 as never)).toThrow(
    ConcretizationError,
  );
});
