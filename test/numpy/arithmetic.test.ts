import { describe, expect, it } from "vitest";
import { ArgumentError, DTypeError, grad, np, ShapeError, type Tensor } from "../../src/index.js";

const int = (data: readonly number[]): Tensor => np.array(data, { dtype: "int32" });
const float32 = (data: readonly number[]): Tensor => np.array(data, { dtype: "float32" });

describe("dtypes meet", () => {
  it("a bare number yields to the tensor", () => {
    expect(np.multiply(float32([1, 2]), 2.5).dtype).toBe("float32");
    expect(np.add(int([1, 2]), 3).dtype).toBe("int32");
    expect(np.add(int([1, 2]), 0.5).dtype).toBe("float64");
    expect(np.add(np.array([true]), 1).dtype).toBe("int32");
  });
  it("true division of integers gives float64, float32 stays", () => {
    const third = np.divide(int([1, 2]), 4);
    expect([third.dtype, third.toArray()]).toEqual(["float64", [0.25, 0.5]]);
    expect(np.divide(np.array([1], { dtype: "uint8" }), 300).item()).toBeCloseTo(1 / 300, 15);
    expect(np.divide(float32([1]), int([2])).dtype).toBe("float32");
    expect(np.divide([true], [true]).dtype).toBe("float64");
  });
  it("a number that became a tensor by itself no longer yields", () => {
    expect(np.add(np.array(2), float32([1])).dtype).toBe("float64");
    expect(np.add(np.astype(2.5, "float32"), int([1])).dtype).toBe("float32");
    expect(np.add(np.equal(1, 1), np.array([true])).dtype).toBe("bool");
  });
  it("bools add as or and multiply as and; they do not subtract or negate", () => {
    expect(np.add([true, true], [true, false]).toArray()).toEqual([true, true]);
    expect(np.multiply([true, true], [true, false]).toArray()).toEqual([true, false]);
    expect(() => np.subtract([true], [true])).toThrow(DTypeError);
    expect(() => np.negative([true])).toThrow(DTypeError);
    expect(() => np.sign([true])).toThrow(DTypeError);
  });
  it("integers wrap", () => {
    expect(np.add(int([2147483647]), 1).toArray()).toEqual([-2147483648]);
    expect(np.multiply(int([65536]), int([65536])).toArray()).toEqual([0]);
    expect(np.subtract(np.array([0], { dtype: "uint8" }), 1).toArray()).toEqual([255]);
  });
});

describe("division with remainder", () => {
  const a = [5, -5, 5, -5, 0, 7.5];
  const b = [3, 3, -3, -3, 2, 2];
  it("follows the sign of the divisor, fmod that of the dividend", () => {
    expect(np.remainder(a, b).toArray()).toEqual([2, 1, -1, -2, 0, 1.5]);
    expect(np.fmod(a, b).toArray()).toEqual([2, -2, 2, -2, 0, 1.5]);
    expect(np.floorDivide(a, b).toArray()).toEqual([1, -2, -2, 1, 0, 3]);
    expect(np.remainder(int([5, -5, 5, -5]), int([3, 3, -3, -3])).toArray()).toEqual([2, 1, -1, -2]);
    expect(np.floorDivide(int([5, -5, 5, -5]), int([3, 3, -3, -3])).toArray()).toEqual([1, -2, -2, 1]);
    expect(Object.is(np.remainder(-4, 2).item(), 0)).toBe(true);
  });
  it("agrees with Python where floor(a / b) rounds up first, and at zero and infinity", () => {
    expect(np.floorDivide(1, 0.1).item()).toBe(9);
    expect(np.floorDivide([1, -1, 0], 0).toArray()).toEqual([Infinity, -Infinity, Number.NaN]);
    expect(np.floorDivide([1, -1], Infinity).toArray()).toEqual([0, -1]);
    expect(np.floorDivide(int([7]), int([0])).toArray()).toEqual([0]);
  });
  it("a = b floor(a / b) + remainder, also for unsigned integers", () => {
    const x = np.array([250, 7, 255], { dtype: "uint8" });
    const y = np.array([7, 250, 16], { dtype: "uint8" });
    const [q, r] = np.divmod(x, y);
    expect(np.add(np.multiply(q, y), r).toArray()).toEqual(x.toArray());
    expect(q.toArray()).toEqual([35, 0, 15]);
  });
  it("remainder has derivative 1 and -floor(a / b), floorDivide 0", () => {
    const [da, db] = grad((x, y) => np.remainder(x, y), { argnums: [0, 1] })(-5, 3);
    expect([da.item(), db.item()]).toEqual([1, 2]);
    expect(grad((x) => np.floorDivide(x, 3))(-5).item()).toBe(0);
  });
});

