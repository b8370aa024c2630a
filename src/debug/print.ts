/**
 * `print`: the identity, seen from outside. It is a primitive, so that every transformation has a rule for it: mapped
 * it shows all examples at once, differentiated the primals, and compiled it prints at every call.
 */
import type { AnyPrimitive, Batched, Tangent } from "../graph/primitive.js";
import { unflattenTree } from "../graph/tree.js";
import { openDoor } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { type Multiple, multiple } from "../primitives/define.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { DenseTensor, Tensor } from "../tensor/tensor.js";
import { flattenTensors } from "../transforms/arguments.js";

export interface PrintOptions {
  /** Where the line goes; default `console.log`. */
  readonly to?: (line: string) => void;
}

interface PrintParameters {
  readonly label: string;
  readonly to: (line: string) => void;
  /** How many batch axes stand in front of every operand. */
  readonly mapped: readonly number[];
}

const lineOf = ({ label, mapped }: PrintParameters, ins: readonly DenseTensor[]): string => {
  const texts = ins.map((x, i) => {
    const axes = mapped[i] ?? 0;
    const examples = axes === 0 ? "" : `${x.shape.slice(0, axes).join(" x ")} examples: `;
    return examples + x.toString();
  });
  return `${label}: ${texts.join(", ")}`;
};

const printed: Multiple<PrintParameters> = multiple<"many", "many", PrintParameters>({
  name: "print",
  effect: true,
  shape: (ins) => ins,
  impl: (ins, p) => {
    p.to(lineOf(p, ins));
    return ins;
  },
  // d(print x) = dx: what is shown is the value
  jvp: (xs: readonly Tensor[], dxs: readonly Tangent[], p) => [printed(xs, p), dxs],
  transpose: (cotangents) => cotangents,
  batch: (ins: readonly Batched[], p) => {
    const mapped = ins.map((x, i) => (p.mapped[i] ?? 0) + (x.mapped ? 1 : 0));
    const outs = printed(
      ins.map((x) => x.value),
      { ...p, mapped },
    );
    return outs.map((value, i) => ({ value, mapped: (ins[i] as Batched).mapped }));
  },
  lower: () => ({ kind: "opaque" }),
});

/** For the law suite. */
export const printPrimitive: AnyPrimitive = printed.primitive;

const toConsole = (line: string): void => {
  (globalThis as { console?: { log: (line: string) => void } }).console?.log(line);
};

/**
 * Prints a tree of tensors after a label, and returns it. Works under every transformation: under `vmap` all examples
 * are shown at once, under `grad` and its like the primals, under `jit` at every call (what depends on no argument of
 * the compiled function is printed once, while it is staged). A print whose result is not used happens as well.
 * @example const f = (x) => np.sin(debug.print("x", np.mul(x, 2)))
 */
export const print = <T>(label: string, tree: T, options: PrintOptions = {}): T => {
  if (typeof label !== "string")
    throw ArgumentError.invalid("print", `the label is ${describe(label)}`, 'Pass a text: print("x", x).');
  const { to = toConsole } = optionsOf("print", options, ["to"]);
  if (typeof to !== "function")
    throw ArgumentError.invalid("print", `to is ${describe(to)}`, "Pass a function that takes a line.");
  openDoor();
  const { tensors, structure } = flattenTensors("print", tree, "the value");
  const outs = printed(tensors, { label, to, mapped: tensors.map(() => 0) });
  return unflattenTree(structure, outs) as T;
};
