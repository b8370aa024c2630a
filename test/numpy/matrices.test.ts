import { describe, expect, it } from "vitest";
import { ArgumentError, grad, jacrev, np, ShapeError } from "../../src/index.js";

describe("identity and triangles", () => {
  it("eye and tri know diagonals and sizes", () => {
    expect(np.eye(2).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(np.eye(2, 3).toArray()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    expect(np.eye(3, 3, { k: 1 }).toArray()).toEqual([
      [0, 1, 0],
      [0, 0, 1],
      [0, 0, 0],
    ]);
    expect(np.eye(2, 2, { k: -1, dtype: "int32" }).dtype).toBe("int32");
    expect(np.identity(2).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(np.tri(2, 3).toArray()).toEqual([
      [1, 0, 0],
      [1, 1, 0],
    ]);
    expect(() => np.eye(-1)).toThrow(ShapeError);
    expect(() => np.eye(2, 2, { k: 0.5 })).toThrow(ArgumentError);
  });
  it("tril and triu cut the last two axes and split the derivative", () => {
    const x = np.array([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(np.tril(x).toArray()).toEqual([
      [1, 0, 0],
      [4, 5, 0],
    ]);
    expect(np.triu(x, 1).toArray()).toEqual([
      [0, 2, 3],
      [0, 0, 6],
    ]);
    expect(np.add(np.tril(x, -1), np.triu(x)).toArray()).toEqual(x.toArray());
    expect(np.tril(np.ones([2, 2, 2])).toArray()).toEqual([
      [
        [1, 0],
        [1, 1],
      ],
      [
        [1, 0],
        [1, 1],
      ],
    ]);
    expect(grad((y) => np.sum(np.square(np.tril(y))))(x).toArray()).toEqual([
      [2, 0, 0],
      [8, 10, 0],
    ]);
    expect(() => np.tril([1, 2])).toThrow(ShapeError);
  });
});

describe("diagonals", () => {
  it("of a matrix, for every k", () => {
    const x = np.arange(12).reshape([3, 4]);
    expect([-3, -2, -1, 0, 1, 2, 3, 4].map((k) => np.diag(x, k).toArray())).toEqual([
      [],
      [8],
      [4, 9],
      [0, 5, 10],
      [1, 6, 11],
      [2, 7],
      [3],
      [],
    ]);
  });
  it("made into a matrix and read back", () => {
    expect(np.diag([1, 2], 1).toArray()).toEqual([
      [0, 1, 0],
      [0, 0, 2],
      [0, 0, 0],
    ]);
    for (const k of [-2, -1, 0, 1, 2]) expect(np.diag(np.diag([1, 2, 3], k), k).toArray()).toEqual([1, 2, 3]);
    expect(np.diag([], 2).shape).toEqual([2, 2]);
    expect(
      np.diagflat([
        [1, 2],
        [3, 4],
      ]).shape,
    ).toEqual([4, 4]);
    expect(() => np.diag(1)).toThrow(ShapeError);
    const d = jacrev((v) => np.diag(v))(np.array([1, 2]));
    expect(d.toArray()).toEqual([
      [
        [1, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 1],
      ],
    ]);
  });
});

it("vander has exact derivatives at 0", () => {
  expect(np.vander([2, 3]).toArray()).toEqual([
    [2, 1],
    [3, 1],
  ]);
  expect(np.vander([2, 3], { columns: 3, increasing: true }).toArray()).toEqual([
    [1, 2, 4],
    [1, 3, 9],
  ]);
  expect(grad((x) => np.sum(np.vander(x, { columns: 3 })))(np.array([0, 2])).toArray()).toEqual([1, 5]);
  expect(() => np.vander([[1]])).toThrow(ShapeError);
});
