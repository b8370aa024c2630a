/**
 * Where a primitive is tested: parameters, and operands that fit them. Laws about derivatives draw values away
 * from kinks, poles and ties; the others draw anything, infinities and NaN among it.
 */
import fc from "fast-check";
import { optionsOf } from "../numpy/options.js";
import type { DType } from "../tensor/dtype.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { Shape } from "../tensor/shape.js";
import type { DenseTensor } from "../tensor/tensor.js";
import { distinctTensors, elementsOf, integerTensors, shapes, tensorOf } from "./arbitraries.js";
import { checkArbitrary, checkBounds, checkDTypes, checkWhole } from "./checked.js";

/** Parameters, and operands for them: drawn again and again, with the same shapes. */
export interface Plan {
  readonly p: unknown;
  readonly operands: fc.Arbitrary<readonly DenseTensor[]>;
}

/** Where a function is smooth: an interval, and points in it from which to keep away. */
export interface Range {
  readonly min: number;
  readonly max: number;
  readonly avoid?: readonly number[];
}

/** What one draw is to be, and the arbitraries that follow from it. */
export interface Draw {
  readonly dtype: DType;
  readonly smooth: boolean;
  /** Shapes of rank min (0) to max (5), sizes 0 and 1 among them, with few elements. */
  readonly shape: (minRank?: number, maxRank?: number) => fc.Arbitrary<Shape>;
  /** Tensors of the drawn dtype; of any values, or in the range of a smooth draw. */
  readonly tensor: (shape: Shape, range?: Range) => fc.Arbitrary<DenseTensor>;
  /** Tensors whose elements all differ, for a smooth draw by at least 1/4. */
  readonly distinct: (shape: Shape) => fc.Arbitrary<DenseTensor>;
  /** Tensors of int32 from 0 to below - 1, or between other bounds. */
  readonly indices: (shape: Shape, below: number, min?: number) => fc.Arbitrary<DenseTensor>;
  readonly bools: (shape: Shape) => fc.Arbitrary<DenseTensor>;
}

export interface Domain {
  readonly plan: (draw: Draw) => fc.Arbitrary<Plan>;
  /** The dtypes that the primitive takes; derivatives are tested where float64 is among them. */
  readonly dtypes: readonly DType[];
  /** Lists of operands in which the primitive is linear at once: those for which its transpose rule answers. */
  readonly linear?: (p: unknown, count: number) => readonly (readonly number[])[];
  /** Its derivative is zero by definition, whatever differences say. */
  readonly stopped?: boolean;
  /** Its derivative is not that of what it computes, as for a sampler: differences say nothing about it. */
  readonly implicit?: boolean;
  /** A collective: operands are stacked along axis 0 (3 examples), and a vmap of this name goes around. */
  readonly axisName?: string;
}

/** How many examples a collective is tested with. */
export const collectiveSize = 3;

const defaultRange: Range = { min: -2, max: 2 };

export const drawOf = (dtype: DType, smooth: boolean, maxElements: number): Draw => ({
  dtype,
  smooth,
  shape: (minRank = 0, maxRank = 5) => shapes({ minRank, maxRank, maxElements }),
  tensor: (shape, range = defaultRange) =>
    tensorOf(dtype, shape, elementsOf(dtype, smooth ? range : undefined)),
  distinct: (shape) =>
    smooth ? distinctTensors(dtype, shape) : tensorOf(dtype, shape, elementsOf(dtype, undefined)),
  indices: (shape, below, min = 0) => integerTensors("int32", shape, min, below - 1),
  bools: (shape) => integerTensors("bool", shape, 0, 1),
});

export const floats: readonly DType[] = ["float64", "float32"];
export const integers: readonly DType[] = ["int32", "uint32", "int16", "uint16", "int8", "uint8"];
export const numbers: readonly DType[] = [...floats, ...integers];
export const anything: readonly DType[] = [...numbers, "bool"];

export interface ElementwiseOptions {
  readonly dtypes?: readonly DType[];
  /** One range for each operand, or for all. */
  readonly ranges?: readonly Range[];
  readonly linear?: readonly (readonly number[])[];
  /** Parameters of the primitive; null without them. */
  readonly p?: fc.Arbitrary<unknown>;
  readonly stopped?: boolean;
}

/**
 * The domain of an elementwise primitive: `arity` operands of one shape.
 * @example checkPrimitive(sinc.primitive, elementwiseDomain(1, { ranges: [{ min: 0.5, max: 3 }] }))
 */
export const elementwiseDomain = (arity: number, options: ElementwiseOptions = {}): Domain => {
  const operation = "elementwiseDomain";
  checkWhole(operation, "arity", arity ?? null, 1);
  const given = optionsOf(operation, options, ["dtypes", "ranges", "linear", "p", "stopped"]);
  checkDTypes(operation, given.dtypes);
  if (given.p !== undefined) checkArbitrary(operation, "p", given.p);
  const { ranges = [defaultRange], linear, stopped } = given;
  if (!Array.isArray(ranges) || ranges.length === 0)
    throw ArgumentError.invalid(
      operation,
      `ranges is ${describe(ranges)}`,
      "Pass a list, such as [{ min: 0.5, max: 3 }].",
    );
  for (const range of ranges as readonly Range[])
    checkBounds(operation, ["min", range?.min ?? null], ["max", range?.max ?? null]);
  return {
    dtypes: options.dtypes ?? floats,
    ...(linear === undefined ? {} : { linear: () => linear }),
    ...(stopped === undefined ? {} : { stopped }),
    plan: (draw) =>
      fc.tuple(draw.shape(), options.p ?? fc.constant(null)).map(([shape, p]) => ({
        p,
        operands: fc.tuple(
          ...Array.from({ length: arity }, (_, i) =>
            draw.tensor(shape, ranges[Math.min(i, ranges.length - 1)]),
          ),
        ),
      })),
  };
};
