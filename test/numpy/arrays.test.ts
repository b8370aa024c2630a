/** Functions of `np` that are not elementwise, against NumPy's own results; the same mapped and compiled. */
import { readFileSync } from "node:fs";
import { jit, np, Tensor, vmap } from "cotangent";
import { describe, expect, it } from "vitest";
import { docExamples } from "../support/examples.js";

interface Case {
  readonly op: string;
  readonly args: readonly unknown[];
  readonly out: unknown;
  readonly shapes: readonly unknown[];
}
const file = new URL("../reference/arrays.json", import.meta.url);
const { n, cases } = JSON.parse(readFileSync(file, "utf8")) as { n: number; cases: readonly Case[] };

/** "nan", "inf" and "-inf" stand for themselves; other text, such as modes, is what it is. */
const special: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, "-inf": -Infinity };
const revived = (x: unknown): unknown => {
  if (Array.isArray(x)) return x.map(revived);
  return typeof x === "string" ? (special[x] ?? x) : x;
};
const flat = (x: unknown): number[] =>
  x instanceof Tensor ? [...x.toTypedArray()] : [revived(x)].flat(9).map(Number);

type Function_ = (...args: readonly unknown[]) => unknown;
const room = np as unknown as Readonly<Record<string, Function_>>;
const call = ({ op, args }: Case): readonly Tensor[] => {
  const out = (room[op] as Function_)(...args.map(revived));
  return (Array.isArray(out) ? out : [out]) as readonly Tensor[];
};
/** Exact where NumPy only moves and counts. */
const isRounded = /poly|gradient|cov|corr|unwrap|histogram/;

describe("as NumPy has it", () => {
  it("every case is there", () => expect(cases.length).toBe(n));

  it.each(cases.map((c, i) => ({ ...c, name: `${c.op} ${i}` })))("$name", (c) => {
    const got = call(c);
    const several = Array.isArray(c.shapes[0]);
    const wanted = (several ? c.out : [c.out]) as readonly unknown[];
    const shapes = (several ? c.shapes : [c.shapes]) as readonly number[][];
    expect(got.map((x) => x.shape)).toEqual(shapes);
    const tolerance = isRounded.test(c.op) ? 1e-12 : 0;
    got.forEach((x, i) => {
      const want = flat(wanted[i]);
      flat(x).forEach((value, j) => {
        const goal = want[j] as number;
        if (tolerance === 0 || !Number.isFinite(goal))
          expect(Object.is(value, goal) || value === goal, `${value} for ${goal}`).toBe(true);
        else expect(Math.abs(value - goal)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(goal)));
      });
    });
  });
});

describe("float32", () => {
  const x = np.array(
    new Float32Array([1, -1.5, 0, 1e-45, 1.1754943508222875e-38, 3.4028234663852886e38, 0.1]),
  );
  it("has its own neighbours", () => {
    const up = np.nextafter(x, np.fullLike(x, Infinity));
    const words = new Int32Array((x.toTypedArray() as Float32Array).buffer);
    const next = new Int32Array((up.toTypedArray() as Float32Array).buffer);
    // upwards: one word more for positive numbers, one less for negative ones
    expect([...next]).toEqual([...words].map((word) => (word < 0 ? word - 1 : word + 1)));
    expect(np.spacing(x).dtype).toBe("float32");
    expect(np.slice(np.spacing(x), 0).item()).toBe(2 ** -23);
  });
  it("comes apart and together again", () => {
    const [mantissa, exponent] = np.frexp(x);
    expect(np.ldexp(mantissa, exponent).toArray()).toEqual(x.toArray());
    const [fraction, whole] = np.modf(x);
    expect(np.add(fraction, whole).toArray()).toEqual(x.toArray());
  });
});

describe("results of a size that is known", () => {
  const x = np.array([3, 1, 3, 0, 2]);
  it("are the first there are, or are filled up", () => {
    expect(np.unique(x, { size: 2 }).toArray()).toEqual([0, 1]);
    expect(np.unique(x, { size: 6 }).toArray()).toEqual([0, 1, 2, 3, 0, 0]);
    expect(np.unique(x, { size: 5, fillValue: -1 }).toArray()).toEqual([0, 1, 2, 3, -1]);
    expect(np.nonzero(x, { size: 3 }).map((i) => i.toArray())).toEqual([[0, 1, 2]]);
    expect(np.flatnonzero(x, { size: 6, fillValue: 9 }).toArray()).toEqual([0, 1, 2, 4, 9, 9]);
    expect(
      np
        .argwhere(
          [
            [0, 1],
            [1, 0],
          ],
          { size: 3, fillValue: -1 },
        )
        .toArray(),
    ).toEqual([
      [0, 1],
      [1, 0],
      [-1, -1],
    ]);
    expect(np.bincount(new Int32Array([0, 2, 7]), { length: 3 }).toArray()).toEqual([1, 0, 1]);
    const all = np.uniqueAll(
      [
        [3, 1],
        [3, 2],
      ],
      { size: 4, fillValue: 0 },
    );
    expect(all.values.toArray()).toEqual([1, 2, 3, 0]);
    expect(all.indices.toArray()).toEqual([1, 3, 0, 0]);
    expect(all.counts.toArray()).toEqual([1, 1, 2, 0]);
    expect(all.inverse.toArray()).toEqual([
      [2, 0],
      [2, 1],
    ]);
  });
  it("map and compile", () => {
    const rows = np.array([
      [3, 1, 3],
      [0, 0, 5],
    ]);
    const f = (v: Tensor): readonly Tensor[] => [
      np.unique(v, { size: 3, fillValue: 9 }),
      np.nonzero(v, { size: 2, fillValue: 7 })[0] as Tensor,
      np.bincount(np.astype(v, "int32"), { length: 4 }),
      np.setxor1d(v, [3, 4], { size: 4, fillValue: -1 }),
      np.intersect1d(v, [3, 5], { size: 2, fillValue: -1 }),
    ];
    const loop = [0, 1].map((i) => f(np.slice(rows, i)).map((y) => y.toArray()));
    const mapped = vmap(f)(rows) as readonly Tensor[];
    expect(mapped.map((y) => y.toArray())).toEqual(mapped.map((_, k) => loop.map((row) => row[k])));
    const compiled = jit(f)(np.slice(rows, 0)) as readonly Tensor[];
    expect(compiled.map((y) => y.toArray())).toEqual(loop[0]);
  });
});

