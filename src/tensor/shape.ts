/**
 * Shapes as plain arrays, and the pure arithmetic on them. What can fail returns an `Either`, which the public
 * door opens once with `orThrow`; nothing here throws.
 */
import type { Either } from "fp-ts/lib/Either.js";
import { AxisError, type CotangentError, ShapeError } from "./errors.js";

export type Shape = readonly number[];

export const scalarShape: Shape = [];

export const sizeOf = (shape: Shape): number => {
  let n = 1;
  for (let i = 0; i < shape.length; i++) n *= shape[i] as number;
  return n;
};

export const sameShape = (a: Shape, b: Shape): boolean => {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

/** Row-major strides, in elements. */
export const compactStrides = (shape: Shape): number[] => {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis] as number;
  }
  return strides;
};

const right = <A>(value: A): Either<never, A> => ({ _tag: "Right", right: value });
const left = <E>(error: E): Either<E, never> => ({ _tag: "Left", left: error });

/** The value, or the error thrown: the one place where a checked shape becomes an exception. */
export const orThrow = <A>(checked: Either<CotangentError, A>): A => {
  if (checked._tag === "Left") throw checked.left;
  return checked.right;
};

/** NumPy's broadcasting: shapes aligned at the right, sizes equal or one of them 1. */
export const broadcastShapes = (
  operation: string,
  ...shapes: readonly Shape[]
): Either<ShapeError, Shape> => {
  let out: Shape = shapes[0] ?? scalarShape;
  for (let k = 1; k < shapes.length; k++) {
    const next = shapes[k] as Shape;
    if (sameShape(out, next)) continue;
    const rank = Math.max(out.length, next.length);
    const joined = new Array<number>(rank);
    for (let i = 1; i <= rank; i++) {
      const a = out[out.length - i] ?? 1;
      const b = next[next.length - i] ?? 1;
      if (a !== b && a !== 1 && b !== 1) return left(ShapeError.broadcast(operation, shapes, rank - i, a, b));
      joined[rank - i] = a === 1 ? b : a;
    }
    out = joined;
  }
  return right(out);
};

/** `axis` in 0..rank-1, negative ones counted from the end. */
export const normalizeAxis = (operation: string, axis: number, rank: number): Either<AxisError, number> =>
  Number.isInteger(axis) && axis >= -rank && axis < rank
    ? right(axis < 0 ? axis + rank : axis)
    : left(AxisError.outOfRange(operation, axis, rank));

/** Several axes, in the order given, each named once; null or undefined means all. */
export const normalizeAxes = (
  operation: string,
  axes: number | readonly number[] | null | undefined,
  rank: number,
): Either<AxisError, number[]> => {
  if (axes === null || axes === undefined) return right(Array.from({ length: rank }, (_, i) => i));
  const out: number[] = [];
  const list: unknown = typeof axes === "number" ? [axes] : axes;
  if (!Array.isArray(list)) return left(AxisError.outOfRange(operation, axes, rank));
  for (const axis of list as readonly number[]) {
    const checked = normalizeAxis(operation, axis, rank);
    if (checked._tag === "Left") return checked;
    if (out.includes(checked.right)) return left(AxisError.repeated(operation, axis));
    out.push(checked.right);
  }
  return right(out);
};

/** A shape that the user wrote: whole sizes, none negative. */
export const checkShape = (operation: string, shape: readonly number[]): Either<ShapeError, Shape> =>
  Array.isArray(shape) && shape.every((n) => Number.isInteger(n) && n >= 0)
    ? right(shape)
    : left(ShapeError.invalid(operation, shape));

/** The shape (or any list of numbers by axis) with another number at one axis. */
export const replaceAt = (list: readonly number[], axis: number, value: number): number[] => {
  const copy = [...list];
  copy[axis] = value;
  return copy;
};
