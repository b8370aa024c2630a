/** checkCustomRule accepts right rules, and every law of it finds the rule planted for it. */
import { checkCustomRule, tensors } from "cotangent/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { customJvp, customVjp, np, type Tensor } from "../../src/index.js";

const T = (x: unknown): Tensor => x as Tensor;
const sine = (value: (x: Tensor) => unknown, tangent: (x: Tensor, dx: Tensor) => unknown) =>
  customJvp(
    (x: Tensor) => T(np.sin(x)),
    ([x], [dx]) => [T(value(T(x))), T(tangent(T(x), T(dx)))] as never,
  );
const cosine = (x: Tensor, dx: Tensor): unknown => np.mul(np.cos(x), dx);
/** x * y by a backward of its own. */
const product = (backward: (x: Tensor, y: Tensor, ct: Tensor) => readonly unknown[]) =>
  customVjp(
    (x: Tensor, y: Tensor) => T(np.mul(x, y)),
    (x: Tensor, y: Tensor) => [T(np.mul(x, y)), [x, y]] as [Tensor, Tensor[]],
    ([x, y], ct) => backward(T(x), T(y), T(ct)) as never,
  );
const x = np.array([0.3, -0.7, 1.2]);
const y = np.array([1.5, 0.4, -0.2]);

describe("checkCustomRule", () => {
  it("accepts right rules, at one list and at many", () => {
    checkCustomRule(sine(np.sin, cosine), [x]);
    checkCustomRule(
      product((a, b, ct) => [np.mul(ct, b), np.mul(ct, a)]),
      fc.tuple(tensors({ shape: [2], min: -2, max: 2 }), tensors({ shape: [2], min: -2, max: 2 })),
    );
    checkCustomRule(
      (p: { a: Tensor; n: Tensor }) => np.take(sine(np.sin, cosine)(p.a), p.n),
      [{ a: x, n: np.array([2, 0], { dtype: "int32" }) }],
    );
    checkCustomRule(sine(np.sin, cosine), [np.astype(x, "float32")], { order: 1 });
  });

  it("takes a rule that is none of differences where it is told so", () => {
    const straight = customJvp(
      (t: Tensor) => T(np.round(t)),
      ([t], [dt]) => [np.round(T(t)), dt] as never,
    );
    checkCustomRule(straight, [x], { implicit: true });
    expect(() => checkCustomRule(straight, [x])).toThrow(/what differences say/);
  });

  it.each<[law: string, f: (...xs: never[]) => unknown, args: readonly Tensor[]]>([
    ["the value beside the derivative", sine((t) => np.mul(1.001, np.sin(t)), cosine), [x]],
    ["the tangent is linear", sine(np.sin, (t, dt) => np.add(1e-3, np.mul(np.cos(t), dt))), [x]],
    ["the cotangents are linear", product((a, b, ct) => [np.mul(ct, b), np.mul(ct, np.mul(ct, a))]), [x, y]],
    ["what differences say", product((a, b, ct) => [np.mul(ct, b), np.negative(np.mul(ct, a))]), [x, y]],
    [
      // a backward that looks at what it is given: forward mode stages it
      "dual to forward mode",
      product((a, b, ct) => [np.mul(ct, b), np.mul(ct, /Tracer/.test(String(ct)) ? np.mul(2, a) : a)]),
      [x, y],
    ],
    ["vmap equals a loop", sine(np.sin, (t, dt) => np.mul((t.toArray() as number[]).map(Math.cos), dt)), [x]],
    ["compiled equals", sine(np.sin, (t, dt) => np.mul(/^jit/.test(String(t)) ? 1 : np.cos(t), dt)), [x]],
  ])("%s ...", (law, f, args) => {
    expect(() => checkCustomRule(f, args, { order: 1 })).toThrow(law);
  });

  it("shrinks, and prints the seed", () => {
    const wrong = sine(np.sin, (t, dt) => np.mul(np.where(np.greater(t, 1), 0, np.cos(t)), dt));
    const args = fc.tuple(tensors({ shape: [2], min: -2, max: 2, avoid: [1] }));
    expect(() => checkCustomRule(wrong, args, { runs: 100 })).toThrow(/seed: /);
  });
});
