/** Windows over axes, reduced: composed of views and reductions, so that ties share evenly as everywhere. */
import { asFloat, asTensor } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { div } from "../primitives/arithmetic.js";
import { sum } from "../primitives/broadcast.js";
import { prod, reduceMax, reduceMin } from "../primitives/reduce.js";
import { reshape } from "../primitives/reshape.js";
import { concatenate, pad, slice } from "../primitives/slice.js";
import { isFloat, range } from "../tensor/dtype.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { sizeOf } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { constant } from "./numbers.js";
import { dilated, type Padding, paddingOf, perAxis } from "./windows.js";

export type WindowReduction = "sum" | "prod" | "max" | "min";

export interface WindowOptions {
  /** Sizes of the window along each axis. */
  readonly window: readonly number[];
  /** Default 1. */
  readonly strides?: number | readonly number[];
  /** With what changes nothing: 0, 1, or the lowest or highest number. Default "VALID". */
  readonly padding?: Padding;
  /** Elements under the window stand so many places apart; default 1. */
  readonly windowDilation?: number | readonly number[];
}

const neutral = (x: Tensor, by: WindowReduction): number => {
  if (by === "sum") return 0;
  if (by === "prod") return 1;
  if (isFloat(x.dtype)) return by === "max" ? -Infinity : Infinity;
  const [low, high] = range(x.dtype);
  return by === "max" ? low : high;
};

const reducers = { sum, prod, max: reduceMax, min: reduceMin } as const;

const windowed = (operation: string, x: Tensor, by: WindowReduction, options: WindowOptions): Tensor => {
  const { shape } = x;
  const rank = shape.length;
  const window = perAxis(operation, "a window", options.window, rank);
  const strides = perAxis(operation, "strides", options.strides ?? 1, rank);
  const dilation = perAxis(operation, "dilations of the window", options.windowDilation ?? 1, rank);
  const reaches = window.map((n, i) => dilated(n, dilation[i] as number));
  const padding = paddingOf(operation, options.padding ?? "VALID", shape, reaches, strides);
  const none = shape.map(() => 0);
  const still = padding.every(([low, high]) => low === 0 && high === 0);
  const frame = { low: padding.map(([low]) => low), high: padding.map(([, high]) => high), interior: none };
  const padded = still ? x : pad(x, { value: neutral(x, by), ...frame });
  const counts = padded.shape.map((n, i) =>
    n < (reaches[i] as number) ? 0 : Math.floor((n - (reaches[i] as number)) / (strides[i] as number)) + 1,
  );
  if (window.every((n) => n === 1)) return slice(padded, cut(none, counts, strides));
  // windows that tile the tensor are axes of their own
  if (window.every((n, i) => n === strides[i] && (n === 1 || dilation[i] === 1))) {
    const whole = counts.map((n, i) => n * (window[i] as number));
    const tiles = slice(padded, { start: none, stop: whole, step: null });
    const axes = shape.map((_, i) => 2 * i + 1);
    return reducers[by](
      reshape(
        tiles,
        counts.flatMap((n, i) => [n, window[i] as number]),
      ),
      axes,
    );
  }
  const parts = Array.from({ length: sizeOf(window) }, (_, index) => {
    let rest = index;
    const start = [...window].reverse().map((n, i) => {
      const at = rest % n;
      rest = Math.floor(rest / n);
      return at * (dilation[rank - 1 - i] as number);
    });
    return reshape(slice(padded, cut(start.reverse(), counts, strides)), [1, ...counts]);
  });
  return reducers[by](concatenate(parts, 0), [0]);
};

/** Every stride-th element from a start, so many of them. */
const cut = (start: readonly number[], counts: readonly number[], strides: readonly number[]) => ({
  start,
  stop: start.map((from, i) => {
    const n = counts[i] as number;
    return n === 0 ? from : from + (n - 1) * (strides[i] as number) + 1;
  }),
  step: strides,
});

