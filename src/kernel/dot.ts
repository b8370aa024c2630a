/**
 * The general dot product on arrays: axes are arranged as strided views of a batched matrix product, copying only
 * where neither a view nor a merge of axes will do.
 */
import { allocate, isFloat, type Storage } from "../tensor/dtype.js";
import { type Shape, sizeOf } from "../tensor/shape.js";
import { compact, DenseTensor, type TensorType } from "../tensor/tensor.js";
import { collapse, stridesOf } from "./layout.js";
import { type FloatArray, type IntegerArray, type MatrixView, matmul, matmulInteger } from "./matmul.js";
import { materialize, storageOf } from "./move.js";

type Pairs = readonly [left: readonly number[], right: readonly number[]];

/** What stands in a list at these axes. */
export const pick = <T>(list: readonly T[], axes: readonly number[]): T[] =>
  axes.map((axis) => list[axis] as T);

/** The operand with its axes in the given order, as a compact array or as its own view. */
const view = (x: DenseTensor, order: readonly number[]): DenseTensor => {
  const type = { ...x.type, shape: pick(x.shape, order) };
  return new DenseTensor(type, storageOf(x), 0, pick(stridesOf(x), order), x.offset);
};

/** The one stride by which a group of axes is walked, or undefined where they do not merge. */
const groupStride = (shape: Shape, strides: readonly number[]): number | undefined => {
  const merged = collapse(shape, [strides]);
  return merged.shape.length === 0
    ? 0
    : merged.shape.length === 1
      ? (merged.strides[0]?.[0] as number)
      : undefined;
};

interface Arranged {
  readonly data: DenseTensor;
  readonly strides: readonly [number, number, number];
}

/** Strides of three groups of axes, each as one; a copy is made when they do not merge. */
const arrange = (x: DenseTensor, groups: readonly (readonly number[])[]): Arranged => {
  if (x.data !== null && groups.every((group) => group.length <= 1)) {
    const strides = stridesOf(x);
    return {
      data: x,
      strides: groups.map(([axis]) => (axis === undefined ? 0 : strides[axis])) as unknown as [
        number,
        number,
        number,
      ],
    };
  }
  const order = groups.flat();
  let data = view(x, order);
  for (;;) {
    let from = 0;
    const strides = groups.map((group) => {
      const at = from;
      from += group.length;
      return groupStride(data.shape.slice(at, from), stridesOf(data).slice(at, from));
    });
    if (strides.every((s) => s !== undefined)) return { data, strides: strides as [number, number, number] };
    data = materialize(data);
  }
};

const matrix = <Data extends Storage>({ data, strides }: Arranged): MatrixView<Data> => ({
  data: data.data as Data,
  offset: data.offset,
  batchStride: strides[0],
  rowStride: strides[1],
  columnStride: strides[2],
});

/** Axes of one operand that are neither contracted nor batch axes. */
export const freeAxes = (rank: number, contract: readonly number[], batch: readonly number[]): number[] => {
  const free: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    if (!contract.includes(axis) && !batch.includes(axis)) free.push(axis);
  }
  return free;
};

export const dotGeneral = (
  x: DenseTensor,
  y: DenseTensor,
  contract: Pairs,
  batch: Pairs,
  type: TensorType,
): DenseTensor => {
  const rows = freeAxes(x.shape.length, contract[0], batch[0]);
  const columns = freeAxes(y.shape.length, contract[1], batch[1]);
  const b = sizeOf(pick(x.shape, batch[0]));
  const m = sizeOf(pick(x.shape, rows));
  const k = sizeOf(pick(x.shape, contract[0]));
  const n = sizeOf(pick(y.shape, columns));
  const out = allocate(type.dtype, b * m * n);
  if (out.length > 0 && k > 0) {
    const left = arrange(x, [batch[0], rows, contract[0]]);
    const right = arrange(y, [batch[1], contract[1], columns]);
    if (isFloat(type.dtype))
      matmul(matrix<FloatArray>(left), matrix<FloatArray>(right), out as FloatArray, b, m, k, n);
    else
      matmulInteger(matrix<IntegerArray>(left), matrix<IntegerArray>(right), out as IntegerArray, b, m, k, n);
  }
  return compact(type, out);
};
