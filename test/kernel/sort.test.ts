import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LONG } from "../../src/kernel/radix.js";
import { argsort, sort } from "../../src/kernel/sort.js";
import { compact, compactData, type DenseTensor } from "../../src/tensor/tensor.js";
import {
  coordinates,
  dense,
  elements,
  indexOf,
  noise,
  replaced,
  shapes,
  tensors,
  typeOf,
} from "../support/layouts.js";
import { runs } from "../support/runs.js";

/** Ascending, NaN last, equal elements (both zeros, and NaN) left as they are. */
const compare = (a: number, b: number): number =>
  Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : a < b ? -1 : a > b ? 1 : 0;

/** Replaces every row along the axis. */
const mapRows = (
  x: DenseTensor,
  axis: number,
  f: (row: readonly number[]) => readonly number[],
): number[] => {
  const n = x.shape[axis] as number;
  const rows = new Map<number, readonly number[]>();
  return Array.from({ length: x.size }, (_, i) => {
    const at = coordinates(x.shape, i);
    const first = indexOf(x.shape, replaced(at, axis, 0));
    if (!rows.has(first)) {
      rows.set(first, f(Array.from({ length: n }, (_, k) => x.at(indexOf(x.shape, replaced(at, axis, k))))));
    }
    return rows.get(first)?.[at[axis] as number] as number;
  });
};

const order = (row: readonly number[]): number[] =>
  Array.from(row.keys()).sort((i, j) => compare(row[i] as number, row[j] as number) || i - j);

describe("sort", () => {
  test("sorts along the axis, for every dtype and layout; -0 before +0", () => {
    fc.assert(
      fc.property(tensors(shapes(1)), fc.nat(), (x, pick) => {
        const axis = pick % x.shape.length;
        const sorted = (row: readonly number[]): number[] =>
          [...row].sort((a, b) => compare(a, b) || Number(Object.is(b, -0)) - Number(Object.is(a, -0)));
        expect(elements(sort(x, axis, x.type))).toEqual(mapRows(x, axis, sorted));
      }),
      { numRuns: 400 },
    );
  });

  test("leaves its operand alone", () => {
    const x = dense([3], [3, 1, 2]);
    expect(elements(sort(x, 0, x.type))).toEqual([1, 2, 3]);
    expect(elements(x)).toEqual([3, 1, 2]);
  });
});

describe("argsort", () => {
  test("gives the stable order along the axis, for every dtype and layout", () => {
    fc.assert(
      fc.property(tensors(shapes(1)), fc.nat(), (x, pick) => {
        const axis = pick % x.shape.length;
        const out = argsort(x, axis, typeOf(x.shape, "int32"));
        expect(elements(out)).toEqual(mapRows(x, axis, order));
      }),
      { numRuns: 400 },
    );
  });

  test.each([17, 33, 100, 1000, 4097])("rows of %i, with many ties and NaN", (n) => {
    const values = noise(2 * n, n).map((value) => (value > 0.9 ? Number.NaN : Math.round(value * n * 0.2)));
    for (const [shape, axis] of [
      [[2, n], 1],
      [[n, 2], 0],
    ] as const) {
      const x = dense(shape, values);
      expect(elements(argsort(x, axis, typeOf(shape, "int32")))).toEqual(mapRows(x, axis, order));
    }
  });
});

describe("long rows, by their bits", () => {
  const special = [
    0,
    -0,
    1,
    -1,
    Infinity,
    -Infinity,
    NaN,
    5e-324,
    -5e-324,
    1e-40,
    -1e-40,
    3e38,
    -3e38,
    2 ** 40,
  ];
  /** Numbers of every bit pattern, NaN of both signs among them, and few enough kinds that many tie. */
  const rowOf = <T extends Float64Array | Float32Array | Int32Array | Uint32Array>(
    row: T,
    seeds: readonly number[],
  ): T => {
    const bits = new Uint32Array(row.buffer);
    const width = bits.length / row.length;
    for (let i = 0; i < row.length; i++) {
      const seed = Math.imul((seeds[i % seeds.length] as number) + (i % 97) * 7, 0x9e3779b1);
      if (seed % 4 === 0) row[i] = special[(seed >>> 8) % special.length] as number;
      else if (seed % 4 === 1) row[i] = (seed >> 20) / 8;
      else for (let w = 0; w < width; w++) bits[width * i + w] = Math.imul(seed, w + 3);
    }
    return row;
  };
  const kinds = {
    float64: Float64Array,
    float32: Float32Array,
    int32: Int32Array,
    uint32: Uint32Array,
  } as const;

  test.each(Object.keys(kinds) as (keyof typeof kinds)[])("of %s are those that comparing sorts", (dtype) => {
    fc.assert(
      fc.property(
        fc.integer({ min: LONG, max: LONG + 99 }),
        fc.array(fc.integer(), { minLength: 1, maxLength: 50 }),
        fc.constantFrom(0, 1),
        (n, seeds, axis) => {
          const data = rowOf(new kinds[dtype](2 * n), seeds);
          const shape = axis === 1 ? [2, n] : [n, 2];
          const x = compact({ shape, dtype, weak: false }, data);
          const rows = [0, 1].map((r) =>
            Array.from({ length: n }, (_, i) => (axis === 1 ? r * n + i : 2 * i + r)),
          );
          const sorted = compactData(sort(x, axis, x.type));
          const positions = compactData(argsort(x, axis, typeOf(shape, "int32")));
          for (const places of rows) {
            const row = places.map((at) => data[at] as number);
            const expected = new kinds[dtype](row).sort();
            expect(places.every((at, i) => Object.is(sorted[at], expected[i]))).toBe(true);
            const stable = order(row);
            expect(places.every((at, i) => positions[at] === stable[i])).toBe(true);
          }
        },
      ),
      { numRuns: runs },
    );
  });

  test("and leave their operands alone", () => {
    const data = Float64Array.from({ length: LONG }, (_, i) => (i % 3 === 0 ? -0 : -i));
    const before = data.slice();
    const x = compact({ shape: [LONG], dtype: "float64", weak: false }, data);
    sort(x, 0, x.type);
    argsort(x, 0, typeOf([LONG], "int32"));
    expect(data).toEqual(before);
  });
});
