/** Control flow as users write it: values, trees, derivatives of both modes, batches, memory, and loops of the seeds. */
import { describe, expect, it } from "vitest";
import { TraceTag } from "../../src/graph/context.js";
import type { Graph } from "../../src/graph/graph.js";
import {
  axisIndex,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jvp,
  makeGraph,
  np,
  psum,
  residuals,
  type Tensor,
  valueAndGrad,
  vjp,
  vmap,
} from "../../src/index.js";
import { evaluateGraph } from "../../src/interpreters/evaluate.js";
import { linearizeFlat } from "../../src/interpreters/linearize.js";
import * as lax from "../../src/lax/index.js";
import { checkGrads } from "../../src/testing/index.js";

const T = (x: unknown): Tensor => x as Tensor;
const int = (x: number | readonly number[]): Tensor => T(np.array(x as number, { dtype: "int32" }));
const list = (x: unknown): unknown => T(x).toArray();
type Fn = (x: Tensor) => Tensor;
const closeTo = (a: unknown, b: unknown): void => {
  const flat = (b as readonly unknown[]).flat() as number[];
  expect((a as readonly unknown[]).flat()).toEqual(flat.map((x) => expect.closeTo(x, 11)));
};
/** Evaluated as a graph, where nothing is known while it is made. */
const traced =
  (f: Fn): Fn =>
  (x) =>
    evaluateGraph(makeGraph(f as never)(x as never), [x])[0] as Tensor;

const linearized = (f: Fn, x: Tensor): Graph =>
  linearizeFlat(([a]) => [f(a as Tensor)], [x], [true], new TraceTag("test", f)).graph;

const triple: Fn = (x) => T(np.mul(x, 3));
const below100: Fn = (x) => T(np.less(x, 100));
const untilHundred =
  (options?: { readonly maxSteps?: number }): Fn =>
  (x) =>
    lax.whileLoop(below100, triple, x, options);

describe("cond and switch", () => {
  const root: Fn = (x) =>
    lax.cond(
      np.greater(x, 0),
      (y: Tensor) => np.sqrt(y),
      (y: Tensor) => np.zerosLike(y),
      x,
    );

  it("choose by bools, numbers and comparisons; an index out of range takes the nearest branch", () => {
    const sign = (p: Tensor | number | boolean): number =>
      T(
        lax.cond(
          p,
          () => 1,
          () => -1,
        ),
      ).item();
    expect([true, false, 2, 0, T(np.array(0.5))].map(sign)).toEqual([1, -1, 1, -1, 1]);
    const pick = (i: number | Tensor): number => T(lax.switch(i, [() => 10, () => 20, () => 30])).item();
    expect([-1, 0, 1, 2, 7, int(1)].map(pick)).toEqual([10, 10, 20, 30, 30, 20]);
  });

  it("take and give trees, and bare numbers take the dtype of the other branch", () => {
    const f32 = np.array(new Float32Array([1, 2]));
    const out = lax.cond(
      true,
      (p: { readonly w: Tensor }) => ({ a: p.w, n: 0 }),
      (p) => ({ a: np.mul(p.w, 2), n: np.sum(p.w) }),
      { w: f32 },
    );
    expect([out.a.dtype, out.n.dtype, list(out.a)]).toEqual(["float32", "float32", [1, 2]]);
    expect(
      list(
        lax
          .cond(
            false,
            () => new Map([["a", T(np.ones([2]))]]),
            () => new Map([["a", T(np.zeros([2]))]]),
          )
          .get("a"),
      ),
    ).toEqual([0, 0]);
  });

  it("never run the other branch on an example, eagerly or traced", () => {
    const x = T(np.array([4, -1, 0, 9]));
    const slopes = [0.25, 0, 0, 1 / 6];
    expect(list(vmap(grad(root))(x))).toEqual(slopes);
    expect(list(grad((v: Tensor) => np.sum(vmap(root)(v)))(x))).toEqual(slopes);
    expect(list(traced((v) => vmap(grad(root))(v))(x))).toEqual(slopes);
    expect(list(traced(grad((v: Tensor) => np.sum(vmap(root)(v))) as Fn)(x))).toEqual(slopes);
    expect(list(traced((v) => vmap(vmap(grad(root)))(np.reshape(v, [2, 2])))(x))).toEqual([
      [0.25, 0],
      [0, 1 / 6],
    ]);
  });

  it("end, where the branch not taken would not", () => {
    // 3 times 0 stays below 100
    const f: Fn = (x) => lax.cond(np.greater(x, 0), untilHundred(), (y: Tensor) => np.mul(y, 1), x);
    const x = T(np.array([2, 0, -1, 50]));
    expect(list(vmap(f)(x))).toEqual([162, 0, -1, 150]);
    expect(list(traced((v) => vmap(f)(v))(x))).toEqual([162, 0, -1, 150]);
    expect(list(traced((v) => vmap(f)(v))(T(np.array([0, 0]))))).toEqual([0, 0]);
    const bounded: Fn = (y) =>
      lax.cond(np.greater(y, 0), untilHundred({ maxSteps: 9 }), (z: Tensor) => np.mul(z, 1), y);
    expect(list(grad((v: Tensor) => np.sum(vmap(bounded)(v)))(x))).toEqual([81, 1, 1, 3]);
    expect(list(traced((v) => vmap(grad(bounded))(v))(x))).toEqual([81, 1, 1, 3]);
  });

  it("work with collectives in them", () => {
    const f: Fn = (x) =>
      lax.cond(
        np.greater(x, 1),
        (y: Tensor) => psum(y, "n"),
        (y: Tensor) => np.neg(y),
        x,
      );
    expect(list(vmap(f, { axisName: "n" })(np.array([1, 2, 3])))).toEqual([-1, 6, 6]);
    const g = (x: Tensor, flag: Tensor): Tensor =>
      lax.cond(
        flag,
        (y: Tensor) => psum(y, "n"),
        (y: Tensor) => y,
        x,
      );
    const mapped = vmap(g, { axisName: "n", inAxes: [0, null] });
    expect(list(mapped(np.array([1, 2]), np.array(true)))).toEqual([3, 3]);
  });
});

