/**
 * Tensors out of data and out of nothing. Data is copied, so that nobody outside holds what a tensor reads; a
 * tensor of one number keeps just the number.
 */
import { allocate, type DType, isFloat, itemSize, range, roundTo } from "../tensor/dtype.js";
import { ArgumentError, DTypeError, describe, ShapeError } from "../tensor/errors.js";
import { checkShape, orThrow, type Shape } from "../tensor/shape.js";
import type {
  ArrayFunction,
  CreationFunction,
  DTypeOption,
  FullFunction,
  LikeFunction,
} from "../tensor/signatures.js";
import {
  compact,
  compactData,
  DenseTensor,
  type NestedLike,
  Tensor,
  type TensorLike,
  uniform,
} from "../tensor/tensor.js";
import { openArrays } from "./arrays-door.js";
import { broadcastAll, cast, checkDType, toTensor } from "./convert.js";
import { optionsOf } from "./options.js";
import { openWorkshop } from "./workshop.js";

type AnyDType = DTypeOption<DType> | undefined;

/** The dtype asked for, checked, or another. */
export const dtypeIn = (operation: string, options: AnyDType, otherwise: DType): DType => {
  const { dtype } = optionsOf(operation, options, ["dtype"]);
  return dtypeOr(operation, dtype, otherwise);
};

export const dtypeOr = (operation: string, dtype: DType | undefined, otherwise: DType): DType =>
  dtype === undefined ? otherwise : checkDType(operation, dtype);

/** A tensor of one number, in that dtype. */
export const filled = (shape: Shape, value: number, dtype: DType): DenseTensor => {
  openWorkshop();
  return uniform({ shape, dtype, weak: false }, roundTo(dtype, value));
};

/** A bare number as a tensor of its own dtype: it no longer yields. */
const strong = (x: Tensor): Tensor => {
  if (!x.type.weak) return x;
  return x instanceof DenseTensor && x.data === null
    ? filled(x.type.shape, x.value, x.type.dtype)
    : cast(x, x.type.dtype);
};

/** Numbers written out must fit an integer dtype that is asked for; tensors and typed arrays are converted, and wrap. */
const checkLiteral = (operation: string, data: unknown, x: Tensor, dtype: DType): void => {
  if (data instanceof Tensor || ArrayBuffer.isView(data) || !(x instanceof DenseTensor)) return;
  if (isFloat(dtype) || dtype === "bool" || x.dtype === dtype) return;
  const [low, high] = range(dtype);
  for (const value of x.data === null ? [x.value] : compactData(x))
    if (!(Math.trunc(value) >= low && Math.trunc(value) <= high))
      throw DTypeError.overflow(operation, value, dtype);
};

/**
 * A tensor from numbers, booleans, nested arrays, a typed array (whose dtype it keeps) or tensors. Numbers give
 * float64, booleans bool. The data is copied.
 * @throws ShapeError for ragged arrays, DTypeError for an unknown dtype.
 * @example np.array([[1, 2], [3, 4]], { dtype: "float32" })
 * @see numpy.array
 */
export const array: ArrayFunction = ((data: NestedLike, options?: AnyDType): Tensor => {
  openArrays();
  const x = strong(toTensor("array", data));
  const dtype = dtypeIn("array", options, x.type.dtype);
  checkLiteral("array", data, x, dtype);
  return cast(x, dtype);
}) as ArrayFunction;
/** The same as `array`: a tensor is never copied, other data always. */
export const asarray: ArrayFunction = array;

/* @__NO_SIDE_EFFECTS__ */
const ofValue = (operation: string, value: number): CreationFunction =>
  ((shape: Shape, options?: AnyDType): Tensor =>
    filled(
      orThrow(checkShape(operation, shape)),
      value,
      dtypeIn(operation, options, "float64"),
    )) as CreationFunction;

/**
 * A tensor of zeros.
 * @throws ShapeError if the shape is none.
 * @example np.zeros([2, 3])
 * @see numpy.zeros
 */
export const zeros: CreationFunction = ofValue("zeros", 0);
/**
 * A tensor of ones.
 * @throws ShapeError if the shape is none.
 * @example np.ones([2], { dtype: "int32" })
 * @see numpy.ones
 */
export const ones: CreationFunction = ofValue("ones", 1);

type FullOfTensor = (shape: Shape, value: TensorLike, options?: DTypeOption<DType>) => Tensor;
/**
 * A tensor of one value, or of a tensor broadcast to the shape (and differentiable in it).
 * @throws ShapeError if the value does not broadcast to the shape.
 * @example np.full([2], 7) // [7, 7]
 * @see numpy.full
 */
