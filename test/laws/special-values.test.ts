/**
 * Zeros, infinities and NaN: elementwise functions give what JavaScript's Math gives (IEEE 754), bit for bit where it
 * is exact; NaN goes through everything that reads it; published conventions at kinks hold in both modes.
 */
import { describe, expect, it } from "vitest";
import { bindOne } from "../../src/graph/context.js";
import { grad, jvp, np, type Tensor } from "../../src/index.js";
import * as lax from "../../src/lax/index.js";
import { catalogue } from "../../src/primitives/catalogue.js";
import { dense } from "../support/layouts.js";
import { elementwiseDomains } from "./elementwise-domains.js";

const specials = [0, -0, 1, -1, 0.5, -0.5, 2, -2, 1e308, -1e308, 5e-324, Infinity, -Infinity, Number.NaN];
const T = (x: unknown): Tensor => x as Tensor;
const primitive = (name: string) => catalogue.find((p) => p.name === name) as (typeof catalogue)[number];
const apply = (name: string, ...operands: readonly (readonly number[])[]): number[] => {
  const ins = operands.map((values) => dense([values.length], values));
  const out = bindOne(primitive(name), ins, null);
  return Array.from({ length: out.size }, (_, i) => out.concrete("test").at(i));
};

/** Half to even, as IEEE's roundTiesToEven. */
const roundEven = (x: number): number => {
  if (!Number.isFinite(x) || Math.abs(x) > 2 ** 52) return x;
  const r = x - Math.floor(x) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);
  return r === 0 && (x < 0 || Object.is(x, -0)) ? -0 : r;
};

/** Of one operand: exact to the bit, or within a few units in the last place. */
const unary: Readonly<Record<string, readonly [(x: number) => number, "exact" | "close"]>> = {
  neg: [(x) => -x, "exact"],
  abs: [Math.abs, "exact"],
  sign: [Math.sign, "exact"],
  floor: [Math.floor, "exact"],
  ceil: [Math.ceil, "exact"],
  trunc: [Math.trunc, "exact"],
  round: [roundEven, "exact"],
  sqrt: [Math.sqrt, "exact"],
  isNaN: [(x) => Number(Number.isNaN(x)), "exact"],
  isFinite: [(x) => Number(Number.isFinite(x)), "exact"],
  stopGradient: [(x) => x, "exact"],
  cbrt: [Math.cbrt, "close"],
  exp: [Math.exp, "close"],
  expm1: [Math.expm1, "close"],
  log: [Math.log, "close"],
  log1p: [Math.log1p, "close"],
  sin: [Math.sin, "close"],
  cos: [Math.cos, "close"],
  tan: [Math.tan, "close"],
  asin: [Math.asin, "close"],
  acos: [Math.acos, "close"],
  atan: [Math.atan, "close"],
  sinh: [Math.sinh, "close"],
  cosh: [Math.cosh, "close"],
  tanh: [Math.tanh, "close"],
  asinh: [Math.asinh, "close"],
  acosh: [Math.acosh, "close"],
  atanh: [Math.atanh, "close"],
  logistic: [(x) => 1 / (1 + Math.exp(-x)), "close"],
};

const expectSame = (got: number, wanted: number, kind: "exact" | "close", what: string): void => {
  const close = kind === "close" && Number.isFinite(wanted) && wanted !== 0;
  const same = close ? Math.abs(got - wanted) <= 4e-16 * Math.abs(wanted) : Object.is(got, wanted);
  expect(same, `${what}: expected ${wanted}, got ${got}`).toBe(true);
};

