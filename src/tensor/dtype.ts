/**
 * Element types. One table says how each is stored and one function how two of them meet: JAX's promotion
 * lattice where it applies, without 64-bit integers (int32 with uint32 meets in float64, which holds both).
 */

import { DTypeError } from "./errors.js";

export type DType =
  | "float64"
  | "float32"
  | "int32"
  | "uint32"
  | "int16"
  | "uint16"
  | "int8"
  | "uint8"
  | "bool";

export type FloatDType = "float64" | "float32";

/** Where elements live. `bool` is stored as 0 and 1 in a `Uint8Array`. */
export type Storage =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

export const dtypes: readonly DType[] = [
  "float64",
  "float32",
  "int32",
  "uint32",
  "int16",
  "uint16",
  "int8",
  "uint8",
  "bool",
];

/** A zero-filled array for `length` elements. */
export const allocate = (dtype: DType, length: number): Storage => {
  switch (dtype) {
    case "float64":
      return new Float64Array(length);
    case "float32":
      return new Float32Array(length);
    case "int32":
      return new Int32Array(length);
    case "uint32":
      return new Uint32Array(length);
    case "int16":
      return new Int16Array(length);
    case "uint16":
      return new Uint16Array(length);
    case "int8":
      return new Int8Array(length);
    default:
      return new Uint8Array(length);
  }
};

/** The dtype that a typed array keeps when it becomes a tensor; undefined for arrays that are none of ours. */
export const dtypeOfStorage = (data: ArrayBufferView): DType | undefined => {
  // "Float64Array"; "Uint8Array" of Node's buffers too, "Uint8ClampedArray", and arrays of other realms
  const name = (data as Storage)[Symbol.toStringTag].toLowerCase();
  return dtypes.find((dtype) => name.startsWith(dtype));
};

export const isDType = (name: unknown): name is DType => dtypes.includes(name as DType);
export const isFloat = (dtype: DType): dtype is FloatDType => dtype === "float64" || dtype === "float32";
export const isInteger = (dtype: DType): boolean => dtype !== "bool" && !isFloat(dtype);
export const isSigned = (dtype: DType): boolean => dtype.startsWith("int") || isFloat(dtype);
export const itemSize = (dtype: DType): number => bits(dtype) / 8;

const bits = (dtype: DType): number => (dtype === "bool" ? 8 : Number(/\d+/.exec(dtype)));

/** Smallest and largest value of an integer dtype (0 and 1 for bool, infinities for floats). */
export const range = (dtype: DType): readonly [number, number] => {
  if (dtype === "bool") return [0, 1];
  if (isFloat(dtype)) return [-Infinity, Infinity];
  const n = bits(dtype);
  return isSigned(dtype) ? [-(2 ** (n - 1)), 2 ** (n - 1) - 1] : [0, 2 ** n - 1];
};

/** `value` as an element of `dtype`: float32 rounds to nearest, integers truncate and wrap, bool tests for non-zero. */
export const roundTo = (dtype: DType, value: number): number => {
  switch (dtype) {
    case "float64":
      return value;
    case "float32":
      return Math.fround(value);
    case "int32":
      return value | 0;
    case "uint32":
      return value >>> 0;
    case "int16":
      return (value << 16) >> 16;
    case "uint16":
      return value & 0xffff;
    case "int8":
      return (value << 24) >> 24;
    case "uint8":
      return value & 0xff;
    default:
      return value !== 0 ? 1 : 0; // NaN is true, as in NumPy
  }
};

/** The least dtype that both reach in the lattice: bool, then integers by width and sign, then float32, float64. */
export const promoteDTypes = (a: DType, b: DType): DType => {
  for (const dtype of [a, b]) if (!isDType(dtype)) throw DTypeError.unknown("promoteDTypes", dtype);
  if (a === b) return a;
  if (isFloat(a) || isFloat(b)) return a === "float64" || b === "float64" ? "float64" : "float32";
  if (a === "bool") return b;
  if (b === "bool") return a;
  const na = bits(a);
  const nb = bits(b);
  if (isSigned(a) === isSigned(b)) return na >= nb ? a : b;
  const [signed, ns, nu] = isSigned(a) ? [a, na, nb] : [b, nb, na];
  if (ns > nu) return signed;
  return nu === 8 ? "int16" : nu === 16 ? "int32" : "float64";
};

/** The float dtype in which a function such as `sin` or `mean` of this dtype is computed. */
export const floatOf = (dtype: DType): FloatDType => (dtype === "float32" ? "float32" : "float64");
