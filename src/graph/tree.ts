/**
 * Trees: tensors in arrays, tuples, plain objects (also tagged ones), Maps, null, and classes that say how they come apart. A tree
 * is flattened to its leaves and a structure, which can be compared, walked by path and filled again.
 */
import { ArgumentError, describe, TreeError } from "../tensor/errors.js";

/** Static property of a class whose instances are containers; `registerTree` sets it. */
export const treeNode: unique symbol = Symbol.for("cotangent.treeNode") as never;

export interface TreeNode<T, C extends readonly unknown[] = readonly unknown[]> {
  readonly flatten: (value: T) => C;
  /** `value` is an instance that was taken apart, for fields that are not children. */
  readonly unflatten: (children: C, value: T) => T;
}

/** A node whose type has no axis or dtype in it, such as a key: transformations keep it as it is. */
export interface WholeNode {
  readonly wholeNode: true;
}

type Kind = "leaf" | "none" | "array" | "object" | "map" | "node";

export interface TreeStructure {
  readonly kind: Kind;
  /** Keys of the children: property names, Map keys or positions. */
  readonly keys: readonly unknown[];
  readonly children: readonly TreeStructure[];
  readonly leafCount: number;
  /** The null, undefined or `_tag` of "none"; an instance for "node". */
  readonly value?: unknown;
}

/** The structure of a single leaf. */
export const leafStructure: TreeStructure = { kind: "leaf", keys: [], children: [], leafCount: 1 };

interface Constructor {
  readonly name: string;
  readonly [treeNode]?: TreeNode<unknown>;
}

const nodeOf = (value: object): TreeNode<unknown> | undefined =>
  (value.constructor as Constructor | undefined)?.[treeNode];

/**
 * Makes instances of a class containers: how to take one apart, and how to put it together again.
 * @example registerTree(Pair, { flatten: (p) => [p.a, p.b], unflatten: ([a, b]) => new Pair(a, b) });
 */
export const registerTree = <T, C extends readonly unknown[]>(
  constructor: abstract new (...args: never) => T,
  node: TreeNode<T, C>,
): void => {
  if (typeof constructor !== "function")
    throw ArgumentError.invalid(
      "registerTree",
      `${describe(constructor)} is no class`,
      "Pass the class itself.",
    );
  if (typeof node?.flatten !== "function" || typeof node.unflatten !== "function") {
    throw ArgumentError.invalid(
      "registerTree",
      "flatten and unflatten are needed, one of them is no function",
      "Pass { flatten: (value) => children, unflatten: (children) => value }.",
    );
  }
  Object.defineProperty(constructor, treeNode, { value: node, configurable: true });
};

/** Whether an object is of no class. */
export const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** Flattens `tree` into `leaves`; what `isLeaf` accepts is a leaf, anything else that is no container an error. */
const flattenInto = (
  tree: unknown,
  leaves: unknown[],
  isLeaf: (value: unknown) => boolean,
  operation: string,
  path: string,
): TreeStructure => {
  if (isLeaf(tree)) {
    leaves.push(tree);
    return leafStructure;
  }
  if (tree === null || tree === undefined)
    return { kind: "none", keys: [], children: [], leafCount: 0, value: tree };
  // the name of a case, as in fp-ts' Option and Either: part of the structure
  if (typeof tree === "string" && path.endsWith("._tag"))
    return { kind: "none", keys: [tree], children: [], leafCount: 0, value: tree };
  if (tree instanceof Promise) {
    tree.catch(() => undefined); // this error is the one to be seen
    throw TreeError.async(operation, path);
  }
  if (typeof tree !== "object") throw TreeError.leaf(operation, path, describe(tree));
  const before = leaves.length;
  const container = (
    kind: Kind,
    keys: readonly unknown[],
    values: readonly unknown[],
    value?: unknown,
  ): TreeStructure => {
    const children = values.map((child, i) =>
      flattenInto(child, leaves, isLeaf, operation, path + keyPath(kind, keys[i])),
    );
    return { kind, keys, children, leafCount: leaves.length - before, value };
  };
  if (Array.isArray(tree)) return container("array", [...tree.keys()], tree);
  if (tree instanceof Map) return container("map", [...tree.keys()], [...tree.values()]);
  const node = nodeOf(tree);
  if (node !== undefined) {
    const children: unknown = node.flatten(tree);
    if (!Array.isArray(children)) {
      throw ArgumentError.invalid(
        operation,
        `flatten of ${path}, ${describe(tree)}, gave ${describe(children)}`,
        "It must return an array of children.",
      );
    }
    return container("node", [...children.keys()], children, tree);
  }
  if (isPlain(tree)) return container("object", Object.keys(tree), Object.values(tree));
  throw TreeError.leaf(operation, path, describe(tree));
};

