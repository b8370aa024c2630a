/** How many elements fall where: counts of whole numbers, places among edges, histograms. */
import { add, div, filledAs, mul, sub } from "../primitives/arithmetic.js";
import { and } from "../primitives/bits.js";
import { sum } from "../primitives/broadcast.js";
import { eq, ge, le, lt, max, select } from "../primitives/compare.js";
import { scatterAdd } from "../primitives/gather.js";
import { reduceMax, reduceMin } from "../primitives/reduce.js";
import { reshape, reverse } from "../primitives/reshape.js";
import { ArgumentError, describe, IndexError, ShapeError } from "../tensor/errors.js";
import { sameShape } from "../tensor/shape.js";
import { compactData, DenseTensor, type Tensor, type TensorLike, uniform } from "../tensor/tensor.js";
import { section } from "./along.js";
import { cast, integersOf, promoteAll, stretch } from "./convert.js";
import { asFloat, asTensor } from "./door.js";
import { optionsOf } from "./options.js";
import { linspace } from "./ranges.js";
import { searchsorted } from "./sorting.js";

const checkCount = (operation: string, name: string, n: unknown): number => {
  if (Number.isInteger(n) && (n as number) >= 0) return n as number;
  throw ArgumentError.invalid(operation, `${name} is ${describe(n)}`, "It is a whole number from 0 on.");
};

/** Sums of weights (of ones without them) over equal places; places from `length` on are dropped. */
export const countedAt = (places: Tensor, weights: Tensor, length: number): Tensor => {
  const none = uniform({ shape: [length + 1], dtype: weights.type.dtype, weak: false }, 0);
  const end = filledAs(places, length);
  const inside = select(lt(places, end), places, end);
  const counts = scatterAdd([none, reshape(inside, [places.size, 1]), reshape(weights, [places.size])], {
    batchAxes: 0,
    indexedAxes: 1,
  });
  return section(counts, 0, 0, length);
};

const weightsOf = (operation: string, weights: TensorLike | undefined, x: Tensor): Tensor => {
  if (weights === undefined) return uniform({ shape: x.type.shape, dtype: "int32", weak: false }, 1);
  const w = asTensor(operation, weights);
  if (!sameShape(w.type.shape, x.type.shape)) {
    throw ShapeError.mismatch(
      operation,
      "the weights do not belong to the elements",
      [x.type.shape, w.type.shape],
      "Pass one weight for each element.",
    );
  }
  return cast(w, w.type.dtype === "bool" ? "int32" : w.type.dtype);
};

const wholeVector = (operation: string, given: TensorLike): Tensor => {
  const x = integersOf(operation, given);
  if (x.type.shape.length !== 1)
    throw ShapeError.mismatch(
      operation,
      "a vector is counted",
      [x.type.shape],
      "np.ravel flattens a tensor.",
    );
  return x;
};

export interface BincountOptions {
  /** What each element counts; default 1. Differentiable. */
  readonly weights?: TensorLike;
  /** The least number of counts. */
  readonly minlength?: number;
  /** The number of counts, where it must not depend on values (`vmap`, `jit`): elements beyond are not counted. */
  readonly length?: number;
}
/**
 * How often 0, 1, 2, ... occur in a vector of whole numbers, or the sums of the weights of each: int32, or the dtype of the
 * weights. There are as many counts as the largest number needs, at least `minlength`, or `length`.
 * @throws ConcretizationError where values are not known and no length is given; IndexError for negative numbers; ShapeError;
 *   DTypeError
 * @example np.bincount([0, 1, 1, 3]) // [1, 2, 0, 1]
 * @see numpy.bincount, jax.numpy.bincount
 */
export const bincount = (x: TensorLike, options?: BincountOptions): Tensor => {
  const {
    weights,
    minlength = 0,
    length,
  } = optionsOf("bincount", options, ["weights", "minlength", "length"]);
  const places = wholeVector("bincount", x);
  const least = checkCount("bincount", "minlength", minlength);
  const known =
    places instanceof DenseTensor || length === undefined ? places.concrete("bincount") : undefined;
  let largest = -1;
  if (known !== undefined) {
    for (const i of compactData(known)) {
      if (i < 0)
        throw IndexError.invalid("bincount", `${i} is negative`, "Counted are whole numbers from 0 on.");
      largest = Math.max(largest, i);
    }
  }
  const n = length === undefined ? Math.max(largest + 1, least) : checkCount("bincount", "length", length);
  const isNegative = lt(places, filledAs(places, 0));
  return countedAt(
    select(isNegative, filledAs(places, n), places),
    weightsOf("bincount", weights, places),
    n,
  );
};

/**
 * The number of the bin in which each element lies, between edges that rise or fall: i where edges[i - 1] <= x < edges[i], 0 and
 * the number of edges outside. With `right` bins contain their right ends instead (for falling edges their upper ones).
 * @throws ShapeError unless the edges are a vector; ArgumentError for edges that neither rise nor fall
 * @example np.digitize([0.5, 1, 9], [0, 1, 2]) // [1, 2, 3]
 * @see numpy.digitize
 */
