/** Domains of the special functions: where they are smooth, and of moderate size for differences. */
import fc from "fast-check";
import { type Domain, drawOf, elementwiseDomain } from "../../src/testing/domains.js";

const unary = (min: number, max: number, p?: fc.Arbitrary<unknown>): Domain =>
  elementwiseDomain(1, { ranges: [{ min, max }], ...(p === undefined ? {} : { p }) });
const binary = (
  x: readonly [number, number],
  y: readonly [number, number],
  p?: fc.Arbitrary<unknown>,
): Domain =>
  elementwiseDomain(2, {
    ranges: [
      { min: x[0], max: x[1] },
      { min: y[0], max: y[1] },
    ],
    ...(p === undefined ? {} : { p }),
  });
const order = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });

/** Tensors of at most 4 elements: sums of whole numbers, for arguments of any size, take milliseconds an element. */
const ofFewElements = (domain: Domain): Domain => ({
  ...domain,
  plan: (draw) => domain.plan(drawOf(draw.dtype, draw.smooth, 4)),
});

export const specialDomains: Readonly<Record<string, Domain>> = {
  gamma: unary(0.75, 4),
  gammaSign: elementwiseDomain(1, { ranges: [{ min: -2.5, max: 3, avoid: [-2, -1, 0] }] }),
  erfcx: unary(-1, 3, order(2)),
  ndtr: unary(-3, 3),
  logNdtr: unary(-4, 2),
  ndtri: unary(0.15, 0.85),
  besselI: unary(-3, 3, order(3)),
  i0e: unary(0.5, 5, order(2)),
  i1e: unary(0.5, 5, order(2)),
  expn: unary(0.5, 3, order(3)),
  expi: unary(0.5, 3),
  spence: unary(0.5, 3, order(2)),
  entr: unary(0.5, 3),
  logit: unary(0.2, 0.8),
  beta: binary([0.75, 3], [0.75, 3]),
  betaln: binary([0.75, 3], [0.75, 3]),
  xlogy: binary([-3, 3], [0.5, 3]),
  xlog1py: binary([-3, 3], [-0.5, 3]),
  relEntr: binary([0.5, 3], [0.5, 3]),
  klDiv: binary([0.5, 3], [0.5, 3]),
  boxcox: binary([0.5, 3], [-2, 2], order(2)),
  boxcox1p: binary([-0.5, 2], [-2, 2], order(2)),
  invBoxcox: binary([-0.4, 2], [-0.3, 1.5]),
  invBoxcox1p: binary([-0.4, 2], [-0.3, 1.5]),
  hyp1f1: elementwiseDomain(3, {
    ranges: [
      { min: 0.5, max: 2 },
      { min: 0.75, max: 3 },
      { min: -1.5, max: 1.5 },
    ],
    p: fc.constantFrom([0, 0], [1, 0], [0, 1]),
  }),
  hyp2f1: ofFewElements(
    elementwiseDomain(4, {
      ranges: [
        { min: 0.5, max: 2 },
        { min: 0.5, max: 2 },
        { min: 0.75, max: 3 },
        { min: 0.1, max: 0.5 },
      ],
      p: fc.constantFrom([0, 0, 0], [1, 0, 0]),
    }),
  ),
  lambertW: unary(
    -0.2,
    3,
    fc.boolean().map((plusOne) => ({ branch: 0, plusOne, isSingle: false })),
  ),
  owensT: binary([-2, 2], [-2, 2]),
  zeta: binary([2, 4], [1, 3], order(1)),
  gammainc: binary([0.75, 4], [0.5, 5], order(2)),
  gammaincc: binary([0.75, 4], [0.5, 5]),
  gammaSlope: binary([0.75, 3], [-1, 1], fc.integer({ min: 1, max: 2 })),
  betainc: elementwiseDomain(3, {
    ranges: [
      { min: 0.75, max: 3 },
      { min: 0.75, max: 3 },
      { min: 0.25, max: 0.75 },
    ],
    p: fc.constantFrom([0, 0], [1, 0], [0, 1]),
  }),
};
