/** Joining and its inverses, and copies. */
import { ArgumentError, AxisError, np, ShapeError, type Tensor } from "cotangent";
import fc from "fast-check";
import { expect, test } from "vitest";

const counted = (...shape: number[]): Tensor =>
  np.array(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i)).reshape(shape);

test("concatenate joins along an axis, flattens with null, promotes", () => {
  expect(
    np
      .concatenate([
        [[1, 2]],
        [
          [3, 4],
          [5, 6],
        ],
      ])
      .toArray(),
  ).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(
    np
      .concatenate(
        [
          [[1], [2]],
          [[3], [4]],
        ],
        { axis: -1 },
      )
      .toArray(),
  ).toEqual([
    [1, 3],
    [2, 4],
  ]);
  expect(np.concatenate([[[1, 2]], [3]], { axis: null }).toArray()).toEqual([1, 2, 3]);
  expect(np.concatenate([new Int8Array([1]), new Int16Array([2])]).dtype).toBe("int16");
  expect(np.concatenate(counted(2, 3)).toArray()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(() => np.concatenate([])).toThrow(ArgumentError);
  expect(() => np.concatenate([1, 2])).toThrow(AxisError);
  expect(() => np.concatenate([[1], [[1]]])).toThrow(ShapeError);
  expect(() => np.concatenate([[[1]], [[1, 2]]])).toThrow(ShapeError);
  // @ts-expect-error options go in an object
  expect(() => np.concatenate([[1], [2]], 0)).toThrow(ArgumentError);
});

test("unstack undoes stack along every axis", () => {
  const parts = [counted(2, 3), np.add(counted(2, 3), 10)];
  for (const axis of [0, 1, 2, -1]) {
    const back = np.unstack(np.stack(parts, { axis }), { axis });
    expect(back.map((x) => x.toArray())).toEqual(parts.map((x) => x.toArray()));
  }
  expect(np.stack([1, 2, 3]).toArray()).toEqual([1, 2, 3]);
  expect(() => np.stack([[1, 2], [1]])).toThrow(ShapeError);
  expect(() => np.stack([[1], [2]], { axis: 2 })).toThrow(AxisError);
});

test("hstack and vstack", () => {
  expect(np.hstack([1, [2, 3]]).toArray()).toEqual([1, 2, 3]);
  expect(
    np
      .hstack([
        [[1], [2]],
        [[3], [4]],
      ])
      .toArray(),
  ).toEqual([
    [1, 3],
    [2, 4],
  ]);
  expect(
    np
      .vstack([
        [1, 2],
        [3, 4],
      ])
      .toArray(),
  ).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test("sections: split evenly, at indices, or arraySplit", () => {
  const shapes = (xs: readonly Tensor[]): readonly (readonly number[])[] => xs.map((x) => x.shape);
  expect(np.split(counted(6), 3).map((x) => x.toArray())).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
  ]);
  expect(np.split(counted(2, 5), [1, -1], { axis: 1 }).map((x) => x.slice(0).toArray())).toEqual([
    [0],
    [1, 2, 3],
    [4],
  ]);
  expect(shapes(np.split(counted(3), [2, 1, 9]))).toEqual([[2], [0], [2], [0]]);
  expect(shapes(np.arraySplit(counted(7), 3))).toEqual([[3], [2], [2]]);
  expect(() => np.split(counted(7), 3)).toThrow(ShapeError);
  expect(() => np.split(counted(7), 0)).toThrow(ArgumentError);
  expect(() => np.split(counted(7), [0.5])).toThrow(ArgumentError);
  fc.assert(
    fc.property(fc.nat(8), fc.integer({ min: 1, max: 5 }), (n, k) => {
      expect(np.concatenate(np.arraySplit(counted(n), k)).toArray()).toEqual(counted(n).toArray());
    }),
    { numRuns: 30 },
  );
});

test("tile and repeat", () => {
  expect(np.tile([[1, 2]], [2, 2]).toArray()).toEqual([
    [1, 2, 1, 2],
    [1, 2, 1, 2],
  ]);
  expect(np.tile(5, 3).toArray()).toEqual([5, 5, 5]);
  expect(np.tile([1, 2], [2, 1, 1]).shape).toEqual([2, 1, 2]);
  expect(
    np
      .repeat(
        [
          [1, 2],
          [3, 4],
        ],
        2,
      )
      .toArray(),
  ).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  expect(
    np
      .repeat(
        [
          [1, 2],
          [3, 4],
        ],
        [1, 2],
        { axis: 1 },
      )
      .toArray(),
  ).toEqual([
    [1, 2, 2],
    [3, 4, 4],
  ]);
  expect(np.repeat([1, 2, 3], [0, 2, 1]).toArray()).toEqual([2, 2, 3]);
  expect(() => np.repeat([1, 2, 3], [1, 2])).toThrow(ShapeError);
  expect(() => np.repeat([1], -1)).toThrow(ArgumentError);
  expect(() => np.tile([1], 0.5)).toThrow(ArgumentError);
});
