/** at(x, ...index): every update against the same update of a copy, element by element. */
import {
  DTypeError,
  grad,
  IndexError,
  type IndexItem,
  np,
  ShapeError,
  type Tensor,
  vjp,
  vmap,
} from "cotangent";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const x = np.array(Array.from({ length: 24 }, (_, i) => (i * 7) % 10)).reshape([2, 3, 4]);
const bound = fc.option(fc.integer({ min: -4, max: 4 }));
const item: fc.Arbitrary<IndexItem> = fc.oneof(
  fc.integer({ min: -2, max: 1 }),
  fc.record({ slice: fc.tuple(bound, bound, fc.constantFrom(null, 1, 2, -1, -2)) }),
  fc.constant(null),
  fc.array(fc.integer({ min: -2, max: 1 }), { minLength: 2, maxLength: 2 }),
);
const index = fc.array(item, { maxLength: 3 });
const operations = {
  set: (_: number, v: number) => v,
  add: (a: number, v: number) => a + v,
  multiply: (a: number, v: number) => a * v,
  min: Math.min,
  max: Math.max,
};

test("updates the elements that slice reads, in their order, those named twice twice", () => {
  const names = np.array(Array.from({ length: 24 }, (_, i) => i)).reshape([2, 3, 4]);
  fc.assert(
    fc.property(index, fc.constantFrom("set", "add", "multiply", "min", "max"), (where, name) => {
      const targets = np.ravel(np.slice(names, ...where)).toArray() as number[];
      const values = targets.map((_, i) => ((i * 3) % 7) - 2);
      const expected = x.reshape([24]).toArray() as number[];
      targets.forEach((t, i) => {
        expected[t] = operations[name](expected[t] as number, values[i] as number);
      });
      const v = np.array(values).reshape(np.slice(names, ...where).shape);
      const y = np.at(x, ...where)[name](v);
      expect(np.add(y, 0).reshape([24]).toArray()).toEqual(expected.map((n) => n + 0));
    }),
    { numRuns: 200 },
  );
});

describe("values", () => {
  test("broadcast, and are read by get and apply", () => {
    expect(
      np
        .at([1, 2, 3], { slice: [1] })
        .set(0)
        .toArray(),
    ).toEqual([1, 0, 0]);
    expect(
      np
        .at(np.zeros([2, 3]), { slice: [] }, { slice: [null, null, 2] })
        .set([[1], [2]])
        .toArray(),
    ).toEqual([
      [1, 0, 1],
      [2, 0, 2],
    ]);
    expect(np.at([1, 2, 3], [0, 2]).get().toArray()).toEqual([1, 3]);
    expect(
      np
        .at([1, 2, 3], -1)
        .apply((e) => np.multiply(e, 10))
        .toArray(),
    ).toEqual([1, 2, 30]);
    expect(np.at([1, 2, 3], [true, false, true]).add(1).toArray()).toEqual([2, 2, 4]);
    expect(np.at(5, "...").set(6).item()).toBe(6);
    expect(np.at([true, false], 1).add(true).toArray()).toEqual([true, true]);
  });
  test("leave the original as it was", () => {
    const y = np.array([1, 2, 3]);
    np.at(y, 0).set(9);
    expect(y.toArray()).toEqual([1, 2, 3]);
  });
  test("keep the dtype of the tensor", () => {
    const i = np.array([1, 2], { dtype: "int32" });
    expect(np.at(i, 0).set(5).dtype).toBe("int32");
    expect(np.at(np.array([1], { dtype: "float32" }), 0).add(0.5).dtype).toBe("float32");
    expect(() => np.at(i, 0).set(0.5)).toThrow(DTypeError);
    expect(() => np.at(i, 0).set(np.array(5))).toThrow(DTypeError);
  });
  test("must fit, at places that exist", () => {
    expect(() => np.at([1, 2, 3], { slice: [0, 2] }).set([1, 2, 3])).toThrow(ShapeError);
    expect(() => np.at([1, 2, 3], 3)).toThrow(IndexError);
  });
});

describe("derivatives", () => {
  test("set passes the tensor's derivative where nothing is written and the value's elsewhere", () => {
    const indices: IndexItem[][] = [
      [1],
      [{ slice: [0, 2] }],
      [{ slice: [null, null, -2] }],
      [[2, 0]],
      [[true, false, true]],
    ];
    for (const where of indices) {
      const [out, pullback] = vjp(
        (a: Tensor, v: Tensor) => np.at(a, ...where).set(v),
        [np.array([1, 2, 3]), np.array(5)],
      );
      const [da, dv] = pullback(np.array([10, 20, 30]));
      const weights = [10, 20, 30];
      const written = (out.toArray() as number[]).map((n) => n === 5);
      expect(da.toArray()).toEqual(weights.map((w, i) => (written[i] ? 0 : w)));
      expect(dv.item()).toBe(weights.reduce((sum, w, i) => sum + (written[i] ? w : 0), 0));
    }
  });
  test("add and multiply", () => {
    const f = (a: Tensor): Tensor =>
      np.sum(np.square(np.at(np.at(a, [0, 0]).add(a.slice({ slice: [1, 3] })), 2).multiply(a.slice(0))));
    // (a0 + a1 + a2)^2 + a1^2 + (a2 a0)^2
    expect(grad(f)(np.array([1, 2, 3])).toArray()).toEqual([12 + 18, 12 + 4, 12 + 6]);
  });
  test("under vmap, with mapped positions", () => {
    const f = (i: Tensor, v: Tensor): Tensor => np.at(np.zeros([3]), i).set(v);
    expect(vmap(f)(np.array([2, -3], { dtype: "int32" }), np.array([7, 8])).toArray()).toEqual([
      [0, 0, 7],
      [8, 0, 0],
    ]);
  });
});
