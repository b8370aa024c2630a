/** x log y and its relatives, 0 where x is 0. */
import { ofFloat, ofFloats } from "../numpy/lift.js";
import * as primitive from "../primitives/special.js";
import * as several from "../primitives/special-several.js";
import type { FloatBinaryFunction, FloatFunction } from "../tensor/signatures.js";

/**
 * x log y, 0 where x is 0, broadcast.
 * @example special.xlogy(0, 0) // 0
 * @see scipy.special.xlogy
 */
export const xlogy: FloatBinaryFunction = ofFloats("xlogy", several.xlogy);
/**
 * x log(1 + y), 0 where x is 0, broadcast.
 * @example special.xlog1py(2, 1e-20) // 2e-20
 * @see scipy.special.xlog1py
 */
export const xlog1py: FloatBinaryFunction = ofFloats("xlog1py", several.xlog1py);
/**
 * -x log x; 0 at 0, -Infinity below.
 * @example special.entr([0, 1, 0.5]) // [0, 0, 0.34657359027997264]
 * @see scipy.special.entr
 */
export const entr: FloatFunction = ofFloat("entr", primitive.entr);
/**
 * x log(x / y) for x, y > 0, broadcast; 0 at x = 0 <= y, Infinity elsewhere.
 * @example special.relEntr(1, 2) // -0.6931471805599453
 * @see scipy.special.rel_entr
 */
export const relEntr: FloatBinaryFunction = ofFloats("relEntr", several.relEntr);
/**
 * x log(x / y) - x + y for x, y > 0, never negative, broadcast; y at x = 0 <= y, Infinity elsewhere.
 * @example special.klDiv(1, 2) // 0.3068528194400547
 * @see scipy.special.kl_div
 */
export const klDiv: FloatBinaryFunction = ofFloats("klDiv", several.klDiv);