/**
 * A window moved over all axes of x, what lies under it reduced by "sum", "prod", "max" or "min". Elements that tie
 * for an extreme share the derivative evenly.
 *
 * @throws ArgumentError for windows, strides or paddings that do not fit the axes.
 * @example nn.reduceWindow([1, 5, 2, 3], "max", { window: [2] }).toArray() // [5, 5, 3]
 * @see jax.lax.reduce_window
 */
export const reduceWindow = (a: TensorLike, by: WindowReduction, options: WindowOptions): Tensor => {
  const x = asTensor("reduceWindow", a);
  const asked = optionsOf("reduceWindow", options, ["window", "strides", "padding", "windowDilation"]);
  if (!(by in reducers)) {
    throw ArgumentError.invalid(
      "reduceWindow",
      `windows are not reduced by ${describe(by)}`,
      'Reductions are "sum", "prod", "max" and "min".',
    );
  }
  return windowed("reduceWindow", x, by, asked as WindowOptions);
};

export interface PoolOptions {
  /** Default the window: windows side by side. */
  readonly strides?: number | readonly number[];
  /** Default "VALID". */
  readonly padding?: Padding;
}

/** Options for all axes from those of the positions, which stand between examples and features. */
const ofPositions = (
  operation: string,
  x: Tensor,
  window: number | readonly number[],
  options: PoolOptions | undefined,
): WindowOptions => {
  const count = x.shape.length - 2;
  if (count < 1) {
    throw ShapeError.mismatch(
      operation,
      "there are no positions to pool",
      [x.shape],
      "x is [examples, positions..., features].",
    );
  }
  const { strides, padding = "VALID" } = optionsOf(operation, options, ["strides", "padding"]);
  const sizes = perAxis(operation, "a window", window, count);
  const steps = perAxis(operation, "strides", strides ?? sizes, count);
  const frame = paddingOf(operation, padding, x.shape.slice(1, -1), sizes, steps);
  return { window: [1, ...sizes, 1], strides: [1, ...steps, 1], padding: [[0, 0], ...frame, [0, 0]] };
};

/**
 * The largest element under a window over the positions of [examples, positions..., features]; padding counts as
 * -Infinity, elements that tie share the derivative evenly.
 *
 * @throws ShapeError without positions; ArgumentError for windows, strides or paddings that do not fit.
 * @example nn.maxPool([[[1], [5], [2], [3]]], 2).toArray() // [[[5], [3]]]
 */
export const maxPool = (a: TensorLike, window: number | readonly number[], options?: PoolOptions): Tensor => {
  const x = asFloat("maxPool", a);
  return windowed("maxPool", x, "max", ofPositions("maxPool", x, window, options));
};

export interface AveragePoolOptions extends PoolOptions {
  /** Whether the zeros of the padding count (true, the default) or only what is there. */
  readonly countPadding?: boolean;
}
/**
 * The mean under a window over the positions of [examples, positions..., features].
 *
 * @throws ShapeError without positions; ArgumentError for windows, strides or paddings that do not fit.
 * @example nn.avgPool([[[1], [5], [2], [4]]], 2).toArray() // [[[3], [3]]]
 */
export const avgPool = (
  a: TensorLike,
  window: number | readonly number[],
  options?: AveragePoolOptions,
): Tensor => {
  const x = asFloat("avgPool", a);
  const { countPadding = true, ...pool } = optionsOf("avgPool", options, [
    "strides",
    "padding",
    "countPadding",
  ]);
  if (typeof countPadding !== "boolean")
    throw ArgumentError.invalid(
      "avgPool",
      `countPadding is ${describe(countPadding)}`,
      "It is true or false.",
    );
  const asked = ofPositions("avgPool", x, window, pool);
  const total = windowed("avgPool", x, "sum", asked);
  const counts = countPadding
    ? constant(total, sizeOf(asked.window))
    : windowed("avgPool", constant(x, 1), "sum", asked);
  return div(total, counts);
};
