/**
 * Aligning batch axes: what the batching rules of many primitives have in common. A mapped operand has its batch
 * axis in front; these helpers bring operands to a common form without copying (a stride-0 view).
 */
import type { Batched } from "../graph/primitive.js";
import type { Tensor } from "../tensor/tensor.js";
import { broadcast } from "./broadcast.js";

/** The value with the batch axis in front, repeated along it if it was not mapped. */
export const withBatchAxis = (x: Batched, size: number): Tensor =>
  x.mapped
    ? x.value
    : broadcast(x.value, { shape: [size, ...x.value.shape], axes: x.value.shape.map((_, i) => i + 1) });

export const mapped = (value: Tensor): Batched => ({ value, mapped: true });
export const unmapped = (value: Tensor): Batched => ({ value, mapped: false });
