/** The hypergeometric functions of Kummer and Gauss. */
import * as primitive from "../primitives/hypergeometric.js";
import { type FloatQuaternaryFunction, type FloatTernaryFunction, ofFour, ofThree } from "./lift.js";

/**
 * Kummer's function M(a, b, z) = 1F1(a; b; z), the sum of (a)_k z^k / ((b)_k k!), broadcast; NaN at the poles b = 0, -1, -2, ...
 * Derivatives in all three to every order; those in a and b are computed for |z| up to 1500, and NaN beyond.
 * @example special.hyp1f1(1, 2, [1, -50]) // [1.718281828459045, 0.02]
 * @see scipy.special.hyp1f1
 */
export const hyp1f1: FloatTernaryFunction = ofThree("hyp1f1", (a, b, z) =>
  primitive.hyp1f1([a, b, z], [0, 0]),
);
/**
 * Gauss's function F(a, b; c; z) = 2F1, the sum of (a)_k (b)_k z^k / ((c)_k k!) for |z| < 1 and its continuation to all z <= 1,
 * broadcast; NaN for z > 1, where it is complex, unless it is a polynomial, and at the poles c = 0, -1, -2, ... Derivatives
 * in all four to every order, those in a, b and c for z < 1.
 * @example special.hyp2f1(1, 1, 2, [0.5, -1]) // [1.3862943611198906, 0.6931471805599453]
 * @see scipy.special.hyp2f1
 */
export const hyp2f1: FloatQuaternaryFunction = ofFour("hyp2f1", (a, b, c, z) =>
  primitive.hyp2f1([a, b, c, z], [0, 0, 0]),
);
