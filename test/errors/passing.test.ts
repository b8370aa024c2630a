/** Errors that users' own functions throw pass through every transformation unchanged, and nothing is left behind. */
import { describe, expect, it } from "vitest";
import { currentInterpreter } from "../../src/graph/context.js";
import { api, expectIntact, item, type Loose, np } from "./harness.js";

class Own extends Error {}
const own = new Own("mine");
const fail = (): never => {
  throw own;
};
/** Works a little first, so that tracers are about. */
const failing = (x: unknown): unknown => {
  np.sin(np.multiply(x, x));
  return fail();
};
const sin = (x: unknown): unknown => np.sin(x);
const keep = (x: unknown): unknown => [np.sin(x), x];
const vector = (): Loose => np.array([1, 2, 3]);

const calls: Readonly<Record<string, () => unknown>> = {
  grad: () => api.grad(failing)(1),
  valueAndGrad: () => api.valueAndGrad(failing)(1),
  elementwiseGrad: () => api.elementwiseGrad(failing)(vector()),
  jvp: () => api.jvp(failing, [1], [1]),
  vjp: () => api.vjp(failing, [1]),
  linearize: () => api.linearize(failing, [1]),
  linearTranspose: () => api.linearTranspose(failing, [1]),
  jacfwd: () => api.jacfwd(failing)(vector()),
  jacrev: () => api.jacrev(failing)(vector()),
  hessian: () => api.hessian(failing)(vector()),
  hvp: () => api.hvp(failing, [1], [1]),
  vmap: () => api.vmap(failing)(vector()),
  makeGraph: () => api.makeGraph(failing)(1),
  evalShape: () => api.evalShape(failing)(1),
  checkpoint: () => api.checkpoint(failing)(1),
  customJvp: () => api.customJvp(failing, sin)(1),
  customVjp: () => api.customVjp(failing, sin, sin)(1),
  "tree.map": () => (api.tree as Loose).map?.(fail, { a: 1 }),
  "np.fromFunction": () => np.fromFunction(fail, [2]),
  "np.at.apply": () => np.at(vector(), 0).apply?.(fail),
  "the rule of customJvp": () => api.grad(api.customJvp(sin, failing))(1),
  "forward of customVjp": () => api.grad(api.customVjp(sin, failing, sin))(1),
  "backward of customVjp": () => api.grad(api.customVjp(sin, keep, fail))(1),
  "grad of grad": () => api.grad(api.grad(failing))(1),
  "vmap of grad": () => api.vmap(api.grad(failing))(vector()),
  "grad of vmap": () => api.grad((x: unknown) => np.sum(api.vmap(failing)(x)))(vector()),
  "jacfwd of jacrev": () => api.jacfwd(api.jacrev(failing))(vector()),
  "makeGraph of vmap of grad": () => api.makeGraph(api.vmap(api.grad(failing)))(vector()),
  "grad of checkpoint": () => api.grad(api.checkpoint(failing))(1),
  "vmap of checkpoint of grad": () => api.vmap(api.checkpoint(api.grad(failing)))(vector()),
  "a backward that fails under vmap": () => api.vmap(api.grad(api.customVjp(sin, keep, fail)))(vector()),
};

describe("an error of the user's own", () => {
  it.each(Object.entries(calls))("passes through %s", (_, call) => {
    let thrown: unknown;
    try {
      call();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBe(own);
    expect(own.message).toBe("mine");
    expectIntact();
  });

  it("caught inside a transformed function leaves the transformation as it was", () => {
    const careful = (x: unknown): unknown => {
      for (const call of Object.values(calls)) {
        const before = currentInterpreter();
        expect(call).toThrow(own);
        expect(currentInterpreter()).toBe(before);
      }
      return np.multiply(x, x);
    };
    expect(api.grad(careful)(3).item?.()).toBe(6);
    expect(item(api.jvp(api.grad(careful), [3], [1]), 1).item?.()).toBe(2);
    expect((api.vmap(careful)(vector()) as Loose).toArray?.()).toEqual([1, 4, 9]);
    expectIntact();
  });

  it("thrown as no Error at all passes through too", () => {
    for (const thing of ["text", 1, null, { a: 1 }]) {
      const throwing = (): never => {
        throw thing;
      };
      let thrown: unknown = "nothing";
      try {
        api.vmap(api.grad(throwing))(vector());
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBe(thing);
      expectIntact();
    }
  });

  it("of an async function is not left unhandled", async () => {
    const late = async (x: unknown): Promise<unknown> => {
      await Promise.resolve();
      return np.multiply(x, x); // throws EscapedTracerError when nobody listens any more
    };
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => {
      unhandled.push(reason);
    };
    process.on("unhandledRejection", listen);
    const asyncs = [
      () => api.grad(late)(1),
      () => api.vmap(late)(vector()),
      () => api.makeGraph((x: unknown) => ({ y: late(x) }))(1),
      () => api.grad(api.customJvp(sin, late))(1),
      () => api.grad(api.customVjp(sin, keep, async (x: unknown) => late(x)))(1),
      () => (api.tree as Loose).map?.(late, [1]),
    ];
    for (const call of asyncs) expect(call).toThrow(/Promise/);
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", listen);
    expect(unhandled).toEqual([]);
    expectIntact();
  });
});
