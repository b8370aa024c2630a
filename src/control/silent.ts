/** Graphs without what is seen from outside: for steps that are run a second time, and were seen the first time. */
import { Equation, type Graph, hasEffect } from "../graph/graph.js";
import { isVariable, type Operand, type Variable } from "../graph/primitive.js";
import { remembered } from "./closed.js";

/** The graph with the operands of effects in the place of their results, and so within the graphs that it holds. */
export const silent = (graph: Graph): Graph =>
  hasEffect(graph) ? remembered(graph, "silent", () => withoutEffects(graph)) : graph;

const withoutEffects = (graph: Graph): Graph => {
  const passed = new Map<Variable, Operand>();
  const now = (x: Operand): Operand => (isVariable(x) ? (passed.get(x) ?? x) : x);
  const equations: Equation[] = [];
  for (const { primitive, ins, p, outs, only, several } of graph.equations) {
    const operands = ins.map(now);
    if (primitive.effect === true) {
      outs.forEach((out, i) => {
        passed.set(out, operands[i] as Operand);
      });
    } else {
      const held = primitive.withGraphs?.(p, silent) ?? p;
      equations.push(new Equation(primitive, operands, held, only, several));
    }
  }
  return { ...graph, equations, outputs: graph.outputs.map(now) };
};
