/** Which kernel of the library multiplies a pair of matrices, and with what operands: decided by sizes and strides alone. */
import type { ContractStep } from "../plan.js";
import type { FloatLanes } from "./float-lanes.js";
import { sparseSides } from "./sparse-product.js";
import { columnsOf } from "./sweep.js";

/** An operand of a kernel: the address of a matrix, or a number. */
export type ProductOperand = "left" | "right" | "out" | number;

export interface ProductCall {
  readonly kernel: string;
  readonly operands: readonly ProductOperand[];
  /** Products of so many pairs, the addresses moved on by so many bytes after each. */
  readonly batch: number;
  readonly leftStep: number;
  readonly rightStep: number;
  readonly outStep: number;
}

/** Bytes of B up to which it is read where it lies: it stays in the first level cache. */
const UNPACKED = 16384;
/** Rows of A for which packing B does not pay. */
const FEW = 16;

interface Side {
  readonly row: number;
  readonly column: number;
}

const kernelFor = (
  lanes: FloatLanes,
  m: number,
  k: number,
  n: number,
  a: Side,
  b: Side,
): Pick<ProductCall, "kernel" | "operands"> => {
  const { bytes, suffix } = lanes;
  const columns = columnsOf(lanes);
  if (m === 1 && n === 1) {
    return { kernel: `dot${suffix}`, operands: ["left", a.column, "right", b.row, "out", k] };
  }
  if (m === 1 && b.column === bytes && n >= lanes.width) {
    return { kernel: `vectorMatrix${suffix}`, operands: ["left", a.column, "right", b.row, "out", k, n] };
  }
  if (n === 1 && a.row === bytes && m >= lanes.width) {
    return { kernel: `vectorMatrix${suffix}`, operands: ["right", b.row, "left", a.column, "out", k, m] };
  }
  if (n === 1) {
    return {
      kernel: `matrixVector${suffix}`,
      operands: ["left", a.row, a.column, "right", b.row, "out", m, k],
    };
  }
  if (m === 1) {
    return {
      kernel: `matrixVector${suffix}`,
      operands: ["right", b.column, b.row, "left", a.column, "out", n, k],
    };
  }
  if (b.column === bytes && n >= columns && (m <= FEW || k * n * bytes <= UNPACKED)) {
    return {
      kernel: `direct${suffix}`,
      operands: ["left", a.row, a.column, "right", b.row, "out", m, k, n],
    };
  }
  const operands = ["left", a.row, a.column, "right", b.row, b.column, "out", m, k, n] as const;
  const sides = sparseSides(lanes, m, k, n);
  return sides === 0
    ? { kernel: `packed${suffix}`, operands }
    : { kernel: `sifted${suffix}`, operands: [...operands, sides] };
};

/** No size is 0. */
export const productCall = (lanes: FloatLanes, step: ContractStep): ProductCall => {
  const { left, right, k, n } = step;
  let { batch, m } = step;
  const { bytes } = lanes;
  const a = { row: left.rowStride * bytes, column: left.columnStride * bytes };
  const b = { row: right.rowStride * bytes, column: right.columnStride * bytes };
  // A row alone has no distance to the next: that of the batches will do.
  if (m === 1) a.row = left.batchStride * bytes;
  // Rows of all batches against one matrix are one product.
  if (batch > 1 && right.batchStride === 0 && left.batchStride * bytes === m * a.row) {
    m *= batch;
    batch = 1;
  }
  return {
    ...kernelFor(lanes, m, k, n, a, b),
    batch,
    leftStep: left.batchStride * bytes,
    rightStep: right.batchStride * bytes,
    outStep: m * n * bytes,
  };
};
