/**
 * The general dot product: pairs of axes are contracted, pairs of batch axes are kept in step. Every product of
 * matrices, tensordot and einsum is one; it is bilinear, and both transposes are dots again.
 */
import { type AxisPairs, isVariable, known, type Operand } from "../graph/primitive.js";
import { dotGeneral, freeAxes, pick } from "../kernel/dot.js";
import { bracketed, ShapeError } from "../tensor/errors.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { add } from "./arithmetic.js";
import { checkOneDType } from "./checks.js";
import { type BinaryWith, binaryWith } from "./define.js";
import { shifted } from "./linear.js";
import { arranged, inverseOrder, moveToFront } from "./reshape.js";

/** Result axes: batch, then the free axes of the left operand, then those of the right. */
export interface DotParameters {
  readonly contract: AxisPairs;
  readonly batch: AxisPairs;
}

const dotType = (x: TensorType, y: TensorType, { contract, batch }: DotParameters): TensorType => ({
  shape: [
    ...pick(x.shape, batch[0]),
    ...pick(x.shape, freeAxes(x.shape.length, contract[0], batch[0])),
    ...pick(y.shape, freeAxes(y.shape.length, contract[1], batch[1])),
  ],
  dtype: x.dtype,
  weak: x.weak && y.weak,
});

export const dot: BinaryWith<DotParameters> = binaryWith<DotParameters>({
  name: "dot",
  shape: ([x, y], p) => {
    checkOneDType("dot", [x, y]);
    for (const [left, right] of [p.contract, p.batch]) {
      if (
        left.length !== right.length ||
        left.some((axis, i) => x.shape[axis] !== y.shape[right[i] as number])
      ) {
        throw ShapeError.mismatch(
          "dot",
          `axes ${bracketed(left)} and ${bracketed(right)} differ in size`,
          [x.shape, y.shape],
          "Contracted and batch axes pair up; np.matmul, np.tensordot and np.einsum arrange them.",
        );
      }
    }
    return [dotType(x, y, p)];
  },
  impl: ([x, y], p) => [dotGeneral(x, y, p.contract, p.batch, dotType(x.type, y.type, p))],
  // d(x . y) = dx . y + x . dy
  jvp: ([x, y], [dx, dy], p) => {
    const left = dx && dot(dx, y, p);
    const right = dy && dot(x, dy, p);
    return [[dot(x, y, p)], [left === null ? right : right === null ? left : add(left, right)]];
  },
  transpose: ([ct], [x, y], p) => {
    if (ct === null) return [null, null];
    return [
      isVariable(x) ? transposed(ct, x, known("dot", y), 0, p) : null,
      isVariable(y) ? transposed(ct, y, known("dot", x), 1, p) : null,
    ];
  },
  batch: ([x, y], { contract, batch }) => {
    const up = (axes: readonly number[], mapped: boolean): readonly number[] =>
      mapped ? shifted(axes) : axes;
    const contracted: AxisPairs = [up(contract[0], x.mapped), up(contract[1], y.mapped)];
    const batched: AxisPairs = [up(batch[0], x.mapped), up(batch[1], y.mapped)];
    if (x.mapped && y.mapped) {
      return [
        {
          value: dot(x.value, y.value, {
            contract: contracted,
            batch: [
              [0, ...batched[0]],
              [0, ...batched[1]],
            ],
          }),
          mapped: true,
        },
      ];
    }
    // one operand mapped: its batch axis is one more free axis, to be moved to the front
    const product = dot(x.value, y.value, { contract: contracted, batch: batched });
    const at = x.mapped
      ? batch[0].length
      : batch[0].length + freeAxes(x.value.shape.length, contract[0], batch[0]).length;
    return [{ value: moveToFront(product, at), mapped: true }];
  },
  lower: (_, { contract, batch }) => ({ kind: "contract", contract, batch }),
});

/** Axes first, first + 1, ..., count of them. */
export const axesFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i);

// ct: [batch, left free, right free] contracted with the other operand over its free axes gives [batch, free, contracted],
// or for the right operand [batch, contracted, free], whose axes go back to where the operand had them
const transposed = (ct: Tensor, x: Operand, other: Tensor, side: 0 | 1, p: DotParameters): Tensor => {
  const [contract, batch] = [p.contract[side], p.batch[side]];
  const [otherContract, otherBatch] = [
    p.contract[1 - side] as readonly number[],
    p.batch[1 - side] as readonly number[],
  ];
  const free = freeAxes(x.type.shape.length, contract, batch);
  const otherFree = freeAxes(other.shape.length, otherContract, otherBatch);
  const batches = axesFrom(0, batch.length);
  const inCt = axesFrom(batch.length + (side === 0 ? free.length : 0), otherFree.length);
  // the contracted axes come out in the order in which they stand in the other operand
  const contracted = [...otherContract.keys()]
    .sort((i, j) => (otherContract[i] as number) - (otherContract[j] as number))
    .map((i) => contract[i] as number);
  // axis i of the product is axis order[i] of the operand
  const [product, order] =
    side === 0
      ? [
          dot(ct, other, { contract: [inCt, otherFree], batch: [batches, otherBatch] }),
          [...batch, ...free, ...contracted],
        ]
      : [
          dot(other, ct, { contract: [otherFree, inCt], batch: [otherBatch, batches] }),
          [...batch, ...contracted, ...free],
        ];
  return arranged(product, inverseOrder(order));
};
