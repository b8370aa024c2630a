/**
 * Cosine and sine transforms against the sums that define them (SciPy's, scipy.fft.dct and dst), of all types, norms and
 * of lengths even, odd and prime; their inverses, orthogonality, derivatives.
 */
import { grad, jit, np, type Tensor, vmap } from "cotangent";
import * as fft from "cotangent/fft";
import { checkGrads } from "cotangent/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";

type Type = 1 | 2 | 3 | 4;
type Norm = "backward" | "ortho" | "forward";
const types: readonly Type[] = [1, 2, 3, 4];
const norms: readonly Norm[] = ["backward", "ortho", "forward"];

/** cos(pi a / b), or the sine, with the angle reduced as a whole number. */
const turn = (f: (x: number) => number, a: number, b: number): number => f((Math.PI * (a % (2 * b))) / b);

/** The matrices of the definitions, without norms. */
const cosines: Readonly<Record<Type, (k: number, j: number, n: number) => number>> = {
  1: (k, j, n) => (j === 0 || j === n - 1 ? 1 : 2) * turn(Math.cos, j * k, n - 1),
  2: (k, j, n) => 2 * turn(Math.cos, k * (2 * j + 1), 2 * n),
  3: (k, j, n) => (j === 0 ? 1 : 2) * turn(Math.cos, j * (2 * k + 1), 2 * n),
  4: (k, j, n) => 2 * turn(Math.cos, (2 * k + 1) * (2 * j + 1), 4 * n),
};
const sines: typeof cosines = {
  1: (k, j, n) => 2 * turn(Math.sin, (k + 1) * (j + 1), n + 1),
  2: (k, j, n) => 2 * turn(Math.sin, (k + 1) * (2 * j + 1), 2 * n),
  3: (k, j, n) => (j === n - 1 ? 1 : 2) * turn(Math.sin, (j + 1) * (2 * k + 1), 2 * n),
  4: (k, j, n) => 2 * turn(Math.sin, (2 * k + 1) * (2 * j + 1), 4 * n),
};
const kinds = [
  {
    name: "dct",
    forward: fft.dct,
    inverse: fft.idct,
    entries: cosines,
    points: (n: number) => n - 1,
    end: () => 0,
  },
  {
    name: "dst",
    forward: fft.dst,
    inverse: fft.idst,
    entries: sines,
    points: (n: number) => n + 1,
    end: (n: number) => n - 1,
  },
];
type Kind = (typeof kinds)[number];

/** The definition, also of what "ortho" means: an element that has its own weight before or after. */
const byDefinition = (
  { entries, points, end, name }: Kind,
  x: readonly number[],
  type: Type,
  norm: Norm,
): number[] => {
  const n = x.length;
  const size = 2 * (type === 1 ? points(n) : n);
  const ortho = norm === "ortho";
  const isEnd = (k: number): boolean =>
    type === 1 ? name === "dct" && (k === 0 || k === n - 1) : k === end(n);
  const factor = norm === "backward" ? 1 : norm === "forward" ? 1 / size : 1 / Math.sqrt(size);
  return x.map((_, k) => {
    const after = ortho && (type === 1 || type === 2) && isEnd(k) ? Math.SQRT1_2 : 1;
    const sum = x.reduce((s, value, j) => {
      const before = ortho && (type === 1 || type === 3) && isEnd(j) ? Math.SQRT2 : 1;
      return s + before * value * entries[type](k, j, n);
    }, 0);
    return after * factor * sum;
  });
};

const list = (x: Tensor): number[] => np.ravel(x).toArray() as number[];
const size = (xs: readonly number[]): number => Math.hypot(...xs, 0);
const close = (x: readonly number[], y: readonly number[], tolerance = 2e-14): void => {
  expect(x.length).toBe(y.length);
  expect(size(x.map((value, i) => value - (y[i] as number)))).toBeLessThanOrEqual(tolerance * (size(y) || 1));
};

