/**
 * The laws of a function with derivatives of the user's own, from `customJvp`, `customVjp` or anything else: its rule
 * keeps the value, is linear and dual to itself, is what differences say, and works mapped and compiled.
 */
import fc from "fast-check";
import { isFloat } from "../tensor/dtype.js";
import type { DenseTensor, Tensor } from "../tensor/tensor.js";
import {
  type AnyFunction,
  flattenArguments,
  flattenTensors,
  unflattenArguments,
} from "../transforms/arguments.js";
import { checkSomeFloat, checkWhole } from "./checked.js";
import { densely, expectNone, isClose, listDifference, reordered } from "./compare.js";
import {
  filled,
  inner,
  innerScale,
  type ListFunction,
  moved,
  randomDirections,
  randomNumbers,
} from "./differences.js";
import { type CheckGradsOptions, checkGrads, checkGradsOptions } from "./gradients.js";
import { compiled, example, mapped, pulled, pushed, stacked } from "./subject.js";

export interface CheckRuleOptions extends CheckGradsOptions {
  /** Cases for each law; default 10. */
  readonly runs?: number;
  /**
   * The rule is not the derivative of what the function computes (a straight-through estimator, a clipped gradient):
   * differences say nothing about it.
   */
  readonly implicit?: boolean;
}

/** A call as a function of its float operands; integers stay where they are. */
interface Call {
  readonly f: AnyFunction;
  readonly args: readonly unknown[];
  readonly options: CheckRuleOptions;
  readonly run: ListFunction;
  readonly xs: readonly DenseTensor[];
  readonly dxs: readonly DenseTensor[];
  readonly cotangents: readonly DenseTensor[];
  readonly random: () => number;
}

const callOf = (f: AnyFunction, args: readonly unknown[], options: CheckRuleOptions): Call => {
  const flat = flattenArguments("checkCustomRule", args);
  checkSomeFloat("checkCustomRule", "the arguments", flat.tensors);
  const active = [...flat.tensors.keys()].filter((i) => isFloat((flat.tensors[i] as Tensor).dtype));
  const run: ListFunction = (moving) => {
    const all = flat.tensors.map((x, i) => moving[active.indexOf(i)] ?? x);
    const returned = (f as (...args: readonly unknown[]) => unknown)(
      ...unflattenArguments(flat.structures, all),
    );
    return flattenTensors("checkCustomRule", returned, "the result").tensors.filter((x) => isFloat(x.dtype));
  };
  const xs = active.map((i) => densely(flat.tensors[i] as Tensor));
  const random = randomNumbers(options.seed ?? 1);
  const directions = (list: readonly Tensor[]): readonly DenseTensor[] =>
    randomDirections(
      list.map((x) => x.type),
      random,
    );
  const values = run(xs);
  checkSomeFloat("checkCustomRule", "the result", values);
  return { f, args, options, run, xs, dxs: directions(xs), cotangents: directions(values), random };
};

const linear = { rtol: 1e-9, atol: 1e-9 };
const narrowLinear = { rtol: 1e-3, atol: 1e-3 };
const linearOf = (x: Tensor["dtype"]): typeof linear => (x === "float32" ? narrowLinear : linear);
const zeros = (list: readonly Tensor[]): readonly DenseTensor[] => list.map((x) => filled(x.type, () => 0));

/** g(u - 2.5 v) = g(u) - 2.5 g(v) and g(0) = 0. */
const expectLinear = (what: string, g: ListFunction, us: readonly Tensor[], vs: readonly Tensor[]): void => {
  expectNone(listDifference(what, moved(g(us), -2.5, g(vs)), g(moved(us, -2.5, vs)), linearOf));
  const still = g(zeros(us));
  expectNone(listDifference(`${what} at zero`, zeros(still), still, linearOf));
};

const another = (list: readonly Tensor[], random: () => number): readonly DenseTensor[] =>
  randomDirections(
    list.map((x) => x.type),
    random,
  );

