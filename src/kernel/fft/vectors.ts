/**
 * The passes of passes.ts in WebAssembly vectors, two points at a time: neighbours in one transform while the stride is 1,
 * and of two interleaved transforms from then on. Where a number is odd, the last point is done twice.
 */
import {
  advance,
  type Code,
  defineFunction,
  I32,
  i32,
  type Local,
  repeatWhile,
  select,
  simd,
  unsigned,
  v128,
  type WasmFunction,
} from "../wasm.js";
import { Butterfly, type Parts } from "./butterflies.js";

/** Addresses of source, target and factors, then how many points and how many interleaved transforms. */
export type VectorPass = (
  sourceR: number,
  sourceI: number,
  targetR: number,
  targetI: number,
  factors: number,
  m: number,
  stride: number,
) => void;

/** The first pass of a transform, those between, and the last, which has no factors. */
export interface VectorPasses {
  readonly first: VectorPass;
  readonly middle: VectorPass;
  readonly last: VectorPass;
}

const VECTOR = 16;
const NUMBER = 8;

const lows = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const highs = lows.map((lane) => lane + 8);
const shuffled = (x: Code, y: Code, lanes: readonly number[]): Code => [x, y, simd(13), lanes];
const storeLane = (address: Code, value: Code, lane: number, offset: number): Code => [
  address,
  value,
  simd(91),
  3,
  unsigned(offset),
  lane,
];

/** Vectors for i = 0, 16, 32, ..., and the last of them at `end` - 16, whether or not that is its turn. */
const byVectors = (i: Local, more: Local, end: Code, body: Code): Code => {
  const last = i32.sub(end, i32.const(VECTOR));
  const next = i32.add(i.get, i32.const(VECTOR));
  return [
    i.set(i32.const(0)),
    repeatWhile(
      [body, more.set(i32.ne(i.get, last)), i.set(select(next, last, i32.lessThan(next, last)))],
      more.get,
    ),
  ];
};

type Kind = keyof VectorPasses;

const passFunction = (radix: number, kind: Kind): WasmFunction =>
  defineFunction(kind, [I32, I32, I32, I32, I32, I32, I32], [], (newLocal, ar, ai, br, bi, w, m, stride) => {
    const [far, width, i, more, x, y] = Array.from({ length: 6 }, () => newLocal(I32)) as [
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    const butterfly = new Butterfly(newLocal);
    const { code } = butterfly;
    const source = Array.from({ length: radix }, (_, k): Parts => {
      if (k > 0) code.push(advance(x, far.get));
      return {
        re: butterfly.let(v128.load(x.get)),
        im: butterfly.let(v128.load(i32.add(x.get, ai.get))),
      };
    });
    const transformed = butterfly.transform(source).map((value, k) => {
      if (k === 0 || kind === "last") return value;
      const at = kind === "first" ? 2 * VECTOR * (k - 1) : VECTOR * (k - 1);
      return kind === "first"
        ? butterfly.times(value, v128.load(w.get, at), v128.load(w.get, at + VECTOR))
        : butterfly.times(value, v128.load64Splat(w.get, at), v128.load64Splat(w.get, at + NUMBER));
    });
    const imaginary = i32.add(y.get, bi.get);
    if (kind === "first") {
      // the results of one point, then those of its neighbour
      for (let k = 0; k < radix; k += 2) {
        const [one, two] = [transformed[k] as Parts, transformed[k + 1]];
        for (const part of ["re", "im"] as const) {
          const address = part === "re" ? y.get : imaginary;
          const [value, next] = [one[part].get, two?.[part].get];
          const [low, high] = [NUMBER * k, NUMBER * (radix + k)];
          code.push(
            next === undefined
              ? [storeLane(address, value, 0, low), storeLane(address, value, 1, high)]
              : [
                  v128.store(address, shuffled(value, next, lows), low),
                  v128.store(address, shuffled(value, next, highs), high),
                ],
          );
        }
      }
      code.push(advance(w, i32.const(2 * VECTOR * (radix - 1))));
    } else {
      transformed.forEach((value, k) => {
        if (k > 0) code.push(advance(y, width.get));
        code.push(v128.store(y.get, value.re.get), v128.store(imaginary, value.im.get));
      });
    }
    const prepare = [
      width.set(i32.mul(stride.get, i32.const(NUMBER))),
      far.set(i32.mul(m.get, width.get)),
      ai.set(i32.sub(ai.get, ar.get)),
      bi.set(i32.sub(bi.get, br.get)),
      butterfly.constants,
    ];
    if (kind === "first") {
      const place = [x.set(i32.add(ar.get, i.get)), y.set(i32.add(br.get, i32.mul(i.get, i32.const(radix))))];
      return [prepare, byVectors(i, more, far.get, [place, code])];
    }
    const place = [x.set(i32.add(ar.get, i.get)), y.set(i32.add(br.get, i.get))];
    return [
      prepare,
      repeatWhile(
        [
          byVectors(i, more, width.get, [place, code]),
          advance(ar, width.get),
          advance(br, i32.mul(width.get, i32.const(radix))),
          advance(w, i32.const(VECTOR * (radix - 1))),
          m.set(i32.sub(m.get, i32.const(1))),
        ],
        m.get,
      ),
    ];
  });

/** The three functions of a radix, under the names of their kinds. */
export const passFunctions = (radix: number): readonly WasmFunction[] =>
  (["first", "middle", "last"] as const).map((kind) => passFunction(radix, kind));
