/**
 * Laws about derivatives along a direction: the pushforward is linear and is what differences say, staged or not,
 * and linearize agrees with it.
 */
import fc from "fast-check";
import { checkGraph } from "../graph/check.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import type { DenseTensor, Tensor } from "../tensor/tensor.js";
import {
  densely,
  differenced,
  expectNone,
  listDifference,
  narrowedDerivative,
  reordered,
} from "./compare.js";
import { directionalDerivative, filled, type ListFunction, moved, randomDirections } from "./differences.js";
import type { Domain } from "./domains.js";
import {
  graphOf,
  type Instance,
  instances,
  isDifferentiable,
  linearMap,
  pulled,
  pushed,
  variants,
} from "./subject.js";
import type { Law } from "./value-laws.js";

/** A function in those operands that move; the others are closed over. */
export interface Active {
  readonly xs: readonly DenseTensor[];
  readonly dxs: readonly DenseTensor[];
  /** Of the operands that move, and only the results that can. */
  readonly restrict: (f: ListFunction) => ListFunction;
  readonly apply: ListFunction;
  /** A random cotangent. */
  readonly weights: readonly DenseTensor[];
}

export const activeOf = ({ apply, ins, random }: Instance, chosen: readonly number[]): Active => {
  const xs = chosen.map((i) => ins[i] as DenseTensor);
  const restrict =
    (f: ListFunction): ListFunction =>
    (moving) =>
      f(ins.map((x, i) => moving[chosen.indexOf(i)] ?? x)).filter(isDifferentiable);
  const direction = (list: readonly Tensor[]): readonly DenseTensor[] =>
    randomDirections(
      list.map((x) => x.type),
      random,
    );
  const function_ = restrict(apply);
  return { xs, dxs: direction(xs), restrict, apply: function_, weights: direction(function_(xs)) };
};

const floatOperands = (ins: readonly Tensor[]): number[] =>
  [...ins.keys()].filter((i) => isDifferentiable(ins[i] as Tensor));

/** A law about cases in float64, with all float operands moving, or some. */
export const law = (
  name: string,
  check: (active: Active, instance: Instance, domain: Domain) => void,
  options: { readonly some?: boolean; readonly maxElements?: number } = {},
): Law => ({
  name,
  property: (primitive, domain) =>
    domain.dtypes.includes("float64")
      ? fc.property(
          instances(primitive, domain, ["float64"], true, options.maxElements ?? 24),
          (instance) => {
            const all = floatOperands(instance.ins);
            const some = all.filter(() => instance.random() < 0.6);
            const chosen = options.some === true && some.length > 0 ? some : all;
            if (chosen.length > 0) check(activeOf(instance, chosen), instance, domain);
          },
        )
      : undefined,
});

export const halves = (list: readonly Tensor[]): readonly [readonly Tensor[], readonly Tensor[]] => [
  list.slice(0, list.length / 2),
  list.slice(list.length / 2),
];

/** Results, then their tangents, of operands, then their tangents. */
export const pushforwardOf =
  (f: ListFunction): ListFunction =>
  (list) =>
    pushed(f, ...halves(list)).flat();

const linearityLaw = law(
  "the pushforward is linear in the tangents",
  ({ xs, dxs, restrict }, instance, domain) => {
    const others = randomDirections(
      xs.map((x) => x.type),
      instance.random,
    );
    const combined = moved(dxs, -2.5, others);
    const zeros = xs.map((x) => filled(x.type, () => 0));
    for (const push of variants(instance, domain, restrict, pushforwardOf)) {
      const along = (vs: readonly Tensor[]): readonly Tensor[] => halves(push([...xs, ...vs]))[1];
      const expected = moved(along(dxs), -2.5, along(others));
      expectNone(listDifference("J(u - 2.5 v)", expected, along(combined), { rtol: 1e-10, atol: 1e-10 }));
      const still = along(zeros);
      expectNone(
        listDifference(
          "J 0",
          still.map((x) => filled(x.type, () => 0)),
          still,
          { rtol: 0, atol: 0 },
        ),
      );
    }
  },
);

