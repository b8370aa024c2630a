/** checkGrads accepts right derivatives and finds wrong ones: of either mode, of either order, at the leaf it names. */
import { describe, expect, it } from "vitest";
import { ArgumentError, customJvp, customVjp, np, stopGradient, type Tensor } from "../../src/index.js";
import { checkCustomRule, checkGrads, matchers } from "../../src/testing/index.js";

expect.extend(matchers);

const x = np.array([0.3, -0.7, 1.2]);
const w = np.array([
  [0.5, -1, 2],
  [1, 0.25, -0.5],
]);

interface Params {
  readonly w: Tensor;
  readonly layers: readonly Tensor[];
}
const model = (p: Params, scale: Tensor): { readonly loss: Tensor; readonly out: Tensor } => {
  const out = np.tanh(np.matmul(p.w, np.mul(p.layers[0] as Tensor, scale))) as Tensor;
  return { loss: np.sum(np.mul(out, out)) as Tensor, out };
};

/** sin with a wrong forward rule: the factor stands for any error. */
const sine = (factor: number) =>
  customJvp(
    (t: Tensor) => np.sin(t) as Tensor,
    ([t], [dt]) => [np.sin(t as Tensor), np.mul(np.mul(np.cos(t as Tensor), dt as Tensor), factor)] as never,
  );

describe("checkGrads", () => {
  it("accepts right derivatives, of trees, to order 3", () => {
    checkGrads(model, [{ w, layers: [x] }, np.array(0.8)], { order: 3 });
    checkGrads((t: Tensor) => np.sum(np.exp(t)), [x], { reference: "central", rtol: 1e-5 });
  });

  it("takes references of its own step, to ten digits and at any scale", () => {
    checkGrads((t: Tensor) => np.sum(np.exp(t)), [x], {
      reference: "ridders",
      order: 1,
      rtol: 1e-10,
      atol: 1e-10,
    });
    const slow = (t: Tensor) => np.sum(np.sin(np.mul(1e-3, t)));
    const fast = (t: Tensor) => np.sum(np.sin(np.mul(30, t)));
    for (const f of [slow, fast])
      checkGrads(f, [x], { reference: "ridders", order: 1, rtol: 1e-8, atol: 1e-8 });
    expect(() =>
      checkGrads(sine(1 + 1e-8), [x], { reference: "ridders", order: 1, rtol: 1e-10, atol: 1e-10 }),
    ).toThrow(/forward mode/);
  });

  it("names the worst leaf of several", () => {
    const f = (t: Tensor) => ({ a: sine(1.01)(t), right: np.cos(t), worst: sine(-1)(t), b: sine(1.02)(t) });
    expect(() => checkGrads(f, [x], { order: 1 })).toThrow(
      /tangent of the result\.worst .*2 other leaves are off by less/,
    );
  });

  it("leaves integers alone", () => {
    const at = np.array([2, 0], { dtype: "int32" });
    checkGrads((t: Tensor, i: Tensor) => np.sin(np.take(t, i)), [x, at]);
  });

  it("takes float32 with its tolerance", () => {
    checkGrads((t: Tensor) => np.sum(np.sin(t)), [np.astype(x, "float32")], { order: 1 });
  });

  it.each<[string, (t: Tensor) => Tensor, RegExp]>([
    ["a wrong factor", (t) => sine(1.001)(t), /tangent of the result by forward mode/],
    ["a derivative that is constant", (t) => np.mul(t, stopGradient(t)) as Tensor, /expected/],
    [
      "a wrong second derivative",
      (t) =>
        customJvp(
          (u: Tensor) => np.sin(u) as Tensor,
          ([u], [du]) =>
            [np.sin(u as Tensor), np.mul(stopGradient(np.cos(u as Tensor)), du as Tensor)] as never,
        )(t),
      /of the pushforward of/,
    ],
  ])("finds %s", (_, f, message) => {
    expect(() => checkGrads(f, [x])).toThrow(message);
  });

  it("finds it in reverse mode alone, and names the leaf", () => {
    const wrong = customVjp(
      (a: Tensor, b: Tensor) => np.mul(a, b) as Tensor,
      (a: Tensor, b: Tensor) => [np.mul(a, b) as Tensor, [a, b]] as [Tensor, Tensor[]],
      ([a, b], ct) => [np.mul(ct, b as Tensor), np.negative(np.mul(ct, a as Tensor))] as never,
    );
    const f = (p: { readonly a: Tensor; readonly b: Tensor }): Tensor => np.sum(wrong(p.a, p.b)) as Tensor;
    expect(() => checkGrads(f, [{ a: x, b: np.cos(x) }], { modes: ["reverse"] })).toThrow(
      /the cotangent of argument 0\.b by reverse mode/,
    );
    expect(() => checkGrads(f, [{ a: x, b: np.cos(x) }], { modes: ["forward"] })).toThrow(/forward mode/);
  });

  it.each(["forward", "reverse"] as const)("finds a wrong rule in %s mode alone, of either order", (mode) => {
    const constant = customJvp(
      (t: Tensor) => np.sin(t) as Tensor,
      ([t], [dt]) => [np.sin(t as Tensor), np.mul(stopGradient(np.cos(t as Tensor)), dt as Tensor)] as never,
    );
    for (const reference of ["central", "richardson", "ridders"] as const) {
      const only = { modes: [mode], reference } as const;
      checkGrads(np.sin, [x], only);
      expect(() => checkGrads(sine(1.001), [x], { ...only, order: 1 })).toThrow(`by ${mode} mode of`);
      checkGrads(constant, [x], { ...only, order: 1 });
      const second = mode === "forward" ? /of the pushforward of/ : /of the pullback of/;
      expect(() => checkGrads(constant, [x], { ...only, order: 2 })).toThrow(second);
      expect(() => expect(constant).toHaveCorrectGradient([x], only)).toThrow(second);
      expect(() => checkCustomRule(constant, [x], only)).toThrow(/what differences say/);
      expect(() => checkCustomRule(sine(1.001), [x], { ...only, order: 1 })).toThrow(/what differences say/);
    }
  });

  it("names the result's leaf", () => {
    const f = (t: Tensor) => ({ right: np.cos(t), wrong: sine(-1)(t) });
    expect(() => checkGrads(f, [x], { order: 1 })).toThrow(/tangent of the result\.wrong/);
  });

  it("repeats itself for a seed", () => {
    const message = (seed: number): string => {
      try {
        checkGrads((t: Tensor) => sine(2)(t), [x], { seed });
      } catch (error) {
        return (error as Error).message;
      }
      return "";
    };
    expect(message(3)).toBe(message(3));
    expect(message(3)).not.toBe(message(4));
  });
});

