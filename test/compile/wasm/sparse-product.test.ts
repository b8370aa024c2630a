/** Products that leave out the terms of zeros have the bits of all terms, whatever the zeros meet and however operands lie. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ContractStep, MatrixAccess, Plan } from "../../../src/compile/plan.js";
import { type FloatLanes, floatLanes } from "../../../src/compile/wasm/float-lanes.js";
import { type Heap, heap } from "../../../src/compile/wasm/heap.js";
import { sharedKernels } from "../../../src/compile/wasm/library.js";
import { emitWasm } from "../../../src/compile/wasm/program.js";
import { SAMPLES } from "../../../src/compile/wasm/sparse-lists.js";
import { ENDS, HELD_LINES, LISTS } from "../../../src/compile/wasm/workspace.js";
import type { FloatArray } from "../../../src/kernel/blocked.js";
import { matmul } from "../../../src/kernel/matmul.js";
import { compact } from "../../../src/tensor/tensor.js";
import { runs } from "../../support/runs.js";

type FloatName = ContractStep["dtype"];

const store = heap() as Heap;
const lanesOf = (dtype: FloatName): FloatLanes => floatLanes(false)[dtype === "float64" ? 0 : 1];
const zeros = (dtype: FloatName, n: number): FloatArray =>
  dtype === "float64" ? new Float64Array(n) : new Float32Array(n);

const kernel = (name: string, dtype: FloatName): ((...operands: readonly number[]) => number) =>
  sharedKernels(false)(`${name}${lanesOf(dtype).suffix}`)?.binding as (
    ...operands: readonly number[]
  ) => number;

/** Numbers of a stream, from 0 up to 1. */
const stream = (seed: number): (() => number) => {
  let state = seed | 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 2 ** 24;
  };
};

/** What the numbers of an operand are like. */
interface Kind {
  /** Parts of it that are zeros, and of these that are -0. */
  readonly zeros: number;
  readonly negative: number;
  /** Of either sign, of one sign, so small that products vanish, or with infinities and NaN among them. */
  readonly rest: "any" | "positive" | "negative" | "tiny" | "wild";
}

const kinds = fc.record<Kind>({
  zeros: fc.constantFrom(0, 0.3, 0.6, 0.9, 0.99, 1),
  negative: fc.constantFrom(0, 0.5, 1),
  rest: fc.constantFrom("any", "any", "positive", "negative", "tiny", "wild"),
});

const filled = (dtype: FloatName, size: number, kind: Kind, seed: number): FloatArray => {
  const data = zeros(dtype, size);
  const next = stream(seed);
  const tiny = dtype === "float64" ? 1e-200 : 1e-30;
  const odd = [Number.NaN, Infinity, -Infinity, 1e-42, 1e30];
  for (let i = 0; i < size; i++) {
    if (next() < kind.zeros) data[i] = next() < kind.negative ? -0 : 0;
    else {
      const x = next() + 0.01;
      if (kind.rest === "any" || kind.rest === "wild") data[i] = next() < 0.5 ? x : -x;
      else data[i] = { positive: x, negative: -x, tiny: next() < 0.5 ? x * tiny : -x * tiny }[kind.rest];
      if (kind.rest === "wild" && next() < 0.02) data[i] = odd[Math.floor(next() * odd.length)] as number;
    }
  }
  return data;
};

/** Strides of a matrix over its rows and columns; it reaches over so many elements. */
interface Layout {
  readonly row: number;
  readonly column: number;
  readonly size: number;
}

const layouts = ["rows", "columns", "spread"] as const;

const layoutOf = (kind: (typeof layouts)[number], rows: number, columns: number, gap: number): Layout => {
  const [row, column] =
    kind === "rows" ? [columns + gap, 1] : kind === "columns" ? [1, rows + gap] : [2 * columns + gap, 2];
  return { row, column, size: (rows - 1) * row + (columns - 1) * column + 1 };
};

const inMemory = <T>(arrays: readonly FloatArray[], use: (...addresses: readonly number[]) => T): T => {
  const addresses = arrays.map((data) => store.allocate(data.byteLength));
  arrays.forEach((data, i) => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    store.views.uint8.set(bytes, addresses[i] as number);
  });
  try {
    return use(...addresses);
  } finally {
    arrays.forEach((data, i) => {
      store.release(addresses[i] as number, data.byteLength);
    });
  }
};

