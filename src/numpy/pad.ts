/** Padding: with constants by the pad primitive, with elements of the tensor itself by positions along each axis. */
import { pad as padPrimitive } from "../primitives/slice.js";
import { roundTo } from "../tensor/dtype.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { takeStatic } from "./along.js";
import { asTensor } from "./door.js";
import { optionsOf } from "./options.js";

export type PadMode = "constant" | "edge" | "reflect" | "symmetric" | "wrap";

/** One number for all, [before, after] for all axes, or a pair for each axis. */
export type PerSide = number | readonly [number, number] | readonly (readonly [number, number])[];

export interface PadOptions {
  /**
   * What is added: `constantValues` (default mode), the nearest element ("edge"), the tensor mirrored without
   * ("reflect") or with its edge ("symmetric"), or its other end ("wrap").
   */
  readonly mode?: PadMode;
  /** For mode "constant"; default 0. */
  readonly constantValues?: PerSide;
}

type Pair = readonly [before: number, after: number];

const pairsOf = (what: string, given: PerSide, rank: number): readonly Pair[] => {
  const invalid = (): ArgumentError =>
    ArgumentError.invalid(
      "pad",
      `${what} ${describe(given)} do not fit ${rank} axes`,
      "Pass a number, [before, after], or one such pair for each axis.",
    );
  const isPair = (x: unknown): x is Pair =>
    Array.isArray(x) && x.length === 2 && x.every((n) => typeof n === "number");
  const all = (pair: Pair): Pair[] => Array.from({ length: rank }, () => pair);
  if (typeof given === "number") return all([given, given]);
  if (isPair(given)) return all(given);
  if (!Array.isArray(given)) throw invalid();
  const list: readonly unknown[] = given;
  if (!list.every(isPair)) throw invalid();
  if (list.length === 1 && rank > 0) return all(list[0] as Pair);
  if (list.length !== rank) throw invalid();
  return list;
};

/** Where element i of the padded axis comes from, i counted from the start of the original one. */
const source = (mode: Exclude<PadMode, "constant">, i: number, n: number): number => {
  const within = (period: number): number => ((i % period) + period) % period;
  switch (mode) {
    case "edge":
      return Math.min(Math.max(i, 0), n - 1);
    case "wrap":
      return within(n);
    case "reflect": {
      const at = n === 1 ? 0 : within(2 * n - 2);
      return at < n ? at : 2 * n - 2 - at;
    }
    case "symmetric": {
      const at = within(2 * n);
      return at < n ? at : 2 * n - 1 - at;
    }
  }
};

const modes: readonly PadMode[] = ["constant", "edge", "reflect", "symmetric", "wrap"];

/**
 * Elements added before and after each axis. `width` says how many: one number, [before, after] for all axes, or a
 * pair for each axis.
 *
 * @throws ArgumentError for widths that are negative or do not fit the axes, and for unknown modes
 * @throws ShapeError where an empty axis would have to be repeated
 * @example np.pad([1, 2, 3], [2, 1], { mode: "edge" }).toArray() // [1, 1, 1, 2, 3, 3]
 */
export const pad = (x: TensorLike, width: PerSide, options?: PadOptions): Tensor => {
  const t = asTensor("pad", x);
  const { mode = "constant", constantValues = 0 } = optionsOf("pad", options, ["mode", "constantValues"]);
  const { shape, dtype } = t.type;
  const widths = pairsOf("widths", width, shape.length);
  if (!widths.every((pair) => pair.every((n) => Number.isInteger(n) && n >= 0))) {
    throw ArgumentError.invalid(
      "pad",
      `${describe(width)} are no widths`,
      "Widths are integers, none negative; np.slice cuts off.",
    );
  }
  if (!modes.includes(mode))
    throw ArgumentError.invalid("pad", `${describe(mode)} is no mode`, `Modes are ${modes.join(", ")}.`);
  if (mode === "constant") {
    const values = pairsOf("constants", constantValues, shape.length).map((pair) =>
      pair.map((value) => roundTo(dtype, value)),
    );
    return padConstant(t, widths, values);
  }
  let out = t;
  widths.forEach(([before, after], axis) => {
    const n = shape[axis] as number;
    if (before + after === 0) return;
    if (n === 0)
      throw new ShapeError(
        `pad: axis ${axis} is empty, so mode "${mode}" has nothing to repeat. Use mode "constant".`,
      );
    out = takeStatic(
      out,
      Array.from({ length: before + n + after }, (_, i) => source(mode, i - before, n)),
      axis,
    );
  });
  return out;
};

/** In one step where there is one constant; else side by side, the later axes taking the corners (as NumPy). */
const padConstant = (x: Tensor, widths: readonly Pair[], values: readonly (readonly number[])[]): Tensor => {
  const none = widths.map(() => 0);
  const first = values[0]?.[0] ?? 0;
  if (values.every((pair) => pair.every((value) => Object.is(value, first)))) {
    return padPrimitive(x, {
      value: first,
      low: widths.map((w) => w[0]),
      high: widths.map((w) => w[1]),
      interior: none,
    });
  }
  let out = x;
  widths.forEach(([before, after], axis) => {
    const [low, high] = values[axis] as readonly [number, number];
    const at = (n: number): number[] => none.map((_, i) => (i === axis ? n : 0));
    if (before > 0) out = padPrimitive(out, { value: low, low: at(before), high: none, interior: none });
    if (after > 0) out = padPrimitive(out, { value: high, low: none, high: at(after), interior: none });
  });
  return out;
};
