/** Windows over axes, reduced: composed of views and reductions, so that ties share evenly as everywhere. */
import { flat } from "../numpy/along.js";
import { asFloat, asTensor } from "../numpy/door.js";
import { flagOf, optionsOf } from "../numpy/options.js";
import { div } from "../primitives/arithmetic.js";
import { sum } from "../primitives/broadcast.js";
import { prod, reduceMax, reduceMin } from "../primitives/reduce.js";
import { reshape } from "../primitives/reshape.js";
import { concatenate } from "../primitives/slice.js";
import { isFloat, range } from "../tensor/dtype.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { sizeOf } from "../tensor/shape.js";
import { Tensor, type TensorLike } from "../tensor/tensor.js";
import { vmap } from "../transforms/vmap.js";
import { constant } from "./numbers.js";
import { isTiling, padded, placesOf, tiles, underEach } from "./sliding.js";
import { dilated, type Padding, paddingOf, perAxis } from "./windows.js";

/** A reduction by name, or two scalars to one: a function that is associative and commutes. */
export type WindowReduction = "sum" | "prod" | "max" | "min" | ((a: Tensor, b: Tensor) => Tensor);

interface Frame {
  readonly window: readonly number[];
  readonly strides?: number | readonly number[];
  readonly padding?: Padding;
  readonly windowDilation?: number | readonly number[];
  readonly baseDilation?: number | readonly number[];
}

export interface WindowOptions extends Frame {
  /** Sizes of the window along each axis. */
  readonly window: readonly number[];
  /** Default 1. */
  readonly strides?: number | readonly number[];
  /** With what changes nothing: 0, 1, the lowest or highest number, or `initial`. Default "VALID". */
  readonly padding?: Padding;
  /** Elements under the window stand so many places apart; default 1. */
  readonly windowDilation?: number | readonly number[];
  /** Elements of the tensor stand so many places apart, padding between them; default 1. */
  readonly baseDilation?: number | readonly number[];
  /** What changes nothing, for a function of your own, which needs it. */
  readonly initial?: number;
}

const names = ["sum", "prod", "max", "min"] as const;
const reducers = { sum, prod, max: reduceMax, min: reduceMin } as const;

/** How windows are reduced: by name, or by pairs that begin with a number. */
type Reduction = (typeof names)[number] | Monoid;
interface Monoid {
  readonly initial: number;
  readonly combine: (a: Tensor, b: Tensor) => Tensor;
}

const neutral = (x: Tensor, by: Reduction): number => {
  if (typeof by === "object") return by.initial;
  if (by === "sum") return 0;
  if (by === "prod") return 1;
  if (isFloat(x.dtype)) return by === "max" ? -Infinity : Infinity;
  const [low, high] = range(x.dtype);
  return by === "max" ? low : high;
};

const windowed = (operation: string, x: Tensor, by: Reduction, options: Frame): Tensor => {
  const { shape } = x;
  const rank = shape.length;
  const window = perAxis(operation, "a window", options.window, rank);
  const strides = perAxis(operation, "strides", options.strides ?? 1, rank);
  const dilation = perAxis(operation, "dilations of the window", options.windowDilation ?? 1, rank);
  const apart = perAxis(operation, "dilations of the tensor", options.baseDilation ?? 1, rank);
  const reaches = window.map((n, i) => dilated(n, dilation[i] as number));
  const sizes = shape.map((n, i) => dilated(n, apart[i] as number));
  const pairs = paddingOf(operation, options.padding ?? "VALID", sizes, reaches, strides);
  const wide = padded(x, { value: neutral(x, by), pairs, apart });
  const sliding = { window, strides, dilation };
  const places = placesOf(wide.shape, sliding);
  if (typeof by === "object") {
    const parts = underEach(wide, sliding, places);
    return parts.reduce(by.combine, constant(parts[0] as Tensor, by.initial));
  }
  const axes = shape.map((_, i) => 2 * i + 1);
  if (isTiling(sliding)) return reducers[by](tiles(wide, sliding, places), axes);
  const parts = underEach(wide, sliding, places).map((part) => reshape(part, [1, ...places]));
  return parts.length === 1 ? reshape(parts[0] as Tensor, places) : reducers[by](concatenate(parts, 0), [0]);
};

