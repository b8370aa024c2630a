/** Compiled programs against the plain reading of their plans, bit for bit; and what they leave in memory: nothing. */
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Buffer, Plan, Step } from "../../../src/compile/plan.js";
import { heap } from "../../../src/compile/wasm/heap.js";
import type { WasmExecutable } from "../../../src/compile/wasm/program.js";
import { emitWasm } from "../../../src/compile/wasm/program.js";
import type { ScalarProgram } from "../../../src/expr/program.js";
import type { AnyPrimitive } from "../../../src/graph/primitive.js";
import { allocate, type DType, itemSize, type Storage } from "../../../src/tensor/dtype.js";
import { compact, DenseTensor, type TensorType, uniform } from "../../../src/tensor/tensor.js";
import { interpret } from "../../support/plans.js";
import { elements, type Gen, randomLoop } from "../../support/random-plans.js";
import { runs } from "../../support/runs.js";

const emitted = (plan: Plan): WasmExecutable => {
  const program = emitWasm(plan);
  if (program === null) throw new TypeError("this engine has no vectors");
  return program;
};

const expectSameBits = (
  results: readonly DenseTensor[],
  expected: readonly Storage[],
  text: () => string,
): void => {
  expected.forEach((wanted, k) => {
    const result = results[k] as DenseTensor;
    for (let i = 0; i < wanted.length; i++) {
      if (!Object.is(result.at(i), wanted[i])) {
        expect.fail(`result ${k}, element ${i} is ${result.at(i)}, by the plan ${wanted[i]}\n${text()}`);
      }
    }
  });
};

const check = (plan: Plan, ins: readonly DenseTensor[]): void => {
  const program = emitted(plan);
  const expected = interpret(plan, ins);
  for (let call = 0; call < 2; call++) expectSameBits(program.run(ins), expected, () => program.text());
};

/** Random plans, as far as they shrink in reasonable time. */
const holds = (count: number, property: (g: Gen) => void): void => {
  fc.assert(
    fc.property(fc.gen(), (draw) => property((arbitrary) => draw(() => arbitrary))),
    { numRuns: count, interruptAfterTimeLimit: 60_000 },
  );
};

const type = (dtype: DType, ...shape: readonly number[]): TensorType => ({ dtype, shape, weak: false });
const tensor = (dtype: DType, values: readonly number[]): DenseTensor => {
  const data = allocate(dtype, values.length);
  data.set(values);
  return compact(type(dtype, values.length), data);
};

/** Inputs, then outputs, then scratch, laid out one after the other; outputs and scratch in the order given. */
const planOf = (
  inputs: readonly TensorType[],
  own: readonly (Omit<Buffer, "place"> & { readonly output?: true })[],
  steps: readonly Step[],
  contract = false,
): Plan => {
  let arena = 0;
  const outputs: TensorType[] = [];
  const buffers: Buffer[] = inputs.map(({ dtype, shape }, index) => ({
    dtype,
    size: shape.reduce((n, size) => n * size, 1),
    place: { kind: "input", index },
  }));
  for (const { dtype, size, output } of own) {
    buffers.push({
      dtype,
      size,
      place: output
        ? { kind: "output", index: outputs.length, offset: arena }
        : { kind: "scratch", offset: arena },
    });
    if (output) outputs.push(type(dtype, size));
    arena += Math.ceil((size * itemSize(dtype)) / 16) * 16;
  }
  return { buffers, steps, inputs, outputs, arena, contract };
};

const twoInputs = (dtype: DType, op: "add" | "sub" | "mul"): ScalarProgram => ({
  inputs: [dtype, dtype],
  nodes: [
    { kind: "input", dtype, index: 0 },
    { kind: "input", dtype, index: 1 },
    { kind: "apply", dtype, op, args: [0, 1] },
  ],
  outputs: [2],
});

