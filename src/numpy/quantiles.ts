/** Quantiles: values that stand at a fraction of the way through sorted elements. */
import { add, convert, filledAs, floor, mul, round, sub, zerosAs } from "../primitives/arithmetic.js";
import { not } from "../primitives/bits.js";
import { broadcast, sum } from "../primitives/broadcast.js";
import { eq, isNaN, max, min, select } from "../primitives/compare.js";
import { permute, reshape } from "../primitives/reshape.js";
import { sort, takeAlong } from "../primitives/sort.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import type { FloatReductionFunction } from "../tensor/signatures.js";
import { DenseTensor, type ReduceOptions, type Tensor, type TensorLike } from "../tensor/tensor.js";
import { section } from "./along.js";
import { promoteAll } from "./convert.js";
import { asFloat } from "./door.js";
import { axesOf, countOf, keptShape } from "./methods/reductions.js";

export interface QuantileOptions extends ReduceOptions {
  /** What stands between two elements: a line ("linear", default), one of them, or their mean. */
  readonly method?: "linear" | "lower" | "higher" | "midpoint" | "nearest";
}
export type QuantileFunction = (x: TensorLike, q: TensorLike, options?: QuantileOptions) => Tensor;

const methods = ["linear", "lower", "higher", "midpoint", "nearest"] as const;

/** Fractions that are known have to be some. */
const checkFractions = (operation: string, q: Tensor, whole: number): void => {
  if (!(q instanceof DenseTensor)) return;
  for (let i = 0; i < q.size; i++) {
    const value = q.data === null ? q.value : (q.toTypedArray()[i] as number);
    if (!(value >= 0 && value <= whole)) {
      throw ArgumentError.invalid(
        operation,
        `${describe(value)} lies outside of 0 to ${whole}`,
        whole === 1 ? "np.percentile counts in hundredths." : "np.quantile counts from 0 to 1.",
      );
    }
  }
};

const quantileOf = (
  operation: string,
  a: TensorLike,
  fractions: TensorLike,
  options: QuantileOptions | undefined,
  { whole, skips }: { readonly whole: number; readonly skips: boolean },
): Tensor => {
  const given = [asFloat(operation, a), asFloat(operation, fractions)];
  checkFractions(operation, given[1] as Tensor, whole);
  const [x, q] = promoteAll(operation, given) as readonly [Tensor, Tensor];
  const axes = axesOf(operation, x, options, ["axis", "keepdims", "method"]);
  const { method = "linear", keepdims = false } = options ?? {};
  if (!methods.includes(method))
    throw ArgumentError.invalid(
      operation,
      `${describe(method)} is no method`,
      `Methods are ${methods.join(", ")}.`,
    );
  const { shape } = x.type;
  const n = countOf(x, axes);
  if (n === 0)
    throw ShapeError.mismatch(operation, "no elements to choose from", [shape], "Check the size first.");
  const rest = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const restShape = rest.map((axis) => shape[axis] as number);
  const last = rest.length;
  const k = q.size;
  const target = { shape: [...restShape, k], axes: rest.map((_, i) => i) };
  const rows = sort(reshape(permute(x, [...rest, ...axes]), [...restShape, n]), last);
  // NaN is sorted to the end: the last of those that count
  const count = skips ? sum(convert(not(isNaN(rows)), x.type.dtype), [last]) : undefined;
  const share = broadcast(reshape(q, [k]), { shape: target.shape, axes: [last] });
  const scaled = whole === 1 ? share : mul(share, filledAs(share, 1 / whole));
  const top =
    count === undefined ? filledAs(scaled, n - 1) : sub(broadcast(count, target), filledAs(scaled, 1));
  const place = mul(scaled, top);
  const below = floor(place);
  const within = (p: Tensor): Tensor => {
    const i = convert(p, "int32");
    return max(min(i, filledAs(i, n - 1)), zerosAs(i));
  };
  const at = (p: Tensor): Tensor => takeAlong(rows, within(p), last);
  const weight = sub(place, below);
  const isExact = eq(weight, zerosAs(weight));
  const low = at(method === "nearest" ? round(place) : below);
  let y = low;
  if (method !== "lower" && method !== "nearest") {
    const above = select(isExact, below, add(below, filledAs(below, 1)));
    const high = at(above);
    const part = method === "midpoint" ? filledAs(weight, 0.5) : weight;
    const between = method === "higher" ? high : add(mul(low, sub(filledAs(part, 1), part)), mul(high, part));
    // an element itself is exact: infinite neighbours do not matter
    y = select(isExact, low, between);
  }
  if (!skips) {
    const end = broadcast(reshape(section(rows, last, n - 1, n), restShape), target);
    y = select(isNaN(end), end, y);
  }
  const qShape = q.type.shape;
  const out = reshape(permute(y, [last, ...rest.map((_, i) => i)]), [...qShape, ...restShape]);
  return keepdims ? reshape(out, [...qShape, ...keptShape(shape, axes)]) : out;
};

const ofOne = { whole: 1, skips: false };
const ofHundred = { whole: 100, skips: false };

/**
 * The element at a fraction `q` of the way through the sorted elements; NaN if one is NaN. The axes of `q` come first. The
 * derivative in `q` is that of the line between two elements, and 0 at an element.
 * @throws ArgumentError for fractions outside of 0 to 1; ShapeError if there are no elements.
 * @example np.quantile([4, 1, 3, 2], 0.5) // 2.5
 * @see numpy.quantile
 */
export const quantile: QuantileFunction = (x, q, options) => quantileOf("quantile", x, q, options, ofOne);
/**
 * The same with the fraction in hundredths.
 * @throws ArgumentError for fractions outside of 0 to 100; ShapeError if there are no elements.
 * @example np.percentile([4, 1, 3, 2], [0, 100]) // [1, 4]
 * @see numpy.percentile
 */
export const percentile: QuantileFunction = (x, q, options) =>
  quantileOf("percentile", x, q, options, ofHundred);
/**
 * The quantile of what is not NaN; NaN where there is nothing else.
 * @throws ArgumentError for fractions outside of 0 to 1; ShapeError if there are no elements.
 * @example np.nanquantile([4, NaN, 2], 0.5) // 3
 * @see numpy.nanquantile
 */
export const nanquantile: QuantileFunction = (x, q, options) =>
  quantileOf("nanquantile", x, q, options, { ...ofOne, skips: true });
/**
 * The same with the fraction in hundredths.
 * @throws ArgumentError for fractions outside of 0 to 100; ShapeError if there are no elements.
 * @example np.nanpercentile([4, NaN, 2], 25) // 2.5
 * @see numpy.nanpercentile
 */
export const nanpercentile: QuantileFunction = (x, q, options) =>
  quantileOf("nanpercentile", x, q, options, { ...ofHundred, skips: true });
/**
 * The median of what is not NaN; NaN where there is nothing else.
 * @throws ShapeError if there are no elements.
 * @example np.nanmedian([5, NaN, 1]) // 3
 * @see numpy.nanmedian
 */
export const nanmedian: FloatReductionFunction = ((x: TensorLike, options?: ReduceOptions): Tensor => {
  const given = asFloat("nanmedian", x);
  axesOf("nanmedian", given, options);
  return quantileOf("nanmedian", given, 0.5, options, { ...ofOne, skips: true });
}) as FloatReductionFunction;
