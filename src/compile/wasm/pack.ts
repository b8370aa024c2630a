/** Operands of the product copied into panels: lines beside each other are copied as vectors, lines along k exchanged in registers. */
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
import { branchIf, ifElse, loop } from "./control.js";
import type { FloatLanes } from "./float-lanes.js";
import { vector, word } from "./instructions.js";
import type { Call } from "./module.js";

/** Rows of the register tile. */
export const ROWS = 4;

/**
 * Four lines that run along k, as panels of `targetStride`: target[p, w] = source[w * lineStride + p], p < k, k whole
 * vectors, or added to it where `add` is not 0. (source, target, k, lineStride, targetStride, add)
 */
export const transposeFunction = (lanes: FloatLanes): WasmFunction =>
  defineFunction(
    `transpose${lanes.suffix}`,
    [I32, I32, I32, I32, I32, I32],
    [],
    (newLocal, source, target, k, lineStride, targetStride, add) => {
      const pointers = Array.from({ length: ROWS }, () => newLocal(I32));
      const groups = ROWS / lanes.width;
      const move = Array.from({ length: groups }, (_, group) => {
        let values = Array.from({ length: lanes.width }, () => newLocal(V128));
        const code: Code[] = [
          values.map((v, i) => v.set(v128.load((pointers[group * lanes.width + i] as Local).get))),
        ];
        for (const step of lanes.transpose) {
          const next = step.map(() => newLocal(V128));
          const from = values;
          code.push(
            step.map(([x, y, bytes], i) =>
              (next[i] as Local).set(vector.shuffle((from[x] as Local).get, (from[y] as Local).get, bytes)),
            ),
          );
          values = next;
        }
        return { code, values };
      });
      const turned = (adding: boolean): Code =>
        loop([
          move.map(({ code }) => code),
          Array.from({ length: lanes.width }, (_, p) => [
            move.map(({ values }, group) => {
              const value = (values[p] as Local).get;
              const sum = adding ? lanes.add(v128.load(target.get, 16 * group), value) : value;
              return v128.store(target.get, sum, 16 * group);
            }),
            advance(target, targetStride.get),
          ]),
          pointers.map((pointer) => advance(pointer, i32.const(16))),
          k.set(i32.sub(k.get, i32.const(lanes.width))),
          branchIf(0, k.get),
        ]);
      return [
        pointers.map((pointer, i) =>
          pointer.set(i === 0 ? source.get : i32.add((pointers[i - 1] as Local).get, lineStride.get)),
        ),
        ifElse(add.get, turned(true), turned(false)),
      ];
    },
  );

/** A panel whose lines lie side by side: copies of vectors. (source, target, k, elementStride) */
export const adjacentFunction = (lanes: FloatLanes, width: number): WasmFunction =>
  defineFunction(
    `adjacent${width}${lanes.suffix}`,
    [I32, I32, I32, I32],
    [],
    (newLocal, source, target, k, elementStride) => {
      const bytes = width * lanes.bytes;
      const values = Array.from({ length: bytes / 16 }, () => newLocal(V128));
      return loop([
        values.map((v, i) => v.set(v128.load(source.get, 16 * i))),
        values.map((v, i) => v128.store(target.get, v.get, 16 * i)),
        advance(source, elementStride.get),
        advance(target, i32.const(bytes)),
        k.set(i32.sub(k.get, i32.const(1))),
        branchIf(0, k.get),
      ]);
    },
  );

/** Packs `lines` lines of k elements into panels of `width` at target. (source, target, lines, k, lineStride, elementStride) */
export const packFunction = (lanes: FloatLanes, width: number, generic: string, call: Call): WasmFunction =>
  defineFunction(
    `pack${width}${lanes.suffix}`,
    [I32, I32, I32, I32, I32, I32],
    [],
    (newLocal, source, target, lines, k, lineStride, elementStride) => {
      const whole = newLocal(I32);
      const panel = i32.mul(k.get, i32.const(width * lanes.bytes));
      const shift = i32.const(lanes.shift);
      const [shr, size] = [(x: Code): Code => [x, shift, 0x75], i32.const(lanes.bytes)];
      const slow = (from: Code, to: Code, depth: Code): Code =>
        call(generic, shr(from), shr(to), lines.get, depth, shr(lineStride.get), shr(elementStride.get));
      const transposed = [
        whole.set(word.and(k.get, i32.const(-lanes.width))),
        when(
          whole.get,
          Array.from({ length: width / ROWS }, (_, group) =>
            call(
              `transpose${lanes.suffix}`,
              i32.add(source.get, i32.mul(lineStride.get, i32.const(group * ROWS))),
              i32.add(target.get, i32.const(group * ROWS * lanes.bytes)),
              whole.get,
              lineStride.get,
              i32.const(width * lanes.bytes),
              i32.const(0),
            ),
          ),
        ),
        when(
          i32.ne(k.get, whole.get),
          slow(
            i32.add(source.get, i32.mul(whole.get, elementStride.get)),
            i32.add(target.get, i32.mul(whole.get, i32.const(width * lanes.bytes))),
            i32.sub(k.get, whole.get),
          ),
        ),
      ];
      return loop([
        ifElse(
          word.lessOrEqual(i32.const(width), lines.get),
          ifElse(
            word.eq(lineStride.get, size),
            call(`adjacent${width}${lanes.suffix}`, source.get, target.get, k.get, elementStride.get),
            ifElse(word.eq(elementStride.get, size), transposed, slow(source.get, target.get, k.get)),
          ),
          slow(source.get, target.get, k.get),
        ),
        advance(source, i32.mul(lineStride.get, i32.const(width))),
        advance(target, panel),
        lines.set(i32.sub(lines.get, i32.const(width))),
        branchIf(0, word.greater(lines.get, i32.const(0))),
      ]);
    },
  );
