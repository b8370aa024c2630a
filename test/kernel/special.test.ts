// The special functions against reference values and against the identities that define them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  digamma,
  erf,
  erfc,
  erfInv,
  hurwitzZeta,
  lgamma,
  logistic,
  polygamma,
} from "../../src/kernel/special.js";

// Reference values, computed with 60 digits by mpmath and rounded to float64: the arguments, then the value.
const ERF: readonly number[] = [
  1e-300, 1.1283791670955126e-300, 1e-9, 1.1283791670955127e-9, 0.1, 0.1124629160182849, 0.25,
  0.27632639016823696, -0.5, -0.5204998778130465, 0.75, 0.7111556336535151, 0.84, 0.7651427114549945, 0.85,
  0.7706680576083526, 1, 0.8427007929497149, 1.2, 0.9103139782296353, 1.3, 0.9340079449406524, -1.5,
  -0.9661051464753108, 2, 0.9953222650189527, 2.4, 0.999311486103355, 2.6, 0.9997639655834707, 3,
  0.9999779095030014, 4, 0.9999999845827421, -5, -0.9999999999984626, 5.8, 0.9999999999999998,
];
const ERFC: readonly number[] = [
  -6, 2, -2, 1.9953222650189528, -0.5, 1.5204998778130465, 1e-20, 1, 0.1, 0.887537083981715, 0.3,
  0.6713732405408726, 0.5, 0.4795001221869535, 0.8, 0.2578990352923395, 0.9, 0.20309178757716786, 1,
  0.15729920705028513, 1.25, 0.07709987174354177, 1.5, 0.033894853524689274, 2, 0.004677734981047266, 2.49,
  0.0004292878677339129, 2.5, 0.0004069520174449589, 3, 2.209049699858544e-5, 4.25, 1.8505741373867425e-9, 6,
  2.1519736712498913e-17, 10, 2.088487583762545e-45, 15.3, 7.9765601254207e-104, 20, 5.395865611607901e-176,
  26.5, 2.2109076642637343e-307,
];
const ERF_INV: readonly number[] = [
  1e-100, 8.86226925452758e-101, 1e-9, 8.86226925452758e-10, 0.001, 0.0008862271574665521, 0.1,
  0.08885599049425769, -0.25, -0.2253120550121781, 0.5, 0.4769362762044699, 0.6, 0.5951160814499948, -0.75,
  -0.8134198475976185, 0.9, 1.1630871536766743, 0.95, 1.3859038243496777, 0.99, 1.8213863677184494, 0.999,
  2.3267537655135246, -0.999999, -3.458910737275499, 0.999999999, 4.320005388105362, 0.9999999999990905,
  5.05125408524939, 0.9999999999999999, 5.8635847487551676,
];
const LOGISTIC: readonly number[] = [
  -745, 5e-324, -700, 9.85967654375977e-305, -100, 3.720075976020836e-44, -36.5, 1.4068617124461467e-16, -10,
  4.5397868702434395e-5, -1, 0.2689414213699951, -0.5, 0.37754066879814546, -1e-9, 0.49999999975, 0.25,
  0.5621765008857981, 1, 0.7310585786300049, 2.5, 0.9241418199787564, 10, 0.9999546021312976, 36.5,
  0.9999999999999999,
];
const LGAMMA: readonly number[] = [
  1e-300, 690.7755278982137, 1e-10, 23.025850929882736, 0.1, 2.252712651734206, 0.4999, 0.5725613186041184,
  0.5, 0.5723649429247001, 0.75, 0.20328095143129538, 0.999999, 5.772164873855652e-7, 1.000001,
  -5.772148423874147e-7, 1.4616321449683622, -0.12148629053584961, 1.5, -0.12078223763524522, 1.999999,
  -4.227840125965854e-7, 2.000001, 4.2278465762452923e-7, 2.5, 0.2846828704729192, 3, 0.6931471805599453, 5.5,
  3.9578139676187165, 7.99, 8.50501160608848, 8.01, 8.545324429747733, 20, 39.339884187199495, 171.5,
  709.1431630309282, 10000000000, 220258509288.81058, 1e305, 7.012884533631839e307, -1e-10,
  23.025850929998178, -0.25, 1.589575312551186, -0.75, 1.5757045971498584, -1.5, 0.860047015376481, -3.3,
  -0.8243558050174264, -20.25, -41.60096191534053, -170.5, -707.9984331450788,
];
const DIGAMMA: readonly number[] = [
  1e-10, -10000000000.577215, 0.1, -10.423754940411076, 0.5, -1.9635100260214235, 1, -0.5772156649015329,
  1.35, -0.1139280126830882, 1.4, -0.06138454458511624, 1.46163, -2.0756283887224574e-6, 1.4616321449683622,
  -9.241265521729427e-17, 1.5, 0.03648997397857652, 1.57, 0.09997280244444468, 2, 0.42278433509846713, 3.25,
  1.016990911068179, 7.9, 2.002238487563571, 8.1, 2.0288674570805814, 20.5, 2.9958363947076467, 1000000,
  13.815510057964191, 1e300, 690.7755278982137, -1e-10, 9999999999.422785, -0.25, 2.9141391202135276, -0.5,
  0.03648997397857652, -1.75, -2.322691628614361, -10.3, 4.662403493582087, -100.01, 104.5773605032167,
];
const POLYGAMMA: readonly number[] = [
  0, 2.5, 0.7031566406452432, 1, 1e-5, 10000000001.644909, 1, 0.1, 101.43329915079275, 1, 1,
  1.6449340668482264, 1, 4.5, 0.24872510303901038, 1, 30.5, 0.03333024811280161, 1, 1000000000000,
  1.0000000000005e-12, 2, 0.3, -75.27253658872604, 2, 1, -2.4041138063191885, 2, 13, -0.006389797961591504, 3,
  0.7, 25.879149678427737, 3, 2, 0.49393940226682914, 4, 2.5, -0.3137559995067314, 5, 1.5, 11.113548602435497,
  7, 12.5, 1.977407971032112e-5, 10, 0.75, -85926737.20888044, 20, 5, -5217.714221590228, 1, -0.25,
  18.541879647671607, 1, -7.5, 9.744766282170433, 2, -0.5, -0.82879664423432, 2, -3.3, 68.76944547748523, 3,
  -1.6, 283.40708267399356, 4, -10.5, -0.0004070138390569766, 5, -0.001, 1.1999999999999998e20, 6, -4.8,
  -56246758.479581445,
];
const HURWITZ_ZETA: readonly number[] = [
  1.01, 1, 100.57794333849678, 1.5, 0.5, 4.776537947554833, 2, 1, 1.6449340668482264, 2, 0.25,
  17.19732915450711, 2, 100, 0.010050166663333571, 2.5, 3.5, 0.12617613064983157, 3, 1, 1.2020569031595942, 3,
  0.001, 1000000001.1988161, 4, 100000, 3.3333833336666666e-16, 7.25, 2, 0.006972209025746699, 10, 0.9,
  2.869628176938426, 20, 1, 1.0000009539620338, 50, 1.5, 1.568328545496635e-9, 60, 40, 9.767463619540871e-97,
  300, 1, 1, 2, -0.5, 8.934802200544679, 3, -0.5, 0.41439832211716, 3, -2.25, -61.94847488703008, 4, -7.75,
  259.75698676526775, 9, -1.5, 0.00027643925426264714,
];

