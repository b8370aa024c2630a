/**
 * Numbers in reverse mode: operations on numbers, recorded as they are and swept back by rules that are compiled when
 * they recur, give the bits of the linear graph transposed, whoever asks and how often.
 */
import { describe, expect, it } from "vitest";
import { apply, constant, input } from "../../src/expr/expr.js";
import { bindOne, TraceTag } from "../../src/graph/context.js";
import { type AnyPrimitive, NumberRule } from "../../src/graph/primitive.js";
import { grad, np, type Tensor, valueAndGrad, vjp, vmap } from "../../src/index.js";
import { linearizeFlat, recordFlat } from "../../src/interpreters/linearize.js";
import { pullbacksOf } from "../../src/interpreters/number.js";
import { transposeGraph } from "../../src/interpreters/transpose.js";
import * as lax from "../../src/lax/index.js";
import { catalogue } from "../../src/primitives/catalogue.js";
import { roundTo } from "../../src/tensor/dtype.js";
import { scalarShape } from "../../src/tensor/shape.js";
import { uniform } from "../../src/tensor/tensor.js";

type Float = "float64" | "float32";
const scalar = (dtype: Float, value: number, weak = false): Tensor =>
  uniform({ shape: scalarShape, dtype, weak }, roundTo(dtype, value));

const parameters: Readonly<Record<string, readonly unknown[]>> = {
  integerPow: [0, 1, 2, 3, 7, -2, 40],
  polygamma: [0, 1, 2],
  boxcox: [0, 1, 2],
  boxcox1p: [0, 1, 2],
  lambertW: [
    { branch: 0, plusOne: false, isSingle: false },
    { branch: -1, plusOne: true, isSingle: true },
  ],
};
/** Inside and outside of domains, ties and kinks, and where products overflow or lose bits. */
const values = [0.3, -0.7, 1, 1.5, 2, -3.25, 0, -0, 1e-310, 1e-30, 1e200, Number.NaN, Infinity, -Infinity];

const rulesOf = (primitive: AnyPrimitive, dtype: Float): readonly NumberRule[] => {
  const ofParameter = primitive.onNumbers;
  if (ofParameter === undefined) return [];
  return (parameters[primitive.name] ?? [null]).map((p) => ofParameter(dtype, p));
};
const numeric = catalogue.filter((primitive) => primitive.onNumbers !== undefined);
const compiledOf = (rule: NumberRule) => {
  let pullbacks = pullbacksOf(rule);
  for (let i = 0; i < 60; i++) pullbacks = pullbacksOf(rule);
  return pullbacks;
};

it("most of the catalogue is operations on numbers", () => expect(numeric.length).toBeGreaterThan(35));

describe.each(["float64", "float32"] as const)("in %s", (dtype) => {
  const sample =
    dtype === "float64" ? values : values.filter((x) => x !== 1e200).map((x) => roundTo(dtype, x));

  it.each(numeric.map((primitive) => [primitive.name, primitive] as const))("%s", (_, primitive) => {
    for (const rule of rulesOf(primitive, dtype)) {
      const { p, value, tangents } = rule;
      const interpreted = pullbacksOf(new NumberRule(value, dtype, tangents, p));
      const compiled = compiledOf(rule);
      // a function of four numbers; what could not be compiled takes a list
      for (const pullback of compiled)
        expect(pullback.length === 4 || pullback(1, 1, 1, 1) === null).toBe(true);
      const both = tangents.length > 1;
      for (const x of sample) {
        for (const y of both ? sample : [x]) {
          for (const ct of [1, -0.6, sample[9] as number]) {
            const ins = (both ? [x, y] : [x]).map((v) => scalar(dtype, v));
            const { outs, graph } = linearizeFlat(
              (list) => [bindOne(primitive, list, p)],
              ins,
              ins.map(() => true),
              new TraceTag("test", { name: "f" }),
            );
            const out = (outs[0] as Tensor).item();
            expect(value(x, y)).toBe(out);
            const expected = transposeGraph(graph, [scalar(dtype, ct)]).map((found) => found?.item() ?? null);
            const c = roundTo(dtype, ct);
            // a rule for two operands that are one comes behind those of the operands
            for (const pullbacks of [interpreted, compiled])
              expect(pullbacks.slice(0, ins.length).map((f) => f(c, x, y, out))).toEqual(expected);
          }
        }
      }
    }
  });

  it("the product of a number with itself", () => {
    for (const x of sample) {
      const f = (a: Tensor): Tensor => np.mul(a, a) as Tensor;
      const [, pull] = vjp(f as never, [scalar(dtype, x)] as never) as unknown as [
        unknown,
        (ct: Tensor) => [Tensor],
      ];
      const slope = (grad(f as never) as unknown as (a: Tensor) => Tensor)(scalar(dtype, x));
      expect(slope.item()).toBe(pull(scalar(dtype, 1))[0].item());
      expect(slope.dtype).toBe(dtype);
    }
  });
});

