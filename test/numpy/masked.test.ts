/** Reductions of what a mask selects, from a first value on: against loops over the elements that are left. */
import { jit, np, type Tensor } from "cotangent";
import { checkGrads } from "cotangent/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";

type Numbers = readonly number[];
type Options = { readonly axis: 0 | 1; readonly keepdims: boolean; readonly where: readonly boolean[][] };

const total = (xs: Numbers): number => xs.reduce((a, b) => a + b, 0);
const mean = (xs: Numbers): number => total(xs) / xs.length;
const variance = (xs: Numbers, ddof: number): number =>
  total(xs.map((v) => (v - mean(xs)) ** 2)) / Math.max(xs.length - ddof, 0);
const there = (xs: Numbers): Numbers => xs.filter((v) => !Number.isNaN(v));
const nanVariance = (xs: Numbers): number => (there(xs).length > 1 ? variance(there(xs), 1) : Number.NaN);

/** Each as np has it, and what it makes of the elements that are selected. */
const reductions: Readonly<
  Record<string, readonly [(x: Tensor, options: Options) => Tensor, (xs: Numbers) => number]>
> = {
  var: [(x, o) => np.var(x, { ...o, ddof: 1 }), (xs) => variance(xs, 1)],
  std: [(x, o) => np.std(x, o), (xs) => Math.sqrt(variance(xs, 0))],
  all: [(x, o) => np.all(x, o), (xs) => Number(xs.every(Boolean))],
  any: [(x, o) => np.any(x, o), (xs) => Number(xs.some(Boolean))],
  nansum: [(x, o) => np.nansum(x, { ...o, initial: 2 }), (xs) => 2 + total(there(xs))],
  nanprod: [(x, o) => np.nanprod(x, { ...o, initial: 2 }), (xs) => there(xs).reduce((a, b) => a * b, 2)],
  nanmax: [(x, o) => np.nanmax(x, { ...o, initial: 0 }), (xs) => Math.max(0, ...there(xs))],
  nanmin: [(x, o) => np.nanmin(x, { ...o, initial: 0 }), (xs) => Math.min(0, ...there(xs))],
  nanmean: [(x, o) => np.nanmean(x, o), (xs) => mean(there(xs))],
  nanvar: [(x, o) => np.nanvar(x, { ...o, ddof: 1 }), nanVariance],
  nanstd: [(x, o) => np.nanstd(x, { ...o, ddof: 1 }), (xs) => Math.sqrt(nanVariance(xs))],
};

const grid = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[][]> =>
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))
    .chain(([m, n]) =>
      fc.array(fc.array(of, { minLength: n, maxLength: n }), { minLength: m, maxLength: m }),
    );
const setting = grid(
  fc.record({
    value: fc.integer({ min: -4, max: 4 }),
    isNaN: fc.integer({ min: 0, max: 3 }),
    chosen: fc.boolean(),
  }),
);

describe("where and initial", () => {
  it.each(Object.entries(reductions))("%s reduces what is selected", (name, [f, expected]) => {
    fc.assert(
      fc.property(setting, fc.constantFrom<0 | 1>(0, 1), fc.boolean(), (cells, axis, keepdims) => {
        const withNaN = name.startsWith("nan");
        const values = cells.map((row) =>
          row.map(({ value, isNaN }) => (withNaN && isNaN === 0 ? Number.NaN : value)),
        );
        const where = cells.map((row) => row.map(({ chosen }) => chosen));
        const got = f(np.array(values), { axis, keepdims, where });
        const [m, n] = [values.length, values[0]?.length as number];
        const lines = Array.from({ length: axis === 0 ? n : m }, (_, i) =>
          Array.from(
            { length: axis === 0 ? m : n },
            (_, j) => (axis === 0 ? [j, i] : [i, j]) as [number, number],
          )
            .filter(([r, c]) => where[r]?.[c])
            .map(([r, c]) => values[r]?.[c] as number),
        );
        expect(got.shape).toEqual(keepdims ? (axis === 0 ? [1, n] : [m, 1]) : [lines.length]);
        const flat = [...got.toTypedArray()];
        lines.forEach((line, i) => {
          const wanted = expected(line);
          if (Number.isNaN(wanted)) expect(flat[i]).toBeNaN();
          else
            expect(Math.abs((flat[i] as number) - wanted)).toBeLessThanOrEqual(
              1e-12 * (1 + Math.abs(wanted)),
            );
        });
      }),
      { numRuns: runs },
    );
  });

  it("have derivatives where all is left out of a line, too, and compile", () => {
    const where = [
      [true, false, true],
      [false, false, false],
    ];
    const x = np.array([
      [0.3, 2, -1],
      [1, 5, 0.7],
    ]);
    const functions: readonly ((y: Tensor) => Tensor)[] = [
      (y) => np.nansum(y, { where, axis: 1, initial: 1 }),
      (y) => np.nanprod(y, { where, axis: 1, initial: 3 }),
      (y) => np.nanmax(y, { where, axis: 1, initial: -5 }),
      (y) => np.slice(np.var(y, { where, axis: 1 }), 0),
      (y) => np.slice(np.std(y, { where, axis: 1 }), 0),
      (y) => np.slice(np.nanstd(y, { where, axis: 1, ddof: 1 }), 0),
      (y) => np.slice(np.nanmean(y, { where, axis: 1 }), 0),
    ];
    for (const f of functions) {
      checkGrads(f, [x], { order: 2 });
      expect(jit(f)(x).toArray()).toEqual(f(x).toArray());
    }
  });

  it("a mask wider than the tensor widens it, and bools stay bools", () => {
    const mask = [
      [true, true, false],
      [false, true, true],
    ];
    expect(np.var([1, 3, 7], { where: mask, axis: 1 }).toArray()).toEqual([1, 4]);
    expect(np.all([true, false, true], { where: mask, axis: 0 }).toArray()).toEqual([true, false, true]);
    const most = np.max([true, false], { initial: 0 });
    expect([most.dtype, most.item()]).toEqual(["bool", 1]);
    expect(np.gcd(np.array([4], { dtype: "uint8" }), true).dtype).toBe("uint8");
  });
});
