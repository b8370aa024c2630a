/** What a persistent tape is asked for while it records is recorded on it: derivatives of derivatives by one tape. */
import {
  checkpoint,
  customJvp,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  makeGraph,
  np,
  type Tensor,
  vmap,
} from "cotangent";
import * as lax from "cotangent/lax";
import { GradientTape, leaf, TapeUsedError, Variable } from "cotangent/tape";
import { matchers, programs } from "cotangent/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { currentInterpreter } from "../../src/graph/context.js";
import { evaluateGraph as evaluate } from "../../src/interpreters/evaluate.js";
import { expectNone, listDifference } from "../../src/testing/compare.js";
import { runs } from "../support/runs.js";

expect.extend(matchers);

const T = (x: unknown): Tensor => x as Tensor;
const persistent = (): GradientTape => new GradientTape({ persistent: true });

/** Derivatives of orders 1 to `count` of a sum over elements, by one tape, asked while it records. */
const orders = (f: (x: Tensor) => Tensor, x: Tensor, count: number): readonly Tensor[] => {
  const tape = persistent();
  return tape.run(() => {
    tape.watch(x);
    const found: Tensor[] = [];
    for (let y = f(x); found.length < count; y = found.at(-1) as Tensor)
      found.push(tape.gradient(y, x, { unconnected: "zero" }));
    return found;
  });
};
/** The last of them, to be transformed; `x` is copied, for a tape knows tensors by identity. */
const byTape = (f: (x: Tensor) => Tensor, count: number) => (x: Tensor) =>
  orders(f, np.mul(x, 1), count)[count - 1] as Tensor;
const byGrad = (f: (x: Tensor) => Tensor, count: number): ((x: Tensor) => Tensor) =>
  count === 0 ? f : grad((x: Tensor) => np.sum(byGrad(f, count - 1)(x)));

const cube = (x: Tensor): Tensor => np.power(x, 3);
const smooth = (x: Tensor): Tensor => np.sum(np.mul(np.exp(np.sin(x)), np.log1p(np.mul(x, x))));

