/** Convolutions in any layout, of any number of axes: views of the one layout that the primitive has. */
import { promoteAll } from "../numpy/convert.js";
import { asTensor } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { convert } from "../primitives/arithmetic.js";
import { convolveApart } from "../primitives/conv.js";
import { inverseOrder, permute, reshape, reverse } from "../primitives/reshape.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import type { Shape } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { type DimensionNumbers, layoutOf } from "./dimension-numbers.js";
import { dilated, type Padding, paddingOf, perAxis } from "./windows.js";

export interface ConvolutionOptions {
  /** Default 1. */
  readonly strides?: number | readonly number[];
  /** Default "VALID". */
  readonly padding?: Padding;
  /** Elements of the image stand so many places apart, zeros between them; default 1. */
  readonly imageDilation?: number | readonly number[];
  /** The same of the window: a window with holes. */
  readonly windowDilation?: number | readonly number[];
  /** Features in so many groups, each of which sees its own only: the window has features / groups to go in. */
  readonly featureGroups?: number;
  /** Examples in so many groups, each of which meets its own features / groups of those that go out; default 1. */
  readonly batchGroups?: number;
  /** Default features last: ["NC", "IO", "NC"] with W, HW or DHW before C and IO for 1 to 3 axes. */
  readonly dimensionNumbers?: DimensionNumbers;
}

const keys = [
  "strides",
  "padding",
  "imageDilation",
  "windowDilation",
  "featureGroups",
  "batchGroups",
  "dimensionNumbers",
] as const satisfies readonly (keyof ConvolutionOptions)[];

const checkRanks = (operation: string, x: Tensor, w: Tensor): number => {
  const count = x.shape.length - 2;
  if (count >= 0 && w.shape.length === count + 2) return count;
  throw ShapeError.mismatch(
    operation,
    "image and window need the same rank, at least 2",
    [x.shape, w.shape],
    "The image has examples and features beside its positions, the window features in and out.",
  );
};

const checkBatches = (
  operation: string,
  batches: number,
  groups: number,
  shapes: readonly Shape[],
  examples: number,
  featuresOut: number,
): void => {
  if (groups > 1)
    throw ArgumentError.invalid(
      operation,
      `${groups} groups of features and ${batches} of examples`,
      "Groups are either of features or of examples.",
    );
  if (examples % batches !== 0 || featuresOut % batches !== 0) {
    throw ShapeError.mismatch(
      operation,
      `${batches} groups do not divide ${examples} examples and ${featuresOut} features`,
      shapes,
      "Examples and features that go out are cut into groups of equal size.",
    );
  }
};

const general = (
  operation: string,
  image: TensorLike,
  window: TensorLike,
  options: ConvolutionOptions | undefined,
): Tensor => {
  const asked = optionsOf(operation, options, keys);
  const [a, b] = promoteAll(operation, [asTensor(operation, image), asTensor(operation, window)]) as [
    Tensor,
    Tensor,
  ];
  const count = checkRanks(operation, a, b);
  const layout = layoutOf(operation, asked.dimensionNumbers, count);
  const x = permute(a, layout.image);
  const w = permute(b, layout.window);
  const strides = perAxis(operation, "strides", asked.strides ?? 1, count);
  const imageDilation = perAxis(operation, "dilations of the image", asked.imageDilation ?? 1, count);
  const windowDilation = perAxis(operation, "dilations of the window", asked.windowDilation ?? 1, count);
  const [groups] = perAxis(operation, "feature groups", asked.featureGroups ?? 1, 1) as readonly [number];
  const [batches] = perAxis(operation, "batch groups", asked.batchGroups ?? 1, 1) as readonly [number];
  const positions = x.shape.slice(1, -1);
  const examples = x.shape[0] as number;
  const features = x.shape.at(-1) as number;
  const [featuresIn, featuresOut] = w.shape.slice(-2) as [number, number];
  if (features !== featuresIn * groups || featuresOut % groups !== 0) {
    throw ShapeError.mismatch(
      operation,
      groups === 1
        ? `the image has ${features} features, the window takes ${featuresIn}`
        : `${groups} groups of ${featuresIn} features do not make ${features}, or do not divide ${featuresOut}`,
      [a.shape, b.shape],
      "Name the axes in the order in which they stand with { dimensionNumbers }.",
    );
  }
  if (batches > 1) checkBatches(operation, batches, groups, [a.shape, b.shape], examples, featuresOut);
  const padding = paddingOf(
    operation,
    asked.padding ?? "VALID",
    positions.map((n, i) => dilated(n, imageDilation[i] as number)),
    w.shape.slice(0, -2).map((n, i) => dilated(n, windowDilation[i] as number)),
    strides,
  );
  // groups, of features or of examples, become the first axis of both
  const rank = count + 2;
  const between = positions.map((_, i) => i + 1);
  const apart =
    batches > 1
      ? reshape(x, [batches, examples / batches, ...x.shape.slice(1)])
      : permute(reshape(x, [...x.shape.slice(0, -1), groups, featuresIn]), [rank - 1, 0, ...between, rank]);
  const parts = groups * batches;
  const split = permute(reshape(w, [...w.shape.slice(0, -1), parts, featuresOut / parts]), [
    rank - 1,
    ...w.shape.map((_, axis) => axis).slice(0, -1),
    rank,
  ]);
  const product = convolveApart(apart, split, {
    apart: imageDilation,
    low: padding.map(([low]) => low),
    high: padding.map(([, high]) => high),
    strides,
    windowDilation,
  });
  const { shape } = product;
  const together = permute(product, [1, ...between.map((axis) => axis + 1), 0, rank]);
  const result = reshape(together, [...shape.slice(1, -1), featuresOut]);
  return permute(result, inverseOrder(layout.out));
};

