/** The running combination of rows by an associative function, in logarithmic depth. */
import { checkSameStructure, leafPaths, type TreeStructure, unflattenTree } from "../graph/tree.js";
import { optionsOf } from "../numpy/options.js";
import { moveToFront, permute, reshape, reverse as reversed } from "../primitives/reshape.js";
import { concatenate, slice } from "../primitives/slice.js";
import { ArgumentError, AxisError, describe, dtypesDiffer, ShapeError } from "../tensor/errors.js";
import { normalizeAxis, orThrow, sameShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { type AnyFunction, flattenTensors, rejectPromise } from "../transforms/arguments.js";
import { rowCount } from "./scan.js";
import type { AssociativeScanFunction, AssociativeScanOptions } from "./types.js";

type List = readonly Tensor[];
type Combine = (a: List, b: List) => List;

/** Every `step`-th row between `from` and `to`. */
const rows = (x: Tensor, from: number, to: number, step = 1): Tensor => {
  const at = <T>(first: T, others: T): T[] => x.shape.map((_, axis) => (axis === 0 ? first : others));
  return slice(x, { start: at(from, 0), stop: [to, ...x.shape.slice(1)], step: at(step, 1) });
};

/** Rows of `a` and `b` in turns, beginning with `a`, which has as many or one more. */
const interleaved = (a: Tensor, b: Tensor): Tensor => {
  const n = b.shape[0] as number;
  const single = (x: Tensor): Tensor => reshape(x, [n, 1, ...x.shape.slice(1)]);
  const both = concatenate([single(rows(a, 0, n)), single(b)], 1);
  const pairs = reshape(both, [2 * n, ...b.shape.slice(1)]);
  return a.shape[0] === n ? pairs : concatenate([pairs, rows(a, n, n + 1)], 0);
};

/** Neighbours are combined, the halves solved, and what lies between filled in. */
const running = (xs: List, n: number, combine: Combine): List => {
  if (n < 2) return xs;
  const half = Math.floor(n / 2);
  const pairs = combine(
    xs.map((x) => rows(x, 0, 2 * half - 1, 2)),
    xs.map((x) => rows(x, 1, n, 2)),
  );
  const odd = running(pairs, half, combine);
  const first = xs.map((x) => rows(x, 0, 1));
  if (n === 2) return first.map((x, i) => concatenate([x, odd[i] as Tensor], 0));
  const between = combine(
    n % 2 === 0 ? odd.map((x) => rows(x, 0, half - 1)) : odd,
    xs.map((x) => rows(x, 2, n, 2)),
  );
  return odd.map((x, i) => interleaved(concatenate([first[i] as Tensor, between[i] as Tensor], 0), x));
};

const backFrom = (x: Tensor, axis: number): Tensor => {
  const order = x.shape.map((_, i) => i).slice(1);
  order.splice(axis, 0, 0);
  return axis === 0 ? x : permute(x, order);
};

const checkAlike = (structure: TreeStructure, like: List, returned: unknown): List => {
  rejectPromise("associativeScan", returned);
  const got = flattenTensors("associativeScan", returned, "the result");
  checkSameStructure("associativeScan", structure, got.structure, "the result");
  got.tensors.forEach((x, i) => {
    const wanted = like[i] as Tensor;
    const path = leafPaths(structure, "the result")[i];
    if (!sameShape(x.shape, wanted.shape))
      throw ShapeError.mismatch(
        "associativeScan",
        `${path} must have the shape of the operands`,
        [x.shape, wanted.shape],
        "The function combines many pairs at once: write it element by element, or as a vmap.",
      );
    if (x.dtype !== wanted.dtype)
      throw dtypesDiffer(
        "associativeScan",
        `${path} must have the dtype of the operands`,
        x.dtype,
        wanted.dtype,
        `Convert it with np.astype(x, "${wanted.dtype}").`,
      );
  });
  return got.tensors;
};

/**
 * All prefixes of rows combined by `f`, which must be associative: x0, f(x0, x1), f(f(x0, x1), x2), ..., in logarithmic
 * depth. `f` takes many pairs at once, stacked along `axis` (default 0), and works element by element or as a vmap.
 *
 * Throws `ShapeError`, `DTypeError` and `TreeError` where the result is not like the operands.
 * @example lax.associativeScan(np.add, np.array([1, 2, 3])) // [1, 3, 6]
 */
export const associativeScan: AssociativeScanFunction = ((
  f: AnyFunction,
  xs: unknown,
  options?: AssociativeScanOptions,
) => {
  checkStep("associativeScan", "the function", f);
  const { reverse, axis: given = 0 } = optionsOf("associativeScan", options, ["reverse", "axis"]);
  if (reverse !== undefined && typeof reverse !== "boolean")
    throw ArgumentError.invalid("associativeScan", `reverse is ${describe(reverse)}`, "It is true or false.");
  const { tensors, structure } = flattenTensors("associativeScan", xs, "xs");
  const axes = tensors.map((x) => {
    if (x.ndim === 0)
      throw new AxisError("associativeScan: xs has a scalar, which has no rows. Pass tensors with rows.");
    return orThrow(normalizeAxis("associativeScan", given, x.ndim));
  });
  const inFront = tensors.map((x, i) => moveToFront(x, axes[i] as number));
  const n = rowCount("associativeScan", { tensors: inFront, structure });
  const turned = (list: List): List => (reverse === true ? list.map((x) => reversed(x, [0])) : list);
  const placed = (list: List): List => list.map((x, i) => backFrom(x, axes[i] as number));
  const combine: Combine = (a, b) => {
    const [left, right] = [placed(a), placed(b)];
    const tree = (list: List): unknown => unflattenTree(structure, list);
    const returned = (f as (a: unknown, b: unknown) => unknown)(tree(left), tree(right));
    return checkAlike(structure, left, returned).map((x, i) => moveToFront(x, axes[i] as number));
  };
  const outs = turned(running(turned(inFront), n, combine));
  return unflattenTree(structure, placed(outs));
}) as AssociativeScanFunction;

import { checkStep } from "./staged.js";
