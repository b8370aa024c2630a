/** Products finished block by block are what their two steps say, bit for bit, wherever the loop reads and writes. */
import { jit, np, type Tensor } from "cotangent";
import * as lax from "cotangent/lax";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arranged } from "../../../src/compile/arena.js";
import type { PlacelessBuffer } from "../../../src/compile/builder.js";
import type { Access, ContractStep, LoopStep, Plan, Step } from "../../../src/compile/plan.js";
import { emitWasm } from "../../../src/compile/wasm/program.js";
import { ProgramBuilder } from "../../../src/expr/builder.js";
import { apply, input } from "../../../src/expr/expr.js";
import { BLOCK } from "../../../src/kernel/blocked.js";
import { allocate, type DType } from "../../../src/tensor/dtype.js";
import { compact, compactData, type DenseTensor } from "../../../src/tensor/tensor.js";
import { interpret } from "../../support/plans.js";
import { runs } from "../../support/runs.js";

type FloatName = ContractStep["dtype"];

interface Case {
  readonly dtype: FloatName;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  /** Part of the left operand's elements that are zeros. */
  readonly zeros: number;
  /** Whether the loop walks all elements as one axis, with no operand that repeats. */
  readonly flat: boolean;
  /** Whether something else reads the product, or rows of it, or it is a result. */
  readonly needed: "no" | "read" | "rows" | "result";
  /** Whether the loop reads the left operand too, which has the product's size. */
  readonly residual: boolean;
  readonly seed: number;
}

const cases = fc
  .record<Case>({
    dtype: fc.constantFrom("float64", "float32"),
    m: fc.oneof(fc.integer({ min: 2, max: 40 }), fc.constantFrom(127, 128, 129, 131, 260)),
    k: fc.oneof(fc.integer({ min: 5, max: 60 }), fc.constantFrom(255, 256, 257)),
    n: fc.oneof(fc.integer({ min: 2, max: 40 }), fc.constantFrom(64, 100)),
    zeros: fc.constantFrom(0, 0, 0.6, 1),
    flat: fc.boolean(),
    needed: fc.constantFrom("no", "no", "read", "rows", "result"),
    residual: fc.boolean(),
    seed: fc.integer(),
  })
  .map((c) => (c.residual ? { ...c, k: Math.max(c.n, 5), n: Math.max(c.n, 5) } : c));

const filled = (dtype: DType, n: number, seed: number, zeros = 0): DenseTensor => {
  const data = allocate(dtype, n);
  let state = seed | 1;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 2 ** 24;
  };
  for (let i = 0; i < n; i++) data[i] = next() < zeros ? 0 : next() - 0.5;
  return compact({ dtype, shape: [n], weak: false }, data);
};

/** max(z * column + row, z * other) - other * z, and whether z is less than the row; or the like with what does not repeat. */
const loopOf = (c: Case, z: number, [row, column, other, out, flags]: readonly number[]): LoopStep => {
  const { dtype, m, n, flat } = c;
  const program = new ProgramBuilder();
  const shape = flat ? [m * n] : [m, n];
  const whole = flat ? [1] : [n, 1];
  const at = (buffer: number | undefined, strides: readonly number[]): Access => ({
    buffer: buffer as number,
    offset: 0,
    strides,
  });
  const loads = [
    at(z, whole),
    at(other, whole),
    ...(flat ? [] : [at(row, [0, 1]), at(column, [1, 0])]),
    ...(c.residual ? [at(0, whole)] : []),
  ];
  const nodes = loads.map(() => program.input(dtype));
  const [own, from, bias = from, scale = from] = nodes as [number, number, number?, number?];
  const [x, y, b, s, r] = [input(0), input(1), input(2), input(3), input(4)] as const;
  const larger = apply("max", apply("add", apply("mul", x, s), b), apply("mul", x, y));
  const summed = apply("sub", larger, apply("mul", y, r));
  const value = program.addExpr(
    summed,
    [own, from, bias, scale, c.residual ? (nodes.at(-1) as number) : own],
    dtype,
  );
  const less = program.addExpr(apply("lt", x, y), [own, bias], "bool");
  return {
    kind: "loop",
    shape,
    folded: false,
    body: program.finish([value, less]),
    loads,
    stores: [
      { value: 0, access: at(out, whole) },
      { value: 1, access: at(flags, whole) },
    ],
    folds: [],
  };
};

const planOf = (c: Case): { readonly plan: Plan; readonly ins: readonly DenseTensor[] } => {
  const { dtype, m, k, n, seed } = c;
  const sizes = [m * k, k * n, n, m, m * n];
  const ins = sizes.map((size, i) => filled(dtype, size, seed + i, i === 0 ? c.zeros : 0));
  const inputs = sizes.map(
    (size, index): PlacelessBuffer => ({ dtype, size, place: { kind: "input", index } }),
  );
  const made = (of: DType, index?: number): PlacelessBuffer => ({
    dtype: of,
    size: m * n,
    place: index === undefined ? { kind: "scratch" } : { kind: "output", index },
  });
  const row = (of: number): PlacelessBuffer => ({
    dtype,
    size: n,
    place: { kind: "window", of, counter: 0 },
  });
  const buffers = [
    ...inputs,
    made(dtype, c.needed === "result" ? 2 : undefined),
    made(dtype, 0),
    made("bool", 1),
    ...(c.needed === "read" || c.needed === "rows" ? [made(dtype, 2)] : []),
    ...(c.needed === "rows" ? [5, 8].map((of) => row(of)) : []),
  ];
  const [z, out, flags, copy] = [5, 6, 7, 8];
  // The right operand lies by columns: so it is packed, however small.
  const product: ContractStep = {
    kind: "contract",
    dtype,
    batch: 1,
    m,
    k,
    n,
    left: { buffer: 0, offset: 0, batchStride: 0, rowStride: k, columnStride: 1 },
    right: { buffer: 1, offset: 0, batchStride: 0, rowStride: 1, columnStride: k },
    out: z,
  };
  const rows: Step = {
    kind: "repeat",
    counter: 0,
    length: m,
    reverse: false,
    test: [],
    condition: null,
    body: [{ kind: "copy", from: 9, to: 10 }],
  };
  const steps: readonly Step[] = [
    product,
    loopOf(c, z, [2, 3, 4, out, flags]),
    ...(c.needed === "read" ? [{ kind: "copy", from: z, to: copy } as const] : []),
    ...(c.needed === "rows" ? [rows] : []),
  ];
  const type = (of: DType, size: number) => ({ dtype: of, shape: [size], weak: false });
  const third = c.needed === "no" ? [] : [type(dtype, m * n)];
  const plan: Plan = {
    ...arranged(buffers, steps),
    steps,
    inputs: ins.map((x) => x.type),
    outputs: [type(dtype, m * n), type("bool", m * n), ...third],
    contract: false,
  };
  return { plan, ins };
};

