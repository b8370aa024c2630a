/**
 * sin, cos and tan by the formulas of Sun's fdlibm (e_rem_pio2.c, k_sin.c, k_cos.c, k_tan.c): x less the nearest
 * multiple of pi/2, a product that is exact as long as it is one by less than 2^20, and polynomials of the rest.
 */
import { type Expr, rare, type ScalarDefinition, type ScalarFunctionRef } from "../expr.js";
import * as t from "./terms.js";

/** Beyond 2^20 pi/2 the product is no longer exact, and the engine's own function serves, which keeps pi as long as it takes. */
const isHuge = (x: Expr): Expr => t.lt(1647099, t.abs(x));
/* @__NO_SIDE_EFFECTS__ */
const ofHuge = (name: "sin" | "cos" | "tan"): ScalarFunctionRef => ({
  name: `${name}Huge`,
  f: Math[name] as ScalarFunctionRef["f"],
});
/** The multiple of pi/2 next to x. */
const multipleOf = (x: Expr): Expr => t.nearest(t.mul(x, 0.6366197723675814));

/** pi/2 in four parts, the first three of 33 bits. */
const HALF_PI = [
  1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32,
] as const;

/** x - q pi/2 in two parts. */
const reduced = (x: Expr, q: Expr): readonly [high: Expr, low: Expr] => {
  const a = t.sub(x, t.mul(q, HALF_PI[0]));
  const b = t.mul(q, HALF_PI[1]);
  const c = t.sub(a, b);
  const d = t.mul(q, HALF_PI[2]);
  const e = t.sub(c, d);
  const lost = t.add(t.sub(t.sub(a, c), b), t.sub(t.sub(c, e), d));
  const rest = t.sub(t.mul(q, HALF_PI[3]), lost);
  const high = t.sub(e, rest);
  return [high, t.sub(t.sub(e, high), rest)];
};

/** sin(x + y) for |x| < pi/4 and small y. */
const sine = (x: Expr, y: Expr): Expr => {
  const z = t.mul(x, x);
  const cube = t.mul(z, x);
  const r = t.polynomial(
    z,
    [
      0.00833333333332249, -0.00019841269829857949, 0.0000027557313707070068, -2.5050760253406863e-8,
      1.58969099521155e-10,
    ],
  );
  const small = t.sub(t.mul(z, t.sub(t.mul(0.5, y), t.mul(cube, r))), y);
  return t.sub(x, t.add(small, t.mul(cube, 0.16666666666666632)));
};

/** cos(x + y) likewise: 1 - x^2 / 2 in two parts, and the rest. */
const cosine = (x: Expr, y: Expr): Expr => {
  const z = t.mul(x, x);
  const r = t.polynomial(
    z,
    [
      0.0416666666666666, -0.001388888888887411, 0.00002480158728947673, -2.7557314351390663e-7,
      2.087572321298175e-9, -1.1359647557788195e-11,
    ],
  );
  const half = t.mul(0.5, z);
  const w = t.sub(1, half);
  const rest = t.sub(t.mul(t.mul(z, z), r), t.mul(x, y));
  return t.add(w, t.add(t.sub(t.sub(1, w), half), rest));
};

/** Of the sine, cosine, negative sine and negative cosine that of quadrant q modulo 4. */
const inQuadrant = (q: Expr, sin: Expr, cos: Expr): Expr => {
  const quadrant = t.sub(q, t.mul(4, t.floor(t.mul(q, 0.25))));
  const isOdd = t.eq(t.abs(t.sub(quadrant, 2)), 1);
  const value = t.select(isOdd, cos, sin);
  return t.select(t.lt(quadrant, 2), value, t.neg(value));
};

/** sin(x + shift pi/2). */
const circular = (x: Expr, shift: 0 | 1): Expr => {
  const q = multipleOf(x);
  const [high, low] = reduced(x, q);
  return inQuadrant(shift === 0 ? q : t.add(q, 1), sine(high, low), cosine(high, low));
};

