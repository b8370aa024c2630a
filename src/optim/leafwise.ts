/** Builders of transformations: functions of all gradients at once, and functions of one leaf with its memory. */
import { add } from "../numpy/arithmetic.js";
import { zeros } from "../numpy/create.js";
import { minimum } from "../numpy/rounding.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import type { FlatTree } from "../transforms/arguments.js";
import { floatLeaves, leavesBeside, rebuild } from "./leaves.js";
import type { GradientTransformation, OptimizerState } from "./transformation.js";

const lastCount = 2 ** 31 - 1;
export const firstCount = (): Tensor => zeros([], { dtype: "int32" });
/** The count after one more step; it stays at the largest that int32 holds. */
export const nextCount = (n: Tensor): Tensor => add(minimum(n, lastCount - 1), 1);

/** A field of a state; a state of another transformation has none of this name. */
const fieldOf = (operation: string, given: unknown, name: string): unknown => {
  const field: unknown = typeof given === "object" && given !== null ? Reflect.get(given, name) : undefined;
  if (field !== undefined) return field;
  throw ArgumentError.invalid(
    operation,
    `${describe(given)} is no state of this transformation`,
    "Pass what init gave, then what update gave.",
  );
};
export const countIn = (operation: string, given: unknown): Tensor =>
  fieldOf(operation, given, "count") as Tensor;

/** The parameters of an update that cannot do without. */
const paramsBeside = (operation: string, main: FlatTree, params: unknown): readonly Tensor[] => {
  if (params === undefined)
    throw ArgumentError.invalid(
      operation,
      "the parameters are missing",
      "Pass them last: update(gradients, state, params).",
    );
  return leavesBeside(operation, main, params, "params");
};

/** `init` checks the parameters even where nothing is remembered of them. */
export const rememberNothing =
  (operation: string): GradientTransformation["init"] =>
  (params) => {
    floatLeaves(`init of ${operation}`, params, "params");
    return {};
  };

/** Without memory: a function of all gradients. */
export const stateless = (
  operation: string,
  f: (gradients: readonly Tensor[]) => readonly Tensor[],
): GradientTransformation => ({
  init: rememberNothing(operation),
  update: (gradients, given) => {
    const flat = floatLeaves(`update of ${operation}`, gradients, "gradients");
    return [rebuild(flat, f(flat.tensors)), given];
  },
});

/** Without memory: a function of all gradients and the parameters beside them. */
export const besideParams = (
  operation: string,
  f: (gradients: FlatTree, params: readonly Tensor[]) => readonly Tensor[],
): GradientTransformation => ({
  init: rememberNothing(operation),
  update: (gradients, given, params) => {
    const name = `update of ${operation}`;
    const flat = floatLeaves(name, gradients, "gradients");
    return [rebuild(flat, f(flat, paramsBeside(name, flat, params))), given];
  },
});

/** What a leaf remembers, by name. */
type Slots<K extends string> = Readonly<Record<K, Tensor>>;
/** One step of one leaf: its gradient and what it remembers, to its update and what it remembers next. */
type LeafStep<K extends string> = (
  gradient: Tensor,
  slots: Slots<K>,
) => readonly [update: Tensor, slots: Slots<K>];
/** What is remembered of a parameter at first. */
type FirstSlots<K extends string> = Readonly<Record<K, (param: Tensor) => Tensor>>;

const remembering = <K extends string>(
  operation: string,
  slots: FirstSlots<K>,
  counts: boolean,
  step: (t: Tensor | null) => LeafStep<K>,
): GradientTransformation => {
  const names = Object.keys(slots) as K[];
  const stateOf = (n: Tensor | null, trees: Readonly<Record<string, unknown>>): OptimizerState =>
    n === null ? trees : { count: n, ...trees };
  return {
    init: (params) => {
      const flat = floatLeaves(`init of ${operation}`, params, "params");
      const trees = names.map((k) => [k, rebuild(flat, flat.tensors.map(slots[k]))]);
      return stateOf(counts ? firstCount() : null, Object.fromEntries(trees));
    },
    update: (gradients, given) => {
      const name = `update of ${operation}`;
      const flat = floatLeaves(name, gradients, "gradients");
      const kept = names.map((k) => leavesBeside(name, flat, fieldOf(name, given, k), `state.${k}`));
      const t = counts ? nextCount(countIn(name, given)) : null;
      const leafStep = step(t);
      const results = flat.tensors.map((g, i) => {
        const own = Object.fromEntries(names.map((k, j) => [k, kept[j]?.[i]]));
        return leafStep(g, own as unknown as Slots<K>);
      });
      const updates = results.map(([update]) => update);
      const trees = names.map(
        (k) =>
          [
            k,
            rebuild(
              flat,
              results.map(([, next]) => next[k]),
            ),
          ] as const,
      );
      return [rebuild(flat, updates), stateOf(t, Object.fromEntries(trees))];
    },
  };
};

/** With a memory for each leaf. */
export const leafwise = <K extends string>(
  operation: string,
  slots: FirstSlots<K>,
  step: LeafStep<K>,
): GradientTransformation => remembering(operation, slots, false, () => step);

/** With a memory for each leaf, and the number of the step, from 1. */
export const leafwiseCounting = <K extends string>(
  operation: string,
  slots: FirstSlots<K>,
  step: (t: Tensor) => LeafStep<K>,
): GradientTransformation => remembering(operation, slots, true, (t) => step(t as Tensor));
