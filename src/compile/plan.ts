/**
 * A plan: what a compiled program does, in loops over buffers, with no primitive left in it but opaque ones. The
 * planner writes plans, the emitters turn them into code; nothing else passes between them.
 */
import type { ScalarProgram } from "../expr/program.js";
import type { AnyPrimitive } from "../graph/primitive.js";
import type { WindowKernel, WindowProduct } from "../kernel/window-product.js";
import type { DType } from "../tensor/dtype.js";
import type { DenseTensor, TensorType } from "../tensor/tensor.js";

/** A number of a buffer in its plan. */
export type BufferId = number;

/**
 * Where the elements of a buffer live. Every buffer is row-major without gaps.
 * - input: the operand of that number; read only
 * - constant: a tensor that the program closes over; read only
 * - scratch: a piece of the arena at a byte offset that is a multiple of 16; pieces that are never alive together share bytes
 * - output: like scratch, alive until the program ends; its elements are the result of that number
 * - window: element `counter * size` onwards of another buffer, within the loop to which the counter belongs
 */
export type Place =
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "constant"; readonly tensor: DenseTensor }
  | { readonly kind: "scratch"; readonly offset: number }
  | { readonly kind: "output"; readonly index: number; readonly offset: number }
  | { readonly kind: "window"; readonly of: BufferId; readonly counter: number };

export interface Buffer {
  readonly dtype: DType;
  /** Number of elements. */
  readonly size: number;
  readonly place: Place;
}

/** Which element a loop reads or writes: offset + sum over its axes of index * stride, in elements. */
export interface Access {
  readonly buffer: BufferId;
  readonly offset: number;
  /** One for each axis of the loop; 0 repeats. */
  readonly strides: readonly number[];
}

export type FoldOp = "add" | "mul" | "max" | "min";

/**
 * A nest of loops around one scalar program. Elements may be visited in any order, but for folds: a fold takes the
 * elements along the last axis in the order and by the tree that `kernel/reduce.ts` states, in float64 (integers
 * wrap in 32 bits), and rounds once at the end.
 */
export interface LoopStep {
  readonly kind: "loop";
  /** Sizes of the axes, none of them 0; no axes: once. */
  readonly shape: readonly number[];
  /** Whether the last axis is folded. */
  readonly folded: boolean;
  /** Inputs are the loads, in order; outputs are what stores and folds name. */
  readonly body: ScalarProgram;
  readonly loads: readonly Access[];
  /** Over all axes; no element is written twice. The value has the dtype of the buffer. */
  readonly stores: readonly { readonly value: number; readonly access: Access }[];
  /** Over all axes but the last; `value` has the dtype of the buffer. */
  readonly folds: readonly { readonly op: FoldOp; readonly value: number; readonly access: Access }[];
}

/** Elements of a matrix of a batch: offset + b * batchStride + i * rowStride + j * columnStride. */
export interface MatrixAccess {
  readonly buffer: BufferId;
  readonly offset: number;
  readonly batchStride: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** out[b, i, j] = sum over p of left[b, i, p] right[b, p, j], summed as `kernel/matmul.ts` states; `out` is [batch, m, n]. */
export interface ContractStep {
  readonly kind: "contract";
  readonly dtype: "float64" | "float32";
  readonly batch: number;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly left: MatrixAccess;
  readonly right: MatrixAccess;
  readonly out: BufferId;
}

/** A product of matrices for each group, of which the left one is only looked at, as `kernel/conv.ts` states; `out` has no gaps. */
export interface ConvolveStep {
  readonly kind: "convolve";
  readonly dtype: "float64" | "float32";
  readonly form: WindowProduct;
  /** The eager kernel, which programs in JavaScript call. */
  readonly kernel: WindowKernel;
  readonly image: BufferPosition;
  readonly window: BufferPosition;
  readonly out: BufferId;
}

/** An element of a buffer. */
export interface BufferPosition {
  readonly buffer: BufferId;
  readonly offset: number;
}

/** A primitive that the compiler does not look into: its eager kernel, on whole buffers. */
export interface OpaqueStep {
  readonly kind: "opaque";
  readonly primitive: AnyPrimitive;
  readonly p: unknown;
  readonly ins: readonly { readonly buffer: BufferId; readonly type: TensorType }[];
  readonly outs: readonly BufferId[];
}

/** Elements of one buffer to another of the same size and dtype. */
export interface CopyStep {
  readonly kind: "copy";
  readonly from: BufferId;
  readonly to: BufferId;
}

/**
 * Steps repeated. `counter` is the number by which windows know the loop; it runs from 0 to length - 1, or down where
 * `reverse`. With a `condition`, an int32 or bool buffer of one element that `test` has just written, the loop goes on
 * while it is not 0, at most `length` times (Infinity: without limit).
 */
export interface RepeatStep {
  readonly kind: "repeat";
  readonly counter: number;
  readonly length: number;
  readonly reverse: boolean;
  readonly test: readonly Step[];
  readonly condition: BufferId | null;
  readonly body: readonly Step[];
}

/** One of several lists of steps, chosen by an int32 (or bool) buffer of one element, clamped to the list. */
export interface ChooseStep {
  readonly kind: "choose";
  readonly index: BufferId;
  readonly branches: readonly (readonly Step[])[];
}

export type Step = LoopStep | ContractStep | ConvolveStep | OpaqueStep | CopyStep | RepeatStep | ChooseStep;

export interface Plan {
  readonly buffers: readonly Buffer[];
  readonly steps: readonly Step[];
  /** Types of the operands and of the results. */
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  /** Bytes of the arena, outputs included. */
  readonly arena: number;
  /** Whether fused rounding is allowed: products and sums of contractions and of bodies may skip roundings. */
  readonly contract: boolean;
}
