import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gather, type ScatterOp, scatter } from "../../src/kernel/gather.js";
import { type DType, isFloat, roundTo } from "../../src/tensor/dtype.js";
import { IndexError } from "../../src/tensor/errors.js";
import { sizeOf } from "../../src/tensor/shape.js";
import type { DenseTensor } from "../../src/tensor/tensor.js";
import { uniform } from "../../src/tensor/tensor.js";
import {
  coordinates,
  dense,
  elements,
  indexOf,
  laidOut,
  layouts,
  noise,
  shapes,
  tensors,
  typeOf,
} from "../support/layouts.js";

interface Case {
  readonly x: DenseTensor;
  readonly indices: DenseTensor;
  readonly updates: DenseTensor;
  readonly batchAxes: number;
  readonly indexedAxes: number;
  readonly shape: number[];
}

/** x: [N..., K..., R...], indices: [N..., B..., k], updates: [N..., B..., R...]. */
const cases: fc.Arbitrary<Case> = fc
  .record({ batch: shapes(0, 2), indexed: shapes(0, 2), rest: shapes(0, 2), places: shapes(0, 2) })
  .filter(({ batch, indexed, places }) => sizeOf(indexed) > 0 || sizeOf([...batch, ...places]) === 0)
  .chain(({ batch, indexed, rest, places }) => {
    const shape = [...batch, ...places, ...rest];
    const indexShape = [...batch, ...places, indexed.length];
    const count = sizeOf(indexShape);
    return tensors(fc.constant([...batch, ...indexed, ...rest])).chain((x) =>
      fc.record({
        x: fc.constant(x),
        indices: fc
          .tuple(fc.array(fc.nat(1000), { minLength: count, maxLength: count }), layouts, fc.boolean())
          .map(([picks, layout, plain]) => {
            const values = picks.map((pick, i) => pick % (indexed[i % indexed.length] as number));
            const row = dense(indexShape, values, "int32");
            return plain ? row : laidOut(row, layout);
          }),
        updates: tensors(fc.constant(shape), [x.dtype]),
        batchAxes: fc.constant(batch.length),
        indexedAxes: fc.constant(indexed.length),
        shape: fc.constant(shape),
      }),
    );
  });

/** The element of x that belongs to element i of the result. */
const sourceOf = ({ x, indices, batchAxes, indexedAxes, shape }: Case, i: number): number => {
  const at = coordinates(shape, i);
  const tupleAxes = indices.shape.length - 1;
  const tuple = Array.from({ length: indexedAxes }, (_, k) =>
    indices.at(indexOf(indices.shape, [...at.slice(0, tupleAxes), k])),
  );
  return indexOf(x.shape, [...at.slice(0, batchAxes), ...tuple, ...at.slice(tupleAxes)]);
};

describe("gather", () => {
  test("reads x[n, indices[n, b], r], for every split of axes, dtype and layout", () => {
    fc.assert(
      fc.property(cases, (c) => {
        const out = gather(c.x, c.indices, c.batchAxes, c.indexedAxes, typeOf(c.shape, c.x.dtype));
        expect(out.shape).toEqual(c.shape);
        expect(elements(out)).toEqual(
          Array.from({ length: sizeOf(c.shape) }, (_, i) => c.x.at(sourceOf(c, i))),
        );
      }),
      { numRuns: 600 },
    );
  });

  test("long rows are copied whole, and through strides", () => {
    const x = dense([5, 100], noise(500));
    const turned = laidOut(x, { order: [1, 0], reversed: [false, true], gaps: [0, 0], offset: 0 });
    const indices = dense([3, 1], [4, 0, 4], "int32");
    const expected = [4, 0, 4].flatMap((row) => elements(x).slice(row * 100, row * 100 + 100));
    for (const operand of [x, turned]) {
      expect(elements(gather(operand, indices, 0, 1, typeOf([3, 100], "float64")))).toEqual(expected);
    }
  });

  test.each([
    [[3], "gather: index 3 is out of bounds for axis 0 of size 3. Use -3 to 2."],
    [[-1], "gather: index -1 is out of bounds for axis 0 of size 3. Use -3 to 2."],
  ])("index %j is out of bounds", (values, message) => {
    const indices = dense([1, 1], values, "int32");
    const read = (x: DenseTensor) => () => gather(x, indices, 0, 1, typeOf([1], "float64"));
    expect(read(dense([3], [1, 2, 3]))).toThrow(new IndexError(message));
    expect(read(uniform(typeOf([3], "float64"), 1))).toThrow(IndexError);
  });
});

const step = (op: ScatterOp, dtype: DType, a: number, b: number): number => {
  if (op === "set") return b;
  if (op === "max" || (dtype === "bool" && op === "add")) return Math.max(a, b);
  if (op === "min" || (dtype === "bool" && op === "mul")) return Math.min(a, b);
  if (op === "add") return roundTo(dtype, a + b);
  return roundTo(dtype, isFloat(dtype) ? a * b : Math.imul(a, b));
};

describe("scatter", () => {
  test("combines updates in row-major order, for every op, dtype and layout", () => {
    fc.assert(
      fc.property(cases, fc.constantFrom<ScatterOp>("set", "add", "mul", "min", "max"), (c, op) => {
        const before = elements(c.x);
        const expected = [...before];
        elements(c.updates).forEach((value, i) => {
          const place = sourceOf(c, i);
          expected[place] = step(op, c.x.dtype, expected[place] as number, value);
        });
        const out = scatter(op, c.x, c.indices, c.updates, c.batchAxes, c.indexedAxes, c.x.type);
        expect(elements(out)).toEqual(expected);
        expect(elements(c.x)).toEqual(before);
      }),
      { numRuns: 800 },
    );
  });

  test("repeated places accumulate, float32 rounding after each", () => {
    const x = dense([2], [2 ** 24, 0], "float32");
    const indices = dense([4, 1], [0, 0, 1, 1], "int32");
    const out = scatter("add", x, indices, dense([4], [1, 1, 1, 1], "float32"), 0, 1, x.type);
    expect(elements(out)).toEqual([2 ** 24, 2]);
  });

  test("an index out of bounds names axis and size", () => {
    const x = dense([2, 3], [1, 2, 3, 4, 5, 6]);
    const indices = dense([2, 1], [0, 3], "int32");
    expect(() => scatter("add", x, indices, dense([2], [1, 1]), 1, 1, x.type)).toThrow(
      new IndexError("scatter: index 3 is out of bounds for axis 1 of size 3. Use -3 to 2."),
    );
  });
});
