/** The types of the matchers, for vitest's `expect`. */
import type {} from "vitest";
import type { DType } from "../tensor/dtype.js";
import type { Shape } from "../tensor/shape.js";
import type { CheckGradsOptions } from "./gradients.js";
import type { CloseOptions } from "./matchers.js";

export interface TensorMatchers<R = unknown> {
  /** Equal shapes, elements within rtol (1e-6) and atol (1e-8); `expected` may be nested arrays. NaN equals NaN. */
  toBeAllClose(expected: unknown, options?: CloseOptions): R;
  toHaveShape(shape: Shape): R;
  toHaveDType(dtype: DType): R;
  /** The received function has the derivatives that differences say, at these arguments: see `checkGrads`. */
  toHaveCorrectGradient(args: readonly unknown[], options?: CheckGradsOptions): R;
}

declare module "vitest" {
  interface Matchers<T> extends TensorMatchers<T> {}
}
