/** How sequences change: slopes of samples, differences with ends, phases without jumps. */
import { abs, add, div, filledAs, floor, mul, sub, zerosAs } from "../primitives/arithmetic.js";
import { and } from "../primitives/bits.js";
import { broadcastOver } from "../primitives/broadcast.js";
import { eq, gt, lt, select } from "../primitives/compare.js";
import { cumulative } from "../primitives/reduce.js";
import { reshape } from "../primitives/reshape.js";
import type { Axes } from "../tensor/axes.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { normalizeAxes, normalizeAxis, orThrow } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { join, section, sizeAt } from "./along.js";
import { cast, promoteAll } from "./convert.js";
import { asFloat, asTensor } from "./door.js";
import { optionsOf } from "./options.js";

export interface GradientOptions {
  /** Default: all of them. */
  readonly axis?: Axes;
  /** The distance of samples, or where they are: one for all axes, or a list of one for each. Default 1. */
  readonly spacing?: TensorLike | readonly TensorLike[];
  /** Whether the slopes at the ends are those of lines (1, default) or of parabolas (2). */
  readonly edgeOrder?: 1 | 2;
}

/** Slopes along one axis: of the parabola through three neighbours, and at the ends of a line or of that parabola. */
const slopes = (y: Tensor, spacing: TensorLike, axis: number, edgeOrder: 1 | 2): Tensor => {
  const n = sizeAt(y, axis);
  if (n < edgeOrder + 1) {
    throw ShapeError.mismatch(
      "gradient",
      `axis ${axis} has fewer than ${edgeOrder + 1} samples`,
      [y.type.shape],
      "Slopes need two samples, of parabolas three.",
    );
  }
  const points = cast(asFloat("gradient", spacing), y.type.dtype);
  const { shape } = points.type;
  if (shape.length > 1 || (shape.length === 1 && shape[0] !== n)) {
    throw ShapeError.mismatch(
      "gradient",
      "the spacing does not belong to the samples",
      [y.type.shape, shape],
      "Pass a distance, or one point for each sample along the axis.",
    );
  }
  const others = y.type.shape.map((_, i) => i).filter((i) => i !== axis);
  /** The distances from..to of n - 1, over the samples. */
  const step = (from: number, to: number): Tensor => {
    const target = y.type.shape.map((size, i) => (i === axis ? to - from : size));
    if (shape.length === 0) return broadcastOver(points, target, [...target.keys()]);
    const d = sub(section(points, 0, from + 1, to + 1), section(points, 0, from, to));
    return broadcastOver(d, target, others);
  };
  const part = (from: number, to: number): Tensor => section(y, axis, from, to);
  const sum3 = (a: Tensor, b: Tensor, c: Tensor): Tensor => add(add(a, b), c);
  const middle = (): Tensor => {
    const [left, right] = [step(0, n - 2), step(1, n - 1)];
    const both = add(left, right);
    // -hr / (hl (hl + hr)) y0 + (hr - hl) / (hl hr) y1 + hl / (hr (hl + hr)) y2
    return sum3(
      mul(sub(zerosAs(both), div(right, mul(left, both))), part(0, n - 2)),
      mul(div(sub(right, left), mul(left, right)), part(1, n - 1)),
      mul(div(left, mul(right, both)), part(2, n)),
    );
  };
  const line = (from: number): Tensor =>
    div(sub(part(from + 1, from + 2), part(from, from + 1)), step(from, from + 1));
  /** The slope at an end of the parabola through it: `near` and `far` are the distances, `places` counts from the end. */
  const parabola = (near: Tensor, far: Tensor, places: readonly number[], isFirst: boolean): Tensor => {
    const both = add(near, far);
    const twice = add(near, both);
    const ys = places.map((i) => part(i, i + 1)) as [Tensor, Tensor, Tensor];
    const total = sum3(
      mul(sub(zerosAs(both), div(twice, mul(near, both))), ys[0]),
      mul(div(both, mul(near, far)), ys[1]),
      mul(sub(zerosAs(both), div(near, mul(far, both))), ys[2]),
    );
    return isFirst ? total : sub(zerosAs(total), total);
  };
  const [first, last] =
    edgeOrder === 1
      ? [line(0), line(n - 2)]
      : [
          parabola(step(0, 1), step(1, 2), [0, 1, 2], true),
          parabola(step(n - 2, n - 1), step(n - 3, n - 2), [n - 1, n - 2, n - 3], false),
        ];
  return join(n === 2 ? [first, last] : [first, middle(), last], axis);
};

