/** Tapes around compiled functions, and within them. */
import { ArgumentError, checkpoint, grad, jit, np, type Tensor, vmap } from "cotangent";
import * as lax from "cotangent/lax";
import { GradientTape, leaf, noGrad, Variable } from "cotangent/tape";
import { describe, expect, it } from "vitest";

const gradientBy = (
  sources: readonly (Tensor | Variable)[],
  f: () => Tensor,
): readonly (number | undefined)[] => {
  const tape = new GradientTape();
  const y = tape.run(() => {
    tape.watch(sources);
    return f();
  });
  return tape.gradient(y, sources).map((g) => g?.item());
};
/** A derivative by a tape, to be called with a traced value. */
const taped = (x: Tensor): Tensor => {
  const tape = new GradientTape();
  const y = tape.run(() => {
    tape.watch(x);
    return np.power(x, 3);
  });
  return tape.gradient(y, x) as Tensor;
};

describe("jit and tapes", () => {
  it("a tape around a compiled function, of its arguments", () => {
    const f = jit((x: Tensor) => np.mul(np.sin(x), x));
    const x = np.array(2);
    const expected = grad(f)(x).item();
    expect(gradientBy([x], () => f(x))).toEqual([expected]);
    expect(gradientBy([new Variable(2)], () => f(x))).toEqual([undefined]);
    const v = new Variable(2);
    expect(gradientBy([v], () => f(v))).toEqual([expected]);
    expect(f.stats().compiles).toBe(1);
  });
  it("a tape in a compiled function", () => {
    const f = jit(taped);
    expect([f(2).item(), f(3).item()]).toEqual([12, 27]);
    expect(f.stats().compiles).toBe(1);
    expect(grad(f)(2).item()).toBe(12);
    expect(vmap(f)(np.array([1, 2])).toArray()).toEqual([3, 12]);
    expect(jit(grad(f))(2).item()).toBe(12);
    const x = np.array(2);
    expect(gradientBy([x], () => f(x))).toEqual([12]);
  });
  it("Variables that a compiled function reads are read at every call", () => {
    const v = new Variable(3);
    const f = jit((x: Tensor) => np.mul(np.mul(x, v), v));
    const x = np.array(2);
    expect(f(x).item()).toBe(18);
    v.assign(5);
    expect(f(x).item()).toBe(50);
    expect(f.stats().compiles).toBe(1);
    expect(gradientBy([x, v], () => f(x))).toEqual([25, 20]);
    v.assign(1);
    expect(gradientBy([x, v], () => f(x))).toEqual([1, 4]);
    expect(f.stats().compiles).toBe(1);
    // also from a compiled function within
    const outer = jit((a: Tensor) => np.add(f(a), v));
    expect(outer(x).item()).toBe(3);
    v.assign(2);
    expect(outer(x).item()).toBe(10);
    expect(gradientBy([x, v], () => outer(x))).toEqual([4, 9]);
    expect(grad(outer)(2).item()).toBe(4);
  });
  it("what was read before and kept is a constant", () => {
    const v = new Variable(3);
    const before = v.value;
    const f = jit((x: Tensor) => np.mul(np.mul(x, v), before));
    expect(f(1).item()).toBe(9);
    v.assign(4);
    expect(f(1).item()).toBe(12);
    const x = np.array(1);
    expect(gradientBy([v], () => f(x))).toEqual([3]);
  });
  it("a whole step within: a tape, and Variables", () => {
    const w = new Variable([1, 2]);
    const slope = jit((x: Tensor) => {
      const tape = new GradientTape();
      const loss = tape.run(() => np.sum(np.square(np.mul(w, x))));
      return tape.gradient(loss, w) as Tensor;
    });
    const x = np.array([3, 4]);
    expect(slope(x).toArray()).toEqual([18, 64]);
    w.assignSub(np.mul(0.01, slope(x)));
    const [first, second] = slope(x).toArray() as [number, number];
    expect([first, second].map((g) => g.toFixed(9))).toEqual(["14.760000000", "43.520000000"]);
    expect(slope.stats().compiles).toBe(1);
  });
  it("a watched tensor over which a compiled function closes", () => {
    const c = np.array(3);
    const f = jit((x: Tensor) => np.mul(np.mul(x, c), c));
    expect(f(2).item()).toBe(18);
    const x = np.array(2);
    expect(gradientBy([x, c], () => f(x))).toEqual([9, 12]);
    const inner = jit((y: Tensor) => np.add(f(y), 1));
    expect(gradientBy([x, c], () => inner(x))).toEqual([9, 12]);
  });
  it("a watched tensor over which a compiled function closes that a checkpoint holds", () => {
    const x = np.array(0.5);
    const f = (z: Tensor, closed: Tensor): Tensor =>
      checkpoint(jit((y: Tensor) => np.mul(np.sin(y), closed)))(z);
    const expected = [0.5 * Math.cos(0.5), Math.sin(0.5)] as const;
    const rounded = (list: readonly (number | undefined)[]) => list.map((g) => g?.toFixed(14));
    expect(rounded(gradientBy([x], () => f(x, x)))).toEqual(rounded([expected[0] + expected[1]]));
    const c = np.array(0.5);
    expect(rounded(gradientBy([x, c], () => f(x, c)))).toEqual(rounded(expected));
    expect(rounded(gradientBy([c], () => f(x, c)))).toEqual(rounded([expected[1]]));
    // where what is computed of the tensor is all that the graph has of it
    const g = (closed: Tensor): Tensor => checkpoint(jit((y: Tensor) => np.mul(y, np.exp(closed))))(x);
    expect(rounded(gradientBy([c], () => g(c)))).toEqual(rounded([0.5 * Math.exp(0.5)]));
  });
  it("leaves as arguments and in closures", () => {
    const f = jit((x: Tensor) => np.power(x, 3));
    const x = leaf(2);
    f(x).backward(null, { createGraph: true });
    expect(x.grad?.item()).toBe(12);
    const g = x.grad as Tensor;
    x.zeroGrad();
    g.backward();
    expect(x.grad?.item()).toBe(12);
    const w = leaf(3);
    jit((a: Tensor) => np.mul(a, np.mul(w, w)))(5).backward();
    expect(w.grad?.item()).toBe(30);
    expect(noGrad(() => f(x)).requiresGrad).toBe(false);
  });
});

