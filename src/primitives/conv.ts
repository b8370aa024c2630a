/**
 * Convolution in the one layout to which all others are views: groups, examples, positions, features. It is bilinear,
 * and its transposes are convolutions again.
 */
import { isVariable, known, type Operand } from "../graph/primitive.js";
import { convolve as kernel, sweep } from "../kernel/conv.js";
import type { Sweeping } from "../kernel/window-product.js";
import { DTypeError, ShapeError } from "../tensor/errors.js";
import { sameShape } from "../tensor/shape.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { add, zerosAs } from "./arithmetic.js";
import { mapped } from "./batching.js";
import { type BinaryWith, binaryWith } from "./define.js";
import { moveToFront, permute, reshape, reverse } from "./reshape.js";
import { concatenate, pad, slice } from "./slice.js";

/** How a window moves over images, one number for each axis of positions; padding is an operation of its own. */
export type ConvolutionParameters = Sweeping;

const outType = (x: TensorType, w: TensorType, p: ConvolutionParameters): TensorType => {
  const positions = p.strides.map((stride, i) => {
    const image = x.shape[i + 2] as number;
    const window = dilated(w.shape[i + 1] as number, p.windowDilation[i] as number);
    return window > image ? 0 : Math.floor((image - window) / stride) + 1;
  });
  return {
    shape: [x.shape[0] as number, x.shape[1] as number, ...positions, w.shape.at(-1) as number],
    dtype: x.dtype,
    weak: x.weak && w.weak,
  };
};

/** x: [groups, examples, positions..., features], w: [groups, window..., features, features out]. */
export const convolution: BinaryWith<ConvolutionParameters> = binaryWith<ConvolutionParameters>({
  name: "convolution",
  shape: ([x, w], p) => {
    if (x.dtype !== w.dtype || x.dtype === "bool")
      throw DTypeError.unsupported("convolution", `${x.dtype} with ${w.dtype}`, "one dtype of numbers");
    const rank = p.strides.length + 3;
    const fits = x.shape.length === rank && w.shape.length === rank;
    if (!fits || x.shape[0] !== w.shape[0] || x.shape.at(-1) !== w.shape.at(-2)) {
      throw ShapeError.mismatch(
        "convolution",
        "image and window need equal groups and features",
        [x.shape, w.shape],
        "nn.convGeneralDilated arranges them.",
      );
    }
    return [outType(x, w, p)];
  },
  impl: ([x, w], p) => [kernel(x, w, p, outType(x.type, w.type, p))],
  // d(x * w) = dx * w + x * dw
  jvp: ([x, w], [dx, dw], p) => {
    const left = dx && convolution(dx, w, p);
    const right = dw && convolution(x, dw, p);
    return [[convolution(x, w, p)], [left === null ? right : right === null ? left : add(left, right)]];
  },
  transpose: ([ct], [x, w], p) => {
    if (ct === null || ct.size === 0) return [null, null];
    return [
      isVariable(x) ? imageCotangent(ct, x, known("convolution", w), p) : null,
      isVariable(w) ? windowCotangent(ct, known("convolution", x), w, p) : null,
    ];
  },
  batch: ([x, w], p, { size }) => {
    const [s, t] = [x.value.shape, w.value.shape];
    if (x.mapped && w.mapped) {
      // examples of both are groups
      const groups = size * (s[1] as number);
      const out = convolution(
        reshape(x.value, [groups, ...s.slice(2)]),
        reshape(w.value, [groups, ...t.slice(2)]),
        p,
      );
      return [mapped(reshape(out, [size, s[1] as number, ...out.shape.slice(1)]))];
    }
    if (x.mapped) {
      // its examples are more examples
      const [, groups, examples, ...rest] = s as readonly [number, number, number, ...number[]];
      const swapped = permute(x.value, [1, 0, ...s.map((_, axis) => axis).slice(2)]);
      const out = convolution(reshape(swapped, [groups, size * examples, ...rest]), w.value, p);
      return [mapped(moveToFront(reshape(out, [groups, size, examples, ...out.shape.slice(2)]), 1))];
    }
    // further features of the result
    const features = t.at(-1) as number;
    const axes = t.map((_, axis) => axis);
    const behind = permute(w.value, [...axes.slice(1, -1), 0, axes.length - 1]);
    const out = convolution(x.value, reshape(behind, [...t.slice(1, -1), size * features]), p);
    const apart = reshape(out, [...out.shape.slice(0, -1), size, features]);
    return [mapped(moveToFront(apart, apart.shape.length - 2))];
  },
  lower: (_, sweeping) => ({ kind: "convolve", sweeping, kernel: sweep }),
});

/** A convolution of an image whose elements stand `apart` places from each other, with zeros around; negative ones crop. */
export interface Spreading {
  readonly apart: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly strides: readonly number[];
  readonly windowDilation: readonly number[];
}

/**
 * Where elements are s apart and the window moves by 1, every s-th result meets the same elements of the window, every
 * s-th of it: so these are s convolutions without the zeros between, their results interleaved.
 */
