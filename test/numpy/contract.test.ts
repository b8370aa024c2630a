/** Products beyond matmul, against one another and against loops. */
import { ArgumentError, AxisError, np, ShapeError, type Tensor } from "cotangent";
import { describe, expect, test } from "vitest";

const place = (shape: readonly number[], salt = 1): Tensor =>
  np
    .array(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 7 + salt) % 11) - 5))
    .reshape(shape);
const list = (x: Tensor): number[] => np.add(np.ravel(x), 0).toArray() as number[];

test("vdot, inner, outer", () => {
  const a = place([2, 3]);
  const b = place([4, 3], 2);
  expect(np.vdot(a, place([3, 2], 3)).item()).toBe(
    np.sum(np.multiply(list(a), list(place([3, 2], 3)))).item(),
  );
  expect(np.inner(a, b).toArray()).toEqual(np.matmul(a, b.T).toArray());
  expect(np.inner(3, [1, 2]).toArray()).toEqual([3, 6]);
  expect(np.outer([1, 2], [[3, 4]]).toArray()).toEqual([
    [3, 4],
    [6, 8],
  ]);
  expect(() => np.vdot([1, 2], [1])).toThrow(ShapeError);
  expect(() => np.inner(a, [1, 2])).toThrow(ShapeError);
});

test("matvec and vecdot broadcast the axes before", () => {
  const m = place([2, 1, 3, 4]);
  const v = place([5, 4], 2);
  const y = np.matvec(m, v);
  expect(y.shape).toEqual([2, 5, 3]);
  expect(y.slice(1, 2).toArray()).toEqual(np.matmul(m.slice(1, 0), v.slice(2)).toArray());
  expect(list(np.vecdot(place([2, 1, 4]), v))).toEqual(
    list(np.sum(np.multiply(place([2, 1, 4]), v), { axis: -1 })),
  );
  expect(list(np.vecdot(place([4, 2]), place([4, 2], 3), { axis: 0 }))).toEqual(
    list(np.sum(np.multiply(place([4, 2]), place([4, 2], 3)), { axis: 0 })),
  );
  expect(() => np.matvec([1, 2], [1, 2])).toThrow(ShapeError);
  expect(() => np.vecdot([1, 2], [1])).toThrow(ShapeError);
  expect(() => np.vecdot([1, 2], [1, 2], { axis: 1 })).toThrow(AxisError);
});

describe("tensordot", () => {
  const a = place([2, 3, 4]);
  const b = place([4, 3, 5], 3);
  test("pairs last with first axes, or those named", () => {
    expect(np.tensordot(a, b, 1).shape).toEqual([2, 3, 3, 5]);
    expect(
      list(
        np.tensordot(a, b, [
          [2, 1],
          [0, -2],
        ]),
      ),
    ).toEqual(list(np.einsum("ijk,kjl->il", a, b)));
    expect(list(np.tensordot(a, b, [1, 1]))).toEqual(list(np.einsum("ijk,ljm->iklm", a, b)));
    expect(np.tensordot([1, 2], [3, 4], 0).toArray()).toEqual([
      [3, 4],
      [6, 8],
    ]);
  });
  test("refuses pairs that do not fit", () => {
    expect(() => np.tensordot(a, b, 2)).toThrow(ShapeError);
    expect(() => np.tensordot(a, b, 4)).toThrow(ArgumentError);
    expect(() => np.tensordot(a, b, [[0], [0, 1]])).toThrow(ShapeError);
    expect(() =>
      np.tensordot(a, b, [
        [0, 0],
        [0, 1],
      ]),
    ).toThrow(AxisError);
  });
});

test("kron", () => {
  expect(np.kron([[1, 2]], [[1], [10]]).toArray()).toEqual([
    [1, 2],
    [10, 20],
  ]);
  expect(np.kron([1, 2], [[1, 3]]).toArray()).toEqual([[1, 3, 2, 6]]);
  // (a x b)(c x d) = ac x bd
  const [a, b, c, d] = [place([2, 3]), place([3, 2], 2), place([3, 2], 3), place([2, 2], 4)];
  expect(list(np.matmul(np.kron(a, b), np.kron(c, d)))).toEqual(
    list(np.kron(np.matmul(a, c), np.matmul(b, d))),
  );
});

test("cross is orthogonal to both, and changes sign", () => {
  expect(np.cross([1, 2, 3], [4, 5, 6]).toArray()).toEqual([-3, 6, -3]);
  expect(np.cross([1, 2], [4, 5]).item()).toBe(-3);
  expect(list(np.cross([1, 2], [4, 5, 6]))).toEqual([12, -6, -3]);
  expect(list(np.cross([4, 5, 6], [1, 2]))).toEqual([-12, 6, 3]);
  const a = place([3, 4]);
  const b = place([3, 1], 2);
  expect(list(np.cross(a, b, { axis: 0 }))).toEqual(list(np.negative(np.cross(b, a, { axis: 0 }))));
  expect(list(np.vecdot(np.cross(a, b, { axis: 0 }), a, { axis: 0 }))).toEqual([0, 0, 0, 0]);
  expect(() => np.cross([1, 2, 3, 4], [1, 2, 3])).toThrow(ShapeError);
});
