/**
 * The programs of examples/adbench on problems of ADBench's kinds and sizes from a seeded generator: known values in
 * special cases, derivatives against five-point differences, and forward against reverse mode.
 */
import { grad, hvp, jacfwd, jacrev, jvp, np, type Tensor, tree, vjp } from "cotangent";
import { describe, expect, it } from "vitest";
import {
  type BaParams,
  baJacobianBlocks,
  baObjective,
  baResiduals,
  generateBa,
  project,
  reprojectionError,
} from "../../examples/adbench/ba.js";
import { type GmmParams, generateGmm, gmmObjective } from "../../examples/adbench/gmm.js";
import { generateHand, handError, handErrorOnTriangles, handVertices } from "../../examples/adbench/hand.js";
import { generateLstm, type LstmParams, lstmObjective } from "../../examples/adbench/lstm.js";
import { generator } from "../../examples/adbench/random.js";
import { rotate } from "../../examples/adbench/rotation.js";

type Leaves = readonly Tensor[];

const noise = (like: Leaves, seed: number): Leaves => {
  const { normals } = generator(seed);
  return like.map(({ shape, size }) => np.reshape(np.array(normals(size)), shape));
};

const moved = (xs: Leaves, direction: Leaves, by: number): Leaves =>
  xs.map((x, i) => np.add(x, np.mul(by, direction[i] as Tensor)));

/** Four points about 0: (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12 h, with an error of order h^4. */
const difference = (f: (xs: Leaves) => Tensor, xs: Leaves, direction: Leaves, h: number): Tensor => {
  const at = (by: number): Tensor => f(moved(xs, direction, by * h));
  const [near, far] = [np.sub(at(1), at(-1)), np.sub(at(2), at(-2))];
  return np.div(np.sub(np.mul(8, near), far), 12 * h);
};

const expectClose = (got: Tensor, expected: Tensor, relative: number): void => {
  expect(got.shape).toEqual(expected.shape);
  const scale = np.maximum(1, np.max(np.abs(expected))).item();
  expect(np.max(np.abs(np.sub(got, expected))).item() / scale).toBeLessThan(relative);
};

const inner = (xs: Leaves, ys: Leaves): number =>
  xs.reduce((total, x, i) => total + np.vdot(x, ys[i] as Tensor).item(), 0);

/** Derivatives of a function of several tensors along random directions, in both modes and by differences. */
const checkDerivatives = (f: (...xs: Tensor[]) => Tensor, xs: Leaves, seed: number): void => {
  const args = [...xs];
  const direction = [...noise(xs, seed)];
  const [value, forward] = jvp(f, args, direction) as [Tensor, Tensor];
  expectClose(
    forward,
    difference((ys) => f(...ys), xs, direction, 1e-3),
    1e-7,
  );

  const [sameValue, pullback] = vjp(f, args);
  const [cotangent] = noise([value], seed + 1) as [Tensor];
  const pulled = (pullback as (ct: Tensor) => Leaves)(cotangent);
  const [right, left] = [inner(pulled, direction), inner([cotangent], [forward])];
  expect(Math.abs(right - left)).toBeLessThan(1e-10 * Math.max(1, Math.abs(left)));
  expectClose(sameValue as Tensor, value, 1e-14);
};

/** The Hessian-vector product against differences of the gradient, and its symmetry. */
const checkHessian = <P extends object>(f: (params: P) => Tensor, params: P, seed: number): void => {
  const { leaves, structure } = tree.flatten(params);
  const unflatten = (xs: Leaves): P => tree.unflatten(structure, xs) as P;
  const product = (v: Leaves): Leaves =>
    tree.leaves(
      (hvp as (f: unknown, x: unknown, v: unknown) => readonly unknown[])(f, [params], [unflatten(v)])[0],
    ) as Leaves;
  const gradient = (xs: Leaves): Tensor => {
    const slopes = (grad as (f: unknown) => (p: P) => unknown)(f)(unflatten(xs));
    return np.concatenate((tree.leaves(slopes) as Leaves).map((x) => np.ravel(x)));
  };
  const xs = leaves as Leaves;
  const [v, w] = [noise(xs, seed), noise(xs, seed + 1)];
  const flat = np.concatenate(product(v).map((x) => np.ravel(x)));
  expectClose(flat, difference(gradient, xs, v, 1e-3), 1e-7);
  const [left, right] = [inner(w, product(v)), inner(v, product(w))];
  expect(Math.abs(left - right)).toBeLessThan(1e-9 * Math.max(1, Math.abs(left)));
};

