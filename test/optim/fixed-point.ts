/** Real numbers to 60 decimals: whole multiples of 2^-200. For published formulas, computed without rounding to speak of. */

export type Fixed = bigint;
const bits = 200n;
const one = 1n << bits;

/** The very number that the double is. */
export const fixed = (x: number): Fixed => {
  let [whole, shift] = [x, 0n];
  while (!Number.isInteger(whole)) {
    whole *= 2;
    shift++;
  }
  if (shift > bits) throw new Error(`${x} is too small`);
  return BigInt(whole) << (bits - shift);
};
/** The nearest double, but for a unit in the last place. */
export const toDouble = (x: Fixed): number => {
  const magnitude = x < 0n ? -x : x;
  const length = magnitude.toString(2).length;
  const drop = BigInt(Math.max(0, length - 60));
  const value = Number(magnitude >> drop) * 2 ** Number(drop - bits);
  return x < 0n ? -value : value;
};
export const times = (a: Fixed, b: Fixed): Fixed => (a * b) / one;
export const over = (a: Fixed, b: Fixed): Fixed => (a << bits) / b;
export const squared = (a: Fixed): Fixed => times(a, a);
export const root = (a: Fixed): Fixed => {
  if (a < 0n) throw new Error("no root");
  if (a === 0n) return 0n;
  const square = a << bits;
  let x = 1n << BigInt((square.toString(2).length / 2 + 1) >> 0);
  for (;;) {
    const next = (x + square / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
};
export const toThe = (a: Fixed, n: number): Fixed => {
  let power = one;
  for (let i = 0; i < n; i++) power = times(power, a);
  return power;
};
export const unit: Fixed = one;
