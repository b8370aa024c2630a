/** The edges: sizes 0 and 1, stacks, other dtypes, matrices without an inverse, graphs; and what the rest computes. */
import { evalShape, grad, LinAlgError, makeGraph, np, type Tensor, vmap } from "cotangent";
import * as linalg from "cotangent/linalg";
import { describe, expect, it } from "vitest";
import { evaluateGraph } from "../../src/interpreters/evaluate.js";
import { matchers } from "../../src/testing/matchers.js";
import { adjoint, random } from "./matrices.js";

expect.extend(matchers);

const shapesOf = (x: Tensor | readonly Tensor[]): unknown =>
  Array.isArray(x) ? x.map((y: Tensor) => y.shape) : (x as Tensor).shape;

type Function_ = (a: Tensor) => Tensor | readonly Tensor[];
const square: Readonly<Record<string, Function_>> = {
  cholesky: (a) => linalg.cholesky(a),
  inv: linalg.inv,
  det: linalg.det,
  slogdet: linalg.slogdet,
  luFactor: linalg.luFactor,
  eigh: linalg.eigh,
  eigvalsh: linalg.eigvalsh,
  schur: linalg.schur,
  eig: (a) => linalg.eig(a).flatMap(({ re, im }) => [re, im]),
  eigvals: (a) => Object.values(linalg.eigvals(a)),
  solveSylvester: (a) => linalg.solveSylvester(a, a, a),
  expm: linalg.expm,
  logm: linalg.logm,
  sqrtm: linalg.sqrtm,
  matrixPower: (a) => linalg.matrixPower(a, 3),
  solve: (a) => linalg.solve(a, np.ones([a.shape.at(-1) as number])),
  cond1: (a) => linalg.cond(a, 1),
};
const any: Readonly<Record<string, Function_>> = {
  lu: linalg.lu,
  qr: (a) => linalg.qr(a),
  complete: (a) => linalg.qr(a, { mode: "complete" }),
  svd: (a) => linalg.svd(a),
  full: (a) => linalg.svd(a, { fullMatrices: true }),
  svdvals: linalg.svdvals,
  pinv: (a) => linalg.pinv(a),
  lstsq: (a) => linalg.lstsq(a, np.ones([a.shape.at(-2) as number])),
  rank: (a) => linalg.matrixRank(a),
  cond: (a) => linalg.cond(a),
  nuclear: (a) => linalg.norm(a, { ord: "nuc", axis: [-2, -1] }),
};
const every = { ...square, ...any };

describe("stacks and sizes", () => {
  const forms: readonly (readonly [string, readonly number[]])[] = [
    ["no rows", [0, 0]],
    ["a stack of none", [0, 2, 2]],
    ["a stack of matrices without rows", [3, 0, 0]],
    ["one element", [1, 1]],
    ["rank 5", [2, 1, 2, 2, 2]],
  ];
  const oblong: readonly (readonly [string, readonly number[]])[] = [
    ["no columns", [2, 0]],
    ["no rows, but columns", [0, 2]],
    ["a column", [3, 1]],
    ["a row", [1, 3]],
    ["a stack of wide ones", [2, 2, 3]],
  ];
  const positive = (shape: readonly number[]): Tensor =>
    np.add(np.mul(0.2, random(shape, 1)), np.mul(2, np.eye(shape.at(-2) as number, shape.at(-1) as number)));
  const run = (f: Function_, shape: readonly number[]): void => {
    const a = positive(shape);
    const out = f(a);
    // the shape rules, which graphs and vmap rely on, agree
    expect(shapesOf(evalShape(f as (a: Tensor) => Tensor)(a) as unknown as Tensor)).toEqual(shapesOf(out));
    const graph = makeGraph((x: Tensor) => f(x) as Tensor)(a);
    const outs = Array.isArray(out) ? out : [out];
    evaluateGraph(graph, [a]).forEach((x, i) => {
      expect(x).toBeAllClose(outs[i], { rtol: 0, atol: 0 });
    });
    if (shape.length < 3 || shape[0] === 0) return;
    const mapped = vmap(f as (a: Tensor) => Tensor)(a) as Tensor | readonly Tensor[];
    (Array.isArray(mapped) ? mapped : [mapped]).forEach((x: Tensor, i) => {
      expect(x).toBeAllClose(outs[i], { rtol: 1e-13, atol: 1e-13 });
    });
    const total = (x: Tensor): Tensor => {
      const results = f(x);
      const floats = (Array.isArray(results) ? results : [results]).filter(
        (y: Tensor) => y.dtype === "float64",
      );
      return floats.map((y: Tensor): Tensor => np.sum(y)).reduce((p, q) => np.add(p, q), np.sum(x) as Tensor);
    };
    expect(grad(total)(a).shape).toEqual(shape);
  };
  it.each(Object.keys(square))("%s of square ones", (name) => {
    for (const [, shape] of forms) run(square[name] as Function_, shape);
  });
  it.each(Object.keys(any))("%s of any", (name) => {
    for (const [, shape] of [...forms, ...oblong]) run(any[name] as Function_, shape);
  });
  it("of nothing: the empty product and the empty sum", () => {
    const none = np.zeros([0, 0]);
    expect(linalg.det(none).item()).toBe(1);
    expect(linalg.slogdet(none).map((x) => x.item())).toEqual([1, 0]);
    expect(linalg.matrixRank(none).item()).toBe(0);
    expect(linalg.lstsq(np.zeros([3, 0]), np.ones([3]))[1].item()).toBe(3);
  });
});

