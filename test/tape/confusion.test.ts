/** Tapes among transformations: no tangents are confused, and nothing is left behind, whatever happens. */
import { grad, jvp, np, type Tensor, vmap } from "cotangent";
import { GradientTape, leaf, noGrad, Variable } from "cotangent/tape";
import { afterEach, describe, expect, it } from "vitest";
import { currentInterpreter } from "../../src/graph/context.js";

/** The derivative of `f` at `at` by a tape, in a tensor of its own: a tape knows tensors by identity. */
const byTape = (f: (x: Tensor) => Tensor, at: Tensor): Tensor => {
  const x = np.multiply(at, 1);
  const tape = new GradientTape();
  const y = tape.run(() => {
    tape.watch(x);
    return f(x);
  });
  return tape.gradient(y, x, { unconnected: "zero" });
};
const byGrad = (f: (x: Tensor) => Tensor, x: Tensor): Tensor => grad(f)(x);
const byJvp = (f: (x: Tensor) => Tensor, x: Tensor): Tensor => jvp(f, [x], [np.onesLike(x)])[1];
const ways = { tape: byTape, grad: byGrad, jvp: byJvp };

afterEach(() => {
  expect(currentInterpreter()).toBeNull();
});

describe("d/dx (x d/dy (x y)) = 2 x and d/dx (x d/dy (x + y)) = 1", () => {
  for (const [outer, d] of Object.entries(ways))
    for (const [inner, e] of Object.entries(ways))
      it(`${outer} of ${inner}`, () => {
        const one = np.array(1);
        expect(
          d(
            (x) =>
              np.mul(
                x,
                e((y) => np.mul(x, y), one),
              ),
            np.array(3),
          ).item(),
        ).toBe(6);
        expect(
          d(
            (x) =>
              np.mul(
                x,
                e((y) => np.add(x, y), one),
              ),
            np.array(3),
          ).item(),
        ).toBe(1);
        // the inner derivative at the outer variable itself
        expect(
          d(
            (x) =>
              np.mul(
                x,
                e((y) => np.mul(np.mul(x, y), y), x),
              ),
            np.array(3),
          ).item(),
        ).toBe(54);
      });
  it("three deep, a tape in grad in a tape", () => {
    const f = (x: Tensor): Tensor =>
      byGrad((y) => byTape((z) => np.mul(np.mul(x, y), np.mul(z, z)), np.mul(x, y)), x);
    // d/dz (x y z^2) = 2 x y z at z = x y: 2 x^2 y^2, by y: 4 x^2 y, at y = x: 4 x^3
    expect(byTape(f, np.array(2)).item()).toBe(48);
  });
  it("under vmap, each example by itself", () => {
    const f = (x: Tensor): Tensor => byTape((y) => np.mul(np.mul(x, y), y), x);
    expect(vmap(f)(np.array([1, 2, 3])).toArray()).toEqual([2, 8, 18]);
    expect(vmap((x: Tensor) => byTape(f, x))(np.array([1, 2, 3])).toArray()).toEqual([4, 8, 12]);
  });
});

