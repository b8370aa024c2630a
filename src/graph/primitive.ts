/**
 * A primitive is a value: an operation with every rule that any interpreter will ever ask for, as required
 * fields. One that lacks a rule does not compile; an equation points at its primitive, and there is no registry.
 */

import type { ScalarFunction } from "../expr/closure.js";
import type { Expr } from "../expr/expr.js";
import type { Sweeping, WindowKernel } from "../kernel/window-product.js";
import type { DType } from "../tensor/dtype.js";
import { LinearityError } from "../tensor/errors.js";
import type { Shape } from "../tensor/shape.js";
import type { DenseTensor, Tensor, TensorType } from "../tensor/tensor.js";
import type { Interpreter, TraceTag } from "./context.js";
import type { Graph } from "./graph.js";

/** How many operands or results; "many" where the number varies. */
export type Arity = 0 | 1 | 2 | 3 | 4 | "many";
export type Many<N extends Arity, T> = N extends 0
  ? readonly []
  : N extends 1
    ? readonly [T]
    : N extends 2
      ? readonly [T, T]
      : N extends 3
        ? readonly [T, T, T]
        : N extends 4
          ? readonly [T, T, T, T]
          : readonly T[];

/** A tangent, or null for one known to be zero: it costs nothing and is the identity of addition. */
export type Tangent = Tensor | null;
/** A cotangent, or null for one known to be zero. */
export type Cotangent = Tensor | null;

/**
 * A value that a graph computes. As operand of a transpose rule it marks where the operation is linear; the
 * other operands are tensors, the residuals.
 */
export class Variable {
  constructor(
    readonly type: TensorType,
    /** Position in its graph: inputs first, then results in the order of computation. */
    readonly index: number,
  ) {}
}
export type Operand = Variable | Tensor;

export const isVariable = (x: Operand): x is Variable => x instanceof Variable;

/** An operand of a transpose rule that has to be known there: the operation is linear only in the others. */
export const known = (primitive: string, x: Operand): Tensor => {
  if (isVariable(x)) throw LinearityError.nonlinear(primitive);
  return x;
};

/** Results of a JVP: primals out, tangents out. */
export type Dual<Out extends Arity> = readonly [primals: Many<Out, Tensor>, tangents: Many<Out, Tangent>];

/** A function of flat lists of tensors. */
export type FlatFunction = (ins: readonly Tensor[]) => readonly Tensor[];

/** An operand under vmap: where `mapped`, axis 0 is the batch axis. */
export interface Batched {
  readonly value: Tensor;
  readonly mapped: boolean;
}

/** The axis over which a batching rule maps. */
export interface MappedAxis {
  readonly size: number;
  /** Given in vmap's options, for collectives. */
  readonly name: string | undefined;
  /** Runs a function of per-example tensors on mapped ones: how a primitive that holds a function is batched. */
  readonly map: (f: FlatFunction, ins: readonly Batched[]) => readonly Batched[];
  /** What stands below the axis, as functions of examples that `map` runs see it. */
  readonly lift: (context: DualContext) => DualContext;
}

/** A function run once without tangents, and what it closed over. */
export interface Closed {
  readonly outs: readonly Tensor[];
  /** The tracers of the interpreter over which the function closes, taken apart. */
  readonly primals: readonly Tensor[];
  readonly tangents: readonly Tangent[];
  /** The function of its operands and of the values that stand for those tracers. */
  readonly converted: (ins: readonly Tensor[], closed: readonly Tensor[]) => readonly Tensor[];
}

/** The forward interpreter, as rules are called with it: `dualContext` makes of it what those that hold functions need. */
export interface DualHandle {
  readonly tag: TraceTag;
  /** The parts of a value that carries a tangent of the interpreter. */
  take(x: Tensor): readonly [primal: Tensor, tangent: Tensor] | undefined;
}

/** The forward interpreter as a rule of a primitive that holds a function sees it. */
export interface DualContext {
  /** Runs `f` on primals; tracers of this interpreter inside it are read by their primals, and collected. */
  readonly close: (f: FlatFunction, primals: readonly Tensor[]) => Closed;
  /** Runs `f` with tracers of this interpreter made of the given pairs, and takes the results apart again. */
  readonly differentiate: (
    f: FlatFunction,
    primals: readonly Tensor[],
    tangents: readonly Tangent[],
  ) => Dual<"many">;
  /** `f`, which may run after this interpreter has gone: its tracers are read by their primals. */
  readonly detached: (f: FlatFunction) => FlatFunction;
  /** The same for functions of examples of this interpreter's values, which `split` and `join` take to all of them. */
  readonly lifted: (split: (x: Tensor) => Batched, join: (x: Batched) => Tensor) => DualContext;
}

