/**
 * Slice and pad, concatenate, dynamic slice and its update: cutting out and putting back, each the transpose of
 * its partner.
 */
import { type Batched, type Cotangent, isVariable, known } from "../graph/primitive.js";
import { stridesOf } from "../kernel/layout.js";
import { concatenate as concatenateKernel, pad as padKernel, updateSlice } from "../kernel/move.js";
import { roundTo } from "../tensor/dtype.js";
import { bracketed, ShapeError } from "../tensor/errors.js";
import { replaceAt, type Shape, sameShape, sizeOf } from "../tensor/shape.js";
import { compactData, DenseTensor, type Tensor, type TensorType, uniform } from "../tensor/tensor.js";
import { filledAs, zerosAs } from "./arithmetic.js";
import { withBatchAxis } from "./batching.js";
import { checkOneDType } from "./checks.js";
import { type BinaryWith, binaryWith, type UnaryWith, type VariadicWith, variadicWith } from "./define.js";
import { dynamicSliceByGather, dynamicUpdateByScatter } from "./gather.js";
import { linear, withShape } from "./linear.js";

/** Elements start, start + step, ... below stop of each axis; bounds within the axis, steps positive, null = all 1. */
export interface SliceParameters {
  readonly start: readonly number[];
  readonly stop: readonly number[];
  readonly step: readonly number[] | null;
}

const slicedShape = ({ start, stop, step }: SliceParameters): Shape =>
  start.map((from, axis) => Math.max(0, Math.ceil(((stop[axis] as number) - from) / (step?.[axis] ?? 1))));

export const slice: UnaryWith<SliceParameters> = linear<SliceParameters>({
  name: "slice",
  check: (x, { start, stop, step }) => {
    const fits =
      start.length === x.shape.length &&
      stop.length === x.shape.length &&
      x.shape.every(
        (n, axis) => (start[axis] as number) >= 0 && (stop[axis] as number) <= n && (step?.[axis] ?? 1) >= 1,
      );
    if (!fits) {
      throw ShapeError.mismatch(
        "slice",
        `${bracketed(start)} to ${bracketed(stop)} is not within the operand`,
        [x.shape],
        "Bounds lie within each axis and steps are positive; np.slice takes NumPy's forms.",
      );
    }
  },
  type: (x, p) => withShape(x, slicedShape(p)),
  run: (x, { start, step }, type) => {
    if (x.data === null) return uniform(type, x.value);
    const strides = stridesOf(x);
    let { offset } = x;
    start.forEach((from, axis) => {
      offset += from * (strides[axis] as number);
    });
    if (sizeOf(type.shape) === 1) return uniform(type, x.data[offset] as number);
    // a cut along the first axis alone stays contiguous
    const whole =
      step === null && x.strides === null && type.shape.every((n, axis) => axis === 0 || n === x.shape[axis]);
    return new DenseTensor(
      type,
      x.data,
      0,
      whole ? null : step === null ? strides : strides.map((s, axis) => s * (step[axis] as number)),
      offset,
    );
  },
  transpose: (ct, x, { start, step }) => {
    const none = start.map(() => 0);
    const gap = step === null ? none : step.map((s) => s - 1);
    const reach = ct.shape.map((m, axis) => (m === 0 ? 0 : (m - 1) * ((gap[axis] as number) + 1) + 1));
    const high = x.shape.map((n, axis) => n - (start[axis] as number) - (reach[axis] as number));
    return pad(ct, { value: 0, low: start, high, interior: gap });
  },
  batched: ({ start, stop, step }, size) => ({
    start: [0, ...start],
    stop: [size, ...stop],
    step: step && [1, ...step],
  }),
  lower: (x, p) => ({
    kind: "view",
    view: {
      shape: slicedShape(p),
      axis: x.shape.map((_, axis) => axis),
      start: p.start,
      step: p.step ?? x.shape.map(() => 1),
    },
  }),
});

/** Elements of `value` before, after and between; negative low and high crop, after the interior is filled. */
export interface PadParameters {
  readonly value: number;
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly interior: readonly number[];
}

