/** Arbitraries of fast-check for shapes, tensors and trees of them. Peer dependency: fast-check. */
import fc from "fast-check";
import { checkDType } from "../numpy/convert.js";
import { optionsOf } from "../numpy/options.js";
import { type DType, type FloatDType, isFloat, range, roundTo } from "../tensor/dtype.js";
import { DTypeError } from "../tensor/errors.js";
import { checkShape, orThrow, type Shape, sizeOf } from "../tensor/shape.js";
import type { DenseTensor, Tensor } from "../tensor/tensor.js";
import { checkArbitrary, checkBounds, checkWhole, isArbitrary } from "./checked.js";
import { filled } from "./differences.js";

export interface ShapeOptions {
  readonly minRank?: number;
  readonly maxRank?: number;
  /** Default 0: empty tensors are values too. */
  readonly minSize?: number;
  readonly maxSize?: number;
  /** Sizes are lowered until the shape has no more elements than this. */
  readonly maxElements?: number;
}

const checkShapeOptions = (operation: string, options: ShapeOptions): void => {
  const keys = ["minRank", "maxRank", "minSize", "maxSize", "maxElements"] as const;
  const given = optionsOf(operation, options, keys);
  for (const key of keys) checkWhole(operation, key, given[key]);
  checkBounds(operation, ["minRank", given.minRank], ["maxRank", given.maxRank ?? 5]);
  checkBounds(operation, ["minSize", given.minSize], ["maxSize", given.maxSize ?? 4]);
};

/**
 * Shapes, by default of rank 0 to 5 with sizes 0 (rarely) to 4 and at most 48 elements.
 * @example fc.assert(fc.property(shapes({ maxRank: 2 }), (shape) => np.zeros(shape).ndim <= 2))
 */
export const shapes = (options: ShapeOptions = {}): fc.Arbitrary<Shape> => {
  checkShapeOptions("shapes", options);
  const { minRank = 0, maxRank = 5, minSize = 0, maxSize = 4, maxElements = 48 } = options;
  const low = Math.max(1, minSize);
  const size: fc.Arbitrary<number> =
    minSize > 0
      ? fc.integer({ min: low, max: maxSize })
      : fc.oneof(
          { arbitrary: fc.integer({ min: 1, max: maxSize }), weight: 15 },
          { arbitrary: fc.constant(0), weight: 1 },
        );
  return fc.array(size, { minLength: minRank, maxLength: maxRank }).map((sizes) => {
    const out = [...sizes];
    for (let axis = 0; sizeOf(out) > maxElements && axis < out.length; axis++) out[axis] = low;
    return out;
  });
};

/**
 * Lists of `count` shapes that broadcast together: one shape with axes dropped in front and sizes made 1.
 * @example broadcastableShapes(2) // [[3, 1], [2, 3, 4]]
 */
export const broadcastableShapes = (
  count: number,
  options: ShapeOptions = {},
): fc.Arbitrary<readonly Shape[]> => {
  checkWhole("broadcastableShapes", "count", count ?? null);
  checkShapeOptions("broadcastableShapes", options);
  return shapes(options).chain((whole) =>
    fc.array(
      fc
        .tuple(
          fc.nat(whole.length),
          fc.array(fc.boolean(), { minLength: whole.length, maxLength: whole.length }),
        )
        .map(([dropped, ones]) => whole.map((n, axis) => (ones[axis] === true ? 1 : n)).slice(dropped)),
      { minLength: count, maxLength: count },
    ),
  );
};

/** An interval, and points in it with a distance of 1/16 that are left out. */
export interface Interval {
  readonly min: number;
  readonly max: number;
  readonly avoid?: readonly number[];
}

const clearance = 1 / 16;

/** Elements: uniform in an interval; without one, short binary fractions (whose sums are exact) and special values. */
export const elementsOf = (dtype: DType, interval: Interval | undefined): fc.Arbitrary<number> => {
  if (!isFloat(dtype)) {
    const [min, max] = range(dtype);
    const low = Math.max(min, Math.ceil(interval?.min ?? -3));
    const high = Math.min(max, Math.floor(interval?.max ?? 3));
    const few = fc.integer({ min: Math.min(low, high), max: high });
    return interval === undefined ? fc.oneof(few, fc.integer({ min, max })) : few;
  }
  if (interval === undefined) {
    return fc.oneof(
      { arbitrary: fc.integer({ min: -16, max: 16 }).map((n) => n / 4), weight: 14 },
      { arbitrary: fc.constantFrom(-0, 0, Number.NaN, Infinity, -Infinity), weight: 1 },
    );
  }
  const { min, max, avoid = [] } = interval;
  const grid = 4096;
  return fc
    .integer({ min: 0, max: grid })
    .map((n) => roundTo(dtype, min + ((max - min) * n) / grid))
    .filter((x) => avoid.every((point) => Math.abs(x - point) > clearance));
};

export const tensorOf = (
  dtype: DType,
  shape: Shape,
  element: fc.Arbitrary<number>,
): fc.Arbitrary<DenseTensor> => {
  const n = sizeOf(shape);
  return fc
    .array(element, { minLength: n, maxLength: n })
    .map((values) => filled({ shape, dtype, weak: false }, (i) => values[i] as number));
};

