import { grad, hessian, jit, np, type Tensor, tree, valueAndGrad, vmap } from "cotangent";
import { describe, expect, test } from "vitest";

const x = np.linspace(-1, 2, 7);
const wave = (v: Tensor): Tensor => np.sum(np.mul(np.sin(v), np.exp(np.negative(np.mul(v, v)))));

/** A function that counts how often it is run. */
const counted = <A extends readonly Tensor[]>(f: (...args: A) => Tensor) => {
  let count = 0;
  const g = (...args: A): Tensor => {
    count++;
    return f(...args);
  };
  return Object.assign(g, { count: () => count });
};

describe("jit", () => {
  test("runs the function once for each form of its arguments", () => {
    const f = counted((v: Tensor) => np.mul(v, 2));
    const g = jit(f);
    expect(g(np.ones([3])).toArray()).toEqual([2, 2, 2]);
    expect(g(np.zeros([3])).toArray()).toEqual([0, 0, 0]);
    expect(f.count()).toBe(1);
    expect(g(np.ones([2])).toArray()).toEqual([2, 2]);
    expect(g(np.ones([3], { dtype: "float32" })).dtype).toBe("float32");
    expect(g(3).toArray()).toBe(6);
    expect(f.count()).toBe(4);
    expect(g.stats()).toEqual({
      compiles: 4,
      hits: 1,
      lastMiss: "tensor 0 is ~float64[], before float32[3]",
    });
  });

  test("shares what it knows of a function among all its compiled forms", () => {
    const f = counted((v: Tensor) => np.sin(v));
    jit(f)(1);
    jit(f)(2);
    expect(f.count()).toBe(1);
  });

  test("tells why it compiled again", () => {
    const f = jit((p: { readonly w: Tensor; readonly b?: Tensor }) => np.mul(p.w, 2));
    f({ w: np.ones([2]) });
    expect(f.stats().lastMiss).toBe("the first call");
    f({ w: np.ones([2]), b: np.ones([1]) });
    expect(f.stats().lastMiss).toMatch(
      /argument 0 is an object with keys w, b, before an object with keys w/,
    );
  });

  test("static arguments are compared by what they say", () => {
    const f = counted((v: Tensor, ...rest: readonly Tensor[]) =>
      np.mul(v, (rest as unknown as [{ n: number }])[0].n),
    );
    const g = jit(f as unknown as (v: Tensor, options: { n: number }) => Tensor, { staticArgnums: 1 });
    expect(g(np.array(2), { n: 3 }).item()).toBe(6);
    expect(g(np.array(5), { n: 3 }).item()).toBe(15);
    expect(g(np.array(5), { n: 4 }).item()).toBe(20);
    expect(f.count()).toBe(2);
    const power = jit((v: Tensor, name: string) => (name === "square" ? np.square(v) : v), {
      staticArgnums: [-1],
    });
    expect(power(3, "square").item()).toBe(9);
    expect(power(3, "none").item()).toBe(3);
  });

  test("takes and gives trees", () => {
    const step = jit((p: { readonly w: Tensor; readonly b: readonly Tensor[] }, lr: Tensor) =>
      tree.map((leaf: Tensor) => np.sub(leaf, np.mul(lr, leaf)), p),
    );
    const out = step({ w: np.array([10, 20]), b: [np.array(1), np.array([2])] }, 0.5);
    expect([out.w.toArray(), out.b.map((b) => b.toArray())]).toEqual([
      [5, 10],
      [0.5, [1]],
    ]);
  });

  test("closes over tensors, which the program keeps", () => {
    const w = np.reshape(np.arange(6), [2, 3]);
    expect(jit((v: Tensor) => np.matmul(w, v))(np.ones([3])).toArray()).toEqual([3, 12]);
  });

  test("nests", () => {
    const inner = jit((v: Tensor) => np.sin(v));
    const outer = jit((v: Tensor) => np.sum(np.mul(inner(v), inner(np.mul(v, 2)))));
    expect(outer(x).item()).toBe(np.sum(np.mul(np.sin(x), np.sin(np.mul(x, 2)))).item());
  });

  test("passes results that are operands, constants, or the same twice", () => {
    const s = np.arange(7);
    const out = jit((v: Tensor) => [v, np.reshape(v, [7, 1]), s, np.zeros([2]), np.sin(v), np.sin(v)])(x);
    const eager = [x, np.reshape(x, [7, 1]), s, np.zeros([2]), np.sin(x), np.sin(x)];
    expect(out.map((y) => y.toArray())).toEqual(eager.map((y) => y.toArray()));
  });

  test("does not share its memory with what it returns", () => {
    const f = jit((v: Tensor) => [np.sort(v), np.sin(v), np.reshape(np.cumsum(v), [7, 1])]);
    const first = f(x).map((y) => y.toArray());
    const kept = f(x);
    f(np.negative(x));
    expect(kept.map((y) => y.toArray())).toEqual(first);
  });

  test("of views, repeated numbers and empty tensors", () => {
    const f = jit((v: Tensor) => np.add(np.sin(v), np.sum(v)));
    const m = np.reshape(np.arange(12), [3, 4]);
    for (const v of [m.T, np.slice(m, { slice: [null, null, -1] }), np.full([3, 4], 2), np.zeros([0, 3])])
      expect(f(v).toArray()).toEqual(np.add(np.sin(v), np.sum(v)).toArray());
  });

  test("can be read", () => {
    const lowered = jit((v: Tensor) => np.sum(np.mul(np.sin(v), 2))).lower(x);
    expect(lowered.graph).toMatch(/b:float64\[7\] = sin\(a\)/);
    expect(lowered.kernels).toMatch(/^loop \[7\] folded: .* by add from b\d+\[1 i0\], \d+ nodes$/);
    expect(lowered.memory).toMatch(/operand 0[\s\S]*arena: \d+ bytes/);
    expect(lowered.code).toMatch(/^return function/);
    expect(String(lowered)).toContain(lowered.memory);
  });
});