type Scalars = (...xs: number[]) => number;

/** Name, function, number of arguments, table, and the relative error allowed: about twice the largest found. */
const TABLES: readonly (readonly [string, Scalars, number, readonly number[], number])[] = [
  ["erf", erf, 1, ERF, 2.3e-16],
  ["erfc", erfc, 1, ERFC, 5e-16],
  ["erfInv", erfInv, 1, ERF_INV, 5e-16],
  ["logistic", logistic, 1, LOGISTIC, 4.5e-16],
  ["lgamma", lgamma, 1, LGAMMA, 1e-15],
  ["digamma", digamma, 1, DIGAMMA, 2e-15],
  ["polygamma", polygamma, 2, POLYGAMMA, 2e-15],
  ["hurwitzZeta", hurwitzZeta, 2, HURWITZ_ZETA, 2e-15],
];

const inf = Number.POSITIVE_INFINITY;

/** Uniform, where fc.double would give mostly numbers near zero. */
const between = (min: number, max: number): fc.Arbitrary<number> =>
  fc.nat().map((k) => min + ((max - min) * k) / 0x7fffffff);

/** |a - b| within `tolerance` of `scale`, by default of b. */
const close = (a: number, b: number, tolerance: number, scale: number = Math.abs(b)): void => {
  const error = a === b ? 0 : Math.abs(a - b);
  expect(error, `${a} and ${b}`).toBeLessThanOrEqual(tolerance * scale + Number.MIN_VALUE);
};