describe("the Gaussian mixture", () => {
  it.each([
    [2, 3, 1],
    [2, 5, 1000],
    [10, 5, 100],
  ])("of dimension %i, %i components, %i points", (d, k, n) => {
    const { params, x, wishart } = generateGmm(d, k, n, 17 * d + n);
    const f = (p: GmmParams): Tensor => gmmObjective(p, x, wishart);
    checkDerivatives(
      (alphas, means, icf) => f({ alphas: alphas as Tensor, means: means as Tensor, icf: icf as Tensor }),
      [params.alphas, params.means, params.icf],
      d,
    );
    checkHessian(f, params, n);
  });

  it("of one component in one dimension is a Gaussian with its prior", () => {
    const [mean, q, gamma, m] = [0.3, -0.2, 1.5, 2];
    const points = [0.1, -1.2, 2.5];
    const params = { alphas: np.array([0.7]), means: np.array([[mean]]), icf: np.array([[q]]) };
    const x = np.reshape(np.array(points), [3, 1]);
    const likelihood = points.reduce(
      (sum, y) => sum + q - 0.5 * (Math.exp(q) * (y - mean)) ** 2 - 0.5 * Math.log(2 * Math.PI),
      0,
    );
    // N = d + m + 1 = 4 and Gamma(2) = 1
    const constant = 4 * (Math.log(gamma) - 0.5 * Math.log(2));
    const prior = 0.5 * gamma ** 2 * Math.exp(q) ** 2 - m * q - constant;
    expect(gmmObjective(params, x, { gamma, m }).item()).toBeCloseTo(likelihood + prior, 12);
  });
});

describe("bundle adjustment", () => {
  it.each([
    [2, 10, 10],
    [3, 12, 40],
  ])("of %i cameras, %i points, %i observations", (n, m, p) => {
    const { params, seen } = generateBa(n, m, p, 5 + p);
    const f = (cameras: Tensor, points: Tensor, weights: Tensor): Tensor =>
      baResiduals({ cameras, points, weights }, seen).reprojection;
    checkDerivatives(f as (...xs: Tensor[]) => Tensor, [params.cameras, params.points, params.weights], p);

    const blocks = baJacobianBlocks(params, seen);
    const [cameras, points] = [seen.cameras.toArray(), seen.points.toArray()] as [number[], number[]];
    for (const i of [0, p - 1]) {
      const args = [
        np.slice(params.cameras, cameras[i] as number),
        np.slice(params.points, points[i] as number),
        np.slice(params.weights, i),
        np.slice(seen.features, i),
      ] as [Tensor, Tensor, Tensor, Tensor];
      const [c, x, w] = jacfwd(reprojectionError, { argnums: [0, 1, 2] })(...args) as [
        Tensor,
        Tensor,
        Tensor,
      ];
      expectClose(np.slice(blocks, i), np.concatenate([c, x, np.expandDims(w, 1)], { axis: 1 }), 1e-12);
    }

    // the gradient of sum r^2 + sum s^2 is 2 J^T r, gathered by camera, and so on
    const slope = grad((q: BaParams) => baObjective(q, seen))(params);
    const { reprojection, weight } = baResiduals(params, seen);
    const pulled = np.mul(2, np.einsum("pij,pi->pj", blocks, reprojection));
    const byCamera = np
      .at(np.zeros([n, 11]), seen.cameras)
      .add(np.slice(pulled, { slice: [] }, { slice: [0, 11] }));
    expectClose(slope.cameras, byCamera, 1e-12);
    expectClose(
      slope.weights,
      np.sub(np.slice(pulled, { slice: [] }, 14), np.mul(np.mul(4, weight), params.weights)),
      1e-12,
    );
  });

  it("sees a point before an unturned camera through a pinhole", () => {
    const camera = np.array([0, 0, 0, 1, 2, 3, 500, 320, 240, 0, 0]);
    const at = project(camera, np.array([2, 4, 7])).toArray();
    expect(at).toEqual([500 * (1 / 4) + 320, 500 * (2 / 4) + 240]);
  });

  it("turns by a vector, also at no angle", () => {
    const point = np.array([1, 0, 0]);
    expectClose(rotate(np.array([0, 0, Math.PI / 2]), point), np.array([0, 1, 0]), 1e-15);
    expect(rotate(np.zeros([3]), point).toArray()).toEqual([1, 0, 0]);
    // d (rotation x point) / d rotation at 0
    const expected = np.array([
      [0, 0, 0],
      [0, 0, 1],
      [0, -1, 0],
    ]);
    for (const jacobianOf of [jacfwd, jacrev]) {
      expectClose(jacobianOf((r: Tensor) => rotate(r, point))(np.zeros([3])) as Tensor, expected, 1e-15);
    }
  });
});

