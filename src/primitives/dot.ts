/**
 * The general dot product: pairs of axes are contracted, pairs of batch axes are kept in step. Every product of
 * matrices, tensordot and einsum is one; it is bilinear, and both transposes are dots again.
 */
import { type AxisPairs, isVariable, known, type Operand } from "../graph/primitive.js";
import { dotGeneral } from "../kernel/dot.js";
import { DTypeError, ShapeError } from "../tensor/errors.js";
import type { Shape } from "../tensor/shape.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { add } from "./arithmetic.js";
import { type BinaryWith, binaryWith } from "./define.js";
import { arranged, inverseOrder, moveToFront } from "./reshape.js";

/** Result axes: batch, then the free axes of the left operand, then those of the right. */
export interface DotParameters {
  readonly contract: AxisPairs;
  readonly batch: AxisPairs;
}

/** Axes of one operand that are neither contracted nor batch axes. */
export const freeAxes = (rank: number, contract: readonly number[], batch: readonly number[]): number[] => {
  const free: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    if (!contract.includes(axis) && !batch.includes(axis)) free.push(axis);
  }
  return free;
};

const sizes = (shape: Shape, axes: readonly number[]): number[] => axes.map((axis) => shape[axis] as number);

const dotType = (x: TensorType, y: TensorType, { contract, batch }: DotParameters): TensorType => ({
  shape: [
    ...sizes(x.shape, batch[0]),
    ...sizes(x.shape, freeAxes(x.shape.length, contract[0], batch[0])),
    ...sizes(y.shape, freeAxes(y.shape.length, contract[1], batch[1])),
  ],
  dtype: x.dtype,
  weak: x.weak && y.weak,
});

export const dot: BinaryWith<DotParameters> = binaryWith<DotParameters>({
  name: "dot",
  shape: ([x, y], p) => {
    if (x.dtype !== y.dtype)
      throw DTypeError.unsupported("dot", `${x.dtype} with ${y.dtype}`, "one dtype for both operands");
    for (const [left, right] of [p.contract, p.batch]) {
      if (
        left.length !== right.length ||
        left.some((axis, i) => x.shape[axis] !== y.shape[right[i] as number])
      ) {
        throw ShapeError.mismatch(
          "dot",
          `axes [${left.join(", ")}] and [${right.join(", ")}] differ in size`,
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
      isVariable(x) ? transposeLeft(ct, x, known("dot", y), p) : null,
      isVariable(y) ? transposeRight(ct, known("dot", x), y, p) : null,
    ];
  },
  batch: ([x, y], { contract, batch }) => {
    const up = (axes: readonly number[], mapped: boolean): readonly number[] =>
      mapped ? axes.map((axis) => axis + 1) : axes;
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
const axesFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i);

// ct: [batch, left free, right free] contracted with y over the right free axes gives [batch, left free, contracted],
// whose axes go back to where the left operand had them
const transposeLeft = (ct: Tensor, x: Operand, y: Tensor, { contract, batch }: DotParameters): Tensor => {
  const rank = x.type.shape.length;
  const free = freeAxes(rank, contract[0], batch[0]);
  const otherFree = freeAxes(y.shape.length, contract[1], batch[1]);
  const batches = batch[0].length;
  const product = dot(ct, y, {
    contract: [axesFrom(batches + free.length, otherFree.length), otherFree],
    batch: [axesFrom(0, batches), batch[1]],
  });
  // the contracted axes come out in the order in which they stand in y
  const contractedHere = [...contract[1].keys()]
    .sort((i, j) => (contract[1][i] as number) - (contract[1][j] as number))
    .map((i) => contract[0][i] as number);
  return restore(product, [...batch[0], ...free, ...contractedHere]);
};

const transposeRight = (ct: Tensor, x: Tensor, y: Operand, { contract, batch }: DotParameters): Tensor => {
  const rank = y.type.shape.length;
  const free = freeAxes(rank, contract[1], batch[1]);
  const otherFree = freeAxes(x.shape.length, contract[0], batch[0]);
  const batches = batch[0].length;
  const product = dot(x, ct, {
    contract: [otherFree, axesFrom(batches, otherFree.length)],
    batch: [batch[0], axesFrom(0, batches)],
  });
  const contractedHere = [...contract[0].keys()]
    .sort((i, j) => (contract[0][i] as number) - (contract[0][j] as number))
    .map((i) => contract[1][i] as number);
  return restore(product, [...batch[1], ...contractedHere, ...free]);
};

/** Axis i of `x` is axis order[i] of the operand whose cotangent it is. */
const restore = (x: Tensor, order: readonly number[]): Tensor => arranged(x, inverseOrder(order));
