/**
 * Roots, exponentials and logarithms, and the two-operand functions made of them. Where a naive formula would
 * overflow, cancel or divide 0 by 0 it is rearranged so that its derivatives, which follow it, hold too.
 */
import { abs, add, div, filledAs, mul, round, stopGradient, sub } from "../primitives/arithmetic.js";
import { and, not, or } from "../primitives/bits.js";
import { eq, ge, gt, isFinite, isNaN, le, lt, max, select } from "../primitives/compare.js";
import * as primitive from "../primitives/transcendental.js";
import type { FloatBinaryFunction, FloatFunction } from "../tensor/signatures.js";
import type { Tensor } from "../tensor/tensor.js";
import { ofFloat, ofFloats } from "./lift.js";

/**
 * Square root; NaN below 0, the derivative at 0 is infinite.
 * @example np.sqrt([4, 9]) // [2, 3]
 * @see numpy.sqrt
 */
export const sqrt: FloatFunction = ofFloat("sqrt", primitive.sqrt);
/**
 * Cube root, also of negative numbers.
 * @example np.cbrt([8, -27]) // [2, -3]
 * @see numpy.cbrt
 */
export const cbrt: FloatFunction = ofFloat("cbrt", primitive.cbrt);
/**
 * 1 / sqrt(x).
 * @example np.rsqrt([4, 16]) // [0.5, 0.25]
 * @see jax.lax.rsqrt
 */
export const rsqrt: FloatFunction = ofFloat("rsqrt", primitive.rsqrt);

/**
 * e to the power x.
 * @example np.exp(0) // 1
 * @see numpy.exp
 */
export const exp: FloatFunction = ofFloat("exp", primitive.exp);
/**
 * 2 to the power x.
 * @example np.exp2([3, -1]) // [8, 0.5]
 * @see numpy.exp2
 */
export const exp2: FloatFunction = ofFloat("exp2", (x) => primitive.pow(filledAs(x, 2), x));
/**
 * e^x - 1, exact near 0.
 * @example np.expm1(1e-20) // 1e-20
 * @see numpy.expm1
 */
export const expm1: FloatFunction = ofFloat("expm1", primitive.expm1);
/**
 * Natural logarithm; -Infinity at 0, NaN below.
 * @example np.log(1) // 0
 * @see numpy.log
 */
export const log: FloatFunction = ofFloat("log", primitive.log);
/**
 * log(1 + x), exact near 0.
 * @example np.log1p(1e-20) // 1e-20
 * @see numpy.log1p
 */
export const log1p: FloatFunction = ofFloat("log1p", primitive.log1p);

/** log x / log base; within rounding error of a whole number it is that number, as at the powers of the base. */
const logarithm = (x: Tensor, base: number): Tensor => {
  const y = div(primitive.log(x), filledAs(x, Math.log(base)));
  const known = stopGradient(y);
  const whole = round(known);
  const step = sub(whole, known);
  const bound = mul(abs(whole), filledAs(x, x.dtype === "float32" ? 2 ** -22 : 2 ** -51));
  return add(y, select(le(abs(step), bound), step, filledAs(x, 0)));
};
/**
 * Logarithm to base 2, exact at powers of 2.
 * @example np.log2([8, 0.5]) // [3, -1]
 * @see numpy.log2
 */
export const log2: FloatFunction = ofFloat("log2", (x) => logarithm(x, 2));
/**
 * Logarithm to base 10, exact at powers of 10.
 * @example np.log10([1000, 0.1]) // [3, -1]
 * @see numpy.log10
 */
export const log10: FloatFunction = ofFloat("log10", (x) => logarithm(x, 10));

// hi + log(1 + e^(lo - hi)): either operand may be called hi where they are equal, so the derivatives, the weights
// e^(a - out) and e^(b - out), hold at ties to every order. Equal infinities have no difference: they share evenly.
const logAddExp = (a: Tensor, b: Tensor): Tensor => {
  const ordered = ge(a, b);
  const hi = select(ordered, a, b);
  const lo = select(ordered, b, a);
  const infinite = and(eq(a, b), not(isFinite(a)));
  const base = select(infinite, mul(filledAs(a, 0.5), add(a, b)), hi);
  const gap = select(infinite, filledAs(a, 0), sub(lo, hi));
  return add(base, primitive.log1p(primitive.exp(gap)));
};

/**
 * log(e^a + e^b) without overflow, broadcast.
 * @example np.logaddexp(1000, 1000) // 1000.6931471805599
 * @see numpy.logaddexp
 */
export const logaddexp: FloatBinaryFunction = ofFloats("logaddexp", logAddExp);

/**
 * log2(2^a + 2^b) without overflow, broadcast.
 * @example np.logaddexp2(3, 3) // 4
 * @see numpy.logaddexp2
 */
export const logaddexp2: FloatBinaryFunction = ofFloats("logaddexp2", (a, b) => {
  const scale = filledAs(a, Math.LN2);
  return div(logAddExp(mul(a, scale), mul(b, scale)), scale);
});

/**
 * sqrt(a^2 + b^2) without overflow, broadcast; the derivative at (0, 0) is 0 (minimum norm).
 * @example np.hypot(3, 4) // 5
 * @see numpy.hypot
 */
export const hypot: FloatBinaryFunction = ofFloats("hypot", (a, b) => {
  const zero = filledAs(a, 0);
  const one = filledAs(a, 1);
  const size = stopGradient(max(abs(a), abs(b)));
  const infinite = or(not(or(isFinite(a), isNaN(a))), not(or(isFinite(b), isNaN(b))));
  const atOrigin = eq(size, zero);
  const special = or(infinite, atOrigin);
  // powers of two bring the squares into range and cost no digit
  const [far, step] = a.dtype === "float32" ? [1e15, 2 ** 100] : [1e150, 2 ** 600];
  const scale = select(
    gt(size, filledAs(a, far)),
    filledAs(a, 1 / step),
    select(lt(size, filledAs(a, 1 / far)), filledAs(a, step), one),
  );
  const x = mul(select(special, one, a), scale);
  const y = mul(select(special, zero, b), scale);
  const length = div(primitive.sqrt(add(mul(x, x), mul(y, y))), scale);
  return select(infinite, filledAs(a, Infinity), select(atOrigin, zero, length));
});
