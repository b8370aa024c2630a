/** Eigenvalues and vectors of matrices that are not symmetric, and zeros of polynomials: residuals, structure, derivatives. */
import { grad, hessian, jacfwd, jacrev, jit, jvp, np, type Tensor, vmap } from "cotangent";
import * as linalg from "cotangent/linalg";
import { describe, expect, it } from "vitest";
import { checkGrads } from "../../src/testing/gradients.js";
import { matchers } from "../../src/testing/matchers.js";
import { adjoint, families, largest, random, units } from "./matrices.js";
import { spectra, structured } from "./nonsymmetric.js";

expect.extend(matchers);

const sizes = [1, 2, 3, 4, 7, 20] as const;

describe.each(sizes)("of %i rows", (n) => {
  it.each([...families(n, n, 11 * n), ...structured(n, n + 1)])(
    "eigenvalues and vectors of a matrix %s",
    (name, a) => {
      const [w, v] = linalg.eig(a);
      const scale = largest(a) || 1;
      // balancing is for small eigenvalues of graded matrices, at the cost of the residual
      const bound = name.includes("graded") ? 1000 : 30;
      const [re, im] = [np.matmul(a, v.re), np.matmul(a, v.im)];
      const turned = (p: Tensor, q: Tensor, r: Tensor, s: Tensor): Tensor =>
        np.add(np.mul(p, q), np.mul(r, s));
      expect(units(re, turned(v.re, w.re, np.neg(v.im), w.im), scale, n)).toBeLessThan(bound);
      expect(units(im, turned(v.re, w.im, v.im, w.re), scale, n)).toBeLessThan(bound);

      const sizesOf = np.add(np.square(v.re), np.square(v.im));
      expect(units(np.sum(sizesOf, { axis: 0 }), np.ones([n]), 1, n)).toBeLessThan(10);
      const [parts, others] = [v.re.toArray() as number[][], v.im.toArray() as number[][]];
      const [reals, imaginaries] = [w.re.toTypedArray(), w.im.toTypedArray()];
      for (let j = 0; j < n; j++) {
        const size = (i: number): number => Math.hypot(parts[i]?.[j] as number, others[i]?.[j] as number);
        const most = Math.max(...parts.map((_row, i) => size(i)));
        const real = parts.some((row, i) => others[i]?.[j] === 0 && (row[j] as number) > most * (1 - 1e-8));
        expect(real).toBe(true);
        if (j === 0) continue;
        expect(reals[j] as number).toBeGreaterThanOrEqual(reals[j - 1] as number);
        if ((imaginaries[j] as number) < 0) expect(imaginaries[j]).toBe(-(imaginaries[j - 1] as number));
      }
      const alone = linalg.eigvals(a);
      const sum = np.sum(alone.re).item();
      const slack = 1e-13 * n * n * scale + 4 * n * Number.MIN_VALUE;
      expect(Math.abs(sum - np.sum(w.re).item())).toBeLessThanOrEqual(slack);
      expect(Math.abs(sum - np.trace(a).item())).toBeLessThanOrEqual(slack);
    },
  );
});

it("eigenvalues are those that others find", () => {
  // torch.linalg.eigvals (LAPACK's geev) of sin(1), ..., sin(16) by rows, plus diag(1, 2, 3, 4)
  const a = np.reshape(np.sin(np.add(1, np.arange(16))), [4, 4]);
  const w = linalg.eigvals(np.add(a, np.diag([1, 2, 3, 4])));
  expect(w.re).toBeAllClose(
    [1.4932279602449903, 1.4932279602449903, 2.5658051821840404, 3.7219008607191815],
    { rtol: 1e-13, atol: 1e-13 },
  );
  expect(w.im).toBeAllClose([1.1136272798028448, -1.1136272798028448, 0.0, 0.0], {
    rtol: 1e-13,
    atol: 1e-13,
  });
  // roots of unity, and the spectrum of a circulant matrix by its Fourier transform
  const n = 8;
  const cycle = np.roll(np.eye(n), 1, { axis: 0 });
  const unity = linalg.eigvals(cycle);
  expect(np.hypot(unity.re, unity.im)).toBeAllClose(np.ones([n]), { rtol: 1e-14 });
  // triangular: exactly the diagonal, ordered
  const triangle = np.add(np.triu(random([5, 5], 3), 1), np.diag([3, 1, 2, -1, 7]));
  expect(linalg.eigvals(triangle).re.toArray()).toEqual([-1, 1, 2, 3, 7]);
  expect(linalg.eigvals(adjoint(triangle)).re.toArray()).toEqual([-1, 1, 2, 3, 7]);
  // balancing: elements over thirty orders of magnitude
  const scales = np.array([1e15, 1, 1e-15]);
  const graded = np.div(np.mul(np.reshape(scales, [3, 1]), np.add(np.diag([1, 2, 4]), 0.25)), scales);
  const plain = linalg.eigvals(np.add(np.diag([1, 2, 4]), 0.25));
  expect(linalg.eigvals(graded).re).toBeAllClose(plain.re, { rtol: 1e-13 });
  const broken = linalg.eig([
    [1, Number.NaN],
    [0, 1],
  ]);
  expect(broken[0].re.toArray()).toEqual([Number.NaN, Number.NaN]);
});

