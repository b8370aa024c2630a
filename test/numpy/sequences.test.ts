/** Quantiles, reductions without NaN, and functions of sequences, against loops over plain numbers and differences. */
import { jit, np, type Tensor, vmap } from "cotangent";
import { checkGrads } from "cotangent/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { docExamples } from "../support/examples.js";
import { runs } from "../support/runs.js";

const element = fc.oneof(
  fc.integer({ min: -40, max: 40 }).map((k) => k / 8),
  { arbitrary: fc.constant(Number.NaN), weight: 1 },
);
const withNaN = fc.array(element, { minLength: 1, maxLength: 9 });
const numbers = (minLength = 1, maxLength = 9): fc.Arbitrary<number[]> =>
  fc.array(
    fc.integer({ min: -40, max: 40 }).map((k) => k / 8),
    { minLength, maxLength },
  );
const holds = <T>(arbitrary: fc.Arbitrary<T>, check: (x: T) => void): void =>
  fc.assert(fc.property(arbitrary, check), { numRuns: runs });
const list = (x: Tensor): number[] => x.toArray() as number[];
const close = (x: number, r: number): void =>
  Number.isFinite(r)
    ? expect(Math.abs(x - r)).toBeLessThanOrEqual(1e-13 * (1 + Math.abs(r)))
    : expect(x).toBe(r);
const allClose = (x: readonly number[], r: readonly number[]): void => {
  expect(x.length).toBe(r.length);
  r.forEach((value, i) => {
    close(x[i] as number, value);
  });
};

describe("without NaN", () => {
  const kept = (x: readonly number[]): number[] => x.filter((v) => !Number.isNaN(v));

  it("extremes, products and positions are those of the rest", () =>
    holds(withNaN, (x) => {
      const rest = kept(x);
      const of = (f: (...v: number[]) => number): number => (rest.length === 0 ? Number.NaN : f(...rest));
      expect(np.nanmax(x).item()).toBe(of(Math.max));
      expect(np.nanmin(x).item()).toBe(of(Math.min));
      close(
        np.nanprod(x).item(),
        rest.reduce((a, b) => a * b, 1),
      );
      expect(np.nanargmax(x).item()).toBe(rest.length === 0 ? -1 : x.indexOf(Math.max(...rest)));
      expect(np.nanargmin(x).item()).toBe(rest.length === 0 ? -1 : x.indexOf(Math.min(...rest)));
    }));

  it("variances and deviations are those of the rest", () =>
    holds(fc.tuple(withNaN, fc.nat(2)), ([x, ddof]) => {
      const rest = kept(x);
      const mean = rest.reduce((a, b) => a + b, 0) / rest.length;
      const squares = rest.reduce((a, b) => a + (b - mean) ** 2, 0);
      const variance = rest.length > ddof ? squares / (rest.length - ddof) : Number.NaN;
      close(np.nanvar(x, { ddof }).item(), variance);
      close(np.nanstd(x, { ddof }).item(), Math.sqrt(variance));
    }));

  it("running sums and products pass over NaN", () =>
    holds(withNaN, (x) => {
      let [total, product] = [0, 1];
      const expected = x.map((v) => {
        total += Number.isNaN(v) ? 0 : v;
        product *= Number.isNaN(v) ? 1 : v;
        return [total, product];
      });
      allClose(
        list(np.nancumsum(x)),
        expected.map(([a]) => a as number),
      );
      allClose(
        list(np.nancumprod(x)),
        expected.map(([, b]) => b as number),
      );
    }));

  it("reduce axes, keep them, and take integers", () => {
    const x = np.array([
      [1, Number.NaN, 3],
      [Number.NaN, Number.NaN, 7],
    ]);
    expect(np.nanmax(x, { axis: 1 }).toArray()).toEqual([3, 7]);
    expect(np.nanmax(x, { axis: 0, keepdims: true }).toArray()).toEqual([[1, Number.NaN, 7]]);
    expect(np.nanargmin(x, { axis: 0 }).toArray()).toEqual([0, -1, 0]);
    expect(np.nanstd(x, { axis: 1, keepdims: true }).toArray()).toEqual([[1], [0]]);
    expect(np.nanmax(np.array([2, 1], { dtype: "int32" })).dtype).toBe("int32");
    expect(np.nanargmax(np.array([2, 1], { dtype: "int32" })).item()).toBe(0);
  });

  it("has derivative 0 at NaN, and those of the rest elsewhere", () => {
    const holes = np.array([false, true, false, false]);
    const at = (f: (x: Tensor) => Tensor) => (x: Tensor) => f(np.where(holes, Number.NaN, x));
    for (const f of [
      np.nanmax,
      np.nanmin,
      np.nanprod,
      np.nanvar,
      np.nanstd,
      np.nancumsum,
      np.nancumprod,
      np.nanmedian,
    ])
      checkGrads(at(f as (x: Tensor) => Tensor), [np.array([1.5, 9, -2.25, 0.5])], { order: 2 });
  });
});

