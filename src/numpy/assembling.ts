/** Tensors put together and taken apart in the ways that have names: columns, blocks, rows put in and taken out. */
import { reshape } from "../primitives/reshape.js";
import { ArgumentError, describe, IndexError, ShapeError } from "../tensor/errors.js";
import { normalizeAxis, orThrow } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { join, takeStatic } from "./along.js";
import { broadcastTo } from "./broadcasting.js";
import { cast, promoteAll } from "./convert.js";
import { asTensor } from "./door.js";
import { arraySplit, concatenate, split } from "./joining.js";
import { optionsOf } from "./options.js";
import { atleast1d, atleast2d, atleast3d, flip, moveaxis, ravel } from "./rearrange.js";

const listOf = (operation: string, xs: unknown): readonly TensorLike[] => {
  if (Array.isArray(xs) && xs.length > 0) return xs as readonly TensorLike[];
  throw ArgumentError.invalid(operation, `${describe(xs)} is no list of tensors`, "Pass them in an array.");
};

/**
 * Joined along the third axis, after vectors [n] have become [1, n, 1] and matrices [m, n, 1].
 * @throws ShapeError where the other axes differ; ArgumentError unless there is a list
 * @example np.dstack([[1, 2], [3, 4]]) // [[[1, 3], [2, 4]]]
 * @see numpy.dstack
 */
export const dstack = (xs: readonly TensorLike[]): Tensor =>
  concatenate(
    listOf("dstack", xs).map((x) => atleast3d(asTensor("dstack", x)) as Tensor),
    { axis: 2 },
  );

/**
 * Vectors as the columns of a matrix; matrices join along their columns as they are.
 * @throws ShapeError where lengths differ; ArgumentError unless there is a list
 * @example np.columnStack([[1, 2], [3, 4]]) // [[1, 3], [2, 4]]
 * @see numpy.column_stack
 */
export const columnStack = (xs: readonly TensorLike[]): Tensor =>
  concatenate(
    listOf("columnStack", xs).map((x) => {
      const t = asTensor("columnStack", x);
      return t.type.shape.length < 2 ? moveaxis(atleast2d(t) as Tensor, 0, 1) : t;
    }),
    { axis: 1 },
  );

type Sections = number | readonly number[];
const splitAlong = (operation: string, x: TensorLike, sections: Sections, axis: number): Tensor[] => {
  const t = asTensor(operation, x);
  const { shape } = t.type;
  if (shape.length <= axis) {
    throw ShapeError.mismatch(
      operation,
      `there is no axis ${axis} to split`,
      [shape],
      "np.split takes any axis.",
    );
  }
  const n = shape[axis] as number;
  if (typeof sections === "number" && n % sections !== 0)
    throw ShapeError.mismatch(
      operation,
      `${describe(sections)} parts do not divide axis ${axis}`,
      [shape],
      "np.arraySplit makes parts that differ.",
    );
  return (typeof sections === "number" ? split : arraySplit)(t, sections, { axis });
};
/**
 * Parts along the second axis (of a vector along its only one): so many, or cut at these positions.
 * @throws ShapeError for scalars and parts that do not divide the axis
 * @example np.hsplit([1, 2, 3, 4], 2)[1] // [3, 4]
 * @see numpy.hsplit
 */
export const hsplit = (x: TensorLike, sections: Sections): Tensor[] => {
  const t = asTensor("hsplit", x);
  return splitAlong("hsplit", t, sections, t.type.shape.length === 1 ? 0 : 1);
};
/**
 * Parts along the first axis of a tensor of two or more.
 * @throws ShapeError for vectors and parts that do not divide the axis
 * @example np.vsplit([[1, 2], [3, 4]], 2)[1] // [[3, 4]]
 * @see numpy.vsplit
 */
export const vsplit = (x: TensorLike, sections: Sections): Tensor[] => {
  const t = asTensor("vsplit", x);
  if (t.type.shape.length < 2)
    throw ShapeError.mismatch(
      "vsplit",
      "two axes or more are needed",
      [t.type.shape],
      "np.split takes any axis.",
    );
  return splitAlong("vsplit", t, sections, 0);
};
/**
 * Parts along the third axis.
 * @throws ShapeError for tensors of fewer axes and parts that do not divide the axis
 * @example np.dsplit([[[1, 2], [3, 4]]], 2)[1] // [[[2], [4]]]
 * @see numpy.dsplit
 */
