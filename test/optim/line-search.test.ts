/** The line search satisfies the strong Wolfe conditions wherever a step can, whatever the first step tried. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { strongWolfe, type Trial, type WolfeOptions } from "../../src/optim/line-search.js";
import { runs } from "../support/runs.js";

interface Line {
  readonly value: (a: number) => number;
  readonly slope: (a: number) => number;
}
const trial = ({ value, slope }: Line, step: number): Trial<number> => ({
  step,
  value: value(step),
  slope: slope(step),
  at: step,
});
const search = (line: Line, options: Partial<WolfeOptions> = {}): Trial<number> | null =>
  strongWolfe((step) => trial(line, step), trial(line, 0), {
    c1: 1e-4,
    c2: 0.9,
    firstStep: 1,
    noise: -Infinity,
    maxTrials: 60,
    ...options,
  });

const number = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
/** Functions bounded below, falling at 0, with one valley or several. */
const lines: fc.Arbitrary<Line> = fc.oneof(
  // a quartic with a double well
  fc.tuple(number(0.1, 5), number(-3, 3), number(0.1, 3)).map(
    ([width, tilt, fall]): Line => ({
      value: (a) => (a / width) ** 4 + tilt * (a / width) ** 2 - fall * a,
      slope: (a) => (4 * (a / width) ** 3 + 2 * tilt * (a / width)) / width - fall,
    }),
  ),
  // ripples on a bowl
  fc.tuple(number(0.05, 2), number(0, 1), number(0.5, 6), number(0.1, 10)).map(
    ([curve, height, pace, centre]): Line => ({
      value: (a) => curve * (a - centre) ** 2 + height * Math.sin(pace * a) - 2 * height * pace * a,
      slope: (a) => 2 * curve * (a - centre) + height * pace * Math.cos(pace * a) - 2 * height * pace,
    }),
  ),
  // Moré and Thuente's first function: a slope that dies away far out
  number(0.5, 4).map(
    (beta): Line => ({
      value: (a) => -a / (a * a + beta) + 1e-3 * a * a,
      slope: (a) => (a * a - beta) / (a * a + beta) ** 2 + 2e-3 * a,
    }),
  ),
  // a wall: infinite from 1 / p on
  number(0.2, 20).map(
    (p): Line => ({
      value: (a) => (p * a < 1 ? -Math.log(1 - p * a) - 4 * p * a : Infinity),
      slope: (a) => (p * a < 1 ? p / (1 - p * a) - 4 * p : Number.NaN),
    }),
  ),
);

describe("the line search", () => {
  it("satisfies both conditions", () => {
    const settings = fc.record({
      c1: number(1e-4, 0.2),
      c2: number(0.3, 0.9),
      firstStep: fc.constantFrom(1e-4, 0.01, 0.3, 1, 7, 200),
    });
    fc.assert(
      fc.property(lines, settings, (line, { c1, c2, firstStep }) => {
        const from = trial(line, 0);
        fc.pre(from.slope < -1e-3);
        const found = search(line, { c1, c2, firstStep });
        expect(found).not.toBeNull();
        const { step, value, slope } = found as Trial<number>;
        expect(step).toBeGreaterThan(0);
        expect(value).toBeLessThanOrEqual(from.value + c1 * step * from.slope);
        expect(Math.abs(slope)).toBeLessThanOrEqual(-c2 * from.slope);
        expect([value, slope]).toEqual([line.value(step), line.slope(step)]);
      }),
      { numRuns: 5 * runs },
    );
  });

  it("takes the first step where that will do, and a parabola's minimum at once", () => {
    const parabola: Line = { value: (a) => (a - 1) ** 2, slope: (a) => 2 * (a - 1) };
    expect(search(parabola)?.step).toBe(1);
    expect(search(parabola, { firstStep: 3, c2: 0.01 })?.step).toBeCloseTo(1, 12);
  });

  it("reads slopes where rounding hides the values", () => {
    // descends by 1e-20 from 1: no double shows it
    const line: Line = { value: () => 1, slope: (a) => 2e-10 * (a - 1) };
    expect(search(line)).toBeNull();
    expect(search(line, { noise: 1e-15 })?.step).toBe(1);
  });

  it("gives what is lowest where it finds no step, and null where nothing is lower", () => {
    const endless: Line = { value: (a) => -a, slope: () => -1 };
    expect(search(endless, { maxTrials: 5 })?.value).toBeLessThan(-100);
    const lie: Line = { value: (a) => a, slope: () => -1 }; // a slope that is wrong
    expect(search(lie)).toBeNull();
    expect(search({ value: () => Number.NaN, slope: () => -1 })).toBeNull();
  });
});
