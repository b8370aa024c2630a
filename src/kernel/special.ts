// Error functions and the logistic on float64 numbers, each good to an ulp or two. One idea: a rational function
// gives only a small correction, to the straight line near zero, to a constant near one and, in the tails, to the
// logarithm of erfc's asymptote. Each was found here as the rational interpolant at the Chebyshev nodes of its
// interval, in 70 digits, and stays within 2e-17 of its function.

export { digamma, hurwitzZeta, lgamma, polygamma } from "./gamma.js";

const HALF_SQRT_PI = 0.886226925452758;

/** erf(x) / x - 1 as a function of z = x^2, for |x| <= 0.84375. */
const nearZero = (z: number): number => {
  const p =
    (((-2.468302854543169e-5 * z - 0.0057755160404937885) * z - 0.02854218716531547) * z -
      0.325018252562454) *
      z +
    0.12837916709551256;
  const q =
    ((((-3.948101677256517e-6 * z + 0.00013327940528704374) * z + 0.005092835529299097) * z +
      0.06509587619051481) *
      z +
      0.3981030382550957) *
      z +
    1;
  return p / q;
};

/** erf(1) to the first digits, so that the rest is small. */
const ERF_ONE = 0.8427;

/** erf(1 + t) - ERF_ONE, for 0.84375 <= 1 + t <= 1.25. */
const nearOne = (t: number): number => {
  const p =
    (((((-0.002110376053062201 * t + 0.03522859040929408) * t - 0.11011109002132573) * t +
      0.31766437054389374) *
      t -
      0.37082699324044976) *
      t +
      0.4151075820056113) *
      t +
    7.929497148649222e-7;
  const q =
    (((((0.011890635173064646 * t + 0.013448268959373899) * t + 0.12533500935482428) * t +
      0.07111273013053435) *
      t +
      0.5385959705333493) *
      t +
      0.10667134989315517) *
      t +
    1;
  return p / q;
};

/** log(y exp(y^2) erfc(y)) + 9/16 as a function of s = 1 / y^2, for 1.25 <= y <= 2.5. */
const middle = (s: number): number => {
  const p =
    ((((((-1.0918194962872632 * s - 17.528820214657458) * s - 62.65063661097554) * s - 78.10701584525657) *
      s -
      39.70118241029688) *
      s -
      8.434773122596727) *
      s -
      0.6607994300730243) *
      s -
    0.00986495396200389;
  const q =
    ((((((0.5840271122315858 * s + 18.701355112741368) * s + 117.16375663686485) * s + 251.89730859287036) *
      s +
      227.25804919971094) *
      s +
      92.21173199459412) *
      s +
      16.300165449439017) *
      s +
    1;
  return p / q;
};

/** The same for 2.5 <= y <= 28. */
const far = (s: number): number => {
  const p =
    ((((((-235.2553371868909 * s - 1250.5160934790672) * s - 1629.2937373171346) * s - 812.9987607868392) *
      s -
      181.72165967214949) *
      s -
      18.74789084289678) *
      s -
      0.8116941920858285) *
      s -
    0.009864942924700198;
  const q =
    ((((((165.27797700668688 * s + 2045.6175168820482) * s + 5165.933628896951) * s + 4711.398490704064) * s +
      1899.6217727743274) *
      s +
      362.3758497127956) *
      s +
      31.596147536294453) *
      s +
    1;
  return p / q;
};

/** erfc(y) for y >= 1.25. In float32 `head`, the first exponent is exact and the second small. */
const tail = (y: number): number => {
  if (y > 28) return 0;
  const s = 1 / (y * y);
  const head = Math.fround(y);
  const rest = (head - y) * (head + y) + (y < 2.5 ? middle(s) : far(s));
  return (Math.exp(-head * head - 0.5625) * Math.exp(rest)) / y;
};

/** The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x (A&S 7.1.1). */
export const erf = (x: number): number => {
  const y = Math.abs(x);
  if (y < 0.84375) return x + x * nearZero(x * x);
  const value = y < 1.25 ? ERF_ONE + nearOne(y - 1) : 1 - tail(y);
  return x < 0 ? -value : value;
};

/** The complement 1 - erf(x), accurate in the right tail down to the smallest numbers (A&S 7.1.2). */
export const erfc = (x: number): number => {
  if (x < 0.25) return 1 + erf(-x);
  if (x < 0.84375) return 0.5 - (x - 0.5 + x * nearZero(x * x));
  return x < 1.25 ? 1 - ERF_ONE - nearOne(x - 1) : tail(x);
};

/** The inverse of erf on [-1, 1]; infinite at the ends and NaN outside. */
export const erfInv = (x: number): number => {
  const y = Math.abs(x);
  if (!(y < 1)) return y === 1 ? x * Number.POSITIVE_INFINITY : Number.NaN;
  if (y < 1e-8) return x * HALF_SQRT_PI;
  // S. Winitzki, "A handy approximation for the error function and its inverse" (2008): good to 0.2 %.
  const log = Math.log1p(-y * y);
  const half = 2 / (Math.PI * 0.147) + log / 2;
  const ratio = -log / 0.147;
  let root = Math.sqrt(ratio / (Math.sqrt(half * half + ratio) + half));
  // Halley's method, each step of which cubes the error; the second derivative of erf is -2 root times its
  // first. Beyond 1/2 the residual is taken in erfc, because 1 - y is exact there.
  let newton = root;
  for (let step = 0; step < 4 && Math.abs(newton) > 1e-6 * root; step++) {
    const residual = y > 0.5 ? 1 - y - erfc(root) : erf(root) - y;
    newton = residual * HALF_SQRT_PI * Math.exp(root * root);
    root -= newton / (1 + root * newton);
  }
  return x < 0 ? -root : root;
};

/** The logistic sigmoid 1 / (1 + exp(-x)), without overflow and exact to an ulp in either tail. */
export const logistic = (x: number): number => {
  const small = Math.exp(-Math.abs(x));
  return (x < 0 ? small : 1) / (1 + small);
};