describe("one tape does not disturb another", () => {
  it("what is one tensor is one variable, also where it has two names", () => {
    const x = np.array(3);
    const [a, b] = [new GradientTape(), new GradientTape()];
    const g = a.run(() => {
      a.watch(x);
      const y = b.run(() => {
        b.watch(x);
        return np.mul(np.mul(x, x), x);
      });
      return b.gradient(y, x) as Tensor;
    });
    expect([g.item(), a.gradient(g, x)?.item()]).toEqual([27, 18]);
  });
  it("two tapes at once watch different things", () => {
    const [x, y] = [np.array(3), np.array(5)];
    const [a, b] = [new GradientTape(), new GradientTape()];
    const z = a.run(() => {
      a.watch(x);
      return b.run(() => {
        b.watch(y);
        return np.mul(np.mul(x, x), y);
      });
    });
    expect([a.gradient(z, x)?.item(), b.gradient(z, y)?.item()]).toEqual([30, 9]);
  });
  it("stopRecording stops its own tape alone", () => {
    const x = np.array(3);
    const [a, b] = [new GradientTape(), new GradientTape()];
    const y = a.run(() => {
      a.watch(x);
      return b.run(() => {
        b.watch(x);
        return np.add(
          np.mul(x, x),
          b.stopRecording(() => np.power(x, 3)),
        );
      });
    });
    expect([a.gradient(y, x)?.item(), b.gradient(y, x)?.item()]).toEqual([33, 6]);
  });
  it("a Variable read while recording is stopped is a constant, though it is watched", () => {
    const v = new Variable(3);
    const [a, b] = [new GradientTape(), new GradientTape()];
    const y = a.run(() =>
      b.run(() => {
        const square = np.mul(v, v);
        return np.mul(
          square,
          b.stopRecording(() => v.value),
        );
      }),
    );
    expect([a.gradient(y, v)?.item(), b.gradient(y, v)?.item()]).toEqual([27, 18]);
  });
  it("a value that was read before, and one of another Variable with the same tensor, are constants", () => {
    const t = np.array(3);
    const [v, w] = [new Variable(t), new Variable(t)];
    const before = v.value;
    const tape = new GradientTape({ persistent: true });
    const y = tape.run(() => np.mul(np.mul(v, before), np.mul(w, t)));
    expect([v, w, before, t].map((x) => tape.gradient(y, x)?.item())).toEqual([27, 27, undefined, undefined]);
  });
  it("assignments between readings are seen, and derivatives add up over them", () => {
    const v = new Variable(2);
    const tape = new GradientTape();
    const y = tape.run(() => {
      const first = np.mul(v, v);
      v.assign(5);
      return np.add(first, np.mul(3, v));
    });
    expect(y.item()).toBe(19);
    expect(tape.gradient(y, v)?.item()).toBe(7);
  });
  it("a tape that goes on records more; one that was asked starts anew", () => {
    const x = new Variable(3);
    const tape = new GradientTape({ persistent: true });
    const y = tape.run(() => np.mul(x, x));
    const z = tape.run(() => np.mul(y, y));
    expect(tape.gradient(z, x)?.item()).toBe(108);
    const single = new GradientTape();
    expect(
      single
        .gradient(
          single.run(() => np.mul(x, x)),
          x,
        )
        ?.item(),
    ).toBe(6);
    expect(
      single
        .gradient(
          single.run(() => np.mul(2, x)),
          x,
        )
        ?.item(),
    ).toBe(2);
  });
});

describe("nothing is left behind", () => {
  const own = new Error("mine");
  const fail = (): never => {
    throw own;
  };
  it("by a function that throws", () => {
    const x = np.array(2);
    const tape = new GradientTape();
    const failing = (): Tensor => {
      tape.watch(x);
      np.mul(x, x);
      return fail();
    };
    expect(() => tape.run(failing)).toThrow(own);
    expect(() => tape.run(() => tape.stopRecording(fail))).toThrow(own);
    expect(() => grad((z: Tensor) => tape.run(() => np.mul(z, fail())))(1)).toThrow(own);
    expect(() => noGrad(fail)).toThrow(own);
    expect(() => {
      using open = new GradientTape().start();
      open.watch(x);
      fail();
    }).toThrow(own);
    expect(currentInterpreter()).toBeNull();
    const y = tape.run(() => np.mul(x, x));
    expect(tape.gradient(y, x)?.item()).toBe(4);
  });
  it("by tapes that are stopped out of order: the error comes, and then all is as before", () => {
    const [a, b, c] = [new GradientTape(), new GradientTape(), new GradientTape()];
    a.start();
    b.start();
    c.start();
    expect(() => a.stop()).toThrow(/reverse order/);
    expect(() => b.stop()).toThrow(/reverse order/);
    c.stop();
    expect(currentInterpreter()).toBeNull();
    expect(() => c.stop()).toThrow(/not recording/);
  });
  it("by a tape that is left open in a transformed function", () => {
    const tape = new GradientTape();
    const f = (x: Tensor): Tensor => {
      tape.start();
      return np.mul(x, x);
    };
    expect(grad(f)(3).item()).toBe(6);
    expect(() => tape.stop()).toThrow(/in the function that started them/);
    expect(currentInterpreter()).toBeNull();
  });
  it("by a tape that is stopped in a function transformed since: it leaves with the next operation", () => {
    const tape = new GradientTape().start();
    expect(() =>
      grad((x: Tensor) => {
        tape.stop();
        return x;
      })(1),
    ).toThrow(/reverse order/);
    np.add(1, 1);
    expect(currentInterpreter()).toBeNull();
  });
  it("by leaves: a failure in backward keeps the graph and the gradients", () => {
    const x = leaf(2);
    const y = np.mul(x, x);
    expect(() => y.backward([1, 2])).toThrow();
    y.backward();
    expect(x.grad?.item()).toBe(4);
  });
});