const all = (
  dtype: FloatName,
  a: FloatArray,
  x: Layout,
  b: FloatArray,
  y: Layout,
  m: number,
  k: number,
  n: number,
) => {
  const c = zeros(dtype, m * n);
  const view = (data: FloatArray, { row, column }: Layout) => ({
    data,
    offset: 0,
    batchStride: 0,
    rowStride: row,
    columnStride: column,
  });
  matmul(view(a, x), view(b, y), c, 1, m, k, n);
  return c;
};

const shown = (x: number | undefined): string => (Object.is(x, -0) ? "-0" : `${x}`);

const same = (got: FloatArray, wanted: FloatArray): void => {
  for (let i = 0; i < wanted.length; i++)
    if (!Object.is(got[i], wanted[i]))
      expect.fail(`element ${i} is ${shown(got[i])}, of all terms ${shown(wanted[i])}`);
};

const lines = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 16, max: 70 }) },
  { weight: 1, arbitrary: fc.constantFrom(HELD_LINES - 1, HELD_LINES + 20) },
);
const depths = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 80 }) },
  { weight: 2, arbitrary: fc.constantFrom(255, 256, 257, 259, 600) },
);
/** In fours, from a panel's half on. */
const columns = fc.integer({ min: 4, max: 30 }).map((fours) => 4 * fours);

describe.each(["float64", "float32"] as const)("the sparse product of %s", (dtype) => {
  const { bytes } = lanesOf(dtype);

  it("has the bits of all terms", () => {
    fc.assert(
      fc.property(
        fc.record({ lines, k: depths, columns, gap: fc.integer({ min: 0, max: 3 }), turned: fc.boolean() }),
        fc.constantFrom(...layouts),
        fc.constantFrom(...layouts),
        kinds,
        kinds,
        fc.integer(),
        ({ lines: some, k, columns: n, gap, turned }, ofSparse, ofOther, sparseKind, otherKind, seed) => {
          const count = turned ? Math.ceil(some / 4) * 4 : some;
          const x = layoutOf(ofSparse, count, k, gap);
          const y = layoutOf(ofOther, k, n, gap);
          const s = filled(dtype, x.size, sparseKind, seed);
          const d = filled(dtype, y.size, otherKind, ~seed);
          const c = zeros(dtype, count * n);
          inMemory([s, d, c], (atS, atD, atC) => {
            const strides = [x.row, x.column, y.row, y.column].map((stride) => stride * bytes);
            const [sLine, sElement, dRow, dColumn] = strides as [number, number, number, number];
            const cRow = (turned ? count : n) * bytes;
            const own = [
              atS,
              sLine,
              sElement,
              count,
              atD,
              dRow,
              dColumn,
              n,
              atC,
              cRow,
              k,
            ] as readonly number[];
            kernel("sparse", dtype)(...own, turned ? 1 : 0);
            c.set(store.views[dtype].subarray((atC as number) / bytes, (atC as number) / bytes + c.length));
          });
          const wanted = all(dtype, s, x, d, y, count, k, n);
          const wholly = wanted.map((x, i) =>
            turned ? (wanted[(i % count) * n + Math.floor(i / count)] as number) : x,
          );
          same(c, wholly);
        },
      ),
      { numRuns: 5 * runs },
    );
  });

  it("looks at a part of all elements, whose zeros are as many", () => {
    const least = dtype === "float64" ? 5e-324 : 1e-45;
    const look = (rows: number, k: number, isZero: (i: number, j: number) => boolean): number => {
      const data = zeros(dtype, rows * k).map((_, at) => (isZero(Math.floor(at / k), at % k) ? -0 : least));
      return inMemory([data], (at) => kernel("sample", dtype)(at as number, rows, k, k * bytes, bytes));
    };
    for (const [rows, k] of [
      [16, 16],
      [100, 37],
      [300, 1000],
    ] as const) {
      expect(look(rows, k, () => true)).toBe(SAMPLES);
      expect(look(rows, k, () => false)).toBe(0);
      // Half of it, cut along the one axis or the other, or in a pattern.
      for (const half of [
        (i: number) => 2 * i < rows,
        (_: number, j: number) => 2 * j < k,
        (i: number, j: number) => (i + j) % 2 === 0,
      ])
        expect(Math.abs(look(rows, k, half) - SAMPLES / 2)).toBeLessThanOrEqual(SAMPLES / 8);
    }
  });
});

