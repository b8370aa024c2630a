/**
 * Fourier transforms against their definition, a sum of n terms for each of n elements, and against the theorems that
 * hold of them: for lengths with small factors, with large primes, and of one and two.
 */
import { grad, jit, np, type Tensor, vmap } from "cotangent";
import * as fft from "cotangent/fft";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";

type Pair = readonly [re: number[], im: number[]];

/** The definition, with the angle reduced as a whole number. */
const sums = ([re, im]: Pair, sign = -1): Pair => {
  const n = re.length;
  const out: Pair = [[], []];
  for (let k = 0; k < n; k++) {
    let [a, b] = [0, 0];
    for (let j = 0; j < n; j++) {
      const turn = ((j * k) % n) / n;
      const [c, s] = [Math.cos(2 * Math.PI * turn), sign * Math.sin(2 * Math.PI * turn)];
      a += (re[j] as number) * c - (im[j] as number) * s;
      b += (re[j] as number) * s + (im[j] as number) * c;
    }
    out[0].push(a);
    out[1].push(b);
  }
  return out;
};

const list = (x: Tensor): number[] => np.ravel(x).toArray() as number[];
const lists = ({ re, im }: fft.Complex): Pair => [list(re), list(im)];
const size = (xs: readonly number[]): number => Math.hypot(...xs, 0);

/** The distance of two vectors relative to the second. */
const apart = (x: Pair, y: Pair): number => {
  const [a, b] = [x.flat(), y.flat()];
  expect(a.length).toBe(b.length);
  return size(a.map((value, i) => value - (b[i] as number))) / (size(b) || 1);
};
const close = (x: Pair, y: Pair, tolerance = 1e-14): void =>
  expect(apart(x, y)).toBeLessThanOrEqual(tolerance);

const element = fc.nat(2 ** 20).map((k) => k / 2 ** 19 - 1);
const vector = (n: number): fc.Arbitrary<number[]> => fc.array(element, { minLength: n, maxLength: n });
const lengths = fc.oneof(
  fc.integer({ min: 1, max: 40 }),
  fc.constantFrom(64, 81, 97, 100, 121, 125, 128, 169, 17 * 8, 210, 251, 256),
);
const pair = lengths.chain((n) => fc.tuple(vector(n), vector(n)));
const holds = <T>(arbitrary: fc.Arbitrary<T>, check: (x: T) => void): void =>
  fc.assert(fc.property(arbitrary, check), { numRuns: runs });
const complexOf = ([re, im]: Pair): fft.Complex => ({ re: np.array(re), im: np.array(im) });

