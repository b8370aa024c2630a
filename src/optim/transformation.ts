/**
 * Gradient transformations: pure pairs `(init, update)` that turn gradients into updates and may remember something.
 * They form a monoid: `chain` runs one after the other, and its empty chain changes nothing.
 */
import type { Monoid } from "fp-ts/lib/Monoid.js";
import { add, astype } from "../numpy/arithmetic.js";
import { ArgumentError, describe, TreeError } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Arguments, Gradient } from "../transforms/trees.js";
import { floatLeaves, leavesBeside, rebuild } from "./leaves.js";

/**
 * What a transformation remembers from step to step: a tree of tensors (counters are int32 scalars), so that it goes
 * through `tree.flatten`, `vmap`, `makeGraph` and to disk like every tree. Its insides belong to its transformation.
 */
export type OptimizerState = object;

export interface GradientTransformation {
  /** The state before the first step; of `params` only structure, shapes and dtypes count, and their values seldom. */
  readonly init: (params: unknown) => OptimizerState;
  /** Updates, to be added to the parameters, and the next state. Some transformations need the parameters too. */
  readonly update: <P>(
    gradients: P,
    state: OptimizerState,
    params?: NoInfer<Arguments<[P]>[0]>,
  ) => readonly [updates: Gradient<P>, state: OptimizerState];
}

/** A chain knows its parts, so that chains of chains are flat, whatever their brackets. */
interface Chain extends GradientTransformation {
  readonly parts: readonly GradientTransformation[];
}

const partsOf = (t: GradientTransformation): readonly GradientTransformation[] =>
  "parts" in t ? (t as Chain).parts : [t];

export const checkTransformation = (operation: string, t: unknown): GradientTransformation => {
  const { init, update } = (t ?? {}) as Partial<GradientTransformation>;
  if (typeof t === "object" && typeof init === "function" && typeof update === "function")
    return t as GradientTransformation;
  throw ArgumentError.invalid(
    operation,
    `${describe(t)} is no gradient transformation`,
    "Pass one such as sgd(0.1), or an object of two functions { init, update }.",
  );
};

const ofParts = (parts: readonly GradientTransformation[]): GradientTransformation => {
  const chained: Chain = {
    parts,
    init: (params) => parts.map((part) => part.init(params)) as OptimizerState,
    update: <P>(gradients: P, given: OptimizerState, params?: unknown) => {
      const states: unknown = given;
      if (!Array.isArray(states) || states.length !== parts.length)
        throw TreeError.mismatch("update of chain", "state", `an array of ${parts.length}`, describe(given));
      let updates: unknown = gradients;
      const next = parts.map((part, i) => {
        const [changed, following] = part.update(updates, states[i] as OptimizerState, params);
        updates = changed;
        return following;
      });
      return [updates as Gradient<P>, next as OptimizerState] as const;
    },
  };
  return chained;
};

/**
 * The gradient goes through all in turn. The state of a chain is the list of the states of its parts; chains within
 * are opened, so that only the order counts, and a chain of one is that one.
 * @throws ArgumentError for what is no transformation.
 * @example chain(clipByGlobalNorm(1), adam(1e-3))
 * @see optax.chain
 */
export const chain = (...transformations: readonly GradientTransformation[]): GradientTransformation => {
  const parts = transformations.flatMap((t) => partsOf(checkTransformation("chain", t)));
  return parts.length === 1 ? (parts[0] as GradientTransformation) : ofParts(parts);
};

/** The empty chain: updates are the gradients. */
export const identity: GradientTransformation = /* @__PURE__ */ ofParts([]);

/**
 * Transformations under `chain`, as fp-ts knows monoids.
 * @example concatAll(chainMonoid)([clip(1), trace(0.9), scale(-0.1)])
 */
export const chainMonoid: Monoid<GradientTransformation> = {
  concat: (x, y) => chain(x, y),
  empty: identity,
};

/**
 * The parameters with updates added, leaf by leaf, in their own dtypes.
 * @throws TreeError, ShapeError if the trees differ.
 * @example applyUpdates({ w: np.array([1, 2]) }, { w: np.array([-0.5, 0]) }).w // [0.5, 2]
 * @see optax.apply_updates
 */
export const applyUpdates = <P>(params: P, updates: NoInfer<Gradient<P>>): Gradient<P> => {
  const flat = floatLeaves("applyUpdates", params, "params");
  const changes = leavesBeside("applyUpdates", flat, updates, "updates");
  return rebuild(
    flat,
    flat.tensors.map((p, i) => astype(add(p, changes[i] as Tensor), p.dtype)),
  );
};
