/** Chains of matrices against the product from left to right. */
import { ArgumentError, np, ShapeError, type Tensor } from "cotangent";
import fc from "fast-check";
import { expect, test } from "vitest";

const place = (shape: readonly number[], salt = 1): Tensor =>
  np
    .array(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 7 + salt) % 11) - 5))
    .reshape(shape);
const list = (x: Tensor): number[] => np.add(np.ravel(x), 0).toArray() as number[];

test("multiDot multiplies the chain, vectors at the ends", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 3, maxLength: 6 }), (sizes) => {
      const chain = sizes.slice(1).map((n, i) => place([sizes[i] as number, n], i));
      const plain = chain.reduce((product, m) => np.matmul(product, m));
      expect(list(np.multiDot(chain))).toEqual(list(plain));
    }),
    { numRuns: 20 },
  );
  expect(
    np
      .multiDot([
        [1, 2],
        [
          [1, 0],
          [0, 3],
        ],
        [4, 5],
      ])
      .item(),
  ).toBe(34);
  expect(() => np.multiDot([[1, 2]])).toThrow(ArgumentError);
  expect(() => np.multiDot([[[1]], [1], [[1]]])).toThrow(ShapeError);
});
