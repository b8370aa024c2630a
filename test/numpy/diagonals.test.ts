/** Diagonals and traces, of any two axes. */
import { AxisError, np, ShapeError, type Tensor } from "cotangent";
import { expect, test } from "vitest";

const place = (shape: readonly number[], salt = 1): Tensor =>
  np
    .array(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 7 + salt) % 11) - 5))
    .reshape(shape);

test("diagonals and traces", () => {
  const x = place([2, 3, 4]);
  expect(np.diagonal(x, { axis1: 2, axis2: 1, offset: -1 }).shape).toEqual([2, 3]);
  expect(
    np
      .diagonal(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        { offset: 1 },
      )
      .toArray(),
  ).toEqual([2, 6]);
  expect(np.diagonal([[1, 2]], { offset: 5 }).shape).toEqual([0]);
  expect(
    np
      .trace([
        [1, 2],
        [3, 4],
      ])
      .item(),
  ).toBe(5);
  expect(
    np.trace([
      [true, false],
      [true, true],
    ]).dtype,
  ).toBe("int32");
  expect(() => np.diagonal([1])).toThrow(ShapeError);
  expect(() => np.trace([[1]], { axis1: 0, axis2: 0 })).toThrow(AxisError);
});
