/** Vectorization: a function of single examples as one of batches, by the batching rule of every operation. */
import { currentInterpreter, TraceTag } from "../graph/context.js";
import type { Batched } from "../graph/primitive.js";
import { flattenTree, keyPath, leafPaths, sketch, type TreeStructure, unflattenTree } from "../graph/tree.js";
import { BatchInterpreter } from "../interpreters/batch.js";
import { optionsOf } from "../numpy/options.js";
import { withBatchAxis } from "../primitives/batching.js";
import { moveToFront, permute } from "../primitives/reshape.js";
import { ArgumentError, AxisError, bracketed, describe, ShapeError, TreeError } from "../tensor/errors.js";
import { normalizeAxis, orThrow } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import {
  type AnyFunction,
  checkFunction,
  flattenArgument,
  flattenResult,
  newResult,
  unflattenArguments,
} from "./arguments.js";
import { call } from "./differentiate.js";
import type { VmapFunction, VmapOptions } from "./types.js";

/** The axis of every leaf of a tree, from a number or null for all, or a tree of them that is a prefix. */
const leafAxes = (what: string, spec: unknown, structure: TreeStructure): readonly (number | null)[] => {
  if (spec === null || typeof spec === "number")
    return new Array<number | null>(structure.leafCount).fill(spec);
  if (structure.kind === "none") return [];
  const isAxis = (x: unknown): boolean => x === null || typeof x !== "object";
  const { leaves, structure: given } = flattenTree("vmap", spec, isAxis, what);
  let at = 0;
  const walk = (s: TreeStructure, wanted: TreeStructure, path: string): readonly (number | null)[] => {
    if (s.kind === "leaf") {
      const axis = leaves[at++];
      if (axis !== null && typeof axis !== "number") {
        throw ArgumentError.invalid(
          "vmap",
          `${path} is ${describe(axis)}`,
          "An entry is an axis, null for what all examples share, or a tree of them.",
        );
      }
      return new Array<number | null>(wanted.leafCount).fill(axis);
    }
    if (
      s.kind !== wanted.kind ||
      s.keys.length !== wanted.keys.length ||
      s.keys.some((key, i) => key !== wanted.keys[i])
    ) {
      throw TreeError.mismatch("vmap", path, `axes for ${sketch(wanted)}`, sketch(s));
    }
    return s.children.flatMap((child, i) =>
      walk(child, wanted.children[i] as TreeStructure, path + keyPath(s.kind, s.keys[i])),
    );
  };
  return walk(given, structure, what);
};

/** The batch axis from the front to `axis` of the result. */
const fromFront = (x: Tensor, axis: number): Tensor => {
  if (axis === 0) return x;
  const order = x.shape.map((_, i) => i).slice(1);
  order.splice(axis, 0, 0);
  return permute(x, order);
};

interface MappedArguments {
  readonly operands: readonly Batched[];
  readonly structures: readonly (TreeStructure | undefined)[];
  readonly size: number;
}

const checkedSize = (size: unknown): number | undefined => {
  if (size === undefined || (typeof size === "number" && Number.isInteger(size) && size >= 0)) return size;
  throw ArgumentError.invalid("vmap", `axisSize is ${describe(size)}`, "Pass a whole number, not negative.");
};

