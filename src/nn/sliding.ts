/** What lies under a window that moves over all axes of a tensor, as views: nothing here is computed. */
import { reshape } from "../primitives/reshape.js";
import { pad, slice } from "../primitives/slice.js";
import { type Shape, sizeOf } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { dilated } from "./windows.js";

/** A window, one number for each axis: its size, its steps, how far its elements stand apart. */
export interface Sliding {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
}

export interface Padding {
  readonly value: number;
  readonly pairs: readonly (readonly [low: number, high: number])[];
  /** Elements of the tensor stand so many places apart. */
  readonly apart?: readonly number[];
}

/** The tensor within its padding. */
export const padded = (x: Tensor, { value, pairs, apart }: Padding): Tensor => {
  const interior = x.shape.map((_, i) => (apart?.[i] ?? 1) - 1);
  const still = pairs.every(([low, high]) => low === 0 && high === 0) && interior.every((n) => n === 0);
  return still
    ? x
    : pad(x, { value, low: pairs.map(([low]) => low), high: pairs.map(([, high]) => high), interior });
};

/** How often the window fits along each axis. */
export const placesOf = (shape: Shape, { window, strides, dilation }: Sliding): readonly number[] =>
  shape.map((n, i) => {
    const reach = dilated(window[i] as number, dilation[i] as number);
    return n < reach ? 0 : Math.floor((n - reach) / (strides[i] as number)) + 1;
  });

/** Whether windows lie side by side, so that they are axes of their own. */
export const isTiling = ({ window, strides, dilation }: Sliding): boolean =>
  window.every((n, i) => n === strides[i] && (n === 1 || dilation[i] === 1));

/** Windows side by side: [places, window] for each axis, one after the other. */
export const tiles = (x: Tensor, { window }: Sliding, places: readonly number[]): Tensor =>
  reshape(
    slice(x, {
      start: places.map(() => 0),
      stop: places.map((n, i) => n * (window[i] as number)),
      step: null,
    }),
    places.flatMap((n, i) => [n, window[i] as number]),
  );

/** For each element of the window, the last axis fastest, what lies under it at all places. */
export const underEach = (
  x: Tensor,
  { window, strides, dilation }: Sliding,
  places: readonly number[],
): readonly Tensor[] =>
  Array.from({ length: sizeOf(window) }, (_, index) => {
    const start = window.map(() => 0);
    let rest = index;
    for (let axis = window.length - 1; axis >= 0; axis--) {
      const n = window[axis] as number;
      start[axis] = (rest % n) * (dilation[axis] as number);
      rest = Math.floor(rest / n);
    }
    const stop = start.map((from, axis) => {
      const n = places[axis] as number;
      return n === 0 ? from : from + (n - 1) * (strides[axis] as number) + 1;
    });
    return slice(x, { start, stop, step: strides });
  });
