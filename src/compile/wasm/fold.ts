/**
 * Folds, in the order that `kernel/reduce.ts` states: sums by trees of 8 within blocks of 128, and pairwise over
 * blocks, for which a counter of blocks tells when two halves meet. Floats accumulate in float64, integers in 32 bits.
 */
import { BLOCK } from "../../kernel/reduce.js";
import {
  advance,
  type Code,
  defineFunction,
  F64,
  f64,
  I32,
  i32,
  type Local,
  V128,
  type ValueType,
  type WasmFunction,
  when,
} from "../../kernel/wasm.js";
import type { FoldOp } from "../plan.js";
import { addColumns, fill, finishColumns, foldRow, pushColumns, treeRows } from "./columns.js";
import { branchIf, forRange, ifElse, loop } from "./control.js";
import {
  bytesOf,
  type FoldSource,
  foldName,
  isWide,
  loadVector,
  mergeWhileEven,
  pair,
  perVector,
  single,
  startOf,
} from "./fold-order.js";
import { double, double2, int4, lanes, vector, word } from "./instructions.js";
import type { Call } from "./module.js";

/** The sum of n <= 128 elements side by side. */
const blockSum = (source: FoldSource): WasmFunction =>
  defineFunction(`block${source}`, [I32, I32], [F64], (newLocal, p, n) => {
    const acc = newLocal(F64);
    const bytes = bytesOf(source);
    const whole = newLocal(I32);
    const quads = Array.from({ length: 4 }, () => newLocal(V128));
    const halves = [newLocal(V128), newLocal(V128)] as const;
    const sum = newLocal(V128);
    const adjacent = (x: Local, y: Local): Code =>
      double2.add(
        vector.shuffle(x.get, y.get, lanes(8, [0, 2])),
        vector.shuffle(x.get, y.get, lanes(8, [1, 3])),
      );
    const [a, b, c, d] = quads as [Local, Local, Local, Local];
    const [low, high] = halves;
    return [
      acc.set(double.const(-0)),
      whole.set(word.and(n.get, i32.const(-8))),
      n.set(i32.sub(n.get, whole.get)),
      when(
        whole.get,
        loop([
          quads.map((q, i) => q.set(pair(source, p.get, 2 * i * bytes))),
          low.set(adjacent(a, b)),
          high.set(adjacent(c, d)),
          sum.set(adjacent(low, high)),
          acc.set(double.add(acc.get, double.add(double2.extract(sum.get, 0), double2.extract(sum.get, 1)))),
          advance(p, i32.const(8 * bytes)),
          advance(whole, i32.const(-8)),
          branchIf(0, whole.get),
        ]),
      ),
      when(
        n.get,
        loop([
          acc.set(double.add(acc.get, single(source, p.get))),
          advance(p, i32.const(bytes)),
          advance(n, i32.const(-1)),
          branchIf(0, n.get),
        ]),
      ),
      acc.get,
    ];
  });

/** Adds n more elements, whole blocks but for the last time, to sums at `stack`: a count of blocks, then from 16 on partial sums. */
const sumRun = (source: FoldSource, call: Call): WasmFunction =>
  defineFunction(`runAdd${source}`, [I32, I32, I32], [], (newLocal, p, n, stack) => {
    const [depth, count, top] = [newLocal(I32), newLocal(I32), newLocal(I32)];
    const total = newLocal(F64);
    return loop([
      depth.set([n.get, i32.const(BLOCK), i32.lessThan(n.get, i32.const(BLOCK)), 0x1b]),
      total.set(call(`block${source}`, p.get, depth.get)),
      advance(p, i32.mul(depth.get, i32.const(bytesOf(source)))),
      n.set(i32.sub(n.get, depth.get)),
      count.set(word.load(stack.get)),
      top.set(i32.add(stack.get, i32.shl([count.get, 0x69], i32.const(3)))),
      count.set(i32.add(count.get, i32.const(1))),
      word.store(stack.get, count.get),
      mergeWhileEven(count, [
        total.set(double.add(f64.load(top.get, 8), total.get)),
        advance(top, i32.const(-8)),
      ]),
      f64.store(top.get, total.get, 16),
      branchIf(0, n.get),
    ]);
  });

