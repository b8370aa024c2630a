/**
 * The product of large matrices of which one has many zeros, without the terms of these: what relu and its derivative
 * leave, masks, pictures on black. The result is that of all terms, to the bit. For a zero of either sign, added to a sum
 * that has begun, leaves it as it is, and so does any number of them; only -0, with which every sum begins, becomes 0 by
 * the first 0. So where a sum is still -0 at the end, zeros are added after all, until none is. And where the other
 * operand holds what is not finite, with which zeros make NaN, all of them are.
 *
 * A line is what of the sparse operand goes into one row of c, or one column: a row of A, or a column of B.
 */
import { BLOCK } from "../../kernel/blocked.js";
import {
  type Code,
  defineFunction,
  I32,
  i32,
  type Local,
  type WasmFunction,
  when,
} from "../../kernel/wasm.js";
import { forRange, ifElse } from "./control.js";
import type { FloatLanes } from "./float-lanes.js";
import { least, word } from "./instructions.js";
import type { Call } from "./module.js";
import { ROWS } from "./pack.js";
import { linesFunction, panelFunction } from "./sparse-lines.js";
import { entryShift, listFunction, sampleFunction } from "./sparse-lists.js";
import { ENDS, HELD_LINES, LISTS, PANEL_ROW, PANEL_VECTORS, STRIP } from "./workspace.js";

/** Zeros of a sample of 128 from which on lists are worth their making: three eighths. */
const MANY = 48;
/** Lines that are turned together into columns of c. */
const STRIP_LINES = 16;
/** Lines for which panels pay, terms of a sum for which lists do, and products for which a look does. */
const ENOUGH_LINES = 16;
const ENOUGH_TERMS = 16;
const ENOUGH = 1048576;

/** Vectors of which panels are made: columns of c are taken in fours, and the least panel is half of the whole. */
const panelWidths = (lanes: FloatLanes): readonly number[] => {
  const step = ROWS / lanes.width;
  const fewest = PANEL_VECTORS / 2;
  return Array.from({ length: fewest / step + 1 }, (_, i) => fewest + i * step);
};

/**
 * c = S D, or its transpose, without the terms of S's zeros. Where `turned` is not 0, lines of S belong to columns of c.
 * (s, sLine, sElement, lines, d, dRow, dColumn, columns, c, cRow, k, turned)
 */
const sparseFunction = (lanes: FloatLanes, call: Call): WasmFunction =>
  defineFunction(
    `sparse${lanes.suffix}`,
    [I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32],
    [],
    (newLocal, s, sLine, sElement, lines, d, dRow, dColumn, columns, c, cRow, k, turned) => {
      const [first, held, p, depth, done, width, all, line, some, group] = Array.from({ length: 10 }, () =>
        newLocal(I32),
      ) as [Local, Local, Local, Local, Local, Local, Local, Local, Local, Local];
      const most = PANEL_VECTORS * lanes.width;
      const left = i32.sub(columns.get, done.get);
      const bytes = (x: Code): Code => i32.shl(x, i32.const(lanes.shift));
      const source = i32.add(s.get, i32.add(i32.mul(first.get, sLine.get), i32.mul(p.get, sElement.get)));
      const add = i32.ne(p.get, i32.const(0));
      const sweep = (count: Code, to: Code, step: Code, adding: Code): Code =>
        panelWidths(lanes).map((vectors) =>
          when(
            word.eq(width.get, i32.const(vectors * lanes.width)),
            call(
              `lines${vectors}${lanes.suffix}`,
              i32.add(i32.const(LISTS), i32.shl(i32.mul(line.get, depth.get), i32.const(entryShift(lanes)))),
              i32.add(i32.const(ENDS), i32.shl(line.get, i32.const(2))),
              count,
              to,
              step,
              i32.add(source, i32.mul(line.get, sLine.get)),
              sLine.get,
              sElement.get,
              depth.get,
              all.get,
              adding,
            ),
          ),
        );
      const straight = [
        line.set(i32.const(0)),
        sweep(
          held.get,
          i32.add(c.get, i32.add(i32.mul(first.get, cRow.get), bytes(done.get))),
          cRow.get,
          add,
        ),
      ];
      const around = forRange(line, i32.const(0), held.get, i32.const(STRIP_LINES), [
        some.set(least(i32.sub(held.get, line.get), i32.const(STRIP_LINES))),
        sweep(some.get, i32.const(STRIP), i32.const(PANEL_ROW), i32.const(0)),
        forRange(group, i32.const(0), some.get, i32.const(ROWS), [
          call(
            `transpose${lanes.suffix}`,
            i32.add(i32.const(STRIP), i32.mul(group.get, i32.const(PANEL_ROW))),
            i32.add(
              i32.add(c.get, i32.mul(done.get, cRow.get)),
              bytes(i32.add(first.get, i32.add(line.get, group.get))),
            ),
            width.get,
            i32.const(PANEL_ROW),
            cRow.get,
            add,
          ),
        ]),
      ]);
      return forRange(first, i32.const(0), lines.get, i32.const(HELD_LINES), [
        held.set(least(i32.sub(lines.get, first.get), i32.const(HELD_LINES))),
        forRange(p, i32.const(0), k.get, i32.const(BLOCK), [
          depth.set(least(i32.sub(k.get, p.get), i32.const(BLOCK))),
          call(`list${lanes.suffix}`, source, held.get, depth.get, sLine.get, sElement.get),
          width.set(i32.const(0)),
          forRange(done, i32.const(0), columns.get, width.get, [
            width.set(least(left, i32.const(most))),
            // What would leave too little for the next panel is shared with it.
            when(
              word.and(i32.lessThan(i32.const(most), left), i32.lessThan(left, i32.const(2 * most))),
              width.set(
                word.and(
                  i32.add(word.shrUnsigned(left, i32.const(1)), i32.const(ROWS - 1)),
                  i32.const(-ROWS),
                ),
              ),
            ),
            all.set(
              call(
                `panel${lanes.suffix}`,
                i32.add(d.get, i32.add(i32.mul(p.get, dRow.get), i32.mul(done.get, dColumn.get))),
                width.get,
                depth.get,
                dRow.get,
                dColumn.get,
              ),
            ),
            ifElse(turned.get, around, straight),
          ]),
        ]),
      ]);
    },
  );

