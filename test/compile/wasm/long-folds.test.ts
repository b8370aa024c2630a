/** Reductions of large tensors by the fold kernels, to the bits of the plain ones. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { longFolds } from "../../../src/compile/wasm/long-folds.js";
// nothing here makes arrays: this reduce knows of no other way than its loops
import { reduce } from "../../../src/kernel/reduce.js";
import { allocate } from "../../../src/tensor/dtype.js";
import { compact, DenseTensor, type TensorType } from "../../../src/tensor/tensor.js";
import { runs } from "../../support/runs.js";

const wild = [Number.NaN, Infinity, -Infinity, -0, 0, 1e300, 5e-324];

/** Whole and odd numbers, and a wild one now and then; some elements into its memory. */
const filled = (dtype: "float64" | "float32", shape: readonly number[], every: number): DenseTensor => {
  const size = shape.reduce((n, m) => n * m, 1);
  const data = allocate(dtype, size + 3);
  for (let i = 0; i < data.length; i++)
    data[i] = i % every === every - 1 ? (wild[i % wild.length] as number) : Math.sin(i) * 10 ** (i % 7);
  return new DenseTensor({ dtype, shape, weak: false }, data, 0, null, 3);
};

const bits = (x: DenseTensor | null): readonly number[] =>
  x === null ? [] : Array.from({ length: x.size }, (_, i) => x.at(i));

const check = (op: "add" | "max" | "min", x: DenseTensor, axes: readonly number[]): DenseTensor | null => {
  const shape = x.shape.filter((_, axis) => !axes.includes(axis));
  const type: TensorType = { dtype: x.dtype, shape, weak: false };
  const got = longFolds(op, x, axes, type);
  if (got !== null) {
    const wanted = bits(reduce(op, x, axes, type));
    bits(got).forEach((value, i) => {
      if (!Object.is(value, wanted[i])) expect.fail(`${op} ${i} is ${value}, by the loops ${wanted[i]}`);
    });
  }
  return got;
};

const op = fc.constantFrom("add" as const, "max" as const, "min" as const);
const dtype = fc.constantFrom("float64" as const, "float32" as const);
const every = fc.constantFrom(1e9, 1e9, 997, 13);

describe("reductions of large tensors", () => {
  it("are those of the loops, along all axes, trailing and leading ones", () => {
    const cases = fc.oneof(
      fc.tuple(fc.constantFrom([4096], [4097], [128 * 77], [70_001], [5, 1000]), fc.constant([0, 1])),
      fc.tuple(
        fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 103, max: 9000 })),
        fc.constant([1]),
      ),
      fc.tuple(
        fc.tuple(fc.integer({ min: 256, max: 900 }), fc.integer({ min: 16, max: 40 })),
        fc.constant([1]),
      ),
      fc.tuple(
        fc.tuple(fc.integer({ min: 3, max: 700 }), fc.integer({ min: 32, max: 2200 })),
        fc.constant([0]),
      ),
      fc.tuple(
        fc.constantFrom([9, 5, 300], [3, 129, 33], [2, 3, 2100]),
        fc.constantFrom([0, 1], [1, 2], [2], [0]),
      ),
    );
    fc.assert(
      fc.property(op, dtype, every, cases, (by, kind, wildness, [shape, axes]) => {
        const x = filled(kind, shape, wildness);
        check(
          by,
          x,
          axes.filter((axis) => axis < shape.length),
        );
      }),
      { numRuns: Math.max(40, runs / 4), interruptAfterTimeLimit: 60_000 },
    );
  });

  it.each([
    { shape: [300, 400], axes: [0, 1] },
    { shape: [300, 400], axes: [1] },
    { shape: [300, 400], axes: [0] },
  ])("of $shape along $axes go this way", ({ shape, axes }) => {
    for (const by of ["add", "max", "min"] as const)
      expect(check(by, filled("float32", shape, 1e9), axes)).not.toBeNull();
  });

  it("that are small, of few columns, of views or of whole numbers do not", () => {
    const type: TensorType = { dtype: "float64", shape: [], weak: false };
    expect(longFolds("add", filled("float64", [4000], 1e9), [0], type)).toBeNull();
    expect(check("add", filled("float64", [4096, 8], 1e9), [0])).toBeNull();
    expect(check("add", filled("float64", [4096, 8], 1e9), [1])).toBeNull();
    expect(check("add", filled("float64", [20, 50, 20], 1e9), [1])).toBeNull();
    const { data } = filled("float64", [10_000], 1e9);
    const apart = new DenseTensor(
      { dtype: "float64", shape: [5000], weak: false },
      data as Float64Array,
      0,
      [2],
      0,
    );
    expect(check("max", apart, [0])).toBeNull();
    const whole = compact({ dtype: "int32", shape: [5000], weak: false }, new Int32Array(5000));
    expect(longFolds("add", whole, [0], { ...type, dtype: "int32" })).toBeNull();
  });
});
