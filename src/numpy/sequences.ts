/** Functions of sequences: differences, integrals, convolutions, polynomials, interpolation, running logarithms of sums. */
import { add, convert, div, filledAs, mul, sub, zerosAs } from "../primitives/arithmetic.js";
import { broadcastOver, sum } from "../primitives/broadcast.js";
import { eq, gt, isNaN, lt, max, min, select } from "../primitives/compare.js";
import { dot } from "../primitives/dot.js";
import { reshape, reverse } from "../primitives/reshape.js";
import { pad } from "../primitives/slice.js";
import { roundTo } from "../tensor/dtype.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { normalizeAxis, orThrow } from "../tensor/shape.js";
import type { CumulativeFunction } from "../tensor/signatures.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { join, section, sizeAt, takePositions, takeStatic } from "./along.js";
import { remainder } from "./arithmetic.js";
import { broadcastAll, promoteAll } from "./convert.js";
import { asFloat, asTensor } from "./door.js";
import { logaddexp } from "./exponential.js";
import { notEqual } from "./logic.js";
import { optionsOf } from "./options.js";
import { argsort, searchsorted } from "./sorting.js";

const axisOf = (operation: string, x: Tensor, axis: number): number =>
  orThrow(normalizeAxis(operation, axis, x.type.shape.length));

/**
 * Differences of neighbours along an axis (default the last), `n` times; of bools whether they differ.
 * @throws ArgumentError if n is no whole number from 0 on.
 * @example np.diff([1, 4, 9]) // [3, 5]
 * @see numpy.diff
 */
export const diff = (a: TensorLike, options?: { readonly n?: number; readonly axis?: number }): Tensor => {
  let x = asTensor("diff", a);
  const { n = 1, axis = -1 } = optionsOf("diff", options, ["n", "axis"]);
  const at = axisOf("diff", x, axis);
  if (!Number.isInteger(n) || n < 0)
    throw ArgumentError.invalid("diff", `n is ${describe(n)}`, "It is a whole number from 0 on.");
  for (let i = 0; i < n && sizeAt(x, at) > 0; i++) {
    const size = sizeAt(x, at);
    const [high, low] = [section(x, at, 1, size), section(x, at, 0, size - 1)];
    x = x.type.dtype === "bool" ? notEqual(high, low) : sub(high, low);
  }
  return x;
};

/**
 * The integral along an axis (default the last) by the trapezoidal rule, of samples at `x`, or `dx` apart (default 1).
 * @throws ShapeError for samples at points of another number.
 * @example np.trapezoid([1, 2, 3]) // 4
 * @see numpy.trapezoid
 */
export const trapezoid = (
  a: TensorLike,
  options?: { readonly x?: TensorLike; readonly dx?: number; readonly axis?: number },
): Tensor => {
  const { x, dx = 1, axis = -1 } = optionsOf("trapezoid", options, ["x", "dx", "axis"]);
  let y = asFloat("trapezoid", a);
  const at = axisOf("trapezoid", y, axis);
  const n = sizeAt(y, at);
  const ends = (v: Tensor, along: number): readonly [Tensor, Tensor] => [
    section(v, along, 1, Math.max(n, 1)),
    section(v, along, 0, Math.max(n - 1, 0)),
  ];
  if (x === undefined) {
    if (n === 0) return sum(y, [at]);
    const means = add(...ends(y, at));
    const total = sum(means, [at]);
    return mul(total, filledAs(total, 0.5 * dx));
  }
  const met = promoteAll("trapezoid", [y, asFloat("trapezoid", x)]);
  y = met[0] as Tensor;
  let points = met[1] as Tensor;
  const isVector = points.type.shape.length === 1;
  if (
    sizeAt(points, isVector ? 0 : at) !== n ||
    (!isVector && points.type.shape.length !== y.type.shape.length)
  ) {
    throw ShapeError.mismatch(
      "trapezoid",
      "the points do not belong to the samples",
      [y.type.shape, points.type.shape],
      "Pass one point for each sample along the axis, or a tensor of them of the same shape.",
    );
  }
  if (isVector && y.type.shape.length > 1) {
    const others = y.type.shape.map((_, i) => i).filter((i) => i !== at);
    points = broadcastOver(points, y.type.shape, others);
  }
  if (n === 0) return sum(y, [at]);
  const means = add(...ends(y, at));
  const steps = sub(...ends(points, at));
  const total = sum(mul(means, steps), [at]);
  return mul(total, filledAs(total, 0.5));
};

export type ConvolutionMode = "full" | "same" | "valid";

