/**
 * Tensors of arbitrary shape, dtype and memory layout: axes permuted, reversed, with gaps, repeated by stride 0,
 * behind an offset, or one number without memory.
 */
import fc from "fast-check";
import { allocate, type DType, isFloat, range, roundTo } from "../../src/tensor/dtype.js";
import { type Shape, sizeOf } from "../../src/tensor/shape.js";
import { compact, DenseTensor, type TensorType, uniform } from "../../src/tensor/tensor.js";

export const typeOf = (shape: Shape, dtype: DType): TensorType => ({ shape, dtype, weak: false });

/** A row-major tensor of the given numbers. */
export const dense = (shape: Shape, values: ArrayLike<number>, dtype: DType = "float64"): DenseTensor => {
  const data = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = values[i] as number;
  return compact(typeOf(shape, dtype), data);
};

/** The elements in row-major order. */
export const elements = (x: DenseTensor): number[] => Array.from({ length: x.size }, (_, i) => x.at(i));

export interface Layout {
  /** Sorting the axes by these numbers gives their order in memory, slowest first. */
  readonly order: readonly number[];
  readonly reversed: readonly boolean[];
  readonly gaps: readonly number[];
  readonly offset: number;
}

/** The same logical tensor in another layout; unused places of the memory hold 77. */
export const laidOut = (x: DenseTensor, layout: Layout): DenseTensor => {
  const rank = x.shape.length;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  axes.sort((a, b) => (layout.order[a] as number) - (layout.order[b] as number) || a - b);
  const strides = new Array<number>(rank).fill(0);
  let length = 1;
  let offset = layout.offset;
  for (const axis of axes.reverse()) {
    const n = x.shape[axis] as number;
    const step = length * (1 + (layout.gaps[axis] as number));
    strides[axis] = layout.reversed[axis] ? -step : step;
    if (layout.reversed[axis]) offset += Math.max(0, n - 1) * step;
    length = step * Math.max(1, n);
  }
  const data = allocate(x.dtype, length + layout.offset).fill(roundTo(x.dtype, 77));
  const view = new DenseTensor(x.type, data, 0, strides, offset);
  forEachPlace(view, (position, i) => {
    data[position] = x.at(i);
  });
  return view;
};

const forEachPlace = (x: DenseTensor, body: (position: number, index: number) => void): void => {
  for (let i = 0; i < x.size; i++) {
    let rest = i;
    let position = x.offset;
    for (let axis = x.shape.length - 1; axis >= 0; axis--) {
      const n = x.shape[axis] as number;
      position += (rest % n) * (x.strides?.[axis] as number);
      rest = Math.floor(rest / n);
    }
    body(position, i);
  }
};

/** Layouts for tensors up to rank 6. */
export const layouts: fc.Arbitrary<Layout> = fc.record({
  order: fc.array(fc.nat(5), { minLength: 6, maxLength: 6 }),
  reversed: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  gaps: fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: 6, maxLength: 6 }),
  offset: fc.nat(3),
});

const size = fc.oneof(
  { arbitrary: fc.integer({ min: 1, max: 4 }), weight: 12 },
  { arbitrary: fc.constant(0), weight: 1 },
);
/** Shapes of rank 0 to 5, sizes 0 and 1 among them. */
export const shapes = (minRank = 0, maxRank = 5): fc.Arbitrary<number[]> =>
  fc.array(size, { minLength: minRank, maxLength: maxRank });

export const allDTypes: readonly DType[] = [
  "float64",
  "float32",
  "int32",
  "uint32",
  "int16",
  "uint16",
  "int8",
  "uint8",
  "bool",
];

/** Elements of a dtype; for floats ties, both zeros, NaN and infinities come up often. */
export const numbers = (dtype: DType): fc.Arbitrary<number> => {
  if (!isFloat(dtype)) {
    const [min, max] = range(dtype);
    return fc.oneof(fc.integer({ min, max }), fc.integer({ min: Math.max(min, -3), max: Math.min(max, 3) }));
  }
  const plain = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }));
  const special = fc.constantFrom(-0, 0, Number.NaN, Infinity, -Infinity);
  return fc
    .oneof({ arbitrary: plain, weight: 12 }, { arbitrary: special, weight: 1 })
    .map((value) => roundTo(dtype, value));
};

/** Tensors of one of the dtypes, or of one shape, in any layout. */
export const tensors = (
  shape: fc.Arbitrary<Shape> = shapes(),
  dtypes: readonly DType[] = allDTypes,
): fc.Arbitrary<DenseTensor> =>
  fc.tuple(shape, fc.constantFrom(...dtypes)).chain(([sizes, dtype]) => {
    const type = typeOf(sizes, dtype);
    const full = fc
      .tuple(fc.array(numbers(dtype), { minLength: sizeOf(sizes), maxLength: sizeOf(sizes) }), layouts)
      .chain(([values, layout]) =>
        fc.constantFrom(dense(sizes, values, dtype), laidOut(dense(sizes, values, dtype), layout)),
      );
    const repeated = fc
      .array(fc.boolean(), { minLength: sizes.length, maxLength: sizes.length })
      .chain((mask) => {
        const base = sizes.map((n, axis) => (mask[axis] && n > 0 ? 1 : n));
        const count = sizeOf(base);
        return fc
          .tuple(fc.array(numbers(dtype), { minLength: count, maxLength: count }), layouts)
          .map(([values, layout]) => {
            const x = laidOut(dense(base, values, dtype), layout);
            const strides = (x.strides as readonly number[]).map((step, axis) => (mask[axis] ? 0 : step));
            // A reversed axis of size 1 starts where it ends, so stride 0 reads the right place.
            return new DenseTensor(type, x.data, 0, strides, x.offset);
          });
      });
    const number = numbers(dtype).map((value) => uniform(type, value));
    return fc.oneof(
      { arbitrary: full, weight: 5 },
      { arbitrary: repeated, weight: 2 },
      { arbitrary: number, weight: 1 },
    );
  });

/** The coordinates of element `index` in row-major order. */
export const coordinates = (shape: Shape, index: number): number[] => {
  const out = new Array<number>(shape.length).fill(0);
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const n = shape[axis] as number;
    out[axis] = rest % n;
    rest = Math.floor(rest / n);
  }
  return out;
};

/** The row-major index of coordinates. */
export const indexOf = (shape: Shape, at: readonly number[]): number =>
  shape.reduce((index, n, axis) => index * n + (at[axis] as number), 0);

/** A list with one entry changed. */
export const replaced = (values: readonly number[], at: number, value: number): number[] =>
  values.map((old, i) => (i === at ? value : old));

/** Deterministic numbers in [-1, 1): enough for tests of rounding, where literal values do not matter. */
export const noise = (n: number, seed = 1): Float64Array => {
  const out = new Float64Array(n);
  let state = seed >>> 0;
  for (let i = 0; i < n; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out[i] = state / 2 ** 31 - 1;
  }
  return out;
};
