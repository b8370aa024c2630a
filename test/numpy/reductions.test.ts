import { describe, expect, it } from "vitest";
import { ArgumentError, AxisError, grad, jacrev, np, ShapeError, type Tensor } from "../../src/index.js";

const x = np.array([
  [1, 2, 3],
  [4, 5, 6],
]);
const dynamic: Tensor = x;

describe("axes", () => {
  it("null, one, several, negative, kept", () => {
    expect(np.sum(x).item()).toBe(21);
    expect(np.sum(x, { axis: null }).item()).toBe(21);
    expect(np.sum(x, { axis: 0 }).toArray()).toEqual([5, 7, 9]);
    expect(np.sum(x, { axis: -1, keepdims: true }).toArray()).toEqual([[6], [15]]);
    expect(np.mean(x, { axis: [1, 0] }).item()).toBe(3.5);
    expect(np.prod(x, { axis: [] }).toArray()).toEqual(x.toArray());
    expect(np.max(x, { keepdims: true }).shape).toEqual([1, 1]);
    expect(x.sum({ axis: 1 }).toArray()).toEqual([6, 15]);
  });
  it("that are not there, named twice or given without a name are errors", () => {
    expect(() => np.sum(dynamic, { axis: 2 })).toThrow(AxisError);
    expect(() => np.sum(dynamic, { axis: [0, -2] })).toThrow(AxisError);
    expect(() => np.cumsum(dynamic, { axis: -3 })).toThrow(AxisError);
    expect(() => np.sum(dynamic, 0 as never)).toThrow(ArgumentError);
    expect(() => np.argmax(dynamic, 1 as never)).toThrow(ArgumentError);
    expect(() => np.mean(dynamic, { axes: 1 } as never)).toThrow(ArgumentError);
  });
});

describe("dtypes", () => {
  it("bools and narrow integers are summed in 32 bits", () => {
    const counted = np.sum([true, true, false]);
    expect([counted.dtype, counted.item()]).toEqual(["int32", 2]);
    const bytes = np.array([200, 100], { dtype: "uint8" });
    expect([np.sum(bytes).dtype, np.sum(bytes).item()]).toEqual(["uint32", 300]);
    expect(np.cumsum(bytes).toArray()).toEqual([200, 300]);
    expect(np.prod(np.array([100, 100], { dtype: "int8" })).item()).toBe(10000);
    expect(np.max(bytes).dtype).toBe("uint8");
  });
  it("means of integers are floats", () => {
    const mean = np.mean(np.array([1, 2], { dtype: "int32" }));
    expect([mean.dtype, mean.item()]).toEqual(["float64", 1.5]);
    expect(np.mean(np.array([1, 2], { dtype: "float32" })).dtype).toBe("float32");
  });
});

describe("nothing", () => {
  const none = np.zeros([0]);
  it("sums to 0, multiplies to 1, has no mean and no extreme", () => {
    expect(np.sum(none).item()).toBe(0);
    expect(np.prod(none).item()).toBe(1);
    expect(np.mean(none).item()).toBeNaN();
    for (const f of [np.max, np.min, np.ptp]) expect(() => f(none)).toThrow(ShapeError);
    for (const f of [np.argmax, np.argmin]) expect(() => f(none)).toThrow(ShapeError);
    expect(np.max(np.zeros([0, 3]), { axis: 1 }).shape).toEqual([0]);
    expect(np.max(none, { initial: 7 }).item()).toBe(7);
    expect([np.all(none).item(), np.any(none).item()]).toEqual([1, 0]);
  });
});

