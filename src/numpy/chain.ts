/** Chains of matrices, multiplied in the order that costs least: dynamic programming over the places to split. */
import { ArgumentError, ShapeError } from "../tensor/errors.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { asTensor } from "./door.js";
import { matmul } from "./methods/products.js";

/**
 * The product of a chain of matrices (the first and the last may be vectors), multiplied in the cheapest order.
 *
 * @throws ShapeError where neighbours do not fit; ArgumentError for fewer than two
 * @example np.multiDot([[[1, 2]], [[3], [4]], [[5]]]).toArray() // [[55]]
 */
export const multiDot = (chain: readonly TensorLike[]): Tensor => {
  if (!Array.isArray(chain) || chain.length < 2)
    throw ArgumentError.invalid("multiDot", "a chain has at least two matrices", "Pass them in an array.");
  const xs = chain.map((x: TensorLike) => asTensor("multiDot", x));
  const last = xs.length - 1;
  xs.forEach((x, i) => {
    const rank = x.type.shape.length;
    if (rank !== 2 && !(rank === 1 && (i === 0 || i === last))) {
      throw ShapeError.mismatch(
        "multiDot",
        "matrices are needed, vectors at the ends only",
        xs.map((y) => y.type.shape),
        "np.matmul multiplies stacks of matrices.",
      );
    }
  });
  const rows = xs.map((x, i) => (i === 0 && x.type.shape.length === 1 ? 1 : (x.type.shape[0] as number)));
  const sizes = [...rows, xs[last]?.type.shape[1] ?? 1];
  // cost[i][j]: least number of multiplications for the factors i to j, split after cut[i][j]
  const cost = xs.map(() => new Array<number>(xs.length).fill(0));
  const cut = xs.map(() => new Array<number>(xs.length).fill(0));
  for (let length = 1; length <= last; length++) {
    for (let i = 0; i + length <= last; i++) {
      const j = i + length;
      let best = Infinity;
      for (let k = i; k < j; k++) {
        const work =
          (cost[i]?.[k] ?? 0) +
          (cost[k + 1]?.[j] ?? 0) +
          (sizes[i] as number) * (sizes[k + 1] as number) * (sizes[j + 1] as number);
        if (work < best) {
          best = work;
          (cut[i] as number[])[j] = k;
        }
      }
      (cost[i] as number[])[j] = best;
    }
  }
  const product = (i: number, j: number): Tensor => {
    if (i === j) return xs[i] as Tensor;
    const k = cut[i]?.[j] as number;
    return matmul(product(i, k), product(k + 1, j));
  };
  return product(0, last);
};
