/**
 * Moré, Garbow and Hillstrom's problems and other classics, from their standard starts: L-BFGS and least squares reach
 * the minima of the literature in all but one, and there the minimum that the literature warns of.
 */
import { np, optim, type Tensor } from "cotangent";
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

/** Where a method does not reach the minimum, and why. */
const elsewhere: Readonly<Record<string, string>> = {
  freudenstein_roth:
    "every method goes to the local minimum that Moré et al. give: 48.9842 at (11.41, -0.8968)",
};

describe.each(cases)("$name", (theCase) => {
  const least = Math.min(...theCase.minima.map(({ f }) => f));
  const reason = elsewhere[theCase.name];
  it.each(Object.entries(solve(theCase)))(
    `by %s${reason === undefined ? "" : `: ${reason}`}`,
    (method, run) => {
      const { value, x, converged } = run();
      if (reason !== undefined) {
        const [a, b] = x.toArray() as [number, number];
        expect(value).toBeCloseTo(48.9842536, 6);
        expect([a, b]).toEqual([expect.closeTo(11.4128, 3), expect.closeTo(-0.896805, 5)]);
        return;
      }
      // Powell's singular function is flat at its minimum: second derivatives find it no faster than a third a step
      const slack = theCase.name === "powell_singular" && method === "newtonCg" ? 2 : 1;
      expect(above(value, least)).toBeLessThan(slack);
      expect(converged).toBe(true);
    },
  );
});

it("25 of 26 problems are solved", () => {
  expect(cases.length).toBe(26);
  expect(Object.keys(elsewhere).length).toBe(1);
});
