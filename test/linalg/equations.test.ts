/** Sylvester's equation and tridiagonal systems: residuals on every family of matrices, exchanges of rows, shared matrices. */
import { grad, jit, LinAlgError, np, type Tensor, vmap } from "cotangent";
import * as linalg from "cotangent/linalg";
import { describe, expect, it } from "vitest";
import { checkGrads } from "../../src/testing/gradients.js";
import { matchers } from "../../src/testing/matchers.js";
import { adjoint, families, largest, random, units } from "./matrices.js";

expect.extend(matchers);

describe("Sylvester's equation", () => {
  it.each([
    [1, 1],
    [2, 3],
    [5, 4],
    [12, 9],
  ])("of %i rows and %i columns, by residuals over every family", (m, n) => {
    const b = random([n, n], 3 * n);
    for (const [name, a] of families(m, m, 5 * m)) {
      const q = random([m, n], m + n);
      const size = largest(a);
      // the spectra of A and of a positive shift of B are apart
      const right = np.add(np.mul(size || 1, b), np.mul((2 * n + 1) * m * (size || 1), np.eye(n)));
      const x = linalg.solveSylvester(a, right, q);
      const left = np.add(np.matmul(a, x), np.matmul(x, right));
      const scale = Math.max(1, (size + largest(right)) * largest(x));
      if (Number.isFinite(scale)) expect(units(left, q, scale, m * n), name).toBeLessThan(20);
    }
  });

  it("with complex eigenvalues of both, and with none of Q", () => {
    const turn = np.array([
      [1, 5, 0.5],
      [-2, 1, 0.1],
      [0.3, 0.2, 4],
    ]);
    const x = random([3, 3], 1);
    const q = np.add(np.matmul(turn, x), np.matmul(x, adjoint(turn)));
    expect(linalg.solveSylvester(turn, adjoint(turn), q)).toBeAllClose(x, { rtol: 1e-13, atol: 1e-13 });
    expect(linalg.solveSylvester(np.zeros([0, 0]), np.eye(2), np.zeros([0, 2])).shape).toEqual([0, 2]);
    expect(linalg.solveSylvester(np.eye(2), np.zeros([0, 0]), np.zeros([2, 0])).shape).toEqual([2, 0]);
  });

  it("broadcasts leading axes, and mapping equals looping", () => {
    const a = np.add(random([2, 1, 3, 3], 2), np.mul(4, np.eye(3)));
    const [b, q] = [np.add(random([3, 2, 2], 3), np.mul(4, np.eye(2))), random([3, 2], 4)];
    const x = linalg.solveSylvester(a, b, q);
    expect(x.shape).toEqual([2, 3, 3, 2]);
    const one = linalg.solveSylvester(np.slice(a, 1, 0), np.slice(b, 2), q);
    expect(np.slice(x, 1, 2)).toBeAllClose(one, { rtol: 0, atol: 0 });
    const mapped = vmap((w: Tensor) => linalg.solveSylvester(np.slice(a, 0, 0), w, q))(b);
    expect(mapped).toBeAllClose(np.slice(x, 0), { rtol: 1e-14, atol: 1e-14 });
  });

  it("has the derivatives of its equation in all three operands", () => {
    const operands = [
      np.add(random([3, 3], 5), np.mul(3, np.eye(3))),
      np.add(random([2, 2], 6), np.mul(3, np.eye(2))),
      random([3, 2], 7),
    ];
    checkGrads((a: Tensor, b: Tensor, q: Tensor) => linalg.solveSylvester(a, b, q), operands, { order: 2 });
  });

  it("without a single solution it is an error eagerly, infinite or NaN in graphs", () => {
    expect(() => linalg.solveSylvester(np.eye(2), np.mul(-1, np.eye(2)), np.ones([2, 2]))).toThrow(
      LinAlgError,
    );
    const compiled = jit((a: Tensor) => linalg.solveSylvester(a, np.array([[-1]]), np.array([[1], [1]])));
    const found = compiled(np.diag([1, 2]));
    expect(Number.isFinite(np.sum(found).item())).toBe(false);
  });
});