describe("jit among the transformations", () => {
  const compiled = jit(wave);

  test("grad, hessian and vmap of a compiled function are those of the function", () => {
    expect(grad(compiled)(x).toArray()).toEqual(grad(wave)(x).toArray());
    expect(hessian(compiled)(x).toArray()).toEqual(hessian(wave)(x).toArray());
    const rows = np.reshape(np.linspace(0, 1, 14), [2, 7]);
    expect(vmap(grad(compiled))(rows).toArray()).toEqual(vmap(grad(wave))(rows).toArray());
  });

  test("and compiled again they are too", () => {
    expect(jit(grad(compiled))(x).toArray()).toEqual(grad(wave)(x).toArray());
    expect(jit(hessian(jit(grad(jit(wave)) as never)) as never)).toBeDefined();
    expect(jit(hessian(compiled))(x).toArray()).toEqual(hessian(wave)(x).toArray());
    const [value, slope] = jit(valueAndGrad(compiled))(x);
    expect([value.item(), slope.toArray()]).toEqual([wave(x).item(), grad(wave)(x).toArray()]);
  });

  test("closes over values that move: they are operands, and nothing is kept of them", () => {
    const f = (a: Tensor): Tensor => np.sum(jit((b: Tensor) => np.mul(np.sin(a), b))(np.cos(a)));
    const plain = (a: Tensor): Tensor => np.sum(np.mul(np.sin(a), np.cos(a)));
    expect(grad(f)(x).toArray()).toEqual(grad(plain)(x).toArray());
    expect(grad(f)(np.mul(x, 2)).toArray()).toEqual(grad(plain)(np.mul(x, 2)).toArray());
    expect(vmap(grad(f))(np.reshape(x, [7, 1])).toArray()).toEqual(
      vmap(grad(plain))(np.reshape(x, [7, 1])).toArray(),
    );
  });

  test("a compiled function that closes over different values of one transformation is staged for each", () => {
    let captured: Tensor = np.array(0);
    const g = jit((b: Tensor) => np.mul(captured, b));
    const f = (a: Tensor): Tensor => {
      captured = a;
      const first = g(2);
      captured = np.mul(a, a);
      return np.add(first, g(2));
    };
    expect(grad(f)(3).item()).toBe(2 + 12);
  });
});

describe("the numerics contract", () => {
  const step = (v: Tensor): Tensor => np.sub(v, np.mul(0.01, np.sub(np.mul(2, v), 2)));
  const train = (v: Tensor): Tensor => {
    let y = v;
    for (let i = 0; i < 1000; i++) y = step(y);
    return y;
  };
  const zero = np.array(0, { dtype: "float32" });

  test("rounds after every operation, as eager evaluation does", () => {
    expect(train(zero).item()).toBe(0.9999985694885254);
    expect(jit(train)(zero).item()).toBe(0.9999985694885254);
  });

  test("or sums of products once, where that is allowed", () => {
    expect(jit(train, { contract: true })(zero).item()).toBe(0.9999985098838806);
    const once = jit(step, { contract: true });
    let y: Tensor = zero;
    for (let i = 0; i < 1000; i++) y = once(y);
    expect(y.item()).toBe(0.9999985098838806);
  });
});
