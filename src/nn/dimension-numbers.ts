/** Names of axes, as convolutions and patches are given them: which axis holds examples, features, positions. */
import { ArgumentError, describe } from "../tensor/errors.js";

/**
 * How axes are named: N examples, C features, O and I the features that go out and in, and one more letter for each
 * axis of positions, the same in all three, as in ["NHWC", "HWIO", "NHWC"].
 */
export type DimensionNumbers = readonly [image: string, window: string, out: string];

export interface Layout {
  /** For each axis of [N, positions..., C], [positions..., I, O] and the result, where it stands. */
  readonly image: readonly number[];
  readonly window: readonly number[];
  readonly out: readonly number[];
}

const spatialNames = ["", "W", "HW", "DHW"];

/** The layout of `count` axes of positions; features last unless said otherwise. */
export const layoutOf = (operation: string, numbers: unknown, count: number): Layout => {
  const names = spatialNames[count];
  const given = numbers ?? (names === undefined ? undefined : [`N${names}C`, `${names}IO`, `N${names}C`]);
  const invalid = (): never => {
    throw ArgumentError.invalid(
      operation,
      `dimension numbers are ${describe(given)}`,
      'Pass three words that name the axes, such as ["NHWC", "HWIO", "NHWC"].',
    );
  };
  if (!Array.isArray(given) || given.length !== 3 || given.some((w) => typeof w !== "string"))
    return invalid();
  const [image, window, out] = given as [string, string, string];
  const positions = [...window].filter((letter) => letter !== "I" && letter !== "O");
  const places = (word: string, letters: readonly string[]): readonly number[] => {
    const at = letters.map((letter) => word.indexOf(letter));
    return at.includes(-1) || word.length !== letters.length || new Set(word).size !== word.length
      ? invalid()
      : at;
  };
  if (positions.length !== count) return invalid();
  return {
    image: places(image, ["N", ...positions, "C"]),
    window: places(window, [...positions, "I", "O"]),
    out: places(out, ["N", ...positions, "C"]),
  };
};
