/**
 * Every path of the matrix product gives the bits of one plain definition: results may not depend on size, layout
 * or engine.
 */
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { blockedMatmul, type FloatArray, type MatrixView } from "../../src/kernel/blocked.js";
import { direct32, direct64 } from "../../src/kernel/direct.js";
import { dot32, dot64 } from "../../src/kernel/inner.js";
import { type IntegerArray, matmul, matmulInteger } from "../../src/kernel/matmul.js";
import { tiles, vectorTiles } from "../../src/kernel/tile.js";
import { provideTiles } from "../../src/kernel/tiled.js";

type Size = readonly [batch: number, m: number, k: number, n: number];
type DType = "float64" | "float32";
type Engine = (a: MatrixView, b: MatrixView, c: FloatArray, ...size: Size) => void;

const zeros = (dtype: DType, size: number): FloatArray =>
  dtype === "float64" ? new Float64Array(size) : new Float32Array(size);

const at = <Data extends FloatArray | IntegerArray>(
  x: MatrixView<Data>,
  index: number,
  i: number,
  j: number,
): number => x.data[x.offset + index * x.batchStride + i * x.rowStride + j * x.columnStride] as number;

/** The definition: products in order, 256 to a block, the blocks' sums in order, all rounded in the dtype. */
const element = (a: MatrixView, b: MatrixView, k: number, index: number, i: number, j: number): number => {
  const round = a.data instanceof Float32Array ? Math.fround : (x: number): number => x;
  if (k === 0) return 0;
  let total = 0;
  for (let p = 0; p < k; p += 256) {
    let sum = round(at(a, index, i, p) * at(b, index, p, j));
    for (let q = p + 1; q < Math.min(p + 256, k); q++) {
      sum = round(sum + round(at(a, index, i, q) * at(b, index, q, j)));
    }
    total = p === 0 ? sum : round(total + sum);
  }
  return total;
};

const reference = (dtype: DType, a: MatrixView, b: MatrixView, [batch, m, k, n]: Size): FloatArray => {
  const c = zeros(dtype, batch * m * n);
  for (let index = 0, to = 0; index < batch; index++) {
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) c[to++] = element(a, b, k, index, i, j);
  }
  return c;
};

/** How an array of three axes lies in memory. */
interface Layout {
  /** The axes, the one that varies fastest first. */
  readonly order: readonly number[];
  /** Elements skipped after each axis of that order. */
  readonly gaps: readonly number[];
  readonly offset: number;
  /** By axis: read backwards, or repeated by stride 0. */
  readonly reversed: readonly boolean[];
  readonly repeated: readonly boolean[];
}

const PLAIN: Layout = {
  order: [2, 1, 0],
  gaps: [0, 0, 0],
  offset: 0,
  reversed: [false, false, false],
  repeated: [false, false, false],
};

const rarely = fc.integer({ min: 0, max: 5 }).map((x) => x === 0);
const seldomGap = fc.integer({ min: 0, max: 8 }).map((x) => Math.max(0, x - 5));
const layouts: fc.Arbitrary<Layout> = fc.oneof(
  fc.constant(PLAIN),
  fc.constant({ ...PLAIN, order: [1, 2, 0] }),
  fc.record({
    order: fc.shuffledSubarray([0, 1, 2], { minLength: 3, maxLength: 3 }),
    gaps: fc.tuple(seldomGap, seldomGap, seldomGap),
    offset: fc.integer({ min: 0, max: 5 }),
    reversed: fc.tuple(rarely, rarely, rarely),
    repeated: fc.tuple(rarely, rarely, rarely),
  }),
);

/** Numbers of all kinds from a seed, mostly tame so that sums stay finite and their roundings differ. */
const fill = (data: FloatArray, seed: number, wild: boolean): void => {
  const odd = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, 1e-42, -5e-324, 1e30, Number.MIN_VALUE];
  let state = seed | 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    data[i] =
      wild && (state >>> 24) % 16 === 0 ? (odd[(state >>> 16) % 8] as number) : state / 2 ** 31 + 1e-9 * i;
  }
};

const lay = (
  dtype: DType,
  shape: readonly number[],
  layout: Layout,
  seed: number,
  wild: boolean,
): MatrixView => {
  const strides = [0, 0, 0];
  let reach = 1;
  let { offset } = layout;
  layout.order.forEach((axis, place) => {
    if (layout.repeated[axis]) return;
    const length = Math.max(1, shape[axis] as number);
    strides[axis] = layout.reversed[axis] ? -reach : reach;
    if (layout.reversed[axis]) offset += (length - 1) * reach;
    reach = reach * length + (layout.gaps[place] as number);
  });
  const data = zeros(dtype, layout.offset + reach);
  fill(data, seed, wild);
  const [batchStride, rowStride, columnStride] = strides as [number, number, number];
  return { data, offset, batchStride, rowStride, columnStride };
};