const element = fc.nat(2 ** 20).map((k) => k / 2 ** 19 - 1);
const vector = fc
  .oneof(fc.integer({ min: 2, max: 24 }), fc.constantFrom(31, 36, 64, 97))
  .chain((n) => fc.array(element, { minLength: n, maxLength: n }));
const holds = <T>(arbitrary: fc.Arbitrary<T>, check: (x: T) => void): void =>
  fc.assert(fc.property(arbitrary, check), { numRuns: runs });
const signal = (n: number): number[] => Array.from({ length: n }, (_, i) => Math.sin(i * i + 1));

describe.each(kinds)("$name", (kind) => {
  const { forward, inverse } = kind;
  const each = types.flatMap((type) => norms.map((norm) => ({ type, norm })));

  it.each(each)("of type $type, $norm, is the sum that defines it", ({ type, norm }) => {
    for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 17, 60, 101, 128]) {
      if (n === 1 && type === 1 && kind.name === "dct") continue;
      const x = signal(n);
      close(list(forward(x, { type, norm })), byDefinition(kind, x, type, norm), 3e-14);
    }
    holds(vector, (x) => {
      const y = forward(x, { type, norm });
      close(list(y), byDefinition(kind, x, type, norm));
      close(list(inverse(y, { type, norm })), x);
    });
  });

  it("is orthogonal under ortho", () =>
    holds(fc.tuple(vector, fc.constantFrom(...types)), ([x, type]) => {
      const length = size(list(forward(x, { type, norm: "ortho" })));
      expect(Math.abs(length - size(x))).toBeLessThanOrEqual(1e-14 * size(x));
    }));

  it("is of type 2 and along the last axis by default, cut and filled up to n", () => {
    const x = np.reshape(np.array(signal(12)), [3, 4]);
    expect(list(forward(x))).toEqual(list(forward(x, { type: 2, axis: 1, norm: "backward" })));
    close(list(np.transpose(forward(x, { axis: 0 }))), list(forward(np.transpose(x))), 1e-16);
    close(list(forward([1, 2, 3, 4], { n: 2 })), list(forward([1, 2])), 1e-16);
    close(list(forward([1, 2], { n: 3, type: 4 })), list(forward([1, 2, 0], { type: 4 })), 1e-16);
  });

  it("has its transpose for gradients, of every order, mapped and compiled", () => {
    for (const type of types)
      for (const n of [4, 5]) {
        const f = (x: Tensor): Tensor => forward(np.mul(x, x), { type, norm: "ortho" });
        const x = np.array(signal(n));
        checkGrads(f, [x], { order: 2 });
        expect(list(jit(f)(x))).toEqual(list(f(x)));
        const rows = np.array([signal(n), signal(n + 1).slice(1)]);
        expect(list(vmap(f)(rows))).toEqual(list(np.stack([f(np.slice(rows, 0)), f(np.slice(rows, 1))])));
        // the matrix is orthogonal: the gradient of |y|^2 / 2 in the operand is the operand
        const energy = (y: Tensor): Tensor =>
          np.mul(0.5, np.sum(np.square(forward(y, { type, norm: "ortho" }))));
        close(list(grad(energy)(x)), list(x), 1e-14);
      }
  });

  it("of float32 is that of float64, rounded once", () => {
    const x = signal(300).map(Math.fround);
    const y = forward(np.array(x, { dtype: "float32" }), { type: 4 });
    expect(y.dtype).toBe("float32");
    expect(list(y)).toEqual(list(forward(x, { type: 4 })).map(Math.fround));
  });

  it.each([2 ** 14, 10007, 3 ** 9])("of %i points keeps its digits", (n) => {
    const x = np.array(signal(n));
    for (const type of types) {
      const back = inverse(forward(x, { type }), { type });
      expect(np.max(np.abs(np.sub(back, x))).item()).toBeLessThan(2e-14);
    }
  });
});

