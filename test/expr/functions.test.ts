/**
 * Elementary functions against exact arithmetic: no result is farther from the true value than its bound in units in
 * the last place (docs/numerics.md), over the whole range of doubles; source and closures give the same bits.
 */
import { describe, expect, it } from "vitest";
import { type ScalarFunction, toClosure } from "../../src/expr/closure.js";
import { define, input, type ScalarDefinition } from "../../src/expr/expr.js";
import { erf, erfc } from "../../src/expr/functions/error.js";
import * as exponential from "../../src/expr/functions/exponential.js";
import * as inverse from "../../src/expr/functions/inverse.js";
import * as logarithm from "../../src/expr/functions/logarithm.js";
import * as power from "../../src/expr/functions/power.js";
import * as trigonometric from "../../src/expr/functions/trigonometric.js";
import { Scope, toStatements } from "../../src/expr/javascript.js";
import { programOf } from "../../src/expr/program.js";
import { type FloatDType, roundTo } from "../../src/tensor/dtype.js";
import { exact, fixed, ulps } from "../support/exact.js";
import { runs } from "../support/runs.js";

/** A function, the interval of its arguments in which it is neither trivial nor out of range, and one of interest. */
type Row = readonly [definition: ScalarDefinition, whole: Interval, near: Interval, bound?: number];
type Interval = readonly [number, number];

const { exp, expm1, logistic, sinh, cosh, tanh } = exponential;
const { log, log1p, asinh, acosh, atanh } = logarithm;
const { sin, cos, tan } = trigonometric;
const { asin, acos, atan, atan2 } = inverse;
const { pow, cbrt } = power;

const unary: readonly Row[] = [
  [exp, [-746, 710], [-1, 1]],
  [expm1, [-40, 710], [-1.5, 1.5]],
  [logistic, [-746, 40], [-3, 3]],
  [sinh, [-711, 711], [-2, 2]],
  [cosh, [-711, 711], [-2, 2]],
  [tanh, [-21, 21], [-1.5, 1.5]],
  [log, [0, 10], [0.5, 1.6]],
  [log1p, [-1, 10], [-0.5, 0.7]],
  [asinh, [-10, 10], [-1, 1]],
  [acosh, [1, 10], [1, 1.7]],
  [atanh, [-1, 1], [-0.6, 0.6]],
  [sin, [-10, 10], [-1.6, 1.6]],
  [cos, [-10, 10], [-1.6, 1.6]],
  [tan, [-10, 10], [-1.6, 1.6]],
  [asin, [-1, 1], [-0.6, 0.6]],
  [acos, [-1, 1], [-0.6, 0.6]],
  [atan, [-10, 10], [-1.5, 1.5]],
  [cbrt, [-10, 10], [0.5, 9]],
  [erf, [-6, 6], [-1.5, 1.5]],
  [erfc, [-6, 10], [-1, 3], 2],
];

/** Numbers from a seed: a linear congruence of 64 bits, of which the upper 53 count. */
const generator = (seed: number): (() => number) => {
  let state = BigInt(seed);
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number(state >> 11n) / 2 ** 53;
  };
};

const anyDouble = (random: () => number): number => {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setUint32(0, random() * 2 ** 32);
  bits.setUint32(4, random() * 2 ** 32);
  return bits.getFloat64(0);
};

const compiled = (
  definition: ScalarDefinition,
  dtype: FloatDType,
  arity: 1 | 2,
): readonly ScalarFunction[] => {
  const expr = arity === 1 ? define(definition, input(0)) : define(definition, input(0), input(1));
  const names = ["x", "y"].slice(0, arity);
  const program = programOf(
    expr,
    names.map(() => dtype),
    dtype,
  );
  const scope = new Scope();
  const { text, results } = toStatements(program, names, scope);
  const source = scope.compile<ScalarFunction>(names, `${text}return ${results[0]};`) as ScalarFunction;
  return [source, toClosure(program)];
};

