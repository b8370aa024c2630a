/** Tapes and Variables in TensorFlow's manner, leaves in PyTorch's: what stands under `tape` in the public API. */
export { type BackwardOptions, type LeafOptions, leaf, noGrad } from "./autograd.js";
export { TapeUsedError } from "./errors.js";
export {
  type GradientOptions,
  GradientTape,
  type JacobianOptions,
  type TapeOptions,
} from "./gradient-tape.js";
export type { Differentiable, SourceGradient, SourceJacobian, Unconnected } from "./types.js";
export { Variable, type VariableOptions } from "./variable.js";
