/**
 * Scalar programs without generated code, for engines that forbid it: one closure a node over a file of registers.
 * The same numbers, some ten times slower.
 */
import { roundTo } from "../tensor/dtype.js";
import { type ScalarNode, type ScalarProgram, worksIn } from "./program.js";
import { functionOf } from "./semantics.js";

export type ScalarFunction = (...operands: readonly number[]) => number;

/** A node as a function of the program's operands and of the values of the nodes before it. */
type Step = (operands: readonly number[], values: readonly number[]) => number;

const stepOf = (node: ScalarNode, nodes: readonly ScalarNode[]): Step => {
  if (node.kind === "input") return (operands) => operands[node.index] as number;
  if (node.kind === "constant") return () => node.value;
  const { args, dtype } = node;
  const [a, b, c] = args as [number, number, number];
  if (node.kind === "convert") return (_, v) => roundTo(dtype, v[a] as number);
  if (node.kind === "call")
    return (_, v) => roundTo(dtype, node.callee.f(...args.map((id) => v[id] as number)));
  const run = functionOf(node.op, worksIn(node, nodes));
  return (_, v) => run(v[a] as number, v[b] as number, v[c] as number);
};

/** The first result of the program as a function of its inputs. */
export const toClosure = ({ nodes, outputs }: ScalarProgram): ScalarFunction => {
  const steps = nodes.map((node) => stepOf(node, nodes));
  const values = new Array<number>(steps.length).fill(0);
  return (...operands) => {
    steps.forEach((step, id) => {
      values[id] = step(operands, values);
    });
    return values[outputs[0] as number] as number;
  };
};