/** out = left op right, element by element. */
const binary = (
  dtype: DType,
  op: "add" | "sub" | "mul",
  n: number,
  left: number,
  right: number,
  out: number,
  rightStride = 1,
): Step => ({
  kind: "loop",
  shape: [n],
  folded: false,
  body: twoInputs(dtype, op),
  loads: [
    { buffer: left, offset: 0, strides: [1] },
    { buffer: right, offset: 0, strides: [rightStride] },
  ],
  stores: [{ value: 0, access: { buffer: out, offset: 0, strides: [1] } }],
  folds: [],
});

describe("loops", () => {
  const sizes = fc.oneof(
    fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 33, 64, 100, 127, 128, 129, 255, 256, 257),
    fc.integer({ min: 1, max: 40 }),
  );

  it("and folds are what their plans say, whatever dtypes, strides and sizes", () => {
    holds(Math.max(200, runs), (g) => {
      const { plan, ins } = randomLoop(g, sizes);
      check(plan, ins);
    });
  });

  it("and folds longer than a call of a kernel", () => {
    const long = fc.constantFrom(1, 2, 1023, 1024, 1025, 1152, 2049, 8191, 8193, 12_345);
    holds(Math.max(25, runs / 4), (g) => {
      const { plan, ins } = randomLoop(g, long);
      check(plan, ins);
    });
  });

  it.each([1, 3, 4, 7, 8, 9, 31, 32, 33, 63, 100])("write in place over %i elements", (n) => {
    const data = Array.from({ length: n }, (_, i) => Math.sin(i));
    const plan = planOf(
      [type("float64", n)],
      [{ dtype: "float64", size: n, output: true }],
      [
        binary("float64", "add", n, 0, 0, 1),
        binary("float64", "mul", n, 1, 1, 1),
        binary("float64", "sub", n, 1, 0, 1),
      ],
    );
    check(plan, [tensor("float64", data)]);
  });
});

describe("products", () => {
  const size = fc.oneof(fc.constantFrom(1, 2, 4, 8, 16), fc.integer({ min: 1, max: 40 }));
  const depth = fc.oneof(size, fc.integer({ min: 250, max: 800 }));

  it("are those of the eager product, whatever strides and sizes", () => {
    holds(Math.max(120, runs), (g) => {
      const dtype = g(fc.constantFrom<"float64" | "float32">("float64", "float32"));
      const [batch, m, k, n] = [g(fc.integer({ min: 1, max: 3 })), g(size), g(depth), g(size)];
      const side = (rows: number, columns: number, place: number) => {
        const shared = g(fc.integer({ min: 0, max: 3 })) === 0;
        const turned = g(fc.boolean());
        const gap = g(fc.constantFrom(0, 0, 0, 2));
        const [rowStride, columnStride] = turned ? [1, rows + gap] : [columns + gap, 1];
        const offset = g(fc.constantFrom(0, 0, 5));
        const step = turned ? columns * columnStride : rows * rowStride;
        const reach = offset + (shared ? 1 : batch) * step + 4;
        const data = elements(g, dtype, reach);
        return {
          access: { buffer: place, offset, batchStride: shared ? 0 : step, rowStride, columnStride },
          data: compact(type(dtype, reach), data),
        };
      };
      const left = side(m, k, 0);
      const right = side(k, n, 1);
      const plan = planOf(
        [left.data.type, right.data.type],
        [{ dtype, size: batch * m * n, output: true }],
        [{ kind: "contract", dtype, batch, m, k, n, left: left.access, right: right.access, out: 2 }],
      );
      check(plan, [left.data, right.data]);
    });
  });

  it.each([
    [1, 130, 300, 1030],
    [1, 1030, 300, 12],
    [1, 1, 5000, 1],
    [1, 1, 2100, 30],
    [1, 30, 2100, 1],
    [2, 129, 257, 9],
  ])("of [%i, %i, %i, %i] cross every block", (batch, m, k, n) => {
    for (const dtype of ["float64", "float32"] as const) {
      const fill = (count: number, seed: number): DenseTensor =>
        tensor(
          dtype,
          Array.from({ length: count }, (_, i) => Math.sin(i * 0.7 + seed)),
        );
      const [a, b] = [fill(batch * m * k, 1), fill(batch * k * n, 2)];
      const plan = planOf(
        [a.type, b.type],
        [{ dtype, size: batch * m * n, output: true }],
        [
          {
            kind: "contract",
            dtype,
            batch,
            m,
            k,
            n,
            left: { buffer: 0, offset: 0, batchStride: m * k, rowStride: k, columnStride: 1 },
            right: { buffer: 1, offset: 0, batchStride: k * n, rowStride: n, columnStride: 1 },
            out: 2,
          },
        ],
      );
      check(plan, [a, b]);
    }
  });

  it("may fuse roundings where the plan allows it, and stay close", () => {
    const [m, k, n] = [40, 300, 50];
    const a = tensor(
      "float64",
      Array.from({ length: m * k }, (_, i) => Math.sin(i)),
    );
    const b = tensor(
      "float64",
      Array.from({ length: k * n }, (_, i) => Math.cos(i)),
    );
    const plan = planOf(
      [a.type, b.type],
      [{ dtype: "float64", size: m * n, output: true }],
      [
        {
          kind: "contract",
          dtype: "float64",
          batch: 1,
          m,
          k,
          n,
          left: { buffer: 0, offset: 0, batchStride: 0, rowStride: k, columnStride: 1 },
          right: { buffer: 1, offset: 0, batchStride: 0, rowStride: n, columnStride: 1 },
          out: 2,
        },
      ],
      true,
    );
    const [result] = emitted(plan).run([a, b]) as [DenseTensor];
    const [wanted] = interpret(plan, [a, b]) as [Storage];
    for (let i = 0; i < m * n; i++) expect(result.at(i)).toBeCloseTo(wanted[i] as number, 10);
  });
});