describe("along several axes", () => {
  const cube = np.reshape(np.array(signal(60)), [3, 4, 5]);
  it("is one transform after the other, and has inverses", () => {
    for (const type of types) {
      const whole = [2, 1, 0].reduce((x: Tensor, axis) => fft.dct(x, { type, axis }), cube);
      expect(list(fft.dctn(cube, { type }))).toEqual(list(whole));
      const odd = [2, 0].reduce((x: Tensor, axis) => fft.dst(x, { type, axis }), cube);
      expect(list(fft.dstn(cube, { type, axes: [0, 2] }))).toEqual(list(odd));
      close(list(fft.idctn(fft.dctn(cube, { type }), { type })), list(cube));
      close(list(fft.idstn(fft.dstn(cube, { type, norm: "ortho" }), { type, norm: "ortho" })), list(cube));
    }
    expect(fft.dctn(cube, { s: [2, 6] }).shape).toEqual([3, 2, 6]);
  });
  it("maps over no examples", () => {
    expect(fft.dct(np.zeros([0, 4])).shape).toEqual([0, 4]);
    expect(fft.dst(np.zeros([2, 0, 5]), { type: 1 }).shape).toEqual([2, 0, 5]);
  });
});

describe("SciPy", () => {
  // scipy.fft 1.17
  const rows: readonly (readonly ["dct" | "idct" | "dst" | "idst", Type, Norm, readonly number[]])[] = [
    ["dct", 2, "ortho", [13.863621460499, -11.253002531874, 4.214126447246, -1.967214786857, 0.73562102106]],
    ["dct", 2, "forward", [6.2, -3.558511851636, 1.332623792125, -0.622087937323, 0.232623792125]],
    ["dct", 4, "ortho", [7.420603256991, -10.618869179361, 8.497058314499, -7.398204067111, 6.800061855258]],
    ["dct", 4, "forward", [2.346600790456, -3.357981278214, 2.687005768509, -2.339517544679, 2.150368369265]],
    ["idct", 1, "ortho", [13.010407640086, -10.5, 5.671572875254, -4.5, 3.010407640086]],
    ["idct", 1, "forward", [45.0, -23.485281374239, 9.0, -6.514718625761, 5.0]],
    ["idct", 3, "ortho", [13.863621460499, -11.253002531874, 4.214126447246, -1.967214786857, 0.73562102106]],
    ["idct", 3, "forward", [62.0, -35.585118516364, 13.326237921249, -6.220879373232, 2.326237921249]],
    ["dst", 2, "ortho", [10.968966493094, -9.185226246948, 8.122916598943, -6.792026118352, 4.9193495505]],
    ["dst", 2, "forward", [3.468691769625, -2.904623576432, 2.568691769625, -2.147827246134, 2.2]],
    ["dst", 4, "ortho", [16.964929152278, -6.48253373242, 3.1304951685, -1.019917271669, 0.572454386971]],
    ["dst", 4, "forward", [5.364781646459, -2.049957160332, 0.989949493661, -0.322526160342, 0.181025971938]],
    ["idst", 1, "ortho", [12.21687836487, -10.5, 7.505553499465, -4.5, 2.21687836487]],
    ["idst", 1, "forward", [42.320508075689, -36.373066958946, 26.0, -15.58845726812, 7.679491924311]],
    ["idst", 3, "ortho", [10.968966493094, -9.185226246948, 8.122916598943, -6.792026118352, 4.9193495505]],
    ["idst", 3, "forward", [34.686917696247, -29.046235764316, 25.686917696247, -21.478272461345, 22.0]],
  ];
  it.each(rows)("%s of type %i, %s", (name, type, norm, wanted) => {
    const { dct, idct, dst, idst } = fft;
    close(list({ dct, idct, dst, idst }[name]([1, 2, 4, 8, 16], { type, norm })), wanted, 1e-12);
  });
});
