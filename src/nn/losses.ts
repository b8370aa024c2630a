/** Losses: the mean over all examples unless told otherwise. */
import { broadcastAll, promoteAll, stretch } from "../numpy/convert.js";
import { asFloat, asTensor } from "../numpy/door.js";
import { takeAlongAxis } from "../numpy/index-arrays.js";
import { optionsOf } from "../numpy/options.js";
import { norm } from "../numpy/statistics.js";
import { abs, add, div, integerPow, mul, neg, sub, zerosAs } from "../primitives/arithmetic.js";
import { and } from "../primitives/bits.js";
import { sum } from "../primitives/broadcast.js";
import { eq, gt, le, select } from "../primitives/compare.js";
import { reshape } from "../primitives/reshape.js";
import { relEntr } from "../primitives/special-several.js";
import { isInteger } from "../tensor/dtype.js";
import { ArgumentError, DTypeError, describe, ShapeError } from "../tensor/errors.js";
import { sameShape } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { logSigmoid } from "./activations.js";
import { checkFinite, constant } from "./numbers.js";
import { logWeights } from "./softmax.js";

/** What becomes of the losses of the examples: their mean, their sum, or nothing. */
export type Reduction = "mean" | "sum" | "none";
export interface LossOptions {
  readonly reduction?: Reduction;
}
/** A loss of predictions and targets that broadcast. */
export type Loss = (prediction: TensorLike, target: TensorLike, options?: LossOptions) => Tensor;

const reductionOf = (operation: string, options: LossOptions | undefined): Reduction => {
  const { reduction = "mean" } = optionsOf(operation, options, ["reduction"]);
  if (["mean", "sum", "none"].includes(reduction)) return reduction;
  throw ArgumentError.invalid(
    operation,
    `the reduction is ${describe(reduction)}`,
    'Reductions are "mean", "sum" and "none".',
  );
};

const reduced = (losses: Tensor, reduction: Reduction): Tensor => {
  if (reduction === "none") return losses;
  const total = sum(
    losses,
    losses.shape.map((_, axis) => axis),
  );
  return reduction === "sum" ? total : div(total, constant(total, losses.size));
};

const pairOf = (operation: string, a: TensorLike, b: TensorLike): readonly [Tensor, Tensor] =>
  broadcastAll(operation, promoteAll(operation, [asFloat(operation, a), asFloat(operation, b)])) as never;

/* @__NO_SIDE_EFFECTS__ */
const elementwise =
  (operation: string, f: (x: Tensor, y: Tensor) => Tensor): Loss =>
  (prediction, target, options) => {
    const reduction = reductionOf(operation, options);
    return reduced(f(...pairOf(operation, prediction, target)), reduction);
  };

/**
 * Squared differences.
 * @throws ShapeError where the shapes do not meet.
 * @example nn.mse([1, 2], [1, 4]) // 2
 */
export const mse: Loss = elementwise("mse", (x, y) => integerPow(sub(x, y), 2));
/**
 * Absolute differences; the derivative at 0 is 0.
 * @throws ShapeError where the shapes do not meet.
 * @example nn.mae([1, 2], [1, 4]) // 1
 */
export const mae: Loss = elementwise("mae", (x, y) => abs(sub(x, y)));

export interface HuberOptions extends LossOptions {
  /** Where the square ends and the line begins; 1. */
  readonly delta?: number;
}
/**
 * Half the squared difference up to `delta`, and beyond that the line that goes on from it.
 * @throws ShapeError where the shapes do not meet.
 * @example nn.huber([0.5, 3], [0, 0], { reduction: "none" }).toArray() // [0.125, 2.5]
 */
export const huber = (prediction: TensorLike, target: TensorLike, options?: HuberOptions): Tensor => {
  const { delta = 1, reduction = "mean" } = optionsOf("huber", options, ["delta", "reduction"]);
  const end = checkFinite("huber", "delta", delta);
  const how = reductionOf("huber", { reduction });
  const [x, y] = pairOf("huber", prediction, target);
  const distance = abs(sub(x, y));
  const half = constant(distance, 0.5);
  const line = mul(constant(distance, end), sub(distance, constant(distance, 0.5 * end)));
  const square = mul(half, integerPow(sub(x, y), 2));
  return reduced(select(le(distance, constant(distance, end)), square, line), how);
};

const checkVectors = (operation: string, x: Tensor): void => {
  if (x.shape.length === 0) {
    throw ShapeError.mismatch(
      operation,
      "there is no axis of classes",
      [x.shape],
      "Classes stand along the last axis.",
    );
  }
};

/** Probabilities times logarithms: 0 where a class that has no probability could not be, however its logarithm. */
const weighted = (y: Tensor, logs: Tensor): Tensor => {
  const absent = and(eq(y, zerosAs(y)), eq(logs, constant(logs, -Infinity)));
  return mul(y, select(absent, zerosAs(logs), logs));
};

/**
 * The cross entropy of target probabilities along the last axis with softmax of the logits; a class of probability 0 counts
 * nothing, also where its logit is -Infinity.
 * @throws ShapeError where the shapes do not meet.
 * @example nn.softmaxCrossEntropy([[0, 0]], [[1, 0]]) // 0.6931471805599453
 * @see optax.softmax_cross_entropy
 */
