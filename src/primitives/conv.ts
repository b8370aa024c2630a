/**
 * Convolution in the one layout to which all others are views: groups, examples, positions, features. It is bilinear,
 * and its transposes are convolutions again.
 */
import { isVariable, known, type Operand } from "../graph/primitive.js";
import { convolve as kernel } from "../kernel/conv.js";
import { pad as padKernel } from "../kernel/move.js";
import { DTypeError, ShapeError } from "../tensor/errors.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { add } from "./arithmetic.js";
import { mapped } from "./batching.js";
import { type BinaryWith, binaryWith } from "./define.js";
import { moveToFront, permute, reshape, reverse } from "./reshape.js";

/** One number for each axis of positions. */
export interface ConvolutionParameters {
  readonly strides: readonly number[];
  /** Zeros before and after; negative ones crop. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Every element of the image, or of the window, stands so many places after the one before it. */
  readonly imageDilation: readonly number[];
  readonly windowDilation: readonly number[];
  /** Whether products are summed with features as the slower index, or with the positions of the window. */
  readonly featuresFirst: boolean;
}

/** How many places n elements take. */
const reach = (n: number, dilation: number): number => (n === 0 ? 0 : (n - 1) * dilation + 1);

const outType = (x: TensorType, w: TensorType, p: ConvolutionParameters): TensorType => {
  const positions = p.strides.map((stride, i) => {
    const places = reach(x.shape[i + 2] as number, p.imageDilation[i] as number);
    const padded = Math.max(0, places + (p.low[i] as number) + (p.high[i] as number));
    const window = reach(w.shape[i + 1] as number, p.windowDilation[i] as number);
    return window > padded ? 0 : Math.floor((padded - window) / stride) + 1;
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
  impl: ([x, w], p) => {
    const type = outType(x.type, w.type, p);
    const still = [p.low, p.high].every((list) => list.every((n) => n === 0));
    if (still && p.imageDilation.every((n) => n === 1)) return [kernel(x, w, p, type)];
    const frame = (list: readonly number[]): number[] => [0, 0, ...list, 0];
    const shape = x.shape.map((n, axis) => {
      const i = axis - 2;
      if (i < 0 || i >= p.strides.length) return n;
      const places = reach(n, p.imageDilation[i] as number);
      return Math.max(0, places + (p.low[i] as number) + (p.high[i] as number));
    });
    const gaps = p.imageDilation.map((n) => n - 1);
    const padded = padKernel(x, 0, frame(p.low), frame(p.high), frame(gaps), { ...x.type, shape });
    return [kernel(padded, w, p, type)];
  },
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
  lower: () => ({ kind: "opaque" }),
});

/** The sizes on which the padding of a transpose depends, for each axis of positions. */
const reaches = (ct: Tensor, x: TensorType, w: TensorType, p: ConvolutionParameters) =>
  p.strides.map((stride, i) => ({
    image: reach(x.shape[i + 2] as number, p.imageDilation[i] as number),
    window: reach(w.shape[i + 1] as number, p.windowDilation[i] as number),
    out: reach(ct.shape[i + 2] as number, stride),
    low: p.low[i] as number,
  }));

// every element of the result goes back through the window that made it: a convolution of the cotangent, its elements
// a stride apart, with the window turned round and its features exchanged
const imageCotangent = (ct: Tensor, x: Operand, w: Tensor, p: ConvolutionParameters): Tensor | null => {
  if (x.type.shape.includes(0) || w.size === 0) return null;
  const sizes = reaches(ct, x.type, w.type, p);
  const rank = p.strides.length;
  const axes = w.shape.map((_, axis) => axis);
  const turned = reverse(permute(w, [...axes.slice(0, -2), rank + 2, rank + 1]), axes.slice(1, -2));
  return convolution(ct, turned, {
    strides: p.imageDilation,
    low: sizes.map(({ window, low }) => window - 1 - low),
    high: sizes.map(({ image, out, low }) => image - out + low),
    imageDilation: p.strides,
    windowDilation: p.windowDilation,
    featuresFirst: false,
  });
};

// sums over examples and positions: a convolution of the image, features as examples and examples as features, with
// the cotangent as window
const windowCotangent = (ct: Tensor, x: Tensor, w: Operand, p: ConvolutionParameters): Tensor | null => {
  if (w.type.shape.includes(0) || x.size === 0) return null;
  const sizes = reaches(ct, x.type, w.type, p);
  const rank = p.strides.length;
  const between = p.strides.map((_, i) => i + 2);
  const image = permute(x, [0, rank + 2, ...between, 1]);
  const window = permute(ct, [0, ...between, 1, rank + 2]);
  const out = convolution(image, window, {
    strides: p.windowDilation,
    low: p.low,
    high: sizes.map(({ image: n, window: k, out: m, low }) => k - 1 + m - n - low),
    imageDilation: p.imageDilation,
    windowDilation: p.strides,
    // an example after the other, as they lie in memory
    featuresFirst: true,
  });
  return permute(out, [0, ...between, 1, rank + 2]);
};
