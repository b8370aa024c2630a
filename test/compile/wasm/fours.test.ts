/** A large matrix times a vector: every way to lie in memory gives the bits of the one order of sums, eager and compiled. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ContractStep, MatrixAccess, Plan } from "../../../src/compile/plan.js";
import { longVectorProduct } from "../../../src/compile/wasm/long-products.js";
import { emitWasm } from "../../../src/compile/wasm/program.js";
import type { FloatArray } from "../../../src/kernel/blocked.js";
import { isInFours } from "../../../src/kernel/fours.js";
import { matmul } from "../../../src/kernel/matmul.js";
import { compact } from "../../../src/tensor/tensor.js";
import { runs } from "../../support/runs.js";

type FloatName = ContractStep["dtype"];

const zeros = (dtype: FloatName, n: number): FloatArray =>
  dtype === "float64" ? new Float64Array(n) : new Float32Array(n);

/** Strides over k and n of a matrix or, with one n, of a vector: how many elements it reaches over, and where it starts. */
interface Layout {
  readonly along: number;
  readonly across: number;
  readonly offset: number;
  readonly size: number;
}

const layoutOf = (kind: string, k: number, n: number, gap: number): Layout => {
  const [along, across] =
    kind === "rows"
      ? [1, k + gap]
      : kind === "columns"
        ? [n + gap, 1]
        : kind === "backwards"
          ? [-1, -(k + gap)]
          : kind === "spread"
            ? [2 + gap, (2 + gap) * k]
            : kind === "one row"
              ? [1, 0]
              : [0, 1];
  const reach = (count: number, stride: number): number => (count - 1) * stride;
  const low = Math.min(0, reach(k, along)) + Math.min(0, reach(n, across));
  const high = Math.max(0, reach(k, along)) + Math.max(0, reach(n, across));
  return { along, across, offset: gap - low, size: gap + high - low + 1 };
};

const kinds = ["rows", "rows", "columns", "columns", "backwards", "spread", "one row", "repeated"] as const;

const filled = (dtype: FloatName, size: number, seed: number, wild: boolean): FloatArray => {
  const odd = [0, -0, Number.NaN, Infinity, 1e-42, -5e-324, 1e30, -1];
  const data = zeros(dtype, size);
  let state = seed | 1;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    data[i] = wild && state >>> 20 === 0 ? (odd[(state >>> 8) % 8] as number) : state / 2 ** 31 + 1e-9 * i;
  }
  return data;
};

/** Every fourth term in order, 256 to a block, and the four sums in pairs. */
const defined = (dtype: FloatName, k: number, term: (p: number) => readonly [number, number]): number => {
  const round = dtype === "float32" ? Math.fround : (x: number): number => x;
  const sums = [0, 1, 2, 3].map((first) => {
    const blocks: number[] = [];
    for (let p = first, count = 0; p < k; p += 4, count++) {
      const [x, y] = term(p);
      const product = round(x * y);
      if (count % 256 === 0) blocks.push(product);
      else blocks[blocks.length - 1] = round((blocks.at(-1) as number) + product);
    }
    return blocks.reduce((a, b) => round(a + b));
  }) as [number, number, number, number];
  return round(round(sums[0] + sums[1]) + round(sums[2] + sums[3]));
};

const sizes = fc.oneof(
  fc.tuple(fc.integer({ min: 16, max: 90 }), fc.integer({ min: 0, max: 30 })),
  fc.tuple(fc.integer({ min: 1010, max: 1040 }), fc.integer({ min: 0, max: 9 })),
  fc.tuple(fc.integer({ min: 2040, max: 2060 }), fc.integer({ min: 0, max: 9 })),
  fc.tuple(fc.integer({ min: 91, max: 4000 }), fc.integer({ min: 0, max: 9 })),
);

const planOf = (dtype: FloatName, sizesOf: readonly number[], step: ContractStep): Plan => {
  const [x, a, out] = sizesOf as readonly [number, number, number];
  const type = (n: number) => ({ dtype, shape: [n], weak: false });
  return {
    buffers: [
      { dtype, size: x, place: { kind: "input", index: 0 } },
      { dtype, size: a, place: { kind: "input", index: 1 } },
      { dtype, size: out, place: { kind: "output", index: 0, offset: 0 } },
    ],
    steps: [step],
    inputs: [type(x), type(a)],
    outputs: [type(out)],
    arena: Math.ceil((out * 8) / 16) * 16,
    contract: false,
  };
};

