/**
 * Broadcast and sum: each is the other's transpose. Broadcasting names where every axis of the operand goes;
 * the axes that are left are new, or stretch a size of 1. It is always explicit, so no other rule un-broadcasts.
 */
import { stridesOf } from "../kernel/layout.js";
import { reduce } from "../kernel/reduce.js";
import { bracketed, ShapeError } from "../tensor/errors.js";
import { type Shape, sameShape } from "../tensor/shape.js";
import { DenseTensor, type Tensor, type TensorType, uniform } from "../tensor/tensor.js";
import type { UnaryWith } from "./define.js";
import { linear, shifted, withShape } from "./linear.js";
import { reshape } from "./reshape.js";

export interface BroadcastParameters {
  readonly shape: Shape;
  /** For each axis of the operand, in rising order, its axis in the result; sizes equal, or 1 in the operand. */
  readonly axes: readonly number[];
}

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
export const broadcast: UnaryWith<BroadcastParameters> = linear<BroadcastParameters>({
  name: "broadcast",
  check: (x, { shape, axes }) => {
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
        `axes ${bracketed(axes)} do not place the operand in the result`,
        [x.shape, shape],
        "Each operand axis needs a result axis of its own size, in rising order.",
      );
    }
  },
  type: (x, { shape }) => withShape(x, shape),
  run: (x, { shape, axes }, type) => {
    if (x.data === null) return uniform(type, x.value);
    const from = stridesOf(x);
    const strides = new Array<number>(shape.length).fill(0);
    axes.forEach((axis, i) => {
      strides[axis] = x.shape[i] === 1 ? 0 : (from[i] as number);
    });
    return new DenseTensor(type, x.data, 0, strides, x.offset);
  },
  transpose: (ct, x, p) => {
    const summed = sum(ct, copiedAxes(x.shape, p));
    return sameShape(summed.shape, x.shape) ? summed : reshape(summed, x.shape);
  },
  batched: ({ shape, axes }, size) => ({ shape: [size, ...shape], axes: [0, ...shifted(axes)] }),
  lower: (x, { shape, axes }) => ({
    kind: "view",
    view: {
      shape,
      axis: axes.map((axis, i) => (x.shape[i] === 1 ? null : axis)),
      start: axes.map(() => 0),
      step: axes.map(() => 1),
    },
  }),
});

export const withoutAxes = (shape: Shape, axes: readonly number[]): Shape =>
  shape.filter((_, axis) => !axes.includes(axis));

/** The type of what is left when these axes are reduced away. */
export const reducedType = (x: TensorType, axes: readonly number[]): TensorType =>
  withShape(x, withoutAxes(x.shape, axes));

/** Adds up and removes the given axes (rising order). */
export const sum: UnaryWith<readonly number[]> = linear<readonly number[]>({
  name: "sum",
  type: reducedType,
  run: (x, axes, type) => (axes.length === 0 ? x : reduce("add", x, axes, type)),
  transpose: (ct, x, axes) => broadcastOver(ct, x.shape, axes),
  batched: shifted,
  lower: (_, axes) => ({ kind: "fold", op: "add", axes }),
});

/** A reduced tensor spread again over the axes that were reduced away: the transpose of a sum. */
export const broadcastOver = (x: Tensor, shape: Shape, axes: readonly number[]): Tensor => {
  if (axes.length === 0) return x;
  const kept: number[] = [];
  for (let axis = 0; axis < shape.length; axis++) if (!axes.includes(axis)) kept.push(axis);
  return broadcast(x, { shape, axes: kept });
};