describe("whileLoop and foriLoop", () => {
  it("carry trees", () => {
    const out = lax.whileLoop(
      ({ n }) => np.less(n, 5),
      ({ n, xs: [a, b] }) => ({ n: np.add(n, 1), xs: [b, np.add(a, b)] as const }),
      { n: 0, xs: [T(np.array([0, 1])), T(np.array([1, 1]))] as const },
    );
    expect([out.n.item(), list(out.xs[0]), list(out.xs[1])]).toEqual([5, [5, 8], [8, 13]]);
    expect(lax.foriLoop(3, 3, (_, x) => np.mul(x, 2), 7).item()).toBe(7);
    expect(lax.foriLoop(5, 3, (_, x) => np.mul(x, 2), 7).item()).toBe(7);
    expect(lax.foriLoop(-2, 3, (i, x) => np.add(x, i), 0).item()).toBe(0);
    expect(lax.foriLoop(int(1), int(4), (i, x) => np.add(x, i), 0).item()).toBe(6);
  });

  it("have derivatives, the number of steps depending on the value", () => {
    const f = untilHundred();
    expect(grad(f)(2).item()).toBe(81);
    expect(jvp(f, [50], [1])[1].item()).toBe(3);
    expect(grad(f)(200).item()).toBe(1);
    const g: Fn = (x) =>
      lax.whileLoop(
        (y) => np.less(y, 100),
        (y) => np.mul(y, y),
        x,
      );
    // 3 -> 9 -> 81 -> 6561 = x^8
    expect(grad(g)(3).item()).toBe(8 * 3 ** 7);
    expect(grad(grad(g))(3).item()).toBe(56 * 3 ** 6);
    expect(T(hessian(g)(3)).item()).toBe(56 * 3 ** 6);
    checkGrads(g, [1.7]);
  });

  it("stop for each example of a batch by itself, also in reverse with a bound", () => {
    const x = T(np.array([2, 50, 200]));
    expect(list(vmap(untilHundred())(x))).toEqual([162, 150, 200]);
    expect(list(vmap(jacfwd(untilHundred()))(x))).toEqual([81, 3, 1]);
    for (const bound of [4, 5, 9]) {
      const f = untilHundred({ maxSteps: bound });
      expect(list(vmap(grad(f))(x))).toEqual([81, 3, 1]);
      expect(list(traced((v) => vmap(grad(f))(v))(x))).toEqual([81, 3, 1]);
      expect(list(traced(grad((v: Tensor) => np.sum(vmap(f)(v))) as Fn)(x))).toEqual([81, 3, 1]);
    }
    // without a bound the batch is counted as it runs
    expect(list(grad((v: Tensor) => np.sum(vmap(untilHundred())(v)))(x))).toEqual([81, 3, 1]);
  });

  it("give NaN where a traced loop exceeds its bound", () => {
    const f = untilHundred({ maxSteps: 2 });
    expect(list(vmap(f)(np.array([2, 50, 200])))).toEqual([Number.NaN, 150, 200]);
    expect(list(traced(f)(T(np.array(2))))).toBeNaN();
    expect(() => f(T(np.array(2)))).toThrow("maxSteps = 2");
  });

  it("do nothing infinite to a value that has ended", () => {
    // sqrt(x - 1) has an infinite slope where the first loop ends
    const f: Fn = (x) =>
      lax.whileLoop(
        (y) => np.greater(y, 1),
        (y) => np.add(1, np.mul(0.5, np.sqrt(np.sub(y, 1)))),
        x,
        { maxSteps: 3 },
      );
    const once: Fn = (x) =>
      lax.whileLoop(
        (y) => np.greater(y, 1.4),
        (y) => np.add(1, np.mul(0.5, np.sqrt(np.sub(y, 1)))),
        x,
        { maxSteps: 6 },
      );
    expect(list(vmap(grad(once))(np.array([1.7, 1])))).toEqual([T(grad(once)(1.7)).item(), 1]);
    expect(list(traced((v) => vmap(grad(once))(v))(T(np.array([1.7, 1]))))).toEqual([
      T(grad(once)(1.7)).item(),
      1,
    ]);
    expect(list(grad((v: Tensor) => np.sum(vmap(once)(v)))(np.array([1.7, 1])))).toEqual([
      T(grad(once)(1.7)).item(),
      1,
    ]);
    expect(list(f(T(np.array(1))))).toBe(1);
  });

  it("have bounds that differ between examples", () => {
    const power = (n: Tensor, x: Tensor): Tensor =>
      lax.foriLoop(0, n, (_, y) => np.mul(y, x), 1, { maxSteps: 4 });
    expect(list(vmap(power, { inAxes: [0, null] })(int([0, 1, 3]), 2))).toEqual([1, 2, 8]);
    const slopes = vmap(grad(power, { argnums: 1 }), { inAxes: [0, null] });
    expect(list(slopes(int([0, 1, 3]), 2))).toEqual([0, 1, 12]);
  });

  it("are transposed where they are linear", () => {
    const f: Fn = (x) => lax.foriLoop(0, 3, (i, y) => np.mul(y, np.add(i, 1)), x);
    expect(T((vjp(f, [1])[1] as (ct: number) => Tensor[])(2)[0]).item()).toBe(12);
  });

  it("speak to the axis of a vmap", () => {
    const f: Fn = (x) => lax.foriLoop(0, 2, (_, y) => np.div(y, psum(y, "n")), x);
    expect(list(vmap(f, { axisName: "n" })(np.array([1, 3])))).toEqual([0.25, 0.75]);
    const g = (): Tensor => lax.foriLoop(0, 2, (_, y) => np.add(y, axisIndex("n")), 0);
    expect(list(vmap(g, { axisName: "n", axisSize: 3 })())).toEqual([0, 2, 4]);
    const h: Fn = (x) =>
      lax.whileLoop(
        (y) => np.less(psum(y, "n"), 10),
        (y) => np.add(y, 1),
        x,
      );
    expect(list(vmap(h, { axisName: "n" })(np.array([1, 2, 3])))).toEqual([3, 4, 5]);
  });
});