const check = (
  dtype: FloatName,
  [k, n]: readonly [number, number],
  [matrix, vector]: readonly [Layout, Layout],
  [seed, wild, isRow]: readonly [number, boolean, boolean],
): string => {
  const a = filled(dtype, matrix.size, seed, wild);
  const x = filled(dtype, vector.size, ~seed, wild);
  const access = (
    { offset }: Layout,
    buffer: number,
    rowStride: number,
    columnStride: number,
  ): MatrixAccess => ({
    buffer,
    offset,
    batchStride: 0,
    rowStride,
    columnStride,
  });
  const [m, columns] = isRow ? [1, n] : [n, 1];
  const left = isRow ? access(vector, 0, 0, vector.along) : access(matrix, 1, matrix.across, matrix.along);
  const right = isRow ? access(matrix, 1, matrix.along, matrix.across) : access(vector, 0, vector.along, 0);
  const step: ContractStep = { kind: "contract", dtype, batch: 1, m, k, n: columns, left, right, out: 2 };
  const plan = planOf(dtype, [x.length, a.length, n], step);
  const program = emitWasm(plan);
  if (program === null) throw new TypeError("no vectors here");
  const [compiled] = program.run(
    [x, a].map((data) => compact({ dtype, shape: [data.length], weak: false }, data)),
  );
  const eager = zeros(dtype, n);
  const data = [x, a] as const;
  matmul(
    { ...left, data: data[left.buffer] as FloatArray },
    { ...right, data: data[right.buffer] as FloatArray },
    eager,
    1,
    m,
    k,
    columns,
  );
  for (let j = 0; j < n; j++) {
    const wanted = defined(dtype, k, (p) => [
      x[vector.offset + p * vector.along] as number,
      a[matrix.offset + p * matrix.along + j * matrix.across] as number,
    ]);
    for (const [name, value] of [
      ["compiled", compiled?.at(j)],
      ["eager", eager[j]],
    ] as const)
      if (!Object.is(value, wanted)) expect.fail(`${name}, element ${j} is ${value}, defined as ${wanted}`);
  }
  return program.text();
};

describe.each(["float64", "float32"] as const)("a vector and a large matrix of %s", (dtype) => {
  it("give the same bits however they lie", () => {
    fc.assert(
      fc.property(
        sizes,
        fc.constantFrom(...kinds),
        fc.constantFrom(...kinds),
        fc.integer({ min: 0, max: 3 }),
        fc.tuple(fc.integer(), fc.boolean(), fc.boolean()),
        ([k, more], matrix, vector, gap, rest) => {
          const n = Math.max(16, Math.ceil(32768 / k)) + more;
          check(dtype, [k, n], [layoutOf(matrix, k, n, gap), layoutOf(vector, k, 1, gap)], rest);
        },
      ),
      { numRuns: Math.min(2 * runs, 1000) },
    );
  });

  it("are read in place where the matrix has one axis without gaps", () => {
    const vector = layoutOf("rows", 100, 1, 0);
    const rest = [1, false, false] as const;
    const rows = check(dtype, [100, 400], [layoutOf("rows", 100, 400, 3), vector], rest);
    expect(rows).toMatch(/alongRows/);
    const columns = check(dtype, [100, 400], [layoutOf("columns", 100, 400, 3), vector], rest);
    expect(columns).toMatch(/passingRows/);
    for (const text of [rows, columns]) expect(text).not.toMatch(/kernel\d/);
    const spread = check(dtype, [100, 400], [layoutOf("spread", 100, 400, 3), vector], rest);
    expect(spread).toMatch(/kernel\d+: \[\d/);
  });
});

describe.each(["float64", "float32"] as const)("eager products of %s by the kernels", (dtype) => {
  it.each(["rows", "columns"])("have the same bits, matrices in %s", (kind) => {
    for (const [k, n] of [
      [33, 1001],
      [1027, 40],
      [2049, 17],
    ] as const) {
      const [matrix, vector] = [layoutOf(kind, k, n, 0), layoutOf(k % 2 === 0 ? "rows" : "spread", k, 1, 0)];
      const a = filled(dtype, matrix.size, k, false);
      const x = filled(dtype, vector.size, n, false);
      const views = [
        { data: x, offset: vector.offset, batchStride: 0, rowStride: 0, columnStride: vector.along },
        {
          data: a,
          offset: matrix.offset,
          batchStride: 0,
          rowStride: matrix.along,
          columnStride: matrix.across,
        },
      ] as const;
      const out = zeros(dtype, n);
      let calls = 0;
      while (!longVectorProduct(...views, out, k, n)) expect(++calls).toBeLessThan(1000);
      // not at the first call: a kernel has to be earned
      expect(calls).toBeGreaterThan(2);
      const wanted = Array.from({ length: n }, (_, j) =>
        defined(dtype, k, (p) => [
          x[vector.offset + p * vector.along] as number,
          a[matrix.offset + p * matrix.along + j * matrix.across] as number,
        ]),
      );
      expect([...out]).toEqual(wanted);
    }
  });
});

it("sizes alone decide what is large", () => {
  expect(isInFours(1, 1, 100, 400)).toBe(true);
  expect(isInFours(1, 400, 100, 1)).toBe(true);
  const others: readonly (readonly [number, number, number, number])[] = [
    [2, 1, 100, 400],
    [1, 2, 100, 400],
    [1, 1, 100, 300],
    [1, 1, 40000, 1],
    [1, 1, 10, 40000],
  ];
  for (const size of others) expect(isInFours(...size)).toBe(false);
});
