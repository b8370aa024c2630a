/**
 * Primitives that hold functions. `customCall` replaces the pushforward of its function by a given one;
 * `linearCall` is a linear map given as a pair of programs, forward and transposed. Both modes and every order
 * follow, since rules are programs, run under whatever interpreters are in charge when they are needed.
 */
import { bind, TraceTag } from "../graph/context.js";
import {
  type AnyPrimitive,
  type Batched,
  type DualContext,
  erase,
  type FlatFunction,
  isVariable,
  type MappedAxis,
  type Tangent,
} from "../graph/primitive.js";
import { closures } from "../interpreters/closure.js";
import { dualContext } from "../interpreters/dual.js";
import { stageGraph } from "../interpreters/stage.js";
import { transposeGraph } from "../interpreters/transpose.js";
import { addCotangents, isDifferentiable, zerosAs } from "../primitives/arithmetic.js";
import { mapped, withBatchAxis } from "../primitives/batching.js";
import { ConcretizationError } from "../tensor/errors.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import { convertedCall, convertedLinear, wrappedContext } from "./conversion.js";

type Duals = readonly [outs: readonly Tensor[], tangents: readonly Tangent[]];

export interface CustomCallParameters {
  readonly name: string;
  readonly f: FlatFunction;
  /** Results and their tangents; operands known not to move have zeros for tangents. */
  readonly jvp: (primals: readonly Tensor[], tangents: readonly Tensor[], context: DualContext) => Duals;
}

/** `f` over the examples of mapped operands (which ones repeats cyclically); every result comes out mapped. */
const overExamples =
  (f: FlatFunction, ins: readonly Batched[], axis: MappedAxis): FlatFunction =>
  (values) =>
    axis
      .map(
        f,
        values.map((value, i) => ({ value, mapped: (ins[i % ins.length] as Batched).mapped })),
      )
      .map((out) => withBatchAxis(out, axis.size));

const customCall: AnyPrimitive = erase<"many", "many", CustomCallParameters>({
  name: "customCall",
  shape: (ins, { name, f }) =>
    stageGraph(f, ins, new TraceTag("evalShape", { name })).outputs.map((out) => out.type),
  impl: (ins, { f }) => f(ins) as never,
  jvp: (primals, tangents, p, handle) =>
    p.jvp(
      primals,
      tangents.map((dx, i) => dx ?? zerosAs(primals[i] as Tensor)),
      dualContext(handle),
    ),
  transpose: "nonlinear",
  batch: (ins, p, axis) => {
    const f = overExamples(p.f, ins, axis);
    const jvp: CustomCallParameters["jvp"] = (primals, tangents, context) => {
      let count = 0;
      const dual: FlatFunction = (values) => {
        const n = ins.length;
        const [outs, dOuts] = p.jvp(values.slice(0, n), values.slice(n), axis.lift(context));
        count = outs.length;
        return [...outs, ...dOuts.map((d, i) => d ?? zerosAs(outs[i] as Tensor))];
      };
      const values = overExamples(dual, ins, axis)([...primals, ...tangents]);
      return [values.slice(0, count), values.slice(count)];
    };
    const values = ins.map((x) => x.value);
    return bind(customCall, values, { name: p.name, f, jvp }).map(mapped);
  },
  lower: (ins, { name, f }) => ({
    kind: "inline",
    graph: stageGraph(f, ins, new TraceTag("lower", { name })),
  }),
  withFunction: (p, wrap) => ({ ...p, f: wrap(p.f), jvp: wrappedRule(p.jvp, wrap) }),
  closures,
  convertClosure: (ins, p, tracers) => ({
    ins: [...ins, ...tracers],
    p: convertedCall(p, ins.length, tracers),
  }),
});

/** A rule with its program wrapped: it may close over tracers as the function itself does. */
const wrappedRule =
  (jvp: CustomCallParameters["jvp"], wrap: (f: FlatFunction) => FlatFunction): CustomCallParameters["jvp"] =>
  (primals, tangents, context) => {
    const n = primals.length;
    let moving: readonly boolean[] = [];
    const values = wrap((list) => {
      const [outs, dOuts] = jvp(list.slice(0, n), list.slice(n), wrappedContext(context, wrap));
      moving = dOuts.map((d) => d !== null);
      return [...outs, ...dOuts.filter((d) => d !== null)];
    })([...primals, ...tangents]);
    let next = moving.length;
    return [
      values.slice(0, moving.length),
      moving.map((moves): Tangent => (moves ? (values[next++] as Tensor) : null)),
    ];
  };

/**
 * Applies `f`, whose pushforward is `jvp`. Tensors over which `f` or the rule closes are differentiated as usual:
 * the rule runs as a program of the interpreter itself, on operands that do not move, and its explicit tangents
 * are added to those that come in by the closure.
 */
export const callWithJvp = (
  name: string,
  f: FlatFunction,
  jvp: CustomCallParameters["jvp"],
  ins: readonly Tensor[],
): readonly Tensor[] =>
  bind(customCall, ins, {
    name,
    f,
    jvp: (primals, tangents, context) => {
      const n = primals.length;
      let explicit: readonly Tangent[] = [];
      const [values, closure] = context.differentiate(
        (list) => {
          const [outs, dOuts] = jvp(list.slice(0, n), list.slice(n), context);
          explicit = dOuts;
          return [...outs, ...dOuts.map((d, i) => d ?? zerosAs(outs[i] as Tensor))];
        },
        [...primals, ...tangents],
        [...primals, ...tangents].map(() => null),
      );
      const outs = values.slice(0, explicit.length);
      const total = outs.map((out, i): Tangent => {
        if (!isDifferentiable(out)) return null;
        const given = explicit[i] === null ? null : (values[outs.length + i] as Tensor);
        return addCotangents(given, closure[i] ?? null);
      });
      return [outs, total];
    },
  } satisfies CustomCallParameters);

