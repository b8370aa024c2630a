/** Tensors joined and taken apart: concatenation and its inverse, and copies of one tensor side by side. */
import { broadcast } from "../primitives/broadcast.js";
import { reshape } from "../primitives/reshape.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { normalizeAxis, orThrow, type Shape, sameShape } from "../tensor/shape.js";
import { Tensor, type TensorLike } from "../tensor/tensor.js";
import { join, section, takeStatic } from "./along.js";
import { promoteAll } from "./convert.js";
import { asTensor } from "./door.js";
import { optionsOf } from "./options.js";

/** Some tensors, or one that is taken apart along its first axis. */
export type TensorList = readonly TensorLike[] | Tensor;

/** The tensors of a list, as they are. */
const listOf = (operation: string, xs: TensorList): readonly Tensor[] => {
  const list = xs instanceof Tensor ? unstack(xs) : xs;
  if (!Array.isArray(list))
    throw ArgumentError.invalid(
      operation,
      "the first argument is no list",
      "Pass the tensors in an array: [a, b].",
    );
  if (list.length === 0) throw ArgumentError.invalid(operation, "no tensors to join", "Pass at least one.");
  return list.map((x: TensorLike) => asTensor(operation, x));
};

const joined = (operation: string, xs: readonly Tensor[], axis: number): Tensor => {
  const first = (xs[0] as Tensor).type.shape;
  const at = orThrow(normalizeAxis(operation, axis, first.length));
  for (const { type } of xs) {
    if (type.shape.length !== first.length || type.shape.some((n, i) => i !== at && n !== first[i])) {
      throw ShapeError.mismatch(
        operation,
        `shapes must agree except along axis ${at}`,
        xs.map((x) => x.type.shape),
        "np.stack joins along a new axis.",
      );
    }
  }
  return join(promoteAll(operation, xs), at);
};

export interface JoinOptions {
  /** Default 0. */
  readonly axis?: number;
}

/**
 * Tensors one after the other along an axis that they have; axis null flattens them first. Dtypes are promoted.
 *
 * @throws ShapeError where they differ elsewhere; AxisError; ArgumentError for an empty list
 * @example np.concatenate([[1, 2], [3]]).toArray() // [1, 2, 3]
 */
export const concatenate = (xs: TensorList, options?: { readonly axis?: number | null }): Tensor => {
  const { axis = 0 } = optionsOf("concatenate", options, ["axis"]);
  const list = listOf("concatenate", xs);
  return axis === null
    ? joined(
        "concatenate",
        list.map((x) => reshape(x, [x.size])),
        0,
      )
    : joined("concatenate", list, axis);
};

/**
 * Tensors of one shape joined along a new axis, which stands at `axis` of the result.
 *
 * @throws ShapeError where the shapes differ; AxisError; ArgumentError for an empty list
 * @example np.stack([[1, 2], [3, 4]], { axis: 1 }).toArray() // [[1, 3], [2, 4]]
 */
export const stack = (xs: TensorList, options?: JoinOptions): Tensor => {
  const { axis = 0 } = optionsOf("stack", options, ["axis"]);
  const list = listOf("stack", xs);
  const { shape } = (list[0] as Tensor).type;
  const at = orThrow(normalizeAxis("stack", axis, shape.length + 1));
  if (list.some((x) => !sameShape(x.type.shape, shape))) {
    throw ShapeError.mismatch(
      "stack",
      "all tensors need one shape",
      list.map((x) => x.type.shape),
      "np.concatenate joins along an axis that they have.",
    );
  }
  const one = [...shape.slice(0, at), 1, ...shape.slice(at)];
  return join(
    promoteAll(
      "stack",
      list.map((x) => reshape(x, one)),
    ),
    at,
  );
};

/**
 * The slices of a tensor along an axis, without that axis: the inverse of `stack`.
 *
 * @throws AxisError for an axis that `x` does not have
 * @example np.unstack([[1, 2], [3, 4]]).map((row) => row.toArray()) // [[1, 2], [3, 4]]
 */
export const unstack = (x: TensorLike, options?: JoinOptions): Tensor[] => {
  const t = asTensor("unstack", x);
  const { shape } = t.type;
  const { axis = 0 } = optionsOf("unstack", options, ["axis"]);
  const at = orThrow(normalizeAxis("unstack", axis, shape.length));
  const rest = shape.filter((_, i) => i !== at);
  return Array.from({ length: shape[at] as number }, (_, i) => reshape(section(t, at, i, i + 1), rest));
};

/** Side by side: along axis 1, vectors and scalars along their only axis. */
export const hstack = (xs: TensorList): Tensor => {
  const list = listOf("hstack", xs).map((x) => (x.type.shape.length === 0 ? reshape(x, [1]) : x));
  return joined("hstack", list, (list[0] as Tensor).type.shape.length === 1 ? 0 : 1);
};

/** One below the other: along axis 0, vectors as rows. */
export const vstack = (xs: TensorList): Tensor =>
  joined(
    "vstack",
    listOf("vstack", xs).map((x) => (x.type.shape.length < 2 ? reshape(x, [1, x.size]) : x)),
    0,
  );

