/**
 * Random differentiable programs: a list of instructions over a growing stack of values, each of which takes what it
 * needs of the shapes that it meets. They shrink by instructions left out and by simpler operations and numbers.
 */
import fc from "fast-check";
import { mean } from "../numpy/index.js";
import { optionsOf } from "../numpy/options.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import { elementsOf } from "./arbitraries.js";
import { checkWhole } from "./checked.js";
import { filled } from "./differences.js";
import { type ProgramOperation, programOperations } from "./operations.js";

/** One step: the operation applied to one of the last two values and to any earlier one, each counted in circles. */
export interface Instruction {
  readonly operation: string;
  readonly a: number;
  readonly b: number;
  readonly k: number;
}

export interface Program {
  readonly f: (ins: readonly Tensor[]) => Tensor;
  /** Operands, drawn twice for batches. */
  readonly ins: readonly Tensor[];
  readonly others: readonly Tensor[];
  readonly instructions: readonly Instruction[];
  readonly toString: () => string;
}

export interface ProgramOptions {
  /** What the programs are made of; default `programOperations`. Spread those to add your own. */
  readonly operations?: Readonly<Record<string, ProgramOperation>>;
  /** Default 9. */
  readonly maxInstructions?: number;
}

/** Values that grow too many are averaged. */
const bounded = (x: Tensor): Tensor => (x.size > 24 ? (mean(x, { axis: 0 }) as Tensor) : x);

const run = (
  operations: Readonly<Record<string, ProgramOperation>>,
  instructions: readonly Instruction[],
  ins: readonly Tensor[],
): Tensor => {
  const stack = [...ins];
  for (const { operation, a, b, k } of instructions) {
    // the last value is mostly used, so that programs are deep
    const x = stack[stack.length - 1 - (a % Math.min(stack.length, 2))] as Tensor;
    const y = stack[b % stack.length] as Tensor;
    stack.push(bounded((operations[operation] as ProgramOperation)(x, y, k)));
  }
  return stack.at(-1) as Tensor;
};

/** With no empty shape: a mean of nothing is no number. */
const operandShapes: readonly (readonly (readonly number[])[])[] = [
  [[], []],
  [[], [3]],
  [[2], [2]],
  [[3], [1]],
  [[2, 2], [2]],
  [
    [1, 3],
    [2, 1],
  ],
];
const largest = 4;

/**
 * Programs of two operands in float64, with elements from -1 to 1. `f` takes the list of both; `toString` shows the
 * instructions by name.
 * @example fc.property(programs(), ({ f, ins }) => checkGrads(f, [ins], { order: 1 }))
 */
export const programs = (options: ProgramOptions = {}): fc.Arbitrary<Program> => {
  const { operations = programOperations, maxInstructions = 9 } = optionsOf("programs", options, [
    "operations",
    "maxInstructions",
  ]);
  checkWhole("programs", "maxInstructions", maxInstructions, 1);
  const wrong = Object.entries(operations).find(([, operation]) => typeof operation !== "function");
  if (wrong !== undefined || Object.keys(operations).length === 0) {
    throw ArgumentError.invalid(
      "programs",
      wrong === undefined ? "there are no operations" : `the operation ${wrong[0]} is ${describe(wrong[1])}`,
      "Pass functions (x, y, k) by name; spread programOperations to add to them.",
    );
  }
  // drawn at once and never chained: what is chained is drawn anew while it shrinks
  const numbers = fc.array(elementsOf("float64", { min: -1, max: 1 }), {
    minLength: 2 * largest,
    maxLength: 2 * largest,
  });
  const instruction = fc.record({
    operation: fc.constantFrom(...Object.keys(operations)),
    a: fc.nat(5),
    b: fc.nat(7),
    k: fc.integer({ min: 1, max: 9 }),
  });
  return fc
    .tuple(
      fc.array(instruction, { minLength: 1, maxLength: maxInstructions }),
      fc.constantFrom(...operandShapes),
      numbers,
      numbers,
    )
    .map(([instructions, shapes, first, second]) => {
      const operands = (list: readonly number[]): readonly Tensor[] =>
        shapes.map((shape, k) =>
          filled({ shape, dtype: "float64", weak: false }, (i) => list[k * largest + i] as number),
        );
      const ins = operands(first);
      return {
        f: (list: readonly Tensor[]) => run(operations, instructions, list),
        ins,
        others: operands(second),
        instructions,
        toString: () =>
          `${instructions.map(({ operation, a, b, k }) => `${operation}(${a},${b},${k})`).join(" ")} of ${ins.map(String).join(", ")}`,
      };
    });
};
