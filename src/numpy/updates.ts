/**
 * Functional updates, JAX's `x.at[index]`: a new tensor in which the elements that an index names are changed. A
 * block is written back in one piece, a strided slice by a mask, positions by a scatter.
 */
import { add, mul } from "../primitives/arithmetic.js";
import { max, min, select } from "../primitives/compare.js";
import { scatterAdd, scatterMax, scatterMin, scatterSet } from "../primitives/gather.js";
import { inverseOrder, permute, reshape, reverse } from "../primitives/reshape.js";
import { scatterMul } from "../primitives/scatter-product.js";
import { dynamicUpdateSlice, pad } from "../primitives/slice.js";
import { isFloat } from "../tensor/dtype.js";
import { DTypeError, ShapeError } from "../tensor/errors.js";
import { type Shape, sameShape } from "../tensor/shape.js";
import { compact, DenseTensor, type IndexItem, Tensor, type TensorLike, uniform } from "../tensor/tensor.js";
import { cast, stretch } from "./convert.js";
import { asTensor } from "./door.js";
import { type IndexPlan, placedOrder, planIndex, readPlan, takenFirst } from "./index-plan.js";
import { boundsOf, type Cut, isWhole, readCuts } from "./methods/indexing.js";

/** The elements that an index names, to be read or changed; values broadcast, and are converted to the tensor's dtype. */
export interface Place {
  readonly get: () => Tensor;
  readonly set: (value: TensorLike) => Tensor;
  /** Elements named twice are added to twice; likewise for the others. */
  readonly add: (value: TensorLike) => Tensor;
  readonly multiply: (value: TensorLike) => Tensor;
  readonly min: (value: TensorLike) => Tensor;
  readonly max: (value: TensorLike) => Tensor;
  /** What the elements become under a function that keeps the shape. */
  readonly apply: (f: (elements: Tensor) => TensorLike) => Tensor;
}

type Scatter = (
  ins: readonly Tensor[],
  p: { readonly batchAxes: number; readonly indexedAxes: number },
) => Tensor;

/** How an update combines: over elements that are each named once, and over positions that may repeat. */
interface Update {
  readonly name: string;
  readonly combine: ((old: Tensor, value: Tensor) => Tensor) | null;
  readonly scatter: Scatter;
}

const updates = {
  set: { name: "at.set", combine: null, scatter: scatterSet },
  add: { name: "at.add", combine: add, scatter: scatterAdd },
  multiply: { name: "at.multiply", combine: mul, scatter: scatterMul },
  min: { name: "at.min", combine: min, scatter: scatterMin },
  max: { name: "at.max", combine: max, scatter: scatterMax },
} as const satisfies Record<string, Update>;

/** `value` in the dtype of the tensor that takes it: fractions do not go into integers. */
const fitting = (operation: string, x: Tensor, value: TensorLike): Tensor => {
  const v = asTensor(operation, value);
  const { dtype } = x.type;
  if (isFloat(v.type.dtype) && !isFloat(dtype)) {
    const literal = !(value instanceof Tensor) && !ArrayBuffer.isView(value) && v instanceof DenseTensor;
    if (!literal || !v.toTypedArray().every(Number.isInteger)) {
      throw DTypeError.unsupported(operation, v.type.dtype, `a value that ${dtype} can hold`);
    }
  }
  return cast(v, dtype);
};

/** `value` broadcast to what the index names; leading axes of size 1 too many are dropped, as NumPy does. */
const spread = (operation: string, value: Tensor, shape: Shape): Tensor => {
  const extra = value.type.shape.length - shape.length;
  const own =
    extra > 0 && value.type.shape.slice(0, extra).every((n) => n === 1)
      ? value.type.shape.slice(extra)
      : value.type.shape;
  const missing = shape.length - own.length;
  if (missing < 0 || !own.every((n, axis) => n === 1 || n === shape[axis + missing])) {
    throw ShapeError.mismatch(
      operation,
      "the value cannot be broadcast to the elements that the index names",
      [value.type.shape, shape],
      "Its shape must stretch to that of np.slice(x, ...index).",
    );
  }
  return stretch(own === value.type.shape ? value : reshape(value, own), shape);
};

