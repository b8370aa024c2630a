/** Reshape and transpose as functions and as methods. */
import { AxisError, np, ShapeError } from "cotangent";
import { describe, expect, test } from "vitest";

const numbers = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe("reshape", () => {
  test("keeps the row-major order and fills in -1", () => {
    const x = np.array(numbers(12));
    expect(np.reshape(x, [3, -1]).toArray()).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 11],
    ]);
    expect(x.reshape([2, 2, 3]).shape).toEqual([2, 2, 3]);
    expect(np.reshape(2, [1, 1]).toArray()).toEqual([[2]]);
    expect(np.reshape(np.zeros([0, 3]), [3, 0]).shape).toEqual([3, 0]);
  });
  test("reads views in their own order", () => {
    expect(np.reshape(np.transpose([[1, 2, 3]]), [3]).toArray()).toEqual([1, 2, 3]);
    expect(
      np
        .array([
          [1, 2],
          [3, 4],
        ])
        .T.reshape([4])
        .toArray(),
    ).toEqual([1, 3, 2, 4]);
  });
  test.each([[[4, 2]], [[-1, -1]], [[0, -1]], [[4, -1]], [[1.5]], [[-2, 3]]])(
    "refuses %j",
    (shape: number[]) => {
      expect(() => np.reshape(np.array(numbers(6)), shape)).toThrow(ShapeError);
    },
  );
  test("says what a shape is", () => {
    // @ts-expect-error a number is no shape
    expect(() => np.reshape([1, 2], 2)).toThrow(ShapeError);
  });
});

describe("transpose", () => {
  test("reverses the axes, or orders them", () => {
    const x = np.array(numbers(24)).reshape([2, 3, 4]);
    expect(np.transpose(x).shape).toEqual([4, 3, 2]);
    expect(x.T.slice(3, 2, 1).item()).toBe(23);
    expect(np.transpose(x, [1, 0, -1]).shape).toEqual([3, 2, 4]);
    expect(np.transpose(5).item()).toBe(5);
  });
  test.each([[[0, 0]], [[0]], [[0, 2]], [[0, 1, 2]]])("refuses the order %j", (axes: number[]) => {
    expect(() => np.transpose(np.zeros([2, 3]), axes)).toThrow(AxisError);
  });
});
