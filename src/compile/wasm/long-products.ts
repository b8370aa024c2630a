/**
 * Products of a large matrix and a vector outside of compiled programs: the kernels of those, once a shape has had work
 * enough to pay for one.
 */
import type { FloatArray, MatrixView } from "../../kernel/blocked.js";
import type { LargeVectorProduct } from "../../kernel/fours.js";
import { assembled } from "./family.js";
import { type FloatLanes, floatLanes } from "./float-lanes.js";
import { alongRows, linesBytes, passingRows, rowsAtOnce } from "./fours.js";
import { type Heap, heap } from "./heap.js";

/** Multiplications that plain loops do before a kernel is made for a shape: some milliseconds. */
const WORTHWHILE = 4000000;
/** Elements of a piece of rows that are copied into the memory together, and of the largest matrix that is. */
const PIECE = 32768;
const MOST = 16777216;
/** Shapes of which account is kept, the oldest goes first. */
const SHAPES = 64;

type Kernel = (...operands: readonly number[]) => void;

interface Shape {
  /** Multiplications so far. */
  work: number;
  kernel: Kernel | null | undefined;
}

const shapes: Map<string, Shape> = new Map();

/** The kernel of a shape, or null as long as there is none. */
const kernelOf = (lanes: FloatLanes, isAlong: boolean, k: number, n: number): Kernel | null => {
  const name = isAlong ? `alongRows${lanes.suffix}_${k}` : `passingRows${lanes.suffix}_${n}`;
  let shape = shapes.get(name);
  if (shape === undefined) {
    shape = { work: 0, kernel: undefined };
    shapes.set(name, shape);
    if (shapes.size > SHAPES) shapes.delete(shapes.keys().next().value as string);
  }
  shape.work += k * n;
  if (shape.kernel === undefined && shape.work > WORTHWHILE) {
    const { bytes } = lanes;
    const family = assembled(() => [
      isAlong ? alongRows(name, lanes, k, k * bytes) : passingRows(name, lanes, n * bytes, bytes),
    ]);
    shape.kernel = (family?.get(name)?.binding as Kernel | undefined) ?? null;
  }
  return shape.kernel ?? null;
};

const viewOf = ({ views }: Heap, bytes: number): FloatArray => (bytes === 8 ? views.float64 : views.float32);

const copyVector = (
  to: FloatArray,
  at: number,
  { data, offset, columnStride: step }: MatrixView,
  k: number,
): void => {
  if (step === 1) to.set(data.subarray(offset, offset + k), at);
  else for (let p = 0; p < k; p++) to[at + p] = data[offset + p * step] as number;
};

/** The product where the matrix has no gaps and one of its axes lies in steps of one. */
export const longVectorProduct: LargeVectorProduct = (x, a, out, k, n) => {
  const isAlong = a.rowStride === 1 && a.columnStride === k;
  if (!isAlong && (a.columnStride !== 1 || a.rowStride !== n)) return false;
  if (k * n > MOST) return false;
  const [double, single] = floatLanes(false);
  const lanes = out instanceof Float64Array ? double : single;
  const kernel = kernelOf(lanes, isAlong, k, n);
  const store = heap();
  if (kernel === null || store === null) return false;
  const { bytes } = lanes;
  // rows along k are taken some at a time, each as many as the kernel takes at once or more
  const together = isAlong ? Math.min(n, Math.max(rowsAtOnce(lanes), Math.ceil(PIECE / k))) : n;
  const lines = isAlong ? 0 : linesBytes;
  // lines begin at a multiple of eight bytes; what is read beyond the last row is the result's
  const at = { x: lines / bytes, a: lines / bytes + k, out: lines / bytes + k + together * k };
  const size = (at.out + together) * bytes;
  const start = store.allocate(size);
  try {
    const view = viewOf(store, bytes);
    const first = start / bytes;
    copyVector(view, first + at.x, x, k);
    const [xAt, aAt, outAt] = [at.x, at.a, at.out].map((place) => start + place * bytes) as [
      number,
      number,
      number,
    ];
    const result = (count: number, to: number): void =>
      out.set(view.subarray(first + at.out, first + at.out + count), to);
    if (!isAlong) {
      view.set(a.data.subarray(a.offset, a.offset + k * n), first + at.a);
      kernel(xAt, aAt, outAt, k, n, start);
      result(n, 0);
      return true;
    }
    for (let j = 0; j < n; j += together) {
      const row = Math.min(j, n - together);
      const from = a.offset + row * k;
      view.set(a.data.subarray(from, from + together * k), first + at.a);
      kernel(aAt, xAt, outAt, together);
      result(together, row);
    }
    return true;
  } finally {
    store.release(start, size);
  }
};
