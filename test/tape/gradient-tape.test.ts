/** GradientTape and Variable as TensorFlow's users know them. */
import {
  checkpoint,
  customJvp,
  customVjp,
  grad,
  jvp,
  makeGraph,
  np,
  stopGradient,
  type Tensor,
  vjp,
  vmap,
} from "cotangent";
import { GradientTape, Variable } from "cotangent/tape";
import { describe, expect, it } from "vitest";
import { currentInterpreter } from "../../src/graph/context.js";

const f32 = (x: number | number[] | number[][]): Tensor => np.array(x as number, { dtype: "float32" });

describe("tape", () => {
  it("basic", () => {
    const x = new Variable(3);
    const tape = new GradientTape();
    const y = tape.run(() => np.mul(x, x));
    expect(tape.gradient(y, x)?.item()).toBe(6);
    expect(() => tape.gradient(y, x)).toThrow(/persistent/);
    expect(currentInterpreter()).toBeNull();
  });
  it("nested", () => {
    const x = f32(5);
    const [t1, t2] = [new GradientTape(), new GradientTape()];
    const g = t2.run(() => {
      t2.watch(x);
      const y = t1.run(() => {
        t1.watch(x);
        return np.mul(x, x);
      });
      return t1.gradient(y, x);
    });
    expect(g?.item()).toBe(10);
    expect(t2.gradient(g, x)?.item()).toBe(2);
  });
  it("intermediate", () => {
    const x = f32(3);
    const tape = new GradientTape({ persistent: true });
    const [y, z] = tape.run(() => {
      tape.watch(x);
      const y = np.mul(x, x);
      return [y, np.mul(y, y)];
    });
    expect(tape.gradient(z, { x, y }).x?.item()).toBe(108);
    expect(tape.gradient(z, { x, y }).y?.item()).toBe(18);
    expect(tape.gradient(y, x)?.item()).toBe(6);
    expect(tape.gradient(x, x)?.item()).toBe(1);
    expect(tape.gradient(y, z)).toBe(undefined);
    expect(tape.gradient([y, z], x)?.item()).toBe(114);
  });
  it("using", () => {
    const x = f32(3);
    const f = () => {
      using tape = new GradientTape().start();
      tape.watch(x);
      return tape.gradient(np.mul(x, x), x);
    };
    expect(f()?.item()).toBe(6);
    expect(currentInterpreter()).toBeNull();
  });
  it("jacobians", () => {
    const x = f32([
      [1, 2],
      [3, 4],
    ]);
    const tape = new GradientTape({ persistent: true });
    const y = tape.run(() => {
      tape.watch(x);
      return np.mul(x, x);
    });
    expect(tape.batchJacobian(y, x)?.toArray()).toEqual([
      [
        [2, 0],
        [0, 4],
      ],
      [
        [6, 0],
        [0, 8],
      ],
    ]);
    expect(tape.jacobian(y, x)?.shape).toEqual([2, 2, 2, 2]);
    expect(tape.jacobian(y, [x, f32(1)], { unconnected: "zero" })[1]?.shape).toEqual([2, 2]);
  });
  it("corner cases of targets and sources are TensorFlow's", () => {
    const x = np.array([1, 2]);
    const asked = <R>(f: () => R) => {
      const tape = new GradientTape({ persistent: true });
      const target = tape.run(() => {
        tape.watch(x);
        return f();
      });
      return { tape, target };
    };
    const { tape, target: y } = asked(() => np.mul(x, x));
    // sources and targets may come twice, and targets need not all depend on the source
    expect(tape.gradient(y, [x, x]).map((g) => g?.toArray())).toEqual([
      [2, 4],
      [2, 4],
    ]);
    expect(tape.gradient([y, y], x)?.toArray()).toEqual([4, 8]);
    expect(tape.gradient([y, np.array([5])], x)?.toArray()).toEqual([2, 4]);
    expect(tape.gradient(y, [])).toEqual([]);
    expect(
      tape
        .gradient(y, new Map([["a", x]]))
        .get("a")
        ?.toArray(),
    ).toEqual([2, 4]);
    // a target of any shape is summed
    expect(asked(() => np.outer(x, x)).target.shape).toEqual([2, 2]);
    const outer = asked(() => np.outer(x, x));
    expect(outer.tape.gradient(outer.target, x)?.toArray()).toEqual([6, 6]);
    // zeros have the shape of the derivative
    const other = np.ones([2, 3]);
    expect(tape.jacobian(y, other, { unconnected: "zero" }).shape).toEqual([2, 2, 3]);
    expect(tape.batchJacobian(y, other, { unconnected: "zero" }).shape).toEqual([2, 3]);
    expect(tape.batchJacobian(y, x)?.toArray()).toEqual([2, 4]);
    // weights may be left out here and there
    const pair = asked(() => [np.mul(x, x), np.sum(x)]);
    expect(pair.tape.gradient(pair.target, x, { outputGradients: [null, 2] })?.toArray()).toEqual([4, 6]);
    // Variables that are not trainable, or no floats, are not watched when they are read
    const still = new Variable(2, { trainable: false });
    const whole = new Variable(np.array([2], { dtype: "int32" }));
    const read = asked(() => np.mul(np.mul(still, whole), x));
    expect(read.tape.watchedVariables).toEqual([]);
    expect(read.tape.gradient(read.target, still)).toBeUndefined();
  });
  it("in grad, around grad, in vmap", () => {
    const inner = (x: Tensor): Tensor => {
      const tape = new GradientTape();
      const y = tape.run(() => {
        tape.watch(x);
        return np.power(x, 3);
      });
      return tape.gradient(y, x) as Tensor;
    };
    expect(inner(np.array(2)).item()).toBe(12);
    expect(grad(inner)(2).item()).toBe(12);
    expect(grad(grad(inner))(2).item()).toBe(6);
    expect(vmap(inner)(np.array([1, 2])).toArray()).toEqual([3, 12]);
    expect(jvp(inner, [2], [1])[1].item()).toBe(12);
    expect(String(makeGraph(inner)(2))).toContain("mul");
    const around = (x: Tensor, f: (x: Tensor) => Tensor): Tensor => {
      const tape = new GradientTape();
      const y = tape.run(() => {
        tape.watch(x);
        return f(x);
      });
      return tape.gradient(y, x) as Tensor;
    };
    expect(
      around(
        np.array(2),
        grad((x: Tensor) => np.power(x, 3)),
      ).item(),
    ).toBe(12);
    expect(around(np.array([1, 2]), vmap(grad((x: Tensor) => np.power(x, 3)))).toArray()).toEqual([6, 12]);
    expect(around(np.array(2), inner).item()).toBe(12);
    expect(around(np.array(2), grad(inner)).item()).toBe(6);
    expect(around(np.array(3), (x) => np.mul(stopGradient(x), x)).item()).toBe(3);
  });
  it("custom rules and closures", () => {
    const w = new Variable(2);
    const x = np.array(3);
    const run = (f: (x: Tensor) => Tensor) => {
      const tape = new GradientTape();
      const y = tape.run(() => {
        tape.watch(x);
        return f(x);
      });
      return tape.gradient(y, [x, w]).map((g) => g?.item());
    };
    expect(run(checkpoint((z: Tensor) => np.mul(np.mul(z, z), w)))).toEqual([12, 9]);
    expect(run(() => checkpoint((z: Tensor) => np.mul(z, w))(np.array(5)))).toEqual([undefined, 5]);
    expect(
      run(
        customJvp(
          (z: Tensor) => np.mul(z, z),
          ([z], [dz]) => [np.mul(z, z), np.mul(dz, 100)],
        ),
      ),
    ).toEqual([100, undefined]);
    expect(
      run(
        customJvp(
          (z: Tensor) => np.mul(np.mul(z, z), w),
          ([z], [dz]) => [np.mul(np.mul(z, z), w), np.mul(dz, 100)] as never,
        ),
      ),
    ).toEqual([100, 9]);
    expect(
      run(
        customJvp(
          (z: Tensor) => np.mul(np.mul(z, z), x),
          ([z], [dz]) => [np.mul(np.mul(z, z), x), np.mul(dz, 100)] as never,
        ),
      ),
    ).toEqual([109, undefined]);
    expect(
      run(
        customVjp(
          (z: Tensor) => np.mul(z, z),
          (z: Tensor) => [np.mul(z, z), z],
          (_, ct) => [np.mul(ct, 50)] as never,
        ),
      ),
    ).toEqual([50, undefined]);
  });
  it("a checkpoint computes again with what its function had read, also of Variables assigned since", () => {
    const [x, w] = [np.array(3), new Variable(2)];
    const outer = new GradientTape({ persistent: true });
    const tape = new GradientTape({ persistent: true });
    const y = outer.run(() => {
      outer.watch(x);
      return tape.run(() => {
        tape.watch(x);
        return checkpoint((z: Tensor) => np.mul(np.sin(np.mul(z, w)), w))(x);
      });
    });
    const expected = [4 * Math.cos(6), Math.sin(6) + 6 * Math.cos(6)];
    w.assign(7);
    for (const t of [tape, outer])
      t.gradient(y, [x, w]).forEach((g, i) => {
        expect(g?.item()).toBeCloseTo(expected[i] as number, 14);
      });
    expect(np.mul(w, 1).item()).toBe(7);
  });
  it("functions", () => {
    const v = new Variable([1, 2, 3], { dtype: "float32", name: "v" });
    expect(String(v)).toBe('Variable "v": Tensor([1, 2, 3], shape=[3], dtype=float32)');
    v.assign([1, 1, 1]).assignAdd(np.ones([3], { dtype: "float32" }));
    expect(np.add(v, 1).toArray()).toEqual([3, 3, 3]);
    expect(np.sum(v).item()).toBe(6);
    expect(np.stack([v, v]).shape).toEqual([2, 3]);
    expect(np.array([v, [1, 2, 3]] as never).shape).toEqual([2, 3]);
    expect(grad((x: Tensor) => np.sum(np.mul(x, x)))(v).toArray()).toEqual([4, 4, 4]);
    expect(v.value.mul(v).toArray()).toEqual([4, 4, 4]);
    expect(vjp((x: Tensor) => np.mul(x, v), [np.ones([3], { dtype: "float32" })])[0].toArray()).toEqual([
      2, 2, 2,
    ]);
  });
});
