/** Derivatives of the public functions: both modes against differences, and of second order by every pair of modes. */
import { grad, hessian, hvp, jacfwd, jacrev, jit, jvp, np, type Tensor, vmap } from "cotangent";
import * as linalg from "cotangent/linalg";
import { describe, expect, it } from "vitest";
import { checkGrads } from "../../src/testing/gradients.js";
import { matchers } from "../../src/testing/matchers.js";
import { adjoint, largest, random, symmetricPart } from "./matrices.js";

expect.extend(matchers);

/** Well-conditioned, with distinct eigenvalues and singular values. */
const matrix = (m: number, n: number, seed: number): Tensor =>
  np.add(np.mul(0.3, random([m, n], seed)), np.mul(np.eye(m, n), np.add(1, np.arange(n))));
const positive = (n: number, seed: number): Tensor => {
  const x = random([n, n], seed);
  return np.add(np.matmul(x, adjoint(x)), np.mul(np.eye(n), np.add(1, np.arange(n))));
};
const stack = (f: (seed: number) => Tensor): Tensor => np.stack([f(1), f(2)]);

type Function_ = (...xs: Tensor[]) => unknown;
/** What does not depend on a choice of vectors: projectors on what they span. */
const projector = (q: Tensor): Tensor => np.matmul(q, adjoint(q));

