/** Random trees and random broadcasts through the transformations: structures come back as they went in. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { grad, hvp, jvp, linearize, np, type Tensor, tree, vjp, vmap } from "../../src/index.js";
import { difference, expectNone } from "../../src/testing/compare.js";
import {
  broadcastableShapes,
  checkGrads,
  matchers,
  shapes,
  tensors,
  trees,
} from "../../src/testing/index.js";
import { runs } from "../support/runs.js";

expect.extend(matchers);

const T = (x: unknown): Tensor => x as Tensor;
const leaf = tensors({ shape: shapes({ maxRank: 2, maxSize: 3 }), min: -1, max: 1 });
const map = (f: (x: Tensor) => unknown, value: unknown): unknown => tree.map(f as never, value as never);

/** The sum over all leaves of sin(x), in 0 for none. */
const total = (value: unknown): Tensor =>
  (tree.leaves(value) as Tensor[])
    .map((x) => T(np.sum(np.sin(x))))
    .reduce((a, b) => T(np.add(a, b)), T(np.array(0)));

it("gradients, tangents and cotangents have the tree of their argument", () => {
  fc.assert(
    fc.property(trees(leaf), (value) => {
      const cosines = map((x) => np.cos(x), value);
      const ones = map((x) => np.onesLike(x), value);
      expect(grad(total as never)(value as never)).toBeAllClose(cosines);
      const sum = T(tree.leaves(cosines).reduce((a: Tensor, x) => T(np.add(a, np.sum(x))), T(np.array(0))));
      expect(jvp(total as never, [value] as never, [ones] as never)[1]).toBeAllClose(sum);
      expect(
        (linearize(total as never, [value] as never)[1] as unknown as (dx: unknown) => unknown)(ones),
      ).toBeAllClose(sum);
      // the whole tree as result
      const sines = (v: unknown): unknown => map((x) => np.sin(x), v);
      const [out, pullback] = vjp(sines as never, [value] as never) as unknown as [
        unknown,
        (ct: unknown) => [unknown],
      ];
      expect(out).toBeAllClose(sines(value));
      expect(pullback(ones)[0]).toBeAllClose(cosines);
      const [product] = hvp(total as never, [value] as never, [ones] as never) as [unknown];
      expect(product).toBeAllClose(map((x) => np.negative(np.sin(x)), value));
    }),
    { numRuns: runs },
  );
});

it("vmap maps every leaf of a tree", () => {
  fc.assert(
    fc.property(
      trees(leaf).filter((value) => tree.leaves(value).length > 0),
      (value) => {
        const batch = map((x) => np.stack([x, np.mul(2, x), np.negative(x)] as never), value);
        const doubled = (v: unknown): unknown => map((x) => np.mul(np.sin(x), x), v);
        const got = vmap(doubled as never)(batch as never);
        expect(got).toBeAllClose(doubled(batch), { rtol: 0, atol: 0 });
        const gradients = vmap(grad(total as never) as never)(batch as never);
        expect(gradients).toBeAllClose(map((x) => np.cos(x), batch));
      },
    ),
    { numRuns: runs },
  );
});

it("broadcasting is undone in derivatives, whatever the shapes", () => {
  const pairs = broadcastableShapes(2, { maxRank: 3, maxSize: 3, maxElements: 12 }).chain(([a, b]) =>
    fc.tuple(
      tensors({ shape: a as number[], min: 0.5, max: 1.5 }),
      tensors({ shape: b as number[], min: 0.5, max: 1.5 }),
    ),
  );
  const functions = [np.add, np.sub, np.mul, np.div, np.power, np.arctan2, np.hypot, np.logaddexp];
  fc.assert(
    fc.property(pairs, fc.constantFrom(...functions), ([x, y], f) => {
      if (T(f(x, y)).size > 0) checkGrads(f as never, [x, y], { order: 1 });
      const [value, loop] = [T(f(x, y)), T(f(np.broadcastTo(x, [...T(f(x, y)).shape]), y))];
      expectNone(difference(loop, value, "bits"));
    }),
    { numRuns: runs },
  );
});