describe("quantiles", () => {
  const fractions = fc.integer({ min: 0, max: 16 }).map((k) => k / 16);
  const plain = (sorted: readonly number[], q: number, method: string): number => {
    const place = q * (sorted.length - 1);
    const [i, j] = [Math.floor(place), Math.ceil(place)];
    const [a, b] = [sorted[i] as number, sorted[j] as number];
    if (method === "lower") return a;
    if (method === "higher") return b;
    if (method === "midpoint") return (a + b) / 2;
    // to the even one where two are as near
    if (method === "nearest") return place - i === 0.5 ? (i % 2 === 0 ? a : b) : place - i < 0.5 ? a : b;
    return a + (b - a) * (place - i);
  };
  const methods = fc.constantFrom("linear", "lower", "higher", "midpoint", "nearest");

  it("stand a fraction of the way through the sorted elements", () =>
    holds(
      fc.tuple(numbers(), fc.array(fractions, { minLength: 1, maxLength: 3 }), methods),
      ([x, q, method]) => {
        const sorted = [...x].sort((a, b) => a - b);
        const expected = q.map((fraction) => plain(sorted, fraction, method));
        allClose(list(np.quantile(x, q, { method })), expected);
        allClose(list(np.percentile(x, np.mul(np.array(q), 100), { method })), expected);
        allClose(list(np.nanquantile([Number.NaN, ...x, Number.NaN], q, { method })), expected);
      },
    ));

  it("are NaN with one NaN, and without it those of the rest", () => {
    expect(np.quantile([1, Number.NaN, 3], [0, 0.5]).toArray()).toEqual([Number.NaN, Number.NaN]);
    expect(np.nanquantile([Number.NaN, Number.NaN], 0.5).item()).toBeNaN();
    expect(np.quantile([-Infinity, 1, Infinity], [0, 0.5, 1]).toArray()).toEqual([-Infinity, 1, Infinity]);
    expect(
      np
        .nanmedian(
          [
            [Number.NaN, 2, 4],
            [1, 5, 9],
          ],
          { axis: 1, keepdims: true },
        )
        .toArray(),
    ).toEqual([[3], [5]]);
  });

  it("put the axes of q first and reduce any axes", () => {
    const x = np.reshape(np.arange(24), [2, 3, 4]);
    expect(np.quantile(x, [0.25, 0.5], { axis: [0, 2] }).shape).toEqual([2, 3]);
    expect(np.quantile(x, [0.25, 0.5], { axis: 1, keepdims: true }).shape).toEqual([2, 2, 1, 4]);
    expect(np.quantile(x, 0.5).item()).toBe(11.5);
    expect(np.median(x, { axis: 1 }).toArray()).toEqual(np.quantile(x, 0.5, { axis: 1 }).toArray());
    expect(np.quantile(np.array([1, 2], { dtype: "float32" }), 0.5).dtype).toBe("float32");
  });

  it("have derivatives in the elements and in q", () => {
    const x = np.array([0.5, -1, 2.25, 4, 1.25]);
    for (const f of [np.quantile, np.nanquantile]) {
      checkGrads((v: Tensor, q: Tensor) => f(v, q), [x, np.array([0.3, 0.6])], { order: 2 });
      const rows = np.stack([x, np.mul(x, -1)]);
      const mapped = vmap((v: Tensor) => f(v, 0.3))(rows);
      expect(mapped.toArray()).toEqual(f(rows, 0.3, { axis: 1 }).toArray());
      expect(jit((v: Tensor) => f(v, 0.3))(x).item()).toBe(f(x, 0.3).item());
    }
  });
});

