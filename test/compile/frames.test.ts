/** Frames (padding, joining) of any rank in compiled programs, also those with borders along many axes. */
import { grad, jit, np, type Tensor } from "cotangent";
import fc from "fast-check";
import { it } from "vitest";
import { expectNone, listDifference } from "../../src/testing/compare.js";
import { runs } from "../support/runs.js";

type Of = (x: Tensor) => Tensor;

const framed = fc
  .array(fc.record({ n: fc.integer({ min: 1, max: 3 }), low: fc.nat(2), high: fc.nat(2) }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((axes) => ({
    shape: axes.map(({ n }) => n),
    widths: axes.map(({ low, high }) => [low, high] as const),
  }));

/** What stands around the frame: nothing, operations element by element, another frame, a sum, a join. */
const surroundings: Readonly<Record<string, (pad: Of) => Of>> = {
  alone: (pad) => pad,
  among: (pad) => (x) => np.mul(np.exp(pad(np.sin(x))), 2) as Tensor,
  twice: (pad) => (x) => np.pad(np.add(pad(x), 1), 1) as Tensor,
  summed: (pad) => (x) => np.sum(np.mul(pad(x), pad(np.cos(x))), { axis: 0 }) as Tensor,
  joined: (pad) => (x) => np.concatenate([pad(x), np.neg(pad(x))]) as Tensor,
  reshaped: (pad) => (x) => np.sqrt(np.ravel(pad(np.square(x)))) as Tensor,
};

it("compiled frames are the eager ones, and so are their gradients", () => {
  fc.assert(
    fc.property(framed, fc.constantFrom(...Object.keys(surroundings)), ({ shape, widths }, around) => {
      const pad: Of = (x) => np.pad(x, widths as never, { constantValues: 3 }) as Tensor;
      const f = (surroundings[around] as (pad: Of) => Of)(pad);
      const size = shape.reduce((a, b) => a * b, 1);
      const x = np.reshape(np.linspace(0.2, 0.9, size), shape) as Tensor;
      expectNone(listDifference("value", [f(x)], [jit(f as never)(x as never) as Tensor], "bits"));
      const slope = grad(((y: Tensor) => np.sum(np.square(f(y)))) as never) as unknown as Of;
      expectNone(listDifference("gradient", [slope(x)], [jit(slope as never)(x as never) as Tensor], "bits"));
    }),
    { numRuns: Math.max(60, runs) },
  );
});
