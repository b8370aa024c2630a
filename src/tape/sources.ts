/** Trees of tensors and Variables as tapes take them. */
import { flattenTree, leafPaths, type TreeStructure, unflattenTree } from "../graph/tree.js";
import { filledAs } from "../primitives/arithmetic.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import { Tensor, type TensorType } from "../tensor/tensor.js";
import { checkDifferentiable, isTensorLeaf, matchTangents } from "../transforms/arguments.js";
import type { Differentiable } from "./types.js";
import { Variable } from "./variable.js";

export interface Leaves {
  readonly leaves: readonly Differentiable[];
  readonly structure: TreeStructure;
}

/** Tensors and Variables of a tree: they count as they are, so nothing else can stand for them. */
export const leavesOf = (operation: string, what: string, tree: unknown): Leaves => {
  const { leaves, structure } = flattenTree(operation, tree, isTensorLeaf, what);
  const paths = (): readonly string[] => leafPaths(structure, what);
  const other = leaves.findIndex((x) => !(x instanceof Tensor || x instanceof Variable));
  if (other >= 0)
    throw ArgumentError.invalid(
      operation,
      `${paths()[other]} is ${describe(leaves[other])}`,
      "A tape knows tensors and Variables by identity: make it a tensor with np.array, and pass that one.",
    );
  const found = leaves as readonly Differentiable[];
  checkDifferentiable(operation, found, paths);
  return { leaves: found, structure };
};

/** The type of the only leaf. */
export const single = (operation: string, what: string, { leaves, structure }: Leaves): TensorType => {
  if (structure.kind === "leaf") return (leaves[0] as Differentiable).type;
  throw ArgumentError.invalid(
    operation,
    `${what} is a tree of ${leaves.length} tensors`,
    "Pass one tensor or Variable; ask a persistent tape for each of several.",
  );
};

/** The given cotangents of the targets, which may be null here and there; ones in place of those not given. */
export const cotangentsOf = (operation: string, targets: Leaves, given: unknown): readonly Tensor[] => {
  const what = "outputGradients";
  const ones = targets.leaves.map((x) => filledAs(x, 1));
  if (given === undefined || given === null) return ones;
  const { leaves, structure } = flattenTree(operation, given, (x) => x === null || isTensorLeaf(x), what);
  const whole = unflattenTree(
    structure,
    leaves.map((x, i) => x ?? ones[i] ?? 1),
  );
  const types = ones.map((x) => x.type);
  return matchTangents(operation, what, whole, targets.structure, types);
};
