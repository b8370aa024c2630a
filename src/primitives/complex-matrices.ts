/** Complex matrices as pairs of real ones, for the rules of operations whose results are complex. */
import type { Tensor } from "../tensor/tensor.js";
import { add, neg, sub } from "./arithmetic.js";
import { blockOf, product } from "./matrices.js";
import { concatenate } from "./slice.js";
import { solve } from "./solve.js";

/** Real and imaginary parts of one shape. */
export interface ComplexPair {
  readonly re: Tensor;
  readonly im: Tensor;
}

/** A B */
export const complexProduct = (a: ComplexPair, b: ComplexPair): ComplexPair => ({
  re: sub(product(a.re, b.re), product(a.im, b.im)),
  im: add(product(a.re, b.im), product(a.im, b.re)),
});

/** A^-1 B for square ones, by the real matrices [[re, -im], [im, re]] and [re; im]. */
export const complexSolve = (a: ComplexPair, b: ComplexPair): ComplexPair => {
  const rank = a.re.shape.length;
  const n = a.re.shape[rank - 1] as number;
  const matrix = concatenate(
    [concatenate([a.re, neg(a.im)], rank - 1), concatenate([a.im, a.re], rank - 1)],
    rank - 2,
  );
  const found = solve(matrix, concatenate([b.re, b.im], rank - 2), false);
  return { re: blockOf(found, [0, n], [0, n]), im: blockOf(found, [n, 2 * n], [0, n]) };
};
