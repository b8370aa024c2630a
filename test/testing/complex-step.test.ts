/** The complex step: to the last digits where functions are analytic, and honest where it does not reach. */
import { ArgumentError, checkpoint, customJvp, grad, jit, np, type Tensor, vmap } from "cotangent";
import * as lax from "cotangent/lax";
import * as linalg from "cotangent/linalg";
import * as special from "cotangent/special";
import { type CheckGradsOptions, checkGrads, type Program, programs } from "cotangent/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isClose } from "../../src/testing/compare.js";
import { complexStep } from "../../src/testing/complex-step.js";
import { runs } from "../support/runs.js";

const T = (x: unknown): Tensor => x as Tensor;
const digits = { reference: "complex-step", rtol: 1e-13, atol: 1e-13 } as const;

/** Derivatives known in closed form, by another route than the library's rules. */
const known: Readonly<
  Record<string, readonly [f: (x: Tensor) => unknown, slope: (x: number) => number, at: readonly number[]]>
> = {
  exp: [np.exp, Math.exp, [-3, 0, 2.5]],
  expm1: [np.expm1, Math.exp, [-3, 1e-9, 2.5]],
  log: [np.log, (x) => 1 / x, [1e-3, 1, 7]],
  log1p: [np.log1p, (x) => 1 / (1 + x), [-0.9, 1e-9, 7]],
  sqrt: [np.sqrt, (x) => 0.5 / Math.sqrt(x), [1e-3, 2]],
  cbrt: [np.cbrt, (x) => 1 / (3 * Math.cbrt(x) ** 2), [-2, 0.3]],
  sin: [np.sin, Math.cos, [-2, 0, 30]],
  cos: [np.cos, (x) => -Math.sin(x), [-2, 0, 30]],
  tan: [np.tan, (x) => 1 / Math.cos(x) ** 2, [-1, 0.4]],
  sinh: [np.sinh, Math.cosh, [-2, 0.4]],
  cosh: [np.cosh, Math.sinh, [-2, 0.4]],
  tanh: [np.tanh, (x) => 1 / Math.cosh(x) ** 2, [-2, 0, 0.4, 25]],
  arcsin: [np.arcsin, (x) => 1 / Math.sqrt(1 - x * x), [-0.9, 0, 0.3]],
  arccos: [np.arccos, (x) => -1 / Math.sqrt(1 - x * x), [-0.9, 0, 0.3]],
  arctan: [np.arctan, (x) => 1 / (1 + x * x), [-3, 0, 0.3]],
  arcsinh: [np.arcsinh, (x) => 1 / Math.sqrt(1 + x * x), [-3, 0, 0.3]],
  arccosh: [np.arccosh, (x) => 1 / Math.sqrt(x * x - 1), [1.1, 5]],
  arctanh: [np.arctanh, (x) => 1 / (1 - x * x), [-0.9, 0, 0.3]],
  "a negative base": [(x) => np.power(x, 3), (x) => 3 * x * x, [-2, 0.5]],
  "a power": [(x) => np.power(2, x), (x) => Math.LN2 * 2 ** x, [-2, 0.5]],
  arctan2: [(x) => np.arctan2(x, -2), (x) => -2 / (4 + x * x), [-5, -1, 1, 5]],
  abs: [np.abs, Math.sign, [-2, 3]],
  erf: [special.erf, (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x), [-2, 0, 0.5, 3]],
  erfc: [special.erfc, (x) => (-2 / Math.sqrt(Math.PI)) * Math.exp(-x * x), [-2, 0, 0.5, 3]],
  maximum: [(x) => np.maximum(x, 1), (x) => +(x > 1), [0.5, 2]],
};

