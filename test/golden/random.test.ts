/** Keys, words and samples against literals of JAX's tests and documentation: word for word, floats to their digits. */
import { np, type Tensor, vmap } from "cotangent";
import * as lax from "cotangent/lax";
import * as random from "cotangent/random";
import { expect } from "vitest";
import { wordPairs } from "../../src/random/bits.js";
import { type Element, numberDifferences, type Tolerance } from "./reference.js";
import { goldenSuite } from "./suite.js";

interface RandomCase {
  readonly id: string;
  readonly fn: string;
  readonly mode: "any" | "original" | "partitionable";
  readonly seed: number;
  readonly key: readonly [number, number];
  readonly ctr: readonly [number, number];
  readonly params: {
    readonly shape: readonly number[];
    readonly width: 32 | 64;
    readonly num: number;
    readonly data: number;
    readonly p: number;
  };
  readonly tol?: Tolerance;
  readonly out: readonly (Element | readonly number[])[];
}

const words = (xs: readonly number[]): Tensor => np.array(Uint32Array.from(xs));
const keyOf = ({ key, mode }: RandomCase): random.Key =>
  random.wrapKeyData(words(key), { partitionable: mode !== "original" });
const single = { dtype: "float32" } as const;

const hash = ([k0, k1]: readonly [number, number], [c0, c1]: readonly [number, number]): number[] =>
  lax
    .threefry(
      [k0, k1, c0, c1].map((x) => words([x])),
      null,
    )
    .flatMap((x) => x.toArray() as number[]);

const longWords = (key: random.Key, n: number): readonly string[] => {
  const [high, low] = wordPairs(key, n).map((x) => x.toArray() as number[]) as [number[], number[]];
  return high.map((word, i) => String((BigInt(word) << 32n) | BigInt(low[i] as number)));
};

const properties: Readonly<Record<string, () => void>> = {
  "random/property/0": () => {
    const key = random.key(72);
    const folded = [0, 1, 2].map((i) => random.foldIn(key, i).words.toArray());
    expect(random.split(key, 3).words.toArray()).toEqual(folded);
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
  "random/property/3": () => {
    const keys = random.split(random.key(3), 4);
    const draw = (key: random.Key): Tensor => random.normal(key, [5]);
    expect(draw(random.key(3)).toArray()).toEqual(draw(random.key(3)).toArray());
    expect(vmap(draw)(keys).toArray()).toEqual([...keys].map((key) => draw(key).toArray()));
  },
};

const made: Readonly<Record<string, (theCase: RandomCase) => unknown>> = {
  "threefry2x32 (20 rounds)": ({ key, ctr }) => hash(key, ctr),
  key: ({ seed }) => random.key(seed).words.toArray(),
  bits: (theCase) => {
    const { shape, width } = theCase.params;
    const key = keyOf(theCase);
    return width === 64 ? longWords(key, shape[0] as number) : random.bits(key, shape).toArray();
  },
  split: (theCase) => random.split(keyOf(theCase), theCase.params.num).words.toArray(),
  fold_in: (theCase) => random.foldIn(keyOf(theCase), theCase.params.data).words.toArray(),
  uniform: (theCase) => random.uniform(keyOf(theCase), theCase.params.shape, single).toArray(),
  normal: (theCase) => random.normal(keyOf(theCase), theCase.params.shape, single).toArray(),
  exponential: (theCase) => random.exponential(keyOf(theCase), theCase.params.shape, single).toArray(),
  bernoulli: (theCase) =>
    random
      .bernoulli(keyOf(theCase), np.array(theCase.params.p, single), { shape: theCase.params.shape })
      .toArray(),
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
  const got = make(theCase);
  const { tol = [0, 0], out } = theCase;
  if (tol[0] > 0)
    return out.flatMap((r, i) =>
      numberDifferences(`${i}`, (got as number[])[i] as number, r as Element, tol),
    );
  const [ours, theirs] = [got, out].map((x) => JSON.stringify(x));
  return ours === theirs ? [] : [`${ours} instead of ${theirs}`];
};

goldenSuite<RandomCase>("random", problems);