/** A function of two scalars as one of two tensors. */
const pairwise =
  (operation: string, f: (a: Tensor, b: Tensor) => Tensor): Monoid["combine"] =>
  (a, b) => {
    const out: unknown = vmap(f)(flat(a), flat(b));
    if (!(out instanceof Tensor) || out.ndim !== 1 || out.dtype !== a.dtype) {
      const got = out instanceof Tensor ? `${out.dtype}[${out.shape.slice(1).join(", ")}]` : describe(out);
      throw ArgumentError.invalid(
        operation,
        `the function gives ${got} for two scalars of ${a.dtype}`,
        "It gives one scalar of the same dtype, as in np.add.",
      );
    }
    return reshape(out, a.shape);
  };

const reductionOf = (operation: string, by: WindowReduction, initial: unknown): Reduction => {
  if (typeof by === "function") {
    if (typeof initial === "number") return { initial, combine: pairwise(operation, by) };
    throw ArgumentError.invalid(
      operation,
      `initial is ${describe(initial)}`,
      "A function of your own needs the number that changes nothing: pass { initial }.",
    );
  }
  if (!(names as readonly unknown[]).includes(by)) {
    throw ArgumentError.invalid(
      operation,
      `windows are not reduced by ${describe(by)}`,
      'Reductions are "sum", "prod", "max" and "min", or a function of two scalars with { initial }.',
    );
  }
  if (initial === undefined) return by;
  throw ArgumentError.invalid(
    operation,
    `initial is ${describe(initial)}`,
    `"${by}" has its own; initial goes with a function.`,
  );
};

/**
 * A window moved over all axes of x, what lies under it reduced by "sum", "prod", "max" or "min", or by a function of two
 * scalars that is associative and commutes, with its neutral number as `initial`. Elements that tie for an extreme share the
 * derivative evenly; that of a function is its own.
 *
 * @throws ArgumentError for windows, strides or paddings that do not fit the axes, and for functions without `initial`.
 * @example nn.reduceWindow([1, 5, 2, 3], "max", { window: [2] }).toArray() // [5, 5, 3]
 * @example nn.reduceWindow([1, 5, 2], np.hypot, { window: [1], strides: 2, initial: 0 }).toArray() // [1, 2]
 * @see jax.lax.reduce_window
 */
export const reduceWindow = (a: TensorLike, by: WindowReduction, options: WindowOptions): Tensor => {
  const operation = "reduceWindow";
  const x = asTensor(operation, a);
  const { initial, ...frame } = optionsOf(operation, options, [
    "window",
    "strides",
    "padding",
    "windowDilation",
    "baseDilation",
    "initial",
  ]);
  return windowed(operation, x, reductionOf(operation, by, initial), frame as Frame);
};

export interface PoolOptions {
  /** Default the window: windows side by side. */
  readonly strides?: number | readonly number[];
  /** Default "VALID". */
  readonly padding?: Padding;
  /** Elements under the window stand so many places apart; default 1. */
  readonly windowDilation?: number | readonly number[];
}

/** Options for all axes from those of the positions, which stand between examples and features. */
const ofPositions = (
  operation: string,
  x: Tensor,
  window: number | readonly number[],
  options: PoolOptions | undefined,
): Frame => {
  const count = x.shape.length - 2;
  if (count < 1) {
    throw ShapeError.mismatch(
      operation,
      "there are no positions to pool",
      [x.shape],
      "x is [examples, positions..., features].",
    );
  }
  const {
    strides,
    padding = "VALID",
    windowDilation = 1,
  } = optionsOf(operation, options, ["strides", "padding", "windowDilation"]);
  const sizes = perAxis(operation, "a window", window, count);
  const steps = perAxis(operation, "strides", strides ?? sizes, count);
  const holes = perAxis(operation, "dilations of the window", windowDilation, count);
  const reaches = sizes.map((n, i) => dilated(n, holes[i] as number));
  const frame = paddingOf(operation, padding, x.shape.slice(1, -1), reaches, steps);
  return {
    window: [1, ...sizes, 1],
    strides: [1, ...steps, 1],
    padding: [[0, 0], ...frame, [0, 0]],
    windowDilation: [1, ...holes, 1],
  };
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
  const { countPadding, ...pool } = optionsOf("avgPool", options, [
    "strides",
    "padding",
    "windowDilation",
    "countPadding",
  ]);
  const asked = ofPositions("avgPool", x, window, pool);
  const total = windowed("avgPool", x, "sum", asked);
  const counts = flagOf("avgPool", "countPadding", countPadding, true)
    ? constant(total, sizeOf(asked.window))
    : windowed("avgPool", constant(x, 1), "sum", asked);
  return div(total, counts);
};
