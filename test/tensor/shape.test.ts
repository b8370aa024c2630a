import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AxisError, ShapeError } from "../../src/tensor/errors.js";
import {
  broadcastShapes,
  checkShape,
  compactStrides,
  normalizeAxes,
  normalizeAxis,
  orThrow,
  type Shape,
  sameShape,
  sizeOf,
} from "../../src/tensor/shape.js";

const size = fc.constantFrom(0, 1, 2, 3);
const shape: fc.Arbitrary<Shape> = fc.array(size, { maxLength: 5 });

/** The result, or "error": laws hold of failures too. */
const broadcast = (...shapes: readonly Shape[]): Shape | "error" => {
  const checked = broadcastShapes("test", ...shapes);
  return checked._tag === "Right" ? checked.right : "error";
};
/** A shape that broadcasts with `whole`: some sizes made 1, some leading axes dropped. */
const partOf = (whole: Shape): fc.Arbitrary<Shape> =>
  fc
    .tuple(
      fc.nat({ max: whole.length }),
      fc.array(fc.boolean(), { minLength: whole.length, maxLength: whole.length }),
    )
    .map(([dropped, ones]) => whole.map((n, i) => (ones[i] ? 1 : n)).slice(dropped));
const withParts = (count: number): fc.Arbitrary<{ whole: Shape; parts: Shape[] }> =>
  shape.chain((whole) =>
    fc.tuple(...Array.from({ length: count }, () => partOf(whole))).map((parts) => ({ whole, parts })),
  );

describe("broadcastShapes", () => {
  it("does not depend on the order, in failure neither", () => {
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        expect(broadcast(a, b)).toEqual(broadcast(b, a));
      }),
    );
  });
  it("is associative where shapes fit", () => {
    fc.assert(
      fc.property(withParts(3), ({ parts: [a = [], b = [], c = []] }) => {
        const left = broadcast(broadcast(a, b) as Shape, c);
        expect(left).not.toBe("error");
        expect(left).toEqual(broadcast(a, broadcast(b, c) as Shape));
        expect(left).toEqual(broadcast(a, b, c));
      }),
    );
  });
  it("has the scalar shape as its unit and is idempotent", () => {
    fc.assert(
      fc.property(shape, (a) => {
        expect(broadcast(a)).toEqual(a);
        expect(broadcast(a, [])).toEqual(a);
        expect(broadcast(a, a)).toEqual(a);
      }),
    );
    expect(broadcast()).toEqual([]);
  });
  it("gives the whole to the whole and a part of it", () => {
    fc.assert(
      fc.property(withParts(1), ({ whole, parts: [part = []] }) => {
        expect(broadcast(whole, part)).toEqual(whole);
      }),
    );
  });
  it("agrees with the definition, axis by axis from the right", () => {
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        const rank = Math.max(a.length, b.length);
        const pairs = Array.from(
          { length: rank },
          (_, i) => [a.at(i - rank) ?? 1, b.at(i - rank) ?? 1] as const,
        );
        const fits = pairs.every(([m, n]) => m === n || m === 1 || n === 1);
        expect(broadcast(a, b)).toEqual(fits ? pairs.map(([m, n]) => (m === 1 ? n : m)) : "error");
      }),
    );
  });
  it("stretches 1 to 0, and refuses 2 with 0", () => {
    expect(broadcast([1, 3], [0, 1])).toEqual([0, 3]);
    expect(broadcast([2], [0])).toBe("error");
  });
  it("says which axis, which sizes, which operation", () => {
    expect(() => orThrow(broadcastShapes("add", [5, 2, 3], [4]))).toThrow(ShapeError);
    expect(() => orThrow(broadcastShapes("add", [5, 2, 3], [4]))).toThrow(
      "add: cannot broadcast shapes [5, 2, 3] and [4]: axis 2 has sizes 3 and 4.",
    );
  });
});

describe("strides", () => {
  it("number the elements in row-major order", () => {
    fc.assert(
      fc.property(shape, (s) => {
        const strides = compactStrides(s);
        const positions: number[] = [];
        const walk = (axis: number, position: number): void => {
          if (axis === s.length) positions.push(position);
          else for (let i = 0; i < (s[axis] ?? 0); i++) walk(axis + 1, position + i * (strides[axis] ?? 0));
        };
        walk(0, 0);
        expect(positions).toEqual(Array.from({ length: sizeOf(s) }, (_, i) => i));
      }),
    );
  });
  it("of known shapes", () => {
    expect(compactStrides([])).toEqual([]);
    expect(compactStrides([2, 3, 4])).toEqual([12, 4, 1]);
    expect(sizeOf([])).toBe(1);
    expect(sizeOf([2, 0, 3])).toBe(0);
  });
});

describe("axes", () => {
  it("count from the end where negative", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: -8, max: 7 }), (rank, axis) => {
        const checked = normalizeAxis("sum", axis, rank);
        if (axis < -rank || axis >= rank) expect(checked._tag).toBe("Left");
        else expect(orThrow(checked)).toBe((axis + rank) % rank);
      }),
    );
  });
  it("keep their order, and mean all where null or undefined", () => {
    expect(orThrow(normalizeAxes("sum", [-1, 0], 3))).toEqual([2, 0]);
    expect(orThrow(normalizeAxes("sum", 1, 3))).toEqual([1]);
    expect(orThrow(normalizeAxes("sum", [], 3))).toEqual([]);
    expect(orThrow(normalizeAxes("sum", null, 3))).toEqual([0, 1, 2]);
    expect(orThrow(normalizeAxes("sum", undefined, 2))).toEqual([0, 1]);
  });
  it("are whole, in range and named once", () => {
    for (const axis of [2, -3, 0.5, Number.NaN]) {
      expect(() => orThrow(normalizeAxis("sum", axis, 2))).toThrow(AxisError);
    }
    expect(() => orThrow(normalizeAxis("sum", 0, 0))).toThrow("a scalar has no axes");
    expect(() => orThrow(normalizeAxes("sum", [0, 5], 2))).toThrow(
      "sum: axis 5 is out of range for a tensor of rank 2; use -2 to 1.",
    );
    expect(() => orThrow(normalizeAxes("sum", [0, -2], 2))).toThrow("sum: axis -2 is named twice.");
  });
});

describe("shapes", () => {
  it("are lists of whole sizes, none negative", () => {
    expect(orThrow(checkShape("zeros", [2, 0]))).toEqual([2, 0]);
    for (const bad of [[-1], [0.5], [Number.NaN], ["2"], 3, null]) {
      expect(() => orThrow(checkShape("zeros", bad as number[]))).toThrow(ShapeError);
    }
  });
  it("are the same when their sizes are", () => {
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        expect(sameShape(a, b)).toBe(JSON.stringify(a) === JSON.stringify(b));
        expect(sameShape(a, [...a])).toBe(true);
      }),
    );
  });
});
