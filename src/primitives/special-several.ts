/**
 * Special functions of two and three operands with derivatives in each of them. The incomplete functions carry the
 * order of their derivatives in the parameters of the distribution; in x, where the derivative is a density, these
 * orders become a polynomial in the derivatives of its logarithm.
 */
import type { ScalarFunctionRef } from "../expr/expr.js";
import * as entropy from "../kernel/entropy.js";
import { betaln as betalnValue, beta as betaValue } from "../kernel/gamma-function.js";
import { betaincDerivative } from "../kernel/incomplete-beta.js";
import {
  gammaincc as gammainccValue,
  gammaincDerivative,
  gammaQuantileSlope,
} from "../kernel/incomplete-gamma.js";
import { zetaDerivative } from "../kernel/zeta.js";
import type { Tensor } from "../tensor/tensor.js";
import { add, div, filledAs, mul, neg, one, sub } from "./arithmetic.js";
import { eq, select } from "./compare.js";
import type { Binary, VariadicWith } from "./define.js";
import { elementwiseSeveral } from "./elementwise.js";
import { exp, lgamma, log, log1p, polygamma } from "./transcendental.js";

type Rule<P> = (d: Tensor, ins: readonly Tensor[], out: Tensor, p: P) => Tensor;
type Scalars = (...xs: readonly number[]) => number;

const digamma = (x: Tensor): Tensor => polygamma(x, 0);

/** A function of several operands without a parameter. */
/* @__NO_SIDE_EFFECTS__ */
const several = (
  name: string,
  f: (...xs: number[]) => number,
  ...tangents: readonly Rule<null>[]
): VariadicWith<null> => {
  const callee: ScalarFunctionRef = { name, f: f as Scalars };
  return elementwiseSeveral(
    { name, arity: tangents.length, accepts: "float", callee: () => callee, tangents },
    () => add,
  );
};
/** One of two operands, as a function of two. */
/* @__NO_SIDE_EFFECTS__ */
export const ofTwo = (
  name: string,
  f: (x: number, y: number) => number,
  ...tangents: readonly [Rule<null>, Rule<null>]
): Binary => {
  const list = several(name, f, ...tangents);
  return Object.assign((x: Tensor, y: Tensor): Tensor => list([x, y], null), { primitive: list.primitive });
};

type Pair = readonly [Tensor, Tensor];
type Triple = readonly [Tensor, Tensor, Tensor];

// d B(a, b) = B(a, b) ((psi(a) - psi(a + b)) da + (psi(b) - psi(a + b)) db)
const gap = (x: Tensor, ins: readonly Tensor[]): Tensor => {
  const [a, b] = ins as Pair;
  return sub(digamma(x), digamma(add(a, b)));
};
export const beta: Binary = /* @__PURE__ */ ofTwo(
  "beta",
  betaValue,
  (da, ins, y) => mul(da, mul(y, gap(ins[0] as Tensor, ins))),
  (db, ins, y) => mul(db, mul(y, gap(ins[1] as Tensor, ins))),
);
/** log |B(a, b)|. */
export const betaln: Binary = /* @__PURE__ */ ofTwo(
  "betaln",
  betalnValue,
  (da, ins) => mul(da, gap(ins[0] as Tensor, ins)),
  (db, ins) => mul(db, gap(ins[1] as Tensor, ins)),
);

