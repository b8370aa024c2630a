/**
 * Laws about derivatives: the pushforward is linear and is what differences say, linearize agrees with it,
 * transposition is dual to it and undoes itself, and second derivatives do not depend on the modes.
 */
import fc from "fast-check";
import { checkGraph } from "../graph/check.js";
import type { AnyPrimitive } from "../graph/primitive.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import { mul } from "../primitives/arithmetic.js";
import { sum } from "../primitives/broadcast.js";
import type { DenseTensor, Tensor } from "../tensor/tensor.js";
import { grad } from "../transforms/grad.js";
import { jacfwd, jacrev } from "../transforms/jacobian.js";
import { leaves } from "../transforms/tree.js";
import { densely, differenced, expectNone, isClose, listDifference, reordered, secondOrder } from "./compare.js";
import {
  directionalDerivative,
  filled,
  inner,
  innerScale,
  type ListFunction,
  moved,
  randomDirections,
} from "./differences.js";
import type { Domain } from "./domains.js";
import {
  graphOf,
  type Instance,
  instances,
  isDifferentiable,
  linearMap,
  pulled,
  pushed,
  transposed,
  variants,
} from "./subject.js";
import type { Law } from "./value-laws.js";

/** A function in those operands that move; the others are closed over. */
interface Active {
  readonly xs: readonly DenseTensor[];
  readonly dxs: readonly DenseTensor[];
  /** Of the operands that move, and only the results that can. */
  readonly restrict: (f: ListFunction) => ListFunction;
  readonly apply: ListFunction;
  /** A random cotangent. */
  readonly weights: readonly DenseTensor[];
}

const activeOf = ({ apply, ins, random }: Instance, chosen: readonly number[]): Active => {
  const xs = chosen.map((i) => ins[i] as DenseTensor);
  const restrict =
    (f: ListFunction): ListFunction =>
    (moving) =>
      f(ins.map((x, i) => moving[chosen.indexOf(i)] ?? x)).filter(isDifferentiable);
  const direction = (list: readonly Tensor[]): readonly DenseTensor[] => randomDirections(list.map((x) => x.type), random);
  const function_ = restrict(apply);
  return { xs, dxs: direction(xs), restrict, apply: function_, weights: direction(function_(xs)) };
};

const floatOperands = (ins: readonly Tensor[]): number[] =>
  [...ins.keys()].filter((i) => isDifferentiable(ins[i] as Tensor));

/** A law about cases in float64, with all float operands moving, or some. */
const law = (
  name: string,
  check: (active: Active, instance: Instance, domain: Domain) => void,
  options: { readonly some?: boolean; readonly maxElements?: number } = {},
): Law => ({
  name,
  property: (primitive, domain) =>
    domain.dtypes.includes("float64")
      ? fc.property(instances(primitive, domain, ["float64"], true, options.maxElements ?? 24), (instance) => {
          const all = floatOperands(instance.ins);
          const some = all.filter(() => instance.random() < 0.6);
          const chosen = options.some === true && some.length > 0 ? some : all;
          if (chosen.length > 0) check(activeOf(instance, chosen), instance, domain);
        })
      : undefined,
});

const halves = (list: readonly Tensor[]): readonly [readonly Tensor[], readonly Tensor[]] => [
  list.slice(0, list.length / 2),
  list.slice(list.length / 2),
];

/** Results, then their tangents, of operands, then their tangents. */
const pushforwardOf =
  (f: ListFunction): ListFunction =>
  (list) =>
    pushed(f, ...halves(list)).flat();

const linearityLaw = law("the pushforward is linear in the tangents", ({ xs, dxs, restrict }, instance, domain) => {
  const others = randomDirections(xs.map((x) => x.type), instance.random);
  const combined = moved(dxs, -2.5, others);
  const zeros = xs.map((x) => filled(x.type, () => 0));
  for (const push of variants(instance, domain, restrict, pushforwardOf)) {
    const along = (vs: readonly Tensor[]): readonly Tensor[] => halves(push([...xs, ...vs]))[1];
    const expected = moved(along(dxs), -2.5, along(others));
    expectNone(listDifference("J(u - 2.5 v)", expected, along(combined), { rtol: 1e-10, atol: 1e-10 }));
    const still = along(zeros);
    expectNone(listDifference("J 0", still.map((x) => filled(x.type, () => 0)), still, { rtol: 0, atol: 0 }));
  }
});

