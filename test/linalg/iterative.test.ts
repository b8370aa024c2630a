/** Conjugate gradients and BiCGSTAB: solutions, and derivatives by implicit differentiation in both modes and orders. */
import { grad, hessian, jacfwd, jacrev, jit, makeGraph, np, type Tensor, vmap } from "cotangent";
import * as linalg from "cotangent/linalg";
import { describe, expect, it } from "vitest";
import { evaluateGraph } from "../../src/interpreters/evaluate.js";
import { checkGrads } from "../../src/testing/gradients.js";
import { matchers } from "../../src/testing/matchers.js";
import { adjoint, random } from "./matrices.js";

expect.extend(matchers);

const n = 3;
const x = random([n, n], 1);
const spd = np.add(np.matmul(x, adjoint(x)), np.mul(2, np.eye(n)));
const skewed = np.add(np.mul(0.5, x), np.mul(3, np.eye(n)));
const b = random([n], 2);
const exact = { tol: 1e-14, maxiter: 12 } as const;

const methods = [
  ["cg", linalg.cg, spd],
  ["bicgstab", linalg.bicgstab, skewed],
  ["gmres", linalg.gmres, skewed],
] as const;

describe.each(methods)("%s", (_, solve, a) => {
  const symmetric = solve === linalg.cg;
  const matrixOf = (y: Tensor): Tensor => (symmetric ? np.mul(0.5, np.add(y, adjoint(y))) : y);

  it("solves, from a matrix, a function, a start, with a preconditioner", () => {
    const expected = linalg.solve(a, b);
    const inverse = np.diag(np.reciprocal(np.diagonal(a)));
    for (const found of [
      solve(a, b, exact),
      solve((v) => np.matvec(a, v), b, exact),
      solve(a, b, { ...exact, x0: random([n], 3) }),
      solve(a, b, { ...exact, x0: expected }),
      solve(a, b, { ...exact, preconditioner: inverse }),
      solve(a, b, { ...exact, preconditioner: (v) => np.matvec(linalg.inv(a), v) }),
      solve(a, b, { tol: 0, atol: 1e-14 }),
    ])
      expect(found).toBeAllClose(expected, { rtol: 1e-11, atol: 1e-12 });
    expect(solve(a, np.zeros([n])).toArray()).toEqual([0, 0, 0]);
    expect(solve(a, b, { maxiter: 0 }).toArray()).toEqual([0, 0, 0]);
    const images = random([2, 3], 4);
    const stretched = solve((v) => np.add(np.mul(3, v), np.mul(0.5, np.roll(v, 1, { axis: 1 }))), images, {
      tol: 1e-3,
      maxiter: 2,
    });
    expect(stretched.shape).toEqual([2, 3]);
  });

  it("has the derivatives of the solution, in both modes and to order 2", () => {
    const f = (y: Tensor, right: Tensor): Tensor => solve(matrixOf(y), right, exact);
    checkGrads(f, [a, b]);
    checkGrads(
      (y: Tensor, right: Tensor) => solve((v) => np.matvec(matrixOf(y), np.mul(v, 2)), right, exact),
      [a, b],
    );
    checkGrads(
      (y: Tensor) =>
        solve(matrixOf(y), b, { ...exact, preconditioner: np.diag(np.reciprocal(np.diagonal(y))) }),
      [a],
    );
    const total = (y: Tensor): Tensor => np.sum(np.sin(f(y, b)));
    const direct = (y: Tensor): Tensor => np.sum(np.sin(linalg.solve(matrixOf(y), b)));
    for (const second of [
      hessian,
      (g: typeof total) => jacfwd(jacfwd(g)),
      (g: typeof total) => jacrev(jacrev(g)),
      (g: typeof total) => jacrev(jacfwd(g)),
    ])
      for (const g of [total, jit(total)])
        expect(second(g)(a)).toBeAllClose(second(direct)(a), { rtol: 1e-8, atol: 1e-9 });
  });

  it("the start and the preconditioner have no derivative", () => {
    const slope = grad((t: Tensor) =>
      np.sum(solve(a, b, { ...exact, x0: np.mul(t, b), preconditioner: np.mul(t, np.eye(n)) })),
    )(1.5);
    expect(slope.item()).toBeCloseTo(0, 10);
  });

  it("maps: vmap over right-hand sides, over matrices, and their gradients", () => {
    const bs = random([3, n], 5);
    const as = np.stack([a, np.add(a, np.eye(n)), np.mul(2, a)]);
    const options = { tol: 1e-13, maxiter: 20 };
    const one = (y: Tensor, right: Tensor): Tensor => solve(y, right, options);
    expect(vmap(one, { inAxes: [null, 0] })(a, bs)).toBeAllClose(np.matmul(bs, adjoint(linalg.inv(a))), {
      atol: 1e-11,
    });
    expect(vmap(one, { inAxes: [0, null] })(as, b)).toBeAllClose(linalg.solve(as, b), { atol: 1e-11 });
    const total = (y: Tensor): Tensor => np.sum(np.square(one(y, b)));
    const byExample = vmap(grad(total))(as);
    [0, 1, 2].forEach((i) => {
      expect(np.slice(byExample, i)).toBeAllClose(grad(total)(np.slice(as, i)), { atol: 1e-10 });
    });
  });

  it("has the same derivatives of a compiled function, the preconditioner made of its arguments", () => {
    const total = (y: Tensor, right: Tensor): Tensor => {
      const near = np.diag(np.reciprocal(np.diagonal(y)));
      return np.sum(np.sin(solve(matrixOf(y), right, { ...exact, preconditioner: near })));
    };
    for (const argnums of [0, 1])
      expect(grad(jit(total), { argnums })(a, b)).toBeAllClose(grad(total, { argnums })(a, b), {
        rtol: 1e-10,
      });
  });

  it("stays what it is in a graph", () => {
    const graph = makeGraph((y: Tensor) => solve(y, b, { tol: 1e-13, maxiter: 12 }))(a);
    expect(evaluateGraph(graph, [a])[0]).toBeAllClose(linalg.solve(a, b), { atol: 1e-11 });
  });
});

