/**
 * Folds, in the order that `kernel/reduce.ts` states: sums by trees of 8 within blocks of 128, and pairwise over
 * blocks, for which a counter of blocks tells when two halves meet. Floats accumulate in float64, integers in 32 bits.
 */
import { type Code, defineFunction, F64, f64, I32, i32, type Local, type ValueType, V128, v128, type WasmFunction, when } from "../../kernel/wasm.js";
import type { FoldOp } from "../plan.js";
import { branchIf, double, double2, forRange, ifElse, int4, lanes, loop, promote, vector, word } from "./instructions.js";
import type { Call } from "./module.js";

/** What a fold reads: bool and small integers are made int32 before. */
export type FoldSource = "F64" | "F32" | "I32" | "U32";

export const isWide = (source: FoldSource): boolean => source === "F64" || source === "F32";

/** The fold of nothing, from which every fold but a sum starts. */
export const startOf = (op: FoldOp, source: FoldSource): number => {
  if (op === "add") return isWide(source) ? -0 : 0;
  if (op === "mul") return 1;
  if (isWide(source)) return op === "max" ? -Infinity : Infinity;
  if (source === "U32") return op === "max" ? 0 : -1;
  return op === "max" ? -2147483648 : 2147483647;
};

export const BLOCK = 128;
const bytesOf = (source: FoldSource): number => (source === "F64" ? 8 : 4);
const advance = (local: Local, by: Code): Code => local.set(i32.add(local.get, by));

/** Two neighbours as doubles. */
const pair = (source: FoldSource, address: Code, offset: number): Code =>
  source === "F64" ? v128.load(address, offset) : promote(vector.load64Zero(address, offset));
const single = (source: FoldSource, address: Code, offset = 0): Code =>
  source === "F64" ? f64.load(address, offset) : double.fromSingle([address, 0x2a, 2, 0]);

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

/** The body once for each zero at the low end of the count. */
const mergeWhileEven = (count: Local, body: Code): Code =>
  when(
    word.eqz(word.and(count.get, i32.const(1))),
    loop([
      body,
      count.set(word.shrUnsigned(count.get, i32.const(1))),
      branchIf(0, word.eqz(word.and(count.get, i32.const(1)))),
    ]),
  );

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

const foldsOf = (source: FoldSource): readonly Fold[] => {
  if (isWide(source)) {
    const fold = (op: FoldOp, scalar: Fold["scalar"], vectors: Fold["vectors"]): Fold => ({ op, source, type: F64, scalar, vectors });
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

const title = (op: FoldOp): string => (op[0] as string).toUpperCase() + op.slice(1);
export const foldName = (prefix: string, op: FoldOp, source: FoldSource): string => `${prefix}${title(op)}${source}`;

const loadOne = (source: FoldSource, address: Code): Code =>
  isWide(source) ? single(source, address) : word.load(address);
const loadVector = (source: FoldSource, address: Code): Code =>
  isWide(source) ? pair(source, address, 0) : v128.load(address);
/** Elements of one vector of the accumulating type. */
const perVector = (source: FoldSource): number => (isWide(source) ? 2 : 4);
const loadTotal = (fold: Fold, address: Code): Code => (fold.type === F64 ? f64.load(address) : word.load(address));
const storeTotal = (fold: Fold, address: Code, value: Code): Code =>
  fold.type === F64 ? f64.store(address, value) : word.store(address, value);

/** Folds n more elements side by side into the total at an address. (p, n, total) */
const foldRun = (fold: Fold): WasmFunction =>
  defineFunction(foldName("run", fold.op, fold.source), [I32, I32, I32], [], (newLocal, p, n, total) => {
    const acc = newLocal(fold.type);
    const { source, vectors } = fold;
    const bytes = bytesOf(source);
    const per = perVector(source);
    const whole = newLocal(I32);
    const sums = newLocal(V128);
    const extract = fold.type === F64 ? double2.extract : int4.extract;
    return [
      acc.set(loadTotal(fold, total.get)),
      vectors === undefined
        ? []
        : [
            whole.set(word.and(n.get, i32.const(-per))),
            n.set(i32.sub(n.get, whole.get)),
            when(whole.get, [
              sums.set(fold.type === F64 ? double2.splat(double.const(startOf(fold.op, source))) : int4.splat(i32.const(startOf(fold.op, source)))),
              loop([
                sums.set(vectors(sums.get, loadVector(source, p.get))),
                advance(p, i32.const(per * bytes)),
                advance(whole, i32.const(-per)),
                branchIf(0, whole.get),
              ]),
              Array.from({ length: per }, (_, lane) => acc.set(fold.scalar(acc.get, extract(sums.get, lane)))),
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
  defineFunction(foldName("rows", op, source), [I32, I32, I32, I32, I32, I32], [], (_newLocal, p, rows, n, rowBytes, totals, stack) => {
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
  });

/** Adds to m sums a tree of 8 rows each. m is rounded up to whole vectors: totals have room for them. (p, rowBytes, m, totals) */
const treeRows = (source: FoldSource): WasmFunction =>
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
const foldRow = (source: FoldSource, op: FoldOp, vectors: (x: Code, y: Code) => Code): WasmFunction =>
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
const addColumns = (): WasmFunction =>
  defineFunction("addColumns", [I32, I32, I32], [], (_newLocal, p, q, m) =>
    loop([
      v128.store(q.get, double2.add(v128.load(p.get), v128.load(q.get))),
      advance(p, i32.const(16)),
      advance(q, i32.const(16)),
      advance(m, i32.const(-2)),
      branchIf(0, word.greater(m.get, i32.const(0))),
    ]),
  );

const copyBytes = (target: Code, source: Code, bytes: Code): Code => [target, source, bytes, [0xfc, 10, 0, 0]];
/** Bytes of a line of m doubles. */
const lineBytes = (m: Code): Code => i32.shl(word.and(i32.add(m, i32.const(3)), i32.const(-4)), i32.const(3));

/** Adds block number `count` (from 1 on) of m sums to the lines of partial sums at `stack`. (totals, m, stack, count) */
const pushColumns = (call: Call): WasmFunction =>
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
const finishColumns = (call: Call): WasmFunction =>
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
const fill = (): WasmFunction =>
  defineFunction("fill", [I32, V128, I32], [], (_newLocal, target, value, bytes) =>
    loop([
      v128.store(target.get, value.get),
      advance(target, i32.const(16)),
      advance(bytes, i32.const(-16)),
      branchIf(0, word.greater(bytes.get, i32.const(0))),
    ]),
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

const sources: readonly FoldSource[] = ["F64", "F32", "I32", "U32"];
const ops: readonly FoldOp[] = ["add", "mul", "max", "min"];

export const foldFunctions = (call: Call): readonly WasmFunction[] => [
  sumFinish(),
  addColumns(),
  pushColumns(call),
  finishColumns(call),
  fill(),
  ...(["F64", "F32", "I32", "I16", "I8"] as const).map(storeTotals),
  ...sources.filter(isWide).flatMap((source) => [
    blockSum(source),
    sumRun(source, call),
    treeRows(source),
    foldRow(source, "add", double2.add),
    foldRow(source, "mul", double2.mul),
    foldRow(source, "max", double2.max),
    foldRow(source, "min", double2.min),
  ]),
  ...sources.flatMap((source) => foldsOf(source).map(foldRun)),
  ...sources
    .filter((source) => !isWide(source))
    .flatMap((source) => foldsOf(source).map((f) => foldRow(source, f.op, f.vectors as (x: Code, y: Code) => Code))),
  ...sources.flatMap((source) => ops.map((op) => foldRows(op, source, call))),
];
