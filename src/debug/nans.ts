/** `debugNans`: a function run with an eye on every result, so that the first NaN is met where it comes up. */
import { bindUnder, currentInterpreter, type Interpreter, under } from "../graph/context.js";
import type { AnyPrimitive } from "../graph/primitive.js";
import { printType } from "../graph/print.js";
import { heldFunction } from "../interpreters/closure.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import { isFloat } from "../tensor/dtype.js";
import type { Tensor } from "../tensor/tensor.js";
import { type AnyFunction, checkFunction, flattenArguments } from "../transforms/arguments.js";
import { call } from "../transforms/differentiate.js";
import { NanError } from "./errors.js";
import { userLine } from "./line.js";

const hasNan = (x: Tensor): boolean => {
  if (!isFloat(x.dtype)) return false;
  const values = x.concrete("debugNans");
  for (let i = 0; i < values.size; i++) if (Number.isNaN(values.at(i))) return true;
  return false;
};

const shown = (x: Tensor): string => (x.size <= 8 ? x.toString() : printType(x.type));

class NanInterpreter implements Interpreter {
  constructor(
    readonly of: string,
    readonly below: Interpreter | null,
  ) {}

  process(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    // a compiled function is opened: its operations are run one by one
    if (primitive.withFunction === undefined) {
      const lowering = primitive.lower(
        ins.map((x) => x.type),
        p,
      );
      if (lowering.kind === "inline") return evaluateGraph(lowering.graph, ins);
    }
    const outs = bindUnder(this.below, primitive, ins, p);
    if (outs.some(hasNan)) {
      this.#within(primitive, ins, p);
      throw this.#found(primitive, ins);
    }
    return outs;
  }

  /** A function that the operation holds, run again with an eye on its own operations. */
  #within(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): void {
    const f = heldFunction({ primitive, ins, p });
    if (f !== undefined) under(this, () => f(ins));
  }

  #found(primitive: AnyPrimitive, ins: readonly Tensor[]): NanError {
    const line = userLine();
    const given = ins.findIndex(hasNan);
    const why =
      given < 0
        ? "none of its operands has one"
        : `operand ${given} has one already, from outside the function`;
    const where = line === undefined ? "" : `, called at ${line}`;
    return new NanError(
      `debugNans${this.of === "" ? "" : `(${this.of})`}: ${primitive.name}(${ins.map(shown).join(", ")}) gave NaN${where}; ${why}. ` +
        "Keep its operands within the domain: np.where on the operand, not only on the result.",
      primitive.name,
      line,
    );
  }
}

/**
 * `f`, which throws a `NanError` as soon as an operation gives NaN: it names the operation, shows its operands and
 * tells the line of your code. `grad`, `jvp` and the like within `f` are watched too, operation by operation, and so
 * are compiled functions. It stands outside of `vmap` and `jit`, where values are at hand.
 * @example debugNans(grad((x) => np.sum(np.sqrt(x))))(np.array([1, 0])) // sqrt' at 0 is infinite, not NaN: passes
 */
export const debugNans = <A extends readonly unknown[], R>(f: (...args: A) => R): ((...args: A) => R) => {
  checkFunction("debugNans", f);
  return (...args) => {
    const { tensors } = flattenArguments("debugNans", args);
    // throws where values are not at hand
    for (const x of tensors) x.concrete("debugNans");
    return under(new NanInterpreter(f.name, currentInterpreter()), () =>
      call(f as unknown as AnyFunction, args),
    ) as R;
  };
};
