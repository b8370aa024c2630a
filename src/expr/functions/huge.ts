/** sin, cos and tan of numbers beyond 2^20: whole numbers of 1200 bits instead of a rounded pi. */
import type { ScalarFunctionRef } from "../expr.js";

/** 2/pi times 2^1144: enough bits behind the point for the largest double. */
const TWO_OVER_PI =
  0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5dn;

/** sin(|x| + shift pi/2) 2^128 for finite |x| > 2^20. */
const sine = (x: number, shift: bigint): bigint => {
  const size = Math.abs(x);
  const isWhole = size >= 2 ** 53;
  const turns = (BigInt(isWhole ? size : size * 2 ** 32) * TWO_OVER_PI) >> (isWhole ? 1016n : 1048n);
  const nearest = (turns + (1n << 127n)) >> 128n;
  const angle = ((turns - (nearest << 128n)) << 128n) / (TWO_OVER_PI >> 1016n);
  const quadrant = nearest + shift;
  const square = (angle * angle) >> 128n;
  // Taylor's series of the sine or, in odd quadrants, of the cosine
  let n = quadrant & 1n;
  let term = n === 0n ? angle : 1n << 128n;
  let sum = 0n;
  for (n = 1n - n; n < 32n; n += 2n) {
    sum += term;
    term = ((-term * square) >> 128n) / ((n + 1n) * (n + 2n));
  }
  return quadrant & 2n ? -sum : sum;
};

/** Beyond it, numbers are huge. */
export const HUGE = 1647099;

/** Of numbers that are not huge, NaN: both branches of a selection may be computed. */
/* @__NO_SIDE_EFFECTS__ */
const huge = (name: string, value: (x: number) => bigint): ScalarFunctionRef => ({
  name,
  f: (x = 0) => (Math.abs(x) > HUGE && x - x === 0 ? Number(value(x)) / 2 ** 128 : Number.NaN),
});

export const sinHuge: ScalarFunctionRef = huge("sinHuge", (x) => (x < 0 ? -sine(x, 0n) : sine(x, 0n)));
export const cosHuge: ScalarFunctionRef = huge("cosHuge", (x) => sine(x, 1n));
export const tanHuge: ScalarFunctionRef = huge(
  "tanHuge",
  (x) => ((x < 0 ? -sine(x, 0n) : sine(x, 0n)) << 128n) / sine(x, 1n),
);
