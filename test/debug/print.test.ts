/** debug.print under every transformation: what is printed, how often, and that nothing changes by it. */
import * as debug from "cotangent/debug";
import * as lax from "cotangent/lax";
import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { printPrimitive } from "../../src/debug/print.js";
import {
  ArgumentError,
  checkpoint,
  grad,
  hessian,
  jacfwd,
  jit,
  jvp,
  linearTranspose,
  makeGraph,
  np,
  type Tensor,
  vjp,
  vmap,
} from "../../src/index.js";
import type { Domain } from "../../src/testing/domains.js";
import { checkLaw, laws } from "../../src/testing/laws.js";

const lines: string[] = [];
const to = (line: string): void => {
  lines.push(line);
};
beforeEach(() => {
  lines.length = 0;
});
const T = (x: unknown): Tensor => x as Tensor;
const square = (x: Tensor): Tensor => {
  const y = debug.print("y", T(np.mul(x, x)), { to });
  return T(np.sin(y));
};
const plain = (x: Tensor): Tensor => T(np.sin(np.mul(x, x)));
const nine = "y: Tensor(9, shape=[], dtype=float64)";

describe("print", () => {
  it("prints to the console, and returns the tree", () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const tree = { a: np.array([1, 2]), b: [np.array(3)] };
    const back = debug.print("both", tree);
    expect(log.mock.calls).toEqual([
      ["both: Tensor([1, 2], shape=[2], dtype=float64), Tensor(3, shape=[], dtype=float64)"],
    ]);
    expect(back).toEqual(tree);
    log.mockRestore();
  });

  it.each<[string, (f: typeof square) => (x: number) => unknown]>([
    ["nothing", (f) => (x) => f(T(np.array(x)))],
    ["grad", (f) => grad(f)],
    ["grad of grad", (f) => grad(grad(f))],
    ["jacfwd of grad", (f) => jacfwd(grad(f))],
    ["hessian", (f) => hessian(f)],
    ["jvp", (f) => (x) => jvp(f, [x], [1])],
    ["vjp", (f) => (x) => vjp(f, [x])[0]],
    ["jit", (f) => jit(f)],
    ["jit of grad", (f) => jit(grad(f))],
    ["grad of jit", (f) => grad(jit(f))],
    ["jit of grad of grad", (f) => jit(grad(grad(f)))],
    [
      "vmap over something else",
      (f) => (x) => vmap((z: Tensor) => np.add(z, f(T(np.array(x)))))(np.array([1, 2])),
    ],
  ])("shows the primal once under %s, and changes nothing", (_, transformed) => {
    const got = transformed(square)(3);
    expect(lines).toEqual([nine]);
    expect(String(got)).toBe(String(transformed(plain)(3)));
  });

  it("prints at every call of a compiled function, in order, whether or not the result is used", () => {
    const f = jit((x: Tensor) => {
      debug.print("x", x, { to });
      const y = T(np.exp(x));
      debug.print("y", y, { to });
      debug.print("y", y, { to });
      return np.add(x, 1);
    });
    f(0);
    f(0);
    const one = [
      "x: Tensor(0, shape=[], dtype=float64)",
      ...Array(2).fill("y: Tensor(1, shape=[], dtype=float64)"),
    ];
    expect(lines).toEqual([...one, ...one]);
  });

  it("shows all examples of a vmap, and of two", () => {
    const f = (x: Tensor, y: Tensor): Tensor => {
      debug.print("xy", [x, y], { to });
      return T(np.mul(x, y));
    };
    vmap(f, { inAxes: [0, null] })(np.array([1, 2]), 3);
    vmap(vmap(f, { inAxes: [0, null] }), { inAxes: [1, null] })(np.array([[1], [2]]), 3);
    jit(vmap(grad(square)))(np.array([1, 2]));
    expect(lines).toEqual(
      [
        "xy: 2 examples: Tensor([1, 2], shape=[2], dtype=float64), Tensor(3, shape=[], dtype=float64)",
        "xy: 2 x 1 examples: ...",
        "y: 2 examples: Tensor([1, 4], shape=[2], dtype=float64)",
      ].map((line) =>
        line.endsWith("...") ? expect.stringMatching(/^xy: (1 x 2|2 x 1) examples: .*, Tensor\(3, /) : line,
      ),
    );
  });

  it("prints in the steps of loops and in the branch that is taken, compiled and not", () => {
    const loop = (x: Tensor): Tensor =>
      T(lax.foriLoop(0, 3, (_, c) => T(np.add(debug.print("c", c, { to }), 1)), x));
    const branch = (x: Tensor): Tensor =>
      T(
        lax.cond(
          np.greater(x, 0),
          (z: Tensor) => debug.print("positive", z, { to }),
          (z: Tensor) => debug.print("negative", z, { to }),
          x,
        ),
      );
    for (const f of [loop, jit(loop)]) f(T(np.array(0)));
    const steps = [0, 1, 2].map((c) => `c: Tensor(${c}, shape=[], dtype=float64)`);
    expect(lines).toEqual([...steps, ...steps]);
    lines.length = 0;
    for (const f of [branch, jit(branch)]) f(T(np.array(-1)));
    expect(lines.map((line) => line.split(":")[0])).toEqual(["negative", "negative"]);
  });

  it("prints again where a checkpoint computes again, and not in a transpose", () => {
    grad((x: Tensor) => T(np.sin(checkpoint(square)(x))))(3);
    expect(lines).toEqual([nine, nine]);
    lines.length = 0;
    linearTranspose((x: Tensor) => np.mul(2, debug.print("x", x, { to })), [1])(T(np.array(1)));
    expect(lines).toEqual([]);
  });

  it("stands in graphs, and takes no other labels or sinks", () => {
    expect(String(makeGraph(square)(3))).toContain("print{label: y");
    const loose = debug.print as unknown as (...args: readonly unknown[]) => unknown;
    expect(() => loose(np.array(1), "x")).toThrow(ArgumentError);
    expect(() => loose("x", np.array(1), { to: 3 })).toThrow(ArgumentError);
  });

  const domain: Domain = {
    dtypes: ["float64", "float32", "int32"],
    linear: () => [[0, 1]],
    plan: (draw) =>
      draw.shape(0, 2).map((shape) => ({
        p: { label: "x", to: () => undefined, mapped: [0, 0] },
        operands: fc.tuple(draw.tensor(shape), draw.tensor(shape)),
      })),
  };
  const said = laws.filter((law) => law.property(printPrimitive, domain) !== undefined);
  it.each(said.map((law) => [law.name, law] as const))("obeys: %s", (_, law) => {
    checkLaw(law, printPrimitive, domain);
  });
});
