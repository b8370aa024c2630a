/** The inner loops of the sparse product: a panel of the one operand, and lines of the result from lists of the other. */
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
import { vector, word } from "./instructions.js";
import type { Call } from "./module.js";
import { ROWS } from "./pack.js";
import { entryShift, isZero } from "./sparse-lists.js";
import { PANEL, PANEL_ROW, PANEL_VECTORS } from "./workspace.js";

/**
 * The panel: so many columns, in fours, of the other operand's k rows. Returns whether a number among them is not
 * finite. (source, columns, k, rowStride, columnStride)
 */
export const panelFunction = (lanes: FloatLanes, call: Call): WasmFunction =>
  defineFunction(
    `panel${lanes.suffix}`,
    [I32, I32, I32, I32, I32],
    [I32],
    (newLocal, source, columns, k, rowStride, columnStride) => {
      const [row, column, from, done] = Array.from({ length: 4 }, () => newLocal(I32)) as [
        Local,
        Local,
        Local,
        Local,
      ];
      const [value, products] = [newLocal(V128), newLocal(V128)];
      const bytes = i32.shl(columns.get, i32.const(lanes.shift));
      const end = i32.add(i32.const(PANEL), i32.mul(k.get, i32.const(PANEL_ROW)));
      const size = i32.const(lanes.bytes);
      const at = i32.add(row.get, column.get);
      const { mul, ne } = lanes.vectors;
      /** For each vector of a row; half of the most that there may be are always there. */
      const vectorsOfRow = (each: (offset: number) => Code): Code => [
        column.set(i32.const(0)),
        Array.from({ length: PANEL_VECTORS / 2 }, (_, i) => each(16 * i)),
        forRange(column, i32.const(PANEL_ROW / 2), bytes, i32.const(16), each(0)),
      ];
      // Zero times what is not finite is NaN, whose bits outlast all others.
      const look = products.set(vector.or(products.get, mul(value.get, lanes.minusZero)));
      const copied = [
        from.set(source.get),
        forRange(row, i32.const(PANEL), end, i32.const(PANEL_ROW), [
          vectorsOfRow((offset) => [
            value.set(v128.load(i32.add(from.get, column.get), offset)),
            v128.store(at, value.get, offset),
            look,
          ]),
          advance(from, rowStride.get),
        ]),
      ];
      const turned = when(done.get, [
        from.set(source.get),
        forRange(column, i32.const(0), bytes, i32.const(ROWS * lanes.bytes), [
          call(
            `transpose${lanes.suffix}`,
            from.get,
            i32.add(i32.const(PANEL), column.get),
            done.get,
            columnStride.get,
            i32.const(PANEL_ROW),
            i32.const(0),
          ),
          advance(from, i32.mul(columnStride.get, i32.const(ROWS))),
        ]),
      ]);
      const oneByOne = [
        advance(source, i32.mul(done.get, rowStride.get)),
        row.set(i32.add(i32.const(PANEL), i32.mul(done.get, i32.const(PANEL_ROW)))),
        forRange(row, row.get, end, i32.const(PANEL_ROW), [
          from.set(source.get),
          forRange(column, i32.const(0), bytes, size, [
            lanes.store(at, lanes.load(from.get)),
            advance(from, columnStride.get),
          ]),
          advance(source, rowStride.get),
        ]),
      ];
      return [
        products.set(lanes.minusZero),
        ifElse(word.eq(columnStride.get, size), copied, [
          // Columns that run along k are turned in registers, and what remains goes one by one.
          when(word.eq(rowStride.get, size), done.set(word.and(k.get, i32.const(-lanes.width)))),
          turned,
          oneByOne,
          forRange(row, i32.const(PANEL), end, i32.const(PANEL_ROW), [
            vectorsOfRow((offset) => [value.set(v128.load(at, offset)), look]),
          ]),
        ]),
        vector.anyTrue(ne(products.get, products.get)),
      ];
    },
  );

/** Vectors of a row that are multiplied before the branch: as many as there are registers for. */
const GUARDED = 2;

/**
 * Lines of c by the panel: each is set to the sum over its list or, where `add` is not 0, has it added. Zeros of the line
 * itself, which begins at `s`, are added last: while a sum is -0, or all of them where `all` is not 0.
 * (list, end, lines, c, cStep, s, lineStride, elementStride, k, all, add)
 */
export const linesFunction = (lanes: FloatLanes, vectors: number): WasmFunction =>
  defineFunction(
    `lines${vectors}${lanes.suffix}`,
    [I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32],
    [],
    (newLocal, list, end, lines, c, cStep, s, lineStride, elementStride, k, all, add) => {
      const sums = Array.from({ length: vectors }, () => newLocal(V128));
      const factor = newLocal(V128);
      const [entry, row, last, from, depth] = Array.from({ length: 5 }, () => newLocal(I32)) as [
        Local,
        Local,
        Local,
        Local,
        Local,
      ];
      const term = sums.map((sum, j) =>
        sum.set(lanes.multiplyAdd(sum.get, factor.get, v128.load(row.get, 16 * j))),
      );
      const unchanged = sums
        .map((sum): Code => lanes.sameBits(sum.get, lanes.minusZero))
        .reduce((x, y) => vector.or(x, y));
      const incomplete = word.or(all.get, vector.anyTrue(unchanged));
      return loop([
        sums.map((sum) => sum.set(lanes.minusZero)),
        entry.set(list.get),
        last.set(word.load(end.get)),
        when(
          word.lessUnsigned(entry.get, last.get),
          loop([
            factor.set(lanes.splat(entry.get)),
            row.set(word.load(entry.get, lanes.bytes)),
            // Never taken, since no row has address 0: a branch keeps V8 from loading all of a row before it computes,
            // for which there are not enough registers.
            term.slice(0, GUARDED),
            branchIf(1, word.eqz(row.get)),
            term.slice(GUARDED),
            advance(entry, i32.const(2 * lanes.bytes)),
            branchIf(0, word.lessUnsigned(entry.get, last.get)),
          ]),
        ),
        when(incomplete, [
          from.set(s.get),
          row.set(i32.const(PANEL)),
          depth.set(k.get),
          loop([
            when(isZero(lanes, from.get), [factor.set(lanes.splat(from.get)), term]),
            advance(from, elementStride.get),
            advance(row, i32.const(PANEL_ROW)),
            advance(depth, i32.const(-1)),
            branchIf(0, word.and(i32.ne(depth.get, i32.const(0)), incomplete)),
          ]),
        ]),
        when(
          add.get,
          sums.map((sum, j) => sum.set(lanes.add(v128.load(c.get, 16 * j), sum.get))),
        ),
        sums.map((sum, j) => v128.store(c.get, sum.get, 16 * j)),
        advance(c, cStep.get),
        advance(s, lineStride.get),
        advance(end, i32.const(4)),
        advance(list, i32.shl(k.get, i32.const(entryShift(lanes)))),
        advance(lines, i32.const(-1)),
        branchIf(0, lines.get),
      ]);
    },
  );
