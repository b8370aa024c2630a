/** Matrices that are not symmetric: residuals and structure of their forms on every family, and derivatives. */
import { grad, hessian, jit, np, type Tensor, vmap } from "cotangent";
import * as linalg from "cotangent/linalg";
import { describe, expect, it } from "vitest";
import { checkGrads } from "../../src/testing/gradients.js";
import { matchers } from "../../src/testing/matchers.js";
import { adjoint, families, largest, random, units } from "./matrices.js";
import { spectra, structured } from "./nonsymmetric.js";

expect.extend(matchers);

const sizes = [1, 2, 3, 4, 7, 20] as const;

describe.each(sizes)("of %i rows", (n) => {
  it.each([...families(n, n, 13 * n), ...structured(n, n)])("the Schur form of a matrix %s", (_, a) => {
    const [t, z] = linalg.schur(a);
    const back = np.matmul(z, np.matmul(t, adjoint(z)));
    expect(units(back, a, largest(a) || 1, n)).toBeLessThan(20);
    expect(units(np.matmul(adjoint(z), z), np.eye(n), 1, n)).toBeLessThan(20);
    const rows = t.toArray() as number[][];
    const at = (i: number, j: number): number => (rows[i] as number[])[j] as number;
    for (let i = 0; i < n; i++) for (let j = 0; j + 1 < i; j++) expect(at(i, j)).toBeCloseTo(0, 300);
    for (let i = 0; i + 1 < n; i++) {
      if (at(i + 1, i) === 0) continue;
      // a block in standard form, not followed by another in the next row
      expect(at(i, i)).toBe(at(i + 1, i + 1));
      expect(Math.sign(at(i, i + 1))).toBe(-Math.sign(at(i + 1, i)));
      if (i + 2 < n) expect(Math.abs(at(i + 2, i + 1))).toBe(0);
    }
  });
});

describe("the derivative of the Schur form", () => {
  it.each(spectra)("of a matrix with %s", (_, a) => {
    checkGrads((x: Tensor) => linalg.schur(x), [a], { order: 2 });
  });
  it("is that of A itself where the form is put together again, also for equal eigenvalues", () => {
    const weights = random([3, 3], 5);
    const again = (x: Tensor): Tensor => {
      const [t, z] = linalg.schur(x);
      return np.sum(np.mul(weights, np.matmul(np.matmul(z, t), adjoint(z))));
    };
    for (const a of [np.eye(3), np.zeros([3, 3]), random([3, 3], 6), np.diag([1, 2, 2])])
      expect(grad(again)(a)).toBeAllClose(weights, { rtol: 1e-12, atol: 1e-12 });
    const squares = (x: Tensor): Tensor => np.sum(np.square(linalg.schur(x)[0]));
    expect(largest(np.sub(grad(squares)(np.eye(3)), np.mul(2, np.eye(3))))).toBeLessThan(1e-14);
    expect(Number.isFinite(largest(hessian(squares)(np.eye(2))))).toBe(true);
  });
  it("is batched and compiled as it is eagerly", () => {
    const a = np.stack(spectra.map(([, x]) => x).filter((x) => x.shape[0] === 3));
    const total = (x: Tensor): Tensor => {
      const [t, z] = linalg.schur(x);
      return np.add(np.sum(np.sin(t)), np.sum(np.sin(z)));
    };
    const eager = grad((x: Tensor) => total(x))(a);
    expect(vmap(grad(total))(a)).toBeAllClose(eager, { rtol: 1e-12, atol: 1e-12 });
    expect(np.arrayEqual(jit(grad((x: Tensor) => total(x)))(a), eager)).toBe(true);
  });
});