const holds = <A extends [unknown, ...unknown[]]>(
  ...args: [...{ [K in keyof A]: fc.Arbitrary<A[K]> }, (...values: A) => void]
): void => {
  fc.assert(fc.property(...(args as unknown as [fc.Arbitrary<unknown>, () => void])), { numRuns: 300 });
};

describe("reference values", () => {
  for (const [name, f, arity, table, tolerance] of TABLES) {
    it(name, () => {
      for (let i = 0; i < table.length; i += arity + 1) {
        const args = table.slice(i, i + arity);
        close(f(...args), table[i + arity]!, tolerance);
      }
    });
  }
});

describe("special points", () => {
  const at = (f: Scalars, ...cases: readonly (readonly number[])[]): void => {
    for (const row of cases) {
      const args = row.slice(0, -1);
      expect(f(...args), String(args)).toBe(row.at(-1));
    }
  };

  it("error functions", () => {
    at(erf, [0, 0], [-0, -0], [inf, 1], [-inf, -1], [Number.NaN, Number.NaN], [5e-324, 5e-324]);
    at(erfc, [0, 1], [-0, 1], [inf, 0], [-inf, 2], [Number.NaN, Number.NaN], [28, 0]);
    at(erfInv, [0, 0], [-0, -0], [1, inf], [-1, -inf], [1.5, Number.NaN], [-inf, Number.NaN]);
    at(erfInv, [Number.NaN, Number.NaN]);
  });

  it("logistic", () => {
    at(logistic, [0, 0.5], [-0, 0.5], [inf, 1], [-inf, 0], [800, 1], [-800, 0]);
    expect(logistic(Number.NaN)).toBeNaN();
  });

  it("lgamma: zeros at 1 and 2, infinite at the poles and at both infinities", () => {
    at(lgamma, [1, 0], [2, 0], [0, inf], [-0, inf], [-1, inf], [-7, inf], [-1e300, inf]);
    at(lgamma, [inf, inf], [-inf, inf], [Number.MAX_VALUE, inf], [Number.NaN, Number.NaN]);
  });

  it("digamma and polygamma at the poles, as in SciPy", () => {
    at(digamma, [0, -inf], [-0, inf], [-1, Number.NaN], [-inf, Number.NaN], [inf, inf]);
    at(digamma, [Number.NaN, Number.NaN]);
    at(polygamma, [1, 0, inf], [2, 0, -inf], [3, -4, inf], [4, -4, -inf], [1, inf, 0], [2, inf, -0]);
    at(polygamma, [0, -0, inf], [1, Number.NaN, Number.NaN], [-1, 2, Number.NaN]);
    at(polygamma, [1.5, 2, Number.NaN], [1, 1e300, 1e-300], [2, 1e-200, -inf]);
  });

  it("hurwitzZeta at the edges of its domain, as in SciPy", () => {
    at(hurwitzZeta, [1, 2, inf], [0.5, 2, Number.NaN], [2, 0, inf], [2, -3, inf], [3, inf, 0]);
    at(hurwitzZeta, [2.5, -1.5, Number.NaN], [inf, 1, 1], [inf, 2, 0], [2, Number.NaN, Number.NaN]);
  });

  it("polygamma where n! or x^-n alone would leave the range of float64", () => {
    close(polygamma(200, 300), -2.03430351276749e-123, 1e-14);
    close(polygamma(30, -1000.5), -8.580245234311336e-60, 1e-14);
    expect(polygamma(171, -100.25)).toBe(inf);
  });
});

