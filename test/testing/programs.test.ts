/** Random programs reach every operation, and a wrong derivative among them is found and shrinks to almost nothing. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { customJvp, np, type Tensor } from "../../src/index.js";
import * as linalg from "../../src/linalg/index.js";
import {
  checkGrads,
  type Program,
  programOperations,
  programs,
  symmetricPositiveDefinite,
} from "../../src/testing/index.js";

const T = (x: unknown): Tensor => x as Tensor;

describe("programs", () => {
  it("reach every operation, and tell their instructions", () => {
    const drawn = fc.sample(programs(), { numRuns: 200, seed: 3 });
    const met = new Set(drawn.flatMap(({ instructions }) => instructions.map((i) => i.operation)));
    expect([...met].sort()).toEqual(Object.keys(programOperations).sort());
    expect(Math.max(...drawn.map(({ instructions }) => instructions.length))).toBe(9);
    for (const program of drawn) expect(String(program)).toContain(program.instructions[0]?.operation);
  });

  it("are made of what they are given", () => {
    const few = programs({ operations: { twice: (x) => T(np.mul(2, x)) }, maxInstructions: 3 });
    for (const { f, ins, instructions } of fc.sample(few, { numRuns: 50, seed: 1 })) {
      expect(instructions.every(({ operation }) => operation === "twice")).toBe(true);
      expect(Number.isFinite(T(np.sum(f(ins))).item())).toBe(true);
    }
  });

  // [operation, what takes its place: the right value with a derivative that is wrong]
  const wrong =
    (f: (x: Tensor) => unknown, tangent: (x: Tensor, dx: Tensor) => unknown) =>
    (x: Tensor): Tensor =>
      customJvp(
        (z: Tensor) => T(f(z)),
        ([z], [dz]) => [T(f(T(z))), T(tangent(T(z), T(dz)))] as never,
      )(x) as unknown as Tensor;
  it.each<[string, (x: Tensor) => Tensor]>([
    ["sin", wrong(np.sin, (_, dx) => dx)],
    ["tanh", wrong(np.tanh, (x, dx) => np.mul(dx, np.sub(1, np.tanh(x))))],
    [
      "log1p",
      wrong(
        (x) => np.log1p(np.mul(x, x)),
        (x, dx) => np.mul(dx, np.div(x, np.add(1, np.mul(x, x)))),
      ),
    ],
    ["transpose", wrong(np.transpose, (_, dx) => np.mul(1.1, np.transpose(dx)))],
  ])("shrink a wrong derivative of %s to two operations at most", (name, operation) => {
    const planted = programs({ operations: { ...programOperations, [name]: operation } });
    for (const seed of [1, 2, 3]) {
      const found = fc.check(
        fc.property(planted, ({ f, ins }) => checkGrads(f, [ins], { order: 1, rtol: 1e-4, atol: 1e-4 })),
        { numRuns: 400, seed },
      );
      expect(found.failed).toBe(true);
      const { instructions } = (found.counterexample as [Program])[0];
      expect(instructions.length).toBeLessThanOrEqual(2);
      expect(instructions.map((i) => i.operation)).toContain(name);
    }
  });
});

describe("symmetricPositiveDefinite", () => {
  it("gives what its name says, in both dtypes", () => {
    for (const dtype of ["float64", "float32"] as const) {
      for (const a of fc.sample(symmetricPositiveDefinite(fc.integer({ min: 1, max: 4 }), { dtype }), {
        numRuns: 60,
        seed: 5,
      })) {
        expect(a.dtype).toBe(dtype);
        expect(a.toArray()).toEqual(T(np.transpose(a as never)).toArray());
        expect(T(np.min(linalg.eigvalsh(a as never))).item()).toBeGreaterThan(0.499);
      }
    }
  });
});
