/** Numbers in regular steps, and grids of them. Ends that are tensors may be differentiated. */
import { add, filledAs, mul, neg, sign, sub } from "../primitives/arithmetic.js";
import { broadcast } from "../primitives/broadcast.js";
import { eq, select } from "../primitives/compare.js";
import { reshape } from "../primitives/reshape.js";
import { concatenate } from "../primitives/slice.js";
import { pow } from "../primitives/transcendental.js";
import { allocate, type DType, roundTo } from "../tensor/dtype.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import { checkShape, orThrow, type Shape } from "../tensor/shape.js";
import type { DTypeOption } from "../tensor/signatures.js";
import { compact, type Tensor, type TensorLike } from "../tensor/tensor.js";
import { openArrays } from "./arrays-door.js";
import { broadcastAll, cast, promoteAll, stretch } from "./convert.js";
import { dtypeIn, dtypeOr } from "./create.js";
import { asFloat, asTensor } from "./door.js";
import { choiceOf, optionsOf } from "./options.js";

/** A vector made by its elements' numbers. */
const vectorOf = (n: number, dtype: DType, element: (i: number) => number): Tensor => {
  openArrays();
  const data = allocate(dtype, n);
  for (let i = 0; i < n; i++) data[i] = roundTo(dtype, element(i));
  return compact({ shape: [n], dtype, weak: false }, data);
};

type ArangeOptions = DTypeOption<DType>;
interface Arange {
  (stop: number, options?: ArangeOptions): Tensor<[number]>;
  (start: number, stop: number, options?: ArangeOptions): Tensor<[number]>;
  (start: number, stop: number, step: number, options?: ArangeOptions): Tensor<[number]>;
}
/**
 * Numbers from start (default 0) up to but without stop, in steps (default 1). float64 unless told otherwise, also
 * for whole numbers, as JavaScript's are.
 * @throws ArgumentError if a bound is not a finite number, or the step is 0.
 * @example np.arange(1, 7, 2) // [1, 3, 5]
 * @see numpy.arange
 */
export const arange: Arange = (
  ...args: readonly (number | ArangeOptions | undefined)[]
): Tensor<[number]> => {
  const last = args.at(-1);
  const options = typeof last === "object" ? last : undefined;
  const numbers = args.filter((x) => x !== undefined && x !== options) as number[];
  const [a, b, step = 1] = numbers;
  const [start, stop] = b === undefined ? [0, a] : [a, b];
  if (![start, stop, step].every(Number.isFinite) || step === 0 || numbers.length > 3) {
    throw ArgumentError.invalid(
      "arange",
      `no range from (${args.map(describe).join(", ")})`,
      "Pass finite numbers, np.arange(start, stop, step, options), with a step other than 0.",
    );
  }
  const n = Math.max(0, Math.ceil(((stop as number) - (start as number)) / step));
  const dtype = dtypeIn("arange", options, "float64");
  return vectorOf(n, dtype, (i) => (start as number) + i * step) as Tensor<[number]>;
};

export interface LinspaceOptions extends DTypeOption<DType> {
  /** Whether `stop` is the last number; default true. */
  readonly endpoint?: boolean;
}

const checkCount = (operation: string, n: number): number => {
  if (!Number.isInteger(n) || n < 0) {
    throw ArgumentError.invalid(
      operation,
      `cannot make ${describe(n)} numbers`,
      "Pass a whole number, not negative.",
    );
  }
  return n;
};

/** [n, 1...] from 0 to 1, to go with operands of that rank. */
const fractions = (like: Tensor, n: number, endpoint: boolean): Tensor => {
  const steps = endpoint ? n - 1 : n;
  const t = vectorOf(n, like.type.dtype, (i) => (steps === 0 ? 0 : i / steps));
  return reshape(t, [n, ...like.type.shape.map(() => 1)]);
};

/**
 * `num` numbers evenly spaced from start to stop, along a new first axis if those are no scalars. Differentiable in
 * both.
 * @throws ArgumentError if num is not a whole number.
 * @example np.linspace(0, 1, 5) // [0, 0.25, 0.5, 0.75, 1]
 * @see numpy.linspace
 */
export const linspace = (
  start: TensorLike,
  stop: TensorLike,
  num = 50,
  options?: LinspaceOptions,
): Tensor => {
  return linspaced("linspace", start, stop, num, options);
};

const linspaced = (
  operation: string,
  start: TensorLike,
  stop: TensorLike,
  num: number,
  options: LinspaceOptions | undefined,
): Tensor => {
  const n = checkCount(operation, num);
  const { endpoint = true } = optionsOf(operation, options, ["endpoint", "dtype"]);
  if (typeof start === "number" && typeof stop === "number") {
    const steps = endpoint ? n - 1 : n;
    const step = steps === 0 ? 0 : (stop - start) / steps;
    const dtype = dtypeOr(operation, options?.dtype, "float64");
    return vectorOf(n, dtype, (i) => (endpoint && i === n - 1 && i > 0 ? stop : start + i * step));
  }
  const x = evenly(operation, start, stop, n, endpoint, (a, b, t) =>
    add(mul(a, sub(filledAs(t, 1), t)), mul(b, t)),
  );
  return cast(x, dtypeOr(operation, options?.dtype, x.type.dtype));
};

const evenly = (
  operation: string,
  start: TensorLike,
  stop: TensorLike,
  n: number,
  endpoint: boolean,
  between: (a: Tensor, b: Tensor, t: Tensor) => Tensor,
): Tensor => {
  const ends = promoteAll(operation, [asFloat(operation, start), asFloat(operation, stop)]);
  const [a, b] = broadcastAll(operation, ends) as readonly [Tensor, Tensor];
  const shape: Shape = [n, ...a.type.shape];
  return between(stretch(a, shape), stretch(b, shape), stretch(fractions(a, n, endpoint), shape));
};

