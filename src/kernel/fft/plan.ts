/**
 * How a transform of a given length is done: by passes where its prime factors are small, and otherwise by Bluestein's
 * convolution, as a transform of a length whose factors are (Bluestein, A linear filtering approach to the computation
 * of the discrete Fourier transform, 1970). The real transform of even length is a complex one of half of it.
 */
import { type Pass, runPass } from "./passes.js";
import { Room, type Workplace } from "./room.js";
import { chirp, type Points, roots } from "./twiddles.js";

type Real = Float64Array;

/** The forward transform of a vector: the sums over j of x_j e^(-2 pi i j k / n). The source is left as it is. */
export type Transform = (sourceR: Real, sourceI: Real, targetR: Real, targetI: Real) => void;
/** The same for a real vector. */
export type RealTransform = (source: Real, targetR: Real, targetI: Real) => void;

/** How a length is transformed: between vectors of the caller, or in a place that the caller fills and reads. */
interface Plan {
  readonly transform: Transform;
  readonly workplace: Workplace;
}

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

const passesOf = (n: number, radices: readonly number[]): readonly Pass[] => {
  const points = roots(n);
  let stride = 1;
  return radices.map((radix): Pass => {
    const pass = { radix, length: n / stride, stride, points };
    stride *= radix;
    return pass;
  });
};

const byPasses = (n: number, passes: readonly Pass[]): Transform => {
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

const transformAt =
  ({ source, run }: Workplace): Transform =>
  (sourceR, sourceI, targetR, targetI) => {
    const { re, im } = source();
    re.set(sourceR);
    im.set(sourceI);
    const result = run();
    targetR.set(result.re);
    targetI.set(result.im);
  };

/** A plan whose transform needs no place of its own; one is made for those who ask. */
const around = (n: number, transform: Transform): Plan => {
  let place: Workplace | undefined;
  const make = (): Workplace => {
    const [source, target] = [roomOf(n), roomOf(n)];
    return {
      source: () => source,
      run: () => {
        transform(source.re, source.im, target.re, target.im);
        return target;
      },
    };
  };
  return {
    transform,
    get workplace() {
      place ??= make();
      return place;
    },
  };
};

const roomOf = (n: number): Points => ({ re: new Float64Array(n), im: new Float64Array(n) });

/** The shortest length with a fast transform that is at least `n`. */
const roomyLength = (n: number): number => {
  let power = 1;
  while (power < n) power *= 2;
  return power >= 4 && 0.75 * power >= n ? 0.75 * power : power;
};

// jk = (j^2 + k^2 - (k - j)^2) / 2 makes the sum over j of x_j w^(jk) a convolution with w^(-j^2 / 2)
const byConvolution = (n: number): Transform => {
  const size = roomyLength(2 * n - 1);
  const { workplace } = planOf(size);
  const w = chirp(n);
  const given = workplace.source();
  given.re.fill(0);
  given.im.fill(0);
  for (let j = 0; j < n; j++) {
    for (const at of j === 0 ? [0] : [j, size - j]) {
      given.re[at] = w.re[j] as number;
      given.im[at] = -(w.im[j] as number);
    }
  }
  const { re, im } = workplace.run();
  // the inverse transform divides
  const [filterR, filterI] = [re.map((x) => x / size), im.map((x) => x / size)];
  return (sourceR, sourceI, targetR, targetI) => {
    const { re: padR, im: padI } = workplace.source();
    padR.fill(0, n);
    padI.fill(0, n);
    for (let j = 0; j < n; j++) {
      const xr = sourceR[j] as number;
      const xi = sourceI[j] as number;
      const wr = w.re[j] as number;
      const wi = w.im[j] as number;
      padR[j] = xr * wr - xi * wi;
      padI[j] = xr * wi + xi * wr;
    }
    const { re: spectrumR, im: spectrumI } = workplace.run();
    for (let k = 0; k < size; k++) {
      const xr = spectrumR[k] as number;
      const xi = spectrumI[k] as number;
      const fr = filterR[k] as number;
      const fi = filterI[k] as number;
      // with real and imaginary parts exchanged the forward transform is the inverse
      padI[k] = xr * fr - xi * fi;
      padR[k] = xr * fi + xi * fr;
    }
    const { re: backI, im: backR } = workplace.run();
    for (let k = 0; k < n; k++) {
      const yr = backR[k] as number;
      const yi = backI[k] as number;
      const wr = w.re[k] as number;
      const wi = w.im[k] as number;
      targetR[k] = yr * wr - yi * wi;
      targetI[k] = yr * wi + yi * wr;
    }
  };
};

// z_j = x_2j + i x_2j+1 has the transform Z = E + i O with E, O those of the even and odd elements, and both are found
// in it: E_k = (Z_k + conj Z_h-k) / 2, O_k = (Z_k - conj Z_h-k) / 2i. Then X_k = E_k + w^k O_k.
const byHalves = (n: number): RealTransform => {
  const h = n / 2;
  const { workplace } = planOf(h);
  const w = roots(n, h + 1);
  return (source, targetR, targetI) => {
    const { re: evens, im: odds } = workplace.source();
    for (let j = 0; j < h; j++) {
      evens[j] = source[2 * j] as number;
      odds[j] = source[2 * j + 1] as number;
    }
    const { re: zr, im: zi } = workplace.run();
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
  const { transform } = planOf(n);
  const zeros = new Float64Array(n);
  return (source, targetR, targetI) => transform(source, zeros, targetR, targetI);
};

/** Shorter transforms do not repay the way into memory and back. */
const SHORT = 32;
const MOST_KEPT = 24;
const MOST_BYTES = 2 ** 28;

const kept: Map<number, Plan> = new Map();
const keptReal: Map<number, RealTransform> = new Map();
let room: Room | null | undefined;

const inRoom = (n: number, passes: readonly Pass[]): Workplace | null => {
  if (n < SHORT || passes.length < 2) return null;
  if (room === undefined) room = Room.open();
  try {
    return room === null ? null : room.workplace(n, passes);
  } catch {
    // no memory of that size
    return null;
  }
};

const made = (n: number): Plan => {
  const radices = radicesOf(n);
  if (radices === null) return around(n, byConvolution(n));
  const passes = passesOf(n, radices);
  const workplace = inRoom(n, passes);
  return workplace === null
    ? around(n, byPasses(n, passes))
    : { workplace, transform: transformAt(workplace) };
};

const found = <T>(plans: Map<number, T>, n: number, make: (n: number) => T): T => {
  const known = plans.get(n);
  if (known !== undefined) return known;
  const plan = make(n);
  if (kept.size + keptReal.size >= MOST_KEPT || (room?.size ?? 0) > MOST_BYTES) {
    // all of them: they share their room
    kept.clear();
    keptReal.clear();
    if (room !== null) room = undefined;
  }
  plans.set(n, plan);
  return plan;
};

/** The transform of vectors of n elements, n >= 1. */
export const planOf = (n: number): Plan => found(kept, n, made);
/** The transform of real vectors of n elements. */
export const realPlanOf = (n: number): RealTransform =>
  found(keptReal, n, n % 2 === 0 ? byHalves : byComplex);
