/**
 * `checkGrads`: derivatives of a function of trees against differences, along one random direction, in both modes
 * and to any order, by differentiating the pushforward and the pullback again.
 */
import { leafPaths, type TreeStructure } from "../graph/tree.js";
import { optionsOf } from "../numpy/options.js";
import { isFloat } from "../tensor/dtype.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { DenseTensor, Tensor, TensorType } from "../tensor/tensor.js";
import {
  checkFunction,
  flattenArguments,
  flattenTensors,
  unflattenArguments,
} from "../transforms/arguments.js";
import {
  checkArguments,
  checkPositive,
  checkSomeFinite,
  checkSomeFloat,
  checkWhole,
  checkWord,
} from "./checked.js";
import { type Disagreement, densely, disagreement, isClose, type Tolerance } from "./compare.js";
import { complexStep } from "./complex-step.js";
import {
  type Difference,
  differences,
  directionalDerivative,
  filled,
  inner,
  innerScale,
  type ListFunction,
  randomDirections,
  randomNumbers,
} from "./differences.js";
import { pulled, pushed } from "./subject.js";

/** What derivatives are compared with: kinds of differences, or the imaginary part of a complex step. */
export type Reference = Difference | "complex-step";
const references: readonly Reference[] = [...differences, "complex-step"];

export type Mode = "forward" | "reverse";

export interface CheckGradsOptions {
  /** Derivatives up to this order; default 2. */
  readonly order?: number;
  /** Default both; at order n every sequence of n modes is taken. */
  readonly modes?: readonly Mode[];
  /**
   * What derivatives are compared with: central differences, the same extrapolated to step zero (default), "ridders",
   * which chooses the step for every element by itself (ten to twelve digits at a scale that need not be known), or
   * "complex-step", to the last digits, for analytic functions: made of arithmetic, elementary functions, erf, sums,
   * products, choices and loops, of what moves elements and of what is linear in one operand.
   */
  readonly reference?: Reference;
  /** Step of the differences; the default suits functions that vary on a scale of about 1. */
  readonly step?: number;
  /** Default 1e-6 both, or 1e-2 where a float32 takes part. */
  readonly rtol?: number;
  readonly atol?: number;
  /** Of the random direction; default 1. */
  readonly seed?: number;
}

type AnyFunction = (...args: never[]) => unknown;

interface Settings {
  readonly modes: readonly Mode[];
  readonly reference: Reference;
  readonly step: number | undefined;
  readonly tolerance: Tolerance;
  readonly random: () => number;
}

/** What the trees of a call look like, for paths in messages. */
interface Described {
  readonly paths: readonly string[];
}

/** That derivatives are wrong; any other error says that they could not be checked. */
export class WrongDerivative extends Error {}

/** Throws an error about the leaf that is farthest off, and says how many others are off too. */
const throwWorst = (problems: readonly (Disagreement | undefined)[]): void => {
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length === 0) return;
  const worst = found.reduce((a, b) => (b.distance > a.distance ? b : a));
  const others = found.length - 1;
  const more = others === 0 ? "" : ` ${others} other ${others === 1 ? "leaf is" : "leaves are"} off by less.`;
  throw new WrongDerivative(`checkGrads: ${worst.sentence}.${more}`);
};

/** Derivatives of order 1 of `f`, a function of float tensors, checked; then those of its derivatives. */
const check = (
  name: string,
  f: ListFunction,
  xs: readonly DenseTensor[],
  order: number,
  settings: Settings,
  ins: Described,
  outs: () => Described,
): void => {
  const typesOf = (list: readonly Tensor[]): readonly TensorType[] => list.map((x) => x.type);
  const dxs = randomDirections(typesOf(xs), settings.random);
  const values = f(xs);
  checkSomeFloat("checkGrads", "the result", values);
  const weights = randomDirections(typesOf(values), settings.random);
  const derivative = (direction: readonly DenseTensor[]): readonly DenseTensor[] =>
    settings.reference === "complex-step"
      ? complexStep(f, xs, direction, settings.step)
      : directionalDerivative(f, xs, direction, settings.reference, settings.step);
  if (settings.modes.includes("forward")) {
    const expected = derivative(dxs);
    checkSomeFinite(
      "checkGrads",
      `the derivative of ${name} by ${settings.reference}`,
      expected.flatMap(elements),
    );
    const tangents = pushed(f, xs, dxs)[1];
    throwWorst(
      expected.map((x, i) => {
        const problem = disagreement(x, tangents[i] as Tensor, settings.tolerance, false);
        const sentence = `the tangent of ${outs().paths[i]} by forward mode of ${name}: ${problem?.sentence}`;
        return problem && { sentence, distance: problem.distance };
      }),
    );
  }
  if (settings.modes.includes("reverse")) {
    const cotangents = pulled(f, xs, weights);
    const problems = xs.map((x, i): Disagreement | undefined => {
      const direction = dxs.map((dx, k) => (k === i ? dx : filled(dx.type, () => 0)));
      const moving = derivative(direction);
      const expected = inner(weights, moving);
      checkSomeFinite("checkGrads", `the derivative of ${name} by ${ins.paths[i]}`, [expected]);
      const got = inner([cotangents[i] as Tensor], [dxs[i] as Tensor]);
      const { rtol, atol } = settings.tolerance;
      const scale = innerScale(weights, moving);
      if (isClose(expected, got, { rtol, atol: atol * (1 + scale) })) return undefined;
      const distance = Math.abs(expected - got);
      return {
        sentence: `the cotangent of ${ins.paths[i]} by reverse mode of ${name}, along a random direction in ${x.toString()}: expected ${expected}, got ${got}`,
        distance: Number.isNaN(distance) ? Infinity : distance,
      };
    });
    throwWorst(problems);
  }
  if (order <= 1) return;
  if (settings.modes.includes("forward")) {
    check(
      `the pushforward of ${name}`,
      (list) => pushed(f, list, dxs)[1],
      xs,
      order - 1,
      settings,
      ins,
      outs,
    );
  }
  if (settings.modes.includes("reverse")) {
    check(
      `the pullback of ${name}`,
      (list) => pulled(f, list, weights),
      xs,
      order - 1,
      settings,
      ins,
      () => ins,
    );
  }
};

