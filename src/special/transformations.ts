/** Box and Cox's power transformations and their inverses. */
import { ofFloats } from "../numpy/lift.js";
import * as primitive from "../primitives/boxcox.js";
import type { FloatBinaryFunction } from "../tensor/signatures.js";

/**
 * (x^l - 1) / l, and log x for l = 0, broadcast; NaN for x < 0. Derivatives in both to every order, smooth at l = 0.
 * @example special.boxcox([1, 4, 4], [3, 0.5, 0]) // [0, 2, 1.3862943611198906]
 * @see scipy.special.boxcox
 */
export const boxcox: FloatBinaryFunction = ofFloats("boxcox", (x, l) => primitive.boxcox([x, l], 0));
/**
 * boxcox(1 + x, l), without rounding 1 + x: ((1 + x)^l - 1) / l, and log(1 + x) for l = 0, broadcast.
 * @example special.boxcox1p([1e-20, 3], [2, 0.5]) // [1e-20, 2]
 * @see scipy.special.boxcox1p
 */
export const boxcox1p: FloatBinaryFunction = ofFloats("boxcox1p", (x, l) => primitive.boxcox1p([x, l], 0));
/**
 * The inverse of boxcox in x: (1 + l y)^(1 / l), and e^y for l = 0, broadcast; NaN where l y < -1.
 * @example special.invBoxcox([2, 0], [0.5, 0]) // [4, 1]
 * @see scipy.special.inv_boxcox
 */
export const invBoxcox: FloatBinaryFunction = ofFloats("invBoxcox", primitive.inverseBoxcox);
/**
 * The inverse of boxcox1p in x: (1 + l y)^(1 / l) - 1, and e^y - 1 for l = 0, broadcast.
 * @example special.invBoxcox1p([1e-20, 2], [3, 0.5]) // [1e-20, 3]
 * @see scipy.special.inv_boxcox1p
 */
export const invBoxcox1p: FloatBinaryFunction = ofFloats("invBoxcox1p", primitive.inverseBoxcox1p);
