/** Owen's function (D. B. Owen, Ann. Math. Statist. 27, 1956) by quadrature of an integrand that is positive and smooth. */
import { expSquare, ndtr } from "./normal.js";
import { integral } from "./quadrature.js";

/**
 * e^(-h^2 / 2) / (2 pi) times the integral of e^(-h^2 x^2 / 2) / (1 + x^2) up to a, for h >= 0 and 0 <= a <= 1; beyond
 * h x = 9.4 there is nothing left of it.
 */
const direct = (h: number, a: number): number => {
  const end = Math.min(a, 9.4 / h);
  const half = -0.5 * h * h;
  const value = integral((x) => Math.exp(half * x * x) / (1 + x * x), end, 1 + Math.floor((h * end) / 2.5));
  return (expSquare(h, -1, 0.5) * value) / (2 * Math.PI);
};

/** T(h, a), even in h and odd in a. */
export const owensT = (h: number, a: number): number => {
  if (Number.isNaN(h) || Number.isNaN(a)) return Number.NaN;
  const [y, b] = [Math.abs(h), Math.abs(a)];
  let value: number;
  if (y > 39) value = 0;
  else if (b <= 1) value = direct(y, b);
  else if (b === Number.POSITIVE_INFINITY) value = 0.5 * ndtr(-y);
  else {
    // T(h, a) + T(a h, 1 / a) = (q(h) + q(a h)) / 2 - q(h) q(a h), q the upper tail: Owen's equation 2.3 in tails
    const [q, r] = [ndtr(-y), ndtr(-b * y)];
    value = 0.5 * (q + r) - q * r - direct(b * y, 1 / b);
  }
  return a < 0 || Object.is(a, -0) ? -value : value;
};
