/**
 * What the methods of a tensor do. `x.add(y)` is `np.add(x, y)`, which stands layers above, so the door through
 * which tensors come into being hands the functions down here, once, instead of an arrow that points upward.
 */
import type { DType } from "./dtype.js";
import type { Shape } from "./shape.js";
import type { BasicIndexItem, ReduceOptions, Tensor, TensorLike } from "./tensor.js";

export interface FluentMethods {
  readonly add: (a: Tensor, b: TensorLike) => Tensor;
  readonly sub: (a: Tensor, b: TensorLike) => Tensor;
  readonly mul: (a: Tensor, b: TensorLike) => Tensor;
  readonly div: (a: Tensor, b: TensorLike) => Tensor;
  readonly pow: (a: Tensor, b: TensorLike) => Tensor;
  readonly neg: (a: Tensor) => Tensor;
  readonly matmul: (a: Tensor, b: TensorLike) => Tensor;
  readonly dot: (a: Tensor, b: TensorLike) => Tensor;
  readonly sum: (a: Tensor, options?: ReduceOptions) => Tensor;
  readonly mean: (a: Tensor, options?: ReduceOptions) => Tensor;
  readonly max: (a: Tensor, options?: ReduceOptions) => Tensor;
  readonly min: (a: Tensor, options?: ReduceOptions) => Tensor;
  readonly reshape: (a: Tensor, shape: Shape) => Tensor;
  readonly transpose: (a: Tensor, axes?: readonly number[]) => Tensor;
  readonly slice: (a: Tensor, ...index: readonly BasicIndexItem[]) => Tensor;
  readonly astype: (a: Tensor, dtype: DType) => Tensor;
}

let methods: FluentMethods | undefined;

/** Called at the doors (creation, conversion of numbers, arguments of a transformation); the first call counts. */
export const provideFluent = (functions: FluentMethods): void => {
  methods ??= functions;
};

export const fluent = (): FluentMethods => methods as FluentMethods;
