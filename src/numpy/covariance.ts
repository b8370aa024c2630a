/** Covariances and correlations of variables that are observed together. */
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { join } from "./along.js";
import { divide, multiply, subtract } from "./arithmetic.js";
import { matmul } from "./contract.js";
import { cast, promoteAll } from "./convert.js";
import { diagonal } from "./diagonals.js";
import { asFloat, asTensor } from "./door.js";
import { sqrt } from "./exponential.js";
import { optionsOf } from "./options.js";
import { atleast2d, expandDims, matrixTranspose, reshape } from "./rearrange.js";
import { sum } from "./reductions.js";
import { clip } from "./rounding.js";

export interface CorrelationOptions {
  /** More variables, observed at the same times. */
  readonly y?: TensorLike;
  /** Whether variables are rows (default) or columns. */
  readonly rowvar?: boolean;
}
export interface CovarianceOptions extends CorrelationOptions {
  /** What is taken from the number of observations in the divisor; default 1. */
  readonly ddof?: number;
  /** How often each observation was made. */
  readonly fweights?: TensorLike;
  /** How much each observation counts. */
  readonly aweights?: TensorLike;
}

const observations = (operation: string, x: TensorLike, rowvar: boolean): Tensor => {
  const t = asFloat(operation, x);
  if (t.type.shape.length > 2)
    throw ShapeError.mismatch(
      operation,
      "observations are a vector or a matrix",
      [t.type.shape],
      "Map over stacks with vmap.",
    );
  const rows = atleast2d(t) as Tensor;
  return !rowvar && t.type.shape.length === 2 ? matrixTranspose(rows) : rows;
};

const covariance = (operation: string, x: TensorLike, options: CovarianceOptions): Tensor => {
  const { y, rowvar = true, ddof = 1, fweights, aweights } = options;
  if (typeof ddof !== "number" || typeof rowvar !== "boolean")
    throw ArgumentError.invalid(
      operation,
      `ddof is ${describe(ddof)} and rowvar ${describe(rowvar)}`,
      "The first is a number, the second true or false.",
    );
  const parts = [x, ...(y === undefined ? [] : [y])].map((v) => observations(operation, v, rowvar));
  const n = (parts[0] as Tensor).type.shape[1] as number;
  if (parts.some((p) => p.type.shape[1] !== n)) {
    throw ShapeError.mismatch(
      operation,
      "both need the same number of observations",
      parts.map((p) => p.type.shape),
      "Variables are rows, unless rowvar is false.",
    );
  }
  const rows = join(promoteAll(operation, parts), 0);
  const { dtype } = rows.type;
  let w: Tensor | undefined;
  for (const given of [fweights, aweights]) {
    if (given === undefined) continue;
    const v = cast(asTensor(operation, given), dtype);
    if (v.type.shape.length !== 1 || v.size !== n)
      throw ShapeError.mismatch(
        operation,
        "one weight is needed for each observation",
        [rows.type.shape, v.type.shape],
        "Pass a vector.",
      );
    w = w === undefined ? v : multiply(w, v);
  }
  const total: TensorLike = w === undefined ? n : (sum(w) as Tensor);
  const weighted = w === undefined ? rows : (multiply(rows, w) as Tensor);
  const centred = subtract(
    rows,
    divide(sum(weighted, { axis: 1, keepdims: true }) as Tensor, total),
  ) as Tensor;
  // frequencies count as observations, importances as a part of their sum
  const divisor =
    w === undefined || ddof === 0 || aweights === undefined
      ? subtract(total, ddof)
      : subtract(
          total,
          divide(multiply(ddof, sum(multiply(w, cast(asTensor(operation, aweights), dtype)))), total),
        );
  const right = w === undefined ? centred : (multiply(centred, w) as Tensor);
  const out = divide(matmul(right, matrixTranspose(centred)) as Tensor, divisor as Tensor) as Tensor;
  return out.size === 1 ? (reshape(out, []) as Tensor) : out;
};

/**
 * The covariance of every variable with every other, [variables, variables]; of one variable its variance.
 * @throws ShapeError for other shapes than vectors and matrices, and weights of another number
 * @example np.cov([[0, 1, 2], [2, 1, 0]]) // [[1, -1], [-1, 1]]
 * @see numpy.cov
 */
export const cov = (x: TensorLike, options?: CovarianceOptions): Tensor =>
  covariance("cov", x, optionsOf("cov", options, ["y", "rowvar", "ddof", "fweights", "aweights"]));

/**
 * The correlation of every variable with every other: covariances over both deviations, from -1 to 1.
 * @throws ShapeError for other shapes than vectors and matrices
 * @example np.corrcoef([[0, 1, 2], [2, 1, 0]]) // [[1, -1], [-1, 1]]
 * @see numpy.corrcoef
 */
export const corrcoef = (x: TensorLike, options?: CorrelationOptions): Tensor => {
  const c = covariance("corrcoef", x, optionsOf("corrcoef", options, ["y", "rowvar"]));
  if (c.type.shape.length === 0) return divide(c, c) as Tensor;
  const deviation = sqrt(diagonal(c)) as Tensor;
  const scaled = divide(divide(c, expandDims(deviation, 1) as Tensor) as Tensor, deviation) as Tensor;
  return clip(scaled, -1, 1) as Tensor;
};
