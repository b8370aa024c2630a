/**
 * Keys: what random numbers are a function of. A key is an immutable value of two words, made from a seed and divided
 * by `split` and `foldIn`; equal keys give equal numbers. Keys are trees, so they pass through every transformation.
 */
import { registerTree, type WholeNode } from "../graph/tree.js";
import { toTensor } from "../numpy/convert.js";
import { asTensor, openDoor } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { convert, filledAs, zerosAs } from "../primitives/arithmetic.js";
import { threefry } from "../primitives/bits.js";
import { broadcast } from "../primitives/broadcast.js";
import { reshape } from "../primitives/reshape.js";
import { concatenate, slice } from "../primitives/slice.js";
import { isInteger } from "../tensor/dtype.js";
import { ArgumentError, DTypeError, describe, ShapeError } from "../tensor/errors.js";
import { checkShape, orThrow, type Shape, sameShape, sizeOf } from "../tensor/shape.js";
import { compact, Tensor, type TensorLike, uniform } from "../tensor/tensor.js";

export interface KeyOptions {
  /** Counting as JAX has done since version 0.5 (true, the default), or as before. */
  readonly partitionable?: boolean;
}

/** A key, or an array of keys: `words` is a uint32 tensor whose last axis has the two words of each. */
export class Key implements WholeNode {
  readonly wholeNode: true = true;

  constructor(
    readonly words: Tensor,
    readonly partitionable: boolean,
  ) {}

  /** The shape of an array of keys; [] for one key. */
  get shape(): Shape {
    return this.words.shape.slice(0, -1);
  }

  /** The keys along the first axis: `const [a, b] = random.split(key)`. */
  *[Symbol.iterator](): Generator<Key, void> {
    const [n, ...rest] = this.words.shape as readonly [number, ...number[]];
    if (rest.length === 0)
      throw ArgumentError.invalid(
        "Key",
        "one key cannot be taken apart",
        "Make several of it: random.split(key, n).",
      );
    for (let i = 0; i < n; i++)
      yield new Key(reshape(sliceAt(this.words, 0, i, i + 1), rest), this.partitionable);
  }

  toString(): string {
    return `Key(${String(this.words)}${this.partitionable ? "" : ", original"})`;
  }
  /** @internal */
  inspect(): string {
    return this.toString();
  }

  static {
    // the way of counting shows in the structure, so that trees of both kinds differ
    registerTree(this, {
      flatten: (key: Key) => (key.partitionable ? [key.words] : [key.words, null]),
      unflatten: ([words], key: Key) => new Key(words as Tensor, key.partitionable),
    });
    Object.defineProperty(this.prototype, Symbol.for("nodejs.util.inspect.custom"), {
      value: this.prototype.inspect,
    });
  }
}

const sliceAt = (x: Tensor, axis: number, start: number, stop: number): Tensor =>
  slice(x, {
    start: x.shape.map((_, i) => (i === axis ? start : 0)),
    stop: x.shape.map((n, i) => (i === axis ? stop : n)),
    step: null,
  });

/** Checks that it is one key. */
export const checkKey = (operation: string, key: unknown): Key => {
  if (!(key instanceof Key)) {
    throw ArgumentError.invalid(
      operation,
      `${describe(key)} is no key`,
      "Make one with random.key(seed), and pass every call a key of its own: random.split.",
    );
  }
  if (key.words instanceof Tensor && key.words.shape.length === 1) return key;
  throw ShapeError.mismatch(
    operation,
    "one key is needed",
    key.words instanceof Tensor ? [key.shape] : [],
    "Map over an array of keys: vmap((key) => ...)(keys).",
  );
};

/** The two words of a key as tensors of no axis. */
export const wordsOf = ({ words }: Key): readonly [Tensor, Tensor] => [
  reshape(sliceAt(words, 0, 0, 1), []),
  reshape(sliceAt(words, 0, 1, 2), []),
];

export const spread = (x: Tensor, n: number): Tensor => broadcast(x, { shape: [n], axes: [] });

/** 0, 1, ..., n - 1 from `start` on, as uint32. */
export const count = (n: number, start = 0): Tensor =>
  compact(
    { shape: [n], dtype: "uint32", weak: false },
    Uint32Array.from({ length: n }, (_, i) => start + i),
  );

/** Hashes n counters, whose high and low words are given: two tensors of n words. */
export const hash = (key: Key, high: Tensor, low: Tensor): readonly [Tensor, Tensor] => {
  const n = low.shape[0] as number;
  const [k0, k1] = wordsOf(key);
  return threefry([spread(k0, n), spread(k1, n), high, low], null) as readonly [Tensor, Tensor];
};

const zeros = (n: number): Tensor => uniform({ shape: [n], dtype: "uint32", weak: false }, 0);

/** The 64 bits of n counters 0, 1, ..., as high and low words: JAX's counting, where each depends on itself alone. */
export const countedPairs = (key: Key, n: number): readonly [Tensor, Tensor] => hash(key, zeros(n), count(n));

/** n words of the original counting: counters 0 to n - 1 (and a 0 where n is odd), paired across the two halves. */
export const originalWords = (key: Key, n: number): Tensor => {
  const half = Math.ceil(n / 2);
  const low = n % 2 === 0 ? count(half, half) : concatenate([count(half - 1, half), zeros(1)], 0);
  const both = concatenate(hash(key, count(half), low), 0);
  return n % 2 === 0 ? both : sliceAt(both, 0, 0, n);
};

