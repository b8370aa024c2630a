/** Sorting, the largest few, bisection; NaN last throughout. */
import { ArgumentError, AxisError, np, ShapeError, type Tensor, vmap } from "cotangent";
import fc from "fast-check";
import { expect, test } from "vitest";

const numbers = fc.array(fc.oneof(fc.integer({ min: -4, max: 4 }), fc.constant(Number.NaN)), {
  maxLength: 12,
});
/** NumPy's order: NaN after all numbers. */
const compare = (a: number, b: number): number =>
  Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : a - b;

test("sort and argsort", () => {
  fc.assert(
    fc.property(numbers, (xs) => {
      const places = xs.map((_, i) => i).sort((i, j) => compare(xs[i] as number, xs[j] as number) || i - j);
      expect(np.argsort(np.array(xs)).toArray()).toEqual(places);
      expect(np.sort(np.array(xs)).toArray()).toEqual(places.map((i) => xs[i]));
    }),
  );
  expect(
    np
      .sort(
        [
          [3, 1],
          [2, 4],
        ],
        { axis: 0 },
      )
      .toArray(),
  ).toEqual([
    [2, 1],
    [3, 4],
  ]);
  expect(
    np
      .sort(
        [
          [3, 1],
          [2, 4],
        ],
        { axis: null },
      )
      .toArray(),
  ).toEqual([1, 2, 3, 4]);
  expect(() => np.sort(1)).toThrow(AxisError);
  expect(() => np.argsort([1], { axis: 1 })).toThrow(AxisError);
});

test("topK: falling, first of equals first, NaN counts as largest", () => {
  fc.assert(
    fc.property(numbers, fc.nat(12), (xs, n) => {
      const k = Math.min(n, xs.length);
      const places = xs.map((_, i) => i).sort((i, j) => compare(xs[j] as number, xs[i] as number) || i - j);
      const [values, indices] = np.topK(np.array(xs), k);
      expect(indices.toArray()).toEqual(places.slice(0, k));
      expect(values.toArray()).toEqual(places.slice(0, k).map((i) => xs[i]));
    }),
  );
  expect(
    np
      .topK(
        [
          [1, 3, 2],
          [6, 5, 4],
        ],
        2,
      )[0]
      .toArray(),
  ).toEqual([
    [3, 2],
    [6, 5],
  ]);
  expect(() => np.topK([1, 2], 3)).toThrow(ArgumentError);
  expect(() => np.topK(1, 1)).toThrow(AxisError);
});

test("searchsorted counts the elements before", () => {
  fc.assert(
    fc.property(numbers, numbers, (xs, vs) => {
      const list = [...xs].sort(compare);
      const place = (v: number, from: number): number => list.filter((x) => compare(x, v) < from).length;
      expect(np.searchsorted(np.array(list), np.array(vs)).toArray()).toEqual(vs.map((v) => place(v, 0)));
      expect(np.searchsorted(np.array(list), np.array(vs), { side: "right" }).toArray()).toEqual(
        vs.map((v) => place(v, 0.5)),
      );
    }),
  );
  const rows = np.array([
    [1, 3, 5],
    [2, 2, 2],
  ]);
  expect(vmap((row: Tensor) => np.searchsorted(row, 2))(rows).toArray()).toEqual([1, 0]);
  expect(np.searchsorted(new Int32Array([1, 5, 9]), 5).item()).toBe(1);
  expect(() => np.searchsorted([[1]], 1)).toThrow(ShapeError);
  // @ts-expect-error an unknown side
  expect(() => np.searchsorted([1], 1, { side: "middle" })).toThrow(ArgumentError);
});
