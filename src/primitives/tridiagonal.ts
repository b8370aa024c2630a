/** Tridiagonal systems by their three diagonals: the transpose is one again. */
import { isVariable, known } from "../graph/primitive.js";
import * as kernel from "../kernel/linalg/tridiagonal.js";
import { ShapeError } from "../tensor/errors.js";
import { sameShape } from "../tensor/shape.js";
import type { DenseTensor, Tensor, TensorType } from "../tensor/tensor.js";
import { add, mul, sub, zerosAs } from "./arithmetic.js";
import { mapped, withBatchAxis } from "./batching.js";
import { checkOneDType } from "./checks.js";
import { type VariadicWith, variadicWith } from "./define.js";
import { asColumns, batchColumns, matrixSizes } from "./matrices.js";
import { pad, slice } from "./slice.js";

const solutionType = (dl: TensorType, d: TensorType, du: TensorType, b: TensorType): TensorType => {
  const { m, batch } = matrixSizes("tridiagonalSolve", b, false);
  const diagonals = [dl, d, du];
  checkOneDType("tridiagonalSolve", [b, ...diagonals]);
  if (diagonals.some(({ shape }) => !sameShape(shape, [...batch, m]))) {
    throw ShapeError.mismatch(
      "tridiagonalSolve",
      "the diagonals do not fit",
      [dl.shape, d.shape, du.shape, b.shape],
      "They are [..., n] beside right-hand sides [..., n, k].",
    );
  }
  return { ...b, weak: b.weak && diagonals.every(({ weak }) => weak) };
};

/** The elements along an axis moved by one place, to the end or to the beginning; a zero comes in. */
const moved = (x: Tensor, axis: number, to: "end" | "beginning"): Tensor => {
  const n = x.shape[axis] as number;
  if (n === 0) return x;
  const none = x.shape.map(() => 0);
  const at = (value: number): number[] => none.map((_, i) => (i === axis ? value : 0));
  const stop = x.shape.map((size, i) => (i === axis && to === "end" ? n - 1 : size));
  const kept = slice(x, { start: to === "end" ? none : at(1), stop, step: null });
  return pad(kept, {
    value: 0,
    low: to === "end" ? at(1) : none,
    high: to === "end" ? none : at(1),
    interior: none,
  });
};

/**
 * T^-1 B, T with the diagonals dl (below: element i is in row i), d and du, all [..., n], B [..., n, k]. The first of dl and
 * the last of du are not read.
 */
export const tridiagonalSolve: VariadicWith<null> = variadicWith<4, null>({
  name: "tridiagonalSolve",
  shape: ([dl, d, du, b]) => [solutionType(dl, d, du, b)],
  impl: ([dl, d, du, b]) => [
    kernel.tridiagonalSolve(dl, d, du, b, solutionType(dl.type, d.type, du.type, b.type)),
  ],
  // T dx = db - dT x
  jvp: ([dl, d, du, b], [ddl, dd, ddu, db]) => {
    const x = tridiagonalSolve([dl, d, du, b], null);
    const rows = x.shape.length - 2;
    const k = x.shape[rows + 1] as number;
    let drop: Tensor | null = null;
    const parts = [
      [ddl, () => moved(x, rows, "end")],
      [dd, () => x],
      [ddu, () => moved(x, rows, "beginning")],
    ] as const;
    for (const [tangent, neighbour] of parts) {
      if (tangent === null) continue;
      const part = mul(asColumns(tangent, k), neighbour());
      drop = drop === null ? part : add(drop, part);
    }
    const right = drop === null ? db : sub(db ?? zerosAs(b), drop);
    return [[x], [right && tridiagonalSolve([dl, d, du, right], null)]];
  },
  transpose: ([ct], [dl, d, du, b]) => {
    const [below, middle, above] = [dl, d, du].map((x) => known("tridiagonalSolve", x)) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const axis = middle.shape.length - 1;
    const dual = (c: Tensor): Tensor =>
      tridiagonalSolve([moved(above, axis, "end"), middle, moved(below, axis, "beginning"), c], null);
    return [null, null, null, ct === null || !isVariable(b) ? null : dual(ct)];
  },
  batch: ([dl, d, du, b], _, { size }) => {
    if (dl.mapped || d.mapped || du.mapped) {
      const all = [dl, d, du, b].map((x) => withBatchAxis(x, size));
      return [mapped(tridiagonalSolve(all, null))];
    }
    // one matrix for all examples: their right-hand sides side by side
    return batchColumns((middle, c) => tridiagonalSolve([dl.value, middle, du.value, c], null), d, b, size);
  },
  lower: () => ({ kind: "opaque" }),
});

/** For diagonals whose elements are at hand: whether a pivot is exactly 0. */
export const isSingularTridiagonal = (dl: DenseTensor, d: DenseTensor, du: DenseTensor): boolean =>
  kernel.isSingularTridiagonal(dl, d, du);
