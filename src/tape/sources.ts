/** Trees of tensors and Variables as tapes take them, and the trees of derivatives that they give back. */
import {
  checkSameStructure,
  flattenTree,
  leafPaths,
  leafStructure,
  type TreeStructure,
  unflattenTree,
} from "../graph/tree.js";
import { carriesTangent } from "../interpreters/forward.js";
import { filledAs, zerosAs } from "../primitives/arithmetic.js";
import { reshape } from "../primitives/reshape.js";
import { ArgumentError, DTypeError, describe } from "../tensor/errors.js";
import { type Shape, sameShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { isTensorLeaf, matchTangents } from "../transforms/arguments.js";
import type { Differentiable, Unconnected } from "./types.js";
import { Variable } from "./variable.js";

type Leaf = Differentiable;

export interface Leaves {
  readonly leaves: readonly Leaf[];
  readonly structure: TreeStructure;
}

/** Tensors and Variables of a tree: they count as they are, so nothing else can stand for them. */
export const leavesOf = (operation: string, what: string, tree: unknown): Leaves => {
  const { leaves, structure } = flattenTree(operation, tree, isTensorLeaf, what);
  leaves.forEach((x, i) => {
    if (!(x instanceof Tensor || x instanceof Variable)) {
      throw ArgumentError.invalid(
        operation,
        `${leafPaths(structure, what)[i]} is ${describe(x)}`,
        "A tape knows tensors and Variables by identity: make it a tensor with np.array, and pass that one.",
      );
    }
    if (!carriesTangent(typed(x)))
      throw DTypeError.notDifferentiable(operation, x.dtype, leafPaths(structure, what)[i] as string);
  });
  return { leaves: leaves as readonly Leaf[], structure };
};

export const typed = (x: Leaf): Tensor => (x instanceof Variable ? x.held : x);

/** What stands for a source that is not connected, of which a derivative would have that shape. */
type Missing = (source: Leaf, shape: Shape) => Tensor | undefined;
export const missingBy = (operation: string, unconnected: Unconnected | undefined): Missing => {
  if (unconnected === "zero") return (x, shape) => zerosAs({ type: { ...typed(x).type, shape } });
  if (unconnected === undefined || unconnected === "none") return () => undefined;
  throw ArgumentError.invalid(
    operation,
    `unconnected is ${describe(unconnected)}`,
    'It is "none" or "zero".',
  );
};

/** What was found for each source; undefined for those on which the targets do not depend. */
export type Found = readonly (Tensor | undefined)[];

/** The tree of the sources with what was found for them, in the shape that each has. */
export const filled = (
  { leaves, structure }: Leaves,
  found: Found,
  missing: Missing,
  shapeFor: (source: Leaf) => Shape,
): unknown =>
  unflattenTree(
    structure,
    leaves.map((x, i) => {
      const [derivative, shape] = [found[i], shapeFor(x)];
      if (derivative === undefined) return missing(x, shape);
      return sameShape(derivative.shape, shape) ? derivative : reshape(derivative, shape);
    }),
  );

/** The given cotangents of the targets, which may be null here and there; ones in place of those not given. */
export const seedsFor = (operation: string, targets: Leaves, given: unknown): readonly Tensor[] => {
  const ones = targets.leaves.map((x) => filledAs(typed(x), 1));
  if (given === undefined || given === null) return ones;
  const what = "outputGradients";
  const whole = targets.structure.kind === "leaf" ? [given] : undefined;
  const { leaves, structure } =
    whole === undefined
      ? flattenTree(operation, given, (x) => x === null || isTensorLeaf(x), what)
      : { leaves: whole, structure: targets.structure };
  checkSameStructure(operation, targets.structure, structure, what);
  const paths = leafPaths(structure, what);
  return leaves.map((x, i) => {
    const one = ones[i] as Tensor;
    return x === null
      ? one
      : (matchTangents(operation, paths[i] as string, x, leafStructure, [one.type])[0] as Tensor);
  });
};

export const single = (operation: string, what: string, { leaves, structure }: Leaves): Leaf => {
  if (structure.kind === "leaf") return leaves[0] as Leaf;
  throw ArgumentError.invalid(
    operation,
    `${what} is a tree of ${leaves.length} tensors`,
    "Pass one tensor or Variable; ask a persistent tape for each of several.",
  );
};
