/** The rows of a tensor along its first axis: read one by one without copying, and stacked again. */
import { allocate, type Storage } from "../tensor/dtype.js";
import { sizeOf } from "../tensor/shape.js";
import { compact, compactData, DenseTensor, type TensorType, uniform } from "../tensor/tensor.js";

/** Row number `index`, of the given type: a view. */
export const rowOf = (x: DenseTensor, type: TensorType, index: number): DenseTensor => {
  if (x.data === null) return uniform(type, x.value);
  const { strides, offset } = x;
  const step = strides === null ? sizeOf(type.shape) : (strides[0] as number);
  const start = offset + index * step;
  if (type.shape.length === 0) return uniform(type, x.data[start] as number);
  return new DenseTensor(type, x.data, 0, strides === null ? null : strides.slice(1), start);
};

/** Rows collected in any order, in an array made for them. */
export class RowStack {
  readonly #data: Storage;
  readonly #size: number;

  constructor(
    /** Of all rows. */
    readonly type: TensorType,
  ) {
    this.#data = allocate(type.dtype, sizeOf(type.shape));
    this.#size = sizeOf(type.shape.slice(1));
  }

  set(index: number, row: DenseTensor): void {
    const n = this.#size;
    if (n === 1) this.#data[index] = row.at(0);
    else if (row.data === null) this.#data.fill(row.value, index * n, (index + 1) * n);
    else this.#data.set(compactData(row), index * n);
  }

  /** The tensor; nothing may be set after it is taken. */
  taken(): DenseTensor {
    return compact(this.type, this.#data);
  }
}
