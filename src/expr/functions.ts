/**
 * The functions that scalar expressions may call: JavaScript's own where they are exact or good to the last
 * digit, ours where they differ from IEEE 754 (pow at 1) or from NumPy (rounding to even).
 */

/** To the nearest integer, halves to the even one. */
const round = (x: number): number => {
  const r = Math.round(x);
  return r - x === 0.5 && r % 2 !== 0 ? r - 1 : r === 0 ? x * 0 : r;
};

/** IEEE 754 pow: 1 to any power and anything to the power 0 is 1, also for NaN; (-1) to an infinite power is 1. */
const pow = (x: number, y: number): number =>
  x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;

type NumberFunction = (...args: number[]) => number | boolean;

const ours: Readonly<Record<string, NumberFunction>> = {
  round,
  pow,
  isFinite: Number.isFinite,
  isNaN: Number.isNaN,
};

/** The function that generated source calls by this name. */
export const functionNamed = (name: string): NumberFunction =>
  ours[name] ?? (Math[name as keyof Math] as NumberFunction);
