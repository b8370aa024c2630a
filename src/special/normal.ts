/** The error functions, the logistic and the normal distribution: values far into the tails, derivatives to every order. */
import { ofFloat, ofFloats } from "../numpy/lift.js";
import { owensT as owensTPrimitive } from "../primitives/owens.js";
import * as primitive from "../primitives/special.js";
import * as transcendental from "../primitives/transcendental.js";
import type { FloatBinaryFunction, FloatFunction } from "../tensor/signatures.js";

/**
 * The error function, 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x.
 * @example special.erf(0.5) // 0.5204998778130465
 * @see scipy.special.erf
 */
export const erf: FloatFunction = ofFloat("erf", transcendental.erf);
/**
 * 1 - erf(x), relatively accurate in the right tail.
 * @example special.erfc(10) // 2.0884875837625449e-45
 * @see scipy.special.erfc
 */
export const erfc: FloatFunction = ofFloat("erfc", transcendental.erfc);
/**
 * e^(x^2) erfc(x), which does not underflow.
 * @example special.erfcx(100) // 0.005641613782989433
 * @see scipy.special.erfcx
 */
export const erfcx: FloatFunction = ofFloat("erfcx", (x) => primitive.erfcx(x, 0));
/**
 * The inverse of erf on [-1, 1]; infinite at the ends, NaN outside.
 * @example special.erfInv(0.5) // 0.4769362762044699
 * @see scipy.special.erfinv
 */
export const erfInv: FloatFunction = ofFloat("erfInv", transcendental.erfInv);
/**
 * The inverse of erfc on [0, 2], relatively accurate for the smallest arguments.
 * @example special.erfcInv(1e-300) // 26.209469960516124
 * @see scipy.special.erfcinv
 */
export const erfcInv: FloatFunction = ofFloat("erfcInv", primitive.erfcInv);

/**
 * The logistic function 1 / (1 + e^-x).
 * @example special.expit(0) // 0.5
 * @see scipy.special.expit
 */
export const expit: FloatFunction = ofFloat("expit", transcendental.logistic);
/**
 * log(p / (1 - p)), the inverse of expit; infinite at 0 and 1, NaN outside.
 * @example special.logit(0.75) // 1.0986122886681096
 * @see scipy.special.logit
 */
export const logit: FloatFunction = ofFloat("logit", primitive.logit);

/**
 * The probability that a standard normal variate is below x.
 * @example special.ndtr(-20) // 2.7536241186062337e-89
 * @see scipy.special.ndtr
 */
export const ndtr: FloatFunction = ofFloat("ndtr", primitive.ndtr);
/**
 * log ndtr(x), finite where ndtr underflows; its derivative is computed without exponentials.
 * @example special.logNdtr(-100) // -5005.524208694205
 * @see scipy.special.log_ndtr
 */
export const logNdtr: FloatFunction = ofFloat("logNdtr", primitive.logNdtr);
/**
 * The inverse of ndtr on [0, 1]; infinite at the ends, NaN outside.
 * @example special.ndtri(0.975) // 1.9599639845400538
 * @see scipy.special.ndtri
 */
export const ndtri: FloatFunction = ofFloat("ndtri", primitive.ndtri);
/**
 * Owen's T function, broadcast: 1 / (2 pi) times the integral of e^(-h^2 (1 + x^2) / 2) / (1 + x^2) from 0 to a. It is the
 * probability that of two standard normal variates one exceeds h and the other lies between 0 and a times it.
 * @example special.owensT([0, 1], 1) // [0.125, 0.06674188216570097]
 * @see scipy.special.owens_t
 */
export const owensT: FloatBinaryFunction = ofFloats("owensT", owensTPrimitive);
