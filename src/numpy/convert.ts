/**
 * What users pass becomes a tensor, dtypes meet in one, shapes are broadcast. Data is copied here, so that nobody
 * outside holds an array that a tensor reads.
 */

import { convert } from "../primitives/arithmetic.js";
import { broadcast } from "../primitives/broadcast.js";
import { reshape } from "../primitives/reshape.js";
import { concatenate } from "../primitives/slice.js";
import {
  allocate,
  type DType,
  dtypeOfStorage,
  floatOf,
  isDType,
  isFloat,
  isInteger,
  promoteDTypes,
  range,
  roundTo,
  type Storage,
} from "../tensor/dtype.js";
import { ArgumentError, DTypeError, describe, ShapeError } from "../tensor/errors.js";
import { broadcastShapes, orThrow, type Shape, sameShape, scalarShape, sizeOf } from "../tensor/shape.js";
import {
  compact,
  DenseTensor,
  isHolder,
  Tensor,
  type TensorLike,
  type TensorType,
  uniform,
} from "../tensor/tensor.js";

const weakScalar: TensorType = { shape: scalarShape, dtype: "float64", weak: true };
const boolScalar: TensorType = { shape: scalarShape, dtype: "bool", weak: false };

/** Any value that is taken for a tensor, as one. Bare numbers are weak: they yield to the dtype they meet. */
export const toTensor = (operation: string, x: TensorLike): Tensor => {
  if (x instanceof Tensor) return x;
  if (typeof x === "number") return uniform(weakScalar, x);
  if (typeof x === "boolean") return uniform(boolScalar, x ? 1 : 0);
  if (ArrayBuffer.isView(x)) return fromStorage(operation, x);
  if (Array.isArray(x)) return fromNested(operation, x);
  if (isHolder(x)) return x.heldTensor;
  throw ArgumentError.noTensor(operation, x);
};

const fromStorage = (operation: string, data: Storage | Uint8ClampedArray): Tensor => {
  const dtype = dtypeOfStorage(data);
  if (dtype === undefined)
    throw DTypeError.unsupported(
      operation,
      data.constructor.name,
      "one of the typed arrays of 8 to 32 bits, or float64,",
    );
  const copy = allocate(dtype, data.length);
  copy.set(data);
  return compact({ shape: [data.length], dtype, weak: false }, copy);
};

/** Nested arrays: numbers give float64, booleans bool, tensors inside are stacked (and stay differentiable). */
const fromNested = (operation: string, nested: readonly unknown[]): Tensor => {
  const shape: number[] = [];
  const flat: (number | boolean)[] = [];
  let tensors = false;
  let numbers = 0;
  const walk = (x: unknown, depth: number): void => {
    if (x instanceof Tensor || ArrayBuffer.isView(x) || isHolder(x)) {
      tensors = true;
      return;
    }
    if (Array.isArray(x)) {
      if (shape.length === depth) shape.push(x.length);
      else if (shape[depth] !== x.length) throw ragged(operation);
      for (const item of x) walk(item, depth + 1);
      return;
    }
    if (typeof x !== "number" && typeof x !== "boolean") {
      throw ArgumentError.invalid(
        operation,
        `${describe(x)} inside nested arrays`,
        "Elements are numbers, booleans or tensors.",
      );
    }
    if (shape.length !== depth) throw ragged(operation);
    if (typeof x === "number") numbers++;
    flat.push(x);
  };
  walk(nested, 0);
  if (tensors) return stackNested(operation, nested);
  if (flat.length !== sizeOf(shape)) throw ragged(operation);
  const dtype = numbers === 0 && flat.length > 0 ? "bool" : "float64";
  const data = allocate(dtype, flat.length);
  for (let i = 0; i < flat.length; i++) data[i] = Number(flat[i]);
  return compact({ shape, dtype, weak: false }, data);
};

const ragged = (operation: string): ShapeError =>
  new ShapeError(
    `${operation}: nested arrays are ragged. Rows of one level must all have the same length and depth.`,
  );

const stackNested = (operation: string, nested: readonly unknown[]): Tensor => {
  const parts = promoteAll(
    operation,
    nested.map((x) => toTensor(operation, x as TensorLike)),
  );
  const first = parts[0] as Tensor;
  if (parts.some((x) => !sameShape(x.shape, first.shape))) throw ragged(operation);
  return concatenate(
    parts.map((x) => reshape(x, [1, ...x.shape])),
    0,
  );
};

export const checkDType = (operation: string, dtype: unknown): DType => {
  if (!isDType(dtype)) throw DTypeError.unknown(operation, dtype);
  return dtype;
};

/** The tensor in another dtype; as it is where it has it already. */
export const cast = (x: Tensor, dtype: DType): Tensor =>
  x.type.dtype === dtype && !x.type.weak ? x : convert(x, dtype);

