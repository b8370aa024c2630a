/**
 * Closure conversion: a function run with some of the tensors over which it closes replaced. Rules that run a
 * function again later, when the tracers it closes over are gone, hand it their values in this way.
 */
import { bindUnder, currentInterpreter, type Interpreter, under } from "../graph/context.js";
import type { AnyPrimitive, FlatFunction } from "../graph/primitive.js";
import type { Tensor } from "../tensor/tensor.js";

type Substitution = (x: Tensor) => Tensor;

class SubstitutingInterpreter implements Interpreter {
  constructor(
    readonly below: Interpreter | null,
    readonly substitute: Substitution,
  ) {}
  process(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    return bindUnder(this.below, primitive, ins.map(this.substitute), p);
  }
}

/** `f` with every operand and result passed through `substitute`. */
export const substituting =
  (f: FlatFunction, substitute: Substitution): FlatFunction =>
  (ins) =>
    under(new SubstitutingInterpreter(currentInterpreter(), substitute), () => f(ins)).map(substitute);

/** Thrown, and caught again by who threw it, when a function turns out to close over certain tracers. */
const touched = Symbol("touched");

/** `f`, which is left as soon as it uses a tensor that is `mine`. */
export const guarded = (f: FlatFunction, mine: (x: Tensor) => boolean): FlatFunction =>
  substituting(f, (x) => {
    if (mine(x)) throw touched;
    return x;
  });

/** What `run` gives, or undefined where a guarded function was left. */
export const unlessTouched = <R>(run: () => R): R | undefined => {
  try {
    return run();
  } catch (error) {
    if (error === touched) return undefined;
    throw error;
  }
};

/**
 * Applies a primitive that holds a function, and none of whose operands is `mine`, under the interpreter below;
 * undefined where the function closes over what is `mine`, so that the interpreter has to take part after all.
 */
export const bypass = (
  below: Interpreter | null,
  primitive: AnyPrimitive,
  ins: readonly Tensor[],
  p: unknown,
  mine: (x: Tensor) => boolean,
): readonly Tensor[] | undefined => {
  const guardedParameters = primitive.withFunction?.(p, (f) => guarded(f, mine));
  return unlessTouched(() => bindUnder(below, primitive, ins, guardedParameters));
};