export interface LogspaceOptions extends LinspaceOptions {
  /** What is raised to the powers; default 10. */
  readonly base?: TensorLike;
}
/**
 * base^start to base^stop in `num` even steps of the exponent.
 * @example np.logspace(0, 2, 3) // [1, 10, 100]
 * @see numpy.logspace
 */
export const logspace = (
  start: TensorLike,
  stop: TensorLike,
  num = 50,
  options?: LogspaceOptions,
): Tensor => {
  const { endpoint = true, base = 10 } = optionsOf("logspace", options, ["endpoint", "base", "dtype"]);
  const powers = promoteAll("logspace", [
    asFloat("logspace", base),
    linspaced("logspace", start, stop, num, { endpoint }),
  ]);
  const x = pow(...(broadcastAll("logspace", powers) as readonly [Tensor, Tensor]));
  return cast(x, dtypeOr("logspace", options?.dtype, x.type.dtype));
};

/**
 * `num` numbers from start to stop in equal ratios; both of one sign.
 * @example np.geomspace(1, 8, 4) // [1, 2, 4, 8]
 * @see numpy.geomspace
 */
export const geomspace = (
  start: TensorLike,
  stop: TensorLike,
  num = 50,
  options?: LinspaceOptions,
): Tensor => {
  const n = checkCount("geomspace", num);
  const { endpoint = true } = optionsOf("geomspace", options, ["endpoint", "dtype"]);
  // sign |a|^(1 - t) |b|^t, with the ends themselves where t is 0 or 1
  const x = evenly("geomspace", start, stop, n, endpoint, (a, b, t) => {
    const zero = filledAs(t, 0);
    const one = filledAs(t, 1);
    const negative = eq(sign(a), filledAs(a, -1));
    const from = select(negative, neg(a), a);
    const to = select(negative, neg(b), b);
    const size = mul(pow(from, sub(one, t)), pow(to, t));
    const signed = select(negative, neg(size), size);
    return select(eq(t, zero), a, select(eq(t, one), b, signed));
  });
  return cast(x, dtypeOr("geomspace", options?.dtype, x.type.dtype));
};

export interface MeshgridOptions {
  /** "xy" (default): the first axis of the result goes with the second vector; "ij": axes in the order given. */
  readonly indexing?: "xy" | "ij";
}
/**
 * Coordinates of the points of a grid: one tensor for each vector, all of the grid's shape.
 * @throws ArgumentError for another indexing.
 * @example np.meshgrid([[0, 1, 2], [0, 1]]) // two tensors of shape [2, 3]
 * @see numpy.meshgrid (the vectors come as one list)
 */
export const meshgrid = (vectors: readonly TensorLike[], options?: MeshgridOptions): readonly Tensor[] => {
  const given = optionsOf("meshgrid", options, ["indexing"]).indexing;
  const indexing = choiceOf("meshgrid", "indexing", given, ["xy", "ij"]);
  if (!Array.isArray(vectors))
    throw ArgumentError.invalid(
      "meshgrid",
      `${describe(vectors)} is no list of vectors`,
      "Pass them in an array: [x, y].",
    );
  const xs = (vectors as readonly TensorLike[])
    .map((x) => asTensor("meshgrid", x))
    .map((x) => reshape(x, [x.size]));
  const place = (i: number): number => (indexing === "xy" && i < 2 && xs.length > 1 ? 1 - i : i);
  const shape = new Array<number>(xs.length);
  xs.forEach((x, i) => {
    shape[place(i)] = x.size;
  });
  return xs.map((x, i) => broadcast(x, { shape, axes: [place(i)] }));
};

/**
 * Row, column, ... numbers of the elements of a shape: [rank, ...shape], int32 unless told otherwise.
 * @throws ShapeError if the shape is none.
 * @example np.indices([2, 2]) // [[[0, 0], [1, 1]], [[0, 1], [0, 1]]]
 * @see numpy.indices
 */
export const indices = (shape: Shape, options?: DTypeOption<DType>): Tensor => {
  const checked = orThrow(checkShape("indices", shape));
  const dtype = dtypeIn("indices", options, "int32");
  const grids = coordinates(checked, dtype).map((x) => reshape(x, [1, ...checked]));
  return grids.length === 0 ? vectorOf(0, dtype, () => 0) : concatenate(grids, 0);
};

const coordinates = (shape: Shape, dtype: DType): readonly Tensor[] =>
  shape.map((n, axis) =>
    broadcast(
      vectorOf(n, dtype, (i) => i),
      { shape, axes: [axis] },
    ),
  );

/**
 * `f` of the coordinates of the elements of a shape, as tensors of that shape (float64 unless told otherwise).
 * @example np.fromFunction((i, j) => np.add(i, j), [2, 2]) // [[0, 1], [1, 2]]
 * @see numpy.fromfunction
 */
export const fromFunction = <R>(
  f: (...coordinates: Tensor[]) => R,
  shape: Shape,
  options?: DTypeOption<DType>,
): R => {
  if (typeof f !== "function")
    throw ArgumentError.invalid(
      "fromFunction",
      `${describe(f)} is no function`,
      "It comes first, then the shape.",
    );
  return f(
    ...coordinates(orThrow(checkShape("fromFunction", shape)), dtypeIn("fromFunction", options, "float64")),
  );
};