describe("the complex step", () => {
  it.each(Object.entries(known))("of %s has all digits", (_, [f, slope, at]) => {
    for (const x of at) {
      const [found] = complexStep(([t]) => [T(f(T(t)))], [T(np.array(x))], [T(np.array(1))]);
      expect(
        isClose(slope(x), T(found).item(), { rtol: 4e-15, atol: 1e-300 }),
        `${x}: ${slope(x)}, ${T(found).item()}`,
      ).toBe(true);
    }
  });

  it("goes through sums, products, choices, views, matrices, loops and rules of the user's", () => {
    const m = T(
      np.array([
        [1, 2],
        [3, -1],
      ]),
    );
    const v = T(np.array([0.3, -1.2, 2]));
    const held = customJvp(
      (x: Tensor) => T(np.sin(x)),
      ([x], [dx]) => [np.sin(T(x)), np.mul(np.cos(T(x)), T(dx))] as never,
    );
    const functions: readonly (readonly [
      f: (...xs: never[]) => unknown,
      args: readonly unknown[],
      options?: CheckGradsOptions,
    ])[] = [
      [
        (a: Tensor, b: Tensor) => np.matmul(np.matmul(a, b), a),
        [
          m,
          np.array([
            [0.5, 1],
            [2, 0],
          ]),
        ],
      ],
      [(a: Tensor) => [np.max(a), np.min(a), np.cumsum(a), np.flip(a), np.pad(a, 2)], [v]],
      [
        (a: Tensor) => [
          np.take(a, np.array([2, 0, 2], { dtype: "int32" }) as never),
          np.std(a),
          np.concatenate([a, np.square(a)] as never),
        ],
        [v],
      ],
      [(a: Tensor) => np.prod(a), [v], { order: 1 }],
      [(a: Tensor) => np.where(np.greater(a, 0), np.sin(a), np.exp(a)), [v]],
      [
        (a: Tensor) =>
          lax.scan((c: Tensor, x: Tensor) => [T(np.sin(np.mul(c, x))), T(np.exp(c))], T(np.array(0.7)), a),
        [v],
      ],
      [
        (a: Tensor) =>
          lax.whileLoop(
            (c: Tensor) => np.less(c, 50),
            (c: Tensor) => T(np.mul(c, c)),
            a,
          ),
        [np.array(1.5)],
        { modes: ["forward"] },
      ],
      [
        (a: Tensor) =>
          lax.cond(
            np.greater(a, 0),
            (x: Tensor) => T(np.exp(x)),
            (x: Tensor) => x,
            a,
          ),
        [np.array(0.5)],
      ],
      [(a: Tensor) => vmap(checkpoint((x: Tensor) => T(np.tanh(held(x)))))(a), [v]],
      [jit((a: Tensor) => T(np.sum(np.log1p(np.exp(a))))), [v]],
      [grad((a: Tensor) => T(np.sum(np.power(np.cosh(a), 1.5)))), [v]],
      [(a: Tensor) => (a.item() > 0 ? np.sin(a) : np.cos(a)), [np.array(-0.4)]],
    ];
    for (const [f, args, options] of functions) checkGrads(f, args, { ...digits, ...options });
  });

  it("agrees with both modes to thirteen digits on random programs, to second order", () => {
    const analytic = (program: Program): boolean =>
      !/sort|median|cummax|solve|inv|det|cholesky|cumprod|logsumexp|norm/.test(program.toString());
    let met = 0;
    fc.assert(
      fc.property(programs(), (program) => {
        if (!analytic(program)) return;
        try {
          checkGrads(program.f, [program.ins], { reference: "complex-step", rtol: 1e-9, atol: 1e-9 });
          met++;
        } catch (error) {
          if (!(error instanceof ArgumentError)) throw error;
        }
      }),
      { numRuns: runs },
    );
    expect(met).toBeGreaterThan(runs / 4);
  });

  it("finds a rule that is off by a millionth", () => {
    const off = customJvp(
      (x: Tensor) => T(np.sin(x)),
      ([x], [dx]) => [np.sin(T(x)), np.mul(np.mul(np.cos(T(x)), 1 + 1e-9), T(dx))] as never,
    );
    expect(() => checkGrads(off, [0.4], { ...digits, order: 1, rtol: 1e-12 })).toThrow(/by forward mode/);
    checkGrads(off, [0.4], { order: 1 }); // ordinary differences do not see it
  });

  it("works in float32, and says where it does not reach", () => {
    checkGrads((x: Tensor) => np.sin(np.mul(x, x)), [np.array([0.3, 1.2], { dtype: "float32" })], {
      reference: "complex-step",
      rtol: 1e-5,
      atol: 1e-5,
    });
    expect(() => checkGrads((x: Tensor) => linalg.cholesky(x), [np.eye(2)], digits)).toThrow(
      /no complex cholesky.*ridders/,
    );
    expect(() => checkGrads((x: Tensor) => special.gammaln(x), [2], digits)).toThrow(ArgumentError);
  });
});
