/** Frames of many parts: concatenations, stacks, paddings and windows, compiled as eager bit for bit. */
import { expect, it } from "vitest";
import { grad, jit, np, type Tensor } from "../../src/index.js";
import * as nn from "../../src/nn/index.js";
import { expectNone, listDifference } from "../../src/testing/compare.js";

const T = (x: unknown): Tensor => x as Tensor;
type Fn = (x: Tensor) => Tensor;

const parts = (x: Tensor, n: number): Tensor[] =>
  Array.from({ length: n }, (_, i) => T(np.multiply(x, i + 1)));
const window = { strides: [2, 2], padding: [[1, 1] as const, [1, 1] as const] };
const image = T(np.reshape(np.sin(np.arange(72)), [1, 6, 6, 2]));
const few = T(np.sin(np.arange(4)));

const functions: Readonly<Record<string, readonly [Fn, Tensor]>> = {
  "a concatenation of 100": [(x) => T(np.concatenate(parts(x, 100))), few],
  "a stack of 40 along the last axis": [(x) => T(np.stack(parts(x, 40), { axis: -1 })), few],
  "its sum": [(x) => T(np.sum(np.stack(parts(x, 40)), { axis: 0 })), few],
  "several loops over it": [
    (x) => {
      const y = np.concatenate(parts(x, 40));
      return T(np.add(np.sin(y), np.flip(np.cos(y))));
    },
    few,
  ],
  "ten paddings": [
    (x) =>
      T(
        np.concatenate(
          parts(x, 10).map((y) =>
            T(
              np.pad(np.reshape(y, [2, 2]), [
                [1, 2],
                [2, 1],
              ]),
            ),
          ),
        ),
      ),
    few,
  ],
  "a stack of reversed parts": [(x) => T(np.stack(parts(x, 20).map((y) => T(np.flip(y))))), few],
  "the means of overlapping windows": [(x) => T(nn.avgPool(x, [3, 3], window)), image],
  "the maxima of overlapping windows, moved": [
    (x) => T(np.moveaxis(nn.maxPool(x, [3, 3], window), -1, 1)),
    image,
  ],
};

it.each(Object.entries(functions))("%s", (name, [f, x]) => {
  const total: Fn = (y) => T(np.sum(np.sin(f(y))));
  expectNone(listDifference(name, [f(x)], [jit(f as never)(x as never) as Tensor], "bits"));
  const slope = (g: Fn): Tensor => T((grad(g as never) as unknown as Fn)(x));
  expectNone(
    listDifference(
      `the gradient of ${name}`,
      [slope(total)],
      [slope(jit(total as never) as unknown as Fn)],
      "bits",
    ),
  );
});

it("a concatenation of many parts writes each in a loop of its own, and fills nothing", () => {
  const { kernels } = jit(((x: Tensor) => np.concatenate(parts(x, 20))) as never).lower(few as never);
  expect(kernels.match(/loop/g)).toHaveLength(20);
});
