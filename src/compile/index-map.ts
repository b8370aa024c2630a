/**
 * Which element of a value a loop looks at: for each axis of the value an affine function of the loop's counters.
 * Views and reshapes between a loop and memory are composed into these maps, so that nothing moves.
 */
import type { AffineView } from "../graph/primitive.js";
import type { Shape } from "../tensor/shape.js";

/** The loop's axes: how many steps each takes. Counters start at 0. */
export type Extents = readonly number[];

/** Index along axis a of the value: offset[a] + sum over the loop's axes d of terms[a][d] * counter d. */
export interface IndexMap {
  readonly offset: readonly number[];
  readonly terms: readonly (readonly number[])[];
}

/** Axis a of the value is walked by loop axis `axes[a]`, or stands at 0 where that is null. */
export const alongAxes = (axes: readonly (number | null)[], rank: number): IndexMap => ({
  offset: axes.map(() => 0),
  terms: axes.map((axis) => Array.from({ length: rank }, (_, d) => (d === axis ? 1 : 0))),
});

/** The map of a view's operand, from that of the view. */
export const throughView = (map: IndexMap, { axis, start, step }: AffineView): IndexMap => {
  const rank = map.terms[0]?.length ?? 0;
  const offset: number[] = [];
  const terms: (readonly number[])[] = [];
  for (let a = 0; a < axis.length; a++) {
    const from = axis[a] as number | null;
    const at = start[a] as number;
    if (from === null) {
      offset.push(at);
      terms.push(new Array<number>(rank).fill(0));
      continue;
    }
    const by = step[a] as number;
    const term = map.terms[from] as readonly number[];
    offset.push(at + by * (map.offset[from] as number));
    terms.push(by === 1 ? term : term.map((t) => t * by));
  }
  return { offset, terms };
};

/** The same map with one axis read `by` further on. */
export const shifted = (map: IndexMap, axis: number, by: number): IndexMap => ({
  offset: map.offset.map((o, a) => (a === axis ? o + by : o)),
  terms: map.terms,
});

/** The least and greatest index along an axis. */
export const rangeOf = (map: IndexMap, axis: number, extents: Extents): readonly [number, number] => {
  let low = map.offset[axis] as number;
  let high = low;
  const terms = map.terms[axis] as readonly number[];
  for (let d = 0; d < terms.length; d++) {
    const reach = (terms[d] as number) * ((extents[d] as number) - 1);
    if (reach < 0) low += reach;
    else high += reach;
  }
  return [low, high];
};

/** A loop axis that has to become several, outer to inner, before a reshape is affine. */
export interface AxisSplit {
  readonly axis: number;
  readonly sizes: readonly number[];
}

/** Runs of axes of two shapes that hold the same elements; axes of size 1 go with any neighbour. */
const runs = (a: Shape, b: Shape): readonly (readonly [from: readonly number[], to: readonly number[]])[] => {
  const out: [number[], number[]][] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const from: number[] = [];
    const to: number[] = [];
    let left = 1;
    let right = 1;
    do {
      if (left < right || (left === right && from.length === 0 && i < a.length) || j >= b.length) {
        if (i >= a.length) break;
        left *= a[i] as number;
        from.push(i++);
      } else {
        right *= b[j] as number;
        to.push(j++);
      }
    } while (left !== right || (from.length === 0 && to.length === 0));
    out.push([from, to]);
  }
  return out;
};

/**
 * The map of a reshape's operand, from that of its result; or the loop axis to split; or null where no map of this
 * kind does it. No size is 0.
 */
export const throughReshape = (
  map: IndexMap,
  result: Shape,
  operand: Shape,
  extents: Extents,
): IndexMap | AxisSplit | null => {
  const rank = extents.length;
  const offset = new Array<number>(operand.length).fill(0);
  const terms: number[][] = operand.map(() => new Array<number>(rank).fill(0));
  for (const [from, to] of runs(result, operand)) {
    // the element's number within the run
    let base = 0;
    const line = new Array<number>(rank).fill(0);
    for (const axis of from) {
      const n = result[axis] as number;
      base = base * n + (map.offset[axis] as number);
      const own = map.terms[axis] as readonly number[];
      for (let d = 0; d < rank; d++) line[d] = (line[d] as number) * n + (own[d] as number);
    }
    const found = placed(
      base,
      line,
      to.map((axis) => operand[axis] as number),
      extents,
    );
    if (found === null || "axis" in found) return found;
    to.forEach((axis, k) => {
      offset[axis] = found.offset[k] as number;
      terms[axis] = found.terms[k] as number[];
    });
  }
  return { offset, terms };
};

/** The number base + line . counters written with the digits of a mixed radix. */
const placed = (
  base: number,
  line: readonly number[],
  sizes: readonly number[],
  extents: Extents,
): IndexMap | AxisSplit | null => {
  const offset = sizes.map(() => 0);
  const terms = sizes.map(() => line.map(() => 0));
  if (sizes.length === 0) return { offset, terms };
  const strides = new Array<number>(sizes.length).fill(1);
  for (let k = sizes.length - 2; k >= 0; k--)
    strides[k] = (strides[k + 1] as number) * (sizes[k + 1] as number);
  let rest = base;
  for (let k = 0; k < sizes.length; k++) {
    offset[k] = Math.floor(rest / (strides[k] as number));
    rest -= (offset[k] as number) * (strides[k] as number);
  }
  for (let d = 0; d < line.length; d++) {
    const by = line[d] as number;
    if (by === 0 || extents[d] === 1) continue;
    // the digit that this counter moves: the coarsest one whose unit divides its step
    const k = strides.findIndex((stride, i) => by % stride === 0 && (sizes[i] as number) > 1);
    if (k < 0) return null;
    (terms[k] as number[])[d] = by / (strides[k] as number);
  }
  for (let k = 0; k < sizes.length; k++) {
    const [low, high] = rangeOf({ offset, terms }, k, extents);
    if (low >= 0 && high < (sizes[k] as number)) continue;
    return splitFor(k, offset, terms, sizes, extents);
  }
  return { offset, terms };
};

/** A counter that runs over several digits by itself can be split into one for each. */
const splitFor = (
  digit: number,
  offset: readonly number[],
  terms: readonly (readonly number[])[],
  sizes: readonly number[],
  extents: Extents,
): AxisSplit | null => {
  const own = terms[digit] as readonly number[];
  const moving = own.flatMap((t, d) => (t !== 0 ? [d] : []));
  const [axis] = moving;
  if (axis === undefined || moving.length !== 1 || offset[digit] !== 0 || own[axis] !== 1) return null;
  let inner = sizes[digit] as number;
  const split = [inner];
  for (let k = digit - 1; k >= 0 && inner < (extents[axis] as number); k--) {
    split.unshift(sizes[k] as number);
    inner *= sizes[k] as number;
  }
  return inner === extents[axis] ? { axis, sizes: split.filter((n) => n > 1) } : null;
};

/** Position in row-major memory: offset and one stride for each loop axis. */
export const linear = (
  map: IndexMap,
  shape: Shape,
  rank: number,
): { readonly offset: number; readonly strides: readonly number[] } => {
  let offset = 0;
  const strides = new Array<number>(rank).fill(0);
  let stride = 1;
  for (let a = shape.length - 1; a >= 0; a--) {
    offset += (map.offset[a] as number) * stride;
    const own = map.terms[a] as readonly number[];
    for (let d = 0; d < rank; d++) strides[d] = (strides[d] as number) + (own[d] as number) * stride;
    stride *= shape[a] as number;
  }
  return { offset, strides };
};