describe("control", () => {
  const doubled = {
    name: "doubled",
    impl: ([x]: readonly DenseTensor[]) => [tensorTimes(x as DenseTensor, 2)],
  };
  const tensorTimes = (x: DenseTensor, by: number): DenseTensor =>
    tensor(
      "float64",
      Array.from({ length: x.size }, (_, i) => x.at(i) * by),
    );

  it.each([false, true])("repeats with windows, reverse %s", (reverse) => {
    const [n, times] = [5, 7];
    const buffers: Plan["buffers"] = [
      { dtype: "float64", size: n * times, place: { kind: "input", index: 0 } },
      { dtype: "float64", size: n, place: { kind: "window", of: 0, counter: 4 } },
      { dtype: "float64", size: n, place: { kind: "output", index: 0, offset: 0 } },
      { dtype: "float64", size: n * times, place: { kind: "output", index: 1, offset: 48 } },
      { dtype: "float64", size: n, place: { kind: "window", of: 3, counter: 4 } },
    ];
    const plan: Plan = {
      buffers,
      inputs: [type("float64", times, n)],
      outputs: [type("float64", n), type("float64", times, n)],
      arena: 48 + 8 * n * times,
      contract: false,
      steps: [
        { kind: "copy", from: 2, to: 2 },
        binary("float64", "sub", n, 0, 0, 2, 0),
        {
          kind: "repeat",
          counter: 4,
          length: times,
          reverse,
          test: [],
          condition: null,
          body: [binary("float64", "add", n, 1, 2, 2), { kind: "copy", from: 2, to: 4 }],
        },
      ],
    };
    check(plan, [
      compact(
        type("float64", times, n),
        Float64Array.from({ length: n * times }, (_, i) => Math.sin(i)),
      ),
    ]);
  });

  const lessThan = (limit: number): ScalarProgram => ({
    inputs: ["float64"],
    nodes: [
      { kind: "input", dtype: "float64", index: 0 },
      { kind: "constant", dtype: "float64", value: limit },
      { kind: "apply", dtype: "bool", op: "lt", args: [0, 1] },
    ],
    outputs: [2],
  });
  const test = (limit: number, from: number, to: number): Step => ({
    kind: "loop",
    shape: [],
    folded: false,
    body: lessThan(limit),
    loads: [{ buffer: from, offset: 0, strides: [] }],
    stores: [{ value: 0, access: { buffer: to, offset: 0, strides: [] } }],
    folds: [],
  });

  it.each([
    [Infinity, 1000],
    [3, 1000],
    [0, 1000],
    [10, -1],
  ])("repeats at most %d times while a condition holds below %d", (length, limit) => {
    const plan = planOf(
      [type("float64", 1)],
      [
        { dtype: "float64", size: 1, output: true },
        { dtype: "bool", size: 1 },
      ],
      [
        { kind: "copy", from: 0, to: 1 },
        {
          kind: "repeat",
          counter: 0,
          length,
          reverse: false,
          test: [test(limit, 1, 2)],
          condition: 2,
          body: [binary("float64", "add", 1, 1, 1, 1)],
        },
      ],
    );
    check(plan, [tensor("float64", [3])]);
  });

  it.each([-5, 0, 1, 2, 9])("chooses by %i, clamped", (index) => {
    const plan = planOf(
      [type("int32", 1), type("float64", 9)],
      [{ dtype: "float64", size: 9, output: true }],
      [
        {
          kind: "choose",
          index: 0,
          branches: [
            [binary("float64", "add", 9, 1, 1, 2)],
            [binary("float64", "mul", 9, 1, 1, 2), binary("float64", "add", 9, 2, 1, 2)],
            [{ kind: "copy", from: 1, to: 2 }],
          ],
        },
      ],
    );
    check(plan, [tensor("int32", [index]), tensor("float64", [1, 2, 3, 4, 5, 6, 7, 8, 9.5])]);
  });

  const withOpaque = (primitive: unknown, n: number): Plan =>
    planOf(
      [type("float64", n)],
      [
        { dtype: "float64", size: n, output: true },
        { dtype: "float64", size: n },
      ],
      [
        binary("float64", "add", n, 0, 0, 2),
        {
          kind: "repeat",
          counter: 0,
          length: 3,
          reverse: false,
          test: [],
          condition: null,
          body: [
            {
              kind: "opaque",
              primitive: primitive as AnyPrimitive,
              p: undefined,
              ins: [{ buffer: 2, type: type("float64", n) }],
              outs: [1],
            },
            { kind: "copy", from: 1, to: 2 },
          ],
        },
      ],
    );

  it("runs opaque steps within loops, and programs within those", () => {
    check(withOpaque(doubled, 11), [
      tensor(
        "float64",
        Array.from({ length: 11 }, (_, i) => i / 3),
      ),
    ]);
    const inner = emitted(withOpaque(doubled, 5000));
    const nested = { name: "nested", impl: (ins: readonly DenseTensor[]) => inner.run(ins) };
    const ins = [
      tensor(
        "float64",
        Array.from({ length: 5000 }, (_, i) => Math.cos(i)),
      ),
    ];
    const plan = withOpaque(nested, 5000);
    check(plan, ins);
    check(plan, ins);
  });

  it("leaves the memory as it was when an opaque step throws", () => {
    const failing = {
      name: "failing",
      impl: (): never => {
        throw new RangeError("no more");
      },
    };
    const program = emitted(withOpaque(failing, 3));
    const ins = [tensor("float64", [1, 2, 3])];
    expect(() => program.run(ins)).toThrow("no more");
    const held = heap()?.held;
    for (let i = 0; i < 50; i++) expect(() => program.run(ins)).toThrow(RangeError);
    expect(heap()?.held).toBe(held);
    expect(heap()?.running).toBe(false);
  });
});

