/** Random bits, word for word: Threefry-2x32 and how JAX counts with it. What draws numbers from bits comes later. */
import { lax, np, type Tensor } from "cotangent";
import { expect } from "vitest";
import { goldenSuite } from "./suite.js";

interface RandomCase {
  readonly id: string;
  readonly fn: string;
  readonly mode: "any" | "original" | "partitionable";
  readonly key: readonly [number, number];
  readonly ctr: readonly [number, number];
  readonly params: {
    readonly shape: readonly number[];
    readonly width: 32 | 64;
    readonly num: number;
    readonly data: number;
  };
  readonly out: readonly (number | string | readonly number[])[];
}

type Key = readonly [number, number];

const words = (xs: readonly number[]): Tensor => np.array(Uint32Array.from(xs));

/** The two words for every counter (high[i], low[i]). */
const hash = (key: Key, high: readonly number[], low: readonly number[]): readonly [number[], number[]] => {
  const spread = (k: number): Tensor => np.full([high.length], k, { dtype: "uint32" });
  const [first, second] = lax.threefry([spread(key[0]), spread(key[1]), words(high), words(low)], null);
  return [first, second].map((x) => (x as Tensor).toArray()) as [number[], number[]];
};

const count = (n: number, from = 0): number[] => Array.from({ length: n }, (_, i) => from + i);

/** The original counting: 0 to n - 1 (and a 0 where n is odd), the first half as high words, the second as low. */
const originalWords = (key: Key, n: number): number[] => {
  const half = Math.ceil(n / 2);
  const low = [...count(n - half, half), ...(n % 2 === 1 ? [0] : [])];
  const [first, second] = hash(key, count(half), low);
  return [...first, ...second].slice(0, n);
};

const pairs = (flat: readonly number[]): number[][] =>
  count(flat.length / 2).map((i) => flat.slice(2 * i, 2 * i + 2));

/** The counting that JAX uses now: the i-th key is the hash of the 64-bit counter i. */
const partitionableSplit = (key: Key, n: number): number[][] => {
  const [first, second] = hash(key, new Array<number>(n).fill(0), count(n));
  return first.map((word, i) => [word, second[i] as number]);
};

const foldIn = (key: Key, data: number): number[] => hash(key, [0], [data]).flat();

const bits = ({ key, params: { shape, width } }: RandomCase): readonly (number | string)[] => {
  const n = shape.reduce((a, b) => a * b, 1);
  if (width === 32) return originalWords(key, n);
  const flat = originalWords(key, 2 * n);
  return count(n).map((i) => String((BigInt(flat[i] as number) << 32n) | BigInt(flat[i + n] as number)));
};

const properties: Readonly<Record<string, () => void>> = {
  "random/property/0": () => {
    const key: Key = [0, 72];
    expect(partitionableSplit(key, 3)).toEqual(count(3).map((i) => foldIn(key, i)));
  },
  "random/property/1": () => {
    const n = 1_000_000;
    const same = (word: number): Tensor => np.full([n], word, { dtype: "uint32" });
    const outs = lax.threefry([same(0), same(0), same(0), same(0)], null);
    const expected = [1797259609, 2579123966];
    for (const [i, out] of outs.entries()) {
      expect(np.all(np.equal(out, same(expected[i] as number))).item()).toBe(1);
    }
  },
  "random/property/2": () => {
    const empty = np.zeros([10, 0], { dtype: "uint32" });
    const outs = lax.threefry([empty, empty, empty, empty], null);
    expect(outs.map(({ shape }) => shape)).toEqual([
      [10, 0],
      [10, 0],
    ]);
  },
};

const made: Readonly<Record<string, (theCase: RandomCase) => unknown>> = {
  "threefry2x32 (20 rounds)": ({ key, ctr }) => hash(key, [ctr[0]], [ctr[1]]).flat(),
  bits,
  split: ({ key, mode, params }) =>
    mode === "original" ? pairs(originalWords(key, 2 * params.num)) : partitionableSplit(key, params.num),
  fold_in: ({ key, params }) => foldIn(key, params.data),
};

const problems = (theCase: RandomCase): readonly string[] => {
  if (theCase.fn === "property") {
    const property = properties[theCase.id];
    if (property === undefined) return ["no such property"];
    property();
    return [];
  }
  const make = made[theCase.fn];
  if (make === undefined) return [`no function ${theCase.fn}`];
  const [got, expected] = [make(theCase), theCase.out].map((x) => JSON.stringify(x));
  return got === expected ? [] : [`${got} instead of ${expected}`];
};

goldenSuite<RandomCase>("random", problems);