/** Where sections begin and end, for a number of sections or a list of cutting points (as in slices). */
const sections = (
  operation: string,
  n: number,
  at: number | readonly number[],
  even: boolean,
): readonly [number, number][] => {
  const invalid = (): ArgumentError =>
    ArgumentError.invalid(
      operation,
      `${describe(at)} says no sections`,
      "Pass a positive number of sections or a list of integers at which to cut.",
    );
  if (typeof at === "number") {
    if (!Number.isInteger(at) || at < 1) throw invalid();
    if (even && n % at !== 0) {
      throw new ShapeError(
        `${operation}: size ${n} is not divisible into ${at} equal sections. np.arraySplit makes sections that differ by one.`,
      );
    }
    const small = Math.floor(n / at);
    const larger = n % at;
    const start = (i: number): number => i * small + Math.min(i, larger);
    return Array.from({ length: at }, (_, i) => [start(i), start(i + 1)]);
  }
  if (!Array.isArray(at) || !at.every(Number.isInteger)) throw invalid();
  const points = [0, ...at.map((i: number) => Math.min(Math.max(i < 0 ? i + n : i, 0), n)), n];
  return points.slice(1).map((to, i) => [points[i] as number, Math.max(points[i] as number, to)]);
};

const splitInto = (
  operation: string,
  x: TensorLike,
  at: number | readonly number[],
  options: JoinOptions | undefined,
  even: boolean,
): Tensor[] => {
  const t = asTensor(operation, x);
  const axis = orThrow(
    normalizeAxis(operation, optionsOf(operation, options, ["axis"]).axis ?? 0, t.type.shape.length),
  );
  return sections(operation, t.type.shape[axis] as number, at, even).map(([from, to]) =>
    section(t, axis, from, to),
  );
};

/**
 * Sections along an axis: a number of equal ones, or those between the given indices.
 *
 * @throws ShapeError where the sections would not be equal; AxisError; ArgumentError
 * @example np.split([1, 2, 3, 4], [1, 3]).map((x) => x.toArray()) // [[1], [2, 3], [4]]
 */
export const split = (
  x: TensorLike,
  sectionsOrIndices: number | readonly number[],
  options?: JoinOptions,
): Tensor[] => splitInto("split", x, sectionsOrIndices, options, true);

/** As `split`, but sections may differ by one element, the longer ones first. */
export const arraySplit = (
  x: TensorLike,
  sectionsOrIndices: number | readonly number[],
  options?: JoinOptions,
): Tensor[] => splitInto("arraySplit", x, sectionsOrIndices, options, false);

/** Every axis i repeated as a whole, counts[i] times: [2, 3] by [1, 2] is [1 2, 2 3] broadcast over the first of each pair. */
const tiled = (x: Tensor, shape: Shape, counts: readonly number[]): Tensor => {
  if (counts.every((n) => n === 1)) return sameShape(x.type.shape, shape) ? x : reshape(x, shape);
  const wide = shape.flatMap((n, i) => [counts[i] as number, n]);
  const copies = broadcast(reshape(x, shape), { shape: wide, axes: shape.map((_, i) => 2 * i + 1) });
  return reshape(
    copies,
    shape.map((n, i) => n * (counts[i] as number)),
  );
};

const isCount = (n: unknown): n is number => Number.isInteger(n) && (n as number) >= 0;

/**
 * Copies of the whole tensor side by side, `reps` of them along each axis (aligned at the last one).
 *
 * @throws ArgumentError for counts that are negative or no integers
 * @example np.tile([1, 2], 2).toArray() // [1, 2, 1, 2]
 */
export const tile = (x: TensorLike, reps: number | readonly number[]): Tensor => {
  const t = asTensor("tile", x);
  const counts: readonly number[] = typeof reps === "number" ? [reps] : reps;
  if (!Array.isArray(counts) || !counts.every(isCount)) {
    throw ArgumentError.invalid(
      "tile",
      `${describe(reps)} are no counts`,
      "Counts are integers, none negative.",
    );
  }
  const rank = Math.max(counts.length, t.type.shape.length);
  const ones = (n: number): number[] => new Array<number>(n).fill(1);
  return tiled(
    t,
    [...ones(rank - t.type.shape.length), ...t.type.shape],
    [...ones(rank - counts.length), ...counts],
  );
};

/**
 * Every element repeated in place: `repeats` times, or by its own count; without `axis` in the flattened tensor.
 *
 * @throws ArgumentError for bad counts; ShapeError for a list of counts of another length; AxisError
 * @example np.repeat([1, 2], [1, 3]).toArray() // [1, 2, 2, 2]
 */
export const repeat = (
  x: TensorLike,
  repeats: number | readonly number[],
  options?: { readonly axis?: number | null },
): Tensor => {
  const { axis = null } = optionsOf("repeat", options, ["axis"]);
  const given = asTensor("repeat", x);
  const t = axis === null ? reshape(given, [given.size]) : given;
  const { shape } = t.type;
  const at = orThrow(normalizeAxis("repeat", axis ?? 0, shape.length));
  const n = shape[at] as number;
  const counts: readonly number[] = typeof repeats === "number" ? [repeats] : repeats;
  if (!Array.isArray(counts) || !counts.every(isCount)) {
    throw ArgumentError.invalid(
      "repeat",
      `${describe(repeats)} are no counts`,
      "Counts are integers, none negative.",
    );
  }
  if (counts.length === 1) {
    const count = counts[0] as number;
    const wide = [...shape.slice(0, at + 1), count, ...shape.slice(at + 1)];
    const axes = shape.map((_, i) => (i <= at ? i : i + 1));
    return reshape(
      broadcast(t, { shape: wide, axes }),
      shape.map((size, i) => (i === at ? size * count : size)),
    );
  }
  if (counts.length !== n) {
    throw new ShapeError(
      `repeat: ${counts.length} counts do not fit axis ${at} of size ${n}. Give one for each element, or one for all.`,
    );
  }
  const sources = counts.flatMap((count, i) => new Array<number>(count).fill(i));
  return takeStatic(t, sources, at);
};
