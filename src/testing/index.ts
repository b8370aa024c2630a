/** What this library tests itself with: gradient checks, arbitraries, laws of primitives, matchers. */
export {
  broadcastableShapes,
  type ShapeOptions,
  shapes,
  symmetricPositiveDefinite,
  type TensorOptions,
  type TreeOf,
  tensors,
  trees,
} from "./arbitraries.js";
export {
  type Domain,
  type Draw,
  type ElementwiseOptions,
  elementwiseDomain,
  type Plan,
  type Range,
} from "./domains.js";
export { type CheckGradsOptions, checkGrads, type Mode, type Reference } from "./gradients.js";
export { type CheckOptions, checkLaw, checkPrimitive, type Law, laws } from "./laws.js";
export { type CloseOptions, matchers } from "./matchers.js";
export { type ProgramOperation, programOperations } from "./operations.js";
export { type Instruction, type Program, type ProgramOptions, programs } from "./programs.js";
export { type CheckRuleOptions, checkCustomRule } from "./rules.js";
export type { TensorMatchers } from "./vitest.js";