describe("a persistent tape", () => {
  it("gives second and third derivatives, within its recording and after it", () => {
    const x = np.array(2);
    const tape = persistent();
    const [y, first, second] = tape.run(() => {
      tape.watch(x);
      const y = cube(x);
      const first = T(tape.gradient(y, x));
      return [y, first, T(tape.gradient(first, x))] as const;
    });
    expect([first, second, tape.gradient(second, x)].map((g) => g?.item())).toEqual([12, 12, 6]);
    expect(tape.gradient(first, x)?.item()).toBe(12);
    // after the recording a gradient is a value
    expect(tape.gradient(tape.gradient(y, x), x)).toBeUndefined();
    expect(orders(cube, x, 4).map((g) => g.item())).toEqual([12, 12, 6, 0]);
    expect(currentInterpreter()).toBeNull();
  });
  it("by a Variable, by intermediate values, by several sources and targets", () => {
    const [v, x] = [new Variable(2), np.array(3)];
    const tape = persistent();
    tape.run(() => {
      tape.watch(x);
      const z = np.mul(v, x);
      const y = np.mul(np.mul(z, z), x); // v^2 x^3
      const { by, of } = tape.gradient(y, { by: [v, x], of: z });
      expect([...by, of].map((g) => g?.item())).toEqual([108, 108, 36]);
      // d/dv and d/dx of dy/dv = 2 v x^3, of dy/dx = 3 v^2 x^2, of dy/dz = 2 z x = 2 v x^2
      expect(tape.gradient(by[0], [v, x]).map((g) => g?.item())).toEqual([54, 108]);
      expect(tape.gradient(by[1], [v, x]).map((g) => g?.item())).toEqual([108, 72]);
      expect(tape.gradient(of, [v, x]).map((g) => g?.item())).toEqual([18, 24]);
      expect(tape.gradient(by, v)?.item()).toBe(162);
      v.assign(1);
      expect(tape.gradient(of, v)?.item()).toBe(18);
    });
  });
  it("records Jacobians, of rows as well, and what outputGradients weigh", () => {
    const x = np.array([0.3, -0.7, 1.2]);
    const tape = persistent();
    tape.run(() => {
      tape.watch(x);
      const y = smooth(x);
      const first = T(tape.gradient(y, x));
      expect(tape.jacobian(first, x)).toBeAllClose(hessian(smooth)(x));
      const f = (t: Tensor): Tensor => np.mul(np.sin(t), np.flip(t));
      const jacobian = T(tape.jacobian(f(x), x));
      expect(jacobian).toBeAllClose(jacrev(f)(x));
      expect(tape.jacobian(jacobian, x)).toBeAllClose(jacfwd(jacrev(f))(x));
      const rows = np.reshape(x, [3, 1]);
      const batch = T(tape.batchJacobian(np.power(rows, 4), rows));
      expect(batch.shape).toEqual([3, 1, 1]);
      expect(tape.gradient(batch, x)).toBeAllClose(np.mul(12, np.square(x)));
      const weights = np.array([1, 0, -2]);
      const weighed = tape.gradient(cube(x), x, { outputGradients: np.mul(weights, x) });
      // 3 w x^3, of which x is recorded also where it is a weight
      expect(tape.gradient(weighed, x)).toBeAllClose(np.mul(np.mul(9, weights), np.square(x)));
    });
  });
  it("through what holds functions and graphs", () => {
    const w = np.array(0.7);
    const held: Record<string, (x: Tensor) => Tensor> = {
      checkpoint: checkpoint((x: Tensor) => np.mul(np.sin(x), np.mul(x, w))),
      jit: jit((x: Tensor) => np.mul(np.sin(x), x)),
      rule: customJvp(
        (x: Tensor) => np.exp(x),
        ([x], [dx]) => [np.exp(x), np.mul(np.exp(x), dx)],
      ),
      scan: (x) => T(lax.scan((c: Tensor) => [np.sin(np.mul(c, w)), null], x, null, { length: 3 })[0]),
      cond: (x) =>
        T(
          lax.cond(
            np.greater(x, 0),
            (t: Tensor) => np.exp(t),
            (t: Tensor) => np.sin(t),
            x,
          ),
        ),
      vmap: (x) => np.sum(vmap((t: Tensor) => np.mul(np.sin(t), x))(np.stack([x, w]))),
      grad: (x) => grad((t: Tensor) => np.mul(np.exp(t), np.sin(x)))(x),
    };
    for (const f of Object.values(held))
      for (const order of [1, 2, 3]) expect(byTape(f, order)(w)).toBeAllClose(byGrad(f, order)(w));
  });
  it("within and around transformations", () => {
    for (const order of [1, 2]) {
      const [f, g] = [byTape(smooth, order), byGrad(smooth, order)];
      const x = np.array(0.4);
      expect(grad(f)(x)).toBeAllClose(grad(g)(x));
      expect(jvp(f, [x], [1])[1]).toBeAllClose(grad(g)(x));
      expect(jit(f)(x)).toBeAllClose(g(x));
      expect(jit(grad(f))(x)).toBeAllClose(grad(g)(x));
      expect(grad(jit(f))(x)).toBeAllClose(grad(g)(x));
      const many = np.array([0.4, -1, 2]);
      expect(vmap(f)(many)).toBeAllClose(vmap(g)(many));
      expect(jit(vmap(f))(many)).toBeAllClose(vmap(g)(many));
      expect(evaluate(makeGraph(f)(x), [x])[0]).toBeAllClose(g(x));
      const loop = (c: Tensor): Tensor =>
        T(lax.scan((a: Tensor) => [np.mul(0.1, f(a)), null], c, null, { length: 3 })[0]);
      const same = (c: Tensor): Tensor =>
        T(lax.scan((a: Tensor) => [np.mul(0.1, g(a)), null], c, null, { length: 3 })[0]);
      expect(loop(x)).toBeAllClose(same(x));
      expect(grad(loop)(x)).toBeAllClose(grad(same)(x));
      expect(byTape(f, 1)(x)).toBeAllClose(grad(g)(x));
      const parameter = leaf(0.4);
      f(parameter).backward();
      expect(parameter.grad).toBeAllClose(grad(g)(x));
    }
  });
  it("a penalty on a gradient, by weights that are Variables", () => {
    const x = np.reshape([0.5, -1, 2, 0.3], [2, 2]);
    const weights = [
      new Variable(np.reshape([0.2, -0.4, 0.7, 0.1], [2, 2])),
      new Variable([0.3, -0.6]),
    ] as const;
    const output = (x: Tensor, a: Tensor, b: Tensor): Tensor => np.matmul(np.tanh(np.matmul(x, a)), b);
    const penalty = (g: Tensor): Tensor => np.mean(np.square(np.sub(np.norm(g, { axis: 1 }), 1)));
    const tape = persistent();
    const loss = tape.run(() => {
      tape.watch(x);
      return penalty(T(tape.gradient(output(x, weights[0].value, weights[1].value), x)));
    });
    const expected = grad(
      (a: Tensor, b: Tensor) => penalty(grad((x: Tensor) => np.sum(output(x, a, b)))(x)),
      { argnums: [0, 1] },
    )(weights[0].value, weights[1].value);
    expect(tape.gradient(loss, weights)).toBeAllClose(expected);
  });
  it("does not record what it is asked for while recording is stopped", () => {
    const x = np.array(2);
    const tape = persistent();
    tape.run(() => {
      tape.watch(x);
      const y = cube(x);
      const first = tape.stopRecording(() => T(tape.gradient(y, x)));
      expect(first.item()).toBe(12);
      expect(tape.gradient(first, x)).toBeUndefined();
      expect(tape.gradient(tape.gradient(y, x), x)?.item()).toBe(12);
    });
  });
  it("random programs have the derivatives of nested grads", () => {
    const close = { rtol: 1e-9, atol: 1e-9 };
    const weighed = (list: readonly Tensor[]): Tensor =>
      list.map((x) => np.sum(np.mul(np.sin(x), np.add(x, 0.3)))).reduce((a, b) => np.add(a, b));
    fc.assert(
      fc.property(programs(), ({ f, ins }) => {
        const tape = persistent();
        const found = tape.run(() => {
          tape.watch(ins);
          const first = tape.gradient(weighed([f(ins)]), ins, { unconnected: "zero" });
          return tape.gradient(weighed(first), ins, { unconnected: "zero" });
        });
        const first = grad((...list: Tensor[]) => weighed([f(list)]), { argnums: [...ins.keys()] });
        const second = grad((...list: Tensor[]) => weighed(first(...list)), { argnums: [...ins.keys()] });
        expectNone(listDifference("second order", second(...ins), found, close));
      }),
      { numRuns: runs },
    );
  });
});

