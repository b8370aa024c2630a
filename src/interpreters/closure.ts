/**
 * Closure conversion: a function run with some of the tensors over which it closes replaced. Rules that run a
 * function again later, when the tracers it closes over are gone, hand it their values in this way.
 */
import { bindUnder, currentInterpreter, type Interpreter, under } from "../graph/context.js";
import type { AnyPrimitive, Application, Closures, FlatFunction } from "../graph/primitive.js";
import type { Tensor } from "../tensor/tensor.js";

type Substitution = (x: Tensor) => Tensor;

interface SubstitutingOptions {
  /** Gives results of operations that are then not carried out. */
  readonly instead?: (primitive: AnyPrimitive, p: unknown) => readonly Tensor[] | undefined;
  /** Which plain tensors are no constants, though nothing is put in their place. */
  readonly tracks?: (x: Tensor) => boolean;
  readonly done?: { count: number };
}

/** `f` with every operand and result passed through `substitute`, also in functions that its operations hold. */
export const substituting = (
  f: FlatFunction,
  substitute: Substitution,
  { instead = () => undefined, tracks = () => false, done = { count: 0 } }: SubstitutingOptions = {},
): FlatFunction => {
  const replaced = (x: Tensor): Tensor => {
    const y = substitute(x);
    if (y !== x || tracks(x)) done.count++;
    return y;
  };
  return (ins) => {
    const below = currentInterpreter();
    const interpreter: Interpreter = {
      below,
      tracks,
      replace: (x) => {
        const y = replaced(x);
        return below?.replace?.(y) ?? y;
      },
      replacements: () => done.count,
      process: (primitive, xs, p) => {
        const held =
          primitive.withFunction?.(p, (g) => substituting(g, substitute, { instead, tracks, done })) ?? p;
        const given = instead(primitive, p);
        if (given !== undefined) done.count++;
        return given ?? bindUnder(below, primitive, xs.map(replaced), held);
      },
    };
    return under(interpreter, () => f(ins)).map(replaced);
  };
};

/** How often interpreters in charge have replaced values. */
export const replacements = (): number => {
  let count = 0;
  for (let at = currentInterpreter(); at !== null; at = at.below ?? null) count += at.replacements?.() ?? 0;
  return count;
};

/** Makes a function one that is left as soon as it uses a tensor that is not to be touched. */
type Guard = (f: FlatFunction) => FlatFunction;

/**
 * What `run` gives, or undefined where a function that it guarded turned out to close over a tensor that is `mine`.
 * Each attempt throws and catches a token of its own, since attempts of several interpreters nest.
 */
const unlessTouched = <R>(mine: (x: Tensor) => boolean, run: (guarded: Guard) => R): R | undefined => {
  const touched = Symbol("touched");
  const guarded: Guard = (f) =>
    substituting(f, (x) => {
      if (mine(x)) throw touched;
      return x;
    });
  try {
    return run(guarded);
  } catch (error) {
    if (error === touched) return undefined;
    throw error;
  }
};

/** The function that an operation holds, if it holds one. */
export const heldFunction = ({ primitive, p }: Application): FlatFunction | undefined => {
  let held: FlatFunction | undefined;
  primitive.withFunction?.(p, (f) => {
    held ??= f;
    return f;
  });
  return held;
};

export const closures: Closures = {
  bypass: (below, { primitive, ins, p }, mine) =>
    unlessTouched(mine, (guarded) => bindUnder(below, primitive, ins, primitive.withFunction?.(p, guarded))),

  inline: (recorder, operation, mine) => {
    const { primitive, ins, p } = operation;
    const types = ins.map((x) => x.type);
    const outTypes = unlessTouched(mine, (guarded) =>
      primitive.shape(types, primitive.withFunction?.(p, guarded)),
    );
    const held = outTypes === undefined ? heldFunction(operation) : undefined;
    return held && under(recorder, () => held(ins));
  },
};
