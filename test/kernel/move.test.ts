import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import {
  concatenate,
  freshData,
  materialize,
  pad,
  providePlaneCopy,
  rowMajorData,
  updateSlice,
} from "../../src/kernel/move.js";
import { copyPlanes } from "../../src/kernel/planes.js";
import { roundTo } from "../../src/tensor/dtype.js";
import { sizeOf } from "../../src/tensor/shape.js";
import type { DenseTensor } from "../../src/tensor/tensor.js";
import { uniform } from "../../src/tensor/tensor.js";
import {
  coordinates,
  dense,
  elements,
  indexOf,
  laidOut,
  noise,
  replaced,
  shapes,
  tensors,
  typeOf,
} from "../support/layouts.js";

const isRowMajor = (x: DenseTensor): boolean => x.data === null || x.strides === null;

describe.each(["a line at a time", "by planes"])("copies %s", (way) => {
  beforeAll(() => {
    if (way === "by planes") providePlaneCopy(copyPlanes);
  });

  describe("materialize", () => {
    test("keeps elements and dtype, in row-major order", () => {
      fc.assert(
        fc.property(tensors(), (x) => {
          const y = materialize(x);
          expect(isRowMajor(y)).toBe(true);
          expect(y.type).toEqual(x.type);
          expect(elements(y)).toEqual(elements(x));
          expect([...rowMajorData(x)]).toEqual(elements(x));
          expect([...freshData(x)]).toEqual(elements(x));
        }),
        { numRuns: 500 },
      );
    });

    test.each([
      { shape: [70, 90], order: [1, 0, 2] },
      { shape: [40, 50, 33], order: [2, 1, 0] },
      { shape: [40, 3, 50], order: [2, 0, 1] },
      { shape: [3, 40, 50], order: [0, 2, 1] },
      { shape: [50, 2, 3, 40], order: [3, 1, 2, 0] },
    ])("large $shape in memory order $order, by tiles", ({ shape, order }) => {
      const x = dense(shape, noise(sizeOf(shape), 9), "float32");
      for (const reversed of [
        [false, false, false, false],
        [true, false, true, true],
      ]) {
        const view = laidOut(x, { order, reversed, gaps: [0, 0, 0, 0], offset: 2 });
        expect(rowMajorData(materialize(view))).toEqual(x.data);
      }
    });

    test("freshData never shares memory", () => {
      const x = dense([3], [1, 2, 3]);
      expect(freshData(x)).not.toBe(x.data);
      expect(freshData(x).buffer).not.toBe(x.data?.buffer);
    });
  });

  describe("pad", () => {
    test("puts element i at low + i (interior + 1), cut to the result", () => {
      const operands = tensors(shapes(0, 4)).chain((x) => {
        const each = <T>(value: fc.Arbitrary<T>) =>
          fc.array(value, { minLength: x.shape.length, maxLength: x.shape.length });
        return fc.record({
          x: fc.constant(x),
          low: each(fc.integer({ min: -3, max: 2 })),
          high: each(fc.integer({ min: -3, max: 2 })),
          interior: each(fc.nat(2)),
          fill: fc.constantFrom(0, -0, 1, 5),
        });
      });
      fc.assert(
        fc.property(operands, ({ x, low, high, interior, fill }) => {
          const value = roundTo(x.dtype, fill);
          const grown = x.shape.map((n, axis) => n + Math.max(0, n - 1) * (interior[axis] as number));
          const shape = grown.map((n, axis) => n + (low[axis] as number) + (high[axis] as number));
          fc.pre(shape.every((n) => n >= 0));
          const expected = new Array<number>(sizeOf(shape)).fill(value);
          elements(x).forEach((element, i) => {
            const at = coordinates(x.shape, i).map(
              (k, axis) => (low[axis] as number) + k * ((interior[axis] as number) + 1),
            );
            if (at.every((k, axis) => k >= 0 && k < (shape[axis] as number)))
              expected[indexOf(shape, at)] = element;
          });
          const out = pad(x, value, low, high, interior, typeOf(shape, x.dtype));
          expect(elements(out)).toEqual(expected);
        }),
        { numRuns: 800 },
      );
    });

    test("a number padded with itself stays a number", () => {
      const out = pad(uniform(typeOf([2], "float64"), 3), 3, [1], [1], [0], typeOf([4], "float64"));
      expect(out.data).toBeNull();
      expect(elements(out)).toEqual([3, 3, 3, 3]);
    });
  });

  describe("concatenate", () => {
    test("joins operands of any layout along the axis", () => {
      const operands = fc
        .tuple(shapes(1, 4), fc.nat(), fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }))
        .chain(([shape, pick, sizes]) => {
          const axis = pick % shape.length;
          const parts = sizes.map((n) => tensors(fc.constant(replaced(shape, axis, n)), ["float32"]));
          return fc.tuple(fc.tuple(...parts), fc.constant(axis));
        });
      fc.assert(
        fc.property(operands, ([parts, axis]) => {
          const total = parts.reduce((n, part) => n + (part.shape[axis] as number), 0);
          const shape = replaced((parts[0] as DenseTensor).shape, axis, total);
          const expected = Array.from({ length: sizeOf(shape) }, (_, i) => {
            const at = coordinates(shape, i);
            let k = at[axis] as number;
            for (const part of parts) {
              const n = part.shape[axis] as number;
              if (k < n) return part.at(indexOf(part.shape, replaced(at, axis, k)));
              k -= n;
            }
            return undefined;
          });
          expect(elements(concatenate(parts, axis, typeOf(shape, "float32")))).toEqual(expected);
        }),
        { numRuns: 400 },
      );
    });
  });

  describe("updateSlice", () => {
    test("overwrites the block and nothing else", () => {
      const operands = tensors(shapes(0, 4), ["float64", "int8"]).chain((x) =>
        fc
          .tuple(
            ...x.shape.map((n) => fc.nat(n).chain((size) => fc.tuple(fc.constant(size), fc.nat(n - size)))),
          )
          .chain((block) =>
            fc.record({
              x: fc.constant(x),
              update: tensors(fc.constant(block.map(([n]) => n)), [x.dtype]),
              starts: fc.constant(block.map(([, start]) => start)),
            }),
          ),
      );
      fc.assert(
        fc.property(operands, ({ x, update, starts }) => {
          const before = elements(x);
          const expected = [...before];
          elements(update).forEach((value, i) => {
            const at = coordinates(update.shape, i).map((k, axis) => k + (starts[axis] as number));
            expected[indexOf(x.shape, at)] = value;
          });
          expect(elements(updateSlice(x, update, starts, x.type))).toEqual(expected);
          expect(elements(x)).toEqual(before);
        }),
        { numRuns: 400 },
      );
    });
  });
});
