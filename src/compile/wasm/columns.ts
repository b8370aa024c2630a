/** Folds of rows upon rows: many totals side by side, each in the order of a fold by itself. */
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
import type { FoldOp } from "../plan.js";
import { branchIf, loop } from "./control.js";
import {
  bytesOf,
  type FoldSource,
  foldName,
  loadVector,
  mergeWhileEven,
  pair,
  perVector,
} from "./fold-order.js";
import { double2, word } from "./instructions.js";
import type { Call } from "./module.js";

/** Adds to m sums a tree of 8 rows each. m is rounded up to whole vectors: totals have room for them. (p, rowBytes, m, totals) */
export const treeRows = (source: FoldSource): WasmFunction =>
  defineFunction(`treeAdd${source}`, [I32, I32, I32, I32], [], (newLocal, p, rowBytes, m, totals) => {
    const rows = Array.from({ length: 8 }, () => newLocal(I32));
    const v = Array.from({ length: 8 }, () => newLocal(V128));
    const pairOf = (i: number): Code => double2.add((v[i] as Local).get, (v[i + 1] as Local).get);
    return [
      rows.map((row, i) => row.set(i === 0 ? p.get : i32.add((rows[i - 1] as Local).get, rowBytes.get))),
      loop([
        v.map((x, i) => x.set(pair(source, (rows[i] as Local).get, 0))),
        v128.store(
          totals.get,
          double2.add(
            v128.load(totals.get),
            double2.add(double2.add(pairOf(0), pairOf(2)), double2.add(pairOf(4), pairOf(6))),
          ),
        ),
        rows.map((row) => advance(row, i32.const(2 * bytesOf(source)))),
        advance(totals, i32.const(16)),
        advance(m, i32.const(-2)),
        branchIf(0, word.greater(m.get, i32.const(0))),
      ]),
    ];
  });

/** Folds one row of m elements into m totals. (p, m, totals) */
export const foldRow = (source: FoldSource, op: FoldOp, vectors: (x: Code, y: Code) => Code): WasmFunction =>
  defineFunction(foldName("row", op, source), [I32, I32, I32], [], (_newLocal, p, m, totals) =>
    loop([
      v128.store(totals.get, vectors(v128.load(totals.get), loadVector(source, p.get))),
      advance(p, i32.const(perVector(source) * bytesOf(source))),
      advance(totals, i32.const(16)),
      advance(m, i32.const(-perVector(source))),
      branchIf(0, word.greater(m.get, i32.const(0))),
    ]),
  );

/** m doubles of the second array are replaced by the sums of both. (p, q, m) */
export const addColumns = (): WasmFunction =>
  defineFunction("addColumns", [I32, I32, I32], [], (_newLocal, p, q, m) =>
    loop([
      v128.store(q.get, double2.add(v128.load(p.get), v128.load(q.get))),
      advance(p, i32.const(16)),
      advance(q, i32.const(16)),
      advance(m, i32.const(-2)),
      branchIf(0, word.greater(m.get, i32.const(0))),
    ]),
  );

const copyBytes = (target: Code, source: Code, bytes: Code): Code => [
  target,
  source,
  bytes,
  [0xfc, 10, 0, 0],
];
/** Bytes of a line of m doubles. */
const lineBytes = (m: Code): Code => i32.shl(word.and(i32.add(m, i32.const(3)), i32.const(-4)), i32.const(3));

/** Adds block number `count` (from 1 on) of m sums to the lines of partial sums at `stack`. (totals, m, stack, count) */
export const pushColumns = (call: Call): WasmFunction =>
  defineFunction("pushColumns", [I32, I32, I32, I32], [], (newLocal, totals, m, stack, count) => {
    const top = newLocal(I32);
    const line = newLocal(I32);
    return [
      line.set(lineBytes(m.get)),
      top.set(i32.add(stack.get, i32.mul([i32.sub(count.get, i32.const(1)), 0x69], line.get))),
      mergeWhileEven(count, [
        top.set(i32.sub(top.get, line.get)),
        call("addColumns", top.get, totals.get, m.get),
      ]),
      copyBytes(top.get, totals.get, line.get),
    ];
  });

/** The sums of all `count` blocks, to totals. (totals, m, stack, count) */
export const finishColumns = (call: Call): WasmFunction =>
  defineFunction("finishColumns", [I32, I32, I32, I32], [], (newLocal, totals, m, stack, count) => {
    const top = newLocal(I32);
    const line = newLocal(I32);
    return [
      line.set(lineBytes(m.get)),
      top.set(i32.add(stack.get, i32.mul(i32.sub([count.get, 0x69], i32.const(1)), line.get))),
      copyBytes(totals.get, top.get, line.get),
      when(
        i32.ne(top.get, stack.get),
        loop([
          top.set(i32.sub(top.get, line.get)),
          call("addColumns", top.get, totals.get, m.get),
          branchIf(0, i32.ne(top.get, stack.get)),
        ]),
      ),
    ];
  });

/** m copies of 16 bytes, for m elements of the accumulating type rounded up. (target, value, bytes) */
export const fill = (): WasmFunction =>
  defineFunction("fill", [I32, V128, I32], [], (_newLocal, target, value, bytes) =>
    loop([
      v128.store(target.get, value.get),
      advance(target, i32.const(16)),
      advance(bytes, i32.const(-16)),
      branchIf(0, word.greater(bytes.get, i32.const(0))),
    ]),
  );
