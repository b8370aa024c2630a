/** Schedules against their formulas in plain numbers, at every count; and as programs: traced, mapped, differentiated. */
import { grad, makeGraph, np, type Tensor, vmap } from "cotangent";
import * as optim from "cotangent/optim";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";

const value = fc.double({ min: -2, max: 2, noNaN: true });
const above0 = fc.double({ min: 1e-3, max: 2, noNaN: true });
const length = fc.integer({ min: 1, max: 40 });
const counts = Array.from({ length: 100 }, (_, i) => i);

/** A schedule and its formula. */
type Pair = readonly [optim.Schedule, (n: number) => number];
const limited = (x: number): number => Math.min(Math.max(x, 0), 1);

const cosine = (first: number, n: number, steps: number, alpha: number, exponent: number): number =>
  first * ((1 - alpha) * ((1 + Math.cos(Math.PI * limited(n / steps))) / 2) ** exponent + alpha);

const schedules: Readonly<Record<string, fc.Arbitrary<Pair>>> = {
  constant: value.map((v): Pair => [optim.constantSchedule(v), () => v]),
  step: fc
    .tuple(value, length, above0)
    .map(
      ([v, stepSize, gamma]): Pair => [
        optim.stepSchedule(v, { stepSize, gamma }),
        (n) => v * gamma ** Math.floor(n / stepSize),
      ],
    ),
  polynomial: fc
    .tuple(value, value, fc.constantFrom(0.5, 1, 2, 3), length, fc.nat(30))
    .map(
      ([v, endValue, power, transitionSteps, transitionBegin]): Pair => [
        optim.polynomialSchedule(v, { endValue, power, transitionSteps, transitionBegin }),
        (n) => (v - endValue) * (1 - limited((n - transitionBegin) / transitionSteps)) ** power + endValue,
      ],
    ),
  linear: fc
    .tuple(value, value, length)
    .map(
      ([v, endValue, transitionSteps]): Pair => [
        optim.linearSchedule(v, { endValue, transitionSteps }),
        (n) => v + (endValue - v) * limited(n / transitionSteps),
      ],
    ),
  exponential: fc
    .tuple(above0, above0, length, fc.nat(30), fc.boolean(), fc.option(above0, { nil: undefined }))
    .map(([v, decayRate, transitionSteps, transitionBegin, staircase, endValue]): Pair => {
      const end = endValue === undefined ? {} : { endValue };
      const options = { decayRate, transitionSteps, transitionBegin, staircase, ...end };
      const formula = (n: number): number => {
        const t = Math.max(n - transitionBegin, 0) / transitionSteps;
        const now = v * decayRate ** (staircase ? Math.floor(t) : t);
        if (endValue === undefined) return now;
        return decayRate < 1 ? Math.max(now, endValue) : Math.min(now, endValue);
      };
      return [optim.exponentialDecay(v, options), formula];
    }),
  cosine: fc
    .tuple(value, length, fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(1, 2))
    .map(
      ([v, decaySteps, alpha, exponent]): Pair => [
        optim.cosineDecaySchedule(v, { decaySteps, alpha, exponent }),
        (n) => cosine(v, n, decaySteps, alpha, exponent),
      ],
    ),
  piecewise: fc
    .tuple(value, fc.array(fc.tuple(fc.nat(80), above0), { maxLength: 4 }))
    .map(
      ([v, pairs]): Pair => [
        optim.piecewiseConstantSchedule(v, pairs),
        (n) => pairs.reduce((now, [boundary, factor]) => (n >= boundary ? now * factor : now), v),
      ],
    ),
  joined: fc
    .tuple(value, above0, length, length)
    .map(
      ([v, rate, a, b]): Pair => [
        optim.joinSchedules(
          [
            optim.constantSchedule(v),
            optim.exponentialDecay(1, { decayRate: rate, transitionSteps: 3 }),
            optim.linearSchedule(0, { endValue: 1, transitionSteps: 7 }),
          ],
          [a, a + b],
        ),
        (n) => (n < a ? v : n < a + b ? rate ** ((n - a) / 3) : limited((n - a - b) / 7)),
      ],
    ),
  "warm-up and cosine": fc.tuple(value, above0, length, length, above0).map(
    ([v, peakValue, warmupSteps, rest, endValue]): Pair => [
      optim.warmupCosineDecaySchedule(v, {
        peakValue,
        warmupSteps,
        decaySteps: warmupSteps + rest,
        endValue,
      }),
      (n) =>
        n < warmupSteps
          ? v + ((peakValue - v) * n) / warmupSteps
          : cosine(peakValue, n - warmupSteps, rest, endValue / peakValue, 1),
    ],
  ),
  "warm-up and exponential": fc
    .tuple(value, above0, length, length, above0)
    .map(
      ([v, peakValue, warmupSteps, transitionSteps, decayRate]): Pair => [
        optim.warmupExponentialDecaySchedule(v, { peakValue, warmupSteps, transitionSteps, decayRate }),
        (n) =>
          n < warmupSteps
            ? v + ((peakValue - v) * n) / warmupSteps
            : peakValue * decayRate ** ((n - warmupSteps) / transitionSteps),
      ],
    ),
};

describe.each(Object.entries(schedules))("the %s schedule", (_, pairs) => {
  it("is its formula, one count at a time, all at once, and mapped", () => {
    fc.assert(
      fc.property(pairs, fc.nat(99), ([schedule, formula], n) => {
        const expected = counts.map(formula);
        const close = (x: number, i: number): void =>
          expect(Math.abs(x - (expected[i] as number))).toBeLessThan(
            1e-12 * (1 + Math.abs(expected[i] as number)),
          );
        close(schedule(n).item(), n);
        const all = schedule(np.array(counts, { dtype: "int32" }));
        expect([all.dtype, all.shape]).toEqual(["float64", [100]]);
        (all.toArray() as number[]).forEach(close);
        const mapped = vmap((count: Tensor) => schedule(count))(np.arange(100));
        expect(mapped.toArray()).toEqual(all.toArray());
      }),
      { numRuns: runs },
    );
  });
});

describe("schedules", () => {
  it("are graphs", () => {
    const schedule = optim.warmupCosineDecaySchedule(0, { peakValue: 1, warmupSteps: 5, decaySteps: 20 });
    expect(String(makeGraph((n: Tensor) => schedule(n))({ shape: [], dtype: "int32" } as never))).toContain(
      "cos(",
    );
  });

  it("count their steps from 0, in a chain as alone", () => {
    const seen: number[] = [];
    const schedule: optim.Schedule = (n) => {
      seen.push((n as Tensor).item());
      return np.array(1);
    };
    optim.minimize((x) => np.square(x), 1, { steps: 3, optimizer: optim.sgd(schedule) });
    expect(seen).toEqual([0, 1, 2]);
  });

  it("have slopes in what they are made of", () => {
    // d/dr of (1 - r)^2 x, with x = 1: one step at rate r / 2 on x^2
    const after = (rate: Tensor): Tensor =>
      optim.minimize((x) => np.square(x), 1, { steps: 1, optimizer: optim.sgd(() => np.div(rate, 2)) }).value;
    expect(grad(after)(0.25).item()).toBeCloseTo(-2 * 0.75, 12);
  });
});