/** Each law by name, from values to derivatives mapped and compiled. */
const rules: readonly (readonly [name: string, check: (call: Call) => void])[] = [
  // the first: where it is broken, forward mode cannot even transpose
  [
    "the cotangents are linear in the cotangent",
    ({ run, xs, cotangents, random }) => {
      expectLinear("J^T(u - 2.5 v)", (cts) => pulled(run, xs, cts), cotangents, another(cotangents, random));
    },
  ],
  [
    "the value beside the derivative is the value",
    ({ run, xs, dxs }) => {
      expectNone(listDifference("under jvp", run(xs), pushed(run, xs, dxs)[0], reordered));
    },
  ],
  [
    "the tangent is linear in the tangents",
    ({ run, xs, dxs, random }) => {
      expectLinear("J(u - 2.5 v)", (vs) => pushed(run, xs, vs)[1], dxs, another(xs, random));
    },
  ],
  [
    "reverse mode is dual to forward mode",
    ({ run, xs, dxs, cotangents }) => {
      const tangents = pushed(run, xs, dxs)[1];
      const forward = inner(cotangents, tangents);
      const reverse = inner(pulled(run, xs, cotangents), dxs);
      const { rtol, atol } = linearOf(xs.some((x) => x.dtype === "float32") ? "float32" : "float64");
      const scale = 1 + innerScale(cotangents, tangents);
      if (!isClose(forward, reverse, { rtol, atol: atol * scale }))
        throw new Error(`<w, J v> is ${forward}, <J^T w, v> is ${reverse}`);
    },
  ],
  [
    "derivatives are what differences say",
    ({ f, args, options }) => {
      const { runs: _, implicit, ...differences } = options;
      if (implicit !== true) checkGrads(f, args, differences);
    },
  ],
  ["vmap equals a loop over the examples", (call) => onExamples(call)],
  [
    "compiled equals eager",
    ({ run, xs, dxs, cotangents }) => {
      for (const [what, g, ins] of derivativesOf(run, xs, dxs, cotangents))
        expectNone(listDifference(`compiled, ${what}`, g(ins), compiled(g)(ins), reordered));
    },
  ],
];

/** The function, its pushforward and its pullback, each with operands. */
const derivativesOf = (
  run: ListFunction,
  xs: readonly Tensor[],
  dxs: readonly Tensor[],
  cotangents: readonly Tensor[],
): readonly (readonly [what: string, g: ListFunction, ins: readonly Tensor[]])[] => {
  const n = xs.length;
  return [
    ["the value", run, xs],
    ["the tangent", (ins) => pushed(run, ins.slice(0, n), ins.slice(n))[1], [...xs, ...dxs]],
    ["the cotangent", (ins) => pulled(run, ins.slice(0, n), ins.slice(n)), [...xs, ...cotangents]],
  ];
};

const onExamples = ({ run, xs, dxs, cotangents }: Call): void => {
  // examples near the operands, and so within the domain as far as it is open
  const nearby = [0, 2 ** -10, -(2 ** -9)].map((h) => moved(xs, h, dxs));
  for (const [what, g, ins] of derivativesOf(run, xs, dxs, cotangents)) {
    const draws = nearby.map((near) => [...near, ...ins.slice(xs.length)]);
    const stack = ins.map((x, i) =>
      stacked(
        draws.map((draw) => draw[i] as Tensor),
        x,
      ),
    );
    const got = mapped(
      g,
      ins.map(() => 0),
    )(stack);
    draws.forEach((draw, k) => {
      const one = got.map((x) => example(x, k));
      expectNone(listDifference(`mapped, ${what} of example ${k}`, g(draw), one, reordered));
    });
  }
};

/**
 * Checks a function with a derivative rule of its own at argument lists: one list, or an arbitrary of fast-check for
 * such lists. Throws an Error that names the law that is broken and, for an arbitrary, the smallest case and its seed.
 * @example checkCustomRule(customJvp(np.sin, ([x], [dx]) => [np.sin(x), np.mul(np.cos(x), dx)]), [np.array([1, 2])])
 */
export const checkCustomRule = (
  f: AnyFunction,
  args: readonly unknown[] | fc.Arbitrary<readonly unknown[]>,
  options: CheckRuleOptions = {},
): void => {
  const list = args instanceof fc.Arbitrary ? [] : args;
  checkGradsOptions("checkCustomRule", f, list, options, ["runs", "implicit"]);
  checkWhole("checkCustomRule", "runs", options.runs, 1);
  if (!(args instanceof fc.Arbitrary)) callOf(f, args, options);
  const { runs = 10, seed } = options;
  for (const [name, check] of rules) {
    const at = (list: readonly unknown[]): void => check(callOf(f, list, options));
    try {
      if (args instanceof fc.Arbitrary)
        fc.assert(fc.property(args, at), seed === undefined ? { numRuns: runs } : { numRuns: runs, seed });
      else at(args);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`${f.name || "the function"} breaks a law of custom rules: ${name}.\n${message}`, {
        cause: error,
      });
    }
  }
};
