/** Patches: what lies under a window of a convolution, as features. */
import { asTensor } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { inverseOrder, permute, reshape } from "../primitives/reshape.js";
import { concatenate } from "../primitives/slice.js";
import { ShapeError } from "../tensor/errors.js";
import { sizeOf } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { type DimensionNumbers, layoutOf } from "./dimension-numbers.js";
import { isTiling, padded, placesOf, tiles, underEach } from "./sliding.js";
import { dilated, type Padding, paddingOf, perAxis } from "./windows.js";

export interface PatchesOptions {
  /** Default 1. */
  readonly strides?: number | readonly number[];
  /** With zeros; default "VALID". */
  readonly padding?: Padding;
  /** Elements of the image stand so many places apart, zeros between them; default 1. */
  readonly imageDilation?: number | readonly number[];
  /** The same of the window: a window with holes. */
  readonly windowDilation?: number | readonly number[];
  /** As for `convGeneralDilated`: default features last. */
  readonly dimensionNumbers?: DimensionNumbers;
}

/**
 * What a convolution with such a window would see at each of its places: for an image [examples, positions..., C] the
 * patches [examples, places..., C * window]. The axis of features is C times the window in row-major order, C slowest: feature
 * c, window position k stand at c * size of the window + k, as in JAX. Elements are read, not multiplied, so any dtype goes.
 *
 * @throws ShapeError without positions; ArgumentError for windows, strides, paddings or layouts that do not fit.
 * @example nn.patches([[[1], [2], [4]]], 2).toArray() // [[[1, 2], [2, 4]]]
 * @see jax.lax.conv_general_dilated_patches
 */
export const patches = (
  image: TensorLike,
  window: number | readonly number[],
  options?: PatchesOptions,
): Tensor => {
  const operation = "patches";
  const given = asTensor(operation, image);
  const asked = optionsOf(operation, options, [
    "strides",
    "padding",
    "imageDilation",
    "windowDilation",
    "dimensionNumbers",
  ]);
  const count = given.shape.length - 2;
  if (count < 1) {
    throw ShapeError.mismatch(
      operation,
      "there are no positions to take patches of",
      [given.shape],
      "The image is [examples, positions..., features].",
    );
  }
  const layout = layoutOf(operation, asked.dimensionNumbers, count);
  const x = permute(given, layout.image);
  const sizes = perAxis(operation, "a window", window, count);
  const strides = perAxis(operation, "strides", asked.strides ?? 1, count);
  const apart = perAxis(operation, "dilations of the image", asked.imageDilation ?? 1, count);
  const dilation = perAxis(operation, "dilations of the window", asked.windowDilation ?? 1, count);
  const pairs = paddingOf(
    operation,
    asked.padding ?? "VALID",
    x.shape.slice(1, -1).map((n, i) => dilated(n, apart[i] as number)),
    sizes.map((n, i) => dilated(n, dilation[i] as number)),
    strides,
  );
  const wide = padded(x, {
    value: 0,
    pairs: [[0, 0], ...pairs, [0, 0]],
    apart: [1, ...apart, 1],
  });
  const sliding = { window: [1, ...sizes, 1], strides: [1, ...strides, 1], dilation: [1, ...dilation, 1] };
  const places = placesOf(wide.shape, sliding);
  const last = places.length;
  // [examples, places..., C, window...]: positions of the window become the fastest
  const apiece = isTiling(sliding)
    ? permute(tiles(wide, sliding, places), [
        ...places.map((_, axis) => 2 * axis),
        ...places.map((_, axis) => 2 * axis + 1),
      ])
    : concatenate(
        underEach(wide, sliding, places).map((part) => reshape(part, [...places, 1])),
        last,
      );
  const out = reshape(apiece, [...places.slice(0, -1), (places.at(-1) as number) * sizeOf(sizes)]);
  return permute(out, inverseOrder(layout.out));
};