/** One step of a path: `.w` or `[2]`. */
export const keyPath = (kind: Kind, key: unknown): string =>
  kind === "object" && /^[A-Za-z_$][\w$]*$/.test(String(key))
    ? `.${String(key)}`
    : kind === "map" || kind === "object"
      ? `[${JSON.stringify(key)}]`
      : `[${String(key)}]`;

export interface Flattened {
  readonly leaves: readonly unknown[];
  readonly structure: TreeStructure;
}

/** Leaves in order, and the structure. `path` names the root in errors. */
export const flattenTree = (
  operation: string,
  tree: unknown,
  isLeaf: (value: unknown) => boolean,
  path = "the argument",
): Flattened => {
  if (isLeaf(tree)) return { leaves: [tree], structure: leafStructure };
  const leaves: unknown[] = [];
  const structure = flattenInto(tree, leaves, isLeaf, operation, path);
  return { leaves, structure };
};

/** The tree of that structure with the given leaves. */
export const unflattenTree = (structure: TreeStructure, leaves: readonly unknown[]): unknown => {
  if (structure.kind === "leaf") return leaves[0];
  let at = 0;
  const fill = (s: TreeStructure): unknown => {
    switch (s.kind) {
      case "leaf":
        return leaves[at++];
      case "none":
        return s.value;
      case "array":
        return s.children.map(fill);
      case "map":
        return new Map(s.children.map((child, i) => [s.keys[i], fill(child)]));
      case "object":
        return Object.fromEntries(s.children.map((child, i) => [s.keys[i] as string, fill(child)]));
      default: {
        const value = s.value as object;
        return (nodeOf(value) as TreeNode<unknown>).unflatten(s.children.map(fill), value);
      }
    }
  };
  return fill(structure);
};

/** The first path at which two structures differ, with what is there; undefined where they are the same. */
export const structureDifference = (
  a: TreeStructure,
  b: TreeStructure,
  path = "the argument",
): readonly [path: string, expected: string, got: string] | undefined => {
  if (a === b) return undefined;
  if (a.kind !== b.kind || a.keys.length !== b.keys.length || a.keys.some((key, i) => key !== b.keys[i])) {
    return [path, sketch(a), sketch(b)];
  }
  for (let i = 0; i < a.children.length; i++) {
    const found = structureDifference(
      a.children[i] as TreeStructure,
      b.children[i] as TreeStructure,
      path + keyPath(a.kind, a.keys[i]),
    );
    if (found !== undefined) return found;
  }
  return undefined;
};

export const checkSameStructure = (
  operation: string,
  expected: TreeStructure,
  got: TreeStructure,
  path?: string,
): void => {
  const difference = structureDifference(expected, got, path);
  if (difference !== undefined) throw TreeError.mismatch(operation, ...difference);
};

/** What stands there, in a few words. */
export const sketch = (s: TreeStructure): string => {
  switch (s.kind) {
    case "leaf":
      return "a tensor";
    case "none":
      return s.value === undefined ? "nothing" : String(s.value);
    case "array":
      return `an array of ${s.children.length}`;
    case "map":
      return `a Map with keys ${s.keys.map(String).join(", ")}`;
    case "object":
      return `an object with keys ${s.keys.map(String).join(", ")}`;
    default:
      return describe(s.value);
  }
};

/** The path of every leaf, such as `params.layers[2].w`. */
export const leafPaths = (structure: TreeStructure, root: string): readonly string[] => {
  const paths: string[] = [];
  const walk = (s: TreeStructure, path: string): void => {
    if (s.kind === "leaf") paths.push(path);
    s.children.forEach((child, i) => {
      walk(child, path + keyPath(s.kind, s.keys[i]));
    });
  };
  walk(structure, root);
  return paths;
};