const check = (c: Case): string => {
  const { plan, ins } = planOf(c);
  const program = emitWasm(plan);
  if (program === null) throw new TypeError("no vectors here");
  const results = program.run(ins);
  interpret(plan, ins).forEach((wanted, q) => {
    const got = compactData(results[q] as DenseTensor);
    for (let i = 0; i < wanted.length; i++)
      if (!Object.is(got[i], wanted[i]))
        expect.fail(`result ${q}, element ${i}: ${got[i]}, not ${wanted[i]}`);
  });
  return program.text();
};

const usual: Case = {
  dtype: "float32",
  m: 150,
  k: 200,
  n: 43,
  zeros: 0,
  flat: false,
  needed: "no",
  residual: false,
  seed: 1,
};

describe("a product and the loop that finishes it", () => {
  it("are what the two steps are by themselves", () => {
    fc.assert(
      fc.property(cases, (c) => {
        expect(/finished/.test(check(c))).toBe(c.k <= BLOCK);
      }),
      { numRuns: Math.max(60, runs) },
    );
  });

  it("are one where the product is by panels, and two where it is not, or the loop has another size", () => {
    expect(check(usual)).toMatch(/finished\dF32: \[150, 200\] @ \[200, 43\], each block through kernel0/);
    expect(check({ ...usual, n: 64 })).toMatch(/where one operand has many zeros/);
    for (const k of [2, 257]) expect(check({ ...usual, k })).not.toMatch(/finished/);
  });

  it("waits for the product if it writes where an operand lies", () => {
    const { plan, ins } = planOf({ ...usual, m: 64, k: 64, n: 64 });
    const [first] = plan.steps as readonly [ContractStep, ...Step[]];
    // The left operand is computed, and its place is taken by the result.
    const buffers = [
      ...plan.buffers,
      { dtype: "float32", size: 64 * 64, place: { kind: "scratch", offset: 0 } } as const,
    ];
    const placed = buffers.map((buffer) =>
      buffer.place.kind === "output" && buffer.place.index === 0
        ? { ...buffer, place: { ...buffer.place, offset: 0 } }
        : buffer.place.kind === "scratch" && buffer.size === 64 * 64 && buffer !== buffers.at(-1)
          ? { ...buffer, place: { kind: "scratch" as const, offset: plan.arena } }
          : buffer,
    );
    const own: Step = { kind: "copy", from: 0, to: buffers.length - 1 };
    const product = { ...first, left: { ...first.left, buffer: buffers.length - 1 } };
    const moved: Plan = {
      ...plan,
      buffers: placed,
      steps: [own, product, ...plan.steps.slice(1)],
      arena: plan.arena + 64 * 64 * 4,
    };
    const program = emitWasm(moved);
    expect(program?.text()).not.toMatch(/finished/);
    const results = program?.run(ins) as readonly DenseTensor[];
    interpret(moved, ins).forEach((wanted, q) => {
      expect(compactData(results[q] as DenseTensor)).toEqual(wanted);
    });
  });
});

describe("compiled functions", () => {
  it("keep a product whose rows a loop reads", () => {
    const f = (x: Tensor, w: Tensor): readonly [Tensor, Tensor] => {
      const z = np.matmul(x, w);
      const y = np.maximum(z, 0);
      const [total] = lax.scan((sum: Tensor, row: Tensor) => [np.add(sum, row), null], np.zeros([40]), z);
      return [y, total];
    };
    const x = np.reshape(np.sin(np.arange(30 * 200)), [30, 200]);
    const w = np.reshape(np.cos(np.arange(200 * 40)), [200, 40]);
    const compiled = jit(f);
    expect(compiled.lower(x, w).code).toMatch(/finished/);
    const eager = f(x, w);
    compiled(x, w).forEach((result, i) => {
      expect(result.toTypedArray()).toEqual((eager[i] as Tensor).toTypedArray());
    });
  });

  it("finish a dense layer in one, and store no product that nothing else reads", () => {
    const layer = jit((x, w, b) => np.tanh(np.add(np.matmul(x, w), b)));
    const [x, w, b] = [np.ones([40, 200]), np.ones([200, 60]), np.ones([60])];
    const text = layer.lower(x, w, b).code;
    expect(text).toMatch(/finished/);
    expect(np.allclose(layer(x, w, b), np.tanh(np.add(np.matmul(x, w), b)), { rtol: 0, atol: 0 })).toBe(true);
  });
});
