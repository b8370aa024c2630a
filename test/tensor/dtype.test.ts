import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  allocate,
  type DType,
  dtypeOfStorage,
  dtypes,
  floatOf,
  isFloat,
  isInteger,
  isSigned,
  itemSize,
  promoteDTypes,
  range,
  roundTo,
} from "../../src/tensor/dtype.js";

const dtype = fc.constantFrom<DType>(...dtypes);
const integer = fc.constantFrom<DType>(...dtypes.filter(isInteger));
const pairs = dtypes.flatMap((a) => dtypes.map((b) => [a, b] as const));

/** Whether every element of `a` is one of `b`; float64 holds all, float32 what fits in 24 bits. */
const holds = (b: DType, a: DType): boolean => {
  if (b === "float64" || a === b) return true;
  if (a === "float64" || b === "bool") return false;
  if (a === "bool") return true;
  if (b === "float32") return itemSize(a) < 4;
  if (a === "float32") return false;
  const [low, high] = range(a);
  const [least, most] = range(b);
  return least <= low && high <= most;
};

describe("promotion", () => {
  it("meets in the same dtype from either side", () => {
    for (const [a, b] of pairs) expect(promoteDTypes(a, b)).toBe(promoteDTypes(b, a));
  });
  it("keeps a dtype that meets itself", () => {
    for (const a of dtypes) expect(promoteDTypes(a, a)).toBe(a);
  });
  it("has bool below and float64 above all", () => {
    for (const a of dtypes) {
      expect(promoteDTypes(a, "bool")).toBe(a);
      expect(promoteDTypes(a, "float64")).toBe("float64");
    }
  });
  it("is idempotent: the result already meets both operands in itself", () => {
    for (const [a, b] of pairs) {
      const c = promoteDTypes(a, b);
      // float32 is where JAX's lattice is coarser than the numbers: it takes integers of any width
      expect(promoteDTypes(a, c)).toBe(c);
      expect(promoteDTypes(b, c)).toBe(c);
    }
  });
  it("holds every element of both, but for 32-bit integers in float32", () => {
    for (const [a, b] of pairs) {
      const c = promoteDTypes(a, b);
      for (const x of [a, b]) {
        const rounds = c === "float32" && isInteger(x) && itemSize(x) === 4;
        expect(holds(c, x), `${x} in ${c}`).toBe(!rounds);
      }
    }
  });
  it("takes the least integer dtype that holds both, if there is one", () => {
    fc.assert(
      fc.property(integer, integer, (a, b) => {
        const c = promoteDTypes(a, b);
        const candidates = dtypes.filter((d) => isInteger(d) && holds(d, a) && holds(d, b));
        const least = candidates.reduce(
          (m, d) => (m === undefined || itemSize(d) < itemSize(m) ? d : m),
          candidates[0],
        );
        expect(c).toBe(least ?? "float64");
      }),
    );
  });
  it("is associative among floats and bool and among integers of 16 bits or less", () => {
    const small = fc.constantFrom<DType>("int8", "uint8", "int16", "uint16", "bool");
    const floats = fc.constantFrom<DType>("float32", "float64", "bool");
    for (const some of [small, floats]) {
      fc.assert(
        fc.property(some, some, some, (a, b, c) => {
          expect(promoteDTypes(promoteDTypes(a, b), c)).toBe(promoteDTypes(a, promoteDTypes(b, c)));
        }),
      );
    }
  });
  it("is not associative where uint32 meets a signed integer and float32: float64 has been reached before", () => {
    expect(promoteDTypes(promoteDTypes("uint32", "int8"), "float32")).toBe("float64");
    expect(promoteDTypes("uint32", promoteDTypes("int8", "float32"))).toBe("float32");
  });
  it("leads from everything to a float", () => {
    expect(dtypes.map(floatOf)).toEqual(dtypes.map((d) => (d === "float32" ? "float32" : "float64")));
  });
});

describe("storage", () => {
  it("has a typed array for every dtype, found again but for bool", () => {
    for (const d of dtypes) {
      const data = allocate(d, 3);
      expect(data.length).toBe(3);
      expect(data.BYTES_PER_ELEMENT).toBe(itemSize(d));
      expect(dtypeOfStorage(data)).toBe(d === "bool" ? "uint8" : d);
    }
    expect(dtypeOfStorage(new Uint8ClampedArray(1))).toBe("uint8");
    expect(dtypeOfStorage(new BigInt64Array(1))).toBeUndefined();
    expect(dtypeOfStorage(new DataView(new ArrayBuffer(8)))).toBeUndefined();
  });
  it("rounds as the typed array does, to the bit", () => {
    const value = fc.oneof(
      fc.double(),
      fc.integer(),
      fc.constantFrom(-0, 0.5, -0.5, 2 ** 31, -(2 ** 31) - 1, 2 ** 32 + 7, 1e300),
    );
    fc.assert(
      fc.property(dtype, value, (d, x) => {
        const data = allocate(d, 1);
        data[0] = x;
        expect(Object.is(roundTo(d, x), d === "bool" ? Number(x !== 0) : data[0])).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
  it("knows the range of each integer dtype: its ends stay, the next numbers wrap around", () => {
    for (const d of dtypes.filter(isInteger)) {
      const [low, high] = range(d);
      expect(roundTo(d, low)).toBe(low);
      expect(roundTo(d, high)).toBe(high);
      expect(roundTo(d, high + 1)).toBe(low);
      expect(roundTo(d, low - 1)).toBe(high);
      expect(isSigned(d)).toBe(low < 0);
    }
    expect(range("bool")).toEqual([0, 1]);
    expect(range("float32")).toEqual([-Infinity, Infinity]);
  });
  it("tells floats, integers and bool apart", () => {
    for (const d of dtypes) expect([isFloat(d), isInteger(d), d === "bool"].filter(Boolean)).toHaveLength(1);
  });
});
