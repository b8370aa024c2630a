/**
 * Reshape, permute, reverse: rearrangements without arithmetic, each linear with its own kind as transpose.
 */
import { stridesOf } from "../kernel/layout.js";
import { materialize } from "../kernel/move.js";
import { AxisError, bracketed, ShapeError } from "../tensor/errors.js";
import { type Shape, sizeOf } from "../tensor/shape.js";
import { DenseTensor, type Tensor, uniform } from "../tensor/tensor.js";
import type { UnaryWith } from "./define.js";
import { linear, shifted, withShape } from "./linear.js";

/** Throws where elements of one shape do not make another. */
export const checkFills = (from: Shape, to: Shape): void => {
  if (sizeOf(from) !== sizeOf(to)) {
    throw ShapeError.mismatch(
      "reshape",
      `${sizeOf(from)} elements do not fill ${sizeOf(to)} places`,
      [from, to],
      "The product of the sizes must stay the same; np.reshape fills in one size of -1.",
    );
  }
};

/** The same elements in row-major order under another shape. */
export const reshape: UnaryWith<Shape> = linear<Shape>({
  name: "reshape",
  check: (x, shape) => checkFills(x.shape, shape),
  type: withShape,
  run: (x, _, type) => {
    if (x.data === null || x.size === 1) return uniform(type, x.at(0));
    const flat = x.strides === null ? x : materialize(x);
    return new DenseTensor(type, flat.data, flat.value, null, flat.offset);
  },
  transpose: (ct, x) => reshape(ct, x.shape),
  batched: (shape, size) => [size, ...shape],
  lower: (_, shape) => ({ kind: "reshape", shape }),
});

/** Axis i of the result is axis order[i] of the operand. */
export const permute: UnaryWith<readonly number[]> = linear<readonly number[]>({
  name: "permute",
  check: (x, order) => {
    if (order.length !== x.shape.length || !x.shape.every((_, axis) => order.includes(axis))) {
      throw new AxisError(
        `permute: ${bracketed(order)} is no order of the axes of shape ${bracketed(x.shape)}. Name each axis once.`,
      );
    }
  },
  type: (x, order) =>
    withShape(
      x,
      order.map((axis) => x.shape[axis] as number),
    ),
  run: (x, order, type) => {
    if (x.data === null) return uniform(type, x.value);
    const strides = stridesOf(x);
    return new DenseTensor(
      type,
      x.data,
      0,
      order.map((axis) => strides[axis] as number),
      x.offset,
    );
  },
  transpose: (ct, _, order) => permute(ct, inverseOrder(order)),
  batched: (order) => [0, ...shifted(order)],
  lower: (x, order) => ({
    kind: "view",
    view: {
      shape: order.map((axis) => x.shape[axis] as number),
      axis: inverseOrder(order),
      start: order.map(() => 0),
      step: order.map(() => 1),
    },
  }),
});

/** The axes in another order; the tensor itself where that is the order they have. */
export const arranged = (x: Tensor, order: readonly number[]): Tensor =>
  order.every((axis, i) => axis === i) ? x : permute(x, order);

/** One axis before all others. */
export const moveToFront = (x: Tensor, axis: number): Tensor =>
  axis === 0 ? x : permute(x, [axis, ...x.shape.map((_, i) => i).filter((i) => i !== axis)]);

export const inverseOrder = (order: readonly number[]): number[] => {
  const inverse = new Array<number>(order.length);
  order.forEach((axis, i) => {
    inverse[axis] = i;
  });
  return inverse;
};

/** The given axes read backwards. */
export const reverse: UnaryWith<readonly number[]> = linear<readonly number[]>({
  name: "reverse",
  type: (x) => x,
  run: (x, axes) => {
    if (x.data === null || x.size === 0) return x;
    const strides = [...stridesOf(x)];
    let { offset } = x;
    for (const axis of axes) {
      offset += ((x.shape[axis] as number) - 1) * (strides[axis] as number);
      strides[axis] = -(strides[axis] as number);
    }
    return new DenseTensor(x.type, x.data, 0, strides, offset);
  },
  transpose: (ct, _, axes) => reverse(ct, axes),
  batched: shifted,
  lower: (x, axes) => ({
    kind: "view",
    view: {
      shape: x.shape,
      axis: x.shape.map((_, axis) => axis),
      start: x.shape.map((n, axis) => (axes.includes(axis) ? n - 1 : 0)),
      step: x.shape.map((_, axis) => (axes.includes(axis) ? -1 : 1)),
    },
  }),
});
