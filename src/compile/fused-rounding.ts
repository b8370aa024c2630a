/**
 * Fused rounding, which `jit(f, { contract: true })` allows: a float32 product that is added to something is not
 * rounded before the sum is. In float64 the product of two float32 numbers is exact.
 */
import { argsOf, type ScalarNode, type ScalarProgram } from "../expr/program.js";

type Apply = Extract<ScalarNode, { readonly kind: "apply" }>;

const isProduct = (node: ScalarNode | undefined): node is Apply =>
  node?.kind === "apply" && node.op === "mul" && node.dtype === "float32";

const isSum = (node: ScalarNode): node is Apply =>
  node.kind === "apply" && (node.op === "add" || node.op === "sub") && node.dtype === "float32";

/** The program with sums of products rounded once. */
export const withFusedRounding = (program: ScalarProgram): ScalarProgram => {
  const nodes: ScalarNode[] = [];
  const place: number[] = [];
  const add = (node: ScalarNode): number => nodes.push(node) - 1;
  const wide = (id: number): number =>
    add({ kind: "convert", dtype: "float64", args: [place[id] as number] });
  program.nodes.forEach((node, id) => {
    const args = argsOf(node);
    if (!isSum(node) || !args.some((arg) => isProduct(program.nodes[arg]))) {
      place[id] = add("args" in node ? { ...node, args: args.map((arg) => place[arg] as number) } : node);
      return;
    }
    const terms = args.map((arg) => {
      const term = program.nodes[arg];
      if (!isProduct(term)) return wide(arg);
      return add({ kind: "apply", dtype: "float64", op: "mul", args: term.args.map(wide) });
    });
    const sum = add({ kind: "apply", dtype: "float64", op: node.op, args: terms });
    place[id] = add({ kind: "convert", dtype: "float32", args: [sum] });
  });
  return { inputs: program.inputs, nodes, outputs: program.outputs.map((id) => place[id] as number) };
};