export const digitize = (
  x: TensorLike,
  edges: TensorLike,
  options?: { readonly right?: boolean },
): Tensor => {
  const { right = false } = optionsOf("digitize", options, ["right"]);
  if (typeof right !== "boolean")
    throw ArgumentError.invalid("digitize", `right is ${describe(right)}`, "It is true or false.");
  const [values, bins] = [asTensor("digitize", x), asTensor("digitize", edges)];
  if (bins.type.shape.length !== 1)
    throw ShapeError.mismatch("digitize", "edges are a vector", [bins.type.shape], "Pass a list of them.");
  const n = bins.size;
  if (bins instanceof DenseTensor) {
    const data = compactData(bins);
    const steps = Array.from(
      { length: Math.max(n - 1, 0) },
      (_, i) => (data[i + 1] as number) - (data[i] as number),
    );
    if (!(steps.every((s) => s >= 0) || steps.every((s) => s <= 0)))
      throw ArgumentError.invalid(
        "digitize",
        "the edges neither rise nor fall",
        "np.sort puts them in order.",
      );
  }
  const side = right ? "left" : "right";
  const rising = searchsorted(bins, values, { side });
  if (n < 2) return rising;
  const falling = sub(filledAs(rising, n), searchsorted(reverse(bins, [0]), values, { side }));
  const end = (from: number): Tensor =>
    stretch(reshape(section(bins, 0, from, from + 1), []), rising.type.shape);
  return select(le(end(0), end(n - 1)), rising, falling);
};

export interface HistogramRange {
  /** How many bins of one width (default 10), or their edges. */
  readonly bins?: number | TensorLike;
  /** Where the first bin begins and the last ends; default the least and the largest element. */
  readonly range?: readonly [low: TensorLike, high: TensorLike];
}
/** Edges given, or of so many bins of one width from the least to the largest element. */
const edgesOf = (operation: string, x: Tensor, { bins = 10, range }: HistogramRange): Tensor => {
  if (typeof bins !== "number") {
    const edges = asFloat(operation, bins);
    if (edges.type.shape.length !== 1 || edges.size === 0)
      throw ShapeError.mismatch(
        operation,
        "edges are a vector",
        [edges.type.shape],
        "Pass one edge more than bins.",
      );
    return edges;
  }
  if (!Number.isInteger(bins) || bins < 1)
    throw ArgumentError.invalid(
      operation,
      `bins is ${describe(bins)}`,
      "It is a whole number from 1 on, or edges.",
    );
  const one = uniform({ shape: [], dtype: x.type.dtype, weak: false }, 1);
  if (range !== undefined && (!Array.isArray(range) || range.length !== 2))
    throw ArgumentError.invalid(operation, `the range is ${describe(range)}`, "It is a pair, [low, high].");
  const ends =
    range !== undefined
      ? range.map((end) => reshape(cast(asFloat(operation, end), x.type.dtype), []))
      : x.size === 0
        ? [filledAs(one, 0), one]
        : [reduceMin, reduceMax].map((extreme) => extreme(reshape(x, [x.size]), [0]));
  const [low, high] = ends as [Tensor, Tensor];
  if (
    range !== undefined &&
    low instanceof DenseTensor &&
    high instanceof DenseTensor &&
    low.item() > high.item()
  )
    throw ArgumentError.invalid(
      operation,
      `the range begins at ${low.item()} and ends at ${high.item()}`,
      "The lower end comes first.",
    );
  // a bin of no width: half a unit on both sides
  const flat = eq(low, high);
  const half = filledAs(low, 0.5);
  return linspace(select(flat, sub(low, half), low), select(flat, add(high, half), high), bins + 1);
};

/**
 * The edges of the bins that `histogram` has: one more than there are bins. Differentiable in the elements at both ends.
 * @throws ArgumentError for bins or a range that are none.
 * @example np.histogramBinEdges([0, 1, 4], { bins: 2 }) // [0, 2, 4]
 * @see numpy.histogram_bin_edges (its rules for choosing a number are not here)
 */
export const histogramBinEdges = (x: TensorLike, options?: HistogramRange): Tensor =>
  edgesOf(
    "histogramBinEdges",
    asFloat("histogramBinEdges", x),
    optionsOf("histogramBinEdges", options, ["bins", "range"]),
  );

export interface HistogramOptions extends HistogramRange {
  /** What each element counts, one for each; default 1. Differentiable. */
  readonly weights?: TensorLike;
  /** Divide by the total and by the widths, so that the integral is 1. */
  readonly density?: boolean;
}
/**
 * How many elements lie in each bin, and the edges: `[counts, edges]`. Bins are closed on the left, the last on both sides; what
 * lies outside is not counted. Counts are int32, or have the dtype of the weights; densities are floats.
 * @throws ArgumentError for bins or a range that are none; ShapeError for weights of another shape.
 * @example np.histogram([1, 2, 1, 4], { bins: [1, 2, 3, 4] })[0] // [2, 1, 1]
 * @see numpy.histogram
 */
export const histogram = (
  x: TensorLike,
  options?: HistogramOptions,
): readonly [counts: Tensor, edges: Tensor] => {
  const given = optionsOf("histogram", options, ["bins", "range", "weights", "density"]);
  const own = asFloat("histogram", x);
  const [values, edges] = promoteAll("histogram", [own, edgesOf("histogram", own, given)]) as [
    Tensor,
    Tensor,
  ];
  const flat = reshape(values, [values.size]);
  const weights = reshape(weightsOf("histogram", given.weights, values), [values.size]);
  const n = edges.size - 1;
  const found = searchsorted(edges, flat, { side: "right" });
  const last = stretch(reshape(section(edges, 0, n, n + 1), []), flat.type.shape);
  const place = select(eq(flat, last), filledAs(found, n - 1), sub(found, filledAs(found, 1)));
  const isInside = and(ge(place, filledAs(place, 0)), le(flat, last));
  const counts = countedAt(select(isInside, max(place, filledAs(place, 0)), filledAs(place, n)), weights, n);
  if (given.density !== true) return [counts, edges];
  const widths = sub(section(edges, 0, 1, n + 1), section(edges, 0, 0, n));
  const share = cast(counts, edges.type.dtype);
  return [div(share, mul(stretch(sum(share, [0]), [n]), widths)), edges];
};