const mapArguments = (args: readonly unknown[], options: VmapOptions | undefined): MappedArguments => {
  const inAxes: unknown = options?.inAxes === undefined ? 0 : options.inAxes;
  if (Array.isArray(inAxes) && inAxes.length !== args.length) {
    throw ArgumentError.invalid(
      "vmap",
      `inAxes has ${inAxes.length} entries for ${args.length} arguments`,
      "Give one entry for each argument, or one number for all.",
    );
  }
  if (args.length === 0 && options?.axisSize === undefined) {
    throw ArgumentError.invalid(
      "vmap",
      "a call without arguments has no axis to map",
      "Pass arguments, or give axisSize.",
    );
  }
  const operands: Batched[] = [];
  const structures: (TreeStructure | undefined)[] = [];
  let size: number | undefined = checkedSize(options?.axisSize);
  let sizeFrom = "axisSize";
  args.forEach((arg, i) => {
    const spec: unknown = Array.isArray(inAxes) ? inAxes[i] : inAxes;
    if (spec === null) {
      structures.push(undefined); // passed as it is: it may be anything
      return;
    }
    const { tensors, structure } = flattenArgument("vmap", arg, i);
    structures.push(structure);
    const axes = leafAxes(`inAxes[${i}]`, spec, structure);
    const paths = leafPaths(structure, `argument ${i}`);
    tensors.forEach((x, j) => {
      const axis = axes[j] as number | null;
      if (axis === null) {
        operands.push({ value: x, mapped: false });
        return;
      }
      if (x.ndim === 0)
        throw new AxisError(
          `vmap: ${paths[j]} is a scalar and has no axis ${axis} to map over. Use null in inAxes for what all examples share.`,
        );
      const at = orThrow(normalizeAxis(`vmap: ${paths[j]}`, axis, x.ndim));
      const n = x.shape[at] as number;
      if (size === undefined) {
        size = n;
        sizeFrom = paths[j] as string;
      } else if (n !== size) {
        throw new ShapeError(
          `vmap: mapped axes differ in size: ${sizeFrom} has ${size}, ${paths[j]} has ${n} (axis ${at} of shape ${bracketed(x.shape)}). Use null in inAxes for what all examples share.`,
        );
      }
      operands.push({ value: moveToFront(x, at), mapped: true });
    });
  });
  if (size === undefined)
    throw ArgumentError.invalid(
      "vmap",
      "no argument has a mapped axis",
      "Give at least one entry of inAxes that is not null, or axisSize.",
    );
  return { operands, structures, size };
};

/**
 * Maps a function over an axis of its arguments, all examples at once. `inAxes` (default 0): an axis for all
 * arguments, or a list with an axis, null (shared), or a tree of axes for each; `outAxes` likewise for the result;
 * `axisName` lets collectives (psum, axisIndex) speak along the axis; `axisSize` where no argument tells it.
 *
 * Throws `ShapeError` where sizes differ, `AxisError`, `ArgumentError` where nothing is mapped.
 * @example vmap(np.dot, { inAxes: [0, null] })(matrix, vector) // matrix-vector product
 */
export const vmap: VmapFunction = ((f: AnyFunction, options?: VmapOptions) => {
  checkFunction("vmap", f);
  const { axisName } = optionsOf("vmap", options, ["inAxes", "outAxes", "axisName", "axisSize"]);
  if (axisName !== undefined && typeof axisName !== "string")
    throw ArgumentError.invalid("vmap", `axisName is ${describe(axisName)}`, 'Pass a name, such as "batch".');
  return (...args: readonly unknown[]) => {
    const { operands, structures, size } = mapArguments(args, options);
    const result = newResult();
    const tag = new TraceTag("vmap", f);
    const interpreter = new BatchInterpreter(tag, currentInterpreter(), size, axisName);
    const present = structures.filter((s) => s !== undefined);
    const run = (ins: readonly Tensor[]): readonly Tensor[] => {
      const trees = unflattenArguments(present, ins);
      let next = 0;
      const full = args.map((arg, i) => (structures[i] === undefined ? arg : trees[next++]));
      return flattenResult("vmap", call(f, full), false, result);
    };
    try {
      const outs = interpreter.map(run, operands);
      const axes = leafAxes(
        "outAxes",
        options?.outAxes === undefined ? 0 : options.outAxes,
        result.structure,
      );
      const paths = (): readonly string[] => leafPaths(result.structure, "the result");
      const leaves = outs.map((out, i) =>
        placed(out, axes[i] as number | null, size, () => paths()[i] as string),
      );
      return unflattenTree(result.structure, leaves);
    } finally {
      tag.running = false;
    }
  };
}) as VmapFunction;

const placed = (out: Batched, axis: number | null, size: number, path: () => string): Tensor => {
  if (axis === null) {
    if (out.mapped) {
      throw ArgumentError.invalid(
        "vmap",
        `${path()} differs between examples, but its entry of outAxes is null`,
        "Give an axis for it, or reduce it with a collective such as psum.",
      );
    }
    return out.value;
  }
  const value = withBatchAxis(out, size);
  return fromFront(value, orThrow(normalizeAxis(`vmap: outAxes for ${path()}`, axis, value.ndim)));
};
