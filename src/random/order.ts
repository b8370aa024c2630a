/** Random order, and choice from what is there. */
import { asFloat, asTensor } from "../numpy/door.js";
import { take } from "../numpy/index-arrays.js";
import { optionsOf } from "../numpy/options.js";
import { argsort, searchsorted, topK } from "../numpy/sorting.js";
import { add, convert, filledAs, mul, sub } from "../primitives/arithmetic.js";
import { broadcast } from "../primitives/broadcast.js";
import { cumulative } from "../primitives/reduce.js";
import { reshape } from "../primitives/reshape.js";
import { slice } from "../primitives/slice.js";
import { takeAlong } from "../primitives/sort.js";
import { log } from "../primitives/transcendental.js";
import type { FloatDType } from "../tensor/dtype.js";
import { ArgumentError, ShapeError } from "../tensor/errors.js";
import { normalizeAxis, orThrow, type Shape, sameShape, sizeOf } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { bits, unitFloats } from "./bits.js";
import { drawGumbel } from "./continuous.js";
import { randint } from "./discrete.js";
import { checkKey, childKeys, count, type Key, shapeOf } from "./key.js";

/** Sorts by random words, as often as keeps equal words from mattering: so that every order is equally likely. */
const shuffled = (key: Key, x: Tensor, axis: number): Tensor => {
  const rounds = Math.ceil((3 * Math.log(Math.max(1, x.size))) / Math.log(2 ** 32 - 1));
  let rest = key;
  let out = x;
  for (let i = 0; i < rounds; i++) {
    const [next, own] = childKeys(rest, 2) as [Key, Key];
    rest = next;
    out = takeAlong(out, argsort(bits(own, x.shape), { axis }), axis);
  }
  return out;
};

/** A number of things stands for 0, 1, ... as int32. */
const things = (operation: string, x: TensorLike): Tensor => {
  if (typeof x !== "number") {
    const tensor = asTensor(operation, x);
    if (tensor.shape.length > 0) return tensor;
    throw ShapeError.mismatch(
      operation,
      "a tensor needs an axis",
      [tensor.shape],
      "A number must be a JavaScript number.",
    );
  }
  const [n] = shapeOf(operation, x) as readonly [number];
  return convert(count(n), "int32");
};

export interface PermutationOptions {
  /** The axis whose elements change places; 0 unless told otherwise. */
  readonly axis?: number;
  /** Whether every line along the axis gets an order of its own. */
  readonly independent?: boolean;
}
/**
 * The elements along an axis in random order, or the whole numbers below a given one. JAX's.
 * @example random.permutation(random.key(0), 5) // [0, 1, 4, 3, 2]
 * @throws AxisError if the axis is not there.
 * @see jax.random.permutation
 */
export const permutation = (key: Key, x: TensorLike, options?: PermutationOptions): Tensor => {
  checkKey("permutation", key);
  const { axis = 0, independent = false } = optionsOf("permutation", options, ["axis", "independent"]);
  const from = things("permutation", x);
  const at = orThrow(normalizeAxis("permutation", axis, from.shape.length));
  if (independent || from.shape.length === 1) return shuffled(key, from, at);
  return take(from, shuffled(key, things("permutation", from.shape[at] as number), 0), { axis: at });
};

export interface ChoiceOptions {
  /** Shape of the samples, [] unless told otherwise. */
  readonly shape?: Shape;
  /** Whether an element may come again; true unless told otherwise. */
  readonly replace?: boolean;
  /** The probability of each; equal ones unless told otherwise. */
  readonly p?: TensorLike;
  /** The axis of elements; 0 unless told otherwise. */
  readonly axis?: number;
}
/**
 * Elements chosen from a tensor along an axis, or from the whole numbers below a given one. JAX's.
 * @example random.choice(random.key(0), 5, { shape: [3] }) // [4, 0, 2]
 * @throws ArgumentError if there is nothing to choose from, or not enough without replacement.
 * @see jax.random.choice
 */
export const choice = (key: Key, a: TensorLike, options?: ChoiceOptions): Tensor => {
  checkKey("choice", key);
  const {
    shape: asked = [],
    replace = true,
    p,
    axis = 0,
  } = optionsOf("choice", options, ["shape", "replace", "p", "axis"]);
  const from = things("choice", a);
  const at = orThrow(normalizeAxis("choice", axis, from.shape.length));
  const n = from.shape[at] as number;
  const shape = shapeOf("choice", asked);
  const draws = sizeOf(shape);
  if (draws > 0 && (n === 0 || (!replace && draws > n))) {
    throw ArgumentError.invalid(
      "choice",
      `${draws} elements of ${n} were asked for${replace ? "" : " without replacement"}`,
      "Draw fewer, or with replace: true.",
    );
  }
  const first = (x: Tensor): Tensor => reshape(slice(x, { start: [0], stop: [draws], step: null }), shape);
  let index: Tensor;
  if (p !== undefined) index = weighted(key, p, n, shape, replace, first);
  else if (replace) index = randint(key, shape, 0, n);
  else index = first(shuffled(key, things("choice", n), 0));
  return take(from, convert(index, "int32"), { axis: at });
};

const weighted = (
  key: Key,
  p: TensorLike,
  n: number,
  shape: Shape,
  replace: boolean,
  first: (x: Tensor) => Tensor,
): Tensor => {
  const weights = asFloat("choice", p);
  if (!sameShape(weights.shape, [n])) {
    throw ShapeError.mismatch(
      "choice",
      `p must have one probability for each of ${n} elements`,
      [weights.shape],
      "Pass a list of that length.",
    );
  }
  const dtype = weights.dtype as FloatDType;
  if (!replace) {
    // Gumbel numbers moved by log p: the greatest are a choice without replacement
    const [, order] = topK(add(drawGumbel(key, [n], dtype), log(weights)), sizeOf(shape));
    return first(order);
  }
  const sums = cumulative(weights, { op: "add", axis: 0, reverse: false });
  const total = broadcast(reshape(slice(sums, { start: [n - 1], stop: [n], step: null }), []), {
    shape,
    axes: [],
  });
  const u = unitFloats(key, shape, dtype);
  return searchsorted(sums, mul(total, sub(filledAs(u, 1), u)));
};
