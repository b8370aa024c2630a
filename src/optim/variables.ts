/** Optimisers in Keras' manner: an object that changes Variables in place, and keeps its state in Variables of its own. */
import { under } from "../graph/context.js";
import { type TreeStructure, unflattenTree } from "../graph/tree.js";
import { optionsOf } from "../numpy/options.js";
import { GradientTape, Variable } from "../tape/index.js";
import { ArgumentError, describe, NonScalarOutputError } from "../tensor/errors.js";
import { Tensor } from "../tensor/tensor.js";
import { checkFunction, flattenTensors } from "../transforms/arguments.js";
import { leavesBeside } from "./leaves.js";
import { checkTransformation, type GradientTransformation, type OptimizerState } from "./transformation.js";

/** A gradient, undefined where the loss did not depend on the Variable, and the Variable. */
export type GradientAndVariable = readonly [gradient: Tensor | undefined, variable: Variable];

export interface VariableOptimizerOptions {
  /** A state of an earlier run, to go on with it; default that of the first Variables. */
  readonly state?: OptimizerState;
}

export interface VariableOptimizer {
  /**
   * One step: every Variable is assigned its next value. A pair without a gradient is left out, as in Keras; the
   * Variables with gradients must be the same ones at every step, for the state is theirs.
   * @throws ArgumentError if there are no gradients at all, or other Variables than before.
   */
  readonly applyGradients: (pairs: Iterable<GradientAndVariable>) => void;
  /** One step on a scalar loss that reads the Variables: `minimize(() => loss, [v])`. The loss before the step. */
  readonly minimize: (loss: () => Tensor, variables: readonly Variable[]) => Tensor;
  /** The state now, a tree of tensors to be saved; undefined before the first step. */
  readonly state: OptimizerState | undefined;
}

/** What belongs to the Variables of the first step. */
interface Built {
  readonly variables: readonly Variable[];
  readonly slots: readonly Variable[];
  readonly structure: TreeStructure;
}

const checkPair = (operation: string, pair: unknown): GradientAndVariable => {
  if (Array.isArray(pair) && pair.length === 2 && pair[1] instanceof Variable)
    if (pair[0] instanceof Tensor || pair[0] === undefined || pair[0] === null)
      return [pair[0] ?? undefined, pair[1]];
  throw ArgumentError.invalid(
    operation,
    `${describe(pair)} is no pair of a gradient and a Variable`,
    "Pass a list of pairs, such as applyGradients([[gradient, variable]]).",
  );
};

/**
 * An optimiser that updates Variables where they are, as `tf.keras.optimizers` do. It is made of whichever transformation
 * of `optim`, whose state then lives in Variables that no tape watches. Nothing is recorded of a step, and derivatives do not flow through it.
 * @throws ArgumentError for what is no transformation.
 * @example
 * const optimizer = forVariables(sgd(0.01));
 * for (let i = 0; i < 1000; i++) optimizer.minimize(() => f(x), [x]);
 * @see tf.keras.optimizers.Optimizer.apply_gradients, minimize
 */
export const forVariables = (
  optimizer: GradientTransformation,
  options?: VariableOptimizerOptions,
): VariableOptimizer => {
  checkTransformation("forVariables", optimizer);
  const { state: first } = optionsOf("forVariables", options, ["state"]);
  let built: Built | undefined;

  const build = (variables: readonly Variable[]): Built => {
    const state = first ?? optimizer.init(variables.map((v) => v.value));
    const { tensors, structure } = flattenTensors("forVariables", state, "state");
    const slots = tensors.map((x) => new Variable(x, { name: "slot", trainable: false }));
    return { variables, slots, structure };
  };
  const stateOf = ({ slots, structure }: Built): OptimizerState =>
    unflattenTree(
      structure,
      slots.map((slot) => slot.value),
    ) as OptimizerState;

  const applyGradients = (pairs: Iterable<GradientAndVariable>): void => {
    const operation = "applyGradients";
    if (typeof (pairs as Partial<typeof pairs> | undefined)?.[Symbol.iterator] !== "function")
      throw ArgumentError.invalid(
        operation,
        `${describe(pairs)} is no list`,
        "Pass pairs, such as applyGradients([[gradient, variable]]).",
      );
    const present = [...pairs]
      .map((pair) => checkPair(operation, pair))
      .filter((pair): pair is readonly [Tensor, Variable] => pair[0] !== undefined);
    if (present.length === 0)
      throw ArgumentError.invalid(
        operation,
        "there are no gradients for any Variable",
        "The loss must be computed from the Variables while the tape records.",
      );
    const known = built ?? build(present.map(([, v]) => v));
    const ordered = known.variables.map((v) => present.find(([, other]) => other === v)?.[0]);
    if (present.length !== known.variables.length || ordered.includes(undefined))
      throw ArgumentError.invalid(
        operation,
        `the ${present.length} Variables with gradients are not the ${known.variables.length} of the first step`,
        "Make one optimizer for each set of Variables.",
      );
    // values are taken as they are: a step is no operation, neither of tapes nor of transformations around
    const gradients = (ordered as Tensor[]).map((g) => g.concrete("applyGradients"));
    under(null, () => {
      const params = known.variables.map((v) => v.value);
      const flat = flattenTensors(operation, params, "variables");
      leavesBeside(operation, flat, gradients, "gradients");
      const [updates, next] = optimizer.update<Tensor[]>(gradients, stateOf(known), params);
      const { tensors } = flattenTensors(operation, next, "state");
      built = known;
      known.variables.forEach((v, i) => {
        v.assignAdd((updates[i] as Tensor).astype(v.dtype));
      });
      known.slots.forEach((slot, i) => {
        slot.assign(tensors[i] as Tensor);
      });
    });
  };

  return {
    applyGradients,
    minimize: (loss, variables) => {
      checkFunction("minimize", loss);
      if (!Array.isArray(variables) || !variables.every((v) => v instanceof Variable))
        throw ArgumentError.invalid(
          "minimize",
          `${describe(variables)} is no list of Variables`,
          "Pass the Variables to be changed: minimize(() => loss, [v]).",
        );
      const tape = new GradientTape();
      const value = tape.run(loss);
      if (value instanceof Tensor && value.ndim !== 0) throw NonScalarOutputError.of("minimize", value.shape);
      const gradients = tape.gradient(value, variables) as (Tensor | undefined)[];
      applyGradients(gradients.map((g, i) => [g, variables[i] as Variable]));
      return value;
    },
    get state() {
      return built === undefined ? first : stateOf(built);
    },
  };
};
