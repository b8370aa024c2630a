/** Elements chosen by arrays of positions, blocks at computed starts, and positions as rows of zeros and a one. */
import { add, convert, rem } from "../primitives/arithmetic.js";
import { eq, lt, max, min, select } from "../primitives/compare.js";
import { reshape } from "../primitives/reshape.js";
import {
  dynamicSlice as dynamicSlicePrimitive,
  dynamicUpdateSlice as dynamicUpdateSlicePrimitive,
} from "../primitives/slice.js";
import { takeAlong } from "../primitives/sort.js";
import { type DType, isFloat } from "../tensor/dtype.js";
import { ArgumentError, bracketed, describe, ShapeError } from "../tensor/errors.js";
import { checkShape, normalizeAxis, orThrow, type Shape } from "../tensor/shape.js";
import { compact, type IndexItem, type Tensor, type TensorLike, uniform } from "../tensor/tensor.js";
import { join, moved, takePositions } from "./along.js";
import { broadcastAll, cast, checkDType, integersOf, stretch } from "./convert.js";
import { asTensor } from "./door.js";
import { planIndex, positionsOn, readPlan } from "./index-plan.js";
import { row } from "./methods/indexing.js";
import { optionsOf } from "./options.js";

/**
 * NumPy's `x[...]`: integers (negative from the end), `{ slice: [start, stop, step] }`, null for a new axis, "..." for
 * the axes that are not named, arrays of integers (which broadcast) and of booleans. Differentiable in `x`.
 *
 * @throws IndexError for integers out of range, too many items, masks of another shape
 * @throws ConcretizationError where the size of the result would depend on a mask that is not known
 * @example np.slice([[1, 2, 3], [4, 5, 6]], "...", { slice: [null, null, 2] }).toArray() // [[1, 3], [4, 6]]
 */
export const slice = (x: TensorLike, ...index: readonly IndexItem[]): Tensor => {
  const t = asTensor("slice", x);
  const [first] = index;
  if (index.length === 1 && typeof first === "number" && t.type.shape.length > 0) return row(t, first);
  return readPlan(t, planIndex("slice", t.type.shape, index));
};

export interface TakeOptions {
  /** Default null: the flattened tensor. */
  readonly axis?: number | null;
  /** Beyond the axis: throw ("raise", default; negative positions count from the end), "clip" to it, or "wrap" around. */
  readonly mode?: "raise" | "clip" | "wrap";
}

/**
 * Elements at positions along an axis: the shape of `indices` stands in its place.
 *
 * @throws IndexError for positions beyond the axis and for indices that are no integers; AxisError
 * @example np.take([10, 20, 30], [2, 0, -1]).toArray() // [30, 10, 30]
 */
export const take = (x: TensorLike, indices: TensorLike, options?: TakeOptions): Tensor => {
  const given = asTensor("take", x);
  const { axis = null, mode = "raise" } = optionsOf("take", options, ["axis", "mode"]);
  const t = axis === null ? reshape(given, [given.size]) : given;
  const at = axis === null ? 0 : orThrow(normalizeAxis("take", axis, t.type.shape.length));
  const n = t.type.shape[at] as number;
  if (mode === "raise") return takePositions(t, positionsOn("take", indices, at, n), at);
  if (mode !== "clip" && mode !== "wrap")
    throw ArgumentError.invalid("take", `${describe(mode)} is no mode`, "Modes are raise, clip, wrap.");
  const i = integersOf("take", indices);
  if (n === 0 && i.size > 0)
    throw new ShapeError(
      `take: axis ${at} of shape ${bracketed(t.type.shape)} is empty, so there is nothing to take.`,
    );
  const of = (value: number): Tensor => uniform(i.type, value);
  return takePositions(
    t,
    mode === "clip" ? max(min(i, of(n - 1)), of(0)) : n === 0 ? i : rem(add(rem(i, of(n)), of(n)), of(n)),
    at,
  );
};

/**
 * Elements at positions along an axis, every row by its own positions: x[..., indices[..., i, ...], ...]. The other
 * axes of `x` and `indices` broadcast; with axis null both are flat.
 *
 * @throws IndexError for positions beyond the axis; ShapeError where ranks differ or other axes do not broadcast
 * @example np.takeAlongAxis([[3, 1], [4, 2]], [[1], [0]], { axis: 1 }).toArray() // [[1], [4]]
 */
export const takeAlongAxis = (
  x: TensorLike,
  indices: TensorLike,
  options?: { readonly axis?: number | null },
): Tensor => {
  const given = asTensor("takeAlongAxis", x);
  const { axis = -1 } = optionsOf("takeAlongAxis", options, ["axis"]);
  const t = axis === null ? reshape(given, [given.size]) : given;
  const { shape } = t.type;
  const at = orThrow(normalizeAxis("takeAlongAxis", axis ?? 0, shape.length));
  const places = positionsOn("takeAlongAxis", indices, at, shape[at] as number);
  if (places.type.shape.length !== shape.length) {
    throw ShapeError.mismatch(
      "takeAlongAxis",
      "indices need the rank of the tensor",
      [shape, places.type.shape],
      "np.take reads the same positions of every row.",
    );
  }
  // all axes but this one meet
  const without = (s: Shape, n: number): Shape => s.map((size, i) => (i === at ? n : size));
  const probes = [without(shape, 1), without(places.type.shape, 1)].map((s) =>
    uniform({ shape: s, dtype: "bool", weak: false }, 0),
  );
  const common = (broadcastAll("takeAlongAxis", probes)[0] as Tensor).type.shape;
  return takeAlong(
    stretch(t, without(common, shape[at] as number)),
    stretch(places, without(common, places.type.shape[at] as number)),
    at,
  );
};