export const full: FullFunction & FullOfTensor = ((
  shape: Shape,
  value: TensorLike,
  options?: AnyDType,
): Tensor => {
  openWorkshop();
  const checked = orThrow(checkShape("full", shape));
  const x = strong(toTensor("full", value));
  const dtype = dtypeIn("full", options, x.type.dtype);
  checkLiteral("full", value, x, dtype);
  return broadcastTo("full", cast(x, dtype), checked);
}) as FullFunction & FullOfTensor;

const broadcastTo = (operation: string, x: Tensor, shape: Shape): Tensor => {
  const [out] = broadcastAll(operation, [x, filled(shape, 0, x.type.dtype)]) as readonly [Tensor, Tensor];
  if (out.type.shape.length === shape.length && out.type.shape.every((n, axis) => n === shape[axis]))
    return out;
  throw ShapeError.mismatch(
    operation,
    "the value does not fit the shape",
    [x.type.shape, shape],
    "It is broadcast, not cut.",
  );
};

/* @__NO_SIDE_EFFECTS__ */
const like = (operation: string, value: number): LikeFunction =>
  ((a: TensorLike, options?: AnyDType): Tensor => {
    openWorkshop();
    const { shape, dtype } = toTensor(operation, a).type;
    return filled(shape, value, dtypeIn(operation, options, dtype));
  }) as LikeFunction;
/**
 * Zeros in the shape and dtype of another tensor.
 * @example np.zerosLike([1, 2]) // [0, 0]
 * @see numpy.zeros_like
 */
export const zerosLike: LikeFunction = like("zerosLike", 0);
/**
 * Ones in the shape and dtype of another tensor.
 * @example np.onesLike([5, 6]) // [1, 1]
 * @see numpy.ones_like
 */
export const onesLike: LikeFunction = like("onesLike", 1);
/**
 * One value (broadcast) in the shape and dtype of another tensor.
 * @example np.fullLike([1, 2], 7) // [7, 7]
 * @see numpy.full_like
 */
export const fullLike = (a: TensorLike, value: TensorLike, options?: DTypeOption<DType>): Tensor => {
  openWorkshop();
  const model = toTensor("fullLike", a).type;
  const x = toTensor("fullLike", value);
  const dtype = dtypeIn("fullLike", options, model.dtype);
  checkLiteral("fullLike", value, x, dtype);
  return broadcastTo("fullLike", cast(x, dtype), model.shape);
};

export interface FromBufferOptions extends DTypeOption<DType> {
  /** How many elements to read; default all that fit. */
  readonly count?: number;
  /** The byte at which to begin; default 0. */
  readonly offset?: number;
}
/**
 * A vector of the elements whose bytes lie in a buffer (an ArrayBuffer, or the bytes that a typed array or DataView shows), in the order
 * of this machine. float64 unless told otherwise; the bytes are copied.
 * @throws ArgumentError for something that has no bytes, and for an offset or count beyond them; DTypeError for an unknown dtype.
 * @example np.fromBuffer(new Uint8Array([1, 0, 2, 0]).buffer, { dtype: "int16" }) // [1, 2]
 * @see numpy.frombuffer
 */
export const fromBuffer = (
  buffer: ArrayBufferLike | ArrayBufferView,
  options?: FromBufferOptions,
): Tensor<[number]> => {
  openWorkshop();
  const { dtype, count, offset = 0 } = optionsOf("fromBuffer", options, ["dtype", "count", "offset"]);
  const isShared = typeof SharedArrayBuffer !== "undefined" && buffer instanceof SharedArrayBuffer;
  if (!ArrayBuffer.isView(buffer) && !(buffer instanceof ArrayBuffer) && !isShared)
    throw ArgumentError.invalid(
      "fromBuffer",
      `${describe(buffer)} has no bytes`,
      "Pass an ArrayBuffer, a typed array or a DataView.",
    );
  const type = dtypeOr("fromBuffer", dtype, "float64");
  const bytes = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
  const width = itemSize(type);
  const left = bytes.length - offset;
  if (!Number.isInteger(offset) || left < 0 || offset < 0)
    throw ArgumentError.invalid(
      "fromBuffer",
      `${describe(offset)} is no byte of ${bytes.length}`,
      "The offset counts bytes from 0.",
    );
  const n = count ?? left / width;
  if (!Number.isInteger(n) || n < 0 || n * width > left)
    throw ArgumentError.invalid(
      "fromBuffer",
      `${describe(n)} elements of ${width} bytes are not in ${left} bytes`,
      "Pass count, or bytes for whole elements.",
    );
  const data = allocate(type, n);
  new Uint8Array(data.buffer).set(bytes.subarray(offset, offset + n * width));
  // a bool is 0 or 1, whatever its byte
  if (type === "bool") for (let i = 0; i < n; i++) data[i] = data[i] === 0 ? 0 : 1;
  return compact({ shape: [n], dtype: type, weak: false }, data) as Tensor as Tensor<[number]>;
};