/** The same for a rule that takes care of closures itself, through the context. */
export const callWithContext = (p: CustomCallParameters, ins: readonly Tensor[]): readonly Tensor[] =>
  bind(customCall, ins, p);

/** A linear map of tangents that depends on residuals: out = forward(residuals, tangents). */
export interface LinearCallParameters {
  readonly name: string;
  readonly residualCount: number;
  /** Set where `withFunction` has wrapped `forward`. */
  readonly wrapped?: boolean;
  readonly outTypes: readonly TensorType[];
  readonly forward: (residuals: readonly Tensor[], tangents: readonly Tensor[]) => readonly Tensor[];
  /** The transposed map: cotangents of the results to cotangents of the tangents. */
  readonly backward: (residuals: readonly Tensor[], cotangents: readonly Tensor[]) => readonly Tangent[];
}

const linearCallPrimitive: AnyPrimitive = erase<"many", "many", LinearCallParameters>({
  name: "linearCall",
  shape: (ins, p) => {
    const n = p.residualCount;
    const program: FlatFunction = (list) => p.forward(list.slice(0, n), list.slice(n));
    // a wrapped program is run once, so that it shows over what it closes; one that reads its operands cannot be
    try {
      if (p.wrapped === true) stageGraph(program, ins, new TraceTag("evalShape", p));
    } catch (error) {
      if (!(error instanceof ConcretizationError)) throw error;
    }
    return p.outTypes;
  },
  impl: (ins, { residualCount: n, forward }) => forward(ins.slice(0, n), ins.slice(n)) as never,
  jvp: (primals, tangents, { residualCount: n, forward }, handle) =>
    dualContext(handle).differentiate((ins) => forward(ins.slice(0, n), ins.slice(n)), primals, tangents),
  transpose: (cotangents, ins, { residualCount: n, outTypes, backward }) => {
    const given = cotangents.map((ct, i) => ct ?? zerosAs({ type: outTypes[i] as TensorType }));
    const found = backward(ins.slice(0, n) as readonly Tensor[], given);
    return ins.map((x, i) => (i >= n && isVariable(x) ? (found[i - n] ?? null) : null));
  },
  batch: (ins, p, axis) => {
    const n = p.residualCount;
    const grown = (type: TensorType): TensorType => ({ ...type, shape: [axis.size, ...type.shape] });
    const all = ins.map((x, i) => (i < n ? x : mapped(withBatchAxis(x, axis.size))));
    const residuals = all.slice(0, n);
    const tangents = all.slice(n);
    const outs = p.outTypes.map((type) => mapped(zerosAs({ type: grown(type) })));
    const forward: LinearCallParameters["forward"] = (rs, ts) =>
      overExamples(
        (list) => p.forward(list.slice(0, n), list.slice(n)),
        [...residuals, ...tangents],
        axis,
      )([...rs, ...ts]);
    const backward: LinearCallParameters["backward"] = (rs, cts) =>
      overExamples(
        (list) =>
          p
            .backward(list.slice(0, n), list.slice(n))
            .map((ct, i) => ct ?? zerosAs({ type: exampleType(tangents[i] as Batched) })),
        [...residuals, ...outs],
        axis,
      )([...rs, ...cts]);
    const values = all.map((x) => x.value);
    return bind(linearCallPrimitive, values, {
      ...p,
      outTypes: p.outTypes.map(grown),
      forward,
      backward,
    } satisfies LinearCallParameters).map(mapped);
  },
  lower: (ins, { name, residualCount: n, forward }) => ({
    kind: "inline",
    graph: stageGraph(
      (list) => forward(list.slice(0, n), list.slice(n)),
      ins,
      new TraceTag("lower", { name }),
    ),
  }),
  convertClosure: (ins, p, tracers) => ({
    ins: [...ins.slice(0, p.residualCount), ...tracers, ...ins.slice(p.residualCount)],
    p: convertedLinear(p, tracers),
  }),
  withFunction: (p, wrap) => {
    const n = p.residualCount;
    const f = wrap((ins) => p.forward(ins.slice(0, n), ins.slice(n)));
    return { ...p, wrapped: true, forward: (residuals, tangents) => f([...residuals, ...tangents]) };
  },
  closures,
});

const exampleType = ({ value }: Batched): TensorType => ({ ...value.type, shape: value.shape.slice(1) });

/** Applies a linear map with residuals to tangents. */
export const linearCall = (
  p: LinearCallParameters,
  residuals: readonly Tensor[],
  tangents: readonly Tensor[],
): readonly Tensor[] => bind(linearCallPrimitive, [...residuals, ...tangents], p);

/** The forward direction of a linear map of which only the transposed program is given: transposed again. */
export const transposedProgram = (
  name: string,
  backward: LinearCallParameters["backward"],
  residuals: readonly Tensor[],
  outTypes: readonly TensorType[],
  tangents: readonly Tensor[],
): readonly Tensor[] => {
  const graph = stageGraph(
    (cts) => backward(residuals, cts).map((ct, i) => ct ?? zerosAs(tangents[i] as Tensor)),
    outTypes,
    new TraceTag("customVjp", { name }),
  );
  return transposeGraph(graph, tangents).map((out, i) => out ?? zerosAs({ type: outTypes[i] as TensorType }));
};

/** For tests and documentation. */
export const higherOrder: readonly AnyPrimitive[] = [customCall, linearCallPrimitive];