describe("sequences", () => {
  it("diff takes differences again and again", () =>
    holds(fc.tuple(numbers(), fc.nat(3)), ([x, n]) => {
      let expected = x;
      for (let i = 0; i < n; i++) expected = expected.slice(1).map((v, j) => v - (expected[j] as number));
      expect(list(np.diff(x, { n }))).toEqual(expected);
    }));

  it("trapezoid adds areas", () =>
    holds(fc.tuple(numbers(), numbers(9, 9)), ([y, steps]) => {
      const x: number[] = [];
      for (const d of steps.slice(0, y.length)) x.push((x.at(-1) ?? 0) + d);
      const area = (d: (i: number) => number): number =>
        y.slice(1).reduce((a, v, i) => a + (d(i) * (v + (y[i] as number))) / 2, 0);
      close(
        np.trapezoid(y).item(),
        area(() => 1),
      );
      close(
        np.trapezoid(y, { dx: 0.5 }).item(),
        area(() => 0.5),
      );
      close(
        np.trapezoid(y, { x }).item(),
        area((i) => (x[i + 1] as number) - (x[i] as number)),
      );
      const both = np.trapezoid(np.stack([y, y], { axis: 1 }), { x, axis: 0 });
      allClose(list(both), [np.trapezoid(y, { x }).item(), np.trapezoid(y, { x }).item()]);
    }));

  const modes = ["full", "same", "valid"] as const;
  /** NumPy's choice of the middle, and of what overlaps completely. */
  const cut = (full: number[], n: number, m: number, mode: string): number[] => {
    const [long, short] = [Math.max(n, m), Math.min(n, m)];
    if (mode === "full") return full;
    if (mode === "valid") return full.slice(short - 1, long);
    const from = Math.floor((short - 1) / 2);
    return full.slice(from, from + long);
  };
  const convolved = (a: readonly number[], v: readonly number[]): number[] => {
    const out = new Array<number>(a.length + v.length - 1).fill(0);
    a.forEach((x, i) => {
      v.forEach((y, j) => {
        out[i + j] = (out[i + j] as number) + x * y;
      });
    });
    return out;
  };

  it("convolve multiplies polynomials, in every mode", () =>
    holds(fc.tuple(numbers(), numbers()), ([a, v]) => {
      for (const mode of modes)
        allClose(list(np.convolve(a, v, { mode })), cut(convolved(a, v), a.length, v.length, mode));
    }));

  it("correlate is the convolution with the reverse, in full and where all overlap", () =>
    holds(fc.tuple(numbers(), numbers()), ([a, v]) => {
      const full = convolved(a, [...v].reverse());
      for (const mode of ["full", "valid"] as const)
        allClose(list(np.correlate(a, v, { mode })), cut(full, a.length, v.length, mode));
    }));

  it("correlate in the middle is as long as the longer, as in NumPy", () => {
    expect(list(np.correlate([1, 2, 3], [0, 1, 0.5], { mode: "same" }))).toEqual([2, 3.5, 3]);
    expect(list(np.correlate([1, 2, 3, 4], [1, 10], { mode: "same" }))).toEqual([10, 21, 32, 43]);
    expect(list(np.correlate([1, 10], [1, 2, 3, 4], { mode: "same" }))).toEqual([43, 32, 21, 10]);
  });

  it("polyval sums powers, over polynomials and points", () =>
    holds(fc.tuple(numbers(1, 5), numbers()), ([p, x]) => {
      const value = (at: number): number => p.reduce((a, c, i) => a + c * at ** (p.length - 1 - i), 0);
      list(np.polyval(p, x)).forEach((v, i) => {
        const scale = p.reduce(
          (a, c, k) => a + Math.abs(c) * Math.abs(x[i] as number) ** (p.length - 1 - k),
          1,
        );
        expect(Math.abs(v - value(x[i] as number))).toBeLessThanOrEqual(1e-14 * scale);
      });
      expect(np.polyval([], [1, 2]).toArray()).toEqual([0, 0]);
    }));

  it("interp draws lines between points", () =>
    holds(fc.tuple(numbers(), numbers(9, 9), numbers()), ([steps, fp, x]) => {
      const xp: number[] = [];
      for (const d of steps) xp.push((xp.at(-1) ?? -2) + Math.abs(d) + 0.125);
      const values = fp.slice(0, xp.length);
      const at = (v: number): number => {
        if (v <= (xp[0] as number)) return values[0] as number;
        if (v >= (xp.at(-1) as number)) return values.at(-1) as number;
        const i = xp.findIndex((p) => p > v);
        const [x0, x1, y0, y1] = [xp[i - 1], xp[i], values[i - 1], values[i]] as [
          number,
          number,
          number,
          number,
        ];
        return y0 + ((y1 - y0) / (x1 - x0)) * (v - x0);
      };
      allClose(list(np.interp(x, xp, values)), x.map(at));
      expect(list(np.interp([-99, 999], xp, values, { left: 7, right: 8 }))).toEqual([7, 8]);
      expect(np.interp(Number.NaN, xp, values).item()).toBeNaN();
    }));

  it("interp repeats itself at a period, whatever the order of the points", () => {
    // by numpy.interp
    const at = [-180, -170, -185, 185, -10, -5, 0, 365, 3.5];
    const expected = [7.5, 5, 8.75, 6.25, 3, 3.25, 3.5, 3.75, 3.675];
    const [xp, fp] = [np.array([190, -190, 350, -350]), np.array([5, 10, 3, 4])];
    const f = (x: Tensor, p: Tensor, v: Tensor): Tensor => np.interp(x, p, v, { period: 360 });
    allClose(list(f(np.array(at), xp, fp)), expected);
    const inside = np.array([-181.3, 17, 200, 401.5]);
    checkGrads(f, [inside, xp, fp], { order: 2 });
    expect(jit(f)(inside, xp, fp).toArray()).toEqual(f(inside, xp, fp).toArray());
    expect(np.interp(np.array([9], { dtype: "float32" }), [0, 1], [2, 3], { right: 0.1 }).item()).toBe(0.1);
    const single = (values: readonly number[]): Tensor => np.array(values, { dtype: "float32" });
    expect(np.interp(single([9]), single([0, 1]), single([2, 3]), { right: 0.1 }).item()).toBe(
      Math.fround(0.1),
    );
  });

  it("cumlogsumexp is exact before a large element", () =>
    holds(numbers(), (x) => {
      const expected = x.map((_, i) => Math.log(x.slice(0, i + 1).reduce((a, v) => a + Math.exp(v), 0)));
      allClose(list(np.cumlogsumexp(x)), expected);
      expect(np.cumlogsumexp([-700, 5, 1000]).toArray()).toEqual([-700, 5, 1000]);
      expect(np.cumlogsumexp([-Infinity, -Infinity, 0]).toArray()).toEqual([-Infinity, -Infinity, 0]);
    }));

  it("have derivatives in every argument, map, and compile", () => {
    const [x, y] = [np.array([0.5, -1, 2.25, 4, 1.25]), np.array([0.25, 1.5, -0.5])];
    const cases: readonly [(a: Tensor, b: Tensor) => Tensor, Tensor, Tensor][] = [
      [(a) => np.diff(a, { n: 2 }), x, y],
      [(a, b) => np.trapezoid(a, { x: b }), x, np.mul(x, 2)],
      ...modes.flatMap((mode): [(a: Tensor, b: Tensor) => Tensor, Tensor, Tensor][] => [
        [(a, b) => np.convolve(a, b, { mode }), x, y],
        [(a, b) => np.correlate(a, b, { mode }), y, x],
      ]),
      [np.polyval as never, x, y],
      [(a, b) => np.interp(a, [-0.75, 0.6, 2, 3], b), y, np.array([1, -1, 2, 0.5])],
      [(a, b) => np.interp(y, a, b), np.array([-0.75, 0.6, 2, 3]), np.array([1, -1, 2, 0.5])],
      [(a) => np.cumlogsumexp(a), x, y],
    ];
    for (const [f, a, b] of cases) {
      checkGrads(f, [a, b], { order: 2 });
      const both = [np.stack([a, np.add(a, 0.01)]), np.stack([b, np.add(b, 0.01)])] as const;
      const mapped = vmap(f)(...both);
      expect(np.allclose(mapped, np.stack([f(a, b), f(np.add(a, 0.01), np.add(b, 0.01))]))).toBe(true);
      expect(jit(f)(a, b).toArray()).toEqual(f(a, b).toArray());
    }
  });
});

const named =
  /^np\.(nan(?!sum|mean|ToNum)\w+|quantile|percentile|diff|trapezoid|convolve|correlate|polyval|interp|cumlogsumexp)\(/;
const examples = docExamples("numpy", named);

describe("docstrings", () => {
  it("have an example for each", () => expect(examples.length).toBe(21));
  it.each(examples)("$expression", ({ expression, expected }) => {
    const got = new Function("np", `return ${expression};`)(np) as Tensor;
    allClose([got.toArray()].flat() as number[], [expected].flat() as number[]);
  });
});
