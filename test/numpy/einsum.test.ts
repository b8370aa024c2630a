/** einsum against its definition: a sum over all labels of the products of the operands' elements. */
import { ArgumentError, grad, np, ShapeError, type Tensor, vmap } from "cotangent";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const place = (shape: readonly number[], salt: number): Tensor =>
  np
    .array(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 7 + salt) % 11) - 5))
    .reshape(shape);

/** The definition, over terms of single letters. */
const summed = (
  terms: readonly string[],
  output: string,
  sizes: Record<string, number>,
  xs: readonly Tensor[],
): number[] => {
  const labels = [...new Set([...output, ...terms.join("")])];
  const out: number[] = [];
  const at: Record<string, number> = {};
  const walk = (depth: number, position: number): void => {
    const label = labels[depth];
    if (label === undefined) {
      const product = xs.reduce(
        (p, x, k) => p * x.slice(...[...(terms[k] as string)].map((l) => at[l] as number)).item(),
        1,
      );
      out[position] = (out[position] ?? 0) + product;
      return;
    }
    const n = sizes[label] as number;
    for (let i = 0; i < n; i++) {
      at[label] = i;
      walk(depth + 1, depth < output.length ? position * n + i : position);
    }
  };
  walk(0, 0);
  return out;
};

describe("einsum", () => {
  test("is its definition, diagonals, traces, lone labels and any order included", () => {
    const term = fc
      .array(fc.constantFrom("i", "j", "k"), { maxLength: 3 })
      .map((letters) => letters.join(""));
    fc.assert(
      fc.property(
        fc.array(term, { minLength: 1, maxLength: 3 }),
        fc.record({
          i: fc.integer({ min: 1, max: 3 }),
          j: fc.integer({ min: 1, max: 2 }),
          k: fc.integer({ min: 1, max: 3 }),
        }),
        fc.shuffledSubarray(["i", "j", "k"]),
        (terms, sizes, kept) => {
          const output = kept.filter((l) => terms.join("").includes(l)).join("");
          const xs = terms.map((letters, k) =>
            place(
              [...letters].map((l) => sizes[l as "i"]),
              k,
            ),
          );
          const y = np.einsum(`${terms.join(",")}->${output}`, ...xs);
          expect(y.shape).toEqual([...output].map((l) => sizes[l as "i"]));
          expect(np.add(np.ravel(y), 0).toArray()).toEqual(
            summed(terms, output, sizes, xs).map((n) => n + 0),
          );
        },
      ),
      { numRuns: 150 },
    );
  });
  test("without an arrow keeps what occurs once, in alphabetical order", () => {
    expect(np.einsum("ba", place([2, 3], 1)).shape).toEqual([3, 2]);
    expect(np.einsum("ij,jk", place([2, 3], 1), place([3, 4], 2)).shape).toEqual([2, 4]);
    expect(
      np
        .einsum("ii", [
          [1, 2],
          [3, 4],
        ])
        .item(),
    ).toBe(5);
  });
  test("broadcasts the axes of an ellipsis, and sizes of 1", () => {
    const a = place([5, 1, 2, 3], 1);
    const b = place([4, 3, 2], 2);
    expect(np.einsum("...ij,...jk->...ik", a, b).toArray()).toEqual(np.matmul(a, b).toArray());
    expect(np.einsum("...i,...i", a, place([3], 1)).shape).toEqual([5, 1, 2]);
    expect(np.einsum("i...->...i", place([2, 3], 1)).shape).toEqual([3, 2]);
    expect(np.einsum("ij,j->ij", [[1], [2]], [3, 4]).toArray()).toEqual([
      [3, 4],
      [6, 8],
    ]);
    expect(np.einsum("...,...", 2, 3).item()).toBe(6);
  });
  test("keeps integers, reads bools as and/or", () => {
    expect(np.einsum("i,i->", new Int32Array([1, 2]), new Int32Array([3, 4])).dtype).toBe("int32");
    expect(np.einsum("i,i->", [true, true], [true, true]).toArray()).toBe(true);
  });
  test.each<[string, Tensor[]]>([
    ["ij,jk->ik", [place([2, 2], 1)]],
    ["i->ii", [place([2], 1)]],
    ["i->j", [place([2], 1)]],
    ["i1->i", [place([2, 2], 1)]],
    ["i->i->i", [place([2], 1)]],
    ["...i->i", [place([2, 2], 1)]],
    ["......i", [place([2, 2], 1)]],
  ])("refuses the subscripts %s", (subscripts, xs) => {
    expect(() => np.einsum(subscripts, ...xs)).toThrow(/einsum/);
    expect(() => np.einsum(subscripts, ...xs)).toThrow(subscripts === "......i" ? ShapeError : ArgumentError);
  });
  test("refuses one label with two sizes, and terms of another rank", () => {
    expect(() => np.einsum("ij,jk->ik", place([2, 3], 1), place([2, 3], 1))).toThrow(ShapeError);
    expect(() => np.einsum("ii", place([2, 1], 1))).toThrow(ShapeError);
    expect(() => np.einsum("ijk", place([2, 3], 1))).toThrow(ShapeError);
  });
  test("differentiates to any order, and under vmap", () => {
    const a = np.array([
      [1, 2],
      [3, 4],
    ]);
    const f = (x: Tensor): Tensor => np.einsum("i,ij,j->", x, a, x);
    const x = np.array([5, 6]);
    expect(grad(f)(x).toArray()).toEqual(np.matmul(np.add(a, a.T), x).toArray());
    expect(grad((y: Tensor) => np.sum(np.multiply(grad(f)(y), [1, 0])))(x).toArray()).toEqual([2, 5]);
    expect(
      vmap(f)(
        np.array([
          [1, 0],
          [0, 1],
        ]),
      ).toArray(),
    ).toEqual([1, 4]);
  });
});
