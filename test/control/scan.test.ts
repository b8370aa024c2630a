/** The scan: the laws of a primitive, on loops with every kind of operand, and what its derivatives keep. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { type ScanParameters, scanPrimitive } from "../../src/control/scan.js";
import type { Graph } from "../../src/graph/graph.js";
import type { Tensor } from "../../src/index.js";
import { add, mul } from "../../src/primitives/arithmetic.js";
import { sin, tanh } from "../../src/primitives/transcendental.js";
import type { TensorType } from "../../src/tensor/tensor.js";
import type { Domain } from "../../src/testing/domains.js";
import { checkLaw, laws } from "../../src/testing/laws.js";
import { runs } from "../support/runs.js";
import { graphOf, typed } from "./graphs.js";

type Two = readonly [Tensor, Tensor];
type Four = readonly [Tensor, Tensor, Tensor, Tensor];

/** (w; a, b; x) -> (sin(w a) + x, b tanh x; a b): a does not depend on b. */
const coupled = (t: TensorType): Graph =>
  graphOf(
    (ins) => {
      const [w, a, b, x] = ins as Four;
      return [add(sin(mul(w, a)), x), mul(b, tanh(x)), mul(a, b)];
    },
    t,
    t,
    t,
    t,
  );
/** (w, v; a; x, y) -> (sin(w) a + v x + y; v x): linear in v or x, and in a and y with either. */
const linear = (t: TensorType): Graph =>
  graphOf(
    (ins) => {
      const [w, v, a, x, y] = ins as readonly [Tensor, Tensor, Tensor, Tensor, Tensor];
      return [add(mul(sin(w), a), add(mul(v, x), y)), mul(v, x)];
    },
    t,
    t,
    t,
    t,
    t,
  );
/** (; a; x) -> (x; a): every row one step late. */
const delay = (t: TensorType): Graph => graphOf((ins) => [ins[1], ins[0]] as unknown as Two, t, t);

const domainOf = (
  body: (t: TensorType) => Graph,
  counts: Pick<ScanParameters, "constants" | "carries">,
  linearIn: readonly (readonly number[])[],
): Domain => ({
  dtypes: ["float64"],
  linear: () => linearIn,
  plan: (draw) =>
    fc.tuple(draw.shape(0, 2), fc.nat(3), fc.boolean()).map(([shape, length, reverse]) => {
      const graph = body(typed(draw.dtype, shape));
      const p: ScanParameters = { body: graph, length, reverse, ...counts };
      const first = counts.constants + counts.carries;
      return {
        p,
        operands: fc.tuple(
          ...graph.inputs.map((_, i) =>
            draw.tensor(i < first ? shape : [length, ...shape], { min: -1, max: 1 }),
          ),
        ),
      };
    }),
});

describe.each([
  ["a scan", domainOf(coupled, { constants: 1, carries: 2 }, [])],
  [
    "a linear scan",
    domainOf(linear, { constants: 2, carries: 1 }, [[1], [1, 2, 4], [2, 3, 4], [2], [3], [4]]),
  ],
  ["a delay", domainOf(delay, { constants: 0, carries: 1 }, [[0, 1], [0], [1]])],
] as const)("%s", (_, domain) => {
  for (const law of laws) {
    if (law.property(scanPrimitive, domain) === undefined) continue;
    it(law.name, () => checkLaw(law, scanPrimitive, domain, { runs: Math.ceil(runs / 4) }));
  }
});