/** An operation that is yet to happen. */
export interface Application {
  readonly primitive: AnyPrimitive;
  readonly ins: readonly Tensor[];
  readonly p: unknown;
}

/**
 * How an interpreter, none of whose tracers (those that are `mine`) is an operand, deals with a function that may close
 * over them. It comes with the primitives that hold functions: a program without them does without its code.
 */
export interface Closures {
  /** Applies the operation under the interpreter below; undefined where the function closes over what is `mine`. */
  readonly bypass: (
    below: Interpreter | null,
    operation: Application,
    mine: (x: Tensor) => boolean,
  ) => readonly Tensor[] | undefined;
  /** Runs the function operation by operation under `recorder` where it closes over what is `mine`; else undefined. */
  readonly inline: (
    recorder: Interpreter,
    operation: Application,
    mine: (x: Tensor) => boolean,
  ) => readonly Tensor[] | undefined;
}

/** An operation taken apart: what depends on nothing unknown has happened, and `rest` is left. */
export interface Split {
  /** The known results; null for those that `rest` gives, in its order. */
  readonly outs: readonly (Tensor | null)[];
  /** Its operands are residuals and unknown operands of the whole operation. Null where nothing is left. */
  readonly rest: Application | null;
}

/** Which element of the operand a result element is: operand axis i is read at start[i] + step[i] * out[axis[i]]. */
export interface AffineView {
  readonly shape: Shape;
  readonly axis: readonly (number | null)[];
  readonly start: readonly number[];
  readonly step: readonly number[];
}

/** What the compiler is told of a primitive: never its name, only the shape of its loop. */
export type Lowering =
  | { readonly kind: "map"; readonly expr: Expr }
  | { readonly kind: "view"; readonly view: AffineView }
  | { readonly kind: "reshape"; readonly shape: Shape }
  /**
   * Operands put into a frame: element index of operand i stands at low[i] + step * index of the result, where that
   * lies within it; all other elements are `fill`. No two operands meet.
   */
  | {
      readonly kind: "place";
      readonly shape: Shape;
      readonly fill: number;
      readonly low: readonly (readonly number[])[];
      readonly step: readonly number[];
    }
  | { readonly kind: "fold"; readonly op: "add" | "mul" | "max" | "min"; readonly axes: readonly number[] }
  | { readonly kind: "contract"; readonly contract: AxisPairs; readonly batch: AxisPairs }
  /** `out[g, n, t..., o] = sum over k..., c of x[g, n, t * stride + k * dilation..., c] w[g, k..., c, o]` of x and w. */
  | { readonly kind: "convolve"; readonly sweeping: Sweeping; readonly kernel: WindowKernel }
  /** The graph stands for the operation. */
  | { readonly kind: "inline"; readonly graph: Graph }
  /** Operand 0, an int32 scalar, chooses a graph (the nearest one where it is out of range), which takes the others. */
  | { readonly kind: "branch"; readonly branches: readonly Graph[] }
  /**
   * `body` while `condition`. Operands: constants of the condition, constants of the body, the carry. Both graphs take
   * their constants, then the carry.
   */
  | {
      readonly kind: "while";
      readonly condition: Graph;
      readonly body: Graph;
      readonly conditionConstants: number;
      readonly bodyConstants: number;
    }
  /**
   * `body` once for each of `length` rows, from the last to the first if `reverse`. Operands: constants, the carry, and
   * stacked rows; results: the carry, and stacked rows. The body takes and gives the same, with one row for a stack.
   */
  | {
      readonly kind: "scan";
      readonly body: Graph;
      readonly length: number;
      readonly constants: number;
      readonly carries: number;
      readonly reverse: boolean;
    }
  | { readonly kind: "opaque" };

export type AxisPairs = readonly [left: readonly number[], right: readonly number[]];

/** The contribution of one operand to the tangent of a result, from its tangent, the operands and the result. */
export type TangentRule<P = unknown> = (d: Tensor, ins: readonly Tensor[], out: Tensor, p: P) => Tangent;

/** The cotangent of an operand from that of the result, two operands and the result; null for a known zero. */
export type NumberPullback = (ct: number, x: number, y: number, out: number) => number | null;

/**
 * An elementwise operation with given parameters where its operands are numbers. Its derivative is then a product with
 * a number, which is its own transpose: the tangent rules take cotangents as well.
 */
export class NumberRule {
  /** How often the rules were asked, and what was compiled of them then. */
  uses = 0;
  pullbacks: readonly NumberPullback[] | undefined;
  /** Which tangent rules give the tangent as it is, as those of a sum do; found out when first asked for. */
  identities: readonly boolean[] | undefined;
  constructor(
    readonly value: ScalarFunction,
    readonly dtype: DType,
    /** One for each operand; and one more where two operands that are one value have a rule of their own. */
    readonly tangents: readonly TangentRule[],
    readonly p: unknown,
  ) {}
}

