/** `tangents`: every intermediate value of a function with its tangent, as a table. */
import { bindUnder, currentInterpreter, type Interpreter, TraceTag, under } from "../graph/context.js";
import type { AnyPrimitive } from "../graph/primitive.js";
import { nameOf, printType } from "../graph/print.js";
import { unflattenTree } from "../graph/tree.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import { carriesTangent, ForwardInterpreter, ForwardTracer } from "../interpreters/forward.js";
import { openDoor } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { zerosAs } from "../primitives/arithmetic.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { sameShape } from "../tensor/shape.js";
import { type Tensor, uniform } from "../tensor/tensor.js";
import {
  type AnyFunction,
  checkFunction,
  flattenArguments,
  flattenTensors,
  unflattenArguments,
} from "../transforms/arguments.js";
import { call } from "../transforms/differentiate.js";
import { userLine } from "./line.js";

/** One value that the function computed. */
export interface TangentRow {
  /** `a` for the first argument, and so on in the order of computation. */
  readonly name: string;
  /** The operation with its operands, such as `mul(a, b)`; `argument` for what was passed. */
  readonly operation: string;
  readonly primal: Tensor;
  /** Zeros where the value does not depend on an argument. */
  readonly tangent: Tensor;
  /** `file:line:column` of the user's code, where the engine tells. */
  readonly line: string | undefined;
}

export interface TangentTable<R = unknown> {
  readonly rows: readonly TangentRow[];
  /** What the function returned. */
  readonly result: R;
  readonly toString: () => string;
}

class TableInterpreter implements Interpreter {
  readonly rows: TangentRow[] = [];
  readonly #names = new Map<Tensor, string>();
  constructor(readonly below: ForwardInterpreter) {}

  add(operation: string, x: Tensor, line: string | undefined): void {
    const name = nameOf(this.rows.length);
    this.#names.set(x, name);
    const [primal, tangent] = this.below.split(x);
    this.rows.push({ name, operation, primal, tangent: tangent ?? zerosAs(primal), line });
  }

  process(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    // a compiled function is opened, one with a rule of the user's is one step
    if (primitive.withFunction === undefined) {
      const lowering = primitive.lower(
        ins.map((x) => x.type),
        p,
      );
      if (lowering.kind === "inline") return evaluateGraph(lowering.graph, ins);
    }
    const outs = bindUnder(this.below, primitive, ins, p);
    const operands = ins.map((x) => this.#names.get(x) ?? this.#constant(x));
    const line = userLine();
    under(this.below.below, () => {
      for (const out of outs) this.add(`${primitive.name}(${operands.join(", ")})`, out, line);
    });
    return outs;
  }

  #constant(x: Tensor): string {
    return x.ndim === 0 ? String(x.concrete("tangents").at(0)) : printType(x.type);
  }
}

const text = (x: Tensor): string => {
  const inner = x.toString().replace(/^Tensor\((.*), shape=.*$/s, "$1");
  return x.size <= 6 && !inner.includes("\n") ? inner : printType(x.type);
};

const aligned = (lines: readonly (readonly string[])[]): string => {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
};

/**
 * Runs `f` forward and returns a table of all that it computes: every value with its tangent along `direction`, a list
 * with one tree for each argument (default: ones in every float leaf). Compiled functions within `f` are opened.
 * @example String(debug.tangents((x) => np.sin(np.mul(x, x)))(2))
 */
export const tangents = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: { readonly direction?: readonly unknown[] } = {},
): ((...args: A) => TangentTable<R>) => {
  checkFunction("tangents", f);
  const { direction } = optionsOf("tangents", options, ["direction"]);
  if (direction !== undefined && !Array.isArray(direction))
    throw ArgumentError.invalid(
      "tangents",
      `the direction is ${describe(direction)}`,
      "Pass a list with one tree for each argument.",
    );
  return (...args) => {
    openDoor();
    const flat = flattenArguments("tangents", args);
    const given =
      direction === undefined ? undefined : flattenArguments("tangents", direction, "direction").tensors;
    if (given !== undefined && given.length !== flat.tensors.length) {
      throw ArgumentError.invalid(
        "tangents",
        `the direction has ${given.length} leaves, the arguments have ${flat.tensors.length}`,
        "Pass one tree for each argument, like the arguments themselves.",
      );
    }
    given?.forEach((dx, i) => {
      const x = flat.tensors[i] as Tensor;
      if (!sameShape(dx.shape, x.shape))
        throw ShapeError.mismatch(
          "tangents",
          `the direction of leaf ${i} must have its shape`,
          [dx.shape, x.shape],
          "Pass trees like the arguments.",
        );
    });
    const tag = new TraceTag("tangents", f);
    const forward = new ForwardInterpreter(tag, currentInterpreter());
    const table = new TableInterpreter(forward);
    try {
      const ins = flat.tensors.map((x, i) =>
        carriesTangent(x) ? new ForwardTracer(tag, x, given?.[i] ?? uniform(x.type, 1)) : x,
      );
      for (const x of ins) table.add("argument", x, undefined);
      const returned = under(table, () =>
        call(f as unknown as AnyFunction, unflattenArguments(flat.structures, ins)),
      );
      const { tensors, structure } = flattenTensors("tangents", returned, "the result");
      const result = unflattenTree(
        structure,
        tensors.map((x) => forward.split(x)[0]),
      ) as R;
      const { rows } = table;
      return {
        rows,
        result,
        toString: () =>
          aligned([
            ["", "operation", "primal", "tangent"],
            ...rows.map((row) => [row.name, row.operation, text(row.primal), text(row.tangent)]),
          ]),
      };
    } finally {
      tag.running = false;
    }
  };
};