describe("where and initial", () => {
  const mask = [
    [true, false, true],
    [false, true, true],
  ];
  it("leave out what is masked and begin with a value", () => {
    expect(np.sum(x, { where: mask }).item()).toBe(15);
    expect(np.sum(x, { axis: 0, where: mask, initial: 10 }).toArray()).toEqual([11, 15, 19]);
    expect(np.prod(x, { axis: 1, where: mask }).toArray()).toEqual([3, 30]);
    expect(np.mean(x, { axis: 0, where: mask }).toArray()).toEqual([1, 5, 4.5]);
    expect(np.max(x, { axis: 1, where: mask, initial: 0 }).toArray()).toEqual([3, 6]);
    expect(np.min(x, { initial: -1 }).item()).toBe(-1);
    expect(np.sum(x, { where: [true, false, false] }).item()).toBe(5);
    expect(() => np.max(x, { where: mask })).toThrow(ArgumentError);
  });
  it("are np's: the methods have axis and keepdims, with the same results", () => {
    for (const name of ["sum", "mean", "max", "min"] as const) {
      for (const options of [{}, { axis: 0 }, { axis: -1, keepdims: true }, { axis: [0, 1] }]) {
        for (const dtype of ["float64", "float32", "int8"] as const) {
          const y: Tensor = np.astype(dynamic, dtype);
          const own = (y[name] as (this: Tensor, options: object) => Tensor).call(y, options);
          const whole = (np[name] as unknown as (x: Tensor, options: object) => Tensor)(y, options);
          expect([own.dtype, own.toArray()]).toEqual([whole.dtype, whole.toArray()]);
        }
      }
      expect(() => dynamic[name]({ where: mask } as object)).toThrow(ArgumentError);
    }
    expect(() => np.zeros([0]).max()).toThrow(ShapeError);
  });
  it("give what is masked the derivative 0", () => {
    const masked = grad((v) => np.sum(np.square(v), { where: mask }))(x);
    expect(masked.toArray()).toEqual([
      [2, 0, 6],
      [0, 10, 12],
    ]);
  });
});

describe("extremes", () => {
  it("share the derivative evenly among equals and pass NaN on", () => {
    expect(grad((v) => np.max(v))(np.array([3, 1, 3])).toArray()).toEqual([0.5, 0, 0.5]);
    expect(np.max([1, Number.NaN]).item()).toBeNaN();
    expect(np.ptp(x, { axis: 1 }).toArray()).toEqual([2, 2]);
  });
  it("argmax and argmin give the first; NaN counts", () => {
    expect(np.argmax([1, 5, 5]).item()).toBe(1);
    expect(
      np
        .argmin([
          [3, 1],
          [1, 1],
        ])
        .item(),
    ).toBe(1);
    expect(np.argmax(x, { axis: 0, keepdims: true }).toArray()).toEqual([[1, 1, 1]]);
    expect(np.argmax([1, Number.NaN, 9]).item()).toBe(1);
    expect(np.argmax(x, { keepdims: true }).shape).toEqual([1, 1]);
    expect(np.argmin(x).dtype).toBe("int32");
  });
});

describe("truth and counts", () => {
  it("all, any, countNonzero", () => {
    const bits = [
      [1, 0],
      [2, 3],
    ];
    expect(np.all(bits, { axis: 1 }).toArray()).toEqual([false, true]);
    expect(np.any(bits, { axis: 0, keepdims: true }).toArray()).toEqual([[true, true]]);
    expect(np.countNonzero(bits, { axis: 1 }).toArray()).toEqual([1, 2]);
    expect(np.all([1, Number.NaN]).item()).toBe(1);
  });
  it("nansum and nanmean leave NaN out", () => {
    const holes = np.array([
      [1, Number.NaN],
      [Number.NaN, 3],
    ]);
    expect(np.nansum(holes).item()).toBe(4);
    expect(np.nanmean(holes, { axis: 1 }).toArray()).toEqual([1, 3]);
    expect(grad((v) => np.square(np.nansum(v)))(holes).toArray()).toEqual([
      [8, 0],
      [0, 8],
    ]);
  });
});

describe("running forms", () => {
  it("follow an axis, or the flattened tensor", () => {
    expect(np.cumsum(x).toArray()).toEqual([1, 3, 6, 10, 15, 21]);
    expect(np.cumsum(x, { axis: 0 }).toArray()).toEqual([
      [1, 2, 3],
      [5, 7, 9],
    ]);
    expect(np.cumprod(x, { axis: -1 }).toArray()).toEqual([
      [1, 2, 6],
      [4, 20, 120],
    ]);
    expect(np.cummax([1, 3, 2]).toArray()).toEqual([1, 3, 3]);
    expect(np.cummin([3, 1, 2]).toArray()).toEqual([3, 1, 1]);
    expect(np.cumsum([true, true]).toArray()).toEqual([1, 2]);
  });
  it("are differentiable, products at zeros too", () => {
    expect(jacrev((v) => np.cumsum(v))(np.array([1, 2])).toArray()).toEqual([
      [1, 0],
      [1, 1],
    ]);
    expect(jacrev((v) => np.cumprod(v))(np.array([0, 2])).toArray()).toEqual([
      [1, 0],
      [2, 0],
    ]);
    expect(grad((v) => np.prod(v))(np.array([0, 2, 3])).toArray()).toEqual([6, 0, 0]);
  });
});
