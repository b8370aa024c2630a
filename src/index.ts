/** Every public name, listed one by one. */
import * as lax from "./lax/index.js";
import * as linalg from "./linalg/index.js";
import * as np from "./numpy/index.js";
import * as optim from "./optim/index.js";
import * as random from "./random/index.js";
import * as special from "./special/index.js";
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
export { jvp, linearize, linearTranspose, vjp } from "./transforms/linear.js";
export { evalShape, makeGraph } from "./transforms/stage.js";
export type { Gradient } from "./transforms/trees.js";
export type { GradOptions, VmapOptions } from "./transforms/types.js";
export { vmap } from "./transforms/vmap.js";
export { lax, linalg, np, optim, random, special, tree };
