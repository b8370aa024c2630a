/**
 * Lists for the sparse product: what is no zero in the lines of a matrix, each element with the address of its row in the
 * panel; and the look at a matrix that tells whether lists pay.
 */
import {
  advance,
  type Code,
  defineFunction,
  I32,
  i32,
  type Local,
  V128,
  v128,
  type WasmFunction,
  when,
} from "../../kernel/wasm.js";
import { branchIf, forRange, ifElse, loop } from "./control.js";
import type { FloatLanes } from "./float-lanes.js";
import { int4, lanes as laneBytes, least, vector, word } from "./instructions.js";
import { ENDS, LISTS, ORDERS, PANEL, PANEL_ROW } from "./workspace.js";

/** Of the bytes of an entry: the element, then the address of its row. */
export const entryShift = (lanes: FloatLanes): number => lanes.shift + 1;

/** Whether the float there is zero, of either sign: 1 or 0. */
export const isZero = (lanes: FloatLanes, at: Code): Code =>
  word.eqz(
    lanes.bytes === 4
      ? i32.shl(word.load(at), i32.const(1))
      : word.or(word.load(at), i32.shl(word.load(at, 4), i32.const(1))),
  );

/** Elements of a sample. */
export const SAMPLES = 128;

/** How many elements of a sample are zeros, spread over so many lines of k elements. (source, lines, k, lineStride, elementStride) */
export const sampleFunction = (lanes: FloatLanes): WasmFunction =>
  defineFunction(
    `sample${lanes.suffix}`,
    [I32, I32, I32, I32, I32],
    [I32],
    (newLocal, source, lines, k, lineStride, elementStride) => {
      const [line, element, zeros, n] = Array.from({ length: 4 }, () => newLocal(I32)) as [
        Local,
        Local,
        Local,
        Local,
      ];
      /** The place at a part of so many, the part being 16 bits. */
      const placed = (part: Local, of: Local): Code => {
        const most = least(of.get, i32.const(65535));
        return word.shrUnsigned(i32.mul(word.shrUnsigned(part.get, i32.const(16)), most), i32.const(16));
      };
      const at = i32.add(
        i32.mul(placed(line, lines), lineStride.get),
        i32.mul(placed(element, k), elementStride.get),
      );
      return [
        // Multiples of two irrational parts of the whole, of 2^32, spread evenly over the plane (Roberts' sequence R2).
        forRange(n, i32.const(0), i32.const(SAMPLES), i32.const(1), [
          advance(zeros, isZero(lanes, i32.add(source.get, at))),
          advance(line, i32.const(0xc13fa9a9)),
          advance(element, i32.const(0x91e10da5)),
        ]),
        zeros.get,
      ];
    },
  );

/** Lanes whose bit is set moved to the front, in order, for each pattern of bits. */
const orders = ({ width, bytes }: FloatLanes): readonly (readonly number[])[] =>
  Array.from({ length: 2 ** width }, (_, bits) => {
    const set = Array.from({ length: width }, (_, lane) => lane).filter((lane) => (bits >> lane) & 1);
    return laneBytes(bytes, [...set, ...new Array<number>(width - set.length).fill(0)]);
  });

/**
 * The lists of so many lines, in order; each has room for k entries, and its end is noted. Elements of a vector are
 * moved together in registers, and as many lines as a vector has lanes are made at once, since where lines run across
 * memory their elements are neighbours. (source, lines, k, lineStride, elementStride)
 */
