/** Graphs as readable text: one line an equation, `name:dtype[shape] = primitive parameters operands`. */
import { bracketed } from "../tensor/errors.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import type { Graph } from "./graph.js";
import { isVariable, type Operand, type Variable } from "./primitive.js";

/** a, b, ..., z, aa, ab, ... */
export const nameOf = (index: number): string =>
  (index >= 26 ? nameOf(Math.floor(index / 26) - 1) : "") + String.fromCharCode(97 + (index % 26));

export const printType = ({ shape, dtype }: TensorType): string => `${dtype}${bracketed(shape)}`;

export const printConstant = (x: Tensor): string => {
  if (x.type.shape.length > 0) return printType(x.type);
  try {
    return String(x.item());
  } catch {
    return printType(x.type); // a tracer of an enclosing transformation: no number
  }
};

export const printParameters = (p: unknown): string => {
  if (p === null || p === undefined) return "";
  if (typeof p !== "object" || Array.isArray(p)) return `{${show(p)}}`;
  const fields = Object.entries(p).filter(([, value]) => typeof value !== "function");
  return `{${fields.map(([key, value]) => `${key}: ${show(value)}`).join(", ")}}`;
};

const isGraph = (value: unknown): value is Graph =>
  typeof value === "object" && value !== null && "variableCount" in value && "equations" in value;

/** A graph within an equation stands indented, with names of its own. */
const show = (value: unknown): string => {
  if (typeof value === "string") return value;
  if (isGraph(value)) return printGraph(value).replaceAll("\n", "\n    ");
  if (Array.isArray(value) && value.some(isGraph)) return `[${value.map(show).join(", ")}]`;
  return JSON.stringify(value) ?? String(value);
};

/**
 * The text of a graph.
 * @example // (a:float64[]) => { b:float64[] = sin(a); return b }
 */
export const printGraph = (graph: Graph): string => {
  const names = new Map<Variable, string>();
  const name = (v: Variable): string => {
    let found = names.get(v);
    if (found === undefined) {
      found = nameOf(names.size);
      names.set(v, found);
    }
    return found;
  };
  const typed = (v: Variable): string => `${name(v)}:${printType(v.type)}`;
  const operand = (x: Operand): string => (isVariable(x) ? name(x) : printConstant(x));
  const head = `(${graph.inputs.map(typed).join(", ")}) =>`;
  const body = graph.equations.map(
    ({ primitive, ins, p, outs }) =>
      `  ${outs.map(typed).join(", ")} = ${primitive.name}${printParameters(p)}(${ins.map(operand).join(", ")})`,
  );
  return [head, ...body, `  return ${graph.outputs.map(operand).join(", ")}`].join("\n");
};