describe("along one axis", () => {
  it("fft and ifft are the sums that define them", () =>
    holds(pair, (x) => {
      const n = x[0].length;
      close(lists(fft.fft(complexOf(x))), sums(x));
      const mean = sums(x, 1).map((part) => part.map((v) => v / n)) as unknown as Pair;
      close(lists(fft.ifft(complexOf(x))), mean);
    }));

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 11, 13, 16, 17, 19, 31, 32, 34, 60, 101, 127, 1009])(
    "of %i points",
    (n) => {
      const x: Pair = [
        Array.from({ length: n }, (_, i) => Math.sin(i * i + 1)),
        Array.from({ length: n }, (_, i) => Math.cos(3 * i * i)),
      ];
      close(lists(fft.fft(complexOf(x))), sums(x), 2e-14);
      const real: Pair = [x[0], x[0].map(() => 0)];
      close(lists(fft.fft(np.array(x[0]))), sums(real), 2e-14);
    },
  );

  it("ifft is the inverse of fft, under every norm", () =>
    holds(fc.tuple(pair, fc.constantFrom("backward", "ortho", "forward")), ([x, norm]) => {
      close(lists(fft.ifft(fft.fft(complexOf(x), { norm }), { norm })), x);
    }));

  it("keeps lengths (Parseval)", () =>
    holds(pair, (x) => {
      const length = size(x.flat());
      const other = size(lists(fft.fft(complexOf(x), { norm: "ortho" })).flat());
      expect(Math.abs(length - other)).toBeLessThanOrEqual(1e-14 * length);
    }));

  it("turns a shift into a factor of each frequency", () =>
    holds(fc.tuple(pair, fc.nat(20)), ([x, by]) => {
      const n = x[0].length;
      const moved = fft.fft({ re: np.roll(x[0], by), im: np.roll(x[1], by) });
      const [re, im] = sums(x);
      const turned: Pair = [[], []];
      re.forEach((a, k) => {
        const angle = (-2 * Math.PI * ((k * by) % n)) / n;
        turned[0].push(a * Math.cos(angle) - (im[k] as number) * Math.sin(angle));
        turned[1].push(a * Math.sin(angle) + (im[k] as number) * Math.cos(angle));
      });
      close(lists(moved), turned);
    }));

  it("is linear", () =>
    holds(
      lengths.chain((n) => fc.tuple(vector(n), vector(n))),
      ([x, y]) => {
        const whole = fft.fft(np.add(np.mul(np.array(x), 2), np.array(y)));
        const [a, b] = [fft.fft(x), fft.fft(y)];
        close(lists(whole), [list(np.add(np.mul(a.re, 2), b.re)), list(np.add(np.mul(a.im, 2), b.im))]);
      },
    ));

  it("rfft is the first half of fft, and irfft its inverse, for even and odd lengths", () =>
    holds(lengths.chain(vector), (x) => {
      const n = x.length;
      const whole = sums([x, x.map(() => 0)]);
      const half = Math.floor(n / 2) + 1;
      const given = fft.rfft(x);
      close(lists(given), [whole[0].slice(0, half), whole[1].slice(0, half)]);
      close([list(fft.irfft(given, { n })), []], [x, []]);
    }));

  it("irfft does not read the imaginary parts of the first and the middle element", () => {
    const re = np.array([1, 2, 3]);
    const plain = list(fft.irfft({ re, im: np.array([0, 1, 0]) }));
    expect(list(fft.irfft({ re, im: np.array([7, 1, -9]) }))).toEqual(plain);
    expect(list(fft.irfft({ re, im: np.array([Number.NaN, 1, Infinity]) }))).toEqual(plain);
  });

  it("hfft and ihfft are inverses, and conjugates of the real ones", () =>
    holds(fc.tuple(lengths.chain(vector), fc.constantFrom("backward", "ortho", "forward")), ([x, norm]) => {
      const n = x.length;
      const half = fft.ihfft(x, { norm });
      close([list(fft.hfft(half, { n, norm })), []], [x, []]);
      if (norm !== "ortho") return;
      const { re, im } = fft.rfft(x, { norm });
      close(lists(half), [list(re), list(np.negative(im))]);
    }));

  it("cuts and fills up to n", () => {
    close(
      lists(fft.fft([1, 2, 3, 4], { n: 2 })),
      sums([
        [1, 2],
        [0, 0],
      ]),
    );
    close(
      lists(fft.fft([1, 2], { n: 3 })),
      sums([
        [1, 2, 0],
        [0, 0, 0],
      ]),
    );
    close([list(fft.irfft([3, 1], { n: 5 })), []], [list(fft.ifft([3, 1, 0, 0, 1]).re), []]);
  });

  it("float32 loses nothing on the way", () => {
    const x = Array.from({ length: 3000 }, (_, i) => Math.fround(Math.sin(i * i)));
    const exact = fft.fft(np.array(x));
    const { re, im } = fft.fft(np.array(x, { dtype: "float32" }));
    expect(re.dtype).toBe("float32");
    expect(list(re)).toEqual(list(exact.re).map(Math.fround));
    expect(list(im)).toEqual(list(exact.im).map(Math.fround));
  });

  it.each([2 ** 16, 65537, 3 ** 9, 10007])("of %i points is exact to a few roundings", (n) => {
    // the transform of a single frequency is one element
    const at = Math.floor(n / 3);
    const turn = (j: number): number => (2 * Math.PI * ((j * at) % n)) / n;
    const re = Float64Array.from({ length: n }, (_, j) => Math.cos(turn(j)));
    const im = Float64Array.from({ length: n }, (_, j) => Math.sin(turn(j)));
    const got = fft.fft({ re: np.array(re), im: np.array(im) }, { norm: "forward" });
    const error = np.sub(got.re, np.oneHot(at, n));
    const worst = Math.max(np.max(np.abs(error)).item(), np.max(np.abs(got.im)).item());
    expect(worst).toBeLessThan(2 ** -52 * Math.log2(n));
  });
});

