/** The branch: the laws of a primitive, with the index as an operand and computed within a graph, and batches of it. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { branch, branchPrimitive } from "../../src/control/branch.js";
import { callPrimitive } from "../../src/control/call.js";
import type { Graph } from "../../src/graph/graph.js";
import type { AnyPrimitive } from "../../src/graph/primitive.js";
import type { Tensor } from "../../src/index.js";
import { add, convert, floor, mul, neg } from "../../src/primitives/arithmetic.js";
import { cos, exp, sin } from "../../src/primitives/transcendental.js";
import type { TensorType } from "../../src/tensor/tensor.js";
import type { Domain } from "../../src/testing/domains.js";
import { checkLaw, laws } from "../../src/testing/laws.js";
import { runs } from "../support/runs.js";
import { graphOf, typed } from "./graphs.js";

type Two = readonly [Tensor, Tensor];

/** (x, y) to one of: (x sin y, y), (exp x, 2), (cos (x y), -x). */
const three = (t: TensorType): readonly Graph[] => [
  graphOf((ins) => [mul((ins as Two)[0], sin((ins as Two)[1])), (ins as Two)[1]], t, t),
  graphOf((ins) => [exp((ins as Two)[0]), add(cos(neg((ins as Two)[0])), (ins as Two)[0])], t, t),
  graphOf((ins) => [cos(mul((ins as Two)[0], (ins as Two)[1])), neg((ins as Two)[0])], t, t),
];
/** (r, t) to one of: (sin(r) t, t), (r t, exp(r) t), linear in t. */
const linear = (t: TensorType): readonly Graph[] => [
  graphOf((ins) => [mul(sin((ins as Two)[0]), (ins as Two)[1]), (ins as Two)[1]], t, t),
  graphOf((ins) => [mul((ins as Two)[0], (ins as Two)[1]), mul(exp((ins as Two)[0]), (ins as Two)[1])], t, t),
];

const direct = (
  make: (t: TensorType) => readonly Graph[],
  linearIn: readonly (readonly number[])[],
): Domain => ({
  dtypes: ["float64"],
  linear: () => linearIn,
  plan: (draw) =>
    draw.shape(0, 2).map((shape) => ({
      p: { branches: make(typed("float64", shape)) },
      operands: fc.tuple(draw.indices([], 5, -1), draw.tensor(shape), draw.tensor(shape)),
    })),
});

/** (z, x, y): the index is the floor of z, so that it is traced wherever the call is. */
const within = (
  make: (t: TensorType) => readonly Graph[],
  linearIn: readonly (readonly number[])[],
): Domain => ({
  dtypes: ["float64"],
  linear: () => linearIn,
  plan: (draw) =>
    draw.shape(0, 2).map((shape) => {
      const t = typed("float64", shape);
      const graph = graphOf(
        ([z, x, y]) =>
          branch(convert(floor(z as Tensor), "int32"), [x as Tensor, y as Tensor], { branches: make(t) }),
        typed("float64", []),
        t,
        t,
      );
      const z = fc.nat(2).map((k) => [k + 0.5] as const);
      return {
        p: { name: "f", graph },
        operands: z.chain(([k]) =>
          fc.tuple(draw.tensor([], { min: k - 0.2, max: k + 0.2 }), draw.tensor(shape), draw.tensor(shape)),
        ),
      };
    }),
});

describe.each<readonly [string, AnyPrimitive, Domain]>([
  ["a branch", branchPrimitive, direct(three, [])],
  ["a linear branch", branchPrimitive, direct(linear, [[2]])],
  ["a branch within a call", callPrimitive, within(three, [])],
  ["a linear branch within a call", callPrimitive, within(linear, [[2]])],
])("%s", (_, primitive, domain) => {
  for (const law of laws) {
    if (law.property(primitive, domain) === undefined) continue;
    it(law.name, () => checkLaw(law, primitive, domain, { runs: Math.ceil(runs / 4) }));
  }
});
