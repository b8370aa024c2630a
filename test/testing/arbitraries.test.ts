/** The arbitraries give what they promise, and reach the corners. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { np, Tensor, tree } from "../../src/index.js";
import { broadcastableShapes, shapes, tensors, trees } from "../../src/testing/index.js";

const sample = <T>(arbitrary: fc.Arbitrary<T>): readonly T[] =>
  fc.sample(arbitrary, { numRuns: 400, seed: 7 });
const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

describe("shapes", () => {
  it("have the ranks and sizes asked for", () => {
    const drawn = sample(shapes({ minRank: 1, maxRank: 3, minSize: 2, maxSize: 5 }));
    expect(drawn.every((s) => s.length >= 1 && s.length <= 3 && s.every((n) => n >= 2 && n <= 5))).toBe(true);
  });
  it("reach rank 0 and 5, sizes 0 and 1, and stay small", () => {
    const drawn = sample(shapes());
    for (const rank of [0, 1, 2, 3, 4, 5]) expect(drawn.some((s) => s.length === rank)).toBe(true);
    for (const n of [0, 1, 4]) expect(drawn.some((s) => s.includes(n))).toBe(true);
    expect(Math.max(...drawn.map(count))).toBeLessThanOrEqual(48);
  });
  it("broadcast together", () => {
    const drawn = sample(broadcastableShapes(3));
    for (const list of drawn) expect(list).toHaveLength(3);
    for (const list of drawn) np.broadcastShapes(...(list as [number[], number[], number[]]));
    expect(drawn.some(([a, b]) => a?.length !== b?.length)).toBe(true);
  });
});

describe("tensors", () => {
  it("keep to their interval and away from points", () => {
    const drawn = sample(tensors({ shape: [4], min: -1, max: 2, avoid: [0, 1] })).flatMap(
      (x) => x.toArray() as number[],
    );
    expect(drawn.every((v) => v >= -1 && v <= 2 && Math.abs(v) > 1 / 16 && Math.abs(v - 1) > 1 / 16)).toBe(
      true,
    );
    expect(Math.min(...drawn)).toBeLessThan(-0.9);
    expect(Math.max(...drawn)).toBeGreaterThan(1.9);
  });
  it("reach special values without one", () => {
    const drawn = sample(tensors({ shape: [4] })).flatMap((x) => x.toArray() as number[]);
    for (const v of [Number.NaN, Infinity, -Infinity, -0])
      expect(drawn.some((d) => Object.is(d, v))).toBe(true);
  });
  it("have the dtype and shape asked for", () => {
    expect(
      sample(tensors({ dtype: "uint8", shape: shapes({ maxRank: 1 }) })).every(
        (x) => x.dtype === "uint8" && x.ndim <= 1,
      ),
    ).toBe(true);
  });
});

describe("trees", () => {
  it("hold leaves in every container, and nothing else", () => {
    const drawn = sample(trees(tensors({ shape: [2] })));
    expect(drawn.some((t) => Array.isArray(t))).toBe(true);
    expect(drawn.some((t) => t instanceof Map)).toBe(true);
    expect(drawn.some((t) => t === null)).toBe(true);
    expect(drawn.every((t) => tree.leaves(t).every((x) => x instanceof Tensor))).toBe(true);
  });
});
