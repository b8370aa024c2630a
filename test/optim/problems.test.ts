/**
 * Moré, Garbow and Hillstrom's problems and other classics, from their standard starts: L-BFGS and least squares reach
 * the minima of the literature in all but one, where they reach the local minimum that the literature warns of.
 */
import { np, type Tensor } from "cotangent";
import * as optim from "cotangent/optim";
import { describe, expect, it } from "vitest";
import { type Data, problems } from "../golden/problems.js";
import { type ReferenceTensor, readReference, toTensor } from "../golden/reference.js";

interface Case {
  readonly name: string;
  readonly kind: "residuals" | "scalar";
  readonly data: Readonly<Record<string, readonly number[]>>;
  readonly points: readonly { readonly x: ReferenceTensor }[];
  readonly minima: readonly { readonly f: number }[];
}
const { cases } = readReference<Case>("optim");

type Result = Pick<optim.Found<Tensor>, "x" | "value" | "gradientNorm" | "reason" | "converged">;
const solve = ({ name, kind, data, points }: Case): Readonly<Record<string, () => Result>> => {
  const arrays = Object.fromEntries(Object.entries(data).map(([key, xs]) => [key, np.array(xs)]));
  const direct = (x: Tensor): Tensor =>
    (problems[name] as NonNullable<(typeof problems)[string]>)(x, arrays as unknown as Data);
  const start = toTensor((points[0] as Case["points"][number]).x);
  if (kind === "scalar")
    return { lbfgs: () => optim.lbfgs(direct, start), newtonCg: () => optim.newtonCg(direct, start) };
  const f = (x: Tensor): Tensor => np.sum(np.square(direct(x)));
  return {
    lbfgs: () => optim.lbfgs(f, start),
    newtonCg: () => optim.newtonCg(f, start),
    leastSquares: () => optim.leastSquares(direct, start),
  };
};

/** How far above the least value, in units of what the reference allows: 1e-12 and one part in 1e10. */
const above = (value: number, least: number): number => (value - least) / (1e-12 + 1e-10 * Math.abs(least));

interface Elsewhere {
  readonly methods: readonly string[];
  readonly reason: string;
  readonly value: number;
  readonly x: readonly number[];
}
/** Where methods go to a local minimum, which one, and why. */
const elsewhere: Readonly<Record<string, Elsewhere>> = {
  freudenstein_roth: {
    methods: ["lbfgs", "newtonCg", "leastSquares"],
    reason: "the start lies in the basin of the local minimum that Moré et al. warn of",
    value: 48.9842536792,
    x: [11.4127789, -0.8968053],
  },
  three_hump_camel: {
    methods: ["newtonCg"],
    reason: "the first Newton step, which descends, leads across the ridge to the hump's other side",
    value: 0.298638442236861,
    x: [1.7475523, -0.8737762],
  },
};

describe.each(cases)("$name", (theCase) => {
  const least = Math.min(...theCase.minima.map(({ f }) => f));
  for (const [method, run] of Object.entries(solve(theCase))) {
    const other = elsewhere[theCase.name];
    if (other?.methods.includes(method)) {
      it(`by ${method}: ${other.reason}`, () => {
        const { value, x, converged } = run();
        expect(value).toBeCloseTo(other.value, 8);
        (x.toArray() as number[]).forEach((element, i) => {
          expect(Math.abs(element)).toBeCloseTo(Math.abs(other.x[i] as number), 5);
        });
        expect(converged).toBe(true);
      });
      continue;
    }
    it(`by ${method}`, () => {
      const { value, converged } = run();
      // Powell's singular function is flat at its minimum: Newton's method gains a third of the way with each step
      const slack = theCase.name === "powell_singular" && method === "newtonCg" ? 2 : 1;
      expect(above(value, least)).toBeLessThan(slack);
      expect(converged).toBe(true);
    });
  }
});

it("L-BFGS or least squares solve 25 of the 26", () => {
  const unsolved = Object.entries(elsewhere).filter(([, { methods }]) => methods.includes("lbfgs"));
  expect([cases.length, unsolved.length]).toEqual([26, 1]);
});
