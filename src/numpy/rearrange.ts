/** Axes moved, added, dropped, stretched and turned: rearrangements that do no arithmetic, mostly views. */
import { permute, reshape, reverse } from "../primitives/reshape.js";
import { ArgumentError, AxisError, ShapeError } from "../tensor/errors.js";
import { broadcastShapes as broadcastChecked, checkShape, normalizeAxes, normalizeAxis, orThrow, type Shape, sizeOf } from "../tensor/shape.js";
import type { BroadcastToFunction } from "../tensor/signatures.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { join, moved, section } from "./along.js";
import { broadcastAll, stretch } from "./convert.js";
import { asTensor } from "./door.js";
import { optionsOf } from "./options.js";

export interface AxisOption {
  /** One axis, negative from the end; what happens without is said of each function. */
  readonly axis?: number | null;
}
export interface AxesOption {
  readonly axis?: number | readonly number[] | null;
}

/**
 * All elements in one axis, in row-major order.
 *
 * @example np.ravel([[1, 2], [3, 4]]).toArray() // [1, 2, 3, 4]
 */
export const ravel = (x: TensorLike): Tensor => {
  const t = asTensor("ravel", x);
  return t.type.shape.length === 1 ? t : reshape(t, [t.size]);
};

/**
 * The last two axes exchanged, those of a stack of matrices.
 *
 * @throws ShapeError for tensors of rank below 2
 * @example np.matrixTranspose([[1, 2, 3]]).shape // [3, 1]
 */
export const matrixTranspose = (x: TensorLike): Tensor => {
  const t = asTensor("matrixTranspose", x);
  const rank = t.type.shape.length;
  if (rank < 2) throw ShapeError.mismatch("matrixTranspose", "a matrix is needed", [t.type.shape], "Tensors of rank 2 or more have matrices in their last axes.");
  return exchanged(t, rank - 2, rank - 1);
};

const exchanged = (x: Tensor, i: number, j: number): Tensor => {
  if (i === j) return x;
  const order = x.type.shape.map((_, axis) => (axis === i ? j : axis === j ? i : axis));
  return permute(x, order);
};

/**
 * Two axes exchanged.
 *
 * @throws AxisError for axes that `x` does not have
 * @example np.swapaxes([[1, 2, 3]], 0, 1).shape // [3, 1]
 */
export const swapaxes = (x: TensorLike, axis1: number, axis2: number): Tensor => {
  const t = asTensor("swapaxes", x);
  const rank = t.type.shape.length;
  return exchanged(t, orThrow(normalizeAxis("swapaxes", axis1, rank)), orThrow(normalizeAxis("swapaxes", axis2, rank)));
};

/**
 * Axes moved to new places; the others keep their order.
 *
 * @throws AxisError for axes out of range or named twice; ArgumentError for lists of two lengths
 * @example np.moveaxis(np.zeros([2, 3, 4]), 0, -1).shape // [3, 4, 2]
 */
export const moveaxis = (x: TensorLike, source: number | readonly number[], destination: number | readonly number[]): Tensor => {
  const t = asTensor("moveaxis", x);
  const rank = t.type.shape.length;
  const from = orThrow(normalizeAxes("moveaxis", source, rank));
  const to = orThrow(normalizeAxes("moveaxis", destination, rank));
  if (from.length !== to.length) {
    throw ArgumentError.invalid("moveaxis", `${from.length} axes cannot move to ${to.length} places`, "Give as many destinations as sources.");
  }
  return moved(t, from, to);
};

/**
 * New axes of size 1 at the given places of the result.
 *
 * @throws AxisError for places that the result does not have
 * @example np.expandDims([1, 2, 3], 0).shape // [1, 3]
 */
export const expandDims = (x: TensorLike, axis: number | readonly number[]): Tensor => {
  const t = asTensor("expandDims", x);
  const { shape } = t.type;
  const rank = shape.length + (typeof axis === "number" ? 1 : axis.length);
  const places = orThrow(normalizeAxes("expandDims", axis, rank));
  let next = 0;
  return reshape(
    t,
    Array.from({ length: rank }, (_, place) => (places.includes(place) ? 1 : (shape[next++] as number))),
  );
};

