/** Padding: with constants by the pad primitive, with elements of the tensor itself by positions along each axis. */
import { pad as padPrimitive } from "../primitives/slice.js";
import { roundTo } from "../tensor/dtype.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { join, takeStatic } from "./along.js";
import { asTensor } from "./door.js";
import { optionsOf } from "./options.js";
import { oddMirror, ramp, type StatisticMode, statistic } from "./pad-values.js";

export type PadMode =
  | "constant"
  | "edge"
  | "empty"
  | "linearRamp"
  | "reflect"
  | "symmetric"
  | "wrap"
  | StatisticMode;

/** One number for all, [before, after] for all axes, or a pair for each axis. */
export type PerSide = number | readonly [number, number] | readonly (readonly [number, number])[];

export interface PadOptions {
  /**
   * What is added: `constantValues` (default mode), the nearest element ("edge"), the tensor mirrored without
   * ("reflect") or with its edge ("symmetric"), its other end ("wrap"), a ramp to `endValues` ("linearRamp"), a statistic of
   * the axis or of `statLength` elements at its end ("maximum", "mean", "median", "minimum"), or nothing in particular ("empty").
   */
  readonly mode?: PadMode;
  /** For mode "constant"; default 0. */
  readonly constantValues?: PerSide;
  /** For mode "linearRamp": where the ramps end; default 0. */
  readonly endValues?: PerSide;
  /** For the statistics: how many elements at each end they are of; default all. */
  readonly statLength?: PerSide;
  /** For "reflect" and "symmetric": mirrored as it is ("even", default), or in value too, about the end ("odd"). */
  readonly reflectType?: "even" | "odd";
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

type RepeatMode = "edge" | "reflect" | "symmetric" | "wrap";

/** Where element i of the padded axis comes from, i counted from the start of the original one. */
const source = (mode: RepeatMode, i: number, n: number): number => {
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

const repeating: readonly PadMode[] = ["edge", "reflect", "symmetric", "wrap"];
const statistics: readonly PadMode[] = ["maximum", "mean", "median", "minimum"];

/** The modes that each option goes with. */
const owners: Readonly<Record<Exclude<keyof PadOptions, "mode">, readonly PadMode[]>> = {
  constantValues: ["constant"],
  endValues: ["linearRamp"],
  statLength: statistics,
  reflectType: ["reflect", "symmetric"],
};

const areCounts = (pairs: readonly Pair[], least: number): boolean =>
  pairs.every((pair) => pair.every((n) => Number.isInteger(n) && n >= least));

/**
 * Elements added before and after each axis. `width` says how many: one number, [before, after] for all axes, or a
 * pair for each axis.
 *
 * @throws ArgumentError for widths that are negative or do not fit the axes, for unknown modes, and options of another mode
 * @throws ShapeError where an empty axis would have to be repeated
 * @example np.pad([1, 2, 3], [2, 1], { mode: "edge" }).toArray() // [1, 1, 1, 2, 3, 3]
 */
export const pad = (x: TensorLike, width: PerSide, options?: PadOptions): Tensor => {
  const t = asTensor("pad", x);
  const asked = optionsOf("pad", options, ["mode", ...Object.keys(owners)] as (keyof PadOptions)[]);
  const { mode = "constant", constantValues = 0, endValues = 0, statLength, reflectType = "even" } = asked;
  const { shape, dtype } = t.type;
  const rank = shape.length;
  const widths = pairsOf("widths", width, rank);
  if (!areCounts(widths, 0)) {
    throw ArgumentError.invalid(
      "pad",
      `${describe(width)} are no widths`,
      "Widths are integers, none negative; np.slice cuts off.",
    );
  }
  const modes: readonly PadMode[] = ["constant", "empty", "linearRamp", ...repeating, ...statistics];
  if (!modes.includes(mode))
    throw ArgumentError.invalid("pad", `${describe(mode)} is no mode`, `Modes are ${modes.join(", ")}.`);
  for (const [name, of] of Object.entries(owners)) {
    if (asked[name as keyof PadOptions] === undefined || of.includes(mode)) continue;
    throw ArgumentError.invalid("pad", `${name} with mode "${mode}"`, `It goes with ${of.join(", ")}.`);
  }
  if (reflectType !== "even" && reflectType !== "odd")
    throw ArgumentError.invalid("pad", `reflectType is ${describe(reflectType)}`, 'It is "even" or "odd".');
  if (mode === "constant" || mode === "empty") {
    const values = pairsOf("constants", constantValues, rank).map((pair) =>
      pair.map((value) => roundTo(dtype, value)),
    );
    return padConstant(t, widths, values);
  }
  const ends = pairsOf("end values", endValues, rank);
  const lengths = pairsOf("lengths", statLength ?? Infinity, rank);
  if (statLength !== undefined && !areCounts(lengths, 1))
    throw ArgumentError.invalid(
      "pad",
      `${describe(statLength)} are no lengths`,
      "They are whole numbers from 1 on.",
    );
  let out = t;
  widths.forEach(([before, after], axis) => {
    const n = shape[axis] as number;
    if (before + after === 0) return;
    if (n === 0)
      throw new ShapeError(
        `pad: axis ${axis} is empty, so mode "${mode}" has nothing to repeat. Use mode "constant".`,
      );
    if (repeating.includes(mode)) {
      out =
        reflectType === "odd"
          ? oddMirror(out, axis, before, after, mode === "symmetric" ? 1 : 0)
          : takeStatic(
              out,
              Array.from({ length: before + n + after }, (_, i) => source(mode as RepeatMode, i - before, n)),
              axis,
            );
      return;
    }
    const x = out;
    const [low, high] = ends[axis] as Pair;
    const [first, last] = (lengths[axis] as Pair).map((length) => Math.min(length, n)) as [number, number];
    const beside = (count: number, isAfter: boolean): readonly Tensor[] => {
      if (count === 0) return [];
      if (mode === "linearRamp")
        return [ramp(x, axis, isAfter ? n - 1 : 0, isAfter ? high : low, count, isAfter)];
      const part: Pair = isAfter ? [n - last, n] : [0, first];
      return [statistic(mode as StatisticMode, x, axis, part, count)];
    };
    out = join([...beside(before, false), x, ...beside(after, true)], axis);
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