describe("dtypes", () => {
  it.each(Object.keys(every))("%s: integers compute in float64, float32 stays", (name) => {
    const f = every[name] as Function_;
    const ints = np.array(
      [
        [4, 1],
        [1, 3],
      ],
      { dtype: "int32" },
    );
    const list = (x: Tensor | readonly Tensor[]): readonly Tensor[] => (Array.isArray(x) ? x : [x as Tensor]);
    const fromInts = list(f(ints)).map((x) => x.dtype);
    expect(fromInts.every((d) => d === "float64" || d === "int32")).toBe(true);
    if (name === "solve" || name === "lstsq") return; // beside a float64 right-hand side
    const narrow = list(f(np.astype(ints, "float32")));
    narrow.forEach((x, i) => {
      expect(x.dtype).toBe(fromInts[i] === "int32" ? "int32" : "float32");
      expect(x).toBeAllClose(list(f(ints))[i], { rtol: 1e-6, atol: 1e-7 });
    });
  });
  it("nested arrays and promotion", () => {
    expect(
      linalg.solve(
        [
          [2, 0],
          [0, 4],
        ],
        new Float32Array([2, 4]),
      ).dtype,
    ).toBe("float64");
    expect(linalg.solve(np.eye(2, 2, { dtype: "float32" }), new Float32Array([2, 4])).dtype).toBe("float32");
  });
});

describe("matrices without an inverse", () => {
  const singular = np.array([
    [1, 2],
    [2, 4],
  ]);
  const regular = np.array([
    [1, 2],
    [2, 5],
  ]);
  const indefinite = np.array([
    [1, 2],
    [2, 1],
  ]);
  it("are errors where elements are at hand: eagerly, in stacks, under grad", () => {
    for (const call of [
      () => linalg.inv(singular),
      () => linalg.solve(np.stack([regular, singular]), [1, 1]),
      () => grad((a: Tensor) => np.sum(linalg.inv(a)))(singular),
      () => linalg.matrixPower(singular, -2),
      () => linalg.cholesky(indefinite),
      () => grad((a: Tensor) => np.sum(linalg.cholesky(a)))(np.stack([regular, indefinite])),
    ])
      expect(call).toThrow(LinAlgError);
  });
  it("spoil their own example only, under vmap, and leave the graph as it is", () => {
    const inverses = vmap(linalg.inv)(np.stack([regular, singular])) as Tensor;
    expect(np.slice(inverses, 0).toArray()).toEqual([
      [5, -2],
      [-2, 1],
    ]);
    expect(np.any(np.isfinite(np.slice(inverses, 1, 0))).item()).toBe(0);
    const factors = vmap((a: Tensor) => linalg.cholesky(a))(np.stack([indefinite, regular]));
    expect(np.all(np.isnan(np.slice(factors, 0))).item()).toBe(1);
    expect(np.slice(factors, 1).toArray()).toEqual([
      [1, 0],
      [2, 1],
    ]);
    const graph = makeGraph((a: Tensor) => linalg.inv(a))(singular);
    expect(np.all(np.isfinite(evaluateGraph(graph, [singular])[0] as Tensor)).item()).toBe(0);
  });
  it("NaN goes in and comes out, and is no error", () => {
    const a = np.array([
      [1, Number.NaN],
      [0, 1],
    ]);
    for (const f of Object.values(every)) {
      const out = f(a);
      const floats = (Array.isArray(out) ? out : [out]).filter((x: Tensor) => x.dtype === "float64");
      expect(floats.some((x: Tensor) => np.any(np.isnan(x)).item() === 1) || floats.length === 0).toBe(true);
    }
  });
  it("condition and rank tell", () => {
    expect(linalg.cond(singular).item()).toBeGreaterThan(1e15);
    expect([1, "fro"].map((p) => linalg.cond(singular, p as 1).item())).toEqual([Infinity, Infinity]);
    expect(linalg.cond(np.zeros([2, 2])).item()).toBe(Infinity);
    expect(linalg.matrixRank(np.stack([singular, regular, np.zeros([2, 2])])).toArray()).toEqual([1, 2, 0]);
    expect(
      [linalg.matrixRank([0, 0]), linalg.matrixRank([0, 1]), linalg.matrixRank(3)].map((x) => x.item()),
    ).toEqual([0, 1, 1]);
    expect(linalg.matrixRank(np.diag([1, 1e-3]), { rcond: 0.01 }).item()).toBe(1);
  });
});