const cases: readonly (readonly [string, Function_, readonly Tensor[]])[] = [
  ["cholesky", (a) => linalg.cholesky(a as Tensor), [positive(3, 1)]],
  [
    "cholesky, upper, of a stack",
    (a) => linalg.cholesky(a as Tensor, { upper: true }),
    [stack((s) => positive(2, s))],
  ],
  [
    "cholesky of the lower triangle",
    (a) => linalg.cholesky(a as Tensor, { symmetrizeInput: false }),
    [positive(3, 2)],
  ],
  ["lu", (a) => linalg.lu(a as Tensor).slice(1), [matrix(3, 3, 1)]],
  ["lu of tall matrices", (a) => linalg.lu(a as Tensor).slice(1), [matrix(4, 2, 2)]],
  ["lu of wide matrices", (a) => linalg.lu(a as Tensor).slice(1), [matrix(2, 4, 3)]],
  [
    "luSolve",
    (a, b) => linalg.luSolve(linalg.luFactor(a as Tensor), b as Tensor),
    [random([3, 3], 5), random([3], 1)],
  ],
  [
    "luSolve of stacks",
    (a, b) => linalg.luSolve(linalg.luFactor(a as Tensor), b as Tensor),
    [stack((s) => matrix(2, 2, s)), random([2, 1], 1)],
  ],
  [
    "choSolve",
    (a, b) => linalg.choSolve(linalg.cholesky(a as Tensor), b as Tensor),
    [positive(3, 3), random([3, 2], 1)],
  ],
  ["solve", (a, b) => linalg.solve(a as Tensor, b as Tensor), [matrix(3, 3, 4), random([3], 2)]],
  [
    "solve, a stack of right-hand sides",
    (a, b) => linalg.solve(a as Tensor, b as Tensor),
    [matrix(2, 2, 4), random([2, 3, 2, 1], 2)],
  ],
  [
    "solve, a stack of matrices",
    (a, b) => linalg.solve(a as Tensor, b as Tensor),
    [stack((s) => matrix(2, 2, s)), random([2], 2)],
  ],
  [
    "triangularSolve",
    (a, b) => linalg.triangularSolve(a as Tensor, b as Tensor, { lower: true, transpose: true }),
    [matrix(3, 3, 5), random([3], 3)],
  ],
  ["inv", (a) => linalg.inv(a as Tensor), [matrix(3, 3, 6)]],
  ["det", (a) => linalg.det(a as Tensor), [matrix(4, 4, 7)]],
  ["det of a stack", (a) => linalg.det(a as Tensor), [stack((s) => random([2, 2], s))]],
  ["slogdet", (a) => linalg.slogdet(a as Tensor)[1], [matrix(3, 3, 8)]],
  ["qr", (a) => linalg.qr(a as Tensor), [matrix(3, 3, 9)]],
  ["qr of tall matrices", (a) => linalg.qr(a as Tensor), [matrix(4, 2, 9)]],
  ["qr of wide matrices", (a) => linalg.qr(a as Tensor), [matrix(2, 4, 9)]],
  [
    "complete qr, by what is no choice",
    (a) =>
      projector(np.slice(linalg.qr(a as Tensor, { mode: "complete" })[0], { slice: [] }, { slice: [2] })),
    [matrix(4, 2, 9)],
  ],
  ["eigh", (a) => linalg.eigh(a as Tensor), [matrix(3, 3, 10)]],
  ["eigvalsh of a stack", (a) => linalg.eigvalsh(a as Tensor), [stack((s) => matrix(2, 2, s))]],
  ["svd", (a) => linalg.svd(a as Tensor), [matrix(3, 3, 11)]],
  ["svd of tall matrices", (a) => linalg.svd(a as Tensor), [matrix(4, 2, 11)]],
  ["svd of wide matrices", (a) => linalg.svd(a as Tensor), [matrix(2, 4, 11)]],
  [
    "full svd, by what is no choice",
    (a) =>
      projector(np.slice(linalg.svd(a as Tensor, { fullMatrices: true })[0], { slice: [] }, { slice: [2] })),
    [matrix(4, 2, 12)],
  ],
  ["svdvals", (a) => linalg.svdvals(a as Tensor), [random([2, 3], 12)]],
  ["pinv of tall matrices", (a) => linalg.pinv(a as Tensor), [random([4, 2], 13)]],
  ["pinv of wide matrices", (a) => linalg.pinv(a as Tensor), [random([2, 3], 14)]],
  [
    "pinv where the rank stays 1",
    (u, v) => linalg.pinv(np.outer(u as Tensor, v as Tensor)),
    [random([3], 15), random([2], 16)],
  ],
  [
    "lstsq of tall matrices",
    (a, b) => linalg.lstsq(a as Tensor, b as Tensor).slice(0, 2),
    [random([4, 2], 17), random([4], 18)],
  ],
  [
    "lstsq of wide matrices",
    (a, b) => linalg.lstsq(a as Tensor, b as Tensor)[0],
    [random([2, 4], 19), random([2, 2], 20)],
  ],
  [
    "lstsq where the rank stays 1",
    (u, v, b) => linalg.lstsq(np.outer(u as Tensor, v as Tensor), b as Tensor).slice(0, 2),
    [random([3], 21), random([2], 22), random([3], 23)],
  ],
  ["the spectral norm", (a) => linalg.norm(a as Tensor, { ord: 2 }), [random([3, 2], 24)]],
  [
    "the smallest singular value",
    (a) => linalg.norm(a as Tensor, { ord: -2, keepdims: true }),
    [random([2, 3], 25)],
  ],
  [
    "nuclear norms of a stack",
    (a) => linalg.norm(a as Tensor, { ord: "nuc", axis: [0, 2] }),
    [random([2, 2, 3], 26)],
  ],
  ["the norm of Frobenius", (a) => linalg.norm(a as Tensor, { ord: "fro" }), [random([2, 3], 27)]],
  ["cond", (a) => linalg.cond(a as Tensor), [matrix(3, 3, 28)]],
  ["cond by sums of columns", (a) => linalg.cond(a as Tensor, 1), [matrix(3, 3, 29)]],
  ["a fifth power", (a) => linalg.matrixPower(a as Tensor, 5), [np.mul(0.5, random([3, 3], 30))]],
  ["a negative power", (a) => linalg.matrixPower(a as Tensor, -3), [matrix(2, 2, 31)]],
  ["expm", (a) => linalg.expm(a as Tensor), [random([3, 3], 32)]],
  ["expm of large matrices", (a) => linalg.expm(a as Tensor), [stack((s) => np.mul(3, random([2, 2], s)))]],
  ["sqrtm", (a) => linalg.sqrtm(a as Tensor), [positive(3, 33)]],
  ["sqrtm of equal eigenvalues", (a) => linalg.sqrtm(a as Tensor), [np.mul(2, np.eye(3))]],
  [
    "tensorsolve",
    (a, b) => linalg.tensorsolve(a as Tensor, b as Tensor),
    [np.reshape(matrix(4, 4, 34), [2, 2, 4]), random([2, 2], 35)],
  ],
  ["tensorinv", (a) => linalg.tensorinv(a as Tensor), [np.reshape(matrix(4, 4, 36), [2, 2, 4])]],
  [
    "blockDiag",
    (a, b) => linalg.blockDiag([a as Tensor, b as Tensor]),
    [random([2, 1], 37), random([2], 38)],
  ],
  ["toeplitz", (c, r) => linalg.toeplitz(c as Tensor, r as Tensor), [random([3], 39), random([2], 40)]],
  ["kron", (a, b) => linalg.kron(a as Tensor, b as Tensor), [random([2, 2], 41), random([2, 2], 42)]],
  [
    "multiDot",
    (a, b, c) => linalg.multiDot([a as Tensor, b as Tensor, c as Tensor]),
    [random([2, 3], 43), random([3, 2], 44), random([2], 45)],
  ],
];

