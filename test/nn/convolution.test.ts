/** Convolutions and pools against loops; their derivatives, and what transformations make of them. */
import { grad, jit, np, type Tensor, vmap } from "cotangent";
import * as nn from "cotangent/nn";
import { checkGrads } from "cotangent/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";

/** Whole numbers, so that every order of summation gives the same. */
const whole = (shape: readonly number[], seed: number): Tensor =>
  np.fromFunction(
    (...index: readonly Tensor[]) =>
      np.sub(
        np.mod(
          index.reduce(
            (sum, i, axis) => np.add(sum, np.mul(i, [7, 5, 3, 11, 13][axis] as number)),
            np.array(seed),
          ),
          9,
        ),
        4,
      ),
    shape,
  ) as Tensor;

interface Setting {
  readonly image: readonly [number, number, number, number];
  readonly window: readonly [number, number];
  readonly featuresOut: number;
  readonly groups: number;
  readonly strides: readonly [number, number];
  readonly padding: readonly (readonly [number, number])[];
  readonly imageDilation: readonly [number, number];
  readonly windowDilation: readonly [number, number];
}
const pair = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<[T, T]> => fc.tuple(of, of);
const settings: fc.Arbitrary<Setting> = fc
  .record({
    examples: fc.integer({ min: 1, max: 2 }),
    positions: pair(fc.integer({ min: 1, max: 7 })),
    features: fc.integer({ min: 1, max: 3 }),
    window: pair(fc.integer({ min: 1, max: 3 })),
    featuresOut: fc.integer({ min: 1, max: 9 }),
    groups: fc.constantFrom(1, 1, 2, 3),
    strides: pair(fc.integer({ min: 1, max: 3 })),
    padding: pair(pair(fc.integer({ min: -1, max: 3 }))),
    imageDilation: pair(fc.constantFrom(1, 1, 2)),
    windowDilation: pair(fc.constantFrom(1, 1, 2)),
  })
  .map(({ examples, positions, features, featuresOut, groups, ...rest }) => ({
    ...rest,
    groups,
    image: [examples, ...positions, features * groups],
    featuresOut: featuresOut * groups,
  }));

/** The definition, element by element. */
const byLoops = (x: Tensor, w: Tensor, s: Setting): { readonly shape: number[]; readonly data: number[] } => {
  const [examples, height, width, features] = s.image;
  const sizes = [height, width].map((n, i) => {
    const [low, high] = s.padding[i] as readonly [number, number];
    const places = (n - 1) * (s.imageDilation[i] as number) + 1 + low + high;
    const reach = ((s.window[i] as number) - 1) * (s.windowDilation[i] as number) + 1;
    return places < reach ? 0 : Math.floor((places - reach) / (s.strides[i] as number)) + 1;
  }) as [number, number];
  const [a, b] = [x.toTypedArray(), w.toTypedArray()];
  const per = features / s.groups;
  /** The element of the image under an element of the window, or -1 where there is none. */
  const under = (out: number, k: number, axis: 0 | 1): number => {
    const place = out * s.strides[axis] + k * s.windowDilation[axis] - (s.padding[axis]?.[0] as number);
    const n = [height, width][axis] as number;
    return place % s.imageDilation[axis] !== 0 || place < 0 || place / s.imageDilation[axis] >= n
      ? -1
      : place / s.imageDilation[axis];
  };
  const data: number[] = [];
  for (let n = 0; n < examples; n++)
    for (let i = 0; i < sizes[0]; i++)
      for (let j = 0; j < sizes[1]; j++)
        for (let o = 0; o < s.featuresOut; o++) {
          const group = Math.floor(o / (s.featuresOut / s.groups));
          let total = 0;
          for (let u = 0; u < s.window[0]; u++)
            for (let v = 0; v < s.window[1]; v++) {
              const [y, z] = [under(i, u, 0), under(j, v, 1)];
              if (y < 0 || z < 0) continue;
              for (let c = 0; c < per; c++) {
                const xv = a[((n * height + y) * width + z) * features + group * per + c] as number;
                total += xv * (b[((u * s.window[1] + v) * per + c) * s.featuresOut + o] as number);
              }
            }
          data.push(total);
        }
  return { shape: [examples, ...sizes, s.featuresOut], data };
};

