/**
 * log and its relatives, by the formula of Sun's fdlibm (e_log.c): x = 2^k (1 + f) with 1 + f between sqrt(1/2) and
 * sqrt(2), and log(1 + f) as a series in s = f / (2 + f).
 */
import type { Expr, ScalarDefinition } from "../expr.js";
import * as t from "./terms.js";

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** x = 2^k m with m between sqrt(1/2) and sqrt(2), for positive x that are not subnormal. */
const splitNormal = (x: Expr): readonly [k: Expr, m: Expr] => {
  const k = t.exponent(x);
  // halved first, for 2^-1023 is no normal number
  const m = t.mul(t.mul(x, 0.5), t.pow2(t.sub(1, k)));
  const isLarge = t.lt(1.4142135623730951, m);
  return [t.add(k, t.select(isLarge, 1, 0)), t.select(isLarge, t.mul(m, 0.5), m)];
};

/** The same for subnormal ones too. */
export const split = (x: Expr): readonly [k: Expr, m: Expr] => {
  const isSmall = t.lt(x, 1e-300);
  const [k, m] = splitNormal(t.select(isSmall, t.mul(x, 18014398509481984), x));
  return [t.add(k, t.select(isSmall, -54, 0)), m];
};

/** log(x (1 + c)) + extra ln(2), for positive finite x and a correction c far below an ulp's share of 1. */
const logarithm = (x: Expr, c: t.Term = 0, extra: t.Term = 0): Expr => {
  const [exponent, m] = split(x);
  const k = t.add(exponent, extra);
  const f = t.sub(m, 1);
  const s = t.div(f, t.add(2, f));
  const z = t.mul(s, s);
  const r = t.mul(
    z,
    t.polynomial(
      z,
      [
        0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
        0.15313837699209373, 0.14798198605116586,
      ],
    ),
  );
  const half = t.mul(t.mul(0.5, f), f);
  const low = t.add(t.mul(k, LN2_LOW), c);
  return t.sub(t.mul(k, LN2_HIGH), t.sub(t.sub(half, t.add(t.mul(s, t.add(half, r)), low)), f));
};

/** log of 2^k m to a relative 1e-9, for what is to be float32. */
const brief = ([k, m]: readonly [k: Expr, m: Expr]): Expr => {
  const s = t.div(t.sub(m, 1), t.add(m, 1));
  const z = t.mul(s, s);
  const c = [1.9999999986, 0.6666681538, 0.39974845717, 0.29924521096];
  return t.add(t.mul(k, 0.6931471805599453), t.mul(s, t.polynomial(z, c)));
};

/** `value` for positive finite x, where `also` holds; else -infinity at 0, NaN below, and `rest`. */
const onPositive = (x: Expr, value: Expr, also?: Expr, rest: Expr = x): Expr => {
  const isPositive = t.and(t.lt(0, x), t.lt(x, Infinity));
  return t.select(
    also === undefined ? isPositive : t.and(isPositive, also),
    value,
    t.select(t.eq(x, 0), -Infinity, t.select(t.lt(x, 0), Number.NaN, rest)),
  );
};

export const log: ScalarDefinition = t.definition(
  "log",
  (x) => onPositive(x, logarithm(x)),
  (x) => onPositive(x, brief(split(x))),
);

/**
 * log of 1 + x rounded, and what the rounding lost as a correction. Of a float32 above 2^-28 nothing is lost, and below
 * it is its own log1p.
 */
export const log1p: ScalarDefinition = t.definition(
  "log1p",
  (x) => {
    const [u, error] = t.twoSum(1, x);
    const value = onPositive(u, logarithm(u, t.div(error, u)));
    return t.select(t.lt(t.abs(x), 1e-17), x, value);
  },
  (x) => {
    const u = t.add(x, 1);
    return onPositive(u, brief(splitNormal(u)), t.lt(2 ** -28, t.abs(x)), x);
  },
);

/** log(u + sqrt(u^2 + sign)) for u between 1/2 and 2^500, with the roundings on the way as a correction. */
const areaLogarithm = (u: Expr, sign: 1 | -1): Expr => {
  const isLarge = t.lt(268435456, u);
  const v = t.select(isLarge, 1, u);
  const [square, squareError] = t.product(v, v);
  const [w, sumError] = t.twoSum(square, sign);
  const root = t.sqrt(w);
  const [back, backError] = t.product(root, root);
  const lack = t.add(t.sub(t.sub(w, back), backError), t.add(sumError, squareError));
  const [sum, error] = t.twoSum(v, root);
  const low = t.add(error, t.div(lack, t.add(root, root)));
  return logarithm(t.select(isLarge, u, sum), t.select(isLarge, 0, t.div(low, sum)), t.select(isLarge, 1, 0));
};

export const asinh: ScalarDefinition = t.definition("asinh", (x) => {
  const a = t.abs(x);
  const z = t.mul(a, a);
  const p = [
    -0.16666666666666666, -0.27295510057610783, -0.13185447164269262, -0.01793872230858837,
    -0.00013276354768938285,
  ];
  const q = [1, 2.0877306034565946, 1.462748458560209, 0.38894725212859144, 0.03035816396973556];
  const near = t.add(a, t.div(t.mul(t.mul(a, z), t.polynomial(z, p)), t.polynomial(z, q)));
  const far = t.select(t.lt(a, Infinity), areaLogarithm(a, 1), a);
  return t.copySign(t.select(t.lt(a, 0.5), near, far), x);
});

/** sqrt(2 d) (1 + d p / q) for d = x - 1 below 1/2, where sqrt is taken in two parts. */
export const acosh: ScalarDefinition = t.definition("acosh", (x) => {
  const d = t.sub(x, 1);
  const p = [
    -0.08333333333333333, -0.06823877514402696, -0.016481808955336578, -0.0011211701442867732,
    -0.000004148860865293214,
  ];
  const q = [1, 1.0438653017282973, 0.36568711464005227, 0.04861840651607393, 0.0018973852481084725];
  const [high, low] = t.root(t.add(d, d));
  const ratio = t.div(t.mul(d, t.polynomial(d, p)), t.polynomial(d, q));
  const near = t.add(high, t.add(low, t.mul(t.add(high, low), ratio)));
  const far = t.select(t.lt(x, Infinity), areaLogarithm(x, -1), x);
  return t.select(t.lt(x, 1.5), near, far);
});

/** Half the log of (1 + x) / (1 - x), whose roundings are a correction. */
export const atanh: ScalarDefinition = t.definition("atanh", (x) => {
  const z = t.mul(x, x);
  const p = [
    0.3333333333333333, -0.651271933108419, 0.3999140460486364, -0.0772695076240114, 0.000958344786242403,
    0.000051655278191675214,
  ];
  const q = [1, -2.5538157993252626, 2.303460189170346, -0.8527254843173604, 0.10585776225465968];
  const near = t.add(x, t.div(t.mul(t.mul(x, z), t.polynomial(z, p)), t.polynomial(z, q)));
  const a = t.abs(x);
  const [n, error] = t.twoSum(1, a);
  const d = t.sub(1, a);
  const ratio = t.div(n, d);
  const [back, backError] = t.product(ratio, d);
  const lack = t.add(t.sub(t.sub(n, back), backError), error);
  const far = t.mul(0.5, logarithm(ratio, t.div(lack, n)));
  const edge = t.select(t.eq(a, 1), Infinity, Number.NaN);
  return t.select(t.lt(a, 0.5), near, t.copySign(t.select(t.lt(a, 1), far, edge), x));
});
