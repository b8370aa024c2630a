/** Trees of tensors and Variables as tapes take them. */
import { flattenTree, leafPaths, type TreeStructure, unflattenTree } from "../graph/tree.js";
import { carriesTangent } from "../interpreters/forward.js";
import { filledAs } from "../primitives/arithmetic.js";
import { ArgumentError, DTypeError, describe } from "../tensor/errors.js";
import { Tensor } from "../tensor/tensor.js";
import { isTensorLeaf, matchTangents } from "../transforms/arguments.js";
import type { Differentiable } from "./types.js";
import { Variable } from "./variable.js";

export interface Leaves {
  readonly leaves: readonly Differentiable[];
  readonly structure: TreeStructure;
}

/** Tensors and Variables of a tree: they count as they are, so nothing else can stand for them. */
export const leavesOf = (operation: string, what: string, tree: unknown): Leaves => {
  const { leaves, structure } = flattenTree(operation, tree, isTensorLeaf, what);
  const checked = leaves.map((x, i) => {
    const path = (): string => leafPaths(structure, what)[i] as string;
    if (!(x instanceof Tensor || x instanceof Variable)) {
      throw ArgumentError.invalid(
        operation,
        `${path()} is ${describe(x)}`,
        "A tape knows tensors and Variables by identity: make it a tensor with np.array, and pass that one.",
      );
    }
    if (!carriesTangent(x)) throw DTypeError.notDifferentiable(operation, x.dtype, path());
    return x;
  });
  return { leaves: checked, structure };
};

export const single = (operation: string, what: string, { leaves, structure }: Leaves): Differentiable => {
  if (structure.kind === "leaf") return leaves[0] as Differentiable;
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
  const isLeaf = (x: unknown): boolean => x === null || isTensorLeaf(x);
  const tree = targets.structure.kind === "leaf" ? undefined : flattenTree(operation, given, isLeaf, what);
  const whole = tree
    ? unflattenTree(
        tree.structure,
        tree.leaves.map((x, i) => x ?? ones[i] ?? 1),
      )
    : given;
  return matchTangents(
    operation,
    what,
    whole,
    targets.structure,
    ones.map((x) => x.type),
  );
};
