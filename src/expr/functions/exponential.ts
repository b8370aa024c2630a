/**
 * exp and its relatives. e^x = 2^k e^r with |r| <= ln(2) / 2, and e^r by the rational function of Sun's fdlibm
 * (e_exp.c), kept as an unevaluated sum, so that what is made of it need not round twice.
 */
import type { Expr, ScalarDefinition } from "../expr.js";
import * as t from "./terms.js";

const LOG2_E = 1.4426950408889634;
/** ln 2 in two parts, the first of 33 bits. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** e^r - 1 - r = r c / (2 - c) for |r| < 0.35, where c = r - r^2 / 6 + r^4 / 360 - ... */
export const curve = (r: Expr): Expr => {
  const z = t.mul(r, r);
  const p = t.polynomial(
    z,
    [
      0.16666666666666602, -0.0027777777777015593, 0.00006613756321437934, -0.0000016533902205465252,
      4.1381367970572385e-8,
    ],
  );
  const c = t.sub(r, t.mul(z, p));
  return t.div(t.mul(r, c), t.sub(2, c));
};

export interface Exponential {
  readonly k: Expr;
  readonly first: Expr;
  readonly rest: Expr;
}

/** e^(x + y) = 2^k (1 + first + rest) for small y; |first + y| < 0.35 and rest about first^2 / 2. */
export const exponential = (x: Expr, y: t.Term = 0): Exponential => {
  const k = t.nearest(t.mul(y === 0 ? x : t.add(x, y), LOG2_E));
  const first = t.sub(x, t.mul(k, LN2_HIGH));
  const low = y === 0 ? t.mul(k, LN2_LOW) : t.sub(t.mul(k, LN2_LOW), y);
  const r = t.sub(first, low);
  return { k, first, rest: t.sub(curve(r), low) };
};

/** 1 + first + rest as a double and what it lacks. */
export const summed = ({ first, rest }: Exponential): readonly [high: Expr, low: Expr] => {
  const one = t.add(1, first);
  const low = t.add(t.add(t.sub(1, one), first), rest);
  const high = t.add(one, low);
  return [high, t.add(t.sub(one, high), low)];
};

/** x 2^k in two steps, for either may be out of range alone; only the last rounds. */
export const scaled = (x: Expr, k: Expr): Expr => {
  const half = t.nearest(t.mul(k, 0.5));
  return t.mul(t.mul(x, t.pow2(half)), t.pow2(t.sub(k, half)));
};

/** x as far as its exponential is neither 0 nor infinite. */
const limited = (x: Expr): Expr => t.atLeast(t.atMost(x, 710), -746);

/** e^x to a relative 2.6e-9, for what is to be float32; in range where its value is. */
const brief = (x: Expr): Expr => {
  const y = t.atLeast(t.atMost(x, 89), -105);
  const k = t.nearest(t.mul(y, LOG2_E));
  const r = t.sub(y, t.mul(k, 0.6931471805599453));
  const c = [1, 1.0000000377, 0.50000000471, 0.16666415414, 0.041666352771, 0.0083751347746, 0.0013941118896];
  return t.mul(t.polynomial(r, c), t.pow2(k));
};

export const exp: ScalarDefinition = t.definition(
  "exp",
  (x) => {
    const e = exponential(limited(x));
    const one = t.add(1, e.first);
    return scaled(t.add(one, t.add(t.add(t.sub(1, one), e.first), e.rest)), e.k);
  },
  brief,
);

/**
 * e^x - 1 = (2^k - 1) + 2^k first + 2^k rest, the first two in full, so that only their sum rounds. The rest is doubled
 * near x = 0.4, where no digit can be spared: its r^2 / 2 is in two parts.
 */
export const expm1: ScalarDefinition = t.definition("expm1", (x) => {
  const y = t.atLeast(t.atMost(x, 710), -40);
  const k = t.nearest(t.mul(y, LOG2_E));
  const first = t.sub(y, t.mul(k, LN2_HIGH));
  const shift = t.mul(k, LN2_LOW);
  const r = t.sub(first, shift);
  const lost = t.mul(r, t.sub(t.sub(first, r), shift));
  const [square, squareError] = t.product(r, r);
  const cubic = t.mul(
    t.mul(square, r),
    t.polynomial(
      r,
      [
        0.16666666666666669, 0.041666666666666664, 0.008333333333330039, 0.0013888888888886537,
        0.00019841269863171557, 0.000024801587317228724, 0.0000027557268276905696, 2.7557282838800484e-7,
        2.5100472505694996e-8, 2.09112987659402e-9,
      ],
    ),
  );
  const rest = t.add(t.mul(0.5, square), t.add(t.sub(t.add(t.mul(0.5, squareError), lost), shift), cubic));
  const over = t.lt(1023, k);
  const power = t.pow2(t.select(over, 1023, k));
  const a = t.sub(power, 1);
  const [sum, error] = t.twoSum(a, t.mul(power, first));
  const low = t.add(error, t.sub(t.sub(power, a), 1));
  const value = t.mul(t.add(sum, t.add(low, t.mul(power, rest))), t.select(over, 2, 1));
  return t.select(t.lt(t.abs(x), 1e-17), x, value);
});