describe("operands", () => {
  const twice = planOf(
    [type("float32", 2, 3), type("float32", 2, 3)],
    [{ dtype: "float32", size: 6, output: true }],
    [binary("float32", "add", 6, 0, 1, 2)],
  );

  it("may be views, and one number for all", () => {
    const data = Float32Array.from({ length: 20 }, (_, i) => i / 7);
    const view = new DenseTensor(type("float32", 2, 3), data, 0, [1, 4], 5);
    const shifted = new DenseTensor(type("float32", 2, 3), data, 0, null, 3);
    const one = uniform(type("float32", 2, 3), 2.5);
    for (const x of [view, shifted, one]) for (const y of [view, shifted, one]) check(twice, [x, y]);
  });

  it("that are large are copied once while they live", () => {
    const n = 5000;
    const plan = planOf(
      [type("float64", n), type("float64", 1)],
      [{ dtype: "float64", size: n, output: true }],
      [binary("float64", "mul", n, 0, 1, 2, 0)],
    );
    const program = emitted(plan);
    const large = tensor(
      "float64",
      Array.from({ length: n }, (_, i) => i),
    );
    const before = heap()?.residents.bytes as number;
    for (let i = 0; i < 5; i++) {
      const [result] = program.run([large, uniform(type("float64", 1), i)]) as [DenseTensor];
      expect(result.at(n - 1)).toBe(i * (n - 1));
    }
    expect((heap()?.residents.bytes as number) - before).toBe(8 * n);
  });
});

