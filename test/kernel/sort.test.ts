import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { argsort, sort } from "../../src/kernel/sort.js";
import type { DenseTensor } from "../../src/tensor/tensor.js";
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
