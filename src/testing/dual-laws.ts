/**
 * Laws about transposition and second order: the pullback is dual to the pushforward, transposing undoes itself, and
 * second derivatives do not depend on the modes in which they are taken.
 */
import fc from "fast-check";
import type { AnyPrimitive } from "../graph/primitive.js";
import { printType } from "../graph/print.js";
import { add, mul } from "../primitives/arithmetic.js";
import { sum } from "../primitives/broadcast.js";
import { sameShape } from "../tensor/shape.js";
import type { DenseTensor, Tensor } from "../tensor/tensor.js";
import { grad } from "../transforms/grad.js";
import { jacfwd, jacrev } from "../transforms/jacobian.js";
import { leaves } from "../transforms/tree.js";
import {
  densely,
  differenced,
  expectNone,
  isClose,
  listDifference,
  reordered,
  secondOrder,
} from "./compare.js";
import { activeOf, halves, law, pushforwardOf } from "./derivative-laws.js";
import { directionalDerivative, filled, inner, innerScale, type ListFunction, moved } from "./differences.js";
import type { Domain } from "./domains.js";
import { instances, linearMap, pulled, transposed, variants } from "./subject.js";
import type { Law } from "./value-laws.js";

/** <w, Jv> and <Jt w, v>, up to rounding. */
const expectDual = (
  w: readonly Tensor[],
  jv: readonly Tensor[],
  jtw: readonly Tensor[],
  v: readonly Tensor[],
): void => {
  const [left, right] = [inner(w, jv), inner(jtw, v)];
  const scale = innerScale(w, jv) + innerScale(jtw, v);
  if (!isClose(left, right, { rtol: 0, atol: 1e-11 + 1e-11 * scale })) {
    throw new Error(`<w, Jv> is ${left}, but <Jt w, v> is ${right}`);
  }
};

const dualityLaw = law(
  "the pullback is dual to the pushforward",
  ({ xs, dxs, weights, restrict }, instance, domain) => {
    const n = xs.length;
    const pulls = variants(
      instance,
      domain,
      restrict,
      (f) => (list) => pulled(f, list.slice(0, n), list.slice(n)),
    );
    variants(instance, domain, restrict, pushforwardOf).forEach((push, i) => {
      const [, tangents] = halves(push([...xs, ...dxs]));
      const cotangents = (pulls[i] as ListFunction)([...xs, ...weights]);
      cotangents.forEach((ct, k) => {
        const x = xs[k] as Tensor;
        if (!sameShape(x.shape, ct.shape) || x.dtype !== ct.dtype) {
          throw new Error(`a cotangent of ${printType(x.type)} is ${printType(ct.type)}`);
        }
      });
      expectDual(weights, tangents, cotangents, dxs);
    });
  },
);

const involutionLaw = law(
  "the derivative transposed twice is itself",
  ({ xs, dxs, weights, restrict }, instance, domain) => {
    const n = xs.length;
    const twice = variants(instance, domain, restrict, (f) => (list) => {
      const [at, along] = [list.slice(0, n), list.slice(n, 2 * n)];
      return transposed(transposed(linearMap(f, at), at), list.slice(2 * n))(along);
    });
    variants(instance, domain, restrict, pushforwardOf).forEach((push, i) => {
      const [, expected] = halves(push([...xs, ...dxs]));
      expectNone(
        listDifference(
          "transposed twice",
          expected,
          (twice[i] as ListFunction)([...xs, ...dxs, ...weights]),
          reordered,
        ),
      );
    });
  },
);

const transposeLaw: Law = {
  name: "the transpose rule is dual to the primitive itself, and undone by transposing again",
  property: (primitive: AnyPrimitive, domain: Domain) => {
    if (primitive.transpose === "nonlinear" && domain.linear === undefined) return undefined;
    return fc.property(instances(primitive, domain, ["float64"], true, 24), (instance) => {
      if (domain.stopped) return;
      if (domain.linear === undefined)
        throw new Error(`${primitive.name} has a transpose rule: name its operands in the domain's "linear"`);
      for (const chosen of domain.linear(instance.p, instance.ins.length)) {
        const active = activeOf(instance, chosen);
        const { xs, dxs, weights, restrict } = active;
        const n = xs.length;
        const zeros = xs.map((x) => filled(x.type, () => 0));
        const plain = variants(instance, domain, restrict, (f) => f);
        const dual = variants(
          instance,
          domain,
          restrict,
          (f) => (list) => transposed(f, list.slice(0, n))(list.slice(n)),
        );
        const twice = variants(
          instance,
          domain,
          restrict,
          (f) => (list) => transposed(transposed(f, list.slice(0, n)), list.slice(n))(list.slice(0, n)),
        );
        plain.forEach((f, i) => {
          // operands that stand still may add a constant, as in x + c
          const linear = moved(f(dxs), -1, f(zeros));
          expectDual(weights, linear, (dual[i] as ListFunction)([...xs, ...weights]), dxs);
          expectNone(
            listDifference(
              "transposed twice",
              linear,
              (twice[i] as ListFunction)([...dxs, ...weights]),
              reordered,
            ),
          );
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
      .map((out, k) =>
        sum(
          mul(out, w[k] as Tensor),
          out.shape.map((_, axis) => axis),
        ),
      )
      .reduce((a, b) => add(a, b));

type OfList = (xs: readonly Tensor[]) => unknown;
const second = (
  outer: typeof jacfwd,
  innermost: typeof jacfwd,
  g: ScalarOfList,
  xs: readonly Tensor[],
): readonly DenseTensor[] => {
  const of = (transformation: typeof jacfwd, f: OfList): OfList =>
    transformation(f as never) as unknown as OfList;
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
      expectNone(
        listDifference(
          `${name} beside forward over reverse`,
          expected,
          second(outer, innermost, g, xs),
          secondOrder,
        ),
      );
    }
    if (domain.stopped === true || domain.implicit === true) return;
    const gradient: ListFunction = (at) =>
      (grad(g as never) as unknown as (at: readonly Tensor[]) => readonly Tensor[])(at);
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
    expectNone(
      listDifference(
        "the Hessian times a direction",
        directionalDerivative(gradient, xs, dxs),
        along,
        differenced,
      ),
    );
  },
  { maxElements: 4 },
);

export const dualLaws: readonly Law[] = [dualityLaw, involutionLaw, transposeLaw, hessianLaw];
