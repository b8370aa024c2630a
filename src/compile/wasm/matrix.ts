/**
 * The matrix product as WebAssembly on addresses of the shared memory: packed panels under the register tile of the
 * eager product, tiles on the operands as they lie where packing would cost more than it saves. Products are added in
 * the order that `kernel/matmul.ts` states: blocks of 256, each from -0. All strides are in bytes.
 */
import { BLOCK } from "../../kernel/blocked.js";
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
import { least, word } from "./instructions.js";
import type { Call } from "./module.js";
import { adjacentFunction, packFunction, ROWS, transposeFunction } from "./pack.js";
import { mergeFunction, packedFunction } from "./packed.js";
import { sparseFunctions } from "./sparse-product.js";
import { columnsOf, sweepFunction, VECTORS } from "./sweep.js";
import { mergeWindowFunction, windowFunction } from "./window.js";

/** Vectors of a tile of one row: with their operands they fill the registers. */
export const WIDE = 6;

/**
 * One tile of c: `rows` rows of `vectors` vectors, over all of k; `add` not 0 adds it to what is there. B lies with its
 * columns side by side. (a, aRow, aColumn, b, bRow, c, cRow, k, add)
 */
export const tileFunction = (lanes: FloatLanes, rows: number, vectors: number): WasmFunction =>
  defineFunction(
    `tile${rows}x${vectors}${lanes.suffix}`,
    [I32, I32, I32, I32, I32, I32, I32, I32, I32],
    [],
    (newLocal, a, aRow, aColumn, b, bRow, c, cRow, k, add) => {
      const sums = Array.from({ length: rows }, () => Array.from({ length: vectors }, () => newLocal(V128)));
      const right = Array.from({ length: vectors }, () => newLocal(V128));
      const left = newLocal(V128);
      const pointers = Array.from({ length: rows }, () => newLocal(I32));
      const depth = newLocal(I32);
      const row = newLocal(I32);
      const each = (f: (sum: Local, offset: number) => Code): Code => [
        row.set(c.get),
        sums.map((line, i) => [
          line.map((sum, j) => f(sum, 16 * j)),
          i + 1 < rows ? advance(row, cRow.get) : [],
        ]),
      ];
      const first0 = pointers[0] as Local;
      return [
        loop([
          depth.set(least(k.get, i32.const(BLOCK))),
          k.set(i32.sub(k.get, depth.get)),
          pointers.map((pointer, i) =>
            pointer.set(i === 0 ? a.get : i32.add((pointers[i - 1] as Local).get, aRow.get)),
          ),
          sums.flat().map((sum) => sum.set(lanes.minusZero)),
          loop([
            right.map((r, j) => r.set(v128.load(b.get, 16 * j))),
            sums.map((line, i) => [
              left.set(lanes.splat((pointers[i] as Local).get)),
              line.map((sum, j) => sum.set(lanes.multiplyAdd(sum.get, left.get, (right[j] as Local).get))),
            ]),
            pointers.map((pointer) => advance(pointer, aColumn.get)),
            advance(b, bRow.get),
            depth.set(i32.sub(depth.get, i32.const(1))),
            branchIf(0, depth.get),
          ]),
          a.set(first0.get),
          when(
            add.get,
            each((sum, offset) => sum.set(lanes.add(v128.load(row.get, offset), sum.get))),
          ),
          each((sum, offset) => v128.store(row.get, sum.get, offset)),
          add.set(i32.const(1)),
          branchIf(0, k.get),
        ]),
      ];
    },
  );