export const softmaxCrossEntropy: Loss = (logits, target, options) => {
  const reduction = reductionOf("softmaxCrossEntropy", options);
  const [x, y] = pairOf("softmaxCrossEntropy", logits, target);
  checkVectors("softmaxCrossEntropy", x);
  const last = [x.shape.length - 1];
  return reduced(neg(sum(weighted(y, logWeights(x, last)), last)), reduction);
};

/**
 * The same for classes given by their numbers: integer labels, of the logits' shape without its last axis.
 * @throws ShapeError for labels of another shape, DTypeError for labels that are no integers.
 * @example nn.softmaxCrossEntropyWithIntegerLabels([[0, 0]], new Int32Array([1])) // 0.6931471805599453
 * @see optax.softmax_cross_entropy_with_integer_labels
 */
export const softmaxCrossEntropyWithIntegerLabels = (
  logits: TensorLike,
  labels: TensorLike,
  options?: LossOptions,
): Tensor => {
  const operation = "softmaxCrossEntropyWithIntegerLabels";
  const reduction = reductionOf(operation, options);
  const x = asFloat(operation, logits);
  const classes = asTensor(operation, labels);
  checkVectors(operation, x);
  if (!isInteger(classes.dtype))
    throw DTypeError.unsupported(
      operation,
      `labels of ${classes.dtype}`,
      'integers, such as np.array(labels, { dtype: "int32" })',
    );
  if (!sameShape(classes.shape, x.shape.slice(0, -1))) {
    throw ShapeError.mismatch(
      operation,
      "one label is needed for each row of logits",
      [x.shape, classes.shape],
      "Labels have the logits' shape without its last axis.",
    );
  }
  const last = x.shape.length - 1;
  const chosen = takeAlongAxis(logWeights(x, [last]), reshape(classes, [...classes.shape, 1]), { axis: -1 });
  return reduced(neg(reshape(chosen, classes.shape)), reduction);
};

/**
 * The cross entropy of probabilities (labels from 0 to 1) with the sigmoid of the logits, without overflow.
 * @throws ShapeError where the shapes do not meet.
 * @example nn.sigmoidBinaryCrossEntropy([0, 1000], [1, 1]) // 0.34657359027997264
 * @see optax.sigmoid_binary_cross_entropy
 */
export const sigmoidBinaryCrossEntropy: Loss = elementwise("sigmoidBinaryCrossEntropy", (x, y) => {
  const other = sub(constant(y, 1), y);
  return neg(add(mul(y, logSigmoid(x) as Tensor), mul(other, logSigmoid(neg(x)) as Tensor)));
});

/**
 * 1 - x y where that is positive, for labels y of -1 and 1; the derivative where it is 0 is 0.
 * @throws ShapeError where the shapes do not meet.
 * @example nn.hinge([0.5, 2], [1, 1]) // 0.25
 * @see optax.hinge_loss
 */
export const hinge: Loss = elementwise("hinge", (x, y) => {
  const margin = sub(constant(x, 1), mul(x, y));
  return select(gt(margin, zerosAs(x)), margin, zerosAs(x));
});

/**
 * The Kullback-Leibler divergence of target probabilities along the last axis from the distribution whose logarithms
 * are predicted: the sum of y (log y - x), 0 where y is 0.
 * @throws ShapeError where the shapes do not meet.
 * @example nn.klDivergence([[-0.6931471805599453, -0.6931471805599453]], [[1, 0]]) // 0.6931471805599453
 * @see optax.kl_divergence
 */
export const klDivergence: Loss = (logPrediction, target, options) => {
  const reduction = reductionOf("klDivergence", options);
  const [x, y] = pairOf("klDivergence", logPrediction, target);
  checkVectors("klDivergence", x);
  return reduced(sum(sub(relEntr(y, constant(y, 1)), weighted(y, x)), [x.shape.length - 1]), reduction);
};

/**
 * The cosine of the angle between vectors along the last axis; 0 where one of them is 0.
 * @throws ShapeError where the shapes do not meet.
 * @example nn.cosineSimilarity([1, 0], [1, 1]) // 0.7071067811865475
 * @see optax.cosine_similarity
 */
export const cosineSimilarity = (a: TensorLike, b: TensorLike): Tensor => {
  const [x, y] = pairOf("cosineSimilarity", a, b);
  checkVectors("cosineSimilarity", x);
  const unit = (v: Tensor): Tensor => {
    const length = norm(v, { axis: -1, keepdims: true }) as Tensor;
    const zero = le(length, zerosAs(length));
    return div(v, stretch(select(zero, constant(length, 1), length), v.shape));
  };
  return sum(mul(unit(x), unit(y)), [x.shape.length - 1]);
};
/**
 * 1 minus the cosine of the angle between prediction and target, vectors along the last axis.
 * @throws ShapeError where the shapes do not meet.
 * @example nn.cosineDistance([[1, 0]], [[0, 1]]) // 1
 * @see optax.cosine_distance
 */
export const cosineDistance: Loss = (prediction, target, options) => {
  const reduction = reductionOf("cosineDistance", options);
  const cosine = cosineSimilarity(prediction, target);
  return reduced(sub(constant(cosine, 1), cosine), reduction);
};
