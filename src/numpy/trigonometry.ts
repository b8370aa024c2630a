/** Trigonometric and hyperbolic functions with their inverses, angles, and sinc, which is smooth at 0. */
import { add, div, filledAs, mul } from "../primitives/arithmetic.js";
import { lt, select } from "../primitives/compare.js";
import * as primitive from "../primitives/transcendental.js";
import type { FloatBinaryFunction, FloatFunction } from "../tensor/signatures.js";
import type { Tensor } from "../tensor/tensor.js";
import { ofFloat, ofFloats } from "./lift.js";

/**
 * Sine of angles in radians.
 * @example np.sin(0) // 0
 * @see numpy.sin
 */
export const sin: FloatFunction = ofFloat("sin", primitive.sin);
/**
 * Cosine of angles in radians.
 * @example np.cos(0) // 1
 * @see numpy.cos
 */
export const cos: FloatFunction = ofFloat("cos", primitive.cos);
/**
 * Tangent of angles in radians.
 * @example np.tan(0) // 0
 * @see numpy.tan
 */
export const tan: FloatFunction = ofFloat("tan", primitive.tan);
/**
 * Inverse sine, between -pi/2 and pi/2; NaN outside -1 to 1.
 * @example np.arcsin(1) // 1.5707963267948966
 * @see numpy.arcsin
 */
export const arcsin: FloatFunction = ofFloat("arcsin", primitive.asin);
/**
 * Inverse cosine, between 0 and pi; NaN outside -1 to 1.
 * @example np.arccos(1) // 0
 * @see numpy.arccos
 */
export const arccos: FloatFunction = ofFloat("arccos", primitive.acos);
/**
 * Inverse tangent, between -pi/2 and pi/2.
 * @example np.arctan(1) // 0.7853981633974483
 * @see numpy.arctan
 */
export const arctan: FloatFunction = ofFloat("arctan", primitive.atan);
/**
 * Angle of the point (x, y), between -pi and pi; y comes first.
 * @example np.arctan2(1, -1) // 2.356194490192345
 * @see numpy.arctan2
 */
export const arctan2: FloatBinaryFunction = ofFloats("arctan2", primitive.atan2);

/**
 * Hyperbolic sine.
 * @example np.sinh(0) // 0
 * @see numpy.sinh
 */
export const sinh: FloatFunction = ofFloat("sinh", primitive.sinh);
/**
 * Hyperbolic cosine.
 * @example np.cosh(0) // 1
 * @see numpy.cosh
 */
export const cosh: FloatFunction = ofFloat("cosh", primitive.cosh);
/**
 * Hyperbolic tangent.
 * @example np.tanh(0) // 0
 * @see numpy.tanh
 */
export const tanh: FloatFunction = ofFloat("tanh", primitive.tanh);
/**
 * Inverse hyperbolic sine.
 * @example np.arcsinh(0) // 0
 * @see numpy.arcsinh
 */
export const arcsinh: FloatFunction = ofFloat("arcsinh", primitive.asinh);
/**
 * Inverse hyperbolic cosine; NaN below 1.
 * @example np.arccosh(1) // 0
 * @see numpy.arccosh
 */
export const arccosh: FloatFunction = ofFloat("arccosh", primitive.acosh);
/**
 * Inverse hyperbolic tangent; NaN outside -1 to 1.
 * @example np.arctanh(0) // 0
 * @see numpy.arctanh
 */
export const arctanh: FloatFunction = ofFloat("arctanh", primitive.atanh);

/**
 * Degrees to radians.
 * @example np.deg2rad(180) // 3.141592653589793
 * @see numpy.deg2rad
 */
export const deg2rad: FloatFunction = ofFloat("deg2rad", (x) => mul(x, filledAs(x, Math.PI / 180)));
export const radians: FloatFunction = deg2rad;
/**
 * Radians to degrees.
 * @example np.rad2deg(Math.PI) // 180
 * @see numpy.rad2deg
 */
export const rad2deg: FloatFunction = ofFloat("rad2deg", (x) => mul(x, filledAs(x, 180 / Math.PI)));
export const degrees: FloatFunction = rad2deg;

/** sin(t) / t = 1 - t^2/3! + t^4/5! - ...: with t^2 below 1 the last term is below one unit of float64. */
const sincSeries = (t: Tensor): Tensor => {
  const squared = mul(t, t);
  const terms = 12;
  let sum = filledAs(t, 1);
  // Horner's scheme from the inside: 1 - t^2/(2k (2k + 1)) (1 - ...)
  for (let k = terms; k >= 1; k--) {
    sum = add(filledAs(t, 1), mul(mul(squared, filledAs(t, -1 / (2 * k * (2 * k + 1)))), sum));
  }
  return sum;
};

/**
 * sin(pi x) / (pi x), and 1 at 0. Near 0 it is a series, so that derivatives hold there to high order.
 * @example np.sinc([0, 0.5]) // [1, 0.6366197723675814]
 * @see numpy.sinc
 */
export const sinc: FloatFunction = ofFloat("sinc", (x) => {
  const t = mul(x, filledAs(x, Math.PI));
  const near = lt(mul(t, t), filledAs(t, 1));
  const safe = select(near, filledAs(t, 1), t);
  const small = select(near, t, filledAs(t, 0));
  return select(near, sincSeries(small), div(primitive.sin(safe), safe));
});
