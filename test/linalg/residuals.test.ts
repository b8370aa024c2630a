/**
 * Backward stability: factors multiply back to the matrix, and bases are orthonormal, up to a few roundings of its
 * largest element, for matrices of every kind: ill-conditioned, graded, tiny, huge, singular, structured.
 */
import { np, type Tensor } from "cotangent";
import * as linalg from "cotangent/linalg";
import { describe, expect, it } from "vitest";
import { matchers } from "../../src/testing/matchers.js";
import { adjoint, families, largest, random, symmetricPart, units } from "./matrices.js";

expect.extend(matchers);

/** Residuals are bounded by so many units of n epsilon |A|, |A| the largest element times n. */
const bound = 12;

const sizes = [1, 2, 3, 7, 20, 61];
const forms: readonly (readonly [number, number])[] = [
  ...sizes.map((n) => [n, n] as const),
  [5, 3],
  [3, 5],
  [40, 12],
  [12, 40],
];

const close = (what: string, got: Tensor, expected: Tensor, scale: number, n: number): void => {
  expect(units(got, expected, scale || 1, n), what).toBeLessThan(bound);
};
const orthonormal = (q: Tensor): void => {
  const n = q.shape[1] as number;
  close("orthonormal", np.matmul(adjoint(q), q), np.eye(n), 1, q.shape[0] as number);
};
const diagonal = (s: Tensor, m: number, n: number): Tensor =>
  np.mul(np.eye(m, n), np.reshape(np.pad(s, [[0, m - s.size]]), [m, 1]));

describe.each(forms)("%i x %i", (m, n) => {
  const size = Math.max(m, n);
  const k = Math.min(m, n);
  it.each(families(m, n, 31 * m + n))("QR and singular values of a matrix %s", (_, a) => {
    const scale = largest(a);
    for (const mode of ["reduced", "complete"] as const) {
      const [q, r] = linalg.qr(a, { mode });
      expect(q.shape).toEqual([m, mode === "complete" ? m : k]);
      close("Q R", np.matmul(q, r), a, scale, size);
      orthonormal(q);
      expect(largest(np.tril(r, -1))).toBe(0);
      expect(np.all(np.greaterEqual(np.diagonal(r), 0)).item()).toBe(1);
    }
    const [u, s, vt] = linalg.svd(a);
    close("U S V", np.matmul(np.mul(u, s), vt), a, scale, size);
    orthonormal(u);
    orthonormal(adjoint(vt));
    const values = s.toTypedArray();
    expect(values.every((x, i) => x >= 0 && (i === 0 || x <= (values[i - 1] as number)))).toBe(true);
    close("the values alone", linalg.svdvals(a), s, values[0] as number, size);

    const [fullU, fullS, fullVt] = linalg.svd(a, { fullMatrices: true });
    expect([fullU.shape, fullVt.shape]).toEqual([
      [m, m],
      [n, n],
    ]);
    orthonormal(fullU);
    orthonormal(fullVt);
    const middle = m >= n ? diagonal(fullS, m, n) : adjoint(diagonal(fullS, n, m));
    close("full U S V", np.matmul(np.matmul(fullU, middle), fullVt), a, scale, size);
  });

  it.each(families(m, n, 17 * m + n))("LU of a matrix %s", (_, a) => {
    const [p, l, u] = linalg.lu(a);
    close("P L U", np.matmul(p, np.matmul(l, u)), a, largest(a), size);
    expect(np.arrayEqual(np.matmul(adjoint(p), p), np.eye(m))).toBe(true);
    expect(largest(l)).toBeLessThanOrEqual(1);
    expect(np.arrayEqual(np.diagonal(l), np.ones([k]))).toBe(true);
  });
});

