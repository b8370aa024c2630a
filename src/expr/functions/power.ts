/**
 * Powers and roots. x^y = 2^(y log2 x), where log2 x and its product with y are kept in two parts: the formula of Sun's
 * fdlibm (e_pow.c), with heads of 24 bits.
 */
import { call, type Expr, type ScalarDefinition, type ScalarFunctionRef } from "../expr.js";
import { curve, scaled } from "./exponential.js";
import { split } from "./logarithm.js";
import * as t from "./terms.js";

/** log2 of a positive x in two parts, the first of 24 bits. */
const log2 = (x: Expr): readonly [high: Expr, low: Expr] => {
  // x = 2^k m, with m near 1 or near 3/2
  const [exponent, small] = split(x);
  const isDoubled = t.lt(small, 0.8660254037844386);
  const m = t.select(isDoubled, t.add(small, small), small);
  const k = t.sub(exponent, t.select(isDoubled, 1, 0));
  const isUpper = t.lt(1.224744871391589, m);
  const b = t.select(isUpper, 1.5, 1);
  // log(m / b) = 2 s + 2/3 s^3 + s^5 r, where s = (m - b) / (m + b)
  const u = t.sub(m, b);
  const v = t.div(1, t.add(m, b));
  const s = t.mul(u, v);
  const sHead = t.head(s);
  const sumHead = t.head(t.add(m, b));
  const sumRest = t.sub(m, t.sub(sumHead, b));
  const sRest = t.mul(v, t.sub(t.sub(u, t.mul(sHead, sumHead)), t.mul(sHead, sumRest)));
  const z = t.mul(s, s);
  const series = t.polynomial(
    z,
    [
      0.5999999999999946, 0.4285714285785502, 0.33333332981837743, 0.272728123808534, 0.23066074577556175,
      0.20697501780033842,
    ],
  );
  const r = t.add(t.mul(t.mul(z, z), series), t.mul(sRest, t.add(sHead, s)));
  const square = t.mul(sHead, sHead);
  const cHead = t.head(t.add(t.add(3, square), r));
  const cRest = t.sub(r, t.sub(t.sub(cHead, 3), square));
  const p = t.mul(sHead, cHead);
  const q = t.add(t.mul(sRest, cHead), t.mul(cRest, s));
  const pHead = t.head(t.add(p, q));
  const pRest = t.sub(q, t.sub(pHead, p));
  // 2 / (3 ln 2) = 0.9617966939259756, and log2(3/2)
  const high = t.mul(pHead, 0.9617967009544373);
  const low = t.add(
    t.add(t.mul(pHead, -7.028461650952758e-9), t.mul(pRest, 0.9617966939259756)),
    t.select(isUpper, 1.350039202129749e-8, 0),
  );
  const known = t.select(isUpper, 0.5849624872207642, 0);
  const sum = t.head(t.add(t.add(t.add(high, low), known), k));
  return [sum, t.sub(low, t.sub(t.sub(t.sub(sum, k), known), high))];
};

/** 2^(high + low), where the first has 48 bits. */
const exp2 = (high: Expr, low: Expr): Expr => {
  const z = t.add(high, low);
  const isOut = t.lt(1080, t.abs(z));
  const p = t.select(isOut, t.select(t.lt(z, 0), -1080, 1080), high);
  const q = t.select(isOut, 0, low);
  const k = t.nearest(t.add(p, q));
  const rest = t.sub(p, k);
  const head = t.head(t.add(rest, q));
  const u = t.mul(head, 0.6931471824645996);
  const v = t.add(t.mul(t.sub(q, t.sub(head, rest)), 0.6931471805599453), t.mul(head, -1.904654299957768e-9));
  const r = t.add(u, v);
  const lost = t.sub(v, t.sub(r, u));
  return scaled(t.add(1, t.add(r, t.add(curve(r), t.add(lost, t.mul(r, lost))))), k);
};

/** The powers that are 0, 1, infinite or NaN as IEEE 754 has them: 1^y is 1, and so is (-1)^infinity. */
const special: ScalarFunctionRef = {
  name: "powSpecial",
  f: (x = 0, y = 0) => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y),
};

export const pow: ScalarDefinition = t.definition("pow", (x, y) => {
  const [high, low] = log2(t.abs(x));
  const exponent = t.atLeast(t.atMost(y, 1e30), -1e30);
  const head = t.head(exponent);
  const power = exp2(t.mul(head, high), t.add(t.mul(t.sub(exponent, head), high), t.mul(exponent, low)));
  // the sign of a power of a negative number: that of (-1)^y for a whole y
  const sign = t.select(t.eq(t.floor(y), y), t.select(t.isOdd(y), -1, 1), Number.NaN);
  const a = t.abs(x);
  const isRegular = t.and(t.and(t.lt(0, a), t.lt(a, Infinity)), t.lt(t.abs(y), Infinity));
  return t.select(isRegular, t.mul(power, t.select(t.lt(x, 0), sign, 1)), call(special, x, y));
});

/**
 * |x| = 2^3j m with m between 1 and 8, whose root is first a polynomial, then Halley's and Newton's steps; the one
 * between has 24 bits, so that its square is exact. After fdlibm's s_cbrt.c.
 */
export const cbrt: ScalarDefinition = t.definition("cbrt", (x) => {
  const a = t.abs(x);
  const isSmall = t.lt(a, 1e-300);
  const y = t.select(isSmall, t.mul(a, 18014398509481984), a);
  const k = t.exponent(y);
  const j = t.nearest(t.mul(t.sub(k, 1), 0.3333333333333333));
  const shift = t.sub(k, t.mul(3, j));
  const m = t.mul(t.mul(y, 0.5), t.pow2(t.sub(1, k)));
  const guess = t.mul(
    t.polynomial(m, [0.5557909602691388, 0.5808263911381, -0.1586624600532, 0.0221486992082]),
    t.select(t.lt(shift, 1), 1, t.select(t.lt(shift, 2), 1.2599210498948732, 1.5874010519681994)),
  );
  const n = t.mul(m, t.pow2(shift));
  const cube = t.mul(t.mul(guess, guess), guess);
  const head = t.head(t.div(t.mul(guess, t.add(cube, t.add(n, n))), t.add(t.add(cube, cube), n)));
  const ratio = t.div(n, t.mul(head, head));
  const step = t.div(t.sub(ratio, head), t.add(t.add(head, head), ratio));
  const root = t.mul(t.add(head, t.mul(head, step)), t.pow2(t.sub(j, t.select(isSmall, 18, 0))));
  return t.select(t.and(t.lt(0, a), t.lt(a, Infinity)), t.copySign(root, x), x);
});
