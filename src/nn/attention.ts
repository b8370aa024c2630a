/** Attention: each query gets the mean of the values, weighted by softmax of its products with the keys. */

import { matmul } from "../numpy/contract.js";
import { promoteAll, stretch } from "../numpy/convert.js";
import { ones } from "../numpy/create.js";
import { asFloat, asTensor } from "../numpy/door.js";
import { tril } from "../numpy/matrices.js";
import { optionsOf } from "../numpy/options.js";
import { openWorkshop } from "../numpy/workshop.js";
import { add, mul } from "../primitives/arithmetic.js";
import { select } from "../primitives/compare.js";
import { dot } from "../primitives/dot.js";
import { permute, reshape } from "../primitives/reshape.js";
import { ArgumentError, DTypeError, describe, ShapeError } from "../tensor/errors.js";
import { broadcastShapes, orThrow, sameShape } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { checkFinite, constant } from "./numbers.js";
import { softmax } from "./softmax.js";

export interface AttentionOptions {
  /** Which keys a query sees: booleans that broadcast to [..., heads, queries, keys]. */
  readonly mask?: TensorLike;
  /** Added to the products; broadcasts to [..., heads, queries, keys]. */
  readonly bias?: TensorLike;
  /** Query i sees keys 0 to i only; false. */
  readonly causal?: boolean;
  /** What products are multiplied with; 1 / sqrt(size of a query). */
  readonly scale?: number;
}

const axesTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Heads of [..., m, heads, d], each as often as makes so many of them. */
const repeated = (x: Tensor, heads: number): Tensor => {
  const { shape } = x;
  const [few, size] = shape.slice(-2) as [number, number];
  if (few === heads) return x;
  const before = shape.slice(0, -2);
  const apart = stretch(reshape(x, [...before, few, 1, size]), [...before, few, heads / few, size]);
  return reshape(apart, [...before, heads, size]);
};

/**
 * Attention of queries [..., n, heads, d] to keys [..., m, heads, d] and values [..., m, heads, e]: [..., n, heads, e].
 * A query that sees no key gets the mean of all values. Keys and values may have fewer heads, each for a group of those of the
 * queries (grouped-query attention; with one head multi-query).
 *
 * @throws ShapeError where the three do not fit; DTypeError for a mask that is not of booleans.
 * @example nn.dotProductAttention([[[1]], [[1]]], [[[0]], [[0]]], [[[1]], [[3]]]).toArray() // [[[2]], [[2]]]
 * @see jax.nn.dot_product_attention
 */
