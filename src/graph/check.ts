/**
 * The grammar of graphs: every variable is defined once and before its uses, and every equation has the types that
 * its primitive's shape rule gives. Run in tests, on whatever is staged.
 */
import { CotangentError } from "../tensor/errors.js";
import { sameShape } from "../tensor/shape.js";
import type { TensorType } from "../tensor/tensor.js";
import type { Graph } from "./graph.js";
import { isVariable, type Operand, type Variable } from "./primitive.js";
import { printType } from "./print.js";

/** What is wrong with a graph, one sentence each; empty for a well-formed one. */
export const graphProblems = (graph: Graph): readonly string[] => {
  const problems: string[] = [];
  const defined = new Set<Variable>();
  const indexes = new Set<number>();
  const define = (v: Variable, where: string): void => {
    if (defined.has(v)) problems.push(`${where} defines variable ${v.index} again`);
    else if (indexes.has(v.index)) problems.push(`${where} defines a second variable ${v.index}`);
    if (!(v.index >= 0 && v.index < graph.variableCount)) {
      problems.push(`${where} defines variable ${v.index}, but the graph counts ${graph.variableCount}`);
    }
    defined.add(v);
    indexes.add(v.index);
  };
  const use = (x: Operand, where: string): void => {
    if (isVariable(x) && !defined.has(x))
      problems.push(`${where} uses variable ${x.index} before it is defined`);
  };
  for (const v of graph.inputs) define(v, "the input list");
  graph.equations.forEach(({ primitive, ins, p, outs }, i) => {
    const where = `equation ${i} (${primitive.name})`;
    for (const x of ins) use(x, where);
    const problem = typeProblem(
      where,
      () =>
        primitive.shape(
          ins.map((x) => x.type),
          p,
        ),
      outs.map((v) => v.type),
    );
    if (problem !== undefined) problems.push(problem);
    for (const v of outs) define(v, where);
  });
  for (const x of graph.outputs) use(x, "the output list");
  return problems;
};

const typeProblem = (
  where: string,
  rule: () => readonly TensorType[],
  recorded: readonly TensorType[],
): string | undefined => {
  let expected: readonly TensorType[];
  try {
    expected = rule();
  } catch (error) {
    if (!(error instanceof CotangentError)) throw error;
    return `${where} has operands that its shape rule refuses: ${error.message}`;
  }
  const same =
    expected.length === recorded.length &&
    expected.every((type, i) => {
      const other = recorded[i] as TensorType;
      return sameShape(type.shape, other.shape) && type.dtype === other.dtype && type.weak === other.weak;
    });
  if (same) return undefined;
  const show = (types: readonly TensorType[]): string =>
    types.map((type) => printType(type) + (type.weak ? " (weak)" : "")).join(", ");
  return `${where} has results ${show(recorded)}, but its shape rule gives ${show(expected)}`;
};

/**
 * Throws where a graph breaks the grammar.
 * @example checkGraph(makeGraph(np.sin)(1))
 */
export const checkGraph = (graph: Graph): void => {
  const problems = graphProblems(graph);
  if (problems.length > 0) throw new CotangentError(`This is no well-formed graph: ${problems.join("; ")}.`);
};
