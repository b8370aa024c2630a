/**
 * One scalar program of many expressions, so that a chain of operations becomes one; and made shorter without
 * changing a bit of what it computes: equal values are one node, operations on constants are done here, operations
 * that give back an operand and nodes that no result needs are left out.
 */
import { type DType, isFloat, roundTo } from "../tensor/dtype.js";
import type { Expr, ScalarFunctionRef, ScalarOp } from "./expr.js";
import { argsOf, flatten, type ScalarNode, type ScalarProgram, worksIn } from "./program.js";
import { functionOf } from "./semantics.js";

const commutative: readonly ScalarOp[] = ["add", "mul", "and", "or", "xor", "eq", "ne", "min", "max"];

const isNumber = (node: ScalarNode | undefined, value: number): boolean =>
  node?.kind === "constant" && Object.is(node.value, value);

/** Which of its operands an operation gives back as it is, whatever that may be: zeros, infinities and NaN too. */
const unchanged = (op: ScalarOp, dtype: DType, args: readonly ScalarNode[]): number | undefined => {
  const [a, b, c] = args;
  const either = (value: number): number | undefined =>
    isNumber(a, value) ? 1 : isNumber(b, value) ? 0 : undefined;
  switch (op) {
    case "mul":
      return dtype === "bool" ? undefined : either(1);
    case "add": // -0 + 0 is 0
      return dtype === "bool" ? undefined : either(isFloat(dtype) ? -0 : 0);
    case "div":
      return isNumber(b, 1) ? 0 : undefined;
    case "sub":
      return isNumber(b, 0) ? 0 : undefined;
    case "select":
      return b === c ? 1 : a?.kind === "constant" ? (a.value === 0 ? 2 : 1) : undefined;
    default:
      return undefined;
  }
};

export class ProgramBuilder {
  readonly #inputs: DType[] = [];
  readonly #nodes: ScalarNode[] = [];
  readonly #known = new Map<string, number>();
  readonly #callees = new Map<ScalarFunctionRef["f"], number>();

  /** The next operand. */
  input(dtype: DType): number {
    return this.#equal({ kind: "input", dtype, index: this.#inputs.push(dtype) - 1 });
  }

  /** The number as an element of the dtype. */
  constant(value: number, dtype: DType): number {
    return this.#equal({ kind: "constant", dtype, value: roundTo(dtype, value) });
  }