/** The sum of all blocks, the last ones first. */
const sumFinish: () => WasmFunction = () =>
  defineFunction("finishAddF64", [I32], [F64], (newLocal, stack) => {
    const top = newLocal(I32);
    const total = newLocal(F64);
    return [
      top.set(i32.add(stack.get, i32.shl([word.load(stack.get), 0x69], i32.const(3)))),
      total.set(f64.load(top.get, 8)),
      advance(top, i32.const(-8)),
      when(
        i32.ne(top.get, stack.get),
        loop([
          total.set(double.add(f64.load(top.get, 8), total.get)),
          advance(top, i32.const(-8)),
          branchIf(0, i32.ne(top.get, stack.get)),
        ]),
      ),
      word.store(stack.get, i32.const(0)),
      total.get,
    ];
  });

/** What a fold other than a float's sum does: in vectors where the order does not matter. */
interface Fold {
  readonly op: FoldOp;
  readonly source: FoldSource;
  readonly type: ValueType;
  readonly scalar: (x: Code, y: Code) => Code;
  readonly vectors: ((x: Code, y: Code) => Code) | undefined;
}

/** Folds side by side where their order does not matter. */
const CHAINS = 4;

const foldsOf = (source: FoldSource): readonly Fold[] => {
  if (isWide(source)) {
    const fold = (op: FoldOp, scalar: Fold["scalar"], vectors: Fold["vectors"]): Fold => ({
      op,
      source,
      type: F64,
      scalar,
      vectors,
    });
    return [
      fold("mul", double.mul, undefined),
      fold("max", double.max, double2.max),
      fold("min", double.min, double2.min),
    ];
  }
  const fold = (op: FoldOp, vectors: (x: Code, y: Code) => Code): Fold => ({
    op,
    source,
    type: I32,
    scalar: (x, y) => int4.extract(vectors(int4.splat(x), int4.splat(y)), 0),
    vectors,
  });
  const unsigned = source === "U32";
  return [
    fold("add", int4.add),
    fold("mul", int4.mul),
    fold("max", unsigned ? int4.maxUnsigned : int4.max),
    fold("min", unsigned ? int4.minUnsigned : int4.min),
  ];
};

const loadOne = (source: FoldSource, address: Code): Code =>
  isWide(source) ? single(source, address) : word.load(address);
const loadTotal = (fold: Fold, address: Code): Code =>
  fold.type === F64 ? f64.load(address) : word.load(address);
const storeTotal = (fold: Fold, address: Code, value: Code): Code =>
  fold.type === F64 ? f64.store(address, value) : word.store(address, value);

/** Folds n more elements side by side into the total at an address. (p, n, total) */
const foldRun = (fold: Fold): WasmFunction =>
  defineFunction(foldName("run", fold.op, fold.source), [I32, I32, I32], [], (newLocal, p, n, total) => {
    const acc = newLocal(fold.type);
    const { source, vectors } = fold;
    const bytes = bytesOf(source);
    const per = perVector(source);
    const [whole, many] = [newLocal(I32), newLocal(I32)];
    // an extreme takes several instructions, of which four chains fill the time
    const sums = Array.from({ length: CHAINS }, () => newLocal(V128));
    const [first, ...others] = sums as [Local, ...Local[]];
    const start =
      fold.type === F64
        ? double2.splat(double.const(startOf(fold.op, source)))
        : int4.splat(i32.const(startOf(fold.op, source)));
    const step = per * bytes;
    const extract = fold.type === F64 ? double2.extract : int4.extract;
    return [
      acc.set(loadTotal(fold, total.get)),
      vectors === undefined
        ? []
        : [
            whole.set(word.and(n.get, i32.const(-per))),
            n.set(i32.sub(n.get, whole.get)),
            when(whole.get, [
              first.set(start),
              many.set(word.and(whole.get, i32.const(-CHAINS * per))),
              when(many.get, [
                whole.set(i32.sub(whole.get, many.get)),
                others.map((sum) => sum.set(start)),
                loop([
                  sums.map((sum, i) => sum.set(vectors(sum.get, loadVector(source, p.get, i * step)))),
                  advance(p, i32.const(CHAINS * step)),
                  advance(many, i32.const(-CHAINS * per)),
                  branchIf(0, many.get),
                ]),
                others.map((sum) => first.set(vectors(first.get, sum.get))),
              ]),
              when(
                whole.get,
                loop([
                  first.set(vectors(first.get, loadVector(source, p.get))),
                  advance(p, i32.const(step)),
                  advance(whole, i32.const(-per)),
                  branchIf(0, whole.get),
                ]),
              ),
              Array.from({ length: per }, (_, lane) =>
                acc.set(fold.scalar(acc.get, extract(first.get, lane))),
              ),
            ]),
          ],
      when(
        n.get,
        loop([
          acc.set(fold.scalar(acc.get, loadOne(source, p.get))),
          advance(p, i32.const(bytes)),
          advance(n, i32.const(-1)),
          branchIf(0, n.get),
        ]),
      ),
      storeTotal(fold, total.get, acc.get),
    ];
  });

