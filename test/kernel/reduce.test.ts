import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { CombineOp } from "../../src/kernel/combine.js";
import { argReduce, provideRowFolds, reduce } from "../../src/kernel/reduce.js";
import { rowFolds } from "../../src/kernel/row-folds.js";
import { type DType, isFloat, range, roundTo } from "../../src/tensor/dtype.js";
import { DenseTensor, uniform } from "../../src/tensor/tensor.js";
import {
  coordinates,
  dense,
  elements,
  indexOf,
  laidOut,
  layouts,
  noise,
  tensors,
  typeOf,
} from "../support/layouts.js";

const ops: readonly CombineOp[] = ["add", "mul", "max", "min"];

/** The reduced elements of each output, in row-major order. */
const groups = (x: DenseTensor, axes: readonly number[]): { shape: number[]; groups: number[][] } => {
  const shape = x.shape.filter((_, axis) => !axes.includes(axis));
  const out = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => [] as number[]);
  elements(x).forEach((value, i) => {
    const at = coordinates(x.shape, i).filter((_, axis) => !axes.includes(axis));
    (out[indexOf(shape, at)] as number[]).push(value);
  });
  return { shape, groups: out };
};

/** The published order of a sum, written for one list: trees of 8, blocks of 128, pairwise over blocks. */
const orderedSum = (values: readonly number[]): number => {
  const at = (i: number): number => values[i] as number;
  if (values.length <= 128) {
    let total = -0;
    let i = 0;
    for (; i + 8 <= values.length; i += 8) {
      total +=
        at(i) + at(i + 1) + (at(i + 2) + at(i + 3)) + (at(i + 4) + at(i + 5) + (at(i + 6) + at(i + 7)));
    }
    for (; i < values.length; i++) total += at(i);
    return total;
  }
  let half = 128;
  while (2 * half < values.length) half *= 2;
  return orderedSum(values.slice(0, half)) + orderedSum(values.slice(half));
};

const identity = (op: CombineOp, dtype: DType): number =>
  op === "add" ? 0 : op === "mul" ? 1 : (range(dtype)[op === "max" ? 0 : 1] as number);

/** BigInt arithmetic modulo 2^32 for integers; floats in the published order, rounded once. */
const fold = (op: CombineOp, values: readonly number[], dtype: DType): number => {
  if (values.length === 0) return identity(op, dtype);
  if (op === "max" || (dtype === "bool" && op === "add")) return values.reduce((a, b) => Math.max(a, b));
  if (op === "min" || (dtype === "bool" && op === "mul")) return values.reduce((a, b) => Math.min(a, b));
  if (isFloat(dtype))
    return roundTo(dtype, op === "add" ? orderedSum(values) : values.reduce((a, b) => a * b));
  const exact = values.map(BigInt).reduce((a, b) => (op === "add" ? a + b : a * b));
  return roundTo(dtype, Number(BigInt.asIntN(32, exact)));
};

const axesOf = (mask: readonly boolean[], rank: number): number[] =>
  Array.from({ length: rank }, (_, axis) => axis).filter((axis) => mask[axis]);

