/** What the special functions answer at the ends of their domains, beyond them and at poles: SciPy's answers. */
import { np, type Tensor } from "cotangent";
import * as special from "cotangent/special";
import { describe, expect, it } from "vitest";

type Numbers = readonly number[];
type AnyFunction = (...xs: never[]) => Tensor;
const { NaN: nan } = Number;
const inf = Infinity;

/** For each function, rows of arguments and the value. */
const ends: Readonly<Record<string, readonly [AnyFunction, ...(readonly Numbers[])]>> = {
  gamma: [
    special.gamma,
    [0, inf],
    [-0, -inf],
    [-1, nan],
    [-7, nan],
    [inf, inf],
    [-inf, nan],
    [nan, nan],
    [171.7, inf],
    [1, 1],
    [23, 1.1240007277776077e21],
    [5e-324, inf],
    [-185.5, -0],
  ],
  gammaln: [special.gammaln, [0, inf], [-1, inf], [inf, inf], [-inf, inf], [nan, nan], [1, 0], [2, 0]],
  gammasgn: [
    special.gammasgn,
    [0, 1],
    [-0, -1],
    [-0.5, -1],
    [-1.5, 1],
    [-1, nan],
    [inf, 1],
    [-inf, nan],
    [nan, nan],
  ],
  beta: [special.beta, [0, 1, inf], [1, 1, 1], [1e-320, 2, inf], [nan, 1, nan], [1, inf, 0]],
  betaln: [special.betaln, [0, 1, inf], [1, inf, -inf], [nan, 1, nan], [1, nan, nan]],
  gammainc: [
    special.gammainc,
    [0, 1, 1],
    [0, 0, nan],
    [1, 0, 0],
    [1, inf, 1],
    [inf, 1, 0],
    [inf, inf, nan],
    [-1, 1, nan],
    [1, -1, nan],
    [nan, 1, nan],
    [1, nan, nan],
    [1e-320, 5, 1],
    [5, 5e-324, 0],
  ],
  gammaincc: [
    special.gammaincc,
    [0, 1, 0],
    [0, 0, nan],
    [1, 0, 1],
    [1, inf, 0],
    [inf, 1, 1],
    [-1, 1, nan],
    [1, -1, nan],
    [nan, 1, nan],
    [1, 800, 0],
  ],
  betainc: [
    special.betainc,
    [2, 3, 0, 0],
    [2, 3, 1, 1],
    [2, 3, -0.1, nan],
    [2, 3, 1.1, nan],
    [-1, 2, 0.5, nan],
    [0, 1, 0.5, 1],
    [1, 0, 0.5, 0],
    [0, 0, 0.5, nan],
    [nan, 1, 0.5, nan],
    [1, 1, nan, nan],
    [inf, 1, 0.5, 0],
    [1, inf, 0.5, 1],
  ],
  digamma: [special.digamma, [0, -inf], [-1, nan], [inf, inf], [nan, nan]],
  zeta: [special.zeta, [1, 2, inf], [0.5, 2, nan], [2, 0, inf], [inf, 2, 0], [nan, 1, nan], [2, nan, nan]],
  erfcx: [special.erfcx, [inf, 0], [-inf, inf], [-28, inf], [0, 1], [nan, nan]],
  erfcInv: [special.erfcInv, [0, inf], [2, -inf], [1, 0], [-0.1, nan], [2.1, nan], [nan, nan]],
  logit: [special.logit, [0, -inf], [1, inf], [0.5, 0], [-0.1, nan], [1.1, nan], [nan, nan]],
  ndtr: [special.ndtr, [-inf, 0], [inf, 1], [0, 0.5], [-40, 0], [nan, nan]],
  logNdtr: [special.logNdtr, [-inf, -inf], [inf, 0], [-1e160, -inf], [nan, nan]],
  ndtri: [special.ndtri, [0, -inf], [1, inf], [0.5, 0], [-0.1, nan], [1.1, nan], [nan, nan]],
  i0: [special.i0, [0, 1], [inf, inf], [-inf, inf], [1000, inf], [nan, nan]],
  i1: [special.i1, [0, 0], [inf, inf], [-inf, -inf], [-1000, -inf], [nan, nan]],
  i0e: [special.i0e, [0, 1], [inf, 0], [-inf, 0], [nan, nan]],
  i1e: [special.i1e, [0, 0], [inf, 0], [nan, nan]],
  exp1: [special.exp1, [0, inf], [inf, 0], [-1, nan], [nan, nan], [800, 0]],
  expi: [special.expi, [0, -inf], [inf, inf], [-inf, 0], [nan, nan], [800, inf]],
  spence: [special.spence, [0, Math.PI ** 2 / 6], [1, 0], [inf, -inf], [-1, nan], [nan, nan]],
  xlogy: [special.xlogy, [0, 0, 0], [0, inf, 0], [0, nan, nan], [1, 0, -inf], [2, -1, nan]],
  xlog1py: [special.xlog1py, [0, -1, 0], [0, nan, nan], [1, -1, -inf], [2, -2, nan]],
  entr: [special.entr, [0, 0], [-1, -inf], [inf, -inf], [nan, nan], [1, -0]],
  relEntr: [
    special.relEntr,
    [0, 0, 0],
    [0, 2, 0],
    [1, 0, inf],
    [-1, 1, inf],
    [0, -1, inf],
    [nan, 1, nan],
    [1, 1, 0],
  ],
  klDiv: [special.klDiv, [0, 0, 0], [0, 2, 2], [1, 0, inf], [-1, 1, inf], [nan, 1, nan], [1, 1, 0]],
};

