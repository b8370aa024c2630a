/** Padding, strides and dilations of windows, as convolutions and pools are given them. */
import { ArgumentError, describe } from "../tensor/errors.js";

/** Zeros (or what a pool pads with) before and after each axis, or a rule. */
export type Padding =
  | "SAME"
  | "SAME_LOWER"
  | "VALID"
  | number
  | readonly (readonly [low: number, high: number])[];

const whole = (x: unknown, least: number): x is number =>
  typeof x === "number" && Number.isInteger(x) && x >= least;

/** One whole number from `least` on for each of `count` axes; one number stands for all. */
export const perAxis = (
  operation: string,
  what: string,
  given: unknown,
  count: number,
  least = 1,
): readonly number[] => {
  const list = whole(given, least) ? new Array<number>(count).fill(given) : given;
  if (Array.isArray(list) && list.length === count && list.every((n) => whole(n, least))) return list;
  throw ArgumentError.invalid(
    operation,
    `${what} of ${count} axes: ${describe(given)}`,
    `Pass one whole number from ${least} on for each axis, or one for all.`,
  );
};

/**
 * Padding for each axis. SAME makes ceil(size / stride) positions, the odd zero behind (SAME_LOWER: before), and VALID pads nothing.
 * `sizes` and `windows` are those with their dilations.
 */
export const paddingOf = (
  operation: string,
  padding: unknown,
  sizes: readonly number[],
  windows: readonly number[],
  strides: readonly number[],
): readonly (readonly [number, number])[] => {
  if (padding === "VALID") return sizes.map(() => [0, 0]);
  if (padding === "SAME" || padding === "SAME_LOWER") {
    return sizes.map((n, i) => {
      const stride = strides[i] as number;
      const missing = Math.max(0, (Math.ceil(n / stride) - 1) * stride + (windows[i] as number) - n);
      const low = padding === "SAME" ? Math.floor(missing / 2) : Math.ceil(missing / 2);
      return [low, missing - low];
    });
  }
  if (whole(padding, 0)) return sizes.map(() => [padding, padding]);
  const isPair = (p: unknown): boolean =>
    Array.isArray(p) && p.length === 2 && p.every((n) => typeof n === "number" && Number.isInteger(n));
  if (Array.isArray(padding) && padding.length === sizes.length && padding.every(isPair))
    return padding as [number, number][];
  throw ArgumentError.invalid(
    operation,
    `the padding is ${describe(padding)}`,
    `It is "SAME", "SAME_LOWER", "VALID", a number, or a pair [low, high] for each of ${sizes.length} axes.`,
  );
};

/** How many places n elements take that stand `dilation` apart. */
export const dilated = (n: number, dilation: number): number => (n === 0 ? 0 : (n - 1) * dilation + 1);
