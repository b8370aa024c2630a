/** Every public name, listed one by one. */
import * as np from "./numpy/index.js";
import * as tree from "./transforms/tree.js";

export { type Graph, residuals } from "./graph/graph.js";
export { registerTree } from "./graph/tree.js";
export { type DType, type FloatDType, promoteDTypes } from "./tensor/dtype.js";
export {
  ArgumentError,
  AxisError,
  ConcretizationError,
  CotangentError,
  DTypeError,
  EscapedTracerError,
  IndexError,
  LinAlgError,
  LinearityError,
  NonScalarOutputError,
  OperatorError,
  ShapeError,
  TreeError,
  UnboundAxisError,
} from "./tensor/errors.js";
export type { Shape } from "./tensor/shape.js";
export {
  type BasicIndexItem,
  type IndexItem,
  type Nested,
  Tensor,
  type TensorLike,
} from "./tensor/tensor.js";
export { allGather, axisIndex, pmax, pmean, pmin, psum } from "./transforms/collectives.js";
export { checkpoint, customJvp, customVjp, stopGradient } from "./transforms/custom.js";
export { elementwiseGrad, grad, valueAndGrad } from "./transforms/grad.js";
export { hessian, hvp, jacfwd, jacobian, jacrev } from "./transforms/jacobian.js";
export { jit } from "./transforms/jit.js";
export type { JitOptions, JitStats, Lowered } from "./transforms/jit-options.js";
export { jvp, linearize, linearTranspose, vjp } from "./transforms/linear.js";
export { evalShape, makeGraph } from "./transforms/stage.js";
export type { Gradient } from "./transforms/trees.js";
export type { GradOptions, Jitted, VmapOptions } from "./transforms/types.js";
export { applyAlongAxis, type VectorizeOptions, vectorize } from "./transforms/vectorize.js";
export { vmap } from "./transforms/vmap.js";
export { np, tree };
