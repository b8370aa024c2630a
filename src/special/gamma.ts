/** The gamma and beta functions, their logarithms, derivatives and incomplete forms. */

import { asFloat } from "../numpy/door.js";
import { ofFloat, ofFloats } from "../numpy/lift.js";
import { add, div, filledAs, mul, sub } from "../primitives/arithmetic.js";
import * as primitive from "../primitives/special.js";
import * as several from "../primitives/special-several.js";
import { lgamma as lgammaPrimitive, polygamma as polygammaPrimitive } from "../primitives/transcendental.js";
import type { FloatBinaryFunction, FloatFunction } from "../tensor/signatures.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import {
  checkCount,
  type FloatTernaryFunction,
  type FunctionWithCount,
  type OrderedFunction,
  ofOrder,
  ofThree,
} from "./lift.js";

/**
 * The gamma function; NaN at the poles -1, -2, ..., infinite at 0 with the sign of the zero.
 * @example special.gamma([5, 0.5]) // [24, 1.772453850905516]
 * @see scipy.special.gamma
 */
export const gamma: FloatFunction = ofFloat("gamma", primitive.gamma);
/**
 * log |gamma(x)|; Infinity at the poles. Near its zeros 1 and 2 all digits are kept; near those below 0, which no double is,
 * as many as an ulp of x allows.
 * @example special.gammaln(100) // 359.1342053695754
 * @see scipy.special.gammaln
 */
export const gammaln: FloatFunction = ofFloat("gammaln", lgammaPrimitive);
/**
 * Another name of gammaln, as in C.
 * @example special.lgamma(3) // 0.6931471805599453
 * @see math.lgamma
 */
export const lgamma: FloatFunction = ofFloat("lgamma", lgammaPrimitive);
/**
 * The sign of gamma(x), with derivative 0; NaN at the poles -1, -2, ...
 * @example special.gammasgn([2, -0.5]) // [1, -1]
 * @see scipy.special.gammasgn
 */
export const gammasgn: FloatFunction = ofFloat("gammasgn", primitive.gammaSign);
/**
 * The derivative of gammaln, with all digits at its zero 1.4616...; near those below 0 as many as an ulp of x allows.
 * @example special.digamma(1) // -0.5772156649015329
 * @see scipy.special.digamma
 */
export const digamma: FloatFunction = ofFloat("digamma", (x) => polygammaPrimitive(x, 0));
/**
 * The n-th derivative of digamma, for a static whole n >= 0.
 * @example special.polygamma(1, 1) // 1.6449340668482264
 * @throws ArgumentError if n is not a whole number from 0 on.
 * @see scipy.special.polygamma
 */
export const polygamma: OrderedFunction = ofOrder("polygamma", polygammaPrimitive);
/**
 * Hurwitz's zeta function, the sum of (q + k)^-s over k = 0, 1, 2, ... for s > 1; Riemann's for q = 1. Broadcast;
 * derivatives in s too, for q > 0.
 * @example special.zeta(2, 1) // 1.6449340668482264
 * @see scipy.special.zeta
 */
export const zeta: FloatBinaryFunction = ofFloats("zeta", (s, q) => several.zeta([s, q], 0));

/**
 * The beta function gamma(a) gamma(b) / gamma(a + b), broadcast.
 * @example special.beta(2, 3) // 0.08333333333333333
 * @see scipy.special.beta
 */
export const beta: FloatBinaryFunction = ofFloats("beta", several.beta);
/**
 * log |beta(a, b)|, broadcast; large arguments cancel before their logarithms are taken.
 * @example special.betaln(1e6, 2e6) // -1909548.290968533
 * @see scipy.special.betaln
 */
export const betaln: FloatBinaryFunction = ofFloats("betaln", several.betaln);

/**
 * The regularized lower incomplete gamma function P(a, x), broadcast: the integral of t^(a - 1) e^-t from 0 to x over
 * gamma(a), for a, x >= 0. Derivatives in both to every order.
 * @example special.gammainc(3, 2) // 0.3233235838169366
 * @see scipy.special.gammainc
 */
export const gammainc: FloatBinaryFunction = ofFloats("gammainc", (a, x) => several.gammainc([a, x], 0));
/**
 * The regularized upper incomplete gamma function 1 - P(a, x), relatively accurate where it is small.
 * @example special.gammaincc(3, 200) // 2.7956093736608836e-83
 * @see scipy.special.gammaincc
 */
export const gammaincc: FloatBinaryFunction = ofFloats("gammaincc", several.gammaincc);
/**
 * The regularized incomplete beta function I_x(a, b), broadcast, for a, b >= 0 and 0 <= x <= 1. Derivatives in all three
 * to every order.
 * @example special.betainc(2, 3, 0.5) // 0.6875
 * @see scipy.special.betainc
 */
export const betainc: FloatTernaryFunction = ofThree("betainc", (a, b, x) =>
  several.betainc([a, b, x], [0, 0]),
);

/**
 * The logarithm of the multivariate gamma function of dimension d at a > (d - 1) / 2.
 * @example special.multigammaln(4.5, 2) // 4.817860982995197
 * @throws ArgumentError if d is not a whole number from 1 on.
 * @see scipy.special.multigammaln
 */
export const multigammaln: FunctionWithCount = ((a: TensorLike, d: number): Tensor => {
  const x = asFloat("multigammaln", a);
  const n = checkCount("multigammaln", "the dimension", d, 1);
  // d (d - 1) / 4 log pi + sum over j < d of log Gamma(a - j / 2)
  let sum = filledAs(x, 0.25 * n * (n - 1) * Math.log(Math.PI));
  for (let j = 0; j < n; j++) sum = add(sum, lgammaPrimitive(sub(x, filledAs(x, 0.5 * j))));
  return sum;
}) as FunctionWithCount;

const plusOne = (x: Tensor): Tensor => add(x, filledAs(x, 1));
/**
 * x! = gamma(x + 1), also between whole numbers.
 * @example special.factorial([0, 5]) // [1, 120]
 * @see scipy.special.factorial
 */
export const factorial: FloatFunction = ofFloat("factorial", (x) => primitive.gamma(plusOne(x)));
/**
 * The binomial coefficient n over k for 0 <= k <= n, broadcast, also between whole numbers.
 * @example special.binom(5, 2) // 10
 * @see scipy.special.binom
 */
export const binom: FloatBinaryFunction = ofFloats("binom", (n, k) => {
  const m = plusOne(n);
  return div(filledAs(m, 1), mul(m, several.beta(sub(m, k), plusOne(k))));
});
/**
 * Pochhammer's symbol gamma(a + m) / gamma(a) for a, m > 0, broadcast.
 * @example special.poch(2, 3) // 24
 * @see scipy.special.poch
 */
export const poch: FloatBinaryFunction = ofFloats("poch", (a, m) =>
  div(primitive.gamma(m), several.beta(a, m)),
);
