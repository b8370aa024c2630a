/**
 * Whatever only moves elements: its JVP is an exact difference, its pullback the adjoint of that, and under vmap it
 * acts on every example.
 */
import { jvp, np, type Tensor, vjp, vmap } from "cotangent";
import { describe, expect, test } from "vitest";

const numbers = (shape: readonly number[], salt: number): Tensor =>
  np
    .array(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 37 + salt) % 29) - 14))
    .reshape(shape);

const rows = np.array([1, 0, -1], { dtype: "int32" });
const functions: readonly [string, (x: Tensor) => Tensor][] = [
  ["ravel", np.ravel],
  ["reshape", (x) => np.reshape(x, [4, -1])],
  ["transpose", (x) => np.transpose(x, [2, 0, 1])],
  ["moveaxis", (x) => np.moveaxis(x, 0, -1)],
  ["expandDims", (x) => np.expandDims(x, [0, -1])],
  ["broadcastTo", (x) => np.broadcastTo(x, [2, 2, 3, 4])],
  ["flip", (x) => np.flip(x, { axis: [0, 2] })],
  ["roll", (x) => np.roll(x, [1, -2], { axis: [0, 2] })],
  ["rot90", (x) => np.rot90(x, { axes: [1, 2] })],
  ["concatenate", (x) => np.concatenate([x, x], { axis: 1 })],
  ["stack", (x) => np.stack([x, np.ones([2, 3, 4]), x], { axis: -1 })],
  ["split", (x) => np.split(x, [1], { axis: 1 })[1] as Tensor],
  ["tile", (x) => np.tile(x, [2, 1, 2])],
  ["repeat", (x) => np.repeat(x, [2, 0, 1], { axis: 1 })],
  [
    "pad",
    (x) =>
      np.pad(x, [
        [1, 0],
        [0, 2],
        [1, 1],
      ]),
  ],
  ["pad by reflection", (x) => np.pad(x, [2, 1], { mode: "reflect" })],
  ["slice", (x) => np.slice(x, 1, null, { slice: [null, null, -2] }, "...")],
  ["slice at arrays", (x) => np.slice(x, [0, 1, 0], { slice: [] }, rows)],
  ["slice at a mask", (x) => np.slice(x, { slice: [] }, [true, false, true])],
  [
    "take",
    (x) =>
      np.take(
        x,
        [
          [0, 0],
          [2, 1],
        ],
        { axis: 1 },
      ),
  ],
  ["takeAlongAxis", (x) => np.takeAlongAxis(x, [[[1], [0], [3]]], { axis: 2 })],
  ["dynamicSlice", (x) => np.dynamicSlice(x, [0, 1, 2], [2, 2, 1])],
  ["dynamicUpdateSlice", (x) => np.dynamicUpdateSlice(x, np.slice(x, { slice: [0, 1] }), [1, 0, 0])],
  [
    "at.set",
    (x) => np.at(x, [0, 1], { slice: [null, null, -2] }).set(np.slice(x, [1, 0], { slice: [0, 2] })),
  ],
  ["at.add", (x) => np.at(x, [0, 0], 1).add(np.slice(x, { slice: [] }, 0))],
  ["sort", (x) => np.sort(x, { axis: 1 })],
  ["topK", (x) => np.topK(x, 2)[0]],
  ["diagonal", (x) => np.diagonal(x, { axis1: 2, axis2: 1, offset: -1 })],
  ["trace", (x) => np.trace(x)],
  ["einsum", (x) => np.einsum("ijk->ki", x)],
  ["kron", (x) => np.kron([1, 2], x)],
];

const x = numbers([2, 3, 4], 5);
const dx = numbers([2, 3, 4], 9);
/** Small against the distances of the elements of x, and all sums with it are exact. */
const step = 2 ** -10;

describe.each(functions)("%s", (_, f) => {
  test("has the difference as its JVP", () => {
    const [out, tangent] = jvp(f, [x], [dx]);
    expect(out.toArray()).toEqual(f(x).toArray());
    const difference = np.subtract(f(np.add(x, np.multiply(dx, step))), f(x));
    expect(np.multiply(tangent, step).toArray()).toEqual(difference.toArray());
  });
  test("has the adjoint as its pullback", () => {
    const [, tangent] = jvp(f, [x], [dx]);
    const [out, pullback] = vjp(f, [x]);
    const cotangent = numbers(out.shape, 3);
    expect(np.vdot(pullback(cotangent)[0], dx).item()).toBe(np.vdot(cotangent, tangent).item());
  });
  test("acts on every example under vmap", () => {
    expect(vmap(f)(np.stack([x, dx])).toArray()).toEqual(np.stack([f(x), f(dx)]).toArray());
  });
});
