/** Graphs as text, Mermaid and SVG, with costs that can be counted by hand; tables of tangents. */
import * as debug from "cotangent/debug";
import * as lax from "cotangent/lax";
import { describe, expect, it } from "vitest";
import { ArgumentError, customJvp, grad, jit, jvp, np, type Tensor } from "../../src/index.js";

const T = (x: unknown): Tensor => x as Tensor;
const f = (x: Tensor, w: Tensor): Tensor => T(np.sum(np.tanh(np.matmul(w, np.mul(x, x)))));
const args = [np.ones([3]), np.ones([2, 3])] as unknown as never[];

describe("costs", () => {
  const cost = (g: (...xs: never[]) => unknown, ...xs: readonly unknown[]) => {
    const [first, ...others] = debug.graphCost(debug.makeGraph(g)(...(xs as never[])));
    expect(others).toEqual([]);
    const { operations, bytes, residualBytes } = first as debug.EquationCost;
    return [operations, bytes, residualBytes];
  };
  it.each<[string, (...xs: never[]) => unknown, readonly unknown[], readonly unknown[]]>([
    // d sin = cos x dx keeps cos x
    ["sin", (x: Tensor) => np.sin(x), [np.ones([4])], [4, 32, 32]],
    ["sin in float32", (x: Tensor) => np.sin(x), [np.ones([4], { dtype: "float32" })], [4, 16, 16]],
    // x * y keeps both
    ["mul", (x: Tensor, y: Tensor) => np.mul(x, y), [np.ones([4]), np.ones([4])], [4, 32, 64]],
    ["add", (x: Tensor, y: Tensor) => np.add(x, y), [np.ones([4]), np.ones([4])], [4, 32, 0]],
    ["sum", (x: Tensor) => np.sum(x), [np.ones([4, 5])], [20, 8, 0]],
    ["transpose", (x: Tensor) => np.transpose(x), [np.ones([4, 5])], [0, 160, 0]],
    ["matmul", (x: Tensor, y: Tensor) => np.matmul(x, y), [np.ones([2, 3]), np.ones([3, 4])], [48, 64, 144]],
    ["a comparison", (x: Tensor, y: Tensor) => np.less(x, y), [np.ones([4]), np.ones([4])], [4, 4, 0]],
    ["cumsum", (x: Tensor) => np.cumsum(x), [np.ones([4])], [null, 32, 0]],
  ])("of %s", (_, g, xs, expected) => {
    expect(cost(g as never, ...xs)).toEqual(expected);
  });

  it("of graphs within", () => {
    const inner = jit((x: Tensor) => T(np.sin(np.sin(x))));
    expect(cost(inner as never, np.ones([4]))[0]).toBe(8);
    expect(
      cost(
        (x: Tensor) =>
          lax.scan(
            (c: Tensor, _: null) => [T(np.sin(c)), null] as never,
            x,
            null as never,
            { length: 5 } as never,
          )[0],
        np.ones([4]),
      )[0],
    ).toBe(20);
  });
});

describe("loops of unknown length, and kernels", () => {
  const loop = debug.makeGraph((x: Tensor) =>
    lax.whileLoop(
      (c: Tensor) => np.less(np.sum(c), 100),
      (c: Tensor) => T(np.mul(c, c)),
      x,
    ),
  )(np.ones([4]) as never);
  it("cost what one step costs, and say so", () => {
    const [cost] = debug.graphCost(loop);
    // a sum of 4 and a comparison, then 4 products, which keep both operands
    expect(cost).toMatchObject({
      operations: null,
      knownOperations: 0,
      bytes: 32,
      residualBytes: 0,
      step: { operations: 9, knownOperations: 9, residualBytes: 32 },
    });
    const label = "each step: 9 operations, keeps 32; in all 32 bytes";
    expect(loop.toText()).toContain(`// ${label}`);
    expect(loop.toText()).toMatch(/in all at least 0 operations.*, besides loops of unknown length$/);
    expect(loop.toMermaid()).toContain(label);
    expect(loop.toSvg()).toContain(label);
  });
  it("tell what is known where a kernel tells nothing", () => {
    const sorted = debug.makeGraph((x: Tensor) => np.sort(x))(np.ones([4]) as never);
    expect(sorted.toText()).toMatch(/sort.*\/\/ operations not told by its kernel, 32 bytes/);
    const mixed = jit((x: Tensor) => np.sort(np.add(x, 1)));
    expect(
      debug
        .makeGraph(mixed)(np.ones([4]) as never)
        .toText(),
    ).toContain("at least 4 operations, 32 bytes");
    const step = debug.makeGraph((x: Tensor) =>
      lax.whileLoop(
        (c: Tensor) => np.less(np.max(c), 100),
        (c: Tensor) => T(np.cumsum(c)),
        x,
      ),
    )(np.ones([4]) as never);
    expect(step.toText()).toContain("each step: at least 5 operations");
    // a loop whose length is known, around one whose length is not
    const nested = debug.makeGraph(
      (x: Tensor) =>
        lax.scan(
          (c: Tensor) => [
            T(
              np.add(
                lax.whileLoop(
                  (d: Tensor) => np.less(d, 9),
                  (d: Tensor) => T(np.mul(d, 3)),
                  c,
                ),
                1,
              ),
            ),
            null,
          ],
          x,
          null,
          { length: 5 },
        )[0],
    )(np.array(1) as never);
    expect(debug.graphCost(nested)[0]).toMatchObject({
      operations: null,
      knownOperations: 5,
      step: undefined,
    });
  });
});