export const listFunction = (lanes: FloatLanes): WasmFunction =>
  defineFunction(
    `list${lanes.suffix}`,
    [I32, I32, I32, I32, I32],
    [],
    (newLocal, source, lines, k, lineStride, elementStride) => {
      const { width, bytes, vectors } = lanes;
      const entries = Array.from({ length: width }, () => newLocal(I32));
      const froms = Array.from({ length: width }, () => newLocal(I32));
      const values = Array.from({ length: width }, () => newLocal(V128));
      const [rows, front, places] = [newLocal(V128), newLocal(V128), newLocal(V128)];
      const [start, end, row, last, bits] = Array.from({ length: 5 }, () => newLocal(I32)) as [
        Local,
        Local,
        Local,
        Local,
        Local,
      ];
      const shift = i32.const(entryShift(lanes));
      const room = i32.shl(k.get, shift);
      const chain = (list: readonly Local[], first: Code, step: Code): Code =>
        list.map((local, i) => local.set(i === 0 ? first : i32.add((list[i - 1] as Local).get, step)));
      const first = froms[0] as Local;
      /** A vector of every line. */
      const vectorsOfLines = (across: boolean): Code => {
        let current = values;
        const code: Code[] = across
          ? [
              chain(froms.slice(1), i32.add(first.get, elementStride.get), elementStride.get),
              values.map((value, i) => value.set(v128.load((froms[i] as Local).get))),
              first.set(i32.add((froms[width - 1] as Local).get, elementStride.get)),
            ]
          : froms.map((from, i) => [
              (values[i] as Local).set(v128.load(from.get)),
              advance(from, i32.const(16)),
            ]);
        for (const step of across ? lanes.transpose : []) {
          const from = current;
          const next = step.map(() => newLocal(V128));
          code.push(
            step.map(([x, y, order], i) =>
              (next[i] as Local).set(vector.shuffle((from[x] as Local).get, (from[y] as Local).get, order)),
            ),
          );
          current = next;
        }
        // Four words: the distance of each lane's row from the first.
        const offsets = v128.const(
          Array.from({ length: 4 }, (_, i) => Math.floor((i * width) / 4) * PANEL_ROW).flatMap((x) => [
            x & 255,
            x >> 8,
            0,
            0,
          ]),
        );
        return loop([
          rows.set(int4.add(int4.splat(row.get), offsets)),
          code,
          current.map((value, i) => {
            const entry = entries[i] as Local;
            return [
              bits.set(lanes.bitmask(vectors.ne(value.get, lanes.minusZero))),
              places.set(v128.load(i32.shl(bits.get, i32.const(4)), ORDERS)),
              front.set(vector.swizzle(value.get, places.get)),
              places.set(vector.swizzle(rows.get, places.get)),
              v128.store(entry.get, vector.shuffle(front.get, places.get, lanes.interleave[0])),
              v128.store(entry.get, vector.shuffle(front.get, places.get, lanes.interleave[1]), 16),
              advance(entry, i32.shl(word.popcount(bits.get), shift)),
            ];
          }),
          advance(row, i32.const(width * PANEL_ROW)),
          branchIf(0, word.lessOrEqual(i32.add(row.get, i32.const(width * PANEL_ROW)), last.get)),
        ]);
      };
      /** So many lines one by one: every element is written, and the next over it if it is zero. */
      const elements = (count: number): Code =>
        when(
          i32.lessThan(row.get, last.get),
          loop([
            entries.slice(0, count).map((entry, i) => {
              const from = froms[i] as Local;
              return [
                lanes.store(entry.get, lanes.load(from.get)),
                word.store(entry.get, row.get, bytes),
                advance(entry, i32.shl(word.eqz(isZero(lanes, from.get)), shift)),
                advance(from, elementStride.get),
              ];
            }),
            advance(row, i32.const(PANEL_ROW)),
            branchIf(0, i32.lessThan(row.get, last.get)),
          ]),
        );
      const some = (count: number): Code =>
        when(
          word.lessOrEqual(i32.const(count), lines.get),
          loop([
            chain(entries.slice(0, count), start.get, room),
            chain(froms.slice(0, count), source.get, lineStride.get),
            row.set(i32.const(PANEL)),
            count === 1
              ? []
              : when(word.lessOrEqual(i32.const(width), k.get), [
                  ifElse(
                    word.eq(elementStride.get, i32.const(bytes)),
                    vectorsOfLines(false),
                    when(word.eq(lineStride.get, i32.const(bytes)), [
                      vectorsOfLines(true),
                      chain(froms, first.get, lineStride.get),
                    ]),
                  ),
                ]),
            elements(count),
            entries.slice(0, count).map((entry, i) => word.store(end.get, entry.get, 4 * i)),
            advance(start, i32.mul(room, i32.const(count))),
            advance(end, i32.const(4 * count)),
            advance(source, i32.mul(lineStride.get, i32.const(count))),
            advance(lines, i32.const(-count)),
            branchIf(0, word.lessOrEqual(i32.const(count), lines.get)),
          ]),
        );
      return [
        orders(lanes).map((order, i) => v128.store(i32.const(ORDERS + 16 * i), v128.const(order))),
        start.set(i32.const(LISTS)),
        end.set(i32.const(ENDS)),
        last.set(i32.add(i32.const(PANEL), i32.mul(k.get, i32.const(PANEL_ROW)))),
        [width, 1].map(some),
      ];
    },
  );
