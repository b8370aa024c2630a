/**
 * Transcendental functions, each with its derivative beside it; `y` is the function's value. Derivatives are
 * programs of the same functions, so they hold to every order.
 */
import { call, constant, input } from "../expr/expr.js";
import * as error from "../expr/functions/error.js";
import * as exponential from "../expr/functions/exponential.js";
import * as inverse from "../expr/functions/inverse.js";
import * as logarithm from "../expr/functions/logarithm.js";
import * as power from "../expr/functions/power.js";
import * as trigonometric from "../expr/functions/trigonometric.js";
import * as special from "../kernel/special.js";
import type { Tensor } from "../tensor/tensor.js";
import { abs, add, div, filledAs, integerPow, mul, neg, one, sub } from "./arithmetic.js";
import { eq, select } from "./compare.js";
import type { Binary, Unary, UnaryWith } from "./define.js";
import { elementwise, elementwise2, elementwiseWith } from "./elementwise.js";

const square = (x: Tensor): Tensor => mul(x, x);

export const exp: Unary = elementwise({
  name: "exp",
  op: exponential.exp,
  accepts: "float",
  tangent: (dx, _, y) => mul(dx, y),
});

// d expm1(x) = (expm1(x) + 1) dx
export const expm1: Unary = elementwise({
  name: "expm1",
  op: exponential.expm1,
  accepts: "float",
  tangent: (dx, x) => mul(dx, exp(x)),
});

export const log: Unary = elementwise({
  name: "log",
  op: logarithm.log,
  accepts: "float",
  tangent: (dx, x) => div(dx, x),
});

export const log1p: Unary = elementwise({
  name: "log1p",
  op: logarithm.log1p,
  accepts: "float",
  tangent: (dx, x) => div(dx, add(x, one(x))),
});

// d sqrt(x) = dx / (2 sqrt(x)); infinite at 0
export const sqrt: Unary = elementwise({
  name: "sqrt",
  op: "sqrt",
  accepts: "float",
  tangent: (dx, x, y) => div(dx, mul(filledAs(x, 2), y)),
});

// d cbrt(x) = dx / (3 cbrt(x)^2)
export const cbrt: Unary = elementwise({
  name: "cbrt",
  op: power.cbrt,
  accepts: "float",
  tangent: (dx, x, y) => div(dx, mul(filledAs(x, 3), square(y))),
});

/**
 * x^y. d(x^y) = y x^(y-1) dx + log(x) x^y dy, where 0^0 counts as constant: the derivative in y at x = 0 is 0
 * (log 0 replaced by log 1, as in JAX), and that in x is 0 there, so that no 0 times infinity appears.
 */
export const pow: Binary = elementwise2(
  {
    name: "pow",
    op: power.pow,
    accepts: "float",
    tangents: [
      (dx, x, y) => {
        // only where both are 0: elsewhere the derivative in x is 0 at y = 0, but its derivative in y is 1 / x
        const isOrigin = eq(add(abs(x), abs(y)), filledAs(x, 0));
        const safe = select(isOrigin, one(y), y);
        return mul(dx, select(isOrigin, filledAs(x, 0), mul(y, pow(x, sub(safe, one(y))))));
      },
      (dy, x, _, out) => mul(dy, mul(log(select(eq(x, filledAs(x, 0)), one(x), x)), out)),
    ],
  },
  () => add,
);

export const sin: Unary = elementwise({
  name: "sin",
  op: trigonometric.sin,
  accepts: "float",
  tangent: (dx, x) => mul(dx, cos(x)),
});
export const cos: Unary = elementwise({
  name: "cos",
  op: trigonometric.cos,
  accepts: "float",
  tangent: (dx, x) => neg(mul(dx, sin(x))),
});
// d tan(x) = (1 + tan(x)^2) dx
export const tan: Unary = elementwise({
  name: "tan",
  op: trigonometric.tan,
  accepts: "float",
  tangent: (dx, x, y) => mul(dx, add(one(x), square(y))),
});

/** 1 - x^2 as (1 - x)(1 + x): no cancellation near 1. */
const oneMinusSquare = (x: Tensor): Tensor => mul(sub(one(x), x), add(one(x), x));