/** Folds rows of n elements, `rowBytes` apart, to one total each at `totals`. (p, rows, n, rowBytes, totals, stack) */
const foldRows = (op: FoldOp, source: FoldSource, call: Call): WasmFunction =>
  defineFunction(
    foldName("rows", op, source),
    [I32, I32, I32, I32, I32, I32],
    [],
    (_newLocal, p, rows, n, rowBytes, totals, stack) => {
      const wide = isWide(source);
      const sum = op === "add" && wide;
      const start = startOf(op, source);
      const one = sum
        ? [
            ifElse(
              word.lessOrEqual(n.get, i32.const(BLOCK)),
              f64.store(totals.get, call(`block${source}`, p.get, n.get)),
              [
                word.store(stack.get, i32.const(0)),
                call(`runAdd${source}`, p.get, n.get, stack.get),
                f64.store(totals.get, call("finishAddF64", stack.get)),
              ],
            ),
          ]
        : [
            wide ? f64.store(totals.get, double.const(start)) : word.store(totals.get, i32.const(start)),
            call(foldName("run", op, source), p.get, n.get, totals.get),
          ];
      return loop([
        one,
        advance(p, rowBytes.get),
        advance(totals, i32.const(wide ? 8 : 4)),
        advance(rows, i32.const(-1)),
        branchIf(0, rows.get),
      ]);
    },
  );

type Stored = "F64" | "F32" | "I32" | "I16" | "I8";

/** m totals to elements `stride` bytes apart, rounded or wrapped. (totals, m, out, stride) */
const storeTotals = (to: Stored): WasmFunction =>
  defineFunction(`store${to}`, [I32, I32, I32, I32], [], (newLocal, totals, m, out, stride) => {
    const at = newLocal(I32);
    const wide = to === "F64" || to === "F32";
    const value = wide ? f64.load(totals.get) : word.load(totals.get);
    const store =
      to === "F64"
        ? f64.store(out.get, value)
        : to === "F32"
          ? [out.get, double.toSingle(value), 0x38, 2, 0]
          : to === "I32"
            ? word.store(out.get, value)
            : to === "I16"
              ? word.store16(out.get, value)
              : word.store8(out.get, value);
    return forRange(at, i32.const(0), m.get, i32.const(1), [
      store,
      advance(totals, i32.const(wide ? 8 : 4)),
      advance(out, stride.get),
    ]);
  });

const ops: readonly FoldOp[] = ["add", "mul", "max", "min"];

/** Folds of floats, and what all folds need. */
export const foldFunctions = (call: Call): readonly WasmFunction[] => [
  sumFinish(),
  addColumns(),
  pushColumns(call),
  finishColumns(call),
  fill(),
  ...(["F64", "F32", "I32", "I16", "I8"] as const).map(storeTotals),
  ...(["F64", "F32"] as const).flatMap((source) => [
    blockSum(source),
    sumRun(source, call),
    treeRows(source),
    foldRow(source, "add", double2.add),
    foldRow(source, "mul", double2.mul),
    foldRow(source, "max", double2.max),
    foldRow(source, "min", double2.min),
    ...foldsOf(source).map(foldRun),
    ...ops.map((op) => foldRows(op, source, call)),
  ]),
];

/** Folds of 32-bit integers. */
export const wordFoldFunctions = (call: Call): readonly WasmFunction[] =>
  (["I32", "U32"] as const).flatMap((source) => [
    ...foldsOf(source).map(foldRun),
    ...foldsOf(source).map((f) => foldRow(source, f.op, f.vectors as (x: Code, y: Code) => Code)),
    ...ops.map((op) => foldRows(op, source, call)),
  ]);