const paddedType = (x: TensorType, { low, high, interior }: PadParameters): TensorType =>
  withShape(
    x,
    x.shape.map((n, axis) =>
      Math.max(
        0,
        (low[axis] as number) + (high[axis] as number) + n + Math.max(0, n - 1) * (interior[axis] as number),
      ),
    ),
  );

export const pad: UnaryWith<PadParameters> = linear<PadParameters>({
  name: "pad",
  type: paddedType,
  run: (x, { value, low, high, interior }, type) => {
    if (sameShape(type.shape, x.shape) && low.every((n) => n === 0) && high.every((n) => n === 0)) return x;
    if (x.data === null && x.value === value && !Object.is(value, -0)) return uniform(type, value);
    return padKernel(x, value, low, high, interior, type);
  },
  linearPart: (p) => ({ ...p, value: 0 }),
  // take the frame off (or put back what was cropped), then keep every (interior + 1)-th element
  transpose: (ct, x, { low, high, interior }) => {
    const none = low.map(() => 0);
    const bare = pad(ct, { value: 0, low: low.map((n) => -n), high: high.map((n) => -n), interior: none });
    const kept = slice(bare, { start: none, stop: bare.shape, step: interior.map((n) => n + 1) });
    return sameShape(kept.shape, x.shape) ? kept : zerosAs({ type: x });
  },
  batched: ({ value, low, high, interior }) => ({
    value,
    low: [0, ...low],
    high: [0, ...high],
    interior: [0, ...interior],
  }),
  lower: (x, p) => ({
    kind: "place",
    shape: paddedType(x, p).shape,
    fill: roundTo(x.dtype, p.value),
    low: [p.low],
    step: p.interior.map((gap) => gap + 1),
  }),
});

const concatenatedType = (ins: readonly TensorType[], axis: number): TensorType => {
  const first = ins[0] as TensorType;
  let length = 0;
  for (const x of ins) length += x.shape[axis] as number;
  return { shape: replaceAt(first.shape, axis, length), dtype: first.dtype, weak: ins.every((x) => x.weak) };
};

/** Tensors one after the other along an axis. */
export const concatenate: VariadicWith<number> = variadicWith<"many", number>({
  name: "concatenate",
  shape: (ins, axis) => {
    const first = ins[0] as TensorType;
    for (const x of ins) {
      const fits =
        x.shape.length === first.shape.length && x.shape.every((n, i) => i === axis || n === first.shape[i]);
      if (!fits || axis < 0 || axis >= first.shape.length) {
        throw ShapeError.mismatch(
          "concatenate",
          `shapes must agree except along axis ${axis}`,
          ins.map((t) => t.shape),
          "np.stack joins along a new axis.",
        );
      }
    }
    checkOneDType("concatenate", ins);
    return [concatenatedType(ins, axis)];
  },
  impl: (ins, axis) => [
    concatenateKernel(
      ins,
      axis,
      concatenatedType(
        ins.map((x) => x.type),
        axis,
      ),
    ),
  ],
  jvp: (ins, tangents, axis) => [
    [concatenate(ins, axis)],
    [
      concatenate(
        tangents.map((dx, i) => dx ?? zerosAs(ins[i] as Tensor)),
        axis,
      ),
    ],
  ],
  transpose: ([ct], ins, axis) => {
    let at = 0;
    return ins.map((x): Cotangent => {
      const from = at;
      at += x.type.shape[axis] as number;
      if (ct === null || !isVariable(x)) return null;
      const start = ct.shape.map((_, i) => (i === axis ? from : 0));
      return slice(ct, { start, stop: replaceAt(ct.shape, axis, at), step: null });
    });
  },
  batch: (ins, axis, { size }) => [
    {
      value: concatenate(
        ins.map((x) => withBatchAxis(x, size)),
        axis + 1,
      ),
      mapped: true,
    },
  ],
  lower: (ins, axis) => {
    const { shape } = concatenatedType(ins, axis);
    let from = 0;
    const low = ins.map((x) => {
      const at = shape.map((_, i) => (i === axis ? from : 0));
      from += x.shape[axis] as number;
      return at;
    });
    return { kind: "place", shape, fill: 0, low, step: shape.map(() => 1) };
  },
});