/** A bare number, known now: its value tells whether an integer dtype can take it. */
const literal = (x: Tensor): number | undefined =>
  x instanceof DenseTensor && x.type.weak && x.data === null ? x.value : undefined;

/** The dtype in which values meet: the lattice over those with a dtype of their own; bare numbers yield. */
export const meetingDType = (operation: string, xs: readonly Tensor[]): DType => {
  let strong: DType | undefined;
  for (const x of xs)
    if (!x.type.weak) strong = strong === undefined ? x.type.dtype : promoteDTypes(strong, x.type.dtype);
  if (strong === undefined) return "float64";
  if (isFloat(strong)) return strong;
  let dtype: DType = strong;
  for (const x of xs) {
    if (!x.type.weak) continue;
    const value = literal(x);
    if (value === undefined || !Number.isInteger(value)) return "float64"; // a fraction with integers
    if (dtype === "bool") dtype = "int32";
    const [low, high] = range(dtype);
    if (value < low || value > high) throw DTypeError.overflow(operation, value, dtype);
  }
  return dtype;
};

/** All operands in the dtype in which they meet; a result of bare numbers only stays weak. */
export const promoteAll = (operation: string, xs: readonly Tensor[]): readonly Tensor[] => {
  const first = xs[0] as Tensor;
  if (xs.every((x) => x.type.dtype === first.type.dtype && x.type.weak === first.type.weak)) return xs;
  if (xs.every((x) => x.type.weak)) return xs;
  const dtype = meetingDType(operation, xs);
  return xs.map((x) => cast(x, dtype));
};

/** Operands of one shape, by stride-0 views. */
export const broadcastAll = (operation: string, xs: readonly Tensor[]): readonly Tensor[] => {
  const first = xs[0] as Tensor;
  if (xs.every((x) => sameShape(x.type.shape, first.type.shape))) return xs;
  const shape = orThrow(broadcastShapes(operation, ...xs.map((x) => x.type.shape)));
  return xs.map((x) => stretch(x, shape));
};

/** `x` broadcast to a shape with which it is known to be compatible. */
export const stretch = (x: Tensor, shape: Shape): Tensor => {
  if (sameShape(x.type.shape, shape)) return x;
  const offset = shape.length - x.type.shape.length;
  return broadcast(x, { shape, axes: x.type.shape.map((_, i) => i + offset) });
};

/** Two operands in one dtype and one shape. */
export const meet = (operation: string, a: TensorLike, b: TensorLike): readonly [Tensor, Tensor] => {
  if (a instanceof Tensor) {
    if (b instanceof Tensor) {
      const s = a.type;
      const t = b.type;
      if (s.dtype === t.dtype && sameShape(s.shape, t.shape)) return [a, b];
    } else if (typeof b === "number") {
      const constant = constantLike(a, b);
      if (constant !== undefined) return [a, constant];
    }
  } else if (typeof a === "number" && b instanceof Tensor) {
    const constant = constantLike(b, a);
    if (constant !== undefined) return [constant, b];
  }
  const both = promoteAll(operation, [toTensor(operation, a), toTensor(operation, b)]);
  return broadcastAll(operation, both) as readonly [Tensor, Tensor];
};

/** Constants made last: the literals of a program recur at every step of its loops, and tensors never change. */
const recent: DenseTensor[] = [];

/** A bare number beside a float tensor: one number in its type, without a conversion. */
const constantLike = (x: Tensor, value: number): Tensor | undefined => {
  const { type } = x;
  if (!isFloat(type.dtype)) return undefined;
  const rounded = roundTo(type.dtype, value);
  const slot = (rounded * 1021) & 15;
  const found = recent[slot];
  if (found !== undefined && found.type === type && Object.is(found.value, rounded)) return found;
  const made = uniform(type, rounded);
  if (type.shape.length === 0) recent[slot] = made;
  return made;
};

/** As a float: integers and bools become float64. */
export const floated = (x: Tensor): Tensor => (isFloat(x.type.dtype) ? x : convert(x, floatOf(x.type.dtype)));

/** Literal arrays of integers, and integer tensors, as int32. */
export const integersOf = (operation: string, x: TensorLike): Tensor => {
  const t = toTensor(operation, x);
  const { dtype } = t.type;
  if (isInteger(dtype)) return cast(t, "int32");
  const literal =
    dtype === "float64" && !(x instanceof Tensor) && !ArrayBuffer.isView(x) && t instanceof DenseTensor;
  if (!literal || !t.toTypedArray().every(Number.isInteger))
    throw DTypeError.unsupported(operation, dtype, "an integer dtype");
  return convert(t, "int32");
};
