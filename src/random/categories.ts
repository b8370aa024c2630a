/** Samplers of categories: by Gumbel numbers, whose greatest is each with its probability; and counts of categories. */

import { stretch } from "../numpy/convert.js";
import { asFloat } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { moveaxis } from "../numpy/rearrange.js";
import { argmax } from "../numpy/reductions.js";
import { topK } from "../numpy/sorting.js";
import { add, convert, div, filledAs, sub } from "../primitives/arithmetic.js";
import { eq, max, min, select } from "../primitives/compare.js";
import { cumulative } from "../primitives/reduce.js";
import { reshape } from "../primitives/reshape.js";
import { binomialVariate } from "../primitives/sampling.js";
import { concatenate, slice } from "../primitives/slice.js";
import type { DType, FloatDType } from "../tensor/dtype.js";
import { ArgumentError, ShapeError } from "../tensor/errors.js";
import { normalizeAxis, orThrow, type Shape, sizeOf } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { drawGumbel } from "./continuous.js";
import { drawEach } from "./gamma.js";
import { checkKey, childKeys, type Key } from "./key.js";
import { sampleShape, samplingOf, wholeDType } from "./options.js";

export interface CategoricalOptions {
  /** Along which the logits of one distribution lie; the last unless told otherwise. */
  readonly axis?: number;
  /** Shape of the samples, ending with that of the batch: logits without their axis. */
  readonly shape?: Shape;
  /** Whether a category may come again; false draws as many different ones as the leading axes of the shape hold. */
  readonly replace?: boolean;
}

/**
 * Categories with probabilities proportional to e^logits, as int32.
 * @example random.categorical(random.key(0), [0, 1, 2]) // 2
 * @throws ArgumentError if more different categories are wanted than there are.
 * @see jax.random.categorical
 */
export const categorical = (key: Key, logits: TensorLike, options?: CategoricalOptions): Tensor => {
  checkKey("categorical", key);
  const {
    axis = -1,
    shape: asked,
    replace = true,
  } = optionsOf("categorical", options, ["axis", "shape", "replace"]);
  const x = asFloat("categorical", logits);
  const at = orThrow(normalizeAxis("categorical", axis, x.shape.length));
  const batch = x.shape.filter((_, i) => i !== at);
  const shape = sampleShape("categorical", asked, [batch]);
  const prefix = shape.slice(0, shape.length - batch.length);
  const dtype = x.dtype as FloatDType;
  if (replace) {
    const inner = shape.slice(prefix.length);
    const full = [...prefix, ...inner.slice(0, at), x.shape[at] as number, ...inner.slice(at)];
    return argmax(add(drawGumbel(key, full, dtype), stretch(x, full)), { axis: prefix.length + at });
  }
  const k = sizeOf(prefix);
  if (k > (x.shape[at] as number)) {
    throw ArgumentError.invalid(
      "categorical",
      `${k} different ones of ${x.shape[at]} categories were asked for`,
      "Draw fewer, or with replace: true.",
    );
  }
  const [, indices] = topK(moveaxis(add(x, drawGumbel(key, x.shape, dtype)), at, -1), k);
  return reshape(moveaxis(indices, -1, 0), shape);
};

export interface MultinomialOptions {
  /** Shape of the samples, the axis of categories at its end included; that of `p` unless told otherwise. */
  readonly shape?: Shape;
  readonly dtype?: DType;
}
/**
 * How often each category comes in `n` draws of probabilities `p` (along the last axis), float64 unless told another
 * dtype: one binomial number after the other.
 * @example random.multinomial(random.key(0), 10, [0.2, 0.3, 0.5]) // [1, 4, 5]
 * @throws ShapeError if p has no axis.
 * @see jax.random.multinomial
 */
export const multinomial = (key: Key, n: TensorLike, p: TensorLike, options?: MultinomialOptions): Tensor => {
  checkKey("multinomial", key);
  const { shape: asked, dtype } = optionsOf("multinomial", options, ["shape", "dtype"]);
  const out = wholeDType("multinomial", dtype, "float64");
  const probability = asFloat("multinomial", p);
  if (probability.shape.length === 0)
    throw ShapeError.mismatch(
      "multinomial",
      "p needs an axis of categories",
      [probability.shape],
      "Pass a list.",
    );
  const shape = sampleShape("multinomial", asked, [probability.shape]);
  const batch = shape.slice(0, -1);
  const trials = samplingOf("multinomial", key, [n], {
    shape: batch,
    dtype: probability.dtype as FloatDType,
  });
  const full = stretch(probability, shape);
  const axis = batch.length;
  const remaining = cumulative(full, { op: "add", axis, reverse: true });
  const isOver = eq(remaining, filledAs(remaining, 0));
  const ratios = div(full, select(isOver, filledAs(remaining, 1), remaining));
  let left = trials.parameters[0] as Tensor;
  const counts = childKeys(key, shape[axis] as number).map((child, i) => {
    const column = reshape(
      slice(ratios, {
        start: shape.map((_, j) => (j === axis ? i : 0)),
        stop: shape.map((size, j) => (j === axis ? i + 1 : size)),
        step: null,
      }),
      batch,
    );
    const ratio = max(filledAs(column, 0), min(filledAs(column, 1), column));
    const hits = drawEach(binomialVariate, child, batch, [left, ratio]);
    left = sub(left, hits);
    return reshape(hits, [...batch, 1]);
  });
  return convert(concatenate(counts, axis), out);
};