/**
 * Slopes of samples by central differences, exact for parabolas also where samples lie at uneven distances; at the ends by one
 * step. One tensor for each axis, in a list where there are several. (The derivative of a function is `grad`.)
 * @throws ShapeError for too few samples, and for points of another number; ArgumentError; AxisError
 * @example np.gradient([1, 2, 4, 7]) // [1, 1.5, 2.5, 3]
 * @see numpy.gradient
 */
export const gradient = (x: TensorLike, options?: GradientOptions): Tensor | Tensor[] => {
  const {
    axis = null,
    spacing = 1,
    edgeOrder = 1,
  } = optionsOf("gradient", options, ["axis", "spacing", "edgeOrder"]);
  if (edgeOrder !== 1 && edgeOrder !== 2)
    throw ArgumentError.invalid("gradient", `edgeOrder is ${describe(edgeOrder)}`, "It is 1 or 2.");
  const y = asFloat("gradient", x);
  const axes = orThrow(normalizeAxes("gradient", axis, y.type.shape.length));
  const isList = Array.isArray(spacing) && axes.length > 1;
  if (isList && spacing.length !== axes.length)
    throw ArgumentError.invalid(
      "gradient",
      `${spacing.length} spacings for ${axes.length} axes`,
      "Pass one for each, or one for all.",
    );
  const all = axes.map((at, i) =>
    slopes(y, (isList ? (spacing as readonly TensorLike[])[i] : spacing) as TensorLike, at, edgeOrder),
  );
  return typeof axis === "number" || all.length === 1 ? (all[0] as Tensor) : all;
};

/**
 * Differences of neighbours in the flattened tensor, with `toBegin` before and `toEnd` after them.
 * @example np.ediff1d([1, 2, 4], { toEnd: 9 }) // [1, 2, 9]
 * @see numpy.ediff1d
 */
export const ediff1d = (
  x: TensorLike,
  options?: { readonly toBegin?: TensorLike; readonly toEnd?: TensorLike },
): Tensor => {
  const { toBegin, toEnd } = optionsOf("ediff1d", options, ["toBegin", "toEnd"]);
  const t = asTensor("ediff1d", x);
  if (t.type.dtype === "bool")
    throw ArgumentError.invalid(
      "ediff1d",
      "bools have no differences",
      'np.astype(x, "int32") makes numbers of them.',
    );
  const flat = reshape(t, [t.size]);
  const n = flat.size;
  const steps = n === 0 ? flat : sub(section(flat, 0, 1, n), section(flat, 0, 0, n - 1));
  const end = (v: TensorLike | undefined): readonly Tensor[] => {
    if (v === undefined) return [];
    const tensor = asTensor("ediff1d", v);
    return [reshape(tensor, [tensor.size])];
  };
  return join(promoteAll("ediff1d", [...end(toBegin), steps, ...end(toEnd)]), 0);
};

export interface UnwrapOptions {
  /** Default -1. */
  readonly axis?: number;
  /** What a phase may be turned by; default 2 pi. */
  readonly period?: number;
  /** Jumps below this stay; default half a period, which is the least that has an effect. */
  readonly discont?: number;
}
/**
 * Phases along an axis without jumps: every step is changed by whole periods to one of at most half a period. The derivative
 * is that of a constant shift.
 * @throws ArgumentError for a period that is not positive; AxisError
 * @example np.unwrap([0, 3, 5, 1], { period: 6 }) // [0, 3, 5, 7]
 * @see numpy.unwrap
 */
export const unwrap = (x: TensorLike, options?: UnwrapOptions): Tensor => {
  const given = optionsOf("unwrap", options, ["axis", "period", "discont"]);
  const { axis = -1, period = 2 * Math.PI } = given;
  if (typeof period !== "number" || !(period > 0))
    throw ArgumentError.invalid("unwrap", `the period is ${describe(period)}`, "It is a positive number.");
  const p = asFloat("unwrap", x);
  const at = orThrow(normalizeAxis("unwrap", axis, p.type.shape.length));
  const n = sizeAt(p, at);
  if (n < 2) return p;
  const half = period / 2;
  const step = sub(section(p, at, 1, n), section(p, at, 0, n - 1));
  const of = (value: number): Tensor => filledAs(step, value);
  // the step modulo the period, from -half on; a step of half a period up stays one
  const whole = floor(div(add(step, of(half)), of(period)));
  const turned = sub(step, mul(whole, of(period)));
  const upright = select(and(eq(turned, of(-half)), gt(step, of(0))), of(half), turned);
  const jump = lt(abs(step), of(given.discont ?? half));
  const correction = select(jump, zerosAs(step), sub(upright, step));
  const total = cumulative(correction, { op: "add", axis: at, reverse: false });
  return join([section(p, at, 0, 1), add(section(p, at, 1, n), total)], at);
};
