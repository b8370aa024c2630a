/** Convolutions by the register tile against the sums that they stand for, rounding for rounding. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { convolve } from "../../src/kernel/conv.js";
import { compact, compactData, DenseTensor, type TensorType } from "../../src/tensor/tensor.js";
import { runs } from "../support/runs.js";

/** Sums of products over the depth in blocks of 256, each from -0, as the product of matrices has them. */
const summed = (terms: readonly (readonly [number, number])[], round: (x: number) => number): number => {
  let total = 0;
  for (let start = 0; start < terms.length; start += 256) {
    let sum = -0;
    for (const [x, y] of terms.slice(start, start + 256)) sum = round(sum + round(x * y));
    total = start === 0 ? sum : round(total + sum);
  }
  return total;
};

const kinds = { float64: Float64Array, float32: Float32Array } as const;
interface Sizes {
  readonly dtype: keyof typeof kinds;
  readonly groups: number;
  readonly batch: number;
  readonly features: number;
  readonly outs: number;
  readonly places: number;
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
  readonly featuresFirst: boolean;
  readonly turned: boolean;
}

const check = (s: Sizes, seed: number): void => {
  const { dtype, groups, batch, features, outs, places, window, stride, dilation, featuresFirst } = s;
  const image = (places - 1) * stride + (window - 1) * dilation + 1;
  const value = (i: number): number => (Math.imul(i + seed, 0x9e3779b1) >> 12) / 1000;
  const fill = (n: number): Float64Array | Float32Array => {
    const out = new kinds[dtype](n);
    for (let i = 0; i < n; i++) out[i] = value(i);
    return out;
  };
  const type = (shape: readonly number[]): TensorType => ({ shape, dtype, weak: false });
  const shape = [groups, batch, image, features];
  const data = fill(groups * batch * image * features);
  // or features outermost, as a transposed image has them
  const strides = s.turned
    ? [batch * image, image, 1, groups * batch * image]
    : [batch * image * features, image * features, features, 1];
  const x = new DenseTensor(type(shape), data, 0, strides, 0);
  const w = compact(type([groups, window, features, outs]), fill(groups * window * features * outs));
  const parameters = { strides: [stride], windowDilation: [dilation], featuresFirst };
  const result = compactData(convolve(x, w, parameters, type([groups, batch, places, outs])));
  const round = dtype === "float32" ? Math.fround : (v: number): number => v;
  let at = 0;
  for (let g = 0; g < groups; g++)
    for (let b = 0; b < batch; b++)
      for (let t = 0; t < places; t++)
        for (let o = 0; o < outs; o++, at++) {
          // a few elements of large results
          if (result.length > 2000 && (at * 31) % 997 !== 0) continue;
          const terms: (readonly [number, number])[] = [];
          const term = (i: number, f: number): void => {
            const [xs, ws] = [
              [g, b, t * stride + i * dilation, f],
              ((g * window + i) * features + f) * outs + o,
            ];
            const place = xs.reduce((sum, index, axis) => sum + index * (strides[axis] as number), 0);
            terms.push([data[place] as number, w.at(ws)]);
          };
          if (featuresFirst) for (let f = 0; f < features; f++) for (let i = 0; i < window; i++) term(i, f);
          else for (let i = 0; i < window; i++) for (let f = 0; f < features; f++) term(i, f);
          const expected = summed(terms, round);
          if (!Object.is(result[at], expected)) expect([at, result[at]]).toEqual([at, expected]);
        }
};

describe("a convolution", () => {
  const sizes = fc.record({
    dtype: fc.constantFrom("float64", "float32" as const),
    groups: fc.integer({ min: 1, max: 2 }),
    batch: fc.integer({ min: 1, max: 3 }),
    features: fc.integer({ min: 1, max: 40 }),
    outs: fc.constantFrom(1, 3, 4, 8, 9, 17),
    places: fc.integer({ min: 1, max: 40 }),
    window: fc.integer({ min: 1, max: 9 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    featuresFirst: fc.boolean(),
    turned: fc.boolean(),
  });
  it("is its sums, whatever the layout", () => {
    fc.assert(
      fc.property(sizes, fc.nat(1000), (s, seed) => check(s as Sizes, seed)),
      { numRuns: runs },
    );
  });

  const plain = {
    dtype: "float32",
    groups: 1,
    batch: 1,
    features: 1,
    outs: 8,
    places: 1,
    window: 4,
    stride: 1,
    dilation: 1,
    featuresFirst: false,
    turned: false,
  } as const;
  it("is so for more rows and columns than are held at once", () =>
    check({ ...plain, places: 1500, outs: 300, features: 3 }, 1));
  it("is so where rows lie far apart", () => check({ ...plain, places: 1100, stride: 3000 }, 2));
  it("is so where what is added up lies far apart", () =>
    check({ ...plain, places: 5, window: 700, dilation: 4000 }, 3));
});