describe("both modes, to order 2, agree with differences", () => {
  it.each(cases)("%s", (_, f, xs) => checkGrads(f as (...args: never[]) => unknown, xs));
});

describe("third order", () => {
  const third = (f: (a: Tensor) => Tensor, a: Tensor, v: Tensor): number => {
    const along = (g: (t: Tensor) => Tensor) => (t: Tensor) => jvp(g, [t], [1])[1] as Tensor;
    return along(along(along((t) => f(np.add(a, np.mul(t, v))))))(np.array(0)).item();
  };
  const a = positive(3, 50);
  const v = symmetricPart(random([3, 3], 51));
  it.each([
    ["log det", (x: Tensor) => linalg.slogdet(x)[1] as Tensor],
    ["log det by Cholesky", (x: Tensor) => np.mul(2, np.sum(np.log(np.diagonal(linalg.cholesky(x)))))],
    ["log det by eigenvalues", (x: Tensor) => np.sum(np.log(linalg.eigvalsh(x)))],
    ["log det by singular values", (x: Tensor) => np.sum(np.log(linalg.svdvals(x)))],
    ["log det by QR", (x: Tensor) => np.sum(np.log(np.diagonal(linalg.qr(x)[1])))],
    ["log det by LU", (x: Tensor) => np.sum(np.log(np.diagonal(linalg.lu(x)[2])))],
    ["the logarithm of det", (x: Tensor) => np.log(linalg.det(x))],
  ])("of %s is that of mathematics", (_, f) => {
    // d^3 log det (A + t V) = 2 tr (A^-1 V)^3
    const turned = linalg.solve(a, v);
    const expected = 2 * linalg.trace(linalg.matrixPower(turned, 3)).item();
    expect(third(f, a, v)).toBeCloseTo(expected, 9);
  });
  it("of the exponential, of powers and of roots", () => {
    const x = np.mul(0.4, random([3, 3], 52));
    const w = random([3, 3], 53);
    const series = (y: Tensor): Tensor => {
      let term = np.eye(3) as Tensor;
      let sum = np.trace(np.matmul(w, term));
      for (let k = 1; k < 30; k++) {
        term = np.div(np.matmul(term, y), k);
        sum = np.add(sum, np.trace(np.matmul(w, term)));
      }
      return sum;
    };
    const direction = random([3, 3], 54);
    const exponential = (y: Tensor): Tensor => np.trace(np.matmul(w, linalg.expm(y)));
    expect(third(exponential, x, direction)).toBeCloseTo(third(series, x, direction), 10);
    // the trace of the square root is the sum of square roots
    const byRoot = (y: Tensor): Tensor => np.trace(linalg.sqrtm(y));
    const byValues = (y: Tensor): Tensor => np.sum(np.sqrt(linalg.eigvalsh(y)));
    expect(third(byRoot, a, v)).toBeCloseTo(third(byValues, a, v), 10);
  });
});

