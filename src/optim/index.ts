/** Optimisation: every function of `optim`, listed one by one. */
export type { Scalar } from "./hyperparameters.js";
export {
  joinSchedules,
  type WarmupCosineDecayOptions,
  type WarmupExponentialDecayOptions,
  warmupCosineDecaySchedule,
  warmupExponentialDecaySchedule,
} from "./joined-schedules.js";
export { type LbfgsOptions, lbfgs } from "./lbfgs.js";
export { type LeastSquaresFound, type LeastSquaresOptions, leastSquares } from "./least-squares.js";
export { type Minimized, type MinimizeOptions, type MinimizeStep, minimize } from "./minimize.js";
export {
  type AdamOptions,
  type LionDirectionOptions,
  scaleByAdam,
  scaleByLion,
  type TraceOptions,
  trace,
} from "./moments.js";
export { type NewtonCgFound, type NewtonCgOptions, newtonCg } from "./newton-cg.js";
export type { Found, Iteration, IterationOptions, StopReason } from "./objective.js";
export {
  type AdamWOptions,
  adadelta,
  adagrad,
  adam,
  adamw,
  type LionOptions,
  lion,
  type RmspropOptions,
  rmsprop,
  type SgdOptions,
  sgd,
} from "./optimizers.js";
export {
  addDecayedWeights,
  clip,
  clipByGlobalNorm,
  globalNorm,
  type LearningRate,
  type Mask,
  scale,
  scaleByLearningRate,
  scaleBySchedule,
  type WeightDecayOptions,
} from "./scaling.js";
export {
  type CosineDecayOptions,
  constantSchedule,
  cosineDecaySchedule,
  type ExponentialDecayOptions,
  exponentialDecay,
  type LinearScheduleOptions,
  linearSchedule,
  type PolynomialScheduleOptions,
  piecewiseConstantSchedule,
  polynomialSchedule,
  type Schedule,
  type StepScheduleOptions,
  stepSchedule,
} from "./schedules.js";
export {
  type AdadeltaOptions,
  type RmsOptions,
  type RssOptions,
  scaleByAdadelta,
  scaleByRms,
  scaleByRss,
} from "./squares.js";
export {
  applyUpdates,
  chain,
  chainMonoid,
  type GradientTransformation,
  identity,
  type OptimizerState,
} from "./transformation.js";
export {
  forVariables,
  type GradientAndVariable,
  type VariableOptimizer,
  type VariableOptimizerOptions,
} from "./variables.js";