/** `p` is the parameters: static, immutable, compared by value. */
export interface Primitive<In extends Arity = Arity, Out extends Arity = Arity, P = never> {
  readonly name: string;
  /** Types of the results; throws a typed error for operands that do not fit. */
  shape(ins: Many<In, TensorType>, p: P): Many<Out, TensorType>;
  /** The eager kernel. */
  impl(ins: Many<In, DenseTensor>, p: P): Many<Out, DenseTensor>;
  /** Pushforward. Called with at least one tangent that is not null; `handle` is for primitives that hold functions. */
  jvp(primals: Many<In, Tensor>, tangents: Many<In, Tangent>, p: P, handle: DualHandle): Dual<Out>;
  /**
   * Cotangents of the operands where the operation is linear in the Variables among `ins`; null for the others.
   * Called with at least one cotangent that is not null. "nonlinear" where there is none.
   */
  readonly transpose:
    | ((cotangents: Many<Out, Cotangent>, ins: Many<In, Operand>, p: P) => Many<In, Cotangent>)
    | "nonlinear";
  /** Given for elementwise operations that keep the dtype and have derivatives. */
  readonly onNumbers?: (dtype: DType, p: P) => NumberRule;
  /** The operation on operands of which at least one is mapped (or, for a collective over this axis, none). */
  batch(ins: Many<In, Batched>, p: P, axis: MappedAxis): Many<Out, Batched>;
  lower(ins: Many<In, TensorType>, p: P): Lowering;
  /** The names of the vmapped axes to which the operation speaks: a collective, or a graph with collectives in it. */
  collectiveAxes?(p: P): readonly string[];
  /**
   * For a primitive that holds graphs: does now what depends on nothing `unknown`, so that linearization keeps only the
   * linear part. Undefined where the operation cannot be taken apart, or nothing is known that is worth it.
   */
  split?(unknown: readonly boolean[], ins: readonly Tensor[], p: P): Split | undefined;
  /** Set where it has no operands and reads what may change: a graph that is kept reads it again at every call. */
  readonly reads?: boolean;
  /**
   * Set where running it is seen from outside (a print), and its results are its operands: never left out, never done
   * once for two. Of an operation that holds graphs those tell whether it is so.
   */
  readonly effect?: boolean;
  /** For a primitive that holds graphs: the parameters with each of them replaced. */
  withGraphs?(p: P, replace: (graph: Graph) => Graph): P;
  /** For a primitive that holds a function, which may close over tracers: the parameters with the function wrapped. */
  withFunction?(p: P, wrap: (f: FlatFunction) => FlatFunction): P;
  /** For the same: what interpreters ask about those tracers. */
  readonly closures?: Closures;
  /** For the same: the application with `tracers`, over which the function closes, among its operands. */
  convertClosure?(ins: readonly Tensor[], p: P, tracers: readonly Tensor[]): Pick<Application, "ins" | "p">;
}

/** A primitive seen by interpreters: arity and parameters erased. */
export interface AnyPrimitive {
  readonly name: string;
  shape(ins: readonly TensorType[], p: unknown): readonly TensorType[];
  impl(ins: readonly DenseTensor[], p: unknown): readonly DenseTensor[];
  jvp(
    primals: readonly Tensor[],
    tangents: readonly Tangent[],
    p: unknown,
    handle: DualHandle,
  ): readonly [readonly Tensor[], readonly Tangent[]];
  readonly transpose:
    | ((cotangents: readonly Cotangent[], ins: readonly Operand[], p: unknown) => readonly Cotangent[])
    | "nonlinear";
  readonly onNumbers?: (dtype: DType, p: unknown) => NumberRule;
  batch(ins: readonly Batched[], p: unknown, axis: MappedAxis): readonly Batched[];
  lower(ins: readonly TensorType[], p: unknown): Lowering;
  collectiveAxes?(p: unknown): readonly string[];
  split?(unknown: readonly boolean[], ins: readonly Tensor[], p: unknown): Split | undefined;
  readonly effect?: boolean;
  readonly reads?: boolean;
  withGraphs?(p: unknown, replace: (graph: Graph) => Graph): unknown;
  withFunction?(p: unknown, wrap: (f: FlatFunction) => FlatFunction): unknown;
  readonly closures?: Closures;
  convertClosure?(
    ins: readonly Tensor[],
    p: unknown,
    tracers: readonly Tensor[],
  ): Pick<Application, "ins" | "p">;
}

/** The one place where arity and parameter types are erased. */
/* @__NO_SIDE_EFFECTS__ */
export const erase = <In extends Arity, Out extends Arity, P>(
  primitive: Primitive<In, Out, P>,
): AnyPrimitive => primitive as unknown as AnyPrimitive;
