/** vectorize and applyAlongAxis against loops over the elements of broadcast shapes. */
import { applyAlongAxis, grad, jit, np, Tensor, vectorize, vmap } from "cotangent";
import { checkGrads } from "cotangent/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";

const numbered = (shape: readonly number[], salt: number): Tensor =>
  np.sub(
    np.mod(np.mul(np.add(np.reshape(np.arange(shape.reduce((a, b) => a * b, 1)), shape), salt), 7), 11),
    5,
  );

/** Loop axes of two operands that broadcast: each axis is there in both, or is 1 or missing in one. */
const loops = fc
  .array(
    fc.record({ n: fc.integer({ min: 0, max: 3 }), form: fc.constantFrom("both", "left one", "right one") }),
    { maxLength: 3 },
  )
  .chain((axes) =>
    fc.record({
      left: fc.constant(axes.map(({ n, form }) => (form === "left one" ? 1 : n))),
      right: fc.constant(axes.map(({ n, form }) => (form === "right one" ? 1 : n))),
      missing: fc.nat(axes.length),
      whole: fc.constant(axes.map(({ n }) => n)),
    }),
  );

describe("vectorize", () => {
  it("is a loop over the axes before those of the signature, which broadcast", () => {
    fc.assert(
      fc.property(loops, ({ left, right, missing, whole }) => {
        // leading axes of the right operand may be missing where it would have size 1
        const cut = right.slice(0, missing).every((n) => n === 1) ? right.slice(missing) : right;
        const [a, b] = [numbered([...left, 2, 3], 1), numbered([...cut, 3], 2)];
        let calls = 0;
        const f = vectorize((m: Tensor, v: Tensor) => {
          calls++;
          return [np.matmul(m, v), np.sum(v)];
        }, "(n,m),(m)->(n),()");
        const [product, total] = f(a, b) as [Tensor, Tensor];
        const full = left.map((n, i) => (n === 1 ? (right[i] as number) : n));
        expect(full.length).toBe(whole.length);
        expect(product.shape).toEqual([...full, 2]);
        expect(total.shape).toEqual(full);
        expect(calls).toBe(1);
        const [as, bs] = [
          np.broadcastTo(a, [...full, 2, 3]).toTypedArray(),
          np.broadcastTo(b, [...full, 3]).toTypedArray(),
        ];
        const [products, totals] = [product.toTypedArray(), total.toTypedArray()];
        for (let k = 0; k < total.size; k++) {
          const vector = [...bs.slice(3 * k, 3 * k + 3)];
          expect(totals[k]).toBe(vector.reduce((x, y) => x + y, 0));
          for (let i = 0; i < 2; i++)
            expect(products[2 * k + i]).toBe(
              vector.reduce((sum, v, j) => sum + v * (as[6 * k + 3 * i + j] as number), 0),
            );
        }
        expect(jit((x: Tensor, y: Tensor) => f(x, y)[0] as Tensor)(a, b).toArray()).toEqual(
          product.toArray(),
        );
      }),
      { numRuns: runs },
    );
  });

  it("without a signature is a function of scalars", () => {
    const larger = vectorize((x: Tensor, y: Tensor) => np.max(np.stack([x, y])));
    expect(larger([[1], [4]], [2, 3]).toArray()).toEqual([
      [2, 3],
      [4, 4],
    ]);
    expect(larger(1, 2)).toBeInstanceOf(Tensor);
    const [low, high] = vectorize((x: Tensor) => [np.neg(x), x] as const)([1, 2]);
    expect([low.toArray(), high.toArray()]).toEqual([
      [-1, -2],
      [1, 2],
    ]);
  });

  it("hands on what is excluded, whatever it is", () => {
    const polynomial = vectorize((x: Tensor, p: readonly number[]) => np.polyval(np.array(p), x), "()->()", {
      excluded: [1],
    });
    expect(polynomial([1, 2, 3], [1, 0, -1]).toArray()).toEqual([0, 3, 8]);
    const named = vectorize(
      (word: string, v: Tensor) => (word === "sum" ? np.sum(v) : np.prod(v)),
      "(n)->()",
      {
        excluded: [0],
      },
    );
    expect(named("prod", [[2, 3]]).toArray()).toEqual([6]);
  });

  it("takes numbers for sizes, and new names among the results", () => {
    const crossed = vectorize((a: Tensor, b: Tensor) => np.cross(a, b), "(3),(3)->(3)");
    expect(crossed([[1, 0, 0]], [0, 1, 0]).toArray()).toEqual([[0, 0, 1]]);
    const outer = vectorize((a: Tensor, b: Tensor) => np.outer(a, b), " (n), (m) -> (n, m) ");
    expect(outer(np.ones([4, 2]), np.ones([3])).shape).toEqual([4, 2, 3]);
    expect(vectorize((x: Tensor) => np.repeat(x, 2), "(n)->(k)")(np.ones([5, 3])).shape).toEqual([5, 6]);
    expect(vectorize(() => np.ones([2]), "->(n)")().shape).toEqual([2]);
  });

  it("has the derivatives of what it maps, and maps again", () => {
    const distance = vectorize((a: Tensor, b: Tensor) => np.sum(np.sin(np.mul(a, b))), "(n),(n)->()");
    const [a, b] = [np.mul(0.1, numbered([2, 1, 3], 1)), np.mul(0.2, numbered([4, 3], 2))];
    checkGrads((x: Tensor, y: Tensor) => distance(x, y), [a, b], { order: 2 });
    expect(vmap((x: Tensor) => distance(x, b))(a).shape).toEqual([2, 4]);
    const slopes = vectorize(grad((x: Tensor) => np.square(x)))([1, 2]);
    expect(slopes.toArray()).toEqual([2, 4]);
  });
});

describe("applyAlongAxis", () => {
  it("puts what the function gives in the place of the axis", () => {
    const shape = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(shape, fc.nat(3), fc.nat(2), (sizes, along, rank) => {
        const axis = along % sizes.length;
        const x = numbered(sizes, 3);
        const functions: readonly ((v: Tensor) => Tensor)[] = [
          (v) => np.sum(v),
          (v) => np.cumsum(v),
          (v) => np.outer(v, np.array([1, 10])),
        ];
        const f = functions[rank] as (v: Tensor) => Tensor;
        const wanted = [
          () => np.sum(x, { axis }),
          () => np.cumsum(x, { axis }),
          () => np.moveaxis(np.multiply(np.expandDims(x, -1), np.array([1, 10])), -1, axis + 1),
        ][rank] as () => Tensor;
        for (const given of [axis, axis - sizes.length]) {
          const got = applyAlongAxis(f, given, x);
          expect(got.shape).toEqual(wanted().shape);
          expect(got.toArray()).toEqual(wanted().toArray());
        }
      }),
      { numRuns: runs },
    );
  });

  it("hands on more arguments, and has derivatives", () => {
    expect(applyAlongAxis((v: Tensor, k: number) => np.mul(v, k), 0, [1, 2], 3).toArray()).toEqual([3, 6]);
    checkGrads(
      (x: Tensor) => applyAlongAxis((v) => np.stack([np.sum(np.sin(v)), np.prod(v)]), 1, x),
      [
        np.array([
          [0.3, 1.2, -0.7],
          [2, 0.1, 0.4],
        ]),
      ],
      { order: 2 },
    );
  });
});
