/**
 * A large matrix times a vector, in the order that `kernel/fours.ts` states: four sums side by side. Distances between
 * rows are known and stand in the loads; what a pointer for each row would cost is more than the arithmetic.
 */
import {
  advance,
  type Code,
  copy,
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
import { least, vector, word } from "./instructions.js";

/** Sums, and terms of a block of all four: of each sum as many as of one by itself. */
const FOURS = 4;
const TERMS = 1024;
/** Vectors of sums at once: with as many of elements they fill the registers. */
const VECTORS = 6;
/** Elements of a line of sums: four lines stay in the first level cache while rows pass. */
const LINE = 512;
/** Bytes of a line, with room for a vector more, and of those that `passingRows` is given: four of totals, four of a block. */
const LINE_BYTES = 4128;
export const linesBytes = 33024;

const words = <Names extends string>(
  newLocal: (type: typeof I32) => Local,
  ...names: readonly Names[]
): Record<Names, Local> =>
  Object.fromEntries(names.map((name) => [name, newLocal(I32)])) as Record<Names, Local>;

/** Rows that are added up at once where they lie along k. */
export const rowsAtOnce = ({ width }: FloatLanes): number => (VECTORS * width) / FOURS;

const ones = ({ width }: FloatLanes): Code =>
  v128.const(
    Array.from({ length: width }, () =>
      width === 4 ? [0, 0, 0x80, 0x3f] : [0, 0, 0, 0, 0, 0, 0xf0, 0x3f],
    ).flat(),
  );

/** out[j] = sum over p of x[p] a[j, p]: k elements of the vector and of each row lie side by side. (a, x, out, n) */
export const alongRows = (name: string, lanes: FloatLanes, k: number, row: number): WasmFunction =>
  defineFunction(name, [I32, I32, I32, I32], [], (newLocal, a, x, out, n) => {
    const { width, bytes } = lanes;
    const rows = rowsAtOnce(lanes);
    const parts = FOURS / width;
    const all = <T>(f: (r: number, part: number) => T): T[] =>
      Array.from({ length: rows * parts }, (_, v) => f(Math.floor(v / parts), v % parts));
    const totals = all(() => newLocal(V128));
    const sums = all(() => newLocal(V128));
    const factors = Array.from({ length: parts }, () => newLocal(V128));
    const value = newLocal(V128);
    const { i, at, from, factor, end, last } = words(newLocal, "i", "at", "from", "factor", "end", "last");
    const add = (r: number, part: number, elements: Code): Code => {
      const sum = sums[r * parts + part] as Local;
      return sum.set(lanes.add(sum.get, lanes.vectors.mul(elements, (factors[part] as Local).get)));
    };
    const whole = [
      factors.map((f, part) => f.set(v128.load(factor.get, 16 * part))),
      all((r, part) => add(r, part, v128.load(from.get, r * row + 16 * part))),
      advance(from, i32.const(FOURS * bytes)),
      advance(factor, i32.const(FOURS * bytes)),
    ];
    // the last terms are fewer than four: what is missing adds -0
    const lanesOf = (part: number): number => Math.min(width, Math.max(0, (k % FOURS) - part * width));
    const partly = (into: Local, start: Code, base: Local, part: number, offset: number): Code => [
      into.set(start),
      Array.from({ length: lanesOf(part) }, (_, lane) =>
        into.set(lanes.loadLane(base.get, into.get, lane, offset + (part * width + lane) * bytes)),
      ),
    ];
    const rest = [
      factors.map((f, part) => partly(f, ones(lanes), factor, part, 0)),
      all((r, part) =>
        lanesOf(part) === 0
          ? []
          : [partly(value, lanes.minusZero, from, part, r * row), add(r, part, value.get)],
      ),
    ];
    const swap = (v: Local, elements: number): Code =>
      vector.shuffle(
        v.get,
        v.get,
        Array.from({ length: 16 }, (_, byte) => byte ^ (elements * bytes)),
      );
    const paired = (v: Local): Code => v.set(lanes.add(v.get, swap(v, 1)));
    const gathered = (r: number): Code => {
      const [first, second] = totals.slice(r * parts, (r + 1) * parts) as [Local, Local | undefined];
      if (second !== undefined)
        return [paired(first), paired(second), first.set(lanes.add(first.get, second.get))];
      return [paired(first), first.set(lanes.add(first.get, swap(first, 2)))];
    };
    const open = sums.map((sum) => sum.set(lanes.minusZero));
    const close = totals.map((total, v) => total.set(lanes.add(total.get, (sums[v] as Local).get)));
    const blockBytes = TERMS * bytes;
    // where all blocks before it are full
    const isOwnBlock = k % TERMS < FOURS;
    return forRange(i, i32.const(0), n.get, i32.const(rows), [
      // where the last rows are fewer, some before them are taken again
      at.set(least(i.get, i32.sub(n.get, i32.const(rows)))),
      from.set(i32.add(a.get, i32.mul(at.get, i32.const(row)))),
      last.set(i32.add(from.get, i32.const((k - (k % FOURS)) * bytes))),
      factor.set(x.get),
      totals.map((total) => total.set(lanes.minusZero)),
      loop([
        open,
        end.set(i32.sub(last.get, from.get)),
        end.set(i32.add(from.get, least(end.get, i32.const(blockBytes)))),
        when(i32.ne(from.get, end.get), loop([whole, branchIf(0, i32.ne(from.get, end.get))])),
        isOwnBlock ? [] : when(word.eq(from.get, last.get), rest),
        close,
        branchIf(0, i32.ne(from.get, last.get)),
      ]),
      isOwnBlock ? [open, rest, close] : [],
      at.set(i32.add(out.get, i32.shl(at.get, i32.const(lanes.shift)))),
      Array.from({ length: rows }, (_, r) => [
        gathered(r),
        lanes.store(at.get, lanes.vectors.extract((totals[r * parts] as Local).get, 0), r * bytes),
      ]),
    ]);
  });

/**
 * out[j] = sum over p of x[p] b[p, j]: rows of elements side by side, which may be read up to a vector beyond their end.
 * (x, b, out, k, n, lines)
 */
export const passingRows = (name: string, lanes: FloatLanes, row: number, step: number): WasmFunction =>
  defineFunction(name, [I32, I32, I32, I32, I32, I32], [], (newLocal, x, b, out, k, n, lines) => {
    const factors = Array.from({ length: VECTORS }, () => newLocal(V128));
    const sum = newLocal(V128);
    const { j, size, end, block, depth, set, line, from, sums, factor, next, lane } = words(
      newLocal,
      "j",
      "size",
      "end",
      "block",
      "depth",
      "set",
      "line",
      "from",
      "sums",
      "factor",
      "next",
      "lane",
    );
    const shift = i32.const(lanes.shift);
    const bytes = i32.shl(size.get, shift);
    const over = (body: Code): Code => [
      sums.set(line.get),
      end.set(i32.add(line.get, bytes)),
      loop([body, advance(sums, i32.const(16)), branchIf(0, word.lessUnsigned(sums.get, end.get))]),
    ];
    /** Adds so many rows, every fourth from `next` on, times their factors, to the line of sums. */
    const pass = (rows: number): Code => [
      factors.slice(0, rows).map((f, r) => f.set(lanes.splat(factor.get, FOURS * r * step))),
      from.set(next.get),
      over([
        sum.set(v128.load(sums.get)),
        factors
          .slice(0, rows)
          .map((f, r) =>
            sum.set(lanes.add(sum.get, lanes.vectors.mul(v128.load(from.get, FOURS * r * row), f.get))),
          ),
        v128.store(sums.get, sum.get),
        advance(from, i32.const(16)),
      ]),
    ];
    const move = (rows: number): Code => [
      advance(factor, i32.const(rows * step)),
      advance(next, i32.const(rows * row)),
      advance(line, i32.const(LINE_BYTES)),
    ];
    const together = FOURS * VECTORS;
    const lineAt = (base: Code, index: Code): Code => i32.add(base, i32.mul(index, i32.const(LINE_BYTES)));
    const eachLine = (body: Code): Code => forRange(lane, i32.const(0), i32.const(FOURS), i32.const(1), body);
    const load = (at: Local, index: number): Code => v128.load(at.get, index * LINE_BYTES);
    return forRange(j, i32.const(0), n.get, i32.const(LINE), [
      size.set(least(i32.sub(n.get, j.get), i32.const(LINE))),
      factor.set(x.get),
      next.set(i32.add(b.get, i32.shl(j.get, shift))),
      // the first block's sums are the totals, to which those of the others are added
      set.set(lines.get),
      forRange(block, i32.const(0), k.get, i32.const(TERMS), [
        depth.set(least(i32.sub(k.get, block.get), i32.const(TERMS))),
        eachLine([line.set(lineAt(set.get, lane.get)), over(v128.store(sums.get, lanes.minusZero))]),
        when(
          word.lessOrEqual(i32.const(together), depth.get),
          loop([
            line.set(set.get),
            eachLine([pass(VECTORS), move(1)]),
            advance(factor, i32.const((together - FOURS) * step)),
            advance(next, i32.const((together - FOURS) * row)),
            advance(depth, i32.const(-together)),
            branchIf(0, word.lessOrEqual(i32.const(together), depth.get)),
          ]),
        ),
        forRange(lane, i32.const(0), depth.get, i32.const(1), [
          line.set(lineAt(set.get, word.and(lane.get, i32.const(FOURS - 1)))),
          pass(1),
          move(1),
        ]),
        ifElse(
          block.get,
          eachLine([
            line.set(lineAt(set.get, lane.get)),
            from.set(lineAt(lines.get, lane.get)),
            over([
              v128.store(from.get, lanes.add(v128.load(from.get), v128.load(sums.get))),
              advance(from, i32.const(16)),
            ]),
          ]),
          set.set(i32.add(lines.get, i32.const(FOURS * LINE_BYTES))),
        ),
      ]),
      line.set(lines.get),
      over(
        v128.store(
          sums.get,
          lanes.add(lanes.add(load(sums, 0), load(sums, 1)), lanes.add(load(sums, 2), load(sums, 3))),
        ),
      ),
      copy(i32.add(out.get, i32.shl(j.get, shift)), lines.get, bytes),
    ]);
  });
