/** The discrete Fourier transform, linear in a pair of real tensors, whose transpose is the one of the other direction. */

import { isVariable } from "../graph/primitive.js";
import { dft as kernel } from "../kernel/fft/dft.js";
import { DTypeError, ShapeError } from "../tensor/errors.js";
import { sameShape } from "../tensor/shape.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { zerosAs } from "./arithmetic.js";
import { mapped, withBatchAxis } from "./batching.js";
import { type Multiple, multiple } from "./define.js";

const typesOf = (re: TensorType, im: TensorType): readonly [TensorType, TensorType] => {
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
  const weak = re.weak && im.weak;
  return [
    { shape, dtype, weak },
    { shape, dtype, weak },
  ];
};

/**
 * (re, im) -> the sums over j of (re_j + i im_j) e^(-2 pi i j k / n) along the last axis, as real and imaginary parts;
 * of the conjugate kernel where the parameter, `inverse`, says so. Not scaled.
 */
export const dft: Multiple<boolean> = multiple<2, 2, boolean>({
  name: "dft",
  shape: ([re, im]) => typesOf(re, im),
  impl: ([re, im], inverse) => kernel(re, im, inverse, typesOf(re.type, im.type)),
  // linear: d F(z) = F(dz)
  jvp: ([re, im], [dre, dim], inverse) => {
    const tangents = dft([dre ?? zerosAs(re), dim ?? zerosAs(im)], inverse);
    return [dft([re, im], inverse), tangents] as never;
  },
  // with C + i S the kernel, both symmetric, (re, im) -> (C re - S im, S re + C im); the transpose turns the sign of S
  transpose: ([ctRe, ctIm], [re, im], inverse) => {
    const known = (ctRe ?? ctIm) as Tensor;
    const [outRe, outIm] = dft([ctRe ?? zerosAs(known), ctIm ?? zerosAs(known)], !inverse) as [
      Tensor,
      Tensor,
    ];
    return [isVariable(re) ? outRe : null, isVariable(im) ? outIm : null];
  },
  batch: ([re, im], inverse, { size }) =>
    dft([withBatchAxis(re, size), withBatchAxis(im, size)], inverse).map(mapped) as never,
  lower: () => ({ kind: "opaque" }),
});
