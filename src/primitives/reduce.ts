/**
 * Reductions other than sum: extremes share their derivative evenly among equal elements; the product's
 * derivative is made of products of the other elements, so zeros do no harm; positions have none.
 */
import { type Batched, type Cotangent, isVariable } from "../graph/primitive.js";
import { cumulative as cumulativeKernel } from "../kernel/cumulative.js";
import { argReduce, reduce } from "../kernel/reduce.js";
import { DTypeError, LinearityError, ShapeError } from "../tensor/errors.js";
import { replaceAt, type Shape, sizeOf } from "../tensor/shape.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { add, convert, div, filledAs, mul } from "./arithmetic.js";
import { broadcastOver, reducedType, sum, withoutAxes } from "./broadcast.js";
import { eq, max, min } from "./compare.js";
import { type UnaryWith, unaryWith } from "./define.js";
import { shifted } from "./linear.js";
import { inverseOrder, permute, reshape } from "./reshape.js";
import { concatenate, pad, slice } from "./slice.js";

/** Extremes and positions of no elements do not exist. */
export const checkNotEmpty = (operation: string, shape: Shape, axes: readonly number[]): void => {
  if (sizeOf(shape) === 0 && sizeOf(withoutAxes(shape, axes)) !== 0) {
    throw ShapeError.mismatch(
      operation,
      "no elements to choose from",
      [shape],
      "Check the size first, or pass initial to np's function.",
    );
  }
};

/* @__NO_SIDE_EFFECTS__ */
const extremeOver = (name: "max" | "min"): UnaryWith<readonly number[]> => {
  const operation: UnaryWith<readonly number[]> = unaryWith<readonly number[]>({
    name: name === "max" ? "reduceMax" : "reduceMin",
    shape: ([x], axes) => {
      checkNotEmpty(name, x.shape, axes);
      return [reducedType(x, axes)];
    },
    impl: ([x], axes) => [axes.length === 0 ? x : reduce(name, x, axes, reducedType(x.type, axes))],
    // dy = sum over the elements equal to the extreme of dx, divided by their number
    jvp: ([x], [dx], axes) => {
      const y = operation(x, axes);
      if (dx === null) return [[y], [null]];
      const winners = convert(eq(x, broadcastOver(y, x.shape, axes)), x.dtype);
      return [[y], [div(sum(mul(dx, winners), axes), sum(winners, axes))]];
    },
    transpose: "nonlinear",
    batch: ([x], axes) => [{ value: operation(x.value, shifted(axes)), mapped: true }],
    lower: (_, axes) => ({ kind: "fold", op: name, axes }),
  });
  return operation;
};

/** Largest element over the given axes (rising order); NaN wins; on bool: whether any is true. */
export const reduceMax: UnaryWith<readonly number[]> = extremeOver("max");
/** Smallest element over the given axes (rising order); NaN wins; on bool: whether all are true. */
export const reduceMin: UnaryWith<readonly number[]> = extremeOver("min");

/** Product over the given axes (rising order). */
export const prod: UnaryWith<readonly number[]> = unaryWith<readonly number[]>({
  name: "prod",
  shape: ([x], axes) => [reducedType(x, axes)],
  impl: ([x], axes) => [axes.length === 0 ? x : reduce("mul", x, axes, reducedType(x.type, axes))],
  // dy = sum_i dx_i prod_{j != i} x_j, the products of the others from both sides
  jvp: ([x], [dx], axes) => [[prod(x, axes)], [dx && sum(mul(dx, productOfOthers(x, axes)), axes)]],
  transpose: "nonlinear",
  batch: ([x], axes) => [{ value: prod(x.value, shifted(axes)), mapped: true }],
  lower: (_, axes) => ({ kind: "fold", op: "mul", axes }),
});

/** For each element the product of all others that are reduced with it: exclusive products from left and right. */
const productOfOthers = (x: Tensor, axes: readonly number[]): Tensor => {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes];
  const keptShape = kept.map((axis) => x.shape[axis] as number);
  const n = sizeOf(axes.map((axis) => x.shape[axis] as number));
  if (n === 0) return x;
  const rows = reshape(permute(x, order), [...keptShape, n]);
  const last = keptShape.length;
  const others = mul(exclusive(rows, last, false), exclusive(rows, last, true));
  return permute(
    reshape(
      others,
      order.map((axis) => x.shape[axis] as number),
    ),
    inverseOrder(order),
  );
};

/** Products of the elements strictly before (or after, reversed) each one along the last axis. */
const exclusive = (rows: Tensor, axis: number, reversed: boolean): Tensor => {
  const n = rows.shape[axis] as number;
  const start = rows.shape.map((_, i) => (i === axis && reversed ? 1 : 0));
  const stop = rows.shape.map((size, i) => (i === axis && !reversed ? n - 1 : size));
  const ones = filledAs(
    slice(rows, {
      start: rows.shape.map(() => 0),
      stop: rows.shape.map((s, i) => (i === axis ? 1 : s)),
      step: null,
    }),
    1,
  );
  const products = cumulative(slice(rows, { start, stop, step: null }), {
    op: "mul",
    axis,
    reverse: reversed,
  });
  return concatenate(reversed ? [products, ones] : [ones, products], axis);
};

