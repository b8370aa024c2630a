import { elementwiseGrad, grad, np, type Tensor, valueAndGrad } from "cotangent";
import { describe, expect, test } from "vitest";

const cube = (x: Tensor): Tensor => np.multiply(x, np.multiply(x, x));

describe("grad", () => {
  test("nests to any order, also at 0", () => {
    expect(grad(cube)(2).item()).toBe(12);
    expect(grad(grad(cube))(2).item()).toBe(12);
    expect(grad(grad(grad(cube)))(2).item()).toBe(6);
    expect(grad(grad(grad(grad(cube))))(2).item()).toBe(0);
    const square = (x: Tensor): Tensor => np.power(x, 2);
    expect(
      [grad(square)(0), grad(grad(square))(0), grad(grad(grad(square)))(0)].map((t) => t.item()),
    ).toEqual([0, 2, 0]);
  });

  test("argnums picks one argument, or several as a list in the order named", () => {
    const f = (a: Tensor, b: Tensor, c: Tensor): Tensor => np.add(np.multiply(a, b), c);
    expect(grad(f)(2, 3, 4).item()).toBe(3);
    expect(grad(f, { argnums: 1 })(2, 3, 4).item()).toBe(2);
    expect(grad(f, { argnums: -1 })(2, 3, 4).item()).toBe(1);
    expect(grad(f, { argnums: [2, 0] })(2, 3, 4).map((t) => t.item())).toEqual([1, 3]);
  });

  test("arguments that are not differentiated may be anything", () => {
    const f = (x: Tensor, how: "square" | "cube"): Tensor => np.power(x, how === "square" ? 2 : 3);
    expect(grad(f)(3, "cube").item()).toBe(27);
  });

  test("trees keep their shape: objects, tuples, Map, null, nesting", () => {
    interface Params {
      readonly layers: readonly { readonly w: Tensor; readonly b: Tensor | null }[];
      readonly scale: Map<string, Tensor>;
    }
    const params: Params = {
      layers: [
        { w: np.array([1, 2]), b: np.array([3, 4]) },
        { w: np.array([5, 6]), b: null },
      ],
      scale: new Map([["s", np.array(2)]]),
    };
    const f = (p: Params): Tensor => {
      let total: Tensor = np.array(0);
      for (const { w, b } of p.layers) total = np.add(total, np.sum(b === null ? w : np.multiply(w, b)));
      return np.multiply(total, p.scale.get("s") as Tensor);
    };
    const g = grad(f)(params);
    expect(g.layers[0]?.w.toArray()).toEqual([6, 8]);
    expect(g.layers[0]?.b?.toArray()).toEqual([2, 4]);
    expect(g.layers[1]?.w.toArray()).toEqual([2, 2]);
    expect(g.layers[1]?.b).toBeNull();
    expect(g.scale.get("s")?.item()).toBe(22);
  });

  test("hasAux returns what the function adds, without tracers in it", () => {
    const f = (x: Tensor): [Tensor, { readonly y: Tensor; readonly note: string }] => {
      const y = np.sin(x);
      return [np.multiply(y, y), { y, note: "kept" }];
    };
    const [g, aux] = grad(f, { hasAux: true })(0.5);
    expect(g.item()).toBeCloseTo(2 * Math.sin(0.5) * Math.cos(0.5), 15);
    expect(aux.y.item()).toBe(Math.sin(0.5));
    expect(aux.note).toBe("kept");
    const [[value, more]] = valueAndGrad(f, { hasAux: true })(0.5);
    expect(value.item()).toBe(Math.sin(0.5) ** 2);
    expect(more.note).toBe("kept");
  });

  test("an argument that the result does not depend on has gradient zero, in its shape and dtype", () => {
    const unused = grad((_x: Tensor, y: Tensor) => np.sum(y))(
      np.zeros([2, 3], { dtype: "float32" }),
      np.array([1, 2]),
    );
    expect(unused.toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(unused.dtype).toBe("float32");
  });

  test("float32 stays float32; a bare number yields to what it meets", () => {
    const w = np.array([1.5, 2.5], { dtype: "float32" });
    const f = (x: Tensor): Tensor => np.sum(np.multiply(x, w));
    expect(f(np.array(2, { dtype: "float32" })).dtype).toBe("float32");
    expect(valueAndGrad(f)(2)[0].dtype).toBe("float32");
    expect(grad((v: Tensor) => np.sum(np.multiply(2.5, v)))(w).dtype).toBe("float32");
  });

  test("a function may be called again and again, and close over tensors", () => {
    const w = np.array([1, 2, 3]);
    const g = grad((x: Tensor) => np.dot(np.multiply(x, w), x));
    for (let i = 0; i < 3; i++) expect(g(w).toArray()).toEqual([2, 8, 18]);
  });

  test("elementwiseGrad differentiates at every element", () => {
    expect(elementwiseGrad(np.sin)(np.array([0, 1])).toArray()).toEqual([1, Math.cos(1)]);
    expect(elementwiseGrad(elementwiseGrad(cube))(np.array([1, 2])).toArray()).toEqual([6, 12]);
  });
});
