/** Images of another size: one matrix of weights for each axis that changes. */
import { moved, takeStatic } from "../numpy/along.js";
import { floated } from "../numpy/convert.js";
import { asTensor } from "../numpy/door.js";
import { flagOf, optionsOf } from "../numpy/options.js";
import { dot } from "../primitives/dot.js";
import { allocate, roundTo } from "../tensor/dtype.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { checkShape, orThrow, type Shape } from "../tensor/shape.js";
import { compact, type Tensor, type TensorLike } from "../tensor/tensor.js";

export type ResizeMethod =
  | "nearest"
  | "linear"
  | "bilinear"
  | "trilinear"
  | "triangle"
  | "cubic"
  | "bicubic"
  | "tricubic"
  | "lanczos3"
  | "lanczos5";

export interface ResizeOptions {
  /** How values between elements are found: default "linear". */
  readonly method?: ResizeMethod;
  /** Where an axis shrinks, the kernel is widened so that every element counts: default true. */
  readonly antialias?: boolean;
}

/** Weight of an element at a distance from where the value is wanted. */
type Kernel = (distance: number) => number;

const triangle: Kernel = (x) => Math.max(0, 1 - x);

/** R. G. Keys, Cubic convolution interpolation for digital image processing (1981), with a = -1/2. */
const keys: Kernel = (x) =>
  x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const lanczos =
  (radius: number): Kernel =>
  (x) =>
    x < radius ? sinc(x) * sinc(x / radius) : 0;

const kernelOf = (method: unknown): Kernel | "nearest" => {
  switch (method) {
    case "nearest":
      return "nearest";
    case "linear":
    case "bilinear":
    case "trilinear":
    case "triangle":
      return triangle;
    case "cubic":
    case "bicubic":
    case "tricubic":
      return keys;
    case "lanczos3":
      return lanczos(3);
    case "lanczos5":
      return lanczos(5);
    default:
      throw ArgumentError.invalid(
        "resize",
        `the method is ${describe(method)}`,
        'Methods are "nearest", "linear", "cubic", "lanczos3" and "lanczos5".',
      );
  }
};

/** Below this a sum of weights counts as none: JAX's bound, 1000 units of float32's rounding. */
const negligible = 1000 * 2 ** -23;

/** Weights [n, m] that make m elements of n, each column with the sum 1; centres of elements lie at halves. */
const weights = (n: number, m: number, kernel: Kernel, antialias: boolean): Float64Array => {
  const step = n / m;
  const width = antialias ? Math.max(step, 1) : 1;
  const w = new Float64Array(n * m);
  for (let j = 0; j < m; j++) {
    const centre = (j + 0.5) * step - 0.5;
    let total = 0;
    for (let i = 0; i < n; i++) {
      const weight = kernel(Math.abs(centre - i) / width);
      w[i * m + j] = weight;
      total += weight;
    }
    const scale = Math.abs(total) > negligible ? 1 / total : 0;
    for (let i = 0; i < n; i++) w[i * m + j] = (w[i * m + j] as number) * scale;
  }
  return w;
};

const along = (x: Tensor, axis: number, m: number, kernel: Kernel, antialias: boolean): Tensor => {
  const n = x.shape[axis] as number;
  const { dtype } = x.type;
  const data = allocate(dtype, n * m);
  weights(n, m, kernel, antialias).forEach((w, i) => {
    data[i] = roundTo(dtype, w);
  });
  const matrix = compact({ shape: [n, m], dtype, weak: false }, data);
  return moved(dot(matrix, x, { contract: [[0], [axis]], batch: [[], []] }), [0], [axis]);
};

const nearest = (x: Tensor, axis: number, m: number): Tensor => {
  const n = x.shape[axis] as number;
  const positions = Array.from({ length: m }, (_, j) => Math.floor(((2 * j + 1) * n) / (2 * m)));
  return takeStatic(x, positions, axis);
};

/**
 * An image, or a tensor of any rank, in another shape of the same rank: the elements of an axis are taken for samples at the
 * centres of cells that share its length, and read anew at the centres of so many other cells. "nearest" reads one element
 * and keeps the dtype; the others weigh several with a kernel (and what lies beyond the edge does not count), in floats.
 * Linear in the image. Resizing by a matrix spreads NaN and infinity along the axes that change.
 *
 * @throws ShapeError for a shape of another rank, and for elements from an empty axis; ArgumentError for another method.
 * @example nn.resize([1, 3], [4]).toArray() // [1, 1.5, 2.5, 3]
 * @example nn.resize([1, 2, 6, 7], [2], { antialias: false }).toArray() // [1.5, 6.5]
 * @see jax.image.resize
 */
export const resize = (image: TensorLike, shape: Shape, options?: ResizeOptions): Tensor => {
  const operation = "resize";
  const given = asTensor(operation, image);
  const asked = optionsOf(operation, options, ["method", "antialias"]);
  const kernel = kernelOf(asked.method ?? "linear");
  const antialias = flagOf(operation, "antialias", asked.antialias, true);
  const wanted = orThrow(checkShape(operation, shape));
  if (wanted.length !== given.shape.length) {
    throw ShapeError.mismatch(
      operation,
      "the image and its new shape need the same rank",
      [given.shape, wanted],
      "Name the axes that stay with their own sizes.",
    );
  }
  if (wanted.some((m, axis) => m > 0 && given.shape[axis] === 0)) {
    throw ShapeError.mismatch(
      operation,
      "an empty axis has nothing to make elements of",
      [given.shape, wanted],
      "Leave empty axes as they are.",
    );
  }
  const x = kernel === "nearest" ? given : floated(given);
  const ratio = (axis: number): number => (wanted[axis] as number) / (x.shape[axis] as number);
  // those that shrink most first: less is left to do for the others
  const axes = wanted
    .map((_, axis) => axis)
    .filter((axis) => wanted[axis] !== x.shape[axis])
    .sort((a, b) => ratio(a) - ratio(b));
  return axes.reduce(
    (y, axis) =>
      kernel === "nearest"
        ? nearest(y, axis, wanted[axis] as number)
        : along(y, axis, wanted[axis] as number, kernel, antialias),
    x,
  );
};
