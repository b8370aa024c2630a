/** Axes moved, added, dropped, stretched and turned: rearrangements that do no arithmetic, mostly views. */
import { permute, reshape as reshapePrimitive, reverse } from "../primitives/reshape.js";
import { ArgumentError, AxisError, bracketed, describe, ShapeError } from "../tensor/errors.js";
import { normalizeAxes, normalizeAxis, orThrow, type Shape, sizeOf } from "../tensor/shape.js";
import type { ReshapeFunction, TransposeFunction } from "../tensor/signatures.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { join, moved, section } from "./along.js";
import { asTensor, throughDoor } from "./door.js";
import * as method from "./methods/shape.js";
import { optionsOf } from "./options.js";

export interface AxesOption {
  readonly axis?: number | readonly number[] | null;
}

/**
 * The same elements, in row-major order, under another shape; one size may be -1 and is then filled in.
 *
 * @throws ShapeError where the sizes do not multiply to the number of elements
 * @example np.reshape([1, 2, 3, 4, 5, 6], [2, -1]).shape // [2, 3]
 */
export const reshape: ReshapeFunction = throughDoor(method.reshape);

/**
 * Axis i of the result is axis `axes[i]` of `x`; without `axes`, all are reversed. Nothing is copied.
 *
 * @throws AxisError unless every axis is named once
 * @example np.transpose(np.zeros([2, 3, 4]), [0, 2, 1]).shape // [2, 4, 3]
 */
export const transpose: TransposeFunction = throughDoor(method.transpose);

/**
 * All elements in one axis, in row-major order.
 *
 * @example np.ravel([[1, 2], [3, 4]]).toArray() // [1, 2, 3, 4]
 */
export const ravel = (x: TensorLike): Tensor => {
  const t = asTensor("ravel", x);
  return t.type.shape.length === 1 ? t : reshapePrimitive(t, [t.size]);
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
  if (rank < 2)
    throw ShapeError.mismatch(
      "matrixTranspose",
      "a matrix is needed",
      [t.type.shape],
      "Tensors of rank 2 or more have matrices in their last axes.",
    );
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
  return exchanged(
    t,
    orThrow(normalizeAxis("swapaxes", axis1, rank)),
    orThrow(normalizeAxis("swapaxes", axis2, rank)),
  );
};

/**
 * Axes moved to new places; the others keep their order.
 *
 * @throws AxisError for axes out of range or named twice; ArgumentError for lists of two lengths
 * @example np.moveaxis(np.zeros([2, 3, 4]), 0, -1).shape // [3, 4, 2]
 */
export const moveaxis = (
  x: TensorLike,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor => {
  const t = asTensor("moveaxis", x);
  const rank = t.type.shape.length;
  const from = orThrow(normalizeAxes("moveaxis", source, rank));
  const to = orThrow(normalizeAxes("moveaxis", destination, rank));
  if (from.length !== to.length) {
    throw ArgumentError.invalid(
      "moveaxis",
      `${from.length} axes cannot move to ${to.length} places`,
      "Give as many destinations as sources.",
    );
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
  const rank = shape.length + (Array.isArray(axis) ? axis.length : 1);
  const places = orThrow(normalizeAxes("expandDims", Array.isArray(axis) ? axis : [axis], rank));
  let next = 0;
  return reshapePrimitive(
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
  const { axis = null } = optionsOf("squeeze", options, ["axis"]);
  const named = axis === null ? null : orThrow(normalizeAxes("squeeze", axis, shape.length));
  if (named?.some((i) => shape[i] !== 1)) {
    throw ShapeError.mismatch(
      "squeeze",
      `axes ${bracketed(named)} do not all have size 1`,
      [shape],
      "Only axes of size 1 can be dropped.",
    );
  }
  const kept = shape.filter((n, i) => (named === null ? n !== 1 : !named.includes(i)));
  return kept.length === shape.length ? t : reshapePrimitive(t, kept);
};

/**
 * The order of elements reversed along axes, or along all. A view.
 *
 * @throws AxisError for axes that `x` does not have
 * @example np.flip([1, 2, 3]).toArray() // [3, 2, 1]
 */
export const flip = (x: TensorLike, options?: AxesOption): Tensor => {
  const t = asTensor("flip", x);
  const axes = orThrow(normalizeAxes("flip", optionsOf("flip", options, ["axis"]).axis, t.type.shape.length));
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
  const { axis = null } = optionsOf("roll", options, ["axis"]);
  const shifts = typeof shift === "number" ? [shift] : shift;
  if (!Array.isArray(shifts) || !shifts.every(Number.isInteger)) {
    throw ArgumentError.invalid(
      "roll",
      `${describe(shift)} is no shift`,
      "Shift by an integer, or by a list of integers.",
    );
  }
  if (axis === null) {
    const total = shifts.reduce((a: number, b: number) => a + b, 0);
    return reshapePrimitive(rolledAlong(reshapePrimitive(t, [sizeOf(shape)]), total, 0), shape);
  }
  if (typeof axis !== "number" && !Array.isArray(axis))
    throw AxisError.outOfRange("roll", axis, shape.length);
  const axes = [axis].flat().map((i: number) => orThrow(normalizeAxis("roll", i, shape.length)));
  if (shifts.length !== 1 && axes.length !== 1 && shifts.length !== axes.length) {
    throw ArgumentError.invalid(
      "roll",
      `${shifts.length} shifts do not fit ${axes.length} axes`,
      "Give one shift for each axis, or one for all.",
    );
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
  const { k = 1, axes = [0, 1] } = optionsOf("rot90", options, ["k", "axes"]);
  const plane = orThrow(normalizeAxes("rot90", axes, t.type.shape.length));
  if (plane.length !== 2)
    throw new AxisError(`rot90: a plane has two axes, got ${describe(axes)}. Pass { axes: [from, to] }.`);
  if (!Number.isInteger(k))
    throw ArgumentError.invalid("rot90", `${describe(k)} is no number of turns`, "Turns are integers.");
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
  return shape === t.type.shape ? t : reshapePrimitive(t, shape);
};

/** Scalars as [1]; others as they are. */
export const atleast1d = (x: TensorLike): Tensor => atLeast("atleast1d", x, (s) => (s.length > 0 ? s : [1]));
/** Scalars as [1, 1], vectors as rows [1, n]; others as they are. */
export const atleast2d = (x: TensorLike): Tensor =>
  atLeast("atleast2d", x, (s) => (s.length > 1 ? s : [1, ...(s.length === 0 ? [1] : s)]));
/** Scalars as [1, 1, 1], vectors as [1, n, 1], matrices as [m, n, 1]; others as they are. */
export const atleast3d = (x: TensorLike): Tensor =>
  atLeast("atleast3d", x, (s) =>
    s.length > 2 ? s : s.length === 2 ? [...s, 1] : [1, ...(s.length === 0 ? [1] : s), 1],
  );