describe("loops and tapes", () => {
  const half = (x: Tensor, w: Tensor | Variable): Tensor => np.mul(np.mul(x, w), 0.5);
  it("a tape around a loop, of what it carries and of Variables that it reads", () => {
    const [x, w] = [np.array(2), new Variable(3)];
    const loop = (): Tensor => lax.scan((c: Tensor) => [half(c, w), c], x, null, { length: 3 })[0] as Tensor;
    // x (w/2)^3
    expect(gradientBy([x, w], loop)).toEqual([3.375, 6.75]);
    const compiled = jit(
      (a: Tensor) => lax.scan((c: Tensor) => [half(c, w), c], a, null, { length: 3 })[0] as Tensor,
    );
    expect(compiled(x).item()).toBe(6.75);
    expect(gradientBy([x, w], () => compiled(x))).toEqual([3.375, 6.75]);
    w.assign(2);
    expect(compiled(x).item()).toBe(2);
    expect(gradientBy([x, w], () => compiled(x))).toEqual([1, 3]);
  });
  it("a watched tensor over which a loop closes", () => {
    const [x, c] = [np.array(2), np.array(3)];
    const loop = (): Tensor => lax.scan((a: Tensor) => [half(a, c), a], x, null, { length: 3 })[0] as Tensor;
    expect(gradientBy([x, c], loop)).toEqual([3.375, 6.75]);
    expect(gradientBy([x], loop)).toEqual([3.375]);
  });
  it("one over which a loop in a function compiled before closes is an error that says what to do", () => {
    const [x, c] = [np.array(2), np.array(3)];
    const compiled = jit(
      (a: Tensor) => lax.scan((b: Tensor) => [half(b, c), b], a, null, { length: 3 })[0] as Tensor,
    );
    expect(compiled(x).item()).toBe(6.75);
    const asked = (): unknown => gradientBy([x, c], () => compiled(x));
    expect(asked).toThrow(ArgumentError);
    expect(asked).toThrow(/closes over a tensor that this tape watches.*Pass the tensor/);
  });
  it("branches", () => {
    const [x, w] = [np.array(2), new Variable(3)];
    const choose =
      (positive: boolean): (() => Tensor) =>
      () =>
        lax.cond(
          np.array(positive),
          (a: Tensor) => np.mul(a, w),
          (a: Tensor) => np.mul(np.mul(a, a), w),
          x,
        ) as Tensor;
    expect(gradientBy([x, w], choose(true))).toEqual([3, 2]);
    expect(gradientBy([x, w], choose(false))).toEqual([12, 4]);
  });
  it("the notebooks' compiled training: 1,000 steps with a tape in each, in one compiled loop", () => {
    const f32 = (value: number): Tensor => np.array(value, { dtype: "float32" });
    const q = (x: Tensor): Tensor => np.add(np.sub(np.power(x, 2), np.mul(2, x)), 1);
    const step = (_: Tensor, x: Tensor): Tensor => {
      const tape = new GradientTape();
      const y = tape.run(() => {
        tape.watch(x);
        return q(x);
      });
      return np.sub(x, np.mul(0.01, tape.gradient(y, x, { unconnected: "zero" })));
    };
    const train = (x: Tensor): Tensor =>
      lax.foriLoop(0, 1000, step as never, x as never) as unknown as Tensor;
    expect(jit(train)(f32(0)).item()).toBe(0.9999985694885254);
    expect(jit(train, { contract: true })(f32(0)).item()).toBe(0.9999985098838806);
    // a compiled step in a compiled loop over a static number of epochs
    const nested = jit((x: Tensor) => step(x, x));
    const epochsOf = (epochs: number, x: Tensor): Tensor => {
      for (let epoch = 0; epoch < epochs; epoch++) x = nested(x);
      return x;
    };
    const rounded = jit(epochsOf, { staticArgnums: 0 });
    expect(rounded(1000, f32(0)).item()).toBe(0.9999985694885254);
    expect(rounded(2, f32(0)).item()).toBe(epochsOf(2, f32(0)).item());
    expect(rounded.stats().compiles).toBe(2);
    const contracted = jit(epochsOf, { staticArgnums: 0, contract: true });
    expect(contracted(1000, f32(0)).item()).toBe(0.9999985098838806);
  });
});
