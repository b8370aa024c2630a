/**
 * Between user functions of trees and the flat functions that interpreters run: arguments are flattened to
 * tensors, results are flattened again, and every leaf keeps its path for errors.
 */
import {
  checkSameStructure,
  flattenTree,
  leafPaths,
  leafStructure,
  type TreeStructure,
  unflattenTree,
} from "../graph/tree.js";
import { cast } from "../numpy/convert.js";
import { asTensor, openDoor } from "../numpy/door.js";
import { flagOf, optionsOf } from "../numpy/options.js";
import { type DType, isDType, isFloat } from "../tensor/dtype.js";
import { ArgumentError, DTypeError, describe, ShapeError, TreeError } from "../tensor/errors.js";
import { type Shape, sameShape } from "../tensor/shape.js";
import { isHolder, Tensor, type TensorLike, type TensorType } from "../tensor/tensor.js";

/** Any function that can be transformed. */
export type AnyFunction = (...args: never[]) => unknown;

export interface FlatTree {
  readonly tensors: readonly Tensor[];
  readonly structure: TreeStructure;
}

/** What a leaf of a tree of tensors may be. */
export const isTensorLeaf = (x: unknown): boolean =>
  x instanceof Tensor ||
  typeof x === "number" ||
  typeof x === "boolean" ||
  ArrayBuffer.isView(x) ||
  isHolder(x);

/** A tree of tensors, flattened; numbers and typed arrays become tensors. */
export const flattenTensors = (operation: string, tree: unknown, path: string): FlatTree => {
  if (tree instanceof Tensor) return { tensors: [tree], structure: leafStructure };
  openDoor();
  const { leaves, structure } = flattenTree(operation, tree, isTensorLeaf, path);
  return { tensors: leaves.map((leaf) => asTensor(operation, leaf as TensorLike)), structure };
};

/** One argument of a call, flattened; the path is made only when a tensor is not alone. */
export const flattenArgument = (operation: string, tree: unknown, position: number): FlatTree =>
  tree instanceof Tensor
    ? { tensors: [tree], structure: leafStructure }
    : flattenTensors(operation, tree, `argument ${position}`);

/** A leaf that stands for a tensor of which only the type matters: `{ shape, dtype }`. */
const isSpec = (x: unknown): x is { readonly shape: Shape; readonly dtype: DType } =>
  typeof x === "object" &&
  x !== null &&
  Object.keys(x).length === 2 &&
  "shape" in x &&
  Array.isArray(x.shape) &&
  "dtype" in x &&
  isDType(x.dtype);

/** Types of the leaves of several arguments, which may be given as `{ shape, dtype }`. */
export const flattenTypes = (
  operation: string,
  trees: readonly unknown[],
): { readonly types: readonly TensorType[]; readonly structures: readonly TreeStructure[] } => {
  const flat = trees.map((tree, i) =>
    flattenTree(operation, tree, (x) => isTensorLeaf(x) || isSpec(x), `argument ${i}`),
  );
  const typeOfLeaf = (leaf: unknown): TensorType =>
    isSpec(leaf)
      ? { shape: leaf.shape, dtype: leaf.dtype, weak: false }
      : asTensor(operation, leaf as TensorLike).type;
  return {
    types: flat.flatMap(({ leaves }) => leaves.map(typeOfLeaf)),
    structures: flat.map((x) => x.structure),
  };
};

/** Several trees one after the other, as the arguments of one call. */
export interface FlatArguments {
  readonly tensors: readonly Tensor[];
  readonly structures: readonly TreeStructure[];
}

export const flattenArguments = (
  operation: string,
  trees: readonly unknown[],
  root = "argument",
): FlatArguments => {
  const flat = trees.map((tree, i) =>
    tree instanceof Tensor
      ? flattenArgument(operation, tree, i)
      : flattenTensors(operation, tree, `${root} ${i}`),
  );
  return { tensors: flat.flatMap((x) => x.tensors), structures: flat.map((x) => x.structure) };
};