it("gmres starts again from where it is", () => {
  const x0 = linalg.gmres(skewed, b, { restart: 2, maxiter: 1, tol: 1e-14 });
  const residual = (y: Tensor): number => np.norm(np.sub(np.matvec(skewed, y), b)).item();
  expect(residual(x0)).toBeLessThan(residual(np.zeros([n])));
  expect(residual(x0)).toBeGreaterThan(1e-6);
  const found = linalg.gmres(skewed, b, { restart: 2, maxiter: 40, tol: 1e-14 });
  expect(found).toBeAllClose(linalg.solve(skewed, b), { rtol: 1e-12 });
});

describe("where values cannot be read", () => {
  const a = np.array([
    [4, 1, 0],
    [1, 3, 1],
    [0, 1, 2],
  ]);
  const rows = np.array([
    [1, 2, 3],
    [0, 0, 0],
    [1e3, 0, -5],
  ]);
  // so many steps would not end, were they all taken
  const options = { tol: 1e-10, maxiter: 1e9 };
  const solvers = [linalg.cg, linalg.bicgstab, linalg.gmres] as const;

  it("the loop ends with the residual, compiled and mapped", () => {
    for (const solve of solvers) {
      const f = (m: Tensor, b: Tensor): Tensor => solve(m, b, options);
      const eager = [0, 1, 2].map((i) => f(a, np.slice(rows, i)));
      expect(jit(f)(a, np.slice(rows, 0)).toArray()).toEqual((eager[0] as Tensor).toArray());
      const mapped = vmap(f, { inAxes: [null, 0] })(a, rows);
      expect(np.allclose(mapped, np.stack(eager), { rtol: 1e-12, atol: 1e-12 })).toBe(true);
      expect(
        np.allclose(jit(vmap(f, { inAxes: [null, 0] }))(a, rows), mapped, { rtol: 1e-12, atol: 1e-12 }),
      ).toBe(true);
    }
  });

  it("and so do its derivatives", () => {
    for (const solve of solvers) {
      const total = (m: Tensor, b: Tensor): Tensor =>
        np.sum(np.square(solve(np.add(m, np.transpose(m)), b, options)));
      const b = np.slice(rows, 0);
      const [eager, compiled] = [grad(total)(a, b), jit(grad(total))(a, b)];
      expect(np.allclose(eager, compiled, { rtol: 1e-8, atol: 1e-10 })).toBe(true);
      const mapped = vmap(grad(total, { argnums: 1 }), { inAxes: [null, 0] })(a, rows);
      const loop = [0, 1, 2].map((i) => grad(total, { argnums: 1 })(a, np.slice(rows, i)));
      expect(np.allclose(mapped, np.stack(loop), { rtol: 1e-8, atol: 1e-10 })).toBe(true);
    }
  });
});