/** Starts moved so that the block lies within the operand, as JAX does. */
const clampedStarts = (starts: DenseTensor, whole: Shape, block: Shape): number[] =>
  Array.from(compactData(starts), (from, axis) =>
    Math.min(Math.max(from, 0), (whole[axis] as number) - (block[axis] as number)),
  );

/** A block of static `sizes` from a start that may be computed: starts is int32 [rank]; clamped into the operand. */
export const dynamicSlice: BinaryWith<Shape> = binaryWith<Shape>({
  name: "dynamicSlice",
  shape: ([x, starts], sizes) => {
    if (
      sizes.length !== x.shape.length ||
      starts.shape[0] !== x.shape.length ||
      sizes.some((n, i) => n > (x.shape[i] as number))
    ) {
      throw ShapeError.mismatch(
        "dynamicSlice",
        "one start and one size for each axis, no size beyond the axis",
        [x.shape, sizes],
        "Sizes are static numbers.",
      );
    }
    return [withShape(x, sizes)];
  },
  impl: ([x, starts], sizes) => {
    const start = clampedStarts(starts, x.shape, sizes);
    const stop = start.map((from, axis) => from + (sizes[axis] as number));
    return slice.primitive.impl([x], { start, stop, step: null }) as readonly [DenseTensor];
  },
  jvp: ([x, starts], [dx], sizes) => [
    [dynamicSlice(x, starts, sizes)],
    [dx && dynamicSlice(dx, starts, sizes)],
  ],
  transpose: ([ct], [x, starts]) => [
    ct && dynamicUpdateSlice([zerosAs(x), ct, known("dynamicSlice", starts)], null),
    null,
  ],
  batch: ([x, starts], sizes, { size }) => [
    starts.mapped
      ? { value: dynamicSliceByGather(x, starts, sizes), mapped: true }
      : { value: dynamicSlice(x.value, withZeroStart(starts), [size, ...sizes]), mapped: true },
  ],
  lower: () => ({ kind: "opaque" }),
});

const withZeroStart = (starts: Batched): Tensor => {
  const zero = filledAs({ type: { shape: [1], dtype: "int32", weak: false } }, 0);
  return concatenate([zero, starts.value], 0);
};

/** [x, update, starts]: x with the block at starts (int32 [rank], clamped) replaced by the update. */
export const dynamicUpdateSlice: VariadicWith<null> = variadicWith<3, null>({
  name: "dynamicUpdateSlice",
  shape: ([x, update]) => {
    if (update.shape.length !== x.shape.length || update.shape.some((n, i) => n > (x.shape[i] as number))) {
      throw ShapeError.mismatch(
        "dynamicUpdateSlice",
        "the update must fit into the operand",
        [x.shape, update.shape],
        "Both need the same rank.",
      );
    }
    return [x];
  },
  impl: ([x, update, starts]) => [
    updateSlice(x, update, clampedStarts(starts, x.shape, update.shape), x.type),
  ],
  jvp: ([x, update, starts], [dx, du]) => [
    [dynamicUpdateSlice([x, update, starts], null)],
    [dynamicUpdateSlice([dx ?? zerosAs(x), du ?? zerosAs(update), starts], null)],
  ],
  transpose: ([ct], [x, update, starts]) => [
    ct && isVariable(x)
      ? dynamicUpdateSlice([ct, zerosAs(update), known("dynamicUpdateSlice", starts)], null)
      : null,
    ct && isVariable(update)
      ? dynamicSlice(ct, known("dynamicUpdateSlice", starts), update.type.shape)
      : null,
    null,
  ],
  batch: ([x, update, starts], _, { size }) => {
    const whole = withBatchAxis(x, size);
    const block = withBatchAxis(update, size);
    return [
      starts.mapped
        ? { value: dynamicUpdateByScatter(whole, block, starts.value), mapped: true }
        : { value: dynamicUpdateSlice([whole, block, withZeroStart(starts)], null), mapped: true },
    ];
  },
  lower: () => ({ kind: "opaque" }),
});
