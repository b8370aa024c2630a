/** matmul and dot against sums written out, over shapes, broadcasting and dtypes. */
import { np, ShapeError, type Tensor } from "cotangent";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

/** Elements that depend on their place, so that a wrong order shows. */
const place = (shape: readonly number[], salt: number): Tensor =>
  np
    .array(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 7 + salt) % 11) - 5))
    .reshape(shape);

/** The element at an index that may be too long (leading axes missing) and broadcasts over sizes of 1. */
const at = (x: Tensor, index: readonly number[]): number => {
  const own = index.slice(index.length - x.ndim).map((i, axis) => (x.shape[axis] === 1 ? 0 : i));
  return x.slice(...own).item();
};

const forEach = (shape: readonly number[], body: (index: readonly number[]) => void): void => {
  const n = shape.reduce((a, b) => a * b, 1);
  for (let k = 0; k < n; k++) {
    let rest = k;
    const index = new Array<number>(shape.length);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % (shape[axis] as number);
      rest = Math.floor(rest / (shape[axis] as number));
    }
    body(index);
  }
};

const size = fc.integer({ min: 1, max: 3 });
/** Batch shapes that broadcast against each other. */
const batches = fc
  .array(fc.record({ n: size, left: fc.boolean(), right: fc.boolean() }), { maxLength: 2 })
  .chain((axes) =>
    fc.record({
      left: fc.nat(axes.length).map((from) => axes.slice(from).map((a) => (a.left ? a.n : 1))),
      right: fc.nat(axes.length).map((from) => axes.slice(from).map((a) => (a.right ? a.n : 1))),
    }),
  );

describe("matmul", () => {
  test("is the sum of products over the last axis and the one before the last, batch axes broadcast", () => {
    fc.assert(
      fc.property(batches, size, fc.nat(3), size, ({ left, right }, m, k, n) => {
        const a = place([...left, m, k], 1);
        const b = place([...right, k, n], 4);
        const c = np.matmul(a, b);
        expect(c.shape).toEqual([...np.broadcastShapes(left, right), m, n]);
        forEach(c.shape, (index) => {
          const batch = index.slice(0, -2);
          const [i, j] = index.slice(-2) as [number, number];
          let total = 0;
          for (let l = 0; l < k; l++) total += at(a, [...batch, i, l]) * at(b, [...batch, l, j]);
          expect(c.slice(...index).item() + 0).toBe(total);
        });
      }),
      { numRuns: 60 },
    );
  });
  test("takes vectors as row and column", () => {
    const m = place([2, 3, 4], 2);
    const v = place([4], 1);
    const w = place([3], 1);
    expect(np.matmul(m, v).toArray()).toEqual(
      np.squeeze(np.matmul(m, v.reshape([4, 1])), { axis: -1 }).toArray(),
    );
    expect(np.matmul(w, m).toArray()).toEqual(
      np.squeeze(np.matmul(w.reshape([1, 3]), m), { axis: 1 }).toArray(),
    );
    expect(np.matmul(v, v).shape).toEqual([]);
  });
  test("keeps integers, promotes, and reads bools as and/or", () => {
    const i = np.array([[1, 2]], { dtype: "int32" });
    expect(np.matmul(i, i.T).dtype).toBe("int32");
    expect(np.matmul(i, np.array([[0.5], [1]])).dtype).toBe("float64");
    expect(np.matmul([[true, false]], [[true], [true]]).toArray()).toEqual([[true]]);
    expect(np.matmul(new Array<boolean>(300).fill(true), new Array<boolean>(300).fill(true)).item()).toBe(1);
  });
  test("refuses what does not fit", () => {
    const a: Tensor = np.zeros([2, 3]);
    expect(() => np.matmul(a, a)).toThrow(ShapeError);
    expect(() => np.matmul(a, np.zeros([]) as Tensor)).toThrow(ShapeError);
    expect(() => np.matmul(np.zeros([2, 2, 3]) as Tensor, np.zeros([3, 3, 2]) as Tensor)).toThrow(ShapeError);
  });
});

describe("dot", () => {
  test("multiplies by scalars and puts further axes side by side", () => {
    const a = place([2, 3], 1);
    const b = place([4, 3, 2], 5);
    const c = np.dot(a, b);
    expect(c.shape).toEqual([2, 4, 2]);
    forEach(c.shape, (index) => {
      const [i, j, l] = index as [number, number, number];
      const total = [0, 1, 2].reduce((sum, k) => sum + at(a, [i, k]) * at(b, [j, k, l]), 0);
      expect(c.slice(...index).item()).toBe(total);
    });
    expect(np.dot(3, [1, 2]).toArray()).toEqual([3, 6]);
    expect(np.array([1, 2, 3]).dot([4, 5, 6]).item()).toBe(32);
  });
  test("refuses axes of different sizes", () => {
    expect(() => np.dot(np.zeros([2, 3]) as Tensor, np.zeros([2]) as Tensor)).toThrow(ShapeError);
  });
});