describe("drawings", () => {
  const graph = debug.makeGraph(f)(...args);
  it("toText", () => {
    const text = graph.toText();
    expect(text).toContain("(a:float64[3], b:float64[2, 3]) =>");
    expect(text).toMatch(/tanh\(\w\) +\/\/ 2 operations, 16 bytes, keeps \d+/);
    expect(text).toMatch(/\/\/ in all \d+ operations, \d+ bytes, keeps \d+$/);
    expect(text.split("\n")).toHaveLength(graph.equations.length + 3);
    expect(debug.toText(debug.makeGraph(grad(f as never))(...args))).toContain("in all");
    expect(debug.toText(debug.makeGraph((x: Tensor) => np.cumsum(x))(args[0] as never))).toContain(
      "in all at least 0",
    );
  });
  it("toMermaid: a box for every input, operation and the result, an arrow for every use", () => {
    const text = graph.toMermaid();
    expect(text.split("\n")[0]).toBe("flowchart TD");
    expect(text.match(/^ {2}n\d+\(\[/gm)).toHaveLength(3);
    expect(text.match(/^ {2}n\d+\["/gm)).toHaveLength(graph.equations.length);
    const uses = graph.equations.reduce((n, { ins }) => n + ins.filter((x) => "index" in x).length, 1);
    expect(text.match(/-->/g)).toHaveLength(uses);
  });
  it("toSvg: well formed, boxes apart from each other and below what they take from", () => {
    const svg = graph.toSvg();
    const open: string[] = [];
    for (const [, close, name, self] of svg.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
      if (close === "/") expect(open.pop()).toBe(name);
      else if (self !== "/") open.push(name as string);
    }
    expect(open).toEqual([]);
    const boxes = [
      ...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g),
    ].map((m) => m.slice(1).map(Number)) as [number, number, number, number][];
    expect(boxes).toHaveLength(graph.equations.length + 3);
    boxes.forEach(([x, y, w, h], i) => {
      for (const [x1, y1, w1, h1] of boxes.slice(0, i))
        expect(x + w <= x1 || x1 + w1 <= x || y + h <= y1 || y1 + h1 <= y).toBe(true);
    });
    expect(svg).not.toMatch(/NaN|undefined/);
    expect(debug.toSvg(debug.makeGraph(() => np.array(1))())).toContain("result");
  });
  it("refuse what is no graph", () => {
    for (const draw of [debug.toText, debug.toMermaid, debug.toSvg])
      expect(() => draw("graph" as never)).toThrow(ArgumentError);
  });
});

describe("tangents", () => {
  it("lists every value with its tangent", () => {
    const table = debug.tangents((x: Tensor) => np.sin(np.mul(x, x)))(T(np.array(2)));
    expect(table.rows.map(({ name, operation }) => `${name} ${operation}`)).toEqual([
      "a argument",
      "b mul(a, a)",
      "c sin(b)",
    ]);
    expect(table.rows.map(({ primal, tangent }) => [primal.item(), tangent.item()])).toEqual([
      [2, 1],
      [4, 4],
      [Math.sin(4), 4 * Math.cos(4)].map((v) => expect.closeTo(v, 14)),
    ]);
    expect(T(table.result).item()).toBeCloseTo(Math.sin(4), 14);
    expect(table.rows[1]?.line).toMatch(/graph\.test\.ts:\d+:\d+$/);
    const text = String(table).split("\n");
    expect(text).toHaveLength(4);
    expect(text[2]).toMatch(/^b {2}mul\(a, a\) +4 +4$/);
  });
  it("takes a direction, and agrees with jvp, through jit and rules of the user's", () => {
    const custom = customJvp(
      (x: Tensor) => T(np.sin(x)),
      ([x], [dx]) => [np.sin(T(x)), np.mul(7, T(dx))] as never,
    );
    const g = jit((x: Tensor, y: Tensor) => T(np.sum(np.mul(custom(x), np.tanh(y)))));
    const at = [np.array([1, 2]), np.array([3, 4])] as const;
    const direction = [np.array([1, 0]), np.array([0, -1])] as const;
    const [out, tangent] = jvp(g as never, at as never, direction as never) as unknown as [Tensor, Tensor];
    const last = debug
      .tangents(g as never, { direction })(...(at as unknown as never[]))
      .rows.at(-1);
    expect(last?.primal.item()).toBeCloseTo(out.item(), 14);
    expect(last?.tangent.item()).toBeCloseTo(tangent.item(), 14);
  });
  it("has zeros for what does not move, and nests", () => {
    const h = (x: Tensor): Tensor => T(np.mul(x, np.exp(0.5)));
    const { rows } = debug.tangents((x: Tensor, n: Tensor) => [h(x), np.add(n, 1)])(
      T(np.array(1)),
      T(np.array(2, { dtype: "int32" })),
    );
    expect(rows.at(-1)?.tangent.item()).toBe(0);
    expect(grad((x: Tensor) => T(debug.tangents(h)(x).rows.at(-1)?.primal))(1).item()).toBeCloseTo(
      Math.exp(0.5),
      14,
    );
  });
  it("refuses directions of another size", () => {
    expect(() => debug.tangents(f as never, { direction: [1] })(...args)).toThrow(ArgumentError);
    expect(() => debug.tangents(3 as never)).toThrow(ArgumentError);
  });
});