describe("the rest", () => {
  it("bytes become elements", () => {
    const bytes = new Uint8Array([9, 0, 0, 128, 63, 0, 0, 0, 64]);
    expect(np.fromBuffer(bytes, { dtype: "float32", offset: 1 }).toArray()).toEqual([1, 2]);
    expect(np.fromBuffer(bytes.subarray(1), { dtype: "float32", count: 1 }).toArray()).toEqual([1]);
    expect(np.fromBuffer(new Uint8Array([0, 2]), { dtype: "bool" }).toArray()).toEqual([false, true]);
    expect(np.fromBuffer(new Float64Array([1, 2]).buffer).dtype).toBe("float64");
    const own = new Float64Array([1, 2]);
    const copied = np.fromBuffer(own);
    own[0] = 9;
    expect(copied.toArray()).toEqual([1, 2]);
  });
  it("blocks", () => {
    const a = np.ones([2, 2]);
    expect(
      np
        .block([
          [a, np.zeros([2, 1])],
          [np.zeros([1, 2]), 3],
        ])
        .toArray(),
    ).toEqual([
      [1, 1, 0],
      [1, 1, 0],
      [0, 0, 3],
    ]);
    expect(np.block([np.array([1, 2]), 3]).toArray()).toEqual([1, 2, 3]);
    expect(np.block(5).toArray()).toBe(5);
    expect(np.block([[np.array([1, 2])], [np.array([3, 4])]]).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(np.block([[[1, 2]], [[3, 4]]]).shape).toEqual([2, 1, 2]);
  });
  it("dtypes meet and are described", () => {
    expect(np.resultType(np.ones([2], { dtype: "float32" }), 3)).toBe("float32");
    expect(np.resultType("int8", "uint8", 2)).toBe("int16");
    expect(np.resultType(2, 3)).toBe("float64");
    expect(np.canCast("int16", "float32")).toBe(true);
    expect(np.canCast("uint8", "int8")).toBe(false);
    expect(np.canCast("float64", "float32", { casting: "same_kind" })).toBe(true);
    expect(np.canCast("float64", "int32", { casting: "same_kind" })).toBe(false);
    expect(np.canCast("float64", "bool", { casting: "unsafe" })).toBe(true);
    expect(np.finfo("float64").max).toBe(Number.MAX_VALUE);
    expect(np.finfo("float64").smallestSubnormal).toBe(Number.MIN_VALUE);
    expect(np.iinfo("uint16")).toEqual({ dtype: "uint16", bits: 16, min: 0, max: 65535 });
  });
  it("partitions have the sorted element in its place", () => {
    const x = [5, 2, 8, 1, 9, 3];
    for (const k of [0, 3, -1]) {
      const place = (k + x.length) % x.length;
      expect((np.partition(x, k).toArray() as number[])[place]).toBe([...x].sort((a, b) => a - b)[place]);
      expect(np.take(x, np.argpartition(x, k)).toArray()).toEqual(np.partition(x, k).toArray());
    }
    expect(
      np
        .partition(
          [
            [3, 1],
            [2, 4],
          ],
          0,
          { axis: 0 },
        )
        .toArray(),
    ).toEqual([
      [2, 1],
      [3, 4],
    ]);
  });
  it("a polynomial that the samples do not determine has zeros in its highest powers", () => {
    expect(np.allclose(np.polyfit([1, 1, 1], [2, 4, 6], 2), [0, 0, 4], { rtol: 1e-14, atol: 0 })).toBe(true);
    const x = np.linspace(-1, 1, 400);
    const p = np.polyfit(x, np.polyval([3, -2, 0, 0.5, 1, -1, 4, 2], x), 7);
    expect(np.allclose(p, [3, -2, 0, 0.5, 1, -1, 4, 2], { rtol: 1e-12, atol: 1e-12 })).toBe(true);
  });
});

const names =
  "append block columnStack delete dsplit dstack fliplr flipud hsplit insert vsplit ediff1d gradient unwrap bincount digitize histogram histogramBinEdges corrcoef cov fromBuffer canCast finfo iinfo promoteTypes resultType frexp ldexp modf nextafter spacing diagIndices fillDiagonal putAlongAxis ravelMultiIndex trilIndices triuIndices unravelIndex gcd lcm argpartition lexsort partition poly polyadd polyder polydiv polyint polymul polysub argwhere flatnonzero nonzero piecewise intersect1d isin setdiff1d setxor1d union1d unique uniqueAll";
const examples = docExamples("numpy", new RegExp(`^np\\.(${names.split(" ").join("|")})\\(`));

describe("docstrings", () => {
  it("have an example for each", () => expect(examples.length).toBe(names.split(" ").length));
  it.each(examples)("$expression", ({ expression, expected }) => {
    const got: unknown = new Function("np", `return ${expression};`)(np);
    expect(got instanceof Tensor ? got.toArray() : got).toEqual(expected);
  });
});