describe("the rest is what it says", () => {
  const a = random([3, 3], 5);
  it("triangular systems read one triangle only", () => {
    const b = random([3, 2], 6);
    for (const lower of [true, false])
      for (const transpose of [true, false])
        for (const unitDiagonal of [true, false]) {
          const t = lower ? np.tril(a, unitDiagonal ? -1 : 0) : np.triu(a, unitDiagonal ? 1 : 0);
          const matrix = unitDiagonal ? np.add(t, np.eye(3)) : t;
          const x = linalg.triangularSolve(a, b, { lower, transpose, unitDiagonal });
          expect(np.matmul(transpose ? adjoint(matrix) : matrix, x)).toBeAllClose(b);
        }
  });
  it("Cholesky and LU factors solve", () => {
    const spd = np.add(np.matmul(a, adjoint(a)), np.eye(3));
    const b = random([4, 3, 1], 7);
    for (const x of [
      linalg.choSolve(linalg.cholesky(spd), b),
      linalg.choSolve(linalg.cholesky(spd, { upper: true }), b, { lower: false }),
      linalg.luSolve(linalg.luFactor(spd), b),
      linalg.solve(np.broadcastTo(spd, [4, 3, 3]), b),
    ])
      expect(np.matmul(spd, x)).toBeAllClose(b);
  });
  it("powers, tensors as matrices, parts, diagonals", () => {
    expect(linalg.matrixPower(a, 7)).toBeAllClose(linalg.multiDot([a, a, a, a, a, a, a]), { atol: 1e-13 });
    expect(np.matmul(linalg.matrixPower(a, -2), linalg.matrixPower(a, 2))).toBeAllClose(np.eye(3), {
      atol: 1e-9,
    });
    expect(linalg.matrixPower(a, 0).toArray()).toEqual(np.eye(3).toArray());
    const t = random([2, 3, 6], 8);
    const b = random([2, 3], 9);
    const x = linalg.tensorsolve(t, b);
    expect(np.tensordot(t, x, 1)).toBeAllClose(b);
    expect(np.tensordot(linalg.tensorinv(t), b, 2)).toBeAllClose(x);
    const swapped = linalg.tensorsolve(np.moveaxis(t, 2, 0), b, { axes: [0] });
    expect(swapped).toBeAllClose(x);
    expect(linalg.blockDiag([[[1, 2]], 3, [4, 5]]).toArray()).toEqual([
      [1, 2, 0, 0, 0],
      [0, 0, 3, 0, 0],
      [0, 0, 0, 4, 5],
    ]);
    expect(linalg.blockDiag([np.zeros([0, 2]), [[1]]]).toArray()).toEqual([[0, 0, 1]]);
    expect(linalg.toeplitz([1, 2, 3]).toArray()).toEqual([
      [1, 2, 3],
      [2, 1, 2],
      [3, 2, 1],
    ]);
    expect(
      linalg
        .toeplitz(
          [
            [1, 2],
            [3, 4],
          ],
          [
            [9, 5, 6],
            [9, 7, 8],
          ],
        )
        .toArray(),
    ).toEqual([
      [
        [1, 5, 6],
        [2, 1, 5],
      ],
      [
        [3, 7, 8],
        [4, 3, 7],
      ],
    ]);
  });
  it("norms of matrices", () => {
    const m = np.array([
      [3, 0],
      [4, 5],
    ]);
    const all = [null, "fro", "nuc", 1, -1, 2, -2, Infinity, -Infinity] as const;
    const values = all.map((ord) => linalg.norm(m, { ord }).item());
    // singular values 3 sqrt 5 and sqrt 5
    const s = Math.sqrt(5);
    [Math.sqrt(50), Math.sqrt(50), 4 * s, 7, 5, 3 * s, s, 9, 3].forEach((expected, i) => {
      expect(values[i]).toBeCloseTo(expected, 13);
    });
    const stack = random([2, 3, 4], 10);
    for (const ord of [2, -2, "nuc"] as const) {
      const kept = linalg.norm(stack, { ord, axis: [2, 0], keepdims: true });
      expect(kept.shape).toEqual([1, 3, 1]);
      const first = linalg.norm(np.slice(stack, { slice: [] }, 1), { ord });
      expect(np.slice(kept, 0, 1, 0)).toBeAllClose(first);
    }
    expect(linalg.norm([3, 4]).item()).toBe(5);
    expect(linalg.norm([3, -4], { ord: 1 }).item()).toBe(7);
  });
});
