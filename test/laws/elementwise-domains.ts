/** Domains of elementwise primitives: how many operands, of which dtypes, and where they are smooth. */
import fc from "fast-check";
import type { DType } from "../../src/tensor/dtype.js";
import type { DenseTensor } from "../../src/tensor/tensor.js";
import { filled } from "../../src/testing/differences.js";
import {
  anything,
  type Domain,
  type Draw,
  elementwiseDomain,
  integers,
  numbers,
  type Range,
} from "../../src/testing/domains.js";

const unary = (min: number, max: number, avoid: readonly number[] = []): Domain =>
  elementwiseDomain(1, { ranges: [{ min, max, avoid }] });
const positive = unary(0.5, 4);

const wholes = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);
/** Jumps at whole numbers. */
const stepped = elementwiseDomain(1, {
  dtypes: numbers,
  ranges: [{ min: -3, max: 3, avoid: wholes(-3, 3) }],
});

const kinked: Range = { min: -3, max: 3, avoid: [0] };
const wide: Range = { min: -3, max: 3 };

const bits: readonly DType[] = [...integers, "bool"];

const shifted = (x: DenseTensor, by: DenseTensor): DenseTensor =>
  filled(x.type, (i) => x.at(i) + Math.sign(by.at(i)) * (0.25 + Math.abs(by.at(i))));

/** Two operands that differ in every element of a smooth draw, and any of them otherwise. */
const pairs = (dtypes: readonly DType[], linear?: readonly (readonly number[])[]): Domain => ({
  ...elementwiseDomain(2, { dtypes, ...(linear === undefined ? {} : { linear }) }),
  plan: (draw: Draw) =>
    draw.shape().map((shape) => ({
      p: null,
      operands: fc
        .tuple(draw.tensor(shape), draw.tensor(shape, { min: -1, max: 1, avoid: [0] }))
        .map(([x, by]) => (draw.smooth ? [x, shifted(x, by)] : [x, by])),
    })),
});

/** x = n y + r y with a remainder r away from 0 and 1. */
const remainders: Domain = {
  dtypes: numbers,
  plan: (draw) =>
    draw.shape().map((shape) => ({
      p: null,
      operands: fc
        .tuple(
          draw.tensor(shape, { min: 0.25, max: 0.75 }),
          draw.tensor(shape, { min: -2, max: 2, avoid: [-0.4, -0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4] }),
          draw.tensor(shape, { min: -3, max: 3 }),
        )
        .map(([r, y, n]) =>
          draw.smooth
            ? [filled(r.type, (i) => (Math.trunc(n.at(i)) + (n.at(i) < 0 ? -r.at(i) : r.at(i))) * y.at(i)), y]
            : [r, y],
        ),
    })),
};

/** Dtypes to convert to; rounding to float32 is no smooth function. */
const conversions: Domain = {
  dtypes: anything,
  linear: (p) => (p === "float64" ? [[0]] : []),
  plan: (draw) =>
    fc
      .tuple(
        draw.shape(),
        fc.constantFrom(...anything.filter((dtype) => !draw.smooth || dtype !== "float32")),
      )
      .map(([shape, p]) => ({
        p,
        operands: fc.tuple(draw.tensor(shape, { min: -3, max: 3, avoid: wholes(-3, 3) })),
      })),
};

const selection: Domain = {
  dtypes: anything,
  linear: () => [[1], [2], [1, 2]],
  plan: (draw) =>
    draw.shape().map((shape) => ({
      p: null,
      operands: fc.tuple(draw.bools(shape), draw.tensor(shape), draw.tensor(shape)),
    })),
};

const both = [[0], [1], [0, 1]];
const comparison = pairs(anything);
const predicate = elementwiseDomain(1, { dtypes: anything });
const bitwise = elementwiseDomain(2, { dtypes: bits });
const shift = elementwiseDomain(2, { dtypes: integers });

export const elementwiseDomains: Readonly<Record<string, Domain>> = {
  abs: elementwiseDomain(1, { dtypes: numbers, ranges: [kinked] }),
  sign: elementwiseDomain(1, { dtypes: numbers, ranges: [kinked] }),
  neg: elementwiseDomain(1, { dtypes: numbers, linear: [[0]] }),
  floor: stepped,
  ceil: stepped,
  trunc: stepped,
  round: elementwiseDomain(1, {
    dtypes: numbers,
    ranges: [{ min: -3, max: 3, avoid: wholes(-3, 3).map((n) => n + 0.5) }],
  }),
  add: elementwiseDomain(2, { dtypes: anything, linear: both }),
  sub: elementwiseDomain(2, { dtypes: numbers, linear: both }),
  mul: elementwiseDomain(2, { dtypes: anything, linear: [[0], [1]] }),
  div: elementwiseDomain(2, {
    dtypes: numbers,
    ranges: [wide, { min: -3, max: 3, avoid: wholes(-9, 9).map((n) => n / 18) }],
    linear: [[0]],
  }),
  rem: remainders,
  integerPow: elementwiseDomain(1, {
    dtypes: numbers,
    ranges: [{ min: 0.75, max: 1.5 }],
    p: fc.oneof(fc.integer({ min: -4, max: 6 }), fc.constantFrom(-34, 33, 40)),
  }),
  convert: conversions,
  stopGradient: elementwiseDomain(1, { dtypes: anything, stopped: true }),
  and: bitwise,
  or: bitwise,
  xor: bitwise,
  not: elementwiseDomain(1, { dtypes: bits }),
  shiftLeft: shift,
  shiftRightLogical: shift,
  shiftRightArithmetic: shift,
  threefry: elementwiseDomain(4, { dtypes: ["uint32"] }),
  eq: comparison,
  ne: comparison,
  lt: comparison,
  le: comparison,
  gt: comparison,
  ge: comparison,
  isFinite: predicate,
  isNaN: predicate,
  max: pairs(anything),
  min: pairs(anything),
  select: selection,
  exp: unary(-2, 2),
  expm1: unary(-2, 2),
  log: positive,
  log1p: unary(-0.5, 3),
  sqrt: positive,
  cbrt: elementwiseDomain(1, { ranges: [{ min: -4, max: 4, avoid: wholes(-9, 9).map((n) => n / 18) }] }),
  pow: elementwiseDomain(2, { ranges: [{ min: 0.5, max: 2 }, wide] }),
  sin: unary(-4, 4),
  cos: unary(-4, 4),
  tan: unary(-1, 1),
  asin: unary(-0.75, 0.75),
  acos: unary(-0.75, 0.75),
  atan: unary(-3, 3),
  atan2: elementwiseDomain(2, { ranges: [{ min: 0.5, max: 3 }, wide] }),
  sinh: unary(-2, 2),
  cosh: unary(-2, 2),
  tanh: unary(-2, 2),
  asinh: unary(-3, 3),
  acosh: unary(1.5, 4),
  atanh: unary(-0.75, 0.75),
  logistic: unary(-4, 4),
  erf: unary(-2, 2),
  erfc: unary(-2, 2),
  erfInv: unary(-0.75, 0.75),
  lgamma: unary(0.75, 5),
  polygamma: elementwiseDomain(1, { ranges: [{ min: 1, max: 5 }], p: fc.integer({ min: 0, max: 3 }) }),
};
