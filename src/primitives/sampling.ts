/**
 * Samplers that need an unknown number of random numbers, as operations on every element: of the two words of a key, the
 * element's position, and parameters. What an element gets depends on its own operands alone, so a batch is a loop.
 */
import type { Arity, Batched, Primitive } from "../graph/primitive.js";
import {
  binomialSample,
  type Drawing,
  logGammaSample,
  newDrawing,
  poissonSample,
} from "../kernel/sampling.js";
import { allocate, isFloat } from "../tensor/dtype.js";
import { DTypeError, ShapeError } from "../tensor/errors.js";
import { sizeOf } from "../tensor/shape.js";
import { compact, compactData, type DenseTensor, type Tensor, type TensorType } from "../tensor/tensor.js";
import { mul, neg } from "./arithmetic.js";
import { withBatchAxis } from "./batching.js";
import { checkOneShape } from "./checks.js";
import { type VariadicWith, variadicWith } from "./define.js";
import { gammaSlope } from "./special-several.js";

/** How numbers are counted, and how many elements the whole tensor of samples has. */
export interface SamplerParameters {
  readonly partitionable: boolean;
  readonly count: number;
}

interface SamplerSpec {
  readonly name: string;
  /** How many parameters follow the words of the key and the position. */
  readonly parameters: 1 | 2;
  readonly draw: (drawing: Drawing, a: number, b: number) => number;
  /** The tangent of the sample for that of its first parameter; absent for one that jumps. */
  readonly tangent?: (da: Tensor, a: Tensor, sample: Tensor) => Tensor;
}

/* @__NO_SIDE_EFFECTS__ */
const sampler = ({ name, parameters, draw, tangent }: SamplerSpec): VariadicWith<SamplerParameters> => {
  const record: Primitive<"many", 1, SamplerParameters> = {
    name,
    shape: (ins) => {
      const type = ins[3] as TensorType;
      checkOneShape(name, ins, "Broadcast first.");
      ins.forEach((x, i) => {
        const fits = i < 3 ? x.dtype === "uint32" : isFloat(x.dtype) && x.dtype === type.dtype;
        if (!fits)
          throw DTypeError.unsupported(
            name,
            x.dtype,
            i < 3 ? "uint32" : "one float dtype for all parameters",
          );
      });
      if (ins.length !== 3 + parameters)
        throw ShapeError.mismatch(
          name,
          `${3 + parameters} operands are needed`,
          [type.shape],
          "See its documentation.",
        );
      return [{ ...type, weak: false }];
    },
    impl: (ins, { partitionable, count }) => {
      const { dtype, shape } = (ins[3] as DenseTensor).type;
      const drawing = newDrawing(partitionable, dtype === "float32", count);
      const [k0, k1, positions, a, b] = ins.map((x) => compactData(x)) as ArrayLike<number>[];
      const n = sizeOf(shape);
      const out = allocate(dtype, n);
      for (let i = 0; i < n; i++) {
        drawing.key.take(k0?.[i] as number, k1?.[i] as number);
        drawing.at = positions?.[i] as number;
        out[i] = draw(drawing, a?.[i] as number, b?.[i] as number);
      }
      return [compact({ shape, dtype, weak: false }, out)];
    },
    jvp: (ins, tangents, p) => {
      const sample = self(ins, p);
      const da = tangents[3] ?? null;
      return [
        [sample],
        [tangent === undefined || da === null ? null : tangent(da, ins[3] as Tensor, sample)],
      ];
    },
    transpose: "nonlinear",
    batch: (ins, p, { size }): readonly [Batched] => [
      {
        value: self(
          ins.map((x) => withBatchAxis(x, size)),
          p,
        ),
        mapped: true,
      },
    ],
    lower: () => ({ kind: "opaque" }),
  };
  const self: VariadicWith<SamplerParameters> = variadicWith<Arity & "many", SamplerParameters>(record);
  return self;
};

/**
 * [key, key, position, a] -> the logarithm y of a gamma variate of shape a. Its derivative is implicit, at fixed
 * probability P(a, e^y) = u: dy = -(dP/da) / (dP/dy) da (Figurnov, Mohamed and Mnih, "Implicit reparameterization
 * gradients", 2018).
 */
export const logGammaVariate: VariadicWith<SamplerParameters> = /* @__PURE__ */ sampler({
  name: "logGammaVariate",
  parameters: 1,
  draw: logGammaSample,
  tangent: (da, a, y) => neg(mul(da, gammaSlope([a, y], 1))),
});
/** [key, key, position, rate] -> a Poisson variate, as a float. */
export const poissonVariate: VariadicWith<SamplerParameters> = /* @__PURE__ */ sampler({
  name: "poissonVariate",
  parameters: 1,
  draw: poissonSample,
});
/** [key, key, position, trials, probability] -> a binomial variate, as a float. */
export const binomialVariate: VariadicWith<SamplerParameters> = /* @__PURE__ */ sampler({
  name: "binomialVariate",
  parameters: 2,
  draw: binomialSample,
});