describe.each(sizes)("symmetric of %i rows", (n) => {
  it.each(families(n, n, 7 * n))("eigenvalues and vectors of the symmetric part of one %s", (_, given) => {
    const a = symmetricPart(given);
    const [w, v] = linalg.eigh(given);
    close("A V = V W", np.matmul(a, v), np.mul(v, w), largest(a), n);
    orthonormal(v);
    const values = w.toTypedArray();
    expect(values.every((x, i) => i === 0 || x >= (values[i - 1] as number))).toBe(true);
    close("the values alone", linalg.eigvalsh(given), w, largest(w), n);
  });

  it("Cholesky factors, of matrices well and badly scaled", () => {
    const x = random([n, n], n);
    const product = np.add(np.matmul(x, adjoint(x)), np.mul(0.01, np.eye(n)));
    const grades = np.reshape(np.array(Array.from({ length: n }, (_, i) => 10 ** -i)), [n, 1]);
    const graded = np.mul(np.mul(product, grades), adjoint(grades));
    for (const [a, powers] of [
      [product, np.ones([n, 1])],
      [np.mul(product, 1e-300), np.ones([n, 1])],
      [np.mul(product, 1e300), np.ones([n, 1])],
      [graded, grades],
    ] as const) {
      const l = linalg.cholesky(a);
      const back = np.matmul(l, adjoint(l));
      // a Cholesky factor is stable for every element by itself
      const weight = np.reciprocal(np.mul(powers, adjoint(powers)));
      close("L L^T", np.mul(back, weight), np.mul(a, weight), largest(np.mul(a, weight)), n);
      expect(largest(np.triu(l, 1))).toBe(0);
      expect(np.arrayEqual(linalg.cholesky(a, { upper: true }), adjoint(l))).toBe(true);
    }
    if (n <= 7) {
      const hilbert = np.div(1, np.add(np.add(np.reshape(np.arange(n), [n, 1]), np.arange(n)), 1));
      const l = linalg.cholesky(hilbert);
      close("Hilbert's", np.matmul(l, adjoint(l)), hilbert, 1, n);
    }
  });

  it.each(families(n, n, 3 * n))("systems with a matrix %s, where it is not singular", (name, a) => {
    const b = random([n, 3], n + 5);
    const singular = linalg.lu(a)[2];
    const pivots = np.abs(np.diagonal(singular)).toTypedArray();
    if (pivots.some((x) => x === 0) || name === "denormal") return;
    for (const right of [b, np.slice(b, { slice: [] }, 0)]) {
      const x = linalg.solve(a, right);
      const left = right.ndim === 1 ? np.matvec(a, x) : np.matmul(a, x);
      // residual against |A| |x| + |b|
      const size = largest(a) * largest(x);
      if (Number.isFinite(size)) close("A x = b", left, right, Math.max(size, 1), n * n);
    }
  });
});

describe("least squares", () => {
  it.each([
    [8, 3],
    [3, 8],
    [5, 5],
  ])("of %i equations in %i unknowns: normal equations, and no shorter solution", (m, n) => {
    const full = random([m, n], m);
    const low = np.matmul(random([m, 2], m + 1), random([2, n], n + 1));
    for (const [a, rank] of [
      [full, Math.min(m, n)],
      [low, 2],
    ] as const) {
      const b = random([m, 2], 9);
      const [x, residuals, found, s] = linalg.lstsq(a, b);
      const misfit = np.sub(np.matmul(a, x), b);
      expect(largest(np.matmul(adjoint(a), misfit))).toBeLessThan(1e-13);
      expect(found.item()).toBe(rank);
      expect(residuals).toBeAllClose(np.sum(np.square(misfit), { axis: 0 }));
      expect(s).toBeAllClose(linalg.svdvals(a));
      // the solution lies in the row space
      const projector = np.matmul(linalg.pinv(a), a);
      expect(largest(np.sub(np.matmul(projector, x), x))).toBeLessThan(1e-13);
    }
  });

  it("the four conditions of Penrose", () => {
    for (const a of [
      random([6, 4], 1),
      random([4, 6], 2),
      np.matmul(random([5, 2], 3), random([2, 4], 4)),
      np.zeros([3, 2]),
    ]) {
      const p = linalg.pinv(a);
      const [ap, pa] = [np.matmul(a, p), np.matmul(p, a)];
      for (const [left, right] of [
        [np.matmul(ap, a), a],
        [np.matmul(pa, p), p],
        [adjoint(ap), ap],
        [adjoint(pa), pa],
      ] as const)
        expect(largest(np.sub(left, right))).toBeLessThan(1e-13);
    }
  });
});