/** Bits behind the point with which the value and the operands have at least 80 digits that count. */
const precision = (...numbers: readonly number[]): number =>
  150 + Math.max(0, ...numbers.map((x) => (x === 0 ? 0 : -Math.log2(Math.abs(x)))));

/** How far the function is from the exact one at some operands; 0 where that has no finite value. */
const distance = (name: string, dtype: FloatDType, operands: readonly number[], value: number): number => {
  const largest = dtype === "float64" ? 2 ** 1023 * (2 - 2 ** -53) : 2 ** 128 - 2 ** 103;
  const p = Math.ceil(precision(...operands, value));
  const [x, y] = operands.map((operand) => fixed(operand, p)) as [bigint, bigint];
  const truth = (exact[name] as (p: number, x: bigint, y: bigint) => bigint)(p, x, y);
  const size = truth < 0n ? -truth : truth;
  if (value === 0 && size < 1n << 20n) return 0;
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) || size < fixed(largest, p) ? Number.POSITIVE_INFINITY : 0;
  }
  return ulps(value, truth, p, dtype);
};

/** Where the exact function is a real number, and its series are practical. */
const isInDomain = (name: string, x: number): boolean => {
  const size = Math.abs(x);
  if (!Number.isFinite(x)) return false;
  if (["exp", "expm1", "logistic", "sinh", "cosh", "tanh"].includes(name)) return size < 760;
  if (["asin", "acos"].includes(name)) return size <= 1;
  if (name === "atanh") return size < 1;
  if (name.startsWith("erf")) return size < 12;
  return name === "log" ? x > 0 : name === "log1p" ? x > -1 : name === "acosh" ? x >= 1 : true;
};

const points = ([{ name }, whole, near]: Row, count: number, random: () => number): readonly number[] => {
  const within = ([a, b]: Interval): number => a + (b - a) * random();
  const drawn = Array.from({ length: count }, () => [
    within(whole),
    within(near),
    anyDouble(random),
    (random() < 0.5 ? -1 : 1) * 10 ** (-20 * random()),
    1 + (random() - 0.5) * 2 ** (-50 * random()),
    (random() - 0.5) * 2 ** (40 * random()),
    // next to multiples of pi / 4
    (Math.floor(2 ** (22 * random())) * Math.PI * (1 + (random() - 0.5) * 2 ** -50)) / 4,
  ]).flat();
  const powers = [-1074, -1022, -300, -60, -30, -2, -1, 0, 1, 2, 30, 52, 300, 1023].map((k) => 2 ** k);
  return [...drawn, ...powers, ...powers.map((x) => -x), Math.PI / 4, Math.PI / 2].filter((x) =>
    isInDomain(name, x),
  );
};

