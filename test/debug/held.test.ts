/** Prints within loops, branches and compiled functions whose results nobody uses: they happen as they do eagerly. */
import * as debug from "cotangent/debug";
import * as lax from "cotangent/lax";
import { describe, expect, it } from "vitest";
import { grad, jit, jvp, linearize, np, type Tensor, vjp, vmap } from "../../src/index.js";

type Scalar = (x: Tensor) => Tensor;
const T = (x: unknown): Tensor => x as Tensor;
const lines: string[] = [];
const to = (line: string): void => {
  lines.push(line.replace(/Tensor\(([^,]*),.*/, "$1"));
};
const shown = (label: string, x: Tensor): Tensor => debug.print(label, x, { to });
const half = (x: Tensor): Tensor => T(np.mul(x, 0.5));

/** What each does with `x`, and what it prints at 2: nothing of it is part of the result. */
const programs: Readonly<Record<string, readonly [(x: Tensor) => void, readonly string[]]>> = {
  scan: [
    (x) => lax.scan((c: Tensor) => [half(shown("c", c)), null], x, null, { length: 3 }),
    ["c: 2", "c: 1", "c: 0.5"],
  ],
  "scan that gives nothing at all": [
    (x) =>
      lax.scan(
        (c: null, row: Tensor) => {
          shown("row", row);
          return [c, null];
        },
        null,
        np.stack([x, half(x)]),
      ),
    ["row: 2", "row: 1"],
  ],
  "scan of a print that its step does not use": [
    (x) =>
      lax.scan(
        (c: Tensor) => {
          shown("c", c);
          return [half(c), null];
        },
        x,
        null,
        { length: 2 },
      ),
    ["c: 2", "c: 1"],
  ],
  foriLoop: [(x) => lax.foriLoop(0, 2, (_, c) => half(shown("c", T(c))), x), ["c: 2", "c: 1"]],
  "whileLoop, in its body": [
    (x) =>
      lax.whileLoop(
        (c: Tensor) => np.greater(c, 0.6),
        (c: Tensor) => half(shown("c", c)),
        x,
      ),
    ["c: 2", "c: 1"],
  ],
  "whileLoop, in its condition": [
    (x) => lax.whileLoop((c: Tensor) => np.greater(shown("c", c), 0.6), half, x),
    ["c: 2", "c: 1", "c: 0.5"],
  ],
  map: [(x) => lax.map((z: Tensor) => half(shown("z", z)), np.stack([x, half(x)])), ["z: 2", "z: 1"]],
  cond: [
    (x) =>
      lax.cond(
        np.greater(x, 0),
        (z: Tensor) => shown("yes", z),
        (z: Tensor) => shown("no", z),
        x,
      ),
    ["yes: 2"],
  ],
  switch: [
    (x) => lax.switch(np.astype(x, "int32"), [half, half, (z: Tensor) => shown("two", z)] as never, x),
    ["two: 2"],
  ],
  "a branch in a loop": [
    (x) =>
      lax.foriLoop(
        0,
        2,
        (_, c) => {
          lax.cond(np.greater(T(c), 1.5), (z: Tensor) => shown("big", z), half, c);
          return half(T(c));
        },
        x,
      ),
    ["big: 2"],
  ],
  "a loop in a loop": [
    (x) =>
      lax.foriLoop(
        0,
        2,
        (_, c) => {
          lax.scan((d: Tensor) => [half(shown("d", d)), null], T(c), null, { length: 2 });
          return half(T(c));
        },
        x,
      ),
    ["d: 2", "d: 1", "d: 1", "d: 0.5"],
  ],
  "a compiled function": [(x) => jit((z: Tensor) => half(shown("z", z)))(x), ["z: 2"]],
  "a loop in a compiled function": [
    (x) => jit((z: Tensor) => lax.foriLoop(0, 2, (_, c) => half(shown("c", T(c))), z))(x),
    ["c: 2", "c: 1"],
  ],
};

const transformations: Readonly<Record<string, (f: Scalar) => (x: number) => unknown>> = {
  nothing: (f) => (x) => f(T(np.array(x))),
  jit: (f) => jit(f),
  "jit of jit": (f) => jit((x: Tensor) => jit(f)(x)),
  grad: (f) => grad(f),
  "jit of grad": (f) => jit(grad(f)),
  "grad of jit": (f) => grad(jit(f)),
  "grad of grad": (f) => grad(grad(f)),
  jvp: (f) => (x) => jvp(f, [x], [1]),
  "jit of jvp": (f) => jit((x: Tensor) => jvp(f, [x], [1])),
  vjp: (f) => (x) => vjp(f, [x])[0],
  linearize: (f) => (x) => linearize(f, [x])[0],
};

describe.each(Object.entries(programs))("%s", (_, [program, expected]) => {
  const f: Scalar = (x) => {
    program(x);
    return T(np.mul(x, x));
  };
  it.each(Object.entries(transformations))("prints under %s", (__, transformed) => {
    lines.length = 0;
    transformed(f)(2);
    expect(lines).toEqual(expected);
  });
  it("prints at every call of a compiled function", () => {
    const compiled = jit(f);
    compiled(2);
    lines.length = 0;
    compiled(2);
    expect(lines).toEqual(expected);
  });
  it.each(["vmap", "jit of vmap", "vmap of jit", "vmap of grad"])("prints under %s", (name) => {
    const ways: Readonly<Record<string, (x: Tensor) => unknown>> = {
      vmap: vmap(f),
      "jit of vmap": jit(vmap(f)),
      "vmap of jit": vmap(jit(f)),
      "vmap of grad": vmap(grad(f)),
    };
    lines.length = 0;
    ways[name]?.(np.array([2, 2]));
    expect(lines.length).toBeGreaterThanOrEqual(expected.length);
    const labels = (list: readonly string[]): readonly string[] =>
      list.map((line) => line.split(":")[0] as string);
    expect(labels(lines).slice(0, expected.length)).toEqual(labels(expected));
  });
});
