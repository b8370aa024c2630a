/** x log y and its relatives, with the limits at 0 that make entropies finite. */
import { logRest } from "./quadrature.js";

/** x log y, 0 where x is 0. */
export const xlogy = (x: number, y: number): number => (x === 0 && !Number.isNaN(y) ? 0 : x * Math.log(y));
/** x log(1 + y), 0 where x is 0. */
export const xlog1py = (x: number, y: number): number =>
  x === 0 && !Number.isNaN(y) ? 0 : x * Math.log1p(y);
/** -x log x; 0 at 0, -Infinity below. */
export const entr = (x: number): number =>
  x > 0 ? -x * Math.log(x) : x === 0 ? 0 : x < 0 ? Number.NEGATIVE_INFINITY : x;

/** log(x / y), to the last digit also where they are near each other. */
const logQuotient = (x: number, y: number): number => {
  const u = (x - y) / y;
  if (Math.abs(u) < 0.5) return Math.log1p(u);
  const quotient = x / y;
  return quotient > 1e-300 && quotient < 1e300 ? Math.log(quotient) : Math.log(x) - Math.log(y);
};

/** x log(x / y) for x, y > 0; 0 at x = 0 <= y, Infinity elsewhere. */
export const relEntr = (x: number, y: number): number => {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (x > 0 && y > 0) return x * logQuotient(x, y);
  return x === 0 && y >= 0 ? 0 : Number.POSITIVE_INFINITY;
};

/** x log(x / y) - x + y for x, y > 0; y at x = 0 <= y, Infinity elsewhere. */
export const klDiv = (x: number, y: number): number => {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (x > 0 && y > 0) {
    const u = (y - x) / x;
    return Math.abs(u) < 0.5 ? -x * logRest(u) : x * logQuotient(x, y) - x + y;
  }
  return x === 0 && y >= 0 ? y : Number.POSITIVE_INFINITY;
};

/** log(p / (1 - p)), relatively accurate at 1/2. */
export const logit = (p: number): number =>
  p > 0.3 && p < 0.65 ? Math.log1p((2 * p - 1) / (1 - p)) : Math.log(p / (1 - p));
