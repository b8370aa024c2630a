/** The laws for primitives that hold functions: the same as for any other, with programs as parameters. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CustomCallParameters,
  higherOrder,
  type LinearCallParameters,
} from "../../src/control/custom.js";
import type { Tensor } from "../../src/index.js";
import { add, convert, mul, neg } from "../../src/primitives/arithmetic.js";
import { cos, sin } from "../../src/primitives/transcendental.js";
import type { Domain } from "../../src/testing/domains.js";
import { checkLaw, laws } from "../../src/testing/laws.js";
import { runs } from "../support/runs.js";

type List = readonly [Tensor, Tensor];

/** (x, y) -> (x sin y, -y), whose pushforward is given. */
const call: CustomCallParameters = {
  name: "call",
  f: (ins) => {
    const [x, y] = ins as List;
    return [mul(x, sin(y)), neg(y)];
  },
  jvp: (primals, tangents) => {
    const [[x, y], [dx, dy]] = [primals as List, tangents as List];
    return [
      [mul(x, sin(y)), neg(y)],
      [add(mul(dx, sin(y)), mul(mul(x, cos(y)), dy)), neg(dy)],
    ];
  },
};

/** (r, t) -> sin(r) t, with its transpose. */
const linear = (type: Tensor["type"]): LinearCallParameters => ({
  name: "linear",
  residualCount: 1,
  outTypes: [type],
  // converted, since the types of the results are parameters: a weak operand does not make them weak
  forward: ([r], [t]) => [convert(mul(sin(r as Tensor), t as Tensor), type.dtype)],
  backward: ([r], [ct]) => [mul(sin(r as Tensor), ct as Tensor)],
});

const domains: Readonly<Record<string, Domain>> = {
  customCall: {
    dtypes: ["float64", "float32"],
    plan: (draw) =>
      draw.shape().map((shape) => ({ p: call, operands: fc.tuple(draw.tensor(shape), draw.tensor(shape)) })),
  },
  linearCall: {
    dtypes: ["float64"],
    linear: () => [[1]],
    plan: (draw) =>
      draw.shape().map((shape) => ({
        p: linear({ shape, dtype: draw.dtype, weak: false }),
        operands: fc.tuple(draw.tensor(shape), draw.tensor(shape)),
      })),
  },
};

describe.each(higherOrder.map((primitive) => [primitive.name, primitive] as const))(
  "%s",
  (name, primitive) => {
    const domain = domains[name];
    it("has a domain", () => expect(domain).toBeDefined());
    if (domain === undefined) return;
    for (const law of laws) {
      if (law.property(primitive, domain) === undefined) continue;
      it(law.name, () => checkLaw(law, primitive, domain, { runs }));
    }
  },
);
