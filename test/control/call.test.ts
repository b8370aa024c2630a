/** The call of a closed graph: the laws of a primitive, and the graphs that its rules make. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { call, callPrimitive } from "../../src/control/call.js";
import { stageClosed } from "../../src/control/closed.js";
import { jvpGraph, partialGraph } from "../../src/control/derive.js";
import { TraceTag } from "../../src/graph/context.js";
import type { Graph } from "../../src/graph/graph.js";
import {
  grad,
  hessian,
  jvp,
  linearize,
  makeGraph,
  np,
  residuals,
  type Tensor,
  vmap,
} from "../../src/index.js";
import { add, mul, neg } from "../../src/primitives/arithmetic.js";
import { cos, exp, sin } from "../../src/primitives/transcendental.js";
import type { TensorType } from "../../src/tensor/tensor.js";
import type { Domain } from "../../src/testing/domains.js";
import { checkLaw, laws } from "../../src/testing/laws.js";
import { runs } from "../support/runs.js";
import { graphOf, typed } from "./graphs.js";

type Three = readonly [Tensor, Tensor, Tensor];

/** (x, y, z) -> (x sin y, cos x + z, 2 z): linear in z. */
const three = (type: TensorType): Graph =>
  graphOf(
    (ins) => {
      const [x, y, z] = ins as Three;
      return [mul(x, sin(y)), add(cos(x), z), add(z, z)];
    },
    type,
    type,
    type,
  );
/** (r, s, t) -> (sin(r) t, s t + t). */
const linear = (type: TensorType): Graph =>
  graphOf(
    (ins) => {
      const [r, s, t] = ins as Three;
      return [mul(sin(r), t), add(mul(s, t), t)];
    },
    type,
    type,
    type,
  );

const domainOf = (graph: (type: TensorType) => Graph, p: object, isLinear: boolean): Domain => ({
  dtypes: ["float64"], // that of the graph
  linear: () => (isLinear ? [[2]] : []),
  plan: (draw) =>
    draw.shape(0, 3).map((shape) => ({
      p: { name: "f", graph: graph(typed(draw.dtype, shape)), ...p },
      operands: fc.tuple(draw.tensor(shape), draw.tensor(shape), draw.tensor(shape)),
    })),
});

describe.each([
  ["a call", domainOf(three, {}, false)],
  ["a call of a linear graph", domainOf(linear, {}, true)],
  ["a call that computes again", domainOf(three, { recompute: true }, false)],
] as const)("%s", (_, domain) => {
  for (const law of laws) {
    if (law.property(callPrimitive, domain) === undefined) continue;
    it(law.name, () => checkLaw(law, callPrimitive, domain, { runs: Math.ceil(runs / 4) }));
  }
});

const scalar = typed("float64", []);
const T = (x: unknown): Tensor => x as Tensor;
const called =
  (graph: Graph, options: object = {}) =>
  (x: Tensor): Tensor =>
    call([x], { name: "f", graph, ...options })[0] as Tensor;
const wave = graphOf(([x]) => [mul(sin(x as Tensor), exp(x as Tensor))], scalar);

describe("graphs made of a graph", () => {
  it("are made once", () => {
    const seen = new Set<Graph>();
    const f = called(wave, {
      run: (graph: Graph, ins: readonly Tensor[]) => {
        seen.add(graph);
        return call(ins, { name: "inner", graph });
      },
    });
    const all = (): unknown => [
      f(T(np.array(1))),
      grad(f)(1),
      hessian(f)(1),
      vmap(grad(f))(np.array([1, 2])),
    ];
    all();
    const before = seen.size;
    expect(before).toBeGreaterThanOrEqual(6);
    for (let i = 0; i < 3; i++) all();
    expect(seen.size).toBe(before);
    expect(jvpGraph(wave, [true])).toBe(jvpGraph(wave, [true]));
  });

  it("run through what runs the call, in both modes", () => {
    const names: string[] = [];
    const f = called(wave, {
      run: (graph: Graph, ins: readonly Tensor[]) => {
        names.push(`${graph.inputs.length} to ${graph.outputs.length}`);
        return call(ins, { name: "inner", graph });
      },
    });
    grad(f)(1);
    // forward with residuals, backward
    expect(names).toEqual(["1 to 4", "4 to 1"]);
    names.length = 0;
    jvp(f, [1], [1]);
    expect(names).toEqual(["2 to 2"]);
  });

  it("save only what the rest needs, and no operand twice", () => {
    const graph = graphOf(
      ([x, t]) => [mul(x as Tensor, t as Tensor), mul(sin(x as Tensor), t as Tensor), neg(x as Tensor)],
      scalar,
      scalar,
    );
    const parts = partialGraph(graph, [false, true]);
    expect(parts.residuals).toEqual([{ input: 0 }, { saved: 0 }]);
    expect(parts.unknownOuts).toEqual([true, true, false]);
    expect(parts.known.outputs.length).toBe(2);
  });

  it("stand in graphs, readably", () => {
    expect(String(makeGraph(called(wave))(1))).toBe(
      [
        "(a:float64[]) =>",
        "  b:float64[] = call{name: f, graph: (a:float64[]) =>",
        "      b:float64[] = sin(a)",
        "      c:float64[] = exp(a)",
        "      d:float64[] = mul(b, c)",
        "      e:float64[] = convert{float64}(d)",
        "      return e}(a)",
        "  return b",
      ].join("\n"),
    );
  });
});

it("computing again keeps the operands and nothing else", () => {
  const deep = graphOf(([x]) => [sin(sin(sin(sin(x as Tensor))))], scalar);
  const kept = (options: object): number =>
    residuals((linearizeGraph(called(deep, options)) as { readonly graph: Graph }).graph).length;
  expect(kept({ recompute: true })).toBe(1);
  expect(kept({})).toBeGreaterThan(1);
});

const linearizeGraph = (f: (x: Tensor) => Tensor): unknown => ({
  graph: makeGraph((t: Tensor) => linearize(f, [0.3])[1](t))(1),
});

it("lifts the tracers over which a function closes, each once, and leaves arrays where they are", () => {
  const w = T(np.array([1, 2]));
  const product = (x: Tensor, y: Tensor): Tensor => {
    const { graph, closedOver } = stageClosed(
      ([z]) => [mul(mul(z as Tensor, x), add(y, mul(x, w)))],
      [typed("float64", [2])],
      new TraceTag("test", { name: "" }),
    );
    // x, and y + x w, which was computed outside
    expect(closedOver.length).toBe(2);
    expect(graph.inputs.length).toBe(3);
    return T(np.sum(call([w, ...closedOver], { name: "f", graph })[0] as Tensor));
  };
  const [dx, dy] = grad(product, { argnums: [0, 1] })(T(np.array([3, 4])), T(np.array([5, 6])));
  // sum of w x (y + x w)
  expect(dx.toArray()).toEqual([1 * (5 + 2 * 3), 2 * (6 + 2 * 2 * 4)]);
  expect(dy.toArray()).toEqual([3, 8]);
});
