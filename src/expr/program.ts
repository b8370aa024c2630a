/**
 * Scalar programs: expressions flattened to nodes in the order of computation, each with its dtype. Every emitter
 * reads them, and no emitter has any choice in what a node means.
 */
import { type DType, roundTo } from "../tensor/dtype.js";
import type { Expr, ScalarFunctionRef, ScalarOp } from "./expr.js";
import { isPredicate } from "./semantics.js";

/** `dtype` is that of the value, `args` are positions of earlier nodes. */
export type ScalarNode =
  | { readonly kind: "input"; readonly dtype: DType; readonly index: number }
  | { readonly kind: "constant"; readonly dtype: DType; readonly value: number }
  /** Operands have one dtype, in which the operation works; the condition of a select is a bool. */
  | {
      readonly kind: "apply";
      readonly dtype: DType;
      readonly op: ScalarOp;
      readonly args: readonly number[];
    }
  /** To another dtype than the operand has. */
  | { readonly kind: "convert"; readonly dtype: DType; readonly args: readonly number[] }
  /**
   * The function of numbers, its value rounded to the dtype. As a branch of a select, and used nowhere else, it is
   * meant to be called only where it is taken, which is seldom.
   */
  | {
      readonly kind: "call";
      readonly dtype: DType;
      readonly callee: ScalarFunctionRef;
      readonly args: readonly number[];
    };

export interface ScalarProgram {
  readonly inputs: readonly DType[];
  readonly nodes: readonly ScalarNode[];
  /** Positions of the nodes that are results; one may be result twice. */
  readonly outputs: readonly number[];
}

const none: readonly number[] = [];
export const argsOf = (node: ScalarNode): readonly number[] => ("args" in node ? node.args : none);

const typedFrom = (node: ScalarNode | Expr): number =>
  node.kind === "apply" && node.op === "select" ? 1 : 0;

/** The dtype in which a node works: that of its operands, of the branches of a selection. */
export const worksIn = (node: ScalarNode, nodes: readonly ScalarNode[]): DType =>
  (nodes[argsOf(node)[typedFrom(node)] as number] as ScalarNode).dtype;

/**
 * Appends the nodes of an expression to `nodes`, and gives the position of its value as an element of `out`. The
 * expression's inputs are the nodes `operands`. Operations work in the dtype of their first operand that is no
 * constant; constants take it.
 */
export const flatten = (nodes: ScalarNode[], expr: Expr, operands: readonly number[], out: DType): number => {
  const done = new Map<Expr, number>();
  const add = (node: ScalarNode): number => nodes.push(node) - 1;
  const converted = (id: number, dtype: DType): number =>
    nodes[id]?.dtype === dtype ? id : add({ kind: "convert", dtype, args: [id] });
  const visit = (e: Expr, follows: DType): number => {
    if (e.kind === "constant")
      return add({ kind: "constant", dtype: follows, value: roundTo(follows, e.value) });
    if (e.kind === "input") return operands[e.index] as number;
    const known = done.get(e);
    if (known !== undefined) return known;
    const first = typedFrom(e);
    const isTest = e.kind === "apply" && isPredicate(e.op);
    const wanted = isTest || e.kind === "convert" ? "float64" : follows;
    const ids = e.args.map((arg) => (arg.kind === "constant" ? -1 : visit(arg, wanted)));
    const dtype = nodes[ids.find((id, i) => id >= 0 && i >= first) ?? -1]?.dtype ?? wanted;
    const args = ids.map((id, i) => {
      const arg = id >= 0 ? id : visit(e.args[i] as Expr, dtype);
      return i < first ? converted(arg, "bool") : arg;
    });
    const id =
      e.kind === "define"
        ? flatten(nodes, e.definition.expr(dtype === "float32" ? dtype : "float64"), args, dtype)
        : e.kind === "convert"
          ? converted(args[0] as number, e.dtype)
          : add({ ...e, dtype: isTest ? "bool" : dtype, args });
    done.set(e, id);
    return id;
  };
  return converted(visit(expr, out), out);
};

/** The program of one expression over operands of the dtypes, its value an element of `out`. */
export const programOf = (expr: Expr, inputs: readonly DType[], out: DType): ScalarProgram => {
  const nodes = inputs.map((dtype, index): ScalarNode => ({ kind: "input", dtype, index }));
  return { inputs, outputs: [flatten(nodes, expr, [...inputs.keys()], out)], nodes };
};