describe("derivatives", () => {
  it.each(spectra)("of a matrix with %s, to order 2 in both modes", (_, a) => {
    checkGrads((x: Tensor) => linalg.eig(x), [a], { order: 2 });
    checkGrads((x: Tensor) => linalg.eigvals(x), [a], { order: 2 });
  });

  const cubes = (x: Tensor): Tensor => {
    const { re, im } = linalg.eigvals(x);
    return np.sum(np.sub(np.power(re, 3), np.mul(3, np.mul(re, np.square(im)))));
  };
  it("of third order: the sum of the cubes is the trace of the cube", () => {
    const along = (g: (t: Tensor) => Tensor) => (t: Tensor) => jvp(g, [t], [1])[1] as Tensor;
    for (const [, a] of spectra) {
      const v = random(a.shape, 7);
      const f = (t: Tensor): Tensor => cubes(np.add(a, np.mul(t, v)));
      const expected = 6 * np.trace(linalg.matrixPower(v, 3)).item();
      expect(along(along(along(f)))(np.array(0)).item()).toBeCloseTo(expected, 8);
    }
  });

  it("where eigenvalues are equal, but vectors enough: functions of the values alone have theirs", () => {
    const x = np.add(np.eye(3), np.mul(0.3, random([3, 3], 8)));
    const similar = np.matmul(np.matmul(x, np.diag([2, 2, 3])), linalg.inv(x));
    for (const a of [np.eye(3), np.zeros([3, 3]), similar]) {
      const expected = np.mul(3, adjoint(np.matmul(a, a)));
      expect(grad(cubes)(a)).toBeAllClose(expected, { rtol: 1e-6, atol: 1e-6 });
      expect(jacfwd(cubes)(a)).toBeAllClose(expected, { rtol: 1e-6, atol: 1e-6 });
    }
    expect(Number.isFinite(largest(grad((a: Tensor) => np.sum(linalg.eig(a)[1].re))(np.eye(2))))).toBe(true);
  });

  it("are infinite, or beyond any meaning, at a Jordan block", () => {
    const jordan = np.array([
      [1, 1],
      [0, 1],
    ]);
    const slope = grad((a: Tensor) => np.slice(linalg.eigvals(a).re, 0))(jordan);
    const size = largest(np.where(np.isfinite(slope), slope, Infinity));
    expect(size).toBeGreaterThan(1e10);
  });

  it("are mapped, compiled and of float32 as they are eagerly", () => {
    const a = np.stack(spectra.map(([, x]) => x).filter((x) => x.shape[0] === 3));
    const total = (x: Tensor): Tensor => {
      const [w, v] = linalg.eig(x);
      return [w.re, w.im, v.re, v.im].map((y) => np.sum(np.sin(np.add(1, y)))).reduce((p, q) => np.add(p, q));
    };
    const eager = grad(total)(a);
    expect(vmap(grad(total))(a)).toBeAllClose(eager, { rtol: 1e-12, atol: 1e-12 });
    expect(np.arrayEqual(jit(grad(total))(a), eager)).toBe(true);
    const narrow = grad(total)(np.astype(a, "float32"));
    expect(narrow.dtype).toBe("float32");
    expect(np.astype(narrow, "float64")).toBeAllClose(eager, { rtol: 1e-4, atol: 1e-4 });
    expect(jacrev(total)(a)).toBeAllClose(jacfwd(total)(a), { rtol: 1e-11, atol: 1e-11 });
  });
});

describe("roots", () => {
  it("of polynomials with known zeros", () => {
    expect(linalg.roots([1, -6, 11, -6]).re).toBeAllClose([1, 2, 3], { rtol: 1e-13 });
    const complex = linalg.roots([1, -2, 5]);
    expect([complex.re.toArray(), complex.im.toArray()]).toEqual([
      [1, 1],
      [2, -2],
    ]);
    // zeros at the front are passed over, those at the end are zeros
    const padded = linalg.roots([0, 0, 2, -4, 0, 0]);
    expect(padded.re.toArray()).toEqual([0, 0, 2]);
    for (const p of [[], [3], [0, 0], [0, 5]]) expect(linalg.roots(np.array(p)).re.shape).toEqual([0]);
    expect(linalg.roots(np.zeros([2, 0])).re.shape).toEqual([2, 0]);
    expect(linalg.roots(np.ones([0, 4])).im.shape).toEqual([0, 3]);
    const stack = linalg.roots([
      [1, 0, -1],
      [1, 0, 4],
    ]);
    expect(stack.re).toBeAllClose(
      [
        [-1, 1],
        [0, 0],
      ],
      { atol: 1e-15 },
    );
    expect(stack.im).toBeAllClose(
      [
        [0, 0],
        [2, -2],
      ],
      { atol: 1e-15 },
    );
    expect(
      Number.isNaN(np.slice(vmap((p: Tensor) => linalg.roots(p).re)(np.array([[0, 1, 2]])), 0, 0).item()),
    ).toBe(true);
  });

  it("move by minus a power over the derivative", () => {
    const p = np.array([2, -3, -11, 6.5]);
    const { re, im } = linalg.roots(p);
    expect(largest(im)).toBe(0);
    const slopes = jacrev((c: Tensor) => linalg.roots(c).re)(p).toArray() as number[][];
    re.toTypedArray().forEach((x, i) => {
      const derivative = 6 * x * x - 6 * x - 11;
      [3, 2, 1, 0].forEach((power, k) => {
        expect(slopes[i]?.[k] as number).toBeCloseTo(-(x ** power) / derivative, 11);
      });
    });
    checkGrads((c: Tensor) => linalg.roots(c), [np.array([1, 0.5, 3, -2])], { order: 2 });
    const second = hessian((c: Tensor) => np.slice(linalg.roots(c).re, 1))(p);
    expect(jit(hessian((c: Tensor) => np.slice(linalg.roots(c).re, 1)))(p)).toBeAllClose(second, {
      rtol: 1e-12,
    });
  });
});