describe("scan and map", () => {
  const step = (s: Tensor, x: Tensor): [Tensor, Tensor] => [T(np.sin(np.add(s, np.mul(s, x)))), T(np.cos(s))];
  const loop = (init: Tensor, xs: Tensor, reverse = false): [Tensor, Tensor] => {
    let s = init;
    const n = xs.shape[0] as number;
    const ys: Tensor[] = [];
    for (let k = 0; k < n; k++) {
      const at = reverse ? n - 1 - k : k;
      const [next, y] = step(s, T(np.slice(xs, at)));
      ys[at] = y;
      s = next;
    }
    return [s, T(np.stack(ys as never))];
  };
  const xs = T(np.linspace(-1, 1, 7));
  const x0 = T(np.array(0.3));

  it("equal a loop, forwards and backwards, whole and in segments", () => {
    for (const reverse of [false, true])
      for (const checkpoint of [undefined, "sqrt"] as const) {
        const options = { reverse, ...(checkpoint === undefined ? {} : { checkpoint }) };
        const f = (s: Tensor, v: Tensor): Tensor => {
          const [last, ys] = lax.scan(step, s, v, options);
          return np.add(last, np.sum(np.mul(ys, v)));
        };
        const g = (s: Tensor, v: Tensor): Tensor => {
          const [last, ys] = loop(s, v, reverse);
          return T(np.add(last, np.sum(np.mul(ys, v))));
        };
        expect(f(x0, xs).item()).toBe(g(x0, xs).item());
        const both = { argnums: [0, 1] } as const;
        const [a, b] = [grad(f, both)(x0, xs), grad(g, both)(x0, xs)];
        expect(list(a[0])).toBeCloseTo(list(b[0]) as number, 12);
        closeTo(list(a[1]), list(b[1]));
        const [h, k] = [hessian((s: Tensor) => f(s, xs)), hessian((s: Tensor) => g(s, xs))];
        expect(T(h(x0)).item()).toBeCloseTo(T(k(x0)).item(), 10);
      }
  });

  it("give every length, none and one among them", () => {
    for (const n of [0, 1, 2, 3, 4, 5, 9, 10]) {
      const rows = np.arange(n);
      for (const options of [
        {},
        { checkpoint: "sqrt" },
        { reverse: true, checkpoint: "sqrt" },
        { unroll: 2 },
      ] as const) {
        const [sum, prefixes] = lax.scan((s, x: Tensor) => [np.add(s, x), np.add(s, x)], 0, rows, options);
        expect(sum.item()).toBe(n === 0 ? 0 : (n * (n - 1)) / 2);
        expect(prefixes.shape).toEqual([n]);
      }
    }
    const [last, none] = lax.scan((s) => [np.mul(s, 2), null], 1, null, { length: 10 });
    expect([last.item(), none]).toEqual([1024, null]);
  });

  it("carry trees, stack trees, and let bare numbers take a dtype", () => {
    const rows = { a: T(np.ones([3, 2])), b: [T(np.arange(3))] };
    const [carry, ys] = lax.scan(
      (c: { readonly s: Tensor }, { a, b }) => [
        { s: np.add(c.s, np.sum(a)) },
        { row: a, both: [np.mul(b[0] as Tensor, c.s)] },
      ],
      { s: T(np.array(0)) },
      rows,
    );
    expect([carry.s.item(), ys.row.shape, list(ys.both[0])]).toEqual([6, [3, 2], [0, 2, 8]]);
    const [sum] = lax.scan((s, x: Tensor) => [np.add(s, x), null], 0, np.array(new Float32Array([1, 2])));
    expect(sum.dtype).toBe("float32");
    const [count] = lax.scan((n, x: Tensor) => [np.add(n, x), null], 0, int([1, 2]));
    expect(count.item()).toBe(3);
  });

  it("are one equation in every derivative, however long", () => {
    const f: Fn = (s) => lax.scan(step, s, np.linspace(-1, 1, 50))[0];
    const g: Fn = (s) => lax.scan(step, s, np.linspace(-1, 1, 100))[0];
    const [a, b] = [f, g].map((h) => linearized(h, x0).equations.length);
    expect(a).toBe(b);
    expect(a).toBeLessThan(4);
    expect(makeGraph(grad(f))(x0).equations.length).toBeLessThan(20);
  });

  it("keep about 2 sqrt(n) carries in segments, of n", () => {
    const n = 400;
    const width = 5;
    const start = T(np.linspace(0.1, 0.5, width));
    const kept = (options: object): number => {
      const f: Fn = (s) =>
        np.sum(
          lax.scan((c: Tensor) => [T(np.sin(np.mul(c, c))), null], s, null, { length: n, ...options })[0],
        );
      return residuals(linearized(f, start)).reduce((total, x) => total + x.size, 0) / width;
    };
    expect(kept({})).toBeGreaterThanOrEqual(n);
    expect(kept({ checkpoint: "sqrt" })).toBeLessThanOrEqual(2 * Math.sqrt(n));
  });

  it("run a million steps, and back, without recursion", () => {
    const f: Fn = (s) =>
      lax.scan((c: Tensor, x: Tensor) => [np.mul(c, x), null], s, np.full([1_000_000], 1))[0];
    const [value, slope] = valueAndGrad(f)(3);
    expect([value.item(), slope.item()]).toEqual([3, 1]);
  });

  it("map rows, some at once or one by one", () => {
    const f: Fn = (x) => T(np.dot(x, np.sin(x)));
    const rows = T(np.reshape(np.linspace(0, 1, 14), [7, 2]));
    const expected = list(vmap(f)(rows));
    for (const options of [{}, { batchSize: 1 }, { batchSize: 3 }, { batchSize: 7 }, { batchSize: 20 }])
      expect(list(lax.map(f, rows, options))).toEqual(expected);
    const w = T(np.array([2, 3]));
    const g = (v: Tensor): Tensor =>
      np.sum(lax.map((x: Tensor) => np.sin(np.dot(x, v)), rows, { batchSize: 3 }));
    checkGrads(g, [w], { order: 2 });
    expect(lax.map(f, np.zeros([0, 2]), { batchSize: 3 }).shape).toEqual([0]);
  });

  it("nest: scan in scan, in vmap, in a Jacobian", () => {
    const inner = (s: Tensor, x: Tensor): Tensor =>
      lax.scan(
        (c: Tensor, y: Tensor) => [T(np.tanh(np.add(np.mul(c, y), x))), null],
        s,
        np.linspace(0.2, 0.6, 3),
      )[0];
    const f: Fn = (v) => lax.scan((c: Tensor, x: Tensor) => [inner(c, x), inner(x, c)], np.sum(v), v)[1];
    const v = T(np.array([0.1, -0.4, 0.3]));
    checkGrads(f, [v], { order: 2 });
    closeTo(list(jacfwd(f)(v)), list(jacrev(f)(v)));
    const batch = T(np.stack([v, np.mul(v, 2)] as never));
    expect(list(vmap(f)(batch))).toEqual([list(f(v)), list(f(T(np.mul(v, 2))))]);
    expect(list(traced((x) => vmap(jacrev(f))(x))(batch))).toEqual(list(vmap(jacrev(f))(batch)));
  });
});

