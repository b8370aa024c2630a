/**
 * Constants that are one number but for some diagonals, as the bases of Jacobians and what is made of them. What is
 * computed from such a constant is computed once for all that lies off the diagonals; nothing is left out, so that
 * zeros times infinity stay NaN.
 */
import { sizeOf } from "../tensor/shape.js";
import { compactData, type DenseTensor } from "../tensor/tensor.js";
import type { Extents, IndexMap } from "./index-map.js";
import { linear } from "./index-map.js";

/** Every element is the background but where the sum over the axes of `by` times the index is one of `at`. */
export interface Diagonals {
  readonly background: number;
  readonly by: readonly number[];
  readonly at: readonly number[];
}

/** More diagonals than this are no structure. */
const most = 8;
/** Smaller constants are read as they are. */
const smallest = 64;

const found: WeakMap<DenseTensor, { readonly diagonals: Diagonals | null }> = new WeakMap();

/** The diagonals of a tensor, or null where there is no such order in it. Looked for once. */
export const diagonalsOf = (tensor: DenseTensor): Diagonals | null => {
  let known = found.get(tensor);
  if (known === undefined) {
    known = { diagonals: tensor.size < smallest ? null : search(tensor) };
    found.set(tensor, known);
  }
  return known.diagonals;
};

/** Elements looked at before all are: of dense constants no more are read. */
const looks = 32;

/** The commonest of some elements, if it is common enough to be the background. */
const sampled = (tensor: DenseTensor): number | undefined => {
  const counts = new Map<number | "-0", number>();
  let background: number | "-0" = 0;
  for (let i = 0; i < looks; i++) {
    const x = tensor.at(Math.floor(((i + 0.5) * tensor.size) / looks));
    const key = Object.is(x, -0) ? "-0" : x;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if ((counts.get(key) as number) > (counts.get(background) ?? 0)) background = key;
  }
  if ((counts.get(background) ?? 0) < looks / 4) return undefined;
  return background === "-0" ? -0 : background;
};

const search = (tensor: DenseTensor): Diagonals | null => {
  const { shape } = tensor;
  const background = sampled(tensor);
  if (background === undefined) return null;
  const data = compactData(tensor);
  const real = shape.flatMap((n, axis) => (n > 1 ? [axis] : []));
  const exceptions: number[] = [];
  const room = (most * data.length) / Math.max(...shape);
  for (let i = 0; i < data.length; i++) {
    if (Object.is(data[i], background)) continue;
    if (exceptions.length >= room) return null;
    exceptions.push(i);
  }
  if (exceptions.length === 0) return { background, by: shape.map(() => 0), at: [] };
  if (real.length < 2) return null;
  const indices = exceptions.map((position) => indexOf(position, shape));
  let best: Diagonals | null = null;
  let fewest = data.length / 2;
  for (const { by, moved } of directions(indices, shape, real)) {
    const at = new Set(indices.map((index) => dot(by, index)));
    const covered = (at.size * data.length) / (shape[moved] as number);
    if (at.size > most || covered > fewest) continue;
    best = { background, by, at: [...at] };
    fewest = covered;
  }
  return best;
};

const dot = (by: readonly number[], index: readonly number[]): number =>
  by.reduce((sum, b, axis) => sum + b * (index[axis] as number), 0);

const indexOf = (position: number, shape: readonly number[]): readonly number[] => {
  const index = new Array<number>(shape.length).fill(0);
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const n = shape[axis] as number;
    index[axis] = rest % n;
    rest = Math.floor(rest / n);
  }
  return index;
};

/** Directions in which the exceptions may lie: down or up across two axes, or as neighbours among them lead. */
function* directions(
  indices: readonly (readonly number[])[],
  shape: readonly number[],
  real: readonly number[],
): Generator<{ readonly by: readonly number[]; readonly moved: number }> {
  const [a, b] = real as readonly [number, number];
  if (real.length === 2) {
    for (const down of [1, -1])
      yield { by: shape.map((_, axis) => (axis === a ? 1 : axis === b ? down : 0)), moved: a };
    return;
  }
  for (const moved of real) {
    /** The first exception along the axis, by where it stands on the others. */
    const first = new Map<string, number>();
    const place = (index: readonly number[], one: number | null): string =>
      index.map((i, axis) => (axis === moved ? 0 : axis === one ? i + 1 : i)).join();
    for (const index of indices) {
      const key = place(index, null);
      first.set(key, Math.min(first.get(key) ?? Infinity, index[moved] as number));
    }
    const by = shape.map((_, axis) => {
      if (axis === moved) return 1;
      const steps = indices.flatMap((index) => {
        const next = first.get(place(index, axis));
        return next === undefined || index[moved] !== first.get(place(index, null))
          ? []
          : [(index[moved] as number) - next];
      });
      return steps.length === 0 ? 0 : commonest(steps);
    });
    yield { by, moved };
  }
}