describe("tridiagonal systems", () => {
  const full = (dl: Tensor, d: Tensor, du: Tensor): Tensor => {
    const n = d.size;
    if (n < 2) return np.diag(d);
    return np.add(
      np.diag(d),
      np.add(np.diag(np.slice(dl, { slice: [1] }), -1), np.diag(np.slice(du, { slice: [0, n - 1] }), 1)),
    );
  };

  it.each([1, 2, 3, 7, 40])("of %i rows: residuals, with exchanges of rows and without", (n) => {
    for (let seed = 0; seed < 6; seed++) {
      // a weak diagonal makes elimination exchange; one of zeros always
      const weight = [1, 4, 1e-3, 1e-300, 1e300, 1e-8][seed] as number;
      const [dl, du] = [random([n], seed + 10), random([n], seed + 20)];
      const d = np.mul(weight, random([n], seed + 30));
      const b = random([n, 2], seed + 40);
      const t = full(dl, d, du);
      const x = linalg.tridiagonalSolve(dl, d, du, b);
      const scale = Math.max(1, largest(t) * largest(x));
      if (Number.isFinite(scale)) expect(units(np.matmul(t, x), b, scale, n)).toBeLessThan(10);
      const vector = np.slice(b, { slice: [] }, 1);
      const alone = linalg.tridiagonalSolve(dl, d, du, vector);
      expect(np.arrayEqual(alone, np.slice(x, { slice: [] }, 1))).toBe(true);
    }
    const none = np.zeros([n]);
    if (n % 2 === 0) {
      // only exchanges solve it
      const x = linalg.tridiagonalSolve(np.ones([n]), none, np.ones([n]), np.ones([n]));
      expect(largest(np.sub(np.matmul(full(np.ones([n]), none, np.ones([n])), x), 1))).toBe(0);
    }
  });

  it("agrees with solve, in derivatives too; the unread corners have none", () => {
    const [dl, du] = [random([5], 1), random([5], 2)];
    const d = np.add(2, random([5], 3));
    const b = random([5, 2], 4);
    expect(linalg.tridiagonalSolve(dl, d, du, b)).toBeAllClose(linalg.solve(full(dl, d, du), b), {
      rtol: 1e-13,
      atol: 1e-14,
    });
    checkGrads(
      (p: Tensor, q: Tensor, r: Tensor, s: Tensor) => linalg.tridiagonalSolve(p, q, r, s),
      [dl, d, du, b],
      { order: 2 },
    );
    const total = (p: Tensor, r: Tensor): Tensor => np.sum(linalg.tridiagonalSolve(p, d, r, b));
    const [below, above] = grad(total, { argnums: [0, 1] })(dl, du);
    expect(np.slice(below, 0).item()).toBeCloseTo(0, 300);
    expect(np.slice(above, 4).item()).toBeCloseTo(0, 300);
    expect(linalg.tridiagonalSolve(new Float32Array([0, 1]), [2, 2], [1, 0], [1, 1]).dtype).toBe("float64");
    const narrow = [new Float32Array([0, 1]), new Float32Array([2, 2]), new Float32Array([1, 0])] as const;
    expect(linalg.tridiagonalSolve(...narrow, new Float32Array([1, 1])).dtype).toBe("float32");
  });

  it("broadcasts, is mapped with one matrix for all and with many, and takes a million rows", () => {
    const [dl, d, du] = [np.ones([4]), np.mul(4, np.ones([3, 4])), np.ones([4])];
    const b = random([4, 2], 5);
    expect(linalg.tridiagonalSolve(dl, d, du, b).shape).toEqual([3, 4, 2]);
    const one = np.slice(d, 0);
    const many = random([6, 4], 6);
    const together = vmap((x: Tensor) => linalg.tridiagonalSolve(dl, one, du, x))(many);
    const apart = np.stack(
      [...Array(6).keys()].map((i) => linalg.tridiagonalSolve(dl, one, du, np.slice(many, i))),
    );
    expect(together).toBeAllClose(apart, { rtol: 0, atol: 0 });
    const n = 1e6;
    const line = np.ones([n]);
    const long = linalg.tridiagonalSolve(line, np.mul(-2.5, line), line, np.mul(-0.5, line));
    expect(np.slice(long, n / 2).item()).toBeCloseTo(1, 12);
    expect(
      linalg.tridiagonalSolve(np.zeros([0]), np.zeros([0]), np.zeros([0]), np.zeros([0, 3])).shape,
    ).toEqual([0, 3]);
  });

  it("a singular one is an error eagerly, infinite or NaN in graphs", () => {
    const zeros = np.zeros([3]);
    expect(() => linalg.tridiagonalSolve(zeros, zeros, zeros, np.ones([3]))).toThrow(LinAlgError);
    const compiled = jit((d: Tensor) => linalg.tridiagonalSolve(zeros, d, zeros, np.ones([3])));
    expect(np.any(np.isfinite(compiled(zeros))).item()).toBe(0);
  });
});
