/** What samplers are asked for: a shape, a dtype, and parameters that broadcast to the shape. */
import { cast, meetingDType, stretch } from "../numpy/convert.js";
import { asTensor } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { type DType, type FloatDType, isFloat } from "../tensor/dtype.js";
import { DTypeError, ShapeError } from "../tensor/errors.js";
import { broadcastShapes, orThrow, type Shape, sameShape } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import type { Plain } from "../tensor/types.js";
import { checkKey, type Key, shapeOf } from "./key.js";

export interface DTypeOptions<D extends FloatDType = FloatDType> {
  /** float64 unless told otherwise; float32 has its own, shorter, random numbers. */
  readonly dtype?: D;
}
export interface SampleOptions extends DTypeOptions {
  /** Shape of the samples; that of the parameters unless told otherwise. */
  readonly shape?: Shape;
}

/** A sampler of a distribution without parameters. */
export type StandardSampler = <const S extends Shape = [], D extends FloatDType = "float64">(
  key: Key,
  shape?: S,
  options?: DTypeOptions<D>,
) => Tensor<Plain<S>, D>;
/** Samplers of distributions with one and two parameters. */
export type Sampler1 = (key: Key, a: TensorLike, options?: SampleOptions) => Tensor;
export type Sampler2 = (key: Key, a: TensorLike, b: TensorLike, options?: SampleOptions) => Tensor;

/** Which dtype floats are drawn in: the one asked for, or that of parameters with a float dtype of their own. */
export const floatDType = (
  operation: string,
  dtype: unknown,
  parameters: readonly Tensor[] = [],
): FloatDType => {
  if (dtype === undefined) {
    const strong = parameters.filter((x) => !x.type.weak && isFloat(x.dtype));
    return strong.length === 0 ? "float64" : (meetingDType(operation, strong) as FloatDType);
  }
  if (dtype === "float64" || dtype === "float32") return dtype;
  throw DTypeError.unsupported(operation, String(dtype), "float64 or float32");
};

/** The shape asked for, to which all parameters must broadcast, or the one in which they meet. */
export const sampleShape = (operation: string, shape: unknown, parameters: readonly Shape[]): Shape => {
  if (shape === undefined) return orThrow(broadcastShapes(operation, ...parameters));
  const wanted = shapeOf(operation, shape);
  if (sameShape(orThrow(broadcastShapes(operation, wanted, ...parameters)), wanted)) return wanted;
  throw ShapeError.mismatch(
    operation,
    "parameters do not broadcast to the shape of the samples",
    [...parameters, wanted],
    "The shape holds that of the parameters: give it their axes too.",
  );
};

export interface Sampling {
  readonly key: Key;
  readonly shape: Shape;
  readonly dtype: FloatDType;
  /** In that dtype and shape. */
  readonly parameters: readonly Tensor[];
}

/** The key, shape and dtype of a call, and its parameters brought to them. */
export const samplingOf = (
  operation: string,
  key: Key,
  values: readonly TensorLike[],
  options: SampleOptions | undefined,
): Sampling => {
  checkKey(operation, key);
  const asked = optionsOf(operation, options, ["shape", "dtype"]);
  const tensors = values.map((x) => asTensor(operation, x));
  const dtype = floatDType(operation, asked.dtype, tensors);
  const shape = sampleShape(
    operation,
    asked.shape,
    tensors.map((x) => x.shape),
  );
  return { key, shape, dtype, parameters: tensors.map((x) => stretch(cast(x, dtype), shape)) };
};

/** A sampler of a distribution without parameters, from what draws it. */
/* @__NO_SIDE_EFFECTS__ */
export const standard = (
  operation: string,
  draw: (key: Key, shape: Shape, dtype: FloatDType) => Tensor,
): StandardSampler =>
  ((key: Key, shape: Shape = [], options?: DTypeOptions): Tensor => {
    checkKey(operation, key);
    const size = shapeOf(operation, shape);
    return draw(key, size, floatDType(operation, optionsOf(operation, options, ["dtype"]).dtype));
  }) as StandardSampler;

/** Samplers of distributions with one and two parameters, which come in the dtype and shape of the samples. */
/* @__NO_SIDE_EFFECTS__ */
export const withParameter =
  (operation: string, draw: (sampling: Sampling, a: Tensor) => Tensor): Sampler1 =>
  (key, a, options) => {
    const sampling = samplingOf(operation, key, [a], options);
    return draw(sampling, sampling.parameters[0] as Tensor);
  };
/* @__NO_SIDE_EFFECTS__ */
export const withTwoParameters =
  (operation: string, draw: (sampling: Sampling, a: Tensor, b: Tensor) => Tensor): Sampler2 =>
  (key, a, b, options) => {
    const sampling = samplingOf(operation, key, [a, b], options);
    return draw(sampling, ...(sampling.parameters as readonly [Tensor, Tensor]));
  };

/** An integer dtype for samples that are whole. */
export const wholeDType = (operation: string, dtype: unknown, otherwise: DType): DType => {
  if (dtype === undefined) return otherwise;
  const known: readonly DType[] = [
    "int32",
    "uint32",
    "int16",
    "uint16",
    "int8",
    "uint8",
    "float64",
    "float32",
  ];
  if (known.includes(dtype as DType)) return dtype as DType;
  throw DTypeError.unsupported(operation, String(dtype), "an integer or float dtype");
};
