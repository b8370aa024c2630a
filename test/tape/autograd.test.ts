/** Leaves and backward() as PyTorch's users know them. */
import {
  checkpoint,
  customVjp,
  grad,
  NonScalarOutputError,
  np,
  type Tensor,
  valueAndGrad,
  vmap,
} from "cotangent";
import { GradientTape, leaf, noGrad, TapeUsedError } from "cotangent/tape";
import { describe, expect, it } from "vitest";
import { currentInterpreter } from "../../src/graph/context.js";

const item = (x: Tensor | null): number | undefined => x?.item();

describe("backward", () => {
  it("fills grad of the leaves, which accumulates until zeroGrad", () => {
    const x = leaf(3, { dtype: "float32", requiresGrad: true });
    const y = np.mul(x, x);
    expect([x.requiresGrad, x.isLeaf, y.requiresGrad, y.isLeaf, x.grad, y.grad]).toEqual([
      true,
      true,
      true,
      false,
      null,
      null,
    ]);
    y.backward();
    expect(String(x.grad)).toBe("Tensor(6, shape=[], dtype=float32)");
    np.mul(x, x).backward();
    expect(item(x.grad)).toBe(12);
    x.zeroGrad();
    expect(x.grad).toBeNull();
    x.mul(x).sum().backward();
    expect(item(x.grad)).toBe(6);
    expect(String(x)).toBe("Tensor(3, shape=[], dtype=float32, requiresGrad=true)");
  });

  it("goes through shared values once, and to every leaf", () => {
    const [a, b] = [leaf([1, 2]), leaf([3, 4])];
    const c = np.mul(a, b);
    const frozen = leaf(5, { requiresGrad: false });
    expect(frozen.requiresGrad).toBe(false);
    np.sum(np.add(np.mul(c, c), np.mul(c, frozen))).backward();
    // (2 a b + 5) b and (2 a b + 5) a
    expect(a.grad?.toArray()).toEqual([33, 84]);
    expect(b.grad?.toArray()).toEqual([11, 42]);
    expect(frozen.grad).toBeNull();
  });

  it("takes weights where there are many elements, and needs them", () => {
    const x = leaf([1, 2, 3]);
    expect(() => np.mul(x, x).backward()).toThrow(NonScalarOutputError);
    np.mul(x, x).backward([1, 0, 2]);
    expect(x.grad?.toArray()).toEqual([2, 0, 12]);
    const one = leaf([[2]]);
    np.mul(one, one).backward();
    expect(one.grad?.toArray()).toEqual([[4]]);
  });

  it("a second time is an error, unless the graph was retained", () => {
    const x = leaf(3);
    const y = np.mul(x, x);
    const z = np.mul(y, y);
    z.backward(null, { retainGraph: true });
    z.backward();
    expect(item(x.grad)).toBe(216);
    expect(() => z.backward()).toThrow(TapeUsedError);
    expect(() => y.backward()).toThrow(/retainGraph/);
    expect(() => np.mul(y, 2).backward()).toThrow(/second time/);
  });

  it("of a leaf is one", () => {
    const x = leaf(3);
    x.backward();
    x.backward();
    expect(item(x.grad)).toBe(2);
  });

  it("with createGraph makes gradients that can be differentiated, to any order", () => {
    const x = leaf(2);
    const orders: number[] = [];
    let y: Tensor = np.power(x, 4);
    for (let order = 1; order <= 4; order++) {
      x.zeroGrad();
      y.backward(null, { createGraph: true });
      y = x.grad as Tensor;
      orders.push(y.item());
    }
    expect(orders).toEqual([32, 48, 48, 24]);
    const w = leaf(2);
    np.power(w, 3).backward(null, { createGraph: true });
    expect(w.grad?.requiresGrad).toBe(true);
    // without it gradients are values
    const v = leaf(2);
    np.power(v, 3).backward();
    expect(v.grad?.requiresGrad).toBe(false);
    expect(() => (v.grad as Tensor).backward()).toThrow(/does not require grad/);
  });
});

describe("detach and noGrad", () => {
  it("stop the recording", () => {
    const x = leaf(3);
    const y = np.mul(x, x);
    np.mul(y.detach(), x).backward();
    expect(item(x.grad)).toBe(9);
    const z = noGrad(() => np.mul(x, x));
    expect([z.requiresGrad, z.isLeaf, z.item()]).toEqual([false, true, 9]);
    expect(() => z.backward()).toThrow(/does not require grad/);
    expect(noGrad(() => checkpoint((a: Tensor) => np.mul(a, x))(x)).requiresGrad).toBe(false);
    expect(np.array(3).detach().requiresGrad).toBe(false);
    expect(currentInterpreter()).toBeNull();
  });
});

describe("with transformations", () => {
  it("results of functional transformations of leaves go backward", () => {
    const w = leaf(2);
    const slope = grad((x: Tensor) => np.mul(np.power(x, 3), w))(3); // 3 x^2 w = 54
    expect(slope.item()).toBe(54);
    slope.backward();
    expect(item(w.grad)).toBe(27);
    const x = leaf(3);
    const [value, g] = valueAndGrad((z: Tensor) => np.power(z, 3))(x);
    np.add(value, g).backward();
    expect(item(x.grad)).toBe(27 + 18);
    const v = leaf([1, 2]);
    np.sum(vmap((z: Tensor) => np.mul(z, z))(v)).backward();
    expect(v.grad?.toArray()).toEqual([2, 4]);
  });
  it("a tape watches leaves like other tensors", () => {
    const x = leaf(3);
    const tape = new GradientTape();
    const y = tape.run(() => {
      tape.watch(x);
      return np.power(x, 3);
    });
    const g = tape.gradient(y, x) as Tensor;
    expect(g.item()).toBe(27);
    g.backward();
    expect(item(x.grad)).toBe(18);
  });
  it("rules and closures of held functions", () => {
    const [x, w] = [leaf(3), leaf(2)];
    const f = checkpoint((z: Tensor) => np.mul(np.mul(z, z), w));
    f(x).backward(null, { createGraph: true });
    expect([item(x.grad), item(w.grad)]).toEqual([12, 9]);
    const g = w.grad as Tensor; // x^2
    x.zeroGrad();
    g.backward();
    expect(item(x.grad)).toBe(6);
    const steep = customVjp(
      (z: Tensor) => np.mul(z, z),
      (z: Tensor) => [np.mul(z, z), z],
      (_, ct) => [np.mul(ct, w)] as never,
    );
    const y = leaf(5);
    w.zeroGrad();
    steep(y).backward();
    expect(item(y.grad)).toBe(2);
    expect(y.grad?.requiresGrad).toBe(false);
    expect(w.grad).toBeNull();
  });
});
