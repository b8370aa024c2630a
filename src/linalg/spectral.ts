/** Matrices that are not symmetric: eigenvalues and vectors, the Schur form, and zeros of polynomials. */
import type { Complex } from "../fft/complex.js";
import { filled } from "../numpy/create.js";
import { asFloat } from "../numpy/door.js";
import { openWorkshop } from "../numpy/workshop.js";
import { div, neg } from "../primitives/arithmetic.js";
import { broadcast } from "../primitives/broadcast.js";
import * as primitives from "../primitives/eig.js";
import { identityAs } from "../primitives/matrices.js";
import { reshape } from "../primitives/reshape.js";
import { schur as schurPrimitive } from "../primitives/schur.js";
import { concatenate, slice } from "../primitives/slice.js";
import { ShapeError } from "../tensor/errors.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { asSquare, atHand } from "./operands.js";
import type { ComplexMatrix, ComplexPerRow, SameMatrix, SquareMatrix } from "./types.js";

/**
 * Eigenvalues and right eigenvectors `[w, v]` of square matrices `[..., n, n]`: A V = V diag(w), as pairs `{ re, im }` of real
 * tensors, w `[..., n]` and v `[..., n, n]` with the vectors as columns. They are ordered by their real parts, ascending;
 * of a complex pair the one with positive imaginary part comes first. Vectors have norm 1, and their largest element is real
 * and positive. NaN for a matrix that is not finite.
 *
 * Derivatives keep order and normalisation. They are infinite, or so large as to mean nothing, where a matrix has not n
 * vectors (at Jordan blocks); where it has and eigenvalues are equal, they are as for `eigh`.
 *
 * @throws ShapeError for matrices that are not square.
 * @example linalg.eig([[0, -1], [1, 0]])[0].im.toArray() // [1, -1]
 * @see numpy.linalg.eig, jax.numpy.linalg.eig, which leave the order open
 */
export const eig = <const A extends TensorLike>(
  a: SquareMatrix<A>,
): readonly [w: ComplexPerRow<A>, v: ComplexMatrix<A>] => {
  const [re, im, vRe, vIm] = primitives.eig([asSquare("eig", a)], null);
  return [
    { re, im },
    { re: vRe, im: vIm },
  ] as unknown as readonly [ComplexPerRow<A>, ComplexMatrix<A>];
};

/**
 * Eigenvalues `{ re, im }` of square matrices, ordered as `linalg.eig` orders them.
 *
 * @throws ShapeError for matrices that are not square.
 * @example linalg.eigvals([[1, 5], [0, 2]]).re.toArray() // [1, 2]
 * @see numpy.linalg.eigvals
 */
export const eigvals = <const A extends TensorLike>(a: SquareMatrix<A>): ComplexPerRow<A> => {
  const [re, im] = primitives.eigvals([asSquare("eigvals", a)], null);
  return { re, im } as unknown as ComplexPerRow<A>;
};

/**
 * The zeros `{ re, im }` of polynomials with coefficients `[..., n + 1]`, highest power first: the eigenvalues of the
 * companion matrix, in their order. Zeros at the front of a single polynomial are passed over where its elements are at hand,
 * as NumPy does; under vmap, in graphs and in stacks they make the result NaN. Derivatives are infinite at multiple zeros.
 *
 * @throws ShapeError for a scalar.
 * @example linalg.roots([1, -3, 2]).re.toArray() // [1, 2]
 * @see numpy.roots, whose order is another
 */
export const roots = (p: TensorLike): Complex => {
  openWorkshop();
  const given = asFloat("roots", p);
  if (given.type.shape.length === 0) {
    throw ShapeError.mismatch(
      "roots",
      "a vector is needed",
      [[]],
      "Pass coefficients, the highest power first.",
    );
  }
  const x = withoutLeadingZeros(given);
  const { shape, dtype } = x.type;
  const last = shape.length - 1;
  const batch = shape.slice(0, -1);
  const n = Math.max(0, (shape[last] as number) - 1);
  if (n === 0) {
    const none = filled([...batch, 0], 0, dtype);
    return { re: none, im: none };
  }
  const part = (from: number, to: number): Tensor =>
    slice(x, { start: [...batch.map(() => 0), from], stop: [...batch, to], step: null });
  const highest = broadcast(reshape(part(0, 1), batch), { shape: [...batch, n], axes: [...batch.keys()] });
  const first = reshape(neg(div(part(1, n + 1), highest)), [...batch, 1, n]);
  const ones = slice(identityAs(filled([...batch, n, n], 0, dtype)), {
    start: shape.map(() => 0).concat(0),
    stop: [...batch, n - 1, n],
    step: null,
  });
  const [re, im] = primitives.eigvals([concatenate([first, ones], last)], null) as readonly [Tensor, Tensor];
  return { re, im };
};

const withoutLeadingZeros = (p: Tensor): Tensor => {
  const known = p.type.shape.length === 1 ? atHand(p) : undefined;
  if (known === undefined) return p;
  let start = 0;
  while (start < known.size && known.at(start) === 0) start++;
  return start === 0 ? p : slice(p, { start: [start], stop: [known.size], step: null });
};

/**
 * The real Schur form `[t, z]` of square matrices: A = Z T Z^T with Z orthogonal and T quasi-triangular. On its diagonal are
 * the real eigenvalues, and blocks of two rows for complex pairs, of equal diagonal elements and with off-diagonal ones of
 * opposite signs. NaN for a matrix that is not finite.
 *
 * The derivative keeps the order of the eigenvalues. Where some are equal the form is a choice: derivatives stay finite, and
 * are right for what does not depend on the choice.
 *
 * @throws ShapeError for matrices that are not square.
 * @example linalg.schur([[2, 1], [0, 3]])[0].toArray() // [[2, 1], [0, 3]]
 * @see scipy.linalg.schur, jax.scipy.linalg.schur (which has no derivative)
 */
export const schur = <const A extends TensorLike>(
  a: SquareMatrix<A>,
): readonly [t: SameMatrix<A>, z: SameMatrix<A>] => {
  const [t, z] = schurPrimitive([asSquare("schur", a)], null);
  return [t, z] as unknown as readonly [SameMatrix<A>, SameMatrix<A>];
};