const elements = (x: DenseTensor): readonly number[] => Array.from({ length: x.size }, (_, i) => x.at(i));

const gradsOptions = ["order", "modes", "reference", "step", "rtol", "atol", "seed"] as const;

/** What both checkers of functions take. */
export const checkGradsOptions = (
  operation: string,
  f: unknown,
  args: unknown,
  options: CheckGradsOptions,
  also: readonly string[] = [],
): void => {
  checkFunction(operation, f);
  checkArguments(operation, args);
  flattenArguments(operation, args as readonly unknown[]);
  optionsOf<object>(operation, options, [...gradsOptions, ...also] as never);
  checkWhole(operation, "order", options.order, 1);
  if (options.modes !== undefined && (!Array.isArray(options.modes) || options.modes.length === 0))
    throw ArgumentError.invalid(
      operation,
      `modes is ${describe(options.modes)}`,
      'Pass ["forward", "reverse"], or one of them.',
    );
  for (const mode of options.modes ?? []) checkWord(operation, "modes", mode, ["forward", "reverse"]);
  checkWord(operation, "reference", options.reference, references);
  checkPositive(operation, "step", options.step);
  for (const name of ["rtol", "atol"] as const) checkPositive(operation, name, options[name], true);
};

/**
 * Checks the derivatives of `f` at `args` (a list with one tree for each argument) against differences; throws an
 * Error that names the mode, the worst leaf by its path, what was expected and what came. Integer leaves stay fixed.
 * @throws ArgumentError where there is nothing to check: no floats among the arguments or results, or no finite number.
 * @example checkGrads((p) => np.sum(np.tanh(np.matmul(p.w, p.x))), [{ w, x }])
 */
export const checkGrads = (
  f: AnyFunction,
  args: readonly unknown[],
  options: CheckGradsOptions = {},
): void => {
  checkGradsOptions("checkGrads", f, args, options);
  const flat = flattenArguments("checkGrads", args);
  checkSomeFloat("checkGrads", "the arguments", flat.tensors);
  const active = [...flat.tensors.keys()].filter((i) => isFloat((flat.tensors[i] as Tensor).dtype));
  let structure: TreeStructure | undefined;
  let chosen: readonly number[] = [];
  const run: ListFunction = (moving) => {
    const all = flat.tensors.map((x, i) => moving[active.indexOf(i)] ?? x);
    const returned = (f as (...args: readonly unknown[]) => unknown)(
      ...unflattenArguments(flat.structures, all),
    );
    const result = flattenTensors("checkGrads", returned, "the result");
    structure = result.structure;
    chosen = [...result.tensors.keys()].filter((i) => isFloat((result.tensors[i] as Tensor).dtype));
    return chosen.map((i) => result.tensors[i] as Tensor);
  };
  const xs = active.map((i) => densely(flat.tensors[i] as Tensor));
  const paths = flat.structures.flatMap((s, i) => leafPaths(s, `argument ${i}`));
  const narrow = xs.some((x) => x.dtype === "float32");
  const { order = 2, modes = ["forward", "reverse"], reference = "richardson", step, seed = 1 } = options;
  const usual = narrow ? 1e-2 : reference === "central" ? 1e-5 : 1e-6;
  const tolerance = { rtol: options.rtol ?? usual, atol: options.atol ?? usual };
  const settings = { modes, reference, step, tolerance, random: randomNumbers(seed) };
  const resultPaths = (): Described => {
    const all = structure === undefined ? [] : leafPaths(structure, "the result");
    return { paths: chosen.map((i) => all[i] as string) };
  };
  check(
    f.name || "the function",
    run,
    xs,
    order,
    settings,
    { paths: active.map((i) => paths[i] as string) },
    resultPaths,
  );
};
