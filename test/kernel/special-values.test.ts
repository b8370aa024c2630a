/** The special functions' kernels against 50 digits, over their whole domains: see test/reference/special-values.py. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bernoulliNumbers } from "../../src/kernel/bernoulli.js";
import { besselI, scaledBesselDerivative } from "../../src/kernel/bessel.js";
import { boxcox1pDerivative, boxcoxDerivative, invBoxcox, invBoxcox1p } from "../../src/kernel/boxcox.js";
import { entr, klDiv, logit, relEntr, xlog1py, xlogy } from "../../src/kernel/entropy.js";
import { expi, expn, spence, spenceDerivative } from "../../src/kernel/exponential-integral.js";
import { beta, betaln, gamma, logGammaOnePlus } from "../../src/kernel/gamma-function.js";
import { hyp2f1Derivative } from "../../src/kernel/gauss.js";
import { betainc, betaincDerivative } from "../../src/kernel/incomplete-beta.js";
import {
  gammainc,
  gammaincc,
  gammaincDerivative,
  gammaQuantileSlope,
} from "../../src/kernel/incomplete-gamma.js";
import { hyp1f1Derivative } from "../../src/kernel/kummer.js";
import { lambertW } from "../../src/kernel/lambert.js";
import { erfcx, erfcxDerivative, logNdtr, ndtr, ndtri } from "../../src/kernel/normal.js";
import { owensT } from "../../src/kernel/owens.js";
import { zetaDerivative } from "../../src/kernel/zeta.js";

type Scalars = (...xs: number[]) => number;

const gauss: Scalars = (i, j, k, a, b, c, z) =>
  hyp2f1Derivative(
    [i as number, j as number, k as number],
    a as number,
    b as number,
    c as number,
    z as number,
  );

/** Each function, and the relative error that it may have. */
const functions: Readonly<Record<string, readonly [Scalars, number]>> = {
  gamma: [gamma, 1e-14],
  logGammaOnePlus: [logGammaOnePlus, 1e-14],
  beta: [beta, 2e-14],
  betaln: [betaln, 2e-14],
  gammainc: [gammainc, 1e-13],
  gammaincc: [gammaincc, 1e-13],
  gammaincDerivative: [gammaincDerivative, 1e-13],
  gammaQuantileSlope: [gammaQuantileSlope, 1e-13],
  betainc: [betainc, 1e-13],
  betaincDerivative: [betaincDerivative, 1e-13],
  erfcx: [erfcx, 1e-14],
  erfcxDerivative: [erfcxDerivative, 1e-13],
  ndtr: [ndtr, 1e-14],
  logNdtr: [logNdtr, 1e-14],
  ndtri: [ndtri, 1e-14],
  besselI: [besselI, 1e-14],
  scaledBesselDerivative: [scaledBesselDerivative, 1e-13],
  expn: [expn, 1e-14],
  expi: [expi, 1e-14],
  spence: [spence, 1e-14],
  spenceDerivative: [spenceDerivative, 1e-13],
  zetaDerivative: [zetaDerivative, 1e-13],
  entr: [entr, 1e-15],
  relEntr: [relEntr, 1e-14],
  klDiv: [klDiv, 1e-14],
  logit: [logit, 1e-14],
  boxcoxDerivative: [boxcoxDerivative, 1e-13],
  boxcox1pDerivative: [boxcox1pDerivative, 1e-13],
  invBoxcox: [invBoxcox, 1e-13],
  invBoxcox1p: [invBoxcox1p, 1e-13],
  bernoulli: [(n) => bernoulliNumbers(n)[n] as number, 0],
  lambertW: [(k, x) => lambertW({ branch: k as 0 | -1, plusOne: false, isSingle: false }, x), 5e-16],
  lambertWPlusOne: [(k, x) => lambertW({ branch: k as 0 | -1, plusOne: true, isSingle: false }, x), 1e-15],
  owensT: [owensT, 1e-14],
  hyp1f1: [hyp1f1Derivative, 1e-13],
  hyp1f1Derivative: [hyp1f1Derivative, 1e-13],
  hyp2f1: [gauss, 1e-13],
  hyp2f1Derivative: [gauss, 1e-13],
  xlogy: [xlogy, 1e-15],
  xlog1py: [xlog1py, 1e-15],
};

const { tables } = JSON.parse(
  readFileSync(new URL("../reference/special-values.json", import.meta.url), "utf8"),
) as { readonly tables: Readonly<Record<string, readonly (readonly number[])[]>> };

describe("reference values", () => {
  it.each(Object.entries(functions))("%s", (name, [f, tolerance]) => {
    const rows = tables[name] as readonly (readonly number[])[];
    expect(rows.length).toBeGreaterThan(3);
    const wrong = rows.flatMap((row) => {
      const [args, wanted] = [row.slice(0, -1), row.at(-1) as number];
      const got = f(...args);
      const error = Math.abs(got - wanted) / Math.abs(wanted);
      return got === wanted || error <= tolerance
        ? []
        : [`${name}(${args}) is ${got} instead of ${wanted}: ${error}`];
    });
    expect(wrong).toEqual([]);
  });
});
