/** The options of transforms: lengths, axes and norms, checked. */
import { join, section } from "../numpy/along.js";
import { optionsOf } from "../numpy/options.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import { normalizeAxes, normalizeAxis, orThrow, replaceAt, type Shape } from "../tensor/shape.js";
import { type Tensor, uniform } from "../tensor/tensor.js";

/** Which direction is divided by n: the inverse ("backward", the default), the forward one, or both by its root. */
export type Norm = "backward" | "ortho" | "forward";

export interface TransformOptions {
  /** The length: the axis is cut to it, or filled up with zeros. By default that of the axis. */
  readonly n?: number | null;
  /** Default the last. */
  readonly axis?: number;
  readonly norm?: Norm;
}
export interface SeveralOptions {
  /** The length along each of the axes. */
  readonly s?: readonly number[] | null;
  /** By default all axes, or the last of them, as many as `s` has. */
  readonly axes?: readonly number[] | null;
  readonly norm?: Norm;
}

const checkNorm = (operation: string, norm: unknown): Norm => {
  if (norm === "backward" || norm === "ortho" || norm === "forward") return norm;
  throw ArgumentError.invalid(
    operation,
    `${describe(norm)} is no norm`,
    "Norms are backward, ortho and forward.",
  );
};

/** A number of points. */
export const checkLength = (operation: string, n: unknown): number => {
  if (typeof n === "number" && Number.isInteger(n) && n >= 1) return n;
  throw ArgumentError.invalid(
    operation,
    `there is no transform of ${describe(n)} points`,
    "It has at least one.",
  );
};

/** Where a transform happens: along which axis, of how many points (null: all), under which norm. */
export interface Place {
  readonly axis: number;
  readonly n: number | null;
  readonly norm: Norm;
}

/** The options of a transform along one axis of a tensor of that shape. */
export const oneAxis = (operation: string, shape: Shape, options: TransformOptions | undefined): Place => {
  const { n = null, axis = -1, norm = "backward" } = optionsOf(operation, options, ["n", "axis", "norm"]);
  const at = orThrow(normalizeAxis(operation, axis, shape.length));
  return { n: n === null ? null : checkLength(operation, n), axis: at, norm: checkNorm(operation, norm) };
};

/** The options of a transform along several axes, the default ones given. */
export const severalAxes = (
  operation: string,
  shape: Shape,
  options: SeveralOptions | undefined,
  otherwise: readonly number[] | null,
): Place[] => {
  const {
    s = null,
    axes = otherwise,
    norm = "backward",
  } = optionsOf(operation, options, ["s", "axes", "norm"]);
  if (s !== null && !Array.isArray(s))
    throw ArgumentError.invalid(operation, `s is ${describe(s)}`, "It lists a length for each of the axes.");
  const chosen = axes ?? (s === null ? shape.map((_, i) => i) : s.map((_, i) => i - s.length));
  if (!Array.isArray(chosen))
    throw ArgumentError.invalid(operation, `axes is ${describe(axes)}`, "It lists axes, such as [-2, -1].");
  const list: readonly number[] = orThrow(
    normalizeAxes(operation, chosen as readonly number[], shape.length),
  );
  if (s !== null && s.length !== list.length) {
    throw ArgumentError.invalid(
      operation,
      `${s.length} lengths for ${list.length} axes`,
      "s lists one length for each of the axes.",
    );
  }
  if (list.length === 0)
    throw ArgumentError.invalid(operation, "there is no axis to transform", "Name at least one in axes.");
  return list.map((axis, i) => ({
    axis,
    n: s === null ? null : checkLength(operation, s[i]),
    norm: checkNorm(operation, norm),
  }));
};

/** What the sums are multiplied by. */
export const factorOf = (norm: Norm, n: number, inverse: boolean): number => {
  if (norm === "ortho") return 1 / Math.sqrt(n);
  return (norm === "backward") === inverse ? 1 / n : 1;
};

/** One axis cut to a length or filled up with zeros. */
export const resized = (x: Tensor, axis: number, n: number): Tensor => {
  const { shape } = x.type;
  const size = shape[axis] as number;
  if (size === n) return x;
  if (size > n) return section(x, axis, 0, n);
  return join([x, uniform({ ...x.type, shape: replaceAt(shape, axis, n - size) }, 0)], axis);
};
