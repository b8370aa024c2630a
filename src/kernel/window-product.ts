/** What convolutions are as products of matrices: sizes and strides, no elements. */
import type { Storage } from "../tensor/dtype.js";
import { type Shape, sizeOf } from "../tensor/shape.js";

/** How a window moves over images that are padded already. */
export interface Sweeping {
  readonly strides: readonly number[];
  /** Every element of the window stands so many places after the one before it. */
  readonly windowDilation: readonly number[];
  /** Whether products are summed with features as the slower index, or with the positions of the window. */
  readonly featuresFirst: boolean;
}

/**
 * A convolution as products of matrices, one for each group, between arrays of any strides, in elements: the sum for
 * row i and column j adds up, over p in row-major order of the depth, image[i + p] window[p + j].
 */
export interface WindowProduct {
  readonly groups: number;
  readonly groupStrides: readonly [image: number, window: number, out: number];
  /** Places of the result, those first that lie far apart in the image: sizes, and strides in image and result. */
  readonly rows: readonly number[];
  readonly rowStrides: readonly [image: readonly number[], out: readonly number[]];
  /** What a sum runs over. */
  readonly depth: readonly number[];
  readonly depthStrides: readonly [image: readonly number[], window: readonly number[]];
  /** Features of the result, which lie side by side in it. */
  readonly columns: number;
  readonly columnStride: number;
}

/** The strides are those of the image, of the window, and of a result without gaps. */
export const windowProduct = (
  imageStrides: readonly number[],
  windowShape: Shape,
  windowStrides: readonly number[],
  outShape: Shape,
  { strides, windowDilation, featuresFirst }: Sweeping,
): WindowProduct => {
  const rank = outShape.length - 3;
  const at = (list: readonly number[], i: number): number => list[i] as number;
  const places = outShape.slice(1, 2 + rank);
  const inImage = places.map((_, i) => at(imageStrides, i + 1) * (i === 0 ? 1 : at(strides, i - 1)));
  const inOut = places.map((_, i) => sizeOf(outShape.slice(i + 2)));
  // which row comes first changes no sum: those that lie close in the image go together
  const order = places.map((_, i) => i).sort((i, j) => at(inImage, j) - at(inImage, i));
  const inDepth = (positions: readonly number[], feature: number): readonly number[] =>
    featuresFirst ? [feature, ...positions] : [...positions, feature];
  const steps = windowDilation.map((n, i) => n * at(imageStrides, i + 2));
  return {
    groups: at(outShape, 0),
    groupStrides: [at(imageStrides, 0), at(windowStrides, 0), sizeOf(outShape.slice(1))],
    rows: order.map((i) => at(places, i)),
    rowStrides: [order.map((i) => at(inImage, i)), order.map((i) => at(inOut, i))],
    depth: inDepth(windowShape.slice(1, 1 + rank), at(windowShape, 1 + rank)),
    depthStrides: [
      inDepth(steps, at(imageStrides, 2 + rank)),
      inDepth(windowStrides.slice(1, 1 + rank), at(windowStrides, 1 + rank)),
    ],
    columns: at(outShape, 2 + rank),
    columnStride: at(windowStrides, 2 + rank),
  };
};

/** Positions in the data at index (i, j, ...) of some axes, row-major. */
export const positions = (sizes: readonly number[], strides: readonly number[]): Int32Array => {
  const table = new Int32Array(sizeOf(sizes));
  let filled = 1;
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    const n = sizes[axis] as number;
    const stride = strides[axis] as number;
    for (let i = n - 1; i >= 0; i--)
      for (let j = 0; j < filled; j++) table[i * filled + j] = i * stride + (table[j] as number);
    filled *= n;
  }
  return table;
};

/** Computes such a product to `c`, from position c0 on; a and b start at a0 and b0. All have one dtype. */
export type WindowKernel = (
  form: WindowProduct,
  a: Storage,
  a0: number,
  b: Storage,
  b0: number,
  c: Storage,
  c0: number,
) => void;
