/**
 * Gather and scatter by index tuples: the first turns tuples into positions and reads, the second turns them
 * into the same positions and combines. take, takeAlongAxis and advanced indexing are cases of them.
 */
import { allocate, type Storage } from "../tensor/dtype.js";
import { IndexError } from "../tensor/errors.js";
import { compactStrides, type Shape, sizeOf } from "../tensor/shape.js";
import { compact, type DenseTensor, type TensorType, uniform } from "../tensor/tensor.js";
import { type CombineCode, type CombineOp, combine, combineCode } from "./combine.js";
import { forEachIndex, stridesOf } from "./layout.js";
import { freshData, rowMajorData } from "./move.js";

/**
 * Where in the memory of `shape` under `strides` each tuple points, tuples in row-major order.
 * indices: [N..., B..., k]; tuple (n, b) means x[n, i_0, ..., i_(k-1)].
 */
const positionsOf = (
  operation: string,
  shape: Shape,
  strides: readonly number[],
  offset: number,
  indices: DenseTensor,
  batchAxes: number,
  indexedAxes: number,
): Int32Array => {
  const tuples = rowMajorData(indices);
  const count = sizeOf(indices.shape.slice(0, -1));
  const out = new Int32Array(count);
  if (count === 0) return out;
  const batch = shape.slice(0, batchAxes);
  const perBatch = count / sizeOf(batch);
  let at = 0;
  forEachIndex(batch, [strides.slice(0, batchAxes)], [offset], (starts) => {
    out.fill(starts[0] as number, at, at + perBatch);
    at += perBatch;
  });
  for (let k = 0; k < indexedAxes; k++) {
    const axis = batchAxes + k;
    const n = shape[axis] as number;
    const step = strides[axis] as number;
    for (let i = 0, q = k; i < count; i++, q += indexedAxes) {
      const index = tuples[q] as number;
      if (!(index >= 0 && index < n)) throw IndexError.outOfBounds(operation, index, axis, n);
      out[i] = (out[i] as number) + index * step;
    }
  }
  return out;
};

/** x: [N..., K..., R...], indices: [N..., B..., k] -> out[n, b, r] = x[n, indices[n, b, 0..k-1], r]. */
export const gather = (
  x: DenseTensor,
  indices: DenseTensor,
  batchAxes: number,
  indexedAxes: number,
  type: TensorType,
): DenseTensor => {
  const { shape } = x;
  const strides = stridesOf(x);
  const positions = positionsOf("gather", shape, strides, x.offset, indices, batchAxes, indexedAxes);
  if (x.data === null) return uniform(type, x.value);
  const rest = shape.slice(batchAxes + indexedAxes);
  const restSize = sizeOf(rest);
  const out = allocate(type.dtype, positions.length * restSize);
  if (out.length === 0) return compact(type, out);
  if (out.length === 1) return uniform(type, x.data[positions[0] as number] as number);
  if (restSize === 1) readPoints(out, x.data, positions);
  else readRows(out, x.data, positions, offsetsOf(rest, strides.slice(batchAxes + indexedAxes), restSize));
  return compact(type, out);
};

const readPoints = (out: Storage, data: Storage, positions: Int32Array): void => {
  for (let i = 0; i < positions.length; i++) out[i] = data[positions[i] as number] as number;
};

const readRows = (out: Storage, data: Storage, positions: Int32Array, offsets: Int32Array): void => {
  const n = offsets.length;
  const contiguous = n >= 24 && offsets[n - 1] === n - 1 && offsets.every((offset, j) => offset === j);
  let at = 0;
  for (let i = 0; i < positions.length; i++, at += n) {
    const p = positions[i] as number;
    if (contiguous) out.set(data.subarray(p, p + n), at);
    else for (let j = 0; j < n; j++) out[at + j] = data[p + (offsets[j] as number)] as number;
  }
};

/** The memory offsets of all elements of a block, in row-major order. */
const offsetsOf = (shape: Shape, strides: readonly number[], size: number): Int32Array => {
  const offsets = new Int32Array(size);
  let i = 0;
  forEachIndex(shape, [strides], [0], (at) => {
    offsets[i++] = at[0] as number;
  });
  return offsets;
};

export type ScatterOp = "set" | CombineOp;

/**
 * A copy of `x` with each update [N..., B..., R...] combined into the place that gather would have read it from,
 * in row-major order of the updates; every step is an operation of the dtype. "set" keeps the last.
 */
export const scatter = (
  op: ScatterOp,
  x: DenseTensor,
  indices: DenseTensor,
  updates: DenseTensor,
  batchAxes: number,
  indexedAxes: number,
  type: TensorType,
): DenseTensor => {
  const { shape } = type;
  const positions = positionsOf("scatter", shape, compactStrides(shape), 0, indices, batchAxes, indexedAxes);
  const out = freshData(x);
  const n = sizeOf(shape.slice(batchAxes + indexedAxes));
  const values = rowMajorData(updates);
  if (op === "set") setRows(out, values, positions, n);
  else combineRows(combineCode(op, type.dtype), out, values, positions, n);
  return compact(type, out);
};

const setRows = (out: Storage, values: Storage, positions: Int32Array, n: number): void => {
  let q = 0;
  for (let i = 0; i < positions.length; i++) {
    const p = positions[i] as number;
    for (let j = 0; j < n; j++) out[p + j] = values[q++] as number;
  }
};

const combineRows = (
  code: CombineCode,
  out: Storage,
  values: Storage,
  positions: Int32Array,
  n: number,
): void => {
  let q = 0;
  for (let i = 0; i < positions.length; i++) {
    const p = positions[i] as number;
    for (let j = 0; j < n; j++) out[p + j] = combine(code, out[p + j] as number, values[q++] as number);
  }
};