export const asin: Unary = elementwise({
  name: "asin",
  op: inverse.asin,
  accepts: "float",
  tangent: (dx, x) => div(dx, sqrt(oneMinusSquare(x))),
});
export const acos: Unary = elementwise({
  name: "acos",
  op: inverse.acos,
  accepts: "float",
  tangent: (dx, x) => neg(div(dx, sqrt(oneMinusSquare(x)))),
});
export const atan: Unary = elementwise({
  name: "atan",
  op: inverse.atan,
  accepts: "float",
  tangent: (dx, x) => div(dx, add(one(x), square(x))),
});

// atan2(y, x): d = (x dy - y dx) / (x^2 + y^2); the operands come as (y, x)
export const atan2: Binary = elementwise2(
  {
    name: "atan2",
    op: inverse.atan2,
    accepts: "float",
    tangents: [
      (dy, y, x) => mul(dy, div(x, add(square(x), square(y)))),
      (dx, y, x) => mul(dx, div(neg(y), add(square(x), square(y)))),
    ],
  },
  () => add,
);

export const sinh: Unary = elementwise({
  name: "sinh",
  op: exponential.sinh,
  accepts: "float",
  tangent: (dx, x) => mul(dx, cosh(x)),
});
export const cosh: Unary = elementwise({
  name: "cosh",
  op: exponential.cosh,
  accepts: "float",
  tangent: (dx, x) => mul(dx, sinh(x)),
});
// d tanh(x) = (1 - y)(1 + y) dx
export const tanh: Unary = elementwise({
  name: "tanh",
  op: exponential.tanh,
  accepts: "float",
  tangent: (dx, _, y) => mul(dx, oneMinusSquare(y)),
});
export const asinh: Unary = elementwise({
  name: "asinh",
  op: logarithm.asinh,
  accepts: "float",
  tangent: (dx, x) => div(dx, sqrt(add(square(x), one(x)))),
});
// sqrt(x - 1) sqrt(x + 1) rather than sqrt(x^2 - 1): no cancellation near 1
export const acosh: Unary = elementwise({
  name: "acosh",
  op: logarithm.acosh,
  accepts: "float",
  tangent: (dx, x) => div(dx, mul(sqrt(sub(x, one(x))), sqrt(add(x, one(x))))),
});
export const atanh: Unary = elementwise({
  name: "atanh",
  op: logarithm.atanh,
  accepts: "float",
  tangent: (dx, x) => div(dx, oneMinusSquare(x)),
});

// y = 1 / (1 + e^-x): dy = y (1 - y) dx, with 1 - y as the function at -x
export const logistic: Unary = elementwise({
  name: "logistic",
  op: exponential.logistic,
  accepts: "float",
  tangent: (dx, x, y) => mul(dx, mul(y, logistic(neg(x)))),
});

const twoOverRootPi = 1.1283791670955126; // 2 / sqrt(pi)
/** The bell under erf: 2/sqrt(pi) e^(-x^2). */
const bell = (x: Tensor): Tensor => mul(filledAs(x, twoOverRootPi), exp(neg(square(x))));

export const erf: Unary = elementwise({
  name: "erf",
  op: error.erf,
  accepts: "float",
  tangent: (dx, x) => mul(dx, bell(x)),
});
export const erfc: Unary = elementwise({
  name: "erfc",
  op: error.erfc,
  accepts: "float",
  tangent: (dx, x) => neg(mul(dx, bell(x))),
});
// d erfInv(x) = sqrt(pi)/2 e^(y^2) dx
export const erfInv: Unary = elementwise({
  name: "erfInv",
  op: { name: "erfInv", f: special.erfInv },
  accepts: "float",
  tangent: (dx, x, y) => mul(dx, mul(filledAs(x, 1 / twoOverRootPi), exp(square(y)))),
});

/** log |Gamma(x)|; its derivative is the digamma function, polygamma of order 0. */
export const lgamma: Unary = elementwise({
  name: "lgamma",
  op: { name: "lgamma", f: special.lgamma },
  accepts: "float",
  tangent: (dx, x) => mul(dx, polygamma(x, 0)),
});

/** The n-th derivative of the digamma function, for a static order n >= 0. */
export const polygamma: UnaryWith<number> = elementwiseWith<number>({
  name: "polygamma",
  accepts: "float",
  expr: (n) => call({ name: "polygamma", f: special.polygamma }, constant(n), input(0)),
  key: (n) => String(n),
  tangent: (dx, x, _, n) => mul(dx, polygamma(x, n + 1)),
});

/** 1 / sqrt(x), with derivative -y^3/2. */
export const rsqrt = (x: Tensor): Tensor => integerPow(sqrt(x), -1);
