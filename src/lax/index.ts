/**
 * The primitives' plain forms, for rules and for functions of one's own: equal dtypes, explicit broadcasting, no
 * conversions. Arguments are tensors; what is missing here by name is a composite and lives in `np`.
 */
export {
  abs,
  add,
  ceil,
  convert as convertElementType,
  div,
  floor,
  integerPow,
  mul,
  neg,
  rem,
  round,
  sign,
  sub,
  trunc,
} from "../primitives/arithmetic.js";
export {
  and,
  not,
  or,
  shiftLeft,
  shiftRightArithmetic,
  shiftRightLogical,
  threefry,
  xor,
} from "../primitives/bits.js";
export { broadcast, sum as reduceSum } from "../primitives/broadcast.js";
export { axisIndex, pmax, pmin } from "../primitives/collective.js";
export { eq, ge, gt, isFinite, le, lt, max, min, ne, select } from "../primitives/compare.js";
export { dot as dotGeneral } from "../primitives/dot.js";
export { elementwise, elementwise2, elementwiseWith } from "../primitives/elementwise.js";
export { gather, scatterAdd, scatterMax, scatterMin, scatterMul, scatterSet } from "../primitives/gather.js";
export {
  argMax,
  argMin,
  cumulative,
  prod as reduceProd,
  reduceMax,
  reduceMin,
} from "../primitives/reduce.js";
export { permute, reshape, reverse } from "../primitives/reshape.js";
export { concatenate, dynamicSlice, dynamicUpdateSlice, pad, slice } from "../primitives/slice.js";
export { argsort, sort } from "../primitives/sort.js";
export {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  cbrt,
  cos,
  cosh,
  erf,
  erfc,
  erfInv,
  exp,
  expm1,
  lgamma,
  log,
  log1p,
  logistic,
  polygamma,
  pow,
  sin,
  sinh,
  sqrt,
  tan,
  tanh,
} from "../primitives/transcendental.js";
