/** take, takeAlongAxis, dynamic slices, nonzero and one-hot vectors. */
import {
  ArgumentError,
  AxisError,
  ConcretizationError,
  CotangentError,
  DTypeError,
  IndexError,
  np,
  ShapeError,
  type Tensor,
  vmap,
} from "cotangent";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const counted = (...shape: number[]): Tensor =>
  np.array(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i)).reshape(shape);
const ints = (data: number[]): Tensor => np.array(data, { dtype: "int32" });

describe("take", () => {
  test("puts the shape of the indices in place of the axis", () => {
    const x = counted(2, 3, 4);
    const y = np.take(x, [[0, -1]], { axis: 1 });
    expect(y.shape).toEqual([2, 1, 2, 4]);
    expect(y.slice(1, 0, 1, 3).item()).toBe(23);
    expect(np.take(x, 5).item()).toBe(5);
    expect(np.take([1, 2], []).shape).toEqual([0]);
  });
  test("clips and wraps", () => {
    expect(np.take([10, 20, 30], [-5, 7, 1], { mode: "clip" }).toArray()).toEqual([10, 30, 20]);
    expect(np.take([10, 20, 30], [-4, 7, 3], { mode: "wrap" }).toArray()).toEqual([30, 20, 10]);
  });
  test("refuses positions beyond the axis, fractions and bools", () => {
    expect(() => np.take([1, 2], 2)).toThrow(IndexError);
    expect(() => np.take([1, 2], [-3])).toThrow(IndexError);
    expect(() => np.take([1, 2], 0.5)).toThrow(IndexError);
    expect(() => np.take([1, 2], [true])).toThrow(IndexError);
    expect(() => np.take([1, 2], np.array([0.5]), { mode: "wrap" })).toThrow(DTypeError);
    expect(() => np.take([1, 2], 0, { axis: 1 })).toThrow(AxisError);
    expect(() => np.take([], 0, { mode: "clip" })).toThrow(ShapeError);
    expect(() => vmap((i: Tensor) => np.take([1, 2], i))(ints([0, 2]))).toThrow(IndexError);
  });
});

test("takeAlongAxis reads every row at its own positions, other axes broadcast", () => {
  expect(
    np
      .takeAlongAxis(
        [
          [1, 2],
          [3, 4],
        ],
        [[1], [0]],
        { axis: 1 },
      )
      .toArray(),
  ).toEqual([[2], [3]]);
  expect(
    np
      .takeAlongAxis(
        [
          [1, 2],
          [3, 4],
        ],
        [[-1, 0]],
        { axis: 0 },
      )
      .toArray(),
  ).toEqual([[3, 2]]);
  expect(np.takeAlongAxis([[1, 2]], [[0], [1]], { axis: 1 }).toArray()).toEqual([[1], [2]]);
  expect(
    np
      .takeAlongAxis(
        [
          [1, 2],
          [3, 4],
        ],
        [3, 0],
        { axis: null },
      )
      .toArray(),
  ).toEqual([4, 1]);
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.nat(20), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
      (rows) => {
        const x = np.array(rows);
        for (const axis of [0, 1]) {
          expect(np.takeAlongAxis(x, np.argsort(x, { axis }), { axis }).toArray()).toEqual(
            np.sort(x, { axis }).toArray(),
          );
        }
      },
    ),
    { numRuns: 20 },
  );
  expect(() => np.takeAlongAxis([[1, 2]], [0], { axis: 1 })).toThrow(ShapeError);
  expect(() => np.takeAlongAxis([[1, 2]], [[2]], { axis: 1 })).toThrow(IndexError);
});

describe("dynamic slices", () => {
  test("read and write blocks that are moved inside, negative starts from the end", () => {
    const x = counted(6);
    expect(np.dynamicSlice(x, [2], [3]).toArray()).toEqual([2, 3, 4]);
    expect(np.dynamicSlice(x, [5], [3]).toArray()).toEqual([3, 4, 5]);
    expect(np.dynamicSlice(x, [-2], [2]).toArray()).toEqual([4, 5]);
    expect(np.dynamicUpdateSlice(x, [8, 9], [5]).toArray()).toEqual([0, 1, 2, 3, 8, 9]);
    expect(np.dynamicUpdateSlice(counted(2, 3), [[7]], [1, 2]).toArray()).toEqual([
      [0, 1, 2],
      [3, 4, 7],
    ]);
  });
  test("take traced starts, alone or in a list", () => {
    const starts = ints([0, 3, 1]);
    expect(vmap((i: Tensor) => np.dynamicSlice(counted(2, 4), [1, i], [1, 2]))(starts).toArray()).toEqual([
      [[4, 5]],
      [[6, 7]],
      [[5, 6]],
    ]);
    expect(
      vmap((i: Tensor) => np.dynamicUpdateSlice(counted(3), [9], i.reshape([1])))(starts).toArray(),
    ).toEqual([
      [9, 1, 2],
      [0, 1, 9],
      [0, 9, 2],
    ]);
  });
  test("refuse wrong numbers and sizes", () => {
    const x = counted(2, 3);
    expect(() => np.dynamicSlice(x, [0], [1, 1])).toThrow(ShapeError);
    expect(() => np.dynamicSlice(x, [0, 0], [1, 4])).toThrow(ShapeError);
    expect(() => np.dynamicSlice(x, [0, 0.5], [1, 1])).toThrow(CotangentError);
    expect(() => np.dynamicUpdateSlice(x, [1], [0, 0])).toThrow(ShapeError);
  });
});

test("nonzero", () => {
  expect(
    np
      .nonzero([
        [0, 3],
        [5, 0],
      ])
      .map((i) => i.toArray()),
  ).toEqual([
    [0, 1],
    [1, 0],
  ]);
  expect(np.nonzero([0]).map((i) => i.shape)).toEqual([[0]]);
  expect(() => np.nonzero(1)).toThrow(ShapeError);
  expect(() => vmap((x: Tensor) => np.nonzero(x)[0] as Tensor)(counted(2, 2))).toThrow(ConcretizationError);
});

test("oneHot", () => {
  expect(np.oneHot([2, 0, 3, -1], 3).toArray()).toEqual([
    [0, 0, 1],
    [1, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ]);
  expect(np.oneHot([0, 1], 3, { axis: 0, dtype: "int32" }).toArray()).toEqual([
    [1, 0],
    [0, 1],
    [0, 0],
  ]);
  expect(np.oneHot(1, 2, { dtype: "bool" }).dtype).toBe("bool");
  expect(() => np.oneHot([0], -1)).toThrow(ArgumentError);
  expect(() => np.oneHot([0], 2, { axis: 3 })).toThrow(AxisError);
});
