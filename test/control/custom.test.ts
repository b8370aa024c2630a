/**
 * Functions with rules of the user's: a rule of either kind holds in both modes, to the third order and inside vmap;
 * the rule given is the one that is used; checkpoint keeps fewer residuals.
 */
import { describe, expect, it } from "vitest";
import { checkGraph } from "../../src/graph/check.js";
import { TraceTag } from "../../src/graph/context.js";
import { residuals } from "../../src/graph/graph.js";
import {
  checkpoint,
  customJvp,
  customVjp,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jvp,
  makeGraph,
  np,
  type Tensor,
  vjp,
  vmap,
} from "../../src/index.js";
import { linearizeFlat } from "../../src/interpreters/linearize.js";
import { checkGrads, matchers } from "../../src/testing/index.js";

expect.extend(matchers);

type Scalar = (x: Tensor) => Tensor;
const T = (x: unknown): Tensor => x as Tensor;

/** sin, by a rule of either kind; and recomputed. */
const sines: Readonly<Record<string, Scalar>> = {
  customJvp: customJvp(
    (x: Tensor) => T(np.sin(x)),
    ([x], [dx]) => [T(np.sin(T(x))), T(np.mul(np.cos(T(x)), T(dx)))] as never,
  ) as unknown as Scalar,
  "customJvp that calls itself no more": customJvp(
    (x: Tensor) => T(np.sin(x)),
    ([x], [dx]) => jvp((y: Tensor) => T(np.sin(y)), [T(x)], [T(dx)]) as never,
  ) as unknown as Scalar,
  customVjp: customVjp(
    (x: Tensor) => T(np.sin(x)),
    (x: Tensor) => [T(np.sin(x)), x] as [Tensor, Tensor],
    (x: Tensor, ct: Tensor) => [np.mul(ct, np.cos(x))] as never,
  ) as unknown as Scalar,
  "customVjp of residuals in a tree": customVjp(
    (x: Tensor) => T(np.sin(x)),
    (x: Tensor) => [T(np.sin(x)), { c: T(np.cos(x)), rest: [null] }] as [Tensor, { c: Tensor; rest: null[] }],
    (r: { c: Tensor }, ct: Tensor) => [np.mul(ct, r.c)] as never,
  ) as unknown as Scalar,
  checkpoint: checkpoint((x: Tensor) => T(np.sin(x))) as unknown as Scalar,
  "checkpoint of a custom rule": checkpoint(
    customVjp(
      (x: Tensor) => T(np.sin(x)),
      (x: Tensor) => [T(np.sin(x)), x] as [Tensor, Tensor],
      (x: Tensor, ct: Tensor) => [np.mul(ct, np.cos(x))] as never,
    ) as unknown as Scalar,
  ) as unknown as Scalar,
  "a custom rule of a checkpoint": customJvp(
    checkpoint((x: Tensor) => T(np.sin(x))) as unknown as Scalar,
    ([x], [dx]) =>
      [T(np.sin(T(x))), T(np.mul(checkpoint((y: Tensor) => T(np.cos(y)))(T(x)), T(dx)))] as never,
  ) as unknown as Scalar,
};

const forward =
  (f: Scalar): Scalar =>
  (x) =>
    T(jvp(f, [x], [T(np.onesLike(x))])[1]);
const reverse =
  (f: Scalar): Scalar =>
  (x) =>
    (vjp(f, [x])[1] as unknown as (ct: Tensor) => [Tensor])(T(np.onesLike(f(x))))[0];
const sequences = (n: number): (readonly (typeof forward)[])[] =>
  n === 0
    ? [[]]
    : sequences(n - 1).flatMap((rest) => [
        [forward, ...rest],
        [reverse, ...rest],
      ]);

