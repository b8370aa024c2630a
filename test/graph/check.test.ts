/** The grammar of graphs: what is staged obeys it, and every way of breaking it is found. */
import { describe, expect, it } from "vitest";
import { checkGraph, graphProblems } from "../../src/graph/check.js";
import { Equation, type Graph } from "../../src/graph/graph.js";
import { Variable } from "../../src/graph/primitive.js";
import { grad, makeGraph, np, type Tensor, vmap } from "../../src/index.js";

const f = (x: Tensor): Tensor => np.sum(np.mul(np.sin(x), x)) as Tensor;
const graph: Graph = makeGraph(f)(np.array([1, 2, 3]));
const [first, second] = graph.equations as [Equation, Equation];

describe("the grammar of graphs", () => {
  it("holds of programs and of their derivatives", () => {
    checkGraph(graph);
    checkGraph(makeGraph(grad(f as never) as never)(np.array([1, 2, 3]) as never));
    checkGraph(makeGraph(vmap(f as never) as never)(np.ones([2, 3]) as never));
    expect(graph.equations.length).toBe(3);
  });

  it.each<[string, Graph, RegExp]>([
    [
      "an equation out of order",
      { ...graph, equations: [...graph.equations].reverse() },
      /before it is defined/,
    ],
    [
      "an output from nowhere",
      { ...graph, outputs: [new Variable(first.outs[0]?.type as never, 1)] },
      /output list uses variable 1/,
    ],
    [
      "a variable defined twice",
      { ...graph, equations: [first, first, ...graph.equations.slice(1)] },
      /defines variable 1 again/,
    ],
    [
      "two variables of one index",
      { ...graph, inputs: [...graph.inputs, new Variable(first.outs[0]?.type as never, 0)] },
      /second variable 0/,
    ],
    ["a variable beyond the count", { ...graph, variableCount: 2 }, /the graph counts 2/],
    [
      "a result of a wrong type",
      {
        ...graph,
        equations: graph.equations.map((e) =>
          e === second ? { ...e, outs: [new Variable({ shape: [], dtype: "float64", weak: false }, 2)] } : e,
        ),
      },
      /its shape rule gives float64\[3\]/,
    ],
    [
      "operands that do not fit",
      {
        ...graph,
        equations: graph.equations.map((e) =>
          e === second
            ? new Equation(e.primitive, [e.ins[0] as never, np.zeros([2])], e.p, e.only, e.several)
            : e,
        ),
      },
      /shape rule refuses/,
    ],
  ])("finds %s", (_, broken, message) => {
    expect(graphProblems(broken).join("; ")).toMatch(message);
    expect(() => checkGraph(broken)).toThrow(message);
  });
});
