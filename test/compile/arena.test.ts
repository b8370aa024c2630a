/** Places of buffers in the arena. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arranged } from "../../src/compile/arena.js";
import type { PlacelessBuffer } from "../../src/compile/builder.js";
import { emitJavaScript } from "../../src/compile/javascript/program.js";
import type { Access, LoopStep, Plan, Step } from "../../src/compile/plan.js";
import { emitWasm } from "../../src/compile/wasm/program.js";
import type { DType, Storage } from "../../src/tensor/dtype.js";
import type { DenseTensor } from "../../src/tensor/tensor.js";
import { interpret } from "../support/plans.js";
import { apart, planIn, randomChain } from "../support/random-chains.js";
import { runs } from "../support/runs.js";

it("has room for buffers that no step touches", () => {
  const { arena, buffers } = arranged([{ dtype: "float64", size: 36, place: { kind: "scratch" } }], []);
  expect(buffers[0]?.place).toEqual({ kind: "scratch", offset: 0 });
  expect(arena).toBeGreaterThanOrEqual(36 * 8);
});

describe("a loop's result takes the place of an operand", () => {
  const n = 24;
  const scratch = (dtype: DType = "float64", size = n): PlacelessBuffer => ({
    dtype,
    size,
    place: { kind: "scratch" },
  });
  const output = (index = 0, size = n): PlacelessBuffer => ({
    dtype: "float64",
    size,
    place: { kind: "output", index },
  });
  const input = (): PlacelessBuffer => ({ dtype: "float64", size: n, place: { kind: "input", index: 0 } });
  const at = (buffer: number, strides: readonly number[] = [1], offset = 0): Access => ({
    buffer,
    offset,
    strides,
  });
  /** What is stored does not matter to places. */
  const loop = (
    loads: readonly Access[],
    stores: readonly Access[],
    shape: readonly number[] = [n],
    folded = false,
  ): LoopStep => ({
    kind: "loop",
    shape,
    folded,
    body: { inputs: [], nodes: [], outputs: [] },
    loads,
    stores: stores.map((access) => ({ value: 0, access })),
    folds: [],
  });
  const offsets = (buffers: readonly PlacelessBuffer[], steps: readonly Step[]): readonly number[] =>
    arranged(buffers, steps).buffers.map(({ place }) => ("offset" in place ? place.offset : -1));
  /** Whether buffer 2 has the place of buffer 1, which is made of buffer 0, an input. */
  const takes = (
    step: LoopStep,
    {
      from = scratch(),
      to = scratch(),
      after = [loop([at(2)], [at(3)])],
    }: { from?: PlacelessBuffer; to?: PlacelessBuffer; after?: readonly Step[] } = {},
  ): boolean => {
    const made = loop([at(0)], [at(1)]);
    const [, one, two] = offsets([input(), from, to, output()], [made, step, ...after]);
    return one === two;
  };

  it("that ends there, an output or not", () => {
    expect(takes(loop([at(1)], [at(2)]))).toBe(true);
    expect(takes(loop([at(1)], [at(2)]), { to: output(1), after: [] })).toBe(true);
    expect(takes(loop([at(0), at(1), at(0, [0])], [at(2)]))).toBe(true);
  });

  it("of another dtype of the same size", () => {
    const from = scratch("float32");
    expect(takes(loop([at(1)], [at(2)]), { from, to: scratch("int32") })).toBe(true);
    expect(takes(loop([at(1)], [at(2)]), { from, to: scratch("float64") })).toBe(false);
    expect(takes(loop([at(1)], [at(2)]), { from, to: scratch("int16") })).toBe(false);
    // of three elements both have 16 bytes
    const [few, small] = [scratch("float32", 3), scratch("int8", 3)];
    expect(takes(loop([at(1)], [at(2)], [3]), { from: few, to: few })).toBe(true);
    expect(takes(loop([at(1)], [at(2)], [3]), { from: few, to: small })).toBe(false);
  });

  it("that is walked in any order, or in part", () => {
    const turned = [at(1, [1, 4]), at(2, [1, 4])] as const;
    expect(takes(loop([turned[0]], [turned[1]], [4, 6]))).toBe(true);
    expect(takes(loop([at(1, [-1], 23)], [at(2, [-1], 23)]))).toBe(true);
    expect(takes(loop([at(1, [2], 1)], [at(2, [2], 1)], [12]))).toBe(true);
    expect(takes(loop([at(1, [0, 1])], [at(2, [7, 1])], [1, 24]))).toBe(true);
  });

  it("and so on: a chain has one place", () => {
    const steps = [1, 2, 3, 4].map((id) => loop([at(id - 1)], [at(id)]));
    const buffers = [input(), scratch(), scratch(), scratch(), output()];
    expect(offsets(buffers, steps)).toEqual([-1, 0, 0, 0, 0]);
    expect(arranged(buffers, steps).arena).toBe(8 * n);
  });

  it("one of several, each of which may have one", () => {
    const buffers = [input(), scratch(), scratch(), output(0), output(1), output(2)];
    const both = loop([at(0)], [at(1), at(2)]);
    const [, one, two, ...results] = offsets(buffers, [both, loop([at(1), at(2)], [at(3), at(4), at(5)])]);
    expect(one).not.toBe(two);
    expect(new Set(results).size).toBe(3);
    expect(new Set([one, two, ...results]).size).toBe(3);
  });

  it("unless that is read again", () => {
    expect(takes(loop([at(1)], [at(2)]), { after: [loop([at(1), at(2)], [at(3)])] })).toBe(false);
  });

  it("unless that is read elsewhere than it is written", () => {
    expect(takes(loop([at(1, [-1], 23)], [at(2)]))).toBe(false);
    expect(takes(loop([at(1), at(1, [0])], [at(2)]))).toBe(false);
    expect(takes(loop([at(1, [1], 1)], [at(2)], [23]))).toBe(false);
    expect(takes(loop([at(1, [1, 4])], [at(2, [6, 1])], [4, 6]))).toBe(false);
  });

  it("unless elements are met twice, or stored twice", () => {
    expect(takes(loop([at(1, [0, 1])], [at(2, [0, 1])], [2, 24]))).toBe(false);
    expect(takes(loop([at(1, [2, 1])], [at(2, [2, 1])], [2, 3]))).toBe(false);
    expect(takes(loop([at(1)], [at(2), at(2)]))).toBe(false);
    expect(takes(loop([at(1)], [at(1), at(2)]))).toBe(false);
  });

  it("unless it is larger or smaller", () => {
    expect(takes(loop([at(1)], [at(2)]), { to: scratch("float64", n + 1) })).toBe(false);
    expect(takes(loop([at(1)], [at(2)], [n - 1]), { to: scratch("float64", n - 1) })).toBe(false);
  });

  it("unless it was begun before", () => {
    const buffers = [input(), scratch(), output()];
    const begun = loop([], [at(2)]);
    const [, one, two] = offsets(buffers, [loop([at(0)], [at(1)]), begun, loop([at(1)], [at(2)])]);
    expect(one).not.toBe(two);
  });

  it("unless rows are no whole vectors, and not many and long", () => {
    const rows = (size: number, count: number): boolean => {
      const buffer = scratch("float64", size * count);
      const strides = [size, 1];
      return takes(loop([at(1, strides)], [at(2, strides)], [count, size]), { from: buffer, to: buffer });
    };
    const row = (size: number): boolean => rows(size, 1);
    expect([2, 3, 4, 8, 28, 32, 40, 4096, 4099].map(row)).not.toContain(false);
    expect([5, 13, 33, 36, 100, 4095].map(row)).not.toContain(true);
    expect([rows(100, 41), rows(100, 40), rows(50, 100)]).toEqual([true, false, false]);
    // the rows of the elements, in whatever order they are walked
    const columns = (m: number): LoopStep => loop([at(1, [1, m])], [at(2, [1, m])], [m, n / m]);
    expect([takes(columns(12)), takes(columns(6))]).toEqual([true, false]);
  });

  it("unless the loop folds", () => {
    expect(takes(loop([at(1)], [at(2)], [n], true))).toBe(false);
  });

  it("unless it is a single number", () => {
    const [from, to] = [scratch("float64", 1), scratch("float64", 1)];
    expect(takes(loop([at(1, [])], [at(2, [])], []), { from, to })).toBe(false);
  });

  const repeat = (body: readonly Step[]): Step => ({
    kind: "repeat",
    counter: 0,
    length: 3,
    reverse: false,
    test: [],
    condition: null,
    body,
  });

  it("within a round, but not one that the next round reads", () => {
    const inside = [loop([at(0)], [at(1)]), loop([at(1)], [at(2)]), loop([at(2)], [at(3)])];
    const [, one, two] = offsets([input(), scratch(), scratch(), output()], [repeat(inside)]);
    expect(one).toBe(two);
    expect(takes(loop([at(1)], [at(2)]), { after: [repeat([loop([at(1)], [at(3)])])] })).toBe(false);
    const again = [loop([at(0)], [at(1)]), repeat([loop([at(1)], [at(2)]), loop([at(2)], [at(3)])])];
    const [, kept, made] = offsets([input(), scratch(), scratch(), output()], again);
    expect(kept).not.toBe(made);
  });

  it("but no part of another buffer", () => {
    const part: PlacelessBuffer = { dtype: "float64", size: n, place: { kind: "window", of: 3, counter: 0 } };
    const buffers = [input(), scratch(), part, scratch(), scratch(), output()];
    const rows = [loop([at(0)], [at(1)]), loop([at(1)], [at(2)]), loop([at(2)], [at(4)])];
    const [, one, , whole, last] = offsets(buffers, [repeat(rows), loop([at(3), at(4)], [at(5)])]);
    expect([one, last]).not.toContain(whole);
  });
});