const commonest = (numbers: readonly number[]): number => {
  const counts = new Map<number, number>();
  for (const n of numbers) counts.set(n, (counts.get(n) ?? 0) + 1);
  return [...counts].reduce((best, other) => (other[1] > best[1] ? other : best))[0];
};

/** The one number that the loops read of a tensor, or undefined where they read several. */
const repeated = (tensor: DenseTensor, map: IndexMap, extents: Extents): number | undefined => {
  const data = compactData(tensor);
  const { offset, strides } = linear(map, tensor.shape, extents.length);
  const moving = extents.flatMap((n, d) => (n > 1 && strides[d] !== 0 ? [d] : []));
  const sizes = moving.map((d) => extents[d] as number);
  for (let i = sizeOf(sizes) - 1; i >= 0; i--) {
    const index = indexOf(i, sizes);
    const at = offset + moving.reduce((sum, d, k) => sum + (strides[d] as number) * (index[k] as number), 0);
    if (!Object.is(data[at], data[offset])) return undefined;
  }
  return data[offset];
};

/** Diagonals across loops: where the sum of `by` times the counters is one of `at`. The first step of `by` is positive. */
export interface Band {
  readonly by: readonly number[];
  readonly at: ReadonlySet<number>;
}

/** The constants with diagonals that a piece of loops reads, as if they were their backgrounds; and where they are not. */
export class Bands {
  /** Counted within the piece. Axes of one step may have 0 in `by`, whatever the direction. */
  band: Band | null = null;
  /** Whether diagonals run in several directions. */
  crossed = false;

  /** The number that stands for a constant; undefined where its elements have to be read. */
  number(tensor: DenseTensor, map: IndexMap, extents: Extents): number | undefined {
    const diagonals = diagonalsOf(tensor);
    if (diagonals === null) return undefined;
    const { background, by, at } = diagonals;
    const start = dot(by, map.offset);
    const step = extents.map((n, d) =>
      n === 1
        ? 0
        : by.reduce((sum, b, axis) => sum + b * ((map.terms[axis] as readonly number[])[d] as number), 0),
    );
    const leading = step.find((s) => s !== 0);
    if (leading === undefined) return at.includes(start) ? repeated(tensor, map, extents) : background;
    const reach = step.map((s, d) => s * ((extents[d] as number) - 1));
    const low = start + reach.reduce((sum, r) => sum + Math.min(r, 0), 0);
    const high = start + reach.reduce((sum, r) => sum + Math.max(r, 0), 0);
    const here = at.filter((k) => k >= low && k <= high);
    const sign = Math.sign(leading);
    if (here.length > 0)
      this.#note(
        step.map((s) => s * sign),
        here.map((k) => sign * (k - start)),
      );
    return background;
  }

  #note(by: readonly number[], at: readonly number[]): void {
    if (this.band !== null && by.some((b, d) => b !== this.band?.by[d])) this.crossed = true;
    this.band = { by, at: new Set([...(this.band?.at ?? []), ...at]) };
  }
}

/** The diagonals of all pieces, counted over the whole loops; null where there are none, or where they cross. */
export const merged = (
  pieces: readonly { readonly from: readonly number[]; readonly extents: Extents }[],
  bands: readonly Bands[],
): Band | null => {
  if (bands.some(({ crossed }) => crossed)) return null;
  const moving = (by: readonly number[]): number => by.filter((b) => b !== 0).length;
  const found = bands.flatMap(({ band }) => (band === null ? [] : [band.by]));
  const by = found.reduce((best, other) => (moving(other) > moving(best) ? other : best), found[0] ?? []);
  if (by.length === 0) return null;
  const at = new Set<number>();
  for (const [i, { from, extents }] of pieces.entries()) {
    const { band } = bands[i] as Bands;
    if (band === null) continue;
    const whole = by.map((b, d) => ((extents[d] as number) > 1 ? b : 0));
    const sign = Math.sign(whole.find((b) => b !== 0) ?? 0);
    if (whole.some((b, d) => b !== sign * (band.by[d] as number))) return null;
    for (const k of band.at) at.add(sign * k + dot(by, from));
  }
  return { by, at };
};
