/**
 * A primitive as the laws see it: functions of lists of tensors, and the transformations on them. A collective has
 * meaning only within a vmap, so its laws are asked twice: with the transformation around the vmap, and within.
 */

import fc from "fast-check";
import { bind } from "../graph/context.js";
import type { Graph } from "../graph/graph.js";
import type { AnyPrimitive } from "../graph/primitive.js";
import { type DType, isFloat } from "../tensor/dtype.js";
import { bracketed } from "../tensor/errors.js";
import type { Shape } from "../tensor/shape.js";
import type { DenseTensor, Tensor } from "../tensor/tensor.js";
import { jit } from "../transforms/jit.js";
import { jvp, linearize, linearTranspose, vjp } from "../transforms/linear.js";
import { makeGraph } from "../transforms/stage.js";
import { vmap } from "../transforms/vmap.js";
import { densely } from "./compare.js";
import { filled, type ListFunction, randomNumbers } from "./differences.js";
import { collectiveSize, type Domain, drawOf, type Plan } from "./domains.js";

type Spread = (...xs: Tensor[]) => readonly Tensor[];
const spread =
  (f: ListFunction): Spread =>
  (...xs) =>
    f(xs);

/** [outs, tangents of the outs] */
export const pushed = (
  f: ListFunction,
  xs: readonly Tensor[],
  dxs: readonly Tensor[],
): readonly [readonly Tensor[], readonly Tensor[]] => jvp(spread(f), xs as never, dxs as never) as never;

export const pulled = (f: ListFunction, xs: readonly Tensor[], cts: readonly Tensor[]): readonly Tensor[] =>
  (vjp(spread(f), xs as never)[1] as (cts: readonly Tensor[]) => readonly Tensor[])(cts);

export const linearMap = (f: ListFunction, xs: readonly Tensor[]): ListFunction => {
  const push = linearize(spread(f), xs as never)[1] as unknown as Spread;
  return (dxs) => push(...dxs);
};

/** The transpose of a linear function of lists, for operands of the types of `xs`. */
export const transposed = (f: ListFunction, xs: readonly Tensor[]): ListFunction =>
  linearTranspose(spread(f), xs as never) as unknown as ListFunction;

export const mapped = (
  f: ListFunction,
  inAxes: readonly (number | null)[],
  options: { readonly axisName?: string; readonly axisSize?: number } = {},
): ListFunction => {
  const g = vmap(spread(f), { ...options, inAxes: inAxes as never }) as unknown as Spread;
  return (xs) => g(...xs);
};

export const graphOf = (f: ListFunction, xs: readonly Tensor[]): Graph =>
  (makeGraph(spread(f)) as (...xs: readonly Tensor[]) => Graph)(...xs);

/** The function, by its compiled program. */
export const compiled = (f: ListFunction): ListFunction => {
  const g = jit(spread(f)) as unknown as Spread;
  return (xs) => g(...xs);
};

/** A primitive with parameters: `apply` takes whole operands, for a collective those of all examples. */
export interface Subject {
  readonly primitive: AnyPrimitive;
  readonly p: unknown;
  /** The operation itself, of one example for a collective. */
  readonly once: ListFunction;
  readonly apply: ListFunction;
  /** A function of whole operands from one of examples: the same, but for a collective. */
  readonly around: (f: ListFunction) => ListFunction;
}

export const subjectOf = (primitive: AnyPrimitive, domain: Domain, p: unknown): Subject => {
  const once: ListFunction = (ins) => bind(primitive, ins, p);
  const { axisName } = domain;
  const around = (f: ListFunction): ListFunction =>
    axisName === undefined
      ? f
      : (ins) =>
          mapped(
            f,
            ins.map(() => 0),
            { axisName, axisSize: collectiveSize },
          )(ins);
  return { primitive, p, once, apply: around(once), around };
};

/** A transformation of `f`, in the ways in which it can be asked of the subject. */
export const variants = (
  subject: Subject,
  domain: Domain,
  restrict: (f: ListFunction) => ListFunction,
  transformation: (f: ListFunction) => ListFunction,
): readonly ListFunction[] => [
  transformation(restrict(subject.apply)),
  ...(domain.axisName === undefined ? [] : [subject.around(transformation(restrict(subject.once)))]),
];

export interface Case extends Subject {
  readonly dtype: DType;
  readonly operands: fc.Arbitrary<readonly DenseTensor[]>;
}

/** Cases of one of the dtypes. */
export const cases = (
  primitive: AnyPrimitive,
  domain: Domain,
  dtypes: readonly DType[],
  smooth: boolean,
  maxElements = 48,
): fc.Arbitrary<Case> =>
  fc
    .constantFrom(...dtypes)
    .chain((dtype) =>
      domain
        .plan(drawOf(dtype, smooth, maxElements))
        .map(({ p, operands }: Plan) => ({ ...subjectOf(primitive, domain, p), dtype, operands })),
    );

export interface Instance extends Subject {
  readonly ins: readonly DenseTensor[];
  /** For choices that need no shrinking: directions and weights. */
  readonly random: () => number;
}

/** A case with operands drawn once. */
export const instances = (
  primitive: AnyPrimitive,
  domain: Domain,
  dtypes: readonly DType[],
  smooth: boolean,
  maxElements = 48,
): fc.Arbitrary<Instance> =>
  cases(primitive, domain, dtypes, smooth, maxElements).chain((c) =>
    fc.tuple(c.operands, fc.integer()).map(([ins, seed]) => {
      const random = randomNumbers(seed);
      return { ...c, ins, random, toString: () => describe(c, ins) };
    }),
  );

/** What a failing case says of itself. */
const describe = ({ primitive, p }: Subject, ins: readonly Tensor[]): string =>
  `${primitive.name}${p === null || p === undefined ? "" : ` ${JSON.stringify(p)}`}(${ins.map((x) => `${x.dtype}${bracketed(x.shape)} ${x.toString()}`).join("; ")})`;

export const isDifferentiable = (x: Tensor): boolean => isFloat(x.dtype);

/** Examples stacked along a new first axis; `like` tells the type where there are none. */
export const stacked = (xs: readonly Tensor[], like: Tensor): DenseTensor => {
  const n = like.size;
  const parts = xs.map(densely);
  return filled({ ...like.type, shape: [xs.length, ...like.shape] }, (i) =>
    (parts[Math.floor(i / n)] as DenseTensor).at(i % n),
  );
};

/** Example number `index` along axis 0. */
export const example = (x: Tensor, index: number): DenseTensor => {
  const whole = densely(x);
  const shape: Shape = x.shape.slice(1);
  const n = shape.reduce((product, size) => product * size, 1);
  return filled({ ...x.type, shape }, (i) => whole.at(index * n + i));
};
