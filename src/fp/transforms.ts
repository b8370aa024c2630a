/**
 * The transformations with the function last: `pipe(f, grad(), vmap({ inAxes: 0 }), jit())`. Options, primals and
 * tangents come first, as they do at the root after the function; errors are those of the root.
 */
import type { Graph } from "../graph/graph.js";
import * as custom from "../transforms/custom.js";
import * as gradients from "../transforms/grad.js";
import * as jacobians from "../transforms/jacobian.js";
import * as compiled from "../transforms/jit.js";
import type { JitOptions } from "../transforms/jit-options.js";
import * as linear from "../transforms/linear.js";
import * as stage from "../transforms/stage.js";
import type {
  Arguments,
  AxisTree,
  Batched,
  BatchedArguments,
  Gradient,
  Jacobian,
  Specs,
} from "../transforms/trees.js";
import type { Argnums, GradientOf, Jitted, VmapOptions } from "../transforms/types.js";
import * as batched from "../transforms/vmap.js";

type List = readonly unknown[];
type Fn<A extends List, R> = (...args: A) => R;

/** Options of a transformation that differentiates; the function is known later. */
export interface Options<N extends Argnums, H extends boolean> {
  readonly argnums?: N;
  readonly hasAux?: H;
}
type ValueOf<R, H> = H extends true ? (R extends readonly [infer V, unknown] ? V : never) : R;
type WithAux<T, R, H> = H extends true ? (R extends readonly [unknown, infer X] ? [T, X] : never) : T;
type Chosen<A extends List, N extends Argnums> = N extends number
  ? `${N}` extends keyof Required<A>
    ? Required<A>[N]
    : A[number]
  : A[number];

/** The one place where the types of the root's transformations are put aside. */
const after = (transformation: unknown, options: unknown): never =>
  ((f: unknown) => (transformation as (f: unknown, options: unknown) => unknown)(f, options ?? {})) as never;

/** @example pipe(f, grad({ argnums: 1 })) */
export const grad = <const N extends Argnums = 0, H extends boolean = false>(
  options?: Options<N, H>,
): (<A extends List, R>(f: Fn<A, R>) => (...args: Arguments<A>) => WithAux<GradientOf<A, N>, R, H>) =>
  after(gradients.grad, options);

/** @example pipe(loss, valueAndGrad())(x) // [value, gradient] */
export const valueAndGrad = <const N extends Argnums = 0, H extends boolean = false>(
  options?: Options<N, H>,
): (<A extends List, R>(
  f: Fn<A, R>,
) => (...args: Arguments<A>) => [WithAux<Gradient<ValueOf<R, H>>, R, H>, GradientOf<A, N>]) =>
  after(gradients.valueAndGrad, options);

/** @example pipe(np.sin, elementwiseGrad()) */
export const elementwiseGrad = <const N extends Argnums = 0, H extends boolean = false>(
  options?: Options<N, H>,
): (<A extends List, R>(f: Fn<A, R>) => (...args: Arguments<A>) => WithAux<GradientOf<A, N>, R, H>) =>
  after(gradients.elementwiseGrad, options);

type ToJacobian = <const N extends Argnums = 0, H extends boolean = false>(
  options?: Options<N, H>,
) => <A extends List, R>(
  f: Fn<A, R>,
) => (...args: Arguments<A>) => WithAux<Jacobian<ValueOf<R, H>, Chosen<A, N>>, R, H>;

/** @example pipe(f, jacfwd()) */
export const jacfwd: ToJacobian = (options) => after(jacobians.jacfwd, options);
/** @example pipe(f, jacrev()) */
export const jacrev: ToJacobian = (options) => after(jacobians.jacrev, options);
/** @example pipe(f, jacobian({ argnums: 1 })) */
export const jacobian: ToJacobian = (options) => after(jacobians.jacobian, options);

/** @example pipe(loss, hessian())(x) */
export const hessian = <const N extends Argnums = 0>(
  options?: Pick<Options<N, false>, "argnums">,
): (<A extends List, R>(
  f: Fn<A, R>,
) => (...args: Arguments<A>) => Jacobian<Jacobian<R, Chosen<A, N>>, Chosen<A, N>>) =>
  after(jacobians.hessian, options);

/** @example pipe(f, grad(), vmap({ inAxes: 0 })) */
export const vmap = <const In extends AxisTree = 0, const Out extends AxisTree = 0>(
  options?: VmapOptions<In, Out>,
): (<A extends List, R>(f: Fn<A, R>) => (...args: BatchedArguments<A, In>) => Batched<R, Out>) =>
  after(batched.vmap, options);

/** @example pipe(f, grad(), jit()) */
export const jit = (options?: JitOptions): (<A extends List, R>(f: Fn<A, R>) => Jitted<A, R>) =>
  after(compiled.jit, options);

/** @example pipe(f, checkpoint) */
export const checkpoint: <A extends List, R>(f: Fn<A, R>) => Fn<A, R> = custom.checkpoint as never;

/** @example pipe(f, jvp([x], [dx])) // [value, tangent] */
export const jvp =
  <A extends List>(primals: Arguments<A>, tangents: Arguments<A>) =>
  <R>(f: Fn<A, R>): [Gradient<R>, Gradient<R>] =>
    linear.jvp(f as never, primals as never, tangents as never) as never;

/** @example pipe(f, vjp([x])) // [value, pullback] */
export const vjp =
  <A extends List>(primals: Arguments<A>) =>
  <R>(f: Fn<A, R>): [Gradient<R>, (cotangent: Gradient<R>) => { -readonly [K in keyof A]: Gradient<A[K]> }] =>
    linear.vjp(f as never, primals as never) as never;

/** @example pipe(f, linearize([x])) // [value, pushforward] */
export const linearize =
  <A extends List>(primals: Arguments<A>) =>
  <R>(f: Fn<A, R>): [Gradient<R>, (...tangents: Arguments<A>) => Gradient<R>] =>
    linear.linearize(f as never, primals as never) as never;

/** @example pipe(loss, hvp([x], [v])) */
export const hvp =
  <A extends List>(primals: Arguments<A>, tangents: Arguments<A>) =>
  <R>(f: Fn<A, R>): ReturnType<typeof jacobians.hvp> =>
    jacobians.hvp(f as never, primals as never, tangents as never) as never;

/** @example pipe(f, evalShape(x)) */
export const evalShape =
  <A extends List>(...args: Arguments<A>) =>
  <R>(f: Fn<A, R>): Specs<R> =>
    (stage.evalShape(f as never) as (...args: readonly unknown[]) => unknown)(...args) as never;

/** @example String(pipe(f, makeGraph(x))) */
export const makeGraph =
  <A extends List>(...args: Arguments<A>) =>
  <R>(f: Fn<A, R>): Graph =>
    (stage.makeGraph(f as never) as unknown as (...args: readonly unknown[]) => Graph)(...args);