/** 1 / (1 + e^-x) = n / (1 + e^-|x|), where n is 1 or e^-|x|. */
export const logistic: ScalarDefinition = t.definition(
  "logistic",
  (x) => {
    const e = exponential(limited(t.neg(t.abs(x))));
    const [high, low] = summed(e).map((part) => scaled(part, e.k)) as [Expr, Expr];
    const isNegative = t.lt(x, 0);
    const [d, error] = t.twoSum(1, high);
    return t.quotient(t.select(isNegative, high, 1), t.select(isNegative, low, 0), d, t.add(error, low));
  },
  (x) => {
    const e = brief(t.neg(t.abs(x)));
    return t.div(t.select(t.lt(x, 0), e, 1), t.add(1, e));
  },
);

/** x + x^3 (1/6 + x^2 / 120 + ...) below 1; the difference of e^|x| / 2 and its inverse, / 4, above. */
export const sinh: ScalarDefinition = t.definition("sinh", (x) => {
  const z = t.mul(x, x);
  const series = t.polynomial(
    z,
    [
      0.16666666666666666, 0.008333333333333299, 0.00019841269841324198, 0.0000027557319191381816,
      2.5052117695907823e-8, 1.6057679623801638e-10, 7.746178593018827e-13,
    ],
  );
  const a = t.abs(x);
  const [high, low] = halves(a);
  const far = t.add(high, t.sub(low, t.div(0.25, high)));
  return t.select(t.lt(a, 1), t.add(x, t.mul(t.mul(x, z), series)), t.copySign(far, x));
});

export const cosh: ScalarDefinition = t.definition("cosh", (x) => {
  const [high, low] = halves(t.abs(x));
  return t.add(high, t.add(low, t.div(0.25, high)));
});

/** e^x / 2 in two parts, for x >= 0; infinite beyond 711. */
const halves = (x: Expr): readonly [high: Expr, low: Expr] => {
  const e = exponential(t.atMost(x, 712));
  const [high, low] = summed(e);
  const k = t.sub(e.k, 1);
  return [scaled(high, k), scaled(low, k)];
};

/** By a rational function below 0.7, and as 1 - 2 / (e^2x + 1) above. */
export const tanh: ScalarDefinition = t.definition(
  "tanh",
  (x) => {
    const a = t.abs(x);
    const z = t.mul(a, a);
    const p = [-0.3333333333333333, -0.02049486944896786, -0.0001990039994630428];
    const q = [1, 0.46148460834689164, 0.023286093432666462, 0.0002063473419202802];
    const near = t.add(a, t.div(t.mul(t.mul(a, z), t.polynomial(z, p)), t.polynomial(z, q)));
    const e = exponential(t.atMost(t.add(a, a), 100));
    const power = t.pow2(e.k);
    const [high, low] = summed(e);
    const [d, error] = t.twoSum(t.mul(high, power), 1);
    const w = t.div(2, d);
    const lack = t.mul(t.mul(w, w), t.mul(0.5, t.add(error, t.mul(low, power))));
    const rest = t.sub(1, w);
    const far = t.add(rest, t.add(t.sub(t.sub(1, rest), w), lack));
    return t.copySign(t.select(t.lt(a, 0.7), near, far), x);
  },
  // a rational function of x^2 over all of the range on which float32 tells tanh from 1
  (x) => {
    const y = t.atLeast(t.atMost(x, 9.1), -9.1);
    const z = t.mul(y, y);
    const p = [
      0.99999999912, 0.14298853872, 0.004700630627, 5.0207876103e-5, 1.7275913588e-7, 1.3304387626e-10,
    ];
    const q = [
      1, 0.47632186853, 0.030141256951, 0.00055596304861, 3.4314394636e-6, 6.0668760063e-9, 1.3733801207e-12,
    ];
    return t.div(t.mul(y, t.polynomial(z, p)), t.polynomial(z, q));
  },
);
