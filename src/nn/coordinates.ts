/** Tensors read at points between their elements. */

import { broadcastAll, cast, floated, promoteAll } from "../numpy/convert.js";
import { asFloat, asTensor } from "../numpy/door.js";
import { row } from "../numpy/methods/indexing.js";
import { optionsOf } from "../numpy/options.js";
import { abs, add, convert, filledAs, floor, mul, rem, sign, sub } from "../primitives/arithmetic.js";
import { ge, lt, max, min, select } from "../primitives/compare.js";
import { gather } from "../primitives/gather.js";
import { reshape } from "../primitives/reshape.js";
import { concatenate } from "../primitives/slice.js";
import { isFloat } from "../tensor/dtype.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { constant } from "./numbers.js";

export interface MapCoordinatesOptions {
  /** 0 reads the nearest element, 1 (the default) interpolates linearly along every axis. */
  readonly order?: 0 | 1;
  /**
   * What stands beyond the edge, for a b c d: "constant" (the default) cval, "nearest" the element at the edge (a a | a b c d | d
   * d), "wrap" the tensor again (c d | a b c d | a b), "mirror" turned round at the centre of the last element (c b | a b c d | c
   * b), "reflect" at its edge (b a | a b c d | d c).
   */
  readonly mode?: "constant" | "nearest" | "wrap" | "mirror" | "reflect";
  /** Default 0. */
  readonly cval?: number;
}

/** x mod n for whole x, from 0 on, in floats: exact. */
const modulo = (x: Tensor, n: number): Tensor => {
  const size = constant(x, n);
  return rem(add(rem(x, size), size), size);
};

/** The position among n that a whole number stands for. All in floats, so that what is far out stays far out. */
type Fold = (index: Tensor, n: number) => Tensor;

const clamp: Fold = (index, n) => max(min(index, constant(index, n - 1)), constant(index, 0));
/** A triangular wave with corners at 0 and n - 1. */
const mirror: Fold = (index, n) => {
  const half = constant(index, n - 1);
  return n === 1 ? filledAs(index, 0) : abs(sub(modulo(add(index, half), 2 * (n - 1)), half));
};
const folds: Readonly<Record<string, Fold>> = {
  constant: clamp,
  nearest: clamp,
  wrap: modulo,
  mirror,
  // the corners at halves: a mirror on a grid twice as fine
  reflect: (index, n) => {
    const odd = mirror(add(mul(index, constant(index, 2)), constant(index, 1)), 2 * n + 1);
    return mul(sub(odd, constant(index, 1)), constant(index, 0.5));
  },
};

/** What takes part along one axis: a position, its weight (null for 1), and whether there is such an element. */
interface Node {
  readonly position: Tensor;
  readonly weight: Tensor | null;
  readonly isThere: Tensor | null;
}

/** The nearest whole number, halves away from zero. */
const rounded = (x: Tensor): Tensor => {
  const size = abs(x);
  const below = floor(size);
  const up = convert(ge(sub(size, below), constant(x, 0.5)), x.type.dtype);
  return mul(sign(x), add(below, up));
};

const nodesOf = (x: Tensor, n: number, order: 0 | 1, mode: string): readonly Node[] => {
  const node = (index: Tensor, weight: Tensor | null): Node => ({
    position: convert((folds[mode] as Fold)(index, n), "int32"),
    weight,
    isThere: mode === "constant" ? mul(ge(index, constant(index, 0)), lt(index, constant(index, n))) : null,
  });
  if (order === 0) return [node(rounded(x), null)];
  const below = floor(x);
  const upper = sub(x, below);
  return [node(below, sub(constant(x, 1), upper)), node(add(below, constant(x, 1)), upper)];
};

const both = (a: Tensor | null, b: Tensor | null): Tensor | null =>
  a === null ? b : b === null ? a : mul(a, b);