/** The product by tiles of the operands as they lie: n at least a tile's columns. (a, aRow, aColumn, b, bRow, c, m, k, n) */
export const directFunction = (lanes: FloatLanes, call: Call): WasmFunction =>
  defineFunction(
    `direct${lanes.suffix}`,
    [I32, I32, I32, I32, I32, I32, I32, I32, I32],
    [],
    (newLocal, a, aRow, aColumn, b, bRow, c, m, k, n) => {
      const i = newLocal(I32);
      const j = newLocal(I32);
      const row = newLocal(I32);
      const column = newLocal(I32);
      const cRow = newLocal(I32);
      const shift = i32.const(lanes.shift);
      const columns = columnsOf(lanes);
      const tile = (rows: number): Code =>
        call(
          `tile${rows}x${VECTORS}${lanes.suffix}`,
          i32.add(a.get, i32.mul(row.get, aRow.get)),
          aRow.get,
          aColumn.get,
          i32.add(b.get, column.get),
          bRow.get,
          i32.add(c.get, i32.add(i32.mul(row.get, cRow.get), column.get)),
          cRow.get,
          k.get,
          i32.const(0),
        );
      return [
        cRow.set(i32.shl(n.get, shift)),
        // A last tile that would stick out is moved back over its neighbour: the same sums, stored twice.
        forRange(j, i32.const(0), n.get, i32.const(columns), [
          column.set(i32.shl(least(j.get, i32.sub(n.get, i32.const(columns))), shift)),
          ifElse(
            word.lessOrEqual(i32.const(ROWS), m.get),
            forRange(i, i32.const(0), m.get, i32.const(ROWS), [
              row.set(least(i.get, i32.sub(m.get, i32.const(ROWS)))),
              tile(ROWS),
            ]),
            forRange(row, i32.const(0), m.get, i32.const(1), tile(1)),
          ),
        ]),
      ];
    },
  );

/**
 * x^T B with B's columns side by side, block by block of k: a block's rows stay in the second level cache for all of
 * its columns. (x, xStep, b, bRow, c, k, n)
 */
export const vectorMatrixFunction = (lanes: FloatLanes, call: Call): WasmFunction =>
  defineFunction(
    `vectorMatrix${lanes.suffix}`,
    [I32, I32, I32, I32, I32, I32, I32],
    [],
    (newLocal, x, step, b, bRow, c, k, n) => {
      const [p, depth, column, end] = Array.from({ length: 4 }, () => newLocal(I32)) as [
        Local,
        Local,
        Local,
        Local,
      ];
      const factors = i32.add(x.get, i32.mul(p.get, step.get));
      const tiles = (vectors: number): Code => {
        const bytes = i32.const(16 * vectors);
        const left = i32.sub(end.get, column.get);
        return when(
          word.lessOrEqual(bytes, left),
          loop([
            call(
              `tile1x${vectors}${lanes.suffix}`,
              factors,
              i32.const(0),
              step.get,
              i32.add(i32.add(b.get, i32.mul(p.get, bRow.get)), column.get),
              bRow.get,
              i32.add(c.get, column.get),
              i32.const(0),
              depth.get,
              p.get,
            ),
            advance(column, bytes),
            branchIf(0, word.lessOrEqual(bytes, left)),
          ]),
        );
      };
      const rest = word.and(n.get, i32.const(lanes.width - 1));
      const beyond = i32.add(b.get, end.get);
      return [
        end.set(i32.shl(i32.sub(n.get, rest), i32.const(lanes.shift))),
        forRange(p, i32.const(0), k.get, i32.const(BLOCK), [
          depth.set(least(i32.sub(k.get, p.get), i32.const(BLOCK))),
          column.set(i32.const(0)),
          [WIDE, VECTORS, 1].map(tiles),
        ]),
        when(
          rest,
          call(
            `matrixVector${lanes.suffix}`,
            beyond,
            i32.const(lanes.bytes),
            bRow.get,
            x.get,
            step.get,
            i32.add(c.get, end.get),
            rest,
            k.get,
          ),
        ),
      ];
    },
  );

/** Everything the product needs of one width; the packing for any strides is imported. */
export const matrixFunctions = (lanes: FloatLanes, call: Call): readonly WasmFunction[] => {
  const columns = columnsOf(lanes);
  const widths = columns === ROWS ? [ROWS] : [ROWS, columns];
  return [
    tileFunction(lanes, ROWS, VECTORS),
    tileFunction(lanes, 1, VECTORS),
    tileFunction(lanes, 1, WIDE),
    tileFunction(lanes, 1, 1),
    directFunction(lanes, call),
    vectorMatrixFunction(lanes, call),
    transposeFunction(lanes),
    ...widths.map((width) => adjacentFunction(lanes, width)),
    ...widths.map((width) =>
      packFunction(lanes, width, `${width === ROWS ? "packRows" : "packColumns"}${lanes.suffix}`, call),
    ),
    mergeFunction(lanes),
    sweepFunction(lanes),
    packedFunction(lanes, call),
    ...sparseFunctions(lanes, call),
    windowFunction(lanes, 1),
    windowFunction(lanes, VECTORS),
    mergeWindowFunction(lanes),
  ];
};