export const integerTensors = (
  dtype: DType,
  shape: Shape,
  min: number,
  max: number,
): fc.Arbitrary<DenseTensor> => tensorOf(dtype, shape, fc.integer({ min, max: Math.max(min, max) }));

/** All elements differ, by a quarter at least: for functions that choose among them. */
export const distinctTensors = (dtype: DType, shape: Shape): fc.Arbitrary<DenseTensor> => {
  const n = sizeOf(shape);
  const places = Array.from({ length: n }, (_, i) => i);
  return fc
    .tuple(
      fc.shuffledSubarray(places, { minLength: n, maxLength: n }),
      fc.array(fc.integer({ min: 0, max: 32 }), { minLength: n, maxLength: n }),
    )
    .map(([order, jitter]) =>
      filled({ shape, dtype, weak: false }, (i) =>
        roundTo(dtype, ((order[i] as number) - n / 2) * 0.375 + (jitter[i] as number) / 256),
      ),
    );
};

export interface TensorOptions {
  /** Default float64. */
  readonly dtype?: DType;
  /** One shape, or an arbitrary of shapes; default any. */
  readonly shape?: Shape | fc.Arbitrary<Shape>;
  /** Elements are drawn from the interval; without `min` and `max` also infinities and NaN are. */
  readonly min?: number;
  readonly max?: number;
  /** Points from which elements keep a distance of 1/16. */
  readonly avoid?: readonly number[];
}

const isShape = (shape: Shape | fc.Arbitrary<Shape>): shape is Shape => Array.isArray(shape);

/**
 * Tensors.
 * @example fc.property(tensors({ shape: [3], min: 0.5, max: 2 }), (x) => expect(np.log).toHaveCorrectGradient([x]))
 */
export const tensors = (options: TensorOptions = {}): fc.Arbitrary<Tensor> => {
  const given = optionsOf("tensors", options, ["dtype", "shape", "min", "max", "avoid"]);
  const { dtype = "float64", shape = shapes(), min, max, avoid = [] } = given;
  checkDType("tensors", dtype);
  if (!isArbitrary(shape)) orThrow(checkShape("tensors", shape));
  checkBounds("tensors", ["min", min], ["max", max]);
  const interval =
    min === undefined && max === undefined ? undefined : { min: min ?? -10, max: max ?? 10, avoid };
  const of = (sizes: Shape): fc.Arbitrary<DenseTensor> => tensorOf(dtype, sizes, elementsOf(dtype, interval));
  return isShape(shape) ? of(shape) : shape.chain(of);
};

/**
 * Symmetric positive definite matrices, B B^T + I / 2 with elements of B from -1 to 1: the smallest eigenvalue is at
 * least 1/2. In float32 the matrix is rounded, and stays symmetric.
 * @example fc.property(symmetricPositiveDefinite(3), (a) => linalg.cholesky(a))
 */
export const symmetricPositiveDefinite = (
  n: number | fc.Arbitrary<number>,
  options: { readonly dtype?: FloatDType } = {},
): fc.Arbitrary<Tensor> => {
  const { dtype = "float64" } = optionsOf("symmetricPositiveDefinite", options, ["dtype"]);
  if (!isFloat(checkDType("symmetricPositiveDefinite", dtype)))
    throw DTypeError.unsupported("symmetricPositiveDefinite", dtype, "float64 or float32");
  if (!isArbitrary(n)) checkWhole("symmetricPositiveDefinite", "n", n ?? null);
  const of = (size: number): fc.Arbitrary<Tensor> =>
    tensorOf("float64", [size, size], elementsOf("float64", { min: -1, max: 1 })).map((b) =>
      filled({ shape: [size, size], dtype, weak: false }, (index) => {
        const [i, j] = [Math.floor(index / size), index % size];
        let sum = i === j ? 0.5 : 0;
        // the products in the same order for (i, j) and (j, i)
        for (let k = 0; k < size; k++) sum += b.at(i * size + k) * b.at(j * size + k);
        return roundTo(dtype, sum);
      }),
    );
  return typeof n === "number" ? of(n) : n.chain(of);
};

/** A tree of `L`: a leaf, an array, an object or a Map of trees, or null. */
export type TreeOf<L> =
  | L
  | null
  | readonly TreeOf<L>[]
  | { readonly [key: string]: TreeOf<L> }
  | Map<string, TreeOf<L>>;

/**
 * Trees of tensors, two containers deep or less.
 * @example trees(tensors({ shape: [2], min: -1, max: 1 }))
 */
export const trees = <L>(leaf: fc.Arbitrary<L>): fc.Arbitrary<TreeOf<L>> => {
  checkArbitrary("trees", "the leaf", leaf);
  const grow = (inner: fc.Arbitrary<TreeOf<L>>): fc.Arbitrary<TreeOf<L>> =>
    fc.oneof(
      { arbitrary: leaf as fc.Arbitrary<TreeOf<L>>, weight: 3 },
      { arbitrary: fc.array(inner, { maxLength: 3 }), weight: 1 },
      { arbitrary: fc.dictionary(fc.constantFrom("w", "b", "scale"), inner), weight: 1 },
      {
        arbitrary: fc.dictionary(fc.constantFrom("k", "l"), inner).map((o) => new Map(Object.entries(o))),
        weight: 1,
      },
      { arbitrary: fc.constant(null), weight: 1 },
    );
  return grow(grow(leaf as fc.Arbitrary<TreeOf<L>>));
};