describe("a tape", () => {
  it("holds one record for an operation on numbers, and equations for the rest", () => {
    const record = (f: (x: Tensor) => Tensor, x: Tensor) =>
      recordFlat(([y]) => [f(y as Tensor)], [x], [true], new TraceTag("test", { name: "f" })).graph.equations;
    const f = (x: Tensor): Tensor => np.mul(np.sin(x), np.multiply(x, 2)) as Tensor;
    expect(record(f, scalar("float64", 1)).map((e) => e.constructor.name)).toEqual(
      Array(3).fill("NumberTracer"),
    );
    expect(record((x) => f(np.sum(x) as Tensor), np.array([1, 2])).map((e) => e.constructor.name)).toEqual([
      "Equation",
      ...Array(3).fill("NumberTracer"),
    ]);
    expect(record((x) => np.floor(x) as Tensor, scalar("float64", 1))).toEqual([]);
  });

  it("goes from arrays to numbers and back", () => {
    const f = (x: Tensor): Tensor => {
      const s = np.sum(x);
      const t = np.divide(np.sin(np.multiply(s, s)), np.add(s, 3));
      return np.sum(np.multiply(np.multiply(np.stack([t, s, t]), np.reshape(t, [1])), x)) as Tensor;
    };
    const x = np.array([0.3, -0.2, 0.5]);
    const slope = grad(f as never) as unknown as (y: Tensor) => Tensor;
    const [, pull] = vjp(f as never, [x] as never) as unknown as [unknown, (ct: number) => [Tensor]];
    for (let i = 0; i < 40; i++) expect(slope(x).toArray()).toEqual(pull(1)[0].toArray());
  });

  it("keeps types, so that the gradient of a bare number is one, the first time and ever after", () => {
    const strong = np.array(2);
    const f = (x: Tensor): Tensor => np.multiply(np.multiply(x, x), strong) as Tensor;
    const slope = grad(f as never) as unknown as (x: number | Tensor) => Tensor;
    for (let i = 0; i < 80; i++) {
      expect(np.multiply(slope(3), np.ones([2], { dtype: "float32" })).dtype).toBe("float32");
      expect(np.multiply(slope(np.array(3)), np.ones([2], { dtype: "float32" })).dtype).toBe("float64");
    }
  });

  it("differentiates what follows from values: branches, loops, recursion", () => {
    const collatz = (x: Tensor): Tensor => {
      let y = x;
      for (let i = 0; i < 100 && y.item() > 1; i++)
        y = (Math.round(y.item()) % 2 === 0 ? np.divide(y, 2) : np.add(np.multiply(y, 3), 1)) as Tensor;
      return y;
    };
    // 7 22 11 34 17 52 26 13 40 20 10 5 16 8 4 2 1: five odd steps, eleven even ones
    expect((grad(collatz as never) as unknown as (x: number) => Tensor)(7).item()).toBe(3 ** 5 / 2 ** 11);
  });

  it("is swept alike under vmap, and to second order", () => {
    const f = (x: Tensor): Tensor => np.multiply(np.exp(np.sin(x)), np.power(x, 3)) as Tensor;
    const second = grad(grad(f as never) as never) as unknown as (x: Tensor) => Tensor;
    const xs = np.linspace(0.2, 1.5, 40);
    const all = vmap(second as never)(xs as never) as unknown as Tensor;
    for (let i = 0; i < 40; i++) {
      const each = second(np.slice(xs, i) as Tensor).item();
      expect(Math.abs(each / (np.slice(all, i) as Tensor).item() - 1)).toBeLessThan(1e-13);
    }
  });
});

describe("rules of users", () => {
  const slopeOf = (f: (x: Tensor) => Tensor): ((x: number) => number) => {
    const g = valueAndGrad(f as never) as unknown as (x: number) => [Tensor, Tensor];
    return (x) => g(x)[1].item();
  };

  it("that look at values are run as they are", () => {
    let asked = 0;
    const softSign = lax.elementwise({
      name: "softSign",
      op: "sign",
      accepts: "float",
      tangent: (dx, x) => {
        asked++;
        return x.item() > 0 ? dx : lax.neg(dx);
      },
    });
    const slope = slopeOf(softSign);
    for (let i = 1; i < 80; i++) {
      expect(slope(i)).toBe(1);
      expect(slope(-i)).toBe(-1);
    }
    expect(asked).toBeGreaterThanOrEqual(158);
  });

  it("that throw, throw each time", () => {
    const own = new Error("mine");
    const failing = lax.elementwise({
      name: "failing",
      op: "sqrt",
      accepts: "float",
      tangent: () => {
        throw own;
      },
    });
    for (let i = 0; i < 60; i++) expect(() => slopeOf(failing)(1)).toThrow(own);
  });

  it("with parameters are told apart", () => {
    const scaled = lax.elementwiseWith<number>({
      name: "scaled",
      accepts: "float",
      expr: (k) => apply("mul", constant(k), input(0)),
      key: String,
      tangent: (dx, _, __, k) => lax.mul(dx, np.array(k) as Tensor),
    });
    for (let i = 0; i < 80; i++)
      for (const k of [2, 5, -1]) expect(slopeOf((x) => scaled(scaled(x, k), 3))(0.5)).toBe(3 * k);
  });
});
