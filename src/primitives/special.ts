/**
 * Special functions of one operand, each with its derivative beside it. Where a derivative follows from no formula that
 * keeps its digits it is a function of its own: the same function with a static order, so that every order exists.
 */
import { call, type Expr, input, type ScalarFunctionRef } from "../expr/expr.js";
import { besselI as besselIValue, scaledBesselDerivative } from "../kernel/bessel.js";
import * as entropy from "../kernel/entropy.js";
import * as integral from "../kernel/exponential-integral.js";
import { gammaSign as gammaSignValue, gamma as gammaValue } from "../kernel/gamma-function.js";
import * as normal from "../kernel/normal.js";
import type { Tensor } from "../tensor/tensor.js";
import { add, div, filledAs, mul, neg, one, sub } from "./arithmetic.js";
import type { Unary, UnaryWith } from "./define.js";
import { elementwise, elementwiseWith } from "./elementwise.js";
import { exp, log, polygamma } from "./transcendental.js";

/** A function of one operand with a static order, whose derivative is a program of itself at other orders. */
/* @__NO_SIDE_EFFECTS__ */
const ordered = (
  name: string,
  f: (n: number, x: number) => number,
  tangent: (dx: Tensor, x: Tensor, y: Tensor, n: number) => Tensor,
): UnaryWith<number> =>
  elementwiseWith<number>({
    name,
    accepts: "float",
    expr: (n): Expr => call(orderedCallee(name, f, n), input(0)),
    key: (n) => String(n),
    tangent,
  });
const orderedCallee = (name: string, f: (n: number, x: number) => number, n: number): ScalarFunctionRef => ({
  name: `${name}${n}`,
  f: (x) => f(n, x as number),
});

// d Gamma(x) = Gamma(x) digamma(x) dx
export const gamma: Unary = elementwise({
  name: "gamma",
  op: { name: "gamma", f: gammaValue },
  accepts: "float",
  tangent: (dx, x, y) => mul(dx, mul(y, polygamma(x, 0))),
});

/** The sign of the gamma function, constant between the poles. */
export const gammaSign: Unary = elementwise({
  name: "gammaSign",
  op: { name: "gammaSign", f: gammaSignValue },
  accepts: "float",
  tangent: "none",
});

/** e^(x^2) erfc(x), differentiated n times: the derivative of one is the next, of one sign and without cancellation. */
export const erfcx: UnaryWith<number> = ordered("erfcx", normal.erfcxDerivative, (dx, x, _, n) =>
  mul(dx, erfcx(x, n + 1)),
);

const rootTwoPi = 2.5066282746310002;
// d ndtr(x) = e^(-x^2 / 2) / sqrt(2 pi) dx
export const ndtr: Unary = elementwise({
  name: "ndtr",
  op: { name: "ndtr", f: normal.ndtr },
  accepts: "float",
  tangent: (dx, x) => mul(dx, div(exp(mul(filledAs(x, -0.5), mul(x, x))), filledAs(x, rootTwoPi))),
});
// d log ndtr(x) = sqrt(2 / pi) / erfcx(-x / sqrt 2) dx: density over ndtr with the exponentials cancelled
export const logNdtr: Unary = elementwise({
  name: "logNdtr",
  op: { name: "logNdtr", f: normal.logNdtr },
  accepts: "float",
  tangent: (dx, x) =>
    mul(dx, div(filledAs(x, 0.7978845608028654), erfcx(mul(filledAs(x, -Math.SQRT1_2), x), 0))),
});
// d ndtri(p) = sqrt(2 pi) e^(y^2 / 2) dp
export const ndtri: Unary = elementwise({
  name: "ndtri",
  op: { name: "ndtri", f: normal.ndtri },
  accepts: "float",
  tangent: (dp, p, y) => mul(dp, mul(filledAs(p, rootTwoPi), exp(mul(filledAs(y, 0.5), mul(y, y))))),
});

// d I_n = (I_(n - 1) + I_(n + 1)) / 2 dx, with I_-1 = I_1 (DLMF 10.29.1)
export const besselI: UnaryWith<number> = ordered("besselI", besselIValue, (dx, x, _, n) =>
  n === 0
    ? mul(dx, besselI(x, 1))
    : mul(dx, mul(filledAs(x, 0.5), add(besselI(x, n - 1), besselI(x, n + 1)))),
);
/** The derivative of order m of e^-|x| I_n(x), for n = 0 and 1; at 0 the mean of both sides. */
const scaledBesselI = (n: 0 | 1): UnaryWith<number> => {
  const self: UnaryWith<number> = ordered(
    `i${n}e`,
    (m, x) => scaledBesselDerivative(n, m, x),
    (dx, x, _, m) => mul(dx, self(x, m + 1)),
  );
  return self;
};
export const i0e: UnaryWith<number> = /* @__PURE__ */ scaledBesselI(0);
export const i1e: UnaryWith<number> = /* @__PURE__ */ scaledBesselI(1);

// d E_n(x) = -E_(n - 1)(x) dx (DLMF 8.19.13), and d E_0(x) = -(1 + 1 / x) E_0(x) dx
export const expn: UnaryWith<number> = ordered("expn", integral.expn, (dx, x, y, n) =>
  neg(mul(dx, n === 0 ? mul(y, add(one(x), div(one(x), x))) : expn(x, n - 1))),
);
// d Ei(x) = e^x / x dx
export const expi: Unary = elementwise({
  name: "expi",
  op: { name: "expi", f: integral.expi },
  accepts: "float",
  tangent: (dx, x) => mul(dx, div(exp(x), x)),
});
/** Spence's function, the integral of log t / (1 - t) from 1, differentiated n times: smooth at 1. */
export const spence: UnaryWith<number> = ordered("spence", integral.spenceDerivative, (dx, x, _, n) =>
  mul(dx, spence(x, n + 1)),
);

// d(-x log x) = -(log x + 1) dx
export const entr: Unary = elementwise({
  name: "entr",
  op: { name: "entr", f: entropy.entr },
  accepts: "float",
  tangent: (dx, x) => neg(mul(dx, add(log(x), one(x)))),
});
// d log(p / (1 - p)) = dp / (p (1 - p))
export const logit: Unary = elementwise({
  name: "logit",
  op: { name: "logit", f: entropy.logit },
  accepts: "float",
  tangent: (dp, p) => div(dp, mul(p, sub(one(p), p))),
});

/** The inverse of erfc on [0, 2], of full relative accuracy near 0: -ndtri(p / 2) / sqrt 2. */
export const erfcInv = (p: Tensor): Tensor =>
  mul(filledAs(p, -Math.SQRT1_2), ndtri(mul(filledAs(p, 0.5), p)));
