/** Special functions, in the names of SciPy: accurate over their whole domains, differentiable in every argument. */
export { entr, klDiv, relEntr, xlog1py, xlogy } from "./entropy.js";
export {
  beta,
  betainc,
  betaln,
  binom,
  digamma,
  factorial,
  gamma,
  gammainc,
  gammaincc,
  gammaln,
  gammasgn,
  lgamma,
  multigammaln,
  poch,
  polygamma,
  zeta,
} from "./gamma.js";
export { hyp1f1, hyp2f1 } from "./hypergeometric.js";
export { exp1, expi, expn, i0, i0e, i1, i1e, spence } from "./integrals.js";
export { lambertW } from "./lambert.js";
export { erf, erfc, erfcInv, erfcx, erfInv, expit, logit, logNdtr, ndtr, ndtri, owensT } from "./normal.js";
export { bernoulli } from "./numbers.js";
export { boxcox, boxcox1p, invBoxcox, invBoxcox1p } from "./transformations.js";