/** A shape, or a number of elements as one. */
export const shapeOf = (operation: string, shape: unknown): Shape => {
  const list = typeof shape === "number" ? [shape] : shape;
  if (!Array.isArray(list)) throw ShapeError.invalid(operation, shape);
  return orThrow(checkShape(operation, list as readonly number[]));
};

/** A whole number of 32 bits, or up to 53, as its high and low words. */
const seedWords = (operation: string, seed: TensorLike): Tensor => {
  if (typeof seed === "number") {
    if (!Number.isSafeInteger(seed)) {
      throw ArgumentError.invalid(
        operation,
        `the seed ${describe(seed)} is not whole`,
        "Pass a whole number.",
      );
    }
    // a negative number of 32 bits is one, as in JAX; a wider one has words beyond
    const high = seed >= -(2 ** 31) && seed < 2 ** 32 ? 0 : Math.floor(seed / 2 ** 32);
    return compact({ shape: [2], dtype: "uint32", weak: false }, Uint32Array.of(high >>> 0, seed >>> 0));
  }
  const x = integerScalar(operation, "seed", seed);
  const low = reshape(convert(x, "uint32"), [1]);
  return concatenate([zerosAs(low), low], 0);
};

const integerScalar = (operation: string, what: string, value: TensorLike): Tensor => {
  const x = asTensor(operation, value);
  if (!isInteger(x.dtype)) throw DTypeError.unsupported(operation, x.dtype, "an integer dtype");
  if (x.shape.length > 0) {
    throw ShapeError.mismatch(
      operation,
      `the ${what} must be one number`,
      [x.shape],
      "Map over several: vmap.",
    );
  }
  return x;
};

/**
 * The key of a seed: a whole number, or an integer tensor of one element, which may be traced.
 * @example random.key(42).words // [0, 42]
 * @throws ArgumentError if the seed is not whole.
 * @see jax.random.key
 */
export const key = (seed: TensorLike, options?: KeyOptions): Key => {
  openDoor();
  const { partitionable = true } = optionsOf("key", options, ["partitionable"]);
  return new Key(seedWords("key", seed), checkMode("key", partitionable));
};

const checkMode = (operation: string, partitionable: unknown): boolean => {
  if (typeof partitionable === "boolean") return partitionable;
  throw ArgumentError.invalid(
    operation,
    `partitionable is ${describe(partitionable)}`,
    "It is true or false.",
  );
};

/**
 * `n` new keys (2 unless told otherwise; a shape for an array of them), to be used in place of the old one.
 * @example random.split(random.key(0), 3).shape // [3]
 * @throws ArgumentError if it is no key, ShapeError if it is an array of keys.
 * @see jax.random.split
 */
export const split = (key: Key, n: number | Shape = 2): Key => {
  const parent = checkKey("split", key);
  const shape = shapeOf("split", n);
  return new Key(reshape(children(parent, sizeOf(shape)), [...shape, 2]), parent.partitionable);
};

/** n keys as words, of shape [n, 2]. */
export const children = (key: Key, n: number): Tensor => {
  if (!key.partitionable) return reshape(originalWords(key, 2 * n), [n, 2]);
  const columns = countedPairs(key, n).map((x) => reshape(x, [n, 1]));
  return concatenate(columns, 1);
};

/** n keys one by one. */
export const childKeys = (key: Key, n: number): readonly Key[] => [
  ...new Key(children(key, n), key.partitionable),
];

/**
 * A new key from a key and a whole number, such as the number of a step: `split(key, n)` gives the same keys in the
 * default counting, but all at once.
 * @example random.foldIn(random.key(0), 1).words // [928981903, 3453687069]
 * @throws ArgumentError if it is no key, or the number is not whole.
 * @see jax.random.fold_in
 */
export const foldIn = (key: Key, data: TensorLike): Key => {
  const parent = checkKey("foldIn", key);
  if (typeof data === "number" && !Number.isInteger(data))
    throw ArgumentError.invalid("foldIn", `the number ${data} is not whole`, "Pass a whole number.");
  const x =
    typeof data === "number"
      ? compact({ shape: [1], dtype: "uint32", weak: false }, Uint32Array.of(data))
      : reshape(convert(integerScalar("foldIn", "number", data), "uint32"), [1]);
  return new Key(concatenate(hash(parent, filledAs(x, 0), x), 0), parent.partitionable);
};

/**
 * The words of a key or an array of keys: a uint32 tensor with an axis of 2 at the end.
 * @example random.keyData(random.key(7)) // [0, 7]
 * @throws ArgumentError if it is no key.
 * @see jax.random.key_data
 */
export const keyData = (key: Key): Tensor => {
  if (key instanceof Key) return key.words;
  throw ArgumentError.invalid("keyData", `${describe(key)} is no key`, "Make one with random.key(seed).");
};

/**
 * The key, or array of keys, with the given words, of which the last axis has 2.
 * @example random.wrapKeyData(random.keyData(random.key(7))).words // [0, 7]
 * @throws ShapeError if the last axis is not 2, DTypeError for another dtype than uint32.
 * @see jax.random.wrap_key_data
 */
export const wrapKeyData = (words: TensorLike, options?: KeyOptions): Key => {
  const { partitionable = true } = optionsOf("wrapKeyData", options, ["partitionable"]);
  openDoor();
  const x = toTensor("wrapKeyData", words);
  if (x.dtype !== "uint32") throw DTypeError.unsupported("wrapKeyData", x.dtype, "uint32");
  if (!sameShape(x.shape.slice(-1), [2]))
    throw ShapeError.mismatch(
      "wrapKeyData",
      "the last axis must have the two words of a key",
      [x.shape],
      "Stack them.",
    );
  return new Key(x, checkMode("wrapKeyData", partitionable));
};