describe("powers", () => {
  it("of floats by whole JavaScript numbers have exact derivatives at 0", () => {
    const derivatives: ((x: Tensor) => Tensor)[] = [(x) => np.power(x, 2)];
    for (let k = 0; k < 3; k++) derivatives.push(grad(derivatives[k] as (x: Tensor) => Tensor));
    expect(derivatives.map((f) => f(np.array(0)).item())).toEqual([0, 0, 2, 0]);
    expect(grad((x) => np.power(x, 0))(0).item()).toBe(0);
  });
  it("of integers stay integers and wrap", () => {
    const x = np.power(int([2, -3, 0]), 3);
    expect([x.dtype, x.toArray()]).toEqual(["int32", [8, -27, 0]]);
    expect(np.power(int([3]), 40).toArray()).toEqual([Number(BigInt.asIntN(32, 3n ** 40n))]);
    expect(np.power(int([2, 3, -1]), int([10, 0, 5])).toArray()).toEqual([1024, 1, -1]);
    expect(np.power(2, int([0, 1, 5])).toArray()).toEqual([1, 2, 32]);
    expect(np.power(np.array([true]), 2).dtype).toBe("int32");
  });
  it("of integers with negative exponents are errors; floatPower has them", () => {
    expect(() => np.power(int([2]), -1)).toThrow(ArgumentError);
    expect(() => np.power(int([2]), int([1]).neg())).toThrow(ArgumentError);
    expect(np.floatPower(int([2]), -1).toArray()).toEqual([0.5]);
    expect(np.power(int([4]), 0.5).toArray()).toEqual([2]);
  });
  it("differentiate in base and exponent", () => {
    const [dx, dy] = grad((x, y) => np.power(x, y), { argnums: [0, 1] })(2, 3);
    expect(dx.item()).toBeCloseTo(12, 12);
    expect(dy.item()).toBeCloseTo(8 * Math.LN2, 12);
    expect(grad((x) => np.power(x, 0.5))(4).item()).toBeCloseTo(0.25, 15);
  });
  it("integerPow takes whole exponents only", () => {
    expect(np.integerPow([2, 3], 3).toArray()).toEqual([8, 27]);
    expect(() => np.integerPow([2], 0.5)).toThrow(ArgumentError);
  });
});

describe("functions of one operand", () => {
  it("abs, square, reciprocal, sign", () => {
    expect(np.abs([-1, 0, 2]).toArray()).toEqual([1, 0, 2]);
    expect(np.abs([true]).dtype).toBe("bool");
    expect(np.square(int([-3])).toArray()).toEqual([9]);
    expect(np.reciprocal(int([4])).toArray()).toEqual([0.25]);
    expect(np.sign([-2, 0, 3]).toArray()).toEqual([-1, 0, 1]);
    expect(grad((x) => np.abs(x))(0).item()).toBe(0);
  });
  it("astype converts and checks the name", () => {
    expect(np.astype([1.9, -1.9, 0], "int32").toArray()).toEqual([1, -1, 0]);
    expect(np.astype([0, 0.5, Number.NaN], "bool").toArray()).toEqual([false, true, true]);
    expect(() => np.astype([1], "float16" as "float32")).toThrow(DTypeError);
  });
});

it("shapes that do not broadcast are an error", () => {
  const a: Tensor = np.zeros([2, 3]);
  const b: Tensor = np.zeros([2]);
  expect(() => np.add(a, b)).toThrow(ShapeError);
  expect(np.add(np.zeros([2, 1]), np.ones([1, 3])).shape).toEqual([2, 3]);
});