describe("the matchers", () => {
  it("accept", () => {
    expect(np.sin(x)).toBeAllClose([0.29552020666133955, -0.644217687237691, 0.9320390859672263]);
    expect({ a: x, b: [np.array(1), null] }).toBeAllClose({ a: [0.3, -0.7, 1.2], b: [1, null] });
    expect(new Map([["k", x]])).toBeAllClose(new Map([["k", x]]));
    expect(np.array([Number.NaN, Infinity])).toBeAllClose([Number.NaN, Infinity]);
    expect(w).toHaveShape([2, 3]);
    expect(w).toHaveDType("float64");
    expect((t: Tensor) => np.sin(t)).toHaveCorrectGradient([x]);
  });

  it("refuse, and say why", () => {
    expect(x).not.toBeAllClose([0.3, -0.7, 1.201]);
    expect(() => expect(x).toBeAllClose([0.3, -0.7, 1.201])).toThrow(/expected 1.201, got 1.2 at \[2\]/);
    expect(() => expect(x).toBeAllClose([0.3, -0.7])).toThrow(/expected shape \[2\], got \[3\]/);
    expect(() => expect({ a: x, b: x }).toBeAllClose({ a: x, b: np.cos(x) })).toThrow(/at b/);
    expect(() => expect({ a: x }).toBeAllClose({ a: x, b: x })).toThrow(/expected 2 entries, got 1/);
    expect(() => expect(np.array([Number.NaN])).toBeAllClose([1])).toThrow(/expected 1, got NaN/);
    expect(() => expect(np.astype(x, "float32")).toBeAllClose(x, { dtype: true })).toThrow(
      /expected dtype float64/,
    );
    expect(() => expect(w).toHaveShape([3, 2])).toThrow(/got \[2, 3\]/);
    expect(() => expect(w).toHaveDType("int32")).toThrow(/got float64/);
    expect(() => expect(sine(-1)).toHaveCorrectGradient([x])).toThrow(/forward mode/);
    expect(() => expect(w).not.toHaveShape([2, 3])).toThrow(/another shape/);
    expect(sine(-1)).not.toHaveCorrectGradient([x]);
    expect(() => expect(np.sin).not.toHaveCorrectGradient([x])).toThrow(/but they agree/);
  });

  it("have no verdict on derivatives where nothing is checked", () => {
    const integers = np.array([1, 2], { dtype: "int32" });
    for (const [f, args] of [
      [np.sin, []],
      [np.sin, [integers]],
      [np.sin, [np.ones([0])]],
      [np.argmax, [x]],
      [np.log, [-1]],
      [3, [x]],
    ] as const) {
      expect(() => expect(f).toHaveCorrectGradient(args)).toThrow(ArgumentError);
      expect(() => expect(f).not.toHaveCorrectGradient(args)).toThrow(ArgumentError);
    }
    expect(() => expect(np.sin).not.toHaveCorrectGradient([x], { modes: [] })).toThrow(ArgumentError);
    expect(() => expect(x).toBeAllClose(x, { rtol: Infinity })).toThrow(ArgumentError);
    expect(() => expect(x).not.toBeAllClose(w, { tolerance: 1 } as never)).toThrow(/no option "tolerance"/);
  });
});