describe("identities", () => {
  it("erf is odd, and erf + erfc = 1", () =>
    holds(between(-30, 30), (x) => {
      expect(erf(-x)).toBe(-erf(x));
      close(erf(x) + erfc(x), 1, 3e-16);
      close(erfc(-x) + erfc(x), 2, 3e-16);
    }));

  it("erf is monotone, also across the seams of its pieces", () => {
    for (const seam of [0.25, 0.84375, 1.25, 2.5]) {
      for (const f of [erf, (x: number) => -erfc(x)]) {
        const [below, at, above] = [seam - 1e-13, seam, seam + 1e-13].map(f) as [number, number, number];
        expect(below).toBeLessThanOrEqual(at);
        expect(at).toBeLessThanOrEqual(above);
      }
    }
  });

  it("erfInv inverts erf", () => {
    holds(between(-1, 1), (y) => close(erf(erfInv(y)), y, 6e-16));
    holds(between(-3, 3), (x) => close(erfInv(erf(x)), x, 1e-15 * Math.exp(x * x), Math.max(1, Math.abs(x))));
  });

  it("logistic(x) + logistic(-x) = 1", () =>
    holds(between(-800, 800), (x) => close(logistic(x) + logistic(-x), 1, 3e-16)));

  // Away from the poles, where one ulp of the argument is an ulp of the value and not more.
  const regular = between(-30, 60).filter((x) => x > 0.01 || Math.abs(x - Math.round(x)) > 0.01);

  it("lgamma(x + 1) = lgamma(x) + log |x|", () =>
    holds(regular, (x) => {
      const below = lgamma(x);
      close(lgamma(x + 1), below + Math.log(Math.abs(x)), 1e-14, 10 + Math.abs(below));
    }));

  it("lgamma(x) + lgamma(1 - x) = log |pi / sin(pi x)|", () =>
    holds(regular, (x) => {
      const sine = Math.sin(Math.PI * (x - Math.round(x)));
      fc.pre(Math.abs(sine) > 0.01);
      close(lgamma(x) + lgamma(1 - x), Math.log(Math.PI / Math.abs(sine)), 1e-14, 10 + Math.abs(lgamma(x)));
    }));

  it("exp(lgamma(n)) = (n - 1)!", () => {
    let factorial = 1;
    for (let n = 1; n <= 20; n++) {
      close(lgamma(n), Math.log(factorial), 1e-15);
      factorial *= n;
    }
  });

  it("psi^(n)(x + 1) = psi^(n)(x) + (-1)^n n! / x^(n + 1)", () =>
    holds(fc.integer({ min: 0, max: 8 }), regular, (n, x) => {
      let step = (n % 2 === 0 ? 1 : -1) / x;
      for (let j = 1; j <= n; j++) step *= j / x;
      const below = polygamma(n, x);
      // An ulp of x + 1 near a pole at distance d changes the value by about (n + 1) / d of itself.
      close(polygamma(n, x + 1), below + step, 3e-12, 1 + Math.abs(below) + Math.abs(step));
    }));

  it("the derivative of lgamma is digamma, and of psi^(n) is psi^(n + 1)", () =>
    holds(fc.integer({ min: -1, max: 4 }), between(-5, 20), (n, x) => {
      fc.pre(x > 0.2 || Math.abs(x - Math.round(x)) > 0.2);
      const f = (y: number): number => (n < 0 ? lgamma(y) : polygamma(n, y));
      const h = 1e-3;
      const slope = (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h);
      const higher = Math.abs(polygamma(n + 5, x)) + Math.abs(polygamma(n + 6, x));
      close(slope, polygamma(n + 1, x), 1, 1e-11 * (1 + Math.abs(f(x))) + h ** 4 * higher);
    }));

  it("the derivative of zeta(s, q) in q is -s zeta(s + 1, q)", () =>
    holds(between(1.1, 12), between(0.5, 50), (s, q) => {
      const h = 1e-3 * q;
      const f = (y: number): number => hurwitzZeta(s, y);
      const slope = (8 * (f(q + h) - f(q - h)) - (f(q + 2 * h) - f(q - 2 * h))) / (12 * h);
      close(slope, -s * hurwitzZeta(s + 1, q), 1e-7);
    }));

  it("the derivative of erf is 2 exp(-x^2) / sqrt(pi), and of erfInv its inverse", () =>
    holds(between(-4, 4), (x) => {
      const h = 1e-3;
      const slope = (8 * (erf(x + h) - erf(x - h)) - (erf(x + 2 * h) - erf(x - 2 * h))) / (12 * h);
      close(slope, (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x), 1, 1e-11);
      const y = erf(x / 4);
      const rise = (erfInv(y + 1e-5) - erfInv(y - 1e-5)) / 2e-5;
      close(rise, (Math.sqrt(Math.PI) / 2) * Math.exp((x * x) / 16), 1e-8);
    }));
});
