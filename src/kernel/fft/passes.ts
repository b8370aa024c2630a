/**
 * The passes of Stockham's transform, which sorts as it goes (Van Loan, Computational Frameworks for the Fast Fourier
 * Transform, 1.7). A pass of radix r takes `stride` interleaved transforms of `length` points to r times as many of
 * length / r: element q + stride (p + k m) of the source, m = length / r, gives q + stride (r p + k) of the result,
 * multiplied by the root of unity of p k.
 */
import { type Points, roots } from "./twiddles.js";

export interface Pass {
  readonly radix: number;
  readonly length: number;
  readonly stride: number;
  /** The roots of unity of the whole transform; those of `length` are `stride` apart. */
  readonly points: Points;
}

type Real = Float64Array;

const radix2 = ({ length, stride: s, points }: Pass, ar: Real, ai: Real, br: Real, bi: Real): void => {
  const m = length / 2;
  const far = s * m;
  for (let p = 0; p < m; p++) {
    const wr = points.re[p * s] as number;
    const wi = points.im[p * s] as number;
    let at = s * p;
    let to = 2 * s * p;
    for (let q = 0; q < s; q++, at++, to++) {
      const xr = ar[at] as number;
      const xi = ai[at] as number;
      const yr = ar[at + far] as number;
      const yi = ai[at + far] as number;
      br[to] = xr + yr;
      bi[to] = xi + yi;
      const dr = xr - yr;
      const di = xi - yi;
      br[to + s] = dr * wr - di * wi;
      bi[to + s] = dr * wi + di * wr;
    }
  }
};

const radix4 = ({ length, stride: s, points }: Pass, ar: Real, ai: Real, br: Real, bi: Real): void => {
  const m = length / 4;
  const far = s * m;
  for (let p = 0; p < m; p++) {
    const step = p * s;
    const w1r = points.re[step] as number;
    const w1i = points.im[step] as number;
    const w2r = points.re[2 * step] as number;
    const w2i = points.im[2 * step] as number;
    const w3r = points.re[3 * step] as number;
    const w3i = points.im[3 * step] as number;
    let at = s * p;
    let to = 4 * s * p;
    for (let q = 0; q < s; q++, at++, to++) {
      const xr = ar[at] as number;
      const xi = ai[at] as number;
      const yr = ar[at + far] as number;
      const yi = ai[at + far] as number;
      const zr = ar[at + 2 * far] as number;
      const zi = ai[at + 2 * far] as number;
      const ur = ar[at + 3 * far] as number;
      const ui = ai[at + 3 * far] as number;
      const evenR = xr + zr;
      const evenI = xi + zi;
      const oddR = yr + ur;
      const oddI = yi + ui;
      const acrossR = xr - zr;
      const acrossI = xi - zi;
      // -i (y - u)
      const turnedR = yi - ui;
      const turnedI = ur - yr;
      br[to] = evenR + oddR;
      bi[to] = evenI + oddI;
      const f1r = acrossR + turnedR;
      const f1i = acrossI + turnedI;
      br[to + s] = f1r * w1r - f1i * w1i;
      bi[to + s] = f1r * w1i + f1i * w1r;
      const f2r = evenR - oddR;
      const f2i = evenI - oddI;
      br[to + 2 * s] = f2r * w2r - f2i * w2i;
      bi[to + 2 * s] = f2r * w2i + f2i * w2r;
      const f3r = acrossR - turnedR;
      const f3i = acrossI - turnedI;
      br[to + 3 * s] = f3r * w3r - f3i * w3i;
      bi[to + 3 * s] = f3r * w3i + f3i * w3r;
    }
  }
};

/** Any odd radix: elements k and r - k are taken together, so that each sine and cosine serves both. */
const radixOdd = (pass: Pass, ar: Real, ai: Real, br: Real, bi: Real): void => {
  const { radix: r, length, stride: s, points } = pass;
  const m = length / r;
  const far = s * m;
  const half = (r - 1) / 2;
  const { re: cosines, im: sines } = roots(r);
  const sumR = new Float64Array(half + 1);
  const sumI = new Float64Array(half + 1);
  const differenceR = new Float64Array(half + 1);
  const differenceI = new Float64Array(half + 1);
  const put = (to: number, root: number, yr: number, yi: number): void => {
    const wr = points.re[root] as number;
    const wi = points.im[root] as number;
    br[to] = yr * wr - yi * wi;
    bi[to] = yr * wi + yi * wr;
  };
  for (let p = 0; p < m; p++) {
    for (let q = 0; q < s; q++) {
      const at = q + s * p;
      const to = q + s * r * p;
      const firstR = ar[at] as number;
      const firstI = ai[at] as number;
      let totalR = firstR;
      let totalI = firstI;
      for (let k = 1; k <= half; k++) {
        const [low, high] = [at + k * far, at + (r - k) * far];
        sumR[k] = (ar[low] as number) + (ar[high] as number);
        sumI[k] = (ai[low] as number) + (ai[high] as number);
        differenceR[k] = (ar[low] as number) - (ar[high] as number);
        differenceI[k] = (ai[low] as number) - (ai[high] as number);
        totalR += sumR[k] as number;
        totalI += sumI[k] as number;
      }
      br[to] = totalR;
      bi[to] = totalI;
      for (let k = 1; k <= half; k++) {
        let evenR = firstR;
        let evenI = firstI;
        let oddR = 0;
        let oddI = 0;
        for (let j = 1, turn = k; j <= half; j++) {
          const c = cosines[turn] as number;
          const d = sines[turn] as number;
          evenR += c * (sumR[j] as number);
          evenI += c * (sumI[j] as number);
          oddR += d * (differenceR[j] as number);
          oddI += d * (differenceI[j] as number);
          turn += k;
          if (turn >= r) turn -= r;
        }
        // i times the odd part is added for k, and taken away for r - k
        put(to + k * s, p * k * s, evenR - oddI, evenI + oddR);
        put(to + (r - k) * s, p * (r - k) * s, evenR + oddI, evenI - oddR);
      }
    }
  }
};

export const runPass = (pass: Pass, ar: Real, ai: Real, br: Real, bi: Real): void => {
  if (pass.radix === 4) radix4(pass, ar, ai, br, bi);
  else if (pass.radix === 2) radix2(pass, ar, ai, br, bi);
  else radixOdd(pass, ar, ai, br, bi);
};
