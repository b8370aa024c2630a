import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DType, dtypes, roundTo } from "../../src/tensor/dtype.js";
import { OperatorError, ShapeError } from "../../src/tensor/errors.js";
import { type Shape, sizeOf } from "../../src/tensor/shape.js";
import { compact, compactData, DenseTensor, Tensor, uniform } from "../../src/tensor/tensor.js";
import { dense, elements, typeOf } from "../support/layouts.js";

/** A strided tensor and what it must read, found by walking the index itself. */
interface Read {
  readonly x: DenseTensor;
  readonly values: readonly number[];
}
const strided: fc.Arbitrary<Read> = fc
  .record({
    shape: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }),
    dtype: fc.constantFrom<DType>(...dtypes),
    offset: fc.nat({ max: 3 }),
    steps: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 4, maxLength: 4 }),
  })
  .map(({ shape, dtype, offset, steps }) => {
    const strides = shape.map((_, axis) => steps[axis] ?? 0);
    // room for the farthest negative and positive positions
    const reach = (sign: number): number =>
      shape.reduce((sum, n, axis) => sum + Math.max(0, sign * (strides[axis] ?? 0)) * Math.max(0, n - 1), 0);
    const start = offset + reach(-1);
    const length = start + reach(1) + 1;
    const data = dense(
      [length],
      Array.from({ length }, (_, i) => roundTo(dtype, i * 7 + 1)),
      dtype,
    ).data;
    const values: number[] = [];
    const walk = (axis: number, position: number): void => {
      if (axis === shape.length) values.push(data?.[position] ?? Number.NaN);
      else for (let i = 0; i < (shape[axis] ?? 0); i++) walk(axis + 1, position + i * (strides[axis] ?? 0));
    };
    walk(0, start);
    return { x: new DenseTensor(typeOf(shape, dtype), data, 0, strides, start), values };
  });

const flat = (nested: unknown): unknown[] => (Array.isArray(nested) ? nested.flatMap(flat) : [nested]);

describe("a strided tensor", () => {
  it("reads its elements in row-major order, whatever the strides", () => {
    fc.assert(
      fc.property(strided, ({ x, values }) => {
        expect(elements(x)).toEqual(values);
        expect([...x.toTypedArray()]).toEqual(values);
        expect([...compactData(x)]).toEqual(values);
        expect(flat(x.toArray()).map(Number)).toEqual(values);
      }),
      { numRuns: 300 },
    );
  });
  it("reads from its offset where it is row-major", () => {
    const x = new DenseTensor(typeOf([2, 2], "float32"), new Float32Array([9, 1, 2, 3, 4, 9]), 0, null, 1);
    expect(x.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(x.toTypedArray()).toEqual(new Float32Array([1, 2, 3, 4]));
    expect(compactData(x)).toEqual(new Float32Array([1, 2, 3, 4]));
  });
});

describe("a uniform tensor", () => {
  it("has its number everywhere, in any shape and dtype", () => {
    const shape: fc.Arbitrary<Shape> = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 });
    fc.assert(
      fc.property(shape, fc.constantFrom<DType>(...dtypes), (s, dtype) => {
        const x = uniform(typeOf(s, dtype), 1);
        expect(elements(x)).toEqual(new Array(sizeOf(s)).fill(1));
        expect([...x.toTypedArray()]).toEqual(new Array(sizeOf(s)).fill(1));
        expect(flat(x.toArray())).toEqual(new Array(sizeOf(s)).fill(dtype === "bool" ? true : 1));
      }),
    );
  });
});

describe("a tensor", () => {
  const x = dense([2, 3], [1, 2, 3, 4, 5, 6], "float32");

  it("tells its shape, dtype, rank and size", () => {
    expect([x.shape, x.dtype, x.ndim, x.size]).toEqual([[2, 3], "float32", 2, 6]);
    expect(x).toBeInstanceOf(Tensor);
    expect(x.concrete("item()")).toBe(x);
  });
  it("keeps the shape of empty axes in nested arrays", () => {
    expect(dense([2, 0], []).toArray()).toEqual([[], []]);
    expect(dense([0, 2], []).toArray()).toEqual([]);
  });
  it("gives booleans for bool, numbers otherwise", () => {
    expect(dense([2], [1, 0], "bool").toArray()).toEqual([true, false]);
    expect(uniform(typeOf([], "bool"), 1).toArray()).toBe(true);
    expect(uniform(typeOf([], "bool"), 1).item()).toBe(1);
    expect(JSON.stringify({ x })).toBe('{"x":[[1,2,3],[4,5,6]]}');
  });
  it("gives copies: writing to them does not change it", () => {
    const copy = x.toTypedArray();
    copy[0] = 100;
    expect(x.at(0)).toBe(1);
    expect(x.toTypedArray()).not.toBe(x.toTypedArray());
  });
  it("hands its own array to kernels where that is row-major and whole", () => {
    const data = new Float64Array([1, 2]);
    expect(compactData(compact(typeOf([2], "float64"), data))).toBe(data);
  });
  it("has a single number only where it has one element", () => {
    expect(dense([1, 1], [5]).item()).toBe(5);
    expect(() => x.item()).toThrow(ShapeError);
    expect(() => x.item()).toThrow("[2, 3]");
    expect(() => dense([0], []).item()).toThrow(ShapeError);
  });
  it("refuses operators with the remedy, and becomes text in templates", () => {
    const y: unknown = x;
    expect(() => (y as number) * 2).toThrow(OperatorError);
    expect(() => (y as number) + 1).toThrow("np.mul(x, y) or x.mul(y)");
    expect(() => (y as number) < 1).toThrow(OperatorError);
    expect(() => Number(y)).toThrow(OperatorError);
    expect(`${x}`).toBe(x.toString());
    expect(String(x)).toBe("Tensor([[1, 2, 3],\n        [4, 5, 6]], shape=[2, 3], dtype=float32)");
  });
  it("is readable when Node or Deno prints it", () => {
    const methods = x as unknown as Record<symbol, () => string>;
    for (const name of ["nodejs.util.inspect.custom", "Deno.customInspect"]) {
      expect(methods[Symbol.for(name)]?.call(x)).toBe(x.toString());
    }
  });
});
