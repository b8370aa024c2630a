/** The discrete Fourier transform, linear in a pair of real tensors, whose transpose is the one of the other direction. */

import { isVariable } from "../graph/primitive.js";
import { dft as kernel } from "../kernel/fft/dft.js";
import { DTypeError, ShapeError } from "../tensor/errors.js";
import { sameShape } from "../tensor/shape.js";
import type { DenseTensor, Tensor, TensorType } from "../tensor/tensor.js";
import { zerosAs } from "./arithmetic.js";
import { mapped, withBatchAxis } from "./batching.js";
import { type Multiple, multiple } from "./define.js";

const typesOf = (parts: readonly TensorType[]): readonly [TensorType, TensorType] => {
  const [re, im = re] = parts as readonly [TensorType, TensorType?];
  const { dtype, shape } = re;
  if (dtype !== "float64" && dtype !== "float32")
    throw DTypeError.unsupported("dft", dtype, "float64 or float32");
  if (im.dtype !== dtype)
    throw DTypeError.unsupported("dft", `${dtype} with ${im.dtype}`, "one dtype for both parts");
  if (shape.length === 0 || !sameShape(shape, im.shape)) {
    throw ShapeError.mismatch(
      "dft",
      "the parts are no vectors of one length",
      [shape, im.shape],
      "Real and imaginary parts have one shape, of at least one axis.",
    );
  }
  const type = { shape, dtype, weak: re.weak && im.weak };
  return [type, type];
};

/** The parts that are there; zeros for a real part where only the imaginary one is. */
const partsOf = (re: Tensor | null, im: Tensor | null): readonly Tensor[] =>
  im === null ? [re as Tensor] : [re ?? zerosAs(im), im];

/**
 * (re, im), or (re) alone for a real vector, -> the sums over j of (re_j + i im_j) e^(-2 pi i j k / n) along the last axis, as
 * real and imaginary parts; of the conjugate kernel where the parameter, `inverse`, says so. Not scaled.
 */
export const dft: Multiple<boolean> = multiple<"many", 2, boolean>({
  name: "dft",
  shape: (parts) => typesOf(parts),
  impl: (parts, inverse) => {
    const [re, im = null] = parts as readonly [DenseTensor, DenseTensor?];
    return kernel(re, im, inverse, typesOf(parts.map((part) => part.type)));
  },
  // linear: d F(z) = F(dz)
  jvp: (parts, [dre, dim], inverse) =>
    [dft(parts, inverse), dft(partsOf(dre ?? null, dim ?? null), inverse)] as never,
  // with C + i S the kernel, both symmetric, (re, im) -> (C re - S im, S re + C im); the transpose turns the sign of S
  transpose: ([ctRe, ctIm], parts, inverse) => {
    const outs = dft(partsOf(ctRe, ctIm), !inverse);
    return parts.map((part, i) => (isVariable(part) ? (outs[i] as Tensor) : null));
  },
  batch: (parts, inverse, { size }) =>
    dft(
      parts.map((part) => withBatchAxis(part, size)),
      inverse,
    ).map(mapped) as never,
  lower: () => ({ kind: "opaque" }),
});