const planOf = (
  dtype: FloatName,
  left: FloatArray,
  right: FloatArray,
  out: number,
  step: ContractStep,
): Plan => {
  const type = (n: number) => ({ dtype, shape: [n], weak: false });
  return {
    buffers: [
      { dtype, size: left.length, place: { kind: "input", index: 0 } },
      { dtype, size: right.length, place: { kind: "input", index: 1 } },
      { dtype, size: out, place: { kind: "output", index: 0, offset: 0 } },
    ],
    steps: [step],
    inputs: [type(left.length), type(right.length)],
    outputs: [type(out)],
    arena: Math.ceil((out * 8) / 16) * 16,
    contract: false,
  };
};

describe.each(["float64", "float32"] as const)("compiled products of %s", (dtype) => {
  const { bytes } = lanesOf(dtype);
  /** The product, and whether it went by lists: they leave their ends in the workspace. */
  const product = (
    [m, k, n]: readonly [number, number, number],
    [left, right]: readonly [Kind, Kind],
    [ofLeft, ofRight]: readonly [(typeof layouts)[number], (typeof layouts)[number]],
    seed: number,
  ): { readonly byLists: boolean; readonly text: string } => {
    const [x, y] = [layoutOf(ofLeft, m, k, 0), layoutOf(ofRight, k, n, 0)];
    const [a, b] = [filled(dtype, x.size, left, seed), filled(dtype, y.size, right, ~seed)];
    const access = ({ row, column }: Layout, buffer: number): MatrixAccess => ({
      buffer,
      offset: 0,
      batchStride: 0,
      rowStride: row,
      columnStride: column,
    });
    const operands = { left: access(x, 0), right: access(y, 1) };
    const step: ContractStep = { kind: "contract", dtype, batch: 1, m, k, n, ...operands, out: 2 };
    const program = emitWasm(planOf(dtype, a, b, m * n, step));
    if (program === null) throw new TypeError("no vectors here");
    store.views.int32[ENDS / 4] = -1;
    const [result] = program.run(
      [a, b].map((data) => compact({ dtype, shape: [data.length], weak: false }, data)),
    );
    const end = store.views.int32[ENDS / 4] as number;
    const byLists = end >= LISTS && end <= LISTS + 2 * bytes * k;
    same(result?.data as FloatArray, all(dtype, a, x, b, y, m, k, n));
    return { byLists, text: program.text() };
  };

  const dense: Kind = { zeros: 0, negative: 0, rest: "any" };
  const half: Kind = { zeros: 0.55, negative: 0.1, rest: "any" };
  const size = [64, 200, 96] as const;

  it("go by lists where one operand has many zeros, and else by panels", () => {
    expect(product(size, [half, dense], ["rows", "rows"], 1).byLists).toBe(true);
    expect(product(size, [dense, half], ["rows", "rows"], 2).byLists).toBe(true);
    expect(product(size, [dense, dense], ["rows", "rows"], 3).byLists).toBe(false);
    expect(product(size, [{ ...dense, zeros: 0.1 }, dense], ["rows", "rows"], 4).byLists).toBe(false);
  });

  it("are not looked at where they are small, or their sides do not fill panels", () => {
    expect(product(size, [dense, dense], ["rows", "rows"], 5).text).toMatch(/sifted/);
    for (const other of [
      [64, 200, 40],
      [200, 15, 400],
      [63, 300, 98],
    ] as const) {
      const { text, byLists } = product(other, [half, half], ["rows", "rows"], 6);
      expect(text).toMatch(/packed/);
      expect(byLists).toBe(false);
    }
    // The left has too odd a number of rows to be turned, but the right is taken for its columns.
    expect(product([63, 300, 96], [dense, half], ["rows", "rows"], 7).byLists).toBe(false);
    expect(product([63, 300, 96], [half, dense], ["rows", "rows"], 8).byLists).toBe(true);
  });

  it("have the bits of all terms", () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 16, max: 40 }), fc.integer({ min: 280, max: 300 })),
        fc.tuple(kinds, kinds),
        fc.tuple(fc.constantFrom(...layouts), fc.constantFrom(...layouts)),
        fc.integer(),
        ([fours, k], of, lie, seed) => {
          product([4 * fours, k, 64], of, lie, seed);
        },
      ),
      { numRuns: runs },
    );
  });
});