describe.each(["one output at a time", "by rows"])("reduce, %s,", (way) => {
  beforeAll(() => {
    if (way === "by rows") provideRowFolds(rowFolds);
  });

  test("equals the fold of each output's elements, for every op, dtype, shape and layout", () => {
    const masks = fc.array(fc.boolean(), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(tensors(), masks, fc.constantFrom(...ops), (x, mask, op) => {
        const axes = axesOf(mask, x.shape.length);
        const expected = groups(x, axes);
        const out = reduce(op, x, axes, typeOf(expected.shape, x.dtype));
        expect(out.shape).toEqual(expected.shape);
        expect(elements(out)).toEqual(expected.groups.map((values) => fold(op, values, x.dtype)));
      }),
      { numRuns: 600 },
    );
  });

  test("axes that merge in a sparse view, and no more in its copy", () => {
    // stride 2 x 3 elements = stride 6: axes 0 and 3 are one run of memory, most of which is gaps
    const x = dense(
      [4, 4, 4, 3],
      Float64Array.from({ length: 192 }, (_, i) => (i % 5) - 1),
      "int8",
    );
    const sparse = laidOut(x, { order: [2, 0, 1, 3], reversed: [], gaps: [0, 0, 1, 1], offset: 0 });
    expect(sparse.strides).toEqual([6, 192, 48, 2]);
    const { shape, groups: summed } = groups(x, [0, 3]);
    expect(elements(reduce("add", sparse, [0, 3], typeOf(shape, "int8")))).toEqual(
      summed.map((values) => values.reduce((a, b) => a + b)),
    );
  });

  // Long enough for several blocks, and wide enough for rows of outputs to be summed together.
  const long: readonly [number[], number[]][] = [
    [[1000], [0]],
    [[300, 9], [0]],
    [[9, 300], [1]],
    [
      [700, 11],
      [0, 1],
    ],
    [[2, 17, 150], [1]],
    [
      [2, 17, 150],
      [0, 2],
    ],
    [[129, 1, 12], [0]],
    [[7, 40], [0]],
  ];
  test.each(long)("sums %j over %j to the same bits in every layout", (shape, axes) => {
    const n = shape.reduce((a, b) => a * b, 1);
    const x = dense(shape, noise(n));
    const expected = groups(x, axes);
    const type = typeOf(expected.shape, "float64");
    expect(elements(reduce("add", x, axes, type))).toEqual(expected.groups.map(orderedSum));
    fc.assert(
      fc.property(layouts, (layout) => {
        for (const op of ops) {
          const plain = elements(reduce(op, x, axes, type));
          expect(elements(reduce(op, laidOut(x, layout), axes, type))).toEqual(plain);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("a wide sum goes through several strips of columns", () => {
    const x = dense([150, 2500], noise(150 * 2500, 3));
    const out = reduce("add", x, [0], typeOf([2500], "float64"));
    const flipped = laidOut(x, { order: [1, 0], reversed: [false, false], gaps: [0, 0], offset: 0 });
    expect(elements(out)).toEqual(elements(reduce("add", flipped, [0], typeOf([2500], "float64"))));
    expect(elements(out)).toEqual(groups(x, [0]).groups.map(orderedSum));
  });

  test("a sum of 1e6 times 0.1 is accurate, as an array and as one number", () => {
    const type = typeOf([], "float64");
    const array = reduce("add", dense([1e6], new Float64Array(1e6).fill(0.1)), [0], type).item();
    const number = reduce("add", uniform(typeOf([1e6], "float64"), 0.1), [0], type).item();
    expect(Math.abs(array - 1e5) / 1e5).toBeLessThan(1e-13);
    expect(number).toBe(array);
  });

  test("float32 rounds once, at the end", () => {
    const values = [2 ** 24, 1, 1, 1]; // rounded after every step, the ones would all be lost
    expect(reduce("add", dense([4], values, "float32"), [0], typeOf([], "float32")).item()).toBe(2 ** 24 + 4);
  });

  test("integers wrap however long the sum", () => {
    // The exact sum is odd and beyond 2^53, where float64 has no odd numbers.
    const n = 2 ** 22 + 3;
    const x = uniform(typeOf([n], "uint32"), 2 ** 32 - 1);
    expect(reduce("add", x, [0], typeOf([], "uint32")).item()).toBe(2 ** 32 - n);
    const column = new Uint32Array(n).fill(2 ** 32 - 1);
    const columns = new DenseTensor(typeOf([n, 8], "uint32"), column, 0, [1, 0], 0);
    const sums = reduce("add", columns, [0], typeOf([8], "uint32"));
    expect(elements(sums)).toEqual(new Array(8).fill(2 ** 32 - n));
    const y = dense([5000], new Float64Array(5000).fill(2 ** 31 - 1), "int32");
    expect(reduce("add", y, [0], typeOf([], "int32")).item()).toBe(-5000);
  });

  test("counts booleans where the result is an integer", () => {
    expect(reduce("add", dense([4], [1, 0, 1, 1], "bool"), [0], typeOf([], "int32")).item()).toBe(3);
    expect(reduce("add", dense([4], [1, 0, 1, 1], "bool"), [0], typeOf([], "bool")).item()).toBe(1);
  });

  test("extremes propagate NaN and order the zeros", () => {
    const of = (op: CombineOp, values: number[]): number =>
      reduce(op, dense([values.length], values), [0], typeOf([], "float64")).item();
    expect(of("max", [1, Number.NaN, 2])).toBeNaN();
    expect(of("min", [Number.NaN, 1])).toBeNaN();
    expect(of("max", [-0, 0])).toBe(0);
    expect(of("min", [0, -0])).toBe(-0);
  });
});

describe("argReduce", () => {
  test("finds the first extreme or the first NaN, in every layout", () => {
    const operands = tensors(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }));
    fc.assert(
      fc.property(operands, fc.nat(), fc.constantFrom("max" as const, "min" as const), (x, pick, op) => {
        const axis = pick % x.shape.length;
        const expected = groups(x, [axis]);
        const out = argReduce(op, x, axis, typeOf(expected.shape, "int32"));
        const first = (values: readonly number[]): number => {
          const nan = values.findIndex(Number.isNaN);
          const extreme = op === "max" ? Math.max(...values) : Math.min(...values);
          return nan >= 0 ? nan : values.indexOf(extreme);
        };
        expect(elements(out)).toEqual(expected.groups.map(first));
      }),
      { numRuns: 400 },
    );
  });

  test("an empty result is empty", () => {
    expect(argReduce("max", dense([0, 3], []), 1, typeOf([0], "int32")).shape).toEqual([0]);
  });

  test("wide operands", () => {
    const x = dense([40, 50], noise(2000, 5));
    expect(elements(argReduce("max", x, 0, typeOf([50], "int32")))).toEqual(
      groups(x, [0]).groups.map((values) => values.indexOf(Math.max(...values))),
    );
  });
});
