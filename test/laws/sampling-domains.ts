/** Domains of the samplers: a key's words, positions among five, and parameters of distributions. */
import fc from "fast-check";
import type { Shape } from "../../src/tensor/shape.js";
import type { DenseTensor } from "../../src/tensor/tensor.js";
import { tensorOf } from "../../src/testing/arbitraries.js";
import type { Domain, Range } from "../../src/testing/domains.js";

const words = (shape: Shape): fc.Arbitrary<DenseTensor> =>
  tensorOf("uint32", shape, fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const positions = (shape: Shape): fc.Arbitrary<DenseTensor> =>
  tensorOf("uint32", shape, fc.integer({ min: 0, max: 4 }));

const sampler = (range: Range, ...more: readonly Range[]): Domain => ({
  // float32 has random numbers of its own
  dtypes: ["float64"],
  implicit: true,
  plan: (draw) =>
    fc.tuple(draw.shape(0, 3), fc.boolean()).map(([shape, partitionable]) => ({
      p: { partitionable, count: 5 },
      operands: fc.tuple(
        words(shape),
        words(shape),
        positions(shape),
        // parameters of a distribution, also where others may be anything: a sampler need not end for them
        ...[range, ...more].map(({ min, max }) =>
          tensorOf(
            draw.dtype,
            shape,
            fc.nat({ max: 1000 }).map((k) => min + ((max - min) * k) / 1000),
          ),
        ),
      ),
    })),
});

export const samplingDomains: Readonly<Record<string, Domain>> = {
  logGammaVariate: sampler({ min: 0.25, max: 4 }),
  poissonVariate: sampler({ min: 0, max: 30 }),
  binomialVariate: sampler({ min: 0, max: 50 }, { min: 0.1, max: 0.9 }),
};