const floating = (operation: string, x: TensorLike): Tensor => {
  const tensor = asTensor(operation, x);
  return tensor.dtype === "bool" ? convert(tensor, "float64") : tensor;
};

/**
 * The convolution that all others are: at every position of the window the sum of its products with what lies under
 * it (correlation: the window is not turned round). Image and window in any layout, by default features last:
 * [examples, positions..., features] and [window..., features in, features out].
 *
 * @throws ShapeError where ranks or features do not fit; ArgumentError for options that name no layout or padding.
 * @example nn.convGeneralDilated([[[1], [2], [4]]], [[[1]], [[10]]]).toArray() // [[[21], [42]]]
 * @see jax.lax.conv_general_dilated
 */
export const convGeneralDilated = (
  image: TensorLike,
  window: TensorLike,
  options?: ConvolutionOptions,
): Tensor =>
  general(
    "convGeneralDilated",
    floating("convGeneralDilated", image),
    floating("convGeneralDilated", window),
    options,
  );

export interface ConvTransposeOptions
  extends Omit<ConvolutionOptions, "padding" | "imageDilation" | "featureGroups" | "batchGroups"> {
  /** Default "VALID". */
  readonly padding?: Exclude<Padding, "SAME_LOWER">;
  /** The window turned round and its features exchanged, as the gradient of a convolution has it; false. */
  readonly transposeKernel?: boolean;
}

/**
 * The transposed convolution: the image with strides - 1 zeros between its elements, so that positions multiply by
 * the strides. "VALID" (the default here, "SAME" in JAX) gives size * stride + max(window - stride, 0), "SAME" size *
 * stride.
 *
 * @throws ShapeError and ArgumentError as `convGeneralDilated`.
 * @example nn.convTranspose([[[1], [2]]], [[[1]], [[10]]], { strides: 2 }).toArray() // [[[10], [1], [20], [2]]]
 * @see jax.lax.conv_transpose
 */
export const convTranspose = (
  image: TensorLike,
  window: TensorLike,
  options?: ConvTransposeOptions,
): Tensor => {
  const operation = "convTranspose";
  const asked = optionsOf(operation, options, [
    "strides",
    "padding",
    "windowDilation",
    "dimensionNumbers",
    "transposeKernel",
  ]);
  const [x, w] = [floating(operation, image), floating(operation, window)];
  const count = checkRanks(operation, x, w);
  const layout = layoutOf(operation, asked.dimensionNumbers, count);
  const strides = perAxis(operation, "strides", asked.strides ?? 1, count);
  const dilation = perAxis(operation, "dilations of the window", asked.windowDilation ?? 1, count);
  const positions = layout.window.slice(0, -2);
  const sizes = positions.map((axis, i) => dilated(w.shape[axis] as number, dilation[i] as number));
  const { padding: rule = "VALID" } = asked;
  if ((rule as Padding) === "SAME_LOWER") {
    throw ArgumentError.invalid(
      operation,
      `the padding is ${describe(rule)}`,
      'It is "SAME", "VALID", a number, or a pair [low, high] for each axis of the image between zeros.',
    );
  }
  const padding =
    rule === "SAME" || rule === "VALID"
      ? sizes.map((k, i): readonly [number, number] => {
          const stride = strides[i] as number;
          // as JAX pads
          const total = k + stride - 2 + (rule === "VALID" ? Math.max(k - stride, 0) : 0);
          const low = rule === "VALID" ? k - 1 : stride > k - 1 ? k - 1 : Math.ceil(total / 2);
          return [low, total - low];
        })
      : rule;
  let turned = w;
  if (asked.transposeKernel === true) {
    const [into, out] = layout.window.slice(-2) as [number, number];
    const order = w.shape.map((_, axis) => (axis === into ? out : axis === out ? into : axis));
    turned = permute(reverse(w, positions), order);
  }
  return general(operation, x, turned, {
    padding,
    imageDilation: strides,
    windowDilation: dilation,
    ...(asked.dimensionNumbers && { dimensionNumbers: asked.dimensionNumbers }),
  });
};