const operands = (s: Setting): readonly [Tensor, Tensor] => [
  whole(s.image, 1),
  whole([...s.window, s.image[3] / s.groups, s.featuresOut], 2),
];
const convolve = (x: Tensor, w: Tensor, s: Setting): Tensor =>
  nn.convGeneralDilated(x, w, {
    strides: s.strides,
    padding: s.padding,
    imageDilation: s.imageDilation,
    windowDilation: s.windowDilation,
    featureGroups: s.groups,
  });

describe("convGeneralDilated", () => {
  it("is the sum over the window that its definition says", () => {
    fc.assert(
      fc.property(settings, (s) => {
        const [x, w] = operands(s);
        const { shape, data } = byLoops(x, w, s);
        const got = convolve(x, w, s);
        expect(got.shape).toEqual(shape);
        expect([...got.toTypedArray()].map((value) => value + 0)).toEqual(data.map((value) => value + 0));
        expect([...jit((a: Tensor, b: Tensor) => convolve(a, b, s))(x, w).toTypedArray()]).toEqual([
          ...got.toTypedArray(),
        ]);
      }),
      { numRuns: runs },
    );
  });

  it("is the same in float32, and of tiles and loops", () => {
    const large = { ...small, image: [2, 19, 21, 5], window: [3, 5], featuresOut: 70 } as const;
    const [x, w] = operands(large);
    const { data } = byLoops(x, w, large);
    expect([...convolve(x, w, large).toTypedArray()].map((v) => v + 0)).toEqual(data.map((v) => v + 0));
    const single = convolve(np.astype(x, "float32"), np.astype(w, "float32"), large);
    expect(single.dtype).toBe("float32");
    expect([...single.toTypedArray()].map((v) => v + 0)).toEqual(data.map((v) => v + 0));
    const integers = convolve(np.astype(x, "int32"), np.astype(w, "int32"), large);
    expect([...integers.toTypedArray()].map((v) => v + 0)).toEqual(data.map((v) => v + 0));
  });

  it("has derivatives in both operands, to second order", () => {
    fc.assert(
      fc.property(settings, (s) => {
        const [x, w] = operands(s);
        if (x.size * w.size > 600) return;
        checkGrads((a: Tensor, b: Tensor) => np.sum(np.sin(np.mul(convolve(a, b, s), 0.1))), [x, w], {
          order: 2,
        });
      }),
      { numRuns: Math.ceil(runs / 2) },
    );
  });

  it("maps over examples of either operand as a loop would", () => {
    fc.assert(
      fc.property(settings, (s) => {
        const [x, w] = operands(s);
        const f = (a: Tensor, b: Tensor): Tensor => convolve(a, b, s);
        const [xs, ws] = [np.stack([x, np.mul(x, 2)]), np.stack([w, np.neg(w)])];
        const loop = (f1: (i: number) => Tensor): number[] => [...np.stack([f1(0), f1(1)]).toTypedArray()];
        const at = (t: Tensor, i: number): Tensor => np.slice(t, i) as Tensor;
        expect([...vmap(f)(xs, ws).toTypedArray()]).toEqual(loop((i) => f(at(xs, i), at(ws, i))));
        expect([...vmap(f, { inAxes: [0, null] })(xs, w).toTypedArray()]).toEqual(
          loop((i) => f(at(xs, i), w)),
        );
        expect([...vmap(f, { inAxes: [null, 0] })(x, ws).toTypedArray()]).toEqual(
          loop((i) => f(x, at(ws, i))),
        );
      }),
      { numRuns: runs },
    );
  });

  it("pads by rule as JAX does: the odd zero behind", () => {
    const x = whole([1, 5, 6, 1], 3);
    const w = whole([2, 3, 1, 1], 4);
    const strides = [2, 1] as const;
    const same = nn.convGeneralDilated(x, w, { strides, padding: "SAME" });
    expect(same.shape).toEqual([1, 3, 6, 1]);
    const pairs = [
      [0, 1],
      [1, 1],
    ] as const;
    expect(same.toArray()).toEqual(nn.convGeneralDilated(x, w, { strides, padding: pairs }).toArray());
  });
});

