/** Branches chosen by a value: `cond` by a predicate, `switch` by an index. */
import { branch } from "../control/branch.js";
import type { Graph } from "../graph/graph.js";
import { Variable } from "../graph/primitive.js";
import { checkSameStructure, leafPaths, type TreeStructure, unflattenTree } from "../graph/tree.js";
import { asTensor } from "../numpy/door.js";
import { convert, zerosAs } from "../primitives/arithmetic.js";
import { ne } from "../primitives/compare.js";
import { isFloat } from "../tensor/dtype.js";
import { ArgumentError, DTypeError, describe, ShapeError } from "../tensor/errors.js";
import type { Tensor, TensorLike, TensorType } from "../tensor/tensor.js";
import { type AnyFunction, flattenArguments } from "../transforms/arguments.js";
import { castTo, checkStep, meetingType, type Staged, stageTrees } from "./staged.js";
import type { CondFunction, SwitchFunction } from "./types.js";

/** One bool as a tensor, from a scalar of any dtype. */
export const checkCondition = (operation: string, what: string, x: unknown): Tensor => {
  const flag = asTensor(operation, x as TensorLike);
  if (flag.ndim !== 0) {
    throw ShapeError.mismatch(
      operation,
      `${what} must be one bool`,
      [flag.shape],
      "Reduce it with np.all or np.any; np.where chooses element by element.",
    );
  }
  return flag.dtype === "bool" ? flag : ne(flag, zerosAs(flag));
};

/** The graphs with the same inputs: their own, and all tracers over which any of them closes. */
export const sharingClosures = (
  staged: readonly Staged[],
): { readonly graphs: readonly Graph[]; readonly closedOver: readonly Tensor[] } => {
  const closedOver = [...new Set(staged.flatMap((s) => s.closedOver))];
  const graphs = staged.map(({ graph, closedOver: mine }) => {
    const own = graph.inputs.slice(0, graph.inputs.length - mine.length);
    let variableCount = graph.variableCount;
    const inputs = closedOver.map((x) => {
      const at = mine.indexOf(x);
      return at < 0 ? new Variable(x.type, variableCount++) : (graph.inputs[own.length + at] as Variable);
    });
    return { ...graph, inputs: [...own, ...inputs], variableCount };
  });
  return { graphs, closedOver };
};

/** Every branch staged for the same operands, with results of one structure and the same types. */
const stageBranches = (
  operation: string,
  branches: readonly AnyFunction[],
  names: readonly string[],
  structures: readonly TreeStructure[],
  types: readonly TensorType[],
): readonly Staged[] => {
  const path = (i: number): string => `the result of ${names[i]}`;
  const stage = (f: AnyFunction, i: number, to?: readonly TensorType[]): Staged =>
    stageTrees(operation, f, structures, types, path(i), (outs) =>
      to === undefined ? outs : castTo(outs, to),
    );
  const once = branches.map((f, i) => stage(f, i));
  const first = once[0] as Staged;
  const paths = leafPaths(first.structure, "the result");
  let meeting = first.graph.outputs.map((out) => out.type);
  once.slice(1).forEach((staged, i) => {
    checkSameStructure(operation, first.structure, staged.structure, path(i + 1));
    meeting = meeting.map((type, j) => {
      const other = staged.graph.outputs[j] as Graph["outputs"][number];
      return meetingType(
        operation,
        `${paths[j]} must be the same from ${names[0]} and ${names[i + 1]}`,
        [type],
        [other.type],
        (a, b) => `Convert one of them with np.astype(x, "${a}") or np.astype(x, "${b}").`,
      );
    });
  });
  const fits = ({ graph }: Staged): boolean =>
    graph.outputs.every(({ type }, j) => {
      const wanted = meeting[j] as TensorType;
      return type.dtype === wanted.dtype && type.weak === wanted.weak;
    });
  return once.map((staged, i) => (fits(staged) ? staged : stage(branches[i] as AnyFunction, i, meeting)));
};

const choose = (
  operation: string,
  index: Tensor,
  branches: readonly AnyFunction[],
  names: readonly string[],
  operands: readonly unknown[],
): unknown => {
  const flat = flattenArguments(operation, operands, "operand");
  const types = flat.tensors.map((x) => x.type);
  const staged = stageBranches(operation, branches, names, flat.structures, types);
  const { graphs, closedOver } = sharingClosures(staged);
  const outs = branch(index, [...flat.tensors, ...closedOver], { branches: graphs });
  return unflattenTree((staged[0] as Staged).structure, outs);
};

/**
 * `trueFn(...operands)` where the predicate (one bool, or a number that is not 0) holds, else `falseFn(...operands)`.
 * Only the chosen branch runs, also under jit; under vmap each example goes through its own. Both must give trees of the
 * same structure, shapes and dtypes.
 *
 * Throws `ShapeError`, `DTypeError` and `TreeError` where the branches differ, with the leaf.
 * @example grad((x) => lax.cond(np.greater(x, 0), np.sqrt, np.zerosLike, x))(4) // 0.25
 */
export const cond: CondFunction = ((
  predicate: unknown,
  trueFn: AnyFunction,
  falseFn: AnyFunction,
  ...operands: readonly unknown[]
) => {
  checkStep("cond", "trueFn", trueFn);
  checkStep("cond", "falseFn", falseFn);
  const index = convert(checkCondition("cond", "the predicate", predicate), "int32");
  return choose("cond", index, [falseFn, trueFn], ["falseFn", "trueFn"], operands);
}) as CondFunction;

/**
 * `branches[index](...operands)`; an index out of range chooses the nearest branch. As `cond`, for any number of them.
 * @example lax.switch(2, [np.sin, np.cos, np.tanh], 0.5) // tanh(0.5)
 */
export const switchBranch: SwitchFunction = ((
  index: unknown,
  branches: readonly AnyFunction[],
  ...operands: readonly unknown[]
) => {
  if (!Array.isArray(branches) || branches.length === 0) {
    throw ArgumentError.invalid(
      "switch",
      `${describe(branches)} is no list of branches`,
      "Write lax.switch(index, [f, g, ...], ...operands), with at least one function.",
    );
  }
  branches.forEach((f, i) => {
    checkStep("switch", `branch ${i}`, f);
  });
  const at = asTensor("switch", index as TensorLike);
  if (at.ndim !== 0)
    throw ShapeError.mismatch(
      "switch",
      "the index must be one number",
      [at.shape],
      "Pass a scalar; vmap maps over many.",
    );
  const isWhole = typeof index === "number" && Number.isInteger(index);
  if (isFloat(at.dtype) && !isWhole) throw DTypeError.unsupported("switch", at.dtype, "an integer index");
  const names = branches.map((_, i) => `branch ${i}`);
  return choose("switch", convert(at, "int32"), branches, names, operands);
}) as SwitchFunction;
