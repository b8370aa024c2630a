/** NumPy's indexing: slices against a loop over Python's rule, arrays and masks by the places they must come from. */
import {
  type BasicIndexItem,
  ConcretizationError,
  IndexError,
  type IndexItem,
  np,
  type Tensor,
  vmap,
} from "cotangent";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const counted = (...shape: number[]): Tensor =>
  np.array(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i)).reshape(shape);

/** What Python's range(*slice(start, stop, step).indices(n)) lists, found by walking. */
const walked = (start: number | null, stop: number | null, step: number, n: number): number[] => {
  const clamp = (bound: number, low: number, high: number): number =>
    Math.min(Math.max(bound < 0 ? bound + n : bound, low), high);
  const out: number[] = [];
  if (step > 0) {
    const end = stop === null ? n : clamp(stop, 0, n);
    for (let i = start === null ? 0 : clamp(start, 0, n); i < end; i += step) out.push(i);
  } else {
    const end = stop === null ? -1 : clamp(stop, -1, n - 1);
    for (let i = start === null ? n - 1 : clamp(start, -1, n - 1); i > end; i += step) out.push(i);
  }
  return out;
};

describe("integers, slices, new axes", () => {
  const bound = fc.option(fc.integer({ min: -8, max: 8 }));
  test("slices name the places that Python names", () => {
    fc.assert(
      fc.property(fc.nat(6), bound, bound, fc.integer({ min: -3, max: 3 }), (n, start, stop, by) => {
        const step = by === 0 ? null : by;
        expect(np.slice(counted(n), { slice: [start, stop, step] }).toArray()).toEqual(
          walked(start, stop, step ?? 1, n),
        );
      }),
    );
  });
  test("mix", () => {
    const x = counted(2, 3, 4);
    expect(x.slice(1, -1, 2).item()).toBe(22);
    expect(x.slice(-1).shape).toEqual([3, 4]);
    expect(x.slice("...", 0).toArray()).toEqual([
      [0, 4, 8],
      [12, 16, 20],
    ]);
    expect(x.slice(0, "...", { slice: [null, null, -2] }).toArray()).toEqual([
      [3, 1],
      [7, 5],
      [11, 9],
    ]);
    expect(x.slice(null, { slice: [1] }, null, 2).shape).toEqual([1, 1, 1, 4]);
    expect(x.slice().shape).toEqual([2, 3, 4]);
    expect(np.slice(5, "...").item()).toBe(5);
  });
  const x = counted(2, 3);
  test.each<[string, IndexItem[]]>([
    ["beyond the axis", [2]],
    ["below the axis", [-3]],
    ["beyond a later axis", [0, 3]],
    ["too many", [0, 0, 0]],
    ["two ellipses", ["...", "..."]],
    ["a fraction", [0.5]],
    ["step 0", [{ slice: [null, null, 0] }]],
    ["a fractional bound", [{ slice: [0.5] }]],
    ["positions beyond the axis", [[0, 2]]],
    ["positions that are fractions", [[0.5]]],
    ["float tensors", [np.array([0.5])]],
    ["a mask of another shape", [[true, false, true]]],
  ])("refuses %s", (_, index) => {
    expect(() => np.slice(x, ...index)).toThrow(IndexError);
  });
  test.each<[string, BasicIndexItem[]]>([
    ["beyond the axis", [2]],
    ["beyond a later axis", [0, 3]],
    ["too many", [0, 0, 0]],
    ["two ellipses", ["...", "..."]],
    ["a fraction", [0.5, 0]],
    ["step 0", [{ slice: [null, null, 0] }]],
  ])("the method refuses %s", (_, index) => {
    expect(() => x.slice(...index)).toThrow(IndexError);
  });
  test("the method agrees with np.slice", () => {
    const size = fc.option(fc.integer({ min: -4, max: 4 }));
    const item: fc.Arbitrary<BasicIndexItem> = fc.oneof(
      fc.integer({ min: -2, max: 1 }),
      fc.constant(null),
      fc.record({ slice: fc.tuple(size, size, fc.constantFrom(null, 1, 2, -1, -2)) }),
    );
    const y = counted(2, 3, 4, 2);
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 3 }),
        fc.array(item, { maxLength: 1 }),
        fc.boolean(),
        (a, b, rest) => {
          const index = rest ? [...a, "..." as const, ...b] : a;
          // an array of no axes is an integer that only the whole plan takes
          const whole = index.map((i) => (typeof i === "number" ? np.array(i, { dtype: "int32" }) : i));
          expect(y.slice(...index).toArray()).toEqual(np.slice(y, ...whole).toArray());
        },
      ),
    );
  });
  test("refuses undefined and text", () => {
    for (const item of [undefined, "1", {}]) {
      expect(() => np.slice(x, item as unknown as IndexItem)).toThrow(IndexError);
      expect(() => x.slice(item as unknown as number)).toThrow(IndexError);
    }
  });
});

