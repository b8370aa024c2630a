/**
 * A matrix times a vector and the dot product: eight sums side by side, each in the order that `kernel/matmul.ts`
 * states. Rows that lie along k are read as vectors and exchanged with their neighbours in registers.
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
import { branchIf, forRange, loop } from "./control.js";
import type { FloatLanes } from "./float-lanes.js";
import { least, vector, word } from "./instructions.js";

const ROWS = 8;

/**
 * out[i] = sum over p of a[i, p] x[p]. Rows beyond the last are the last again, and are stored where it is.
 * (a, aRow, aColumn, x, xStep, out, m, k)
 */
export const matrixVectorFunction = (lanes: FloatLanes): WasmFunction =>
  defineFunction(
    `matrixVector${lanes.suffix}`,
    [I32, I32, I32, I32, I32, I32, I32, I32],
    [],
    (newLocal, a, aRow, aColumn, x, xStep, out, m, k) => {
      const { width } = lanes;
      const groups = ROWS / width;
      const pointers = Array.from({ length: ROWS }, () => newLocal(I32));
      const totals = Array.from({ length: groups }, () => newLocal(V128));
      const sums = Array.from({ length: groups }, () => newLocal(V128));
      const [i, depth, rest, factor, whole] = Array.from({ length: 5 }, () => newLocal(I32)) as [
        Local,
        Local,
        Local,
        Local,
        Local,
      ];
      const multiplier = newLocal(V128);
      const row = (r: number): Code => least(i32.add(i.get, i32.const(r)), i32.sub(m.get, i32.const(1)));
      const column = newLocal(V128);

      const exchanged = Array.from({ length: groups }, (_, group) => {
        let values = Array.from({ length: width }, () => newLocal(V128));
        const load = values.map((v, r) => v.set(v128.load((pointers[group * width + r] as Local).get)));
        const code: Code[] = [];
        for (const step of lanes.transpose) {
          const next = step.map(() => newLocal(V128));
          const from = values;
          code.push(
            step.map(([u, w, bytes], at) =>
              (next[at] as Local).set(vector.shuffle((from[u] as Local).get, (from[w] as Local).get, bytes)),
            ),
          );
          values = next;
        }
        return { load, code, values };
      });
      const accumulate = (group: number, value: Local): Code => {
        const sum = sums[group] as Local;
        return sum.set(lanes.multiplyAdd(sum.get, value.get, multiplier.get));
      };
      const vectors = [
        exchanged.map(({ load, code }) => [load, code]),
        Array.from({ length: width }, (_, p) => [
          multiplier.set(lanes.splat(factor.get)),
          exchanged.map(({ values }, group) => accumulate(group, values[p] as Local)),
          advance(factor, xStep.get),
        ]),
        pointers.map((pointer) => advance(pointer, i32.const(16))),
        advance(whole, i32.const(-width)),
      ];
      const single = [
        multiplier.set(lanes.splat(factor.get)),
        Array.from({ length: groups }, (_, group) => [
          column.set(lanes.splat((pointers[group * width] as Local).get)),
          Array.from({ length: width - 1 }, (_, r) =>
            column.set(lanes.loadLane((pointers[group * width + r + 1] as Local).get, column.get, r + 1)),
          ),
          accumulate(group, column),
        ]),
        advance(factor, xStep.get),
        pointers.map((pointer) => advance(pointer, aColumn.get)),
        advance(rest, i32.const(-1)),
      ];
      return forRange(i, i32.const(0), m.get, i32.const(ROWS), [
        pointers.map((pointer, r) => pointer.set(i32.add(a.get, i32.mul(row(r), aRow.get)))),
        totals.map((total) => total.set(lanes.minusZero)),
        factor.set(x.get),
        depth.set(k.get),
        loop([
          rest.set(least(depth.get, i32.const(BLOCK))),
          depth.set(i32.sub(depth.get, rest.get)),
          sums.map((sum) => sum.set(lanes.minusZero)),
          when(word.eq(aColumn.get, i32.const(lanes.bytes)), [
            whole.set(word.and(rest.get, i32.const(-width))),
            rest.set(i32.sub(rest.get, whole.get)),
            when(whole.get, loop([vectors, branchIf(0, whole.get)])),
          ]),
          when(rest.get, loop([single, branchIf(0, rest.get)])),
          totals.map((total, group) => total.set(lanes.add(total.get, (sums[group] as Local).get))),
          branchIf(0, depth.get),
        ]),
        Array.from({ length: ROWS }, (_, r) =>
          lanes.store(
            i32.add(out.get, i32.shl(row(r), i32.const(lanes.shift))),
            lanes.vectors.extract((totals[Math.floor(r / width)] as Local).get, r % width),
          ),
        ),
      ]);
    },
  );

/** The sum of a[p] b[p], blocks in eight chains while there are so many. (a, aStep, b, bStep, c, k) */
export const dotFunction = (lanes: FloatLanes): WasmFunction =>
  defineFunction(
    `dot${lanes.suffix}`,
    [I32, I32, I32, I32, I32, I32],
    [],
    (newLocal, a, aStep, b, bStep, c, k) => {
      const sums = Array.from({ length: ROWS }, () => newLocal(lanes.type));
      const total = newLocal(lanes.type);
      const [depth, left, right, leftBlock, rightBlock] = Array.from({ length: 5 }, () => newLocal(I32)) as [
        Local,
        Local,
        Local,
        Local,
        Local,
      ];
      const add = (sum: Local, value: Code): Code => sum.set(lanes.scalarAdd(sum.get, value));
      const chain = (count: number): Code => [
        sums.slice(0, count).map((sum) => sum.set(lanes.scalarMinusZero)),
        loop([
          left.set(a.get),
          right.set(b.get),
          sums
            .slice(0, count)
            .map((sum, q) => [
              add(sum, lanes.scalarMul(lanes.load(left.get), lanes.load(right.get))),
              q + 1 < count ? [advance(left, leftBlock.get), advance(right, rightBlock.get)] : [],
            ]),
          advance(a, aStep.get),
          advance(b, bStep.get),
          advance(depth, i32.const(-1)),
          branchIf(0, depth.get),
        ]),
        sums.slice(0, count).map((sum) => add(total, sum.get)),
      ];
      const eight = i32.const(ROWS * BLOCK);
      return [
        total.set(lanes.scalarMinusZero),
        leftBlock.set(i32.mul(aStep.get, i32.const(BLOCK))),
        rightBlock.set(i32.mul(bStep.get, i32.const(BLOCK))),
        when(
          word.lessOrEqual(eight, k.get),
          loop([
            depth.set(i32.const(BLOCK)),
            chain(ROWS),
            advance(a, i32.mul(leftBlock.get, i32.const(ROWS - 1))),
            advance(b, i32.mul(rightBlock.get, i32.const(ROWS - 1))),
            advance(k, i32.const(-ROWS * BLOCK)),
            branchIf(0, word.lessOrEqual(eight, k.get)),
          ]),
        ),
        when(
          k.get,
          loop([
            depth.set(least(k.get, i32.const(BLOCK))),
            k.set(i32.sub(k.get, depth.get)),
            chain(1),
            branchIf(0, k.get),
          ]),
        ),
        lanes.store(c.get, total.get),
      ];
    },
  );