describe.each(["float64", "float32"] as const)(
  "in %s no more than one unit in the last place off is",
  (dtype) => {
    it.each(unary.map((row) => [row[0].name, row] as const))("%s", (name, row) => {
      const [f, closure] = compiled(row[0], dtype, 1) as [ScalarFunction, ScalarFunction];
      for (const drawn of points(row, runs < 1000 ? runs : 3 * runs, generator(name.length * 1000 + runs))) {
        const x = roundTo(dtype, drawn);
        if (!isInDomain(name, x)) continue;
        const value = f(x);
        const error = distance(name, dtype, [x], value);
        expect(error, `${name}(${x}) = ${value}`).toBeLessThanOrEqual(
          dtype === "float64" ? (row[3] ?? 1) : 1,
        );
        expect(closure(x), `${name}(${x}) without generated code`).toBe(value);
      }
    });

    it("pow", () => {
      const random = generator(7);
      const [f, closure] = compiled(pow, dtype, 2) as [ScalarFunction, ScalarFunction];
      for (let i = 0; i < 3 * runs; i++) {
        const x = Math.exp((random() - 0.5) * 2 ** (10 * random()));
        const base = roundTo(dtype, i % 3 === 0 ? 1 + (random() - 0.5) * 2 ** (-40 * random()) : x);
        const limit = (dtype === "float64" ? 740 : 100) / Math.max(Math.abs(Math.log(base)), 1e-12);
        const exponent = roundTo(dtype, (random() - 0.5) * 2 * Math.min(limit, 1e15) * random());
        for (const [a, b] of [
          [base, exponent],
          [-base, Math.round(exponent)],
        ] as const) {
          if (a === 0 || !Number.isFinite(a)) continue;
          const value = f(a, b);
          expect(distance("pow", dtype, [a, b], value), `pow(${a}, ${b}) = ${value}`).toBeLessThanOrEqual(1);
          expect(closure(a, b)).toBe(value);
        }
      }
    });

    it("atan2", () => {
      const random = generator(11);
      const [f, closure] = compiled(atan2, dtype, 2) as [ScalarFunction, ScalarFunction];
      for (let i = 0; i < 3 * runs; i++) {
        const wide = i % 3 === 0;
        const y = roundTo(dtype, wide ? (random() - 0.5) * 2 ** (600 * (random() - 0.5)) : random() - 0.5);
        const x = roundTo(
          dtype,
          wide ? (random() - 0.5) * 2 ** (600 * (random() - 0.5)) : (random() - 0.5) * 2 ** (20 * random()),
        );
        if (![x, y].every(Number.isFinite) || y === 0) continue;
        const value = f(y, x);
        expect(distance("atan2", dtype, [y, x], value), `atan2(${y}, ${x}) = ${value}`).toBeLessThanOrEqual(
          1,
        );
        expect(closure(y, x)).toBe(value);
      }
    });
  },
);

describe("special values are those of IEEE 754 in", () => {
  const specials = [
    0,
    -0,
    1,
    -1,
    Infinity,
    -Infinity,
    Number.NaN,
    5e-324,
    -5e-324,
    1e308,
    -1e308,
    2,
    -2,
    0.5,
    -0.5,
  ];
  const isSpecial = (x: number): boolean =>
    x === 0 || !Number.isFinite(x) || Math.abs(x) === 1 || Math.abs(x) < 1e-300;

  it.each(unary.map(([definition]) => definition).filter(({ name }) => name in Math))(
    "$name",
    (definition) => {
      const reference = Math[definition.name as "exp"];
      for (const f of compiled(definition, "float64", 1)) {
        for (const x of specials) {
          const expected = reference(x);
          if (isSpecial(expected)) expect(f(x), `${definition.name}(${x})`).toBe(expected);
        }
      }
    },
  );

  it("erf and erfc", () => {
    for (const f of compiled(erf, "float64", 1))
      expect([0, -0, Infinity, -Infinity, Number.NaN, 6, 5e-324].map((x) => f(x))).toEqual([
        0,
        -0,
        1,
        -1,
        Number.NaN,
        1,
        5e-324,
      ]);
    for (const f of compiled(erfc, "float64", 1))
      expect([0, -0, Infinity, -Infinity, Number.NaN, 28, -6].map((x) => f(x))).toEqual([
        1,
        1,
        0,
        2,
        Number.NaN,
        0,
        2,
      ]);
  });

  it("logistic", () => {
    for (const f of compiled(logistic, "float64", 1)) {
      expect([0, -0, Infinity, -Infinity, Number.NaN].map((x) => f(x))).toEqual([0.5, 0.5, 1, 0, Number.NaN]);
    }
  });

  it.each(["pow", "atan2"] as const)("%s", (name) => {
    for (const f of compiled(name === "pow" ? pow : atan2, "float64", 2)) {
      for (const x of specials) {
        for (const y of specials) {
          const isOne = x === 1 || (x === -1 && Math.abs(y) === Infinity);
          const expected = name === "pow" ? (isOne ? 1 : x ** y) : Math.atan2(x, y);
          const given = f(x, y);
          if (isSpecial(expected) || Math.abs(expected) >= 1e300)
            expect(given, `${name}(${x}, ${y})`).toBe(expected);
          else expect(Math.abs(given / expected - 1), `${name}(${x}, ${y})`).toBeLessThan(1e-15);
        }
      }
    }
  });
});
