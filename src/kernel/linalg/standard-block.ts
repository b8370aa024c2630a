/**
 * Blocks of two rows in the real Schur form, by a rotation made triangular where their eigenvalues are real, or of equal
 * diagonal elements and of off-diagonal ones of opposite signs where they are a complex pair (LAPACK's dlanv2).
 */

/** 2 ** -52, as a number that bundlers can drop. */
const EPSILON = 2.220446049250313e-16;

/** The block turned, and the rotation: rows (x, y) become (c x + s y, c y - s x). */
export interface StandardBlock {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly cosine: number;
  readonly sine: number;
}

const signed = (size: number, like: number): number => (like < 0 || Object.is(like, -0) ? -size : size);

/** The standard form of [[a, b], [c, d]]. The order of real eigenvalues is that of the diagonal where it can be. */
export const standardBlock = (a: number, b: number, c: number, d: number): StandardBlock => {
  if (c === 0) return { a, b, c, d, cosine: 1, sine: 0 };
  if (a === d && b < 0 !== c < 0 && b !== 0) return { a, b, c, d, cosine: 1, sine: 0 };
  const gap = a - d;
  const p = 0.5 * gap;
  const [most, least] = [Math.max(Math.abs(b), Math.abs(c)), Math.min(Math.abs(b), Math.abs(c))];
  const signedLeast = b < 0 === c < 0 ? least : -least;
  const scale = Math.max(Math.abs(p), most);
  const z = (p / scale) * p + (most / scale) * signedLeast;
  if (z >= 4 * EPSILON) {
    const root = p + signed(Math.sqrt(scale) * Math.sqrt(z), p);
    const tau = Math.hypot(c, root);
    return {
      a: d + root,
      b: b - c,
      c: 0,
      d: d - (most / root) * signedLeast,
      cosine: root / tau,
      sine: c / tau,
    };
  }
  return ofEqualDiagonal(a, b, c, d);
};

/** Eigenvalues that are complex, or real and almost equal. */
const ofEqualDiagonal = (a: number, b: number, c: number, d: number): StandardBlock => {
  const sigma = b + c;
  const gap = a - d;
  const tau = Math.hypot(sigma, gap);
  const cosine = tau === 0 ? 1 : Math.sqrt(0.5 * (1 + Math.abs(sigma) / tau));
  const sine = tau === 0 ? 0 : (-(0.5 * gap) / (tau * cosine)) * (sigma < 0 ? -1 : 1);
  const [aa, bb] = [a * cosine + b * sine, -a * sine + b * cosine];
  const [cc, dd] = [c * cosine + d * sine, -c * sine + d * cosine];
  const mean = 0.5 * (aa * cosine + cc * sine + (-bb * sine + dd * cosine));
  const right = bb * cosine + dd * sine;
  const left = -aa * sine + cc * cosine;
  if (left === 0) return { a: mean, b: right, c: 0, d: mean, cosine, sine };
  if (right === 0) return { a: mean, b: -left, c: 0, d: mean, cosine: -sine, sine: cosine };
  if (right < 0 !== left < 0) return { a: mean, b: right, c: left, d: mean, cosine, sine };
  // real after all
  const [sab, sac] = [Math.sqrt(Math.abs(right)), Math.sqrt(Math.abs(left))];
  const half = signed(sab * sac, left);
  const by = 1 / Math.sqrt(Math.abs(right + left));
  const [c1, s1] = [sab * by, sac * by];
  return {
    a: mean + half,
    b: right - left,
    c: 0,
    d: mean - half,
    cosine: cosine * c1 - sine * s1,
    sine: cosine * s1 + sine * c1,
  };
};

/** The block of a pair turned by a right angle, if need be, so that the upper element is the larger: so it is unique but for signs. */
const wider = (block: StandardBlock): StandardBlock => {
  const { a, b, c, d, cosine, sine } = block;
  return Math.abs(b) >= Math.abs(c) ? block : { a: d, b: -c, c: -b, d: a, cosine: -sine, sine: cosine };
};

/** Real parts, and the imaginary part of the first, which is not negative. */
export interface Pair {
  readonly first: number;
  readonly second: number;
  readonly im: number;
}

/** Brings rows k and k + 1 of H to standard form, with what stands right of and above them, and the rows kept. */
export const standardise = (h: Float64Array, n: number, k: number, rows: Float64Array | null): Pair => {
  const [p, q] = [k * n + k, (k + 1) * n + k];
  const { a, b, c, d, cosine, sine } = wider(
    standardBlock(h[p] as number, h[p + 1] as number, h[q] as number, h[q + 1] as number),
  );
  [h[p], h[p + 1], h[q], h[q + 1]] = [a, b, c, d];
  if (rows !== null) {
    for (let i = 0; i < k; i++) {
      const at = i * n + k;
      const [x, y] = [h[at] as number, h[at + 1] as number];
      h[at] = cosine * x + sine * y;
      h[at + 1] = cosine * y - sine * x;
    }
    rotate(h, p + 2, q + 2, n - k - 2, cosine, sine);
    rotate(rows, k * n, (k + 1) * n, n, cosine, sine);
  }
  return { first: a, second: d, im: c === 0 ? 0 : Math.sqrt(Math.abs(b)) * Math.sqrt(Math.abs(c)) };
};

const rotate = (data: Float64Array, p: number, q: number, count: number, c: number, s: number): void => {
  for (let i = 0; i < count; i++) {
    const [x, y] = [data[p + i] as number, data[q + i] as number];
    data[p + i] = c * x + s * y;
    data[q + i] = c * y - s * x;
  }
};