const vectors = (operation: string, a: TensorLike, v: TensorLike): readonly [Tensor, Tensor] => {
  const [x, y] = promoteAll(operation, [asTensor(operation, a), asTensor(operation, v)]) as [Tensor, Tensor];
  if (x.type.shape.length !== 1 || y.type.shape.length !== 1 || x.size === 0 || y.size === 0) {
    throw ShapeError.mismatch(
      operation,
      "two vectors that are not empty are needed",
      [x.type.shape, y.type.shape],
      "Map over the rows of matrices with vmap.",
    );
  }
  if (x.type.dtype === "bool") return [convert(x, "int32"), convert(y, "int32")];
  return [x, y];
};

/** The sums over j of x[k + j] y[j] for all k where the vectors overlap as the mode asks. */
const slide = (operation: string, x: Tensor, y: Tensor, mode: ConvolutionMode): Tensor => {
  if (mode !== "full" && mode !== "same" && mode !== "valid")
    throw ArgumentError.invalid(operation, `${describe(mode)} is no mode`, "Modes are full, same and valid.");
  const [n, m] = [x.size, y.size];
  const wide = pad(x, { value: 0, low: [m - 1], high: [m - 1], interior: [0] });
  const [from, count] =
    mode === "full" ? [0, n + m - 1] : mode === "same" ? [Math.floor((m - 1) / 2), n] : [m - 1, n - m + 1];
  const positions = Array.from({ length: count * m }, (_, i) => from + Math.floor(i / m) + (i % m));
  const windows = reshape(takeStatic(wide, positions, 0), [count, m]);
  return dot(windows, y, { contract: [[1], [0]], batch: [[], []] });
};

/**
 * The convolution of two vectors: the sums over j of a[k - j] v[j]. "full" (default) has all k, "same" those in the middle, as
 * many as the longer vector has elements, "valid" those where the vectors overlap completely.
 * @throws ShapeError unless both are vectors that are not empty; ArgumentError for another mode.
 * @example np.convolve([1, 2, 3], [1, 1]) // [1, 3, 5, 3]
 * @see numpy.convolve
 */
export const convolve = (
  a: TensorLike,
  v: TensorLike,
  options?: { readonly mode?: ConvolutionMode },
): Tensor => {
  const { mode = "full" } = optionsOf("convolve", options, ["mode"]);
  const [x, y] = vectors("convolve", a, v);
  const [long, short] = x.size >= y.size ? [x, y] : [y, x];
  return slide("convolve", long, reverse(short, [0]), mode);
};

/**
 * The correlation of two vectors: the sums over j of a[k + j] v[j]. "valid" (default) has the k where they overlap completely.
 * @throws ShapeError unless both are vectors that are not empty; ArgumentError for another mode.
 * @example np.correlate([1, 2, 3], [0, 1]) // [2, 3]
 * @see numpy.correlate
 */
export const correlate = (
  a: TensorLike,
  v: TensorLike,
  options?: { readonly mode?: ConvolutionMode },
): Tensor => {
  const { mode = "valid" } = optionsOf("correlate", options, ["mode"]);
  const [x, y] = vectors("correlate", a, v);
  if (x.size >= y.size) return slide("correlate", x, y, mode);
  // the longer slides under the shorter: everything comes out backwards
  return reverse(slide("correlate", y, x, mode), [0]);
};

/**
 * A polynomial at `x`, its coefficients from the highest power down along axis 0, by Horner's rule.
 * @throws ShapeError for a scalar in the place of coefficients.
 * @example np.polyval([2, 0, 1], 3) // 19
 * @see numpy.polyval
 */
export const polyval = (coefficients: TensorLike, x: TensorLike): Tensor => {
  const given = [asTensor("polyval", coefficients), asTensor("polyval", x)];
  const [p, at] = promoteAll("polyval", given) as readonly [Tensor, Tensor];
  if (p.type.shape.length === 0)
    throw ShapeError.mismatch(
      "polyval",
      "coefficients are no scalar",
      [p.type.shape],
      "Pass a list of them.",
    );
  const rest = p.type.shape.slice(1);
  let y = zerosAs(at);
  for (let i = 0; i < sizeAt(p, 0); i++) {
    const met = broadcastAll("polyval", [y, at, reshape(section(p, 0, i, i + 1), rest)]);
    const [sumSoFar, point, coefficient] = met as readonly [Tensor, Tensor, Tensor];
    y = i === 0 ? coefficient : add(mul(sumSoFar, point), coefficient);
  }
  return y;
};

export interface InterpOptions {
  /** The value below the first point; default that at it. */
  readonly left?: number;
  /** The value above the last point; default that at it. */
  readonly right?: number;
  /** The function repeats itself at this distance: points need no order, and there is nothing to the left or right of them. */
  readonly period?: number;
}

/** A number, rounded to the dtype of the tensor. */
const numberAs = (x: Tensor, value: number): Tensor => filledAs(x, roundTo(x.type.dtype, value));

