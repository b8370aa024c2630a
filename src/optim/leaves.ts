/** Trees of parameters and the trees beside them (gradients, states), leaf by leaf: one structure, the same shapes. */
import { checkSameStructure, leafPaths, unflattenTree } from "../graph/tree.js";
import { isFloat } from "../tensor/dtype.js";
import { DTypeError, ShapeError } from "../tensor/errors.js";
import { sameShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { type FlatTree, flattenTensors } from "../transforms/arguments.js";

/** A tree whose leaves are all floats, flattened. `what` names it in errors. */
export const floatLeaves = (operation: string, tree: unknown, what: string): FlatTree => {
  const flat = flattenTensors(operation, tree, what);
  flat.tensors.forEach((x, i) => {
    if (!isFloat(x.dtype))
      throw DTypeError.notDifferentiable(operation, x.dtype, leafPaths(flat.structure, what)[i] as string);
  });
  return flat;
};

/** The leaves of a tree that must go with `main`: the same containers, each leaf of the same shape. */
export const leavesBeside = (
  operation: string,
  main: FlatTree,
  tree: unknown,
  what: string,
): readonly Tensor[] => {
  const flat = flattenTensors(operation, tree, what);
  checkSameStructure(operation, main.structure, flat.structure, what);
  flat.tensors.forEach((x, i) => {
    const wanted = (main.tensors[i] as Tensor).shape;
    if (!sameShape(x.shape, wanted))
      throw ShapeError.mismatch(
        operation,
        `${leafPaths(flat.structure, what)[i]} must have the shape of its parameter`,
        [x.shape, wanted],
        "Parameters, gradients and states go together leaf by leaf; make a new state with init for other parameters.",
      );
  });
  return flat.tensors;
};

/** The tree again, with other leaves. */
export const rebuild = <T>(flat: FlatTree, leaves: readonly Tensor[]): T =>
  unflattenTree(flat.structure, leaves) as T;