describe("associativeScan", () => {
  it("gives all prefixes, along any axis and from either end", () => {
    for (const n of [0, 1, 2, 3, 4, 5, 8, 13]) {
      const x = T(np.reshape(np.arange(2 * n), [2, n]));
      expect(list(lax.associativeScan(np.add, x, { axis: 1 }))).toEqual(list(np.cumsum(x, { axis: 1 })));
      const back = np.flip(np.cumsum(np.flip(x, { axis: 1 }), { axis: 1 }), { axis: 1 });
      expect(list(lax.associativeScan(np.add, x, { axis: -1, reverse: true }))).toEqual(list(back));
    }
  });

  it("keeps the order of what does not commute, on trees, with derivatives", () => {
    // x -> a x + b, one after the other
    type Affine = { readonly a: Tensor; readonly b: Tensor };
    const after = (f: Affine, g: Affine): Affine => ({
      a: np.mul(g.a, f.a),
      b: np.add(np.mul(g.a, f.b), g.b),
    });
    const maps = { a: T(np.array([2, 3, -1, 0.5, 4])), b: T(np.array([1, 0, 2, -3, 1])) };
    const loop: number[] = [];
    [2, 3, -1, 0.5, 4].reduce((x, a, i) => {
      loop.push(a * x + ([1, 0, 2, -3, 1][i] as number));
      return loop[i] as number;
    }, 0);
    expect(list(lax.associativeScan(after, maps).b)).toEqual(loop);
    const products = (m: Tensor): Tensor =>
      np.sin(
        lax.associativeScan(
          vmap((p: Tensor, q: Tensor) => np.matmul(q, p)),
          m,
        ),
      );
    checkGrads(products as never, [T(np.reshape(np.linspace(-1, 1, 20), [5, 2, 2]))]);
    expect(
      list(
        vmap((x: Tensor) => lax.associativeScan(np.maximum, x))(
          np.array([
            [1, 3, 2],
            [5, 4, 6],
          ]),
        ),
      ),
    ).toEqual([
      [1, 3, 3],
      [5, 5, 6],
    ]);
  });
});