describe("at the ends", () => {
  it.each(Object.entries(ends))("%s", (_, [f, ...rows]) => {
    for (const row of rows) {
      const got = f(...(row.slice(0, -1) as never[])).item();
      const wanted = row.at(-1) as number;
      if (Number.isFinite(wanted) && wanted !== 0)
        expect(got, String(row)).toBeCloseTo(wanted, 14 - Math.ceil(Math.log10(Math.abs(wanted))));
      else expect(got === wanted || Object.is(got, wanted), `${row}: got ${got}`).toBe(true);
    }
  });

  it("expn and polygamma, whose order comes first", () => {
    expect(special.expn(0, [0, 1]).toArray()).toEqual([inf, Math.exp(-1)]);
    expect(special.expn(3, [0, inf, -1]).toArray()).toEqual([0.5, 0, nan]);
    expect(special.polygamma(1, [0, inf]).toArray()).toEqual([inf, 0]);
  });
});

describe("dtypes and shapes", () => {
  it("integers compute in float64, float32 stays float32 and is the rounded float64", () => {
    expect(special.gammainc(np.array([1, 2], { dtype: "int32" }), 1).dtype).toBe("float64");
    expect(
      special.betainc(np.array(1, { dtype: "int32" }), np.array(2, { dtype: "uint8" }), true).dtype,
    ).toBe("float64");
    const x = np.array([0.3, 1.7, 4.1], { dtype: "float32" });
    const wide = np.astype(x, "float64");
    for (const f of [
      special.gamma,
      special.ndtr,
      special.logNdtr,
      special.i0e,
      special.i1,
      special.exp1,
      special.expi,
      special.erfcx,
      special.entr,
    ]) {
      expect(f(x).dtype).toBe("float32");
      expect(f(x).toArray()).toEqual(np.astype(f(wide), "float32").toArray());
    }
    const mixed = special.betainc(x, 2, 0.5);
    expect(mixed.dtype).toBe("float32");
    expect(mixed.toArray()).toEqual(np.astype(special.betainc(wide, 2, 0.5), "float32").toArray());
  });

  it("operands broadcast", () => {
    const a = np.array([[1], [2]]);
    const x = np.array([0.5, 1, 2]);
    expect(special.gammainc(a, x).shape).toEqual([2, 3]);
    expect(special.betainc(a, x, np.full([4, 1, 1], 0.5)).shape).toEqual([4, 2, 3]);
    expect(special.betainc(a, x, 0.25).toArray()).toEqual(
      [1, 2].map((p) => [0.5, 1, 2].map((q) => special.betainc(p, q, 0.25).item())),
    );
    expect(special.ndtr(np.zeros([2, 0])).shape).toEqual([2, 0]);
    expect(special.betainc(np.zeros([0]), 1, 0.5).shape).toEqual([0]);
  });
});