/** Points within one period in rising order, and one more at each end. */
const periodic = (
  points: Tensor,
  values: Tensor,
  period: number,
): readonly [points: Tensor, values: Tensor] => {
  const within = remainder(points, numberAs(points, period)) as Tensor;
  const order = argsort(within) as Tensor;
  const [x, y] = [within, values].map((v) => takePositions(v, order, 0)) as [Tensor, Tensor];
  const n = sizeAt(x, 0);
  const ends = (v: Tensor): readonly [Tensor, Tensor] => [section(v, 0, 0, 1), section(v, 0, n - 1, n)];
  const [[first, last], [start, end]] = [ends(x), ends(y)];
  const whole = numberAs(first, period);
  return [join([sub(last, whole), x, add(first, whole)], 0), join([end, y, start], 0)];
};

/**
 * The piecewise linear function through the points (xp, fp) at `x`; xp rises. Beyond the ends it has the values there, or `left`
 * and `right`. At a point its derivative is that of the line to the right.
 * @throws ShapeError unless xp and fp are vectors of one length that are not empty.
 * @throws ArgumentError for a period that is no positive number.
 * @example np.interp(2.5, [1, 2, 3], [3, 2, 0]) // 1
 * @see numpy.interp
 */
export const interp = (x: TensorLike, xp: TensorLike, fp: TensorLike, options?: InterpOptions): Tensor => {
  const { left, right, period } = optionsOf("interp", options, ["left", "right", "period"]);
  const given = [x, xp, fp].map((v) => asFloat("interp", v));
  let [at, points, values] = promoteAll("interp", given) as readonly [Tensor, Tensor, Tensor];
  let n = points.size;
  if (points.type.shape.length !== 1 || values.type.shape.length !== 1 || n !== values.size || n === 0) {
    throw ShapeError.mismatch(
      "interp",
      "xp and fp are no vectors of one length",
      [points.type.shape, values.type.shape],
      "Pass one value for each point, and at least one point.",
    );
  }
  if (period !== undefined) {
    if (typeof period !== "number" || !(period > 0 && period < Infinity))
      throw ArgumentError.invalid("interp", `the period is ${describe(period)}`, "It is a positive number.");
    at = remainder(at, numberAs(at, period)) as Tensor;
    [points, values] = periodic(points, values, period);
    n += 2;
  }
  const found = searchsorted(points, at, { side: "right" });
  const upper = max(min(found, filledAs(found, n - 1)), filledAs(found, Math.min(1, n - 1)));
  const lower = max(sub(upper, filledAs(upper, 1)), zerosAs(upper));
  const read = (v: Tensor, i: Tensor): Tensor => takePositions(v, i, 0);
  const [x0, x1, y0, y1] = [
    read(points, lower),
    read(points, upper),
    read(values, lower),
    read(values, upper),
  ];
  const width = sub(x1, x0);
  const flat = eq(width, zerosAs(width));
  const slope = select(flat, zerosAs(width), div(sub(y1, y0), select(flat, filledAs(width, 1), width)));
  let y = add(y0, mul(slope, sub(at, x0)));
  const first = filledOver(section(values, 0, 0, 1), at);
  const last = filledOver(section(values, 0, n - 1, n), at);
  const low = filledOver(section(points, 0, 0, 1), at);
  const high = filledOver(section(points, 0, n - 1, n), at);
  y = select(lt(at, low), left === undefined ? first : numberAs(y, left), y);
  y = select(gt(at, high), right === undefined ? last : numberAs(y, right), y);
  y = select(eq(at, high), last, y);
  return select(isNaN(at), at, y);
};

/** One element over the shape of another tensor. */
const filledOver = (x: Tensor, like: Tensor): Tensor =>
  broadcastOver(
    reshape(x, []),
    like.type.shape,
    like.type.shape.map((_, i) => i),
  );

/**
 * Running log(sum(e^x)) along an axis, or of the flattened tensor, without overflow and without loss before a large element.
 * @example np.cumlogsumexp([1000, 1000]) // [1000, 1000.6931471805599]
 * @see jax.lax.cumlogsumexp
 */
export const cumlogsumexp: CumulativeFunction = ((
  a: TensorLike,
  options?: { readonly axis?: number | null },
): Tensor => {
  const given = asFloat("cumlogsumexp", a);
  const { axis = null } = optionsOf("cumlogsumexp", options, ["axis"]);
  let x = axis === null ? reshape(given, [given.size]) : given;
  const at = axisOf("cumlogsumexp", x, axis ?? 0);
  const n = sizeAt(x, at);
  // after each round an element covers twice as many before it
  for (let width = 1; width < n; width *= 2) {
    const grown = logaddexp(section(x, at, width, n), section(x, at, 0, n - width)) as Tensor;
    x = join([section(x, at, 0, width), grown], at);
  }
  return x;
}) as CumulativeFunction;
