/** Graphs for the eye, with the cost of every operation: text, Mermaid's flowcharts, SVG. */
import type { Graph } from "../graph/graph.js";
import { isVariable, type Operand, type Variable } from "../graph/primitive.js";
import { nameOf, printConstant, printParameters, printType } from "../graph/print.js";
import { makeGraph as staged } from "../transforms/stage.js";
import type { MakeGraphFunction } from "../transforms/types.js";
import { type Cost, checkGraph, type EquationCost, graphCost } from "./cost.js";
import { drawn, type Node } from "./svg.js";

export interface DrawnGraph extends Graph {
  readonly toText: () => string;
  readonly toMermaid: () => string;
  readonly toSvg: () => string;
}

const naming = (): ((v: Variable) => string) => {
  const names = new Map<Variable, string>();
  return (v) => {
    const found = names.get(v) ?? nameOf(names.size);
    names.set(v, found);
    return found;
  };
};

const operationsText = ({ operations, knownOperations }: Omit<Cost, "bytes">): string => {
  if (operations !== null) return `${operations} operations`;
  return knownOperations > 0 ? `at least ${knownOperations} operations` : "operations not told by its kernel";
};
const keepsText = (bytes: number): string => (bytes === 0 ? "" : `, keeps ${bytes}`);

const costText = ({ step, bytes, residualBytes, ...cost }: EquationCost): string =>
  step === undefined
    ? `${operationsText({ ...cost, residualBytes })}, ${bytes} bytes${keepsText(residualBytes)}`
    : `each step: ${operationsText(step)}${keepsText(step.residualBytes)}; in all ${bytes} bytes`;

/** Parameters in one line, cut where they are long: graphs among them. */
const parametersOf = (p: unknown): string => {
  const text = printParameters(p).replace(/\s+/g, " ");
  return text.length <= 40 ? text : `${text.slice(0, 37)}...`;
};

/**
 * The text of a graph with the cost of each line: scalar operations, bytes of the results, and what reverse mode keeps.
 * Of a loop whose number of steps is not known it is the cost of each step.
 * @example console.log(toText(makeGraph((x) => np.sum(np.sin(x)))(np.zeros([3]))))
 */
export const toText = (graph: Graph): string => {
  checkGraph("toText", graph);
  const name = naming();
  const typed = (v: Variable): string => `${name(v)}:${printType(v.type)}`;
  const operand = (x: Operand): string => (isVariable(x) ? name(x) : printConstant(x));
  const head = `(${graph.inputs.map(typed).join(", ")}) =>`;
  const costs = graphCost(graph);
  const lines = costs.map(({ equation: { primitive, ins, p, outs } }) => {
    const results = outs.map(typed).join(", ");
    return `  ${results} = ${primitive.name}${parametersOf(p)}(${ins.map(operand).join(", ")})`;
  });
  const width = Math.max(0, ...lines.map((line) => line.length));
  const sum = (field: "knownOperations" | "bytes" | "residualBytes"): number =>
    costs.reduce((all, cost) => all + cost[field], 0);
  const atLeast = costs.some((cost) => cost.operations === null) ? "at least " : "";
  const steps = costs.some((cost) => cost.step !== undefined) ? ", besides loops of unknown length" : "";
  return [
    head,
    ...lines.map((line, i) => `${line.padEnd(width)}  // ${costText(costs[i] as EquationCost)}`),
    `  return ${graph.outputs.map(operand).join(", ")}`,
    `// in all ${atLeast}${sum("knownOperations")} operations, ${sum("bytes")} bytes, keeps ${sum("residualBytes")}${steps}`,
  ].join("\n");
};

/** Boxes of the drawing: inputs, operations, and the outputs together. */
const nodesOf = (graph: Graph): readonly Node[] => {
  const name = naming();
  const madeBy = new Map<Variable, number>();
  const nodes: Node[] = [];
  const add = (
    kind: Node["kind"],
    lines: readonly string[],
    ins: readonly Operand[],
    outs: readonly Variable[],
  ): void => {
    const from = ins.flatMap((x) => {
      const source = isVariable(x) ? madeBy.get(x) : undefined;
      return source === undefined ? [] : [source];
    });
    for (const out of outs) madeBy.set(out, nodes.length);
    nodes.push({ kind, lines, from });
  };
  for (const v of graph.inputs) add("input", [`${name(v)}: ${printType(v.type)}`], [], [v]);
  for (const cost of graphCost(graph)) {
    const { primitive, ins, p, outs } = cost.equation;
    const operands = ins.map((x) => (isVariable(x) ? name(x) : printConstant(x))).join(", ");
    const results = outs.map((v) => `${name(v)}: ${printType(v.type)}`).join(", ");
    add(
      "operation",
      [`${primitive.name}${parametersOf(p)}(${operands})`, results, costText(cost)],
      ins,
      outs,
    );
  }
  add("output", ["result"], graph.outputs, []);
  return nodes;
};

/**
 * The graph as a flowchart of Mermaid, which GitHub and many editors draw.
 * @example toMermaid(makeGraph((x) => np.sin(x))(1))
 */
export const toMermaid = (graph: Graph): string => {
  checkGraph("toMermaid", graph);
  const nodes = nodesOf(graph);
  const quoted = (lines: readonly string[]): string =>
    `"${lines.map((line) => line.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;")).join("<br/>")}"`;
  const box = ({ kind, lines }: Node, i: number): string =>
    kind === "operation" ? `  n${i}[${quoted(lines)}]` : `  n${i}([${quoted(lines)}])`;
  const arrows = nodes.flatMap(({ from }, i) => from.map((source) => `  n${source} --> n${i}`));
  return ["flowchart TD", ...nodes.map(box), ...arrows].join("\n");
};

/**
 * The graph as a drawing by itself: SVG text, to be written to a file or put into a page.
 * @example writeFileSync("model.svg", toSvg(makeGraph(model)(x)))
 */
export const toSvg = (graph: Graph): string => {
  checkGraph("toSvg", graph);
  return drawn(nodesOf(graph));
};

/**
 * `makeGraph` of the root, whose graphs have `toText()`, `toMermaid()` and `toSvg()` besides.
 * @example makeGraph((x) => np.sum(np.sin(x)))(np.zeros([3])).toText()
 */
export const makeGraph = ((f: never) => {
  const stage = (staged as (f: unknown) => (...args: readonly unknown[]) => Graph)(f);
  return (...args: readonly unknown[]): DrawnGraph => {
    const graph = stage(...args);
    return {
      ...graph,
      toText: () => toText(graph),
      toMermaid: () => toMermaid(graph),
      toSvg: () => toSvg(graph),
    };
  };
}) as unknown as DrawnGraphFunction;

type DrawnGraphFunction = <A extends readonly unknown[]>(
  f: (...args: A) => unknown,
) => (...args: Parameters<ReturnType<MakeGraphFunction>>) => DrawnGraph;
