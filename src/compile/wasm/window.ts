/**
 * The register tile over rows that are gathered where they lie: each begins anywhere, and its elements are read in
 * stretches of one distance. So convolutions need no copy of what is under their windows.
 */
import {
  advance,
  type Code,
  defineFunction,
  I32,
  i32,
  type Local,
  select,
  V128,
  v128,
  type WasmFunction,
  when,
} from "../../kernel/wasm.js";
import { branchIf, forRange, loop } from "./control.js";
import type { FloatLanes } from "./float-lanes.js";
import { word } from "./instructions.js";
import { ROWS } from "./pack.js";
import { VECTORS } from "./sweep.js";

/** Words of a row in its table: bytes from the image's start, from the result's, and from that of a strip of tiles. */
export const ROW_WORDS = 3;
/** Bytes from the start of a row's entry to the place in the result, or in the strip. */
export const IN_RESULT = 4;
export const IN_STRIP = 8;
const ROW_BYTES = 4 * ROW_WORDS;

/**
 * Rows of A by `vectors` vectors of one panel of B: c is set to the product or, where `add` is not 0, has it added.
 * `rows` is a table of `count` rows, `place` bytes into an entry stands where the row is in c. `stretches` is a table of
 * pairs: the bytes to go from where the last stretch ended, and the steps of `aStep` bytes each; 0 steps end it.
 * (a, b, c, rows, count, stretches, aStep, place, add)
 */
export const windowFunction = (lanes: FloatLanes, vectors: number): WasmFunction =>
  defineFunction(
    `window${vectors}${lanes.suffix}`,
    [I32, I32, I32, I32, I32, I32, I32, I32, I32],
    [],
    (newLocal, a, b, c, rows, count, stretches, aStep, place, add) => {
      const each = <T>(n: number, f: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => f(i));
      const sums = each(ROWS, () => each(vectors, () => newLocal(V128)));
      const right = each(vectors, () => newLocal(V128));
      const entries = each(ROWS, () => newLocal(I32));
      const pointers = each(ROWS, () => newLocal(I32));
      const left = newLocal(V128);
      const [panel, stretch, steps] = [newLocal(I32), newLocal(I32), newLocal(I32)];
      // a row that is lacking repeats the last one: what is computed twice is stored twice, at the same place
      const nextEntry = (i: number): Code =>
        i === 0
          ? rows.get
          : i32.add(
              (entries[i - 1] as Local).get,
              select(i32.const(ROW_BYTES), i32.const(0), i32.lessThan(i32.const(i), count.get)),
            );
      const inResult = pointers.map((pointer, i) =>
        pointer.set(i32.add(c.get, word.load(i32.add((entries[i] as Local).get, place.get)))),
      );
      const eachSum = (f: (pointer: Local, sum: Local, offset: number) => Code): Code =>
        sums.map((line, i) => line.map((sum, j) => f(pointers[i] as Local, sum, 16 * j)));
      return loop([
        entries.map((entry, i) => entry.set(nextEntry(i))),
        pointers.map((pointer, i) => pointer.set(i32.add(a.get, word.load((entries[i] as Local).get)))),
        sums.flat().map((sum) => sum.set(lanes.minusZero)),
        panel.set(b.get),
        stretch.set(stretches.get),
        loop([
          pointers.map((pointer) => advance(pointer, word.load(stretch.get))),
          steps.set(word.load(stretch.get, 4)),
          loop([
            right.map((r, j) => r.set(v128.load(panel.get, 16 * j))),
            sums.map((line, i) => [
              left.set(lanes.splat((pointers[i] as Local).get)),
              line.map((sum, j) => sum.set(lanes.multiplyAdd(sum.get, left.get, (right[j] as Local).get))),
            ]),
            pointers.map((pointer) => advance(pointer, aStep.get)),
            advance(panel, i32.const(VECTORS * 16)),
            advance(steps, i32.const(-1)),
            branchIf(0, steps.get),
          ]),
          advance(stretch, i32.const(8)),
          branchIf(0, word.load(stretch.get, 4)),
        ]),
        inResult,
        when(
          add.get,
          eachSum(({ get }, sum, offset) => sum.set(lanes.add(v128.load(get, offset), sum.get))),
        ),
        eachSum(({ get }, sum, offset) => v128.store(get, sum.get, offset)),
        advance(rows, i32.const(ROWS * ROW_BYTES)),
        advance(count, i32.const(-ROWS)),
        branchIf(0, word.greater(count.get, i32.const(0))),
      ]);
    },
  );

/** Adds or copies the first columns of a strip of tiles to the rows of a table. (from, c, rows, count, columns, add) */
export const mergeWindowFunction = (lanes: FloatLanes): WasmFunction =>
  defineFunction(
    `mergeWindow${lanes.suffix}`,
    [I32, I32, I32, I32, I32, I32],
    [],
    (newLocal, from, c, rows, count, columns, add) => {
      const value = newLocal(lanes.type);
      const [at, to] = [newLocal(I32), newLocal(I32)];
      return loop([
        to.set(i32.add(c.get, word.load(rows.get, IN_RESULT))),
        forRange(at, i32.const(0), i32.shl(columns.get, i32.const(lanes.shift)), i32.const(lanes.bytes), [
          value.set(lanes.load(i32.add(from.get, at.get))),
          when(add.get, value.set(lanes.scalarAdd(lanes.load(i32.add(to.get, at.get)), value.get))),
          lanes.store(i32.add(to.get, at.get), value.get),
        ]),
        advance(from, i32.const(VECTORS * 16)),
        advance(rows, i32.const(ROW_BYTES)),
        advance(count, i32.const(-1)),
        branchIf(0, count.get),
      ]);
    },
  );
