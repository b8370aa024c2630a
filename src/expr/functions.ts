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

export const functions: Readonly<Record<string, (...args: number[]) => number | boolean>> = {
  fround: Math.fround,
  imul: Math.imul,
  trunc: Math.trunc,
  floor: Math.floor,
  ceil: Math.ceil,
  round,
  abs: Math.abs,
  sign: Math.sign,
  min: Math.min,
  max: Math.max,
  isFinite: Number.isFinite,
  isNaN: Number.isNaN,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  pow,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  atan2: Math.atan2,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
};
