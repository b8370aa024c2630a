/** Collectives, for users: trees of tensors, spoken along a vmapped axis by its name. */
import { unflattenTree } from "../graph/tree.js";
import { floated } from "../numpy/convert.js";
import { div } from "../primitives/arithmetic.js";
import {
  allGather as allGatherOf,
  axisIndex as axisIndexOf,
  pmax as pmaxOf,
  pmin as pminOf,
  psum as psumOf,
} from "../primitives/collective.js";
import { ArgumentError, describe, UnboundAxisError } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import { uniform } from "../tensor/tensor.js";
import { flattenTensors } from "./arguments.js";
import type { Gradient } from "./trees.js";

const checkName = (operation: string, axisName: unknown): string => {
  if (typeof axisName !== "string") {
    throw ArgumentError.invalid(
      operation,
      `the axis name is ${describe(axisName)}`,
      `Give the axisName of an enclosing vmap: ${operation}(x, "batch").`,
    );
  }
  return axisName;
};

/* @__NO_SIDE_EFFECTS__ */
const over =
  (operation: string, f: (x: Tensor, axisName: string) => Tensor) =>
  <T>(tree: T, axisName: string): Gradient<T> => {
    const name = checkName(operation, axisName);
    const { tensors, structure } = flattenTensors(operation, tree, "the argument");
    return unflattenTree(
      structure,
      tensors.map((x) => f(x, name)),
    ) as Gradient<T>;
  };

type Collective = <T>(tree: T, axisName: string) => Gradient<T>;

/** How many examples the axis has: the sum of ones, which needs no communication. */
const axisSize = (operation: string, axisName: string): number => {
  try {
    return psumOf(uniform({ shape: [], dtype: "float64", weak: true }, 1), axisName).item();
  } catch (error) {
    throw error instanceof UnboundAxisError ? UnboundAxisError.of(operation, axisName) : error;
  }
};

/**
 * Sum over the examples of the named axis.
 * @example vmap((x) => np.divide(x, psum(x, "i")), { axisName: "i" })([1, 2, 3])
 */
export const psum: Collective = over("psum", psumOf);
/** Mean over the examples of the named axis. */
export const pmean: Collective = over("pmean", (x, axisName) => {
  const size = axisSize("pmean", axisName);
  const total = psumOf(floated(x), axisName);
  return div(total, uniform(total.type, size));
});
/** Largest over the examples of the named axis; ties share the derivative. */
export const pmax: Collective = over("pmax", pmaxOf);
/** Smallest over the examples of the named axis; ties share the derivative. */
export const pmin: Collective = over("pmin", pminOf);
/** The values of all examples, stacked along a new first axis. */
export const allGather: Collective = over("allGather", (x, axisName) =>
  allGatherOf(x, { axisName, size: axisSize("allGather", axisName) }),
);
/** Position of the example along the named axis, an int32 scalar. */
export const axisIndex = (axisName: string): Tensor<[], "int32"> =>
  axisIndexOf(checkName("axisIndex", axisName)) as Tensor<[], "int32">;