describe("functions of matrices", () => {
  it("e^A is its series, e^A e^-A is the identity, and e^tA the flow of A", () => {
    for (const [n, size] of [
      [1, 0.5],
      [4, 1e-3],
      [4, 0.1],
      [4, 0.5],
      [4, 2],
      [6, 20],
    ] as const) {
      const a = np.mul(size, random([n, n], n));
      const e = linalg.expm(a);
      const inverse = linalg.expm(np.mul(-1, a));
      const scale = largest(e) * largest(inverse);
      expect(units(np.matmul(e, inverse), np.eye(n), scale, n)).toBeLessThan(200);
      if (size > 2) continue;
      let term = np.eye(n) as Tensor;
      let sum = term;
      for (let k = 1; k < 60; k++) {
        term = np.div(np.matmul(term, a), k);
        sum = np.add(sum, term);
      }
      expect(units(e, sum, largest(sum), n)).toBeLessThan(30);
    }
    const turn = linalg.expm(
      np.array([
        [0, -1],
        [1, 0],
      ]),
    );
    expect(turn.toArray()).toEqual([
      [expect.closeTo(Math.cos(1), 14), expect.closeTo(-Math.sin(1), 14)],
      [expect.closeTo(Math.sin(1), 14), expect.closeTo(Math.cos(1), 14)],
    ]);
    // an entry far above the diagonal does not spoil the others
    const skewed = linalg.expm(
      np.array([
        [1, 1e6],
        [0, -1],
      ]),
    );
    expect(np.slice(skewed, 0, 1).item() / (1e6 * Math.sinh(1))).toBeCloseTo(1, 9);
  });

  it("the square root squares back, also of a singular matrix", () => {
    for (const n of [1, 3, 8]) {
      const x = random([n, n], n);
      const full = np.matmul(x, adjoint(x));
      const low = np.matmul(
        np.slice(x, { slice: [] }, { slice: [0, 1] }),
        np.slice(adjoint(x), { slice: [0, 1] }),
      );
      for (const a of [full, low, np.mul(1e-200, full), np.mul(1e200, full)]) {
        const root = linalg.sqrtm(a);
        expect(units(np.matmul(root, root), a, largest(a), n)).toBeLessThan(100);
      }
    }
    expect(
      Number.isNaN(
        np
          .sum(
            linalg.sqrtm([
              [1, 0],
              [0, -1],
            ]),
          )
          .item(),
      ),
    ).toBe(true);
  });

  it("determinants neither overflow nor underflow on the way", () => {
    const n = 40;
    const powers = np.array(Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1e200 : 1e-200)));
    expect(linalg.det(np.mul(np.eye(n), powers)).item()).toBeCloseTo(1, 12);
    const ordered = np.array(Array.from({ length: n }, (_, i) => (i < n / 2 ? 1e200 : 1e-200)));
    expect(linalg.det(np.mul(np.eye(n), ordered)).item()).toBeCloseTo(1, 12);
    expect(linalg.det(np.mul(1e-300, np.eye(3))).item()).toBe(0);
    expect(linalg.det(np.mul(1e300, np.eye(3))).item()).toBe(Infinity);
    expect(linalg.slogdet(np.mul(1e-300, np.eye(3))).map((x) => x.item())).toEqual([
      1,
      expect.closeTo(-900 * Math.LN10, 9),
    ]);
    expect(
      linalg
        .det([
          [0, 1],
          [1, 0],
        ])
        .item(),
    ).toBe(-1);
    expect(linalg.slogdet(np.zeros([2, 2])).map((x) => x.item())).toEqual([0, -Infinity]);
  });
});
