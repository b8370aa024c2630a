/** Random numbers as functions of keys: JAX's keys and samplers, differentiable in the parameters of distributions. */
export { type BitsOptions, bits } from "./bits.js";
export { type CategoricalOptions, categorical, type MultinomialOptions, multinomial } from "./categories.js";
export {
  cauchy,
  doubleSidedMaxwell,
  exponential,
  gumbel,
  laplace,
  logistic,
  lognormal,
  maxwell,
  normal,
  pareto,
  rayleigh,
  triangular,
  truncatedNormal,
  type UniformOptions,
  uniform,
  wald,
  weibullMin,
} from "./continuous.js";
export {
  bernoulli,
  binomial,
  geometric,
  poisson,
  rademacher,
  randint,
  type WholeOptions,
} from "./discrete.js";
export {
  type BallOptions,
  ball,
  beta,
  chisquare,
  dirichlet,
  f,
  gamma,
  generalizedNormal,
  loggamma,
  t,
} from "./gamma.js";
export { foldIn, Key, type KeyOptions, key, keyData, split, wrapKeyData } from "./key.js";
export {
  type MultivariateNormalOptions,
  multivariateNormal,
  type OrthogonalOptions,
  orthogonal,
} from "./matrices.js";
export type { DTypeOptions, SampleOptions } from "./options.js";
export { type ChoiceOptions, choice, type PermutationOptions, permutation } from "./order.js";
