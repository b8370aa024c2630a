/**
 * The product by packed panels. A program may have the elements go on from there (bias, activation, a step of descent): its
 * kernel then takes each block of it while that is in the first level cache, and the product itself need not be stored.
 */
import { BLOCK } from "../../kernel/blocked.js";
import {
  advance,
  type Code,
  defineFunction,
  I32,
  i32,
  type Local,
  type WasmFunction,
  when,
} from "../../kernel/wasm.js";
import { branchIf, forRange, ifElse, loop } from "./control.js";
import type { FloatLanes } from "./float-lanes.js";
import { least, word } from "./instructions.js";
import type { Call } from "./module.js";
import { ROWS } from "./pack.js";
import { columnsOf } from "./sweep.js";
import { CACHED_ROWS, HELD_COLUMNS, LEFT, RIGHT, STRIP } from "./workspace.js";

/** Adds or copies the valid part of a strip of whole tile rows to c. (from, c, cRow, rows, columns, add) */
export const mergeFunction = (lanes: FloatLanes): WasmFunction =>
  defineFunction(
    `merge${lanes.suffix}`,
    [I32, I32, I32, I32, I32, I32],
    [],
    (newLocal, from, c, cRow, rows, columns, add) => {
      const value = newLocal(lanes.type);
      const at = newLocal(I32);
      const end = i32.shl(columns.get, i32.const(lanes.shift));
      return loop([
        forRange(at, i32.const(0), end, i32.const(lanes.bytes), [
          value.set(lanes.load(i32.add(from.get, at.get))),
          when(add.get, value.set(lanes.scalarAdd(lanes.load(i32.add(c.get, at.get)), value.get))),
          lanes.store(i32.add(c.get, at.get), value.get),
        ]),
        advance(from, i32.const(columnsOf(lanes) * lanes.bytes)),
        advance(c, cRow.get),
        rows.set(i32.sub(rows.get, i32.const(1))),
        branchIf(0, rows.get),
      ]);
    },
  );

/** Columns of the block of results that a program finishes at a time: rows of whole cache lines. */
export const FINISHED_COLUMNS = 64;

/** What a program does with the elements of a product, block by block. */
export interface Finish {
  /** The name of the product that does it. */
  readonly name: string;
  /** The kernel of a block of all columns, and that of the last one where it has less. */
  readonly whole: string;
  readonly rest: string;
  /** By pointer of the kernels: bytes from row to row and from column to column; null for the block itself. */
  readonly pointers: readonly (Record<"row" | "column", number> | null)[];
}

/**
 * The product by packed panels, any strides. (a, aRow, aColumn, b, bRow, bColumn, c, m, k, n); with a `finish`, where k is
 * at most BLOCK, then the addresses of its pointers, that of the block any number, and of the program's constants: its
 * elements are then not stored.
 */