const differenceLaw = law(
  "the pushforward is what differences say, whichever operands move",
  ({ xs, dxs, apply, restrict }, instance, domain) => {
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

const stagedLaw = law("the pushforward staged equals the eager one, bit for bit", ({ xs, dxs, restrict }, instance, domain) => {
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
});

const linearizeLaw = law("linearize agrees with the pushforward", ({ xs, dxs, restrict }, instance, domain) => {
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
});

/** <w, Jv> and <Jt w, v>, up to rounding. */
const expectDual = (w: readonly Tensor[], jv: readonly Tensor[], jtw: readonly Tensor[], v: readonly Tensor[]): void => {
  const [left, right] = [inner(w, jv), inner(jtw, v)];
  const scale = innerScale(w, jv) + innerScale(jtw, v);
  if (!isClose(left, right, { rtol: 0, atol: 1e-11 + 1e-11 * scale })) {
    throw new Error(`<w, Jv> is ${left}, but <Jt w, v> is ${right}`);
  }
};

const dualityLaw = law("the pullback is dual to the pushforward", ({ xs, dxs, weights, restrict }, instance, domain) => {
  const n = xs.length;
  const pulls = variants(instance, domain, restrict, (f) => (list) => pulled(f, list.slice(0, n), list.slice(n)));
  variants(instance, domain, restrict, pushforwardOf).forEach((push, i) => {
    const [, tangents] = halves(push([...xs, ...dxs]));
    const cotangents = (pulls[i] as ListFunction)([...xs, ...weights]);
    cotangents.forEach((ct, k) => {
      const x = xs[k] as Tensor;
      expectNone(listDifference("zero times the cotangent", [filled(x.type, () => 0)], [scaled(ct, 0)], reordered));
    });
    expectDual(weights, tangents, cotangents, dxs);
  });
});

/** For shape and dtype alone: finite elements times zero. */
const scaled = (x: Tensor, factor: number): Tensor => filled(x.type, (i) => densely(x).at(i) * factor);

const involutionLaw = law("the derivative transposed twice is itself", ({ xs, dxs, weights, restrict }, instance, domain) => {
  const n = xs.length;
  const twice = variants(instance, domain, restrict, (f) => (list) => {
    const [at, along] = [list.slice(0, n), list.slice(n, 2 * n)];
    return transposed(transposed(linearMap(f, at), at), list.slice(2 * n))(along);
  });
  variants(instance, domain, restrict, pushforwardOf).forEach((push, i) => {
    const [, expected] = halves(push([...xs, ...dxs]));
    expectNone(listDifference("transposed twice", expected, (twice[i] as ListFunction)([...xs, ...dxs, ...weights]), reordered));
  });
});

const transposeLaw: Law = {
  name: "the transpose rule is dual to the primitive itself, and undone by transposing again",
  property: (primitive: AnyPrimitive, domain: Domain) => {
    if (primitive.transpose === "nonlinear" && domain.linear === undefined) return undefined;
    return fc.property(instances(primitive, domain, ["float64"], true, 24), (instance) => {
      if (domain.stopped) return;
      if (domain.linear === undefined) throw new Error(`${primitive.name} has a transpose rule: name its operands in the domain's "linear"`);
      for (const chosen of domain.linear(instance.p, instance.ins.length)) {
        const active = activeOf(instance, chosen);
        const { xs, dxs, weights, restrict } = active;
        const n = xs.length;
        const zeros = xs.map((x) => filled(x.type, () => 0));
        const plain = variants(instance, domain, restrict, (f) => f);
        const dual = variants(instance, domain, restrict, (f) => (list) => transposed(f, list.slice(0, n))(list.slice(n)));
        const twice = variants(instance, domain, restrict, (f) => (list) =>
          transposed(transposed(f, list.slice(0, n)), list.slice(n))(list.slice(0, n)),
        );
        plain.forEach((f, i) => {
          // operands that stand still may add a constant, as in x + c
          const linear = moved(f(dxs), -1, f(zeros));
          expectDual(weights, linear, (dual[i] as ListFunction)([...xs, ...weights]), dxs);
          expectNone(listDifference("transposed twice", linear, (twice[i] as ListFunction)([...dxs, ...weights]), reordered));
        });
      }
    });
  },
};

type ScalarOfList = (xs: readonly Tensor[]) => Tensor;

/** <w, f(x)>, the scalar whose Hessian is tested. */
const weighted =
  (f: ListFunction, w: readonly Tensor[]): ScalarOfList =>
  (xs) =>
    f(xs)
      .map((out, k) => sum(mul(out, w[k] as Tensor), out.shape.map((_, axis) => axis)))
      .reduce((a, b) => addScalars(a, b));

const addScalars = (a: Tensor, b: Tensor): Tensor => a.add(b);

type OfList = (xs: readonly Tensor[]) => unknown;
const second = (outer: typeof jacfwd, innermost: typeof jacfwd, g: ScalarOfList, xs: readonly Tensor[]): readonly DenseTensor[] => {
  const of = (transformation: typeof jacfwd, f: OfList): OfList => transformation(f as never) as unknown as OfList;
  return leaves(of(outer, of(innermost, g))(xs)).map((x) => densely(x as Tensor));
};

const hessianLaw = law(
  "Hessians by all four pairs of modes agree, with each other and with differences of the gradient",
  ({ xs, dxs, apply, weights }, _, domain) => {
    if (weights.length === 0) return;
    const g = weighted(apply, weights);
    const expected = second(jacfwd, jacrev, g, xs);
    const pairs: readonly [string, typeof jacfwd, typeof jacfwd][] = [
      ["reverse over forward", jacrev, jacfwd],
      ["reverse over reverse", jacrev, jacrev],
      ["forward over forward", jacfwd, jacfwd],
    ];
    for (const [name, outer, innermost] of pairs) {
      expectNone(listDifference(`${name} beside forward over reverse`, expected, second(outer, innermost, g, xs), secondOrder));
    }
    if (domain.stopped) return;
    const gradient: ListFunction = (at) => (grad(g as never) as unknown as (at: readonly Tensor[]) => readonly Tensor[])(at);
    const n = xs.length;
    const along = xs.map((x, i) =>
      filled(x.type, (a) =>
        dxs.reduce((total, v, j) => {
          const block = expected[i * n + j] as DenseTensor;
          for (let b = 0; b < v.size; b++) total += block.at(a * v.size + b) * v.at(b);
          return total;
        }, 0),
      ),
    );
    expectNone(listDifference("the Hessian times a direction", directionalDerivative(gradient, xs, dxs), along, differenced));
  },
  { maxElements: 4 },
);

export const derivativeLaws: readonly Law[] = [
  linearityLaw,
  differenceLaw,
  stagedLaw,
  linearizeLaw,
  dualityLaw,
  involutionLaw,
  transposeLaw,
  hessianLaw,
];
