/** Modified Bessel functions, exponential integrals and Spence's function. */
import { ofFloat } from "../numpy/lift.js";
import * as primitive from "../primitives/special.js";
import type { FloatFunction } from "../tensor/signatures.js";
import { type OrderedFunction, ofOrder } from "./lift.js";

/**
 * The modified Bessel function of the first kind of order 0.
 * @example special.i0(1) // 1.2660658777520084
 * @see scipy.special.i0
 */
export const i0: FloatFunction = ofFloat("i0", (x) => primitive.besselI(x, 0));
/**
 * The same of order 1, the derivative of i0.
 * @example special.i1(1) // 0.565159103992485
 * @see scipy.special.i1
 */
export const i1: FloatFunction = ofFloat("i1", (x) => primitive.besselI(x, 1));
/**
 * e^-|x| i0(x), which does not overflow; the derivative at 0 is 0.
 * @example special.i0e(1000) // 0.012617240455891257
 * @see scipy.special.i0e
 */
export const i0e: FloatFunction = ofFloat("i0e", (x) => primitive.i0e(x, 0));
/**
 * e^-|x| i1(x), which does not overflow.
 * @example special.i1e(1000) // 0.012610930256928629
 * @see scipy.special.i1e
 */
export const i1e: FloatFunction = ofFloat("i1e", (x) => primitive.i1e(x, 0));

/**
 * The exponential integral E_1, the integral of e^-t / t from x on, for x >= 0.
 * @example special.exp1(1) // 0.21938393439552029
 * @see scipy.special.exp1
 */
export const exp1: FloatFunction = ofFloat("exp1", (x) => primitive.expn(x, 1));
/**
 * The exponential integral Ei, the principal value of the integral of e^t / t up to x.
 * @example special.expi(1) // 1.895117816355937
 * @see scipy.special.expi
 */
export const expi: FloatFunction = ofFloat("expi", primitive.expi);
/**
 * The exponential integral E_n, the integral of e^(-x t) / t^n over t > 1, for a static whole n >= 0 and x >= 0.
 * @example special.expn(2, 1) // 0.14849550677592205
 * @throws ArgumentError if n is not a whole number from 0 on.
 * @see scipy.special.expn
 */
export const expn: OrderedFunction = ofOrder("expn", primitive.expn);
/**
 * Spence's function, the integral of log t / (1 - t) from 1 to z: the dilogarithm of 1 - z.
 * @example special.spence(0) // 1.6449340668482264
 * @see scipy.special.spence
 */
export const spence: FloatFunction = ofFloat("spence", (x) => primitive.spence(x, 0));
