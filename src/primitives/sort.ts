/**
 * Sorting along an axis: ascending, stable, NaN last (NumPy's order). The derivative of a sort is the permutation
 * that it made, ties included, so that sort, argsort and topK agree (JAX's convention).
 */
import { argsort as argsortKernel, sort as sortKernel } from "../kernel/sort.js";
import { AxisError } from "../tensor/errors.js";
import type { Shape } from "../tensor/shape.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { type UnaryWith, unaryWith } from "./define.js";
import { gather } from "./gather.js";
import { inverseOrder, permute, reshape } from "./reshape.js";

const checkAxis = (operation: string, x: TensorType, axis: number): void => {
  if (axis < 0 || axis >= x.shape.length) throw AxisError.outOfRange(operation, axis, x.shape.length);
};

export const sort: UnaryWith<number> = unaryWith<number>({
  name: "sort",
  shape: ([x], axis) => {
    checkAxis("sort", x, axis);
    return [x];
  },
  impl: ([x], axis) => [sortKernel(x, axis, x.type)],
  jvp: ([x], [dx], axis) => {
    if (dx === null) return [[sort(x, axis)], [null]];
    const order = argsort(x, axis);
    return [[takeAlong(x, order, axis)], [takeAlong(dx, order, axis)]];
  },
  transpose: "nonlinear",
  batch: ([x], axis) => [{ value: sort(x.value, axis + 1), mapped: true }],
  lower: () => ({ kind: "opaque" }),
});

const orderType = (x: TensorType): TensorType => ({ shape: x.shape, dtype: "int32", weak: false });

/** Positions (int32) that sort along the axis. */
export const argsort: UnaryWith<number> = unaryWith<number>({
  name: "argsort",
  shape: ([x], axis) => {
    checkAxis("argsort", x, axis);
    return [orderType(x)];
  },
  impl: ([x], axis) => [argsortKernel(x, axis, orderType(x.type))],
  jvp: ([x], _, axis) => [[argsort(x, axis)], [null]],
  transpose: "nonlinear",
  batch: ([x], axis) => [{ value: argsort(x.value, axis + 1), mapped: true }],
  lower: () => ({ kind: "opaque" }),
});

/** Elements of x at positions (of any length along the axis, equal to x elsewhere): out[.., i, ..] = x[.., positions[.., i, ..], ..]. */
export const takeAlong = (x: Tensor, positions: Tensor, axis: number): Tensor => {
  const rank = x.shape.length;
  const order: number[] = [];
  for (let i = 0; i < rank; i++) if (i !== axis) order.push(i);
  order.push(axis);
  const last = rank - 1;
  const atEnd = axis === last;
  const rows = atEnd ? x : permute(x, order);
  const at = atEnd ? positions : permute(positions, order);
  const shape: Shape = [...at.shape, 1];
  const taken = gather(rows, reshape(at, shape), { batchAxes: last, indexedAxes: 1 });
  return atEnd ? taken : permute(taken, inverseOrder(order));
};
