/** The array API: every function of `np`, listed one by one. */
export {
  abs,
  absolute,
  add,
  astype,
  div,
  divide,
  divmod,
  floatPower,
  floorDivide,
  fmod,
  integerPow,
  mod,
  mul,
  multiply,
  neg,
  negative,
  positive,
  pow,
  power,
  reciprocal,
  remainder,
  sign,
  square,
  sub,
  subtract,
  trueDivide,
} from "./arithmetic.js";
export {
  append,
  block,
  columnStack,
  dsplit,
  dstack,
  fliplr,
  flipud,
  hsplit,
  insert,
  remove as delete,
  vsplit,
} from "./assembling.js";
export { broadcastArrays, broadcastShapes, broadcastTo } from "./broadcasting.js";
export { multiDot } from "./chain.js";
export { ediff1d, gradient, unwrap } from "./changes.js";
export { cross, dot, inner, kron, matmul, matvec, outer, tensordot, vdot, vecdot } from "./contract.js";
export { bincount, digitize, histogram, histogramBinEdges } from "./counting.js";
export { corrcoef, cov } from "./covariance.js";
export { array, asarray, fromBuffer, full, fullLike, ones, onesLike, zeros, zerosLike } from "./create.js";
export { diagonal, trace } from "./diagonals.js";
export { canCast, finfo, iinfo, promoteTypes, resultType } from "./dtypes.js";
export { einsum } from "./einsum.js";
export {
  cbrt,
  exp,
  exp2,
  expm1,
  hypot,
  log,
  log1p,
  log2,
  log10,
  logaddexp,
  logaddexp2,
  rsqrt,
  sqrt,
} from "./exponential.js";
export { frexp, ldexp, modf, nextafter, spacing } from "./float-parts.js";
export {
  dynamicSlice,
  dynamicUpdateSlice,
  oneHot,
  slice,
  take,
  takeAlongAxis,
} from "./index-arrays.js";
export {
  diagIndices,
  fillDiagonal,
  putAlongAxis,
  ravelMultiIndex,
  trilIndices,
  triuIndices,
  unravelIndex,
} from "./index-grids.js";
export { gcd, lcm } from "./integers.js";
export { arraySplit, concatenate, hstack, repeat, split, stack, tile, unstack, vstack } from "./joining.js";
export {
  allclose,
  arrayEqual,
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  equal,
  greater,
  greaterEqual,
  invert,
  isclose,
  isfinite,
  isinf,
  isnan,
  leftShift,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  notEqual,
  rightShift,
} from "./logic.js";
export { diag, diagflat, eye, identity, tri, tril, triu, vander } from "./matrices.js";
export {
  nanargmax,
  nanargmin,
  nancumprod,
  nancumsum,
  nanmax,
  nanmin,
  nanprod,
  nanstd,
  nanvar,
} from "./nan-reductions.js";
export { argpartition, lexsort, partition } from "./ordering.js";
export { pad } from "./pad.js";
export { poly, polyadd, polyder, polydiv, polyfit, polyint, polymul, polysub } from "./polynomials.js";
export { argwhere, flatnonzero, nonzero } from "./positions.js";
export { nanmedian, nanpercentile, nanquantile, percentile, quantile } from "./quantiles.js";
export { arange, fromFunction, geomspace, indices, linspace, logspace, meshgrid } from "./ranges.js";
export {
  atleast1d,
  atleast2d,
  atleast3d,
  expandDims,
  flip,
  matrixTranspose,
  moveaxis,
  ravel,
  reshape,
  roll,
  rot90,
  squeeze,
  swapaxes,
  transpose,
} from "./rearrange.js";
export {
  all,
  any,
  argmax,
  argmin,
  countNonzero,
  cummax,
  cummin,
  cumprod,
  cumsum,
  max,
  mean,
  min,
  nanmean,
  nansum,
  prod,
  ptp,
  sum,
} from "./reductions.js";
export {
  ceil,
  clip,
  copysign,
  fix,
  floor,
  fmax,
  fmin,
  heaviside,
  maximum,
  minimum,
  nanToNum,
  rint,
  round,
  signbit,
  trunc,
} from "./rounding.js";
export { piecewise, select, where } from "./selection.js";
export { convolve, correlate, cumlogsumexp, diff, interp, polyval, trapezoid } from "./sequences.js";
export { intersect1d, isin, setdiff1d, setxor1d, union1d, unique, uniqueAll } from "./sets.js";
export { argsort, searchsorted, sort, topK } from "./sorting.js";
export { average, logsumexp, median, norm, std, variance as var } from "./statistics.js";
export {
  arccos,
  arccosh,
  arcsin,
  arcsinh,
  arctan,
  arctan2,
  arctanh,
  cos,
  cosh,
  deg2rad,
  degrees,
  rad2deg,
  radians,
  sin,
  sinc,
  sinh,
  tan,
  tanh,
} from "./trigonometry.js";
export { at } from "./updates.js";
