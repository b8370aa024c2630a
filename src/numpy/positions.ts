/** Where elements are not zero: as many positions as there are, or a number of them that is known. */
import { convert, div, filledAs, rem, sub } from "../primitives/arithmetic.js";
import { and } from "../primitives/bits.js";
import { sum } from "../primitives/broadcast.js";
import { lt, select } from "../primitives/compare.js";
import { scatterSet } from "../primitives/gather.js";
import { cumulative } from "../primitives/reduce.js";
import { reshape } from "../primitives/reshape.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { compactStrides } from "../tensor/shape.js";
import { compact, type Tensor, type TensorLike, uniform } from "../tensor/tensor.js";
import { join, section } from "./along.js";
import { stretch } from "./convert.js";
import { asTensor } from "./door.js";
import { placesWhere } from "./index-plan.js";
import { optionsOf } from "./options.js";

/** How many results there are where their number must not depend on values. */
export interface SizeOptions {
  /** So many results; those beyond are dropped. For `vmap` and `jit`, and allowed everywhere. */
  readonly size?: number;
  /** What stands in the place of results that are missing. */
  readonly fillValue?: number;
}
export const checkSize = (operation: string, size: unknown): number => {
  if (Number.isInteger(size) && (size as number) >= 0) return size as number;
  throw ArgumentError.invalid(operation, `size is ${describe(size)}`, "It is a whole number from 0 on.");
};

export const counted = (n: number): Tensor =>
  compact(
    { shape: [n], dtype: "int32", weak: false },
    Int32Array.from({ length: n }, (_, i) => i),
  );

/** The first `size` places of a mask that is a vector (int32), and which of them there are. */
export const firstPlaces = (mask: Tensor, size: number): readonly [places: Tensor, isThere: Tensor] => {
  const n = mask.size;
  const ones = convert(mask, "int32");
  const rank = sub(
    n === 0 ? ones : cumulative(ones, { op: "add", axis: 0, reverse: false }),
    filledAs(ones, 1),
  );
  const kept = and(mask, lt(rank, filledAs(rank, size)));
  // each goes to its rank; all others to one place more, which is cut off
  const goal = select(kept, rank, filledAs(rank, size));
  const none = uniform({ shape: [size + 1], dtype: "int32", weak: false }, 0);
  const all = scatterSet([none, reshape(goal, [n, 1]), counted(n)], { batchAxes: 0, indexedAxes: 1 });
  const slots = counted(size);
  const isThere = lt(slots, stretch(sum(ones, [0]), [size]));
  return [section(all, 0, 0, size), isThere];
};

const asMask = (operation: string, x: TensorLike): Tensor => {
  const t = asTensor(operation, x);
  return t.type.dtype === "bool" ? t : convert(t, "bool");
};

const placesOf = (operation: string, mask: Tensor, options: SizeOptions | undefined): readonly Tensor[] => {
  const { size, fillValue = 0 } = optionsOf(operation, options, ["size", "fillValue"]);
  if (size === undefined) return placesWhere(operation, mask);
  const m = checkSize(operation, size);
  if (!Number.isInteger(fillValue))
    throw ArgumentError.invalid(operation, `fillValue is ${describe(fillValue)}`, "It is a whole number.");
  const { shape } = mask.type;
  const [flat, isThere] = firstPlaces(reshape(mask, [mask.size]), m);
  const strides = compactStrides(shape);
  return shape.map((n, axis) => {
    const turns = floorDivided(flat, strides[axis] as number);
    const place = n === 0 ? turns : rem(turns, filledAs(turns, n));
    return select(isThere, place, filledAs(place, fillValue));
  });
};
/** Of whole numbers that are not negative. */
const floorDivided = (x: Tensor, n: number): Tensor =>
  n === 1 ? x : div(sub(x, rem(x, filledAs(x, n))), filledAs(x, n));

/**
 * Positions of the elements that are not zero, one int32 vector for each axis. Their number depends on the values: where those
 * are not known, `size` tells how many positions to give, filled up with `fillValue` (default 0).
 *
 * @throws ConcretizationError under vmap and while a function is staged, without `size`; ShapeError for scalars
 * @example np.nonzero([0, 3, 0, 5]).map((i) => i.toArray()) // [[1, 3]]
 * @see jax.numpy.nonzero
 */
export const nonzero = (x: TensorLike, options?: SizeOptions): Tensor[] => {
  const mask = asMask("nonzero", x);
  if (mask.type.shape.length === 0)
    throw new ShapeError("nonzero: a scalar has no positions. Use np.atleast1d first.");
  return [...placesOf("nonzero", mask, options)];
};

/**
 * The same as one tensor: [number of positions, rank].
 * @throws ConcretizationError as `nonzero`
 * @example np.argwhere([[0, 3], [5, 0]]) // [[0, 1], [1, 0]]
 * @see numpy.argwhere
 */
export const argwhere = (x: TensorLike, options?: SizeOptions): Tensor => {
  const mask = asMask("argwhere", x);
  if (mask.type.shape.length === 0)
    throw new ShapeError("argwhere: a scalar has no positions. Use np.atleast1d first.");
  const places = placesOf("argwhere", mask, options);
  return join(
    places.map((i) => reshape(i, [i.size, 1])),
    1,
  );
};

/**
 * Positions of the elements that are not zero in the flattened tensor (int32).
 * @throws ConcretizationError as `nonzero`
 * @example np.flatnonzero([[0, 3], [5, 0]]) // [1, 2]
 * @see numpy.flatnonzero
 */
export const flatnonzero = (x: TensorLike, options?: SizeOptions): Tensor => {
  const mask = asMask("flatnonzero", x);
  return placesOf("flatnonzero", reshape(mask, [mask.size]), options)[0] as Tensor;
};