/* @__NO_SIDE_EFFECTS__ */
const positionOver = (name: "max" | "min"): UnaryWith<number> => {
  const type = (x: TensorType, axis: number): TensorType => ({
    shape: withoutAxes(x.shape, [axis]),
    dtype: "int32",
    weak: false,
  });
  const operation: UnaryWith<number> = unaryWith<number>({
    name: name === "max" ? "argMax" : "argMin",
    shape: ([x], axis) => {
      if (x.shape[axis] === 0) {
        throw ShapeError.mismatch(
          operation.primitive.name,
          `axis ${axis} has no elements to choose from`,
          [x.shape],
          "Check the size first.",
        );
      }
      return [type(x, axis)];
    },
    impl: ([x], axis) => [argReduce(name, x, axis, type(x.type, axis))],
    jvp: ([x], _, axis) => [[operation(x, axis)], [null]],
    transpose: "nonlinear",
    batch: ([x], axis) => [{ value: operation(x.value, axis + 1), mapped: true }],
    lower: () => ({ kind: "opaque" }),
  });
  return operation;
};

/** Position (int32) of the first largest element along an axis; NaN counts as largest. */
export const argMax: UnaryWith<number> = positionOver("max");
/** Position (int32) of the first smallest element along an axis; NaN counts as smallest. */
export const argMin: UnaryWith<number> = positionOver("min");

export interface CumulativeParameters {
  readonly op: "add" | "mul" | "max" | "min";
  readonly axis: number;
  /** From the end backwards. */
  readonly reverse: boolean;
}

/** Running sum, product, maximum or minimum along an axis. */
export const cumulative: UnaryWith<CumulativeParameters> = unaryWith<CumulativeParameters>({
  name: "cumulative",
  shape: ([x], { op }) => {
    if (x.dtype === "bool") throw DTypeError.unsupported(`cumulative ${op}`, "bool", "a number dtype");
    return [x];
  },
  impl: ([x], { op, axis, reverse }) => [cumulativeKernel(op, x, axis, reverse, x.type)],
  jvp: ([x], [dx], p) => {
    const y = cumulative(x, p);
    if (dx === null) return [[y], [null]];
    return [
      [y],
      [
        p.op === "add"
          ? cumulative(dx, p)
          : p.op === "mul"
            ? runningProductTangent(x, dx, p)
            : runningExtremeTangent(x, dx, p),
      ],
    ];
  },
  // linear only for sums: the transpose of a running sum is the running sum from the other end
  transpose: ([ct], [x], p): readonly [Cotangent] => {
    if (p.op !== "add") throw LinearityError.nonlinear(`cumulative ${p.op}`);
    if (!isVariable(x)) return [null];
    return [ct && cumulative(ct, { ...p, reverse: !p.reverse })];
  },
  batch: ([x], p) => [
    { value: cumulative(x.value, { ...p, axis: p.axis + 1 }), mapped: true } satisfies Batched,
  ],
  lower: () => ({ kind: "opaque" }),
});

/** Elements moved `distance` places forward along the running direction; `fill` comes in behind. */
const delayed = (
  x: Tensor,
  { axis, reverse }: CumulativeParameters,
  distance: number,
  fill: number,
): Tensor => {
  const none = x.shape.map(() => 0);
  const low = replaceAt(none, axis, reverse ? -distance : distance);
  const high = replaceAt(none, axis, reverse ? distance : -distance);
  return pad(x, { value: fill, low, high, interior: none });
};

// Products of windows of 1, 2, 4, ... elements with their tangents: d(ab) = da b + a db needs no division
const runningProductTangent = (x: Tensor, dx: Tensor, p: CumulativeParameters): Tensor => {
  const n = x.shape[p.axis] as number;
  let product = x;
  let tangent = dx;
  for (let width = 1; width < n; width *= 2) {
    const before = delayed(product, p, width, 1);
    tangent = add(mul(tangent, before), mul(delayed(tangent, p, width, 0), product));
    product = mul(product, before);
  }
  return tangent;
};

// The mean of dx over the elements so far that equal the extreme so far, from windows of 1, 2, 4, ... elements
const runningExtremeTangent = (x: Tensor, dx: Tensor, p: CumulativeParameters): Tensor => {
  const n = x.shape[p.axis] as number;
  const extreme = p.op === "max" ? max : min;
  let value = x;
  let total = dx;
  let count = filledAs(x, 1);
  for (let width = 1; width < n; width *= 2) {
    const before = delayed(value, p, width, p.op === "max" ? -Infinity : Infinity);
    const next = extreme(value, before);
    const here = convert(eq(value, next), x.dtype);
    const there = convert(eq(before, next), x.dtype);
    total = add(mul(total, here), mul(delayed(total, p, width, 0), there));
    count = add(mul(count, here), mul(delayed(count, p, width, 0), there));
    value = next;
  }
  return div(total, count);
};