/** x with the elements that the cuts name replaced by `block`, in the shape of the cuts. */
const writeCuts = (x: Tensor, cuts: readonly Cut[], block: Tensor): Tensor => {
  if (isWhole(x.type.shape, cuts)) return block;
  const { start, step, backwards } = boundsOf(cuts);
  const forward = backwards.length === 0 ? block : reverse(block, backwards);
  if (step === null) {
    const at = compact({ shape: [start.length], dtype: "int32", weak: false }, Int32Array.from(start));
    return dynamicUpdateSlice([x, forward, at], null);
  }
  const { shape } = x.type;
  const interior = step.map((n) => n - 1);
  const high = shape.map((n, axis) => {
    const m = forward.type.shape[axis] as number;
    return n - (start[axis] as number) - (m === 0 ? 0 : (m - 1) * (step[axis] as number) + 1);
  });
  const frame = { value: 0, low: start, high, interior };
  const named = pad(uniform({ shape: forward.type.shape, dtype: "bool", weak: false }, 1), frame);
  return select(named, pad(forward, frame), x);
};

/** The axes of the result, new ones dropped, as gather would have given them: [places..., rest...]. */
const gathered = (value: Tensor, plan: IndexPlan, rest: Shape): Tensor => {
  const { places, restBefore } = plan;
  const bare = [...rest.slice(0, restBefore), ...places, ...rest.slice(restBefore)];
  const v = sameShape(value.type.shape, bare) ? value : reshape(value, bare);
  return restBefore === 0 || places.length === 0
    ? v
    : permute(v, inverseOrder(placedOrder(bare.length, places.length, restBefore)));
};

const write = (x: Tensor, plan: IndexPlan, update: Update, value: Tensor): Tensor => {
  const v = spread(update.name, value, plan.shape);
  const { taken, positions } = plan;
  const cutShape = plan.cuts.map((cut) => cut.count);
  if (positions === undefined) {
    const block = sameShape(v.type.shape, cutShape) ? v : reshape(v, cutShape);
    return writeCuts(
      x,
      plan.cuts,
      update.combine === null ? block : update.combine(readCuts(x, plan.cuts), block),
    );
  }
  const inner = readCuts(x, plan.cuts);
  const order = takenFirst(cutShape.length, taken);
  const straight = taken.every((axis, i) => axis === i);
  const rest = cutShape.filter((_, axis) => !taken.includes(axis));
  const written = update.scatter(
    [straight ? inner : permute(inner, order), positions, gathered(v, plan, rest)],
    {
      batchAxes: 0,
      indexedAxes: taken.length,
    },
  );
  return writeCuts(x, plan.cuts, straight ? written : permute(written, inverseOrder(order)));
};

/** Bools have no sums and products: "or" and "and" are their maximum and minimum. */
const updateFor = (x: Tensor, update: Update): Update => {
  if (x.type.dtype !== "bool") return update;
  return update === updates.add ? updates.max : update === updates.multiply ? updates.min : update;
};

/**
 * The elements that an index names (any index that `np.slice` takes), for a functional update: `at(x, i).set(v)` is a
 * new tensor with those elements replaced; `x` stays as it is. Differentiable in `x` and in the value; where
 * positions repeat, `set` keeps the last value.
 *
 * @throws IndexError as `np.slice`; ShapeError where a value does not broadcast; DTypeError for fractions into integers
 * @example np.at([1, 2, 3], 1).set(9).toArray() // [1, 9, 3]
 */
export const at = (x: TensorLike, ...index: readonly IndexItem[]): Place => {
  const t = asTensor("at", x);
  const base = cast(t, t.type.dtype);
  const plan = planIndex("at", t.type.shape, index);
  const by =
    (update: Update) =>
    (value: TensorLike): Tensor =>
      write(base, plan, updateFor(base, update), fitting(update.name, base, value));
  return {
    get: () => readPlan(t, plan),
    set: by(updates.set),
    add: by(updates.add),
    multiply: by(updates.multiply),
    min: by(updates.min),
    max: by(updates.max),
    apply: (f) => by(updates.set)(f(readPlan(base, plan))),
  };
};
