/** Roots and logarithms of matrices that are not symmetric: against their inverse functions, and their derivatives. */
import { grad, jit, jvp, np, type Tensor, vmap } from "cotangent";
import * as linalg from "cotangent/linalg";
import { describe, expect, it } from "vitest";
import { checkGrads } from "../../src/testing/gradients.js";
import { matchers } from "../../src/testing/matchers.js";
import { largest, random, units } from "./matrices.js";
import { spectra } from "./nonsymmetric.js";

expect.extend(matchers);

const turn = (angle: number, size = 1): Tensor =>
  np.mul(size, [
    [Math.cos(angle), -Math.sin(angle)],
    [Math.sin(angle), Math.cos(angle)],
  ]);
/** Of eigenvalues off the closed negative axis. */
const families: readonly (readonly [string, Tensor])[] = [
  ...spectra,
  ["many rows", np.add(random([12, 12], 1), np.mul(4, np.eye(12)))],
  ["a wide angle", turn(3)],
  ["a Jordan block", np.add(np.mul(2, np.eye(4)), np.eye(4, 4, { k: 1 }))],
  [
    "a large coupling",
    np.array([
      [1, 1e8],
      [0, 1.5],
    ]),
  ],
  ["eigenvalues over many magnitudes", np.add(np.diag([1e-10, 1, 1e10]), np.triu(random([3, 3], 2), 1))],
  ["huge elements", np.mul(1e200, np.add(random([3, 3], 3), np.mul(3, np.eye(3))))],
  ["tiny elements", np.mul(1e-200, np.add(random([3, 3], 4), np.mul(3, np.eye(3))))],
  ["the identity", np.eye(3)],
];

describe("the square root", () => {
  it.each(families)("of a matrix with %s squares back, and has no negative real parts", (_, a) => {
    const root = linalg.sqrtm(a);
    const n = a.shape[0] as number;
    expect(units(np.matmul(root, root), a, Math.max(largest(a), largest(root) ** 2), n)).toBeLessThan(50);
    const { re } = linalg.eigvals(root);
    expect(np.min(re).item()).toBeGreaterThanOrEqual(-1e-12 * largest(root));
  });
  it("of lower rank squares back where there is one, and is not finite where there is none", () => {
    const flat = np.array([
      [1, 1, 2],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(linalg.sqrtm(flat).toArray()).toEqual(flat.toArray());
    expect(np.all(np.isfinite(linalg.sqrtm(np.eye(2, 2, { k: 1 })))).item()).toBe(0);
    expect(
      Number.isNaN(
        np
          .slice(
            linalg.sqrtm(
              np.array([
                [-1, 1],
                [0, 2],
              ]),
            ),
            0,
            0,
          )
          .item(),
      ),
    ).toBe(true);
    expect(
      linalg
        .sqrtm(
          np.array([
            [4, 5],
            [0, 9],
          ]),
        )
        .toArray(),
    ).toEqual([
      [2, 1],
      [0, 3],
    ]);
  });
});

describe("the logarithm", () => {
  it.each(families)("of a matrix with %s: its exponential leads back", (name, a) => {
    const log = linalg.logm(a);
    const n = a.shape[0] as number;
    // the exponential of a logarithm moves by the size of the logarithm times its rounding, and by the condition of the matrix
    const slack = name.includes("magnitudes") || name.includes("coupling") ? 1e6 : 100;
    expect(units(linalg.expm(log), a, largest(a) * Math.max(1, largest(log)), n)).toBeLessThan(slack);
  });
  it("of an exponential is the exponent, where its imaginary parts are less than pi", () => {
    for (const [n, size] of [
      [1, 2],
      [3, 1e-9],
      [3, 0.5],
      [6, 1],
    ] as const) {
      const x = np.mul(size, random([n, n], n));
      expect(largest(np.sub(linalg.logm(linalg.expm(x)), x))).toBeLessThan(1e-13 * Math.max(1, size * n));
    }
    const log = linalg.logm(turn(3, 2));
    expect(log).toBeAllClose(
      [
        [Math.LN2, -3],
        [3, Math.LN2],
      ],
      { rtol: 1e-14, atol: 1e-14 },
    );
    // small eigenvalues keep their digits beside large ones
    const graded = linalg.logm(np.diag([1e12, 1 + 2 ** -40]));
    expect(np.slice(graded, 1, 1).item()).toBe(Math.log(1 + 2 ** -40));
    expect(
      linalg
        .logm(
          np.array([
            [1, 1],
            [0, 1],
          ]),
        )
        .toArray(),
    ).toEqual([
      [0, 1],
      [0, 0],
    ]);
    // that of the trace is the determinant
    const a = np.add(random([5, 5], 9), np.mul(3, np.eye(5)));
    expect(np.trace(linalg.logm(a)).item()).toBeCloseTo(linalg.slogdet(a)[1].item(), 12);
  });
  it("that is not real, of singular and of infinite matrices is NaN, example by example", () => {
    for (const a of [
      np.diag([-1, 2]),
      np.diag([0, 1]),
      np.mul(-1, np.eye(2)),
      np.array([
        [Infinity, 0],
        [0, 1],
      ]),
    ])
      expect(np.all(np.isnan(linalg.logm(a))).item()).toBe(1);
    const pair = vmap((a: Tensor) => linalg.logm(a))(np.stack([np.diag([-1, 2]), np.eye(2)]));
    expect(np.all(np.equal(np.slice(pair, 1), 0)).item()).toBe(1);
  });
});

describe("derivatives", () => {
  const smooth = [...spectra, families[6] as readonly [string, Tensor], ["the identity", np.eye(2)]] as const;
  it.each(smooth)("of a matrix with %s, to order 2 in both modes", (_, a) => {
    checkGrads((x: Tensor) => linalg.sqrtm(x), [a], { order: 2 });
    checkGrads((x: Tensor) => linalg.logm(x), [a], { order: 2 });
  });
  it("of third order undo those of square and exponential", () => {
    const along = (g: (t: Tensor) => Tensor) => (t: Tensor) => jvp(g, [t], [1])[1] as Tensor;
    const [x, v] = [np.mul(0.5, random([3, 3], 5)), random([3, 3], 6)];
    const path = (t: Tensor): Tensor => np.add(x, np.mul(t, v));
    const [shift] = [np.mul(2, np.eye(3))];
    const back = along(along(along((t) => linalg.logm(linalg.expm(path(t))))))(np.array(0.1));
    expect(largest(back)).toBeLessThan(1e-9);
    const square = (t: Tensor): Tensor => np.add(path(t), shift);
    const root = along(along(along((t) => linalg.sqrtm(np.matmul(square(t), square(t))))))(np.array(0.1));
    expect(largest(root)).toBeLessThan(1e-9);
  });
  it("are mapped, compiled and of float32 as they are eagerly", () => {
    const a = np.stack([1, 2].map((seed) => np.add(random([3, 3], seed), np.mul(3, np.eye(3)))));
    for (const f of [linalg.logm, linalg.sqrtm]) {
      const total = (x: Tensor): Tensor => np.sum(np.sin(f(x)));
      const eager = grad(total)(a);
      expect(vmap(grad(total))(a)).toBeAllClose(eager, { rtol: 1e-13, atol: 1e-13 });
      expect(np.arrayEqual(jit(grad(total))(a), eager)).toBe(true);
      expect(grad(total)(np.astype(a, "float32")).dtype).toBe("float32");
    }
  });
});