/** One int32 start for each axis; negative ones count from the end. */
const startsOf = (operation: string, starts: TensorLike, shape: Shape): Tensor => {
  const parts = Array.isArray(starts)
    ? starts.map((start: TensorLike) => reshape(integersOf(operation, start), [1]))
    : undefined;
  const i = parts === undefined || parts.length === 0 ? integersOf(operation, starts) : join(parts, 0);
  if (i.type.shape.length !== 1 || i.type.shape[0] !== shape.length) {
    throw ShapeError.mismatch(
      operation,
      "one start is needed for each axis",
      [i.type.shape, shape],
      "Starts are a list, or an integer vector.",
    );
  }
  const sizes = compact(i.type, Int32Array.from(shape));
  return select(lt(i, uniform(i.type, 0)), add(i, sizes), i);
};

/**
 * A block of static `sizes` from starts that may be computed: JAX's dynamic_slice. Starts count from the end where
 * negative, and are then moved so that the block lies within `x`.
 *
 * @throws ShapeError unless there is one start and one size for each axis, no size beyond it
 * @example np.dynamicSlice([1, 2, 3, 4], [3], [2]).toArray() // [3, 4]
 */
export const dynamicSlice = (x: TensorLike, starts: TensorLike, sizes: Shape): Tensor => {
  const t = asTensor("dynamicSlice", x);
  const { shape } = t.type;
  const block = orThrow(checkShape("dynamicSlice", sizes));
  if (block.length !== shape.length || block.some((n, axis) => n > (shape[axis] as number))) {
    throw ShapeError.mismatch(
      "dynamicSlice",
      "one size is needed for each axis, none beyond it",
      [shape, block],
      "Sizes are static numbers.",
    );
  }
  return dynamicSlicePrimitive(t, startsOf("dynamicSlice", starts, shape), block);
};

/**
 * `x` with a block replaced, at starts that may be computed (as in `dynamicSlice`).
 *
 * @throws ShapeError unless the update has the rank of `x` and fits into it
 * @example np.dynamicUpdateSlice([1, 2, 3, 4], [8, 9], [1]).toArray() // [1, 8, 9, 4]
 */
export const dynamicUpdateSlice = (x: TensorLike, update: TensorLike, starts: TensorLike): Tensor => {
  const t = asTensor("dynamicUpdateSlice", x);
  const block = cast(asTensor("dynamicUpdateSlice", update), t.type.dtype);
  const { shape } = t.type;
  if (
    block.type.shape.length !== shape.length ||
    block.type.shape.some((n, axis) => n > (shape[axis] as number))
  ) {
    throw ShapeError.mismatch(
      "dynamicUpdateSlice",
      "the update must fit into the tensor",
      [shape, block.type.shape],
      "Both need the same rank.",
    );
  }
  return dynamicUpdateSlicePrimitive([t, block, startsOf("dynamicUpdateSlice", starts, shape)], null);
};

export interface OneHotOptions {
  /** Default float64. */
  readonly dtype?: DType;
  /** Where the axis of classes goes in the result; default last. */
  readonly axis?: number;
}

/**
 * 1 at the place that each index names and 0 elsewhere, along a new axis; all 0 for indices beyond the classes.
 *
 * @throws ArgumentError for a number of classes that is no count; AxisError; DTypeError
 * @example np.oneHot([0, 2], 3).toArray() // [[1, 0, 0], [0, 0, 1]]
 */
export const oneHot = (indices: TensorLike, classes: number, options?: OneHotOptions): Tensor => {
  const t = asTensor("oneHot", indices);
  const { dtype = "float64", axis = -1 } = optionsOf("oneHot", options, ["dtype", "axis"]);
  if (!Number.isInteger(classes) || classes < 0)
    throw ArgumentError.invalid(
      "oneHot",
      `${describe(classes)} is no number of classes`,
      "Classes are counted.",
    );
  const i = isFloat(t.type.dtype) ? t : cast(t, "int32");
  const { shape } = i.type;
  const at = orThrow(normalizeAxis("oneHot", axis, shape.length + 1));
  const wide = [...shape, classes];
  const names = cast(
    compact(
      { shape: [classes], dtype: "int32", weak: false },
      Int32Array.from({ length: classes }, (_, c) => c),
    ),
    i.type.dtype,
  );
  const hits = eq(stretch(reshape(i, [...shape, 1]), wide), stretch(names, wide));
  return moved(convert(hits, checkDType("oneHot", dtype)), [shape.length], [at]);
};
