/** The loop with a condition: the laws of a primitive, eager and within a call, with and without a bound. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { callPrimitive } from "../../src/control/call.js";
import { type WhileParameters, whileLoop, whilePrimitive } from "../../src/control/while.js";
import type { AnyPrimitive } from "../../src/graph/primitive.js";
import type { Tensor } from "../../src/index.js";
import { add, filledAs, mul } from "../../src/primitives/arithmetic.js";
import { lt } from "../../src/primitives/compare.js";
import { cos, sin } from "../../src/primitives/transcendental.js";
import type { Shape } from "../../src/tensor/shape.js";
import type { Domain } from "../../src/testing/domains.js";
import { checkLaw, laws } from "../../src/testing/laws.js";
import { runs } from "../support/runs.js";
import { graphOf, typed } from "./graphs.js";

type Four = readonly [Tensor, Tensor, Tensor, Tensor];

/** While i < n: (i, x, y) -> (i + 1, sin(w x), y + cos x). */
const counting = (shape: Shape): WhileParameters => {
  const t = typed("float64", shape);
  const i = typed("int32", []);
  return {
    condition: graphOf(([n, at]) => [lt(at as Tensor, n as Tensor)], i, i, t, t),
    body: graphOf(
      (ins) => {
        const [w, at, x, y] = ins as Four;
        return [add(at, filledAs(at, 1)), sin(mul(w, x)), add(y, cos(x))];
      },
      t,
      i,
      t,
      t,
    ),
    conditionConstants: 1,
    bodyConstants: 1,
  };
};
/** While i < n: (i, x) -> (i + 1, w x): linear in x. */
const linear = (shape: Shape): WhileParameters => {
  const t = typed("float64", shape);
  const i = typed("int32", []);
  return {
    condition: graphOf(([n, at]) => [lt(at as Tensor, n as Tensor)], i, i, t),
    body: graphOf(
      ([w, at, x]) => [add(at as Tensor, filledAs(at as Tensor, 1)), mul(w as Tensor, x as Tensor)],
      t,
      i,
      t,
    ),
    conditionConstants: 1,
    bodyConstants: 1,
  };
};

const direct = (
  make: (shape: Shape) => WhileParameters,
  carries: number,
  linearIn: readonly (readonly number[])[],
  wrap: (p: WhileParameters, types: readonly Tensor["type"][]) => unknown = (p) => p,
): Domain => ({
  dtypes: ["float64"],
  linear: () => linearIn,
  plan: (draw) =>
    draw.shape(0, 2).map((shape) => {
      const floats = fc.tuple(
        ...Array.from({ length: carries }, () => draw.tensor(shape, { min: -1.2, max: 1.2 })),
      );
      const [t, i] = [typed("float64", shape), typed("int32", [])];
      const types = [i, t, i, ...Array.from({ length: carries }, () => t)];
      return {
        p: wrap(make(shape), types),
        operands: fc
          .tuple(
            draw.indices([], 4, -1),
            draw.tensor(shape, { min: -1.2, max: 1.2 }),
            draw.indices([], 2),
            floats,
          )
          .map(([n, w, at, rest]) => [n, w, at, ...rest]),
      };
    }),
});

/** The loop in a graph, where the number of steps is traced, with a bound. */
const within = (p: WhileParameters, types: readonly Tensor["type"][]): unknown => ({
  name: "f",
  graph: graphOf((ins) => whileLoop(ins, { ...p, maxSteps: 5 }), ...types),
});

describe.each<readonly [string, AnyPrimitive, Domain]>([
  ["a loop", whilePrimitive, direct(counting, 2, [])],
  ["a linear loop", whilePrimitive, direct(linear, 1, [[3]])],
  ["a loop within a call", callPrimitive, direct(counting, 2, [], within)],
  ["a linear loop within a call", callPrimitive, direct(linear, 1, [[3]], within)],
])("%s", (_, primitive, domain) => {
  for (const law of laws) {
    if (law.property(primitive, domain) === undefined) continue;
    it(law.name, () => checkLaw(law, primitive, domain, { runs: Math.ceil(runs / 4) }));
  }
});
