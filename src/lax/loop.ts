/** Loops that carry a tree from step to step: `whileLoop` as long as a condition holds, `foriLoop` over whole numbers. */

import { boundedLoop } from "../control/bounded.js";
import { call } from "../control/call.js";
import { stageClosed } from "../control/closed.js";
import { whileLoop as whileOf } from "../control/while.js";
import { TraceTag } from "../graph/context.js";
import { type TreeStructure, unflattenTree } from "../graph/tree.js";
import { asTensor } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { add, convert, filledAs } from "../primitives/arithmetic.js";
import { broadcast } from "../primitives/broadcast.js";
import { lt, select } from "../primitives/compare.js";
import { isFloat, range } from "../tensor/dtype.js";
import { ArgumentError, DTypeError, describe, ShapeError } from "../tensor/errors.js";
import { DenseTensor, type Tensor, type TensorLike, type TensorType, uniform } from "../tensor/tensor.js";
import { type AnyFunction, type FlatTree, flattenTensors } from "../transforms/arguments.js";
import { checkCondition } from "./conditional.js";
import { repeated } from "./scan.js";
import { checkStep, stageCarry, stageTrees } from "./staged.js";
import type { ForiLoopFunction, WhileLoopFunction, WhileOptions } from "./types.js";

const int32: TensorType = { shape: [], dtype: "int32", weak: false };

const maxStepsOf = (operation: string, options: WhileOptions | undefined): number | undefined => {
  const { maxSteps } = optionsOf(operation, options, ["maxSteps"]);
  if (maxSteps === undefined) return undefined;
  if (typeof maxSteps !== "number" || !Number.isInteger(maxSteps) || maxSteps < 0) {
    throw ArgumentError.invalid(
      operation,
      `maxSteps is ${describe(maxSteps)}`,
      "Pass a whole number of steps that the loop never exceeds.",
    );
  }
  return maxSteps;
};

/** A loop over a flat carry. */
interface Loop {
  readonly operation: string;
  readonly condition: (carry: readonly Tensor[]) => unknown;
  readonly body: AnyFunction;
  readonly init: FlatTree;
  readonly maxSteps: number | undefined;
}

/** What is left of the carry if the loop was not over after `maxSteps`: an error now, or NaN later. */
const checked = (
  operation: string,
  goesOn: Tensor,
  carry: readonly Tensor[],
  maxSteps: number,
): readonly Tensor[] => {
  if (goesOn instanceof DenseTensor) {
    if (goesOn.at(0) === 0) return carry;
    throw ArgumentError.invalid(
      operation,
      `the condition still holds after maxSteps = ${maxSteps} steps`,
      "Raise maxSteps, or see to it that the loop ends.",
    );
  }
  return carry.map((x) =>
    isFloat(x.dtype)
      ? select(broadcast(goesOn, { shape: x.shape, axes: [] }), filledAs(x, Number.NaN), x)
      : x,
  );
};

const runLoop = ({ operation, condition, body, init, maxSteps }: Loop): readonly Tensor[] => {
  const { structure } = init;
  const step = stageCarry(
    operation,
    (finish, types) => stageTrees(operation, body, [structure], types, "the carry", finish),
    init,
  );
  const types = step.init.map((x) => x.type);
  const test = stageClosed(
    (carry) => [checkCondition(operation, "what the condition gives", condition(carry))],
    types,
    new TraceTag(operation, body),
  );
  const [c, b] = [test.closedOver, step.closedOver];
  const own = <T>(list: readonly T[]): readonly T[] => list.slice(0, types.length);
  // constants first: the graphs take what they close over last
  const fronted = ({ graph }: typeof test): typeof graph => ({
    ...graph,
    inputs: [...graph.inputs.slice(types.length), ...own(graph.inputs)],
  });
  const common = { conditionConstants: c.length, bodyConstants: b.length };
  if (maxSteps === undefined) {
    return whileOf([...c, ...b, ...step.init], {
      ...common,
      condition: fronted(test),
      body: fronted(step),
    });
  }
  const counting = boundedLoop(fronted(test), fronted(step), maxSteps);
  const start = uniform(int32, 0);
  const outs = own(whileOf([...c, ...b, ...step.init, start], { ...common, ...counting, maxSteps }));
  const [goesOn] = call([...c, ...outs], { name: operation, graph: fronted(test) }) as readonly [Tensor];
  return checked(operation, goesOn, outs, maxSteps);
};

