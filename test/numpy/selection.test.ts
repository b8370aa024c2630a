import { describe, expect, it } from "vitest";
import { ArgumentError, grad, np, ShapeError, type Tensor } from "../../src/index.js";

describe("where", () => {
  it("broadcasts all three and promotes the branches", () => {
    expect(np.where([[true], [false]], [0, 1, 2], [[7], [8]]).toArray()).toEqual([
      [0, 1, 2],
      [8, 8, 8],
    ]);
    expect(np.where([1, 0], np.array([1, 2], { dtype: "int32" }), 0).dtype).toBe("int32");
    const condition: Tensor = np.array([true, false]);
    expect(() => np.where(condition, np.zeros([3]) as Tensor, 1)).toThrow(ShapeError);
  });
  it("gives the branch that is not taken an exact 0", () => {
    const safe = (x: Tensor): Tensor =>
      np.where(np.greater(x, 0), np.log(np.where(np.greater(x, 0), x, 1)), 0);
    expect(grad(safe)(0).item()).toBe(0);
    expect(grad(safe)(2).item()).toBe(0.5);
    expect(grad((x) => np.where(np.less(x, 0), np.multiply(x, Infinity), x))(1).item()).toBeNaN();
  });
});

describe("select", () => {
  it("takes the first condition that holds", () => {
    const x = np.array([-1, 5, 20]);
    expect(np.select([np.less(x, 0), np.less(x, 10)], [0, x], 10).toArray()).toEqual([0, 5, 10]);
    expect(
      np
        .select(
          [
            [true, true],
            [true, false],
          ],
          [1, 2],
        )
        .toArray(),
    ).toEqual([1, 1]);
    expect(() => np.select([[true]], [])).toThrow(ArgumentError);
  });
});