describe("where a formula would divide by zero", () => {
  const square = np.array([
    [1, 2],
    [2, 4],
  ]);
  it("the gradient of det at a singular matrix is that of its cofactors, to second order", () => {
    expect(grad((a: Tensor) => linalg.det(a))(square).toArray()).toEqual([
      [4, -2],
      [-2, 1],
    ]);
    const rank2 = np.matmul(random([4, 2], 60), random([2, 4], 61));
    expect(largest(grad((a: Tensor) => linalg.det(a))(rank2))).toBeLessThan(1e-15);
    // det is linear in each element; its second derivatives are minors: exact at rank n - 2, too
    const f = (a: Tensor): Tensor => linalg.det(a);
    for (const a of [rank2, np.zeros([4, 4]), np.diag([1, 2, 0, 0]), np.diag([1, 2, 3, 0])]) {
      for (const second of [
        hessian(f)(a),
        jacfwd(jacfwd(f))(a),
        jacrev(jacrev(f))(a),
        jacrev(jacfwd(f))(a),
      ]) {
        const minor = (h: Tensor, i: number, j: number, k: number, l: number): number =>
          np.slice(h, i, j, k, l).item();
        const values = a.toArray() as number[][];
        for (const [i, k] of [
          [0, 1],
          [2, 3],
          [1, 3],
        ] as const) {
          const rows = [0, 1, 2, 3].filter((r) => r !== i && r !== k);
          const [p, q] = [values[rows[0] as number] as number[], values[rows[1] as number] as number[]];
          const [c, d] = rows as [number, number];
          const expected = (p[c] as number) * (q[d] as number) - (p[d] as number) * (q[c] as number);
          expect(minor(second as Tensor, i, i, k, k)).toBeCloseTo(expected, 12);
          expect(minor(second as Tensor, i, i, i, k)).toBeCloseTo(0, 12);
        }
      }
    }
  });

  it("equal eigenvalues: functions of the values alone have their gradients in both modes", () => {
    const q = linalg.qr(random([4, 4], 62))[0];
    const a = np.matmul(np.mul(q, [1, 1, 1, 3]), adjoint(q));
    for (const x of [a, np.eye(4), np.zeros([4, 4]), np.diag([2, 2, 3, 3])]) {
      const cubes = (y: Tensor): Tensor => np.sum(np.power(linalg.eigvalsh(y), 3));
      const byVectors = (y: Tensor): Tensor => {
        const [w, v] = linalg.eigh(y);
        // what does not depend on the choice: V^T V and the values
        return np.add(np.sum(np.power(w, 3)), np.sum(np.square(np.matmul(adjoint(v), v))));
      };
      const expected = np.mul(3, np.matmul(x, x));
      for (const f of [cubes, byVectors]) {
        expect(grad(f)(x)).toBeAllClose(expected, { rtol: 1e-12, atol: 1e-12 });
        expect(jacfwd(f)(x)).toBeAllClose(expected, { rtol: 1e-12, atol: 1e-12 });
        expect(Number.isFinite(largest(hessian(f)(x)))).toBe(true);
      }
    }
    // the projector on a whole eigenspace moves as perturbation theory says: checked by differences
    const onSpace = (y: Tensor): Tensor =>
      projector(np.slice(linalg.eigh(y)[1], { slice: [] }, { slice: [0, 3] }));
    checkGrads(onSpace, [a], { order: 1 });
  });

  it("equal singular values: the nuclear norm has derivatives of two orders and more", () => {
    const [q, r] = [linalg.qr(random([4, 3], 66))[0], linalg.qr(random([3, 3], 67))[0]];
    const nuclear = (x: Tensor): Tensor => linalg.norm(x, { ord: "nuc", axis: [-2, -1] });
    const square = np.mul(2, r);
    const all = [
      np.matmul(np.mul(q, [2, 2, 2]), adjoint(r)),
      np.matmul(np.mul(q, [3, 1, 1]), adjoint(r)),
      square,
      adjoint(np.matmul(np.mul(q, [2, 2, 1]), adjoint(r))),
      np.stack([square, np.mul(0.5, np.eye(3))]),
    ];
    for (const x of all) checkGrads(nuclear, [x], { order: 2 });
    // the third derivative along a direction, by differences of the second
    const e = random([3, 3], 68);
    const second = (x: Tensor): Tensor => hvp(nuclear, [x], [e])[0] as Tensor;
    const h = 1e-4;
    const by = np.div(
      np.sub(second(np.add(square, np.mul(h, e))), second(np.sub(square, np.mul(h, e)))),
      2 * h,
    );
    expect(jvp(second, [square], [e])[1]).toBeAllClose(by, { rtol: 1e-6, atol: 1e-7 });
    // as it is mapped and compiled
    const slopes = jit(hessian(nuclear))(square);
    expect(slopes).toBeAllClose(hessian(nuclear)(square), { atol: 1e-12 });
    const stack = np.stack([square, np.add(square, e)]);
    expect(vmap(hessian(nuclear))(stack)).toBeAllClose(
      np.stack([slopes, hessian(nuclear)(np.add(square, e))]),
      { atol: 1e-11 },
    );
    // of lower rank, where the norm has a kink, all stays finite
    const low = np.matmul(np.mul(q, [2, 1, 0]), adjoint(r));
    expect(Number.isFinite(largest(hessian(nuclear)(low)))).toBe(true);
    expect(largest(hessian(nuclear)(np.zeros([3, 2])))).toBe(0);
  });

  it("equal and vanishing singular values: norms have their gradients in both modes", () => {
    const [q, r] = [linalg.qr(random([4, 3], 63))[0], linalg.qr(random([3, 3], 64))[0]];
    const same = np.matmul(np.mul(q, [2, 2, 2]), adjoint(r));
    const low = np.matmul(np.mul(q, [2, 1, 0]), adjoint(r));
    const sum = (x: Tensor): Tensor => linalg.norm(x, { ord: "nuc" });
    for (const f of [sum, (x: Tensor) => np.sum(linalg.svd(x)[1])]) {
      for (const g of [grad(f), jacfwd(f)]) {
        expect(g(same)).toBeAllClose(np.matmul(q, adjoint(r)), { atol: 1e-12 });
        expect(largest(g(np.zeros([3, 2])))).toBe(0);
      }
    }
    const squares = (x: Tensor): Tensor => np.sum(np.square(linalg.svdvals(x)));
    const product = (x: Tensor): Tensor => {
      const [u, s, vt] = linalg.svd(x);
      return np.sum(np.mul(random([4, 3], 65), np.matmul(np.mul(u, s), vt)));
    };
    for (const x of [same, low, np.zeros([4, 3])]) {
      expect(grad(squares)(x)).toBeAllClose(np.mul(2, x), { atol: 1e-12 });
      expect(Number.isFinite(largest(hessian(squares)(x)))).toBe(true);
      expect(Number.isFinite(largest(grad(product)(x)))).toBe(true);
    }
    const spread = np.matmul(np.mul(q, [3, 2, 1]), adjoint(r));
    expect(grad(product)(spread)).toBeAllClose(random([4, 3], 65), { atol: 1e-12 });
  });
});

