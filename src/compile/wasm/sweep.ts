/** The register tile over packed panels: the inner loop of the product, which fills the vector registers. */
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
import { branchIf, loop } from "./control.js";
import type { FloatLanes } from "./float-lanes.js";
import { ROWS } from "./pack.js";

/** Vectors of a tile's row: with the operands of one step, 4 rows of 2 fill the 15 registers that V8 gives out. */
export const VECTORS = 2;

/** Columns of the register tile. */
export const columnsOf = (lanes: FloatLanes): number => VECTORS * lanes.width;

/**
 * `panels` panels of A by one of B: c is set to the product or, where `add` is not 0, has it added. Rows of c are
 * `cRow` bytes apart. (a, b, c, panels, k, cRow, add)
 */
export const sweepFunction = (lanes: FloatLanes): WasmFunction =>
  defineFunction(
    `panels${lanes.suffix}`,
    [I32, I32, I32, I32, I32, I32, I32],
    [],
    (newLocal, a, b, c, panels, k, cRow, add) => {
      const sums = Array.from({ length: ROWS }, () => Array.from({ length: VECTORS }, () => newLocal(V128)));
      const right = Array.from({ length: VECTORS }, () => newLocal(V128));
      const left = newLocal(V128);
      const [step, depth, row] = [newLocal(I32), newLocal(I32), newLocal(I32)];
      const each = (f: (sum: Local, offset: number) => Code): Code => [
        row.set(c.get),
        sums.map((line) => [line.map((sum, j) => f(sum, 16 * j)), advance(row, cRow.get)]),
      ];
      return loop([
        sums.flat().map((sum) => sum.set(lanes.minusZero)),
        step.set(b.get),
        depth.set(k.get),
        loop([
          right.map((r, j) => r.set(v128.load(step.get, 16 * j))),
          sums.map((line, i) => [
            left.set(lanes.splat(a.get, i * lanes.bytes)),
            line.map((sum, j) => sum.set(lanes.multiplyAdd(sum.get, left.get, (right[j] as Local).get))),
          ]),
          advance(a, i32.const(ROWS * lanes.bytes)),
          advance(step, i32.const(VECTORS * 16)),
          advance(depth, i32.const(-1)),
          branchIf(0, depth.get),
        ]),
        when(
          add.get,
          each((sum, offset) => sum.set(lanes.add(v128.load(row.get, offset), sum.get))),
        ),
        each((sum, offset) => v128.store(row.get, sum.get, offset)),
        c.set(row.get),
        advance(panels, i32.const(-1)),
        branchIf(0, panels.get),
      ]);
    },
  );
