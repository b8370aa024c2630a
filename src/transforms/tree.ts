/** Trees, for users: what stands under `tree` in the public API. */
import {
  checkSameStructure,
  flattenTree,
  leafPaths,
  type TreeStructure,
  unflattenTree,
} from "../graph/tree.js";
import { cast, meetingDType } from "../numpy/convert.js";
import { asTensor } from "../numpy/door.js";
import { reshape } from "../primitives/reshape.js";
import { concatenate, slice } from "../primitives/slice.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { sizeOf } from "../tensor/shape.js";
import { compact, type Tensor, type TensorLike } from "../tensor/tensor.js";
import { flattenTensors, isTensorLeaf } from "./arguments.js";

export { registerTree as register, type TreeNode, type TreeStructure, treeNode } from "../graph/tree.js";

/**
 * The leaves of a tree, and what is needed to put it together again.
 * @example const { leaves, structure } = tree.flatten({ w, b });
 */
export const flatten = (
  value: unknown,
): { readonly leaves: readonly TensorLike[]; readonly structure: TreeStructure } => {
  const flat = flattenTree("tree.flatten", value, isTensorLeaf, "the tree");
  return { leaves: flat.leaves as readonly TensorLike[], structure: flat.structure };
};

/** The tree of a structure with other leaves, in the same order. */
export const unflatten = (structure: TreeStructure, leaves: readonly unknown[]): unknown => {
  if (typeof structure?.leafCount !== "number" || !Array.isArray(leaves)) {
    throw ArgumentError.invalid(
      "tree.unflatten",
      `${describe(structure)} and ${describe(leaves)} are no structure and no list of leaves`,
      "Pass the structure that tree.flatten gave, and an array.",
    );
  }
  if (leaves.length !== structure.leafCount) {
    throw new ShapeError(
      `tree.unflatten: ${leaves.length} leaves were given for a structure with ${structure.leafCount}. Pass one for each.`,
    );
  }
  return unflattenTree(structure, leaves);
};

/** The leaves in order. */
export const leaves = (value: unknown): readonly TensorLike[] => flatten(value).leaves;

/** Paths of the leaves, such as `.layers[2].w`. */
export const paths = (value: unknown): readonly string[] => leafPaths(flatten(value).structure, "");

/**
 * `f` of every leaf, or of corresponding leaves of several trees of one structure; the tree keeps its type.
 * @example tree.map((p, g) => np.subtract(p, np.multiply(0.1, g)), params, gradient)
 */
export const map = <T>(
  f: (leaf: Tensor, ...others: Tensor[]) => TensorLike,
  first: T,
  ...rest: readonly T[]
): T => {
  if (typeof f !== "function")
    throw ArgumentError.invalid(
      "tree.map",
      `${describe(f)} is no function`,
      "It comes first, then the trees.",
    );
  const main = flattenTensors("tree.map", first, "the tree");
  const others = rest.map((other, i) => {
    const flat = flattenTensors("tree.map", other, `tree ${i + 1}`);
    checkSameStructure("tree.map", main.structure, flat.structure, `tree ${i + 1}`);
    return flat.tensors;
  });
  const mapped = main.tensors.map((leaf, i) =>
    asTensor("tree.map", f(leaf, ...others.map((list) => list[i] as Tensor))),
  );
  return unflattenTree(main.structure, mapped) as T;
};

/**
 * All leaves in one vector, in the dtype in which they meet, and the way back (which restores shapes and dtypes).
 * @example const [flat, unravel] = tree.ravel(params);
 */
export const ravel = <T>(value: T): readonly [flat: Tensor<[number]>, unravel: (flat: TensorLike) => T] => {
  const { tensors, structure } = flattenTensors("tree.ravel", value, "the tree");
  const dtype = tensors.length === 0 ? "float64" : meetingDType("tree.ravel", tensors);
  const rows = tensors.map((x) => reshape(cast(x, dtype), [sizeOf(x.shape)]));
  const flat =
    rows.length === 0
      ? compact({ shape: [0], dtype: "float64", weak: false }, new Float64Array(0))
      : concatenate(rows, 0);
  const total = flat.shape[0] as number;
  const unravel = (given: TensorLike): T => {
    const vector = asTensor("tree.unravel", given);
    if (vector.ndim !== 1 || vector.shape[0] !== total) {
      throw ShapeError.mismatch(
        "tree.unravel",
        `a vector of ${total} elements is needed`,
        [vector.shape],
        "Pass one like that of tree.ravel.",
      );
    }
    let at = 0;
    const parts = tensors.map((x) => {
      const from = at;
      at += sizeOf(x.shape);
      return cast(reshape(slice(vector, { start: [from], stop: [at], step: null }), x.shape), x.dtype);
    });
    return unflattenTree(structure, parts) as T;
  };
  return [flat as Tensor<[number]>, unravel];
};
