/**
 * Functions of trees as the closed graphs of control flow: arguments and results are flattened, what is carried keeps
 * its structure, shapes and dtypes, and bare numbers take the dtype that they meet.
 */
import { type Closure, stageClosed } from "../control/closed.js";
import { TraceTag } from "../graph/context.js";
import { checkSameStructure, leafPaths, type TreeStructure } from "../graph/tree.js";
import { cast } from "../numpy/convert.js";
import { openDoor } from "../numpy/door.js";
import { isFloat } from "../tensor/dtype.js";
import { ArgumentError, describe, dtypesDiffer, ShapeError } from "../tensor/errors.js";
import { sameShape } from "../tensor/shape.js";
import { DenseTensor, type Tensor, type TensorType } from "../tensor/tensor.js";
import {
  type AnyFunction,
  type FlatTree,
  flattenTensors,
  rejectPromise,
  unflattenArguments,
} from "../transforms/arguments.js";

const run = (f: AnyFunction, args: readonly unknown[]): unknown =>
  (f as (...args: readonly unknown[]) => unknown)(...args);

/** Throws for what is passed in place of a function. */
export const checkStep = (operation: string, what: string, f: unknown): void => {
  if (typeof f !== "function")
    throw ArgumentError.invalid(
      operation,
      `${describe(f)} stands where ${what} is taken`,
      "Pass a function.",
    );
};

export interface Staged extends Closure {
  /** Of the result. */
  readonly structure: TreeStructure;
}

/** What becomes of the flat results of a staged function before they are its outputs. */
export type Finish = (outs: readonly Tensor[], structure: TreeStructure) => readonly Tensor[];

/** The closed graph of `f`, a function of trees of these structures; `path` names its result in errors. */
export const stageTrees = (
  operation: string,
  f: AnyFunction,
  structures: readonly TreeStructure[],
  types: readonly TensorType[],
  path: string,
  finish: Finish = (outs) => outs,
): Staged => {
  openDoor();
  let structure: TreeStructure | undefined;
  const closure = stageClosed(
    (ins) => {
      const returned = run(f, unflattenArguments(structures, ins));
      rejectPromise(operation, returned);
      const flat = flattenTensors(operation, returned, path);
      structure = flat.structure;
      return finish(flat.tensors, flat.structure);
    },
    types,
    new TraceTag(operation, f),
  );
  return { ...closure, structure: structure as TreeStructure };
};

/** Whether two types are the same but for weakness. */
const sameElements = (a: TensorType, b: TensorType): boolean =>
  a.dtype === b.dtype && sameShape(a.shape, b.shape);

/** Whether a weak value becomes one of another dtype without losing a fraction. */
const yields = (x: Tensor | undefined, type: TensorType, to: TensorType): boolean =>
  type.weak &&
  (isFloat(to.dtype) || (x instanceof DenseTensor && x.data === null && Number.isInteger(x.value)));

/** Types in the dtype in which two leaves meet: the same one, or that of the one that is not weak. */
export const meetingType = (
  operation: string,
  what: string,
  [a, x]: readonly [TensorType, (Tensor | undefined)?],
  [b, y]: readonly [TensorType, (Tensor | undefined)?],
  remedy: (from: string, to: string) => string,
): TensorType => {
  if (!sameShape(a.shape, b.shape)) {
    throw ShapeError.mismatch(
      operation,
      what,
      [a.shape, b.shape],
      "The shapes must be equal: np.reshape and np.broadcastTo change them.",
    );
  }
  if (a.dtype === b.dtype) return { ...a, weak: a.weak && b.weak };
  if (yields(y, b, a) && !(a.weak && !b.weak)) return { ...a, weak: false };
  if (yields(x, a, b)) return { ...b, weak: false };
  throw dtypesDiffer(operation, what, a.dtype, b.dtype, remedy(a.dtype, b.dtype));
};

/** The values in these types, from which they may differ in dtype and weakness. */
export const castTo = (xs: readonly Tensor[], types: readonly TensorType[]): readonly Tensor[] =>
  xs.map((x, i) => {
    const { dtype, weak } = types[i] as TensorType;
    return x.type.dtype === dtype && x.type.weak === weak ? x : cast(x, dtype);
  });

const remedyOf = (from: string, to: string): string =>
  `Convert one of them: the initial value with np.astype(x, "${to}"), or the result with np.astype(y, "${from}").`;

export interface StagedCarry extends Staged {
  /** The initial carry, in the types that it keeps. */
  readonly init: readonly Tensor[];
}

/**
 * The closed graph of a step, from the carry and rows of `types` to the carry and more. Staged again where a bare number
 * in the initial carry turns out to have a dtype.
 */
export const stageCarry = (
  operation: string,
  step: (finish: Finish, types: readonly TensorType[]) => Staged,
  { tensors, structure }: FlatTree,
): StagedCarry => {
  const paths = leafPaths(structure, "the carry");
  let init = tensors;
  for (;;) {
    let types = init.map((x) => x.type);
    const before = types;
    const staged = step((outs, got) => {
      checkSameStructure(operation, structure, got, "the carry");
      types = before.map((type, i) =>
        meetingType(
          operation,
          `${paths[i]} must leave a step as it entered it`,
          [type, init[i]],
          [(outs[i] as Tensor).type, outs[i]],
          remedyOf,
        ),
      );
      return castTo(outs, types);
    }, before);
    if (
      types.every((type, i) => sameElements(type, before[i] as TensorType) && type.weak === before[i]?.weak)
    )
      return { ...staged, init };
    init = castTo(init, types);
  }
};
