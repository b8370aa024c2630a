import { grad, hessian, hvp, jacfwd, jacobian, jacrev, np, type Tensor } from "cotangent";
import { describe, expect, test } from "vitest";

describe("Jacobians", () => {
  const f = (x: Tensor): Tensor => np.stack([np.sum(np.multiply(x, x)), np.prod(x)]);

  test("both modes agree, in NumPy's layout: result axes, then argument axes", () => {
    const x = np.array([1, 2, 3]);
    const expected = [
      [2, 4, 6],
      [6, 3, 2],
    ];
    expect(jacfwd(f)(x).toArray()).toEqual(expected);
    expect(jacrev(f)(x).toArray()).toEqual(expected);
    expect(jacobian(f)(x).toArray()).toEqual(expected);
  });

  test("scalars and matrices", () => {
    expect(jacfwd(np.sin)(0).shape).toEqual([]);
    expect(jacrev(np.sin)(0).item()).toBe(1);
    const m = np.reshape(np.arange(6), [2, 3]);
    for (const mode of [jacfwd, jacrev]) {
      const j = mode((x: Tensor) => np.transpose(x))(m);
      expect(j.shape).toEqual([3, 2, 2, 3]);
      expect(np.sum(j).item()).toBe(6);
    }
  });

  test("trees of arguments and results, and argnums", () => {
    const g = (p: { readonly a: Tensor; readonly b: Tensor }, s: Tensor): { readonly y: Tensor } => ({
      y: np.multiply(s, np.add(p.a, np.sum(p.b))),
    });
    const p = { a: np.array([1, 2]), b: np.array([3, 4, 5]) };
    for (const mode of [jacfwd, jacrev]) {
      const j = mode(g)(p, 2);
      expect(j.y.a.toArray()).toEqual([
        [2, 0],
        [0, 2],
      ]);
      expect(j.y.b.shape).toEqual([2, 3]);
      const [, byS] = mode(g, { argnums: [0, 1] })(p, 2).y;
      expect(byS.toArray()).toEqual([13, 14]);
    }
  });

  test("Hessians by all four pairs of modes", () => {
    const h = (x: Tensor): Tensor => np.sum(np.multiply(np.sin(x), np.flip(x)));
    const x = np.array([0.3, -0.7, 1.1]);
    const reference = hessian(h)(x).toTypedArray();
    for (const [outer, inner] of [
      [jacfwd, jacfwd],
      [jacrev, jacfwd],
      [jacrev, jacrev],
    ] as const) {
      const other = outer(inner(h))(x).toTypedArray();
      other.forEach((v, i) => {
        expect(Math.abs(v - (reference[i] as number))).toBeLessThan(1e-14);
      });
    }
  });

  test("hvp is the Hessian times a vector", () => {
    const h = (x: Tensor): Tensor => np.sum(np.power(x, 3));
    const [product] = hvp(h, [np.array([1, 2])], [np.array([1, 10])]);
    expect(product.toArray()).toEqual([6, 120]);
  });

  test("an empty argument has an empty Jacobian", () => {
    const j = jacrev((x: Tensor) => np.stack([np.sum(x), np.sum(x)]))(np.zeros([0]));
    expect(j.shape).toEqual([2, 0]);
    expect(jacfwd((x: Tensor) => np.stack([np.sum(x), np.sum(x)]))(np.zeros([0])).shape).toEqual([2, 0]);
  });

  test("hasAux", () => {
    const g = (x: Tensor): [Tensor, string] => [np.multiply(x, x), "aux"];
    expect(jacfwd(g, { hasAux: true })(np.array([1, 2]))[1]).toBe("aux");
    expect(jacrev(g, { hasAux: true })(np.array([1, 2]))[1]).toBe("aux");
  });

  test("the gradient of a norm of a Jacobian", () => {
    const inner = (x: Tensor): Tensor => np.multiply(x, x);
    const g = grad((x: Tensor) => np.sum(np.square(jacfwd(inner)(x))))(np.array([1, 2]));
    expect(g.toArray()).toEqual([8, 16]);
  });
});