const differenceLaw = law(
  "the pushforward is what differences say, whichever operands move",
  ({ xs, dxs, apply, restrict }, instance, domain) => {
    if (domain.implicit === true) return;
    const expected = domain.stopped
      ? apply(xs).map((x) => filled(x.type, () => 0))
      : directionalDerivative(apply, xs, dxs);
    for (const push of variants(instance, domain, restrict, pushforwardOf)) {
      const [outs, tangents] = halves(push([...xs, ...dxs]));
      expectNone(listDifference("the value beside the tangent", apply(xs), outs, "bits"));
      expectNone(listDifference("the tangent", expected, tangents, differenced));
    }
  },
  { some: true },
);

const stagedLaw = law(
  "the pushforward staged equals the eager one, bit for bit",
  ({ xs, dxs, restrict }, instance, domain) => {
    const stagedOf =
      (f: ListFunction): ListFunction =>
      (list) => {
        const graph = graphOf(f, list);
        checkGraph(graph);
        return evaluateGraph(graph, list);
      };
    const list = [...xs, ...dxs];
    const eager = variants(instance, domain, restrict, pushforwardOf);
    const staged = variants(instance, domain, restrict, (f) => stagedOf(pushforwardOf(f)));
    eager.forEach((push, i) => {
      expectNone(listDifference("staged", push(list), (staged[i] as ListFunction)(list), "bits"));
    });
  },
);

const linearizeLaw = law(
  "linearize agrees with the pushforward",
  ({ xs, dxs, restrict }, instance, domain) => {
    const list = [...xs, ...dxs];
    const linearized = variants(instance, domain, restrict, (f) => (both) => {
      const [at, along] = halves(both);
      const push = linearMap(f, at);
      checkGraph(graphOf(push, along));
      push(at); // may be used any number of times
      return push(along);
    });
    variants(instance, domain, restrict, pushforwardOf).forEach((push, i) => {
      const [, expected] = halves(push(list));
      expectNone(listDifference("linearized", expected, (linearized[i] as ListFunction)(list), reordered));
    });
  },
);

const widened = (x: Tensor): DenseTensor => filled({ ...x.type, dtype: "float64" }, (i) => densely(x).at(i));

const narrowLaw: Law = {
  name: "derivatives of float32 are float32, and agree with those of float64",
  property: (primitive, domain) =>
    domain.dtypes.includes("float32") && domain.dtypes.includes("float64")
      ? fc.property(instances(primitive, domain, ["float32"], true, 24), (instance) => {
          const chosen = floatOperands(instance.ins);
          if (chosen.length === 0) return;
          const narrow = activeOf(instance, chosen);
          const wide = activeOf(
            { ...instance, ins: instance.ins.map((x) => (isDifferentiable(x) ? widened(x) : x)) },
            chosen,
          );
          const dxs = narrow.dxs.map(widened);
          const weights = narrow.weights.map(widened);
          const [outs, tangents] = pushed(narrow.apply, narrow.xs, narrow.dxs);
          const cotangents = pulled(narrow.apply, narrow.xs, narrow.weights);
          tangents.forEach((dy, i) => {
            const { dtype } = outs[i] as Tensor;
            if (dy.dtype !== dtype) throw new Error(`the tangent of a result of ${dtype} is ${dy.dtype}`);
          });
          for (const ct of cotangents) {
            if (ct.dtype !== "float32")
              throw new Error(`the cotangent of an operand of float32 is ${ct.dtype}`);
          }
          const [, expected] = pushed(wide.apply, wide.xs, dxs);
          expectNone(listDifference("the tangent", expected, tangents.map(widened), narrowedDerivative));
          const back = pulled(wide.apply, wide.xs, weights);
          expectNone(listDifference("the cotangent", back, cotangents.map(widened), narrowedDerivative));
        })
      : undefined,
};

export const derivativeLaws: readonly Law[] = [
  linearityLaw,
  differenceLaw,
  stagedLaw,
  linearizeLaw,
  narrowLaw,
];