describe("a tape that is not persistent", () => {
  it("stops where it is asked: nothing more is recorded, the gradient least of all", () => {
    const [x, v] = [np.array(2), new Variable(5)];
    const [outer, tape] = [persistent(), new GradientTape()];
    outer.run(() => {
      outer.watch(x);
      tape.run(() => {
        tape.watch(x);
        const y = np.mul(cube(x), v);
        const first = T(tape.gradient(y, x));
        expect(first.item()).toBe(60);
        expect(() => tape.gradient(first, x)).toThrow(TapeUsedError);
        expect(() => tape.stopRecording(() => 1)).toThrow(/not recording/);
        np.mul(new Variable(1), 2);
        expect(tape.watchedVariables).toEqual([v]);
        // another tape around it goes on, and has recorded the gradient
        expect(outer.gradient(first, x)?.item()).toBe(60);
      });
    });
    expect(tape.watchedVariables).toEqual([v]);
    expect(currentInterpreter()).toBeNull();
  });
  it("may be stopped all the same, and begins anew", () => {
    const v = new Variable(3);
    const tape = new GradientTape().start();
    expect(tape.gradient(np.mul(v, v), v)?.item()).toBe(6);
    tape.stop();
    expect(currentInterpreter()).toBeNull();
    const y = tape.run(() => np.mul(v, 2));
    expect(tape.gradient(y, v)?.item()).toBe(2);
  });
});
