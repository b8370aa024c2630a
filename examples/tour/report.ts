/** What a part of the tour hands back: lines to print and how many comparisons did not hold. */
import type { Nested, Tensor } from "cotangent";

export interface Part {
  readonly lines: readonly string[];
  readonly failures: number;
}

export const mark = (holds: boolean): string => (holds ? "✓" : "✗");

/** One line of the table: what a notebook prints, and our tensors for the same. */
export interface Row {
  /** Rows without a number go on with the behaviour above. */
  readonly id: number | null;
  readonly what: string;
  /** As the notebook prints it, several values separated by blanks. */
  readonly prints: string;
  readonly ours: readonly (Tensor | undefined)[];
}

const rounded = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(rounded) : typeof value === "number" ? Math.fround(value) : value;

/** What a notebook's text means, in float32. */
const meaning = (text: string): unknown =>
  rounded(
    JSON.parse(
      text
        .replace(/^tensor\((.*)\)$/, "$1")
        .replace("None", "null")
        .replaceAll("True", "true")
        .replaceAll("False", "false")
        .replace(/\.(?!\d)/g, ""),
    ),
  );

const show = (x: Tensor | undefined): string =>
  x === undefined
    ? "None"
    : JSON.stringify(x.toArray()).replaceAll("true", "True").replaceAll("false", "False");

/** `None`, no path of dependence: undefined by tapes, zero by functions. */
const isNone = (x: Tensor | undefined): boolean => x === undefined || (x.size === 1 && x.item() === 0);

/** Equal to the last bit: same nesting, same numbers, and float32 or bool as in the notebooks. */
const agrees = ({ prints, ours }: Row): boolean => {
  const wanted = prints.split(" ").map(meaning);
  return (
    wanted.length === ours.length &&
    ours.every((x, i) => {
      if (wanted[i] === null) return isNone(x);
      const data: Nested | undefined = x?.toArray();
      return JSON.stringify(data) === JSON.stringify(wanted[i]) && /^(?:float32|bool)$/.test(x?.dtype ?? "");
    })
  );
};

export const table = (rows: readonly Row[]): Part => {
  const line = (id: string, what: string, prints: string, ours: string, end: string): string =>
    `${id.padStart(2)}  ${what.padEnd(34)} ${prints.padEnd(29)} ${ours.padEnd(29)} ${end}`.trimEnd();
  return {
    lines: [
      line("", "", "the notebook prints", "cotangent gives", ""),
      ...rows.map((row) =>
        line(
          row.id === null ? "" : String(row.id),
          row.what,
          row.prints,
          row.ours.map(show).join(" "),
          mark(agrees(row)),
        ),
      ),
    ],
    failures: rows.filter((row) => !agrees(row)).length,
  };
};