describe("arrays and masks", () => {
  const x = counted(3, 4, 5);
  const element = (i: number, j: number, k: number): number => 20 * i + 5 * j + k;
  test("one array stands in place of its axis", () => {
    expect(np.slice(x, { slice: [] }, [3, 0, -1]).shape).toEqual([3, 3, 5]);
    expect(np.slice(x, 1, 2, new Int8Array([4, -5])).toArray()).toEqual([element(1, 2, 4), element(1, 2, 0)]);
    expect(np.slice(x, [[0, 1]]).shape).toEqual([1, 2, 4, 5]);
    expect(np.slice(x, []).shape).toEqual([0, 4, 5]);
  });
  test("several broadcast and pair up", () => {
    expect(np.slice(x, [[0], [2]], [1, 3], 4).toArray()).toEqual([
      [element(0, 1, 4), element(0, 3, 4)],
      [element(2, 1, 4), element(2, 3, 4)],
    ]);
    expect(() => np.slice(x, [0, 1], [0, 1, 2])).toThrow("broadcast");
  });
  test("arrays side by side stay in place, arrays apart go first", () => {
    expect(np.slice(x, { slice: [] }, [0, 1], [2, 3]).shape).toEqual([3, 2]);
    expect(np.slice(x, [0, 1], { slice: [] }, [2, 3]).shape).toEqual([2, 4]);
    expect(np.slice(x, 0, { slice: [] }, [2, 3]).toArray()).toEqual(
      [2, 3].map((k) => [0, 1, 2, 3].map((j) => element(0, j, k))),
    );
    expect(np.slice(x, { slice: [] }, [0, 1], null, 0).shape).toEqual([2, 3, 1]);
  });
  test("are for np.slice: the method names it", () => {
    const arrays: unknown[] = [[0, 1], [true, false, true], new Int8Array([1]), np.array([0]), np.array(1)];
    for (const index of arrays) {
      expect(() => x.slice(0, index as number)).toThrow(IndexError);
      expect(() => x.slice(index as number)).toThrow("np.slice(x, ...index)");
    }
  });
  test("masks select, also over several axes", () => {
    expect(np.slice([5, 6, 7], [true, false, true]).toArray()).toEqual([5, 7]);
    const even = np.equal(np.remainder(x, 2), 0);
    expect(np.slice(x, even).toArray()).toEqual(Array.from({ length: 30 }, (_, i) => 2 * i));
    expect(np.slice(x, { slice: [] }, np.equal(counted(4, 5), 7)).toArray()).toEqual([[7], [27], [47]]);
  });
  test("traced positions index like known ones; a traced mask says what to do", () => {
    const rows = np.array([2, -1, 0], { dtype: "int32" });
    expect(vmap((i: Tensor) => np.slice(x, i, 1, { slice: [0, 2] }))(rows).toArray()).toEqual(
      [2, 2, 0].map((i) => [element(i, 1, 0), element(i, 1, 1)]),
    );
    const masks = np.array([[true, false, true]]);
    expect(() => vmap((m: Tensor) => np.slice(np.array([1, 2, 3]), m))(masks)).toThrow(ConcretizationError);
    expect(() => vmap((i: Tensor) => np.slice(x, i))(np.array([3], { dtype: "int32" }))).toThrow(IndexError);
  });
});