describe("memory", () => {
  it("is flat over many programs and many calls", () => {
    const store = heap();
    if (store === null) throw new TypeError("this engine has no vectors");
    const plan = planOf(
      [type("float64", 100)],
      [{ dtype: "float64", size: 100, output: true }],
      [binary("float64", "add", 100, 0, 0, 1)],
    );
    const program = emitted(plan);
    const ins = [
      tensor(
        "float64",
        Array.from({ length: 100 }, (_, i) => i),
      ),
    ];
    program.run(ins);
    const [held, bytes] = [store.held, store.memory.buffer.byteLength];
    for (let i = 0; i < 20_000; i++) program.run(ins);
    for (let i = 0; i < 50; i++) emitted(plan).run(ins);
    expect(store.held).toBe(held);
    expect(store.memory.buffer.byteLength).toBe(bytes);
  });

  it("is given back in pieces that join", () => {
    const store = heap();
    if (store === null) throw new TypeError("this engine has no vectors");
    const held = store.held;
    const pieces = Array.from({ length: 40 }, (_, i) => ({
      bytes: 1 + 97 * i,
      address: store.allocate(1 + 97 * i),
    }));
    for (const { address } of pieces) expect(address % 64).toBe(0);
    for (const [i, { address, bytes }] of pieces.entries()) if (i % 2 === 0) store.release(address, bytes);
    const again = store.allocate(600);
    store.release(again, 600);
    for (const [i, { address, bytes }] of pieces.entries()) if (i % 2 === 1) store.release(address, bytes);
    expect(store.held).toBe(held);
  });
});

describe("an engine without vectors", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it.each([
    ["or WebAssembly", undefined],
    ["that validate", { validate: (): boolean => false }],
  ])("%s has no programs", async (_, substitute) => {
    vi.stubGlobal("WebAssembly", substitute);
    vi.resetModules();
    const fresh = await import("../../../src/compile/wasm/program.js");
    expect(fresh.emitWasm(planOf([], [], []))).toBeNull();
  });
});

describe("text", () => {
  it("tells kernels and places", () => {
    const plan = planOf(
      [type("float64", 20_000)],
      [{ dtype: "float64", size: 20_000, output: true }],
      [binary("float64", "add", 20_000, 0, 0, 1)],
    );
    const program = emitted(plan);
    expect(program.bytes).toBeLessThan(1000);
    expect(program.text()).toContain("kernel0: [20000] in calls of");
    expect(program.text()).toContain("buffer 1: 20000 float64 at 0, output, 160000 bytes");
  });
});