describe("along several axes", () => {
  const shape = [3, 4, 5];
  const cube = np.reshape(np.array(Array.from({ length: 60 }, (_, i) => Math.sin(i * i))), shape);
  const along = (x: fft.Complex, axis: number): fft.Complex => fft.fft(x, { axis });
  const zeros = np.zerosLike(cube);

  it("is one transform after the other", () => {
    const whole = [0, 1, 2].reduce(along, { re: cube, im: zeros });
    close(lists(fft.fftn(cube)), lists(whole), 1e-15);
    close(lists(fft.fft2(cube)), lists([1, 2].reduce(along, { re: cube, im: zeros })), 1e-15);
    close(
      lists(fft.fftn(cube, { axes: [2, 0] })),
      lists([0, 2].reduce(along, { re: cube, im: zeros })),
      1e-15,
    );
    const s = [2, 6];
    const cut = fft.fft(fft.fft(cube, { axis: 2, n: 6 }), { axis: 1, n: 2 });
    close(lists(fft.fft2(cube, { s })), lists(cut), 1e-15);
    close(lists(fft.fftn(cube, { s })), lists(cut), 1e-15);
  });

  it("has inverses", () => {
    close([list(fft.ifftn(fft.fftn(cube)).re), []], [list(cube), []]);
    close([list(fft.ifft2(fft.fft2(cube)).re), []], [list(cube), []]);
    close([list(fft.irfftn(fft.rfftn(cube), { s: shape })), []], [list(cube), []]);
    close([list(fft.irfft2(fft.rfft2(cube), { s: [4, 5] })), []], [list(cube), []]);
    const half = np.slice(fft.fftn(cube).im, "...", { slice: [0, 3] });
    close([list(fft.rfftn(cube).im), []], [list(half), []]);
  });

  it("maps, also over examples of no elements", () => {
    const rows = vmap((x: Tensor) => fft.fft(x))(cube);
    close(lists(rows), lists(fft.fft(cube, { axis: -1 })), 1e-15);
    const middle = vmap((x: Tensor) => fft.rfft(x, { axis: 0 }), { inAxes: 2, outAxes: 2 })(cube);
    close(lists(middle), lists(fft.rfft(cube, { axis: 0 })), 1e-15);
    expect(fft.fft(np.zeros([0, 4])).re.shape).toEqual([0, 4]);
    expect(fft.rfft(np.zeros([2, 0, 5])).im.shape).toEqual([2, 0, 3]);
  });
});

describe("transformations", () => {
  const x = np.array([0.5, -1, 2, 0.25, 3]);

  it("the gradient of the energy is the signal", () => {
    const energy = (y: Tensor): Tensor => {
      const { re, im } = fft.fft(y, { norm: "ortho" });
      return np.sum(np.add(np.square(re), np.square(im)));
    };
    close([list(grad(energy)(x)), []], [list(np.mul(x, 2)), []]);
    close([list(grad((y: Tensor) => np.sum(np.mul(grad(energy)(y), x)))(x)), []], [list(np.mul(x, 2)), []]);
  });

  it("a compiled transform gives the same bits", () => {
    for (const n of [5, 6, 8]) {
      const f = (y: Tensor): Tensor => fft.irfft(fft.rfft(np.mul(y, 2), { n }), { n });
      expect(list(jit(f)(x))).toEqual(list(f(x)));
    }
  });
});

describe("frequencies", () => {
  it("are those of the elements", () => {
    expect(fft.fftfreq(5, { d: 0.1 }).toArray()).toEqual([0, 2, 4, -4, -2]);
    expect(fft.rfftfreq(5).toArray()).toEqual([0, 0.2, 0.4]);
    expect(fft.fftfreq(3, { dtype: "float32" }).dtype).toBe("float32");
  });

  it("shifts are inverses, of tensors and of pairs", () =>
    holds(lengths.chain(vector), (x) => {
      expect(list(fft.ifftshift(fft.fftshift(x)))).toEqual(x);
      const z = fft.fftshift({ re: x, im: x });
      expect(lists(fft.ifftshift(z))).toEqual([x, x]);
      const sorted = list(fft.fftshift(fft.fftfreq(x.length)));
      expect(sorted).toEqual([...sorted].sort((a, b) => a - b));
    }));
});