describe("random chains", () => {
  const sizes = fc.oneof(
    fc.constantFrom(1, 2, 3, 4, 8, 12, 16, 24, 32, 40, 64, 80),
    fc.integer({ min: 1, max: 40 }),
  );
  /** Of which something is left over. */
  const long = fc.oneof(fc.integer({ min: 4096, max: 4120 }), fc.integer({ min: 64, max: 100 }));

  const expectSame = (what: string, results: readonly Storage[], expected: readonly Storage[]): void => {
    expected.forEach((wanted, k) => {
      const result = results[k] as Storage;
      for (let i = 0; i < wanted.length; i++)
        if (!Object.is(result[i], wanted[i]))
          expect.fail(`${what}: result ${k}, element ${i} is ${result[i]}, with places apart ${wanted[i]}`);
    });
  };
  const dataOf = (results: readonly DenseTensor[]): readonly Storage[] =>
    results.map((x) => Float64Array.from({ length: x.size }, (_, i) => x.at(i)));

  /** Results that lie where an operand of their loop does. */
  const overwriting = (buffers: Plan["buffers"], steps: readonly Step[]): number =>
    steps.reduce((sum, step) => {
      if (step.kind === "repeat") return sum + overwriting(buffers, step.body);
      if (step.kind === "choose")
        return sum + step.branches.reduce((k, branch) => k + overwriting(buffers, branch), 0);
      if (step.kind !== "loop") return sum;
      const places = (list: readonly Access[]): readonly number[] =>
        list.flatMap(({ buffer }) => {
          const { place, size } = buffers[buffer] as Plan["buffers"][number];
          return "offset" in place && size > 1 ? [place.offset] : [];
        });
      const read = new Set(places(step.loads));
      return sum + places(step.stores.map(({ access }) => access)).filter((at) => read.has(at)).length;
    }, 0);

  const kinds = [
    { rows: "short", lengths: sizes, most: 600, count: Math.max(100, runs) },
    { rows: "long", lengths: long, most: 13_000, count: Math.max(25, runs / 10) },
  ];

  it.each(kinds)("compute the same wherever their buffers lie: $rows rows", ({ lengths, most, count }) => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const chain = randomChain((arbitrary) => draw(() => arbitrary), lengths, most);
        const expected = interpret(planIn(chain, apart(chain)), chain.ins);
        const plan = planIn(chain, arranged(chain.builder.buffers, chain.steps));
        expectSame("the plan", interpret(plan, chain.ins), expected);
        for (const [name, program] of [
          ["WebAssembly", emitWasm(plan)],
          ["JavaScript", emitJavaScript(plan)],
        ] as const) {
          if (program === null) throw new TypeError(`no ${name} here`);
          for (let call = 0; call < 2; call++) expectSame(name, dataOf(program.run(chain.ins)), expected);
        }
      }),
      { numRuns: count, interruptAfterTimeLimit: 60_000 },
    );
  });

  it.each(kinds)("of $rows rows write over what they read, among them", ({ lengths, most }) => {
    let found = 0;
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const { builder, steps } = randomChain((arbitrary) => draw(() => arbitrary), lengths, most);
        found += overwriting(arranged(builder.buffers, steps).buffers, steps);
      }),
      { numRuns: 100, seed: 1 },
    );
    expect(found).toBeGreaterThan(10);
  });
});
