/** Broadcasting made explicit. */
import { np, ShapeError, type Tensor } from "cotangent";
import { describe, expect, test } from "vitest";

describe("broadcasting", () => {
  test("stretches sizes of 1 and adds leading axes", () => {
    expect(np.broadcastTo([[1], [2]], [2, 2, 3]).toArray()).toEqual([
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
    ]);
    expect(np.broadcastTo(1, [0]).shape).toEqual([0]);
    expect(np.broadcastShapes([4, 1, 3], [2, 1])).toEqual([4, 2, 3]);
    expect(np.broadcastShapes([0], [1])).toEqual([0]);
    expect(np.broadcastArrays([[1], [2]], [3, 4]).map((x) => x.toArray())).toEqual([
      [
        [1, 1],
        [2, 2],
      ],
      [
        [3, 4],
        [3, 4],
      ],
    ]);
  });
  test("refuses the rest", () => {
    const x: Tensor = np.zeros([3]);
    expect(() => np.broadcastTo(x, [3, 2])).toThrow(ShapeError);
    expect(() => np.broadcastTo(np.zeros([2, 3]) as Tensor, [3])).toThrow(ShapeError);
    expect(() => np.broadcastTo(x, [-3])).toThrow(ShapeError);
    expect(() => np.broadcastShapes([0], [2])).toThrow(ShapeError);
  });
});
