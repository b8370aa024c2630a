/**
 * Moments of decaying functions by Gauss-Legendre quadrature on panels of ten e-folds at most, where sixteen points
 * are exact to the last digit; and the two elementary remainders that exponents of such functions are made of.
 */

/** Nodes in (0, 1) of the rule with 16 points on [-1, 1], each with its weight. */
const NODES: readonly number[] = [
  0.09501250983763744, 0.1894506104550685, 0.2816035507792589, 0.18260341504492358, 0.4580167776572274,
  0.16915651939500254, 0.6178762444026438, 0.14959598881657674, 0.755404408355003, 0.12462897125553388,
  0.8656312023878318, 0.09515851168249279, 0.9445750230732326, 0.062253523938647894, 0.9894009349916499,
  0.027152459411754096,
];

/** How far an integrand falls before it is cut off: e^-44 is 8e-20; further for a power that rises beside it. */
const FALL = 44;
const FALL_PER_POWER = 2.5;

/**
 * The integrals of w^k exp(-h(w)) over w > 0 for k = 0 ... n, where h is convex and rises from h(0) = 0. `start` is
 * a point at which h is about 44 or more, from which Newton's method walks to where it has fallen far enough. With a `weight`,
 * which rises as w^degree does, its product with them.
 */
export const decayMoments = (
  h: (w: number) => number,
  slope: (w: number) => number,
  start: number,
  n: number,
  weight?: (w: number) => number,
  degree: number = n,
): Float64Array => {
  const fall = FALL + FALL_PER_POWER * degree;
  let end = start;
  for (let i = 0; i < 30; i++) {
    const step = (h(end) - fall) / slope(end);
    end -= step;
    if (!(step > 0.05 * end)) break;
  }
  const sums = new Float64Array(n + 1);
  const panels = 5;
  const half = end / (2 * panels);
  for (let panel = 0; panel < panels; panel++) {
    const middle = (2 * panel + 1) * half;
    for (let i = 0; i < NODES.length; i += 2) {
      const offset = half * (NODES[i] as number);
      const share = half * (NODES[i + 1] as number);
      for (let w = middle - offset, side = 0; side < 2; w = middle + offset, side++) {
        let term = share * Math.exp(-h(w));
        if (weight !== undefined) term *= weight(w);
        for (let k = 0; k <= n; k++) {
          sums[k] = (sums[k] as number) + term;
          term *= w;
        }
      }
    }
  }
  return sums;
};

/** The integral of a function from 0 to `end`, on that many panels of sixteen points each. */
export const integral = (f: (x: number) => number, end: number, panels: number): number => {
  const half = end / (2 * panels);
  let sum = 0;
  for (let panel = 0; panel < panels; panel++) {
    const middle = (2 * panel + 1) * half;
    for (let i = 0; i < NODES.length; i += 2) {
      const offset = half * (NODES[i] as number);
      sum += (NODES[i + 1] as number) * (f(middle - offset) + f(middle + offset));
    }
  }
  return half * sum;
};

/** e^w - 1 - w without cancellation. */
export const exponentialRest = (w: number): number => {
  if (Math.abs(w) > 0.5) return Math.expm1(w) - w;
  let sum = 1;
  for (let k = 16; k > 2; k--) sum = 1 + (w / k) * sum;
  return 0.5 * w * w * sum;
};

/**
 * log(1 + u) - u without cancellation: with r = u / (2 + u) it is -u r + 2 (r^3 / 3 + r^5 / 5 + ...), since
 * log(1 + u) = 2 artanh(r) (A&S 4.1.27).
 */
export const logRest = (u: number): number => {
  if (!(Math.abs(u) < 0.5)) return Math.log1p(u) - u;
  const r = u / (2 + u);
  const square = r * r;
  let sum = 0;
  for (let k = 27; k > 1; k -= 2) sum = sum * square + 1 / k;
  return r * (2 * square * sum - u);
};
