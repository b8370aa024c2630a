import { grad, np, psum, type Tensor, vmap } from "cotangent";
import { describe, expect, test } from "vitest";

const m = np.reshape(np.arange(6), [2, 3]);

describe("vmap", () => {
  test("maps axis 0 by default, any other by inAxes, negative ones too", () => {
    expect(vmap((x: Tensor) => np.sum(x))(m).toArray()).toEqual([3, 12]);
    expect(vmap((x: Tensor) => np.sum(x), { inAxes: 1 })(m).toArray()).toEqual([3, 5, 7]);
    expect(vmap((x: Tensor) => np.sum(x), { inAxes: -1 })(m).toArray()).toEqual([3, 5, 7]);
  });

  test("null shares an argument, which may then be anything", () => {
    const f = (x: Tensor, y: Tensor): Tensor => np.dot(x, y);
    expect(vmap(f, { inAxes: [0, null] })(m, np.array([1, 0, 1])).toArray()).toEqual([2, 8]);
    const g = (x: Tensor, name: string): Tensor => (name === "neg" ? np.negative(x) : x);
    expect(vmap(g, { inAxes: [0, null] })(np.array([1, 2]), "neg").toArray()).toEqual([-1, -2]);
  });

  test("trees of axes, a prefix of the argument's tree", () => {
    const f = (p: { readonly w: Tensor; readonly b: Tensor }, x: Tensor): Tensor =>
      np.add(np.dot(p.w, x), p.b);
    const p = { w: m, b: np.array(10) };
    expect(vmap(f, { inAxes: [{ w: 0, b: null }, null] })(p, np.array([1, 1, 1])).toArray()).toEqual([
      13, 22,
    ]);
    expect(vmap(f, { inAxes: [{ w: 1, b: null }, null] })(p, np.array([1, 1])).toArray()).toEqual([
      13, 15, 17,
    ]);
  });

  test("outAxes, also null and negative, as a tree", () => {
    const f = (x: Tensor): [Tensor, Tensor] => [x, np.array(7)];
    const [a, b] = vmap(f, { outAxes: [1, null] })(m);
    expect(a.toArray()).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    expect(b.item()).toBe(7);
    expect(vmap((x: Tensor) => x, { outAxes: -1 })(m).shape).toEqual([3, 2]);
    expect(vmap(() => np.array(7), { axisSize: 3 })().toArray()).toEqual([7, 7, 7]);
  });

  test("nested, with grad inside and outside", () => {
    const outer = vmap((x: Tensor) => vmap((y: Tensor) => np.multiply(x, y))(np.array([1, 2, 3])))(
      np.array([1, 10]),
    );
    expect(outer.toArray()).toEqual([
      [1, 2, 3],
      [10, 20, 30],
    ]);
    const loss = (w: Tensor, x: Tensor): Tensor => np.square(np.dot(w, x));
    const w = np.array([1, 2, 3]);
    expect(vmap(grad(loss), { inAxes: [null, 0] })(w, m).toArray()).toEqual([
      [0, 16, 32],
      [156, 208, 260],
    ]);
    const total = (v: Tensor): Tensor => np.sum(vmap((x: Tensor) => loss(v, x))(m));
    expect(grad(total)(w).toArray()).toEqual([156, 224, 292]);
  });

  test("collectives speak along the named axis", () => {
    const normalize = vmap((x: Tensor) => np.divide(x, psum(x, "i")), { axisName: "i" });
    expect(normalize(np.array([1, 3])).toArray()).toEqual([0.25, 0.75]);
  });

  test("a batch of no examples", () => {
    expect(vmap((x: Tensor) => np.sum(np.sin(x)))(np.zeros([0, 3])).shape).toEqual([0]);
  });

  test("reductions, sorts, indexing and products inside", () => {
    const x = np.array([
      [3, 1, 2],
      [9, 7, 8],
    ]);
    expect(vmap((r: Tensor) => np.sort(r))(x).toArray()).toEqual([
      [1, 2, 3],
      [7, 8, 9],
    ]);
    expect(vmap((r: Tensor) => np.take(r, np.argmax(r)))(x).toArray()).toEqual([3, 9]);
    const positions = np.array([2, 0], { dtype: "int32" });
    expect(vmap((r: Tensor, i: Tensor) => np.take(r, i))(x, positions).toArray()).toEqual([2, 9]);
    expect(vmap((r: Tensor) => np.outer(r, r))(x).shape).toEqual([2, 3, 3]);
  });
});