describe.each(Object.entries(sines))("sin as %s", (_, sine) => {
  const x = np.array([0.3, -1.2, 2]);
  const derivatives = [np.sin(x), np.cos(x), np.negative(np.sin(x)), np.negative(np.cos(x))];

  it("has its derivatives in every sequence of modes, to order 3", () => {
    for (const n of [0, 1, 2, 3]) {
      for (const modes of sequences(n)) {
        const f = modes.reduce((g, mode) => mode(g), sine);
        expect(f(T(x))).toBeAllClose(derivatives[n], { rtol: 1e-12 });
      }
    }
  });

  it("has them inside vmap, and around it", () => {
    for (const n of [1, 2, 3]) {
      for (const modes of sequences(n)) {
        const inside = vmap(modes.reduce((g, mode) => mode(g), sine));
        expect(T(inside(T(x) as never))).toBeAllClose(derivatives[n], { rtol: 1e-12 });
        const around = modes.reduce((g, mode) => mode(g), ((y: Tensor) =>
          T(vmap(sine)(y as never))) as Scalar);
        expect(around(T(x))).toBeAllClose(derivatives[n], { rtol: 1e-12 });
        // a vmap at each level takes one axis
        const between = modes.reduce(
          (g, mode) => ((y: Tensor) => T(vmap(mode(g))(y as never))) as Scalar,
          sine,
        );
        const shape = [3, 1, 1].slice(0, n);
        expect(between(T(np.reshape(x, shape as [3])))).toBeAllClose(
          np.reshape(derivatives[n] as Tensor, shape as [3]),
          { rtol: 1e-12 },
        );
      }
    }
  }, 20_000);

  it("has Hessians and Jacobians", () => {
    const total = (y: Tensor): Tensor => T(np.sum(np.mul(sine(y), sine(y))));
    const expected = np.mul(2, np.cos(np.mul(2, x))).toArray() as number[];
    const diagonal = expected.map((v, i) => expected.map((_, j) => (i === j ? v : 0)));
    expect(T(hessian(total as never)(x as never))).toBeAllClose(diagonal);
    expect(T(jacrev(jacfwd(total as never) as never)(x as never))).toBeAllClose(diagonal);
    expect(T(jacrev(jacrev(total as never) as never)(x as never))).toBeAllClose(diagonal);
    expect(T(jacfwd(jacfwd(total as never) as never)(x as never))).toBeAllClose(diagonal);
  });

  it("stages to well-formed graphs, also with what it closes over", () => {
    checkGraph(makeGraph(sine)(x as never));
    checkGraph(makeGraph(reverse(sine))(x as never));
    checkGraph(makeGraph(forward(sine))(x as never));
  });

  it("agrees with differences", () => {
    checkGrads((y: Tensor) => T(np.mul(sine(T(np.mul(y, y))), y)), [x], { order: 3 });
  });
});

describe("the rule that was given is the one that is used", () => {
  // deliberately not the derivative: twice it
  const doubled = {
    customJvp: customJvp(
      (x: Tensor) => T(np.sin(x)),
      ([x], [dx]) => [T(np.sin(T(x))), T(np.mul(2, np.mul(np.cos(T(x)), T(dx))))] as never,
    ) as unknown as Scalar,
    customVjp: customVjp(
      (x: Tensor) => T(np.sin(x)),
      (x: Tensor) => [T(np.sin(x)), x] as [Tensor, Tensor],
      (x: Tensor, ct: Tensor) => [np.mul(2, np.mul(ct, np.cos(x)))] as never,
    ) as unknown as Scalar,
  };
  it.each(Object.entries(doubled))("%s, in both modes, in vmap and through checkpoint", (_, f) => {
    const x = T(np.array([0.4, 0.9]));
    const expected = np.mul(2, np.cos(x));
    expect(forward(f)(x)).toBeAllClose(expected);
    expect(reverse(f)(x)).toBeAllClose(expected);
    expect(T(vmap(forward(f))(x as never))).toBeAllClose(expected);
    expect(T(vmap(reverse(f))(x as never))).toBeAllClose(expected);
    expect(reverse(checkpoint(f) as unknown as Scalar)(x)).toBeAllClose(expected);
    expect(forward(checkpoint(f) as unknown as Scalar)(x)).toBeAllClose(expected);
  });
});