const direct: Engine = (a, b, c, batch, m, k, n) => {
  for (let index = 0; index < batch; index++) {
    const left = [a.offset + index * a.batchStride, a.rowStride, a.columnStride] as const;
    const right = [b.offset + index * b.batchStride, b.rowStride, b.columnStride] as const;
    const to = index * m * n;
    const { data: x } = a;
    const { data: y } = b;
    if (x instanceof Float64Array && y instanceof Float64Array && c instanceof Float64Array) {
      direct64(x, ...left, y, ...right, c, to, m, k, n);
      if (m * n === 1) dot64(x, ...left, y, ...right, c, to, m, k, n);
    } else if (x instanceof Float32Array && y instanceof Float32Array && c instanceof Float32Array) {
      direct32(x, ...left, y, ...right, c, to, m, k, n);
      if (m * n === 1) dot32(x, ...left, y, ...right, c, to, m, k, n);
    } else throw new TypeError("operands of two types");
  }
};

const vector = vectorTiles();

const blocked: Engine = (a, b, c, ...size) => {
  if (vector === null) throw new TypeError("this engine has no tiles");
  blockedMatmul(c instanceof Float64Array ? vector.float64 : vector.float32, a, b, c, ...size);
};

const engines: Readonly<Record<string, Engine>> = { matmul, direct, blocked };

const expectSameBits = (actual: FloatArray, expected: FloatArray, label: string): void => {
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i])) {
      expect.fail(`${label}: element ${i} is ${actual[i]}, defined as ${expected[i]}`);
    }
  }
};

const checkAll = (dtype: DType, a: MatrixView, b: MatrixView, size: Size): void => {
  const [batch, m, k, n] = size;
  const expected = reference(dtype, a, b, size);
  for (const [name, run] of Object.entries(engines)) {
    if (name !== "matmul" && batch * m * k * n === 0) continue;
    const c = zeros(dtype, batch * m * n);
    run(a, b, c, ...size);
    expectSameBits(c, expected, name);
  }
};

const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });

const sameBits = (dtype: DType, sizes: fc.Arbitrary<Size>, runs: number): void => {
  fc.assert(
    fc.property(sizes, layouts, layouts, fc.integer(), fc.boolean(), (size, left, right, seed, wild) => {
      const [batch, m, k, n] = size;
      const a = lay(dtype, [batch, m, k], left, seed, wild);
      const b = lay(dtype, [batch, k, n], right, ~seed, wild);
      checkAll(dtype, a, b, size);
    }),
    { numRuns: runs },
  );
};

describe.each(["float64", "float32"] as const)("matmul of %s", (dtype) => {
  it("gives the same bits on every path", () => {
    sameBits(dtype, fc.tuple(upTo(3), upTo(40), upTo(40), upTo(40)), 150);
  });

  it("gives the same bits on every path for thin matrices", () => {
    const thin = fc.oneof(fc.constant(1), upTo(3), upTo(130));
    sameBits(dtype, fc.tuple(upTo(3), thin, thin, thin), 100);
  });

  it("gives the same bits on every path when k exceeds a block", () => {
    const k = fc.integer({ min: 250, max: 1400 });
    sameBits(dtype, fc.tuple(fc.integer({ min: 1, max: 2 }), upTo(9), k, upTo(9)), 40);
    sameBits(dtype, fc.tuple(fc.constant(1), fc.constant(1), k, fc.constant(1)), 20);
  });

  it("gives the same bits on every path when m or n exceeds what the workspace holds", () => {
    const long = fc.integer({ min: 1020, max: 1100 });
    sameBits(dtype, fc.tuple(fc.constant(1), long, upTo(5), upTo(9)), 6);
    sameBits(dtype, fc.tuple(fc.constant(2), upTo(9), upTo(5), long), 6);
  });

  it("tells blocks apart that begin at the same element", () => {
    const x = { ...lay(dtype, [1, 4, 600], PLAIN, 1, false), batchStride: 0 };
    const y = { ...lay(dtype, [1, 600, 30], PLAIN, 2, false), batchStride: 0 };
    checkAll(dtype, x, { ...y, rowStride: 0 }, [2, 4, 600, 30]);
    checkAll(dtype, { ...x, rowStride: 1, columnStride: 0 }, y, [1, 9, 600, 30]);
    checkAll(dtype, x, { ...y, batchStride: 513, rowStride: 1600, columnStride: 1 }, [3, 2, 3, 1025]);
  });

  it("multiplies large matrices within a bounded workspace", () => {
    const [m, k, n] = [1500, 300, 1100];
    const a = lay(dtype, [1, m, k], PLAIN, 7, false);
    const b = lay(dtype, [1, k, n], PLAIN, 8, false);
    const c = zeros(dtype, m * n);
    matmul(a, b, c, 1, m, k, n);
    for (let i = 0; i < m; i += 83) {
      for (let j = 0; j < n; j += 61) expect(c[i * n + j]).toBe(element(a, b, k, 0, i, j));
    }
    expect(tiles()?.[dtype].workspace(0).byteLength).toBeLessThan(64 * 2 ** 20);
  });

  it("keeps the sign of zero of a single product, and gives +0 for no products", () => {
    const x = { ...lay(dtype, [1, 1, 1], PLAIN, 1, false), data: zeros(dtype, 1).fill(-0) };
    const y = { ...x, data: zeros(dtype, 1).fill(2) };
    const c = zeros(dtype, 1);
    matmul(x, y, c, 1, 1, 1, 1);
    expect(c[0]).toBe(-0);
    matmul(x, y, c, 1, 1, 0, 1);
    expect(c[0]).toBe(0);
  });
});

