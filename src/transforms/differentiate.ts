/**
 * What the transformations of calculus have in common: a user's function made flat in the arguments that are
 * differentiated, and its linearization there.
 */
import { TraceTag } from "../graph/context.js";
import type { TreeStructure } from "../graph/tree.js";
import { carriesTangent } from "../interpreters/forward.js";
import type { Linearized, linearizeFlat } from "../interpreters/linearize.js";
import type { Tensor } from "../tensor/tensor.js";
import {
  type AnyFunction,
  argumentPaths,
  checkDifferentiable,
  checkFunction,
  type FlatArguments,
  type FlatResult,
  flattenArgument,
  flattenResult,
  newResult,
  normalizeArgnums,
  unflattenArguments,
} from "./arguments.js";

/** Calls a user's function, whatever its parameter types. */
export const call = (f: AnyFunction, args: readonly unknown[]): unknown =>
  (f as (...args: readonly unknown[]) => unknown)(...args);

/** The function as one of the flattened arguments at `positions`; its result is flattened into `result`. */
export const flatFunction =
  (
    operation: string,
    f: AnyFunction,
    args: readonly unknown[],
    positions: readonly number[],
    structures: readonly TreeStructure[],
    hasAux: boolean,
    result: FlatResult,
  ) =>
  (ins: readonly Tensor[]): readonly Tensor[] => {
    const trees = unflattenArguments(structures, ins);
    if (args.length === 1 && positions.length === 1)
      return flattenResult(operation, call(f, trees), hasAux, result);
    const full = [...args];
    positions.forEach((position, i) => {
      full[position] = trees[i];
    });
    return flattenResult(operation, call(f, full), hasAux, result);
  };

/** Arguments at `positions`, flattened, each leaf a float. */
export const differentiableArguments = (
  operation: string,
  args: readonly unknown[],
  positions: readonly number[],
): FlatArguments => {
  const tensors: Tensor[] = [];
  const structures: TreeStructure[] = [];
  for (const position of positions) {
    const flat = flattenArgument(operation, args[position], position);
    for (const x of flat.tensors) tensors.push(x);
    structures.push(flat.structure);
  }
  checkDifferentiable(operation, tensors, () => argumentPaths(structures));
  return { tensors, structures };
};

export interface LinearizedCall<G> extends Linearized<G> {
  readonly flat: FlatArguments;
  readonly result: FlatResult;
  /** How many of the outs are results; tensors of the auxiliary result follow. */
  readonly count: number;
}

/** Linearizes a call of `f` in the arguments named by `argnums`. */
export const linearizeCall = <G>(
  linearized: (...args: Parameters<typeof linearizeFlat>) => Linearized<G>,
  operation: string,
  f: AnyFunction,
  args: readonly unknown[],
  argnums: number | readonly number[] | undefined,
  hasAux: boolean,
): LinearizedCall<G> => {
  checkFunction(operation, f);
  const positions = normalizeArgnums(operation, argnums, args.length);
  const flat = differentiableArguments(operation, args, positions);
  const result = newResult();
  const run = flatFunction(operation, f, args, positions, flat.structures, hasAux, result);
  const active: boolean[] = [];
  for (const x of flat.tensors) active.push(carriesTangent(x));
  const { outs, graph } = linearized(run, flat.tensors, active, new TraceTag(operation, f));
  return { outs, graph, flat, result, count: result.structure.leafCount };
};

/** Trees of the differentiated arguments: one alone for a single argnum, a list for a list of them. */
export const byArgnums = (
  argnums: number | readonly number[] | undefined,
  structures: readonly TreeStructure[],
  leaves: readonly unknown[],
): unknown => {
  const trees = unflattenArguments(structures, leaves);
  return Array.isArray(argnums) ? trees : trees[0];
};