/** The quotient, 0 where the dividend is 0. */
const safeQuotient = (x: Tensor, y: Tensor): Tensor => {
  const isZero = eq(x, filledAs(x, 0));
  return div(x, select(isZero, select(eq(y, filledAs(y, 0)), one(y), y), y));
};
// d(x log y) = log y dx + x / y dy, the latter 0 at x = 0
export const xlogy: Binary = /* @__PURE__ */ ofTwo(
  "xlogy",
  entropy.xlogy,
  (dx, ins) => mul(dx, log((ins as Pair)[1])),
  (dy, ins) => mul(dy, safeQuotient(...(ins as Pair))),
);
export const xlog1py: Binary = /* @__PURE__ */ ofTwo(
  "xlog1py",
  entropy.xlog1py,
  (dx, ins) => mul(dx, log1p((ins as Pair)[1])),
  (dy, [x, y]) => mul(dy, safeQuotient(x as Tensor, add(one(y as Tensor), y as Tensor))),
);
// d(x log(x / y)) = (log(x / y) + 1) dx - x / y dy
export const relEntr: Binary = /* @__PURE__ */ ofTwo(
  "relEntr",
  entropy.relEntr,
  (dx, ins) => mul(dx, add(log(div(...(ins as Pair))), one(dx))),
  (dy, ins) => neg(mul(dy, safeQuotient(...(ins as Pair)))),
);
// d(x log(x / y) - x + y) = log(x / y) dx + (1 - x / y) dy
export const klDiv: Binary = /* @__PURE__ */ ofTwo(
  "klDiv",
  entropy.klDiv,
  (dx, ins) => mul(dx, log(div(...(ins as Pair)))),
  (dy, ins) => mul(dy, sub(one(dy), safeQuotient(...(ins as Pair)))),
);

/** Hurwitz's zeta function of (s, q), differentiated n times in s. In q: -s zeta(s + 1, q), and that differentiated. */
export const zeta: VariadicWith<number> = elementwiseSeveral<number>(
  {
    name: "zeta",
    arity: 2,
    accepts: "float",
    callee: (n) => ({ name: `zeta${n}`, f: (s, q) => zetaDerivative(n, s as number, q as number) }),
    tangents: [
      (ds, ins, _, n) => mul(ds, zeta(ins, n + 1)),
      (dq, [s, q], _, n) => {
        const next = [add(s as Tensor, one(s as Tensor)), q as Tensor];
        const main = mul(s as Tensor, zeta(next, n));
        return neg(mul(dq, n === 0 ? main : add(main, mul(filledAs(main, n), zeta(next, n - 1)))));
      },
    ],
  },
  () => add,
);

export const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);

/**
 * f differentiated m times in a and n in b, over f, from the derivatives g(i, j) of log f: h(0, 0) = 1 and, by Leibniz's
 * rule for f_a = f g_a, h(i + 1, j) = sum of C(i, k) C(j, l) h(i - k, j - l) g(k + 1, l).
 */
const overItself = (m: number, n: number, like: Tensor, g: (i: number, j: number) => Tensor): Tensor => {
  const known = new Map<string, Tensor>();
  const h = (i: number, j: number): Tensor => {
    if (i + j === 0) return one(like);
    const key = `${i},${j}`;
    let sum = known.get(key);
    if (sum !== undefined) return sum;
    const [p, q] = i > 0 ? [i - 1, j] : [i, j - 1];
    for (let k = 0; k <= p; k++)
      for (let l = 0; l <= q; l++) {
        const weight = choose(p, k) * choose(q, l);
        const term = mul(mul(filledAs(like, weight), h(p - k, q - l)), i > 0 ? g(k + 1, l) : g(k, l + 1));
        sum = sum === undefined ? term : add(sum, term);
      }
    known.set(key, sum as Tensor);
    return sum as Tensor;
  };
  return h(m, n);
};

/** The derivatives in a of log(x^a / Gamma(a)), given log x. */
const logGammaFactor =
  (a: Tensor, logX: Tensor) =>
  (i: number): Tensor =>
    i === 1 ? sub(logX, digamma(a)) : neg(polygamma(a, i - 1));

/** x^(a - 1) e^-x / Gamma(a), the derivative of P(a, x) in x. */
const gammaDensity = (a: Tensor, x: Tensor): Tensor => exp(sub(sub(xlogy(sub(a, one(a)), x), x), lgamma(a)));

