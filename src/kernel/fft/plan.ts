/**
 * How a transform of a given length is done: by passes where its prime factors are small, and otherwise by Bluestein's
 * convolution, as a transform of a length whose factors are (Bluestein, A linear filtering approach to the computation
 * of the discrete Fourier transform, 1970). The real transform of even length is a complex one of half of it.
 */
import { type Pass, runPass } from "./passes.js";
import { chirp, roots } from "./twiddles.js";

type Real = Float64Array;

/** The forward transform of a vector: the sums over j of x_j e^(-2 pi i j k / n). The source is left as it is. */
export type Transform = (sourceR: Real, sourceI: Real, targetR: Real, targetI: Real) => void;
/** The same for a real vector. */
export type RealTransform = (source: Real, targetR: Real, targetI: Real) => void;

/** Radices in the order of the passes, or null where a prime factor is too large for one. */
const radicesOf = (n: number): readonly number[] | null => {
  const radices: number[] = [];
  let rest = n;
  for (const radix of [4, 2, 3, 5, 7, 11, 13]) {
    while (rest % radix === 0) {
      radices.push(radix);
      rest /= radix;
    }
  }
  return rest === 1 ? radices : null;
};

const byPasses = (n: number, radices: readonly number[]): Transform => {
  const points = roots(n);
  let stride = 1;
  const passes = radices.map((radix): Pass => {
    const pass = { radix, length: n / stride, stride, points };
    stride *= radix;
    return pass;
  });
  const betweenR = new Float64Array(n);
  const betweenI = new Float64Array(n);
  return (sourceR, sourceI, targetR, targetI) => {
    if (passes.length === 0) {
      targetR.set(sourceR);
      targetI.set(sourceI);
    }
    let [fromR, fromI] = [sourceR, sourceI];
    passes.forEach((pass, i) => {
      // the last pass writes to the target
      const direct = (passes.length - i) % 2 === 1;
      const [toR, toI] = direct ? [targetR, targetI] : [betweenR, betweenI];
      runPass(pass, fromR, fromI, toR, toI);
      [fromR, fromI] = [toR, toI];
    });
  };
};

/** The shortest length with a fast transform that is at least `n`. */
const roomyLength = (n: number): number => {
  let power = 1;
  while (power < n) power *= 2;
  return power >= 4 && 0.75 * power >= n ? 0.75 * power : power;
};

// jk = (j^2 + k^2 - (k - j)^2) / 2 makes the sum over j of x_j w^(jk) a convolution with w^(-j^2 / 2)
const byConvolution = (n: number): Transform => {
  const size = roomyLength(2 * n - 1);
  const inner = planOf(size);
  const w = chirp(n);
  const real = (): Real => new Float64Array(size);
  const [padR, padI, spectrumR, spectrumI, filterR, filterI] = [
    real(),
    real(),
    real(),
    real(),
    real(),
    real(),
  ];
  for (let j = 0; j < n; j++) {
    for (const at of j === 0 ? [0] : [j, size - j]) {
      padR[at] = w.re[j] as number;
      padI[at] = -(w.im[j] as number);
    }
  }
  inner(padR, padI, filterR, filterI);
  return (sourceR, sourceI, targetR, targetI) => {
    padR.fill(0, n);
    padI.fill(0, n);
    for (let j = 0; j < n; j++) {
      const [xr, xi, wr, wi] = [sourceR[j], sourceI[j], w.re[j], w.im[j]] as [number, number, number, number];
      padR[j] = xr * wr - xi * wi;
      padI[j] = xr * wi + xi * wr;
    }
    inner(padR, padI, spectrumR, spectrumI);
    for (let k = 0; k < size; k++) {
      const xr = spectrumR[k] as number;
      const xi = spectrumI[k] as number;
      const fr = filterR[k] as number;
      const fi = filterI[k] as number;
      spectrumR[k] = (xr * fr - xi * fi) / size;
      spectrumI[k] = (xr * fi + xi * fr) / size;
    }
    // with real and imaginary parts exchanged the forward transform is the inverse
    inner(spectrumI, spectrumR, padI, padR);
    for (let k = 0; k < n; k++) {
      const [yr, yi, wr, wi] = [padR[k], padI[k], w.re[k], w.im[k]] as [number, number, number, number];
      targetR[k] = yr * wr - yi * wi;
      targetI[k] = yr * wi + yi * wr;
    }
  };
};

// z_j = x_2j + i x_2j+1 has the transform Z = E + i O with E, O those of the even and odd elements, and both are found
// in it: E_k = (Z_k + conj Z_h-k) / 2, O_k = (Z_k - conj Z_h-k) / 2i. Then X_k = E_k + w^k O_k.
const byHalves = (n: number): RealTransform => {
  const h = n / 2;
  const inner = planOf(h);
  const w = roots(n, h + 1);
  const real = (): Real => new Float64Array(h);
  const [evens, odds, zr, zi] = [real(), real(), real(), real()];
  return (source, targetR, targetI) => {
    for (let j = 0; j < h; j++) {
      evens[j] = source[2 * j] as number;
      odds[j] = source[2 * j + 1] as number;
    }
    inner(evens, odds, zr, zi);
    for (let k = 0; k <= h; k++) {
      const at = k === h ? 0 : k;
      const mirror = k === 0 ? 0 : h - k;
      const dr = 0.5 * ((zr[at] as number) - (zr[mirror] as number));
      const di = 0.5 * ((zi[at] as number) + (zi[mirror] as number));
      const wr = w.re[k] as number;
      const wi = w.im[k] as number;
      const re = 0.5 * ((zr[at] as number) + (zr[mirror] as number)) + wr * di + wi * dr;
      const im = 0.5 * ((zi[at] as number) - (zi[mirror] as number)) - wr * dr + wi * di;
      targetR[k] = re;
      targetI[k] = im;
      if (k > 0 && k < h) {
        targetR[n - k] = re;
        targetI[n - k] = -im;
      }
    }
  };
};

const byComplex = (n: number): RealTransform => {
  const inner = planOf(n);
  const zeros = new Float64Array(n);
  return (source, targetR, targetI) => inner(source, zeros, targetR, targetI);
};

const kept: Map<number, Transform> = new Map();
const keptReal: Map<number, RealTransform> = new Map();
const MOST_KEPT = 24;

const found = <T>(plans: Map<number, T>, n: number, make: (n: number) => T): T => {
  const known = plans.get(n);
  if (known !== undefined) return known;
  const made = make(n);
  if (plans.size >= MOST_KEPT) plans.clear();
  plans.set(n, made);
  return made;
};

/** The transform of vectors of n elements, n >= 1. */
export const planOf = (n: number): Transform =>
  found(kept, n, () => {
    const radices = radicesOf(n);
    return radices === null ? byConvolution(n) : byPasses(n, radices);
  });
/** The transform of real vectors of n elements. */
export const realPlanOf = (n: number): RealTransform =>
  found(keptReal, n, () => (n % 2 === 0 ? byHalves(n) : byComplex(n)));