/** Paths of all leaves of several arguments. */
export const argumentPaths = (structures: readonly TreeStructure[], root = "argument"): readonly string[] =>
  structures.flatMap((structure, i) => leafPaths(structure, `${root} ${i}`));

/** Leaves dealt out again to trees of the given structures. */
export const unflattenArguments = (
  structures: readonly TreeStructure[],
  leaves: readonly unknown[],
): unknown[] => {
  if (structures.length === 1) return [unflattenTree(structures[0] as TreeStructure, leaves)];
  let at = 0;
  return structures.map((structure) => {
    const from = at;
    at += structure.leafCount;
    return unflattenTree(structure, leaves.slice(from, at));
  });
};

export const checkFunction = (operation: string, f: unknown): void => {
  if (typeof f !== "function") {
    throw ArgumentError.invalid(
      operation,
      `${describe(f)} is no function`,
      `${operation} transforms a function: write ${operation}(f), then call the result.`,
    );
  }
};

/** An async function goes on after this error, on tracers that are gone: what it will throw then is not news. */
export const rejectPromise = (operation: string, returned: unknown): void => {
  if (!(returned instanceof Promise)) return;
  returned.catch(() => undefined);
  throw TreeError.async(operation);
};

/** A function without arguments that is to be called, and must be over when it returns. */
export const synchronous = <R>(operation: string, f: () => R): (() => R) => {
  checkFunction(operation, f);
  return () => {
    const returned = f();
    rejectPromise(operation, returned);
    return returned;
  };
};

/** What transformations that differentiate a call take last. */
interface CallOptions {
  readonly argnums?: number | readonly number[];
  readonly hasAux?: boolean;
}

/** The function and the options of a transformation, checked before anything runs. */
export const checkCall = (
  operation: string,
  f: unknown,
  options: CallOptions | undefined,
  allowed: readonly (keyof CallOptions)[] = ["argnums", "hasAux"],
): void => {
  checkFunction(operation, f);
  const { hasAux } = optionsOf(operation, options, allowed);
  flagOf(operation, "hasAux", hasAux, false);
};

/** The results of a user's function as flat tensors; `structure` is known once it has been called. */
export interface FlatResult {
  structure: TreeStructure;
  /** With hasAux: how the auxiliary results are put together again. */
  aux: AuxResult | undefined;
}

interface AuxResult {
  readonly structure: TreeStructure;
  readonly leaves: readonly unknown[];
  /** Positions of tensors among the leaves. */
  readonly tensors: readonly number[];
}

const noStructure: TreeStructure = { kind: "none", keys: [], children: [], leafCount: 0 };
export const newResult = (): FlatResult => ({ structure: noStructure, aux: undefined });

/** Containers are opened; anything else in an auxiliary result is kept as it is. */
const isAuxLeaf = (x: unknown): boolean =>
  x !== null &&
  x !== undefined &&
  !Array.isArray(x) &&
  !(x instanceof Map) &&
  (x instanceof Tensor || typeof x !== "object" || Object.getPrototypeOf(x) !== Object.prototype);

/** Flattens what the function returned: its result, then the tensors of its auxiliary result. */
export const flattenResult = (
  operation: string,
  returned: unknown,
  hasAux: boolean,
  into: FlatResult,
): readonly Tensor[] => {
  rejectPromise(operation, returned);
  if (!hasAux) {
    const { tensors, structure } = flattenTensors(operation, returned, "the result");
    into.structure = structure;
    return tensors;
  }
  if (!Array.isArray(returned) || returned.length !== 2) {
    throw ArgumentError.invalid(
      operation,
      "with hasAux the function must return a pair [result, aux]",
      "Return two values, or leave hasAux out.",
    );
  }
  const { tensors, structure } = flattenTensors(operation, returned[0], "the result");
  into.structure = structure;
  const aux = flattenTree(operation, returned[1], isAuxLeaf, "aux");
  const positions = [...aux.leaves.keys()].filter((i) => aux.leaves[i] instanceof Tensor);
  into.aux = { ...aux, tensors: positions };
  return [...tensors, ...positions.map((i) => aux.leaves[i] as Tensor)];
};

