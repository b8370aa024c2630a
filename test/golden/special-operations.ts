/** SciPy's special functions by their names in special.json. */
import type { Tensor } from "cotangent";
import * as special from "cotangent/special";

type Operation = (args: readonly Tensor[], params: Readonly<Record<string, unknown>>) => Tensor;

const one =
  (f: (x: Tensor) => Tensor): Operation =>
  ([x]) =>
    f(x as Tensor);
const two =
  (f: (x: Tensor, y: Tensor) => Tensor): Operation =>
  ([x, y]) =>
    f(x as Tensor, y as Tensor);

export const specialOperations: Readonly<Record<string, Operation>> = {
  betainc: ([a, b, x]) => special.betainc(a as Tensor, b as Tensor, x as Tensor),
  betaln: two(special.betaln),
  digamma: one(special.digamma),
  entr: one(special.entr),
  erf: one(special.erf),
  erfc: one(special.erfc),
  erfinv: one(special.erfInv),
  expit: one(special.expit),
  gamma: one(special.gamma),
  gammainc: two(special.gammainc),
  gammaln: one(special.gammaln),
  i0: one(special.i0),
  i0e: one(special.i0e),
  logit: one(special.logit),
  ndtr: one(special.ndtr),
  ndtri: one(special.ndtri),
  polygamma: ([x], { n }) => special.polygamma(n as number, x as Tensor),
  xlog1py: two(special.xlog1py),
  xlogy: two(special.xlogy),
};