export const dsplit = (x: TensorLike, sections: Sections): Tensor[] => splitAlong("dsplit", x, sections, 2);

/**
 * Columns in reverse order: the second axis flipped.
 * @throws AxisError for tensors of fewer axes
 * @example np.fliplr([[1, 2], [3, 4]]) // [[2, 1], [4, 3]]
 * @see numpy.fliplr
 */
export const fliplr = (x: TensorLike): Tensor => {
  const t = asTensor("fliplr", x);
  return flip(t, { axis: orThrow(normalizeAxis("fliplr", 1, t.type.shape.length)) }) as Tensor;
};
/**
 * Rows in reverse order: the first axis flipped.
 * @throws AxisError for scalars
 * @example np.flipud([[1, 2], [3, 4]]) // [[3, 4], [1, 2]]
 * @see numpy.flipud
 */
export const flipud = (x: TensorLike): Tensor => {
  const t = asTensor("flipud", x);
  return flip(t, { axis: orThrow(normalizeAxis("flipud", 0, t.type.shape.length)) }) as Tensor;
};

export interface AlongOptions {
  /** Default null: the flattened tensor. */
  readonly axis?: number | null;
}
const onAxis = (
  operation: string,
  x: TensorLike,
  options: AlongOptions | undefined,
): readonly [Tensor, number] => {
  const { axis = null } = optionsOf(operation, options, ["axis"]);
  const given = asTensor(operation, x);
  const t = axis === null ? (ravel(given) as Tensor) : given;
  return [t, orThrow(normalizeAxis(operation, axis ?? 0, t.type.shape.length))];
};

/**
 * `x` with values at its end: both flattened, or along an axis.
 * @throws ShapeError where the other axes differ; AxisError
 * @example np.append([1, 2], [[3], [4]]) // [1, 2, 3, 4]
 * @see numpy.append
 */
export const append = (x: TensorLike, values: TensorLike, options?: AlongOptions): Tensor => {
  const [t, axis] = onAxis("append", x, options);
  const more = asTensor("append", values);
  const tail = options?.axis === undefined || options.axis === null ? (ravel(more) as Tensor) : more;
  return concatenate([atleast1d(t) as Tensor, tail], { axis });
};

const placesIn = (operation: string, index: unknown, end: number): readonly number[] => {
  const places: readonly unknown[] = Array.isArray(index) ? index : [index];
  return places.map((i) => {
    if (!Number.isInteger(i))
      throw IndexError.invalid(
        operation,
        `${describe(i)} is no position`,
        "Positions are whole numbers that are known.",
      );
    const place = (i as number) < 0 ? (i as number) + end : (i as number);
    if (place < 0 || place > end)
      throw IndexError.invalid(
        operation,
        `position ${describe(i)} lies beyond ${end} elements`,
        "They count from 0, or from the end where negative.",
      );
    return place;
  });
};

/**
 * `x` with values put in before positions that are known, of the flattened tensor or along an axis. Several positions take a
 * value each, or the same; one position takes as many values as there are.
 * @throws IndexError for positions beyond the end; ShapeError for values that do not fit; AxisError
 * @example np.insert([1, 2, 4], 2, 3) // [1, 2, 3, 4]
 * @see numpy.insert
 */
