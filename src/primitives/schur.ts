/** The real Schur form, and the equation of its derivative. */

import { isVariable, known } from "../graph/primitive.js";
import { schur as schurKernel } from "../kernel/linalg/schur.js";
import { schurTurn as turnKernel } from "../kernel/linalg/schur-turn.js";
import { DTypeError, ShapeError } from "../tensor/errors.js";
import { sameShape } from "../tensor/shape.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { add, neg, sub, zerosAs } from "./arithmetic.js";
import { mapped, withBatchAxis } from "./batching.js";
import { sum } from "./broadcast.js";
import { select } from "./compare.js";
import { type Multiple, multiple, type VariadicWith, variadicWith } from "./define.js";
import {
  asColumns,
  asRows,
  diagonalOf,
  epsilonOf,
  lowerPart,
  matrixSizes,
  product,
  transposed,
  upperPart,
} from "./matrices.js";

const sizeOf = (x: Tensor): number => x.shape[x.shape.length - 1] as number;

/** Where the blocks of two rows have their lower left elements. */
const blockMask = (pairs: Tensor): Tensor => lowerPart(upperPart(asRows(pairs, sizeOf(pairs)), -1), -1);

const skew = (x: Tensor): Tensor => sub(x, transposed(x));
const commutator = (a: Tensor, b: Tensor): Tensor => sub(product(a, b), product(b, a));
/** The elements of T that are read. */
const formOf = (t: Tensor, mask: Tensor): Tensor => add(upperPart(t), select(mask, t, zerosAs(t)));

/** What the form keeps at zero: G below the blocks, and within one the difference of its diagonal elements. */
const conditions = (g: Tensor, mask: Tensor): Tensor => {
  const d = diagonalOf(g);
  const n = sizeOf(g);
  return select(mask, sub(asRows(d, n), asColumns(d, n)), lowerPart(g, -1));
};

/** The transpose of `conditions`. */
const conditionsTransposed = (y: Tensor, mask: Tensor): Tensor => {
  const zeros = zerosAs(y);
  const within = select(mask, y, zeros);
  const last = y.shape.length - 1;
  const d = sub(sum(within, [last - 1]), sum(within, [last]));
  return add(select(mask, zeros, lowerPart(y, -1)), lowerPart(upperPart(asRows(d, sizeOf(y)))));
};

const schurTypes = (x: TensorType): readonly [TensorType, TensorType, TensorType] => {
  const { n, batch } = matrixSizes("schur", x, true);
  return [x, x, { shape: [...batch, n], dtype: "bool", weak: false }];
};

/** A = Z T Z^T: T, Z, and for each row whether a block of two begins there. */
export const schur: Multiple<null> = multiple<1, 3, null>({
  name: "schur",
  shape: ([x]) => schurTypes(x),
  impl: ([x]) => schurKernel(x, schurTypes(x.type)),
  // M = Z^T dA Z, and Z^T dZ = S skew-symmetric: dT = M + T S - S T, dZ = Z S, S such that dT keeps the form
  jvp: ([x], [dx]) => {
    const [t, z, pairs] = schur([x], null) as readonly [Tensor, Tensor, Tensor];
    if (dx === null || x.size === 0)
      return [
        [t, z, pairs],
        [dx, dx, null],
      ];
    const moved = product(product(transposed(z), dx), z);
    const s = skew(schurTurn([t, pairs, neg(conditions(moved, blockMask(pairs)))], false));
    return [
      [t, z, pairs],
      [add(moved, commutator(t, s)), product(z, s), null],
    ];
  },
  transpose: "nonlinear",
  batch: ([x]) => schur([x.value], null).map(mapped) as never,
  lower: () => ({ kind: "opaque" }),
});

const turnType = (t: TensorType, pairs: TensorType, c: TensorType): TensorType => {
  const { n, batch } = matrixSizes("schurTurn", t, true);
  if (pairs.dtype !== "bool" || c.dtype !== t.dtype)
    throw DTypeError.unsupported("schurTurn", `${pairs.dtype} and ${c.dtype}`, `bool and ${t.dtype}`);
  if (!sameShape(pairs.shape, [...batch, n]) || !sameShape(c.shape, t.shape)) {
    throw ShapeError.mismatch(
      "schurTurn",
      "the operands do not fit",
      [t.shape, pairs.shape, c.shape],
      "They are [..., n, n], [..., n] and [..., n, n].",
    );
  }
  return { ...t, weak: t.weak && c.weak };
};

/**
 * X, strictly lower, of K X = C, or of K^T X = C: K X = `conditions` of the commutator of T with X - X^T. It is linear in C;
 * T is read above its diagonal, on it, and in its blocks of two rows, which begin where `pairs` says.
 */
export const schurTurn: VariadicWith<boolean> = variadicWith<3, boolean>({
  name: "schurTurn",
  shape: ([t, pairs, c]) => [turnType(t, pairs, c)],
  impl: ([t, pairs, c], transpose) => [
    turnKernel(t, pairs, c, transpose, epsilonOf(t.type), turnType(t.type, pairs.type, c.type)),
  ],
  // K dX = dC - dK X
  jvp: ([t, pairs, c], [dt, , dc], transpose) => {
    const x = schurTurn([t, pairs, c], transpose);
    const turned = (right: Tensor): Tensor => schurTurn([t, pairs, right], transpose);
    if (dt === null) return [[x], [dc && turned(dc)]];
    const mask = blockMask(pairs);
    const form = formOf(dt, mask);
    const drop = transpose
      ? skew(commutator(transposed(form), conditionsTransposed(x, mask)))
      : conditions(commutator(form, skew(x)), mask);
    return [[x], [turned(sub(dc ?? zerosAs(c), drop))]];
  },
  transpose: ([ct], [t, pairs, c], transpose) => {
    const [form, blocks] = [known("schurTurn", t), known("schurTurn", pairs)];
    return [null, null, ct === null || !isVariable(c) ? null : schurTurn([form, blocks, ct], !transpose)];
  },
  batch: (ins, transpose, { size }) => [
    mapped(
      schurTurn(
        ins.map((x) => withBatchAxis(x, size)),
        transpose,
      ),
    ),
  ],
  lower: () => ({ kind: "opaque" }),
});
