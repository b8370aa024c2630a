/**
 * The one door through which every operation goes, and the interpreter now in charge of it. Dispatch is by
 * context, not by data: eager evaluation is a comparison with null away.
 */
import { bracketed, EscapedTracerError } from "../tensor/errors.js";
import { DenseTensor, Tensor } from "../tensor/tensor.js";
import type { AnyPrimitive } from "./primitive.js";

export interface Interpreter {
  process(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[];
  readonly below?: Interpreter | null;
  /** What it puts in the place of a tensor, where a function that closes over that is run again. */
  replace?(x: Tensor): Tensor;
  /** Whether it knows a plain tensor, by identity: who closes over that does not close over a constant. */
  tracks?(x: Tensor): boolean;
  /** How often it has put one in place of another: what was computed meanwhile holds for this time only. */
  replacements?(): number;
}

/** A value of a transformation that is running. Which interpreter it belongs to is told by `tag`. */
export abstract class Tracer extends Tensor {
  abstract readonly tag: TraceTag;
  override toString(): string {
    return `${this.tag.name}Tracer(${this.dtype}${bracketed(this.shape)})`;
  }
}

/** A value that brings its own interpreter: it stands below all others, and gets the operations that reach it there. */
export abstract class Hosted extends Tensor {
  abstract readonly host: Interpreter;
}

/** Identity of one run of a transformation: who made a tracer, and whether it is still running. */
export class TraceTag {
  running = true;
  constructor(
    readonly name: string,
    /** The user's function, whose name is read when an error needs it. */
    readonly of: { readonly name: string },
  ) {}
  toString(): string {
    return this.of.name === "" ? this.name : `${this.name}(${this.of.name})`;
  }
}

let current: Interpreter | null = null;

export const currentInterpreter = (): Interpreter | null => current;

/** Applies a primitive: by its kernel, or through the interpreter in charge. */
export const bind = (primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] => {
  if (current !== null) return current.process(primitive, ins, p);
  for (let i = 0; i < ins.length; i++)
    if (!(ins[i] instanceof DenseTensor)) return bindHosted(primitive, ins, p);
  return primitive.impl(ins as readonly DenseTensor[], p);
};

/** With nobody in charge, a value with a host is its host's; a tracer is nobody's any more. */
const bindHosted = (primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] => {
  const x = ins.find((operand) => !(operand instanceof DenseTensor));
  if (x instanceof Hosted) return x.host.process(primitive, ins, p);
  throw escaped(primitive.name, x);
};

/** `bind` for the many primitives with one result. */
export const bindOne = (primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): Tensor =>
  bind(primitive, ins, p)[0] as Tensor;

/** Applies a primitive under `interpreter`, which is in charge for just this one operation. */
export const bindUnder = (
  interpreter: Interpreter | null,
  primitive: AnyPrimitive,
  ins: readonly Tensor[],
  p: unknown,
): readonly Tensor[] => {
  const saved = current;
  current = interpreter;
  try {
    return bind(primitive, ins, p);
  } finally {
    current = saved;
  }
};

/** Puts `interpreter` in charge and tells who was; for hot paths, which restore it in `finally` themselves. */
export const takeCharge = (interpreter: Interpreter | null): Interpreter | null => {
  const saved = current;
  current = interpreter;
  return saved;
};

/** Runs `f` with `interpreter` in charge, and puts the one before back, whatever happens. */
export const under = <R>(interpreter: Interpreter | null, f: () => R): R => {
  const saved = current;
  current = interpreter;
  try {
    return f();
  } finally {
    current = saved;
  }
};

export const escaped = (operation: string, x: Tensor | undefined): EscapedTracerError =>
  EscapedTracerError.from(operation, x instanceof Tracer ? x.tag.toString() : "a transformation");
