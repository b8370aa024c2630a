/**
 * Strided layouts, prepared for loops: axes of size 1 dropped and neighbours merged where every operand allows,
 * so that most views run as one or two nested loops.
 */
import { compactStrides, type Shape } from "../tensor/shape.js";
import type { DenseTensor } from "../tensor/tensor.js";

/** Strides of a tensor in elements: zeros where it is one number. */
export const stridesOf = (x: DenseTensor): readonly number[] =>
  x.data === null ? new Array<number>(x.shape.length).fill(0) : (x.strides ?? compactStrides(x.shape));

export interface Collapsed {
  readonly shape: number[];
  /** Per operand, per remaining axis. */
  readonly strides: number[][];
}

/** Merges the axes of `shape` for operands with the given strides. */
export const collapse = (shape: Shape, strides: readonly (readonly number[])[]): Collapsed => {
  const outShape: number[] = [];
  const outStrides: number[][] = strides.map(() => []);
  for (let axis = 0; axis < shape.length; axis++) {
    const n = shape[axis] as number;
    if (n === 1) continue;
    const last = outShape.length - 1;
    let mergeable = last >= 0;
    for (let k = 0; mergeable && k < strides.length; k++) {
      mergeable =
        ((outStrides[k] as number[])[last] as number) ===
        ((strides[k] as readonly number[])[axis] as number) * n;
    }
    if (mergeable) {
      outShape[last] = (outShape[last] as number) * n;
      for (let k = 0; k < strides.length; k++) {
        (outStrides[k] as number[])[last] = (strides[k] as readonly number[])[axis] as number;
      }
    } else {
      outShape.push(n);
      for (let k = 0; k < strides.length; k++) {
        (outStrides[k] as number[]).push((strides[k] as readonly number[])[axis] as number);
      }
    }
  }
  return { shape: outShape, strides: outStrides };
};

/**
 * Calls `body` once for each index of the axes of `shape`, row-major, with the position of every operand.
 * `positions` is advanced in place.
 */
export const forEachIndex = (
  shape: Shape,
  strides: readonly (readonly number[])[],
  positions: number[],
  body: (positions: readonly number[]) => void,
): void => {
  const rank = shape.length;
  const index = new Array<number>(rank).fill(0);
  for (;;) {
    body(positions);
    let axis = rank - 1;
    for (; axis >= 0; axis--) {
      const n = shape[axis] as number;
      const at = (index[axis] as number) + 1;
      if (at < n) {
        index[axis] = at;
        for (let k = 0; k < strides.length; k++) {
          positions[k] = (positions[k] as number) + ((strides[k] as readonly number[])[axis] as number);
        }
        break;
      }
      index[axis] = 0;
      for (let k = 0; k < strides.length; k++) {
        positions[k] =
          (positions[k] as number) - (n - 1) * ((strides[k] as readonly number[])[axis] as number);
      }
    }
    if (axis < 0) return;
  }
};