export const packedFunction = (lanes: FloatLanes, call: Call, finish: Finish | null = null): WasmFunction => {
  const given = finish === null ? 0 : finish.pointers.length + 1;
  return defineFunction(
    finish?.name ?? `packed${lanes.suffix}`,
    new Array<typeof I32>(10 + given).fill(I32),
    [],
    (newLocal, ...parameters) => {
      const [a, aRow, aColumn, b, bRow, bColumn, c, m, k, n] = parameters as [
        Local,
        Local,
        Local,
        Local,
        Local,
        Local,
        Local,
        Local,
        Local,
        Local,
      ];
      const [i, j, p, top] = [newLocal(I32), newLocal(I32), newLocal(I32), newLocal(I32)];
      const [width, height, depth, to, column] = Array.from({ length: 5 }, () => newLocal(I32)) as [
        Local,
        Local,
        Local,
        Local,
        Local,
      ];
      const columns = columnsOf(lanes);
      const shift = i32.const(lanes.shift);
      const bytes = (x: Code): Code => i32.shl(x, shift);
      const add = i32.ne(p.get, i32.const(0));
      const sweep = (left: Code, target: Code, panels: Code, cRow: Code, adding: Code): Code =>
        call(`panels${lanes.suffix}`, left, column.get, target, panels, depth.get, cRow, adding);
      const merge = (target: Code, rows: Code, count: Code): Code =>
        call(`merge${lanes.suffix}`, i32.const(STRIP), target, bytes(n.get), rows, count, add);
      const left = i32.const(LEFT);
      const whole = word.and(height.get, i32.const(-ROWS));
      const panels = word.shrUnsigned(i32.add(height.get, i32.const(ROWS - 1)), i32.const(2));
      const isWhole = word.lessOrEqual(i32.const(columns), i32.sub(width.get, top.get));
      const full = [
        when(whole, sweep(left, to.get, word.shrUnsigned(height.get, i32.const(2)), bytes(n.get), add)),
        when(word.and(height.get, i32.const(ROWS - 1)), [
          sweep(
            i32.add(left, bytes(i32.mul(whole, depth.get))),
            i32.const(STRIP),
            i32.const(1),
            i32.const(columns * lanes.bytes),
            i32.const(0),
          ),
          merge(
            i32.add(to.get, bytes(i32.mul(whole, n.get))),
            word.and(height.get, i32.const(ROWS - 1)),
            i32.const(columns),
          ),
        ]),
      ];
      const partial = [
        sweep(left, i32.const(STRIP), panels, i32.const(columns * lanes.bytes), i32.const(0)),
        merge(to.get, height.get, i32.sub(width.get, top.get)),
      ];
      const stored = ifElse(isWhole, full, partial);
      const finished = ({ whole: kernel, rest, pointers }: Finish): Code => {
        // where in its block a tile stands
        const within = word.and(top.get, i32.const(FINISHED_COLUMNS - 1));
        const first = i32.sub(top.get, within);
        const blockRow = i32.const(FINISHED_COLUMNS * lanes.bytes);
        const tile = i32.add(i32.const(STRIP), bytes(within));
        const address = (at: Local, strides: Finish["pointers"][number]): Code =>
          strides === null
            ? i32.const(STRIP)
            : i32.add(
                at.get,
                i32.add(
                  i32.mul(i.get, i32.const(strides.row)),
                  i32.mul(i32.add(j.get, first), i32.const(strides.column)),
                ),
              );
        const constants = (parameters.at(-1) as Local).get;
        const use = (name: string): Code =>
          call(
            name,
            ...pointers.map((strides, q) => address(parameters[10 + q] as Local, strides)),
            height.get,
            constants,
          );
        const next = i32.add(top.get, i32.const(columns));
        return [
          sweep(left, tile, panels, blockRow, i32.const(0)),
          ifElse(
            word.eq(within, i32.const(FINISHED_COLUMNS - columns)),
            ifElse(word.lessOrEqual(next, width.get), use(kernel), use(rest)),
            when(word.lessOrEqual(width.get, next), use(rest)),
          ),
        ];
      };
      return forRange(j, i32.const(0), n.get, i32.const(HELD_COLUMNS), [
        width.set(least(i32.sub(n.get, j.get), i32.const(HELD_COLUMNS))),
        forRange(p, i32.const(0), k.get, i32.const(BLOCK), [
          depth.set(least(i32.sub(k.get, p.get), i32.const(BLOCK))),
          call(
            `pack${columns}${lanes.suffix}`,
            i32.add(b.get, i32.add(i32.mul(p.get, bRow.get), i32.mul(j.get, bColumn.get))),
            i32.const(RIGHT),
            width.get,
            depth.get,
            bColumn.get,
            bRow.get,
          ),
          forRange(i, i32.const(0), m.get, i32.const(CACHED_ROWS), [
            height.set(least(i32.sub(m.get, i.get), i32.const(CACHED_ROWS))),
            call(
              `pack${ROWS}${lanes.suffix}`,
              i32.add(a.get, i32.add(i32.mul(i.get, aRow.get), i32.mul(p.get, aColumn.get))),
              left,
              height.get,
              depth.get,
              aRow.get,
              aColumn.get,
            ),
            column.set(i32.const(RIGHT)),
            to.set(i32.add(c.get, bytes(i32.add(i32.mul(i.get, n.get), j.get)))),
            forRange(top, i32.const(0), width.get, i32.const(columns), [
              finish === null ? stored : finished(finish),
              advance(column, bytes(i32.mul(depth.get, i32.const(columns)))),
              advance(to, i32.const(columns * lanes.bytes)),
            ]),
          ]),
        ]),
      ]);
    },
  );
};