/**
 * Axes of size 1 dropped: those named, or all.
 *
 * @throws ShapeError where a named axis has another size
 * @example np.squeeze([[[1], [2]]]).shape // [2]
 */
export const squeeze = (x: TensorLike, options?: AxesOption): Tensor => {
  const t = asTensor("squeeze", x);
  const { shape } = t.type;
  const { axis = null } = optionsOf("squeeze", options);
  const named = axis === null ? null : orThrow(normalizeAxes("squeeze", axis, shape.length));
  if (named?.some((i) => shape[i] !== 1)) {
    throw ShapeError.mismatch("squeeze", `axes [${named.join(", ")}] do not all have size 1`, [shape], "Only axes of size 1 can be dropped.");
  }
  const kept = shape.filter((n, i) => (named === null ? n !== 1 : !named.includes(i)));
  return kept.length === shape.length ? t : reshape(t, kept);
};

const broadcastToShape = (x: TensorLike, shape: Shape): Tensor => {
  const t = asTensor("broadcastTo", x);
  const wanted = orThrow(checkShape("broadcastTo", shape));
  const from = t.type.shape;
  const missing = wanted.length - from.length;
  const fits = missing >= 0 && from.every((n, axis) => n === 1 || n === wanted[axis + missing]);
  if (!fits) {
    throw ShapeError.mismatch("broadcastTo", "the shape cannot be stretched to the one wanted", [from, wanted], "Aligned at the last axis, sizes must be equal, or 1 in the tensor.");
  }
  return stretch(t, wanted);
};

/**
 * `x` repeated to a shape, without copying: aligned at the last axis, sizes must be equal, or 1 in `x`.
 *
 * @throws ShapeError where they are not
 * @example np.broadcastTo([1, 2], [3, 2]).shape // [3, 2]
 */
export const broadcastTo: BroadcastToFunction = broadcastToShape as BroadcastToFunction;

/**
 * The shape in which tensors of these shapes meet.
 *
 * @throws ShapeError where sizes differ and none is 1
 * @example np.broadcastShapes([2, 1], [3]) // [2, 3]
 */
export const broadcastShapes = (...shapes: readonly Shape[]): Shape =>
  orThrow(broadcastChecked("broadcastShapes", ...shapes.map((shape) => orThrow(checkShape("broadcastShapes", shape)))));

/**
 * All tensors in the shape in which they meet; dtypes stay.
 *
 * @throws ShapeError where the shapes do not broadcast
 * @example np.broadcastArrays([[1], [2]], [3, 4]).map((x) => x.shape) // [[2, 2], [2, 2]]
 */
export const broadcastArrays = (...xs: readonly TensorLike[]): readonly Tensor[] => {
  const tensors = xs.map((x) => asTensor("broadcastArrays", x));
  return tensors.length === 0 ? [] : broadcastAll("broadcastArrays", tensors);
};

/**
 * The order of elements reversed along axes, or along all. A view.
 *
 * @throws AxisError for axes that `x` does not have
 * @example np.flip([1, 2, 3]).toArray() // [3, 2, 1]
 */
export const flip = (x: TensorLike, options?: AxesOption): Tensor => {
  const t = asTensor("flip", x);
  const axes = orThrow(normalizeAxes("flip", optionsOf("flip", options).axis, t.type.shape.length));
  return axes.length === 0 ? t : reverse(t, axes);
};

const rolledAlong = (x: Tensor, shift: number, axis: number): Tensor => {
  const n = x.type.shape[axis] as number;
  const by = n === 0 ? 0 : ((shift % n) + n) % n;
  return by === 0 ? x : join([section(x, axis, n - by, n), section(x, axis, 0, n - by)], axis);
};

