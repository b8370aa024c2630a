/** Sylvester's equation A X + X B = Q, whose derivative and transpose are equations of the same kind. */
import { isVariable, known } from "../graph/primitive.js";
import * as kernel from "../kernel/linalg/sylvester.js";
import { DTypeError, ShapeError } from "../tensor/errors.js";
import { sameShape } from "../tensor/shape.js";
import type { DenseTensor, Tensor, TensorType } from "../tensor/tensor.js";
import { add, sub, zerosAs } from "./arithmetic.js";
import { mapped, withBatchAxis } from "./batching.js";
import { type Ternary, ternary } from "./define.js";
import { matrixSizes, product, transposed } from "./matrices.js";

const solutionType = (a: TensorType, b: TensorType, q: TensorType): TensorType => {
  const left = matrixSizes("sylvester", a, true);
  const right = matrixSizes("sylvester", b, true);
  if (a.dtype !== q.dtype || b.dtype !== q.dtype)
    throw DTypeError.unsupported("sylvester", `${a.dtype}, ${b.dtype} and ${q.dtype}`, "one dtype for all");
  if (!sameShape(left.batch, right.batch) || !sameShape(q.shape, [...left.batch, left.n, right.n])) {
    throw ShapeError.mismatch(
      "sylvester",
      "the operands do not fit",
      [a.shape, b.shape, q.shape],
      "They are [..., m, m], [..., n, n] and [..., m, n].",
    );
  }
  return { ...q, weak: a.weak && b.weak && q.weak };
};

/** X of A X + X B = Q: A [..., m, m], B [..., n, n], Q [..., m, n]. */
export const sylvester: Ternary = ternary({
  name: "sylvester",
  shape: ([a, b, q]) => [solutionType(a, b, q)],
  impl: ([a, b, q]) => [kernel.sylvester(a, b, q, solutionType(a.type, b.type, q.type))],
  // A dX + dX B = dQ - dA X - X dB
  jvp: ([a, b, q], [da, db, dq]) => {
    const x = sylvester(a, b, q);
    const parts = [da && product(da, x), db && product(x, db)].filter((part) => part !== null);
    const [first, second] = parts;
    if (first === undefined) return [[x], [dq && sylvester(a, b, dq)]];
    const moved = second === undefined ? first : add(first, second);
    return [[x], [sylvester(a, b, sub(dq ?? zerosAs(q), moved))]];
  },
  transpose: ([ct], [a, b, q]) => {
    const [left, right] = [known("sylvester", a), known("sylvester", b)];
    const dual = (c: Tensor): Tensor => sylvester(transposed(left), transposed(right), c);
    return [null, null, ct === null || !isVariable(q) ? null : dual(ct)];
  },
  batch: ([a, b, q], _, { size }) => [
    mapped(sylvester(withBatchAxis(a, size), withBatchAxis(b, size), withBatchAxis(q, size))),
  ],
  lower: () => ({ kind: "opaque" }),
});

/** For matrices whose elements are at hand: whether an eigenvalue of A is exactly minus one of B. */
export const isSingularSylvester = (a: DenseTensor, b: DenseTensor): boolean =>
  kernel.isSingularSylvester(a, b);
