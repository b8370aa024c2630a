/** Random bits, and the uniform floats made of them: a word's position decides what it is, in either counting. */
import { optionsOf } from "../numpy/options.js";
import { add, convert, filledAs, mul } from "../primitives/arithmetic.js";
import { and, shiftRightLogical, xor } from "../primitives/bits.js";
import { broadcast } from "../primitives/broadcast.js";
import { lt, select } from "../primitives/compare.js";
import { permute, reshape } from "../primitives/reshape.js";
import { slice } from "../primitives/slice.js";
import type { FloatDType } from "../tensor/dtype.js";
import { DTypeError } from "../tensor/errors.js";
import { type Shape, sizeOf } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { checkKey, count, countedPairs, type Key, originalWords, shapeOf } from "./key.js";

type UnsignedDType = "uint32" | "uint16" | "uint8";
export interface BitsOptions {
  readonly dtype?: UnsignedDType;
}

const part = (x: Tensor, start: number, limit: number): Tensor =>
  slice(x, { start: [start], stop: [limit], step: null });

/** n numbers of 64 bits, as their high and low words. */
export const wordPairs = (key: Key, n: number): readonly [Tensor, Tensor] => {
  if (key.partitionable) return countedPairs(key, n);
  const words = originalWords(key, 2 * n);
  return [part(words, 0, n), part(words, n, 2 * n)];
};

/** n numbers of 32 bits. */
export const words = (key: Key, n: number): Tensor =>
  key.partitionable ? xor(...countedPairs(key, n)) : originalWords(key, n);

/** n numbers of 8 or 16 bits: in the original counting several from each word, the lowest first. */
const narrow = (key: Key, n: number, dtype: "uint16" | "uint8"): Tensor => {
  if (key.partitionable) return convert(words(key, n), dtype);
  const width = dtype === "uint8" ? 8 : 16;
  const each = 32 / width;
  const m = Math.ceil((n * width) / 32);
  const spread = broadcast(originalWords(key, m), { shape: [each, m], axes: [1] });
  const shifts = mul(filledAs(count(each), width), count(each));
  const parts = shiftRightLogical(spread, broadcast(shifts, { shape: [each, m], axes: [0] }));
  const masked = and(parts, filledAs(parts, 2 ** width - 1));
  return part(convert(reshape(permute(masked, [1, 0]), [m * each]), dtype), 0, n);
};

/**
 * Uniform random bits: uint32 unless told uint16 or uint8. JAX's, word for word.
 * @example random.bits(random.key(0), [2]) // [4070199207, 4202968722]
 * @throws DTypeError for another dtype.
 * @see jax.random.bits
 */
export const bits = (key: Key, shape: Shape | number = [], options?: BitsOptions): Tensor => {
  checkKey("bits", key);
  const size = shapeOf("bits", shape);
  const { dtype = "uint32" } = optionsOf("bits", options, ["dtype"]);
  if (dtype !== "uint32" && dtype !== "uint16" && dtype !== "uint8")
    throw DTypeError.unsupported("bits", String(dtype), "uint32, uint16 or uint8");
  const n = sizeOf(size);
  return reshape(dtype === "uint32" ? words(key, n) : narrow(key, n, dtype), size);
};

/** Uniform floats of [0, 1): whole multiples of 2^-52, or of 2^-23 in float32. */
export const unitFloats = (key: Key, shape: Shape, dtype: FloatDType): Tensor => {
  const n = sizeOf(shape);
  const scaled = (x: Tensor, by: number): Tensor => {
    const y = convert(x, dtype);
    return mul(y, filledAs(y, by));
  };
  const shifted = (x: Tensor, by: number): Tensor => shiftRightLogical(x, filledAs(x, by));
  if (dtype === "float32") return reshape(scaled(shifted(words(key, n), 9), 2 ** -23), shape);
  const [high, low] = wordPairs(key, n);
  return reshape(add(scaled(high, 2 ** -32), scaled(shifted(low, 12), 2 ** -52)), shape);
};

/** 1 or -1 with equal probability: a bit of a word of 32, whatever the dtype. */
export const drawSigns = (key: Key, shape: Shape): Tensor => {
  const half = unitFloats(key, shape, "float32");
  return select(lt(half, filledAs(half, 0.5)), filledAs(half, 1), filledAs(half, -1));
};