export const convolveApart = (x: Tensor, w: Tensor, spreading: Spreading): Tensor => {
  const { apart, low, high, strides, windowDilation } = spreading;
  const axis = apart.findIndex((n, i) => n > 1 && strides[i] === 1 && windowDilation[i] === 1);
  const at = <T>(list: readonly T[]): T => list[axis] as T;
  const [s, from] = [at(apart), at(low)];
  const [n, k] = [x.shape[axis + 2], w.shape[axis + 1]] as [number, number];
  const results = dilated(n, s) + from + at(high) - k + 1;
  if (axis < 0 || x.size === 0 || w.size === 0 || results <= 0) return convolvePadded(x, w, spreading);
  const count = Math.ceil(results / s);
  const put = (list: readonly number[], value: number): readonly number[] =>
    list.map((old, i) => (i === axis ? value : old));
  const phases = Array.from({ length: s }, (_, phase): Tensor | null => {
    // the first element of the window that meets one of the image, and how many do
    const first = (((from - phase) % s) + s) % s;
    const taken = Math.ceil((k - first) / s);
    if (taken <= 0) return null;
    const along = (value: number, others: number): readonly number[] =>
      w.shape.map((_, i) => (i === axis + 1 ? value : others));
    const before = (from - phase - first) / s;
    return convolveApart(x, slice(w, { start: along(first, 0), stop: w.shape, step: along(s, 1) }), {
      ...spreading,
      apart: put(apart, 1),
      low: put(low, before),
      high: put(high, count - 1 + taken - n - before),
    });
  });
  const some = phases.find((phase) => phase !== null) as Tensor;
  const [outer, inner] = [some.shape.slice(0, axis + 2), some.shape.slice(axis + 3)];
  const column = [...outer, count, 1, ...inner];
  const joined = concatenate(
    phases.map((phase) => reshape(phase ?? zerosAs(some), column)),
    axis + 3,
  );
  const whole = reshape(joined, [...outer, count * s, ...inner]);
  const stop = [...outer, results, ...inner];
  return slice(whole, { start: stop.map(() => 0), stop, step: null });
};

/** The same with zeros between the elements. */
const convolvePadded = (x: Tensor, w: Tensor, spreading: Spreading): Tensor => {
  const { apart, low, high, strides, windowDilation } = spreading;
  const frame = (list: readonly number[]): readonly number[] => [0, 0, ...list, 0];
  const isBare = [...low, ...high].every((n) => n === 0) && apart.every((n) => n === 1);
  const interior = frame(apart.map((n) => n - 1));
  const whole = isBare ? x : pad(x, { value: 0, low: frame(low), high: frame(high), interior });
  return convolution(whole, w, { strides, windowDilation, featuresFirst: false });
};

/** How many places n elements take that stand `dilation` apart. */
const dilated = (n: number, dilation: number): number => (n === 0 ? 0 : (n - 1) * dilation + 1);

/** The places that the window's elements and the results take in an image, for each axis of positions. */
const reaches = (ct: Tensor, w: TensorType, p: ConvolutionParameters) =>
  p.strides.map((stride, i) => ({
    window: dilated(w.shape[i + 1] as number, p.windowDilation[i] as number),
    out: dilated(ct.shape[i + 2] as number, stride),
  }));

// every element of the result goes back through the window that made it: a convolution of the cotangent, its elements
// a stride apart, with the window turned round and its features exchanged
const imageCotangent = (ct: Tensor, x: Operand, w: Tensor, p: ConvolutionParameters): Tensor | null => {
  const { shape } = x.type;
  if (shape.includes(0) || w.size === 0) return null;
  const sizes = reaches(ct, w.type, p);
  const rank = p.strides.length;
  const axes = w.shape.map((_, axis) => axis);
  const turned = reverse(permute(w, [...axes.slice(0, -2), rank + 2, rank + 1]), axes.slice(1, -2));
  return convolveApart(ct, turned, {
    apart: p.strides,
    low: sizes.map(({ window }) => window - 1),
    high: sizes.map(({ out }, i) => (shape[i + 2] as number) - out),
    strides: p.strides.map(() => 1),
    windowDilation: p.windowDilation,
  });
};

// sums over examples and positions: a convolution of the image, features as examples and examples as features, with
// the cotangent as window
const windowCotangent = (ct: Tensor, x: Tensor, w: Operand, p: ConvolutionParameters): Tensor | null => {
  if (w.type.shape.includes(0) || x.size === 0) return null;
  const rank = p.strides.length;
  const between = p.strides.map((_, i) => i + 2);
  // without what no window has reached
  const reached = reaches(ct, w.type, p).map(({ window, out }) => window - 1 + out);
  const stop = [...x.shape.slice(0, 2), ...reached, x.shape[rank + 2] as number];
  const seen = sameShape(stop, x.shape) ? x : slice(x, { start: stop.map(() => 0), stop, step: null });
  const image = permute(seen, [0, rank + 2, ...between, 1]);
  const window = permute(ct, [0, ...between, 1, rank + 2]);
  const out = convolution(image, window, {
    strides: p.windowDilation,
    windowDilation: p.strides,
    // an example after the other, as they lie in memory
    featuresFirst: true,
  });
  return permute(out, [0, ...between, 1, rank + 2]);
};
