/**
 * Broadcast and sum: each is the other's transpose. Broadcasting names where every axis of the operand goes;
 * the axes that are left are new, or stretch a size of 1. It is always explicit, so no other rule un-broadcasts.
 */
import type { Batched } from "../graph/primitive.js";
import { stridesOf } from "../kernel/layout.js";
import { reduce } from "../kernel/reduce.js";
import { ShapeError } from "../tensor/errors.js";
import { type Shape, sameShape } from "../tensor/shape.js";
import { DenseTensor, type Tensor, type TensorType, uniform } from "../tensor/tensor.js";
import { type UnaryWith, unaryWith } from "./define.js";
import { reshape } from "./reshape.js";

export interface BroadcastParameters {
  readonly shape: Shape;
  /** For each axis of the operand, in rising order, its axis in the result; sizes equal, or 1 in the operand. */
  readonly axes: readonly number[];
}

const broadcastType = (x: TensorType, { shape, axes }: BroadcastParameters): TensorType => {
  const fits =
    axes.length === x.shape.length &&
    axes.every(
      (axis, i) =>
        axis > (axes[i - 1] ?? -1) &&
        (x.shape[i] === shape[axis] || (x.shape[i] === 1 && axis < shape.length)),
    );
  if (!fits) {
    throw ShapeError.mismatch(
      "broadcast",
      `axes [${axes.join(", ")}] do not place the operand in the result`,
      [x.shape, shape],
      "Each operand axis needs a result axis of its own size, in rising order.",
    );
  }
  return { shape, dtype: x.dtype, weak: x.weak };
};

/** Axes of the result that hold copies: new ones, and stretched ones. */
const copiedAxes = (operand: Shape, { shape, axes }: BroadcastParameters): number[] => {
  const out: number[] = [];
  for (let axis = 0; axis < shape.length; axis++) {
    const from = axes.indexOf(axis);
    if (from < 0 || operand[from] !== shape[axis]) out.push(axis);
  }
  return out;
};

/** x[axes...] -> shape, by stride 0: nothing is copied. */
export const broadcast: UnaryWith<BroadcastParameters> = unaryWith<BroadcastParameters>({
  name: "broadcast",
  shape: ([x], p) => [broadcastType(x, p)],
  impl: ([x], p) => {
    const type = { shape: p.shape, dtype: x.dtype, weak: x.type.weak };
    if (x.data === null) return [uniform(type, x.value)];
    const from = stridesOf(x);
    const strides = new Array<number>(p.shape.length).fill(0);
    p.axes.forEach((axis, i) => {
      strides[axis] = x.shape[i] === 1 ? 0 : (from[i] as number);
    });
    return [new DenseTensor(type, x.data, 0, strides, x.offset)];
  },
  // linear: the tangent is broadcast the same way
  jvp: ([x], [dx], p) => [[broadcast(x, p)], [dx && broadcast(dx, p)]],
  transpose: ([ct], [x], p) => {
    if (ct === null) return [null];
    const summed = sum(ct, copiedAxes(x.type.shape, p));
    return [sameShape(summed.shape, x.type.shape) ? summed : reshape(summed, x.type.shape)];
  },
  batch: ([x], { shape, axes }, { size }) => [
    {
      value: broadcast(x.value, { shape: [size, ...shape], axes: [0, ...axes.map((axis) => axis + 1)] }),
      mapped: true,
    },
  ],
  lower: ([x], { shape, axes }) => ({
    kind: "view",
    view: {
      shape,
      axis: axes.map((axis, i) => (x.shape[i] === 1 ? null : axis)),
      start: axes.map(() => 0),
      step: axes.map(() => 1),
    },
  }),
});

/** Adds up and removes the given axes (rising order). */
export const sum: UnaryWith<readonly number[]> = unaryWith<readonly number[]>({
  name: "sum",
  shape: ([x], axes) => [summedType(x, axes)],
  impl: ([x], axes) => [axes.length === 0 ? x : reduce("add", x, axes, summedType(x.type, axes))],
  jvp: ([x], [dx], axes) => [[sum(x, axes)], [dx && sum(dx, axes)]],
  transpose: ([ct], [x], axes) => [ct && broadcastOver(ct, x.type.shape, axes)],
  batch: ([x], axes) => [batchedSum(x, axes)],
  lower: (_, axes) => ({ kind: "fold", op: "add", axes }),
});

const batchedSum = (x: Batched, axes: readonly number[]): Batched => ({
  value: sum(
    x.value,
    axes.map((axis) => axis + 1),
  ),
  mapped: true,
});

const summedType = (x: TensorType, axes: readonly number[]): TensorType => ({
  shape: withoutAxes(x.shape, axes),
  dtype: x.dtype,
  weak: x.weak,
});

export const withoutAxes = (shape: Shape, axes: readonly number[]): Shape =>
  shape.filter((_, axis) => !axes.includes(axis));

/** A reduced tensor spread again over the axes that were reduced away: the transpose of a sum. */
export const broadcastOver = (x: Tensor, shape: Shape, axes: readonly number[]): Tensor => {
  if (axes.length === 0) return x;
  const kept: number[] = [];
  for (let axis = 0; axis < shape.length; axis++) if (!axes.includes(axis)) kept.push(axis);
  return broadcast(x, { shape, axes: kept });
};