/** P(a, x) (DLMF 8.2.4), differentiated n times in a. */
export const gammainc: VariadicWith<number> = elementwiseSeveral<number>(
  {
    name: "gammainc",
    arity: 2,
    accepts: "float",
    callee: (n) => ({ name: `gammainc${n}`, f: (a, x) => gammaincDerivative(n, a as number, x as number) }),
    tangents: [
      (da, ins, _, n) => mul(da, gammainc(ins, n + 1)),
      (dx, ins, _, n) => {
        const [a, x] = ins as Pair;
        const density = mul(dx, gammaDensity(a, x));
        return n === 0 ? density : mul(density, overItself(n, 0, x, logGammaFactor(a, log(x))));
      },
    ],
  },
  () => add,
);
/** Q(a, x) = 1 - P(a, x). */
export const gammaincc: Binary = /* @__PURE__ */ ofTwo(
  "gammaincc",
  gammainccValue,
  (da, ins) => neg(mul(da, gammainc(ins, 1))),
  (dx, ins) => neg(mul(dx, gammaDensity(...(ins as Pair)))),
);

/**
 * S_n(a, y), the n-th derivative of P(a, e^y) in a over R, its derivative in y: the logarithm y of a gamma variate moves
 * with a by -S_1. As R = e^(a y - e^y) / Gamma(a): dS_n = (S_(n + 1) - S_n (y - psi(a))) da
 * + (R_n / R - S_n (a - e^y)) dy, with R_n the n-th derivative of R in a.
 */
export const gammaSlope: VariadicWith<number> = elementwiseSeveral<number>(
  {
    name: "gammaSlope",
    arity: 2,
    accepts: "float",
    callee: (n) => ({ name: `gammaSlope${n}`, f: (a, y) => gammaQuantileSlope(n, a as number, y as number) }),
    tangents: [
      (da, ins, s, n) => {
        const [a, y] = ins as Pair;
        return mul(da, sub(gammaSlope(ins, n + 1), mul(s, sub(y, digamma(a)))));
      },
      (dy, ins, s, n) => {
        const [a, y] = ins as Pair;
        return mul(dy, sub(overItself(n, 0, y, logGammaFactor(a, y)), mul(s, sub(a, exp(y)))));
      },
    ],
  },
  () => add,
);

/** The derivatives in a and b of the logarithm of x^a (1 - x)^b / B(a, b). */
const logBetaFactor =
  (a: Tensor, b: Tensor, x: Tensor) =>
  (i: number, j: number): Tensor => {
    const both = polygamma(add(a, b), i + j - 1);
    const own = j === 0 ? polygamma(a, i - 1) : i === 0 ? polygamma(b, j - 1) : null;
    const rest = own === null ? both : sub(both, own);
    if (i + j > 1) return rest;
    return add(i === 1 ? log(x) : log1p(neg(x)), rest);
  };

/** I_x(a, b) (DLMF 8.17.2) of (a, b, x), differentiated m times in a and n times in b. */
export const betainc: VariadicWith<readonly [m: number, n: number]> = elementwiseSeveral<
  readonly [m: number, n: number]
>(
  {
    name: "betainc",
    arity: 3,
    accepts: "float",
    callee: ([m, n]) => ({
      name: `betainc${m}_${n}`,
      f: (a, b, x) => betaincDerivative(m, n, a as number, b as number, x as number),
    }),
    tangents: [
      (da, ins, _, [m, n]) => mul(da, betainc(ins, [m + 1, n])),
      (db, ins, _, [m, n]) => mul(db, betainc(ins, [m, n + 1])),
      (dx, ins, _, [m, n]) => {
        const [a, b, x] = ins as Triple;
        const exponent = add(xlogy(sub(a, one(a)), x), xlog1py(sub(b, one(b)), neg(x)));
        const density = mul(dx, exp(sub(exponent, betaln(a, b))));
        return m + n === 0 ? density : mul(density, overItself(m, n, x, logBetaFactor(a, b, x)));
      },
    ],
  },
  () => add,
);
