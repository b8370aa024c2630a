/** Padding in every mode, against the sequences that NumPy's documentation defines. */
import { ArgumentError, np, ShapeError } from "cotangent";
import { expect, test } from "vitest";

const x = [1, 2, 3];

test("constant", () => {
  expect(np.pad(x, [1, 2]).toArray()).toEqual([0, 1, 2, 3, 0, 0]);
  expect(np.pad(x, 1, { constantValues: [8, 9] }).toArray()).toEqual([8, 1, 2, 3, 9]);
  expect(
    np
      .pad(
        [[1]],
        [
          [1, 0],
          [0, 1],
        ],
        { constantValues: 7 },
      )
      .toArray(),
  ).toEqual([
    [7, 7],
    [1, 7],
  ]);
  // the later axis takes the corners
  expect(
    np
      .pad([[1]], 1, {
        constantValues: [
          [2, 3],
          [4, 5],
        ],
      })
      .toArray(),
  ).toEqual([
    [4, 2, 5],
    [4, 1, 5],
    [4, 3, 5],
  ]);
  expect(np.pad([], [1, 1], { constantValues: 2 }).toArray()).toEqual([2, 2]);
});

test("the tensor's own elements, also beyond one period", () => {
  expect(np.pad(x, [2, 3], { mode: "edge" }).toArray()).toEqual([1, 1, 1, 2, 3, 3, 3, 3]);
  expect(np.pad(x, [3, 5], { mode: "reflect" }).toArray()).toEqual([2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2]);
  expect(np.pad(x, [4, 4], { mode: "symmetric" }).toArray()).toEqual([3, 3, 2, 1, 1, 2, 3, 3, 2, 1, 1]);
  expect(np.pad(x, [4, 1], { mode: "wrap" }).toArray()).toEqual([3, 1, 2, 3, 1, 2, 3, 1]);
  expect(np.pad([4], 2, { mode: "reflect" }).toArray()).toEqual([4, 4, 4, 4, 4]);
  expect(
    np
      .pad(
        [
          [1, 2],
          [3, 4],
        ],
        [
          [0, 1],
          [1, 0],
        ],
        { mode: "edge" },
      )
      .toArray(),
  ).toEqual([
    [1, 1, 2],
    [3, 3, 4],
    [3, 3, 4],
  ]);
});

test("refusals", () => {
  expect(() => np.pad(x, -1)).toThrow(ArgumentError);
  expect(() => np.pad(x, 0.5)).toThrow(ArgumentError);
  expect(() =>
    np.pad(x, [
      [1, 1],
      [1, 1],
    ]),
  ).toThrow(ArgumentError);
  expect(() => np.pad([], 1, { mode: "edge" })).toThrow(ShapeError);
  // @ts-expect-error an unknown mode
  expect(() => np.pad(x, 1, { mode: "linear" })).toThrow(ArgumentError);
});
