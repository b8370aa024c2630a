/** Random vectors and matrices by factorisations: normal vectors of a covariance, and orthogonal matrices. */
import { cholesky, eigh, qr, svd } from "../linalg/index.js";
import { matvec } from "../numpy/contract.js";
import { cast, meetingDType, stretch } from "../numpy/convert.js";
import { asFloat } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { matrixTranspose } from "../numpy/rearrange.js";
import { add, mul } from "../primitives/arithmetic.js";
import { broadcast } from "../primitives/broadcast.js";
import { sqrt } from "../primitives/transcendental.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import type { Shape } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { drawNormal } from "./continuous.js";
import { checkKey, type Key, shapeOf } from "./key.js";
import { floatDType, type SampleOptions, sampleShape } from "./options.js";

export interface MultivariateNormalOptions extends SampleOptions {
  /** How the covariance is factored: "cholesky", or for singular ones "eigh" or "svd". */
  readonly method?: "cholesky" | "eigh" | "svd";
}

/** A matrix F with F F^T = cov. */
const factorOf = (cov: Tensor, method: string): Tensor => {
  if (method === "cholesky") return cholesky(cov) as Tensor;
  const [vectors, values] = method === "eigh" ? [...eigh(cov)].reverse() : svd(cov);
  const columns = sqrt(values as Tensor);
  const { shape } = cov;
  const axes = shape.map((_, i) => i).filter((i) => i !== shape.length - 2);
  return mul(vectors as Tensor, broadcast(columns, { shape, axes }));
};

/**
 * Normal vectors of the given mean `[..., n]` and covariance `[..., n, n]`, differentiable in both. `shape` is that of
 * the batch, without the axis of components.
 * @example random.multivariateNormal(random.key(0), [1, 2], [[4, 1], [1, 9]]).shape // [2]
 * @throws ShapeError where mean and covariance do not fit.
 * @see jax.random.multivariate_normal
 */
export const multivariateNormal = (
  key: Key,
  mean: TensorLike,
  cov: TensorLike,
  options?: MultivariateNormalOptions,
): Tensor => {
  checkKey("multivariateNormal", key);
  const asked = optionsOf("multivariateNormal", options, ["shape", "dtype", "method"]);
  const { method = "cholesky" } = asked;
  if (method !== "cholesky" && method !== "eigh" && method !== "svd") {
    throw ArgumentError.invalid(
      "multivariateNormal",
      `there is no method ${describe(method)}`,
      'Methods are "cholesky", "eigh" and "svd".',
    );
  }
  const m = asFloat("multivariateNormal", mean);
  const c = asFloat("multivariateNormal", cov);
  const n = m.shape.at(-1);
  if (n === undefined || c.shape.length < 2 || c.shape.at(-1) !== n || c.shape.at(-2) !== n) {
    throw ShapeError.mismatch(
      "multivariateNormal",
      "the mean [..., n] needs a covariance [..., n, n]",
      [m.shape, c.shape],
      "Give both the same n.",
    );
  }
  const dtype = floatDType("multivariateNormal", asked.dtype ?? meetingDType("multivariateNormal", [m, c]));
  const batch = sampleShape("multivariateNormal", asked.shape, [m.shape.slice(0, -1), c.shape.slice(0, -2)]);
  const shape = [...batch, n];
  const z = drawNormal(key, shape, dtype);
  const factor = stretch(factorOf(cast(c, dtype), method), [...shape, n]);
  return add(stretch(cast(m, dtype), shape), matvec(factor, z) as Tensor);
};

export interface OrthogonalOptions extends SampleOptions {
  /** The number of columns; that of rows unless told otherwise. */
  readonly m?: number;
}
/**
 * Orthogonal matrices `[...shape, n, n]`, uniformly (by Haar's measure); with `m` columns, orthonormal rows or columns,
 * whichever are fewer.
 * @example random.orthogonal(random.key(0), 3).shape // [3, 3]
 * @throws ShapeError if n or m is no size.
 * @see jax.random.orthogonal
 */
export const orthogonal = (key: Key, n: number, options?: OrthogonalOptions): Tensor => {
  checkKey("orthogonal", key);
  const { shape = [], dtype: asked, m = n } = optionsOf("orthogonal", options, ["shape", "dtype", "m"]);
  const dtype = floatDType("orthogonal", asked);
  const full: Shape = shapeOf("orthogonal", [...shapeOf("orthogonal", shape), n, m]);
  const tall = [...full.slice(0, -2), Math.max(n, m), Math.min(n, m)];
  const [q] = qr(drawNormal(key, tall, dtype));
  return n < m ? (matrixTranspose(q) as Tensor) : q;
};