describe("dtypes and batches", () => {
  it("float32 stays float32, with the derivatives of float64", () => {
    const f = (a: Tensor): Tensor =>
      np.sum(np.sin(linalg.solve(a, linalg.cholesky(np.matmul(a, adjoint(a))))));
    const wide = matrix(3, 3, 70);
    const narrow = np.astype(wide, "float32");
    for (const g of [grad(f), jacfwd(f)]) {
      const slope = g(narrow);
      expect(slope.dtype).toBe("float32");
      expect(slope).toBeAllClose(grad(f)(np.astype(narrow, "float64")), { rtol: 1e-4, atol: 1e-5 });
    }
  });
  it("vmap of a gradient is a loop of gradients, over any axis", () => {
    const f = (a: Tensor, b: Tensor): Tensor => np.sum(np.square(linalg.solve(a, b)));
    const as = np.stack([1, 2, 3].map((s) => matrix(2, 2, s)));
    const b = random([2], 71);
    const one = vmap(grad(f), { inAxes: [0, null] })(as, b);
    [0, 1, 2].forEach((i) => {
      expect(np.slice(one, i)).toBeAllClose(grad(f)(np.slice(as, i), b), { rtol: 1e-13 });
    });
    const shared = vmap(grad(f, { argnums: 1 }), { inAxes: [null, 1] })(np.slice(as, 0), random([2, 4], 72));
    expect(shared.shape).toEqual([4, 2]);
  });
});
