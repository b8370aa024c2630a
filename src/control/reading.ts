/** To read what may change is an operation without operands: tapes hear of it, and graphs that are kept do it again. */
import { bindOne } from "../graph/context.js";
import { type AnyPrimitive, erase } from "../graph/primitive.js";
import type { DenseTensor, TensorType } from "../tensor/tensor.js";

/** What may hold another tensor of its type later. */
export interface Cell {
  readonly type: TensorType;
  readonly held: DenseTensor;
}

/** Reads the cell that is its parameter. */
export const reading: AnyPrimitive = /* @__PURE__ */ erase<0, 1, Cell>({
  name: "read",
  shape: (_, cell) => [cell.type],
  impl: (_, cell) => [cell.held],
  jvp: (_, __, cell) => [[bindOne(reading, [], cell)], [null]],
  transpose: () => [],
  batch: (_, cell) => [{ value: bindOne(reading, [], cell), mapped: false }],
  lower: () => ({ kind: "opaque" }),
  reads: true,
});