  dtypeOf(id: number): DType {
    return (this.#nodes[id] as ScalarNode).dtype;
  }

  /**
   * The value of an expression whose inputs are the nodes `operands`, as an element of `out`: the position of its
   * node. Operations work in the dtype of their first operand that is no constant; constants take it.
   */
  addExpr(expr: Expr, operands: readonly number[], out: DType): number {
    // the expression by itself first, over inputs that stand for the operands
    const nodes = operands.map(
      (id, index): ScalarNode => ({ kind: "input", dtype: this.dtypeOf(id), index }),
    );
    const result = flatten(nodes, expr, [...operands.keys()], out);
    const place: number[] = [];
    for (const node of nodes) {
      place.push(
        node.kind === "input"
          ? (operands[node.index] as number)
          : this.#add("args" in node ? { ...node, args: node.args.map((id) => place[id] as number) } : node),
      );
    }
    return place[result] as number;
  }

  /** The program with these results, without the nodes that none of them needs; every input stays. */
  finish(outputs: readonly number[]): ScalarProgram {
    const all = this.#nodes;
    const needed = new Uint8Array(all.length);
    for (const id of outputs) needed[id] = 1;
    for (let id = all.length - 1; id >= 0; id--) {
      if (needed[id] === 1) for (const arg of argsOf(all[id] as ScalarNode)) needed[arg] = 1;
    }
    const place = new Int32Array(all.length);
    const nodes: ScalarNode[] = [];
    all.forEach((node, id) => {
      if (needed[id] === 0) return;
      const kept = "args" in node ? { ...node, args: node.args.map((arg) => place[arg] as number) } : node;
      place[id] = nodes.push(kept) - 1;
    });
    return { inputs: [...this.#inputs], nodes, outputs: outputs.map((id) => place[id] as number) };
  }

  /** The position of a node that has the value of this one. */
  #add(node: ScalarNode): number {
    if (!("args" in node) || node.kind === "call") return this.#equal(node);
    const { args, dtype } = node;
    const values = args.map((arg) => this.#nodes[arg] as ScalarNode);
    const [first] = values as [ScalarNode];
    if (node.kind === "convert")
      return first.kind === "constant" ? this.constant(first.value, dtype) : this.#equal(node);
    const { op } = node;
    const from = worksIn(node, this.#nodes);
    if (values.every((value) => value.kind === "constant")) {
      const [a, b, c] = values.map((value) => (value as { readonly value: number }).value);
      return this.constant(functionOf(op, from)(a as number, b as number, c as number), dtype);
    }
    if (op === "neg" && first.kind === "apply" && first.op === "neg") return first.args[0] as number;
    const half = op === "neg" && isFloat(from) ? this.#half(args[0] as number) : undefined;
    // -(x + x) is -2 x in every bit, zeros included
    if (half !== undefined) return this.#add({ ...node, op: "mul", args: [half, this.constant(-2, from)] });
    const kept = unchanged(op, from, values);
    if (kept !== undefined) return args[kept] as number;
    const doubled = op === "mul" && isFloat(from) ? this.#withoutDoubling(args, from) : undefined;
    if (doubled !== undefined) return this.#add({ ...node, args: doubled });
    const signed = isFloat(from) ? this.#withoutSigns(op, args) : undefined;
    if (signed !== undefined) return this.#add({ ...node, ...signed });
    const swapped = commutative.includes(op) && (args[1] as number) < (args[0] as number);
    return this.#equal(swapped ? { ...node, args: [...args].reverse() } : node);
  }

  /**
   * A constant times x + x is twice the constant times x, in every bit: both factors of two are exact, and where x + x
   * overflows, the product does so too, if the constant is not less than one.
   */
  #withoutDoubling(args: readonly number[], dtype: DType): readonly number[] | undefined {
    for (const [i, id] of args.entries()) {
      const factor = this.#nodes[args[1 - i] as number] as ScalarNode;
      const half = this.#half(id);
      if (factor.kind !== "constant" || half === undefined) continue;
      const twice = roundTo(dtype, 2 * factor.value);
      if (Math.abs(factor.value) >= 1 && Number.isFinite(twice)) return [this.constant(twice, dtype), half];
    }
    return undefined;
  }

  /** What a node is the sum of with itself. */
  #half(id: number): number | undefined {
    const node = this.#nodes[id] as ScalarNode;
    const isTwice = node.kind === "apply" && node.op === "add" && node.args[0] === node.args[1];
    return isTwice ? node.args[0] : undefined;
  }

  /** What a node is the negative of, also as a product one of whose factors is one. */
  #negated(id: number): number | undefined {
    const node = this.#nodes[id] as ScalarNode;
    if (node.kind !== "apply") return undefined;
    const [a, b] = node.args as readonly [number, number];
    if (node.op === "neg") return a;
    if (node.op !== "mul") return undefined;
    const half = isNumber(this.#nodes[a], -2) ? b : isNumber(this.#nodes[b], -2) ? a : undefined;
    if (half !== undefined) return this.#equal({ ...node, op: "add", args: [half, half] });
    const [x, y] = [this.#negated(a), this.#negated(b)];
    if (x === undefined && y === undefined) return undefined;
    return this.#add({ ...node, args: [x ?? a, x === undefined ? (y as number) : b] });
  }

  /** A sum or difference that takes up the sign of a term: a + (-b) is a - b, in every bit. */
  #withoutSigns(
    op: ScalarOp,
    [a, b]: readonly number[],
  ): { readonly op: ScalarOp; readonly args: readonly number[] } | undefined {
    if (op !== "add" && op !== "sub") return undefined;
    const second = this.#negated(b as number);
    if (second !== undefined) return { op: op === "add" ? "sub" : "add", args: [a as number, second] };
    const first = op === "add" ? this.#negated(a as number) : undefined;
    return first === undefined ? undefined : { op: "sub", args: [b as number, first] };
  }

  /** The position of the node, or of the one that it equals. */
  #equal(node: ScalarNode): number {
    const what =
      node.kind === "input"
        ? node.index
        : node.kind === "constant"
          ? Object.is(node.value, -0) || node.value
          : node.kind === "apply"
            ? node.op
            : node.kind === "call" && this.#calleeId(node.callee);
    const key = [node.kind, node.dtype, what, argsOf(node)].join();
    let id = this.#known.get(key);
    if (id === undefined) {
      id = this.#nodes.push(node) - 1;
      this.#known.set(key, id);
    }
    return id;
  }

  #calleeId({ f }: ScalarFunctionRef): number {
    const id = this.#callees.get(f) ?? this.#callees.size;
    this.#callees.set(f, id);
    return id;
  }
}
