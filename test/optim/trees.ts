/** Trees of parameters to draw from: arrays, objects, maps, null, empty ones, leaves of several shapes and both floats. */
import { np, type Tensor } from "cotangent";
import fc from "fast-check";

const leaf: fc.Arbitrary<Tensor> = fc
  .tuple(
    fc.constantFrom<readonly number[]>([], [1], [3], [2, 2], [0]),
    fc.constantFrom("float64" as const, "float32" as const),
    fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 4, maxLength: 4 }),
  )
  .map(([shape, dtype, data]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return np.reshape(np.array(Float64Array.from(data.slice(0, size), (x) => x / 8)), shape).astype(dtype);
  });

export const { arrayTree } = fc.letrec<{ arrayTree: unknown }>((tie) => ({
  arrayTree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { arbitrary: leaf, weight: 4 },
    { arbitrary: fc.constant(null), weight: 1 },
    { arbitrary: fc.array(tie("arrayTree"), { maxLength: 3 }), weight: 2 },
    { arbitrary: fc.record({ w: tie("arrayTree"), "a b": tie("arrayTree") }), weight: 2 },
    { arbitrary: tie("arrayTree").map((x) => new Map([["k", x]])), weight: 1 },
  ),
}));