export const insert = (
  x: TensorLike,
  index: number | readonly number[],
  values: TensorLike,
  options?: AlongOptions,
): Tensor => {
  const [t, axis] = onAxis("insert", x, options);
  const { shape } = t.type;
  const n = shape[axis] as number;
  const places = placesIn("insert", index, n);
  let v = cast(asTensor("insert", values), t.type.dtype);
  const sized = (many: number): number[] => shape.map((size, i) => (i === axis ? many : size));
  if (places.length !== 1) return put(t, broadcastTo(v, sized(places.length)) as Tensor, places, axis);
  // one position: as many values as there are; a number for it stands for an axis of the values, which is their first
  const missing = shape.length - v.type.shape.length;
  if (missing > 0) v = reshape(v, [...new Array<number>(missing).fill(1), ...v.type.shape]);
  if (typeof index === "number") v = moveaxis(v, 0, axis);
  const many = v.type.shape[axis] as number;
  return put(
    t,
    broadcastTo(v, sized(many)) as Tensor,
    new Array<number>(many).fill(places[0] as number),
    axis,
  );
};
/** Row j of `v` before position places[j] of x, along an axis. */
const put = (x: Tensor, v: Tensor, places: readonly number[], axis: number): Tensor => {
  const n = x.type.shape[axis] as number;
  const order = [
    ...places.map((place, j) => ({ place, rank: j, from: n + j })),
    ...Array.from({ length: n }, (_, i) => ({ place: i, rank: Number.POSITIVE_INFINITY, from: i })),
  ].sort((a, b) => a.place - b.place || (a.rank === b.rank ? 0 : a.rank - b.rank));
  return takeStatic(
    join([x, v], axis),
    order.map(({ from }) => from),
    axis,
  );
};

/**
 * `x` without the elements at positions that are known, of the flattened tensor or along an axis. (As `np.delete`.)
 * @throws IndexError for positions beyond the end; AxisError
 * @example np.delete([1, 2, 3, 4], [0, -1]) // [2, 3]
 * @see numpy.delete
 */
export const remove = (x: TensorLike, index: number | readonly number[], options?: AlongOptions): Tensor => {
  const [t, axis] = onAxis("delete", x, options);
  const n = t.type.shape[axis] as number;
  const gone = new Set(placesIn("delete", index, n));
  if (gone.has(n))
    throw IndexError.invalid(
      "delete",
      `position ${n} lies beyond ${n} elements`,
      "They count from 0, or from the end where negative.",
    );
  return takeStatic(
    t,
    Array.from({ length: n }, (_, i) => i).filter((i) => !gone.has(i)),
    axis,
  );
};

/** Blocks, as nested arrays of tensors: the innermost arrays are joined along the last axis, the next along the one before. */
export type Blocks = TensorLike | readonly Blocks[];
/**
 * A tensor of blocks given as nested arrays: the innermost are joined along the last axis, those around them along the one
 * before, and so on.
 * @throws ShapeError where blocks do not fit; ArgumentError for arrays of different depths
 * @example np.block([[np.eye(2), np.zeros([2, 1])], [np.ones([1, 2]), 5]]) // [[1, 0, 0], [0, 1, 0], [1, 1, 5]]
 * @see numpy.block
 */
export const block = (blocks: Blocks): Tensor => {
  const depthOf = (x: Blocks): number =>
    Array.isArray(x) ? 1 + depthOf((x as readonly Blocks[])[0] ?? 0) : 0;
  const depth = depthOf(blocks);
  const leaves: Tensor[] = [];
  const check = (x: Blocks, level: number): void => {
    if (Array.isArray(x) !== level < depth || (Array.isArray(x) && x.length === 0))
      throw ArgumentError.invalid(
        "block",
        "the nested arrays have different depths, or are empty",
        "Each block stands at the same depth.",
      );
    if (Array.isArray(x)) for (const inner of x as readonly Blocks[]) check(inner, level + 1);
    else leaves.push(asTensor("block", x as TensorLike));
  };
  check(blocks, 0);
  const rank = Math.max(depth, ...leaves.map((x) => x.type.shape.length));
  const met = promoteAll("block", leaves);
  let at = 0;
  const made = (x: Blocks, level: number): Tensor => {
    if (Array.isArray(x))
      return concatenate(
        (x as readonly Blocks[]).map((inner) => made(inner, level + 1)),
        { axis: rank - depth + level },
      );
    const t = met[at++] as Tensor;
    return broadcastTo(t, [
      ...new Array<number>(rank - t.type.shape.length).fill(1),
      ...t.type.shape,
    ]) as Tensor;
  };
  return made(blocks, 0);
};