/**
 * The same to a relative 5.4e-9, for what is to be float32: x less the nearest multiple of pi (for the cosine, of pi and a
 * half more), and one polynomial of the rest.
 */
const brief = (x: Expr, shift: 0 | 1): Expr => {
  const turns = t.mul(x, 0.3183098861837907);
  const n = t.nearest(shift === 0 ? turns : t.add(turns, 0.5));
  const q = shift === 0 ? n : t.sub(n, 0.5);
  const r = t.sub(t.sub(x, t.mul(q, 3.1415926534682512)), t.mul(q, 1.2154201013012384e-10));
  const c = [0.999999994686, -0.1666665668, 0.00833302514, -0.0001980741872, 2.601903047e-6];
  const value = t.mul(r, t.polynomial(t.mul(r, r), c));
  return t.select(t.isOdd(n), t.neg(value), value);
};

export const sin: ScalarDefinition = t.definition(
  "sin",
  (x) => rare(ofHuge("sin"), isHuge(x), circular(x, 0), x),
  (x) => rare(ofHuge("sin"), isHuge(x), brief(x, 0), x),
);

export const cos: ScalarDefinition = t.definition(
  "cos",
  (x) => rare(ofHuge("cos"), isHuge(x), circular(x, 1), x),
  (x) => rare(ofHuge("cos"), isHuge(x), brief(x, 1), x),
);

/** pi/4 in two parts. */
const QUARTER_PI = [0.7853981633974483, 3.061616997868383e-17] as const;

/**
 * tan(x + y) for |x| < pi/4 and small y, or -1 / tan(x + y). Near pi/4 it is computed from the tangent T of what is
 * left to pi/4: tan = (1 - T) / (1 + T).
 */
const tangent = (x0: Expr, y0: Expr, isInverse: Expr): Expr => {
  const isLarge = t.lt(0.67434, t.abs(x0));
  const sign = t.copySign(1, x0);
  const x = t.select(
    isLarge,
    t.add(t.sub(QUARTER_PI[0], t.abs(x0)), t.sub(QUARTER_PI[1], t.mul(sign, y0))),
    x0,
  );
  const y = t.select(isLarge, 0, y0);
  const z = t.mul(x, x);
  const s = t.mul(z, x);
  const p = t.polynomial(
    z,
    [
      0.13333333333320124, 0.05396825397622605, 0.021869488294859542, 0.0088632398235993,
      0.0035920791075913124, 0.0014562094543252903, 0.0005880412408202641, 0.0002464631348184699,
      0.00007817944429395571, 0.00007140724913826082, -0.00001855863748552755, 0.00002590730518636337,
    ],
  );
  const r = t.add(t.add(y, t.mul(z, t.add(t.mul(s, p), y))), t.mul(0.3333333333333341, s));
  const w = t.add(x, r);
  const v = t.select(isInverse, -1, 1);
  const near = t.mul(sign, t.sub(v, t.mul(2, t.sub(x, t.sub(t.div(t.mul(w, w), t.add(w, v)), r)))));
  // -1 / (x + r), whose quotient is corrected by what its head leaves
  const wHead = t.head(w);
  const a = t.div(-1, w);
  const aHead = t.head(a);
  const rest = t.sub(r, t.sub(wHead, x));
  const inverse = t.add(aHead, t.mul(a, t.add(t.add(1, t.mul(aHead, wHead)), t.mul(aHead, rest))));
  return t.select(isLarge, near, t.select(isInverse, inverse, w));
};

export const tan: ScalarDefinition = t.definition("tan", (x) => {
  const q = multipleOf(x);
  const [high, low] = reduced(x, q);
  const value = t.select(t.eq(x, 0), x, tangent(high, low, t.isOdd(q)));
  return rare(ofHuge("tan"), isHuge(x), value, x);
});
