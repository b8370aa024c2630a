/** Texts by which values can be compared: parameters by what they say, functions and tensors by which they are. */
import { DenseTensor, type Tensor } from "../tensor/tensor.js";

const isPlain = (x: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
};

/**
 * A function that gives equal texts for values that mean the same: numbers (-0 is not 0), strings, arrays and plain
 * objects of them, tensors of one repeated number; everything else by identity, numbered as it comes.
 */
export const identities = (): ((x: unknown) => string) => {
  const numbers = new Map<unknown, number>();
  const numbered = (x: unknown): string => {
    let n = numbers.get(x);
    if (n === undefined) {
      n = numbers.size;
      numbers.set(x, n);
    }
    return `#${n}`;
  };
  const key = (x: unknown): string => {
    if (typeof x === "number") return Object.is(x, -0) ? "-0" : String(x);
    if (typeof x === "string") return JSON.stringify(x);
    if (x === null || typeof x !== "object") return typeof x === "function" ? numbered(x) : String(x);
    if (Array.isArray(x)) return `[${x.map(key).join(",")}]`;
    if (x instanceof DenseTensor && x.data === null) return `${typeKey(x)}=${key(x.value)}`;
    if (!isPlain(x)) return numbered(x);
    return `{${Object.entries(x)
      .map(([name, value]) => `${name}:${key(value)}`)
      .join(",")}}`;
  };
  return key;
};

/** Shape, dtype and weakness of a tensor as text. */
export const typeKey = ({ type: { shape, dtype, weak } }: Pick<Tensor, "type">): string =>
  `${weak ? "~" : ""}${dtype}[${shape.join(",")}]`;
