/**
 * The real branches of Lambert's W function, w e^w = x (Corless, Gonnet, Hare, Jeffrey and Knuth, "On the Lambert W
 * function", Adv. Comput. Math. 5, 1996). One idea: near the branch point -1 / e the unknown is u = 1 + w, whose equation
 * u + log(1 - u) = log(1 - (1 + e x)) has no cancellation, so that u keeps all digits where w has lost those of u.
 */
import { logRest } from "./quadrature.js";

/** Which of the branches, and whether the function is w or 1 + w. */
export interface LambertPart {
  readonly branch: 0 | -1;
  readonly plusOne: boolean;
  /** Whether numbers come from float32. */
  readonly isSingle: boolean;
}

/** 1 / e as a double, and what it lacks. */
const INVERSE_E = 0.36787944117144233;
const INVERSE_E_LOW = -1.2428753672788363e-17;

/** 1 + w where e x + 1 = delta is below 1 / 2. */
const nearBranchPoint = (delta: number, branch: 0 | -1): number => {
  // the series in p (DLMF 4.13.6)
  const p = (branch === 0 ? 1 : -1) * Math.sqrt(2 * delta);
  let u = p * (1 + p * (-1 / 3 + p * (11 / 72 + p * (-43 / 540 + p * (769 / 17280 - (221 / 8505) * p)))));
  if (Math.abs(p) < 1e-3) return u;
  const right = Math.log1p(-delta);
  for (let i = 0; i < 8; i++) {
    // Halley's method for f = u + log(1 - u) - right, f' = -u / (1 - u), f'' = -1 / (1 - u)^2
    const newton = (logRest(-u) - right) * ((u - 1) / u);
    const step = newton / (1 - newton / (2 * u * (1 - u)));
    u -= step;
    if (Math.abs(step) < 1e-10 * Math.abs(u)) break;
  }
  return u;
};

/**
 * Fritsch's iteration, of order 4 (F. N. Fritsch, R. E. Shafer and W. P. Crowley, Comm. ACM 16, 1973, algorithm 443), on the
 * residual log(x / w) - w, from a guess.
 */
const refined = (x: number, guess: number): number => {
  let w = guess;
  for (let i = 0; i < 6; i++) {
    // of the smallest numbers the quotient would be subnormal
    const z = (Math.abs(x) < 1e-300 ? Math.log(-x) - Math.log(-w) : Math.log(x / w)) - w;
    const q = 2 * (1 + w) * (1 + w + (2 / 3) * z);
    const step = (z / (1 + w)) * ((q - z) / (q - 2 * z));
    w += w * step;
    if (Math.abs(step) < 1e-5) break;
  }
  return w;
};

const principal = (x: number): number => {
  if (x === Number.POSITIVE_INFINITY) return x;
  // x - x^2 + 3 / 2 x^3 - ... (DLMF 4.13.5)
  if (Math.abs(x) < 1e-4) return x * (1 - x * (1 - x * (1.5 - x * (8 / 3 - (125 / 24) * x))));
  // S. Winitzki's uniform approximation (2003) below e, the first terms of DLMF 4.13.10 beyond
  if (x < Math.E) {
    const l = Math.log1p(x);
    return refined(x, l * (1 - Math.log1p(l) / (2 + l)));
  }
  const l = Math.log(x);
  const ll = Math.log(l);
  return refined(x, l - ll + ll / l);
};
/** Between -1 / (2 e) and 0, falling from below -2.6 to minus infinity. */
const lower = (x: number): number => {
  const l = Math.log(-x);
  const ll = Math.log(-l);
  return refined(x, l - ll + ll / l);
};

/**
 * W of a branch, or 1 + W. The double next to -1 / e, which is below it, counts as the branch point, and so does
 * that of float32 if the number came from there; NaN below, and above 0 on the branch -1.
 */
export const lambertW = ({ branch, plusOne, isSingle }: LambertPart, x: number): number => {
  const sum = x + INVERSE_E;
  const delta =
    x === -INVERSE_E || (isSingle && x === Math.fround(-INVERSE_E)) ? 0 : Math.E * (sum + INVERSE_E_LOW);
  if (!(delta >= 0) || (branch === -1 && x > 0)) return Number.NaN;
  if (branch === -1 && x === 0) return Number.NEGATIVE_INFINITY;
  if (delta < 0.5) {
    const u = nearBranchPoint(delta, branch);
    return plusOne ? u : u - 1;
  }
  const w = branch === 0 ? principal(x) : lower(x);
  return plusOne ? 1 + w : w;
};
