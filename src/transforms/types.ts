/**
 * The types of the transformations: an export is annotated with its type here and cast to it once, as in
 * `export const grad: GradFunction = ...`. In all of them `A` are the parameters of the user's function, `R` its result.
 *
 * - GradFunction, ValueAndGradFunction, ElementwiseGradFunction: derivatives with respect to `argnums`
 * - JacobianFunction (jacfwd, jacrev, jacobian), HessianFunction, HvpFunction
 * - JvpFunction, VjpFunction, LinearizeFunction, LinearTransposeFunction: at given primals
 * - VmapFunction; JitFunction; CheckpointFunction; CustomJvpFunction, CustomVjpFunction; StopGradientFunction
 * - EvalShapeFunction, MakeGraphFunction: tracing without values
 *
 * Parameters keep their types and accept besides what can become them (numbers, typed arrays; also at the leaves of
 * trees): see `Arguments`. A function whose parameters have no annotation is taken to be one of tensors.
 */
import type { Graph } from "../graph/graph.js";
import type { Shape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import type { ShapeOf } from "../tensor/types.js";
import type { JitOptions, JitStats, Lowered } from "./jit-options.js";
import type {
  Accept,
  Arguments,
  AxisTree,
  Batched,
  BatchedArguments,
  Gradient,
  Gradients,
  Jacobian,
  Specs,
  TensorSpec,
} from "./trees.js";

/** Any result; the empty tuple makes the compiler read `[a, b]` as a pair. */
type Result = object | string | number | boolean | null | undefined | readonly [];

/** Why a call cannot be transformed so. No value has this type, so the call fails to compile. */
export interface TransformMismatch<Message extends string = string> {
  readonly "transform mismatch": Message;
}

// Options --------------------------------------------------------------------------------------------------------------

/** One argument, or several in the order in which their derivatives shall come. */
export type Argnums = number | readonly number[];

export interface AuxOptions<H extends boolean = boolean> {
  /** The function returns `[value, aux]`; aux comes back beside the derivative, not differentiated. */
  readonly hasAux?: H;
}
export interface GradOptions<
  A extends readonly unknown[] = readonly unknown[],
  N extends Argnums = Argnums,
  H extends boolean = boolean,
> extends AuxOptions<H> {
  /** Default 0. */
  readonly argnums?: N & KnownArgnums<A, N>;
}
export interface VmapOptions<In = AxisTree, Out = AxisTree> {
  /** The batch axis of every argument: a number or null for all, or a list with one entry, or tree, for each. Default 0. */
  readonly inAxes?: In & AxisTree;
  /** Where the batch axis goes in the results. Default 0. */
  readonly outAxes?: Out & AxisTree;
  readonly axisSize?: number;
  /** For collectives such as `psum` inside the function. */
  readonly axisName?: string;
}

// What they mean -------------------------------------------------------------------------------------------------------

/** `[value, aux]` with aux, otherwise just the value. */
type ValueOf<R, H> = H extends true ? (R extends readonly [infer V, unknown] ? V : never) : R;
type AuxOf<R> = R extends readonly [unknown, infer X] ? X : never;
/** `T`, or a pair with the function's aux. */
type WithAux<T, R, H> = H extends true ? [T, AuxOf<R>] : T;
/** The list `T`, with the function's aux at the end. */
type AndAux<T extends readonly unknown[], R, H> = H extends true ? [...T, AuxOf<R>] : T;

/** For a result `R & HasAux<R, H>`: a function with aux returns a pair. */
type HasAux<R, H> = [H, R] extends [false, unknown] | [boolean, readonly [unknown, unknown]]
  ? unknown
  : TransformMismatch<"with hasAux the function must return [value, aux]">;

/** For a result `R & ScalarResult<R, H>`: the value is one number, as far as its type tells. */
type ScalarResult<R, H> = [ScalarProblem<R, H>] extends [string]
  ? TransformMismatch<ScalarProblem<R, H>>
  : unknown;
type ScalarProblem<R, H> = [IsPair<R, H>] extends [false]
  ? "with hasAux the function must return [value, aux]"
  : [ValueOf<R, H>] extends [Tensor | number]
    ? [IsScalar<ShapeOf<ValueOf<R, H>>>] extends [false]
      ? "the function must return a scalar: reduce it, or use jacrev, jacfwd, elementwiseGrad or vjp"
      : null
    : "the function must return a tensor; for [value, aux] pass { hasAux: true }";
type IsPair<R, H> = [H] extends [true] ? ([R] extends [readonly [unknown, unknown]] ? true : false) : true;
type IsScalar<S extends Shape> = [number] extends [S["length"]]
  ? true
  : [Extract<S, readonly []>] extends [never]
    ? false
    : true;

/** For `argnums`: the function has these parameters. */
type KnownArgnums<A extends readonly unknown[], N extends Argnums> = [number] extends [
  A["length"] | N | Extract<N, Shape>[number],
]
  ? unknown
  : [MissingArgnums<A, N>] extends [never]
    ? unknown
    : TransformMismatch<`the function has no argument ${MissingArgnums<A, N>}`>;
type MissingArgnums<A extends readonly unknown[], N extends Argnums> = MissingArgnum<
  A,
  N extends Shape ? N[number] : N
>;
type MissingArgnum<A extends readonly unknown[], N> = N extends number
  ? `${N}` extends keyof Required<A> | `-${string}`
    ? never
    : N
  : never;

type ArgumentType<A extends readonly unknown[], N> = N extends number
  ? number extends N
    ? A[number]
    : `${N}` extends `-${string}`
      ? A[number]
      : Required<A>[N]
  : never;
/** The arguments that `N` names. */
type Chosen<A extends readonly unknown[], N extends Argnums> = N extends readonly number[]
  ? { -readonly [K in keyof N]: ArgumentType<A, N[K]> }
  : ArgumentType<A, N>;
/** The gradient with respect to the arguments that `N` names. */
export type GradientOf<A extends readonly unknown[], N extends Argnums> = N extends readonly number[]
  ? { -readonly [K in keyof N]: Gradient<ArgumentType<A, N[K]>> }
  : Gradient<ArgumentType<A, N>>;

// Derivatives ----------------------------------------------------------------------------------------------------------

export type GradFunction = <
  A extends readonly unknown[] = Tensor[],
  R extends Result = Tensor,
  const N extends Argnums = 0,
  H extends boolean = false,
>(
  f: (...args: A) => R & ScalarResult<R, H>,
  options?: GradOptions<A, N, H>,
) => (...args: Arguments<Settled<A>>) => NoInfer<WithAux<GradientOf<A, N>, R, H>>;

export type ValueAndGradFunction = <
  A extends readonly unknown[] = Tensor[],
  R extends Result = Tensor,
  const N extends Argnums = 0,
  H extends boolean = false,
>(
  f: (...args: A) => R & ScalarResult<R, H>,
  options?: GradOptions<A, N, H>,
) => (...args: Arguments<Settled<A>>) => NoInfer<[WithAux<Gradient<ValueOf<R, H>>, R, H>, GradientOf<A, N>]>;

/** A result of any shape: the gradient of its sum. */
export type ElementwiseGradFunction = <
  A extends readonly unknown[] = Tensor[],
  R extends Result = Tensor,
  const N extends Argnums = 0,
  H extends boolean = false,
>(
  f: (...args: A) => R & HasAux<R, H>,
  options?: GradOptions<A, N, H>,
) => (...args: Arguments<Settled<A>>) => NoInfer<WithAux<GradientOf<A, N>, R, H>>;

export type JacobianFunction = <
  A extends readonly unknown[] = Tensor[],
  R extends Result = Tensor,
  const N extends Argnums = 0,
  H extends boolean = false,
>(
  f: (...args: A) => R & HasAux<R, H>,
  options?: GradOptions<A, N, H>,
) => (...args: Arguments<Settled<A>>) => NoInfer<WithAux<Jacobian<ValueOf<R, H>, Chosen<A, N>>, R, H>>;

export type HessianFunction = <
  A extends readonly unknown[] = Tensor[],
  R extends Result = Tensor,
  const N extends Argnums = 0,
  H extends boolean = false,
>(
  f: (...args: A) => R & HasAux<R, H>,
  options?: GradOptions<A, N, H>,
) => (
  ...args: Arguments<Settled<A>>
) => WithAux<Jacobian<Jacobian<ValueOf<R, H>, Chosen<A, N>>, Chosen<A, N>>, R, H>;

/** The derivative of the gradient along `tangents`; lists with one tree for each argument, in and out. */
export type HvpFunction = <A extends readonly unknown[] = Tensor[], R extends Result = Tensor>(
  f: (...args: A) => R & ScalarResult<R, false>,
  primals: Arguments<NoInfer<A>>,
  tangents: Arguments<NoInfer<A>>,
) => Gradients<A>;

// At given primals -----------------------------------------------------------------------------------------------------

/** `[out, tangentOut]`, and aux. */
export type JvpFunction = <
  A extends readonly unknown[] = Tensor[],
  R extends Result = Tensor,
  H extends boolean = false,
>(
  f: (...args: A) => R & HasAux<R, H>,
  primals: Arguments<NoInfer<A>>,
  tangents: Arguments<NoInfer<A>>,
  options?: AuxOptions<H>,
) => AndAux<[Gradient<ValueOf<R, H>>, Gradient<ValueOf<R, H>>], R, H>;

/** `[out, pullback]`, and aux; the pullback may be called many times and gives one cotangent per argument. */
export type VjpFunction = <
  A extends readonly unknown[] = Tensor[],
  R extends Result = Tensor,
  H extends boolean = false,
>(
  f: (...args: A) => R & HasAux<R, H>,
  primals: Arguments<NoInfer<A>>,
  options?: AuxOptions<H>,
) => AndAux<[Gradient<ValueOf<R, H>>, (cotangent: Cotangent<ValueOf<R, H>>) => Gradients<A>], R, H>;
type Cotangent<T> = Gradient<T> | Accept<Gradient<T>>;

/** `[out, tangentMap]`, and aux. */
export type LinearizeFunction = <
  A extends readonly unknown[] = Tensor[],
  R extends Result = Tensor,
  H extends boolean = false,
>(
  f: (...args: A) => R & HasAux<R, H>,
  primals: Arguments<NoInfer<A>>,
  options?: AuxOptions<H>,
) => AndAux<[Gradient<ValueOf<R, H>>, (...tangents: Arguments<A>) => Gradient<ValueOf<R, H>>], R, H>;

/** The transpose of a linear function; of the primals only shapes and dtypes count. */
export type LinearTransposeFunction = <A extends readonly unknown[] = Tensor[], R extends Result = Tensor>(
  f: (...args: A) => R,
  primals: Arguments<NoInfer<A>> | readonly TensorSpec[],
) => (cotangent: Cotangent<R>) => Gradients<A>;

/**
 * `A`, not to be inferred from where it stands: a transformation within another takes its types from its function
 * alone. Without this TypeScript runs the mapping of arguments backwards, which takes minutes for vmap(vmap(f)).
 */
type Settled<A extends readonly unknown[]> = [A][A extends unknown ? 0 : never];

// Functions of functions -----------------------------------------------------------------------------------------------

/** `AxisTree` as a bound of type parameters: one that contains itself would be expanded without end. */
type AxisSpec = number | null | object;

export type VmapFunction = <
  A extends readonly unknown[] = Tensor[],
  R extends Result = Tensor,
  const In extends AxisSpec = 0,
  const Out extends AxisSpec = 0,
>(
  f: (...args: A) => R,
  options?: VmapOptions<In, Out>,
) => (...args: BatchedArguments<Settled<A>, In>) => NoInfer<Batched<R, Out>>;

/** A compiled function: parameters and result are those of the function. */
export interface Jitted<A extends readonly unknown[], R> {
  (...args: Arguments<A>): NoInfer<Gradient<R>>;
  readonly stats: () => JitStats;
  /** The program for arguments like these, to be read. */
  readonly lower: (...args: Arguments<A>) => Lowered;
}
export type JitFunction = <A extends readonly unknown[] = Tensor[], R extends Result = Tensor>(
  f: (...args: A) => R,
  options?: JitOptions,
) => Jitted<Settled<A>, R>;

/** Forgets the intermediate values of `f` and computes them again when its derivative needs them. */
export type CheckpointFunction = <A extends readonly unknown[] = Tensor[], R extends Result = Tensor>(
  f: (...args: A) => R,
) => (...args: Arguments<Settled<A>>) => NoInfer<Gradient<R>>;

/** `rule(primals, tangents)` returns `[out, tangentOut]`. */
export type CustomJvpFunction = <A extends readonly unknown[] = Tensor[], R extends Result = Tensor>(
  f: (...args: A) => R,
  rule: (
    primals: NoInfer<Gradients<A>>,
    tangents: NoInfer<Gradients<A>>,
  ) => readonly [NoInfer<Cotangent<R>>, NoInfer<Cotangent<R>>],
) => (...args: Arguments<Settled<A>>) => NoInfer<Gradient<R>>;

/** `forward(...args)` returns `[out, residuals]`; `backward(residuals, cotangent)` a cotangent per argument, null for zero. */
export type CustomVjpFunction = <
  A extends readonly unknown[] = Tensor[],
  R extends Result = Tensor,
  Residuals = unknown,
>(
  f: (...args: A) => R,
  forward: (...args: NoInfer<A>) => readonly [NoInfer<Cotangent<R>>, Residuals],
  backward: (residuals: NoInfer<Residuals>, cotangent: NoInfer<Gradient<R>>) => Cotangents<NoInfer<A>>,
) => (...args: Arguments<Settled<A>>) => NoInfer<Gradient<R>>;
type Cotangents<A extends readonly unknown[]> = { readonly [K in keyof A]: Cotangent<A[K]> | null };

/** The tree with the same values, all constant to differentiation. */
export type StopGradientFunction = <T>(tree: T) => Gradient<T>;

/** Shapes and dtypes of the result. */
export type EvalShapeFunction = <A extends readonly unknown[] = Tensor[], R extends Result = Tensor>(
  f: (...args: A) => R,
) => (...args: Arguments<Settled<A>>) => NoInfer<Specs<R>>;

export type MakeGraphFunction = <A extends readonly unknown[] = Tensor[], R extends Result = Tensor>(
  f: (...args: A) => R,
) => (...args: Arguments<Settled<A>>) => NoInfer<Graph>;