/**
 * Elements moved by `shift` places along axes, those that leave at the end coming in again at the start; without
 * `axis` in the order of the flattened tensor. Lists of shifts and axes are rolled one after the other.
 *
 * @throws AxisError for axes that `x` does not have; ArgumentError for shifts that are no integers
 * @example np.roll([1, 2, 3, 4], 1).toArray() // [4, 1, 2, 3]
 */
export const roll = (x: TensorLike, shift: number | readonly number[], options?: AxesOption): Tensor => {
  const t = asTensor("roll", x);
  const { shape } = t.type;
  const { axis = null } = optionsOf("roll", options);
  const shifts = typeof shift === "number" ? [shift] : shift;
  if (!Array.isArray(shifts) || !shifts.every(Number.isInteger)) {
    throw ArgumentError.invalid("roll", `${JSON.stringify(shift)} is no shift`, "Shift by an integer, or by a list of integers.");
  }
  if (axis === null) {
    const total = shifts.reduce((a: number, b: number) => a + b, 0);
    return reshape(rolledAlong(reshape(t, [sizeOf(shape)]), total, 0), shape);
  }
  const axes = (typeof axis === "number" ? [axis] : axis).map((i) => orThrow(normalizeAxis("roll", i, shape.length)));
  if (shifts.length !== 1 && axes.length !== 1 && shifts.length !== axes.length) {
    throw ArgumentError.invalid("roll", `${shifts.length} shifts do not fit ${axes.length} axes`, "Give one shift for each axis, or one for all.");
  }
  let out = t;
  for (let i = 0; i < Math.max(shifts.length, axes.length); i++) {
    out = rolledAlong(out, (shifts[i] ?? shifts[0]) as number, (axes[i] ?? axes[0]) as number);
  }
  return out;
};

export interface Rot90Options {
  /** Quarter turns; default 1. */
  readonly k?: number;
  /** The plane, turned from the first axis towards the second; default [0, 1]. */
  readonly axes?: readonly [number, number];
}

/**
 * Quarter turns in the plane of two axes.
 *
 * @throws AxisError for axes out of range or equal; ArgumentError for a number of turns that is no integer
 * @example np.rot90([[1, 2], [3, 4]]).toArray() // [[2, 4], [1, 3]]
 */
export const rot90 = (x: TensorLike, options?: Rot90Options): Tensor => {
  const t = asTensor("rot90", x);
  const { k = 1, axes = [0, 1] } = optionsOf("rot90", options);
  const plane = orThrow(normalizeAxes("rot90", axes, t.type.shape.length));
  if (plane.length !== 2) throw new AxisError(`rot90: a plane has two axes, got [${axes.join(", ")}].`);
  if (!Number.isInteger(k)) throw ArgumentError.invalid("rot90", `${k} is no number of turns`, "Turns are integers.");
  const [from, to] = plane as [number, number];
  switch (((k % 4) + 4) % 4) {
    case 0:
      return t;
    case 1:
      return exchanged(reverse(t, [to]), from, to);
    case 2:
      return reverse(t, plane);
    default:
      return reverse(exchanged(t, from, to), [to]);
  }
};

const atLeast = (operation: string, x: TensorLike, shapeFor: (shape: Shape) => Shape): Tensor => {
  const t = asTensor(operation, x);
  const shape = shapeFor(t.type.shape);
  return shape === t.type.shape ? t : reshape(t, shape);
};

/** Scalars as [1]; others as they are. */
export const atleast1d = (x: TensorLike): Tensor => atLeast("atleast1d", x, (s) => (s.length > 0 ? s : [1]));
/** Scalars as [1, 1], vectors as rows [1, n]; others as they are. */
export const atleast2d = (x: TensorLike): Tensor => atLeast("atleast2d", x, (s) => (s.length > 1 ? s : [1, ...(s.length === 0 ? [1] : s)]));
/** Scalars as [1, 1, 1], vectors as [1, n, 1], matrices as [m, n, 1]; others as they are. */
export const atleast3d = (x: TensorLike): Tensor =>
  atLeast("atleast3d", x, (s) => (s.length > 2 ? s : s.length === 2 ? [...s, 1] : [1, ...(s.length === 0 ? [1] : s), 1]));