const coordinatesOf = (
  operation: string,
  coordinates: TensorLike | readonly TensorLike[],
  rank: number,
): readonly Tensor[] => {
  const list = Array.isArray(coordinates)
    ? (coordinates as readonly TensorLike[]).map((x) => asFloat(operation, x))
    : undefined;
  const one = list === undefined ? asFloat(operation, coordinates as TensorLike) : undefined;
  const count = list?.length ?? one?.shape[0];
  if (rank === 0 || count !== rank) {
    throw ArgumentError.invalid(
      operation,
      `${count ?? "no"} coordinates for a tensor of rank ${rank}`,
      "Pass one tensor of coordinates for each axis, or one tensor with them along its first axis.",
    );
  }
  const each = list ?? Array.from({ length: rank }, (_, axis) => row(one as Tensor, axis));
  return broadcastAll(operation, promoteAll(operation, each));
};

/**
 * The tensor read at points: result[i] lies at (coordinates[0][i], coordinates[1][i], ...), counted in elements from 0. It has
 * the shape of the coordinates, which broadcast, and the dtype of the tensor (integers are rounded, halves away from
 * zero). Differentiable in both; at whole coordinates, where interpolation has a kink, the slope is that on the right.
 *
 * @throws ArgumentError for another number of coordinates, order or mode; ShapeError for an empty tensor.
 * @example nn.mapCoordinates([[0, 1], [10, 11]], [[0.5, 1], [0.5, 0.25]]).toArray() // [5.5, 10.25]
 * @see jax.scipy.ndimage.map_coordinates, whose "wrap" and "constant" are SciPy's "grid-wrap" and "grid-constant"
 */
export const mapCoordinates = (
  input: TensorLike,
  coordinates: TensorLike | readonly TensorLike[],
  options?: MapCoordinatesOptions,
): Tensor => {
  const operation = "mapCoordinates";
  const given = asTensor(operation, input);
  const { order = 1, mode = "constant", cval = 0 } = optionsOf(operation, options, ["order", "mode", "cval"]);
  if (order !== 0 && order !== 1)
    throw ArgumentError.invalid(operation, `the order is ${describe(order)}`, "Orders are 0 and 1.");
  if (typeof mode !== "string" || !Object.hasOwn(folds, mode)) {
    throw ArgumentError.invalid(
      operation,
      `the mode is ${describe(mode)}`,
      'Modes are "constant", "nearest", "wrap", "mirror" and "reflect".',
    );
  }
  if (typeof cval !== "number")
    throw ArgumentError.invalid(operation, `cval is ${describe(cval)}`, "It is a JavaScript number.");
  const { shape } = given;
  const points = coordinatesOf(operation, coordinates, shape.length);
  const [first] = points as [Tensor];
  if (given.size === 0 && first.size > 0) {
    throw ShapeError.mismatch(
      operation,
      "an empty tensor has nothing to be read",
      [shape, first.shape],
      "Pass no points either.",
    );
  }
  const { dtype } = given.type;
  const [x, ...where] = promoteAll(operation, [floated(given), ...points]) as [Tensor, ...Tensor[]];
  // one term for each corner of the cell
  let corners: readonly (Omit<Node, "position"> & { readonly positions: readonly Tensor[] })[] = [
    { positions: [], weight: null, isThere: null },
  ];
  where.forEach((point, axis) => {
    const nodes = nodesOf(point, shape[axis] as number, order, mode);
    corners = corners.flatMap(({ positions, weight, isThere }) =>
      nodes.map((node) => ({
        positions: [...positions, reshape(node.position, [...first.shape, 1])],
        weight: both(weight, node.weight),
        isThere: both(isThere, node.isThere),
      })),
    );
  });
  const terms = corners.map(({ positions, weight, isThere }) => {
    const found = gather(x, concatenate(positions, first.shape.length), {
      batchAxes: 0,
      indexedAxes: shape.length,
    });
    const read = isThere === null ? found : select(isThere, found, constant(found, cval));
    return weight === null ? read : mul(weight, read);
  });
  const total = terms.reduce((a, b) => add(a, b));
  return cast(isFloat(dtype) || dtype === "bool" ? total : rounded(total), dtype);
};
