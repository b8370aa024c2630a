/** Elements into the shared memory and out of it. */

import { stridesOf } from "../../kernel/layout.js";
import { copyBlock } from "../../kernel/move.js";
import { allocate, itemSize, type Storage } from "../../tensor/dtype.js";
import { compactStrides, sizeOf } from "../../tensor/shape.js";
import { compact, type DenseTensor, type TensorType, uniform } from "../../tensor/tensor.js";
import type { Heap } from "./heap.js";

/** Up to so many elements a loop beats the call of a native copy. */
const FEW = 6;

/** Writes a tensor's elements, row-major, at an address. */
export const copyIn = (heap: Heap, x: DenseTensor, address: number): void => {
  const view = heap.views[x.dtype];
  const at = address / view.BYTES_PER_ELEMENT;
  const n = x.size;
  const { data, offset } = x;
  if (data === null) {
    if (n === 1) view[at] = x.value;
    else view.fill(x.value, at, at + n);
  } else if (x.strides !== null) {
    copyBlock(x.shape, view, at, compactStrides(x.shape), data, offset, stridesOf(x));
  } else if (n <= FEW) {
    for (let i = 0; i < n; i++) view[at + i] = data[offset + i] as number;
  } else view.set(offset === 0 && data.length === n ? data : data.subarray(offset, offset + n), at);
};

/** The elements in a new array: what `slice` gives, without the zeros that it writes first. */
const copied = <S extends Storage>(x: S): S => new (x.constructor as new (from: S) => S)(x);

/** A fresh tensor of the elements at an address. */
export const copyOut = (heap: Heap, type: TensorType, address: number): DenseTensor => {
  const n = sizeOf(type.shape);
  if (n === 0) return compact(type, allocate(type.dtype, 0));
  const view = heap.views[type.dtype];
  const at = address / itemSize(type.dtype);
  return n === 1 ? uniform(type, view[at] as number) : compact(type, copied(view.subarray(at, at + n)));
};