describe("rules of trees", () => {
  interface Pair {
    readonly a: Tensor;
    readonly b: readonly [Tensor, Tensor];
  }
  const product = customVjp(
    (p: Pair, n: Tensor) => ({ out: T(np.mul(np.mul(p.a, p.b[0]), n)), other: T(np.sum(p.b[1])) }),
    (p: Pair, n: Tensor) =>
      [{ out: T(np.mul(np.mul(p.a, p.b[0]), n)), other: T(np.sum(p.b[1])) }, [p, n]] as never,
    ((res: readonly [Pair, Tensor], ct: { readonly out: Tensor; readonly other: Tensor }) => {
      const [p, n] = res;
      const a = np.mul(np.mul(ct.out, p.b[0]), n);
      const b = np.mul(np.mul(ct.out, p.a), n);
      return [{ a, b: [b, np.broadcastTo(ct.other, [...p.b[1].shape])] }, null];
    }) as never,
  );
  const p: Pair = { a: np.array([1.5, -2]), b: [np.array([0.5, 3]), np.array([[1, 2, 3]])] };
  it("several arguments and results, null for zero, an integer among them", () => {
    const n = np.array(3, { dtype: "int32" });
    const f = (q: Pair): Tensor => {
      const { out, other } = product(q as never, np.astype(n, "float64") as never) as unknown as {
        out: Tensor;
        other: Tensor;
      };
      return T(np.add(np.sum(np.sin(out)), np.mul(other, other)));
    };
    checkGrads(f, [p], { order: 3 });
  });
});

describe("checkpoint", () => {
  // each layer keeps several intermediates
  const layer: Scalar = (x) => T(np.tanh(np.mul(np.sin(x), np.exp(np.mul(x, 0.5)))));
  const deep =
    (block: Scalar): Scalar =>
    (x) => {
      let y = x;
      for (let i = 0; i < 8; i++) y = block(y);
      return y;
    };
  const x = T(np.array([0.3, -0.4, 0.5]));
  const savedBy = (f: Scalar): number => {
    const { graph } = linearizeFlat(
      ([y]) => [f(y as Tensor)],
      [x],
      [true],
      new TraceTag("count", { name: "f" }),
    );
    return residuals(graph).filter((r) => r.size > 1 && r.concrete("count").data !== null).length;
  };

  it("saves one residual for each block, where the plain function saves several", () => {
    const plain = savedBy(deep(layer));
    const recomputed = savedBy(deep(checkpoint(layer) as unknown as Scalar));
    expect(recomputed).toBe(8);
    expect(plain).toBeGreaterThanOrEqual(4 * recomputed);
    expect(savedBy(checkpoint(deep(layer)) as unknown as Scalar)).toBe(1);
  });

  it("saves what it closes over once, not its intermediates", () => {
    const saved = savedBy((y) => T(checkpoint((z: Tensor) => layer(T(np.mul(layer(y), z))))(y)));
    expect(saved).toBe(1); // y, as operand and closed over
  });

  it("computes the function again, once for each pullback", () => {
    let calls = 0;
    const counted = checkpoint((y: Tensor) => {
      calls++;
      return layer(y);
    }) as unknown as Scalar;
    const [, pullback] = vjp(counted, [x]) as unknown as [Tensor, (ct: Tensor) => [Tensor]];
    const before = calls;
    pullback(T(np.ones([3])));
    expect(calls).toBe(before + 1);
  });

  it("has the value and the derivatives of the function", () => {
    const f = deep(checkpoint(layer) as unknown as Scalar);
    expect(f(x)).toBeAllClose(deep(layer)(x), { rtol: 0, atol: 0 });
    expect(reverse(f)(x)).toBeAllClose(reverse(deep(layer))(x), { rtol: 1e-14 });
    expect(reverse(reverse(f))(x)).toBeAllClose(reverse(reverse(deep(layer)))(x), { rtol: 1e-12 });
    checkGrads(deep(checkpoint(layer) as unknown as Scalar), [x], { order: 2 });
    expect(T(grad(((y: Tensor) => T(np.sum(f(y)))) as never)(x as never))).toHaveShape([3]);
  });
});
