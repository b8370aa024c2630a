/** Axes moved, added, dropped, turned: where elements end up, and what is refused. */
import { ArgumentError, AxisError, np, ShapeError, type Tensor } from "cotangent";
import fc from "fast-check";
import { expect, test } from "vitest";

const counted = (...shape: number[]): Tensor =>
  np.array(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i)).reshape(shape);

test("ravel, matrixTranspose, swapaxes", () => {
  expect(
    np
      .ravel([
        [1, 2],
        [3, 4],
      ])
      .toArray(),
  ).toEqual([1, 2, 3, 4]);
  expect(np.ravel(7).shape).toEqual([1]);
  expect(np.matrixTranspose(counted(2, 3, 4)).shape).toEqual([2, 4, 3]);
  expect(
    np
      .swapaxes(counted(2, 3, 4), 0, -1)
      .slice(3, 1, 0)
      .item(),
  ).toBe(7);
  expect(() => np.matrixTranspose([1, 2])).toThrow(ShapeError);
  expect(() => np.swapaxes(counted(2, 3), 0, 2)).toThrow(AxisError);
});

test("moveaxis moves some and keeps the order of the rest", () => {
  const x = counted(2, 3, 4);
  expect(np.moveaxis(x, 0, -1).shape).toEqual([3, 4, 2]);
  expect(np.moveaxis(x, [0, 1], [-1, 0]).shape).toEqual([3, 4, 2]);
  fc.assert(
    fc.property(
      fc.shuffledSubarray([0, 1, 2]),
      fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
      (from, places) => {
        const to = places.slice(0, from.length);
        const y = np.moveaxis(x, from, to);
        expect(to.map((axis) => y.shape[axis])).toEqual(from.map((axis) => x.shape[axis]));
        expect(np.moveaxis(y, to, from).toArray()).toEqual(x.toArray());
      },
    ),
    { numRuns: 30 },
  );
  expect(() => np.moveaxis(x, [0, 1], [0])).toThrow(ArgumentError);
  expect(() => np.moveaxis(x, [0, 0], [0, 1])).toThrow(AxisError);
});

test("expandDims and squeeze are inverse", () => {
  expect(np.expandDims(counted(2, 3), [0, 2]).shape).toEqual([1, 2, 1, 3]);
  expect(np.expandDims(counted(2, 3), -1).shape).toEqual([2, 3, 1]);
  expect(np.squeeze(np.zeros([1, 3, 1])).shape).toEqual([3]);
  expect(np.squeeze(np.zeros([1, 3, 1]), { axis: -1 }).shape).toEqual([1, 3]);
  expect(() => np.expandDims([1], 2)).toThrow(AxisError);
  expect(() => np.expandDims([1], [0, 0])).toThrow(AxisError);
  expect(() => np.squeeze(np.zeros([1, 3, 1]), { axis: 1 })).toThrow(ShapeError);
});

test("flip and roll agree with their index formulas", () => {
  fc.assert(
    fc.property(fc.nat(4), fc.nat(4), fc.integer({ min: -9, max: 9 }), (m, n, shift) => {
      const x = counted(m, n);
      const rows = x.toArray() as number[][];
      expect(np.flip(x, { axis: 1 }).toArray()).toEqual(rows.map((row) => [...row].reverse()));
      expect(np.flip(x).toArray()).toEqual([...rows].reverse().map((row) => [...row].reverse()));
      const rolled = rows.map((row) => row.map((_, j) => row[(((j - shift) % n) + n) % n]));
      expect(np.roll(x, shift, { axis: -1 }).toArray()).toEqual(rolled);
      const flat = rows.flat();
      const k = m * n;
      expect(np.ravel(np.roll(x, shift)).toArray()).toEqual(
        flat.map((_, i) => flat[(((i - shift) % k) + k) % k]),
      );
    }),
    { numRuns: 40 },
  );
  expect(
    np
      .roll(
        [
          [1, 2],
          [3, 4],
        ],
        [1, 1],
        { axis: [0, 1] },
      )
      .toArray(),
  ).toEqual([
    [4, 3],
    [2, 1],
  ]);
  expect(() => np.roll([1, 2], 0.5)).toThrow(ArgumentError);
  expect(() => np.roll([[1, 2]], [1, 1, 1], { axis: [0, 1] })).toThrow(ArgumentError);
  expect(() => np.flip([1], { axis: 1 })).toThrow(AxisError);
});

test("rot90 turns", () => {
  const x = counted(2, 3);
  expect(np.rot90(x).toArray()).toEqual([
    [2, 5],
    [1, 4],
    [0, 3],
  ]);
  expect(np.rot90(x, { k: -1 }).toArray()).toEqual([
    [3, 0],
    [4, 1],
    [5, 2],
  ]);
  expect(np.rot90(np.rot90(x), { k: 3 }).toArray()).toEqual(x.toArray());
  expect(np.rot90(x, { k: 2, axes: [1, 0] }).toArray()).toEqual([
    [5, 4, 3],
    [2, 1, 0],
  ]);
  expect(() => np.rot90(x, { axes: [0, 0] })).toThrow(AxisError);
  expect(() => np.rot90(x, { k: 0.5 })).toThrow(ArgumentError);
});

test("atleast", () => {
  expect([1, [1, 2], [[1, 2]]].map((x) => np.atleast1d(x).shape)).toEqual([[1], [2], [1, 2]]);
  expect([1, [1, 2], [[1, 2]]].map((x) => np.atleast2d(x).shape)).toEqual([
    [1, 1],
    [1, 2],
    [1, 2],
  ]);
  expect([1, [1, 2], [[1, 2]]].map((x) => np.atleast3d(x).shape)).toEqual([
    [1, 1, 1],
    [1, 2, 1],
    [1, 2, 1],
  ]);
});