describe("special values", () => {
  it.each(Object.keys(unary))("of %s", (name) => {
    const [wanted, kind] = unary[name] as (typeof unary)[string];
    const got = apply(name, specials);
    specials.forEach((x, i) => {
      expectSame(got[i] as number, wanted(x), kind, `${name}(${Object.is(x, -0) ? "-0" : x})`);
    });
  });

  const binary: Readonly<Record<string, readonly [(x: number, y: number) => number, "exact" | "close"]>> = {
    add: [(x, y) => x + y, "exact"],
    sub: [(x, y) => x - y, "exact"],
    mul: [(x, y) => x * y, "exact"],
    div: [(x, y) => x / y, "exact"],
    rem: [(x, y) => x % y, "exact"],
    max: [Math.max, "exact"],
    min: [Math.min, "exact"],
    eq: [(x, y) => Number(x === y), "exact"],
    ne: [(x, y) => Number(x !== y), "exact"],
    lt: [(x, y) => Number(x < y), "exact"],
    le: [(x, y) => Number(x <= y), "exact"],
    gt: [(x, y) => Number(x > y), "exact"],
    ge: [(x, y) => Number(x >= y), "exact"],
    atan2: [Math.atan2, "close"],
  };
  const pairs = specials.flatMap((x) => specials.map((y) => [x, y] as const));
  it.each(Object.keys(binary))("of %s", (name) => {
    const [wanted, kind] = binary[name] as (typeof binary)[string];
    const got = apply(
      name,
      pairs.map(([x]) => x),
      pairs.map(([, y]) => y),
    );
    pairs.forEach(([x, y], i) => {
      expectSame(got[i] as number, wanted(x, y), kind, `${name}(${x}, ${y})`);
    });
  });

  it("pow is IEEE's: 1^y and x^0 are 1, also for NaN", () => {
    const got = apply(
      "pow",
      [1, Number.NaN, 0, -0, -0, -8, Infinity, 2],
      [Number.NaN, 0, -1, -2, -3, 1 / 3, -1, 1024],
    );
    [1, 1, Infinity, Infinity, -Infinity, Number.NaN, 0, Infinity].forEach((wanted, i) => {
      expectSame(got[i] as number, wanted, "exact", `pow case ${i}`);
    });
  });

  it("the others at their ends", () => {
    expect(apply("erf", [Infinity, -Infinity, 0])).toEqual([1, -1, 0]);
    expect(apply("erfc", [Infinity, -Infinity, 0])).toEqual([0, 2, 1]);
    expect(apply("erfInv", [1, -1, 2])).toEqual([Infinity, -Infinity, Number.NaN]);
    expect(apply("lgamma", [0, -1, Infinity, 1, 2])).toEqual([Infinity, Infinity, Infinity, 0, 0]);
  });

  const reading = Object.entries(elementwiseDomains).filter(
    ([name, { dtypes }]) =>
      dtypes.includes("float64") &&
      ![
        "eq",
        "ne",
        "lt",
        "le",
        "gt",
        "ge",
        "isNaN",
        "isFinite",
        "select",
        "pow",
        "integerPow",
        "convert",
        "polygamma",
      ].includes(name),
  );
  it.each(reading.map(([name]) => name))("NaN goes through %s", (name) => {
    const arity = ["add", "sub", "mul", "div", "rem", "max", "min", "atan2"].includes(name) ? 2 : 1;
    for (let at = 0; at < arity; at++) {
      const operands = Array.from({ length: arity }, (_, i) => [i === at ? Number.NaN : 0.5]);
      expect(apply(name, ...operands)).toEqual([Number.NaN]);
    }
  });

  it("NaN goes through reductions, wherever it stands", () => {
    for (const at of [0, 1, 2]) {
      const x = T(np.array([1, 2, 3].map((v, i) => (i === at ? Number.NaN : v))));
      for (const f of [lax.reduceSum, lax.reduceProd, lax.reduceMax, lax.reduceMin])
        expect(f(x, [0]).item()).toBeNaN();
      expect(lax.argMax(x, 0).item()).toBe(at);
      expect(lax.argMin(x, 0).item()).toBe(at);
    }
  });
});

describe("conventions at kinks, in both modes", () => {
  const reverse = (f: (x: Tensor) => Tensor, x: number): number => T(grad(f as never)(x as never)).item();
  const forward = (f: (x: Tensor) => Tensor, x: number): number =>
    T(jvp(f, [T(np.array(x))], [T(np.array(1))])[1]).item();
  const second = (f: (x: Tensor) => Tensor, x: number): number =>
    reverse(((y: Tensor) => T(grad(f as never)(y as never))) as never, x);
  const zero = T(np.array(0));
  const cases: readonly (readonly [string, (x: Tensor) => Tensor, at: number, derivative: number])[] = [
    ["|x| at 0", (x) => T(np.abs(x)), 0, 0],
    ["max(x, 0) at 0", (x) => T(np.maximum(x, zero)), 0, 0.5],
    ["min(x, x)", (x) => T(np.minimum(x, x)), 3, 1],
    ["max(x, x)", (x) => T(np.maximum(x, x)), 3, 1],
    ["sign", (x) => T(np.sign(x)), 0, 0],
    ["floor at a jump", (x) => T(np.floor(x)), 2, 0],
    ["x^2 at 0", (x) => T(np.power(x, 2)), 0, 0],
    ["x^1 at 0", (x) => T(np.power(x, 1)), 0, 1],
    ["x^0 at 0", (x) => T(np.power(x, 0)), 0, 0],
    ["sqrt at 0", (x) => T(np.sqrt(x)), 0, Infinity],
    ["log at 0", (x) => T(np.log(x)), 0, Infinity],
    ["the branch not taken", (x) => T(np.where(np.greater(x, 0), x, np.mul(x, 2))), 0, 2],
  ];
  it.each(cases)("%s", (_, f, x, derivative) => {
    expect(reverse(f, x)).toBe(derivative);
    expect(forward(f, x)).toBe(derivative);
  });
  it("whole powers at 0, to every order", () => {
    expect(second((x) => T(np.power(x, 2)), 0)).toBe(2);
    expect(second((x) => T(np.power(x, 3)), 0)).toBe(0);
    const third = (x: Tensor): Tensor =>
      T(
        grad(((y: Tensor) => T(grad(((z: Tensor) => T(np.power(z, 3))) as never)(y as never))) as never)(
          x as never,
        ),
      );
    expect(reverse(third, 0)).toBe(6);
  });
  it("ties of a reduction share evenly; those of a sort follow the permutation", () => {
    const x = T(np.array([2, 1, 2]));
    const g = (f: (x: Tensor) => Tensor): unknown => T(grad(f as never)(x as never)).toArray();
    expect(g((y) => T(np.max(y)))).toEqual([0.5, 0, 0.5]);
    expect(g((y) => T(np.min(y)))).toEqual([0, 1, 0]);
    expect(g((y) => T(np.sum(np.mul(lax.sort(y, 0), np.array([1, 10, 100])))))).toEqual([10, 1, 100]);
  });
});