describe("the loops of the seeds", () => {
  it("double until a norm is passed, then take a side", () => {
    const f: Fn = (x) => {
      const b = lax.whileLoop(
        (y) => np.less(np.norm(y), 1000),
        (y) => np.mul(y, 2),
        np.mul(x, 2),
      );
      return lax.cond(
        np.greater(np.sum(b), 0),
        (y: Tensor) => np.mul(y, 1),
        (y: Tensor) => np.mul(y, 100),
        b,
      );
    };
    const at = (x: number): Tensor => T(np.array(new Float32Array([x])));
    const sum: Fn = (x) => np.sum(f(x));
    // c is a multiple of x by a power of two, times 100 where it is negative
    expect(list(grad(sum)(at(1)))).toEqual([1024]);
    expect(list(grad(sum)(at(-1)))).toEqual([102400]);
    for (const x of [0.3, 1.7, -0.5, -8, 600]) {
      const slope = T(grad(sum)(at(x)));
      expect(T(np.abs(np.sub(1, np.div(f(at(x)), np.mul(slope, at(x)))))).toArray()).toEqual([
        expect.closeTo(0, 6),
      ]);
    }
    const examples = np.array(new Float32Array([1, -1, 600]));
    const bounded = (x: Tensor): Tensor =>
      lax.whileLoop(
        (y) => np.less(np.abs(y), 1000),
        (y) => np.mul(y, 2),
        np.mul(x, 2),
        { maxSteps: 12 },
      );
    expect(list(vmap(grad(bounded))(examples))).toEqual([1024, 1024, 2]);
  });

  it("train a thousand steps in float32 to the bit", () => {
    const loss: Fn = (x) => T(np.add(np.sub(np.mul(x, x), np.mul(2, x)), 1));
    const step: Fn = (x) => T(np.sub(x, np.mul(0.01, grad(loss)(x))));
    const start = T(np.array(new Float32Array([0])).reshape([]));
    const trained = lax.foriLoop(0, 1000, (_, x) => step(x), start);
    expect(trained.item()).toBe(0.9999985694885254);
    expect(loss(trained).item()).toBe(0);
    const [scanned] = lax.scan((x: Tensor) => [step(x), null], start, null, { length: 1000 });
    expect(scanned.item()).toBe(0.9999985694885254);
    expect(traced((x) => lax.foriLoop(0, 1000, (_, y) => step(y), x))(start).item()).toBe(0.9999985694885254);
    // the derivative of training by where it starts: 0.98 to the thousandth, rounded at every step
    expect(grad((x: Tensor) => lax.foriLoop(0, 1000, (_, y) => step(y), x))(start).item()).toBeCloseTo(
      0.98 ** 1000,
      12,
    );
  });
});