describe("tiles", () => {
  it("come with the functions that make arrays, and give the bits that were there before", () => {
    const a = lay("float64", [1, 70, 90], PLAIN, 3, true);
    const b = lay("float64", [1, 90, 50], PLAIN, 4, true);
    const [before, after] = [zeros("float64", 3500), zeros("float64", 3500)];
    matmul(a, b, before, 1, 70, 90, 50);
    provideTiles();
    matmul(a, b, after, 1, 70, 90, 50);
    expectSameBits(after, before, "float64");
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it("use WebAssembly vectors here", () => {
    expect(vector).not.toBeNull();
    expect(tiles()?.float64.rows).toBe(4);
  });

  it.each([
    ["is missing", undefined],
    ["has no vectors", { validate: (): boolean => false }],
    [
      "may not compile",
      {
        validate: (): boolean => true,
        Module: class {
          constructor() {
            throw new EvalError("forbidden");
          }
        },
      },
    ],
  ])("give way to direct loops, of the same bits, where WebAssembly %s", async (_, substitute) => {
    vi.stubGlobal("WebAssembly", substitute);
    vi.resetModules();
    expect((await import("../../src/kernel/tile.js")).tiles()).toBeNull();
    const fresh = await import("../../src/kernel/matmul.js");
    (await import("../../src/kernel/tiled.js")).provideTiles();
    const sizes: readonly Size[] = [
      [2, 33, 300, 35],
      [1, 1, 1400, 1],
      [1, 40, 600, 1],
    ];
    for (const dtype of ["float64", "float32"] as const) {
      for (const size of sizes) {
        const [batch, m, k, n] = size;
        const a = lay(dtype, [batch, m, k], PLAIN, 3, true);
        const b = lay(dtype, [batch, k, n], { ...PLAIN, order: [1, 2, 0] }, 4, true);
        const c = zeros(dtype, batch * m * n);
        fresh.matmul(a, b, c, ...size);
        expectSameBits(c, reference(dtype, a, b, size), dtype);
      }
    }
  });
});

describe("matmulInteger", () => {
  it.each([
    ["int32", Int32Array, BigInt.asIntN, 32],
    ["uint32", Uint32Array, BigInt.asUintN, 32],
    ["int16", Int16Array, BigInt.asIntN, 16],
    ["uint8", Uint8Array, BigInt.asUintN, 8],
  ] as const)("wraps %s", (_, make, wrap, bits) => {
    const entries = (count: number): fc.Arbitrary<number[]> =>
      fc.array(fc.oneof(fc.integer(), fc.integer({ min: -3, max: 3 })), {
        minLength: count,
        maxLength: count,
      });
    const cases = fc.tuple(upTo(2), upTo(4), upTo(4), upTo(4)).chain(([batch, m, k, n]) =>
      fc.record({
        size: fc.constant([batch, m, k, n] as const),
        left: entries(batch * m * k),
        right: entries(k * n),
      }),
    );
    fc.assert(
      fc.property(cases, ({ size: [batch, m, k, n], left, right }) => {
        const a = { data: make.from(left), offset: 0, batchStride: m * k, rowStride: 1, columnStride: m };
        const b = { data: make.from(right), offset: 0, batchStride: 0, rowStride: n, columnStride: 1 };
        const c = new make(batch * m * n);
        matmulInteger(a, b, c, batch, m, k, n);
        for (let index = 0, to = 0; index < batch; index++) {
          for (let i = 0; i < m; i++) {
            for (let j = 0; j < n; j++) {
              let sum = 0n;
              for (let p = 0; p < k; p++) sum += BigInt(at(a, index, i, p)) * BigInt(at(b, index, p, j));
              expect(c[to++]).toBe(Number(wrap(bits, sum)));
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
