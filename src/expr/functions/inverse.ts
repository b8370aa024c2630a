/**
 * Inverse circular functions by the formulas of Sun's fdlibm: e_asin.c and e_acos.c, rational in x^2 below 1/2 and by
 * a square root above; s_atan.c, by the difference to the nearest of five known angles.
 */
import type { Expr, ScalarDefinition } from "../expr.js";
import * as t from "./terms.js";

/** pi/2 in two parts. */
const HALF_PI = [1.5707963267948966, 6.123233995736766e-17] as const;

/** (asin(s) - s) / s as a function of z = s^2, for z <= 1/4. */
const asinRest = (z: Expr): Expr => {
  const p = [
    0.16666666666666666, -0.3255658186224009, 0.20121253213486293, -0.04005553450067941,
    0.0007915349942898145, 0.0000347933107596021,
  ];
  const q = [1, -2.403394911734414, 2.0209457602335057, -0.6882839716054533, 0.07703815055590194];
  return t.div(t.mul(z, t.polynomial(z, p)), t.polynomial(z, q));
};

/** With z = (1 - |x|) / 2: asin(sqrt(z)) in two parts, of which twice is acos |x|. */
const halfArc = (z: Expr, rest: Expr): readonly [high: Expr, low: Expr] => {
  const [high, low] = t.root(z);
  return [high, t.add(t.mul(t.add(high, low), rest), low)];
};

export const asin: ScalarDefinition = t.definition("asin", (x) => {
  const a = t.abs(x);
  const isSmall = t.lt(a, 0.5);
  const z = t.select(isSmall, t.mul(x, x), t.mul(t.sub(1, a), 0.5));
  const rest = asinRest(z);
  const [high, low] = halfArc(z, rest);
  // pi/2 - 2 (high + low), with pi/4 - high exact
  const quarter = t.sub(HALF_PI[0] / 2, t.add(high, high));
  const far = t.sub(HALF_PI[0] / 2, t.sub(t.sub(t.add(low, low), HALF_PI[1]), quarter));
  return t.select(isSmall, t.add(x, t.mul(x, rest)), t.copySign(far, x));
});

export const acos: ScalarDefinition = t.definition("acos", (x) => {
  const a = t.abs(x);
  const isSmall = t.lt(a, 0.5);
  const z = t.select(isSmall, t.mul(x, x), t.mul(t.sub(1, a), 0.5));
  const rest = asinRest(z);
  const [high, low] = halfArc(z, rest);
  const arc = t.mul(2, t.add(high, low));
  const obtuse = t.mul(2, t.sub(HALF_PI[0], t.add(high, t.sub(low, HALF_PI[1]))));
  const near = t.sub(HALF_PI[0], t.sub(x, t.sub(HALF_PI[1], t.mul(x, rest))));
  return t.select(isSmall, near, t.select(t.lt(x, 0), obtuse, arc));
});

/** atan(1/2), atan(1), atan(3/2), atan(infinity), each in two parts. */
const ANGLES = [
  [0.4636476090008061, 2.2698777452961687e-17],
  [0.7853981633974483, 3.061616997868383e-17],
  [0.982793723247329, 1.3903311031230998e-17],
  [1.5707963267948966, 6.123233995736766e-17],
] as const;

/**
 * The angle of (x, y) for x and y not negative, the larger of them of moderate size, in two parts: a known angle and,
 * by its tangent, what is left of it.
 */
const angle = (y: Expr, x: Expr): readonly [high: Expr, low: Expr] => {
  const below = (slope: number): Expr => t.lt(y, t.mul(x, slope));
  const [a, b, c, d] = [0.4375, 0.6875, 1.1875, 2.4375].map(below) as [Expr, Expr, Expr, Expr];
  const choose = (v0: t.Term, v1: t.Term, v2: t.Term, v3: t.Term, v4: t.Term): Expr =>
    t.select(a, v0, t.select(b, v1, t.select(c, v2, t.select(d, v3, v4))));
  // of the differences all are exact, when 3/2 x is taken in two parts
  const half = t.mul(0.5, x);
  const more = t.add(x, half);
  const numLow = choose(0, 0, 0, t.sub(t.sub(more, x), half), 0);
  const num = choose(y, t.sub(t.add(y, y), x), t.sub(y, x), t.sub(y, more), t.neg(x));
  const den = choose(x, t.add(t.add(x, x), y), t.add(x, y), t.add(x, t.mul(1.5, y)), y);
  const r = t.div(num, den);
  // what the quotient lacks
  const [back, error] = t.product(r, den);
  const lack = t.div(t.add(t.sub(t.sub(num, back), error), numLow), den);
  const z = t.mul(r, r);
  const s = t.polynomial(
    z,
    [
      0.3333333333333293, -0.19999999999876483, 0.14285714272503466, -0.11111110405462356,
      0.09090887133436507, -0.0769187620504483, 0.06661073137387531, -0.058335701337905735,
      0.049768779946159324, -0.036531572744216916, 0.016285820115365782,
    ],
  );
  const [h1, h2, h3, h4] = ANGLES;
  const high = choose(0, h1[0], h2[0], h3[0], h4[0]);
  const low = t.add(choose(0, h1[1], h2[1], h3[1], h4[1]), t.sub(lack, t.mul(t.mul(r, z), s)));
  const sum = t.add(high, r);
  return [sum, t.add(t.add(t.sub(high, sum), r), low)];
};

export const atan: ScalarDefinition = t.definition("atan", (x) => {
  const [high, low] = angle(t.atMost(t.abs(x), 1e18), t.number(1));
  return t.copySign(t.add(high, low), x);
});

/** The angle of the point (x, y), between -pi and pi; zeros have signs. */
export const atan2: ScalarDefinition = t.definition("atan2", (y, x) => {
  const [a, b] = [t.abs(y), t.abs(x)];
  const larger = t.atLeast(b, a);
  // scaled so that the larger is between 1/4 and 1/2; in two steps, each of which is exact for it
  const first = t.select(t.lt(larger, 1e-290), 1.157920892373162e77, 0.25);
  const second = t.pow2(t.sub(0, t.exponent(t.mul(t.atMost(larger, 1e308), first))));
  // beside infinity numbers are as 0 beside 1, and (0, 0) is as (1, 0)
  const isInfinite = t.eq(larger, Infinity);
  const size = (x: Expr): Expr =>
    t.select(isInfinite, t.select(t.eq(x, Infinity), 1, t.mul(x, 0)), t.mul(t.mul(x, first), second));
  const u = size(a);
  const v = t.select(t.eq(larger, 0), 1, size(b));
  const [high, low] = angle(u, v);
  const isLeft = t.lt(t.copySign(1, x), 0);
  const [sum, error] = t.twoSum(2 * HALF_PI[0], t.neg(high));
  const left = t.add(sum, t.add(error, t.sub(2 * HALF_PI[1], low)));
  // far below the other, y / x is the angle, and may be subnormal
  const isFlat = t.lt(a, t.mul(b, 1e-20));
  const right = t.select(isFlat, t.div(a, b), t.add(high, low));
  return t.copySign(t.select(isLeft, left, right), y);
});