/** Result and auxiliary result from flat outputs. */
export const unflattenResult = (
  result: FlatResult,
  outs: readonly Tensor[],
): readonly [result: unknown, aux: unknown] => {
  const n = result.structure.leafCount;
  const value = unflattenTree(result.structure, outs.slice(0, n));
  if (result.aux === undefined) return [value, undefined];
  const leaves = [...result.aux.leaves];
  result.aux.tensors.forEach((position, i) => {
    leaves[position] = outs[n + i];
  });
  return [value, unflattenTree(result.aux.structure, leaves)];
};

/** Tangents or cotangents that must match given types: same tree, shapes and dtypes; bare numbers take the dtype. */
export const matchTangents = (
  operation: string,
  what: string,
  tree: unknown,
  structure: TreeStructure,
  types: readonly TensorType[],
): readonly Tensor[] => {
  // where one tensor is wanted, nested arrays are a tensor, not a tree
  const whole = structure.kind === "leaf" && Array.isArray(tree) ? asTensor(operation, tree) : tree;
  const given = flattenTensors(operation, whole, what);
  checkSameStructure(operation, structure, given.structure, what);
  const paths = leafPaths(structure, what);
  return given.tensors.map((x, i) => {
    const type = types[i] as TensorType;
    if (!sameShape(x.type.shape, type.shape)) {
      throw ShapeError.mismatch(
        operation,
        `${paths[i]} must have the shape of the value it belongs to`,
        [x.type.shape, type.shape],
        "Tangents and cotangents have the shape of their primal.",
      );
    }
    if (x.type.dtype === type.dtype) return x;
    if (x.type.weak || type.weak || !isFloat(type.dtype)) return cast(x, type.dtype);
    throw DTypeError.unsupported(
      operation,
      `${x.type.dtype} for ${paths[i]}`,
      `${type.dtype}, that of the value it belongs to,`,
    );
  });
};

const first: readonly number[] = [0];

/** `argnums` as checked positions. */
export const normalizeArgnums = (operation: string, argnums: unknown, count: number): readonly number[] => {
  if (argnums === undefined && count > 0) return first;
  const list: readonly unknown[] = Array.isArray(argnums) ? argnums : [argnums ?? 0];
  if (list.length === 0)
    throw ArgumentError.invalid(operation, "argnums is empty", "Name at least one argument.");
  if (count === 0)
    throw ArgumentError.invalid(operation, "the call has no arguments", "Pass what is to be differentiated.");
  const positions = list.map((n) => {
    if (typeof n !== "number" || !Number.isInteger(n) || n >= count || n < -count) {
      throw ArgumentError.invalid(
        operation,
        `argnums ${describe(n)} names no argument of a call with ${count}`,
        `Use whole numbers from ${-count} to ${count - 1}; negative ones count from the end.`,
      );
    }
    return n < 0 ? n + count : n;
  });
  const twice = positions.find((n, i) => positions.indexOf(n) !== i);
  if (twice !== undefined)
    throw ArgumentError.invalid(
      operation,
      `argnums names argument ${twice} twice`,
      "Name each argument once.",
    );
  return positions;
};

/** Every leaf that is to be differentiated must be a float. */
export const checkDifferentiable = (
  operation: string,
  tensors: readonly { readonly type: TensorType }[],
  paths: () => readonly string[],
): void => {
  for (let i = 0; i < tensors.length; i++) {
    const { dtype } = (tensors[i] as Tensor).type;
    if (!isFloat(dtype)) throw DTypeError.notDifferentiable(operation, dtype, paths()[i] as string);
  }
};