/**
 * `carry = body(carry)` as long as `condition(carry)` holds. The carry is a tree that keeps its structure, shapes and
 * dtypes. Under vmap, examples that have ended stay as they are. Reverse mode works where the loop is not traced (by jit,
 * makeGraph, vmap, or another loop or branch); there it needs `{ maxSteps }`. A loop that is not over after `maxSteps`
 * steps is an error; where it is traced, its floats are NaN.
 *
 * Throws `TreeError`, `ShapeError` and `DTypeError` for a carry that changes, with the leaf; `LinearityError` for reverse
 * mode without a bound.
 * @example lax.whileLoop((x) => np.less(x, 100), (x) => np.mul(x, 3), 2) // 162
 */
export const whileLoop: WhileLoopFunction = ((
  condition: AnyFunction,
  body: AnyFunction,
  init: unknown,
  options?: WhileOptions,
) => {
  checkStep("whileLoop", "the condition", condition);
  checkStep("whileLoop", "the body", body);
  const maxSteps = maxStepsOf("whileLoop", options);
  const carry = flattenTensors("whileLoop", init, "the carry");
  const { structure } = carry;
  const test = condition as (carry: unknown) => unknown;
  const outs = runLoop({
    operation: "whileLoop",
    condition: (leaves) => test(unflattenTree(structure, leaves)),
    body,
    init: carry,
    maxSteps,
  });
  return unflattenTree(structure, outs);
}) as WhileLoopFunction;

/** A bound of a loop over whole numbers: an int32, and its value if it is known. */
const boundOf = (what: string, x: unknown): readonly [Tensor, number | undefined] => {
  const [least, most] = range("int32");
  if (typeof x === "number" && (!Number.isInteger(x) || x < least || x > most)) {
    throw ArgumentError.invalid(
      "foriLoop",
      `the ${what} bound is ${describe(x)}`,
      "Pass a whole number of 32 bits.",
    );
  }
  const bound = asTensor("foriLoop", x as TensorLike);
  if (bound.ndim !== 0)
    throw ShapeError.mismatch(
      "foriLoop",
      `the ${what} bound must be one number`,
      [bound.shape],
      "Pass a scalar.",
    );
  if (isFloat(bound.dtype) && typeof x !== "number")
    throw DTypeError.unsupported("foriLoop", bound.dtype, `an integer as ${what} bound`);
  const at = convert(bound, "int32");
  return [at, at instanceof DenseTensor ? at.at(0) : undefined];
};

/**
 * `carry = body(i, carry)` for i from `lower` up to, but not including, `upper`. With bounds that are known the number of
 * steps is, and reverse mode works; with traced bounds it is a `whileLoop`, and takes `{ maxSteps }` as that does.
 *
 * Throws as `whileLoop` does, and `ArgumentError` for bounds that are no whole numbers.
 * @example lax.foriLoop(0, 5, (i, x) => np.add(x, np.mul(x, i)), 1) // 120
 */
export const foriLoop: ForiLoopFunction = ((
  lower: unknown,
  upper: unknown,
  body: AnyFunction,
  init: unknown,
  options?: WhileOptions,
) => {
  checkStep("foriLoop", "the body", body);
  const maxSteps = maxStepsOf("foriLoop", options);
  const [from, first] = boundOf("lower", lower);
  const [to, last] = boundOf("upper", upper);
  const carry = flattenTensors("foriLoop", init, "the carry");
  const { structure } = carry;
  const step = body as (index: Tensor, carry: unknown) => unknown;
  if (first !== undefined && last !== undefined) {
    const length = Math.max(0, last - first);
    return unflattenTree(structure, repeated("foriLoop", step, carry, from, length));
  }
  const both: FlatTree = { tensors: [...carry.tensors, from], structure: pairOf(structure) };
  const outs = runLoop({
    operation: "foriLoop",
    condition: (leaves) => lt(leaves.at(-1) as Tensor, to),
    body: (([x, at]: readonly [unknown, Tensor]) => [step(at, x), add(at, filledAs(at, 1))]) as AnyFunction,
    init: both,
    maxSteps,
  });
  return unflattenTree(structure, outs.slice(0, -1));
}) as ForiLoopFunction;

const leaf: TreeStructure = { kind: "leaf", keys: [], children: [], leafCount: 1 };
/** A pair of the carry and a number. */
const pairOf = (structure: TreeStructure): TreeStructure => ({
  kind: "array",
  keys: [0, 1],
  children: [structure, leaf],
  leafCount: structure.leafCount + 1,
});