// Sides of a product, as bits.
const LEFT_SIDE = 1;
const RIGHT_SIDE = 2;

/** Which operands of a product may be looked at for zeros: the sum of their sides. */
export const sparseSides = (lanes: FloatLanes, m: number, k: number, n: number): number => {
  if (m * k * n < ENOUGH || k < ENOUGH_TERMS) return 0;
  const columns = (count: number): boolean => count % ROWS === 0 && 2 * count >= PANEL_VECTORS * lanes.width;
  const left = columns(n) && m >= ENOUGH_LINES;
  const right = columns(m) && n % ROWS === 0 && n >= ENOUGH_LINES;
  return (left ? LEFT_SIDE : 0) + (right ? RIGHT_SIDE : 0);
};

/**
 * The product by lists, if a sample of one of `sides` has many zeros; returns whether it has.
 * (a, aRow, aColumn, b, bRow, bColumn, c, m, k, n, sides)
 */
const listedFunction = (lanes: FloatLanes, call: Call): WasmFunction =>
  defineFunction(
    `listed${lanes.suffix}`,
    [I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32],
    [I32],
    (newLocal, a, aRow, aColumn, b, bRow, bColumn, c, m, k, n, sides) => {
      const sparse = newLocal(I32);
      const of = (...locals: readonly Local[]): readonly Code[] => locals.map(({ get }) => get);
      const look = (side: number, ...matrix: readonly Local[]): Code =>
        when(
          word.and(sides.get, i32.const(side)),
          when(
            word.lessOrEqual(i32.const(MANY), call(`sample${lanes.suffix}`, ...of(...matrix))),
            sparse.set(i32.const(side)),
          ),
        );
      const byLists = (side: number, turned: number, ...operands: readonly Local[]): Code => {
        const cRow = i32.shl(n.get, i32.const(lanes.shift));
        return when(
          word.eq(sparse.get, i32.const(side)),
          call(`sparse${lanes.suffix}`, ...of(...operands), cRow, k.get, i32.const(turned)),
        );
      };
      return [
        look(LEFT_SIDE, a, m, k, aRow, aColumn),
        when(word.eqz(sparse.get), look(RIGHT_SIDE, b, n, k, bColumn, bRow)),
        byLists(LEFT_SIDE, 0, a, aRow, aColumn, m, b, bRow, bColumn, n, c),
        byLists(RIGHT_SIDE, 1, b, bColumn, bRow, n, a, aColumn, aRow, m, c),
        sparse.get,
      ];
    },
  );

/** The product by lists or else by packed panels. (a, aRow, aColumn, b, bRow, bColumn, c, m, k, n, sides) */
const siftedFunction = (lanes: FloatLanes, call: Call): WasmFunction =>
  defineFunction(
    `sifted${lanes.suffix}`,
    [I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32],
    [],
    (_, ...parameters) => {
      const operands = parameters.map(({ get }) => get);
      return when(
        word.eqz(call(`listed${lanes.suffix}`, ...operands)),
        call(`packed${lanes.suffix}`, ...operands.slice(0, -1)),
      );
    },
  );

/** The functions of one width; `packed` and `transpose` are those of the product. */
export const sparseFunctions = (lanes: FloatLanes, call: Call): readonly WasmFunction[] => [
  sampleFunction(lanes),
  listFunction(lanes),
  panelFunction(lanes, call),
  ...panelWidths(lanes).map((vectors) => linesFunction(lanes, vectors)),
  sparseFunction(lanes, call),
  listedFunction(lanes, call),
  siftedFunction(lanes, call),
];