describe("the LSTM", () => {
  it.each([16, 128])("of 2 layers on %i characters of 14 bits", (characters) => {
    const { params, state, sequence } = generateLstm(2, characters, 14, characters);
    const f = (main: Tensor, extra: Tensor): Tensor => lstmObjective({ main, extra }, state, sequence);
    checkDerivatives(f as (...xs: Tensor[]) => Tensor, [params.main, params.extra], 3);
    if (characters === 16) checkHessian((p: LstmParams) => lstmObjective(p, state, sequence), params, 4);
  });

  it("predicts its bias alone where nothing comes through", () => {
    const { params, state, sequence } = generateLstm(2, 4, 3, 1);
    const bias = [0.2, -0.4, 1];
    const extra = np.array([[1, 1, 1], [0, 0, 0], bias]);
    const normalizer = Math.log(2 + bias.reduce((sum, b) => sum + Math.exp(b), 0));
    const letters = (sequence.toArray() as number[][]).slice(1);
    const terms = letters.flatMap((letter) =>
      letter.map((bit, i) => bit * ((bias[i] as number) - normalizer)),
    );
    const mean = terms.reduce((sum, t) => sum + t, 0) / terms.length;
    expect(lstmObjective({ main: params.main, extra }, state, sequence).item()).toBeCloseTo(-mean, 13);
  });
});

describe("hand tracking", () => {
  const { model, theta, us, data, triangleData } = generateHand(544, 100, 9);
  const few = generateHand(544, 2, 10);

  it("has derivatives of points on vertices", () => {
    const f = (t: Tensor): Tensor => handError(t, model, data);
    checkDerivatives(f as (...xs: Tensor[]) => Tensor, [theta], 11);
    expectClose(jacfwd(f)(theta) as Tensor, jacrev(f)(theta) as Tensor, 1e-12);
  });

  it("has derivatives of points on triangles", () => {
    const f = (t: Tensor, u: Tensor): Tensor => handErrorOnTriangles(t, u, model, triangleData);
    checkDerivatives(f as (...xs: Tensor[]) => Tensor, [theta, us], 12);
    const small = (t: Tensor, u: Tensor): Tensor => handErrorOnTriangles(t, u, few.model, few.triangleData);
    const options = { argnums: [0, 1] as const };
    const forward = jacfwd(small, options)(few.theta, few.us) as unknown as Leaves;
    const reverse = jacrev(small, options)(few.theta, few.us) as unknown as Leaves;
    for (const [i, block] of forward.entries()) expectClose(block, reverse[i] as Tensor, 1e-12);
  });

  it("is the mesh itself at rest", () => {
    const every = np.arange(544, { dtype: "int32" });
    expectClose(handVertices(np.zeros([26]), model, every), model.basePositions, 1e-13);
  });
});
