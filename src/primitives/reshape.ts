/**
 * Reshape, permute, reverse: rearrangements without arithmetic, each linear with its own kind as transpose.
 */
import { stridesOf } from "../kernel/layout.js";
import { materialize } from "../kernel/move.js";
import { AxisError, ShapeError } from "../tensor/errors.js";
import { type Shape, sizeOf } from "../tensor/shape.js";
import { DenseTensor, type Tensor, type TensorType, uniform } from "../tensor/tensor.js";
import { type UnaryWith, unaryWith } from "./define.js";

const withShape = (x: TensorType, shape: Shape): TensorType => ({ shape, dtype: x.dtype, weak: x.weak });

/** The same elements in row-major order under another shape. */
export const reshape: UnaryWith<Shape> = unaryWith<Shape>({
  name: "reshape",
  shape: ([x], shape) => {
    if (sizeOf(x.shape) !== sizeOf(shape)) {
      throw ShapeError.mismatch(
        "reshape",
        `${sizeOf(x.shape)} elements do not fill ${sizeOf(shape)} places`,
        [x.shape, shape],
        "The product of the sizes must stay the same.",
      );
    }
    return [withShape(x, shape)];
  },
  impl: ([x], shape) => {
    const type = withShape(x.type, shape);
    if (x.data === null || x.size === 1) return [uniform(type, x.at(0))];
    const flat = x.strides === null ? x : materialize(x);
    return [new DenseTensor(type, flat.data, flat.value, null, flat.offset)];
  },
  jvp: ([x], [dx], shape) => [[reshape(x, shape)], [dx && reshape(dx, shape)]],
  transpose: ([ct], [x]) => [ct && reshape(ct, x.type.shape)],
  batch: ([x], shape, { size }) => [{ value: reshape(x.value, [size, ...shape]), mapped: true }],
  lower: (_, shape) => ({ kind: "reshape", shape }),
});

/** Axis i of the result is axis order[i] of the operand. */
export const permute: UnaryWith<readonly number[]> = unaryWith<readonly number[]>({
  name: "permute",
  shape: ([x], order) => {
    if (order.length !== x.shape.length || !x.shape.every((_, axis) => order.includes(axis))) {
      throw new AxisError(
        `permute: [${order.join(", ")}] is no order of the axes of shape [${x.shape.join(", ")}]. Name each axis once.`,
      );
    }
    return [permutedType(x, order)];
  },
  impl: ([x], order) => {
    const type = permutedType(x.type, order);
    if (x.data === null) return [uniform(type, x.value)];
    const strides = stridesOf(x);
    return [
      new DenseTensor(
        type,
        x.data,
        0,
        order.map((axis) => strides[axis] as number),
        x.offset,
      ),
    ];
  },
  jvp: ([x], [dx], order) => [[permute(x, order)], [dx && permute(dx, order)]],
  transpose: ([ct], _, order) => [ct && permute(ct, inverseOrder(order))],
  batch: ([x], order) => [{ value: permute(x.value, [0, ...order.map((axis) => axis + 1)]), mapped: true }],
  lower: ([x], order) => ({
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

const permutedType = (x: TensorType, order: readonly number[]): TensorType =>
  withShape(
    x,
    order.map((axis) => x.shape[axis] as number),
  );

export const inverseOrder = (order: readonly number[]): number[] => {
  const inverse = new Array<number>(order.length);
  order.forEach((axis, i) => {
    inverse[axis] = i;
  });
  return inverse;
};

/** The given axes read backwards. */
export const reverse: UnaryWith<readonly number[]> = unaryWith<readonly number[]>({
  name: "reverse",
  shape: ([x]) => [x],
  impl: ([x], axes) => {
    if (x.data === null || x.size === 0) return [x];
    const strides = [...stridesOf(x)];
    let { offset } = x;
    for (const axis of axes) {
      offset += ((x.shape[axis] as number) - 1) * (strides[axis] as number);
      strides[axis] = -(strides[axis] as number);
    }
    return [new DenseTensor(x.type, x.data, 0, strides, offset)];
  },
  jvp: ([x], [dx], axes) => [[reverse(x, axes)], [dx && reverse(dx, axes)]],
  transpose: ([ct], _, axes) => [ct && reverse(ct, axes)],
  batch: ([x], axes) => [
    {
      value: reverse(
        x.value,
        axes.map((axis) => axis + 1),
      ),
      mapped: true,
    },
  ],
  lower: ([x], axes) => ({
    kind: "view",
    view: {
      shape: x.shape,
      axis: x.shape.map((_, axis) => axis),
      start: x.shape.map((n, axis) => (axes.includes(axis) ? n - 1 : 0)),
      step: x.shape.map((_, axis) => (axes.includes(axis) ? -1 : 1)),
    },
  }),
});