export const dotProductAttention = (
  query: TensorLike,
  key: TensorLike,
  value: TensorLike,
  options?: AttentionOptions,
): Tensor => {
  const operation = "dotProductAttention";
  openWorkshop();
  const {
    mask,
    bias,
    causal = false,
    scale,
  } = optionsOf(operation, options, ["mask", "bias", "causal", "scale"]);
  if (typeof causal !== "boolean")
    throw ArgumentError.invalid(operation, `causal is ${describe(causal)}`, "It is true or false.");
  const [q, keys, values] = promoteAll(
    operation,
    [query, key, value].map((x) => asFloat(operation, x)),
  ) as [Tensor, Tensor, Tensor];
  const rank = q.shape.length;
  const batch = q.shape.slice(0, -3);
  const fits =
    rank >= 3 &&
    keys.shape.length === rank &&
    values.shape.length === rank &&
    [keys, values].every((x) => sameShape(x.shape.slice(0, -3), batch)) &&
    keys.shape.at(-2) === values.shape.at(-2) &&
    (q.shape.at(-2) === keys.shape.at(-2) ||
      (q.shape.at(-2) as number) % (keys.shape.at(-2) as number) === 0) &&
    keys.shape.at(-1) === q.shape.at(-1) &&
    keys.shape.at(-3) === values.shape.at(-3);
  if (!fits) {
    throw ShapeError.mismatch(
      operation,
      "queries, keys and values do not fit",
      [q.shape, keys.shape, values.shape],
      "They are [..., n, heads, d], [..., m, heads, d] and [..., m, heads, e]; heads of keys may be fewer if they divide those of queries.",
    );
  }
  // queries in groups that share a head of keys and values
  const [k, v] = [keys, values].map((x) => repeated(x, q.shape.at(-2) as number)) as [Tensor, Tensor];
  const lead = axesTo(rank - 3);
  const heads = [...lead, rank - 2];
  const size = q.shape.at(-1) as number;
  const factor = scale === undefined ? 1 / Math.sqrt(size) : checkFinite(operation, "scale", scale);
  const products = dot(q, k, { contract: [[rank - 1], [rank - 1]], batch: [heads, heads] });
  let logits = mul(products, constant(products, factor));
  const fitted = (x: Tensor): Tensor => {
    if (!sameShape(orThrow(broadcastShapes(operation, logits.shape, x.shape)), logits.shape)) {
      throw ShapeError.mismatch(
        operation,
        "mask and bias do not broadcast to the products",
        [logits.shape, x.shape],
        "Those are [..., heads, queries, keys].",
      );
    }
    return stretch(x, logits.shape);
  };
  if (bias !== undefined) {
    const [all, added] = promoteAll(operation, [logits, asFloat(operation, bias)]) as [Tensor, Tensor];
    logits = add(all, fitted(added));
  }
  // finite, so that a query that sees nothing has weights
  const hidden = constant(logits, logits.dtype === "float32" ? -1e30 : -1e300);
  const shown = (seen: Tensor): void => {
    logits = select(fitted(seen), logits, hidden);
  };
  if (mask !== undefined) {
    const seen = asTensor(operation, mask);
    if (seen.dtype !== "bool") throw DTypeError.unsupported(operation, `a mask of ${seen.dtype}`, "booleans");
    shown(seen);
  }
  if (causal) {
    shown(tril(ones([q.shape.at(-3) as number, k.shape.at(-3) as number], { dtype: "bool" })) as Tensor);
  }
  const weights = softmax(logits) as Tensor;
  // [batch, heads, n, m] with [batch, m, heads, e] over m: [batch, heads, n, e]
  const means = dot(weights, promoteAll(operation, [weights, v])[1] as Tensor, {
    contract: [[rank - 1], [rank - 3]],
    batch: [[...lead, rank - 3], heads],
  });
  return permute(means, [...lead, rank - 2, rank - 3, rank - 1]);
};

/** Matrices [features, features] of queries, keys, values and of the result. */
export interface MultiHeadParameters {
  readonly query: TensorLike;
  readonly key: TensorLike;
  readonly value: TensorLike;
  readonly out: TensorLike;
}
export interface MultiHeadOptions extends AttentionOptions {
  /** Into how many heads queries, keys and values are divided. */
  readonly heads: number;
  /** What keys and values are made of; default x itself. */
  readonly context?: TensorLike;
}
/**
 * Attention of x [..., n, features] to itself (or to `context`) in several heads, by four matrices.
 *
 * @throws ShapeError where the matrices do not fit, or heads do not divide what they make.
 * @example nn.multiHeadAttention({ query: [[1]], key: [[1]], value: [[1]], out: [[2]] }, [[3]], { heads: 1 }).toArray() // [[6]]
 */
export const multiHeadAttention = (
  parameters: MultiHeadParameters,
  x: TensorLike,
  options: MultiHeadOptions,
): Tensor => {
  const operation = "multiHeadAttention";
  const keys = ["heads", "context", "mask", "bias", "causal", "scale"] as const;
  const { heads, context = x, ...rest } = optionsOf(operation, options, keys);
  if (typeof heads !== "number" || !Number.isInteger(heads) || heads < 1)
    throw ArgumentError.invalid(
      operation,
      `the number of heads is ${describe(heads)}`,
      "Pass { heads }, a whole number.",
    );
  const divided = (given: TensorLike, matrix: TensorLike): Tensor => {
    const y = matmul(asFloat(operation, given), asFloat(operation, matrix)) as Tensor;
    const features = y.shape.at(-1) as number;
    if (y.shape.length < 2 || features % heads !== 0) {
      throw ShapeError.mismatch(
        operation,
        `${heads} heads do not divide the features of [..., n, features]`,
        [y.shape],
        "Choose a number of heads that divides them.",
      );
    }
    return reshape(y, [...y.shape.slice(0, -1), heads, features / heads]);
  };
  const y = dotProductAttention(
    divided(x, parameters.query),
    divided(context, parameters.key),
    divided(context, parameters.value),
    rest,
  );
  const { shape } = y;
  const together = reshape(y, [...shape.slice(0, -2), (shape.at(-2) as number) * (shape.at(-1) as number)]);
  return matmul(together, asFloat(operation, parameters.out)) as Tensor;
};