const small: Setting = {
  image: [1, 1, 1, 1],
  window: [1, 1],
  featuresOut: 1,
  groups: 1,
  strides: [1, 1],
  padding: [
    [0, 0],
    [0, 0],
  ],
  imageDilation: [1, 1],
  windowDilation: [1, 1],
};

describe("convTranspose", () => {
  it("with transposeKernel is the gradient of a convolution", () => {
    for (const padding of ["SAME", "VALID"] as const) {
      const x = whole([2, 8, 6, 3], 5);
      const w = whole([3, 2, 3, 4], 6);
      const strides = [2, 2] as const;
      const y = nn.convGeneralDilated(x, w, { strides, padding });
      const back = grad((a: Tensor) => np.sum(np.mul(nn.convGeneralDilated(a, w, { strides, padding }), y)))(
        x,
      );
      const transposed = nn.convTranspose(y, w, { strides, padding, transposeKernel: true });
      const cut = np.slice(transposed, { slice: [0, 2] }, { slice: [0, 8] }, { slice: [0, 6] }) as Tensor;
      const grown = np.slice(back, { slice: [0, 2] }, { slice: [0, cut.shape[1] as number] }) as Tensor;
      expect(cut.toArray()).toEqual(grown.toArray());
    }
  });
});

describe("reduceWindow", () => {
  const reducers = {
    sum: (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0),
    prod: (xs: readonly number[]) => xs.reduce((a, b) => a * b, 1),
    max: (xs: readonly number[]) => Math.max(...xs),
    min: (xs: readonly number[]) => Math.min(...xs),
  };
  it("reduces what lies under the window", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 2 }),
        pair(fc.nat(2)),
        fc.constantFrom("sum", "prod", "max", "min"),
        (n, window, stride, dilation, padding, by) => {
          const x = whole([n], 1);
          const data = x.toTypedArray();
          const wanted: number[] = [];
          const reach = (window - 1) * dilation;
          for (let at = -padding[0]; at + reach < n + padding[1]; at += stride) {
            const under = Array.from({ length: window }, (_, k) => data[at + k * dilation]);
            wanted.push(reducers[by](under.filter((value) => value !== undefined)));
          }
          const options = { window: [window], strides: stride, windowDilation: dilation, padding: [padding] };
          const got = nn.reduceWindow(x, by, options);
          expect([...got.toTypedArray()].map((v) => v + 0)).toEqual(wanted.map((v) => v + 0));
        },
      ),
      { numRuns: 5 * runs },
    );
  });

  it("shares the derivative of a maximum among those that tie, once for each window", () => {
    const pooled = (x: Tensor): Tensor => np.sum(nn.maxPool(x, 3, { strides: 1 }));
    const x = np.reshape(np.array([1, 1, 0, 1]), [1, 4, 1]);
    expect(grad(pooled)(x).toTypedArray()).toEqual(Float64Array.of(1 / 2, 1 / 2 + 1 / 2, 0, 1 / 2));
  });

  it("averages with the padding or without it", () => {
    const x = np.reshape(np.array([2, 4, 6]), [1, 3, 1]);
    const options = { strides: 1, padding: "SAME" } as const;
    expect([...nn.avgPool(x, 2, options).toTypedArray()]).toEqual([3, 5, 3]);
    expect([...nn.avgPool(x, 2, { ...options, countPadding: false }).toTypedArray()]).toEqual([3, 5, 6]);
  });
});
