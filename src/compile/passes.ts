/**
 * Graphs made simpler before they are planned: held programs written out in their place, equal equations done once,
 * dead ones left out. Each pass is a function from graph to graph; `simplify` is their composition.
 */
import { type Equation, type Graph, GraphBuilder, isSeen, withoutDeadCode } from "../graph/graph.js";
import { isVariable, type Operand, type Variable } from "../graph/primitive.js";
import type { TensorType } from "../tensor/tensor.js";
import { identities } from "./keys.js";

const typesOf = (ins: readonly Operand[]): readonly TensorType[] => ins.map((x) => x.type);

/** Writes equations of a graph to a builder, with operands found in `known`; gives what stands for the outputs. */
type Visit = (equation: Equation, ins: readonly Operand[], builder: GraphBuilder) => readonly Operand[];

const rewritten = (graph: Graph, visit: Visit): Graph => {
  const builder = new GraphBuilder();
  const inputs = graph.inputs.map((v) => builder.input(v.type));
  return builder.finish(replay(graph, inputs, visit, builder));
};

const replay = (
  graph: Graph,
  inputs: readonly Operand[],
  visit: Visit,
  builder: GraphBuilder,
): readonly Operand[] => {
  const known = new Map<Variable, Operand>();
  const now = (x: Operand): Operand => (isVariable(x) ? (known.get(x) as Operand) : x);
  graph.inputs.forEach((v, i) => {
    known.set(v, inputs[i] as Operand);
  });
  for (const equation of graph.equations) {
    const outs = visit(equation, equation.ins.map(now), builder);
    equation.outs.forEach((v, i) => {
      known.set(v, outs[i] as Operand);
    });
  }
  return graph.outputs.map(now);
};

const kept: Visit = ({ primitive, p, outs }, ins, builder) =>
  builder.add(
    primitive,
    ins,
    p,
    outs.map((v) => v.type),
  );

/** Every equation that stands for a graph is replaced by that graph's equations, however deep they nest. */
export const inlined = (graph: Graph): Graph => {
  const visit: Visit = (equation, ins, builder) => {
    const lowering = equation.primitive.lower(typesOf(ins), equation.p);
    return lowering.kind === "inline"
      ? replay(lowering.graph, ins, visit, builder)
      : kept(equation, ins, builder);
  };
  return rewritten(graph, visit);
};

/** Equations of one primitive with equal operands and parameters are one equation. */
export const withoutRepetition = (graph: Graph): Graph => {
  const found = new Map<string, readonly Operand[]>();
  const key = identities();
  return rewritten(graph, (equation, ins, builder) => {
    const { primitive, p } = equation;
    if (isSeen(equation)) return kept(equation, ins, builder);
    const name = `${key(primitive)} ${ins.map((x) => (isVariable(x) ? `v${x.index}` : key(x))).join(" ")} ${key(p)}`;
    const before = found.get(name);
    if (before !== undefined) return before;
    const outs = kept(equation, ins, builder);
    found.set(name, outs);
    return outs;
  });
};

/** The graph that is planned. */
export const simplify = (graph: Graph): Graph =>
  withoutDeadCode(withoutRepetition(withoutDeadCode(inlined(graph))));
