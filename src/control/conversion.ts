/**
 * Closure conversion of primitives that hold functions: the tracers over which the functions close become operands. In
 * a graph that is to be closed, such a function is known by its operands alone.
 */
import type { DualContext, FlatFunction, Tangent } from "../graph/primitive.js";
import { substituting } from "../interpreters/closure.js";
import { addCotangents, isDifferentiable, zerosAs } from "../primitives/arithmetic.js";
import type { Tensor } from "../tensor/tensor.js";
import type { CustomCallParameters, LinearCallParameters } from "./custom.js";

/** `f` with the tracers replaced by `values`, wherever it uses them. */
const replacing = (f: FlatFunction, tracers: readonly Tensor[], values: readonly Tensor[]): FlatFunction => {
  const found = new Map(tracers.map((x, i) => [x, values[i] as Tensor]));
  return substituting(f, (x) => found.get(x) ?? x);
};

/** The context of a rule whose functions are wrapped. */
export const wrappedContext = (
  context: DualContext,
  wrap: (f: FlatFunction) => FlatFunction,
): DualContext => ({
  close: (f, primals) => context.close(wrap(f), primals),
  differentiate: (f, primals, tangents) => context.differentiate(wrap(f), primals, tangents),
  detached: (f) => context.detached(wrap(f)),
  lifted: (split, join) => wrappedContext(context.lifted(split, join), wrap),
});

/** A call of a function with a rule, of its `n` operands and then of the values of the tracers. */
export const convertedCall = (
  p: CustomCallParameters,
  n: number,
  tracers: readonly Tensor[],
): CustomCallParameters => ({
  name: p.name,
  f: (list) => replacing(p.f, tracers, list.slice(n))(list.slice(0, n)),
  // the values move by the rule seen as a program of them; to what it says of its operands that is added
  jvp: (primals, tangents, context) => {
    const [ins, values] = [primals.slice(0, n), primals.slice(n)];
    const [moving, valuesMoving] = [tangents.slice(0, n), tangents.slice(n)];
    let explicit: readonly Tangent[] = [];
    const [outs, byValues] = context.differentiate(
      (list) => {
        const closed = list.slice(2 * n);
        const rule: FlatFunction = (both) => {
          const replaced = (f: FlatFunction): FlatFunction => replacing(f, tracers, closed);
          const [ys, dys] = p.jvp(both.slice(0, n), both.slice(n), wrappedContext(context, replaced));
          explicit = dys;
          return [...ys, ...dys.map((dy, i) => dy ?? zerosAs(ys[i] as Tensor))];
        };
        return replacing(rule, tracers, closed)(list.slice(0, 2 * n));
      },
      [...ins, ...moving, ...values],
      [
        ...ins.map(() => null),
        ...moving.map(() => null),
        ...valuesMoving.map((d, i) => (isDifferentiable(values[i] as Tensor) ? d : null)),
      ],
    );
    const count = explicit.length;
    const total = outs.slice(0, count).map((out, i): Tangent => {
      if (!isDifferentiable(out)) return null;
      const given = explicit[i] === null ? null : (outs[count + i] as Tensor);
      return addCotangents(given, byValues[i] ?? null);
    });
    return [outs.slice(0, count), total];
  },
});

/** A linear map whose residuals are followed by the values of the tracers. */
export const convertedLinear = (
  p: LinearCallParameters,
  tracers: readonly Tensor[],
): LinearCallParameters => {
  const n = p.residualCount;
  const converted =
    <T extends Tangent>(program: (residuals: readonly Tensor[], moving: readonly Tensor[]) => readonly T[]) =>
    (residuals: readonly Tensor[], moving: readonly Tensor[]): readonly T[] => {
      let outs: readonly T[] = [];
      const run: FlatFunction = (list) => {
        outs = program(list.slice(0, n), list.slice(n));
        return outs.filter((x): x is T & Tensor => x !== null);
      };
      const values = replacing(run, tracers, residuals.slice(n))([...residuals.slice(0, n), ...moving]);
      let next = 0;
      return outs.map((x) => (x === null ? x : (values[next++] as T)));
    };
  return {
    ...p,
    residualCount: n + tracers.length,
    forward: converted(p.forward),
    backward: converted(p.backward),
  };
};
